"""Answers of a class that mean the same: wrong ones that several gave, and those that wait for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markscheme.kinds import Kind
from markscheme.marking.gradebook import Mark, Report
from markscheme.marking.kept import Basis, read_back
from markscheme.paper.plan import Paper

MOST_COMPARED = 60
"""An answer is held against the first so many groups."""


@dataclass(frozen=True, slots=True)
class Group:
    """Answers to one question that mean the same, whatever their spelling."""

    question: str
    answer: str
    text: str
    """As most wrote it."""
    students: tuple[str, ...]


def groups(marks: Iterable[Mark], kind: Kind[Any] | None) -> list[Group]:
    """Answers to one question by what they mean, the commonest first; without a kind, by their words."""
    found = sorted(_grouped(marks, kind), key=len, reverse=True)
    return [Group(it[0].question, it[0].answer, _commonest(it), tuple([mark.student for mark in it])) for it in found]


def alike(marked: Iterable[tuple[Mark, Basis]], kind: Kind[Any] | None) -> list[tuple[Mark, ...]]:
    """Answers to one question for which one decision may do, the largest group first.

    Those in which the same slip was named; else those on copies that ask the same, after the same earlier answers, that
    say exactly the same. What is in doubt stands alone: a value that is the same but for a tolerance, or cannot be told
    to be.
    """
    same_slip: dict[object, list[Mark]] = {}
    same_question: dict[object, list[Mark]] = {}
    values: dict[str, Any] = {}
    for mark, basis in marked:
        verdict = mark.verdict
        if isinstance(verdict.value, str) and kind is not None:  # as it is kept
            if verdict.value not in values:
                values[verdict.value] = read_back(kind, verdict.value)
            verdict = replace(verdict, value=values[verdict.value])
        if verdict.status in ("wrong", "slip") and verdict.slips:
            same_slip.setdefault((verdict.slips, verdict.marks), []).append(mark)
        else:
            key = (verdict.status, basis.numbers, basis.before)
            same_question.setdefault(key, []).append(replace(mark, verdict=verdict))
    said = [group for marks in same_question.values() for group in _grouped(marks, kind, exactly=True)]
    return [tuple(it) for it in sorted([*same_slip.values(), *said], key=len, reverse=True)]


def _grouped(marks: Iterable[Mark], kind: Kind[Any] | None, *, exactly: bool = False) -> list[list[Mark]]:
    """Marks in groups that mean the same; `exactly` keeps apart what agrees only with a note, such as a tolerance."""
    found: list[list[Mark]] = []
    by_words: dict[str, list[Mark]] = {}
    for mark in marks:
        said = _in_a_line(mark)
        group = by_words.get(said) or next(
            (it for it in found[:MOST_COMPARED] if _means_the_same(kind, it[0], mark, exactly=exactly)), None
        )
        if group is None:
            found.append(group := [])
        group.append(mark)
        by_words[said] = group
    return found


def same_wrong(marks: Iterable[Mark], kind: Kind[Any] | None) -> tuple[Group, ...]:
    """Wrong answers that several students gave."""
    wrong = [mark for mark in marks if mark.verdict.status in ("wrong", "slip")]
    return tuple([group for group in groups(wrong, kind) if len(group.students) > 1])


def waiting(paper: Paper, reports: Sequence[Report]) -> Iterator[Group]:
    """What a person has yet to decide or to read, question by question: one decision may do for a whole group."""
    by_place: dict[tuple[str, str], list[Mark]] = {}
    for report in reports:
        for mark in report.marks:
            if mark.is_queued:
                by_place.setdefault((mark.question, mark.answer), []).append(mark)
    for place, marks in by_place.items():
        yield from groups(marks, paper.kinds.get(place))


def _commonest(group: Iterable[Mark]) -> str:
    return Counter(map(_in_a_line, group)).most_common(1)[0][0]


def _means_the_same(kind: Kind[Any] | None, one: Mark, other: Mark, *, exactly: bool) -> bool:
    left, right = one.verdict.value, other.verdict.value
    if _in_a_line(one) == _in_a_line(other) or kind is None or left is None or right is None:
        return _in_a_line(one) == _in_a_line(other)
    try:
        if left == right:
            return True
        comparison = kind.compare(left, right)
        return bool(comparison.agrees and not (exactly and comparison.note))
    except Exception:  # noqa: BLE001 (neither is a key, and a kind foresees but those)
        return False


def _in_a_line(mark: Mark) -> str:
    return " ".join(mark.text.split())
