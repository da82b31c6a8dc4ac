"""Labs: what the exam claims about training, trained, with a picture and a verdict for each claim.

>>> from markscheme import labs
>>> result = labs.run("optimizers", seeds=1, quick=True, settings={"steps": 20})
>>> result.evidence[0].verdict
'by definition'
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markscheme.labs.engine import naming
from markscheme.labs.engine.lab import Lab
from markscheme.labs.engine.naming import NAMES, named
from markscheme.labs.engine.result import Result
from markscheme.labs.engine.ruling import Evidence
from markscheme.labs.engine.running import run_lab

__all__ = ["NAMES", "Evidence", "Lab", "Result", "named", "run"]


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
    lab = naming.named(name)
    return run_lab(lab, seeds=seeds, again=again, device=device, data=data, quick=quick, settings=settings,
                   folder=folder)  # fmt: skip
