"""Expressions in matrices: what is the same, what is another, what is not read, and what none of it may cost."""

from __future__ import annotations

import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from markscheme.bank.regularization.purification_minimizer import BOX
from markscheme.draw import Draw
from markscheme.exact import Matrix, added
from markscheme.kinds import Undecided
from markscheme.mechanisms.convolution import cross_correlate
from markscheme.reading import Unreadable
from markscheme.reading.evaluate import evaluate_matrix
from markscheme.reading.expressions import read_expression
from markscheme.reading.symbols import Symbols
from markscheme.reading.syntax import Applied, Constant, Formula, Name
from markscheme.reading.values import Identity
from markscheme.reading.values import agree as same
from markscheme.text.notation import TARGETS, show
from tests.steps import at_most

SHARES = r"\operatorname{diag}(\sigma_i^2/(\sigma_i^2 + \lambda))"
ITEM = ms.problem("regularization/purification_minimizer").pose("matrix expressions")

SAME = [
    *[
        (SHARES, text)
        for text in (
            "diag(σ_i²/(σ_i²+λ))",
            r"$\mathrm{diag}\left(\frac{\sigma_i^2}{\sigma_i^2+\lambda}\right)$",
            "diag(sigma_i^2/(sigma_i^2 + lambda))",
            "B = diag(σi²/(σi²+λ))",
            "diag(1/(1+λ/σ_i²))",
            "diag(1 - λ/(σ_i²+λ))",
            "diag(σ_1²/(σ_1²+λ), …, σ_m²/(σ_m²+λ))",
            r"\operatorname{diag}(\frac{\sigma_1^2}{\sigma_1^2+\lambda},\ldots,\frac{\sigma_m^2}{\sigma_m^2+\lambda})",
            "diag(σ_1²/(σ_1²+λ), σ_2²/(σ_2²+λ), ..., σ_m²/(σ_m²+λ))",
            r"\begin{bmatrix} σ_1^2/(σ_1^2+λ) & & \\ & \ddots & \\ & & \frac{σ_m^2}{σ_m^2+λ} \end{bmatrix}",
            r"\begin{pmatrix} σ_1^2/(σ_1^2+λ) & 0 & \cdots \\ 0 & \ddots & 0 \\ 0 & 0 & σ_m^2/(σ_m^2+λ) \end{pmatrix}",
            "Σ²(Σ²+λI)^{-1}",
            "(Σ²+λI)⁻¹Σ²",
            "ΣΣᵀ(ΣΣᵀ + λI_m)^{-1}",
            r"\Sigma\Sigma^\top(\Sigma\Sigma^{\top}+\lambda\mathbf{I})^{-1}",
            "inv(S^2 + lambda I) S^2",
            "I - λ(Σ² + λI)^-1",
            "UᵀXXᵀU(UᵀXXᵀU+λI)^{-1}",
            "U'(X*X')*U (U^T X X^T U + λ I)^(-1)",
            "U^TX X^T(XX^T+λI)^{-1}U",
            "Σ Vᵀ(XᵀX + λI)^{-1} V Σ",
        )
    ],
    *[("U", text) for text in ("U", "XVΣ⁻¹", r"\mathbf{U}", "(U^T)^{-1}", "U^{-T}", "U I", "U UᵀU", "UVᵀV", "(Uᵀ)'")],
    ("U^T", r"U^{\mathsf{T}}"),
    ("U Σ Uᵀ", "Udiag(σ_i)Uᵀ"),
    ("X", "U Σ V^T"),
    ("2 X", "X + X"),
    ("λ I", "diag(λ)"),
]  # fmt: skip
OTHER = [
    (SHARES, "diag(σ_i/(σ_i+λ))"),
    (SHARES, "diag(σ_i²/(σ_i²+λ²))"),
    (SHARES, "Σ² + λI"),
    (SHARES, "XXᵀ(XXᵀ+λI)^{-1}"),
    (SHARES, "diag(σ_i²/(σ_i²+λ)) + 1e-12 I"),
    (SHARES, "I"),
    (SHARES, "1"),
    ("U", "Uᵀ"),
    ("U", "-U"),
    ("U", "V"),
    ("U V^T", "V U^T"),
    ("X X^T", "X^T X"),
    ("Σ U", "U Σ"),
    ("X", "diag(σ_i)"),
    ("I", "diag(σ_i)"),
]
UNREAD = [
    ("U + V", "a matrix of 2×2 cannot be added to a matrix of 3×2"),
    ("X X", "cannot be multiplied by"),
    ("X^2", "powers and inverses only of a square matrix"),
    ("X + λ", "cannot be added to a number"),
    ("X + I", "a multiple of I is added to a square matrix"),
    ("Σ²/(Σ² + λI)", "two ways: write a product with an inverse"),
    ("sqrt(Σ)", "roots are taken of numbers alone"),
    ("(Σ - Σ)^{-1}", "no value"),
    ("diag(U)", "U is not known here"),
    ("diag(diag(σ_i))", "diag is not known here"),
    ("σ_i", "inside diag"),
    ("diag(σ_1)", "the entry at i"),
    ("diag(σ_1, …, σ_m²)", "the entry at i"),
    ("diag()", "cannot be read"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "only a diagonal one"),
    (r"\begin{bmatrix} \sigma_i & & \\ & \ddots", "the text ends"),
    ("U^V", "a whole number or T"),
    ("U^1.5", "a whole number or T"),
    ("W", "W is not known here"),
    ("U = V = X", "not an equation"),
    ("", "the text ends"),
]


