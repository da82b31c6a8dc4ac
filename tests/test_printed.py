"""Errata: what a printed key gets wrong is computed, and nothing else is found."""

from __future__ import annotations

from typing import Any

import pytest

import markscheme as ms
from markscheme import Problem
from markscheme.bank.printed.eecs182_sp23.leakage import unbound
from markscheme.bank.training._leakage_programs import AUGMENTED_FIRST, LISTING
from markscheme.core.errata import Finding
from markscheme.core.errors import MarkschemeError
from markscheme.exact import Vector
from markscheme.kinds import Real


def chain(key: dict[str, object], x: int = 3) -> Problem:
    """A chain: double = 2x, more = double + 1, last = more · double."""
    it = Problem("a/chain", version=1, text="")
    it.givens(lambda _: {"x": 1})

    @it.answer
    def double(x: int) -> int:
        r"""Twice.

        $2 \cdot [[x]]$
        """
        return 2 * x

    @it.step
    def more(double: int) -> int:
        return double + 1

    @it.answer
    def last(more: int, double: int) -> int:
        return more * double

    it.published("", givens={"x": x}, key=key)
    return it


def found(it: Problem) -> list[tuple[str, str, str, str]]:
    return [(f.about, f.printed, f.computed, f.holds) for f in it.errata()]


def test_a_right_key_has_no_errata() -> None:
    """A key that is right, whole or in part, gives no finding."""
    assert chain({"double": 6, "more": 7, "last": 42}).errata() == []
    assert chain({"last": 42}).errata() == []
    assert chain({}).errata() == []


def test_a_wrong_value() -> None:
    """A printed value that differs is found, with what computing gives, and how."""
    (finding,) = chain({"double": 8}).errata()
    assert finding == Finding("a/chain", "", "answer", "double", "8", "6", "never", finding.evidence)
    assert finding.evidence.startswith("double = 2")
    assert finding.evidence.endswith("= 6")
    assert finding.as_json()["kind"] == "answer"


def test_numbers_make_the_errata() -> None:
    """Other published givens give other errata: nothing is written down by hand."""
    assert found(chain({"double": 8}, x=4)) == []
    assert found(chain({"double": 8}, x=5)) == [("double", "8", "10", "never")]


def test_what_contradicts_itself() -> None:
    """A right value after a wrong one that leads elsewhere is evidence of one error; one that leads there is none."""
    (finding,) = chain({"double": 5, "last": 42}).errata()
    assert (finding.about, finding.printed, finding.computed) == ("double", "5", "6")
    assert finding.evidence.endswith("; from the printed double would follow last = 30, and the paper prints 42")
    assert found(chain({"double": 6, "more": 7, "last": 42})) == []


def test_several_wrong_ancestors() -> None:
    """A contradiction names each wrong printed value that it goes back to, and stands beside each."""
    double, more = chain({"double": 5, "more": 8, "last": 42}).errata()
    said = "; from the printed double and more would follow last = 40, and the paper prints 42"
    assert double.evidence.endswith(said)
    assert more.evidence.endswith(said)


def test_a_right_value_ends_the_matter() -> None:
    """What follows from a right printed value contradicts nothing, whatever was wrong before it."""
    it = chain({"double": 5, "last": 42})
    it.answer("after", lambda last: last + 1, kind=it.answers["last"].kind)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.variants.clear()
    it.published("", givens={"x": 3}, key={"double": 5, "last": 42, "after": 43})
    (finding,) = it.errata()
    assert "after" not in finding.evidence


