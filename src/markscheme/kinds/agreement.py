"""Whether two formulas have the same values: exactly where they are fractions, else by digits with their error.

Symbols are drawn: real, positive, negative and mixed, whole ones within factorials, matrices and vectors where either
text marks them as such. Where a formula has a kink, points lie around every number that the two name, at several
scales. Points depend on what is compared, so that nothing can be made to agree at them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, pairwise
from typing import Any, Final, TypeAlias

from markscheme.draw import Draw
from markscheme.exact import Matrix, Rational
from markscheme.kinds.base import Comparison, Undecided
from markscheme.kinds.numerals import as_decimal, in_digits
from markscheme.kinds.showing import Computed, written
from markscheme.kinds.tolerance import is_double_of, rounds_to
from markscheme.language import NOTHING, Message, joined, say
from markscheme.reading.claims import as_written
from markscheme.reading.evaluate import KNOWN, value_of
from markscheme.reading.sets import as_fraction, coefficients
from markscheme.reading.syntax import (
    IMAGINARY,
    INFINITY,
    Applied,
    Called,
    Constant,
    Name,
    Related,
    Rounded,
    Summed,
    Ways,
    names_of,
    parts_of,
    rebuilt,
    walked,
)
from markscheme.reading.values import Approx, Identity, TooLarge, Undefined, agree, is_rough
from markscheme.reading.words import FUNCTION_LETTERS, WITH_LAWS

Told: TypeAlias = Callable[[Any, Iterable[Any]], "Message | str"]
"""The coordinates of a point that matter to some trees, for people."""
ValueAt: TypeAlias = Callable[[Any, Any, int], Any]
"""The value of a tree at a point, to so many digits."""
SLOTS: Final = 6
TRIES: Final = 8
_SMALL: Final = (2, -3, Fraction(1, 2), 3, -2, Fraction(5, 3), 5, Fraction(-1, 3), 7, Fraction(9, 4))
_SCALES: Final = tuple([Fraction(10) ** k * Fraction(97, 89) for k in (-6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6)])
_KINKED: Final = frozenset("abs sgn floor ceil round max min mod relu".split())
_STEPPED: Final = frozenset("floor ceil round".split())
_COMPLEX: Final = frozenset("re im conj arg".split())
_WHOLE: Final = frozenset({"!", "binom"})
_OF_ARRAYS: Final = frozenset("det tr norm inv rank".split())
_PRECISIONS: Final = (60, 130, 260)
_MOST_POINTS: Final = 40
_LARGEST_WHOLE: Final = 300


class Work:
    """What one comparison may still cost, in nodes of trees that are evaluated."""

    def __init__(self, left: int = 20_000) -> None:
        self.left = left

    def spend(self, cost: int) -> None:
        """Raises `Undecided` where nothing is left."""
        self.left -= cost
        if self.left < 0:
            raise Undecided(say("too-much-work"))


@dataclass(frozen=True)
class Field:
    """What is known of the symbols in two trees, and the way in which they are read."""

    positive: frozenset[str] = frozenset()
    integer: frozenset[str] = frozenset()
    log: str = ""
    """The base of a log without one, `e` or `10`; where empty, it may be either."""
    way: Ways | None = None
    bases: frozenset[str] = frozenset()
    """Names that are bases of powers and logarithms."""
    work: Work = field(default_factory=Work, compare=False)

    def of(self, name: str, *options: str) -> str:
        """As what something that can be read in several ways is read here."""
        return self.way.of(name, *options) if self.way else options[0]


def formulas(key: Any, value: Any, field: Field) -> Comparison:
    """Whether two formulas agree; the note says how, or where they part. Raises `Undecided`."""
    if type(key) is type(value) is Constant:
        return Comparison(True) if key.value == value.value else _numbers(key, value)
    key, value = settled(key, value, field)
    if key == value:
        return Comparison(True)
    if INFINITY in (key, value) or any(it == Applied("-", (INFINITY,)) for it in (key, value)):
        return Comparison(False, say("yours-is", yours=written(value), key=written(key)))
    near = rounded(key, value)
    if near is not None:
        return near
    if not any(names_of(key)) and not any(names_of(value)) and not _unknown(key) | _unknown(value):
        return _numbers(key, value)
    return _at_points(key, value, field)


def settled(key: Any, value: Any, field: Field) -> tuple[Any, Any]:
    """Both trees, with what can be read in several ways as it is read in this one."""
    trees = [key, value]
    if any(isinstance(it, Applied) and it.operation == "()" for tree in trees for it in walked(tree)):
        one, other = [set(_factors(tree)) for tree in trees]
        sure = {name for tree in trees for it in walked(tree) for name in _composed(it)} - one - other
        trees = [
            _applied(key, one | (other - FUNCTION_LETTERS), other, sure, field),
            _applied(value, other | (one - FUNCTION_LETTERS), one, sure, field, shown=one),
        ]
    names = [set(names_of(tree)) for tree in trees]
    if any("i" in it for it in names) or any(
        isinstance(it, Called) and it.function in _COMPLEX for tree in trees for it in walked(tree)
    ):
        is_imaginary = field.of("i", "imaginary", "symbol?") == "imaginary"
    else:
        options = ("symbols", "imaginary?") if all(names) else ("imaginary", "symbols?")
        is_imaginary = any({"I", "j"} & it for it in names) and field.of("I and j", *options).startswith("imaginary")
    if is_imaginary:
        trees = [_imaginary(tree, own) for tree, own in zip(trees, names, strict=True)]
    if any(isinstance(it, Called) and it.function == "log" for tree in trees for it in walked(tree)):
        base = field.log or field.of("log", "e", "10")
        trees = [_logarithms(tree, "ln" if base == "e" else "log10") for tree in trees]
    return trees[0], trees[1]


def _factors(tree: Any, head: bool = False) -> Iterator[str]:
    """The names in a tree that stand for themselves, and not before parentheses."""
    match tree:
        case Name(name) if not head:
            yield name
        case Applied("()", (first, argument)):
            yield from _factors(first, head=True)
            yield from _factors(argument)
        case Applied("^", (Name(), exponent)) if head:
            yield from _factors(exponent)
        case _ if not isinstance(tree, Name):
            for part in parts_of(tree):
                yield from _factors(part)
        case _:
            return


def _composed(tree: Any) -> tuple[str, ...]:
    """The letters of two functions of which one is applied to the other, as in `f(g(x))`."""
    match tree:
        case Applied("()", (Name(outer), Applied("()", (Name(inner), _)))) if {outer, inner} <= FUNCTION_LETTERS:
            return outer, inner
        case _:
            return ()


def _applied(
    tree: Any,
    factors: set[str],
    doubtful: set[str],
    sure: set[str],
    field: Field,
    shown: AbstractSet[str] = frozenset(),
) -> Any:
    """A tree in which a name with parentheses behind it is a factor, if it is one elsewhere, or else a function.

    That only the answer has a letter such as f as a factor does not settle what it is in the key; that only the key has
    (`shown`) settles what it is before a sum, as in g(1 - β).
    """
    tree = rebuilt(tree, lambda it: _applied(it, factors, doubtful, sure, field, shown))
    match tree:
        case Applied("()", (head, argument)):
            base = head.parts[0] if isinstance(head, Applied) else head
            named = base.name if isinstance(base, Name) else ""
            options = ("a function", "a factor" if named in doubtful else "a factor?")
            is_before_sum = isinstance(argument, Applied) and argument.operation == "+"
            if not named or named in factors or (named in shown and is_before_sum):
                return Applied("*", (head, argument))
            if named not in sure and field.of(f"{named}( )", *options) != "a function":
                return Applied("*", (head, argument))
            function = named if base is head else f"{named}^{written(head.parts[1])}"
            return Called("gamma_function" if function == "Γ" else function, (argument,))
        case _:
            return tree


def _imaginary(tree: Any, names: set[str]) -> Any:
    """A tree in which i, or j or I where it has no i, is the imaginary unit."""
    unit = next((it for it in ("i", "j", "I") if it in names), "i")
    return IMAGINARY if tree == Name(unit) else rebuilt(tree, lambda it: _imaginary(it, names))


def _logarithms(tree: Any, function: str) -> Any:
    tree = rebuilt(tree, lambda it: _logarithms(it, function))
    return Called(function, tree.parts) if isinstance(tree, Called) and tree.function == "log" else tree


def _unknown(tree: Any) -> set[str]:
    """The functions in a tree of which nothing is known."""
    return {it.function for it in walked(tree) if isinstance(it, Called) and it.parts and it.function not in KNOWN}


# Numbers


def _numbers(key: Any, value: Any) -> Comparison:
    try:
        same, own, said = _both(key, value, {}, real=not _is_complex(key, value))
        if own is None or said is None:
            same, own, said = _both(key, value, {}, real=False)
    except TooLarge:
        raise Undecided(say("numbers-too-large")) from None
    if own is None or said is None:
        if own is None and said is None:
            raise Undecided(say("no-value-in-either"))
        return Comparison(False, say("yours-gives", yours=_real(said), key=_real(own)))
    if same is None:
        raise Undecided(say("digits-do-not-tell"))
    return (
        Comparison(True, say("another-form"))
        if same
        else Comparison(False, say("yours-gives", yours=_real(said), key=_real(own)))
    )


def _is_complex(key: Any, value: Any) -> bool:
    """Whether one of two trees is written with complex numbers."""
    return any(
        it == IMAGINARY or (isinstance(it, Called) and it.function in _COMPLEX)
        for tree in (key, value)
        for it in walked(tree)
    )


def _both(
    key: Any, value: Any, at: Any, value_at: ValueAt | None = None, *, real: bool
) -> tuple[bool | None, Any, Any]:
    """Whether two trees have the same value at a point, and both; None for one that has none. Raises `TooLarge`."""
    own = said = same = None
    for digits in _PRECISIONS:
        own, said = [_value(tree, at, digits, real, value_at) for tree in (key, value)]
        if own is None or said is None:
            return None, own, said
        are_arrays = isinstance(own, Matrix | Identity) and isinstance(said, Matrix | Identity)
        same = agree(own, said) if are_arrays else agree(_scalar(own), _scalar(said))
        if same is False or (same and not is_rough(own, said)):
            return same, own, said
    return same, own, said


def _scalar(value: Any) -> Any:
    """A 1×1 matrix as its entry, and a matrix of zeros as 0."""
    if isinstance(value, Matrix):
        if value.shape == (1, 1):
            return value[0][0]
        if all(entry == 0 for row in value for entry in row):
            return 0
    return value


def _value(tree: Any, at: Any, digits: int, real: bool, value_at: ValueAt | None) -> Any:
    """The value of a tree at a point, None where it has none there."""
    try:
        if value_at is not None:
            found = value_at(tree, at, digits)
            return found if not real or is_real(found) else None
        return value_of(tree, at, digits=digits, unknown=getattr(at, "unknown", None), real=real)
    except TooLarge:
        raise
    except ArithmeticError:
        return None


def is_real(value: Any) -> bool:
    """Whether a value is no complex number."""
    return not isinstance(value, Approx) or value.is_real


def _real(value: Any) -> Message | str:
    """A value for people, or that there is none."""
    return say("nothing-real") if value is None else _digits(value)


def _digits(value: Any) -> str:
    """A value for people."""
    if isinstance(value, int | Fraction):
        exact = as_decimal(value) or str(value)
        return exact if len(exact) <= 12 else in_digits(value, 6)
    if isinstance(value, Approx):
        if not value.is_real:
            return f"{complex(value.value):.6g}".replace("j", "i")
        return f"{float(value.value.real):.6g}" if abs(value.error) < 900 else str(value)
    if isinstance(value, Identity):
        return f"{value.factor} I"
    if isinstance(value, Matrix):
        return f"[{', '.join([f'[{chr(44).join([_digits(it) for it in row])}]' for row in value])}]"
    return str(value)


def rounded(key: Any, value: Any) -> Comparison | None:
    """That a decimal of three digits or more is the rounding of the other number, which has no end in decimals.

    So is a decimal of 15 digits or more that is the other number in the arithmetic of a program. None otherwise.
    """
    for tree, decimal in ((key, value), (value, key)):
        found = as_written(decimal)
        if found is None or isinstance(tree, Computed) or any(names_of(tree)):
            continue
        said, places = found
        try:
            exact = value_of(tree, {})
        except (Undefined, TooLarge, LookupError):
            continue
        if isinstance(exact, Approx | int | Fraction):
            full = Fraction(exact) if isinstance(exact, int | Fraction) else as_fraction(tree)
            if full == said:
                continue
            if is_double_of(full, said, places):
                return Comparison(True, say("as-programs-compute"))
            is_endless = isinstance(exact, Approx) or as_decimal(exact) is None or isinstance(tree, Measured)
            if is_endless and rounds_to(full, said, places):
                return Comparison(True, say("rounded-to", places=places, off=f"{float(abs(full - said)):.1e}"))
            if isinstance(tree, Measured) and abs(full - said) <= abs(full) / 10**6:
                return Comparison(True, say("off-by", off=f"{float(abs(full - said)):.1e}"))
    return None


@dataclass(frozen=True, slots=True)
class Measured(Rounded):
    """A number as a program has it, of which three digits suffice."""


# At points


class At(dict[str, Any]):
    """A value for every symbol, drawn when it is first asked for, and for every function at its arguments."""

    def __init__(
        self, name: str, field: Field, *, sign: int = 0, whole: bool = False, near: tuple[Any, ...] = (), scale: int = 1
    ) -> None:
        super().__init__()
        self._scale = scale
        self._name, self._field, self._sign, self._whole, self._near = name, field, sign, whole, near

    def __contains__(self, key: object) -> bool:
        return key == "I" or super().__contains__(key)

    def __missing__(self, symbol: str) -> Any:
        rng = Draw(f"{self._name}: {symbol}")
        is_positive = symbol in self._field.positive
        if symbol in self._field.integer:
            self[symbol] = rng.int(1 if is_positive else -9, 9)
        elif self._whole:
            self[symbol] = rng.int(0, 9)
        elif self._near:
            value = rng.choice(self._near)
            self[symbol] = abs(value) if is_positive else value
        else:
            drawn = rng.choice(_SMALL) if rng.chance(2, 3) else Fraction(rng.int(1, 400) * rng.choice((1, -1)), 97)
            sign = 1 if is_positive else self._sign
            self[symbol] = Fraction(sign * abs(drawn) if sign else drawn) / self._scale
        if symbol in self._field.bases and self[symbol] == 1:
            self[symbol] = Fraction(97, 89)
        return self[symbol]

    def fixed(self, name: str, value: Rational) -> At:
        """It, with a value for one name."""
        self[name] = value
        return self

    def unknown(self, function: str, values: tuple[Any, ...]) -> Fraction:
        """What a function of which nothing is known gives: one number for each of its arguments' values."""
        rng = Draw(f"{self._name}: {function}({', '.join(map(_argument, values))})")
        return Fraction(rng.int(1, 400) * rng.choice((1, -1)), 97)


