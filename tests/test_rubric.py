"""Answers that a person marks, prose and programs: declared with their rubric, printed with it, never marked here."""

from __future__ import annotations

import pytest

from markscheme import Draw, Problem
from markscheme.core.errors import DefinitionError
from markscheme.kinds import Code, Rubric
from markscheme.text.notation import TARGETS, Target


def explained() -> Problem:
    it = Problem("arithmetic/why", version=1, text="What is $[[a]] + [[a]]$?")

    @it.givens
    def _(rng: Draw) -> dict[str, object]:
        return {"a": rng.int(1, 9)}

    @it.answer(marks=1)
    def twice(a: int) -> int:
        """Twice the number."""
        return a + a

    @it.rubric({"says that it is doubled": 1, "shows an example": 0.5}, label="Why")
    def why() -> None:
        """Adding a number to itself doubles it, as with [[a]]."""

    return it


@pytest.mark.parametrize("said", ["Because.", "Adding a number to itself doubles it, as with [[a]].", "<script>" * 99])
def test_a_person_marks_it(said: str) -> None:
    """Whatever an explanation says, even the model answer, a person marks it, and it earns nothing yet."""
    marked = explained().pose("1").mark({"why": said})
    assert (marked["why"].status, marked["why"].marks, marked["why"].out_of) == ("by hand", 0, 1.5)
    assert marked.by_hand == ("why",)


def test_blank_and_endless() -> None:
    """A blank explanation is blank, and an endless one unreadable."""
    marked = explained().pose("1").mark({"why": "  "})
    assert marked["why"].status == "blank"
    assert explained().pose("1").mark({"why": "x" * 30_000})["why"].status == "unreadable"


def test_the_solution_has_the_rubric() -> None:
    """The solution shows the model answer, and what earns how many marks; the question shows neither."""
    item = explained().pose("1")
    for words in ("doubles it", "says that it is doubled", "0.5"):
        assert words in item.solution("plain")
        assert words not in item.prompt("plain")


def test_nothing_is_proven_of_it() -> None:
    """An explanation is no value: a proof does not count it as unchecked."""
    it = explained()
    it.check(lambda a: {"twice": 2 * a})  # pyright: ignore[reportUnknownLambdaType]
    assert it.prove(5).unchecked == ()


@pytest.mark.parametrize("points", [{}, {"says so": 0}, {"says so": -1}])
def test_points_earn_marks(points: dict[str, int]) -> None:
    """A rubric has points, and each earns something."""
    with pytest.raises(ValueError, match="each earn marks"):
        Rubric(points)


def test_a_rubric_is_checked_where_it_is_declared() -> None:
    """A hole in a model answer that names nothing fails at import."""
    it = explained()

    def proof() -> None:
        """Because of [[b]]."""

    with pytest.raises(DefinitionError, match=r"\[\[b\]\]"):
        it.rubric({"says so": 1})(proof)


PROGRAM = "for i in range(3):\n    print(i < 2, '$', i**2)"


def programmed() -> Problem:
    it = explained()

    @it.code({"counts": 1}, solution=PROGRAM)
    def program() -> None:
        """It counts."""

    return it


@pytest.mark.parametrize("said", ["while True: pass", PROGRAM, "(" * 19_000, "\x00"])
def test_a_person_reads_a_program(said: str) -> None:
    """A program is neither run nor compiled: whatever it says, a person reads it."""
    assert programmed().pose("1").mark({"program": said})["program"].status == "by hand"


def test_indentation_is_kept() -> None:
    """A program that is pasted with its margin loses the margin alone."""
    assert Code({"counts": 1}).read("\n\n    for i in x:\n        go(i)\n  \n") == "for i in x:\n    go(i)"


@pytest.mark.parametrize("target", TARGETS)
def test_a_listing_stands_in_every_target(target: Target) -> None:
    """The solution has the program line by line, with its indentation, in every target."""
    import re  # noqa: PLC0415
    from html import unescape  # noqa: PLC0415

    written = unescape(re.sub(r"<[^>]*>", "", programmed().pose("1").solution(target)))
    assert re.search(r"^ *for i in range\(3\):\n *    print\(i < 2, '\$', i\*\*2\)$", written, re.MULTILINE), written
