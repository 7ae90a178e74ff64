import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import fold, tokenize

# What the guidelines and their readers write. Idempotence holds here only: elsewhere NFKC and lower case may undo
# each other (İ), and OpenCC converts phrases that its own output first brings together.
CHINESE = st.sampled_from("台臺灣週周佈布佔占羣群電動車學校淨零２Ａ，。")
ORDINARY = st.text(CHINESE | st.characters(min_codepoint=0x20, max_codepoint=0x7E))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣", "台灣"),
        ("１１５年", "115年"),
        ("ＹｏｕＢｉｋｅ", "youbike"),
        ("YouBike", "youbike"),
        ("公交车电动化", "公交車電動化"),
        ("每週", "每周"),
        ("噪音管制㎞", "噪音管制km"),
        ("捷运黄线", "捷運黃線"),
    ],
)
def test_two_ways_to_write_a_thing_are_one_to_search(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert tokenize(one) == tokenize(other)


def test_chinese_becomes_characters_and_bigrams() -> None:
    assert sorted(tokenize("電動車")) == sorted(["電", "動", "車", "電動", "動車"])


def test_words_and_numbers_stay_whole_among_chinese() -> None:
    assert {"youbike", "2.0", "站點"} <= set(tokenize("擴增 YouBike 2.0 站點"))


def test_bigrams_do_not_reach_over_punctuation() -> None:
    assert "車充" not in tokenize("電動車，充電")


@pytest.mark.parametrize("text", ["", " \n", "？！", "\0"])
def test_nothing_to_search_is_no_token(text: str) -> None:
    assert tokenize(text) == []


@given(st.text(st.characters()))
def test_any_text_can_be_folded_and_tokenized(text: str) -> None:
    assert all(token and not token.isspace() for token in tokenize(text))


@given(ORDINARY)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ORDINARY)
def test_tokens_are_those_of_the_folded_text(text: str) -> None:
    assert tokenize(fold(text)) == tokenize(text)
