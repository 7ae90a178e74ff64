"""Search over the real document: what residents mean is found, however they write it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings import Embedder
from rag import PolicyAssistant, Turn
from rag.index.store import load_index
from rag.retrieval.search import Retriever

PARAPHRASES = [
    ("家門口的路燈晚上一直不亮，市府對照明有什麼打算", "13-3"),
    ("想帶小孩去壽山看動物，動物住的地方有要整修嗎", "16-12"),
    ("阿公一個人住，白天有沒有人可以關心他", "18-2"),
    ("吸毒的媽媽想戒，有專門給女生的輔導嗎", "31-5"),
    ("老房子沒有滅火設備，修繕可以補助嗎", "20-13"),
    ("外籍移工被雇主欺負可以去哪裡申訴", "23-7"),
    ("石綿屋瓦要怎麼清", "22-12"),
    ("地震會不會讓我家附近土壤液化", "13-15"),
    ("消防車可以換成電動的嗎", "20-4"),
    ("How will tidal flooding in Cijin be reduced?", "14-11"),
    ("Thành phố có kế hoạch gì cho thú cưng và chủ nuôi?", "10-4"),
    ("Xe đạp công cộng YouBike có tăng thêm trạm không?", "11-3"),
    ("Apa rencana kota untuk kapal feri dan dermaganya?", "11-9"),
    ("高齢者の見守りや居場所づくりはどうなっていますか", "18-2"),
    ("愛河の水上スポーツやドラゴンボートは続きますか", "32-4"),
]
SEARCHES = {"item", "question", "lexical", "verbatim", "words", "telling"}


@pytest.fixture(scope="module")
def retriever(index_dir: Path, embedder: Embedder) -> Retriever:
    return Retriever(load_index(index_dir), embedder)


def _found(assistant: PolicyAssistant, question: str, limit: int = 3) -> list[str]:
    return [passage.item.id for passage in assistant.search(question, limit)]


@pytest.mark.parametrize(("question", "item_id"), PARAPHRASES)
def test_what_a_resident_means_is_found_first(assistant: PolicyAssistant, question: str, item_id: str) -> None:
    assert _found(assistant, question, 1) == [item_id]


@pytest.mark.parametrize(
    "variants",
    [
        ("臺鐵高雄機廠的重劃要做什麼", "台鐵高雄機廠的重劃要做什麼", "台铁高雄机厂的重划要做什么"),
        ("市區公車 2030 年全面電動化了嗎", "市區公車２０３０年全面電動化了嗎", "市区公车2030年全面电动化了吗"),
        ("YouBike 站點會再多嗎", "ＹｏｕＢｉｋｅ 站點會再多嗎", "youbike 站点会再多吗"),
        ("旗津海水倒灌要怎麼改善", "旗津海水倒灌要怎么改善", "旗津海水倒灌要怎麼改善？？？"),
        ("圖書館要換節電設備嗎", "图书馆要换节电设备吗", "  圖書館要換節電設備嗎  "),
    ],
)
def test_one_question_in_several_scripts_finds_one_item(assistant: PolicyAssistant, variants: Sequence[str]) -> None:
    assert len({tuple(_found(assistant, variant, 1)) for variant in variants}) == 1


def test_every_item_has_a_place(retriever: Retriever, assistant: PolicyAssistant) -> None:
    passages = retriever.search("渡輪碼頭").passages
    assert {passage.item.id for passage in passages} == set(assistant.catalog.items)
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)


def test_ranks_and_scores_explain_a_passage(retriever: Retriever) -> None:
    passages = retriever.search("渡輪碼頭要改善候船環境嗎").passages
    assert {frozenset(passage.ranks) for passage in passages} == {frozenset(SEARCHES)}
    assert {frozenset(passage.scores) for passage in passages} == {frozenset(SEARCHES)}
    for name in SEARCHES:
        by_rank = sorted(passages, key=lambda passage: passage.ranks[name])
        assert [passage.ranks[name] for passage in by_rank] == list(range(1, len(passages) + 1))
        scores = [passage.scores[name] for passage in by_rank]
        assert scores == sorted(scores, reverse=True)


def test_the_best_passage_is_the_best_in_each_search(retriever: Retriever) -> None:
    best = retriever.search("優化渡輪碼頭服務設施，改善候船環境").passages[0]
    assert best.item.id == "11-9"
    assert set(best.ranks.values()) == {1}


def test_coverage_counts_the_words_of_the_topic(retriever: Retriever) -> None:
    scores = {p.item.id: p.scores for p in retriever.search("渡輪碼頭會翻新嗎", "渡輪碼頭").passages}
    assert scores["11-9"]["verbatim"] == pytest.approx(1)
    assert scores["31-5"]["verbatim"] == 0


def test_words_that_nobody_knows_count_as_missing_where_they_tell(retriever: Retriever) -> None:
    scores = retriever.search("渡輪碼頭", "渡輪碼頭 xylophone").passages[0].scores
    assert scores["words"] == pytest.approx(1)
    assert 0 < scores["telling"] < 1


def test_nothing_to_search_for_finds_every_item_without_words(retriever: Retriever) -> None:
    passages = retriever.search("?").passages
    assert {passage.scores["lexical"] for passage in passages} == {0}


@pytest.mark.parametrize("limit", [1, 7, 456, 1000])
def test_a_search_gives_as_many_as_are_wanted_and_there_are(assistant: PolicyAssistant, limit: int) -> None:
    assert len(set(_found(assistant, "渡輪碼頭", limit))) == min(limit, 456)


def _own_text_places(retriever: Retriever, assistant: PolicyAssistant, step: int) -> list[int]:
    places: list[int] = []
    for item in list(assistant.catalog.items.values())[::step]:
        found = [passage.item.id for passage in retriever.search(item.text).passages]
        places.append(found.index(item.id) + 1)
    return places


def test_an_item_is_found_by_its_own_text(retriever: Retriever, assistant: PolicyAssistant) -> None:
    places = _own_text_places(retriever, assistant, 15)
    assert max(places) <= 3
    assert places.count(1) >= 0.96 * len(places)


@pytest.mark.slow
def test_every_item_is_found_by_its_own_text(retriever: Retriever, assistant: PolicyAssistant) -> None:
    places = _own_text_places(retriever, assistant, 1)
    assert max(places) <= 3
    assert places.count(1) >= 440


def _talk(assistant: PolicyAssistant, *questions: str) -> list[str]:
    """The items cited in the answer to the last question of a dialogue."""
    turns: list[Turn] = []
    cited: list[str] = []
    for question in questions:
        answer = assistant.ask(question, turns)
        turns.append(Turn(question, answer.text))
        cited = [citation.item.id for citation in answer.citations]
    return cited


@pytest.mark.parametrize(
    ("questions", "item_id"),
    [
        (("YouBike 站點會再增加嗎？", "那渡輪碼頭呢？"), "11-9"),
        (("捷運黃線目前在做什麼？", "那紫線呢？"), "17-6"),
        (("旗津海水倒灌怎麼改善？", "右昌淹水呢？"), "14-10"),
        (("老屋消防設備有補助嗎？", "補助多少錢？"), "20-13"),
        (("路燈不亮要怎麼辦", "它歸哪個局處管？"), "13-3"),
        (("公車什麼時候全面電動化", "那是哪個局負責的？"), "11-3"),
        (("流浪動物有什麼規劃", "寵物的身後事也管嗎"), "10-4"),
    ],
)
def test_a_follow_up_carries_the_topic(assistant: PolicyAssistant, questions: Sequence[str], item_id: str) -> None:
    assert _talk(assistant, *questions)[0] == item_id


@pytest.mark.parametrize(
    ("questions", "item_id"),
    [
        (("捷運黃線目前在做什麼？", "學校午餐的食材有把關嗎？"), "6-15"),
        (("壽山動物園會整修嗎？", "外籍移工要去哪裡申訴？"), "23-7"),
        (("登革熱防治是哪個局負責？", "渡輪碼頭會翻新嗎？"), "11-9"),
        (("路燈不亮要怎麼辦", "郵輪停靠高雄可以多一點嗎？", "有線電視費率誰審？"), "25-11"),
    ],
)
def test_a_new_topic_is_not_dragged_back(assistant: PolicyAssistant, questions: Sequence[str], item_id: str) -> None:
    assert _talk(assistant, *questions)[0] == item_id
    assert _talk(assistant, questions[-1]) == _talk(assistant, *questions)


@pytest.mark.parametrize("follow_up", ["還有哪個局處？", "只有他們嗎？", "還有別的局處嗎？"])
@pytest.mark.parametrize("first", ["登革熱防治是哪個局負責？", "太陽光電是哪個局處在推？"])
def test_who_else_leaves_out_the_bureaus_named(assistant: PolicyAssistant, first: str, follow_up: str) -> None:
    before = assistant.ask(first)
    after = assistant.ask(follow_up, [Turn(first, before.text)])
    named = {citation.item.section for citation in before.citations}
    assert named
    assert named.isdisjoint({citation.item.section for citation in after.citations})


def test_who_else_asked_twice_leaves_out_all_that_were_named(assistant: PolicyAssistant) -> None:
    turns: list[Turn] = []
    named: list[str] = []
    for question in ("太陽光電是哪個局處在推？", "還有別的局處嗎？", "還有誰？"):
        answer = assistant.ask(question, turns)
        turns.append(Turn(question, answer.text))
        named += dict.fromkeys(citation.item.section for citation in answer.citations)
    assert len(named) == len(set(named))


def test_a_number_alone_refers_to_the_bureau_before(assistant: PolicyAssistant) -> None:
    assert _talk(assistant, "交通第三項", "第四項呢？") == ["11-4"]


def test_turns_without_answers_do_no_harm(assistant: PolicyAssistant) -> None:
    assert assistant.ask("那渡輪碼頭呢？", [Turn("YouBike 站點？", "")]).citations[0].item.id == "11-9"
    assert assistant.ask("渡輪碼頭會翻新嗎？", [Turn("", "")]).citations[0].item.id == "11-9"
