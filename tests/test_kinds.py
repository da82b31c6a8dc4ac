"""Kinds: what each writes it reads, and right, wrong and malformed submissions are what their names say."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.regularization.purification_minimizer import BOX as RIDGE
from markscheme.draw import Draw
from markscheme.exact import Interval, Matrix, Shape, Vector
from markscheme.kinds import (
    AllThatApply,
    Code,
    Distribution,
    Exact,
    Expression,
    Integer,
    IntervalKind,
    Kind,
    Mathematics,
    MatrixKind,
    Numbers,
    OneOf,
    Ordering,
    Printed,
    Quantity,
    Real,
    RealSetKind,
    RelationKind,
    Rubric,
    SeveralKind,
    ShapeKind,
    TokenSequence,
    TokenSequences,
    Tolerance,
    Truths,
    TupleSet,
    Undecided,
    VectorKind,
    Words,
    YesNo,
    kind_for,
    kind_of,
    register,
    registry,
)
from markscheme.reading import Unreadable
from markscheme.text.notation import TARGETS, show

WORDS = ("deep", "learn", "<EOS>")
integers = st.integers(-999, 999)
rationals = st.fractions(-99, 99, max_denominator=24).map(lambda x: x.numerator if x.denominator == 1 else x)
decimals = st.decimals(-99, 99, places=3).map(Fraction)
floats = st.floats(-1e12, 1e12, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-12)
sequences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(tuple)


def matrices(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[Matrix]:
    return st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
        lambda shape: st.lists(
            st.lists(entries, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
        ).map(Matrix)
    )


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, width = draw(decimals), draw(st.integers(1, 9))
    ends = draw(st.sampled_from(((low, low + width), (None, low), (low, None), (None, None))))
    return Interval(*ends, draw(st.booleans()), draw(st.booleans()))


RULE = Expression(("beta_1", "m_{t-1}", "g_t"), indexed=("dL/dy",))
FORMULAS = (r"\beta_1 m_{t-1} + (1 - \beta_1) g_t^2", "g_t/sqrt(beta_1) - 1/n sum_j dL/dy_j", "0", "-1/2 dL/dy_i")


CLOSED = Words({"stochastic gradient descent": ["SGD"], "Adam's rule": []}, closed=True)


def read_by(kind: Kind[Any], *texts: str) -> st.SearchStrategy[Any]:
    """The values that a kind reads of texts."""
    return st.sampled_from([kind.read(text) for text in texts])


KINDS: dict[str, tuple[Kind[Any], st.SearchStrategy[Any]]] = {
    "Integer": (Integer(), integers),
    "Exact": (Exact(), rationals),
    "Exact decimal": (Exact(decimal=True), decimals),
    "Real absolute": (Real(absolute=0.01), rationals | st.floats(-1e6, 1e6)),
    "Real relative": (Real(relative="1e-3"), rationals | floats),
    "Numbers": (Numbers(count=2), st.tuples(decimals, decimals)),
    "Numbers unordered": (
        Numbers(ordered=False, absolute=0.01),
        st.lists(rationals, min_size=1, max_size=4).map(tuple),
    ),
    "VectorKind": (VectorKind(), st.lists(rationals, min_size=1, max_size=4).map(Vector)),
    "VectorKind decimal": (VectorKind(decimal=True), st.lists(decimals, min_size=1, max_size=4).map(Vector)),
    "VectorKind near": (VectorKind(absolute=0.001), st.lists(rationals, min_size=1, max_size=4).map(Vector)),
    "MatrixKind": (MatrixKind(), matrices(rationals)),
    "MatrixKind near": (MatrixKind(relative=0.01), matrices(rationals)),
    "ShapeKind": (ShapeKind(), st.lists(st.integers(1, 512), min_size=1, max_size=5).map(Shape)),
    "Expression": (RULE, st.sampled_from(FORMULAS).map(RULE.read)),
    "IntervalKind": (IntervalKind(), intervals()),
    "IntervalKind named": (IntervalKind("λ", decimal=False), intervals()),
    "OneOf": (OneOf(("zero", "Xavier", "He")), st.sampled_from(("zero", "Xavier", "He"))),
    "OneOf letters": (OneOf("ABC"), st.sampled_from("ABC")),
    "AllThatApply": (AllThatApply("1234"), st.frozensets(st.sampled_from("1234"))),
    "AllThatApply words": (
        AllThatApply(("batch norm", "dropout", "no")),
        st.frozensets(st.sampled_from(("batch norm", "dropout", "no"))),
    ),
    "YesNo": (YesNo(), st.booleans()),
    "TokenSequence": (TokenSequence(WORDS), sequences),
    "Mathematics": (Mathematics(), read_by(Mathematics(), "2x^2 - sqrt(3)", "x (y + 1)", "1/3", "sin x", "e^{-x}")),
    "RealSetKind": (RealSetKind(), read_by(RealSetKind(), "(-oo, 1) ∪ [2, 3]", "x > sqrt(2)", "x ≠ 1/2")),
    "RelationKind": (RelationKind(), read_by(RelationKind(), "2x + 4y = 3", "y > x^2", "x y = 1")),
    "SeveralKind": (SeveralKind(), read_by(SeveralKind(), "-1, sqrt(2)", "(1, 2)", "x, y + 1")),
    "MatrixExpression": (RIDGE, read_by(RIDGE, "(X X^T + lambda I)^{-1} X X^T", "U diag(sigma_i^2) U^T")),
    "Words": (Words(), read_by(Words(), "even", "a regular hexagon", "The kernel.")),
    "Words closed": (CLOSED, read_by(CLOSED, "stochastic gradient descent", "Adam's rule")),
    "Quantity": (Quantity("mA"), rationals.filter(bool)),
    "Quantity near": (Quantity("m/s^2", relative=0.01), decimals.filter(bool)),
    "Ordering": (Ordering("ABCD"), st.permutations("ABCD").map(tuple)),
    "Ordering partly": (Ordering("ABC", before=[("A", "C")]), st.just(("A", "B", "C"))),
    "Printed": (Printed(), st.sampled_from(("1 [2, 3]\n4", "x"))),
    "TupleSet": (TupleSet(2), st.frozensets(st.tuples(st.sampled_from("ab1"), st.sampled_from("cd2")), max_size=4)),
    "Truths": (Truths(4), st.tuples(*[st.booleans()] * 4)),
    "Distribution": (
        Distribution(),
        st.sampled_from([("binomial", (10, Fraction(3, 10))), ("normal", (0, 4)), ("Poisson", (Fraction(1, 3),))]).map(
            Distribution().accept
        ),
    ),
    "Rubric": (Rubric({"says why": 2}), st.sampled_from(("It shrinks.", "This holds, for x > 0."))),
    "Code": (Code({"runs": 1}), st.sampled_from(("x = 1", "print(2)"))),
    "TokenSequences": (TokenSequences(WORDS), st.lists(sequences, min_size=1, max_size=3, unique=True).map(tuple)),
}
every_kind = pytest.mark.parametrize("name", KINDS)
BY_HAND = {"Words", "Rubric", "Code"}
"""Kinds of which a person says what is wrong."""


def agrees(kind: Kind[Any], key: Any, value: Any) -> bool:
    """Whether a value is the key's; not where a person decides."""
    try:
        return kind.compare(key, value).agrees
    except Undecided:
        return False


