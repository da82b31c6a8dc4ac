"""What the labs found, run in full with five seeds: a JSON file a lab, and its figures (`tools/labs.py` ships them)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markscheme.core.errors import DefinitionError
from markscheme.core.printed import Ruling, never, only_if
from markscheme.core.problem import Problem
from markscheme.core.trained import Trained


@cache
def trained(lab: str) -> Trained:
    """The shipped result of a lab.

    >>> trained("initialization").page["lab"]
    'initialization'
    """
    return Trained(lab, Path(__file__).parent)


def ruled(problem: Problem, says: str) -> bool | Ruling:
    """How the problem's lab ruled on a printed claim, over all settings in which it was tried."""
    tried = [claim for claim in problem.lab.claims(problem.name) if claim["claim"] == says] if problem.lab else []
    if not tried:
        raise DefinitionError(f"{problem.name}: no lab has tried {says!r}")
    held = [claim["where"] for claim in tried if claim["verdict"] == "held"]
    settings = [f"{claim['where']}: {claim['told']}" for claim in tried]
    told = f"as the lab trained it, {' · '.join(settings)}"
    if len(held) == len(tried):
        return True
    return only_if(f"it is trained as here: {' · '.join(held)}", told) if held else never(told)
