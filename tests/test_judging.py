"""Marking one item: what explains an answer, who decides where nothing does, and that nothing said breaks it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme import Draw, Problem
from markscheme.core.answer import Answer
from markscheme.core.errors import UnknownName
from markscheme.core.item import Item
from markscheme.exact import Interval, Matrix, Shape, Vector
from markscheme.kinds import Integer, IntervalKind, Real, VectorKind
from tests.steps import at_most


def problem(**ranges: tuple[int, int]) -> Problem:
    it = Problem("a/problem", version=1, text="")
    drawn = ranges or {"x": (20, 40), "y": (3, 9)}
    it.givens(lambda rng: {name: rng.int(*ends) for name, ends in drawn.items()})
    return it


def add(x: int, y: int) -> int:
    return x + y


def multiply(x: int, y: int) -> int:
    return x * y


def chain(*roles: str) -> Item:
    """A chain of answers: n_0 = x + y, n_1 = n_0 · y, n_2 = n_1 · y and so on; each may forget y."""
    it = problem()
    declare: dict[str, Callable[..., Answer[..., Any]]] = {"asked": it.answer, "shown": it.shown, "step": it.step}
    declare[roles[0]]("n_0", add)
    for i, role in enumerate(roles[1:], 1):
        declare[role](f"n_{i}", multiply, x=f"n_{i - 1}").slip("forgets y", lambda x: x)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return it.pose("1")


def statuses(item: Item, said: dict[str, object]) -> list[str]:
    return [verdict.status for verdict in item.mark(said).values()]


def test_what_is_left_out() -> None:
    """Nothing, white space and None are blank; an answer that is not asked is an error with the near miss."""
    item = chain("asked", "asked", "asked")
    assert statuses(item, {"n_0": " \n", "n_1": None}) == ["blank"] * 3
    with pytest.raises(UnknownName, match="asks no 'n_3'"):
        item.mark({"n_3": "1"})
    with pytest.raises(UnknownName, match="asks no 'n_9'"):
        item.mark({})["n_9"]


def test_a_wrong_answer_costs_itself_alone() -> None:
    """An error carried on correctly down a chain earns every mark but its own, and the reason names where it began."""
    item = chain("asked", "asked", "asked")
    y = item.givens["y"]
    marked = item.mark({"n_0": 7, "n_1": 7 * y, "n_2": 7 * y * y})
    assert [verdict.status for verdict in marked.values()] == ["wrong", "follow-through", "follow-through"]
    assert (marked.marks, marked.out_of) == (2, 3)
    assert marked["n_1"].reason == "Right, going on from your n_0."
    assert marked["n_2"].reason == "Right, going on from your n_1."


@pytest.mark.parametrize("unsaid", [None, "what?"])
def test_over_a_blank_the_key_and_the_own_value_pass(unsaid: str | None) -> None:
    """Over a blank or an unreadable answer both the key and what follows from the earlier error may be gone on from."""
    item = chain("asked", "asked", "asked")
    y = item.givens["y"]
    assert statuses(item, {"n_0": 7, "n_1": unsaid, "n_2": item.key["n_2"]})[2] == "right"
    marked = item.mark({"n_0": 7, "n_1": unsaid, "n_2": 7 * y * y})
    assert marked["n_2"].status == "follow-through"
    assert marked["n_2"].reason == "Right, going on from your n_0."


def test_a_hint_is_used_or_recomputed() -> None:
    """Over a shown hint both its printed value and what follows from the earlier error may be gone on from."""
    item = chain("asked", "shown", "asked")
    y = item.givens["y"]
    assert statuses(item, {"n_0": 7, "n_2": item.key["n_2"]}) == ["wrong", "right"]
    assert statuses(item, {"n_0": 7, "n_2": 7 * y * y}) == ["wrong", "follow-through"]
    assert statuses(item, {"n_0": 7, "n_2": 7 * y * y + 1}) == ["wrong", "wrong"]


def test_a_step_carries_what_flows_into_it() -> None:
    """Nobody reads the key's step: with an earlier error only the step that follows from it is gone on from."""
    it = problem()
    it.answer("a", add)
    it.step("s", multiply, x="a")
    it.answer("b", lambda a, s: 1000 * a + s, kind=Integer()).slip("drops s", lambda a: 1000 * a)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    y, s = item.values["y"], item.values["s"]
    assert statuses(item, {"a": 7, "b": 7000 + 7 * y}) == ["wrong", "follow-through"]
    assert statuses(item, {"a": 7, "b": 7000 + s}) == ["wrong", "wrong"]


