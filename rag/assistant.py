"""The one place that chooses and wires the parts, and the path of one question through them."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from time import monotonic

from embeddings import Embedder, EmbeddingError, load_embedder
from rag.answering import counts, extractive, structured
from rag.answering.citations import resolve_citations
from rag.answering.draft import EXTRACTIVE, Draft
from rag.answering.wording import describe_writing
from rag.chat.reply import Chat
from rag.document.catalog import Catalog, build_catalog, read_document
from rag.document.chunking import questions_by_item
from rag.document.expansion import read_profiles
from rag.document.parse import read_year
from rag.errors import ConfigurationError, QuestionError
from rag.index.build import Progress, build_index, hash_hints, no_progress
from rag.index.shipped import load_shipped
from rag.index.store import Origin, PolicyIndex, check_origin, load_index, save_index, sha256_text
from rag.retrieval.evidence import (
    LEAST_RELEVANCE,
    Verdict,
    cited_passages,
    judge,
    least_relevance,
    names_topic,
    near_duty,
    relevance,
)
from rag.retrieval.follow_up import best_of, items_said, make_stand_alone, search_in_context
from rag.retrieval.owners import find_elsewhere, group_owners, owners_of, rank_bureaus
from rag.retrieval.question import Question, counts_structure, has_topic, split_sides, understand, without_bureaus
from rag.retrieval.references import find_references
from rag.retrieval.rewording import reword
from rag.retrieval.scope import OutOfScope, find_emergency, find_out_of_scope
from rag.retrieval.search import Findings, Retriever
from rag.retrieval.second_opinion import reconsider
from rag.retrieval.selection import LIST_SHARE, OWNER_SHARE, find_literal, fits, quoted_words, select_passages
from rag.settings import Settings, load_settings
from rag.text import fold
from rag.types import Answer, Grounding, Kind, Ownership, Passage, PolicyItem, Turn

_SHOWN = 10
# The kinds whose answer is found by topic rather than by structure.
_SEARCHED = frozenset({"fact", "owner", "list"})
_RELATED = 3
_CENTRAL = 6
_OWNERS = 3
# A chat model is shown at most so many items, the further ones where they stand nearly as high as the first.
_MOST_EVIDENCE = 3
_NEAR = 0.85
# How items call the help for those who speak of dying.
_MENTAL_HEALTH = "心理健康"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be said to a question, and all that it rests on.

    `evidence`: what a chat model may write from instead of the draft; empty where it is not asked.
    """

    question: Question
    draft: Draft
    grounding: Grounding
    owners: tuple[Ownership, ...]
    passages: tuple[Passage, ...]
    kind: Kind
    relevance: float | None = None
    evidence: tuple[Passage, ...] = ()


