"""What an answer can be. A kind bears its value's name; where that is taken (`exact.Vector`) it ends in `Kind`."""

from typing import TYPE_CHECKING

from markscheme.lazy import lazily

if TYPE_CHECKING:
    from markscheme.kinds.arrays import MatrixKind, ShapeKind, VectorKind
    from markscheme.kinds.base import Comparison, Credit, Kind, Scoring, Undecided
    from markscheme.kinds.choices import AllThatApply, OneOf, YesNo
    from markscheme.kinds.code import Code
    from markscheme.kinds.collections import Truths, TupleSet
    from markscheme.kinds.distributions import Distribution
    from markscheme.kinds.expressions import Expression, MatrixExpression
    from markscheme.kinds.intervals import IntervalKind
    from markscheme.kinds.mathematics import Mathematics, RealSetKind, RelationKind, SeveralKind
    from markscheme.kinds.numbers import Exact, Integer, Numbers, Real
    from markscheme.kinds.ordering import Ordering
    from markscheme.kinds.printed import Printed
    from markscheme.kinds.quantities import Quantity
    from markscheme.kinds.registry import kind_for, kind_of, register
    from markscheme.kinds.rubric import Rubric
    from markscheme.kinds.texts import TextKind
    from markscheme.kinds.tokens import TokenSequence, TokenSequences
    from markscheme.kinds.tolerance import Tolerance
    from markscheme.kinds.words import Words

__all__ = [
    "AllThatApply",
    "Code",
    "Comparison",
    "Credit",
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
    "Scoring",
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
    "kind_for",
    "kind_of",
    "register",
]

__getattr__ = lazily(
    __name__,
    {
        "arrays": ("MatrixKind", "ShapeKind", "VectorKind"),
        "base": ("Comparison", "Credit", "Kind", "Scoring", "Undecided"),
        "choices": ("AllThatApply", "OneOf", "YesNo"),
        "code": ("Code",),
        "collections": ("Truths", "TupleSet"),
        "distributions": ("Distribution",),
        "expressions": ("Expression", "MatrixExpression"),
        "intervals": ("IntervalKind",),
        "mathematics": ("Mathematics", "RealSetKind", "RelationKind", "SeveralKind"),
        "numbers": ("Exact", "Integer", "Numbers", "Real"),
        "ordering": ("Ordering",),
        "printed": ("Printed",),
        "quantities": ("Quantity",),
        "registry": ("kind_for", "kind_of", "register"),
        "rubric": ("Rubric",),
        "texts": ("TextKind",),
        "tokens": ("TokenSequence", "TokenSequences"),
        "tolerance": ("Tolerance",),
        "words": ("Words",),
    },
)
