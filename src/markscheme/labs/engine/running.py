"""Running a lab: seed by seed, here or in processes, kept as it goes, and taken up where it was left."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markscheme import __version__
from markscheme.core import parallel
from markscheme.core.errors import MarkschemeError
from markscheme.core.parallel import pool
from markscheme.labs.engine import naming
from markscheme.labs.engine.lab import Lab, Measured, Setting
from markscheme.labs.engine.processor import in_use, oldest
from markscheme.labs.engine.result import Result, dumped, plain, read
from markscheme.labs.engine.trial import Trial
from markscheme.labs.images import load_images
from markscheme.paper.files import write_whole

CUBLAS = "CUBLAS_WORKSPACE_CONFIG"


@dataclass(frozen=True)
class Task:
    """A trial by names, as it travels to a process."""

    trial: Trial
    settings: dict[str, Setting]
    is_again: bool = False
    """Whether it is to be held to the oldest instructions."""


Watch = Callable[[Task, Measured], None]
"""Told of each trial that is done."""
Rows = dict[str, list[Measured]]
"""By experiment, what was measured with each seed."""


def run_lab(
    lab: Lab, *, seeds: int | None = None, again: int | None = 0, device: str = "cpu", data: str = "digits",
    quick: bool = False, apart: bool = False, settings: Mapping[str, object] | None = None, folder: Path | None = None,
    executor: Executor | None = None, jobs: int = 1, watch: Watch | None = None,
) -> Result:  # fmt: skip
    """Try the experiments of a lab with so many seeds each, from 0 on, or its own number; and rule on its claims.

    `again` of the seeds are tried once more in `jobs` processes that are held to the oldest instructions, as many as an
    experiment says if it is None. Experiments that are apart are tried only where `apart`; else what they measured when
    the lab was shipped stands. With a folder each trial is kept there when it is done, and one with the same settings
    is not repeated.

    Raises `MarkschemeError` for a setting, a device or data that there are not, or where torch is missing.
    """
    _refuse_device(device)
    if seeds is not None and seeds < 1:
        raise MarkschemeError(f"a lab is run with at least one seed, not {seeds}")
    if data != "digits":
        load_images(data)  # what is no data is said before anything is trained
    chosen = lab.chosen(settings or {})
    tried = {name: it for name, it in lab.experiments.items() if apart or not it.is_apart}
    full = {name: it.settings_for(quick=quick, chosen=chosen[name]) for name, it in tried.items()}
    counts = {name: seeds or (1 if quick else it.seeds) for name, it in tried.items()}
    twice = {name: min(counts[name], it.again if again is None else again) for name, it in tried.items()}
    versions = {"markscheme": __version__, "python": platform.python_version()}
    versions |= {name: version(package) for name, package in naming.NEEDED.items()} | {"numpy": version("numpy")}
    used = in_use()
    stamp = {"lab": lab.version, "device": device, "data": _contents(data), "versions": versions, "processor": used}

    def found(wanted: Mapping[str, int], executor: Executor | None, *, is_again: bool) -> Rows:
        tasks = [Task(Trial(lab.name, name, seed, device, data), full[name], is_again)
                 for name, count in wanted.items() for seed in range(count)]  # fmt: skip
        rows: Rows = {name: [] for name, count in wanted.items() if count}
        for task, measured in _done(tasks, stamp, folder, executor):
            rows[task.trial.experiment].append(measured)
            if watch:
                watch(task, measured)
        return rows

    measured, repeated = found(counts, executor, is_again=False), Rows()
    if any(twice.values()) and device == "cpu" and (used["torch"] or used["NumPy"]):
        with held(jobs) as others:
            repeated = found(twice, others, is_again=True)
    if len(tried) < len(lab.experiments) and (device, data) == ("cpu", "digits"):
        full, measured, repeated = _with_shipped(lab, full, measured, repeated)
    return Result(lab, device, data, versions, used, full, measured, repeated)


def _done(
    tasks: Sequence[Task], stamp: dict[str, Any], folder: Path | None, executor: Executor | None
) -> Iterator[tuple[Task, Measured]]:
    """Each task with what it measured, in their order: from the folder, or tried now and kept there."""
    kept = [_kept(folder, task, {**stamp, "settings": task.settings}) for task in tasks]
    new = parallel.run(_tried, [task for task, old in zip(tasks, kept, strict=True) if old is None], executor)
    for task, old in zip(tasks, kept, strict=True):
        measured = next(new) if old is None else old
        if old is None and folder is not None:
            page = {"stamp": {**stamp, "settings": task.settings}, "measured": measured}
            write_whole(_place(folder, task), dumped(page).encode())
        yield task, read(measured)


def _with_shipped(lab: Lab, settings: Any, measured: Rows, again: Rows) -> tuple[Any, Rows, Rows]:
    """With what experiments that are apart measured when the lab was shipped, where it is still the same lab."""
    from markscheme.bank.trained import trained  # noqa: PLC0415

    try:
        page = trained(lab.name).page
    except MarkschemeError:
        return settings, measured, again
    for name, it in lab.experiments.items():
        if name not in measured and page["version"] == lab.version and page["settings"].get(name) == dict(it.settings):
            settings = {**settings, name: page["settings"][name]}
            measured = {**measured, name: read(page["measured"][name])}
            again = {**again, name: read(page["again"].get(name, []))}
    return settings, measured, again


@contextmanager
def held(jobs: int) -> Generator[Executor]:
    """Processes that are held to the oldest instructions: they start with an environment of their own."""
    before = dict(os.environ)
    os.environ.update(oldest())
    try:
        with pool(jobs) as executor:
            yield executor
    finally:
        os.environ.clear()
        os.environ.update(before)


def _tried(task: Task) -> Measured:
    """One trial; what it computes does not depend on how many cores there are."""
    trial = task.trial
    experiment = naming.named(trial.lab).experiments[trial.experiment]
    used = in_use()
    if task.is_again and (used["torch"] or used["NumPy"]):
        raise MarkschemeError(f"a process was not held to the oldest instructions: {used}")
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
    return folder / "trials" / f"{task.trial.experiment}-{task.trial.seed}{'-oldest' * task.is_again}.json"


def _kept(folder: Path | None, task: Task, stamp: dict[str, Any]) -> Measured | None:
    """What an earlier run measured, if it was the same trial; a file that is none was left half-written by no one."""
    if folder is None:
        return None
    try:
        found = json.loads(_place(folder, task).read_text("utf-8"))
        return found["measured"] if found["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
