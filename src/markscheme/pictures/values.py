"""Values and labels as pictures take them: JSON for the drawing, words for the alternative text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias, cast

from markscheme.text.notation import Grid, Notation, Number, Ratio, Word, as_data, show

Real: TypeAlias = int | Fraction | Decimal | float
Value: TypeAlias = "Real | str | Notation | Sequence[Value]"
"""A number, a word, a vector (printed as a column), a matrix (a sequence of rows), or notation as it stands."""

_GREEK: dict[str, str] = dict(
    zip(
        "alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega".split(),
        "αβγδεηθκλμνξπρστφχψω",
        strict=True,
    )
)
_LABEL = re.compile(
    r"(?P<base>\\mathcal\{[A-Z]\}|\\[a-z]+|[^\W\d_])"
    r"(?:_(?P<sub>\\text\{\w+\}|\{\w+\}|\w))?(?:\^(?P<sup>\\text\{\w+\}|\{\w+\}|\w))?"
)


@lru_cache(maxsize=4096)
def digits(number: Real) -> str:
    """A number in plain digits, with no exponent and no trailing zeros.

    >>> digits(0.30), digits(Decimal("-2.50")), digits(1e-3), digits(Fraction(1, 8)), digits(1200)
    ('0.3', '-2.5', '0.001', '0.125', '1200')
    """
    if isinstance(number, int):
        return str(number)
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
    text = format(number if isinstance(number, Decimal) else Decimal(repr(number)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def notation(value: Value) -> Notation:
    """A value as notation.

    >>> notation((2, Fraction(-1, 2)))
    Grid(rows=((Number(digits='2'),), (Ratio(numerator='-1', denominator='2'),)))
    """
    if type(value) is int:
        return Number(str(value))
    if isinstance(value, Notation):
        return value
    if isinstance(value, str):
        return Word(value)
    if isinstance(value, Fraction) and value.denominator != 1:
        return Ratio(str(value.numerator), str(value.denominator))
    if isinstance(value, int | Fraction | Decimal | float):
        return Number(digits(value))
    entries = [notation(entry) for entry in value]
    rows = [entry.rows for entry in entries if isinstance(entry, Grid)]
    if rows:  # a sequence of rows: each became a column, which is laid on its side
        return Grid(tuple(tuple(entry for (entry,) in column) for column in rows))
    return Grid(tuple((entry,) for entry in entries))


def node(value: Value) -> list[object]:
    """A value as the JSON node that `show-value` of `pictures.typ` takes.

    >>> node((2, -1))
    ['grid', [[['number', '2']], [['number', '-1']]]]
    """
    return as_data(notation(value))


def words(value: Value) -> str:
    """A value in plain text; numbers alone, and rows of them, need no notation.

    >>> words((2, -1)), words([(1, 0), (Fraction(1, 2), 1)])
    ('[2, -1]', '[[1, 0], [1/2, 1]]')
    """
    if type(value) is int:
        return str(value)
    if isinstance(value, tuple | list) and value and all([type(it) is int for it in value]):
        return f"[{', '.join(map(str, value))}]"
    return _in_words(notation(value))


@lru_cache(maxsize=2048)
def _in_words(node: Notation) -> str:
    return show(node, "plain", math=True)


def label(text: str) -> str | dict[str, str]:
    r"""A label such as `h_2`, `h_\text{out}` or `\lambda` taken apart; anything else is text as it stands.

    >>> label(r"h_\text{out}"), label("\\lambda"), label("#panic()")
    ({'base': 'h', 'sub': 'out', 'sup': ''}, {'base': 'λ', 'sub': '', 'sup': ''}, '#panic()')
    """
    parts = _parts(text)
    return text if parts is None else dict(zip(("base", "sub", "sup"), parts, strict=True))


@lru_cache(maxsize=2048)
def _parts(text: str) -> tuple[str, str, str] | None:
    match = _LABEL.fullmatch(text)
    if match is None:
        return None
    base = str(match["base"])
    if base.startswith(r"\mathcal"):
        base = {"L": "ℒ"}.get(base[9], base[9])
    elif base.startswith("\\"):
        if base[1:] not in _GREEK:
            return None
        base = _GREEK[base[1:]]
    below, above = (re.sub(r"\\text|[{}]", "", cast("str | None", match[part]) or "") for part in ("sub", "sup"))
    return base, below, above


@lru_cache(maxsize=2048)
def said(text: str) -> str:
    r"""A label in words.

    >>> said(r"h_\text{out}"), said("\\sigma_3"), said("<script>")
    ('h_out', 'σ_3', '<script>')
    """
    parts = label(text)
    if isinstance(parts, str):
        return parts
    sub = f"_{parts['sub']}" if parts["sub"] else ""
    sup = f"^{parts['sup']}" if parts["sup"] else ""
    return f"{parts['base']}{sub}{sup}"


def listed(items: Sequence[str]) -> str:
    """Items in a sentence.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
