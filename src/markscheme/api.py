"""The functions of `import markscheme as ms`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from markscheme.bank.catalog import catalog, item_of
from markscheme.core.item import Item
from markscheme.core.judging import judge
from markscheme.core.printed import Finding
from markscheme.core.problem import Problem
from markscheme.core.verdict import Verdict
from markscheme.exact import Matrix, Vector
from markscheme.kinds import Kind, Mathematics, SeveralKind, kind_of
from markscheme.reading.extraction import answers_in
from markscheme.reading.formulas import Formula
from markscheme.reading.limits import Unreadable
from markscheme.reading.mathematics import has_decimal_comma
from markscheme.reading.several import Several, read_several
from markscheme.reading.values import read_any


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
    value = (kind.read(key) if kind else parse(key)) if isinstance(key, str) else key
    kind = kind or _kind_of_key(key, value)
    if isinstance(kind, SeveralKind) and not isinstance(value, Several):
        value = kind.read(str(key))
    verdict = judge(kind, kind.accept(value), text)
    if verdict.status == "unreadable":
        for part in answers_in(text):
            found = judge(kind, kind.accept(value), part)
            if found.status != "unreadable":
                return replace(found, reason=f"{found.reason.rstrip('.')}; read in the text: {part}")
    return verdict


def parse(text: str, kind: Kind[Any] | None = None) -> Any:
    """What a text says: a number, a vector, a matrix, an interval, or a formula; or what a kind reads in it.

    Of prose it is what stands in a box, behind "the answer is", or in the last formula.

    >>> parse("50 %"), parse("[1, 4]"), parse("2x")
    (Fraction(1, 2), Vector((1, 4)), Applied(operation='*', parts=(Constant(value=2), Name(name='x', index=None))))

    Raises `Unreadable`; bounded in time and memory, whatever the text says.
    """
    if kind is not None:
        return kind.read(text)
    try:
        return _parsed(text)
    except Unreadable:
        for part in answers_in(text):
            with suppress(Unreadable):
                return _parsed(part)
        raise


def _parsed(text: str) -> Any:
    if has_decimal_comma(text):
        return Mathematics().read(text)
    try:
        return read_any(text)
    except Unreadable as failure:
        for read in (Mathematics().read, read_several):
            try:
                return read(text)
            except Unreadable as other:
                failure = max(failure, other, key=lambda it: it.position or 0)
        raise failure from None


def _kind_of_key(key: object, value: object) -> Kind[Any]:
    if isinstance(value, Several) or (isinstance(key, str) and _is_bare_list(key, value)):
        return SeveralKind()
    is_number = isinstance(value, int | Fraction | Decimal) and not isinstance(value, bool)
    return Mathematics() if is_number or isinstance(value, Formula) else kind_of(value)


def _is_bare_list(text: str, value: object) -> bool:
    """Whether numbers, or points in parentheses, are listed without brackets around them all, and so in any order."""
    if "[" in text or "matrix" in text or "⟨" in text or not any(it in text for it in (",", ";", "and")):
        return False
    if isinstance(value, Vector):
        return "(" not in text
    if not isinstance(value, Matrix):
        return False
    bare = text.replace(" ", "")
    return (")," in bare and "((" not in bare) or ("(" not in bare and value.shape[1] == 1)


def errata(paper: str | None = None) -> list[Finding]:
    """What printed keys and workings get wrong, computed: of the whole bank, or of a paper's problems.

    >>> [finding.printed for finding in errata("eecs182-sp23") if finding.about == "k_3" and finding.kind == "answer"]
    ['[6, -1]']
    """
    if paper is None:
        return [finding for name in catalog() for finding in catalog()[name].errata()]
    from markscheme.paper.plan import load_paper  # noqa: PLC0415 (papers need pydantic)

    return load_paper(paper).errata()