def test_two_wrong_parents() -> None:
    """With two wrong parents an answer follows from both, and the reason names both."""
    it = problem()
    it.answer("a", add)
    it.answer("b", multiply)
    it.answer("c", lambda a, b, y: a * b + y, kind=Integer()).slip("drops y", lambda a, b: a * b)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    y = item.givens["y"]
    marked = item.mark({"a": 7, "b": 11, "c": 77 + y})
    assert (marked["c"].status, marked["c"].reason) == ("follow-through", "Right, going on from your a, b.")
    assert item.mark({"a": 7, "b": 11, "c": 7 * item.key["b"] + y})["c"].status == "wrong"


def test_a_rounded_answer_is_gone_on_from() -> None:
    """What follows from an earlier answer that is right as rounded is follow-through, though it is off itself."""
    it = problem(x=(100, 200), y=(3, 9))
    it.answer("third", lambda x: Fraction(x, 3), kind=Real(absolute="0.5"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("scaled", lambda third, y: third * 10 * y, kind=Real(absolute="0.01"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = next(item for item in map(it.pose, range(9)) if item.givens["x"] % 3)
    rounded = round(item.values["third"])
    marked = item.mark({"third": rounded, "scaled": 10 * item.givens["y"] * rounded})
    assert [verdict.status for verdict in marked.values()] == ["right", "follow-through"]
    assert marked.marks == 2
    assert (
        item.mark({"third": item.key["third"], "scaled": 10 * item.givens["y"] * rounded})["scaled"].status == "wrong"
    )


# Slips


def slipping() -> Item:
    it = problem()
    answer = it.answer(marks=4)(add)
    answer.slip("multiplies", multiply, marks=1.5)
    answer.slip("adds y three times in place of x", lambda x, y: x * y, marks=2)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    answer.slip("subtracts", lambda x, y: x - y)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    answer.slip("divides by zero", lambda x: x // 0)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    answer.slip("gives up", lambda: None)
    answer.slip("happens on a typo", lambda x: x.nothing, may_coincide=True)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType, reportUnknownMemberType]
    return it.pose("1")


def test_slips_are_named_and_earn_what_they_declare() -> None:
    """A slip earns what it declares, else nothing; of two that explain an answer both are named, the higher counts."""
    item = slipping()
    x, y = item.givens["x"], item.givens["y"]
    one, both = item.mark({"add": x - y})["add"], item.mark({"add": x * y})["add"]
    assert (one.status, one.marks, one.slips) == ("slip", 0, ("subtracts",))
    assert one.reason == "A known slip: subtracts."
    assert (both.marks, both.out_of, both.slips) == (2, 4, ("multiplies", "adds y three times in place of x"))
    assert both.reason == "A known slip: multiplies; or: adds y three times in place of x."


def test_a_loose_slip_that_coincides_is_right() -> None:
    """Where a slip that may coincide gives the key, the answer is right."""
    it = problem()
    it.answer("a", add).slip("adds", add, may_coincide=True)
    item = it.pose("1")
    assert statuses(item, {"a": item.key["a"]}) == ["right"]


def test_a_slip_upstream_is_carried() -> None:
    """A slip in a step, or in a blank answer, is named at the answer that it leads to; in an answered one it is not."""
    for role in ("step", "asked"):
        item = chain("asked", role, "asked")
        slipped = item.values["n_0"] * item.givens["y"]
        verdict = item.mark({"n_0": item.key["n_0"], "n_2": slipped})["n_2"]
        assert (verdict.status, verdict.marks) == ("slip", 0)
        assert "forgets y" in verdict.slips
    item = chain("asked", "step", "step", "asked")
    verdict = item.mark({"n_3": item.values["n_0"] * item.givens["y"] ** 2})["n_3"]
    assert verdict.reason.startswith("A known slip: forgets y")


@pytest.mark.parametrize("role", ["step", "asked"])
def test_a_slip_made_throughout_is_named(role: str) -> None:
    """A slip made here and in what was not written down before is named, unless what was written denies it."""
    item = chain("asked", role, "asked")
    n_0 = item.key["n_0"]
    verdict = item.mark({"n_0": n_0, "n_2": n_0})["n_2"]
    assert (verdict.status, verdict.slips) == ("slip", ("forgets y",))
    assert verdict.reason == "A known slip: forgets y (in n_1 and here)."
    item = chain("asked", role, role, "step", "asked")
    assert item.mark({"n_0": n_0, "n_4": n_0})["n_4"].reason.endswith("(in n_1 and in n_2 and in n_3 and here).")
    item = chain("asked", "asked", "asked")
    assert item.mark({"n_0": n_0, "n_1": item.key["n_1"], "n_2": n_0})["n_2"].status == "wrong"


def test_a_later_slip_explains_an_earlier_answer() -> None:
    """Made in a step and again, a slip explains the first answer, whose own slips do not, and the later one with it."""
    item = chain("step", "step", "asked", "asked")
    n_0 = item.values["n_0"]
    marked = item.mark({"n_2": n_0, "n_3": n_0})
    assert [verdict.slips for verdict in marked.values()] == [("forgets y",)] * 2
    assert [verdict.reason for verdict in marked.values()] == [
        "A known slip: forgets y (in n_1 and here).", "A known slip: forgets y."
    ]  # fmt: skip


def test_a_slip_upstream_goes_through_a_hint() -> None:
    """A shown hint may be recomputed with the slip before it, or used as printed beside the slip."""
    it = problem()
    it.step("s", add).slip("multiplies", multiply)
    it.shown("hint", add, x="s")
    it.answer("last", lambda s, hint: 3 * s + hint, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    x, y, hint = item.values["x"], item.values["y"], item.values["hint"]
    for last in (3 * x * y + hint, 3 * x * y + x * y + y):
        assert item.mark({"last": last})["last"].reason == "A known slip: multiplies (in s, carried on)."


def test_a_slip_at_the_own_values() -> None:
    """A slip is tried at the student's own earlier answers too."""
    item = chain("asked", "asked")
    assert statuses(item, {"n_0": 7, "n_1": 7}) == ["wrong", "slip"]


# Farming


def product_item(role: str = "asked") -> Item:
    it = Problem("a/matrices", version=1, text="")

    @it.givens
    def _(rng: Draw) -> dict[str, object]:
        return {"A": rng.asymmetric(2, 1, 9), "B": rng.asymmetric(2, 1, 9), "G": rng.asymmetric(2, 1, 9)}

    def times(A: Matrix, B: Matrix) -> Matrix:
        return A @ B

    it.answer("M", times)
    {"asked": it.answer, "step": it.step}[role]("C", times, A="M", B="G")
    if role == "step":
        it.answer("D", lambda C: 2 * C, kind=it.answers["C"].kind)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return it.pose("1")


IDENTITY = Matrix([(1, 0), (0, 1)])


@pytest.mark.parametrize(
    "farmed",
    [IDENTITY, -1 * IDENTITY, Matrix([(0, 1), (1, 0)]), Matrix([(1, 0), (0, 0)]), Matrix([(0, 0), (0, 0)]),
     Matrix([(0, -1), (1, 0)]), Matrix([(1, 0), (1, 0)])],
)  # fmt: skip
def test_a_matrix_that_copies_is_not_farmed(farmed: Matrix) -> None:
    """A product with the identity, a permutation, signs or zeros is copied off the page: a person decides."""
    item = product_item()
    verdict = item.mark({"M": farmed, "C": farmed @ item.givens["G"]})["C"]
    assert (verdict.status, verdict.marks) == ("by hand", 0)


@pytest.mark.parametrize("role", ["asked", "step"])
@given(rows=st.lists(st.lists(st.integers(2, 9), min_size=2, max_size=2), min_size=2, max_size=2))
def test_a_plain_wrong_matrix_is_carried(role: str, rows: list[list[int]]) -> None:
    """A product with any plain wrong matrix is follow-through, also where it is carried through a step."""
    item, own = product_item(role), Matrix(rows)
    if own == item.key["M"]:
        return
    product = own @ item.givens["G"]
    last = {"C": product} if role == "asked" else {"D": 2 * product}
    assert statuses(item, {"M": own, **last}) == ["wrong", "follow-through"]


def test_zero_is_not_farmed() -> None:
    """What no longer depends on the numbers given, or cannot tell a slip from a right working, goes to a person."""
    item = chain("asked", "asked")
    for own, why in ((0, "one cannot tell"), (1, "can be copied")):
        verdict = item.mark({"n_0": own, "n_1": own * item.givens["y"]})["n_1"]
        assert verdict.status == "by hand"
        assert why in verdict.reason
        assert "Follows from your n_0" in verdict.reason
    it = problem()
    it.answer("a", add)
    it.answer("b", multiply, x="a")
    verdict = it.pose("1").mark({"a": 0, "b": 0})["b"]
    assert "no longer depends" in verdict.reason


def test_where_copying_is_the_question() -> None:
    """Where the key itself is copied from what is given, a wrong earlier answer is carried as any other is."""
    it = problem()
    it.answer("a", add)
    it.answer("b", lambda a, y: y if a > 0 else -y, kind=Integer()).slip("drops the sign", lambda a, y: y + a)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    assert statuses(item, {"a": -7, "b": -item.givens["y"]}) == ["wrong", "follow-through"]


def test_nothing_to_tell_by() -> None:
    """An answer of the earlier answer alone, without a slip, cannot tell a working from a guess; with one it can."""
    it = problem()
    it.answer("a", add)
    last = it.answer("b", lambda a: a + 1, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    assert statuses(it.pose("1"), {"a": 7, "b": 8}) == ["wrong", "by hand"]
    last.slip("subtracts", lambda a: a - 1)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    assert statuses(it.pose("1"), {"a": 7, "b": 8}) == ["wrong", "follow-through"]


@pytest.mark.parametrize("role", ["asked", "step"])
def test_requirements_hold_on_the_way(role: str) -> None:
    """Where a requirement fails at the student's values, here or in a step on the way, a person decides."""
    it = problem()
    it.answer("a", add)
    declared = {"asked": it.answer, "step": it.step}[role]("m", multiply, x="a")
    declared.require("the product is positive")(lambda m: m > 0)  # pyright: ignore[reportUnknownLambdaType]
    it.answer("c", lambda m, x: abs(m) + x, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    x, y = item.givens["x"], item.givens["y"]
    for own, status in ((7, "follow-through"), (-7, "by hand")):
        said: dict[str, object] = {"a": own, "c": abs(own) * y + x}
        if role == "asked":
            said["m"] = own * y
            assert item.mark(said)["m"].status == status
        verdict = item.mark(said)["c"]
        assert verdict.status == status
        assert ("the product is positive" in verdict.reason) == (status == "by hand")


# Whatever a student says


def raise_(error: type[BaseException]) -> Any:
    raise error("at this value")


@pytest.mark.parametrize(
    "error",
    [AttributeError, RecursionError, OverflowError, MemoryError, AssertionError, StopIteration, KeyError, NameError,
     RuntimeError, ZeroDivisionError],
)  # fmt: skip
def test_what_cannot_be_carried(error: type[Exception]) -> None:
    """Whatever an answer, a requirement or a slip raises at a student's value, the value is not carried."""
    it = problem()
    it.answer("a", add)

    def spare(a: int, y: int) -> int:
        return a * y if a > 0 else raise_(error)

    b = it.answer("b", spare)
    b.slip("forgets y", lambda a: a if a > 0 else raise_(error))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    b.require("b is large")(lambda b: b > 5 if b > 0 else raise_(error))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("c", spare, a="b")
    item = it.pose("1")
    assert statuses(item, {"a": -1, "b": -2, "c": -3}) == ["wrong"] * 3
    assert statuses(item, {"a": -1, "c": 3}) == ["wrong", "blank", "wrong"]


KINDS: dict[str, tuple[Any, Any]] = {
    "whole": (Integer(), lambda x: x),
    "real": (Real(absolute=0.01), lambda x: x / 7),
    "vector": (VectorKind(), lambda x: Vector((x, x + 1))),
    "matrix": (product_item().problem.answers["M"].kind, lambda x: Matrix([(x, 2), (3, 4)])),
    "interval": (IntervalKind(), lambda x: Interval(1, x)),
}
numbers = st.one_of(
    st.integers(), st.fractions(), st.integers(-3, 3), st.sampled_from([10**60, -(10**60), Fraction(1, 3)])
)
values = st.one_of(
    numbers,
    st.lists(numbers, min_size=1, max_size=4),
    st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=1, max_size=3),
    st.text(max_size=12),
    st.sampled_from([Interval(None, None), Interval(2, 3), Shape((1, 2)), None, float("inf"), True, object(), "1e400"]),
)


def every_kind() -> Item:
    """Answers of every kind, then answers that use them as if nothing but the key could come."""
    it = problem()
    for name, (kind, function) in KINDS.items():
        it.answer(name, function, kind=kind)

    def use(whole: int, real: float, vector: Vector, matrix: Matrix, interval: Interval) -> int:
        assert interval.low is not None
        low, high = vector
        total = sum([i + i for i in range(whole)]) + whole.bit_length() + int(2**whole) + int(real)
        return int(total + low * high + (matrix @ vector)[1] + interval.low)

    it.answer("used", use).slip("forgets", lambda whole: [0] * whole and whole)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("again", lambda used, whole: used // whole, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return it.pose("1")


@settings(max_examples=150)
@given(said=st.fixed_dictionaries({}, optional=dict.fromkeys([*KINDS, "used", "again"], values)))
def test_nothing_a_student_says_breaks_marking(said: dict[str, object]) -> None:
    """Whatever is submitted, each answer has a verdict, and marks that lie within its own."""
    marked = every_kind().mark(said)
    assert list(marked) == [*KINDS, "used", "again"]
    for name, verdict in marked.items():
        assert 0 <= verdict.marks <= verdict.out_of
        assert (verdict.status == "blank") == (said.get(name) is None or not str(said[name]).strip())


@pytest.mark.parametrize("own", [10**60, -(10**60), 10**9, f"{10**50}/3"])
def test_numbers_too_large_to_carry(own: Any) -> None:
    """A number far beyond the item's own is not rendered into `range(n)` and `2**n`: a person decides, at once."""
    put_in: list[Any] = []

    def work(a: Any, y: int) -> int:
        put_in.append(a)  # where all this would be done
        return y + sum([i + i for i in range(min(int(a), 100))]) + 2 ** min(abs(int(a)), 100) % 2

    it = problem()
    it.answer("a", add)
    it.answer("b", work, kind=Integer())
    it.answer("c", lambda b: b + 1, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("vast", lambda: 10**30, kind=Integer())  # beside which 10**9 is little
    item = it.pose("1")
    marked = item.mark({"a": own, "b": 5, "c": 7})
    assert max(map(abs, put_in)) < 10**6
    assert [verdict.status for verdict in marked.values()] == ["wrong", "by hand", "wrong", "blank"]
    assert marked["b"].marks == 0
    assert "too large" in marked["b"].reason
    assert statuses(item, {"a": own, "c": 7}) == ["wrong", "blank", "by hand", "blank"]


def test_numbers_that_grow_are_carried_as_far_as_the_items_own() -> None:
    """An honest error is carried through numbers as large as the key's, and a little larger."""
    item = chain("asked", *["step"] * 12, "asked")
    y = item.givens["y"]
    own = item.key["n_0"] + 3
    assert statuses(item, {"n_0": own, "n_13": own * y**13}) == ["wrong", "follow-through"]


def wide(count: int, role: str = "asked") -> Item:
    """Answers that each depend on all before, each with two slips."""
    it = problem()
    it.answer("n_0", add)

    for i in range(1, count):
        names = ", ".join([f"n_{j}" for j in range(i)])
        scope: dict[str, Any] = {}
        exec(f"def total(y, {names}): return y + sum([n * n for n in ({names},)]) % 1009", scope)
        declared = {"asked": it.answer, "shown": it.shown}[role if i < count - 1 else "asked"](
            f"n_{i}", scope["total"], kind=Integer()
        )
        declared.slip("forgets y", lambda n_0: n_0 - 1)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
        declared.slip("forgets the rest", lambda y: -y)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return it.pose("1")


@pytest.mark.parametrize("role", ["asked", "shown"])
@pytest.mark.parametrize("every", [1, 2, 3, 30])
def test_wide_graphs_cost_little(role: str, every: int) -> None:
    """Thirty answers that each depend on all before are marked in a moment, whatever was answered and left out."""
    item = wide(30, role)
    asked = list(item.key)
    said: dict[str, object] = {name: 10**4 + i for i, name in enumerate(asked) if i % every == 0}
    with at_most(10_000_000):  # 2**30 ways would never end
        marked = item.mark({**said, "n_29": -1})
    assert marked["n_29"].status == "wrong"


def test_the_search_upstream_is_bounded() -> None:
    """However many blanks and slips stand upstream, functions are called a bounded number of times."""
    it, calls = problem(), 0

    def total(x: int, y: int) -> int:
        nonlocal calls
        calls += 1
        return x + y

    it.answer("n_0", total)
    for i in range(1, 60):
        declared = it.answer(f"n_{i}", total, x=f"n_{i - 1}")
        for j in range(6):
            declared.slip(f"is off by {j}", lambda x, j=j: x + 1000 + j)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    calls = 0
    item.mark({f"n_{i}": -i for i in range(30, 60)} | {"n_59": -1})
    item.mark({"n_59": -1})
    assert calls < 30_000


@pytest.mark.parametrize("role", ["asked", "shown"])
def test_all_recomputed_is_among_the_ways_tried(role: str) -> None:
    """In a wide graph what follows from the first answer through all the others is found among the many ways."""
    item = wide(12, role)
    y, carried = item.givens["y"], [123]
    for _ in range(11):
        carried.append(y + sum([n * n for n in carried]) % 1009)
    assert item.mark({"n_0": 123, "n_11": carried[-1]})["n_11"].status == "follow-through"


def test_long_chains() -> None:
    """A chain of 300 answers is carried from its first to its last."""
    it = problem()
    it.answer("n_0", add)
    for i in range(1, 300):
        it.answer(f"n_{i}", lambda x, y: (x + y) % 1009, kind=Integer(), x=f"n_{i - 1}")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    item = it.pose("1")
    y = item.givens["y"]
    assert item.mark({"n_0": 500, "n_299": (500 + 299 * y) % 1009})["n_299"].status == "follow-through"


def test_reasons_name_what_was_asked_and_keep_the_key() -> None:
    """No reason holds the key of an answer that the student got wrong, nor the name of a step."""
    item = chain("asked", "step", "asked")
    y = item.givens["y"]
    for last in (7 * y * y, 7 * y, -1, 0):
        for verdict in item.mark({"n_0": 7, "n_2": last}).values():
            assert not [key for key in item.values.values() if str(key) in verdict.reason.split()]
            if verdict.status != "slip":
                assert "n_1" not in verdict.reason
