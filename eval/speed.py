"""How long a running service lets people wait for the first words of an answer: alone, and with others asking."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import SERVICE_UNAVAILABLE
from itertools import chain
from threading import Barrier
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from eval.errors import SystemFailedError

if TYPE_CHECKING:
    from httpx import Client

# Makes ready to ask a question; what comes back asks it, and gives the milliseconds to the first words.
Asker = Callable[[str], Callable[[], float]]

_PATIENCE = 120
# Milliseconds that a visitor looks at an answer before asking again; meanwhile questions to go on with are looked for.
_READING = 800
# From the key that a visitor presses to the frame in which the first words stand; -1 where they do not come.
_WATCH = """(patience) => {
  // Gradio may write a new turn into the elements of the last one.
  const newest = () => document.querySelector("#live .asked")?.outerHTML;
  const before = newest();
  window.firstWords = new Promise((tell) => {
    let pressed = 0;
    addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true, once: true });
    new MutationObserver((_, watch) => {
      if (!pressed || newest() === before || !document.querySelector("#live .answer p:not(.waiting)")) return;
      watch.disconnect();
      requestAnimationFrame(() => tell(performance.now() - pressed));
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    setTimeout(() => tell(-1), patience);
  });
}"""


@dataclass(frozen=True, slots=True)
class Wait:
    """Milliseconds to the first words of each answer."""

    who: str
    first_words: tuple[float, ...]


def measure_waits(
    url: str, questions: Sequence[str], *, people: int, rounds: int, browser: bool, progress: Callable[[int, int], None]
) -> list[Wait]:
    """One program alone, then `people` at once, `rounds` times; with `browser` one of them reads the page in Chromium.

    The ratio of both is what can be compared between machines. Raises SystemFailedError where nobody answers.
    """
    with ExitStack() as stack:
        programs = [stack.enter_context(_program(url)) for _ in range(people)]
        page = [stack.enter_context(_visitor(url))] if browser else []
        crowd = [*page, *programs[len(page) :]]
        pool = stack.enter_context(ThreadPoolExecutor(people))
        # What a service does for the first time is not what it does all day.
        for place, asker in enumerate(crowd):
            asker(questions[place % len(questions)])()
        alone = [programs[-1](questions[number % len(questions)])() for number in range(rounds)]
        together: list[list[float]] = [[] for _ in crowd]
        for number in range(rounds):
            asked = [questions[(number * people + place) % len(questions)] for place in range(people)]
            ready = [asker(question) for asker, question in zip(crowd, asked, strict=True)]
            for waits, wait in zip(together, _ask_together(ready, pool), strict=True):
                waits.append(wait)
            progress(number + 1, rounds)
    by_page, by_program = together[: len(page)], together[len(page) :]
    rows = [("one alone", [alone]), (f"{people} at once", by_program), (f"on the page, one of {people}", by_page)]
    return [Wait(who, tuple(chain(*waits))) for who, waits in rows if waits]


def _ask_together(ready: Sequence[Callable[[], float]], pool: ThreadPoolExecutor) -> list[float]:
    """All of them in one moment; the first in this thread, in which a browser's driver must stay."""
    start = Barrier(len(ready))

    def ask(go: Callable[[], float]) -> float:
        start.wait(_PATIENCE)
        return go()

    others = [pool.submit(ask, go) for go in ready[1:]]
    return [ask(ready[0]), *(other.result() for other in others)]


@contextmanager
def _program(url: str) -> Iterator[Asker]:
    """Somebody who reads the answer as server-sent events."""
    from httpx import Client, HTTPError, InvalidURL

    try:
        client = Client(base_url=url.rstrip("/"), timeout=_PATIENCE)
        _wait_until_ready(client)
    except (HTTPError, InvalidURL) as error:
        raise SystemFailedError(f"no service answers at {url}: {error}; start one with `python -m ui`") from error

    def prepare(question: str) -> Callable[[], float]:
        def ask() -> float:
            try:
                return _first_words(client, question)
            except HTTPError as error:
                raise SystemFailedError(f"{url} failed on {question}: {error}") from error

        return ask

    try:
        yield prepare
    finally:
        client.close()


def _wait_until_ready(client: "Client") -> None:
    until = perf_counter() + _PATIENCE
    while client.get("/readyz").status_code == SERVICE_UNAVAILABLE and perf_counter() < until:
        sleep(0.2)
    client.get("/readyz").raise_for_status()


def _first_words(client: "Client", question: str) -> float:
    start, first = perf_counter(), 0.0
    accepted = {"accept": "text/event-stream"}
    with client.stream("POST", "/api/v1/ask", json={"question": question}, headers=accepted) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not first and line.startswith("data:") and json.loads(line.removeprefix("data:")).get("text"):
                first = (perf_counter() - start) * 1000
    if not first:
        raise SystemFailedError(f"{client.base_url} said nothing to {question}")
    return first


@contextmanager
def _visitor(url: str) -> Iterator[Asker]:
    """Somebody with the page open in Chromium, from Enter to the words that stand there."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise SystemFailedError("--browser needs Playwright: pip install 'policyqa[dev]'") from error
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemFailedError("--browser needs chromium; Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="zh-TW")

        box = page.locator("#question textarea:enabled")

        def prepare(question: str) -> Callable[[], float]:
            page.locator("#send").wait_for()
            page.wait_for_timeout(_READING)
            box.fill(question)
            page.evaluate(_WATCH, _PATIENCE * 1000)

            def ask() -> float:
                box.press("Enter")
                waited = float(page.evaluate("window.firstWords"))
                if waited < 0:
                    raise SystemFailedError(f"the page at {url} said nothing to {question}")
                return waited

            return ask

        try:
            page.goto(url)
            box.wait_for()
            yield prepare
        except Error as error:
            raise SystemFailedError(f"the page at {url} failed: {error.message}") from error
        finally:
            browser.close()
