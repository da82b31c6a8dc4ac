"""Running a lab: seed by seed, here or in processes, kept as it goes, and taken up where it was left."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markscheme import __version__
from markscheme.core import work
from markscheme.core.errors import MarkschemeError
from markscheme.labs.engine.lab import Lab, Measured, Setting
from markscheme.labs.engine.result import Result, dumped, plain, read
from markscheme.labs.engine.trial import Trial
from markscheme.labs.images import load_images
from markscheme.paper.files import write_whole

NEEDED = {"torch": "torch", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}
"""What labs import, and the package that has it."""
CUBLAS = "CUBLAS_WORKSPACE_CONFIG"


@dataclass(frozen=True)
class Task:
    """A trial by names, as it travels to a process."""

    trial: Trial
    settings: dict[str, Setting]


Watch = Callable[[Task, Measured], None]
"""Told of each trial that is done."""


def run_lab(
    lab: Lab, *, seeds: int = 5, device: str = "cpu", data: str = "digits", quick: bool = False,
    settings: Mapping[str, object] | None = None, folder: Path | None = None, executor: Executor | None = None,
    watch: Watch | None = None,
) -> Result:  # fmt: skip
    """Try all experiments of a lab with the seeds from 0 on, and rule on its claims.

    With a folder each trial is kept there when it is done, and one with the same settings is not repeated.

    Raises `MarkschemeError` for a setting, a device or data that there are not, or where torch is missing.
    """
    _refuse_device(device)
    if seeds < 1:
        raise MarkschemeError(f"a lab is run with at least one seed, not {seeds}")
    if data != "digits":
        load_images(data)  # what is no data is said before anything is trained
    chosen = lab.chosen(settings or {})
    full = {name: it.settings_for(quick=quick, chosen=chosen[name]) for name, it in lab.experiments.items()}
    versions = {"markscheme": __version__, "python": platform.python_version()}
    versions |= {name: version(package) for name, package in NEEDED.items()} | {"numpy": version("numpy")}
    stamp = {"lab": lab.version, "device": device, "data": _contents(data), "versions": versions}
    tasks = [Task(Trial(lab.name, name, seed, device, data), full[name]) for name in full for seed in range(seeds)]
    found: dict[tuple[str, int], Measured] = {}

    def add(task: Task, measured: Measured) -> None:
        found[task.trial.experiment, task.trial.seed] = measured
        if watch:
            watch(task, measured)

    left: list[Task] = []
    for task in tasks:
        kept = _kept(folder, task, {**stamp, "settings": task.settings})
        if kept is None:
            left.append(task)
        else:
            add(task, kept)
    for task, measured in zip(left, work.run(_tried, left, executor), strict=True):
        if folder is not None:
            kept = {"stamp": {**stamp, "settings": task.settings}, "measured": measured}
            write_whole(_place(folder, task), dumped(kept).encode())
        add(task, read(measured))
    rows = {name: [found[name, seed] for seed in range(seeds)] for name in full}
    return Result(lab, tuple(range(seeds)), device, data, versions, full, rows)


def _tried(task: Task) -> Measured:
    """One trial; what it computes does not depend on how many cores there are."""
    from markscheme.labs import named  # noqa: PLC0415 (labs are made of this)

    trial = task.trial
    experiment = named(trial.lab).experiments[trial.experiment]
    try:
        with _deterministic(trial.device):
            return plain(experiment.function(trial, **task.settings))
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        if (trial.device, trial.data) == ("cpu", "digits") and task.settings == experiment.settings:
            raise
        raise MarkschemeError(f"{trial.lab}: {trial.experiment} cannot be run with these settings, data and device: "
                              f"{error}") from error  # fmt: skip


@contextmanager
def _deterministic(device: str) -> Generator[None]:
    """One thread; elsewhere than on a CPU, where one thread is enough, algorithms that always add in one order."""
    import os  # noqa: PLC0415

    import torch  # noqa: PLC0415

    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    if device != "cpu":
        os.environ.setdefault(CUBLAS, ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)  # a few operations have one way only
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        if device != "cpu":
            torch.use_deterministic_algorithms(strict)


def refuse_without_libraries() -> None:
    """Raise `MarkschemeError` where torch or another is not installed."""
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise MarkschemeError(f"labs need {', '.join(missing)}: pip install 'markscheme[labs]' (a CPU build of torch "
                              "does: https://pytorch.org/get-started)")  # fmt: skip


def _refuse_device(device: str) -> None:
    import torch  # noqa: PLC0415

    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        there = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        reason = str(error).splitlines()[0]
        raise MarkschemeError(
            f"the device {device!r} cannot be used ({reason}); there is {', '.join(there)}"
        ) from error


def _contents(data: str) -> str:
    """The name of data, or what a file has in it: another file of the same name is other data."""
    if not Path(data).is_file():
        return data
    with Path(data).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _place(folder: Path, task: Task) -> Path:
    return folder / "trials" / f"{task.trial.experiment}-{task.trial.seed}.json"


def _kept(folder: Path | None, task: Task, stamp: dict[str, Any]) -> Measured | None:
    """What an earlier run measured, if it was the same trial; a file that is none was left half-written by no one."""
    if folder is None:
        return None
    try:
        found = json.loads(_place(folder, task).read_text("utf-8"))
        return read(found["measured"]) if found["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
