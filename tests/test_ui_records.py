"""What is kept of what people type: masked, for a time, in a file that can be trusted."""

import csv
import io
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import PolicyAssistant, Settings
from ui.records.errors import RecordsError
from ui.records.masking import MASK, mask_personal
from ui.records.store import LONGEST, RecordStore, open_records
from ui.rendering.sheet import safe_cell, write_sheet

GIVEN: dict[str, Any] = {
    "useful": True,
    "reason": "",
    "question": "公車",
    "answer": "答",
    "grounding": "cited",
    "citations": ["11-3"],
    "language": "zh-TW",
    "source": "page",
}


def opened(tmp_path: Path, **settings: Any) -> RecordStore:
    return open_records(Settings(data_dir=tmp_path / "data", **settings))


PERSONAL = [
    "A123456789",
    "a223456789",
    "A800000014",
    "AC01234567",
    "Ａ１２３４５６７８９",
    "0912345678",
    "0912-345-678",
    "0912 345 678",
    "+886912345678",
    "+886 912-345-678",
    "０９１２３４５６７８",
    "07-3368333",
    "(07)336-8333",
    "07 336 8333",
    "02-27208889#123",
    "07-3368333 轉 2345",
    "0800-000-123",
    "foo.bar@gmail.com",
    "a_b@city.gov.tw",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111111111111111",
    "378282246310005",
]


@pytest.mark.parametrize("number", PERSONAL)
@pytest.mark.parametrize("sentence", ["{}", "我的號碼是{}，請回覆", "電話：{} 謝謝"])
def test_personal_numbers_are_masked(number: str, sentence: str) -> None:
    masked = mask_personal(sentence.format(number))
    assert MASK in masked
    # Nothing of six characters or more of it is left.
    assert not [part for part in _pieces(number, 6) if part in masked]
    assert len(masked) == len(sentence.format(number))


def _pieces(text: str, length: int) -> set[str]:
    return {text[start : start + length] for start in range(len(text) - length + 1)}


