"""Expressions: what is read as the same, what is read as another, what is not read, and what none of it may cost."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from markscheme.draw import Draw
from markscheme.kinds import Expression, Undecided
from markscheme.reading import Unreadable
from markscheme.reading.evaluate import evaluate
from markscheme.reading.syntax import Applied, Constant, Formula, Name, Summed
from markscheme.text.notation import TARGETS, show
from tests.steps import at_most

ADAM = Expression(("beta_1", "beta_2", "m_{t-1}", "v_{t-1}", "g_t"), also={"m": "m_{t-1}", "v": "v_{t-1}", "g": "g_t"})
BATCH = Expression(("gamma", "beta", "mu"), indexed=("dL/dy", "x"))
DECAY = Expression(("lambda", "eta"))

MOMENT = r"\beta_1 m_{t-1} + (1 - \beta_1) g_t"
SQUARES = r"\beta_2 v_{t-1} + (1 - \beta_2) g_t^2"
GRADIENT = (
    r"\gamma \left[\frac{\partial L}{\partial y_i} - \frac{1}{n} \sum_{j=1}^n \frac{\partial L}{\partial y_j}\right]"
)

SAME = [
    *[
        (ADAM, MOMENT, text)
        for text in (
            "beta_1*m + (1-beta_1)*g",
            "β₁m + (1−β₁)g",
            "β1 m + (1 – β1) g",
            r"$m_t \leftarrow \beta_{1} \cdot m_{t-1} + \left(1-\beta_{1}\right) g_{t}$",
            "m_t = beta_1 m_{t−1} + (1 - beta_1) g_t.",
            "m := beta1*m + (1 - beta1)*g",
            "m_t <- beta_1 m + (1-beta_1) g",
            "g + β_1(m - g)",
            "g_t - β_1 g_t + β_1 m_(t-1)",
            "m - (1-β_1)(m - g)",
            "-(-β_1 m) - -(1-β_1) g",
            r"\boxed{\beta_1 m + g(1-\beta_1)}",
            "The answer is β_1m + (1-β_1)g.",
            "**β_1 × m + {1-β_1} ⋅ g**",
            r"\frac{2\beta_1 m + 2 g - 2 \beta_1 g}{2}",
            "beta_1 m (1 - beta_2)/(1 - beta_2) + (1 - beta_1) g",
        )
    ],
    *[
        (ADAM, SQUARES, text)
        for text in (
            "β₂v + (1−β₂)g²",
            "beta_2 v + (1 - beta_2) g g",
            "beta_2*v + (1 - beta_2)*g**2",
            r"\beta_2 v_{t-1} + (1-\beta_2)\, g_t \odot g_t".replace(r"\odot", "⊙"),
            "v^{1/2} sqrt(v) beta_2 + (1 - beta_2) (g^{-2})^{-1}",
            "g²+β_2 (√v - g)(√v + g)",
        )
    ],
    *[
        (BATCH, GRADIENT, text)
        for text in (
            "γ(∂L/∂y_i − 1/n Σ_j ∂L/∂y_j)",
            "gamma*(dL/dy_i - (1/n)*sum_j dL/dy_j)",
            "gamma (dL/dy_i - (sum_{k=1}^n dL/dy_k)/n)",
            "∂L/∂x_i = γ ∂L/∂y_i - γ/n ∑_{j} ∂L/∂y_j",
            r"\frac{\partial L}{\partial x_i} = \gamma\frac{dL}{dy_i} - \sum_{j=1}^n \frac{\gamma}{n} \frac{dL}{dy_j}",
            r"\frac{\gamma}{n}\left(n\frac{\partial L}{\partial y_i}-\sum\limits_j\frac{dL}{dy_j}\right)",
            r"\gamma (1 - \frac1n) \dfrac{dL}{dy_i} - \frac{\gamma}{n} \sum_{j=1, j \neq i}^n \frac{dL}{dy_j}",
            "γ (1 - 1/n) ∂L/∂y_i - γ/n Σ_{j≠i} ∂L/∂y_j",
            "γ/n Σ_j (∂L/∂y_i - ∂L/∂y_j)",
            "γ (∂L/∂y_i - 1/n Σ_i ∂L/∂y_i)",
            r"\gamma\,\frac{\mathrm{d}L}{\mathrm{d}y_i} - \frac{\gamma}{n}\sum_{j}\frac{\mathrm{d}L}{\mathrm{d}y_{j}}",
        )
    ],
    (BATCH, r"\frac{1}{n} \sum_j x_j x_j - (\frac{1}{n} \sum_j x_j)^2", "Σ_j (x_j - 1/n Σ_k x_k)^2 / n"),
    (BATCH, "n", "Σ_j 1"),
    (DECAY, r"\lambda\eta", "γ = ηλ"),
    (DECAY, r"\lambda\eta", "eta*lambda"),
    (DECAY, r"\lambda\eta", "0.5 λη + ½ηλ"),
    (DECAY, r"\lambda\eta", "λ/(1/η)"),
]
OTHER = [
    *[
        (ADAM, MOMENT, text)
        for text in (
            "beta_1 g + (1-beta_1) m",
            "beta_1 m + (1 - beta_2) g",
            "beta_1 m + g",
            "beta_1 m - (1-beta_1) g",
            "beta_1 m + (1-beta_1) g^2",
            "beta_1 m + (1-beta_1) g + 1e-12",
            "beta_1 m + (1-beta_1) sqrt(g^2)",
            "0",
        )
    ],
    (ADAM, "sqrt(v)", "sqrt(v + 1e-12)"),
    (ADAM, "sqrt(m^2)", "m"),
    *[
        (BATCH, GRADIENT, text)
        for text in (
            "γ ∂L/∂y_i",
            "γ (∂L/∂y_i + 1/n Σ_j ∂L/∂y_j)",
            "γ (∂L/∂y_i - Σ_j ∂L/∂y_j)",
            "γ (∂L/∂y_i - 1/(n-1) Σ_j ∂L/∂y_j)",
            "γ (∂L/∂y_i - 1/n Σ_{j≠i} ∂L/∂y_j)",
            "γ ∂L/∂y_i - 1/n Σ_j ∂L/∂y_j",
            "0",
        )
    ],
    (BATCH, "Σ_j x_j + beta", "Σ_j (x_j + beta)"),
    (BATCH, "Σ_j x_j^2", "(Σ_j x_j)^2"),
    (DECAY, r"\lambda\eta", "2λη"),
    (DECAY, r"\lambda\eta", "λ/η"),
]
UNREAD = [
    (ADAM, "b_1 m", "b_1 is not known here: known are β_1"),
    (ADAM, "m_t-1", "m_t is not known here"),
    (ADAM, "m_{t+1}", "m_t\\+1 is not known"),
    (ADAM, "1/2m", "two ways: write"),
    (ADAM, "1/β_1(m + g)", "two ways: write"),
    (ADAM, "g / β_1 m", "two ways: write"),
    (ADAM, "m^g", "an exponent is a whole number"),
    (ADAM, "m^13", "an exponent is a whole number up to 12"),
    (ADAM, "2^2^2", "needs parentheses"),
    (ADAM, "√v^2", "needs parentheses"),
    (ADAM, "m^2²", "needs parentheses"),
    (ADAM, "sqrt[3]{v}", "square roots"),
    (ADAM, "2 3", "'3' cannot be read"),
    (ADAM, "m 2", "'2' cannot be read"),
    (ADAM, "1 1/2", "'1' cannot be read"),
    (ADAM, "", "the text ends"),
    (ADAM, "not m", "not is not known"),
    (ADAM, "m or g", "'or' cannot be read"),
    (ADAM, "β_1 m = g", "not an equation"),
    (ADAM, "m = β_1 = g", "not an equation"),
    (ADAM, "m g = 0", "not an equation"),
    (ADAM, "1/0", "no value"),
    (ADAM, "m/(g - g)", "no value"),
    (ADAM, "sqrt(-1 - m^2)", "no value"),
    (ADAM, "(m", "the text ends"),
    (ADAM, "(m]", "']' cannot be read"),
    (ADAM, "exp(m)", "exp is not known"),
    (ADAM, "Σ_j g", "Σ is not known"),
    (ADAM, "((((m^12)^12)^12)^12)^12", "too large"),
    (BATCH, "x_3", "x_3 is not known"),
    (BATCH, "x_j", "x_j is not known"),
    (BATCH, "Σ_j x_j + x_j", "x_j is not known"),
    (BATCH, "Σ x_j", "what it runs over"),
    (BATCH, "Σ_{j=0}^{n} x_j", "from 1 to n"),
    (BATCH, "Σ_{j=1}^m x_j", "from 1 to n"),
    (BATCH, "Σ_j Σ_j x_j", "cannot run over 'j'"),
    (BATCH, "Σ_j Σ_k Σ_l x_j x_k x_l", "2 deep"),
    (BATCH, "∂L/∂y_i^2", "needs parentheses"),
    (BATCH, "∂L/∂z_i", "∂L/∂z_i is not known here: known are γ, β, μ, n, ∂L/∂y_i, x_i"),
    (BATCH, "∂L/∂y_i = 0", "'=' cannot be read"),
]


@pytest.mark.parametrize(("kind", "key", "text"), SAME)
def test_forms_of_the_key_agree(kind: Expression, key: str, text: str) -> None:
    """Whatever form it has, an expression with the key's values is right, and the key with its."""
    one, other = kind.read(key), kind.read(text)
    assert kind.compare(one, other)
    assert kind.compare(other, one)
    assert kind.difference(one, other) == ""


