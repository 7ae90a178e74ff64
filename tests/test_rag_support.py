"""What a written sentence says beyond its items is found, and what stands in them passes."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.support import coverage, find_unsupported
from rag.document.catalog import Catalog, build_catalog, load_guidelines
from rag.document.chunking import searchable_text
from rag.types import Language, PolicyItem

PAIRS = Path(__file__).parent / "data" / "support_pairs.jsonl"
LANGUAGES: tuple[Language, ...] = get_args(Language)
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")


@cache
def catalog() -> Catalog:
    guidelines = load_guidelines()
    return build_catalog({item.id: item for item in guidelines.items}, guidelines.year)


def items(*ids: str) -> list[PolicyItem]:
    return [catalog().items[item_id] for item_id in ids]


def kinds(sentence: str, *ids: str, language: Language = "zh-TW", question: str = "") -> set[str]:
    return {found.kind for found in find_unsupported(sentence, items(*ids), catalog(), language, question)}


@cache
def pairs() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


@cache
def flagged() -> Mapping[str, bool]:
    return {
        pair["id"]: bool(find_unsupported(pair["sentence"], items(*pair["items"]), catalog(), pair["language"]))
        for pair in pairs()
    }


def clauses(text: str) -> set[str]:
    cuts = ("[。；]", "[。；，]", "[。；，、]")
    return {text, *(part for cut in cuts for part in re.split(cut, text))} - {""}


def test_right_sentences_pass() -> None:
    right = [pair["id"] for pair in pairs() if pair["supported"]]

    alarms = [pair_id for pair_id in right if flagged()[pair_id]]

    assert len(alarms) <= 0.02 * len(right), alarms


@pytest.mark.parametrize(
    ("corruption", "floor"),
    [
        ("number", 0.94),
        ("year", 0.93),
        ("unit", 0.9),
        ("amount", 0.93),
        ("bureau", 0.95),
        ("name", 0.83),
        ("negation", 0.95),
        ("overclaim", 0.92),
        ("invented", 0.93),
    ],
)
def test_corrupted_sentences_are_found(corruption: str, floor: float) -> None:
    wrong = [pair["id"] for pair in pairs() if pair["corruption"] == corruption]

    assert sum(flagged()[pair_id] for pair_id in wrong) >= floor * len(wrong)


def test_the_labelled_pairs_are_many_of_each_kind_and_cite_real_items() -> None:
    counted = Counter(pair["corruption"] for pair in pairs())

    assert min(counted[kind] for kind in ("number", "year", "bureau", "negation", "name")) >= 20
    assert all(item_id in catalog().items for pair in pairs() for item_id in pair["items"])
    assert {catalog().items[pair["items"][0]].section for pair in pairs()} >= set(catalog().bureaus)
    assert len({pair["id"] for pair in pairs()}) == len({pair["sentence"] for pair in pairs()}) == len(pairs())


@pytest.mark.parametrize("language", ["zh-TW", "zh-CN", "ja", "en"])
def test_every_clause_of_every_item_is_supported_by_it(language: Language) -> None:
    found = [
        (item.id, clause, unsupported)
        for item in catalog().items.values()
        for clause in clauses(searchable_text(item))
        if (unsupported := find_unsupported(clause, [item], catalog(), language))
    ]

    assert not found


def test_every_number_of_every_item_is_found_where_it_is_changed() -> None:
    missed = []
    for item in catalog().items.values():
        text = searchable_text(item)
        held = {float(number) for number in _NUMBER.findall(text)}
        for match in _NUMBER.finditer(text):
            for change in (1, 7, 100):
                value = float(match[0]) + change
                if {value, value - 1911, value + 1911} & held:
                    continue
                changed = f"{text[: match.start()]}{value:g}{text[match.end() :]}"
                if not find_unsupported(changed, [item], catalog(), "zh-TW"):
                    missed.append((item.id, match[0], value))

    assert not missed


@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_any_text_is_judged(text: str, language: Language) -> None:
    found = find_unsupported(text, items("11-3", "22-18"), catalog(), language)

    assert all(unsupported.text for unsupported in found)
    assert 0.0 <= coverage(text, items("11-3")[0]) <= 1.0


PIECES = (
    "115 年",
    "三萬五千元",
    "1,234.5",
    "百分之",
    "不",
    "交通局",
    "「",
    "」",
    "No",
    "Dept ",
    "鳳山區",
    "、",
    "。",
    " and ",
    "千",
    "億",
)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(LANGUAGES))
def test_any_mixture_of_telling_pieces_is_judged(text: str, language: Language) -> None:
    assert isinstance(find_unsupported(text, items("11-3"), catalog(), language), tuple)


@given(st.sampled_from([pair for pair in pairs() if pair["language"] == "zh-TW"]))
def test_full_width_digits_change_nothing(pair: Mapping[str, Any]) -> None:
    wide = pair["sentence"].translate(str.maketrans("0123456789%", "０１２３４５６７８９％"))

    assert kinds(wide, *pair["items"]) == kinds(pair["sentence"], *pair["items"])


@pytest.mark.parametrize("piece", ["a", "A-", "1,", "不", "零一", "A ", "三", "(", "Sở ", "、", "電子", "red, "])
def test_a_long_run_of_one_thing_takes_no_time(piece: str) -> None:
    assert isinstance(find_unsupported(piece * 5000, items("11-3"), catalog(), "zh-TW"), tuple)


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("113 年的促參招商金額是 49,300,000,000 元。", "0-2"),
        ("民國一一三年的促參招商金額是四百九十三億元。", "0-2"),
        ("西元 2024 年的促參招商金額高達 493 億元。", "0-2"),
        ("更新會最高可以獲得 1,500,000 元的先期規劃補助。", "15-12"),
        ("更新會最高可以獲得一百五十萬元的先期規劃補助。", "15-12"),
        ("市府要在 2030 年減碳三成。", "0-4"),
        ("市府要在 2030 年減碳百分之三十。", "0-4"),
        ("光電計畫要建置 1,250MW，包含漁電共生。", "13-16"),
        ("屆１５年的徵收補償費保管款會通知申請領款。", "24-19"),
    ],
)
def test_a_value_may_be_written_in_another_way(sentence: str, item: str) -> None:
    assert not kinds(sentence, item)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("A renewal association receives up to NT$1.5 million.", "en"),
        ("Hội đổi mới được nhận tối đa 1,5 triệu Đài tệ.", "vi"),
        ("Perkumpulan itu menerima paling banyak NT$1.500.000.", "id"),
        ("更新会には最大150万元の補助が出ます。", "ja"),
        ("更新会最高可以得到150万元的先期规划补助。", "zh-CN"),
    ],
)
def test_an_amount_is_the_same_in_every_language(sentence: str, language: Language) -> None:
    assert not kinds(sentence, "15-12", language=language)
    assert "number" in kinds(sentence.replace("5", "8"), "15-12", language=language)


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("更新會最高可以獲得 15 萬元的先期規劃補助。", "15-12"),
        ("更新會最高可以獲得 150 元的先期規劃補助。", "15-12"),
        ("更新會最高可以獲得 150 萬戶的先期規劃補助。", "15-12"),
        ("市府要在 2031 年減碳 30%。", "0-4"),
        ("市府要在民國 120 年減碳 30%。", "0-4"),
        ("115 年度預算增加 110 名員額。", "20-15"),
        ("115 年度預算增加五十名員額。", "20-15"),
        ("後勁分隊去年增加 55 名員額。", "20-15"),
        ("光電計畫要建置 125MW。", "13-16"),
        ("演唱會超過 157 場次，帶來 57 萬人次。", "0-12"),
    ],
)
def test_another_value_unit_or_year_is_found(sentence: str, item: str) -> None:
    assert "number" in kinds(sentence, item)


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("市府也會一起改善第一線人員的備勤環境，這是一項重要的工程。", "20-17"),
        ("這是一般市民都能享有的一站式數位服務平台。", "30-2"),
        ("1. 導入 AI 應用，整合核心服務系統。", "30-2"),
        ("115 年度施政綱要提到要導入 AI 應用，整合核心服務系統。", "30-2"),
        ("寶來、不老及原鄉這三個地區會推動觀光產業。", "16-6"),
        ("新台 17 線會開闢。", "11-2"),
        ("低收入戶不用繳有線電視的基本頻道收視費。", "25-11"),
        ("不僅改善渡輪碼頭，也提升服務品質。", "11-9"),
        ("未來會營造校園無障礙環境。", "6-17"),
        ("衛福部食藥署的藥品監測計畫由衛生局配合執行。", "21-11"),
        ("人工智慧會用在整合核心服務系統。", "30-2"),
    ],
)
def test_harmless_words_are_no_claims(sentence: str, item: str) -> None:
    assert not kinds(sentence, item)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("觀光局要讓市區公車全面電動化。", "zh-TW"),
        ("环保局要让市区公交全面电动化。", "zh-CN"),
        ("The Department of Health will make all city buses electric.", "en"),
        ("The Tourism Bureau will make all city buses electric.", "en"),
        ("Cục Y tế sẽ điện hóa toàn bộ xe buýt.", "vi"),
        ("Biro Kesehatan akan mengganti semua bus kota.", "id"),
        ("観光局は市内バスをすべて電動化します。", "ja"),
    ],
)
def test_another_bureau_is_found_in_every_language(sentence: str, language: Language) -> None:
    assert "bureau" in kinds(sentence, "11-3", language=language)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("交通局要讓市區公車全面電動化。", "zh-TW"),
        ("The Transportation Bureau will make all city buses electric.", "en"),
        ("Cục Giao thông sẽ điện hóa toàn bộ xe buýt.", "vi"),
        ("Biro Perhubungan akan mengganti semua bus kota.", "id"),
        ("交通局は市内バスをすべて電動化します。", "ja"),
    ],
)
def test_the_items_own_bureau_is_supported_in_every_language(sentence: str, language: Language) -> None:
    assert not kinds(sentence, "11-3", language=language)


def test_a_bureau_of_any_cited_item_is_supported() -> None:
    sentence = "工務局改善通學步道，教育局改善學校的圍牆與照明設施。"

    assert not kinds(sentence, "13-7", "6-10")
    assert "bureau" in kinds(sentence, "13-7")


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("交通部會補助加速增設電動車充電設施。", "11-3"),
        ("加速增設電動車充電設施由台電負責。", "11-3"),
        ("鳳山區會加速增設電動車充電設施。", "11-3"),
        ("YouBike 2.0 站點會擴增到左營高鐵站。", "11-3"),
        ("會擴增 YouBike 2.0 與 GoShare 的站點。", "11-3"),
        ("市府推出「綠能公車專案」，加速增設充電設施。", "11-3"),
        ("駁二藝術特區會興建水族館，導入智慧節能科技。", "8-6"),
        ("興隆路會增設箱涵，提升防洪能力。", "14-12"),
    ],
)
def test_a_name_that_the_item_lacks_is_found(sentence: str, item: str) -> None:
    assert "name" in kinds(sentence, item)


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("Buses in Fengshan will be electric.", "11-3"),
        ("The Yellow Line report goes to the Executive Yuan.", "17-6"),
        ("The city works with NVIDIA on electric buses.", "11-3"),
    ],
)
def test_a_romanised_name_is_looked_up_in_chinese(sentence: str, item: str) -> None:
    assert "name" in kinds(sentence, item, language="en")


def test_a_romanised_name_that_the_item_holds_is_supported() -> None:
    assert not kinds("Flooding in Fengshan and Lingya is reviewed.", "14-8", language="en")
    assert not kinds("The Purple Line report goes to the Executive Yuan.", "17-6", language="en")


@pytest.mark.parametrize(
    ("sentence", "item", "language"),
    [
        ("交通局不會增設電動車充電設施。", "11-3", "zh-TW"),
        ("交通局取消增設電動車充電設施。", "11-3", "zh-TW"),
        ("低收入戶不能免收基本頻道收視費。", "25-11", "zh-TW"),
        ("自 110 年至 113 年連續四年舉債。", "0-2", "zh-TW"),
        ("推動減少電動車充電設施，擴增 YouBike 2.0 站點。", "22-10", "zh-TW"),
        ("森林面積會因輔導造林而減少森林面積。", "10-9", "zh-TW"),
        ("The city will not add charging points.", "11-3", "en"),
        ("The city cannot add charging points.", "11-3", "en"),
        ("Thành phố không bổ sung trạm sạc.", "11-3", "vi"),
        ("Kota tidak menambah stasiun pengisian.", "11-3", "id"),
        ("市は充電設備を増設しません。", "11-3", "ja"),
    ],
)
def test_a_denial_that_the_item_does_not_make_is_found(sentence: str, item: str, language: Language) -> None:
    assert kinds(sentence, item, language=language) & {"negation", "claim"}


@pytest.mark.parametrize(
    ("sentence", "item", "language"),
    [
        ("110 年到 113 年市府連續四年沒有舉債。", "0-2", "zh-TW"),
        ("The city issued no debt for four years.", "0-2", "en"),
        ("Cable companies must not charge low-income households the basic fee.", "25-11", "en"),
    ],
)
def test_a_denial_that_the_item_makes_is_supported(sentence: str, item: str, language: Language) -> None:
    assert not kinds(sentence, item, language=language)


@pytest.mark.parametrize(
    ("sentence", "item", "language"),
    [
        ("老人搭乘綠色交通免費。", "18-5", "zh-TW"),
        ("Older residents ride green transport for free.", "18-5", "en"),
        ("楠梓再生水廠已經完工啟用。", "14-2", "zh-TW"),
        ("更新會可以獲得全額補助。", "15-12", "zh-TW"),
        ("保證 2030 年市區公車全面電動化。", "11-3", "zh-TW"),
        ("這是全國唯一的一站式數位服務平台。", "30-2", "zh-TW"),
    ],
)
def test_a_promise_that_the_item_does_not_make_is_found(sentence: str, item: str, language: Language) -> None:
    assert "claim" in kinds(sentence, item, language=language)


def test_barrier_free_is_no_promise_of_no_fee() -> None:
    assert not kinds("The city builds barrier-free school campuses.", "6-17", language="en")


def test_general_knowledge_is_found_alone_and_behind_a_right_clause() -> None:
    knowledge = "登革熱的症狀包括發燒、頭痛與後眼窩痛，出現紅疹時請儘速看醫生"

    assert "claim" in kinds(f"{knowledge}。", "21-1")
    assert "claim" in kinds(f"衛生局推動登革熱防治四大行動專案，{knowledge}。", "21-1")


def test_words_of_the_question_may_be_taken_up() -> None:
    question = "小孩子放學後沒有人顧該怎麼辦"
    sentence = "小孩子放學後沒有人顧的話，課後照顧班會全面開辦。"

    assert "claim" not in kinds(sentence, "6-17", question=question)


@pytest.mark.parametrize(
    "sentence",
    [
        "詳見 https://www.kcg.gov.tw。",
        "請寄信到 a@kcg.gov.tw 詢問電動車充電設施。",
        "電動車充電設施請洽 (07) 336-8333。",
        "電動車充電設施請洽 0912-345-678。",
        "電動車充電設施請撥 1999。",
        "電動車<b>充電設施</b>會增設。",
        "[電動車充電設施](x) 會增設。",
    ],
)
def test_a_link_a_number_to_call_and_markup_are_found(sentence: str) -> None:
    assert kinds(sentence, "11-3") == {"link"}


def test_the_hotline_may_be_named_where_it_stands_in_the_item() -> None:
    assert not kinds("1999 市民專線全年無休，24 小時都有服務。", "30-3")


def test_a_number_cannot_be_hidden_behind_characters_without_width() -> None:
    assert "number" in kinds("115 年度預算增加 5\u200b5\u200b0 名員額。", "20-15")


def test_coverage_tells_which_item_a_sentence_is_about() -> None:
    sentence = "後勁分隊會成立，並增加 55 名員額。"
    about, other = items("20-15", "11-3")

    assert coverage(sentence, about) > 0.5 > coverage(sentence, other)
    assert coverage("", about) == coverage("No Chinese here", about) == 0.0
