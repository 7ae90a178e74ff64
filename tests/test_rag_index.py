import json
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embeddings import Embedder
from rag import RagError, Settings, open_assistant
from rag.errors import IndexUnavailableError
from rag.index.build import build_index, embed_chunks
from rag.index.shipped import ShippedVectors
from rag.index.store import PolicyIndex, check_origin, load_index, save_index

DOCUMENT = """高雄市政府 116 年度施政綱要
前言
施政要項
一、財政
(一) 開源節流。
(二) 公開招商。
"""
FILES = {"items.json", "lexicon.json", "chunks.json", "vectors.faiss", "manifest.json"}
REMEDY = "python -m rag index"


@pytest.fixture(scope="module")
def small(embedder: Embedder, vectors_of: Callable[[str], ShippedVectors]) -> PolicyIndex:
    return build_index(DOCUMENT, embedder, shipped=vectors_of(DOCUMENT))


@pytest.fixture
def folder(tmp_path: Path, small: PolicyIndex) -> Path:
    """The small index on disk, alone in its parent folder."""
    save_index(tmp_path / "parent" / "index", small)
    return tmp_path / "parent" / "index"


@pytest.fixture
def copy(index_dir: Path, tmp_path: Path) -> Path:
    """The real index, to be spoilt."""
    return shutil.copytree(index_dir, tmp_path / "copy")


