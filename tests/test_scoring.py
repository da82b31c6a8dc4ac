"""Scoring: what right entries and right ticks earn, as the problem or the paper says, and that students are told."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme import Problem
from markscheme.bank.catalog import catalog
from markscheme.core.errors import DefinitionError, MarkschemeError
from markscheme.core.item import Item
from markscheme.exact import Matrix, Shape, Vector
from markscheme.kinds import (
    AllThatApply,
    Integer,
    Kind,
    MatrixKind,
    Numbers,
    Scoring,
    ShapeKind,
    TokenSequence,
    VectorKind,
)
from markscheme.marking.gradebook import mark_paper
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import Paper, PaperEntry
from markscheme.paper.printing import Copy, pdf
from markscheme.paper.web_page import html, markdown

SCORINGS: tuple[Scoring, ...] = get_args(Scoring)
LABELS = "12345"
GROUPING = "point_clouds/grouping"
selections = st.frozensets(st.sampled_from(LABELS))


def asking(kind: Kind[Any], key: Any, scoring: Scoring | None = None, marks: float = 4) -> Item:
    """An item of one answer."""
    it = Problem("a/problem", version=1, text="")
    it.givens(lambda _: {"x": 0})
    it.answer("answer", lambda x: key, kind=kind, marks=marks, scoring=scoring)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]  # noqa: ARG005
    return it.pose("1")


def ticked(key: frozenset[str], said: object, scoring: Scoring, marks: float = 4) -> Any:
    return asking(AllThatApply(LABELS), key, scoring, marks).mark({"answer": said})["answer"]


@pytest.mark.parametrize("scoring", SCORINGS)
@given(key=selections, said=selections, marks=st.fractions(0, 9, max_denominator=6).map(float))
def test_marks_of_a_selection(scoring: Scoring, key: frozenset[str], said: frozenset[str], marks: float) -> None:
    """The key earns all, a blank nothing, anything a mark from 0 to all, and one more right tick never less."""
    verdict = ticked(key, said, scoring, marks)
    assert ticked(key, key, scoring, marks).marks == verdict.out_of
    assert ticked(key, " ", scoring, marks).marks == 0
    assert 0 <= verdict.marks <= verdict.out_of
    assert (verdict.marks == verdict.out_of) == (said == key or marks == 0)
    for label in key - said:
        assert ticked(key, said | {label}, scoring, marks).marks >= verdict.marks


@pytest.mark.parametrize(
    ("scoring", "earned", "counted"),
    [("all-or-nothing", 0, "slip."), ("per-entry", 3, "Right entries: 3 of 5."),
     ("net-correct", Fraction(5, 3), "Right ticks: 2, wrong ones: 1.")],
)  # fmt: skip
def test_what_is_counted(scoring: Scoring, earned: Any, counted: str) -> None:
    """Boxes earn a share each, ticks a share less those that are wrong, exactly; the reason has the counts alone."""
    verdict = ticked(frozenset("134"), "1, 2, 3", scoring, 5)
    assert (verdict.status, verdict.marks) == ("wrong", earned)
    assert verdict.reason.endswith(counted)
    assert "1, 3, 4" not in verdict.reason


@pytest.mark.parametrize(
    ("kind", "key", "said", "right", "count"),
    [
        (VectorKind(), Vector((1, 2, 3, 4)), "[1, 0, 3, 4]", 3, 4),
        (VectorKind(absolute=0.1), Vector((1, 2)), "[1.05, 3]", 1, 2),
        (VectorKind(), Vector((1, 2)), "[1, 2, 3]", 0, 0),
        (MatrixKind(), Matrix([(1, 2), (3, 4)]), "[[1, 2], [3, 5]]", 3, 4),
        (MatrixKind(), Matrix([(1, 2), (3, 4)]), "[[1, 2]]", 0, 0),
        (ShapeKind(), Shape((10, 64, 31, 31)), "10 x 64 x 32 x 32", 2, 4),
        (ShapeKind(), Shape((10, 64)), "10", 0, 0),
        (Numbers(), (1, 2, 3), "1, 3, 2", 1, 3),
        (Numbers(), (1, 2), "1", 0, 0),
        (TokenSequence("abcd"), ("a", "b", "c", "d"), "a c b d", 2, 4),
        (TokenSequence("abcd"), ("a", "b"), "a", 0, 0),
    ],
)
def test_entries_earn_their_share(kind: Kind[Any], key: Any, said: str, right: int, count: int) -> None:
    """Each right entry in its place earns a share, an answer of another shape nothing; by default none does."""
    verdict = asking(kind, key, "per-entry").mark({"answer": said})["answer"]
    assert (verdict.status, verdict.marks) == ("wrong", Fraction(4 * right, count or 1))
    assert (f"Right entries: {right} of {count}." in verdict.reason) == (count > 0)
    assert asking(kind, key).mark({"answer": said}).marks == 0
    assert asking(kind, key, "per-entry").mark({"answer": kind.write(key)}).marks == 4


def test_what_explains_comes_first() -> None:
    """Follow-through earns all; of a slip's own marks and those of its right entries the larger count."""
    it = Problem("a/problem", version=1, text="")
    it.givens(lambda rng: {"x": rng.int(20, 40), "y": rng.int(3, 9)})

    def first(x: int, y: int) -> Vector:
        return Vector((x, y, x + y, x - y))

    def second(first: Vector, y: int) -> Vector:
        return y * first

    answer = it.answer(marks=4, scoring="per-entry")(first)
    answer.slip("forgets y", lambda x: Vector((x, x, x, x)), marks=2)
    answer.slip("is off at the end", lambda x, y: Vector((x, y, x + y, y - x)), marks=2)
    last = it.answer(marks=4, scoring="per-entry")(second)
    last.slip("forgets y", lambda first: first)
    item = it.pose("1")
    x, y = item.givens["x"], item.givens["y"]
    few = item.mark({"first": [x, x, x, x]})["first"]
    assert (few.status, few.marks) == ("slip", 2)
    many = item.mark({"first": [x, y, x + y, y - x]})["first"]
    assert (many.status, many.marks, many.slips) == ("slip", 3, ("is off at the end",))
    assert many.reason == "A known slip: is off at the end. Right entries: 3 of 4."
    own = Vector((x, y, 1, 2))
    marked = item.mark({"first": own, "second": y * own})
    assert [(it.status, it.marks) for it in marked.values()] == [("wrong", 2), ("follow-through", 4)]


