"""Take the pictures of the README anew: python docs/screenshots/take.py (needs Chromium and the extra `dev`)."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pydantic import SecretStr

from rag import load_settings, open_assistant
from ui.service import build_service, listen

HERE = Path(__file__).parent
# Enough for flat colours and smooth letters; a tenth of the size.
_COLOURS = 48
_ACCOUNT = ("clerk", "a long enough password")
_WAYS = {
    "": {"viewport": {"width": 1180, "height": 760}},
    "-phone": {"viewport": {"width": 390, "height": 760}},
    "-dark": {"viewport": {"width": 1180, "height": 760}, "color_scheme": "dark"},
}


def _ask(page: Page, *questions: str) -> None:
    for number, question in enumerate(questions, start=1):
        page.locator("#question textarea:enabled").fill(question)
        page.locator("#question textarea").press("Enter")
        page.locator(f"#turn-{number}").wait_for()
        page.locator("#tools").wait_for()
    page.locator("#go-on .go-on").wait_for()
    page.evaluate("scrollTo(0, 0)")


def _rate(page: Page) -> None:
    _ask(page, "公車什麼時候會全部換成電動的？")
    page.locator("#not-useful").click()
    page.locator("#reason-row").wait_for()
    page.locator("#reason-row").scroll_into_view_if_needed()


def _own(page: Page) -> None:
    page.locator("#topic textarea").fill("登革熱防治")
    page.locator("#topic textarea").press("Enter")
    page.locator("#owners-result tbody").wait_for()
    page.locator("#owners-result summary").first.click()


def _many(page: Page) -> None:
    page.locator("#many button").first.click()
    page.locator("#topics textarea").fill("路燈不亮\n登革熱防治\n長照據點\n結婚登記要帶什麼")
    page.locator("#topics-search").click()
    page.locator("#topics-result tbody").wait_for()
    page.locator("#topics-search").scroll_into_view_if_needed()


def _chart(page: Page) -> None:
    page.locator("#items-chart button").first.click()
    page.locator(".counts").wait_for()
    page.locator(".counts").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 500)")


def _log_in(page: Page) -> None:
    page.locator("[name=user]").fill(_ACCOUNT[0])
    page.locator("[name=password]").fill(_ACCOUNT[1])
    page.locator("main button").click()
    page.locator("main h2").wait_for()


def _explain(page: Page) -> None:
    _log_in(page)
    page.get_by_role("link", name="檢索說明").click()
    page.locator("[name=q]").fill("公車什麼時候會全部換成電動的？")
    page.locator("main button").click()
    page.locator("dl").wait_for()


def _wait_for(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.wait_for()


# A state's name, its address, and how it comes about.
_STATES: tuple[tuple[str, str, Callable[[Page], None]], ...] = (
    ("welcome", "", _wait_for(".examples")),
    ("ask", "", lambda page: _ask(page, "公車什麼時候會全部換成電動的？")),
    ("conversation", "", lambda page: _ask(page, "捷運黃線現在做到哪裡？", "那紫線呢？")),
    ("refusal", "", lambda page: _ask(page, "捷運票價多少")),
    ("rating", "", _rate),
    ("english", "?lang=en", lambda page: _ask(page, "When will all city buses be electric?")),
    ("owners", "?tab=owners", _own),
    ("topics", "?tab=owners", _many),
    ("items", "?tab=items&bureau=%E4%BA%A4%E9%80%9A", _wait_for("#items-found .card")),
    ("item", "?item=11-3", _wait_for("#item .card")),
    ("chart", "?tab=items", _chart),
    ("about", "?tab=about", _wait_for(".about")),
    ("staff-login", "staff", _wait_for(".login")),
    ("staff-feedback", "staff", _log_in),
    ("staff-explained", "staff", _explain),
)


@contextmanager
def _service() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, listen("127.0.0.1", 0) as listener:
        account = {"staff_user": _ACCOUNT[0], "staff_password": SecretStr(_ACCOUNT[1])}
        settings = load_settings().model_copy(update={"data_dir": Path(folder), **account})
        app = build_service(open_assistant(settings), settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join()


def _rate_some(address: str) -> None:
    rated = (
        {"useful": True, "question": "公車什麼時候會全部換成電動的？", "citations": ["11-3"], "grounding": "cited"},
        {
            "useful": False,
            "question": "我的電話是 0912-345-678，捷運票價多少",
            "reason": "想知道票價",
            "grounding": "no_evidence",
        },
    )
    for feedback in rated:
        httpx.post(f"{address}api/v1/feedback", json=feedback).raise_for_status()


def _take(browser: Browser, address: str) -> None:
    for way, options in _WAYS.items():
        for name, place, act in _STATES:
            context = browser.new_context(locale="zh-TW", reduced_motion="reduce", **options)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{address}{place}")
            act(page)
            page.wait_for_timeout(500)
            picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
            picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}{way}.png", optimize=True)
            context.close()


def main() -> None:
    """All states, each on a desk, on a phone and in the dark."""
    with _service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        _rate_some(address)
        _take(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
