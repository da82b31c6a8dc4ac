"""Evaluating models: a real server over HTTP that fails in every way, replies kept, intervals, and a comparison."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from markscheme.cli.main import app
from markscheme.core.errors import MarkschemeError
from markscheme.datasets.asking import Server, Task, ask_all
from markscheme.datasets.auditing import CHECKS, Result, audit
from markscheme.datasets.evaluating import interval, pass_at, questions, report_on, wilson
from markscheme.datasets.evaluation_page import written
from markscheme.datasets.rows import Row

SHAPE, RNN = "convolution/output_shape", "attention/linear_rnn"


class Stub(ThreadingHTTPServer):
    """A server that speaks the protocol: `answer` replies, and each question meets these `faults` first, in turn."""

    daemon_threads = True

    def __init__(self, answer: Callable[[str, str], str], faults: tuple[str, ...] = ()) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.faults = answer, faults
        self.tries: Counter[tuple[str, str]] = Counter()
        self.asked: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    @property
    def stub(self) -> Stub:
        assert isinstance(self.server, Stub)
        return self.server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        question = asked["messages"][0]["content"]
        self.stub.asked.append(asked)
        number = self.stub.tries[asked["model"], question]
        self.stub.tries[asked["model"], question] += 1
        fault = self.stub.faults[number] if number < len(self.stub.faults) else ""
        if fault == "drop":
            self.connection.close()
            return
        if fault.isdecimal():
            self._say(int(fault), b'{"error": "no"}')
        elif fault:
            self._say(200, fault.encode())
        else:
            content = {"role": "assistant", "content": self.stub.answer(asked["model"], question)}
            usage = {"prompt_tokens": 7, "completion_tokens": 3}
            self._say(200, json.dumps({"choices": [{"message": content}], "usage": usage}).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Starts = Callable[..., Stub]


@pytest.fixture
def stub() -> Iterator[Starts]:
    """Starts servers, and ends them."""
    started: list[Stub] = []

    def start(answer: Callable[[str, str], str], faults: tuple[str, ...] = ()) -> Stub:
        server = Stub(answer, faults)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def knowing(rows: list[Row]) -> Callable[[str, str], str]:
    """A model "good" that knows all keys, and any other that knows none."""
    keys = {row["question"]: row["answer"] for row in rows}
    return lambda model, question: f"<answer>{keys[question]}</answer>" if model == "good" else "I do not know."


def tasks(rows: list[Row], *models: str) -> list[Task]:
    return [(model, row, 0) for model in models for row in rows]


FAULTS: Final = ("429", "500", "503", "drop", "no JSON", "{}", '{"choices": []}', "[]", "[" * 10_000)


def test_each_fault_is_outlived(stub: Starts, tmp_path: Path) -> None:
    """A busy or broken server, a dropped connection, and answers that are none are tried again."""
    rows = questions([SHAPE], 2, "1", published=False)
    server = stub(knowing(rows), FAULTS)
    asked = Server(server.address, pause=0.001, retries=len(FAULTS))
    replies = list(ask_all(asked, tasks(rows, "good"), tmp_path / "replies.jsonl"))
    assert [reply.error for reply in replies] == ["", ""]
    assert report_on(rows, replies, ["good"])["models"]["good"]["score"]["mean"] == 1
    assert set(server.tries.values()) == {len(FAULTS) + 1}


def test_what_goes_on_failing_is_said_and_asked_again(stub: Starts, tmp_path: Path) -> None:
    """A request that fails each time is an error, earns nothing, and is made again in the next run."""
    rows = questions([SHAPE], 1, "1", published=False)
    server = stub(knowing(rows), ("500",) * 3)
    asked = Server(server.address, pause=0.001, retries=1)
    (failed,) = ask_all(asked, tasks(rows, "good"), tmp_path / "replies.jsonl")
    assert "500" in failed.error
    report = report_on(rows, [failed], ["good"])["models"]["good"]
    assert (report["failed"], report["score"]["mean"]) == (1, 0)
    (there,) = ask_all(asked, tasks(rows, "good"), tmp_path / "replies.jsonl")
    assert not there.error


@pytest.mark.parametrize("status", ["401", "403", "404"])
def test_a_server_that_refuses_all_ends_the_run(stub: Starts, tmp_path: Path, status: str) -> None:
    """A wrong key or an unknown model is an error at once, not one a row."""
    rows = questions([SHAPE], 3, "1", published=False)
    server = stub(knowing(rows), (status,) * 9)
    with pytest.raises(MarkschemeError, match=status):
        list(ask_all(Server(server.address, concurrency=1), tasks(rows, "good"), tmp_path / "replies.jsonl"))


def test_an_address_that_is_none(tmp_path: Path) -> None:
    """An endpoint without http is an error in words; one where nobody listens is a failed reply."""
    rows = questions([SHAPE], 1, "1", published=False)
    with pytest.raises(MarkschemeError, match="no address"):
        list(ask_all(Server("localhost/v1"), tasks(rows, "m"), tmp_path / "replies.jsonl"))
    server = Server("http://127.0.0.1:9/v1", pause=0.001, retries=1)
    (reply,) = ask_all(server, tasks(rows, "m"), tmp_path / "replies.jsonl")
    assert "2 times" in reply.error


def test_replies_are_kept(stub: Starts, tmp_path: Path) -> None:
    """What was answered is not asked again, but where its line was cut off, or another temperature is asked for."""
    rows = questions([SHAPE], 4, "1", published=False)
    server, kept = stub(knowing(rows)), tmp_path / "replies.jsonl"
    first = list(ask_all(Server(server.address), tasks(rows, "good"), kept))
    assert list(ask_all(Server(server.address), tasks(rows, "good"), kept)) == first
    assert len(server.asked) == 4
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-20])
    assert list(ask_all(Server(server.address), tasks(rows, "good"), kept)) == first
    assert len(server.asked) == 5
    list(ask_all(Server(server.address, temperature=0.5), tasks(rows, "good"), kept))
    assert len(server.asked) == 9


def test_prompts_hold_no_id(stub: Starts, tmp_path: Path) -> None:
    """What is sent holds neither the id of an item, nor the seed, nor the key's name for the server to log."""
    rows = questions([RNN], 3, "a seed that is long", published=True)
    server = stub(lambda *_: "1")
    list(ask_all(Server(server.address, key="secret"), tasks(rows, "m"), tmp_path / "replies.jsonl"))
    sent = json.dumps(server.asked)
    assert "a seed that is long" not in sent
    assert not any([row["metadata"]["id"] in sent for row in rows])
    assert "secret" not in (tmp_path / "replies.jsonl").read_text()


