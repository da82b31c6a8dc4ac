"""Posing: the same id gives the same item, bad draws are turned down, and what fails is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme
from markscheme import Draw, Problem
from markscheme.core.errors import MarkschemeError, PosingError, UnknownName
from markscheme.core.identity import Identity
from markscheme.core.posing import MOST_DRAWS
from markscheme.exact import Vector
from markscheme.kinds import Real
from markscheme.mechanisms import attention


@pytest.mark.parametrize("largest", ["0", "-1"])
def test_a_knob_that_leaves_nothing_to_draw(largest: str) -> None:
    """A knob at which nothing can be drawn is an error that says so, at once."""
    with pytest.raises(PosingError, match=f"up to 1 or more, not {largest}"):
        markscheme.problem("attention/linear_rnn").pose("1", largest=largest)


@pytest.mark.parametrize(("size", "low", "high"), [(1, 0, 9), (2, 3, 3), (2, 3, 2)])
def test_no_matrix_is_asymmetric(size: int, low: int, high: int) -> None:
    """A matrix that could not differ from its transpose is refused, not looked for in vain."""
    with pytest.raises(ValueError, match="differs from its transpose"):
        Draw("x").asymmetric(size, low, high)


def product(a: int, b: int) -> int:
    return a * b


def add(a: int, b: int) -> int:
    return a + b


def problem() -> Problem:
    it = Problem("arithmetic/product", version=1, text="")

    @it.givens
    def _(rng: Draw, *, largest: int = 9, wide: bool = False, scale: float = 1.0, word: str = "x") -> dict[str, object]:
        return {"a": rng.int(2, largest * (10 if wide else 1)), "b": rng.int(2, largest)}

    it.answer("product", product)
    return it


@given(st.text(), st.integers(2, 50), st.booleans(), st.text(st.characters(codec="utf-8")))
def test_an_id_is_the_item(seed: str, largest: int, wide: bool, word: str) -> None:
    """Whatever text a seed is, and whatever the knobs, the item's id spells them, and poses the item again."""
    item = problem().pose(seed, largest=largest, wide=wide, word=word)
    read = Identity.read(item.id)
    assert read.seed == seed
    again = problem().pose(read.seed or "", **read.knobs)
    assert (again.id, again.givens, again.values) == (item.id, item.givens, item.values)


def test_seeds_and_knobs_matter() -> None:
    """Another seed and another knob draw other numbers; a knob at its default is no part of the id."""
    it = problem()
    assert len({tuple(it.pose(seed).givens.values()) for seed in range(40)}) > 20
    assert it.pose(1, largest=9).id == it.pose("1").id == "arithmetic/product/1/1"
    assert it.pose(1, largest=99, wide=True).id == "arithmetic/product/1/1?largest=99&wide=True"
    assert it.pose(1, scale=2).id == "arithmetic/product/1/1?scale=2"
    assert it.pose(1, largest=99).givens != it.pose(1).givens


@pytest.mark.parametrize(
    "knobs",
    [{"largest": 2.5}, {"largest": "two"}, {"largest": True}, {"largest": None}, {"wide": 1}, {"wide": "maybe"},
     {"scale": "wide"}, {"scale": True}, {"word": 3}],
)  # fmt: skip
def test_knobs_of_another_type(knobs: dict[str, object]) -> None:
    """A knob's value has the type of its default, and is never rounded into it."""
    with pytest.raises(MarkschemeError, match=f"the knob '{next(iter(knobs))}' is like"):
        problem().pose(1, **knobs)


def test_unknown_knobs() -> None:
    """An unknown knob is an error with the near miss."""
    with pytest.raises(UnknownName, match="no knob 'larges'; did you mean 'largest'"):
        problem().pose(1, larges=3)


def test_what_a_knob_breaks() -> None:
    """A knob that the givens cannot be drawn with is named, with its value."""
    with pytest.raises(PosingError, match=r"cannot be drawn with largest=1.*draws run from low to high"):
        problem().pose(1, largest=1)


def test_requirements_hold() -> None:
    """Every requirement holds on every item, and the draws that were turned down are counted."""
    it = problem()

    @it.answers["product"].require("the product is even")
    def _(product: int) -> bool:
        return product % 2 == 0

    items = [it.pose(seed) for seed in range(60)]
    assert all(item.values["product"] % 2 == 0 for item in items)
    assert max(item.draws for item in items) > 1
    assert it.prove(60).draws == sum(item.draws for item in items)


