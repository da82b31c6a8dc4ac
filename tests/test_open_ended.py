"""Open-ended answers: what has the properties is right, what lacks one is shown where, and none breaks the marking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from markscheme import Draw, Problem
from markscheme.core.answer import Answer
from markscheme.core.errors import DefinitionError, PosingError, ProofError
from markscheme.core.item import Item
from markscheme.core.verdict import Verdict
from markscheme.exact import Matrix, Vector
from markscheme.kinds import Integer
from tests.steps import at_most

Rows = list[list[Any]]
EDGE, BLUR = ms.problem("convolution/edge_filter"), ms.problem("convolution/blur_filter")
VERTICAL = next(item for item in map(EDGE.pose, range(99)) if (item.givens["down"], item.givens["right"]) == (0, -1))
entries = st.integers(-3, 3)
kernels = st.lists(st.lists(entries, min_size=3, max_size=3), min_size=3, max_size=3)


# An open-ended answer of one number: a multiple of n beyond 10, n ≥ 2


def multiples(low: int = 2, high: int = 9) -> tuple[Problem, Answer[..., int]]:
    it = Problem("a/multiple", version=1, text="")
    it.givens(lambda rng: {"n": rng.int(low, high)})
    answer = it.answer("m", lambda n: 10 * n, kind=Integer(), marks=2)
    answer.property("divides by n")(lambda n, m: m % n == 0 or f"{m} leaves {m % n}")  # pyright: ignore[reportUnknownLambdaType]
    answer.property("exceeds ten")(lambda m: m > 10)  # pyright: ignore[reportUnknownLambdaType]
    return it, answer


@given(st.integers(-99, 99), st.integers(0, 9))
def test_right_is_what_has_every_property(m: int, seed: int) -> None:
    """A value is right exactly if it has every property, and the first that it lacks is named and shown."""
    it, _ = multiples()
    item = it.pose(seed)
    n = item.givens["n"]
    verdict = item.mark({"m": str(m)})["m"]
    if m % n:
        expected = ("wrong", 0, f"Wrong. It should be one that divides by n, but {m} leaves {m % n}.")
    elif m <= 10:
        expected = ("wrong", 0, "Wrong. It should be one that exceeds ten.")
    else:
        expected = ("right", 2, "Right." if m == 10 * n else "Right: it has what is asked for.")
    assert (verdict.status, verdict.marks, verdict.reason) == expected


def test_blank_and_unreadable_come_first() -> None:
    """An open-ended answer is judged by its properties only where it can be read."""
    item = multiples()[0].pose(1)
    assert [item.mark({"m": said})["m"].status for said in ("", "many", [])] == ["blank", "unreadable", "unreadable"]


def test_slips_of_a_design() -> None:
    """A slip of an open-ended answer is an example or decides by the submission; both are named, beside the lack."""
    it, answer = multiples()
    answer.slip("adds one", lambda n: 10 * n + 1, marks=1)  # pyright: ignore[reportUnknownLambdaType]
    answer.slip("stays small", lambda m: 0 < m <= 10)  # pyright: ignore[reportUnknownLambdaType]
    item = it.pose(1)
    n = item.givens["n"]
    one = item.mark({"m": 10 * n + 1})["m"]
    assert (one.status, one.marks, one.slips) == ("slip", 1, ("adds one",))
    assert one.reason == f"A known slip: adds one. It should be one that divides by n, but {10 * n + 1} leaves 1."
    small = item.mark({"m": n})["m"]
    assert (small.status, small.slips) == ("slip", ("stays small",))
    assert item.mark({"m": 20 * n + 1})["m"].status == "wrong"


def test_strict_slips_lack_a_property() -> None:
    """A draw in which the example of a strict slip is right is turned down, for published numbers it is a finding."""
    it, answer = multiples()
    answer.slip("takes twelve", lambda: 12)
    assert all(12 % it.pose(seed).givens["n"] for seed in range(30))
    it.published("", givens={"n": 4}, key={})
    (finding,) = it.discrimination()
    assert (finding.kind, finding.printed) == ("slip", "takes twelve")
    it, answer = multiples(3, 3)
    answer.slip("takes twelve", lambda: 12)
    with pytest.raises(PosingError, match="'takes twelve' is wrong"):
        it.pose(1)
    answer.slips.clear()
    answer.slip("takes a multiple", lambda n, m: m % n == 0)  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(PosingError, match="'takes a multiple' is wrong"):
        it.pose(1)


def test_printed_designs() -> None:
    """A printed open-ended answer other than the key is no finding; one that lacks a property is."""
    it, _ = multiples()
    it.published("good", givens={"n": 5}, key={"m": 25})
    it.published("bad", givens={"n": 5}, key={"m": 26})
    (finding,) = it.errata()
    assert (finding.variant, finding.printed) == ("bad", "26")
    assert finding.evidence == "It should be one that divides by n, but 26 leaves 1."


def test_a_design_is_proven() -> None:
    """A proof wants the key and the checks' open-ended answers right, and checks that decide as the properties do."""
    it, answer = multiples()
    it.check(lambda n: {"m": 7 * n})  # pyright: ignore[reportUnknownLambdaType]
    answer.check(lambda n, m: m in range(11, 999) and m in range(0, 999, n))  # pyright: ignore[reportUnknownLambdaType]
    assert it.prove(20).unchecked == ()

    it, answer = multiples()
    it.check(lambda n: {"m": n})  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(ProofError, match="two ways to m part"):
        it.prove(9)

    it, answer = multiples()
    answer.check(lambda n, m: m % n == 0)  # pyright: ignore[reportUnknownLambdaType]
    answer.slip("stays small", lambda n: -n)  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(ProofError, match="It should be one that exceeds ten") as caught:
        it.prove(9)
    assert "check       right, by" in str(caught.value)

    it, answer = multiples(1, 1)
    it.check(lambda: {"m": 11})
    with pytest.raises(ProofError, match="the key of m is not right: It should be one that exceeds ten"):
        it.prove(1)


