import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.document.catalog import PREFACE, Catalog, build_catalog, load_bureaus, load_guidelines, read_document
from rag.document.chunking import chunk_items, plain_formulas, searchable_text
from rag.document.parse import Guidelines, join_lines, parse_guidelines
from rag.errors import DocumentError
from rag.types import chinese_numeral

SOURCE = read_document(None)
LEGAL = """高雄市政府 115 年度施政綱要
前言
市府與市民攜手讓城市發展繼續向前。
施政要項
一、財政
(一) 開源節流。
(二) 公開招商。
二、環保
(一) 回收資源。
"""
VERBATIM = {
    "1-1": "結合高雄城市轉型經驗及成果，於市政議題層面協同局處專業和姊妹市及友好夥伴城市創造實質合作機會。",
    # A page break in mid-word: 舒適 / 度.
    "2-10": "改善火化過程中產生煙塵對空氣的影響，持續辦理火化爐具及廢氣排放處理設備汰舊換新，並編列預算辦理更新濾袋，"
    "營造清淨港都環境，以改善空氣品質，提高環境舒適度。(淨零)",
    "8-19": "呼應淨零排放目標，發揮圖書館地方知識中心並肩負社會教育與地球公民責任，推廣「淨零碳排」、「公正轉型」、"
    "「永續經營」理念導入日常，亦逐步汰換、使用節電節能設備，落實淨零碳排之目標(淨零)",
    "11-3": "推動運具綠能轉型，配合 2050 淨零目標，加速增設電動車充電設施、擴增 YouBike 2.0 站點，"
    "推動 2030 市區公車全面電動化及渡輪汰換為電力驅動系統。(淨零)",
    "15-6": "辦理本市鳳山、路竹、大寮、左營、大樹等都市計畫通盤檢討，依循 TOD 與永續都市發展趨勢，"
    "配合地方需求檢討變更土地使用分區，於土地管制要點或都市設計條文中引入淨零措施。(淨零)。",
    "22-19": "114年完成仁武焚化廠ROT修建工程，115年預期效益可達減污減排(如不透光率 $\\leq 5\\%$ 、"
    "氯化氫 $\\leq 15\\text{ppm}$ 及氮氧化物 $\\leq 30\\text{ppm}$ 等)、提升能源效益及焚化廠營運穩定性。",
}


@pytest.fixture(scope="module")
def guidelines() -> Guidelines:
    return load_guidelines()


@pytest.fixture(scope="module")
def catalog(guidelines: Guidelines) -> Catalog:
    return build_catalog({item.id: item for item in guidelines.items}, guidelines.year)


