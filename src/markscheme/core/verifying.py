"""One answer against one key, both text, outside any problem: whichever reading of the key the text can be read as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from markscheme.core.judging import judge
from markscheme.core.verdict import Verdict
from markscheme.exact import Rational
from markscheme.kinds import Kind, Mathematics, Words
from markscheme.kinds.keys import kind_of_key, readings
from markscheme.reading.extraction import answers_in
from markscheme.reading.formulas import Applied, Constant, Formula
from markscheme.reading.limits import Unreadable
from markscheme.reading.units import Unit, parted

Reading: TypeAlias = "tuple[Kind[Any], Any]"


def verdict_on(key: object, text: str, kind: Kind[Any] | None) -> Verdict:
    """The verdict of `markscheme.verify`. Raises `Unreadable` for a key that says nothing."""
    number, unit = parted(key, sure=True) if kind is None and isinstance(key, str) else (key, None)
    own = _Readings(_of_key(number, kind))
    unreadable: Verdict | None = None
    for part in answers_in(text):
        verdict = _on_part(own, unit, part)
        if verdict.status in {"unreadable", "blank"}:
            unreadable = verdict if unreadable is None else unreadable
        elif part is text:
            return verdict
        else:
            said = [verdict.reason.rstrip("."), f"read in the text: {part}"]
            return replace(verdict, reason="; ".join([it for it in said if it]))
    return unreadable if unreadable is not None else Verdict("blank", 0, 1, "Nothing was answered.")


def readings_of(text: str) -> Iterator[Reading]:
    """What a text may say, then what the answers within it may, or else its words. Raises `Unreadable`."""
    failure, count = Unreadable("nothing was answered", text=text), 0
    for part in answers_in(text):
        try:
            for found in readings(part):
                count += 1
                yield found
        except Unreadable as error:
            failure = failure if failure.position is not None else error
    if not count:
        try:
            yield Words(), Words().read(text)
        except Unreadable:
            raise failure from None


class _Readings:
    """The readings of a key, each found when it is first asked for."""

    def __init__(self, readings: Iterator[Reading]) -> None:
        self._known: list[Reading] = []
        self._more = readings

    def __iter__(self) -> Iterator[Reading]:
        yield from tuple(self._known)
        for found in self._more:
            self._known.append(found)
            yield found


def _of_key(key: object, kind: Kind[Any] | None) -> Iterator[Reading]:
    if kind is None and isinstance(key, str):
        yield from ((own, own.accept(value)) for own, value in readings_of(key))
    else:
        kind = kind or kind_of_key(key)
        yield kind, kind.read(key) if isinstance(key, str) else kind.accept(key)


def _on_part(own: _Readings, unit: Unit | None, part: str) -> Verdict:
    """The verdict by the first reading of the key as which the part can be read; by the first of all, if by none."""
    said, other = parted(part) if unit else (part, None)
    size = unit.in_terms_of(other) if unit and other else Fraction(1)
    first: Verdict | None = None
    for kind, key in own:
        verdict = judge(kind, _scaled(key, size or 1) if isinstance(kind, Mathematics) else key, said)
        if verdict.status != "unreadable":
            is_other = size is None and verdict.status == "right"
            return Verdict("wrong", 0, 1, f"the unit is {unit}, not {other}") if is_other else verdict
        first = verdict if first is None else first
    assert first is not None, "a key has a reading, or is refused"
    return first


def _scaled(key: Formula, size: Rational) -> Formula:
    return key if size == 1 else Applied("*", (Constant(size), key))
