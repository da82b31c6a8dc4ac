"""What the labs found, run in full: a JSON file a lab, and its figures (`tools/labs.py` ships them)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markscheme.core.errors import DefinitionError
from markscheme.core.problem import Problem
from markscheme.core.published import Ruling, never, only_if
from markscheme.core.trained import Trained


@cache
def trained(lab: str) -> Trained:
    """The shipped result of a lab.

    >>> trained("initialization").page["lab"]
    'initialization'
    """
    return Trained(lab, Path(__file__).parent)


def ruled(problem: Problem, says: str) -> bool | Ruling:
    """How the problem's lab ruled on a printed claim, over all settings in which the exam makes it: true unless it was
    refuted in one of them.
    """
    tried = [claim for claim in problem.lab.claims(problem.name) if claim["claim"] == says] if problem.lab else []
    if not tried:
        raise DefinitionError(f"{problem.name}: no lab has tried {says!r}")
    by_verdict = {it: [claim["where"] for claim in tried if claim["verdict"] == it] for it in ("refuted", "held")}
    refuted, held = by_verdict.values()
    if not refuted:
        return True
    measured = next(claim["measured"] for claim in tried if claim["verdict"] == "refuted")
    told = f"as the lab trained it, refuted in {len(refuted)} of {len(tried)} settings; {refuted[0]}: {measured}"
    if len(refuted) == len(tried):
        return never(told)
    return only_if(f"it is trained as here: {' · '.join(held)}" if held else "the network is another one", told)