@pytest.mark.parametrize(("kind", "key", "text"), OTHER)
def test_other_values_do_not_agree(kind: Expression, key: str, text: str) -> None:
    """An expression with other values is wrong, and the note says at which point, with both values."""
    verdict = ms.verify(key, text, kind)
    assert verdict.status == "wrong"
    assert verdict.reason.startswith("at ")
    assert " yours gives " in verdict.reason
    assert kind.difference(kind.read(key), kind.read(text))


@pytest.mark.parametrize(("kind", "text", "reason"), UNREAD)
def test_what_is_not_clear_is_not_read(kind: Expression, text: str, reason: str) -> None:
    """What has no reading, two readings, or no value is unreadable, and says why."""
    with pytest.raises(Unreadable, match=reason):
        kind.read(text)


def test_a_counterexample_is_one() -> None:
    """The values that a note names are those of the two expressions at the point that it names."""
    key, value = ADAM.read(MOMENT), ADAM.read("beta_1 g + (1 - beta_1) m")
    note = f"{ADAM.compare(key, value).note}"
    point, values = note.removeprefix("at ").split(" yours gives ")
    names = {"β_1": "beta_1", "m_{t−1}": "m_{t-1}", "g_t": "g_t"}
    at = {names[name]: Fraction(number) for name, number in (pair.split(" = ") for pair in point.split(", "))}
    assert values == f"{evaluate(value, at)}, the key {evaluate(key, at)}"  # pyright: ignore[reportArgumentType]


