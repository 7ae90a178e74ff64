"""Every sentence in every language, with the same things filled in."""

from collections.abc import Mapping
from dataclasses import asdict
from string import Formatter
from typing import get_args

import pytest

from rag.answering.fact_names import FACT_NAMES
from rag.answering.frames import FRAMES
from rag.answering.wording import SMALL_TALK, WORDING, years
from rag.retrieval.asked_facts import ASKED_FACTS, asked_facts
from rag.retrieval.scope import EMERGENCIES
from rag.retrieval.small_talk import SmallTalk
from rag.types import Language

LANGUAGES = get_args(Language)
# Foreigners are told the year as they count it besides; a bureau may be named by both of its names.
_FREE = {"ad", "year", "english", "short"}


def _tables() -> dict[str, Mapping[Language, str]]:
    tables: dict[str, Mapping[Language, str]] = {}
    for strings in (WORDING, FRAMES):
        rows = {language: asdict(row) for language, row in strings.items()}
        tables |= {name: {language: str(rows[language][name]) for language in rows} for name in rows["zh-TW"]}
    tables |= {f"talk {kind}": rows for kind, rows in SMALL_TALK.items()}
    tables |= {f"fact {name}": rows for name, rows in FACT_NAMES.items()}
    return tables | {f"emergency {place}": row.replies for place, row in enumerate(EMERGENCIES)}


TABLES = _tables()


@pytest.mark.parametrize("name", TABLES)
def test_every_string_is_there_in_every_language_with_the_same_placeholders(name: str) -> None:
    rows = TABLES[name]
    assert set(rows) == set(LANGUAGES)
    # Only the item itself and the name between its brackets are nothing but placeholders.
    assert all(text.strip() for text in rows.values())
    filled = {
        language: {field for _, field, _, _ in Formatter().parse(text) if field} - _FREE
        for language, text in rows.items()
    }
    optional = {"tied", "bureaus", "count"} if name == "owners" else set[str]()
    assert len({frozenset(fields - optional) for fields in filled.values()}) == 1


def test_all_small_talk_and_all_kinds_of_fact_have_words() -> None:
    assert set(SMALL_TALK) == set(get_args(SmallTalk))
    names = {fact.name for fact in (*ASKED_FACTS, *asked_facts("會增設幾座滯洪池"), *asked_facts("How many buses?"))}
    assert names == set(FACT_NAMES)


def test_a_year_is_told_as_both_count_it() -> None:
    assert years(115) == {"year": 115, "ad": 2026}


def test_nobody_is_addressed_as_a_friend_in_vietnamese() -> None:
    assert not [name for name, rows in TABLES.items() if "bạn" in rows["vi"].lower()]
