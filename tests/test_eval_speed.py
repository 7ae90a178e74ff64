import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import perf_counter, sleep
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse

from eval.errors import SystemFailedError
from eval.speed import Wait, measure_waits
from eval.tables import waits_table

QUESTIONS = ["公車什麼時候會全部換成電動的？", "登革熱防治是哪個局負責？", "捷運票價多少"]
Serving = Callable[[Any], AbstractContextManager[str]]


def measure(url: str, *, browser: bool = False) -> list[Wait]:
    seen: list[tuple[int, int]] = []
    waits = measure_waits(
        url, QUESTIONS, people=3, rounds=2, browser=browser, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 2), (2, 2)]
    return waits


def test_a_service_is_timed_alone_and_in_a_crowd(address: str) -> None:
    alone, crowd = measure(address)
    assert (len(alone.first_words), len(crowd.first_words)) == (2, 6)
    assert min(alone.first_words + crowd.first_words) > 0


@pytest.mark.slow
def test_one_of_the_crowd_reads_the_page(address: str) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    _, crowd, page = measure(address, browser=True)
    assert (len(crowd.first_words), len(page.first_words)) == (4, 2)
    assert min(page.first_words) > 0


def test_a_browser_that_is_not_there_is_asked_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemFailedError, match="apt-get install chromium"):
        measure(address, browser=True)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (StreamingResponse(iter([b'event: error\ndata: {"detail": "broken off"}\n\n'])), "said nothing to 公車"),
        (PlainTextResponse("too many", status_code=429), "429"),
    ],
)
def test_a_service_that_does_not_answer_is_named(serving: Serving, reply: Any, message: str) -> None:
    app = FastAPI()
    app.get("/readyz")(lambda: PlainTextResponse("ready"))
    app.post("/api/v1/ask")(lambda: reply)
    with serving(app) as address, pytest.raises(SystemFailedError, match=message):
        measure(address)


def test_a_service_that_is_still_warming_up_is_waited_for(serving: Serving) -> None:
    states = iter([503, 503, 200])
    app = FastAPI()
    app.get("/readyz")(lambda: PlainTextResponse("", status_code=next(states, 200)))
    said = b'event: piece\ndata: {"text": "yes"}\n\n'
    app.post("/api/v1/ask")(lambda: StreamingResponse(iter([said])))
    with serving(app) as address:
        assert len(measure(address)) == 2
    assert next(states, None) is None


def test_all_of_the_crowd_ask_in_one_moment(serving: Serving) -> None:
    asked: list[float] = []
    app = FastAPI()
    app.get("/readyz")(lambda: PlainTextResponse("ready"))

    def answer() -> StreamingResponse:
        asked.append(perf_counter())
        sleep(0.5)
        return StreamingResponse(iter([b'event: piece\ndata: {"text": "yes"}\n\n']))

    app.post("/api/v1/ask")(answer)
    with serving(app) as address:
        measure(address)
    # Two rounds of three, behind those that warm up and ask alone: none waited for another's answer.
    for first in (-6, -3):
        together = asked[first : first + 3 or None]
        assert max(together) - min(together) < 0.5


def test_nobody_beside_the_page_is_no_row() -> None:
    assert waits_table([Wait("one alone", (10, 20, 30))]).count("\n") == 2


def test_a_crowd_is_set_against_one_alone() -> None:
    table = waits_table([Wait("one alone", (10, 20, 30)), Wait("5 at once", tuple(range(1, 101)))])
    assert table.splitlines()[2:] == ["| one alone | 3 | 20 | 20 | 1.0 |", "| 5 at once | 100 | 50 | 95 | 4.8 |"]
