"""An exam problem is a program: markscheme poses it from a seed, solves it, proves its key, prints it, marks answers.

>>> import markscheme as ms
>>> item = ms.problem("convolution/output_shape").as_published("i")
>>> item.key
{'shape': Shape((10, 64, 32, 32))}
>>> item.mark({"shape": "10 x 64 x 31 x 31"})["shape"].reason
'A known slip: pads one side only; or: forgets the + 1.'
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from markscheme.lazy import lazily

if sys.flags.optimize >= 2:
    raise ImportError("markscheme shows docstrings as explanations, and `python -OO` removes them: run without -OO")

if TYPE_CHECKING:
    from markscheme.api import discrimination, errata, item, parse, problem, problems, verify
    from markscheme.core.errors import (
        DefinitionError,
        MarkschemeError,
        PosingError,
        ProofError,
        UnknownName,
    )
    from markscheme.core.item import Item
    from markscheme.core.printed import Finding, never, only_if
    from markscheme.core.problem import Problem
    from markscheme.core.verdict import Marked, Verdict
    from markscheme.draw import Draw

__version__ = "0.1.0"

_HOMES = {
    "api": ("discrimination", "errata", "item", "parse", "problem", "problems", "verify"),
    "core.errors": ("DefinitionError", "MarkschemeError", "PosingError", "ProofError", "UnknownName"),
    "core.item": ("Item",),
    "core.printed": ("Finding", "never", "only_if"),
    "core.problem": ("Problem",),
    "core.verdict": ("Marked", "Verdict"),
    "draw": ("Draw",),
}

__all__ = [
    "DefinitionError",
    "Draw",
    "Finding",
    "Item",
    "Marked",
    "MarkschemeError",
    "PosingError",
    "Problem",
    "ProofError",
    "UnknownName",
    "Verdict",
    "__version__",
    "discrimination",
    "errata",
    "item",
    "never",
    "only_if",
    "parse",
    "problem",
    "problems",
    "verify",
]


__getattr__ = lazily(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
