"""Marking on a cluster: the same bytes, whoever does the work, and also when one of them dies of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from bench.marking import class_of
from markscheme.core.errors import MarkschemeError
from markscheme.datasets import dataset
from markscheme.datasets.splits import Split
from markscheme.datasets.writing import write_sets
from markscheme.marking.gradebook import mark_class, marks_csv
from markscheme.marking.submissions import FIELDS
from markscheme.paper.plan import load_paper
from markscheme.paper.tables import csv_text

pytestmark = pytest.mark.heavy

distributed: Any = pytest.importorskip("distributed")
MARKSCHEME = Path(sys.executable).with_name("markscheme")
CLASS = 60
RNN = "attention/linear_rnn"
QUIZ = 'title = "Quiz"\n[[question]]\nproblem = "attention/linear_rnn"\n'


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers, each a process of its own that starts again when it is killed."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="CRITICAL"
    ) as made:
        yield made


def answers(page: Path, paper_name: str) -> str:
    """A class's answers as a file, and the marks.csv that one process makes of them."""
    paper = load_paper(paper_name)
    submissions = list(class_of(paper, CLASS))
    rows = [(one.student, one.seed, *place, text) for one in submissions for place, text in one.answers.items()]
    page.write_text(csv_text(FIELDS, rows), "utf-8")
    for one in submissions:
        one.answers = {place: text.strip() for place, text in one.answers.items()}
    return marks_csv(mark_class(paper, submissions))


@pytest.mark.filterwarnings("default")  # distributed's own
def test_a_worker_is_killed(cluster: Any, tmp_path: Path) -> None:
    """Of two workers one is killed while a class is marked: marks.csv is that of one process, byte for byte."""
    (tmp_path / "quiz.toml").write_text(QUIZ, "utf-8")
    expected = answers(tmp_path / "answers.csv", str(tmp_path / "quiz.toml"))
    command = ["mark", "quiz.toml", "answers.csv", "--scheduler", cluster.scheduler_address, "--out", "out"]
    marking = subprocess.Popen([MARKSCHEME, *command], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    tasks = cluster.scheduler.tasks
    while not (done := [task for task in list(tasks.values()) if task.state == "memory"]) and marking.poll() is None:
        sleep(0.01)
    victim = cluster.workers[0].pid
    os.kill(victim, signal.SIGKILL)
    assert done
    assert marking.poll() is None  # it was killed while there was work
    _, said = marking.communicate(timeout=60)
    assert (marking.returncode, said) == (0, b"")
    assert (tmp_path / "out" / "marks.csv").read_text("utf-8") == expected
    assert all(worker.pid != victim for worker in cluster.workers.values())


@pytest.mark.filterwarnings("default")
def test_a_worker_is_killed_while_rows_are_made(cluster: Any, tmp_path: Path) -> None:
    """Of two workers one is killed while splits are written: the files are those of one process, byte for byte."""
    from markscheme.cli.options import processes  # noqa: PLC0415

    sizes: list[tuple[Split, int]] = [("train", 1_500), ("validation", 180), ("test", 180)]
    problems = [RNN, "backpropagation/computation_graph"]
    sets = {split: dataset(problems, size, 4, split, prove=True) for split, size in sizes}
    *_, count = write_sets(sets, tmp_path / "one", shard=600)
    (tmp_path / "cluster").mkdir()
    victim = next(worker.pid for worker in cluster.workers.values() if worker.pid)
    with processes(None, 9, cluster.scheduler_address) as executor:
        counts = write_sets(sets, tmp_path / "cluster", shard=600, executor=executor)
        began = [next(counts), next(counts)]
        os.kill(victim, signal.SIGKILL)
        *_, last = counts
    assert began[-1] < last == count == 1_860
    shards = sorted([page.name for page in (tmp_path / "one").iterdir()])
    assert shards == sorted([page.name for page in (tmp_path / "cluster").iterdir()])
    assert all([(tmp_path / "one" / it).read_bytes() == (tmp_path / "cluster" / it).read_bytes() for it in shards])
    assert all([worker.pid != victim for worker in cluster.workers.values()])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense", "smoke://host:1", "tcp://host"])
def test_no_scheduler(address: str) -> None:
    """An address at which no scheduler answers is named at once, with what to start."""
    from markscheme.cli.options import processes  # noqa: PLC0415

    with (
        pytest.raises(MarkschemeError, match=f"no scheduler answers at {address}; start one with"),
        processes(1, 9, address),
    ):
        pytest.fail("there is none")


def test_without_distributed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where distributed is missing the message says what to install."""
    from markscheme.cli.options import processes  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MarkschemeError, match=r"pip install 'markscheme\[scale\]'"), processes(1, 9, "tcp://host:1"):
        pytest.fail("there is none")


def test_a_killed_process_is_named() -> None:
    """Without a cluster, a process that is killed ends the command with one line."""
    from markscheme.cli.options import processes  # noqa: PLC0415

    def work() -> None:
        with processes(2, 9) as executor:
            assert executor is not None
            executor.submit(os._exit, 1).result()

    with pytest.raises(MarkschemeError, match="one of 2 processes was killed"):
        work()
