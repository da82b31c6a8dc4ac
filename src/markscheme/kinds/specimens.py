"""Submissions that are made up: right ones in the notations that people use, wrong ones, and ones that say nothing.

Each is written for a class of kinds; a kind of a plug-in makes its own by the methods of `Kind`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch
from typing import Any, Final

from markscheme.draw import Draw
from markscheme.exact import Interval, Matrix, Rational, Shape, Vector
from markscheme.kinds.arrays import MatrixKind, ShapeKind, VectorKind
from markscheme.kinds.base import Kind
from markscheme.kinds.choices import NO, YES, AllThatApply, OneOf, YesNo
from markscheme.kinds.code import Code
from markscheme.kinds.collections import Truths, TupleSet
from markscheme.kinds.distributions import Distribution
from markscheme.kinds.expressions import Expression, MatrixExpression, typed
from markscheme.kinds.intervals import IntervalKind
from markscheme.kinds.mathematics import Mathematics, RealSetKind, RelationKind, SeveralKind
from markscheme.kinds.numbers import Exact, Integer, Numbers, Real
from markscheme.kinds.numerals import as_decimal
from markscheme.kinds.ordering import Ordering
from markscheme.kinds.printed import Printed
from markscheme.kinds.quantities import Quantity
from markscheme.kinds.rubric import LONGEST_PROSE, Rubric
from markscheme.kinds.showing import Computed, shown, shown_span
from markscheme.kinds.tokens import TokenSequence, TokenSequences
from markscheme.kinds.words import Words
from markscheme.reading.sets import MIRRORED, REALS, RealSet, point
from markscheme.reading.syntax import PI, Applied, Constant, Joined, Listed, Name, Related, rebuilt
from markscheme.text.notation import show

_NO_NUMBERS: Final = (
    "?", "five", "2 gizmos", "1/0", "9**9**9**9", "1.2.3", "7x7", "[2, 3]", "(1", "1..2", "\\frac{1}{", "--",
)  # fmt: skip


@singledispatch
def right(kind: Kind[Any], key: Any, rng: Draw) -> str:
    """A right submission, in one of the notations that people use."""
    return introduced(kind.write(key), rng)


@singledispatch
def wrong(kind: Kind[Any], key: Any, rng: Draw) -> str:  # noqa: ARG001 (what is registered uses them)
    """A readable submission that does not agree with the key."""
    raise TypeError(f"whether {kind.noun} is wrong, a person decides")


@singledispatch
def malformed(kind: Kind[Any], rng: Draw) -> str:  # noqa: ARG001
    """A submission that cannot be read as this kind."""
    raise TypeError(f"nothing is known that cannot be read as {kind.noun}")


def introduced(written: str, rng: Draw) -> str:
    """A submission as people wrap it: in a sentence, in dollars, in a box."""
    frames = ("{}", "{}", " {} ", "{}.", "x = {}", "answer: {}", "The answer is {}.", "${}$", "**{}**", "\\boxed{{{}}}")
    return rng.choice(frames).format(written)


def spelled(value: Rational, rng: Draw) -> str:
    """The number in one of the notations that people use, without spaces."""
    fraction = Fraction(value)
    spellings = [str(value), str(value).replace("-", "−"), f"{fraction.numerator}/{fraction.denominator}"]
    spellings.append(f"{3 * fraction.numerator}/{3 * fraction.denominator}")
    decimal = as_decimal(value)
    if decimal:
        spellings += [decimal, f"{decimal}0" if "." in decimal else f"{decimal}.0"]
    return rng.choice(spellings)


# Numbers


@right.register(Integer)
@right.register(Exact)
def _(kind: Kind[Any], key: Rational, rng: Draw) -> str:  # noqa: ARG001
    return introduced(spelled(key, rng), rng)


@wrong.register
def _(kind: Integer, key: Rational, rng: Draw) -> str:  # noqa: ARG001
    return introduced(spelled(key + rng.choice((-2, -1, 1, 2, Fraction(1, 2))), rng), rng)


@wrong.register
def _(kind: Exact, key: Rational, rng: Draw) -> str:  # noqa: ARG001
    return introduced(spelled(key + rng.choice((-1, 1, Fraction(1, 10), Fraction(-1, 3))), rng), rng)


@malformed.register(Integer)
@malformed.register(Exact)
@malformed.register(Real)
def _(kind: Kind[Any], rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(_NO_NUMBERS)


@right.register
def _(kind: Real, key: Any, rng: Draw) -> str:
    exact = Fraction(key)
    short = exact.denominator < 10**9 and abs(exact.numerator) < 10**9
    return introduced(spelled(exact, rng) if short and rng.chance(1, 2) else kind.write(key), rng)


@wrong.register
def _(kind: Real, key: Any, rng: Draw) -> str:
    off = kind.tolerance.beyond(key) * rng.choice((-1, 1))
    return introduced(kind.write(Fraction(key) + off), rng)


@right.register
def _(kind: Numbers, key: tuple[Rational, ...], rng: Draw) -> str:
    numbers = key if kind.ordered else rng.shuffled(key)
    divider = rng.choice((", ", ",", " ", "; ", "\n", " and "))
    return introduced(divider.join([kind.written(number) for number in numbers]), rng)


@wrong.register
def _(kind: Numbers, key: tuple[Rational, ...], rng: Draw) -> str:
    numbers = list(key)
    if rng.chance(1, 4):
        return kind.write((*numbers, numbers[0]))
    place = rng.below(len(numbers))
    greatest = max(numbers) if rng.chance(1, 2) else min(numbers)
    beyond = kind.tolerance.beyond(greatest)
    numbers[place] = greatest + beyond if greatest == max(numbers) else greatest - beyond
    return introduced(kind.write(tuple(numbers)), rng)


@malformed.register
def _(kind: Numbers, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "[2, 3", "2, three", "2,, 3", "[1, 2; 3, 4]", "1 2, 3", "[]", "1/0, 2", "1 < x < 4"))


@right.register
def _(kind: Quantity, key: Rational, rng: Draw) -> str:
    if kind.tolerance.bounded or rng.chance(1, 2):
        return introduced(kind.write(key), rng)
    return introduced(f"{spelled(key, rng)} {kind.unit}", rng)


@wrong.register
def _(kind: Quantity, key: Rational, rng: Draw) -> str:
    off = kind.tolerance.beyond(key) * rng.choice((-1, 1))
    return introduced(rng.choice((kind.write(Fraction(key) + off), f"{kind.write(key).split()[0]} kg m")), rng)


@malformed.register
def _(kind: Quantity, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice((*_NO_NUMBERS, "2.5", "3 flurbs"))


# Ordering


@right.register
def _(kind: Ordering, key: tuple[str, ...], rng: Draw) -> str:
    return rng.choice((", ", " ", " -> ")).join(kind.write(key).split(", "))


@wrong.register
def _(kind: Ordering, key: tuple[str, ...], rng: Draw) -> str:
    place = rng.below(len(key) - 1)
    moved = (*key[:place], key[place + 1], key[place], *key[place + 2 :])
    return kind.write(moved if len(key) > 1 and not kind.compare(key, moved) else key[:-1] or moved)


@malformed.register
def _(kind: Ordering, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "first the last", "1 + 2"))


# Arrays


def _entry(kind: Any, entry: Rational, rng: Draw) -> str:
    return kind.written(entry) if kind.tolerance.bounded else spelled(entry, rng)


def _off(kind: Any, entry: Rational, rng: Draw) -> Rational:
    return entry + rng.choice((-1, 1)) * kind.tolerance.beyond(entry)


@right.register
def _(kind: VectorKind, key: Vector, rng: Draw) -> str:
    entries = [_entry(kind, entry, rng) for entry in key]
    commas, spaces, rows = ", ".join(entries), " ".join(entries), r" \\ ".join(entries)
    frames = ("[{}]", "({})", "{}", "<{}>", "{{{}}}", "np.array([{}])", "Vector(({}))", "[{}]^T", "vec({})")
    styles = [frame.format(commas) for frame in frames]
    styles += [spaces, f"[{spaces}]", f"[{'; '.join(entries)}]", f"[[{'],['.join(entries)}]]"]
    styles += [rf"\begin{{{name}}} {rows} \end{{{name}}}" for name in ("bmatrix", "pmatrix")]
    return introduced(rng.choice(styles), rng)


@wrong.register
def _(kind: VectorKind, key: Vector, rng: Draw) -> str:
    if rng.chance(1, 5):
        return introduced(kind.write(Vector((*key, key[0]))), rng)
    place = rng.below(len(key))
    entries = [_off(kind, entry, rng) if at == place else entry for at, entry in enumerate(key)]
    return introduced(kind.write(Vector(entries)), rng)


@malformed.register
def _(kind: VectorKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "[2, 3", "2, three", "[2,, 3]", "[[1, 2], [3, 4]]", "[1 2, 3]", "[]", "[1/0, 2]", "2(3)"))


@right.register
def _(kind: MatrixKind, key: Matrix, rng: Draw) -> str:
    rows = [[_entry(kind, entry, rng) for entry in row] for row in key]
    commas, spaces = [", ".join(row) for row in rows], [" ".join(row) for row in rows]
    lists, tex = f"[[{'], ['.join(commas)}]]", r" \\ ".join([" & ".join(row) for row in rows])
    styles = [lists, f"np.array({lists})", "[[" + "]\n [".join(spaces) + "]]", f"(({',), ('.join(commas)},))"]
    styles += [rf"\begin{{{name}}} {tex} \end{{{name}}}" for name in ("bmatrix", "pmatrix", "matrix")]
    if len(rows) > 1:
        styles += ["; ".join(spaces), f"[{'; '.join(spaces)}]", "\n".join(spaces), f"mat({'; '.join(commas)})"]
    return introduced(rng.choice(styles), rng)


@wrong.register
def _(kind: MatrixKind, key: Matrix, rng: Draw) -> str:
    if rng.chance(1, 5):
        return introduced(kind.write(Matrix([*key, key[0]])), rng)
    i, j = rng.below(key.shape[0]), rng.below(key.shape[1])
    rows = [list(row) for row in key]
    rows[i][j] = _off(kind, rows[i][j], rng)
    return introduced(kind.write(Matrix(rows)), rng)


@malformed.register
def _(kind: MatrixKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "[[1, 2], [3]]", "[1, 2]", "[[1, 2], [3, x]]", "[[1, 2], 3]", "[[1, 2]", "[[]]", "2(3)"))


@right.register
def _(kind: ShapeKind, key: Shape, rng: Draw) -> str:  # noqa: ARG001
    lengths = [str(length) for length in key]
    frames = ("[{}]", "({})", "{}", "torch.Size([{}])", "shape: ({})")
    styles = [frame.format(", ".join(lengths)) for frame in frames]
    styles += [divider.join(lengths) for divider in ("×", " x ", "x", r" \times ", " ", " by ")]
    return introduced(rng.choice(styles), rng)


@wrong.register
def _(kind: ShapeKind, key: Shape, rng: Draw) -> str:
    place = rng.below(len(key))
    lengths = list(key)
    lengths[place] += rng.int(1, 3)
    return introduced(kind.write(Shape(lengths if rng.chance(3, 4) else [*key, 1])), rng)


@malformed.register
def _(kind: ShapeKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(
        ("?", "[10, 64", "[10, -3]", "[10, 1/2]", "10 channels", "[[1, 2], [3, 4]]", "[n, c, h, w]", "[]")
    )


# Choices and tokens


@right.register
def _(kind: OneOf, key: str, rng: Draw) -> str:  # noqa: ARG001
    frames = ("{}", " {} ", "({})", "{})", "{}.", "Answer: {}", "the answer is {}", "option {}", "**{}**", '"{}"')
    return rng.choice(frames).format(key)


@wrong.register
def _(kind: OneOf, key: str, rng: Draw) -> str:
    return right(kind, rng.choice([label for label in kind.labels if label != key]), rng)


@malformed.register
def _(kind: OneOf, rng: Draw) -> str:
    one, other = kind.labels[:2]
    return rng.choice(("?", f"{one} or {other}", f"not {one}", f"{one}{other}{one}!", "the first, I think"))


@right.register
def _(kind: AllThatApply, key: frozenset[str], rng: Draw) -> str:
    labels = rng.shuffled([label for label in kind.labels if label in key])
    if not labels:
        return rng.choice(("none", "None of them.", "{}", "∅"))
    styles = [", ".join(labels), "{" + ", ".join(labels) + "}", "; ".join(labels), " and ".join(labels)]
    styles += [", ".join([f"({label})" for label in labels]), "\n".join(labels), f"the answer is {', '.join(labels)}."]
    return rng.choice(styles)


@wrong.register
def _(kind: AllThatApply, key: frozenset[str], rng: Draw) -> str:
    return right(kind, key ^ frozenset({rng.choice(kind.labels)}), rng)


@malformed.register
def _(kind: AllThatApply, rng: Draw) -> str:
    one = kind.labels[0]
    return rng.choice(("?", f"{one}, and some more", f"not {one}", f"all but {one}", f"{one} or {kind.labels[1]}"))


@right.register
def _(kind: YesNo, key: bool, rng: Draw) -> str:  # noqa: ARG001
    word = rng.choice(YES if key else NO)
    return rng.choice((word, word.capitalize(), f"{word}.", f" {word}", f"answer: {word}"))


@wrong.register
def _(kind: YesNo, key: bool, rng: Draw) -> str:
    return right(kind, not key, rng)


@malformed.register
def _(kind: YesNo, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "maybe", "yes or no", "not yes", "1/2"))


def _changed(kind: Any, sequence: tuple[str, ...], rng: Draw) -> tuple[str, ...]:
    place = rng.below(len(sequence))
    other = rng.choice([token for token in kind.vocabulary if token != sequence[place]])
    return (*sequence[:place], other, *sequence[place + 1 :])


@right.register
def _(kind: TokenSequence, key: tuple[str, ...], rng: Draw) -> str:  # noqa: ARG001
    quoted = [f'"{token}"' for token in key]
    styles = [divider.join(key) for divider in (" ", ", ", " -> ", " → ", ",")]
    styles += [f"[{', '.join(quoted)}]", f"({' '.join(key)})", " ".join(key).upper(), f"y: {' '.join(key)}"]
    return rng.choice(styles)


@wrong.register
def _(kind: TokenSequence, key: tuple[str, ...], rng: Draw) -> str:
    return kind.write((*key, key[0]) if rng.chance(1, 4) else _changed(kind, key, rng))


@malformed.register
def _(kind: TokenSequence, rng: Draw) -> str:
    return rng.choice(("?", f"{kind.vocabulary[0]} and so on", "[]", "1 2 3 4", f"not {kind.vocabulary[0]}"))


@right.register
def _(kind: TokenSequences, key: tuple[tuple[str, ...], ...], rng: Draw) -> str:  # noqa: ARG001
    lines = [" ".join(sequence) for sequence in rng.shuffled(key)]
    styles = ["\n".join(lines), "; ".join(lines), "\n".join([f"{n}. {line}" for n, line in enumerate(lines, 1)])]
    styles.append("[" + ", ".join(["[" + ", ".join(line.split()) + "]" for line in lines]) + "]")
    if all(len(sequence) > 1 for sequence in key):
        styles += [", ".join(lines), " and ".join(lines), ", ".join([f'"{line}"' for line in lines])]
    return rng.choice(styles)


@wrong.register
def _(kind: TokenSequences, key: tuple[tuple[str, ...], ...], rng: Draw) -> str:
    place = rng.below(len(key))
    return kind.write((*key[:place], _changed(kind, key[place], rng), *key[place + 1 :]))


@malformed.register
def _(kind: TokenSequences, rng: Draw) -> str:
    return rng.choice(("?", f"{kind.vocabulary[0]} and so on", "[]", "1 2 3 4; 5", f"not {kind.vocabulary[0]}"))


# Intervals and sets of reals


@right.register
def _(kind: IntervalKind, key: Interval, rng: Draw) -> str:
    name = rng.choice((kind.variable or "x", "x", "lambda", r"\lambda"))
    above, up = ("<=", ">=") if key.low_closed else ("<", ">")
    below, down = ("<=", ">=") if key.high_closed else ("<", ">")
    low, high = kind.written_end(key.low, "-inf"), kind.written_end(key.high, "inf")
    opening, closing = "[" if key.low_closed else "(", "]" if key.high_closed else ")"
    styles = [
        kind.write(key),
        f"{low} {above} {name} {below} {high}",
        f"{high} {down} {name} {up} {low}",
        f"{name} {up} {low} and {name} {below} {high}",
        f"{opening}{low}, {high}{closing}",
        f"{name} ∈ {opening}{low}, {high}{closing}",
        rf"${name} \in \left{opening}{low}, {high}\right{closing}$".replace("inf", r"\infty"),
        f"{'[' if key.low_closed else ']'}{low}; {high}{']' if key.high_closed else '['}",
        f"{{{name} : {name} {up} {low}, {name} {below} {high}}}",
        rf"${low} {above} {name} {below} {high}$".replace("<=", r"\leq").replace("inf", r"\infty"),
    ]
    return rng.choice(styles)


@wrong.register
def _(kind: IntervalKind, key: Interval, rng: Draw) -> str:
    low, high = key.low, key.high
    others = [
        Interval(None if low is None else low - 1, high, not key.low_closed, key.high_closed),
        Interval(low, None if high is None else high + 1, key.low_closed, not key.high_closed),
        Interval(None, low, high_closed=not key.low_closed) if low is not None else Interval(high, None),
        Interval(low, None if high is not None else (low or 0) + 1, key.low_closed),
    ]
    return kind.write(rng.choice([other for other in others if not kind.compare(key, other)]))


@malformed.register
def _(kind: IntervalKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(
        ("?", "[4, 1]", "1 ≤ x ≥ 4", "[1, 4", "between 1 and 4", "1, 4", "x < y", "[1, 2, 3]", "x not in [1, 4]")
    )


@right.register
def _(kind: RealSetKind, key: RealSet, rng: Draw) -> str:
    said = [show(shown_span(span), "plain", math=True) for span in rng.shuffled(key.spans)] or ["∅"]
    styles = [kind.write(key), rng.choice((" ∪ ", " U ", r" \cup ", " or ")).join(said), f"x ∈ {kind.write(key)}"]
    return rng.choice(styles)


@wrong.register
def _(kind: RealSetKind, key: RealSet, rng: Draw) -> str:
    others = (REALS - key, key | point(Constant(10**6)), key - point(Constant(rng.int(-9, 9))), RealSet(()))
    return kind.write(next(it for it in rng.shuffled(others) if not kind.compare(key, it)))


@malformed.register
def _(kind: RealSetKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "[4, 1]", "[1, 4", "1 < x > 4", "x = 2y", "(1, 2) ∪", "x < y < 2", "{1, 2", "[1, 2, 3]"))


# Expressions, and any mathematics


@right.register
def _(kind: Expression, key: Any, rng: Draw) -> str:
    if isinstance(key, Computed):
        raise TypeError("a function has no spelling")
    tree = _expanded(key) if rng.chance(1, 3) else key
    return introduced(_spelling(_reordered(tree, rng, kind.commuting), rng, apart=False), rng)


def _spelling(tree: Any, rng: Draw, *, apart: bool) -> str:
    """A tree in one of the notations that people use; with `apart`, names are kept from the parentheses behind them."""
    node = shown(tree, explicit=rng.chance(1, 3), apart=apart)
    return rng.choice((show(node, "plain", math=True), show(node, "latex", math=True), typed(node)))


@wrong.register
def _(kind: Expression, key: Any, rng: Draw) -> str:
    if isinstance(key, Computed):
        raise TypeError("a function has no spelling")
    added = Name(rng.choice(kind.symbols.names)), Constant(1)
    others = [Applied("*", (Constant(2), key)), Applied("-", (key,)), *[Applied("+", (key, it)) for it in added]]
    if isinstance(kind, MatrixExpression):
        tripled = Applied("*", (Constant(3), key))
        others = [others[0], Applied("+", (key, key)), tripled, Applied("-", (tripled,))]
    found = [it for it in rng.shuffled(others) if it != key and not kind.compare(key, it)]
    return introduced(typed(kind.show(found[0])), rng)


@malformed.register
def _(kind: Expression, rng: Draw) -> str:
    name = rng.choice(kind.symbols.names)
    return rng.choice(
        ("?", f"{name} +", f"(1 - {name}", f"{name} qqq_q", f"{name}^{name}", "1/0", "9**9**9**9", "2 3", "[1, 2]",
         f"{name} = 1 = 2", r"\frac{1}", "log 2", "__import__('os')")
    )  # fmt: skip


@malformed.register
def _(kind: MatrixExpression, rng: Draw) -> str:
    name = rng.choice(kind.symbols.matrices)
    return rng.choice(
        ("?", f"{name} +", f"({name}", f"{name} qqq_q", f"{name}^{name}", f"1/{name}", f"{name} + 1", "[1, 2]",
         f"sqrt({name})", "9**9**9**9", "diag()", "__import__('os')", f"{name} = I = 2")
    )  # fmt: skip


@right.register
def _(kind: Mathematics, key: Any, rng: Draw) -> str:  # noqa: ARG001
    tree = _reordered(_expanded(key) if rng.chance(1, 3) else key, rng, "+*")
    return introduced(_spelling(tree, rng, apart=True), rng)


@wrong.register
def _(kind: Mathematics, key: Any, rng: Draw) -> str:
    added = Constant(rng.int(1, 9)), Name("x"), PI
    others = [Applied("*", (Constant(3), key)), *[Applied("+", (key, it)) for it in added]]
    return kind.write(rng.choice(others))


@malformed.register
def _(kind: Mathematics, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(
        ("?", "x +", "(1 - x", "1/0", "9**(9**9)", "[1, 2", "x = 1 = 2", "__import__('os')", "sin", "log(0)",
         "because of that", "|x", "it is not x")
    )  # fmt: skip


@right.register
def _(kind: SeveralKind, key: Any, rng: Draw) -> str:
    is_ordered = isinstance(key, Listed) and key.brackets in {"()", "[]", "[,]"}
    return kind.write(
        key if is_ordered or not isinstance(key, Listed) else Listed(rng.shuffled(key.items), key.brackets)
    )


@wrong.register
def _(kind: SeveralKind, key: Any, rng: Draw) -> str:  # noqa: ARG001
    items = key.parts if isinstance(key, Joined) else key.items
    first, *others = items
    changed = Applied("+", (first, Constant(1))) if not isinstance(first, Listed) else first.items[0]
    return kind.write(Listed((changed, *others, *others[-1:]), getattr(key, "brackets", "")))


@malformed.register
def _(kind: SeveralKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("1", "?, 2", "1, (2", "{1, 2", "1, 2 3", "(1, because)", ",,"))


@right.register
def _(kind: RelationKind, key: Related, rng: Draw) -> str:
    left, right_side = key.sides
    factor = Constant(rng.int(2, 9))
    difference = Applied("+", (left, Applied("-", (right_side,))))
    scaled = tuple([Applied("*", (factor, side)) for side in key.sides])
    turned = Related((right_side, left), (MIRRORED[key.signs[0]],))
    moved = Related((difference, Constant(0)), key.signs)
    return kind.write(rng.choice((key, turned, moved, Related(scaled, key.signs))))


@wrong.register
def _(kind: RelationKind, key: Related, rng: Draw) -> str:
    moved = Applied("+", (key.sides[-1], Constant(rng.int(1, 9))))
    return kind.write(Related((*key.sides[:-1], moved), key.signs))


@malformed.register
def _(kind: RelationKind, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "x + y", "x =", "x = (1", "x == because", "2 3 = x", "[1, 2]"))


def _reordered(tree: Any, rng: Draw, operations: str) -> Any:
    """A tree with the parts of some operations in another order."""
    again = rebuilt(tree, lambda it: _reordered(it, rng, operations))
    if isinstance(again, Applied) and again.operation in operations:
        return Applied(again.operation, rng.shuffled(again.parts))
    return again


def _expanded(tree: Any) -> Any:
    """The first product with a sum in it multiplied out, in each term."""
    match tree:
        case Applied("+", parts):
            return Applied("+", tuple([_expanded(part) for part in parts]))
        case Applied("*", parts):
            for place, part in enumerate(parts):
                if isinstance(part, Applied) and part.operation == "+":
                    terms = [Applied("*", (*parts[:place], term, *parts[place + 1 :])) for term in part.parts]
                    return Applied("+", tuple(terms))
            return tree
        case _:
            return tree


# What people read


@right.register
def _(kind: Words, key: str, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice((key, key.upper(), rf"\text{{{key}}}", f"{key}."))


@wrong.register
def _(kind: Words, key: str, rng: Draw) -> str:
    if not kind.closed:
        raise TypeError(f"whether {kind.noun} is wrong, a person decides")
    return f"{rng.choice(('no', 'some other', 'un'))} {key}"


@wrong.register
def _(kind: TupleSet, key: frozenset[tuple[str, ...]], rng: Draw) -> str:
    other = tuple([f"{rng.int(100, 999)}" for _ in range(kind.width)])
    return kind.write(key ^ {other} if rng.chance(1, 2) or not key else key - {rng.choice(sorted(key))})


@malformed.register
def _(kind: TupleSet, rng: Draw) -> str:
    return rng.choice(("{(1)}", "(1, 2", "1, 2, 3", "the diagonal", f"({', '.join(['1'] * (kind.width + 1))})"))


@wrong.register
def _(kind: Truths, key: tuple[bool, ...], rng: Draw) -> str:
    at = rng.below(len(key))
    return kind.write(tuple([it != (i == at) for i, it in enumerate(key)]))


@malformed.register
def _(kind: Truths, rng: Draw) -> str:
    return rng.choice(("T " * (kind.rows + 1), "maybe", "2 " * kind.rows, "T?"))


@wrong.register
def _(kind: Distribution, key: tuple[str, tuple[Fraction, ...]], rng: Draw) -> str:
    name, parameters = key
    return kind.write((name, (*parameters[:-1], parameters[-1] + rng.int(50, 60) + Fraction(1, 7))))


@malformed.register
def _(kind: Distribution, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("normal", "Zeta(2)", "Bin(10)", "N(0, x)", "17", "Poisson(1, 2)"))


@right.register
def _(kind: Printed, key: str, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice((key, f"{key}\n", key.replace("\n", " ⏎ "), f"```\n{key}\n```", key.replace(", ", ",")))


@wrong.register
def _(kind: Printed, key: str, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice((f"{key}\n0", f"1{key}", key.replace("\n", " ") + " None"))


@malformed.register
def _(kind: Printed, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("\x07", "a\n" * 500, "```\n\n```"))


@malformed.register
def _(kind: Words, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("?", "x = 1", "17", "a word " * 20))


@right.register
def _(kind: Rubric, key: str, rng: Draw) -> str:  # noqa: ARG001
    return f"{rng.choice(('', 'Because ', ' '))}{key}"


@wrong.register
def _(kind: Rubric, key: str, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("I do not know.", "It just is.", "42"))


@malformed.register
def _(kind: Rubric, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice("ab ").join("words") * LONGEST_PROSE


@right.register
def _(kind: Code, key: str, rng: Draw) -> str:  # noqa: ARG001
    return f"{key}{rng.choice(('', chr(10)))}"


@wrong.register
def _(kind: Code, key: str, rng: Draw) -> str:  # noqa: ARG001
    return rng.choice(("pass", "print(42)", "import this"))