def test_what_takes_the_answer_stands_below_its_properties() -> None:
    """Slips and checks take the submission only of an open-ended answer, whose properties stand above them."""
    it = Problem("a/number", version=1, text="")
    it.givens(lambda _: {"n": 3})
    answer = it.answer("m", lambda n: n, kind=Integer())
    for declare in (answer.check, answer.slip("is odd")):
        with pytest.raises(DefinitionError, match="needs 'm'"):
            declare(lambda m: m % 2)  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(DefinitionError, match="needs 'k'"):
        answer.property("is odd")(lambda k: k % 2)  # pyright: ignore[reportUnknownLambdaType]


# Open-ended answers among others


def chain() -> Item:
    """a, then an open-ended answer above a, then what follows from it."""
    it = Problem("a/chain", version=1, text="")
    it.givens(lambda rng: {"x": rng.int(20, 40), "y": rng.int(3, 9)})
    it.answer("a", lambda x, y: x * y, kind=Integer())
    above = it.answer("above", lambda a, y: a + y, kind=Integer())
    above.property("exceeds a")(lambda a, above: above > a)  # pyright: ignore[reportUnknownLambdaType]
    above.slip("stays below", lambda a: a - 1)  # pyright: ignore[reportUnknownLambdaType]
    it.answer("last", lambda above, x: above * x + 1, kind=Integer()).slip("forgets one", lambda above, x: above * x)  # pyright: ignore[reportUnknownLambdaType]
    return it.pose(1)


def test_a_right_design_is_gone_on_from() -> None:
    """What follows from a right open-ended answer earns its marks, whichever that is."""
    item = chain()
    own = item.key["above"] + 17
    marked = item.mark({"a": item.key["a"], "above": own, "last": own * item.givens["x"] + 1})
    assert [verdict.status for verdict in marked.values()] == ["right", "right", "follow-through"]
    assert marked.marks == marked.out_of


