"""The functions of `import markscheme as ms`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markscheme.core.verdict import Verdict

if TYPE_CHECKING:
    from markscheme.core.errata import Finding
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem
    from markscheme.kinds.base import Kind
    from markscheme.paper.plan import Paper

# What each function needs is imported when it is first called: `verify` has no use for the bank, nor for printing.


def problems(*folders: str | Path) -> Mapping[str, Problem]:
    """The problems by name: the bank, the plug-ins, and those in folders of your own.

    >>> "attention/linear_rnn" in problems()
    True
    """
    from markscheme.bank.catalog import catalog  # noqa: PLC0415

    return catalog(tuple([Path(folder) for folder in folders]))


def problem(name: str, *folders: str | Path) -> Problem:
    """One problem: of the bank, of a plug-in, or of folders of your own. Raises `UnknownName`, with the near miss.

    >>> problem("attention/linear_rnn").marks
    14
    """
    return problems(*folders)[name]


def item(id: str) -> Item:
    """The item of an id: the same on every machine.

    >>> item("attention/linear_rnn/1/2026-07").id
    'attention/linear_rnn/1/2026-07'
    """
    from markscheme.bank.catalog import item_of  # noqa: PLC0415

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
    >>> verify("1/(2x)", "1/2x").status, verify(7, "seven or so").status
    ('by hand', 'unreadable')
    """
    from markscheme.core.verifying import verdict_on  # noqa: PLC0415

    return verdict_on(key, text, kind)


def parse(text: str, kind: Kind[Any] | None = None) -> Any:
    """What a text says: a number, a vector, a matrix, an interval, or a formula; or what a kind reads in it.

    Of prose it is what stands in a box, behind "the answer is", or in the last formula.

    >>> parse("50 %"), parse("[1, 4]"), parse("2^x").operation
    (Fraction(1, 2), Vector((1, 4)), '^')

    Raises `Unreadable`; bounded in time and memory, whatever the text says.
    """
    from markscheme.core.verifying import parsed  # noqa: PLC0415

    return parsed(text) if kind is None else kind.read(text)


def errata(paper: str | None = None) -> list[Finding]:
    """What printed keys and workings get wrong, computed: of the whole bank, or of a paper's problems.

    >>> [finding.printed for finding in errata("eecs182-sp23") if finding.about == "k_3" and finding.kind == "answer"]
    ['[6, -1]']
    """
    return [finding for part in _printed(paper) for finding in part.errata()]


def discrimination(paper: str | None = None) -> list[Finding]:
    """The strict slips that published numbers cannot tell from the key: of the whole bank, or of a paper's problems.

    >>> [finding.printed for finding in discrimination("eecs182-sp23") if finding.about == "k_3"]
    ['multiplies from the right']
    """
    return [finding for part in _printed(paper) for finding in part.discrimination()]


def _printed(paper: str | None) -> list[Problem] | list[Paper]:
    if paper is None:
        from markscheme.bank.catalog import catalog  # noqa: PLC0415

        return list(catalog().values())
    from markscheme.paper.plan import load_paper  # noqa: PLC0415 (papers need pydantic)

    return [load_paper(paper)]