def test_printed_values_of_another_shape() -> None:
    """A printed value that later answers cannot be computed from is found, and stops nothing."""
    it = Problem("a/vectors", version=1, text="")
    it.givens(lambda _: {"u": Vector((1, 2))})
    it.answer("v", lambda u: 2 * u, kind=ms.kinds.VectorKind())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("w", lambda u, v: u + v, kind=ms.kinds.VectorKind())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("first", lambda w: w[0].bit_length(), kind=ms.kinds.Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.published("", givens={"u": [1, 2]}, key={"v": [2, 4, 6], "w": [3, 6], "first": 2})
    assert found(it) == [("v", "[2, 4, 6]", "[2, 4]", "never")]


def test_printed_values_are_rounded() -> None:
    """A printed value within the tolerance of its answer is right, and what follows from it rounded is no erratum."""
    it = Problem("a/thirds", version=1, text="")
    it.givens(lambda _: {"x": 1})
    it.answer("third", lambda x: x / 3, kind=Real(absolute=0.01))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("whole", lambda third: 3 * third, kind=Real(absolute=0.001))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.published("", givens={"x": 1}, key={"third": 0.33, "whole": 1})
    assert it.errata() == []


def claimed(decide: Any, says: str = "double is even") -> list[Finding]:
    it = chain({})
    it.variants[""].claim(says, about="double")(decide)
    return it.errata()


def test_claims_that_hold() -> None:
    """A claim that computing confirms is no finding."""
    assert claimed(lambda double: double % 2 == 0) == []
    assert claimed(lambda: True) == []


@pytest.mark.parametrize(
    ("decide", "holds", "evidence", "computed"),
    [
        (lambda double, x: double == x, "never", "computing gives double = 6, x = 3", ""),
        (lambda: False, "never", "computing refutes it", ""),
        (lambda: ms.never("6 is even", "6"), "never", "6 is even", "6"),
        (lambda: ms.only_if("x > 3", "at x = 3 it fails", "6"), "x > 3", "at x = 3 it fails", "6"),
    ],
)
def test_claims_that_do_not_hold(decide: Any, holds: str, evidence: str, computed: str) -> None:
    """A refuted claim is found as it was printed, with when it holds, the evidence and what computing gives."""
    expected = Finding("a/chain", "", "claim", "double", "double is even", computed, holds, evidence)
    assert claimed(decide) == [expected]


def test_claims_that_decide_nothing() -> None:
    """A claim whose function fails, or decides nothing, is an error that quotes the claim, never a finding."""
    with pytest.raises(MarkschemeError, match="the claim 'double is even' fails: ZeroDivisionError"):
        claimed(lambda double: double // 0)
    with pytest.raises(MarkschemeError, match="the claim 'double is even' is not decided"):
        claimed(lambda: None)
    for condition in ("", " ", "always", "never"):
        with pytest.raises(ValueError, match="only if something does"):
            ms.only_if(condition, "")


def test_slips_that_published_numbers_cannot_tell() -> None:
    """A strict slip that gives the key at published numbers is found; an undefined or a loose one is not."""
    it = chain({}, x=2)
    double = it.answers["double"]
    double.slip("squares", lambda x: x * x)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    double.slip("adds two", lambda x: x + 2, may_coincide=True)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    double.slip("divides", lambda x: x // 0)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    double.slip("gives up", lambda: None)
    (finding,) = it.discrimination()
    assert (finding.kind, finding.about, finding.printed, finding.computed) == ("slip", "double", "squares", "4")
    assert chain({}, x=3).discrimination() == []


def test_errata_of_the_exam() -> None:
    """One error is one row; each has evidence, and says what is right, where it holds, or that it holds nowhere."""
    rows = ms.errata("eecs182-sp23")
    assert len({(row.problem, row.printed) for row in rows}) == len(rows) >= 38
    assert all(row.evidence and row.holds not in ("", "always") for row in rows)
    assert [row.problem for row in rows if row.about == "spelling"] == ["training/initialization"]


def test_lines_of_the_listing() -> None:
    """Lines are counted as in the recovered text, which has no empty ones."""
    (unbound,) = [row for row in ms.errata("eecs182-sp23") if "NameError" in row.evidence]
    assert unbound.evidence.startswith("line 15 ")


def test_listings_of_the_leak() -> None:
    """The listing of drawn items binds every name that it uses; the exam's own does not."""
    assert [bool(unbound(listing)) for listing in (AUGMENTED_FIRST, LISTING)] == [False, True]
    item = ms.problem("training/leakage").pose(1)
    assert AUGMENTED_FIRST in item.prompt("markdown")
    assert LISTING in ms.problem("training/leakage").as_published().prompt("markdown")
