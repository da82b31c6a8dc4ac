"""A model behind an OpenAI-compatible server: asked in parallel, again where a request fails, and never twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import Any, Final, TypeAlias

from markscheme.core.errors import MarkschemeError
from markscheme.datasets.rows import Row
from markscheme.draw import Draw

Task: TypeAlias = tuple[str, Row, int]
"""A model, a row, and the number of the reply."""
LONGEST_BODY: Final = 8_000_000
LONGEST_PAUSE: Final = 60.0
_BUSY: Final = frozenset({408, 409, 425, 429})
_HOPELESS: Final = frozenset({401, 403, 404})
_OVERLOADED: Final = 500
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model answers, and how it is asked. Times are in seconds."""

    endpoint: str
    key: str = ""
    temperature: float = 0.0
    max_tokens: int = 2_048
    concurrency: int = 8
    retries: int = 6
    pause: float = 0.5
    """Before the first try again; it doubles from try to try."""
    timeout: float = 600.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model replied to a row, or why there is no reply."""

    asked: str
    """A hash of the model, the question, and how it was asked."""
    model: str
    row: str
    sample: int
    text: str = ""
    error: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


class _Hopeless(MarkschemeError):
    """A server that refuses all requests alike."""


class _Again(Exception):
    """A request that may succeed later, and after how many seconds the server says."""

    def __init__(self, why: str, after: float = 0) -> None:
        super().__init__(why)
        self.after = after


def ask_all(server: Server, tasks: Sequence[Task], kept: Path) -> Iterator[Reply]:
    """The reply to each task, in their order. Each is kept in a file at once, and is not asked for again.

    Requests that fail are tried again; of one that goes on to fail the reply has the error, and it is asked for again
    in the next run. Raises `MarkschemeError` where the server refuses all requests: an unknown model, a wrong key.
    """
    known = _replies_in(kept)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(server.concurrency) as pool, _client(server) as client, kept.open("ab") as file:
        _end_line(file, kept)
        waiting: list[Reply | Future[Reply]] = [
            known.get(_hash_of(server, task)) or pool.submit(_asked, client, server, task) for task in tasks
        ]
        try:
            for it in waiting:
                if isinstance(it, Reply):
                    yield it
                    continue
                reply = it.result()
                if not reply.error:
                    file.write(f"{json.dumps(asdict(reply))}\n".encode())
                    file.flush()
                yield reply
        finally:
            for it in waiting:
                if not isinstance(it, Reply):
                    it.cancel()


def _replies_in(kept: Path) -> dict[str, Reply]:
    """The replies that a file has; a last line that was cut off is none."""
    found: dict[str, Reply] = {}
    for line in kept.read_text("utf-8", "replace").split("\n") if kept.exists() else ():
        try:
            reply = Reply(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[reply.asked] = reply
    return found


def _end_line(file: Any, kept: Path) -> None:
    if kept.stat().st_size and not kept.read_bytes().endswith(b"\n"):
        file.write(b"\n")


def _hash_of(server: Server, task: Task) -> str:
    model, row, sample = task
    how = [model, row["question"], sample, server.temperature, server.max_tokens]
    return sha256(json.dumps(how).encode()).hexdigest()[:32]


def _client(server: Server) -> Any:
    try:
        httpx = import_module("httpx")
    except ImportError:
        raise MarkschemeError("asking a model needs httpx: pip install 'markscheme[llm]'") from None
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    return httpx.Client(headers=headers, timeout=server.timeout)


def _asked(client: Any, server: Server, task: Task) -> Reply:
    model, row, sample = task
    reply = Reply(_hash_of(server, task), model, row["metadata"]["id"], sample)
    why = ""
    for attempt in range(server.retries + 1):
        try:
            return _once(client, server, task, reply)
        except _Again as again:
            why = f"{again}"
            if attempt < server.retries:
                share = Draw(f"{reply.asked}/{attempt}: pause").below(1_000) / 1_000
                sleep(min(max(server.pause * 2**attempt * (0.5 + share), again.after), LONGEST_PAUSE))
    return replace(reply, error=f"{why}, {server.retries + 1} times")


def _once(client: Any, server: Server, task: Task, reply: Reply) -> Reply:
    model, row, sample = task
    httpx = import_module("httpx")
    body = {
        "model": model,
        "messages": [{"role": "user", "content": row["question"]}],
        "temperature": server.temperature,
        "max_tokens": server.max_tokens,
        "seed": sample,
    }
    try:
        with client.stream("POST", f"{server.endpoint.rstrip('/')}/chat/completions", json=body) as response:
            content = b""
            for piece in response.iter_bytes():
                content += piece
                if len(content) > LONGEST_BODY:
                    return replace(reply, error="a reply of more than 8 MB")
            status, after = response.status_code, response.headers.get("retry-after", "")
    except httpx.UnsupportedProtocol as error:
        raise _Hopeless(f"{server.endpoint} is no address of a server: {error}") from error
    except httpx.TransportError as error:
        raise _Again(f"{type(error).__name__}: {error}".rstrip(": ")) from error
    if status in _HOPELESS:
        raise _Hopeless(f"{server.endpoint} refuses {model}: {status} {_said(content)}")
    if status in _BUSY or status >= _OVERLOADED:
        raise _Again(f"{status} {_said(content)}", float(after) if after.isdecimal() and len(after) < 6 else 0)
    if status != _OK:
        return replace(reply, error=f"{status} {_said(content)}")
    return _read(content, reply)


def _read(content: bytes, reply: Reply) -> Reply:
    try:
        data: Any = json.loads(content)
        text = data["choices"][0]["message"]["content"]
        usage: Mapping[str, Any] = data.get("usage") or {}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _Again("an answer that is no completion") from error
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    tokens_in, tokens_out = (count if isinstance(count, int) else 0 for count in counts)
    said = text if isinstance(text, str) else ""
    return replace(reply, text=said, tokens_in=tokens_in, tokens_out=tokens_out)


def _said(content: bytes) -> str:
    """What an error says, in a line."""
    return " ".join(content[:300].decode("utf-8", "replace").split())
