"""Proof: a key is right when a second way gives it too; what parts is named, with the item and the mechanisms."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pytest

from markscheme import Draw, Problem
from markscheme.core.called import mechanisms_of
from markscheme.core.errors import PosingError, ProofError
from markscheme.core.proof import Proof, prove
from markscheme.exact import Matrix, Vector
from markscheme.kinds import Real
from markscheme.mechanisms import convolution, recurrent


def length(size: int, kernel: int) -> int:
    return convolution.output_length(size, kernel, 1, 0)


def problem(answer: Callable[..., Any] = length) -> Problem:
    it = Problem("convolution/length", version=1, text="")

    @it.givens
    def _(rng: Draw) -> dict[str, object]:
        return {"size": rng.int(5, 9), "kernel": rng.int(1, 4)}

    it.answer("length", answer)
    return it


def test_a_proof_counts() -> None:
    """A proof says how many items and checks there were, published numbers first, and misses no answer."""
    it = problem()
    it.check(lambda size, kernel: {"length": len(range(kernel, size + 1))})  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answers["length"].check(lambda size, kernel: sum(1 for _ in range(size - kernel + 1)))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.published("", givens={"size": 7, "kernel": 3}, key={})
    assert it.prove(10) == Proof("convolution/length", items=11, checks=22, draws=11, unchecked=())
    assert prove(it, ["a"], published=False).items == 1
    assert (it.prove(3) + it.prove(4)).items == 9
    assert Proof("a", 0, 0, 0, ()).draws_per_item == 0


@pytest.mark.parametrize("on_problem", [True, False])
def test_two_ways_that_part(on_problem: bool) -> None:
    """The error has the item's id, both values, where they part, where both ways stand, and the mechanisms called."""
    it = problem()
    if on_problem:
        it.check(lambda size, kernel: {"length": size - kernel})  # pyright: ignore[reportUnknownLambdaType]
    else:
        it.answers["length"].check(lambda size, kernel: size - kernel)  # pyright: ignore[reportUnknownLambdaType]
    it.published("ii", givens={"size": 7, "kernel": 3}, key={})
    with pytest.raises(ProofError) as caught:
        it.prove()
    said = str(caught.value)
    assert said.startswith("convolution/length/1@ii: two ways to length part at 5 against 4")
    assert said.count("test_proof.py:") == 2
    assert "mechanisms: convolution.output_length" in said


def test_answers_without_a_check() -> None:
    """An answer that no check reaches on every item is unchecked, also where proofs are added up."""
    it = problem()
    it.answer("other", length)

    @it.check
    def _(size: int, kernel: int) -> dict[str, object]:
        return {"length": size - kernel + 1} if size % 2 else {}

    odd = next(seed for seed in map(str, range(99)) if it.pose(seed).givens["size"] % 2)
    even = next(seed for seed in map(str, range(99)) if it.pose(seed).givens["size"] % 2 == 0)
    assert prove(it, [odd]).unchecked == ("other",)
    assert set(prove(it, [even, odd]).unchecked) == {"length", "other"}
    assert set((prove(it, [odd]) + prove(it, [even])).unchecked) == {"length", "other"}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ({"lenght": 1}, "'lenght', which is no answer"),
        ([1], "returns answers by name, not"),
        (None, "returns answers by name, not None"),
        ({"length": "five"}, "the check of length returns 'five', not an integer"),
        ({"length": None}, "the check of length returns None, not an integer"),
        ({"length": float("nan")}, "the check of length returns nan, not an integer"),
    ],
)
def test_checks_that_return_nonsense(returned: object, said: str) -> None:
    """A check that returns what is no answer fails the proof, and says what it returned."""
    it = problem()
    it.check(lambda size: returned)  # pyright: ignore[reportUnknownLambdaType]  # noqa: ARG005
    with pytest.raises(ProofError, match=said):
        it.prove(1)


