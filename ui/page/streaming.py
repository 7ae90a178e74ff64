"""Generators that take their time, listened to without waiting for them."""

from collections.abc import AsyncIterator, Generator
from itertools import islice
from threading import Lock, Thread
from typing import TypeVar

from anyio import to_thread

Piece = TypeVar("Piece")


async def in_threads(growing: Generator[Piece, None, None]) -> AsyncIterator[Piece]:
    """The pieces as they come. Whoever stops listening is let go at once; the generator is closed at its next piece.

    Gradio waits for a generator of the ordinary kind before it says that it has been cancelled, and then cancels what
    was asked meanwhile, too.
    """
    busy = Lock()

    def step() -> tuple[Piece, ...]:
        with busy:
            return tuple(islice(growing, 1))

    def close() -> None:
        with busy:
            growing.close()

    try:
        while piece := await to_thread.run_sync(step, abandon_on_cancel=True):
            yield piece[0]
    finally:
        Thread(target=close, daemon=True).start()