def draws(seed: int) -> Iterator[Draw]:
    return (Draw(f"{seed}/{n}") for n in range(12))


@every_kind
@given(data=st.data())
def test_what_is_written_is_read(name: str, data: st.DataObject) -> None:
    """The text that a kind writes for a value is read as a value that agrees with it."""
    kind, values = KINDS[name]
    value = data.draw(values)
    assert agrees(kind, value, kind.read(kind.write(value)))
    assert kind.accept(value) == value


@every_kind
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_right_is_agreed(name: str, data: st.DataObject, seed: int) -> None:
    """A right submission is read and agrees with its key."""
    kind, values = KINDS[name]
    key = data.draw(values)
    for rng in draws(seed):
        text = kind.right(key, rng)
        assert name in BY_HAND or agrees(kind, key, kind.read(text)), text


@every_kind
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_wrong_is_read_and_not_agreed(name: str, data: st.DataObject, seed: int) -> None:
    """A wrong submission is read, does not agree with its key, and parts from it."""
    kind, values = KINDS[name]
    key = data.draw(values)
    for rng in draws(seed):
        if name == "Words":
            with pytest.raises(TypeError, match="a person decides"):
                kind.wrong(key, rng)
            return
        text = kind.wrong(key, rng)
        value = kind.read(text)
        assert not agrees(kind, key, value), text
        assert name in {"YesNo", *BY_HAND} or kind.difference(value, key), text