def test_a_design_at_the_own_values() -> None:
    """Any open-ended answer that has the properties at the student's own earlier answers is follow-through."""
    item = chain()
    for own in (31, 700):
        marked = item.mark({"a": 17, "above": own, "last": own * item.givens["x"] + 1})
        expected = "follow-through" if own < item.key["a"] else "right"
        assert [marked[name].status for name in ("above", "last")] == [expected, "follow-through"]
    below = item.mark({"a": 17, "above": 16})["above"]
    assert (below.status, below.slips) == ("slip", ("stays below",))


@pytest.mark.parametrize("error", [ArithmeticError, AttributeError, KeyError, RecursionError, MemoryError])
def test_properties_may_fail(error: type[Exception]) -> None:
    """Whatever a property raises at a student's value, the value is wrong and the marking goes on."""
    it, answer = multiples()

    def fails(m: int) -> bool:
        if m > 500:
            raise error("at this value")
        return True

    answer.property("ends")(fails)
    verdict = it.pose(1).mark({"m": 840 * 9})["m"]
    assert (verdict.status, verdict.reason) == ("wrong", "Wrong. It cannot be tried out.")


def test_a_counterexample_is_cut() -> None:
    """However long the numbers are that a student writes, the reason stays readable."""
    item = multiples(3, 3)[0].pose(1)
    verdict = item.mark({"m": "1e399"})["m"]
    assert verdict.status == "wrong"
    assert len(verdict.reason) < 400


# The filters


def flat(*rows: str) -> Rows:
    return [[Fraction(entry) for entry in row.split()] for row in rows]


def judged(item: Item, name: str, said: object) -> Verdict:
    return item.mark({name: said})[name]


DETECT_VERTICAL = {
    "Prewitt": flat("-1 0 1", "-1 0 1", "-1 0 1"),
    "Sobel": flat("-1 0 1", "-2 0 2", "-1 0 1"),
    "Scharr, the other sign": flat("3 0 -3", "10 0 -10", "3 0 -3"),
    "a difference of neighbors": flat("0 0 0", "-1 1 0", "0 0 0"),
    "a second difference": flat("0 0 0", "-1 2 -1", "0 0 0"),
    "fractions": flat("-1/8 0 1/8", "-1/4 0 1/4", "-1/8 0 1/8"),
    "a leaning one": flat("-2 0 2", "-2 0 2", "-2 -1 3"),
}


@pytest.mark.parametrize("kernel", DETECT_VERTICAL.values(), ids=DETECT_VERTICAL)
def test_filters_that_detect_edges(kernel: Rows) -> None:
    """Every filter of the textbooks for vertical edges is right where the edge is vertical, typed in any notation."""
    for item in (VERTICAL, EDGE.as_published()):
        kind = EDGE.answers["edge_kernel"].kind
        for said in (kernel, *[kind.right(Matrix(kernel), Draw(str(n))) for n in range(8)]):
            assert judged(item, "edge_kernel", said).status == "right"


NO_EDGE = {
    "detects edges that run the other way": flat("-1 -1 -1", "0 0 0", "1 1 1"),
    "answers edges whichever way they run": flat("0 -1 0", "-1 4 -1", "0 -1 0"),
    "does not sum to zero": flat("1 1 1", "1 1 1", "1 1 1"),
}


@pytest.mark.parametrize(("slip", "kernel"), NO_EDGE.items(), ids=NO_EDGE)
def test_filters_that_do_not(slip: str, kernel: Rows) -> None:
    """A filter with the nature of a slip is named as that slip, whatever its numbers."""
    for factor in (1, Fraction(-5, 3)):
        verdict = judged(VERTICAL, "edge_kernel", Matrix(kernel) * factor)
        assert (verdict.status, verdict.slips) == ("slip", (slip,))
        assert "It should be one that" in verdict.reason