@pytest.mark.parametrize("kind", [None, Real(absolute=1)])
def test_strict_slips_differ(kind: Real | None) -> None:
    """No item leaves a strict slip at the key, nor within its tolerance; one that may coincide does not matter."""
    it = problem()
    declared = it.answer("other", product, kind=kind)
    slip = declared.slip("adds", add)
    apart = [abs(item.values[declared.name] - slip(**item.givens)) for item in map(it.pose, range(300))]
    assert min(apart) > (1 if kind else 0)
    loose = problem()
    loose.answers["product"].slip("adds", add, may_coincide=True)
    assert 0 in [item.values["product"] - add(**item.givens) for item in map(loose.pose, range(300))]  # type: ignore[arg-type]
    assert all(loose.pose(seed).draws == 1 for seed in range(50))


def test_slips_may_be_undefined() -> None:
    """A slip that returns None, or that fails as arithmetic fails, turns no draw down."""
    it = problem()
    declared = it.answers["product"]
    declared.slip("gives up", lambda: None)
    declared.slip("divides by zero", lambda a: a // 0)  # pyright: ignore[reportUnknownLambdaType]
    declared.slip("looks past the end", lambda a: [1][a])  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    assert all(it.pose(seed).draws == 1 for seed in range(20))


def test_hopeless_problems() -> None:
    """Where every draw is turned down the error says why, how often, and which mechanisms lead there."""
    it = problem()

    def score(a: int, b: int) -> int:
        (found,) = attention.scores(Vector((a,)), [Vector((b,))])
        return int(found)

    it.answer("score", score)
    it.answer("same", lambda score: score, kind=it.answers["score"].kind).slip("adds nothing", lambda score: score)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(PosingError) as caught:
        it.pose("7")
    assert f"{MOST_DRAWS} draws were turned down: same: the slip 'adds nothing' gives the key" in str(caught.value)
    assert "mechanisms: attention.scores" in str(caught.value)


def raises(a: int) -> Any:
    raise NameError(f"a typo at {a}")


def gives_a_word() -> str:
    return "x"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda it: it.answer("other", raises, kind=Real(absolute=1)), "the answer other fails"),
        (lambda it: it.answers["product"].require("all is well")(raises),
         "the requirement 'all is well' of product fails"),
        (lambda it: it.answers["product"].slip("adds", raises), "the slip 'adds' of product fails"),
        (lambda it: it.answer("other", product, kind=Real(absolute=1)).slip("gives a word", gives_a_word),
         "the slip 'gives a word' of other fails"),
    ],
)  # fmt: skip
def test_what_fails_is_named(broken: Callable[[Problem], object], said: str) -> None:
    """An answer, a requirement or a slip that fails at its own numbers is named, also where it stands last."""
    it = problem()
    broken(it)
    with pytest.raises(PosingError, match=said):
        it.pose(1)


def test_givens_keep_their_names() -> None:
    """Givens that come in some draws alone are named, rather than missed by an answer."""
    it = Problem("a/b", version=1, text="")

    @it.givens
    def _(rng: Draw) -> dict[str, object]:
        return {"a": 1, "b": 2} if rng.chance(1, 2) else {"a": 1, "c": 3}

    with pytest.raises(PosingError, match="b, c came in some alone"):
        it.prove(20)


def test_published_numbers_are_never_turned_down() -> None:
    """Published numbers are posed as they are, even where a slip gives the key and a requirement fails."""
    it = problem()
    it.answers["product"].slip("adds", add)
    it.answers["product"].require("the product is odd")(lambda product: product % 2 == 1)  # pyright: ignore[reportUnknownLambdaType]
    it.published("", givens={"a": 2, "b": 2}, key={"product": 4})
    item = it.as_published()
    assert (item.id, item.key, item.draws) == ("arithmetic/product/1@", {"product": 4}, 1)
    assert Identity.read(item.id).variant == ""


def test_variants_are_named() -> None:
    """The only variant needs no name; of several one is named, and an unknown one is an error that lists them."""
    it = problem()
    with pytest.raises(UnknownName, match="no published numbers"):
        it.as_published()
    it.published("i", givens={"a": 2, "b": 2}, key={})
    assert it.as_published().id == it.as_published("i").id == "arithmetic/product/1@i"
    it.published("ii", givens={"a": 3, "b": 2}, key={})
    with pytest.raises(UnknownName, match="published several times; name one of 'i', 'ii'"):
        it.as_published()
    with pytest.raises(UnknownName, match="not published as 'iii'; name one of 'i', 'ii'"):
        it.as_published("iii")


@pytest.mark.parametrize("text", ["", "a", "a/b", "a/b/0/x", "a/b/one/x", "A/b/1/x", "a/b/1", "a/b/1@i?x=1", "/1/x"])
def test_no_ids(text: str) -> None:
    """What is no id is said to be none."""
    with pytest.raises(MarkschemeError, match="an item's id is"):
        Identity.read(text)
