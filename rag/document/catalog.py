"""Every item and bureau, looked up by what they are rather than by what they are about."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from rag.document.parse import Guidelines, parse_guidelines
from rag.errors import DocumentError
from rag.text import fold
from rag.types import Bureau, PolicyItem

PREFACE = "前言"


@dataclass(frozen=True)
class Catalog:
    """The items in document order, and the bureaus by section."""

    year: int
    items: Mapping[str, PolicyItem]
    bureaus: Mapping[str, Bureau]

    @cached_property
    def sections(self) -> Mapping[str, tuple[PolicyItem, ...]]:
        """The numbered items of each section, in document order; the preface is no section."""
        sections: dict[str, list[PolicyItem]] = {}
        for item in self.items.values():
            if item.chapter:
                sections.setdefault(item.section, []).append(item)
        return {name: tuple(items) for name, items in sections.items()}

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """All names of all bureaus as search writes them, with their sections; the longest first."""
        pairs = [
            (fold(name), section)
            for section, bureau in self.bureaus.items()
            for name in (bureau.office, *bureau.names, *_english_names(bureau))
        ]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    @cached_property
    def preface(self) -> tuple[PolicyItem, ...]:
        return tuple(item for item in self.items.values() if not item.chapter)

    def find(self, section: str = "", text: str = "", net_zero: bool | None = None) -> tuple[PolicyItem, ...]:
        """The items of a section (all: ""), with or without the net-zero mark (either: None), that hold every word.

        `text`: words with white space between them, as search compares them; in document order.
        """
        words = fold(text).split()
        return tuple(
            item
            for item in self.items.values()
            if (not section or item.section == section)
            and (net_zero is None or item.net_zero == net_zero)
            and all(word in self._folded[item.id] for word in words)
        )

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {item.id: fold(f"{item.office} {item.label} {item.text}") for item in self.items.values()}

    def section_named(self, name: str) -> str | None:
        """The section that a bureau goes by under any of its names, also in English; the preface's too; else None."""
        wanted = fold(name).strip()
        sections = {fold(section): section for section in (*self.sections, PREFACE)}
        english = {fold(bureau.english): section for section, bureau in self.bureaus.items()}
        return sections.get(wanted) or dict(self.names).get(wanted) or english.get(wanted)

    def at(self, section: str, number: int) -> PolicyItem | None:
        """The item of that number in a section; -1 is the last."""
        items = self.preface if section == PREFACE else self.sections.get(section, ())
        if number < 0:
            return items[number] if len(items) >= -number else None
        return items[number - 1] if 1 <= number <= len(items) else None


def _english_names(bureau: Bureau) -> tuple[str, ...]:
    """The English name, with the words that people take for one another; none where the table has none."""
    if not bureau.english.isascii():
        return ()
    core = bureau.english.removesuffix(" Bureau").removesuffix(" Department")
    if core == bureau.english:
        return (bureau.english,)
    return (f"{core} Bureau", f"{core} Department", f"Bureau of {core}", f"Department of {core}")


def load_bureaus() -> dict[str, Bureau]:
    """The shipped table of bureaus, by section."""
    table = tomllib.loads(_shipped("bureaus.toml"))
    return {
        row["section"]: Bureau(row["section"], row["office"], row["english"], tuple(row["names"]))
        for row in table["bureau"]
    }


def read_document(path: Path | None) -> str:
    """The document's text; None means the shipped 115 guidelines. Raises DocumentError where it cannot be read."""
    if path is None:
        return _shipped("guidelines_115.txt")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"cannot read {path} as UTF-8 text ({error}); check POLICYQA_DOCUMENT") from error


def load_guidelines(path: Path | None = None) -> Guidelines:
    """Read and parse a document; None means the shipped 115 guidelines."""
    return parse_guidelines(read_document(path), load_bureaus())


def build_catalog(items: Mapping[str, PolicyItem], year: int) -> Catalog:
    """The catalog of these items; a section that the table lacks becomes a bureau of its own name."""
    known = load_bureaus()
    sections = dict.fromkeys(item.section for item in items.values() if item.chapter)
    bureaus = {name: known.get(name) or Bureau(name, name, name, ()) for name in sections}
    return Catalog(year, items, bureaus)


def _shipped(name: str) -> str:
    return files("rag").joinpath("corpus", name).read_text(encoding="utf-8")
