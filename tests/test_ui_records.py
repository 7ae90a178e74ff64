"""What is kept of what people type: masked, for a time, in a file that can be trusted."""

import csv
import io
import os
import re
import resource
import shutil
import sqlite3
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    # Identity and residence
    "A 123456789",
    "A-123456789",
    "A1234 56789",
    "A123-456-789",
    "AC 01234567",
    "A8-00000014",
    "A123456789B223456789",
    "idA123456789",
    # Mobiles
    "0912 - 345 - 678",
    "0912、345、678",
    "0912/345/678",
    "0912_345_678",
    "0912·345·678",
    "0912−345−678",
    "0912ー345ー678",
    "0912─345─678",
    "0 9 1 2 3 4 5 6 7 8",
    "+886 (0)912345678",
    "0912\u200b345\u2060678",
    "09\u202d12345678",
    "零九一二三四五六七八",
    "○九一二三四五六七八",
    "0九12345678",
    "٠٩١٢٣٤٥٦٧٨",
    "0912 345 678 0922 345 678",
    # Landlines
    "0836-12345",
    "02.1234.5678",
    "02~12345678",
    "07─3368333",
    "+886 (0)2 1234 5678",
    "電話號碼：12345678",
    "電話 336 8333",
    "tel: 3368333",
    "手機號碼 912345678",
    "手機 912 345 678",
    "07-3368333 轉分機2345",
    "07-3368333 Ext. 12",
    "07-3368333 分機：12",
    # Cards and accounts
    "4111.1111.1111.1111",
    "4111/1111/1111/1111",
    "4111_1111_1111_1111",
    "4111  1111  1111  1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "12345678901234567890",
    "1234567890123456789012345",
    "700-0012345-678901",
    "帳號 01234567890",
    "帳號：0123456789",
    "account 01234567890",
    # Addresses
    "foo @ bar.com",
    "王小明@gmail.com",
    "foo(at)bar.com",
    "foo [at] bar.com",
    "foo@bar。com",
    "foo@例子.台灣",
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
    "2026 2027 2028 2029",
    "2026 2030 2035 2050 年",
    "2025-2026 2027-2028",
    "112 113 114 115",
    "2026-11-24 2026-12-01",
    "2026/09/12 2026/10/01",
    "110 119 113 165 1922",
    "電話 1999 110",
    "電話 110 1999",
    "1999 1925 1950",
    "1 2 3 4 5 6 7 8 9 10 11 12",
    "1000 2000 3000 4000",
    "經費 250000000000 元",
    "250000000000元",
    "1,234,567 元",
    "12345678 萬",
    "11-3",
    "11-3 11-4 11-5 21-1",
    "11-3、11-4、21-1",
    "2030",
    "22.6273, 120.3014",
    "22.6273 120.3014",
    "案號 115-0001234567",
    "一、二、三、四、五、六、七、八、九、十",
    "一一三年至一一五年",
    "next 12 months",
    "years 112 113 114",
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


