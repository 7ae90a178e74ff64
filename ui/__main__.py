"""The page: python -m ui [--host HOST] [--port PORT]."""

import logging
import sys
from typing import Annotated

import typer

from rag import RagError, load_settings, open_assistant
from rag.assistant import make_index
from rag.progress import progress_bar

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog="Example: python -m ui --port 8080")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7860,
) -> None:
    """Open the chat page; builds the index first where there is none."""
    _log_warnings()
    settings = load_settings()
    if not settings.index_dir.exists():
        with progress_bar("建立索引") as progress:
            make_index(settings, progress)
    assistant = open_assistant(settings)
    # Gradio takes three seconds to import: only when all else stands.
    from ui.service import build_service, listen
    from ui.service import serve as serve_forever

    with listen(host, port) as listener:
        app = build_service(assistant, settings)
        name = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"施政問答: http://{name}:{port}\n")
        sys.stdout.flush()
        serve_forever(app, listener)


def _log_warnings() -> None:
    """To the console, and nothing below: libraries would install handlers of their own, and tell what they do."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", handlers=[handler])


def main() -> None:
    """Serve; whatever its caller can mend becomes one line and exit code 2."""
    try:
        app()
    except RagError as error:
        sys.stderr.write(f"error: {' '.join(str(error).split())}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
