"""Harder and easier: a problem's knobs turned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markscheme.core.errors import MarkschemeError

if TYPE_CHECKING:
    from markscheme.core.problem import Problem


def turned(problem: Problem, knobs: Mapping[str, object], *, harder: bool) -> dict[str, object]:
    """The knobs that are numbers, a quarter up or down. Raises `MarkschemeError` for a problem without any.

    >>> import markscheme as ms
    >>> turned(ms.problem("convolution/output_shape"), {}, harder=True)
    {'largest': 80}
    """
    now = {**problem.knobs, **knobs}
    sign = 1 if harder else -1
    moved = {name: it + sign * max(1, it // 4) for name, it in now.items() if type(it) is int and it > 0}
    if not moved:
        raise MarkschemeError(f"{problem.name} has no knob to turn")
    return {**now, **moved}
