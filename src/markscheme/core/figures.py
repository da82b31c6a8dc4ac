"""The figures of many items at once: alike ones are drawn once, and those that are not at hand in processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import Any

from markscheme.core.parallel import run
from markscheme.core.posed import Posed, Solved
from markscheme.pictures import Picture
from markscheme.pictures.svg import is_at_hand, svg
from markscheme.text.document import Drawing

TOGETHER = 8
"""How many figures a process is given at once."""


def drawn(shown: Iterable[Posed | Solved], executor: Executor | None = None) -> dict[str, str]:
    """Every figure of what is posed or solved, as SVG, by the references that its data has.

    What is not in the user's cache is drawn by the executor (`parallel.pool`): each of its processes has a compiler of
    its own, where the threads of one wait for another. Without one it is drawn here.

    >>> import markscheme as ms
    >>> posed = [ms.problem("attention/linear_rnn").pose(seed).posed() for seed in range(3)]
    >>> figures = drawn(posed)
    >>> all([figures[block["svg"]].startswith("<svg") for it in posed for block in it.as_json()["sections"][0]["blocks"]
    ...      if block["type"] == "figure"])
    True
    """
    figures = {block.reference(): block for it in shown for block in it.all_blocks() if isinstance(block, Drawing)}
    missing = [name for name in figures if not is_at_hand(name)] if executor else []
    tasks = [[figures[name].shown for name in missing[at : at + TOGETHER]] for at in range(0, len(missing), TOGETHER)]
    made = [it for some in run(_svgs, tasks, executor) for it in some]
    found = dict(zip(missing, made, strict=True))
    return {name: found.get(name) or block.svg() for name, block in figures.items()}


def _svgs(shown: list[Mapping[str, Any]]) -> list[str]:
    return [svg(Picture(it["draw"], it["data"], it["alt"])) for it in shown]