@pytest.mark.parametrize(("key", "text"), SAME)
def test_forms_of_the_key_agree(key: str, text: str) -> None:
    """Whatever form it has, an expression with the key's values is right, and the key with its."""
    one, other = BOX.read(key), BOX.read(text)
    assert BOX.compare(one, other)
    assert BOX.compare(other, one)
    assert BOX.difference(one, other) == ""


@pytest.mark.parametrize(("key", "text"), OTHER)
def test_other_values_do_not_agree(key: str, text: str) -> None:
    """An expression with other values is wrong, and the note says at which matrices, with both values."""
    verdict = ms.verify(key, text, BOX)
    assert verdict.status == "wrong"
    assert verdict.reason.startswith("at ")
    assert " yours gives " in verdict.reason


@pytest.mark.parametrize(("text", "reason"), UNREAD)
def test_what_is_not_clear_is_not_read(text: str, reason: str) -> None:
    """What has no reading, or shapes that do not fit, is unreadable, and says why."""
    with pytest.raises(Unreadable, match=reason):
        BOX.read(text)


HOSTILE = {
    "powers": "((((Σ^12)^12)^12)^12)^12",
    "products": "Σ" * 1_990,
    "sums": "+".join(["X X^T"] * 300),
    "transposes": "X" + "'" * 1_900,
    "inverses": "inv(" * 300 + "Σ",
    "entries": "diag(" + ",".join(["σ_1"] * 400) + ")",
    "dots": "diag(σ_1" + "." * 1_900 + ")",
    "rows": r"\begin{bmatrix}" + "&" * 1_900 + r"\end{bmatrix}",
    "begins": r"\begin{bmatrix}" * 120,
    "digits": "999999999999999 " * 100 + "U",
    "long": "U+" * 100_000,
    "letters": "U" * 1_999,
    "carets": "U^" * 900,
    "fractions": r"\frac{" * 300,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_expressions_are_cheap(hostile: str) -> None:
    """Whatever a text says, reading and comparing end soon, and raise nothing but Unreadable and Undecided."""
    with at_most(1_000_000), suppress(Unreadable, Undecided):
        BOX.compare(BOX.read(SHARES), BOX.read(HOSTILE[hostile]))


PIECES = [
    *r"U Σ X^T σ_i σ_m diag( inv( ^{-1} \begin{bmatrix} \end{bmatrix} \\ ...".split(),
    *"Iλᵀ'()+-/*^&, 2m_²{}=",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    """No text makes reading raise anything but Unreadable, and what is read is read again as written."""
    with suppress(Unreadable):
        value = BOX.read(text)
        with suppress(Undecided):
            assert BOX.compare(value, BOX.read(BOX.write(value)))


leaves = st.sampled_from([*map(Name, ("U", "Sigma", "I")), Applied("diag", (Name("sigma", "i"),))])
formulas = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Applied, st.sampled_from("+*"), st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Applied, st.sampled_from("-ᵀ"), st.tuples(inner))
        | st.builds(Applied, st.just("^"), st.tuples(inner, st.integers(-1, 2).map(Constant)))
    ),
    max_leaves=5,
)


@given(formulas, st.integers(0, 99))
def test_what_is_written_is_read(formula: Formula, seed: int) -> None:
    """What the kind writes of an expression, in any notation, it reads as one with the same values."""
    with suppress(Undecided, Unreadable):
        for text in (
            BOX.write(formula),
            show(BOX.show(formula), "latex", math=True),
            show(BOX.show(formula), "markdown", math=False),
            BOX.right(formula, Draw(str(seed))),
        ):
            assert BOX.compare(formula, BOX.read(text)), text


@given(formulas, formulas, st.integers(0, 99))
def test_lenience_never_turns_wrong_into_right(one: Formula, other: Formula, seed: int) -> None:
    """Two expressions agree only where they have the same value at matrices that the comparison did not choose."""
    with suppress(Undecided):
        agree = BOX.compare(one, other).agrees
        point = {**BOX.draw(Draw(f"law {seed}"), 2), "m": 2}
        with suppress(ArithmeticError):
            assert not agree or same(BOX.value(one, point), BOX.value(other, point))


def test_a_kind_is_whole() -> None:
    """The kind reads its example, travels to other processes, and shows its expressions in every target."""
    value = BOX.read(BOX.example)
    assert pickle.loads(pickle.dumps(BOX)) == BOX
    assert BOX.accept(BOX.example) == value
    for target in TARGETS:
        for math in (True, False):
            assert show(BOX.show(value), target, math=math)
    for seed in range(40):
        with pytest.raises(Unreadable):
            BOX.read(BOX.malformed(Draw(str(seed))))


