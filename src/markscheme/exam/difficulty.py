"""How hard copies are beside each other: the work that each asks for, by the graph of its answers and its numbers.

Every answer, asked or a step, is worked out from its inputs. What that takes is counted in digits: those of each number
that goes in, and of each that comes out. A zero costs nothing and a one half a digit, for what is multiplied by them is
known. It compares copies of one paper, which have the same graph; it says nothing of how hard an idea is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Rational, Real
from statistics import median
from typing import Any, cast

from markscheme.core.item import Item
from markscheme.exam.folder import Exam
from markscheme.paper.manifest import PrintedCopy
from markscheme.paper.tables import csv_text, safe_id

NOTABLE = 1.5
"""How many times the work of the median is told."""
_MOST_NUMBERS = 4_096


@dataclass(frozen=True, slots=True)
class Work:
    """What a question asks for on one copy."""

    code: str
    question: str
    numbers: int
    """How many numbers go in and come out, zeros left out."""
    digits: float
    """Their digits."""
    share: float
    """Of the median over the copies."""

    @property
    def is_notable(self) -> bool:
        """Whether it is far from the median."""
        return self.share >= NOTABLE or self.share <= 1 / NOTABLE


def digits_of(number: Real) -> float:
    """What a number costs: its digits, of a fraction those above and below; 0 nothing, 1 and -1 half a digit.

    >>> from fractions import Fraction
    >>> [digits_of(it) for it in (0, -1, 12, Fraction(3, 10), 0.25)]
    [0.0, 0.5, 2.0, 3.0, 2.0]
    """
    if isinstance(number, Rational):
        top, bottom = abs(int(number.numerator)), int(number.denominator)
        if bottom == 1 and top <= 1:
            return 0.5 * top
        return float(len(str(top)) + (len(str(bottom)) if bottom != 1 else 0))
    return float(len(f"{abs(float(number)):.4g}".replace(".", "").partition("e")[0].lstrip("0")))


def work_of(item: Item) -> tuple[int, float]:
    """How many numbers the answers of an item take and give, and how many digits these have.

    >>> import markscheme as ms
    >>> count, digits = work_of(ms.problem("convolution/output_shape").pose("1"))
    >>> count > 5, digits > count
    (True, True)
    """
    found: list[float] = []
    for name, answer in item.problem.answers.items():
        for it in (name, *answer.sources):
            found += [cost for cost in map(digits_of, _numbers(item.values.get(it))) if cost]
    return len(found), sum(found)


def compared(copies: Mapping[str, Mapping[str, Item]]) -> list[Work]:
    """The work of each question of each copy, beside the median of all copies that ask it."""
    found = {code: {label: work_of(it) for label, it in items.items()} for code, items in copies.items()}
    labels = dict.fromkeys([label for questions in found.values() for label in questions])
    usual = {
        label: median([questions[label][1] for questions in found.values() if label in questions]) for label in labels
    }
    return [
        Work(code, label, count, digits, round(digits / usual[label], 3) if usual[label] else 1.0)
        for code, questions in found.items() for label, (count, digits) in questions.items()
    ]  # fmt: skip


def variants_of(exam: Exam) -> tuple[list[Work], dict[str, str]]:
    """The work of each copy of an exam, or of each version, and by code what it is called: a version, or a student."""
    first: dict[str, PrintedCopy] = {}
    for it in exam.manifest.copies:
        first.setdefault(it.seed, it)
    copies = {it.code: exam.paper.items(it.seed) for it in first.values()}
    return compared(copies), {it.code: it.version or it.student for it in first.values()}


def variants_csv(found: Iterable[Work], names: Mapping[str, str]) -> str:
    """variants.csv: a row for each question of each variant."""
    rows = [(it.code, safe_id(names.get(it.code, "")), it.question, it.numbers, f"{it.digits:g}", f"{it.share:g}",
             "far from the others" if it.is_notable else "") for it in found]  # fmt: skip
    return csv_text(("code", "variant", "question", "numbers", "digits", "share_of_median", "note"), rows)


def whole_shares(found: Iterable[Work]) -> dict[str, float]:
    """The work of each copy as a whole, as a share of the median's."""
    totals: dict[str, float] = {}
    for it in found:
        totals[it.code] = totals.get(it.code, 0.0) + it.digits
    usual = median(totals.values()) if totals else 0.0
    return {code: round(digits / usual, 3) if usual else 1.0 for code, digits in totals.items()}


def warnings_of(found: Sequence[Work], names: Mapping[str, str]) -> list[str]:
    """A sentence for each question of a copy that asks for far more work than usual, or far less."""
    return [
        f"{names.get(it.code) or it.code}: question {it.question} has {it.share:.2g} times the usual work "
        f"({it.numbers} numbers of {it.digits:g} digits)"
        for it in found if it.is_notable
    ]  # fmt: skip


def _numbers(value: object) -> Iterator[Real]:
    """The numbers within a value, in order, at most so many."""
    stack, count = [value], 0
    while stack and count < _MOST_NUMBERS:
        it = stack.pop()
        if isinstance(it, bool | str | bytes):
            continue
        if isinstance(it, Real):
            count += 1
            yield it
        elif isinstance(it, Mapping):
            stack += list(cast("Mapping[Any, object]", it).values())[::-1]
        elif hasattr(it, "tolist"):  # an array
            stack.append(cast("Any", it).tolist())
        elif isinstance(it, Iterable):
            stack += list(cast("Iterable[object]", it))[::-1]
