"""References to items in the styles that people use."""

import pytest

from rag.document.catalog import PREFACE, Catalog, build_catalog, load_guidelines
from rag.retrieval.references import find_references, read_numeral
from rag.text import fold
from rag.types import chinese_numeral

GUIDELINES = load_guidelines()
CATALOG: Catalog = build_catalog({item.id: item for item in GUIDELINES.items}, GUIDELINES.year)


def _found(text: str) -> list[str | None]:
    references = find_references(fold(text), CATALOG)
    return [reference.item.id if reference.item else None for reference in references]


@pytest.mark.parametrize(
    ("text", "item_id"),
    [
        ("交通第三項", "11-3"),
        ("交通（三）", "11-3"),
        ("交通(3)", "11-3"),
        ("交通局第3項在講什麼", "11-3"),
        ("交通局施政綱要第三項", "11-3"),
        ("工務16", "13-16"),
        ("工務（十六）", "13-16"),
        ("養工處第16條", "13-16"),
        ("第十四章第五項", "14-5"),
        ("第14章第5項", "14-5"),
        ("第五部分第2項", "5-2"),
        ("11-3", "11-3"),
        ("11–3", "11-3"),
        ("請給我 30-3 的全文", "30-3"),
        ("0-7", "0-7"),
        ("教育最後一項", "6-20"),
        ("教育局最後一條", "6-20"),
        ("觀光倒數第二項", "16-13"),
        ("前言第三段", "0-3"),
        ("前言最後一段", "0-13"),
        ("社會局第5點", "18-5"),
        ("地政第十九款", "24-19"),
        ("法制的第二條", "29-2"),
        ("空中大學第2項", "7-2"),
        ("原住民事務第五項", "3-5"),
        ("主計（３）", "26-3"),
        ("第３章第２項", "3-2"),
        ("１１－３", "11-3"),
        ("环保第六项", "22-6"),
        ("卫生局第 1 点", "21-1"),
    ],
)
def test_an_item_is_found_by_every_style(text: str, item_id: str) -> None:
    assert _found(text) == [item_id]


def test_a_question_may_refer_to_several_items_in_order() -> None:
    assert _found("交通第三項跟工務第三項") == ["11-3", "13-3"]


def test_the_same_reference_twice_counts_once() -> None:
    assert _found("11-3，就是 11-3") == ["11-3"]


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("毒品防制第二十項", "毒品防制"),
        ("交通第0項", "交通"),
        ("文化第一百項", "文化"),
        ("勞工局倒數第十項", "勞工"),
        ("前言第20段", PREFACE),
        ("第十一章第十項", "交通"),
        ("第40章", None),
        ("第四十章第一項", None),
        ("chapter 34", None),
        ("What is in Chapter 99?", None),
        ("99-1", None),
    ],
)
def test_a_reference_to_nothing_is_kept_without_an_item(text: str, section: str | None) -> None:
    (reference,) = find_references(fold(text), CATALOG)
    assert (reference.item, reference.section) == (None, section)


@pytest.mark.parametrize(
    "text",
    [
        "打 412-8185 會通嗎",
        "教育 412-8185",
        "24 小時都有人嗎",
        "2026-11-22 會開嗎",
        "11-3-2026",
        "5G 智慧巡邏車",
        "交通2030",
        "110-113 年的舉債",
        "3-5月辦的活動",
        "chapter 3",
        "第3項",
        "請假 1.5-2 天",
        "",
    ],
)
def test_numbers_of_other_things_are_no_references(text: str) -> None:
    assert find_references(fold(text), CATALOG) == ()


@pytest.mark.parametrize(
    "text", ["7-11 買得到專用垃圾袋嗎", "里活動中心 1-2 樓可以借嗎", "公園 24-7 都開著嗎", "3-5 月辦的活動"]
)
def test_a_number_pair_of_something_else_is_no_reference(text: str) -> None:
    assert find_references(fold(text), CATALOG) == ()


def test_every_item_is_found_by_section_and_number() -> None:
    items = CATALOG.items.values()
    assert [_found(f"{item.section}（{chinese_numeral(item.number)}）") for item in items] == [[i.id] for i in items]


def test_every_item_is_found_by_its_id() -> None:
    assert [_found(item_id) for item_id in CATALOG.items] == [[item_id] for item_id in CATALOG.items]


@pytest.mark.parametrize(
    ("numeral", "number"), [("7", 7), ("十", 10), ("十一", 11), ("二十", 20), ("九十九", 99), ("一百零五", 105)]
)
def test_numerals_are_read(numeral: str, number: int) -> None:
    assert read_numeral(numeral) == number


def test_every_written_number_is_read_back() -> None:
    assert [read_numeral(chinese_numeral(number)) for number in range(1, 100)] == list(range(1, 100))