HOSTILE = {
    "sums": "Σ_j " * 400 + "x_j",
    "nested sums": "Σ_j(Σ_k(" * 100 + "x_j" + "))" * 100,
    "sums of sums": "+".join(["Σ_j Σ_k x_j x_k"] * 100),
    "quotients of sums": "+".join(["Σ_j Σ_k 1/(x_j + 7 x_k)"] * 4),
    "quotients": "+".join([f"1/(mu + {n})" for n in range(150)]),
    "continued": "1/(mu+" * 8 + "1" + ")" * 8,
    "powers": "*".join(["(mu+1)^12"] * 80),
    "powers of sums": "(Σ_j x_j^12)^12",
    "names": "gammabeta" * 200,
    "ambiguous": "n" * 1_990,
    "subscripts": "x_{" * 600,
    "digits": "9" * 1_990,
    "primes": "*".join(["999999999999999"] * 100),
    "roots": "sqrt(" * 300,
    "rooted": "+".join(["sqrt(mu + x_i)"] * 100),
    "fractions": r"\frac{" * 300,
    "derivatives": "∂L/" * 600,
    "signs": "-" * 1_998 + "n",
    "slashes": "/".join(["mu"] * 600),
    "equations": "mu=" * 600,
    "arrows": "←" * 1_998,
    "long": "mu+" * 100_000,
    "letters": "Σ" * 1_999,
    "d": "d" * 1_999,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_expressions_are_cheap(hostile: str) -> None:
    """Whatever a text says, reading and comparing end soon, and raise nothing but Unreadable and Undecided."""
    key = BATCH.read(GRADIENT)
    with at_most(10_000_000), suppress(Unreadable, Undecided):
        BATCH.compare(key, BATCH.read(HOSTILE[hostile]))
        BATCH.compare(key, BATCH.read(f"({HOSTILE[hostile]}) (n - n) + {GRADIENT}"))


LETTERS = "0123456789+-*/^()[]{}_=., βγημΣ√∂Ldyxijn²½\\"
PIECES = (r"\frac{1}{n}", r"\sum_{j=1}^{n}", "Σ_j", "x_i", "x_j", r"\partial", "dL/dy_i", "sqrt", "gamma", "is", "^{2}")


@given(st.text(LETTERS, max_size=24) | st.lists(st.sampled_from([*PIECES, *LETTERS]), max_size=16).map("".join))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    """No text makes reading raise anything but Unreadable, and what is read is read again as written."""
    with suppress(Unreadable):
        value = BATCH.read(text)
        with suppress(Undecided):
            assert BATCH.compare(value, BATCH.read(BATCH.write(value)))


def trees(names: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    constants = st.fractions(-9, 9, max_denominator=4).map(lambda x: Constant(x if x.denominator > 1 else int(x)))

    def grown(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return (
            st.builds(Applied, st.sampled_from("+*"), several)
            | st.builds(Applied, st.just("/"), st.tuples(inner, inner))
            | st.builds(Applied, st.sampled_from("-√"), st.tuples(inner))
            | st.builds(Applied, st.just("^"), st.tuples(inner, st.integers(-2, 3).map(Constant)))
        )

    return st.recursive(constants | names, grown, max_leaves=6)


scalar_trees = trees(st.sampled_from(("beta_1", "m_{t-1}", "g_t")).map(Name))
own_entries = st.sampled_from((Name("x", "i"), Name("dL/dy", "i"), Name("gamma"), Name("n")))
sums = st.builds(
    Summed, st.just("j"), st.just("n"), trees(own_entries | st.just(Name("x", "j"))), st.sampled_from((None, "i"))
)
indexed_trees = trees(own_entries | sums)


def read_back(kind: Expression, text: str) -> Formula | None:
    """What is read of a text; None where that has no value anywhere, or nests too deep."""
    try:
        return kind.read(text)
    except Unreadable as unreadable:
        if any(word in unreadable.reason for word in ("no value", "too large", "deep")):
            return None
        raise


@given(st.one_of(st.tuples(st.just(ADAM), scalar_trees), st.tuples(st.just(BATCH), indexed_trees)), st.integers(0, 99))
def test_what_is_written_is_read(made: tuple[Expression, Formula], seed: int) -> None:
    """What a kind writes of an expression, in any notation, it reads as an expression with the same values."""
    kind, formula = made
    for text in (
        kind.write(formula),
        show(kind.show(formula), "latex", math=True),
        show(kind.show(formula), "markdown", math=False),
        kind.right(formula, Draw(str(seed))),
    ):
        with suppress(Undecided):
            assert kind.compare(formula, read_back(kind, text) or formula), text


@given(scalar_trees, scalar_trees, st.integers(0, 99))
def test_lenience_never_turns_wrong_into_right(one: Formula, other: Formula, seed: int) -> None:
    """Two expressions agree only where they have the same value at numbers that the comparison did not choose."""
    with suppress(Undecided):
        agree = ADAM.compare(one, other).agrees
        rng = Draw(f"law {seed}")
        for _ in range(8):
            at: Mapping[str, Any] = {name: Fraction(rng.int(-50, 50), 7) for name in ("beta_1", "m_{t-1}", "g_t")}
            with suppress(ArithmeticError):
                assert not agree or evaluate(one, at) == evaluate(other, at)


@given(st.one_of(st.tuples(st.just(ADAM), scalar_trees), st.tuples(st.just(BATCH), indexed_trees)), st.integers(0, 99))
def test_wrong_is_wrong(made: tuple[Expression, Formula], seed: int) -> None:
    """What a kind makes up as wrong is read, and wrong; what it garbles is not read."""
    kind, formula = made
    with suppress(Undecided, Unreadable, IndexError):
        text = kind.wrong(formula, Draw(str(seed)))
        assert not kind.compare(formula, kind.read(text))
    with pytest.raises(Unreadable):
        kind.read(kind.malformed(Draw(str(seed))))


@pytest.mark.parametrize("kind", [ADAM, BATCH, DECAY])
def test_a_kind_is_whole(kind: Expression) -> None:
    """A kind reads its example, travels to other processes, and shows its expressions in every target."""
    value = kind.read(kind.example)
    assert pickle.loads(pickle.dumps(kind)) == kind
    assert pickle.loads(pickle.dumps(value)) == value
    assert kind.accept(kind.example) == kind.accept(value) == value
    for target in TARGETS:
        for math in (True, False):
            assert show(kind.show(value), target, math=math)


def test_a_function_of_the_point_is_compared() -> None:
    """A check may give values where it has no expression; what is undefined there is compared elsewhere."""
    means = BATCH.accept(lambda at: at["gamma"] * sum(at["x"]) / Fraction(at["n"]))
    assert BATCH.compare(BATCH.read(r"\gamma \frac{1}{n} \sum_j x_j"), means)
    assert not BATCH.compare(BATCH.read(r"\frac{1}{n} \sum_j x_j"), means)


def test_a_person_decides_what_cannot_be_compared() -> None:
    """Where an expression and the key are never both defined, nothing is guessed."""
    verdict = ms.verify("sqrt(m)", "sqrt(-m)", Expression(("m",)))
    assert verdict.status == "by hand"
    assert "too few points" in verdict.reason


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda: Expression(("m", "m")), "a spelling names one symbol"),
        (lambda: Expression(("beta_1",), also={"beta1": "beta_1"}), "a spelling names one symbol"),
        (lambda: Expression(("m",), also={"mm": "n"}), "another spelling"),
    ],
)
def test_symbols_are_told_apart(declare: Any, says: str) -> None:
    """A spelling stands for one symbol, and for a declared one."""
    with pytest.raises(ValueError, match=says):
        declare()


@pytest.mark.parametrize("value", [3.5, True, None, "m +", [1]])
def test_other_values_are_refused(value: object) -> None:
    """What is no expression, no function and no exact number is refused."""
    with pytest.raises(TypeError):
        ADAM.accept(value)