def _argument(value: Any) -> str:
    if isinstance(value, Matrix | Identity):
        return str(value)
    it = Approx.of(value, 60)
    return it.short(25) if it.is_away_from_zero else "0"


def points_for(key: Any, value: Any, count: int) -> list[At]:
    """Points at which two trees may be tried."""
    return [At(f"{key} and {value}/{number}", Field()) for number in range(count)]


def points_around(key: Any, value: Any) -> Iterator[At]:
    """Points around the numbers that two trees name, and on them."""
    near = _around(key, value, [Called("abs", (it,)) for tree in (key, value) for it in _differences(tree)])
    named = [
        sign * Fraction(it.value)
        for tree in (key, value)
        for it in walked(tree)
        if isinstance(it, Constant)
        for sign in (1, -1)
    ]
    return (At(f"{key} and {value}/{number}", Field(), near=(*near, *named)) for number in range(3 * len(near)))


def _base(tree: Any) -> Iterator[str]:
    """The name whose powers have names in their exponents, or of whose logarithms it is the base: it is positive."""
    match tree:
        case Applied("^", (Name(name), exponent)) if any(names_of(exponent)):
            yield name
        case Called("log_", (_, Name(name))):
            yield name
        case _:
            pass


def _differences(tree: Any) -> Iterator[Any]:
    if isinstance(tree, Related):
        yield Applied("+", (tree.sides[0], Applied("-", (tree.sides[-1],))))