def _dense(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_shipped_document_is_that_of_kaohsiung_for_115(guidelines: Guidelines) -> None:
    assert (guidelines.city, guidelines.year) == ("高雄市", 115)


def test_it_holds_443_items_in_33_sections_and_13_preface_paragraphs(catalog: Catalog) -> None:
    assert len(catalog.sections) == 33
    assert sum(len(items) for items in catalog.sections.values()) == 443
    assert len(catalog.preface) == 13
    assert len(catalog.items) == 456


def test_ids_are_chapter_and_running_number(catalog: Catalog) -> None:
    chapters = [catalog.preface, *catalog.sections.values()]
    expected = [f"{chapter}-{n}" for chapter, items in enumerate(chapters) for n in range(1, len(items) + 1)]
    assert list(catalog.items) == expected


def test_nothing_of_the_source_is_lost_or_invented(guidelines: Guidelines) -> None:
    source = _dense(re.sub(r"^\s*-\s+", "", SOURCE, flags=re.MULTILINE))
    title, preface, *rest = guidelines.headings
    rebuilt, chapter = [title], 0
    for heading in (preface, *rest):
        rebuilt.append(heading)
        if chapter or heading == "施政要項":
            numbered = [item for item in guidelines.items if item.chapter == chapter > 0]
            rebuilt += [f"({chinese_numeral(item.number)}){_dense(item.text)}" for item in numbered]
            chapter += 1
        else:
            theme = "" if heading == preface else heading
            rebuilt += [_dense(i.text) for i in guidelines.items if not i.chapter and _dense(i.theme) == theme]
    assert "".join(rebuilt) == source


@pytest.mark.parametrize(("item_id", "text"), VERBATIM.items())
def test_items_are_verbatim(catalog: Catalog, item_id: str, text: str) -> None:
    assert catalog.items[item_id].text == text


def test_items_belong_to_the_office_of_their_section(catalog: Catalog) -> None:
    assert catalog.items["2-1"].section == "民政"
    assert catalog.items["2-1"].office == "高雄市政府民政局"
    assert catalog.items["11-3"].office == "高雄市政府交通局"
    assert catalog.items["0-1"].office == PREFACE


def test_only_preface_paragraphs_stand_under_a_theme(catalog: Catalog) -> None:
    assert [item.theme for item in catalog.preface].count("") == 2
    assert {item.theme for item in catalog.preface} == {"", "淨零 X 科技高雄", "宜居高雄", "幸福高雄", "魅力高雄"}
    assert {item.theme for items in catalog.sections.values() for item in items} == {""}


def test_net_zero_items_are_as_many_as_the_source_has_tags(catalog: Catalog) -> None:
    # A tag ends its item, so what follows is the next item, the next section or the end.
    tag = re.compile(r"[(（]淨零[)）]。?(?=(?:-?[(（][一二三四五六七八九十]+[)）])|(?:[一二三四五六七八九十]+、)|$)")
    assert len(catalog.find(net_zero=True)) == len(tag.findall(_dense(SOURCE)))


@pytest.mark.parametrize("item_id", ["1-2", "8-19", "15-6"])
def test_the_net_zero_tag_is_seen_with_and_without_a_full_stop(catalog: Catalog, item_id: str) -> None:
    assert catalog.items[item_id].net_zero


def test_an_item_that_only_speaks_of_net_zero_has_no_tag(catalog: Catalog) -> None:
    assert "淨零永續" in catalog.items["22-3"].text
    assert not catalog.items["22-3"].net_zero


def test_items_are_found_by_section_and_number(catalog: Catalog) -> None:
    assert catalog.at("交通", 3) == catalog.items["11-3"]
    assert catalog.at("交通", -1) == catalog.sections["交通"][-1]
    assert catalog.at(PREFACE, 1) == catalog.items["0-1"]


@pytest.mark.parametrize(("section", "number"), [("交通", 0), ("交通", 99), ("交通", -99), ("航太", 1)])
def test_there_is_no_item_outside_a_section(catalog: Catalog, section: str, number: int) -> None:
    assert catalog.at(section, number) is None


def test_the_bureau_table_names_the_sections_of_the_document(catalog: Catalog) -> None:
    assert list(load_bureaus()) == list(catalog.sections)


def test_no_name_stands_for_two_bureaus() -> None:
    names = [name for bureau in load_bureaus().values() for name in bureau.names]
    assert sorted(names) == sorted(set(names))


def test_every_bureau_has_a_short_name_and_an_office_of_its_own() -> None:
    bureaus = load_bureaus().values()
    assert all(bureau.names and bureau.english for bureau in bureaus)
    assert len({bureau.office for bureau in bureaus}) == 33


def test_a_section_that_the_table_lacks_answers_under_its_own_name() -> None:
    parsed = parse_guidelines(LEGAL.replace("二、環保", "二、太空"), load_bureaus())
    catalog = build_catalog({item.id: item for item in parsed.items}, parsed.year)
    assert catalog.items["2-1"].office == "太空"
    assert catalog.bureaus["太空"].short == "太空"


LETTERS = st.sampled_from("市府推動綠能交通建設與福利，；「」（）：")
ITEM_TEXT = st.text(LETTERS, min_size=1, max_size=40).map(lambda text: text + "。")
SECTIONS = st.lists(st.lists(ITEM_TEXT, min_size=1, max_size=12), min_size=1, max_size=12)
BREAK = st.sampled_from(["", "", "", "", "\n", "\n\n", "\n- ", "\n\n- ", " \n\t", "\r\n", "\n\n\n-  "])


def _written(sections: list[list[str]]) -> str:
    lines = ["高雄市政府 115 年度施政綱要", "前言", "施政要項"]
    for chapter, items in enumerate(sections, start=1):
        lines.append(f"{chinese_numeral(chapter)}、部門")
        lines += [f"({chinese_numeral(number)}) {text}" for number, text in enumerate(items, start=1)]
    return "\n".join(lines)


def _texts(document: str) -> list[list[str]]:
    items = parse_guidelines(document, {}).items
    return [[i.text for i in items if i.chapter == chapter] for chapter in range(1, items[-1].chapter + 1)]


@given(SECTIONS)
def test_what_is_written_is_read(sections: list[list[str]]) -> None:
    assert _texts(_written(sections)) == sections


@given(SECTIONS, st.data())
def test_page_breaks_and_list_dashes_within_items_change_nothing(
    sections: list[list[str]], data: st.DataObject
) -> None:
    broken = [
        [text[0] + "".join(data.draw(BREAK) + letter for letter in text[1:]) for text in items] for items in sections
    ]
    assert _texts(_written(broken)) == sections


@given(st.text(max_size=300))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    for document in (text, LEGAL + text, LEGAL.replace("前言\n", f"前言\n{text}\n")):
        try:
            items = parse_guidelines(document, {}).items
        except DocumentError:
            continue
        assert all(item.text.strip() for item in items)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (LEGAL, "", "the document is empty"),
        (LEGAL, " \n\n", "the document is empty"),
        ("高雄市政府 115 年度施政綱要\n", "\n", "line 2: expected a title"),
        ("施政要項\n", "", "expected one line 施政要項"),
        ("施政要項\n", "施政要項\n施政要項\n", "expected one line 施政要項 .* found 2"),
        ("(二) 公開招商。", "(三) 公開招商。", r"line 7: item \(三\) where \(二\) is due"),
        ("二、環保", "三、環保", "line 8: section 三、 where 二、 is due"),
        ("一、財政\n", "多出來的文字\n一、財政\n", "line 5: text before the first section"),
        ("(一) 開源節流。\n", "多出來的文字\n(一) 開源節流。\n", "line 6: text before the first item"),
        ("(二) 公開招商。", "(二) ", r"line 7: item \(二\) has no text"),
        ("(一) 回收資源。\n", "", "line 8: section 二、環保 has no item"),
        ("繼續向前。", "繼續向前與產業界一同邁向永續", "line 3: the preface breaks off"),
        (LEGAL.partition("施政要項\n")[2], "", "no numbered section"),
    ],
)
def test_a_document_of_another_shape_is_refused_with_its_line(before: str, after: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse_guidelines(LEGAL.replace(before, after, 1), {})


def test_full_width_brackets_and_a_byte_order_mark_are_read() -> None:
    parsed = parse_guidelines("\ufeff" + LEGAL.replace("(", "（").replace(")", "）"), {})
    assert [item.text for item in parsed.items if item.chapter] == ["開源節流。", "公開招商。", "回收資源。"]


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big5.txt"
    path.write_bytes(LEGAL.encode("big5"))
    with pytest.raises(DocumentError, match=r"big5\.txt as UTF-8"):
        read_document(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="POLICYQA_DOCUMENT"):
        load_guidelines(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (["提高環境舒適", "度。"], "提高環境舒適度。"),
        (["與 NVIDIA", "Inception Program 合作"], "與 NVIDIA Inception Program 合作"),
        (["辦理 2026", "城鎮韌性"], "辦理 2026城鎮韌性"),
        (["自 110", "113 年"], "自 110 113 年"),
        (["校園-", "ABC"], "校園-ABC"),
        (["一行"], "一行"),
    ],
)
def test_lines_are_joined_with_a_space_only_between_latin_words(parts: list[str], joined: str) -> None:
    assert join_lines(parts) == joined


def test_formulas_are_shown_as_printed() -> None:
    shown = plain_formulas(VERBATIM["22-19"])
    assert "(如不透光率 ≤ 5% 、氯化氫 ≤ 15ppm 及氮氧化物 ≤ 30ppm 等)" in shown


def test_text_without_a_formula_stays_as_it_is() -> None:
    assert plain_formulas("票價 50 元，$ 符號一個") == "票價 50 元，$ 符號一個"


def test_what_is_searched_has_no_net_zero_tag(catalog: Catalog) -> None:
    assert "淨零" not in searchable_text(catalog.items["1-4"])


def test_every_item_is_searched_under_its_office(guidelines: Guidelines) -> None:
    chunks = [chunk for chunk in chunk_items(guidelines.items) if chunk.source == "item"]
    assert all(chunk.text.startswith(item.office) for item, chunk in zip(guidelines.items, chunks, strict=True))


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (33, "三十三"), (99, "九十九")]
)
def test_numbers_are_written_out(number: int, written: str) -> None:
    assert chinese_numeral(number) == written


@pytest.mark.parametrize("number", [0, -1, 100])
def test_other_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        chinese_numeral(number)