def test_a_wrong_filter_sees_where_it_fails() -> None:
    """The reason has the image on which the filter fails, and what it gives there."""
    said = judged(VERTICAL, "edge_kernel", "0 0 1; 1 0 0; 0 0 1").reason
    assert said.endswith("gives 0 where there is but one gray, but on [[1, 1, 1], [1, 1, 1], [1, 1, 1]] it gives 3.")
    assert judged(VERTICAL, "edge_kernel", "0 0 0; 0 0 0; 0 0 0").reason.endswith("it gives 0 everywhere on the image.")
    assert "yours has 2 and 3" in judged(VERTICAL, "edge_kernel", "-1 0 1; -1 0 1").reason
    assert "yours weighs it 0" in judged(BLUR.pose(1), "blur_kernel", "1/8 1/8 1/8; 1/8 0 1/8; 1/8 1/8 1/8").reason


@given(kernels, st.sampled_from((-2, Fraction(1, 3), 10**40)), st.integers(0, 40))
def test_edges_are_judged_up_to_a_factor(kernel: Rows, factor: Fraction, seed: int) -> None:
    """Whether a filter detects an edge does not depend on a factor, and a second way to decide says the same."""
    item = EDGE.pose(seed)
    answer = EDGE.answers["edge_kernel"]
    (decide,) = answer.checks
    scaled = Matrix(kernel) * factor
    expected = answer.is_right(Matrix(kernel), item.values)
    assert answer.is_right(scaled, item.values) == expected
    assert decide({**item.values, "edge_kernel": scaled}) == expected


@given(st.data(), st.integers(0, 40))
def test_every_direction_has_its_own_filter(data: st.DataObject, seed: int) -> None:
    """Of the eight compass filters exactly the key and its negative are right."""
    item = EDGE.pose(seed)
    others = {EDGE.pose(other).key["edge_kernel"] for other in range(60)}
    assert len(others) == 8
    right = {kernel for kernel in others if judged(item, "edge_kernel", kernel)}
    assert right == {item.key["edge_kernel"], item.key["edge_kernel"] * -1}


def test_filters_that_blur() -> None:
    """The mean, a Gaussian, a cross and ninths in two decimals are right at the published numbers."""
    item = BLUR.as_published()
    gaussian = Matrix(flat("1 2 1", "2 4 2", "1 2 1")) * Fraction(1, 16)
    cross = flat("0 1/5 0", "1/5 1/5 1/5", "0 1/5 0")
    for kernel in (flat(*["1/9 1/9 1/9"] * 3), gaussian, cross, flat(*["0.11 0.11 0.11"] * 3)):
        assert judged(item, "blur_kernel", kernel).status == "right"


@pytest.mark.parametrize(
    ("slip", "kernel"),
    [
        ("does not divide by the sum of the weights", flat("1 2 1", "2 4 2", "1 2 1")),
        ("does not divide by the sum of the weights", flat(*["0.1 0.1 0.1"] * 3)),
        ("subtracts neighbors", flat("0 -1 0", "-1 5 -1", "0 -1 0")),
        ("blurs along one line alone", flat("0 0 0", "1/3 1/3 1/3", "0 0 0")),
        ("leaves the image as it is", flat("0 0 0", "0 1 0", "0 0 0")),
    ],
)
def test_filters_that_do_not_blur(slip: str, kernel: Rows) -> None:
    """A filter that is no blur is named as what it is."""
    verdict = judged(BLUR.as_published(), "blur_kernel", kernel)
    assert (verdict.status, verdict.slips) == ("slip", (slip,))


@given(st.integers(0, 40), st.sampled_from((3, 5)), st.fractions(0, 1, max_denominator=9))
def test_between_two_blurs_lies_a_blur(seed: int, size: int, share: Fraction) -> None:
    """A mixture of two right blurs is a right blur."""
    item = BLUR.pose(seed, size=size)
    (check,) = BLUR.checks
    one, other = item.key["blur_kernel"], Matrix(check(item.values)["blur_kernel"].tolist())
    assert judged(item, "blur_kernel", one * share + other * (1 - share)).status == "right"