def test_two_models(stub: Starts, tmp_path: Path) -> None:
    """The command asks two models, compares them row by row, tells published from fresh rows, and writes its report."""
    rows = questions([SHAPE], 4, "0")
    server = stub(knowing(rows))
    command = ["evaluate", SHAPE, "--endpoint", server.address, "--model", "good", "--model", "<b>bad</b>"]
    command += ["--size", "4", "--out", str(tmp_path), "--price", "1", "2"]
    ran = CliRunner().invoke(app, [*command, "--json"])
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.stdout)
    assert report == json.loads((tmp_path / "report.json").read_text())
    good, bad = report["models"].values()
    assert (good["score"]["mean"], bad["score"]["mean"], report["compared"]["mean"]) == (1, 0, 1)
    assert {name: it["rows"] for name, it in good["by_origin"].items()} == {"fresh": 4, "published": len(rows) - 4}
    assert good["cost"] == pytest.approx((7 + 2 * 3) * len(rows) / 1e6)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<b>bad</b>" not in page
    assert "&lt;b&gt;bad&lt;/b&gt;" in page


def test_samples() -> None:
    """Several replies to a row make pass@k; replies that do not fit the rows are an error."""
    from markscheme.datasets.asking import Reply  # noqa: PLC0415

    rows = questions([SHAPE], 2, "1", published=False)
    said = [rows[0]["answer"], "1", "2", "3", "4", "5"]
    report = report_on(rows, [Reply("", "m", "", i, text) for i, text in enumerate(said)], ["m"])["models"]["m"]
    assert report["pass_at"] == {"1": pytest.approx(1 / 6), "2": pytest.approx(1 / 3), "3": pytest.approx(1 / 2)}
    assert written({"rows": 2, "samples": 3, "models": {"m": report}})["report.html"].startswith("<!doctype html>")
    with pytest.raises(MarkschemeError):
        report_on(rows, [Reply("", "m", "", 0)], ["m"])


def test_intervals_hold_what_they_say() -> None:
    """An interval holds its mean, lies within what is possible, narrows with more rows, and of one row is the whole."""
    assert interval([1.0]) == {"mean": 1, "low": 0, "high": 1, "rows": 1}
    wide, narrow = interval([0, 1] * 5), interval([0, 1] * 50)
    assert wide["low"] < narrow["low"] < 0.5 < narrow["high"] < wide["high"]
    for count in range(11):
        it = wilson(count, 10)
        assert 0 <= it["low"] <= it["mean"] <= it["high"] <= 1
        assert it["low"] < it["high"]
    assert [pass_at(3, count, 3) for count in range(4)] == [0, 1, 1, 1]


# Audit


FAULTY: Final = """
class Faulty:
    def __init__(self, seed, size):
        self.size = size
    def __len__(self):
        return self.size
    def __getitem__(self, index):
        return {"question": f"What is {index % 5} + 0, says {hash('a word')}?", "answer": str(index % 2)}
    def score_answer(self, answer, entry):
        while len(str(answer)) > 50_000:
            pass
        if "open(" in str(answer):
            eval(str(answer).strip("`python\\n"))
        return float(entry["answer"] in str(answer))
"""
"""A set with a fault of each sort."""


@pytest.mark.heavy
def test_faults_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a set with every fault each is found; a grader that never ends is one, and does not hold up the audit."""
    (tmp_path / "faulty.py").write_text(FAULTY)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.syspath_prepend(tmp_path)
    *soon, endless = CHECKS
    found = {it.check: it for it in audit("faulty:Faulty", 20, 600, soon)}
    assert list(found) == soon
    assert [name for name, it in found.items() if it.passed] == [
        "splits differ", "keys are right", "keys are proven", "nothing earns nothing"
    ]  # fmt: skip
    assert "was executed" in found["replies are text"].fault
    assert found["keys are proven"] == Result("keys are proven", "no second computation of its keys is known")
    after = audit("faulty:Faulty", 20, 5, [endless, "keys are right"])
    assert "does not end" in after[0].fault


def test_sets_that_there_are_not() -> None:
    """A problem that is unknown, a package that is not installed, and a function that is none are errors in words."""
    for spec, said in (("no/such", "no/such"), ("no_such_package:f", "not installed"), ("json:nothing", "nothing")):
        with pytest.raises(MarkschemeError, match=said):
            audit(spec, size=2)


@pytest.mark.heavy
def test_the_command_of_the_audit() -> None:
    """`markscheme audit` says what passed, and ends with exit code 0 where nothing is found."""
    ran = CliRunner().invoke(app, ["audit", SHAPE, "--size", "10", "--jobs", "1"])
    assert ran.exit_code == 0, ran.output
    assert f"{SHAPE}: 10 of 10 checks passed" in ran.output
