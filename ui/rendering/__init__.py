"""Answers and items as HTML: pure functions without Gradio. All text of items, models and people is escaped here."""