@given(kernels, st.integers(1, 9), st.integers(0, 40))
def test_blurs_are_decided_alike(kernel: Rows, divisor: int, seed: int) -> None:
    """The properties of a blur, and what NumPy makes of one bright pixel, decide alike."""
    item, answer = BLUR.pose(seed), BLUR.answers["blur_kernel"]
    (decide,) = answer.checks
    for weights in (kernel, [list(map(abs, row)) for row in kernel]):
        scaled = Matrix(weights) * Fraction(1, sum(map(sum, weights)) or divisor)
        assert decide({**item.values, "blur_kernel": scaled}) == answer.is_right(scaled, item.values)


HOSTILE = ["[[]]", "[[1e400, 0, 0]]", "9" * 2000, "__import__('os')", "[[1/0, 1, 1]] * 3", "[" * 900, "nan nan nan",
           "-1 0 1; -1 0 1", "[[[1]]]", "1 " * 900, "inf 0 0; 0 0 0; 0 0 -inf", "[[x, y, z]] * 3", "0", "yes",
           "; ".join(["1e399 -1e399 1/7e-399"] * 3), "; ".join(["1 " * 30] * 30)]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize(("item", "name"), [(VERTICAL, "edge_kernel"), (BLUR.pose(1), "blur_kernel")])
def test_whatever_is_said(item: Item, name: str, said: str) -> None:
    """No submission is right by accident, breaks the marking, takes long, or is answered at length."""
    with at_most(1_000_000):
        verdict = judged(item, name, said)
    assert verdict.status in ("wrong", "slip", "unreadable")
    assert verdict.marks == 0
    assert len(verdict.reason) < 700 or verdict.status == "unreadable"


def test_numbers_of_any_size_are_judged() -> None:
    """A filter of huge or tiny entries is right if it detects the edge."""
    for entry in ("1e300", "1e-300"):
        said = "; ".join([f"-{entry} 0 {entry}"] * 3)
        assert judged(VERTICAL, "edge_kernel", said).status == "right"


@pytest.mark.parametrize("problem", [EDGE, BLUR], ids=["edge", "blur"])
def test_items_differ(problem: Problem) -> None:
    """No one answer is right for two fifths of the items, commonest keys first."""
    items = [problem.pose(seed) for seed in range(200)]
    for answer in problem.asked:
        keys = Counter(item.key[answer.name] for item in items)
        right: Callable[[Any, Item], bool] = lambda key, item, answer=answer: answer.is_right(key, item.values)  # noqa: E731
        assert max(sum(right(key, item) for item in items) for key, _ in keys.most_common(12)) <= 80


def test_the_knobs_keep_the_problem() -> None:
    """Knobs of any size pose items that can be proven, and even sides become odd."""
    assert [len(BLUR.pose(1, size=size).key["blur_kernel"]) for size in (-1, 3, 4, 7)] == [3, 3, 5, 7]
    for knobs in ({"smallest": 1, "largest": 1}, {"smallest": 9, "largest": 5}):
        assert len(EDGE.pose(1, **knobs).givens["image"]) >= 4
    item = EDGE.pose(1)
    assert judged(item, "edge_kernel", Vector((1, 2))).status == "unreadable"


def test_no_other_draw_hides_a_wrong_key() -> None:
    """A slip with every property turns a draw down only where the key has them too: a wrong key is for the proof."""
    it = Problem("a/multiple", version=1, text="")
    it.givens(lambda rng: {"n": rng.int(2, 9)})
    answer = it.answer("m", lambda n: 10 * n if n < 5 else 10 * n + 1, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    answer.property("divides by n")(lambda n, m: m % n == 0)  # pyright: ignore[reportUnknownLambdaType]
    answer.slip("is one more", lambda n: 10 * n + 1 if n < 5 else 10 * n)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(ProofError):
        it.prove(20)
