"""Every string that a visitor reads: a TOML file a part of the page, a table a string, a line a language.

`say("ask.send", "vi")` is the string `send` of `ask.toml` in Vietnamese. What an answer says itself stands in
`rag/answering/wording.py`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rag.types import Language

# Of the page; a question may be asked in Simplified Chinese, too. The first is what every string has.
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en", "vi", "id", "ja")
LANGUAGE_NAMES: Mapping[Language, str] = {
    "zh-TW": "中文",
    "en": "English",
    "vi": "Tiếng Việt",
    "id": "Bahasa Indonesia",
    "ja": "日本語",
}
# Where a visitor's choice among them is remembered, on all pages.
LANGUAGE_COOKIE = "policyqa_language"
# Years of the Republic of China count from 1912.
_AD_OF_ROC = 1911
# Read by the city's own people only.
_STAFF = "staff"
_STAFF_LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")


def say(key: str, language: Language = "zh-TW", /, **values: object) -> str:
    """The string `part.name` in a language, its `{...}` filled in; staff strings fall back to zh-TW.

    Raises KeyError for a key or a value that is missing: a mistake in the program.
    """
    strings = _strings()[key]
    text = strings.get(language) or strings["zh-TW"]
    return text.format(**values) if values else text


def both_years(year: int) -> dict[str, int]:
    """A year of the Republic of China and the same of the common era, as strings name them."""
    return {"year": year, "ad": year + _AD_OF_ROC}


def translations() -> dict[Language, dict[str, str]]:
    """All strings of the public page by language and key, as gr.I18n takes them."""
    public = {key: strings for key, strings in _strings().items() if not key.startswith(f"{_STAFF}.")}
    return {language: {key: strings[language] for key, strings in public.items()} for language in LANGUAGES}


def choose_language(*wishes: str) -> Language:
    """The first language of the page among wishes: codes (vi, zh-Hant) or Accept-Language headers; else zh-TW."""
    return next(filter(None, map(find_language, wishes)), "zh-TW")


def find_language(wish: str) -> Language | None:
    """The language of the page that a wish names first, by its own order; None where it names none."""
    for part in sorted(wish.split(",")[:20], key=_quality, reverse=True):
        code = part.partition(";")[0].strip().lower().replace("_", "-")
        for language in LANGUAGES:
            if code.partition("-")[0] == language.partition("-")[0]:
                return language
    return None


def _quality(part: str) -> float:
    _, _, weight = part.partition("q=")
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


@cache
def _strings() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("ui.wording").iterdir(), key=lambda file: file.name):
        part, _, extension = file.name.rpartition(".")
        if extension != "toml":
            continue
        for name, strings in tomllib.loads(file.read_text(encoding="utf-8")).items():
            wanted = _STAFF_LANGUAGES if part == _STAFF else LANGUAGES
            missing = [language for language in wanted if not strings.get(language)]
            if missing:
                raise KeyError(f"{part}.{name} is not worded in {', '.join(missing)}")
            found[f"{part}.{name}"] = strings
    return found
