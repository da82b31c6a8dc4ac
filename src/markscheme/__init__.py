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
    from markscheme.bank.trained import trained
    from markscheme.core.errata import Finding
    from markscheme.core.errors import DefinitionError, MarkschemeError, PosingError, ProofError, UnknownName
    from markscheme.core.item import Item
    from markscheme.core.layout import Figure
    from markscheme.core.problem import Problem
    from markscheme.core.published import never, only_if
    from markscheme.core.verdict import Marked, Verdict
    from markscheme.draw import Draw
    from markscheme.exact import Interval, Matrix, Rational, Shape, Vector
    from markscheme.kinds import (
        AllThatApply,
        Code,
        Distribution,
        Exact,
        Expression,
        Integer,
        IntervalKind,
        Kind,
        Mathematics,
        MatrixExpression,
        MatrixKind,
        Numbers,
        OneOf,
        Ordering,
        Printed,
        Quantity,
        Real,
        RealSetKind,
        RelationKind,
        Rubric,
        SeveralKind,
        ShapeKind,
        TextKind,
        TokenSequence,
        TokenSequences,
        Tolerance,
        Truths,
        TupleSet,
        Undecided,
        VectorKind,
        Words,
        YesNo,
    )
    from markscheme.pictures import Picture
    from markscheme.sandbox import Harness, Limits, Outcome
    from markscheme.widgets import practice

__version__ = "0.1.0"

_HOMES = {
    "api": (
        "discrimination",
        "errata",
        "item",
        "parse",
        "problem",
        "problems",
        "verify",
    ),
    "bank.trained": ("trained",),
    "core.errors": (
        "DefinitionError",
        "MarkschemeError",
        "PosingError",
        "ProofError",
        "UnknownName",
    ),
    "core.item": ("Item",),
    "core.layout": ("Figure",),
    "core.errata": ("Finding",),
    "core.problem": ("Problem",),
    "core.published": (
        "never",
        "only_if",
    ),
    "core.verdict": (
        "Marked",
        "Verdict",
    ),
    "draw": ("Draw",),
    "exact": (
        "Interval",
        "Matrix",
        "Rational",
        "Shape",
        "Vector",
    ),
    "kinds": (
        "AllThatApply",
        "Code",
        "Distribution",
        "Exact",
        "Expression",
        "Integer",
        "IntervalKind",
        "Kind",
        "Mathematics",
        "MatrixExpression",
        "MatrixKind",
        "Numbers",
        "OneOf",
        "Ordering",
        "Printed",
        "Quantity",
        "Real",
        "RealSetKind",
        "RelationKind",
        "Rubric",
        "SeveralKind",
        "ShapeKind",
        "TextKind",
        "TokenSequence",
        "TokenSequences",
        "Tolerance",
        "Truths",
        "TupleSet",
        "Undecided",
        "VectorKind",
        "Words",
        "YesNo",
    ),
    "pictures": ("Picture",),
    "widgets": ("practice",),
    "sandbox": (
        "Harness",
        "Limits",
        "Outcome",
    ),
}

__all__ = [
    "AllThatApply",
    "Code",
    "DefinitionError",
    "Distribution",
    "Draw",
    "Exact",
    "Expression",
    "Figure",
    "Finding",
    "Harness",
    "Integer",
    "Interval",
    "IntervalKind",
    "Item",
    "Kind",
    "Limits",
    "Marked",
    "MarkschemeError",
    "Mathematics",
    "Matrix",
    "MatrixExpression",
    "MatrixKind",
    "Numbers",
    "OneOf",
    "Ordering",
    "Outcome",
    "Picture",
    "PosingError",
    "Printed",
    "Problem",
    "ProofError",
    "Quantity",
    "Rational",
    "Real",
    "RealSetKind",
    "RelationKind",
    "Rubric",
    "SeveralKind",
    "Shape",
    "ShapeKind",
    "TextKind",
    "TokenSequence",
    "TokenSequences",
    "Tolerance",
    "Truths",
    "TupleSet",
    "Undecided",
    "UnknownName",
    "Vector",
    "VectorKind",
    "Verdict",
    "Words",
    "YesNo",
    "__version__",
    "discrimination",
    "errata",
    "item",
    "never",
    "only_if",
    "parse",
    "practice",
    "problem",
    "problems",
    "trained",
    "verify",
]


__getattr__ = lazily(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
