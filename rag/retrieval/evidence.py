"""Whether what was found answers what was asked."""

from collections.abc import Sequence

from rag.retrieval.question import Question
from rag.text import tokenize
from rag.types import Grounding, Passage

# Share of the question's bigrams that the best item holds; below it, the item is about something else.
_LEAST_COVERAGE = 0.12


def judge(question: Question, passages: Sequence[Passage]) -> Grounding:
    """A first, simple rule: some of the question's words must stand in what was found."""
    if not passages:
        return "no_evidence"
    asked = {token for token in tokenize(question.text) if len(token) > 1}
    if not asked or question.language not in {"zh-TW", "zh-CN"}:
        return "cited"
    held = asked & set(tokenize(passages[0].item.text))
    return "cited" if len(held) >= _LEAST_COVERAGE * len(asked) else "no_evidence"