@contextmanager
def _full_disk(bytes_left: int) -> Iterator[None]:
    """No file may grow beyond `bytes_left`: the system's own refusal, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_what_is_saved_is_opened(folder: Path, small: PolicyIndex) -> None:
    opened = load_index(folder)
    assert opened.origin == small.origin
    assert list(opened.items.items()) == list(small.items.items())
    assert list(opened.chunks) == list(small.chunks)
    vector = [1.0] * small.vectors.dimension
    assert (opened.vectors.similarities(vector) == small.vectors.similarities(vector)).all()


def test_an_index_has_one_vector_a_chunk(small: PolicyIndex) -> None:
    assert len(small.vectors) == len(small.chunks) >= len(small.items) == 2


def test_the_folder_holds_plain_files_and_no_pickle(index_dir: Path) -> None:
    assert {path.name for path in index_dir.iterdir()} == FILES
    for name in FILES - {"vectors.faiss"}:
        assert json.loads((index_dir / name).read_text(encoding="utf-8"))
    assert (index_dir / "vectors.faiss").read_bytes()[:4] == b"IxFI"


def test_opening_writes_nothing(copy: Path) -> None:
    before = _contents(copy)
    open_assistant(Settings(index_dir=copy))
    assert _contents(copy) == before


def test_progress_goes_from_nothing_to_all(embedder: Embedder, small: PolicyIndex) -> None:
    seen: list[tuple[int, int]] = []
    chunks = small.chunks[:40]
    vectors = embed_chunks(chunks, embedder, lambda done, total: seen.append((done, total)))
    assert len(vectors) == 40
    assert seen[0] == (0, 40)
    assert seen[-1] == (40, 40)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_noticed(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(IndexUnavailableError, match=REMEDY):
        load_index(copy)


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_one_altered_bit_is_noticed(copy: Path, name: str, place: float) -> None:
    _flip(copy / name, int(place * ((copy / name).stat().st_size - 1)))
    with pytest.raises(IndexUnavailableError, match=f"{name}.*{REMEDY}"):
        load_index(copy)


@pytest.mark.slow
def test_an_altered_bit_anywhere_in_the_manifest_is_noticed(folder: Path, small: PolicyIndex) -> None:
    manifest = folder / "manifest.json"
    whole, unnoticed = manifest.read_bytes(), list[str]()
    for position in range(len(whole)):
        _flip(manifest, position)
        try:
            check_origin(folder, load_index(folder).origin, small.origin)
            unnoticed.append(f"{position}: {manifest.read_bytes()[position - 20 : position + 20]!r}")
        except IndexUnavailableError as error:
            assert REMEDY in str(error)  # noqa: PT017
        manifest.write_bytes(whole)
    assert unnoticed == []


def test_another_year_in_the_manifest_is_noticed(copy: Path) -> None:
    manifest = copy / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"year": 115', '"year": 114'), encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match=REMEDY):
        open_assistant(Settings(index_dir=copy))


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"format": "1"},
        {"origin": None},
        {"origin": 5},
        {"origin": []},
        {"origin": {"year": 115}},
        {"files": None},
        {"files": []},
        {"files": {}},
        {"files": "items.json"},
    ],
    ids=json.dumps,
)
def test_a_manifest_of_another_shape_is_refused(folder: Path, change: dict[str, Any]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, **change}), encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match=REMEDY):
        load_index(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"5", b'"x"', b"{}", b"\xff\xfe", b"\0" * 100])
def test_a_manifest_of_garbage_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(IndexUnavailableError, match=REMEDY):
        load_index(folder)


def test_no_index_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexUnavailableError, match=f"no index in {place}; run `{REMEDY}`"):
            load_index(place)


def test_a_file_where_the_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("x")
    with pytest.raises(IndexUnavailableError, match=REMEDY):
        load_index(tmp_path / "index")


def test_the_index_of_another_embedder_is_refused(index_dir: Path, tmp_path: Path) -> None:
    index = load_index(index_dir)
    save_index(tmp_path / "other", replace(index, origin=replace(index.origin, embedder="another model")))
    with pytest.raises(IndexUnavailableError, match=f"by the embedder 'another model'.*{REMEDY}"):
        open_assistant(Settings(index_dir=tmp_path / "other"))


def test_the_index_of_another_document_is_refused(index_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(DOCUMENT, encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match=f"another document.*{REMEDY}"):
        open_assistant(Settings(index_dir=index_dir, document=tmp_path / "other.txt"))


def test_saving_replaces_an_index_and_leaves_nothing_over(
    folder: Path, embedder: Embedder, vectors_of: Callable[[str], ShippedVectors]
) -> None:
    other = DOCUMENT.replace("公開招商", "公開徵才")
    save_index(folder, build_index(other, embedder, shipped=vectors_of(other)))
    assert load_index(folder).items["1-2"].text == "公開徵才。"
    assert [path.name for path in folder.parent.iterdir()] == ["index"]


def test_saving_fills_an_empty_folder(tmp_path: Path, small: PolicyIndex) -> None:
    (tmp_path / "index").mkdir()
    save_index(tmp_path / "index", small)
    assert load_index(tmp_path / "index").origin == small.origin


@pytest.mark.parametrize("name", ["index.v2", ".index", "索引", "my index"])
def test_an_index_can_stand_in_a_folder_of_any_name(tmp_path: Path, small: PolicyIndex, name: str) -> None:
    for _ in range(2):
        save_index(tmp_path / name, small)
    assert load_index(tmp_path / name).origin == small.origin
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_neighbour_is_never_touched(tmp_path: Path, small: PolicyIndex) -> None:
    # What an interrupted run may leave behind, or what somebody else calls so.
    neighbour = tmp_path / ".index.old"
    neighbour.mkdir()
    (neighbour / "notes.txt").write_text("mine")
    for _ in range(2):
        save_index(tmp_path / "index.v2", small)
    assert (neighbour / "notes.txt").read_text() == "mine"


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path, small: PolicyIndex) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(IndexUnavailableError, match="something else than an index"):
        save_index(tmp_path / "index", small)
    assert (tmp_path / "index" / "thesis.txt").read_text() == "irreplaceable"
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path, small: PolicyIndex) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexUnavailableError, match="set POLICYQA_INDEX_DIR"):
        save_index(tmp_path / "file" / "index", small)


@pytest.mark.parametrize("bytes_left", [10, 1500])
def test_a_full_disk_leaves_the_old_index_in_place(folder: Path, small: PolicyIndex, bytes_left: int) -> None:
    before = _contents(folder)
    with _full_disk(bytes_left), pytest.raises(IndexUnavailableError, match="cannot write an index"):
        save_index(folder, small)
    assert _contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["index"]


def test_all_failures_of_an_index_are_failures_of_the_program() -> None:
    assert issubclass(IndexUnavailableError, RagError)
