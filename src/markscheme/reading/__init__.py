"""Hostile text to values: one grammar, one tree, one evaluator, bounded in time and memory.

What is not understood is never dropped: it makes a text `Unreadable`, with its place. Where a text has two readings,
`syntax.ways` tries each.
"""

from typing import TYPE_CHECKING

from markscheme.lazy import lazily

if TYPE_CHECKING:
    from markscheme.reading.arrays import read_matrix, read_shape, read_vector
    from markscheme.reading.expressions import read_expression
    from markscheme.reading.labels import read_choice, read_choices, read_sequence, read_sequences
    from markscheme.reading.limits import Unreadable
    from markscheme.reading.numbers import read_number
    from markscheme.reading.sets import read_interval, read_real_set

__all__ = [
    "Unreadable",
    "read_choice",
    "read_choices",
    "read_expression",
    "read_interval",
    "read_matrix",
    "read_number",
    "read_real_set",
    "read_sequence",
    "read_sequences",
    "read_shape",
    "read_vector",
]

__getattr__ = lazily(
    __name__,
    {
        "arrays": ("read_matrix", "read_shape", "read_vector"),
        "expressions": ("read_expression",),
        "labels": ("read_choice", "read_choices", "read_sequence", "read_sequences"),
        "limits": ("Unreadable",),
        "numbers": ("read_number",),
        "sets": ("read_interval", "read_real_set"),
    },
)
