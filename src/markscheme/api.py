"""The functions of `import markscheme as ms`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markscheme.bank.catalog import catalog, item_of
from markscheme.core.item import Item
from markscheme.core.printed import Finding
from markscheme.core.problem import Problem
from markscheme.core.verdict import Verdict
from markscheme.core.verifying import readings_of, verdict_on
from markscheme.kinds import Kind
from markscheme.reading.formulas import Constant


def problems(*folders: str | Path) -> Mapping[str, Problem]:
    """The problems by name: the bank, the plug-ins, and those in folders of your own.

    >>> "attention/linear_rnn" in problems()
    True
    """
    return catalog(tuple([Path(folder) for folder in folders]))


def problem(name: str) -> Problem:
    """One problem. Raises `UnknownName`, with the near miss.

    >>> problem("attention/linear_rnn").marks
    14
    """
    return catalog()[name]


def item(id: str) -> Item:
    """The item of an id: the same on every machine.

    >>> item("attention/linear_rnn/1/2026-07").id
    'attention/linear_rnn/1/2026-07'
    """
    return item_of(id)


def verify(key: object, text: str, kind: Kind[Any] | None = None) -> Verdict:
    r"""The verdict on one answer outside any problem; it is true where the text agrees with the key.

    `key` is a value, or text that is read first: a number, a vector, a matrix, an interval, or any expression. Numbers
    and expressions agree in whatever form, by their values. In prose the answer is what stands in a box, behind "the
    answer is", or in the last formula. Raises `Unreadable` for a key that says nothing readable.

    >>> bool(verify("[6, -2]", r"\begin{bmatrix} 6 \\ -2 \end{bmatrix}"))
    True
    >>> bool(verify(r"\frac{\sqrt{2}}{2}", "1/sqrt(2)")), bool(verify("(x + 1)^2", "x^2 + 2x + 1"))
    (True, True)
    >>> verify(7, "9**9**9**9").status
    'unreadable'
    """
    return verdict_on(key, text, kind)


def parse(text: str, kind: Kind[Any] | None = None) -> Any:
    """What a text says: a number, a vector, a matrix, an interval, or a formula; or what a kind reads in it.

    Of prose it is what stands in a box, behind "the answer is", or in the last formula.

    >>> parse("50 %"), parse("[1, 4]"), parse("2x")
    (Fraction(1, 2), Vector((1, 4)), Applied(operation='*', parts=(Constant(value=2), Name(name='x', index=None))))

    Raises `Unreadable`; bounded in time and memory, whatever the text says.
    """
    if kind is not None:
        return kind.read(text)
    value = next(readings_of(text))[1]
    return value.value if isinstance(value, Constant) else value


def errata(paper: str | None = None) -> list[Finding]:
    """What printed keys and workings get wrong, computed: of the whole bank, or of a paper's problems.

    >>> [finding.printed for finding in errata("eecs182-sp23") if finding.about == "k_3" and finding.kind == "answer"]
    ['[6, -1]']
    """
    if paper is None:
        return [finding for name in catalog() for finding in catalog()[name].errata()]
    from markscheme.paper.plan import load_paper  # noqa: PLC0415 (papers need pydantic)

    return load_paper(paper).errata()