def test_the_identity_has_the_size_that_is_wanted() -> None:
    """A multiple of I fits any square matrix, and stays one where nothing gives it a size."""
    symbols = Symbols(("c",), matrices=("A",))
    at = {"A": Matrix([(1, 2), (3, 4)]), "c": 3}
    value = {text: evaluate_matrix(read_expression(text, symbols), at, symbols) for text in ("A + c I", "2 I I")}
    assert value == {"A + c I": Matrix([(4, 2), (3, 7)]), "2 I I": Identity(2)}


BOXES = ("left", "middle", "right")


@pytest.mark.parametrize(
    "boxes",
    [
        ("U Σ", "diag(1/(σ_i²+λ))", "Σ Uᵀ"),
        ("U", "diag(1/(σ_i²+λ))", "Σ² Uᵀ"),
        ("U Σ²", "(Σ² + λI)^{-1}", "Uᵀ"),
        ("X V", "diag(1/(σ_i²+λ))", "Vᵀ Xᵀ"),
        ("2 U", "diag(σ_i/(2 σ_i²+2 λ))", "(U Σ)ᵀ"),
        ("-U", SHARES, "-U^{-1}"),
        ("U λ λ^{-1}", SHARES, "Uᵀ"),
    ],
)
def test_any_factors_of_the_minimizer_are_right(boxes: tuple[str, str, str]) -> None:
    """Boxes are right whose product is the minimizer, with a diagonal one between two that are free of λ."""
    marked = ITEM.mark({**dict(zip(BOXES, boxes, strict=True)), "minimizer": ITEM.key["minimizer"]})
    assert [marked[name].status for name in (*BOXES, "minimizer")] == ["right"] * 4


def test_boxes_are_marked_together() -> None:
    """A right box that is not the key's is gone on from; one that would go with the key's alone is wrong."""
    both = ITEM.mark({"left": "-U", "middle": SHARES, "right": "-Uᵀ"})
    assert [both[name].status for name in BOXES] == ["right"] * 3
    one = ITEM.mark({"left": "-U", "middle": SHARES, "right": "Uᵀ", "minimizer": ITEM.key["minimizer"]})
    assert [one[name].status for name in ("left", "right", "minimizer")] == ["right", "wrong", "right"]
    assert one["right"].reason == "Wrong. It would go with another left, not with yours."


@pytest.mark.parametrize(
    "boxes",
    [
        ("X X^T", "(X X^T + λI)^{-1}", "I"),
        ("I", "X X^T (X X^T + λI)^{-1}", "I"),
        ("X X^T (X X^T + λI)^{-1}", "I", "I"),
        ("I", "I", "X X^T (X X^T + λI)^{-1}"),
        ("X X^T (X X^T + λI)^{-1}", "λ I", "λ^{-1} I"),
        ("λ U", "diag(σ_i²/(λ (σ_i²+λ)))", "I"),
    ],
)
def test_a_product_alone_earns_nothing(boxes: tuple[str, str, str]) -> None:
    """Boxes whose product is the minimizer, but which are not what is asked for, earn nothing by themselves."""
    marked = ITEM.mark(dict(zip(("left", "middle", "right"), boxes, strict=True)))
    assert marked.marks == 0


@pytest.mark.parametrize(
    ("boxes", "marks"),
    [
        (("λ U", "diag(σ_i²/(σ_i²+λ)) λ^{-1}", "Uᵀ"), 1),
        (("U Σ", "diag(1/(σ_i²+λ))", "Uᵀ"), 1),
        (("U", "diag(1/(σ_i²+λ))", "Uᵀ"), 2),
        (("U", "diag(σ_i/(σ_i+λ))", "Uᵀ"), 2),
        (("U", "diag(1/(σ_i²+λ))", ""), 1),
    ],
)
def test_boxes_that_do_not_multiply_to_the_minimizer(boxes: tuple[str, str, str], marks: int) -> None:
    """Where the product or the shape of the boxes is another, each is judged by itself."""
    marked = ITEM.mark(dict(zip(BOXES, boxes, strict=True)))
    assert marked.marks == marks


EXACT = st.one_of(st.integers(-9, 9), st.fractions(-3, 3, max_denominator=12))


@given(
    st.lists(st.lists(EXACT, min_size=3, max_size=3), min_size=1, max_size=3), st.lists(EXACT, min_size=3, max_size=3)
)
def test_sums_over_one_denominator(rows: list[list[ms.Rational]], column: list[ms.Rational]) -> None:
    """Products of matrices, added up over one denominator, are what adding up one after the other gives: the same
    values, and a fraction exactly where that is one.
    """
    plain = [sum([a * b for a, b in zip(row, column, strict=True)]) for row in rows]
    found = [*(Matrix(rows) @ ms.Vector(column)), *[row[0] for row in Matrix(rows) @ Matrix([[it] for it in column])]]
    assert (found, [*map(type, found)]) == (plain * 2, [*map(type, plain * 2)])
    weighed = [row[0] for row in cross_correlate(rows, [column])]
    assert (weighed, [*map(type, weighed)]) == (plain, [*map(type, plain)])
    assert added(column) == sum(column)
