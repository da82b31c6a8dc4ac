"""Labs: what the exam claims about training, trained, with a picture and a verdict for each claim.

>>> from markscheme import labs
>>> result = labs.run("optimizers", seeds=1, quick=True, settings={"steps": 20})
>>> result.evidence[0].verdict
'by definition'
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from markscheme.core.errors import UnknownName, near_misses
from markscheme.labs.engine.lab import Lab
from markscheme.labs.engine.result import Result
from markscheme.labs.engine.ruling import Evidence
from markscheme.labs.engine.running import refuse_without_libraries, run_lab

__all__ = ["NAMES", "Evidence", "Lab", "Result", "named", "run"]

NAMES = (
    "filters", "receptive_fields", "decoding", "attention", "initialization", "leakage", "point_clouds",
    "normalization", "optimizers", "purification",
)  # fmt: skip
"""In the order of the exam's questions; each is a module here."""


def named(name: str) -> Lab:
    """The lab of a name. Raises `UnknownName` with the near misses, and `MarkschemeError` where torch is missing."""
    if name not in NAMES:
        raise UnknownName(f"there is no lab {name!r}; {near_misses(name, NAMES)}")
    refuse_without_libraries()
    return import_module(f"markscheme.labs.{name}").lab


def run(
    name: str,
    *,
    seeds: int | None = None,
    again: int = 0,
    device: str = "cpu",
    data: str = "digits",
    quick: bool = False,
    settings: Mapping[str, object] | None = None,
    out: str | Path | None = None,
) -> Result:
    """Run a lab and return what came of it, as data; with as many seeds as each experiment says (5 or 10; 1 where
    `quick`), unless `seeds` says else.

    `settings` are those of its experiments, `{"relu_dense.depth": 8}`, or `{"depth": 8}` for all that have it. `again`
    of the seeds are tried once more in a process that is held to the oldest instructions: without, a verdict does not
    know what it owes to this processor. With `out` each trial is kept in that folder, and a run that was interrupted
    goes on from there.
    """
    folder = None if out is None else Path(out)
    return run_lab(named(name), seeds=seeds, again=again, device=device, data=data, quick=quick, settings=settings,
                   folder=folder)  # fmt: skip