@every_kind
@given(seed=st.integers(0, 2**32))
def test_malformed_is_unreadable(name: str, seed: int) -> None:
    """A malformed submission is unreadable, with a reason, and is never blank."""
    for rng in draws(seed):
        text = KINDS[name][0].malformed(rng)
        assert text.strip()
        with pytest.raises(Unreadable) as caught:
            KINDS[name][0].read(text)
        assert caught.value.reason


@every_kind
def test_the_example_is_readable(name: str) -> None:
    """The example that a prompt gives can be read, and a kind travels to other processes."""
    kind = KINDS[name][0]
    kind.read(kind.example)
    assert kind.noun
    assert pickle.loads(pickle.dumps(kind)) == kind


@every_kind
@given(data=st.data())
def test_values_show_in_every_target(name: str, data: st.DataObject) -> None:
    """Each target shows a value, as mathematics and in prose, and plain text is read back."""
    kind, values = KINDS[name]
    value = data.draw(values)
    node = kind.show(value)
    for target in TARGETS:
        assert show(node, target, math=True)
        assert show(node, target, math=False)
    if not (isinstance(value, Matrix) and value.shape[1] == 1 < value.shape[0]):
        assert agrees(kind, value, kind.read(show(node, "plain", math=False)))


ACCEPTED = [
    (Integer(), 2.0, 2),
    (Integer(), Fraction(4, 2), 2),
    (Integer(), np.int64(3), 3),
    (Integer(), np.array(3), 3),
    (Integer(), Decimal(3), 3),
    (Exact(), Fraction(1, 2), Fraction(1, 2)),
    (Exact(), Decimal("0.5"), Fraction(1, 2)),
    (Exact(decimal=True), -0.65, Fraction(-13, 20)),
    (Real(absolute=1), 0.5, 0.5),
    (Real(absolute=1), np.float64(0.5), 0.5),
    (VectorKind(), [2, 3], Vector((2, 3))),
    (VectorKind(), np.array([2.0, 3.0]), Vector((2, 3))),
    (VectorKind(absolute=1), [0.1], Vector((Fraction(0.1),))),
    (MatrixKind(), [[1, 2], [3, 4]], Matrix([(1, 2), (3, 4)])),
    (MatrixKind(), np.eye(2), Matrix([(1, 0), (0, 1)])),
    (MatrixKind(), ((1,), (2,)), Matrix([[1], [2]])),
    (ShapeKind(), (1, 2), Shape((1, 2))),
    (ShapeKind(), np.zeros((2, 3)).shape, Shape((2, 3))),
    (IntervalKind(), (1, 4), Interval(1, 4)),
    (IntervalKind(), (0.001, None), Interval(Fraction(1, 1000), None)),
    (IntervalKind(), (float("-inf"), float("inf")), Interval(None, None)),
    (OneOf("AB"), "A", "A"),
    (AllThatApply("123"), ["1", "3"], frozenset("13")),
    (YesNo(), np.bool_(True), True),
    (TokenSequence(WORDS), ["deep", "<EOS>"], ("deep", "<EOS>")),
    (TokenSequence(WORDS), "deep <EOS>", ("deep", "<EOS>")),
    (TokenSequences(WORDS), [["deep"], ["learn"]], (("deep",), ("learn",))),
    (Numbers(), [-0.87, Decimal("-1.31")], (Fraction(-87, 100), Fraction(-131, 100))),
]
REFUSED: list[tuple[Kind[Any], object]] = [
    (Integer(), 2.5),
    (Integer(), True),
    (Integer(), "2"),
    (Integer(), [2]),
    (Integer(), None),
    (Exact(), 0.1),
    (Real(absolute=1), float("nan")),
    (Real(absolute=1), float("inf")),
    (VectorKind(), 2),
    (VectorKind(), []),
    (VectorKind(), "12"),
    (VectorKind(), [[1]]),
    (MatrixKind(), [1, 2]),
    (MatrixKind(), [[1], [2, 3]]),
    (MatrixKind(), []),
    (ShapeKind(), [1, -2]),
    (ShapeKind(), [1.5]),
    (IntervalKind(), (4, 1)),
    (IntervalKind(), (1, 2, 3)),
    (OneOf("AB"), "C"),
    (AllThatApply("12"), ["3"]),
    (AllThatApply("12"), "12"),
    (YesNo(), 1),
    (TokenSequence(WORDS), ["dope"]),
    (TokenSequence(WORDS), []),
    (TokenSequences(WORDS), []),
    (Numbers(count=2), [1]),
]


