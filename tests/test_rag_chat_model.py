"""Chat models by their names in the settings: real ones where their weights can be had, and their errors."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from embeddings import Embedder
from rag import PolicyAssistant, Settings, open_assistant
from rag.assistant import open_chat
from rag.chat.failures import describe_failure
from rag.chat.model import load_chat_model
from rag.errors import ConfigurationError
from rag.index.store import PolicyIndex

GGUF = Path(os.environ.get("QWEN_GGUF", ""))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Qwen2 of random weights, small enough to be made in a second."""
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    folder = tmp_path_factory.mktemp("qwen2")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: place for place, letter in enumerate(letters)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=inner)
    tokenizer.chat_template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"
    tokenizer.save_pretrained(folder)
    config = transformers.Qwen2Config(
        vocab_size=len(letters),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
    )
    transformers.Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


def test_a_transformers_model_streams_and_stops(checkpoint: Path) -> None:
    model = load_chat_model(Settings(chat_model=f"transformers:{checkpoint}", chat_timeout=30))
    pieces = model.stream([HumanMessage("公車")])
    first = next(pieces)
    assert first is not None
    start = monotonic()
    pieces.close()  # type: ignore[attr-defined]
    # Free again: the lock is let go, and the model answers whole.
    assert model.invoke([HumanMessage("hi")]).text
    assert monotonic() - start < 20


@pytest.mark.skipif(not GGUF.is_file(), reason="needs QWEN_GGUF, a small chat model as a GGUF file")
def test_a_gguf_model_streams_and_stops() -> None:
    pytest.importorskip("xllamacpp")
    model = load_chat_model(Settings(chat_model=f"gguf:{GGUF}", chat_timeout=60))
    pieces = model.stream([HumanMessage("用一句話介紹高雄")])
    assert len([next(pieces).text for _ in range(4)]) == 4
    pieces.close()  # type: ignore[attr-defined]
    assert model.invoke([HumanMessage("1+1=? 只答數字")]).text


SERVER = """
import signal, sys
import xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path, parameters.port = sys.argv[1], int(sys.argv[2])
parameters.hostnames = ["127.0.0.1"]
parameters.n_ctx, parameters.n_parallel, parameters.use_jinja = 4096, 1, True
server = xllamacpp.Server(parameters)
print("READY", flush=True)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a real OpenAI-compatible server with a real small model."""
    if not GGUF.is_file():
        pytest.skip("needs QWEN_GGUF, a small chat model as a GGUF file")
    pytest.importorskip("xllamacpp")
    pytest.importorskip("langchain_openai")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}
    command = [sys.executable, "-c", SERVER, str(GGUF), str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as run:
        assert run.stdout is not None
        try:
            assert any(line.startswith("READY") for line in run.stdout)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            run.terminate()


@pytest.mark.slow
def test_a_real_server_streams_to_the_assistant(server: str, index_dir: Path) -> None:
    settings = Settings(index_dir=index_dir, chat_model="openai:qwen", chat_base_url=server, chat_timeout=120)
    pieces = list(load_chat_model(settings).stream([HumanMessage("用一句話介紹高雄")]))
    assert len([piece for piece in pieces if piece.text]) > 1
    assert pieces[-1].usage_metadata or any(piece.response_metadata.get("finish_reason") for piece in pieces)
    answer = open_assistant(settings).ask("公車什麼時候會全部換成電動的？")
    assert answer.writing is not None
    assert answer.writing.failure == ""
    assert answer.writing.sentences >= 1
    assert [citation.item.id for citation in answer.citations] == ["11-3"]


@pytest.mark.slow
def test_a_real_server_that_is_too_slow_is_not_waited_for(server: str, index_dir: Path) -> None:
    settings = Settings(index_dir=index_dir, chat_model="openai:qwen", chat_base_url=server, chat_timeout=0.05)
    answer = open_assistant(settings).ask("捷運黃線現在做到哪裡？")
    assert answer.answerer == "extractive"
    assert answer.note


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("transformers:/no/such/folder", "cannot open the model.*folder"),
        ("gguf:/no/such/file.gguf", "cannot read the model.*GGUF"),
        ("gguf:{here}", "not a GGUF file"),
        ("nobody:x", "nobody"),
        ("openai", "provider:model"),
        ("openai:x", "POLICYQA_CHAT_API_KEY"),
    ],
)
def test_a_model_that_cannot_be_opened_is_one_line_that_says_what_to_do(
    name: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("transformers"):
        pytest.importorskip("transformers")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match=message):
        load_chat_model(Settings(chat_model=name.format(here=__file__)))


class _RefusedError(Exception):
    def __init__(self, status: int) -> None:
        self.status_code = status


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (_RefusedError(401), "key"),
        (_RefusedError(404), "not found"),
        (_RefusedError(429), "too many"),
        (_RefusedError(500), "500"),
        (TimeoutError("secret"), "timed out"),
        (ConnectionRefusedError("secret"), "no server"),
        (ValueError("secret"), "ValueError"),
    ],
)
def test_a_failure_is_told_without_what_the_error_says(error: Exception, reason: str) -> None:
    assert reason in describe_failure(error)
    assert "secret" not in describe_failure(error)


def test_no_server_at_the_address_is_told_as_such() -> None:
    pytest.importorskip("langchain_openai")
    settings = Settings(chat_model="openai:x", chat_base_url="http://127.0.0.1:9/v1", chat_api_key=SecretStr("k"))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever the provider raises
        load_chat_model(settings).invoke("hi")
    assert "POLICYQA_CHAT_BASE_URL" in describe_failure(caught.value)


CUT = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'40\r\ndata: {"choices": [{"index": 0, "delta": {"content": "ab"}}]}\n\n\r\n'
)


class _FailingHandler(BaseHTTPRequestHandler):
    """Fails as the first part of the path says: a status, `cut` in mid-stream, or `hang`."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        way = self.path.split("/")[1]
        if way == "hang":
            sleep(3)
        elif way == "cut":
            self.wfile.write(CUT)
        else:
            self.send_response(int(way))
            self.send_header("Content-Length", "0")
            self.end_headers()
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def failing_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _FailingHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("401", "key was refused"),
        ("404", "not found"),
        ("429", "too many requests"),
        ("500", "answered 500"),
        ("cut", ""),
        ("hang", "no whole reply"),
    ],
)
def test_whatever_a_server_does_the_items_answer(
    failing_server: str, index: PolicyIndex, embedder: Embedder, assistant: PolicyAssistant, way: str, reason: str
) -> None:
    pytest.importorskip("langchain_openai")
    settings = Settings(chat_model="openai:x", chat_base_url=f"{failing_server}/{way}/v1", chat_timeout=1.5)
    start = monotonic()
    answer = PolicyAssistant(index, embedder, open_chat(settings)).ask("公車什麼時候會全部換成電動的？")
    assert monotonic() - start < 10
    assert answer.text == assistant.ask("公車什麼時候會全部換成電動的？").text
    assert "語言模型" in answer.note
    assert answer.writing is not None
    assert reason in answer.writing.failure