PUBLIC = [
    "交通（三）11-3",
    "113 年 3.5 億元",
    "撥 1999、110、119、113、165",
    "115 年度預算 1,234,567,890 元",
    "2030 年減碳 30%",
    "110 年至 113 年",
    "1.25GW",
    "300 億租金補貼",
    "YouBike 2.0",
    "RL4、RL5 站",
    "第 143 項",
    "2026-11-24",
    "10:30-12:00",
    "A1 出口",
    "399 月票",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_nobodys_stays(text: str) -> None:
    assert mask_personal(text) == text


def test_the_guidelines_hold_nothing_personal(assistant: PolicyAssistant) -> None:
    assert [item.id for item in assistant.catalog.items.values() if mask_personal(item.text) != item.text] == []


@given(st.text(max_size=200))
def test_masking_changes_no_length_and_is_done_once(text: str) -> None:
    masked = mask_personal(text)
    assert len(masked) == len(text)
    assert mask_personal(masked) == masked


@pytest.mark.parametrize("unit", ["0", "a@", "1 -", "+886", "0.(", "A1", "電話", "09-"])
def test_masking_long_texts_takes_time_in_proportion(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.perf_counter()
        mask_personal(text)
        return time.perf_counter() - start

    short, long = min(seconds(20_000) for _ in range(3)), min(seconds(80_000) for _ in range(3))
    # Four times the text: some four times the time, sixteen were it squared.
    assert long < 10 * short


def test_feedback_is_kept_masked_and_read_back(tmp_path: Path) -> None:
    store = opened(tmp_path)
    number = store.add_feedback(
        **{**GIVEN, "reason": "請打 0912345678", "question": "我是 A123456789", "useful": False}
    )
    (kept,) = store.feedback()
    assert kept.id == number
    assert (kept.useful, kept.citations, kept.source) == (False, ("11-3",), "page")
    assert "0912" not in kept.reason
    assert "A1234" not in kept.question
    assert kept.at.tzinfo is not None
    raw = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert b"0912345678" not in raw


def test_who_gave_it_may_change_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    number, other = store.add_feedback(**GIVEN), store.add_feedback(**{**GIVEN, "question": "別題"})
    store.revise_feedback(number, useful=False, reason="請打 0912345678")
    store.revise_feedback(number ^ 1, useful=False, reason="別人的")
    kept = {given.id: given for given in store.feedback()}
    assert set(kept) == {number, other}
    assert (kept[number].useful, "0912" in kept[number].reason) == (False, False)
    assert (kept[other].useful, kept[other].reason) == (True, GIVEN["reason"])


def test_ids_are_not_counted(tmp_path: Path) -> None:
    store = opened(tmp_path)
    ids = [store.add_feedback(**GIVEN) for _ in range(20)]
    assert min(abs(a - b) for a in ids for b in ids if a != b) > 1_000
    assert max(ids) < 2**53


def test_long_and_broken_texts_are_kept_as_far_as_they_go(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.add_feedback(**{**GIVEN, "reason": "長" * 9999, "question": "\ud800公車\x00"})
    (kept,) = store.feedback()
    assert len(kept.reason) == LONGEST
    assert "公車" in kept.question


def test_a_number_on_the_edge_of_what_is_kept_is_masked(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.add_feedback(**{**GIVEN, "reason": "x" * (LONGEST - 5) + " 0912345678"})
    assert "091" not in store.feedback()[0].reason


def test_newest_comes_first_and_no_more_than_asked(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for number in range(5):
        store.add_feedback(**{**GIVEN, "question": str(number)})
    assert [kept.question for kept in store.feedback(limit=2)] == ["4", "3"]


@pytest.mark.parametrize(("keeps", "count"), [(False, 0), (True, 1)])
def test_unanswered_questions_are_kept_only_where_staff_want_them(
    tmp_path: Path, assistant: PolicyAssistant, keeps: bool, count: int
) -> None:
    store = opened(tmp_path, unanswered_log=keeps)
    refused = assistant.ask("捷運票價多少")
    store.note_unanswered(refused)
    store.note_unanswered(assistant.ask("交通第三項"))
    store.note_unanswered(assistant.ask("你好"))
    assert [kept.question for kept in store.unanswered()] == [refused.question] * count


def test_what_is_too_old_is_forgotten(tmp_path: Path, assistant: PolicyAssistant) -> None:
    store = opened(tmp_path, unanswered_log=True, feedback_days=10, unanswered_days=10)
    store.add_feedback(**GIVEN)
    store.note_unanswered(replace(assistant.ask("捷運票價多少"), question="舊"))
    with sqlite3.connect(tmp_path / "data" / "records.sqlite3") as connection:
        for table in ("feedback", "unanswered"):
            connection.execute(f"UPDATE {table} SET at = '2020-01-01T00:00:00+00:00'")
    connection.close()
    store.add_feedback(**{**GIVEN, "question": "新"})
    assert [kept.question for kept in store.feedback()] == ["新"]
    assert store.unanswered() == []


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda n: store.add_feedback(**{**GIVEN, "question": str(n)}), range(80)))
    assert len(set(ids)) == 80
    assert {kept.question for kept in store.feedback()} == {str(n) for n in range(80)}


def test_the_file_is_its_owners_alone_and_writes_ahead(tmp_path: Path) -> None:
    opened(tmp_path)
    path = tmp_path / "data" / "records.sqlite3"
    assert path.stat().st_mode & 0o077 == 0
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_records_survive_being_opened_again(tmp_path: Path) -> None:
    opened(tmp_path).add_feedback(**GIVEN)
    assert len(opened(tmp_path).feedback()) == 1


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "records.sqlite3"
    path.parent.mkdir()
    path.write_text("something else" * 100)
    with pytest.raises(RecordsError, match=r"records\.sqlite3"):
        opened(tmp_path)
    assert path.read_text() == "something else" * 100


def test_a_newer_versions_file_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path)
    connection = sqlite3.connect(tmp_path / "data" / "records.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(RecordsError, match="newer version"):
        opened(tmp_path)


def test_a_folder_that_cannot_be_made_says_which_setting(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(RecordsError, match="POLICYQA_DATA_DIR"):
        opened(tmp_path)


# Sheets


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "＝1+1", "＋1", "－1", "＠x", "\u200b=1", "|x", "\n=1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell).startswith("'")


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_a_sheet_can_be_read_back_row_by_row(rows: list[list[str]]) -> None:
    text = write_sheet(["甲", "乙"], rows)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert read[0] == ["甲", "乙"]
    assert len(read) == len(rows) + 1
    assert not [cell for row in read for cell in row if cell.lstrip()[:1] in tuple("=+-@")]


def test_the_umask_does_not_open_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        opened(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "data" / "records.sqlite3").stat().st_mode & 0o077 == 0