@pytest.mark.parametrize(("kind", "value", "accepted"), ACCEPTED)
def test_values_of_programs_are_accepted(kind: Kind[Any], value: object, accepted: object) -> None:
    """Lists, arrays, scalars and decimals become the kind's own values."""
    assert kind.accept(value) == accepted
    assert type(kind.accept(value)) is type(accepted)


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_other_values_are_refused(kind: Kind[Any], value: object) -> None:
    """A value of another kind is a TypeError, never a wrong key."""
    with pytest.raises(TypeError, match=r"expected|interval runs"):
        kind.accept(value)


@pytest.mark.parametrize(
    ("kind", "left", "right", "said"),
    [
        (VectorKind(), Vector((2, 3, 4)), Vector((2, 3)), "3 entries against 2"),
        (VectorKind(), Vector((2, 6)), Vector((2, 5)), "entry 2: 6 against 5"),
        (MatrixKind(), Matrix([[1, 2]]), Matrix([[1], [2]]), "1×2 against 2×1"),
        (ShapeKind(), Shape((10, 3)), Shape((10, 4)), "dimension 2: 3 against 4"),
        (ShapeKind(), Shape((10,)), Shape((10, 4)), "1 dimension against 2"),
        (IntervalKind(), Interval(1, 4), Interval(1, 4, high_closed=False), "high end included against left out"),
        (IntervalKind(), Interval(0, None), Interval(Fraction(1, 1000), None), "low end: 0 against 0.001"),
        (AllThatApply("1234"), frozenset("123"), frozenset("134"), "2 too many, 4 missing"),
        (TokenSequence(WORDS), ("deep", "deep"), ("deep", "learn"), "token 2: deep against learn"),
        (TokenSequences(WORDS), (("deep",), ("learn",)), (("deep",), ("<EOS>",)), "learn against <EOS>"),
        (Numbers(ordered=False), (1, 2), (2, Fraction(3, 2)), "1 against 1.5"),
        (Integer(), Fraction(5, 2), 2, "5/2 against 2"),
    ],
)
def test_differences(kind: Kind[Any], left: Any, right: Any, said: str) -> None:
    """People are told where two values part."""
    assert kind.difference(left, right) == said
    assert kind.difference(left, left) in ("", f"{kind.write(left)} against {kind.write(left)}")


@given(rationals, st.fractions(0, 1, max_denominator=100), st.fractions(-2, 2, max_denominator=100))
def test_tolerance_is_inclusive_and_exact(key: Fraction, bound: Fraction, off: Fraction) -> None:
    """A number is admitted exactly up to the bound."""
    assert Tolerance(absolute=bound).admits(key, key + off) == (abs(off) <= bound)
    assert Tolerance(relative=bound).admits(key, key + off) == (abs(off) <= bound * abs(key))


def test_reals_state_their_tolerance() -> None:
    """A real without a tolerance is a mistake at its declaration; a near one says how far off it is."""
    with pytest.raises(ValueError, match="states its tolerance"):
        Real()
    with pytest.raises(ValueError, match="0 or more"):
        Real(absolute=-1)
    found = Real(absolute=0.1).compare(0.3, Fraction("0.4"))
    assert (found.agrees, f"{found.note}") == (True, "off by 0.1, within the tolerance of 0.1")
    found = Real(relative=0.01).compare(100, 102)
    assert (found.agrees, f"{found.note}") == (False, "off by 2, beyond the tolerance of 1%")


@pytest.mark.parametrize("labels", [(), ("A",), ("A", "A"), ("A", " "), ("A", " B"), ("1/2", "x", "0.5")])
def test_labels_are_checked_at_declaration(labels: tuple[str, ...]) -> None:
    """Labels that cannot be told apart are a mistake at their declaration."""
    with pytest.raises(ValueError, match=r"choice|label"):
        OneOf(labels)