def _at_points(key: Any, value: Any, field: Field) -> Comparison:
    if _is_marked(key) or _is_marked(value) or _commutes_not(key) or _commutes_not(value):
        return _of_arrays(key, value, field)
    bases = frozenset({name for tree in (key, value) for it in walked(tree) for name in _base(it)})
    field = replace(field, bases=bases)
    if bases := bases - field.positive:
        usual = replace(field, positive=field.positive | bases)
        found = at_slots(key, value, _slots(key, value, usual), more=_around_kinks(key, value, usual), work=field.work)
        if (
            found.agrees
            and not at_slots(key, value, _slots(key, value, field), one_domain=False, work=field.work).agrees
        ):
            raise Undecided(say("agree-where-positive", names=joined("places", *sorted(bases)), count=len(bases)))
    else:
        found = at_slots(key, value, _slots(key, value, field), more=_around_kinks(key, value, field), work=field.work)
    if found.agrees:
        if _kinks_too_far(key, value):
            raise Undecided(say("agree-as-far-as-computed"))
        return found
    if strange := {it for it in _unknown(key) ^ _unknown(value) if len(it) > 1 and it.isalpha()}:
        raise Undecided(say("names-not-known", names=", ".join(sorted(strange))))
    lawful = {it.partition("^")[0] for it in (_unknown(key) | _unknown(value))} & WITH_LAWS
    if lawful:
        raise Undecided(say("laws-not-known", names=", ".join(sorted(lawful))))
    derived = [{name for name in names_of(tree) if _is_derivative(name)} for tree in (key, value)]
    if derived[0] != derived[1]:
        raise Undecided(say("derivatives-otherwise"))
    return found


