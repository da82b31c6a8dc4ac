"""Marking one item: unreadable, exact, within tolerance, follow-through, slip, wrong, in this order.

Where a scoring says so, the right entries of a slip or a wrong answer earn their share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markscheme.core.errors import UnknownName, near_misses
from markscheme.core.marks import Marks, exact_marks
from markscheme.core.verdict import Marked, Verdict
from markscheme.kinds.base import Kind, Scoring, Undecided
from markscheme.kinds.nearness import near
from markscheme.language import NOTHING, as_message, joined, message_of, say, words
from markscheme.reading.limits import Unreadable

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.item import Item


def judge(kind: Kind[Any], key: Any, submitted: object, marks: Marks = 1) -> Verdict:
    """One submitted text or value against its key: blank, unreadable, right or wrong."""
    if submitted is None or (isinstance(submitted, str) and not submitted.strip()):
        return Verdict("blank", 0, marks, say("blank"))
    try:
        value = kind.read(submitted) if isinstance(submitted, str) else kind.accept(submitted)
    except Unreadable as error:
        return Verdict("unreadable", 0, marks, error.pointed())
    except TypeError as error:
        return Verdict("unreadable", 0, marks, words(f"{error}"))
    return judged(kind, key, value, marks)


def judged(kind: Kind[Any], key: Any, value: Any, marks: Marks = 1) -> Verdict:
    """A value that was read against its key: right, wrong, or by hand."""
    if kind.by_hand:
        return Verdict("by hand", 0, marks, as_message(kind.by_hand), value=value)
    if value == key:
        return right_to_the_letter(marks)
    try:
        comparison = kind.compare(key, value)
    except Undecided as error:
        return Verdict("by hand", 0, marks, say("not-decided", why=message_of(error)), value=value)
    if comparison.agrees:
        reason = say("right-for", note=as_message(comparison.note)) if comparison.note else say("right")
        return Verdict("right", marks, marks, reason, value=value)
    beside = near(key, value)
    said = joined("clauses", comparison.note, say("it-is", what=beside) if beside else NOTHING)
    return Verdict("wrong", 0, marks, said, value=value)


def _credited(answer: Answer[..., Any], key: Any, verdict: Verdict, scoring: Scoring) -> Verdict:
    """A wrong answer or a slip with the marks of its right entries, where those are more."""
    if verdict.status not in ("wrong", "slip"):
        return verdict
    credit = answer.kind.credit(key, verdict.value, scoring)
    marks = max(verdict.marks, exact_marks(credit.share * verdict.out_of))
    return replace(verdict, marks=marks, message=joined("sentences", verdict.message, credit.counted))


@lru_cache(maxsize=256)
def right_to_the_letter(marks: Marks) -> Verdict:
    """The verdict on the key itself."""
    return Verdict("right", marks, marks, say("right"))


def mark(item: Item, submission: Mapping[str, object]) -> Marked:
    """The verdict on each answer that the item asks."""
    asked, earns = item.layout.asked, item.layout.marks
    values = item.values
    verdicts = {
        answer.name: judge(answer.kind, values[answer.name], submission.get(answer.name), earns[answer.name])
        for answer in asked
    }
    if len(submission) > sum([name in submission for name in verdicts]):
        unknown = next(name for name in submission if name not in verdicts)
        raise UnknownName(f"{item.id} asks no {unknown!r}; {near_misses(unknown, verdicts)}")
    if any([verdict.status == "wrong" for verdict in verdicts.values()]):
        from markscheme.core.follow_through import explain  # noqa: PLC0415 (only where something is wrong)

        explain(item, verdicts)
        for answer in asked:
            if scoring := item.scoring_of(answer):
                verdicts[answer.name] = _credited(answer, values[answer.name], verdicts[answer.name], scoring)
    return Marked(item.id, verdicts, item)