@pytest.mark.parametrize("vocabulary", [("A",), ("A", "A"), ("A", "B C"), ("A", "B,"), ("A", "->")])
def test_vocabularies_are_checked_at_declaration(vocabulary: tuple[str, ...]) -> None:
    """A vocabulary that could not be read back is a mistake at its declaration."""
    with pytest.raises(ValueError, match=r"vocabulary|token"):
        TokenSequence(vocabulary)


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (int, Integer()),
        (Fraction, Exact()),
        (Decimal, Exact(decimal=True)),
        (bool, YesNo()),
        (Vector, VectorKind()),
        (Matrix, MatrixKind()),
        (Shape, ShapeKind()),
        (Interval, IntervalKind()),
        (Literal["A", "B"], OneOf("AB")),
    ],
)
def test_kinds_of_annotations(annotation: Any, kind: Kind[Any]) -> None:
    """A return annotation names its kind."""
    assert kind_for(annotation) == kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3, Integer()),
        (True, YesNo()),
        (Fraction(1, 2), Exact()),
        (Decimal("0.5"), Exact(decimal=True)),
        (0.5, Real(relative="1e-6")),
        (np.float64(0.5), Real(relative="1e-6")),
        (np.int64(3), Integer()),
        ([1, 2], VectorKind()),
        ((1, 2), VectorKind()),
        ([[1, 2]], MatrixKind()),
        (np.eye(2), MatrixKind(relative="1e-6")),
        (Shape((1, 2)), ShapeKind()),
        (Interval(1, 2), IntervalKind()),
        (np.array(3), Integer()),
    ],
)
def test_kinds_of_values(value: object, kind: Kind[Any]) -> None:
    """A value has its kind, arrays and their scalars included."""
    assert kind_of(value) == kind


@pytest.mark.parametrize("annotation", [float, str, list[int], Literal[1, 2], None, "int"])
def test_unknown_annotations_teach(annotation: Any) -> None:
    """An annotation without a kind is a TypeError that says what is known."""
    with pytest.raises(TypeError, match=r"known are .*Vector|states its tolerance"):
        kind_for(annotation)


def test_plugins_register_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind registered for a type is found for its annotation and its values; a second one is refused."""

    class Color(str):
        __slots__ = ()

    monkeypatch.setattr(registry, "_FACTORIES", dict(registry._FACTORIES))
    with pytest.raises(TypeError, match="no kind"):
        kind_of(Color("red"))
    register(Color, lambda: OneOf(("red", "blue")))
    assert kind_for(Color) == kind_of(Color("red")) == OneOf(("red", "blue"))
    with pytest.raises(ValueError, match="already"):
        register(Color, YesNo)


def test_entry_points_are_loaded_once_and_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plug-ins are looked for when the first unknown annotation is met."""

    class Color(str):
        __slots__ = ()

    class EntryPoint:
        def load(self) -> Any:
            return lambda: register(Color, lambda: OneOf(("red", "blue")))

    calls: list[str] = []
    monkeypatch.setattr(registry, "_FACTORIES", dict(registry._FACTORIES))
    monkeypatch.setattr(registry, "entry_points", lambda group: calls.append(group) or [EntryPoint()])
    registry._load_plugins.cache_clear()
    kind_for(int)
    assert not calls
    assert kind_for(Color) == OneOf(("red", "blue"))
    with pytest.raises(TypeError):
        kind_for(complex)
    assert calls == ["markscheme.kinds"]
    registry._load_plugins.cache_clear()


@pytest.mark.parametrize("text", ["{0}\n{1}", "{0}.\n\n{1}.", "{0}\nSo it is {1}", "{1}\n{0}\n{1}"])
@pytest.mark.parametrize(
    ("kind", "labels"), [(OneOf(("zero", "Xavier", "He")), ("He", "zero")), (YesNo(), ("yes", "no"))]
)
def test_two_labels_are_no_choice(kind: Kind[Any], labels: tuple[str, str], text: str) -> None:
    """Of two labels on lines of their own none is taken for the answer, in whichever order they stand."""
    for pair in (labels, labels[::-1]):
        with pytest.raises(Unreadable):
            kind.read(text.format(*pair))


