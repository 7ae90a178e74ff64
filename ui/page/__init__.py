"""The page in the browser, drawn with Gradio: a module a tab."""

import os

# Read when Gradio is imported; nothing may be sent to anybody.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
