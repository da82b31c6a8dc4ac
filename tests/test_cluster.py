"""Marking on a dask.distributed cluster: the same bytes, though a worker dies on the way."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from bench.marking import submission
from markscheme.marking.submissions import FIELDS
from markscheme.paper.plan import load_paper
from tests.conftest import Run

STUDENTS = 24


def test_a_cluster_marks_the_same_though_a_worker_is_killed(run: Run, tmp_path: Path) -> None:
    """marks.csv is the same byte for byte with one process and with a cluster one of whose workers is killed."""
    distributed = pytest.importorskip("distributed")
    rows = [
        dict(zip(FIELDS, (it.student, it.seed, *place, text), strict=True))
        for it in [submission(load_paper("eecs182-practice"), f"s{number}") for number in range(STUDENTS)]
        for place, text in it.answers.items()
    ]
    page = tmp_path / "answers.jsonl"
    page.write_text("\n".join([json.dumps(row) for row in rows]), "utf-8")
    command = ["mark", "eecs182-practice", str(page), "--out"]
    assert run(*command, tmp_path / "one", "--jobs", "1").code == 0
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        ((address, victim), *_) = client.run(os.getpid).items()

        def kill_at_work() -> None:
            while not client.processing()[address]:
                sleep(0.01)
            os.kill(victim, signal.SIGKILL)

        killing = Thread(target=kill_at_work)
        killing.start()
        result = run(*command, tmp_path / "two", "--scheduler", cluster.scheduler_address)
        assert result.code == 0, result.err
        killing.join()
        assert victim not in client.run(os.getpid).values()
    assert (tmp_path / "one" / "marks.csv").read_bytes() == (tmp_path / "two" / "marks.csv").read_bytes()


def test_a_wrong_address_is_told(run: Run) -> None:
    """An address at which no scheduler answers is an error in a sentence, with exit code 2."""
    result = run("prove", "--seeds", "1", "--scheduler", "nowhere")
    assert result.code == 2
    assert "no dask scheduler answers" in result.err
