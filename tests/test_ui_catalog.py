"""權責查詢 and 施政項目 in a real browser, and how topics and filters are read."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from rag import PolicyAssistant
from ui.page.listing import Listing, Wanted
from ui.page.topics import LONGEST_TEXT, MOST_TOPICS, Topics, read_topics
from ui.wording import LANGUAGES, say

SOON = 15_000
PHONE = {"viewport": {"width": 360, "height": 740}}


# Topics out of what was pasted


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("路燈不亮\n登革熱\n", ["路燈不亮", "登革熱"]),
        ("路燈不亮，公園旁\r\n登革熱, 三民區", ["路燈不亮，公園旁", "登革熱, 三民區"]),
        ("\ufeff編號,主題,日期\n1,路燈,1/2\n2,登革熱,1/3", ["路燈", "登革熱"]),
        ("topic\nstreet lamp", ["street lamp"]),
        ('"路燈, 不亮",甲\n"登革熱",乙', ["路燈, 不亮", "登革熱"]),
        ("路燈\t甲\n登革熱\t乙", ["路燈", "登革熱"]),
        ("路燈,甲\n登革熱,乙", ["路燈", "登革熱"]),
        ("路燈\n\n  \n路燈", ["路燈"]),
        ("", []),
        ("主題\n", []),
        ('"', []),
    ],
)
def test_topics_are_read_from_lines_and_tables(text: str, topics: list[str]) -> None:
    assert read_topics(text).topics == topics


@pytest.mark.parametrize(
    ("text", "column", "topics"),
    [
        ("編號,陳情內容\n1,路燈不亮\n2,登革熱", "陳情內容", ["路燈不亮", "登革熱"]),
        ("案號;案由;日期\n115-1;路燈不亮;1/2\n115-2;水溝不通;1/3", "案由", ["路燈不亮", "水溝不通"]),
        ("Nr\tSubject\n1\tstreet lamp", "Subject", ["street lamp"]),
        ("1,路燈不亮很久了,王\n2,登革熱,李", "", ["路燈不亮很久了", "登革熱"]),
        ("路燈不亮\n登革熱", "", ["路燈不亮", "登革熱"]),
    ],
)
def test_the_column_that_tells_the_matter_is_found(text: str, column: str, topics: list[str]) -> None:
    assert read_topics(text) == Topics(topics, column)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_topics(text: str) -> None:
    topics = read_topics(text).topics
    assert all(topic.strip() for topic in topics)
    assert len(set(topics)) == len(topics)


def test_no_more_is_read_than_the_page_says() -> None:
    assert sum(map(len, read_topics("\n".join(f"路燈{n}" for n in range(50_000))).topics)) <= LONGEST_TEXT
    assert all(str(MOST_TOPICS) in say("owners.many_label", language) for language in LANGUAGES)


# Which items are wanted


@pytest.fixture(scope="module")
def listing(assistant: PolicyAssistant) -> Listing:
    return Listing(assistant)


def test_filters_alone_and_together(listing: Listing, assistant: PolicyAssistant) -> None:
    items = assistant.catalog.items.values()
    assert len(listing.find(Wanted())) == len(items)
    assert listing.find(Wanted(net_zero=True)) == [item for item in items if item.net_zero]
    assert listing.find(Wanted(bureau="交通")) == [item for item in items if item.section == "交通"]
    assert [item.id for item in listing.find(Wanted(text="電動化 渡輪"))] == ["11-3"]
    assert [item.id for item in listing.find(Wanted(bureau="交通", net_zero=True))] == ["11-3", "11-4", "11-8"]
    assert listing.find(Wanted(bureau="交通", text="火星")) == []


def test_a_theme_shows_its_own_paragraphs_first(listing: Listing) -> None:
    assert listing.themes == ("淨零 X 科技高雄", "宜居高雄", "幸福高雄", "魅力高雄")
    for theme in listing.themes:
        found = listing.find(Wanted(theme=theme))
        own = [item for item in found if item.theme == theme]
        assert own
        assert found[: len(own)] == own
        assert 20 <= listing.near(theme) == len(found) - len(own)
    assert all(item.net_zero for item in listing.find(Wanted(theme="宜居高雄", net_zero=True)))


# 權責查詢


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found if rule["impact"] in {"serious", "critical"}]


def look_up(page: Page, topic: str) -> None:
    box = page.locator("#topic textarea")
    expect(box).to_be_editable(timeout=SOON)
    box.fill(topic)
    box.press("Enter")
    expect(page.locator("#owners-result h2")).to_contain_text(topic, timeout=SOON)


def test_a_topic_leads_to_bureaus_with_their_share_and_items(address: str, open_page: Any) -> None:
    visit = open_page(f"{address}?tab=owners")
    page = visit.page
    look_up(page, "路燈不亮")
    first = page.locator("#owners-result tbody tr").first
    expect(first).to_contain_text("工務局")
    expect(first).to_contain_text("%")
    expect(first.locator(".bar")).to_be_visible()
    page.locator("#owners-result summary").first.click()
    expect(page.locator("#owners-result .card").first).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("工務局")
    page.reload()
    expect(page.locator("#owners-result tbody tr").first).to_contain_text("工務局", timeout=SOON)
    expect(page.locator("#topic textarea")).to_have_value("路燈不亮")
    look_up(page, "結婚登記要帶什麼")
    expect(page.locator("#owners-result .notice")).to_have_text(say("owners.weak"))
    assert visit.complaints == []
    assert visit.strangers == set()


def test_many_topics_become_a_table_and_a_safe_sheet(address: str, open_page: Any, tmp_path: Path) -> None:
    page = open_page(f"{address}?tab=owners").page
    page.get_by_role("button", name=say("owners.many")).click()
    page.locator("#topics textarea").fill("路燈不亮\n登革熱\n=HYPERLINK(1)\n" + "長" * 2100)
    page.locator("#topics-search").click()
    expect(page.locator("#topics-result tbody tr")).to_have_count(4, timeout=SOON)
    expect(page.locator("#topics-state")).to_contain_text("4")
    with page.expect_download() as download:
        page.locator("#topics-download").click()
    download.value.save_as(tmp_path / "sheet.csv")
    text = (tmp_path / "sheet.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[1][:2][1].startswith("工務局")
    assert rows[3][0] == "'=HYPERLINK(1)"
    assert rows[4][-1] == say("owners.too_long")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5"])
def test_a_file_of_topics_is_read_in_the_browser(address: str, open_page: Any, tmp_path: Path, encoding: str) -> None:
    visit = open_page(f"{address}?tab=owners")
    page = visit.page
    page.get_by_role("button", name=say("owners.many")).click()
    (tmp_path / "topics.csv").write_bytes("主題,日期\n路燈不亮,1/1\n登革熱,1/2\n".encode(encoding))
    page.locator("#topics-file").set_input_files(tmp_path / "topics.csv")
    expect(page.locator("#topics textarea")).to_have_value("主題,日期\n路燈不亮,1/1\n登革熱,1/2\n", timeout=SOON)
    page.locator("#topics-search").click()
    expect(page.locator("#topics-result tbody tr")).to_have_count(2, timeout=SOON)
    assert not [url for url in visit.requests if "upload" in url]


def test_a_file_that_is_none_is_declined(address: str, open_page: Any, tmp_path: Path) -> None:
    page = open_page(f"{address}?tab=owners").page
    page.get_by_role("button", name=say("owners.many")).click()
    for name, content in (("large.txt", b"a" * (LONGEST_TEXT + 1)), ("picture.csv", b"\x89PNG\x00\x00\xff")):
        (tmp_path / name).write_bytes(content)
        page.locator("#topics-file").set_input_files(tmp_path / name)
        expect(page.locator("#topics-bad")).to_have_text(say("owners.bad_file"), timeout=SOON)
    page.locator("#topics-search").click()
    expect(page.locator("#topics-state")).to_contain_text(say("owners.no_topics"), timeout=SOON)


# 施政項目


def test_items_are_filtered_and_the_list_can_be_linked(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?tab=items").page
    found = page.locator("#items-found [role=status]")
    expect(found).to_contain_text("456", timeout=SOON)
    expect(page.locator("#items-found .card")).to_have_count(25)
    page.locator("#items-more").click()
    expect(page.locator("#items-found .card")).to_have_count(50, timeout=SOON)
    page.get_by_label(say("items.net_zero")).check()
    expect(found).to_contain_text("82", timeout=SOON)
    page.get_by_label(say("items.text")).fill("電動化 渡輪")
    page.get_by_label(say("items.text")).press("Enter")
    expect(page.locator("#items-found .card")).to_have_count(1, timeout=SOON)
    expect(page).to_have_url(re.compile("text=.*net_zero=1"), timeout=SOON)
    page.reload()
    expect(page.locator("#items-found .card")).to_have_count(1, timeout=SOON)
    page.get_by_role("button", name=say("items.clear")).click()
    expect(found).to_contain_text("456", timeout=SOON)


def test_a_bureau_is_chosen_by_keyboard(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?tab=items").page
    choice = page.locator("#filter-bureau input")
    expect(page.locator("#items-found .card")).to_have_count(25, timeout=SOON)
    choice.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("交通局")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#items-found [role=status]")).to_contain_text("9", timeout=SOON)
    expect(page.locator("#items-found .card")).to_have_count(9)


@pytest.mark.slow
def test_a_theme_says_that_its_items_are_computed(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?tab=items&theme=%E5%AE%9C%E5%B1%85%E9%AB%98%E9%9B%84").page
    expect(page.locator("#items-found .note")).to_contain_text("並非綱要的分類", timeout=SOON)
    expect(page.locator("#items-found .card").first).to_have_attribute("data-item", "0-6")


@pytest.mark.slow
def test_an_item_has_a_page_and_neighbours(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?item=11-3").page
    expect(page.locator("#item .card")).to_contain_text("2030 市區公車全面電動化", timeout=SOON)
    page.locator("#item").get_by_role("link", name=say("items.next", "zh-TW", label="交通（四）")).click()
    expect(page.locator("#item .card")).to_have_attribute("data-item", "11-4", timeout=SOON)
    page.go_back()
    expect(page.locator("#item .card")).to_have_attribute("data-item", "11-3", timeout=SOON)
    page.locator("#item").get_by_role("link", name=say("items.ask")).click()
    expect(page.locator("#turn-1-item-1")).to_have_attribute("data-item", "11-3", timeout=SOON)


@pytest.mark.parametrize("item_id", ["99-9", "%3Cscript%3E", "0"])
def test_an_unknown_item_leads_on(address: str, open_page: Any, item_id: str) -> None:
    page = open_page(f"{address}?item={item_id}").page
    expect(page.locator("#item [role=alert]")).to_contain_text(say("items.back"), timeout=SOON)
    expect(page.locator("#items-found .card").first).to_be_visible(timeout=SOON)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["?tab=owners&topic=%E7%99%BB%E9%9D%A9%E7%86%B1", "?tab=items", "?item=11-3"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it_on_a_phone_too(address: str, open_page: Any, place: str, scheme: str) -> None:
    page = open_page(f"{address}{place}", color_scheme=scheme, **PHONE).page
    expect(page.locator(".card").first).to_be_attached(timeout=SOON)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.slow
def test_the_chart_leads_to_the_lists(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?tab=items&lang=en").page
    page.get_by_role("button", name=say("items.chart", "en")).click()
    expect(page.locator(".counts tbody tr")).to_have_count(33, timeout=SOON)
    page.locator(".counts").get_by_role("link", name="Transportation Bureau").click()
    expect(page.locator("#items-found .card")).to_have_count(9, timeout=SOON)
