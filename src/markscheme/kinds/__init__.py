"""What an answer can be. A kind bears its value's name; where that is taken (`exact.Vector`) it ends in `Kind`."""

from markscheme.kinds.arrays import MatrixKind, ShapeKind, VectorKind
from markscheme.kinds.base import Comparison, Credit, Kind, Scoring, Undecided
from markscheme.kinds.choices import AllThatApply, OneOf, YesNo
from markscheme.kinds.code import Code
from markscheme.kinds.expressions import Expression
from markscheme.kinds.intervals import IntervalKind
from markscheme.kinds.mathematics import Mathematics
from markscheme.kinds.matrix_expressions import MatrixExpression
from markscheme.kinds.numbers import Exact, Integer, Numbers, Real
from markscheme.kinds.real_sets import RealSetKind
from markscheme.kinds.registry import kind_for, kind_of, register
from markscheme.kinds.relations import RelationKind
from markscheme.kinds.rubric import Rubric
from markscheme.kinds.several import SeveralKind
from markscheme.kinds.tokens import TokenSequence, TokenSequences
from markscheme.kinds.tolerance import Tolerance
from markscheme.kinds.words import Words

__all__ = [
    "AllThatApply",
    "Code",
    "Comparison",
    "Credit",
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
    "Real",
    "RealSetKind",
    "RelationKind",
    "Rubric",
    "Scoring",
    "SeveralKind",
    "ShapeKind",
    "TokenSequence",
    "TokenSequences",
    "Tolerance",
    "Undecided",
    "VectorKind",
    "Words",
    "YesNo",
    "kind_for",
    "kind_of",
    "register",
]
