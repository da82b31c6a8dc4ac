"""Whether two trees say the same: by their values at points, by their parts, by their solutions; else undecided.

Two texts are read together in each way in which both can be read (`syntax.Ways`). One way gives a `Comparison`, raises
`Undecided`, or gives None where the two are no things of one kind, such as a set and a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

from markscheme.exact import Matrix
from markscheme.kinds.agreement import Field, formulas
from markscheme.kinds.base import Comparison, Undecided
from markscheme.kinds.equations import (
    are_multiples,
    at_common_solutions,
    compare_relations,
    difference_of,
    have_same_values,
    solution,
)
from markscheme.kinds.showing import written
from markscheme.language import Message, as_message, joined, say, words
from markscheme.reading.claims import is_name, named_value
from markscheme.reading.evaluate import value_of
from markscheme.reading.sets import RealSet, Said, set_in
from markscheme.reading.syntax import (
    Applied,
    Called,
    Constant,
    Joined,
    Listed,
    Name,
    Quantity,
    Related,
    Rows,
    Such,
    grid,
    is_set_algebra,
    is_two_signed,
    names_of,
    rebuilt,
    walked,
)
from markscheme.reading.units import ONE
from markscheme.reading.values import TooLarge, Undefined
from markscheme.reading.words import COUNTED, LEADS

MOST_ITEMS: Final = 60
_UNORDERED: Final = frozenset({"", "{}", "±"})


def compare(key: Any, value: Any, field: Field) -> Comparison | None:
    """What comes of two trees, in one way of reading them; None where they are no things of one kind."""
    if type(key) is type(value) is Constant:
        return formulas(key, value, field)
    key, value = [prepared(_with_sets(it, field)) for it in (key, value)]
    if _is_logical(key) and _is_logical(value):
        return _by_truth(key, value)
    if _is_statement(key) or _is_statement(value):
        return _statements(key, value, field)
    if isinstance(key, Quantity) or isinstance(value, Quantity):
        return _quantities(key, value, field)
    return _things(key, value, field)


def _things(key: Any, value: Any, field: Field) -> Comparison | None:
    """What comes of two trees that are no statements: sets of reals, lists, arrays, formulas."""
    if (both := _sets(key, value, field)) is not None:
        return _said_sets(*both)
    if any(isinstance(it, Listed | Rows | Joined) for it in (key, value)):
        return _lists(key, value, field)
    if is_set_algebra(key) and is_set_algebra(value) and key.operation == value.operation:
        return _algebra(key, value, field)
    if any(isinstance(it, Such) or it == Called("reals") or is_set_algebra(it) for it in (key, value)):
        return None
    if any(isinstance(it, Quantity) for tree in (key, value) for it in walked(tree)):
        return None
    return formulas(key, value, field)


def _algebra(key: Applied, value: Applied, field: Field) -> Comparison | None:
    """Unions, intersections and differences whose parts have names: the same parts, or undecided."""
    own, said = [_operands(tree, tree.operation) for tree in (key, value)]
    found = (_in_order if key.operation == "∖" else _unordered)(own, said, field)
    if found is None or not found.agrees:
        raise Undecided(say("sets-with-names"))
    return found


def _operands(tree: Any, operation: str) -> tuple[Any, ...]:
    if not isinstance(tree, Applied) or tree.operation != operation:
        return (tree,)
    first, *others = tree.parts
    return (
        *(_operands(first, operation)),
        *(others if operation == "∖" else [it for part in others for it in _operands(part, operation)]),
    )


def _with_sets(tree: Any, field: Field) -> Any:
    """A tree in which what stands in brackets is subtracted and added as sets, or as vectors."""
    match tree:
        case Applied("+", (one, Applied("-", (other,)))) if _is_bracketed(one) and _is_bracketed(other):
            sign, parts = "∖", (one, other)
        case Applied("+", (one, other)) if _is_bracketed(one) and _is_bracketed(other):
            sign, parts = "∪", (one, other)
        case _:
            return tree
    if not all(isinstance(it, Listed) and it.brackets in {"[]", "()"} for it in parts):
        return Applied(sign, parts)
    return tree if field.of("- of brackets", "of vectors", "of sets?") == "of vectors" else Applied(sign, parts)


def _is_bracketed(tree: Any) -> bool:
    return (isinstance(tree, Listed) and tree.brackets != "") or tree in (Called("reals"), Name("R"))


def _is_statement(tree: Any) -> bool:
    """Whether a tree is a relation, or several."""
    if isinstance(tree, Joined):
        return any(map(_is_statement, tree.parts))
    if isinstance(tree, Listed):
        return bool(tree.items) and (any if tree.brackets in {"", "±"} else all)(map(_is_statement, tree.items))
    if isinstance(tree, Rows):
        return any(_is_statement(it) for row in tree.rows for it in row)
    return isinstance(tree, Related)


# Making trees alike


def prepared(tree: Any) -> Any:
    """A tree whose `±` are two values, and whose arithmetic on arrays is done."""
    if isinstance(tree, Listed | Rows | Joined):
        tree = rebuilt(tree, prepared)
        if isinstance(tree, Listed) and any(_is_pair(it) for it in tree.items):
            items = [one for it in tree.items for one in (it.items if _is_pair(it) else (it,))]
            return Listed(tuple(items), tree.brackets)
        return tree
    inner = list(walked(tree))
    if any(map(is_two_signed, inner)):
        pair = _signed(tree, 1), _signed(tree, -1)
        return Joined("or", pair) if isinstance(tree, Related) else Listed(pair, "±")
    if isinstance(tree, Applied) and not is_set_algebra(tree) and any(isinstance(it, Listed | Rows) for it in inner):
        return _computed(tree)
    if isinstance(tree, Applied) and any(isinstance(it, Quantity) for it in inner):
        return _measured(tree) or tree
    return tree


def _is_pair(tree: Any) -> bool:
    return isinstance(tree, Listed) and tree.brackets == "±"


def _signed(tree: Any, sign: int) -> Any:
    """What a tree says with the upper signs of `±` and `∓`, or with the lower ones."""
    if is_two_signed(tree):
        inner = _signed(tree.parts[0], sign)
        return inner if (tree.operation == "±") == (sign > 0) else Applied("-", (inner,))
    return rebuilt(tree, lambda it: _signed(it, sign))


def _computed(tree: Applied) -> Any:
    """A tree of arithmetic on arrays as the array or number that it is, where that is one of fractions."""
    if tree.operation == "ᵀ" and isinstance(tree.parts[0], Listed | Rows) and (rows := grid(tree.parts[0])):
        if isinstance(tree.parts[0], Listed) and _is_flat(tree.parts[0]):
            return Listed(tree.parts[0].items, "⟨⟩")
        return Rows(tuple(zip(*rows, strict=True)))
    try:
        found = value_of(tree, {})
    except (Undefined, TooLarge, LookupError, ValueError):
        return tree
    if isinstance(found, Matrix):
        inner: list[list[Any]] = [list(row) for row in found]
        if not all(isinstance(entry, int | Fraction) for row in inner for entry in row):
            return tree
        return Rows(tuple([tuple(map(Constant, row)) for row in inner]), "[,]")
    return Constant(found) if isinstance(found, int | Fraction) else tree


def _is_flat(tree: Listed) -> bool:
    return not any(isinstance(it, Listed | Rows) for it in tree.items)


# Units


def _measured(tree: Any) -> Quantity | None:
    """Arithmetic of quantities as one, where its units fit."""
    match tree:
        case Quantity():
            return tree
        case Applied("*" | "×" | "/", (one, *others)):
            found = _measured(one)
            for other in map(_measured, others):
                if found is None or other is None:
                    return None
                unit = found.unit / other.unit if tree.operation == "/" else found.unit * other.unit
                found = Quantity(Applied(tree.operation, (found.value, other.value)), unit)
            return found
        case Applied("^", (base, Constant(int() as power))) if (found := _measured(base)) and abs(power) < 10:
            return Quantity(Applied("^", (found.value, Constant(power))), found.unit**power)
        case Applied("-", (part,)) if found := _measured(part):
            return Quantity(Applied("-", (found.value,)), found.unit)
        case Applied("+", parts):
            return _sum_of_quantities([_measured(it) for it in parts])
        case _:
            return None if any(isinstance(it, Quantity) for it in walked(tree)) else Quantity(tree, ONE)


def _sum_of_quantities(parts: list[Quantity | None]) -> Quantity | None:
    first = parts[0]
    sizes = [it and first and it.unit.in_terms_of(first.unit) for it in parts]
    if first is None or None in sizes:
        return None
    terms = [Applied("*", (Constant(size), it.value)) for it, size in zip(parts, sizes, strict=True) if it and size]
    return Quantity(Applied("+", tuple(terms)), first.unit)


def _quantities(key: Any, value: Any, field: Field) -> Comparison | None:
    if any(not isinstance(it, Quantity) and any(names_of(it)) for it in (key, value)):
        return None
    if not isinstance(value, Quantity):
        found = compare(key.value, value, field)
        if found and found.agrees and not key.unit.is_sure:
            raise Undecided(say("unit-or-symbol", unit=f"{key.unit}"))
        return found
    if not value.unit.is_known and not (isinstance(key, Quantity) and key.unit == value.unit):
        raise Undecided(say("said-of-unknown-unit", unit=f"{value.unit}"))
    if not isinstance(key, Quantity):
        return _unit_alone(key, value, field)
    size = value.unit.in_terms_of(key.unit)
    if size is not None:
        return compare(key.value, value.value if size == 1 else Applied("*", (Constant(size), value.value)), field)
    if not {it for unit in (key.unit, value.unit) for it, _ in unit.dimensions} & (COUNTED | {"angle"}):
        return Comparison(False, say("other-unit", unit=f"{key.unit}", said=f"{value.unit}"))
    found = compare(key.value, value.value, field)
    if found and found.agrees:
        raise Undecided(say("numbers-agree-units-differ", unit=f"{key.unit}", said=f"{value.unit}"))
    return found


def _unit_alone(key: Any, value: Quantity, field: Field) -> Comparison | None:
    """A number is asked, and one with a unit is given; degrees may be meant as an angle in radians, too."""
    found = compare(key, value.value, field)
    if found and not found.agrees and value.unit.dimensions == (("angle", 1),):
        turned = compare(key, Applied("*", (value.value, Called("pi"), Constant(Fraction(1, 180)))), field)
        if turned and turned.agrees:
            raise Undecided(say("degrees-against-radians"))
    return found


# Sets of real numbers


def _sets(key: Any, value: Any, field: Field) -> tuple[Said, Said] | None:
    """Both as sets of reals, where they are to be read as such."""
    own, said = set_in(key), set_in(value)
    if own is None or said is None:
        return None
    if own.is_sure or said.is_sure:
        return own, said
    if any(isinstance(it, Listed) and it.brackets == "{}" for it in (key, value)):
        return None
    return (own, said) if field.of("pair", "list", "interval") == "interval" else None


def _said_sets(key: Said, value: Said) -> Comparison:
    found = real_sets(key.numbers, value.numbers)
    if found.agrees and key.names and value.names and key.names != value.names:
        raise Undecided(say("key-about-others", key=_listed(key.names), said=_listed(value.names)))
    return found


def _listed(names: frozenset[str]) -> Message:
    return joined("places", *sorted(names))


def real_sets(key: RealSet, value: RealSet) -> Comparison:
    """Whether two sets of reals are the same numbers; their ends agree as numbers do."""
    if len(key.spans) != len(value.spans):
        return Comparison(False, say("intervals-against", said=_intervals(len(value.spans)), count=len(key.spans)))
    notes: list[Message] = []
    for one, other in zip(key.spans, value.spans, strict=True):
        for name, own, said, closed, other_closed in (
            ("low", one.low, other.low, one.low_closed, other.low_closed),
            ("high", one.high, other.high, one.high_closed, other.high_closed),
        ):
            if (own is None) != (said is None):
                return Comparison(False, say(f"end-{'infinite' if own is None else 'finite'}-{name}"))
            end = Comparison(True) if own is None else formulas(own, said, Field())
            if not end.agrees:
                return Comparison(False, say(f"end-note-{name}", note=as_message(end.note)))
            if closed != other_closed:
                return Comparison(False, say(f"end-{'included' if closed else 'left-out'}-{name}"))
            notes += [say(f"end-rounded-{name}", note=as_message(end.note))] if _is_rounded(end) else []
    return Comparison(True, joined("enumeration", *dict.fromkeys(notes)))


def _is_rounded(found: Comparison) -> bool:
    return isinstance(found.note, Message) and found.note.code == "rounded-to"


def _intervals(count: int) -> Message:
    return say("several-intervals", count=count)


# Lists and arrays


def _lists(key: Any, value: Any, field: Field) -> Comparison | None:
    own, said = _as_list(key), _as_list(value)
    if (own is None) != (said is None):
        own, said = own or _as_shape(key), said or _as_shape(value)
    if own is None or said is None:
        return _one_of_one(key, value, own, said, field)
    if own.brackets in _UNORDERED and said.brackets in _UNORDERED:
        return _unordered(own.items, said.items, field, is_set="{}" in {own.brackets, said.brackets})
    half_open = {"[)", "(]"} & {own.brackets, said.brackets}
    if "{}" in {own.brackets, said.brackets} or (half_open and own.brackets != said.brackets):
        return None
    rows, other_rows = grid(own), grid(said)
    if rows is None or other_rows is None:
        return _in_order(own.items, said.items, field)
    return _grids(own, said, rows, other_rows, field)


def _as_list(tree: Any) -> Listed | None:
    """A tree as a list, if it is one: rows without brackets are a list of what stands in them, or of lists."""
    match tree:
        case Listed():
            return tree
        case Joined("and" | "or", parts):
            return Listed(parts, "")
        case Rows(rows, "") if all(len(row) == 1 for row in rows):
            return Listed(tuple([row[0] for row in rows]), "")
        case Rows(rows, brackets):
            inner = tuple([Listed(row, "[]") for row in rows])
            return Listed(inner, brackets)
        case _:
            return None


def _as_shape(tree: Any) -> Listed | None:
    """A product of whole numbers as the lengths of an array, `64×112×112`."""
    is_shape = (
        isinstance(tree, Applied) and tree.operation == "×" and all(isinstance(it, Constant) for it in tree.parts)
    )
    return Listed(tree.parts, "()") if is_shape else None


def _one_of_one(key: Any, value: Any, own: Listed | None, said: Listed | None, field: Field) -> Comparison | None:
    """A list of one thing against that thing."""
    one, other = [it.items if it is not None else (tree,) for it, tree in ((own, key), (said, value))]
    if len(one) == len(other) == 1 and "[)" not in {it.brackets for it in (own, said) if it}:
        return compare(one[0], other[0], field)
    return None


def _answers(count: int) -> Message:
    return say("several-answers", count=count)


def _grids(own: Listed, said: Listed, rows: list[Any], other: list[Any], field: Field) -> Comparison | None:
    """Arrays by their entries; a vector is a row or a column, but a row is no column."""
    sizes = [(len(it), len(it[0])) for it in (rows, other)]
    flat = [_is_flat(it) for it in (own, said)]
    if any(flat) and 1 in sizes[0] and 1 in sizes[1]:
        rows, other = [[[entry] for row in it for entry in row] for it in (rows, other)]
        sizes = [(len(it), 1) for it in (rows, other)]
    if sizes[0] != sizes[1]:
        shapes = [words(f"{it[0]}×{it[1]}") if it[1] > 1 else say("several-entries", count=it[0]) for it in sizes]
        return Comparison(False, say("shape-against", said=shapes[1], key=shapes[0]))
    entries = [(a, b) for row, other_row in zip(rows, other, strict=True) for a, b in zip(row, other_row, strict=True)]
    width = sizes[0][1]
    return _each(entries, field, width)


def _in_order(own: Sequence[Any], said: Sequence[Any], field: Field) -> Comparison | None:
    if len(own) != len(said):
        return Comparison(False, say("answers-against", said=_answers(len(said)), count=len(own)))
    return _each(list(zip(own, said, strict=True)), field)


def _each(pairs: list[tuple[Any, Any]], field: Field, width: int = 1, names: Sequence[str] = ()) -> Comparison | None:
    """Pairs that must all agree: in rows of a width, or of these names."""

    def place(at: int) -> Message:
        if names:
            return words(names[at])
        if width > 1:
            return say("place-row-column", row=at // width + 1, column=at % width + 1)
        return say("place-entry", entry=at + 1)

    if len(pairs) > 1_000:
        raise Undecided(say("entries-too-many-to-compare"))
    notes: list[Message] = []
    for at, (own, said) in enumerate(pairs):
        found = compare(own, said, field) if _is_bracketed(own) == _is_bracketed(said) else None
        if found is None or not found.agrees:
            return found and Comparison(False, say("at-place", place=place(at), note=as_message(found.note)))
        notes += [say("place-rounded", place=place(at), note=as_message(found.note))] if _is_rounded(found) else []
    return Comparison(True, joined("enumeration", *notes[:3]))


def _unordered(own: Sequence[Any], said: Sequence[Any], field: Field, *, is_set: bool = False) -> Comparison | None:
    """Lists in any order; of a set nothing counts twice."""
    if max(len(own), len(said)) > MOST_ITEMS:
        raise Undecided(say("answers-compared-up-to", most=MOST_ITEMS))
    unsure: list[Undecided] = []

    def agrees(one: Any, other: Any) -> bool:
        if _is_bracketed(one) != _is_bracketed(other):
            return False
        try:
            found = compare(one, other, field)
        except Undecided as error:
            unsure.append(error)
            return False
        return bool(found and found.agrees)

    left = [(own_item, [agrees(own_item, it) for it in said]) for own_item in own]
    missing = [item for item, row in left if not any(row)]
    extra = [it for k, it in enumerate(said) if not any(row[k] for _, row in left)]
    if (missing or extra) and unsure:
        raise unsure[0]
    if missing or extra:
        parts = [say("not-in-key", items=", ".join(map(written, extra)))] if extra else []
        parts += [say("missing-of-key", missing=len(missing), count=len(own))] if missing else []
        return Comparison(False, joined("clauses", *parts))
    wanted = [sum([agrees(item, it) for it in own]) for item, _ in left]
    if not is_set and (len(own) != len(said) or wanted != [sum(row) for _, row in left]):
        raise Undecided(say("answer-other-times"))
    return Comparison(True)


# Logic

MOST_ATOMS: Final = 8


def _is_logical(tree: Any) -> bool:
    """Whether a tree joins letters that are true or false: `not A or B`."""
    match tree:
        case Joined(_, parts) | Called("not" | "xor" | "implies", parts):
            return any(isinstance(it, Name) or _is_logical(it) for it in parts)
        case _:
            return False


def _by_truth(key: Any, value: Any) -> Comparison:
    """Compared with each of their atoms as true and as false."""
    atoms = list(dict.fromkeys([*_atoms(key), *_atoms(value)]))
    if len(atoms) > MOST_ATOMS:
        raise Undecided(say("statements-compared-up-to", most=MOST_ATOMS))
    for truths in product((True, False), repeat=len(atoms)):
        at = dict(zip(atoms, truths, strict=True))
        if _truth(key, at) == _truth(value, at):
            continue
        if not all(isinstance(it, Name) for it in atoms):
            raise Undecided(say("other-statements"))
        told = [say("is-true" if truth else "is-false", name=written(it)) for it, truth in at.items()]
        yours, own = ["yes" if _truth(tree, at) else "no" for tree in (value, key)]
        return Comparison(False, say("truths-differ", told=joined("enumeration", *told), yours=yours, key=own))
    return Comparison(True, say("another-form"))


def _atoms(tree: Any) -> list[Any]:
    match tree:
        case Joined(_, parts) | Called("not" | "xor" | "implies", parts):
            return [it for part in parts for it in _atoms(part)]
        case Related(sides, ("=",)):
            return [Related(tuple(sorted(sides, key=repr)), ("=",))]
        case _:
            return [tree]


def _truth(tree: Any, at: dict[Any, bool]) -> bool:
    match tree:
        case Joined(word, parts):
            return (all if word == "and" else any)([_truth(it, at) for it in parts])
        case Called("not", (part,)):
            return not _truth(part, at)
        case Called("xor", (one, other)):
            return _truth(one, at) != _truth(other, at)
        case Called("implies", (one, other)):
            return not _truth(one, at) or _truth(other, at)
        case _:
            return at[_atoms(tree)[0]]


# Statements


@dataclass(frozen=True)
class _Claim:
    """A statement as a name and its value, where it is one; a value without a name; or a relation."""

    name: Any
    value: Any
    relation: Related | None = None


def _claim(tree: Any) -> _Claim:
    name, value = named_value(tree)
    if isinstance(value, Related):
        return _Claim(None, value, value)
    return _Claim(name, prepared(value), tree if name is not None else None)


def _statements(key: Any, value: Any, field: Field) -> Comparison | None:
    """What comes of statements; a word that the key does not say of its value may change what is said."""
    own, said = [_of_tuples(it) or _claims(it) for it in (key, value)]
    found = _claimed(own, said, key, value, field)
    known = {_unmarked(it.name) for it in own}
    strange = [it.name for it in said if _is_foreign(it.name) and _unmarked(it.name) not in known]
    if strange and found is not None and found.agrees:
        raise Undecided(say("said-of-unnamed", name=written(strange[0])))
    return found


def _claimed(own: list[_Claim], said: list[_Claim], key: Any, value: Any, field: Field) -> Comparison | None:
    if len(own) == len(said) == 1:
        return _one_statement(own[0], said[0], field)
    if _is_logical(key) and _is_logical(value):
        return _by_truth(key, value)
    if (both := _as_product(key, value)) is not None:
        return compare_relations(*both, field)
    if all(it.name is not None or it.relation is None for it in (*own, *said)):
        return _named_values(own, said, key, value, field)
    both = set_in(key), set_in(value)
    if both[0] and both[1]:
        return _said_sets(both[0], both[1])
    if (one := _solved(own)) is not None and (other := _solved(said)) is not None:
        return _named_values(one, other, key, value, field)
    return _alternatives(own, said, key, value, field)


def _as_product(key: Any, value: Any) -> tuple[Related, Related] | None:
    """An equation and the equations of which one holds, as two equations with names on either side."""
    both = [_one_equation(it) for it in (key, value)]
    if both[0] is None or both[1] is None or not any(isinstance(it, Joined) for it in (key, value)):
        return None
    return (both[0], both[1]) if all(len(set(names_of(it))) > 1 for it in both) else None


def _one_equation(tree: Any) -> Related | None:
    """An equation, or the product of those of which one holds."""
    match tree:
        case Related(_, ("=",)):
            return tree
        case Joined("or", parts) if all(isinstance(it, Related) and it.signs == ("=",) for it in parts):
            return Related((Applied("*", tuple(map(difference_of, parts))), Constant(0)), ("=",))
        case _:
            return None


def _of_tuples(tree: Any) -> list[_Claim] | None:
    """The statements of `(p, q) = (3, 2)`."""
    match tree:
        case Related((Listed(names), Listed(values)), ("=",)) if len(names) == len(values) and all(map(is_name, names)):
            return [
                _Claim(name, value, Related((name, value), ("=",))) for name, value in zip(names, values, strict=True)
            ]
        case _:
            return None


def _claims(tree: Any) -> list[_Claim]:
    """The statements of a tree; of groups in rows the groups are lists."""
    match tree:
        case Joined(_, parts) | Listed(parts) if isinstance(tree, Joined) or _is_statement(tree):
            return [it for part in parts for it in _claims(part)]
        case Rows(rows, "") if all(len(row) == 1 for row in rows):
            return [it for row in rows for it in _claims(row[0])]
        case Rows(rows, ""):
            groups = [[_claim(it) for it in row] for row in rows]
            return [_Claim(None, Listed(tuple([it.value for it in group]), "()")) for group in groups]
        case _:
            return [_claim(tree)]


def _one_statement(own: _Claim, said: _Claim, field: Field) -> Comparison | None:
    if _is_value(own) and _is_value(said):
        return _named_pair(own, said, field)
    both = [set_in(it.relation if it.relation is not None else it.value) for it in (own, said)]
    if both[0] and both[1]:
        return _said_sets(both[0], both[1])
    if own.relation is not None and said.relation is not None:
        return compare_relations(own.relation, said.relation, field)
    if said.relation is not None and set(said.relation.signs) <= {"=", "≈"}:
        return _identity(own.value, said.relation, field)
    if own.relation is not None and said.relation is None and set_in(own.relation):
        return _alternatives([own], [said], own.relation, said.value, field)
    return None


def _identity(key: Any, chain: Related, field: Field) -> Comparison | None:
    """A value against a working that ends in one: its sides must all be the same."""
    *sides, last = chain.sides
    found = compare(key, last, field)
    if found and found.agrees and not all(have_same_values(side, last, field) for side in sides):
        return None
    return found


def _is_value(claim: _Claim) -> bool:
    return claim.relation is None or claim.name is not None


def _named_pair(own: _Claim, said: _Claim, field: Field) -> Comparison | None:
    """Two values, either of which may have a name: names must be the same, and one without takes any."""
    if own.relation is not None and said.relation is not None and not _same_name(own.name, said.name):
        if are_multiples(own.relation, said.relation, field):
            return Comparison(True)
        found = compare(own.value, said.value, field)
        if found and found.agrees:
            raise Undecided(say("key-says-it-of", key=written(own.name), said=written(said.name)))
        if set(names_of(own.relation)) == set(names_of(said.relation)) and any(names_of(own.value)):
            return compare_relations(own.relation, said.relation, field)
        return Comparison(False, say("about-another", said=written(said.name), key=written(own.name)))
    return compare(own.value, said.value, field)


def _same_name(one: Any, other: Any) -> bool:
    return _unmarked(one) == _unmarked(other)


def _unmarked(tree: Any) -> Any:
    is_word = isinstance(tree, Name) and len(tree.name) > 3 and "\\" not in tree.name
    return Name(tree.name.lower()) if is_word else Name(tree.name) if isinstance(tree, Name) else tree


def _is_foreign(name: Any) -> bool:
    """Whether a name is a word that may change what is said, as in `wrong = 4`."""
    words = name.name.partition("_")[0].split() if isinstance(name, Name) and not name.name.startswith("\\") else []
    return any(len(word) > 1 and not word.isupper() and word.lower() not in LEADS for word in words)


def _named_values(own: list[_Claim], said: list[_Claim], key: Any, value: Any, field: Field) -> Comparison | None:
    """Several values: names are matched to names, whatever their order; without names they are taken in order."""
    names, others = [[it.name for it in claims] for claims in (own, said)]
    if None in names or None in others:
        return _alternatives(own, said, key, value, field)
    if len({_unmarked(it) for it in names}) == len({_unmarked(it) for it in others}) == 1:
        found = _unordered([it.value for it in own], [it.value for it in said], field)
        if found and found.agrees and not _same_name(names[0], others[0]):
            raise Undecided(say("key-says-it-of", key=written(names[0]), said=written(others[0])))
        return found
    if isinstance(key, Joined) != isinstance(value, Joined) and "or" in {
        it.word for it in (key, value) if isinstance(it, Joined)
    }:
        return Comparison(False, say("all-against-one"))
    if isinstance(key, Joined) and isinstance(value, Joined) and key.word != value.word:
        return Comparison(False, say("yours-says", said=value.word, key=key.word))
    known = {_unmarked(it.name): it.value for it in said}
    if set(known) == {_unmarked(it) for it in names} and len(own) == len(said):
        pairs = [(it.value, known[_unmarked(it.name)]) for it in own]
        return _each(pairs, field, names=[written(it) for it in names])
    found = _in_order([it.value for it in own], [it.value for it in said], field)
    if found and found.agrees:
        raise Undecided(say("values-agree-names-differ"))
    return _alternatives(own, said, key, value, field)


def _alternatives(own: list[_Claim], said: list[_Claim], key: Any, value: Any, field: Field) -> Comparison | None:
    """Statements without a common form: values of one name are alternatives, others are taken in order, or matched."""
    if all(it.relation is not None for it in (*own, *said)):
        return _matched(own, said, field)
    lists = [_values_of(claims, tree) for claims, tree in ((own, key), (said, value))]
    if lists[0] is None or lists[1] is None:
        return None
    return _lists(lists[0], lists[1], field)


def _values_of(claims: list[_Claim], tree: Any) -> Listed | None:
    """The values that are claimed, in order if they are of several names."""
    if len(claims) == 1 and claims[0].relation is not None and claims[0].name is None:
        found = set_in(claims[0].relation)
        points = [span.low for span in found.numbers.spans if span.is_point] if found else []
        return Listed(tuple(points), "") if found and len(points) == len(found.numbers.spans) else None
    if any(it.relation is not None and it.name is None for it in claims):
        return None
    names = {_unmarked(it.name) for it in claims if it.name is not None}
    if len(claims) == 1 and not names:
        return _as_list(claims[0].value) or Listed((claims[0].value,), "")
    values = tuple([it.value for it in claims])
    if len(names) > 1:
        return Listed(values, "()")
    return Listed(values, tree.brackets if isinstance(tree, Listed) else "")


def _matched(own: list[_Claim], said: list[_Claim], field: Field) -> Comparison:
    """Relations of which each must be one of the other's; wrong with a common solution that is none of the other's."""
    found = _paired(own, said, field) or at_common_solutions(_relations_of(own), _relations_of(said))
    if found is not None:
        return found
    raise Undecided(say("statements-not-one-by-one"))


def _paired(own: list[_Claim], said: list[_Claim], field: Field) -> Comparison | None:
    if len(own) != len(said):
        return None
    left = list(said)
    for one in own:
        found = None
        for other in left:
            result = _one_statement(one, other, field)
            if result and result.agrees:
                found = other
                break
        if found is None:
            return None
        left.remove(found)
    return Comparison(True)


def _solved(claims: list[_Claim]) -> list[_Claim] | None:
    """What linear equations give their names; None where they give none."""
    relations = _relations_of(claims)
    if len(relations) < len(claims) or (values := solution(relations)) is None:
        return None
    return [_Claim(Name(name), Constant(value), relations[0]) for name, value in values.items()]


def _relations_of(claims: list[_Claim]) -> list[Related]:
    return [it.relation for it in claims if it.relation is not None]