class PolicyAssistant:
    """Answers questions over one index. Safe to share between threads.

    `chat`: a chat model for the roles that it names; without one the items speak for themselves.
    """

    def __init__(self, index: PolicyIndex, embedder: Embedder, chat: Chat | None = None) -> None:
        self.origin: Origin = index.origin
        self.catalog: Catalog = build_catalog(index.items, index.origin.year)
        self.answerer = chat.name if chat and "answer" in chat.roles else EXTRACTIVE
        self._retriever = Retriever(index, embedder)
        self._chat = chat
        self._questions = questions_by_item(index.chunks)

    def without_model(self) -> "PolicyAssistant":
        """The same assistant, but for the chat model: the items speak for themselves."""
        bare = copy(self)
        bare._chat, bare.answerer = None, EXTRACTIVE
        return bare

    def resident_questions(self, item_id: str) -> tuple[str, ...]:
        """How residents ask for an item, in several languages: hints, which may be offered but say nothing."""
        return self._questions.get(item_id, ())

    def ask(self, question: str, turns: Sequence[Turn] = ()) -> Answer:
        """The whole answer. Raises QuestionError for an empty or endless question."""
        *_, answer = self.stream(question, turns)
        return answer

    def stream(self, question: str, turns: Sequence[Turn] = ()) -> Iterator[Answer]:
        """The answer as it grows; the last one is complete. Raises QuestionError before the first piece."""
        deadline = self._deadline()
        return self.write(self.plan(self.understand(question, turns, deadline), deadline), deadline)

    def ask_owner(self, topic: str) -> Answer:
        """The bureaus that a topic belongs to, main owner first, at least three, however weak the evidence."""
        question = replace(understand(topic, self.catalog), kind="owner", sections=())
        findings = search_in_context(question, self._retriever, self.catalog)
        if relevance(question, findings) < LEAST_RELEVANCE:
            plan = self._suggest_owners(question, findings)
        else:
            owners = self._nearest_bureaus(question, findings)
            plan = self._name_owners(question, findings, owners, findings.passages)
        *_, answer = self.write(plan)
        return answer

    def understand(self, question: str, turns: Sequence[Turn] = (), deadline: float | None = None) -> Question:
        """What is asked, by itself and by what was said before. Raises QuestionError. `deadline`: as for `write`."""
        asked = understand(question, self.catalog, turns)
        if self._chat is not None:
            asked = reword(self._chat, asked, self.catalog, deadline or self._deadline())
        return make_stand_alone(asked, self.catalog)

    def plan(self, question: Question, deadline: float | None = None) -> Plan:
        """What was found for a question, whether it answers, and what the items themselves say to it."""
        scope = self._out_of_scope(question)
        if question.kind == "chat":
            return Plan(question, extractive.talk(question, self.catalog), "no_evidence", (), (), "chat")
        emergency = find_emergency(question.asked)
        if emergency is not None and emergency.despair:
            return self._comfort(question)
        if question.kind == "exact" and scope is None:
            return self._exact(question)
        findings = search_in_context(question, self._retriever, self.catalog)
        if scope is not None:
            return self._refusal(question, findings, Verdict("no_evidence", out_of_scope=scope))
        plan = self._by_kind(question, findings, deadline or self._deadline())
        return replace(plan, relevance=relevance(question, findings)) if question.kind in _SEARCHED else plan

    def write(self, plan: Plan, deadline: float | None = None) -> Iterator[Answer]:
        """The answer in growing pieces. `deadline`: until when a chat model may write, of the clock `monotonic`."""
        answer = Answer(
            question=plan.question.asked,
            text="",
            kind=plan.kind,
            language=plan.question.language,
            grounding=plan.grounding,
            citations=(),
            owners=plan.owners,
            passages=plan.passages[:_SHOWN],
            answerer=EXTRACTIVE,
            relevance=plan.relevance,
        )
        emergency = find_emergency(plan.question.asked)
        before = f"{emergency.replies[plan.question.language]}\n\n" if emergency else ""
        if before:
            answer = replace(answer, text=before)
            yield answer
        for draft in self._drafts(plan, deadline or self._deadline()):
            text = before + "".join(draft.pieces)
            yield replace(
                answer,
                text=text,
                citations=resolve_citations(text, draft.passages, draft.quotes),
                answerer=draft.answerer,
                note=describe_writing(draft.writing, answer.language, kept=draft.answerer != EXTRACTIVE),
                writing=draft.writing,
            )

    def _drafts(self, plan: Plan, deadline: float) -> Iterator[Draft]:
        if self._chat is None or "answer" not in self._chat.roles or not plan.evidence:
            return plan.draft.grow()
        # The model's own parts take half a second to import, and are not needed without one.
        from rag.answering.generative import write_answer

        return write_answer(
            self._chat, plan.question, plan.evidence, plan.draft, self.catalog, deadline, self._retriever.similarity
        )

    def _out_of_scope(self, question: Question) -> OutOfScope | None:
        # One text but where a chat model has put the question in other words.
        found = (find_out_of_scope(text, self.catalog.year) for text in dict.fromkeys((question.asked, question.text)))
        return next(filter(None, found), None)

    def _deadline(self) -> float:
        return monotonic() + (self._chat.timeout if self._chat else 0)

    def search(self, question: str, limit: int = _SHOWN) -> list[Passage]:
        """The `limit` items nearest to a question, best first, answered or not."""
        understood = understand(question, self.catalog)
        return list(search_in_context(understood, self._retriever, self.catalog).passages[:limit])

    def findings(self, question: str, turns: Sequence[Turn] = ()) -> tuple[Question, Findings]:
        """A question as it is understood and all that was found for it: why an answer is what it is."""
        understood = make_stand_alone(understand(question, self.catalog, turns), self.catalog)
        return understood, search_in_context(understood, self._retriever, self.catalog)

    def item(self, item_id: str) -> PolicyItem:
        """One item by its id, 11-3 or 011-03, or by its label, 交通（三）. Raises QuestionError where there is none."""
        named = fold(item_id).strip()
        plain = "-".join(number.lstrip("0") or "0" for number in named.split("-"))
        item = self.catalog.items.get(plain)
        if item is None:
            # A reference that stands alone: a text around it would be a question.
            found = (reference for reference in find_references(named, self.catalog) if reference.named == named)
            item = next((reference.item for reference in found if reference.item), None)
        if item is None:
            raise QuestionError(f"there is no item {item_id!r}; ids are chapter and number, such as 11-3")
        return item

    def _nearest_bureaus(self, question: Question, findings: Findings) -> tuple[Ownership, ...]:
        return rank_bureaus(findings, self._retriever.duty_words(question.text), self.catalog, _OWNERS)

    def _by_kind(self, question: Question, findings: Findings, deadline: float) -> Plan:
        match question.kind:
            case "count":
                return self._count(question, findings)
            case "list":
                return self._list(question, findings)
            case "owner":
                return self._owner(question, findings)
            case "summary":
                return self._summary(question, findings)
            case "compare":
                return self._compare(question, findings)
            case _:
                return self._fact(question, findings, deadline)

    def _fact(self, question: Question, findings: Findings, deadline: float) -> Plan:
        verdict = judge(question, findings)
        if self._chat is not None and "judge" in self._chat.roles:
            findings, verdict = reconsider(self._chat, question, findings, verdict, deadline)
        if verdict.grounding == "no_evidence":
            return self._refusal(question, findings, verdict)
        cited = cited_passages(findings)
        draft = extractive.answer_fact(question, cited, verdict, self.catalog)
        owners = group_owners(cited, self.catalog)
        evidence = _evidence(cited, findings)
        return Plan(question, draft, verdict.grounding, owners, findings.passages, "fact", evidence=evidence)

    def _refusal(self, question: Question, findings: Findings, verdict: Verdict) -> Plan:
        owners = self._nearest_bureaus(question, findings)
        office = owners[0].bureau.office if owners and near_duty(question, findings) else ""
        related = findings.passages[:_RELATED]
        draft = extractive.refuse(question, related, verdict, self.catalog, office)
        return Plan(question, draft, "no_evidence", owners, findings.passages, question.kind)

    def _comfort(self, question: Question) -> Plan:
        """For someone who speaks of dying: items on mental health where they are what is found, and nothing else."""
        findings = search_in_context(question, self._retriever, self.catalog)
        helping = [p for p in findings.passages[:_RELATED] if _MENTAL_HEALTH in p.item.text][:1]
        draft = extractive.comfort(question, helping, self.catalog)
        grounding: Grounding = "cited" if helping else "no_evidence"
        return Plan(question, draft, grounding, group_owners(helping, self.catalog), tuple(helping), "fact")

    def _exact(self, question: Question) -> Plan:
        found = [reference for reference in question.references if reference.item is not None]
        if not found:
            draft = structured.deny_reference(question.references, self.catalog, question.language)
            return Plan(question, draft, "no_evidence", (), (), "exact")
        draft = structured.show_items(found, self.catalog, question.language)
        return Plan(question, draft, "cited", owners_of(draft.passages, self.catalog), draft.passages, "exact")

    def _count(self, question: Question, findings: Findings) -> Plan:
        if not counts_structure(question):
            return self._list(question, findings)
        draft = counts.count_items(question, self.catalog)
        owners = owners_of(draft.passages, self.catalog)
        return Plan(question, draft, "cited", owners, draft.passages or findings.passages, "count")

    def _list(self, question: Question, findings: Findings) -> Plan:
        if question.literal and quoted_words(question):
            selected = find_literal(question, findings.passages)
            if not selected:
                draft = structured.deny_words(question, self.catalog)
                return Plan(question, draft, "no_evidence", (), findings.passages, question.kind)
        elif counts_structure(question) and (question.sections or question.net_zero):
            selected = [passage for passage in findings.passages if fits(question, passage)]
        elif relevance(question, findings) < least_relevance(question, findings):
            return self._refusal(question, findings, Verdict("no_evidence"))
        else:
            selected = select_passages(question, findings.passages, LIST_SHARE)
        if not selected:
            return self._refusal(question, findings, Verdict("no_evidence"))
        draft = structured.list_items(selected, self.catalog, question.language)
        return Plan(question, draft, "cited", group_owners(selected, self.catalog), findings.passages, question.kind)

    def _owner(self, question: Question, findings: Findings) -> Plan:
        if not has_topic(question) and question.turns:
            said = items_said(question.turns, self.catalog)
            meant = [p for p in findings.passages if p.item in said and p.item.chapter]
            selected = meant or list(findings.passages[:1])
        elif not names_topic(question, findings):
            return self._suggest_owners(question, findings)
        else:
            selected = select_passages(question, findings.passages, OWNER_SHARE)
        return self._name_owners(question, findings, group_owners(selected, self.catalog), selected)

    def _name_owners(
        self, question: Question, findings: Findings, owners: Sequence[Ownership], proofs: Sequence[Passage]
    ) -> Plan:
        elsewhere = find_elsewhere(question.folded, read_profiles())
        draft = structured.name_owners(question, owners, proofs, self.catalog, elsewhere)
        return Plan(question, draft, "cited", tuple(owners), findings.passages, "owner")

    def _suggest_owners(self, question: Question, findings: Findings) -> Plan:
        owners = self._nearest_bureaus(question, findings)
        elsewhere = find_elsewhere(question.folded, read_profiles())
        near = owners if near_duty(question, findings) else ()
        draft = structured.suggest_owners(question, near, self.catalog, elsewhere)
        return Plan(question, draft, "no_evidence", owners, findings.passages, "owner")

    def _summary(self, question: Question, findings: Findings) -> Plan:
        section = question.sections[0]
        items = self.catalog.sections[section]
        central = self._retriever.central([item.id for item in items], _CENTRAL)
        chosen = sorted((self.catalog.items[item_id] for item_id in central), key=lambda item: item.number)
        draft = structured.sum_up(section, chosen, self.catalog, question.language)
        return Plan(question, draft, "cited", owners_of(draft.passages, self.catalog), findings.passages, "summary")

    def _compare(self, question: Question, findings: Findings) -> Plan:
        if len(question.sections) >= 2:
            # The bureaus' own names would draw the items that say most about themselves.
            topical = self._retriever.search(without_bureaus(question.text, self.catalog), question.topic)
            sides = [best_of(topical.passages, section) for section in question.sections]
            found = [[passage] for passage in sides if passage is not None]
        else:
            found = [[self._side(side, findings)] for side in split_sides(question.folded)]
        draft = structured.compare_sides(question, found, self.catalog)
        owners = group_owners(draft.passages, self.catalog)
        return Plan(question, draft, "cited", owners, findings.passages, "compare")

    def _side(self, side: str, findings: Findings) -> Passage:
        """The item for one side of a comparison: near to the side, and to the whole question."""
        whole = {passage.item.id: passage.score for passage in findings.passages}
        return max(self._retriever.search(side).passages, key=lambda p: p.score + 0.5 * whole[p.item.id])


