"""Kinds of answers in whatever symbols: any mathematics, and of it only equations, only sets of reals, only lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Final, TypeAlias, cast

from markscheme.exact import Interval, Matrix, Vector
from markscheme.kinds.agreement import Field, Measured, Work
from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.kinds.comparing import compare, prepared, real_sets
from markscheme.kinds.nearness import near
from markscheme.kinds.numerals import as_rational, unpacked_array
from markscheme.kinds.showing import Computed, shown, shown_set
from markscheme.language import NOTHING, Message, joined, message_of, noun_of, say
from markscheme.reading.claims import named_value
from markscheme.reading.evaluate import KNOWN, value_of
from markscheme.reading.grammar import Dialect, read
from markscheme.reading.limits import LONGEST_TEXT, Unreadable, bounded
from markscheme.reading.prose import pieces
from markscheme.reading.sets import RealSet, Span, read_real_set, set_in
from markscheme.reading.syntax import (
    INFINITY,
    Applied,
    Called,
    Constant,
    Formula,
    Joined,
    Listed,
    Name,
    Quantity,
    Related,
    Rows,
    Such,
    Tree,
    Ways,
    grid,
    is_set_algebra,
    is_two_signed,
    names_of,
    parts_of,
    walked,
    ways,
)
from markscheme.reading.values import TooLarge, Undefined
from markscheme.text.field import Form
from markscheme.text.notation import Notation, show

DIALECT: Final = Dialect(lists=True, statements=True, units=True, any_words=True, in_ways=True)
MOST_WAYS: Final = 16


@dataclass(frozen=True, slots=True)
class Text:
    """A text whose tree depends on the way in which it is read."""

    said: str
    framed: bool = False

    def tree(self, way: Ways) -> Any:
        """What it says in one way of reading it. Raises `Unreadable`."""
        said = self.said
        if self.framed and said.rstrip().endswith("!") and way.of("!", "a full stop", "a factorial") == "a full stop":
            said = said.rstrip().removesuffix("!")
        if (comma := _decimal_comma(said)) and way.of("comma", *comma).startswith("a decimal"):
            said = said.replace(",", ".")
        tree, met = _likeliest(said)
        if any(way.settled.get(name, options[0]) != options[0] for name, options in met.items()):
            return read(said, DIALECT, way)
        for name, options in met.items():
            way.of(name, *options)
        return tree


def _decimal_comma(text: str) -> tuple[str, ...] | None:
    """As what the comma between two numbers may be read, if that is all that a text is."""
    whole, comma, places = text.strip(" $\n").partition(",")
    digits = whole.lstrip("-+−")
    if not comma or not (digits.isdecimal() and places.isdecimal()) or len(text) > 40:
        return None
    if len(digits) <= 3 and len(places) == 3 and digits[0] != "0":
        return "thousands", "a decimal comma?", "a list?"
    if digits == "0" or len(digits) > 3:
        return "a decimal comma", "a list?"
    return "a list", "a decimal comma?"


@lru_cache(maxsize=1_024)
def _likeliest(said: str) -> tuple[Any, dict[str, tuple[str, ...]]]:
    """What a text says in the likeliest way, and where other ways part from it."""
    way = Ways()
    return read(said, DIALECT, way), way.met


Settled: TypeAlias = tuple[tuple[str, str], ...]
"""As what is read what can be read in several ways, each by its name."""


@dataclass(frozen=True, init=False)
class Mathematics(Kind[Any]):
    r"""Any mathematics, right in whatever form: numbers, expressions, lists, matrices, sets of reals, equations.

    Expressions agree if they have the same values wherever they have real ones. Symbols are real, but for those that
    are said to be positive, or integers; `i` is the imaginary unit. A rational number agrees with its equal alone; a
    decimal of three digits or more also with a number that it is the rounding of, where that has no end.

    >>> kind = Mathematics()
    >>> bool(kind.compare(kind.read(r"\frac{\sqrt{2}}{2}"), kind.read("1/sqrt(2)")))
    True
    >>> print(kind.compare(kind.read("sqrt(17)"), kind.read("4.1231")).note)
    rounded to 4 decimals: off by 5.6e-06
    >>> size = kind.read("|x|")
    >>> bool(kind.compare(size, kind.read("sqrt(x^2)"))), bool(kind.compare(size, kind.read("x")))
    (True, False)
    >>> kind = Mathematics(positive=["x"])
    >>> bool(kind.compare(kind.read("2 ln x"), kind.read("ln x^2")))
    True
    """

    noun: ClassVar[str] = "a mathematical expression"
    positive: frozenset[str] = frozenset()
    integer: frozenset[str] = frozenset()
    log: str = ""

    def __init__(self, *, positive: Iterable[str] = (), integer: Iterable[str] = (), log: str = "") -> None:
        object.__setattr__(self, "positive", frozenset(positive))
        object.__setattr__(self, "integer", frozenset(integer))
        object.__setattr__(self, "log", log)
        if log not in {"", "e", "10"}:
            raise ValueError(f"the base of log is e or 10, not {log!r}")

    @property
    def example(self) -> str:
        return "2 x^2 - sqrt(3)"

    def read(self, text: str) -> Any:
        return self.tree(self.said(text))

    def said(self, text: str) -> Text:
        """The piece of a text that can be read, the plainest first. Raises `Unreadable`."""
        complaint: Unreadable | None = None
        for piece in pieces(text):
            found = Text(*piece[:2])
            try:
                self.tree(found)
            except Unreadable as error:
                complaint = complaint or error
            else:
                return found
        raise complaint or Unreadable(say("answer-too-long", longest=LONGEST_TEXT, length=len(text)))

    def tree(self, said: Text) -> Any:
        """What a text says, read in the likeliest way. Raises `Unreadable`, for what has no value anywhere too."""
        complaint: Unreadable | None = None
        for tree in ways(said.tree, MOST_WAYS):
            if not (reason := _unfit(tree)):
                return tree
            complaint = complaint or Unreadable(reason, text=said.said)
        raise complaint or Unreadable(say("nothing-answered"), text=said.said)

    def accept(self, value: object) -> Any:
        if isinstance(value, Tree | Computed | Text):
            return value
        return tree_of(value)

    def compare(self, key: Any, value: Any) -> Comparison:
        """In every way in which both can be read; raises `Undecided` where they agree in some, and in others not."""
        found: dict[Settled, Comparison | Undecided | None] = {}
        work = Work()

        def once(way: Ways) -> None:
            try:
                one, other = [it.tree(way) if isinstance(it, Text) else it for it in (key, value)]
                result = compare(one, other, Field(self.positive, self.integer, self.log, way, work=work))
            except Unreadable:
                result = None
            except Undecided as error:
                result = error
            except RecursionError:
                result = Undecided(say("nested-too-deeply"))
            found[_told(way)] = result

        try:
            for _ in ways(once, MOST_WAYS):
                pass
        except OverflowError as error:
            raise Undecided(message_of(error)) from None
        judged = _judged(found, key, value)
        if not isinstance(key, Text) and not isinstance(value, Text):
            return judged
        trees = [it.tree(Ways()) if isinstance(it, Text) else it for it in (key, value)]
        beside = NOTHING if judged.agrees else near(*trees)
        return Comparison(False, say("it-is", what=beside)) if beside else judged

    def show(self, value: Any) -> Notation:
        return shown(self.tree(value) if isinstance(value, Text) else value)

    def write(self, value: Any) -> str:
        return show(self.show(value), "plain", math=True)

    def difference(self, left: Any, right: Any) -> str:
        found = self.compare(right, left)
        return "" if found.agrees else f"{found.note}"


def _told(way: Ways) -> Settled:
    return tuple([(name, option) for name, option in way.settled.items() if name in way.met])


def _in_words(settled: Settled) -> Message:
    """As what is read what can be read in several ways."""
    said = [say("reading-as", name=_option(name), option=_option(option)) for name, option in settled]
    return joined("enumeration", *said) or say("plain-reading")


def _option(named: str) -> Message:
    named = named.replace("?", "")
    return say(f"option-{named.replace(' ', '-')}", otherwise=named)


def _judged(found: dict[Settled, Comparison | Undecided | None], key: Any, value: Any) -> Comparison:
    """One judgment of all ways: right where all agree, wrong where all differ. Raises `Undecided` otherwise."""
    common = {told: it for told, it in found.items() if it is not None}
    if not common:
        own, said = kind_word(key), kind_word(value)
        other = noun_of("another sort of one") if own == said else said
        return Comparison(False, say("key-is-another-thing", key=own, said=other))
    likely = {told: it for told, it in common.items() if not any("?" in option for _, option in told)} or common
    doubts = [it for it in likely.values() if isinstance(it, Undecided)]
    verdicts = [it for it in likely.values() if isinstance(it, Comparison)]
    if doubts and not verdicts:
        raise doubts[0]
    if not doubts and all(it.agrees for it in verdicts):
        return verdicts[0]
    odd = [it for it in common.values() if isinstance(it, Comparison) and it.agrees]
    if not doubts and not odd:
        return verdicts[0]
    raise Undecided(_parting(common))


def _parting(found: dict[Settled, Comparison | Undecided]) -> Message:
    """The readings that part."""

    def comes_to(told: Settled, it: Comparison | Undecided) -> Message:
        if isinstance(it, Undecided):
            return say("with-undecided", told=_in_words(told))
        return say("with-agree" if it.agrees else "with-differ", told=_in_words(told))

    said = [comes_to(told, it) for told, it in [*found.items()][:4]]
    return say("more-ways-than-one", ways=joined("clauses", *said))


def kind_word(tree: Any) -> Message:
    """What sort of thing a tree is, in a word, for people."""
    if isinstance(tree, Text):
        tree = tree.tree(Ways())
    match tree:
        case Listed(_, "{}"):
            return noun_of("a set")
        case Listed(_, ""):
            return noun_of("several answers")
        case Listed() | Rows():
            return noun_of("a vector or an interval") if _says_set(tree) else noun_of("a vector or matrix")
        case Related():
            return noun_of("a relation")
        case _ if _says_set(tree):
            return noun_of("a set of real numbers")
        case _:
            return noun_of("an expression") if any(names_of(tree)) else noun_of("a number")


def _says_set(tree: Any) -> bool:
    try:
        return set_in(tree) is not None
    except Unreadable:
        return False


@lru_cache(maxsize=1_024)
def _unfit(tree: Any) -> Message:
    """Why a tree says nothing: a number in it has no value, or a set no numbers."""
    try:
        set_in(tree)
        named_value(tree)
        for part in _numbers_in(tree):
            value_of(part, {}, real=False)
    except Unreadable as error:
        return error.message
    except TooLarge:
        return say("number-too-large-to-compare")
    except Undefined as error:
        return say("no-value-for", why=why) if (why := message_of(error)) else say("no-value")
    return NOTHING


def _numbers_in(tree: Any) -> Iterator[Any]:
    """The formulas without names of which a tree is made."""
    if isinstance(tree, Listed | Rows | Related | Joined | Quantity) or is_set_algebra(tree):
        for part in parts_of(tree):
            yield from _numbers_in(part)
    elif isinstance(tree, Formula) and not any(names_of(tree)):
        inner = list(walked(tree))
        has_sets = any(
            isinstance(it, Quantity)
            or (isinstance(it, Called) and it.function in {"infinity", "reals", "dots", "blank"})
            or (isinstance(it, Listed) and it.brackets in {"{}", "[)", "(]"})
            for it in inner
        )
        unknown = any(isinstance(it, Called) and it.parts and it.function not in KNOWN for it in inner)
        if not has_sets and not unknown and not any(map(is_two_signed, inner)):
            yield tree


def tree_of(value: object) -> Any:
    """The tree of a program's value: of a number, a list, an array, a set, an interval. Raises `TypeError`.

    >>> tree_of([1, 2])
    Listed(items=(Constant(value=1), Constant(value=2)), brackets='[,]')
    """
    unpacked = unpacked_array(value)
    match unpacked:
        case bool():
            raise TypeError(f"expected mathematics, not {value!r}")
        case float():
            exact = Fraction(as_rational(unpacked, "as written"))
            return Constant(int(exact)) if exact.denominator == 1 else Measured(exact, 17)
        case int() | Fraction() | Decimal():
            return Constant(as_rational(unpacked))
        case str():
            return _read_item(unpacked)
        case Interval():
            return _tree_of_set(RealSet((_span(unpacked),)))
        case RealSet():
            return _tree_of_set(unpacked)
        case set() | frozenset():
            items = cast("set[object]", unpacked)
            return Listed(tuple(sorted([tree_of(it) for it in items], key=repr)), "{}")
        case Matrix():
            return Rows(tuple([tuple([Constant(entry) for entry in row]) for row in unpacked]))
        case list() | tuple():
            return Listed(tuple([tree_of(it) for it in cast("list[object]", unpacked)]), "[,]")
        case _:
            raise TypeError(f"no kind of answer is known for {value!r}")


def _read_item(text: str) -> Any:
    try:
        return _likeliest(bounded(text))[0]
    except Unreadable:
        return Name(text)


def _span(interval: Interval) -> Span:
    low, high = [None if end is None else Constant(end) for end in (interval.low, interval.high)]
    return Span(low, high, interval.low_closed, interval.high_closed)


def _tree_of_set(numbers: RealSet) -> Any:
    """A set of reals as a tree that can be nothing else."""
    parts: list[Any] = []
    for span in numbers.spans:
        if span.is_point:
            parts.append(Listed((span.low,), "{}"))
            continue
        low = Applied("-", (INFINITY,)) if span.low is None else span.low
        high = INFINITY if span.high is None else span.high
        brackets = f"{'[' if span.low_closed else '('}{']' if span.high_closed else ')'}"
        parts.append(
            Such("x", _within(low, high, brackets)) if brackets in {"[]", "()"} else Listed((low, high), brackets)
        )
    return parts[0] if len(parts) == 1 else Applied("∪", tuple(parts)) if parts else Listed((), "{}")


def _within(low: Any, high: Any, brackets: str) -> Related:
    return Related((low, Name("x"), high), ("<=", "<=") if brackets == "[]" else ("<", "<"))


def plain_value(tree: Any) -> Any:
    """A tree as the value that a program would have: a number, a vector, a matrix, an interval; else the tree.

    >>> plain_value(Listed((Constant(1), Constant(4)), "[]"))
    Vector((1, 4))
    """
    name, said = named_value(tree)
    if name is not None and not any(names_of(said)):
        return plain_value(said)
    found = set_in(tree)
    if found is not None and (found.is_sure or isinstance(tree, Joined)):
        return _as_interval(found.numbers)
    if isinstance(tree, Listed | Rows) and not any(isinstance(it, Related | Quantity) for it in walked(tree)):
        return _as_array(tree)
    if isinstance(tree, Formula) and not any(names_of(tree)):
        try:
            value = value_of(tree, {})
        except (Undefined, TooLarge):
            return tree
        return value if isinstance(value, int | Fraction) else tree
    return tree


def _as_interval(numbers: RealSet) -> Any:
    if len(numbers.spans) != 1:
        return numbers
    (span,) = numbers.spans
    if not all(end is None or isinstance(end, Constant) for end in (span.low, span.high)):
        return numbers
    low, high = [None if end is None else end.value for end in (span.low, span.high)]
    return Interval(low, high, span.low_closed, span.high_closed)


def _as_array(tree: Any) -> Any:
    rows = grid(tree)
    if rows is None or (isinstance(tree, Listed) and tree.brackets not in {"[]", "()", "⟨⟩", "<>", "[,]"}):
        return tree
    values = [[plain_value(entry) for entry in row] for row in rows]
    if not all(isinstance(entry, int | Fraction) for row in values for entry in row):
        return tree
    is_flat = isinstance(tree, Listed) and not any(isinstance(it, Listed) for it in tree.items)
    return Vector([row[0] for row in values]) if is_flat else Matrix(values)


@dataclass(frozen=True, init=False)
class SeveralKind(Mathematics):
    """Several answers, each right in whatever form; in the key's order where the key has one.

    >>> kind = SeveralKind()
    >>> bool(kind.compare(kind.read("1, sqrt(4)"), kind.read("2 and 1")))
    True
    >>> bool(kind.compare(kind.read("(1, 2)"), kind.read("(2, 1)")))
    False
    """

    noun: ClassVar[str] = "a list of answers"
    form: ClassVar[Form] = "list"

    @property
    def example(self) -> str:
        return "-1, sqrt(2)"

    def tree(self, said: Text) -> Any:
        tree = super().tree(said)
        found = prepared(tree)
        if not isinstance(found, Listed | Rows | Joined):
            raise Unreadable(say("expected-several"), text=said.said)
        return found

    def accept(self, value: object) -> Any:
        if isinstance(value, Listed | Rows | Joined | list | tuple | set | frozenset):
            return super().accept(cast("object", value))
        raise TypeError(f"expected {self.noun}, not {value!r}")


@dataclass(frozen=True, init=False)
class RelationKind(Mathematics):
    """An equation or inequality, right where its difference of sides is a multiple of the key's.

    Quotients are multiplied out first. An equation that a solution of the key's does not solve is wrong, with that
    solution; one that is no multiple, and solved by all that were tried, is left to a person.

    >>> kind = RelationKind()
    >>> bool(kind.compare(kind.read("2x + 4y - 3 = 0"), kind.read("y = -x/2 + 3/4")))
    True
    >>> kind.compare(kind.read("2x + 4y = 3"), kind.read("2x + 4y = 5")).agrees
    False
    """

    noun: ClassVar[str] = "an equation"
    form: ClassVar[Form] = "equation"

    @property
    def example(self) -> str:
        return "2x + 4y = 3"

    def tree(self, said: Text) -> Any:
        tree = super().tree(said)
        if not isinstance(tree, Related):
            raise Unreadable(say("expected-equation"), text=said.said)
        return tree

    def accept(self, value: object) -> Any:
        if isinstance(value, Related):
            return value
        raise TypeError(f"expected {self.noun}, not {value!r}")


@dataclass(frozen=True)
class RealSetKind(Kind[RealSet]):
    r"""A set of real numbers, right in whatever form; its ends agree as `Mathematics` does.

    >>> kind = RealSetKind()
    >>> bool(kind.compare(kind.read("(-1, 1)"), kind.read("|x| < 1")))
    True
    >>> print(kind.compare(kind.read("(0, sqrt(2)]"), kind.read("(0, 1.414]")).note)
    high end rounded to 3 decimals: off by 2.1e-04
    """

    noun: ClassVar[str] = "a set of real numbers"
    form: ClassVar[Form] = "set"

    @property
    def example(self) -> str:
        return "(-oo, 1) ∪ [2, 3]"

    def read(self, text: str) -> RealSet:
        return read_real_set(text)

    def accept(self, value: object) -> RealSet:
        if isinstance(value, RealSet):
            return value
        if isinstance(value, Interval):
            return RealSet((_span(value),))
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: RealSet, value: RealSet) -> Comparison:
        return real_sets(key, value)

    def show(self, value: RealSet) -> Notation:
        return shown_set(value)

    def write(self, value: RealSet) -> str:
        return show(self.show(value), "plain", math=True)

    def difference(self, left: RealSet, right: RealSet) -> str:
        return f"{self.compare(right, left).note}"