@pytest.mark.parametrize(
    "unit",
    ["0", "a@", "1 -", "+886", "0.(", "A1", "電話", "09-", "a", "\u200b", "11-1 ", "112.11.1 ", "帳號 1", "a.", "○9"],
)
def test_masking_long_texts_takes_time_in_proportion(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        mask_personal(text)
        return time.process_time() - start

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


def test_citations_are_ids_and_not_without_end(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.add_feedback(**{**GIVEN, "citations": ["11-3", "0912345678", "長" * 999] * 50})
    (kept,) = store.feedback()
    assert len(kept.citations) == 100
    assert max(map(len, kept.citations)) == 16
    assert "0912345678" not in kept.citations


def stored(tmp_path: Path, clock: Callable[[], datetime], most: int = 100) -> RecordStore:
    return RecordStore(
        tmp_path / "data" / "records.sqlite3",
        feedback_days=10, unanswered_days=10, keeps_unanswered=True, most=most, clock=clock,
    )  # fmt: skip


def raw(tmp_path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())


def test_only_the_newest_rows_are_kept(tmp_path: Path, assistant: PolicyAssistant) -> None:
    store = stored(tmp_path, lambda: datetime.now(UTC), most=3)
    refused = assistant.ask("捷運票價多少")
    for number in range(5):
        store.add_feedback(**{**GIVEN, "question": str(number)})
        store.note_unanswered(replace(refused, question=str(number)))
    assert [kept.question for kept in store.feedback()] == ["4", "3", "2"]
    assert [kept.question for kept in store.unanswered()] == ["4", "3", "2"]


def test_opinions_are_counted_chosen_and_given_back_part_by_part(tmp_path: Path) -> None:
    # All at one moment: parts are told apart by more than the time.
    store = stored(tmp_path, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for number in range(7):
        store.add_feedback(**{**GIVEN, "question": str(number), "useful": number < 3})
    assert (store.count_feedback(useful=True), store.count_feedback(useful=False)) == (3, 4)
    assert {kept.question for kept in store.feedback(useful=True)} == {"0", "1", "2"}
    assert len(store.feedback(2, useful=False)) == 2
    first = store.feedback(4)
    assert len({kept.id for kept in (*first, *store.feedback(4, before=first[-1]))}) == 7
    assert len({kept.id for kept in store.all_feedback()}) == 7


def test_what_is_too_old_is_gone_where_nobody_writes(tmp_path: Path, assistant: PolicyAssistant) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    store = stored(tmp_path, lambda: now[0])
    store.add_feedback(**{**GIVEN, "reason": "kept for ten days"})
    store.note_unanswered(replace(assistant.ask("捷運票價多少"), question="asked ten days ago"))
    now[0] += timedelta(days=10, seconds=-1)
    assert (len(store.feedback()), len(store.unanswered()), store.count_feedback(useful=True)) == (1, 1, 1)
    assert b"ten days" in raw(tmp_path)
    now[0] += timedelta(seconds=2)
    assert store.count_feedback(useful=True) == 0
    assert store.feedback() == []
    # Not even in the free pages of the file.
    assert b"ten days" not in raw(tmp_path)


def test_what_is_too_old_goes_while_others_ask(tmp_path: Path, assistant: PolicyAssistant) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    store = stored(tmp_path, lambda: now[0])
    store.add_feedback(**{**GIVEN, "reason": "kept for ten days"})
    now[0] += timedelta(days=11)
    store.note_unanswered(assistant.ask("交通第三項"))
    assert b"ten days" not in raw(tmp_path)


def test_an_expired_opinion_is_not_revised(tmp_path: Path) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    store = stored(tmp_path, lambda: now[0])
    number = store.add_feedback(**GIVEN)
    now[0] += timedelta(days=11)
    store.revise_feedback(number, useful=False, reason="late")
    assert b"late" not in raw(tmp_path)


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


def test_a_locked_file_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with closing(sqlite3.connect(tmp_path / "data" / "records.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordsError, match=r"locked by another program.*try again"):
            store.add_feedback(**GIVEN)
        # Who reads waits for nobody.
        assert store.feedback() == []
    store.add_feedback(**GIVEN)


def test_a_damaged_file_is_to_be_restored(tmp_path: Path) -> None:
    store = opened(tmp_path)
    (tmp_path / "data" / "records.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(RecordsError, match="restore the file"):
        store.feedback()


def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.add_feedback(**GIVEN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        with pytest.raises(RecordsError, match="check the space on the disk and the file's rights"):
            store.add_feedback(**GIVEN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(store.feedback()) == 1


def test_a_place_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "records.sqlite3").mkdir(parents=True)
    with pytest.raises(RecordsError, match="check the space on the disk and the file's rights"):
        opened(tmp_path)


@pytest.mark.parametrize("gone", ["the file", "the folder"])
def test_a_file_that_is_gone_is_made_anew_for_its_owner_alone(tmp_path: Path, gone: str) -> None:
    store = opened(tmp_path)
    store.add_feedback(**GIVEN)
    path = tmp_path / "data" / "records.sqlite3"
    shutil.rmtree(path.parent) if gone == "the folder" else path.unlink()
    before = os.umask(0)
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda n: store.add_feedback(**{**GIVEN, "question": str(n)}), range(40)))
    finally:
        os.umask(before)
    assert {kept.question for kept in store.feedback()} == {str(n) for n in range(40)}
    assert path.stat().st_mode & 0o077 == 0


# Sheets


@given(st.lists(st.text(st.sampled_from("=+-@|−＝＋＠;,\t\n\r\" '1長\u200b"), max_size=12), min_size=2, max_size=3))
def test_no_way_of_splitting_a_sheet_makes_a_formula(row: list[str]) -> None:
    text = write_sheet(row, [row])[1:]
    read = {
        cell for mark in ",;\t" for part in csv.reader(io.StringIO(text, newline=""), delimiter=mark) for cell in part
    }
    torn = set(re.split("[,;\t\r\n]", text))
    for line in (line for cell in read | torn for line in cell.split("\n")):
        assert not unicodedata.normalize("NFKC", line.strip('" ')).startswith(tuple("=+-@|−")), (row, line)


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
