"""Scoring of answers in pieces: all or nothing, each entry for itself, boxes with a penalty."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.core.errors import DefinitionError, MarkschemeError
from markscheme.core.judging import mark
from markscheme.core.problem import Problem
from markscheme.core.scoring import share
from markscheme.draw import Draw
from markscheme.exact import Matrix, Vector
from markscheme.kinds import AllThatApply, Integer, Kind, MatrixKind, Numbers, ShapeKind, VectorKind
from markscheme.marking.gradebook import mark_paper
from markscheme.marking.submissions import Submission
from markscheme.paper.copies import make_copy
from markscheme.paper.plan import load_paper
from markscheme.paper.printing import pdf

BOXES = frozenset("ab")
problem = Problem("tests/scoring", version=1, source="a test", text="Given $n = [[n]]$:")


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"n": rng.int(2, 9)}


@problem.answer(marks=3, scoring="each")
def powers(n: int) -> Vector:
    """The first three powers."""
    return Vector((n, n**2, n**3))


@powers.slip("multiplies", marks=2)
def _(n: int) -> Vector:
    return Vector((n, 2 * n, 3 * n))


@powers.check
def _(n: int) -> Vector:
    return Vector((n, n * n, n * n * n))


@problem.answer(marks=2, kind=AllThatApply("abcd"), scoring="penalty")
def holds(n: int) -> frozenset[str]:
    """What holds of it."""
    return BOXES


@holds.check
def _(n: int) -> frozenset[str]:
    return frozenset("ba")


ITEM = problem.pose("1")
N: int = ITEM.givens["n"]


@pytest.mark.parametrize(("text", "marks", "status", "said"), [
    (f"[{N}, {N**2}, {N**3}]", 3, "right", "Right."),
    (f"[{N}, {N**2}, 0]", 2, "wrong", "2 of 3 entries are as they should be."),
    (f"[0, 0, {N**3}]", 1, "wrong", "1 of 3 entries is as it should be."),
    (f"[{N}, {N**2}]", 0, "wrong", "0 of 3 entries are as they should be."),
    (f"[{N}, {2 * N}, {3 * N}]", 2, "slip", "A known slip: multiplies."),
    ("", 0, "blank", "Nothing"), ("[1, 2", 0, "unreadable", "expected"),
])  # fmt: skip
def test_each_entry_counts(text: str, marks: int, status: str, said: str) -> None:
    """A vector scored entry by entry earns its right entries' share, a slip its own marks where they are more."""
    verdict = ITEM.mark({"powers": text})["powers"]
    assert (verdict.marks, verdict.status) == (marks, status)
    assert said in verdict.reason


@pytest.mark.parametrize(
    ("ticks", "marks"), [("a b", 2), ("a", 1), ("a, b, c", 1), ("a c", 0), ("c d", 0), ("none", 0)]
)
def test_wrong_ticks_take_away(ticks: str, marks: int) -> None:
    """With a penalty each right tick earns its share, and each wrong one takes as much away."""
    assert ITEM.mark({"holds": ticks.replace(" ", ", ").replace(",,", ",")})["holds"].marks == marks


SETS = st.frozensets(st.sampled_from("abcd"))


@given(SETS, SETS, st.sampled_from(["each", "penalty"]))
def test_shares_are_fair(key: frozenset[str], ticks: frozenset[str], scoring: str) -> None:
    """A share lies from 0 to 1, is 1 for the key alone, and no right tick or lost wrong one ever lowers it."""
    kind = AllThatApply("abcd")
    earned, _ = share(kind, key, ticks, scoring)  # pyright: ignore[reportArgumentType]
    assert 0 <= earned <= 1
    assert (earned == 1) == (ticks == key)
    for label in key - ticks:
        assert share(kind, key, ticks | {label}, scoring)[0] >= earned  # pyright: ignore[reportArgumentType]
    for label in ticks - key:
        assert share(kind, key, ticks - {label}, scoring)[0] >= earned  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("kind", [VectorKind(), MatrixKind(), ShapeKind(), Numbers(), Numbers(ordered=False)])
def test_every_kind_with_entries_counts_them(kind: Kind[Any]) -> None:
    """All of a key's entries agree with themselves; a wrong answer has fewer that do."""
    key = kind.read(kind.example)
    right, of = kind.agreeing(key, key)
    assert right == of > 1
    for seed in range(30):
        assert kind.agreeing(key, kind.read(kind.wrong(key, Draw(str(seed)))))[0] < of or kind == Numbers(ordered=False)
    assert MatrixKind().agreeing(Matrix([[1, 2], [3, 4]]), Matrix([[1, 0], [3, 4]])) == (3, 4)


def test_what_has_no_entries_is_refused() -> None:
    """A scoring that an answer's kind does not have is an error where it is declared, and in a paper's file."""
    with pytest.raises(DefinitionError, match="an integer has no entries"):
        problem.answer("other", lambda n: n, kind=Integer(), scoring="each")
    with pytest.raises(DefinitionError, match="a penalty is for boxes"):
        problem.answer("other", lambda n: n, kind=VectorKind(), scoring="penalty")


PAPER = """
title = "Quiz"
[[question]]
title = "Grouping"
problem = "point_clouds/grouping"
scoring = "SCORING"
seed = 1
"""


def paper(folder: Path, scoring: str, name: str = "point_clouds/grouping") -> str:
    page = folder / f"{scoring}.toml"
    page.write_text(PAPER.replace("SCORING", scoring).replace("point_clouds/grouping", name), "utf-8")
    return str(page)


def test_a_paper_says_how_boxes_are_scored(tmp_path: Path) -> None:
    """The paper's scoring is printed with the question, and marks go by it."""
    earned: dict[str, object] = {}
    for scoring in ("all", "each", "penalty"):
        plan = load_paper(paper(tmp_path, scoring))
        (slot,) = plan.slots
        item = slot.item("")
        (answer, kind), *_ = [(it, it.kind) for it in item.problem.asked if isinstance(it.kind, AllThatApply)]
        key: frozenset[str] = item.values[answer.name]
        label = next(space.label for space in plan.spaces if answer in space.answers)
        flawed = key ^ {min(key)}
        report = mark_paper(plan, Submission("s1", "", {(label, answer.name): kind.write(flawed)}))
        verdict = next(it.verdict for it in report.marks if it.answer == answer.name)
        earned[scoring] = Fraction(verdict.marks) / Fraction(verdict.out_of)
        said = {"all": "", "each": "Each of the boxes counts for itself", "penalty": "Each right tick earns"}[scoring]
        assert said in item.prompt()
        assert pdf(make_copy(plan, ""), solutions=False)[:4] == b"%PDF"
    assert earned == {"all": 0, "each": Fraction(len(kind.labels) - 1, len(kind.labels)),
                      "penalty": Fraction(len(key) - 1, len(key))}  # fmt: skip


def test_a_paper_with_a_scoring_that_fits_nothing_is_refused(tmp_path: Path) -> None:
    """A scoring that no answer of the problem has is an error that names the question."""
    with pytest.raises(MarkschemeError, match="a penalty is for boxes"):
        load_paper(paper(tmp_path, "penalty", "convolution/output_shape"))


def test_a_key_earns_all(tmp_path: Path) -> None:
    """However an item is scored, its key earns all its marks."""
    assert mark(ITEM, ITEM.key).marks == problem.marks