def _evidence(cited: Sequence[Passage], findings: Findings) -> tuple[Passage, ...]:
    """What a chat model may write from: what is cited without one, and what stands nearly as high."""
    near = [p for p in findings.passages[:_MOST_EVIDENCE] if p.score >= _NEAR * findings.passages[0].score]
    return (*cited, *(passage for passage in near if passage not in cited))[:_MOST_EVIDENCE]


def make_index(settings: Settings, progress: Progress = no_progress) -> PolicyIndex:
    """Build the index that the settings name and put it in its place.

    Raises ConfigurationError, DocumentError or IndexUnavailableError.
    """
    text = read_document(settings.document)
    index = build_index(text, choose_embedder(settings, verify=True), settings.questions, progress, load_shipped())
    save_index(settings.index_dir, index)
    return index


def open_assistant(settings: Settings | None = None) -> PolicyAssistant:
    """The assistant over the index that the settings name (default: the environment's).

    Raises ConfigurationError, DocumentError or IndexUnavailableError.
    """
    settings = settings or load_settings()
    index = load_index(settings.index_dir)
    embedder = choose_embedder(settings, verify=False)
    check_origin(settings.index_dir, index.origin, describe_origin(settings, embedder.identity))
    return PolicyAssistant(index, embedder, open_chat(settings))


def open_chat(settings: Settings) -> Chat | None:
    """The chat model that the settings name, if any, for what they name it for. Raises ConfigurationError."""
    if not settings.chat_model:
        return None
    from rag.chat.model import load_chat_model

    model = load_chat_model(settings)
    return Chat(model, settings.chat_model, settings.chat_roles, settings.chat_timeout)


def describe_origin(settings: Settings, embedder: str) -> Origin:
    """What an index of these settings is made of. Raises DocumentError."""
    text = read_document(settings.document)
    return Origin(read_year(text), sha256_text(text), hash_hints(text, settings.questions), embedder)


def choose_embedder(settings: Settings, *, verify: bool) -> Embedder:
    """The embedder that the settings name. Raises ConfigurationError."""
    try:
        return load_embedder(settings.embedder, settings.threads, verify=verify)
    except EmbeddingError as error:
        raise ConfigurationError(f"POLICYQA_EMBEDDER: {error}") from error
