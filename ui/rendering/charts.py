"""Bars that are tables: the figure stands beside each bar, so that nothing is told by length or colour alone."""

from html import escape


def bar(share: float) -> str:
    """A bar of that share (0 to 1) of its cell, for the eye only."""
    width = max(0.0, min(1.0, share)) * 100
    return f'<span class="bar" aria-hidden="true"><span style="width:{width:.1f}%"></span></span>'


def figure(shown: str, share: float) -> str:
    """A cell's figure with its bar behind it."""
    return f'<span class="figure">{escape(shown)}</span>{bar(share)}'


def percent(share: float) -> str:
    """Of a share from 0 to 1. What is more than nothing is never shown as none."""
    return "<1%" if 0 < share < 0.005 else f"{share * 100:.0f}%"


def link(address: str, text: str) -> str:
    """Both escaped."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'