def test_what_cannot_be_scored() -> None:
    """A scoring that the kind has not, or counts against an open-ended answer, is an error where it is declared."""
    refused: list[tuple[Kind[Any], Scoring]] = [
        (Integer(), "per-entry"),
        (VectorKind(), "net-correct"),
        (Numbers(ordered=False), "per-entry"),
    ]
    for kind, scoring in refused:
        with pytest.raises(DefinitionError, match=f"cannot be scored '{scoring}'"):
            asking(kind, 1, scoring)
    it = Problem("a/problem", version=1, text="")
    it.givens(lambda _: {"x": 0})
    one = it.answer("one", lambda x: Vector((x, x)), kind=VectorKind(), scoring="per-entry")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(DefinitionError, match="no entries to score"):
        one.property("is large")(bool)
    example = it.answer("example", lambda x: Vector((x, x)), kind=VectorKind())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    example.property("has two entries")(lambda example: len(example) == 2)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(DefinitionError, match="hangs on an open-ended answer"):
        it.answer("after", lambda example: 2 * example, kind=VectorKind(), scoring="per-entry")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


# In a paper


def quiz(problem: str, scoring: str | None, **more: Any) -> Paper:
    said = {} if scoring is None else {"scoring": scoring}
    return Paper(
        "quiz",
        PaperEntry.model_validate({"title": "Quiz", "question": [{"problem": problem, **said, **more}]}),
        catalog(),
    )


def test_the_paper_decides() -> None:
    """The paper's scoring holds for the answers that have it, over the problem's, and in the paper's own marks."""
    declared = asking(AllThatApply(LABELS), frozenset("134"), "per-entry")
    assert replace(declared, scoring="net-correct").mark({"answer": "1, 2, 3"}).marks == Fraction(4, 3)
    assert replace(asking(Integer(), 7), scoring="net-correct").mark({"answer": "8"}).marks == 0
    for scoring, share in (
        (None, 0),
        ("all-or-nothing", 0),
        ("per-entry", Fraction(5, 6)),
        ("net-correct", Fraction(2, 3)),
    ):
        paper = quiz(GROUPING, scoring, marks=5)
        (slot,), seed = paper.slots, "1"
        item = next(it for it in map(slot.item, map(str, range(99))) if len(it.key["invariant"]) == 3)
        seed = item.identity.seed or ""
        two = ", ".join(sorted(item.key["invariant"])[:2])
        place = next((space.label, "invariant") for space in paper.spaces if space.answers[0].name == "invariant")
        (mark,) = [
            mark
            for mark in mark_paper(paper, Submission("", f"common:{seed}", {place: two})).marks
            if mark.answer == "invariant"
        ]
        labels = len(getattr(item.problem.answers["invariant"].kind, "labels"))  # noqa: B009
        wanted = Fraction(labels - 1, labels) if scoring == "per-entry" else share
        assert mark.verdict.marks == mark.verdict.out_of * wanted


def test_a_paper_says_what_can_be() -> None:
    """A scoring that no answer of the problem has, or that there is not, is an error with the place."""
    with pytest.raises(
        MarkschemeError, match="question 1: no answer of convolution/output_shape can be scored 'net-correct'"
    ):
        quiz("convolution/output_shape", "net-correct")
    with pytest.raises(ValueError, match="net-correct"):
        quiz(GROUPING, "penalty")


@pytest.mark.parametrize("scoring", SCORINGS)
def test_students_are_told(scoring: Scoring) -> None:
    """The rule stands in the question, in print, on the web and as Markdown; where none is said, none is printed."""
    rule = f"{AllThatApply(LABELS).rule(scoring)}"
    for said in (scoring, None):
        paper = quiz(GROUPING, said)
        copy = Copy(paper, "1", paper.items("1"))
        text = subprocess.run(
            ["pdftotext", "-", "-"], input=pdf(copy, solutions=False), capture_output=True, check=True
        )
        for page in (text.stdout.decode(), html(copy, solutions=False), markdown(copy, solutions=False)):
            assert (rule in " ".join(page.split())) == (said is not None)
    assert f"{VectorKind().rule('per-entry')}" in asking(VectorKind(), Vector((1, 2)), "per-entry").prompt("plain")
