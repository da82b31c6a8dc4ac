"""What marking says of one answer, and of one item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from markscheme.core.errors import UnknownName, near_misses

Status: TypeAlias = Literal["right", "follow-through", "slip", "wrong", "unreadable", "blank", "by hand"]
Marks: TypeAlias = int | Fraction


def exact_marks(marks: float | Fraction) -> Marks:
    """Marks as an int where they are whole, exactly otherwise.

    >>> exact_marks(2.0), exact_marks(2.5)
    (2, Fraction(5, 2))
    """
    exact = Fraction(str(marks)) if isinstance(marks, float) else Fraction(marks)
    return exact.numerator if exact.denominator == 1 else exact


def total(marks: Iterable[Marks]) -> Marks:
    """The sum of marks, exact.

    >>> total([2, Fraction(1, 2), Fraction(1, 2)])
    3
    """
    summed = sum(marks)
    return summed if isinstance(summed, int) else exact_marks(summed)


def written(marks: Marks) -> str:
    """Marks for people: `2`, `2.5`, or `1/3` where decimals do not end."""
    if isinstance(marks, int):
        return str(marks)
    decimal = f"{float(marks):g}"
    return decimal if Fraction(decimal) == marks else str(marks)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What marking says of one answer. True where the answer agrees with the key.

    `by hand` earns nothing yet: a person decides.
    """

    status: Status
    marks: Marks = 0
    out_of: Marks = 1
    reason: str = ""
    slips: tuple[str, ...] = ()
    value: Any = None

    def __bool__(self) -> bool:
        return self.status == "right"

    def worth(self, out_of: Marks) -> Verdict:
        """The same verdict, where the answer carries `out_of` marks."""
        if not self.out_of:
            return replace(self, marks=0, out_of=out_of)
        return replace(self, marks=exact_marks(Fraction(self.marks) * out_of / self.out_of), out_of=out_of)

    def as_json(self) -> dict[str, Any]:
        """The verdict as plain data."""
        return {
            "status": self.status,
            "marks": plain(self.marks),
            "out_of": plain(self.out_of),
            "reason": self.reason,
            "slips": list(self.slips),
        }


def plain(marks: Marks) -> float:
    """Marks as a JSON number."""
    return marks if isinstance(marks, int) else float(marks)


@dataclass(frozen=True, slots=True)
class Marked(Mapping[str, Verdict]):
    """The verdicts on one item, by the names of its answers."""

    id: str
    verdicts: Mapping[str, Verdict]

    @property
    def marks(self) -> Marks:
        """The marks earned so far."""
        return total([verdict.marks for verdict in self.verdicts.values()])

    @property
    def out_of(self) -> Marks:
        """The marks that there are."""
        return total([verdict.out_of for verdict in self.verdicts.values()])

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The answers that wait for a person."""
        return tuple([name for name, verdict in self.verdicts.items() if verdict.status == "by hand"])

    def __getitem__(self, name: str) -> Verdict:
        try:
            return self.verdicts[name]
        except KeyError:
            raise UnknownName(f"{self.id} asks no {name!r}; {near_misses(name, self.verdicts)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)
