"""Which items are wanted, and in what order they are shown."""

from dataclasses import dataclass
from functools import lru_cache

from rag import PolicyAssistant
from rag.types import PolicyItem

# Items near to a theme that are looked for behind each of its paragraphs, and shown in all.
_NEAR_A_PARAGRAPH = 20
_NEAR_A_THEME = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is filtered by; empty: by nothing."""

    bureau: str = ""
    theme: str = ""
    text: str = ""
    net_zero: bool = False


class Listing:
    """The items of one document by what is wanted of them."""

    def __init__(self, assistant: PolicyAssistant) -> None:
        self._assistant = assistant
        self.themes = tuple(dict.fromkeys(item.theme for item in assistant.catalog.preface if item.theme))
        self._near = lru_cache(maxsize=len(self.themes))(self._find_near)

    def find(self, wanted: Wanted) -> list[PolicyItem]:
        """In document order; under a theme its own paragraphs first, then what is nearest to them in meaning."""
        catalog = self._assistant.catalog
        found = catalog.find(wanted.bureau, wanted.text, True if wanted.net_zero else None)
        if wanted.theme not in self.themes:
            return list(found)
        fitting = {item.id for item in found}
        return [item for item in self._near(wanted.theme) if item.id in fitting]

    def near(self, theme: str) -> int:
        """How many items beside its own paragraphs are counted to a theme."""
        return sum(item.theme != theme for item in self._near(theme))

    def _find_near(self, theme: str) -> tuple[PolicyItem, ...]:
        own = [item for item in self._assistant.catalog.preface if item.theme == theme]
        best: dict[str, float] = {}
        items: dict[str, PolicyItem] = {}
        for paragraph in own:
            for passage in self._assistant.search(paragraph.text, _NEAR_A_PARAGRAPH):
                if passage.item.chapter:
                    items[passage.item.id] = passage.item
                    best[passage.item.id] = max(best.get(passage.item.id, passage.score), passage.score)
        ranked = sorted(best, key=lambda item_id: -best[item_id])[:_NEAR_A_THEME]
        return (*own, *(items[item_id] for item_id in ranked))