def test_checks_that_fail() -> None:
    """A check that raises fails the proof, and the error names the item and what was raised."""
    it = problem()
    it.check(lambda size: {"length": size // 0})  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(ProofError, match="convolution/length/1/0: a check of convolution/length failed: ZeroDivision"):
        it.prove(1)


def test_checks_may_return_arrays() -> None:
    """A check may answer in NumPy, whether it agrees or parts."""
    it = Problem("a/state", version=1, text="")
    it.givens(lambda _: {"W": Matrix([(1, 2), (3, 4)]), "h": Vector((1, 2))})

    @it.answer
    def state(W: Matrix, h: Vector) -> Vector:
        return W @ h

    off = 0
    state.check(lambda W, h: np.array(W) @ np.array(h) + off)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    assert it.prove(1).checks == 1
    off = 1
    with pytest.raises(ProofError, match="two ways to state part at entry 1: 5 against 6, entry 2: 11 against 12"):
        it.prove(1)


def test_float_checks_keep_the_tolerance() -> None:
    """A float agrees within the tolerance that the answer states, and not beyond it."""
    for off, holds in ((0.009, True), (0.011, False)):
        it = Problem("a/third", version=1, text="")
        it.givens(lambda _: {"x": 1.0})
        it.answer("third", lambda x: x / 3, kind=Real(absolute=0.01)).check(lambda x, off=off: x / 3 + off)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
        if holds:
            assert it.prove(1).unchecked == ()
        else:
            with pytest.raises(ProofError):
                it.prove(1)


def test_an_answer_that_is_not_of_its_kind() -> None:
    """An answer that a broken mechanism makes a value of another kind is named with the mechanism, not the check."""

    def nothing(size: int, kernel: int) -> int:
        convolution.output_length(size, kernel, 1, 0)
        return (size,)  # type: ignore[return-value]

    it = problem(nothing)
    it.answers["length"].check(lambda size: size)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(ProofError, match=r"length.*mechanisms: convolution.output_length"):
        it.prove(1)


def test_slips_run_in_a_proof() -> None:
    """A slip that posing does not try is tried in a proof: a typo in it does not wait for a student."""
    it = problem()

    def typo(size: int) -> int:
        raise NameError(size)

    it.answers["length"].slip("forgets the kernel", typo, may_coincide=True)
    it.pose(1)
    with pytest.raises(ProofError, match="the slip 'forgets the kernel' of length failed: NameError"):
        it.prove(1)


def test_failures_while_posing_name_the_mechanisms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a broken mechanism fails, or makes each draw ill posed, before any check runs, the error names it too."""
    it = problem()
    it.answers["length"].slip("drops the last place", lambda size, kernel: size - kernel)  # pyright: ignore[reportUnknownLambdaType]

    def output_length(size: int, kernel: int, stride: int, padding: int) -> int:
        return (size + 2 * padding - kernel) // (stride - minus) + broken

    broken, minus = 0, 0
    output_length.__module__ = convolution.__name__
    monkeypatch.setattr(convolution, "output_length", output_length)
    with pytest.raises(PosingError, match=r"'drops the last place' gives the key.*convolution\.output_length"):
        it.prove(1)
    minus = 1
    with pytest.raises(PosingError, match=r"the answer length fails.*convolution\.output_length.*ZeroDivisionError"):
        it.prove(1)


def helper(W: Matrix, h: Vector) -> Vector:
    return recurrent.linear_step(W, h, h, 1)


cached = lru_cache(helper)


def through_a_closure() -> Callable[[int], int]:
    step = convolution.output_length
    return lambda size: step(size, 1, 1, 0)


def imported_within(size: int) -> int:
    from markscheme.mechanisms import convolution as conv  # noqa: PLC0415

    return conv.output_length(size, 1, 1, 0)


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (length, "convolution.output_length"),
        (helper, "recurrent.linear_step"),
        (cached, "recurrent.linear_step"),
        (partial(helper, Matrix([(1,)])), "recurrent.linear_step"),
        (lambda W, h: cached(W, h), "recurrent.linear_step"),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]  # noqa: PLW0108
        (lambda hs: [helper(h, h) for h in hs], "recurrent.linear_step"),  # pyright: ignore[reportUnknownLambdaType]
        (problem().answers["length"], "convolution.output_length"),
        (through_a_closure(), "convolution.output_length"),
        (imported_within, "convolution.output_length"),
    ],
)
def test_mechanisms_are_found(function: Callable[..., Any], named: str) -> None:
    """A mechanism is found however a function reaches it: by name, through helpers, caches, closures and answers."""
    assert named in mechanisms_of(function)


def test_no_mechanism_is_found_where_none_is() -> None:
    """A function that calls no mechanism has none, and other modules' functions are not followed."""
    assert mechanisms_of(lambda size: size + 1) == set()  # pyright: ignore[reportUnknownLambdaType]
    assert mechanisms_of(max) == set()
    assert mechanisms_of(lambda: pytest.raises) == set()
