"""Hostile text to values: every reader is bounded in time and memory, and raises `Unreadable` alone.

Lenience turns unread into read and never wrong into right: where a text has two readings, it is not read.
"""

from markscheme.reading.arrays import read_matrix, read_shape, read_vector
from markscheme.reading.choices import read_choice, read_choices
from markscheme.reading.expressions import read_expression
from markscheme.reading.intervals import read_interval
from markscheme.reading.limits import Unreadable
from markscheme.reading.numbers import read_number
from markscheme.reading.sequences import read_sequence, read_sequences
from markscheme.reading.values import read_any

__all__ = [
    "Unreadable",
    "read_any",
    "read_choice",
    "read_choices",
    "read_expression",
    "read_interval",
    "read_matrix",
    "read_number",
    "read_sequence",
    "read_sequences",
    "read_shape",
    "read_vector",
]
