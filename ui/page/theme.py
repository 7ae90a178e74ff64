"""Colours and letters of Gradio's own parts; the same as those in assets/page.css."""

import gradio as gr

# The system's own Chinese letters: nothing is fetched, and nothing looks foreign.
_LETTERS = ["system-ui", "PingFang TC", "Microsoft JhengHei", "Noto Sans TC", "Noto Sans CJK TC", "sans-serif"]
_HARBOUR = gr.themes.Color(
    "#eef6f6",
    "#d5e9ea",
    "#add4d6",
    "#7fbabd",
    "#4c999e",
    "#2b7d83",
    "#0f5c63",
    "#0c4a50",
    "#0a3b40",
    "#082e32",
    "#051f22",
)


def page_theme() -> gr.themes.Base:
    """A calm theme with the colour of harbour water; both light and dark reach a contrast of 4.5."""
    return gr.themes.Base(
        primary_hue=_HARBOUR,
        secondary_hue=_HARBOUR,
        neutral_hue=gr.themes.colors.slate,
        font=_LETTERS,
        font_mono=["ui-monospace", "monospace"],
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_lg,
    ).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#12191c",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_300",
        button_primary_background_fill_hover_dark="*primary_200",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#051f22",
        background_fill_primary_dark="#1a2327",
        background_fill_secondary_dark="#222d32",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1a2327",
        block_border_color_dark="#3a474d",
        border_color_primary_dark="#3a474d",
        input_background_fill="#f4f6f5",
        input_background_fill_dark="#222d32",
        input_border_color="#748084",
        input_border_color_dark="#8496a0",
        checkbox_border_color="#748084",
        checkbox_border_color_dark="#8496a0",
        input_border_width="1px",
        button_secondary_background_fill="#e6ebea",
        button_secondary_background_fill_dark="#2c393f",
        button_secondary_text_color="#1d2b33",
        button_secondary_text_color_dark="#e8edef",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_300",
    )