def test_a_choice_has_squares() -> None:
    """Of the squares of a choice just those are ticked whose labels the value has; other kinds have none."""
    assert OneOf(["zero", "Xavier", "He"]).squares("He") == (("zero", False), ("Xavier", False), ("He", True))
    assert AllThatApply(["A", "B"]).squares(frozenset({"A"})) == (("A", True), ("B", False), ("none", False))
    assert YesNo().squares(False) == (("yes", False), ("no", True))
    assert Integer().squares(3) == ()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (OneOf("ABC"), {"form": "one of", "labels": ["A", "B", "C"]}),
        (TokenSequence(["deep", "<EOS>"]), {"form": "tokens", "vocabulary": ["deep", "<EOS>"]}),
        (MatrixKind(rows=3, columns=3), {"form": "matrix", "rows": 3, "columns": 3}),
        (VectorKind(), {"form": "vector"}),
        (IntervalKind("λ"), {"form": "interval", "names": ["λ"]}),
        (Rubric({"says why": 2}), {"form": "prose"}),
        (RIDGE, {"form": "expression", "matrices": list(RIDGE.symbols.matrices)}),
    ],
    ids=["one of", "tokens", "matrix", "vector", "interval", "prose", "expression"],
)
def test_a_kind_says_how_it_is_typed(kind: Kind[Any], says: dict[str, object]) -> None:
    """A field has its form, what may be chosen or occur, and the author's rows and columns; never a rubric's points."""
    found = kind.field().as_json()
    assert {name: found.get(name) for name in says} == says
    assert found["noun"] == kind.noun
    assert found["example"] == kind.example
    assert set(found).isdisjoint({"points", "heads"})
    assert json.loads(json.dumps(found)) == found


def test_quantities_are_converted() -> None:
    """A number of any unit that measures the same is converted; of another it is wrong, and says so; without a unit, or
    with an unknown one, it cannot be read.
    """
    current = Quantity("mA")
    for text in ("2.5 mA", "0.0025 A", "2500 uA", "I = 5/2 mA", r"$2.5\,\mathrm{mA}$", "2,5 mA"):
        assert bool(current.compare(Fraction(5, 2), current.read(text))), text
    for text in ("2.5 V", "2.5 A", "2.5 MA", "2.6 mA"):
        assert not current.compare(Fraction(5, 2), current.read(text)), text
    assert "measured in V" in f"{current.compare(Fraction(5, 2), current.read('2.5 V')).note}"
    for text in ("2.5", "2.5 flurbs", "mA", "2.5 mA or 3 mA"):
        with pytest.raises(Unreadable):
            current.read(text)
    assert Quantity("km/h").read("10 m/s") == 36
    with pytest.raises(ValueError, match="no unit that is known"):
        Quantity("flurb")


def test_every_order_that_is_right_agrees() -> None:
    """An ordering agrees with every order in which each line stands before those that it must, and with no other."""
    kind = Ordering("ABCDE", before=[("A", "C"), ("B", "C"), ("C", "D")])
    right = {order for order in permutations("ABCD") if order.index("D") == 3 and order.index("C") == 2}
    for size in (3, 4, 5):
        for order in permutations("ABCDE", size):
            assert bool(kind.compare(("A", "B", "C", "D"), order)) == (order in right)
    with pytest.raises(ValueError, match="no order has"):
        Ordering("AB", before=[("A", "B"), ("B", "A")])
    for text in ("A, B, A", "ABA"):
        with pytest.raises(Unreadable, match="twice"):
            kind.read(text)
    assert kind.read(" BAC ") == kind.read("B, A, C")  # letters that nothing parts
    assert Ordering(["a", "b", "ab"]).read("ab") == ("ab",)


def test_declared_spellings_say_the_same() -> None:
    """Words agree with the key and with the spellings that are declared for it, and closed ones with nothing else."""
    key = "stochastic gradient descent"
    assert all([CLOSED.compare(key, CLOSED.read(text)) for text in ("SGD", "sgd.", "The stochastic gradient descent")])
    assert not CLOSED.compare(key, CLOSED.read("gradient descent"))
    assert CLOSED.compare("Adam's rule", CLOSED.read("Adam's rule"))
    with pytest.raises(Undecided):
        Words().compare("even", "odd")