def _is_derivative(name: str) -> bool:
    return "'" in name or "/" in name or name.startswith(("\\dot", "\\ddot"))


def _slots(key: Any, value: Any, field: Field) -> Iterator[Iterator[At]]:
    """What is to be compared, each as points to try one after another: all positive, all negative, then anything."""
    name, whole = f"{key} against {value}", _is_of_whole(key) or _is_of_whole(value)
    for slot in range(SLOTS):
        sign = (1, -1, *[0] * SLOTS)[slot]
        yield (
            At(f"{name}/{slot}/{number}", field, sign=sign, whole=whole, scale=1 if number < TRIES - 2 else 8)
            for number in range(TRIES)
        )


def _is_of_whole(tree: Any) -> bool:
    """Whether a tree is one of whole numbers, as factorials and sums up to a name are."""
    return any(
        (isinstance(it, Called) and it.function in _WHOLE)
        or (isinstance(it, Summed) and not isinstance(it.size, str) and any(names_of(it.size)))
        for it in walked(tree)
    )


def _around_kinks(key: Any, value: Any, field: Field) -> Iterator[Iterator[At]]:
    """Points around all numbers that two trees name, if one of them has a kink, such as that of |x|."""
    name, whole = f"{key} against {value}", _is_of_whole(key) or _is_of_whole(value)
    if kinks := _kinks(key, value):
        near = _around(key, value, kinks)
        near = tuple(sorted({round(it) for it in near if 0 <= it <= _LARGEST_WHOLE})) if whole else near
        count = max(10, min(_MOST_POINTS, 20_000 // (1 + _cost(key) + _cost(value))))
        for place, (bent, at) in enumerate(_bends(kinks)):
            is_outside = (whole and not 0 <= at <= _LARGEST_WHOLE) or (at <= 0 and bent in field.positive)
            if not is_outside and not (at == 1 and bent in field.bases):
                yield iter([At(f"{name}/bend {place}", field, near=near).fixed(bent, at)])
        for number in range(min(count, 3 * len(near))):
            chosen = (near[number],) if number < len(near) and len({*names_of(key), *names_of(value)}) == 1 else near
            yield (At(f"{name}/near {number}/{k}", field, near=chosen) for k in range(2))


def _bends(kinks: list[Any]) -> Iterator[tuple[str, Fraction]]:
    """Names and numbers on both sides of where a kink bends; of a step function where it steps."""
    for kink in dict.fromkeys(kinks[:6]):
        inner = kink.parts[0]
        for name in _only_name(inner):
            if isinstance(kink, Called) and kink.function in _STEPPED:
                steps = [Applied("+", (inner, Constant(-whole))) for whole in (1, 2, -3)]
                yield from ((name, zero) for step in steps for zero in _zeros(step, name))
            else:
                yield from ((name, zero + beside) for zero in _zeros(inner, name) for beside in (-1, 1))


def _kinks_too_far(key: Any, value: Any) -> bool:
    """Whether formulas of whole numbers bend at numbers too large to be tried."""
    if not _is_of_whole(key) and not _is_of_whole(value):
        return False
    single = [(it.parts[0], name) for it in _kinks(key, value) for name in _only_name(it)][:4]
    return any(zero > _LARGEST_WHOLE for inner, name in single for zero in _zeros(inner, name))


def _kinks(key: Any, value: Any) -> list[Any]:
    return [it for tree in (key, value) for it in walked(tree) if _is_kink(it)]


def _is_kink(tree: Any) -> bool:
    if isinstance(tree, Called) and tree.function in _KINKED:
        return any(names_of(tree))
    is_root = isinstance(tree, Applied) and (
        tree.operation == "√" or (tree.operation == "^" and not _is_whole(tree.parts[1]))
    )
    return is_root and any(names_of(tree.parts[0]))


def _is_whole(tree: Any) -> bool:
    return isinstance(tree, Constant) and isinstance(tree.value, int)


def _cost(tree: Any) -> int:
    return sum([25 if isinstance(it, Called) else 1 for it in walked(tree)])


def _around(key: Any, value: Any, kinks: list[Any]) -> tuple[Rational, ...]:
    """Numbers around all those that two trees name, and around those where what is within a kink changes its sign."""
    named = {abs(Fraction(it.value)) for tree in (key, value) for it in walked(tree) if isinstance(it, Constant)}
    named |= {1 / it for it in named if it}
    found = {sign * it for it in sorted(named)[:16] for sign in (1, -1)}
    for kink in kinks[:4]:
        inner = kink.parts[0]
        for name in _only_name(inner):
            found |= _zeros(inner, name)
    ends = sorted(found | {Fraction(0)})
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    beyond = [ends[0] - 1, ends[-1] + 1]
    return tuple(dict.fromkeys([*between, *beyond, *[sign * it for it in _SCALES for sign in (1, -1)]]))


def _only_name(tree: Any) -> set[str]:
    """The name in a tree, if it has just one."""
    names = set(names_of(tree))
    return names if len(names) == 1 else set()


def _zeros(tree: Any, name: str) -> set[Fraction]:
    found = coefficients(tree, name)
    if found is None or found[1:] == (0, 0):
        return set()
    start, slope, square = found
    if not square:
        return {-start / slope}
    under = slope * slope - 4 * square * start
    if under < 0:
        return set()
    width = Fraction(str(float(under) ** 0.5)) / (2 * square)
    return {-slope / (2 * square) + sign * width for sign in (1, -1)}


def at_slots(
    key: Any, value: Any, slots: Iterable[Iterator[Any]], *, more: Iterable[Iterator[Any]] = (),
    told: Told | None = None, value_at: ValueAt | None = None, one_domain: bool = True, work: Work | None = None,
) -> Comparison:  # fmt: skip
    """Whether two formulas agree at one point of each slot; where not, at which, and both values there.

    At points that are `more` a value is not needed. Raises `Undecided` where there are too few points, and where only
    one of them has a value at some, unless that is not to matter (`one_domain` False).
    """
    compared = count = large = 0
    lone, cost = NOTHING, _cost(key) + _cost(value) if work else 0
    told, real = told or _told, not _is_complex(key, value)
    for tries, is_needed in chain(((it, True) for it in slots), ((it, False) for it in more)):
        count += is_needed
        if not compared and (count > SLOTS // 2 or not is_needed):
            break
        for at in tries:
            if work:
                work.spend(cost)
            try:
                same, own, said = _both(key, value, at, value_at, real=real)
            except TooLarge:
                large += is_needed
                if large > TRIES:
                    raise Undecided(say("values-too-large")) from None
                continue
            if one_domain and (own is None) != (said is None) and not lone:
                place = told(at, (key, value))
                lone = say("this-has-none-at" if said is None else "key-has-none-at", place=place)
            if same is None or own is None or said is None:
                continue
            if not same:
                where = told(at, (key, value))
                return Comparison(
                    False, say("at-yours-gives", where=where, yours=_digits(_scalar(said)), key=_digits(_scalar(own)))
                )
            compared += is_needed
            break
    if 2 * compared <= count and not (lone and compared):
        raise Undecided(say("too-few-points"))
    if lone:
        raise Undecided(say("agree-where-both-real", lone=lone))
    return Comparison(True, say("another-form"))


def _told(at: Any, trees: Iterable[Any]) -> Message | str:
    """The coordinates of a point that matter to some trees, for people."""
    used = dict.fromkeys([name for tree in trees if not isinstance(tree, Computed) for name in names_of(tree)])
    return ", ".join([f"{name} = {_digits(at[name])}" for name in used if name in at]) or say("every-point")


# Matrices and vectors


def _is_marked(tree: Any) -> bool:
    """Whether a tree marks some of its letters as matrices or vectors."""
    return any(
        (isinstance(it, Name) and it.bold)
        or (isinstance(it, Applied) and it.operation == "ᵀ")
        or (isinstance(it, Called) and it.function in _OF_ARRAYS)
        for it in walked(tree)
    )


def _commutes_not(tree: Any) -> bool:
    """Whether a tree has the same capitals in two orders, as a commutator does."""
    orders = [
        tuple([part.name for part in it.parts])
        for it in walked(tree)
        if isinstance(it, Applied)
        and it.operation == "*"
        and all(isinstance(p, Name) and p.name.isupper() for p in it.parts)
    ]
    return any(one != other and sorted(one) == sorted(other) for one in orders for other in orders)


def _of_arrays(key: Any, value: Any, field: Field) -> Comparison:
    """Compared with letters as matrices, vectors and numbers, in each sort of way that gives both a value."""
    names = list(dict.fromkeys([*names_of(key), *names_of(value)]))
    vectors, matrices = _sorts(names, [key, value])
    small = {name for name in names if name[:1].islower() and name[:1].isascii()}
    found: list[Comparison] = []
    doubt: Undecided | None = None
    for columns, squares in ((vectors, matrices), (small, set(names) - small), (set[str](), set(names))):
        draws = [_Arrays(f"{key} against {value}/{slot}", field, columns, squares, 2 + slot % 2) for slot in range(4)]
        try:
            found.append(at_slots(key, value, [iter([at]) for at in draws], told=_told_arrays))
        except Undecided as error:
            doubt = error
    if not found:
        raise doubt or Undecided(say("no-common-value"))
    if len({it.agrees for it in found}) > 1:
        raise Undecided(say("depends-on-letters"))
    return found[0]


def _told_arrays(at: Any, trees: Iterable[Any]) -> Message:
    return say("some-arrays", at=_told(at, trees))


def _sorts(names: list[str], trees: list[Any]) -> tuple[set[str], set[str]]:
    """Which names are vectors, and which are matrices, as they are marked and as letters go."""
    marked = {it.name for tree in trees for it in walked(tree) if isinstance(it, Name) and it.bold}
    for tree in trees:
        for it in walked(tree):
            if (isinstance(it, Applied) and it.operation == "ᵀ") or (
                isinstance(it, Called) and it.function in _OF_ARRAYS
            ):
                marked |= set(names_of(it))
    vectors = {name for name in marked if name[:1].islower() and name[:1].isascii()}
    return vectors, {name for name in names if name[:1].isupper() or (name in marked and name not in vectors)} - {"I"}


class _Arrays(At):
    """Matrices and columns with whole entries, for the letters that stand for them."""

    def __init__(self, name: str, field: Field, columns: set[str], squares: set[str], size: int) -> None:
        super().__init__(name, field)
        self._columns, self._squares, self._size = columns, squares - {"I"}, size

    def __contains__(self, key: object) -> bool:
        return key != "I" and super().__contains__(key)

    def __missing__(self, symbol: str) -> Any:
        if symbol not in self._columns | self._squares:
            return super().__missing__(symbol)
        rng = Draw(f"{self._name}: array {symbol}")
        width = 1 if symbol in self._columns else self._size
        self[symbol] = Matrix([rng.ints(width, -9, 9) for _ in range(self._size)])
        return self[symbol]
