"""What a reply to a row earns: the marks of its answers, follow-through included, as a share of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, cast, overload

from markscheme.core.answer import Answer
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.judging import judge, right_to_the_letter
from markscheme.core.layout import Layout
from markscheme.core.verdict import Verdict
from markscheme.core.verifying import verdict_on
from markscheme.datasets.replies import LONGEST, Unclear, answers_in
from markscheme.datasets.rows import STEPS
from markscheme.kinds import Integer


@dataclass(frozen=True, slots=True)
class Score:
    """What a reply earns, from 0 to 1, and why."""

    value: float
    verdicts: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])
    """The verdict on each answer that the row asks for; none where the reply could not be taken apart."""
    reason: str = ""
    """Why nothing was marked, where nothing was."""
    marked: bool = True
    """Whether the row could be marked at all: not where it is no row, or of another version of its problem."""

    @property
    def unscored(self) -> tuple[str, ...]:
        """The answers that a person would have to look at: they earn nothing here."""
        return tuple([name for name, verdict in self.verdicts.items() if verdict.status == "by hand"])

    def as_json(self) -> dict[str, Any]:
        """The score as plain data."""
        return {
            "score": self.value,
            "reason": self.reason,
            "unscored": list(self.unscored),
            "answers": {name: verdict.as_json() for name, verdict in self.verdicts.items()},
        }


@overload
def score_answer(answer: object, row: Mapping[str, Any], *, explain: Literal[False] = False) -> float: ...
@overload
def score_answer(answer: object, row: Mapping[str, Any], *, explain: Literal[True]) -> Score: ...
def score_answer(answer: object, row: Mapping[str, Any], *, explain: bool = False) -> float | Score:
    """What a reply earns, from 0 to 1: partial credit and follow-through as in an exam. Only the row is needed.

    >>> from markscheme.datasets import dataset
    >>> (row,) = dataset("attention/linear_rnn", size=1, seed=3, ask="all")
    >>> score_answer(row["answer"], row), score_answer("It cannot be known.", row), score_answer(None, row)
    (1.0, 0.0, 0.0)

    Never raises: what is no text, or cannot be read, earns 0.0, and so does what a person would have to decide. With
    `explain` the verdicts come with it.
    """
    if not explain and _is_key(answer, row):
        return 1.0
    found = _scored(answer, row, explain=explain)
    return found if explain else found.value


def _is_key(answer: object, row: object) -> bool:
    """Whether a reply is the key of its row to the letter; white space around it counts for programs alone."""
    if not isinstance(answer, str) or not isinstance(row, dict):
        return False
    about = cast("dict[str, Any]", row)
    key = about.get("answer")
    if answer == key:
        return True
    if not key or len(answer) > LONGEST or answer.strip() != key:
        return False
    try:
        return all([it["form"] != "program" for it in about["metadata"]["answers"].values()])
    except (LookupError, TypeError, AttributeError):
        return False


def _scored(answer: object, row: Mapping[str, Any], *, explain: bool) -> Score:
    if not isinstance(answer, str):
        return Score(0.0, reason=f"a reply is text, not {type(answer).__name__}")
    try:
        metadata = row["metadata"]
        if metadata["schema"] == STEPS:
            return _number(answer, row["answer"])
        asked = metadata["answers"]
        programs = [name for name, about in asked.items() if about["form"] == "program"]
        names = tuple(asked)
        verdicts = _marked(metadata["id"], names, answers_in(answer, names, programs), explain=explain)
    except Unclear as error:
        return Score(0.0, reason=f"{error}")
    except Exception as error:  # noqa: BLE001 (a score never raises)
        return Score(0.0, reason=f"not marked: {type(error).__name__}: {error}", marked=False)
    out_of = sum([verdict.out_of for verdict in verdicts.values()])
    earned = sum([verdict.marks for verdict in verdicts.values()])
    if earned == out_of > 0:
        return Score(1.0, verdicts)
    return Score(float(min(max(Fraction(earned) / Fraction(out_of), Fraction(0)), Fraction(1))), verdicts)


def _number(reply: str, key: str) -> Score:
    """The score of a reply to which step is wrong."""
    verdict = verdict_on(int(key), answers_in(reply, ("step",)).get("step", ""), Integer())
    return Score(float(bool(verdict)), {"step": verdict})


def _marked(item_id: str, names: tuple[str, ...], said: Mapping[str, str], *, explain: bool) -> dict[str, Verdict]:
    if not names:
        raise MarkschemeError("the row asks for no answer")
    item, keys = posed(item_id), _written(item_id)
    if {*said} == {*names} and all([said[name].strip() == keys.get(name) for name in names]):
        return {name: right_to_the_letter(item.layout.marks[name]) for name in names}
    if len(names) == 1 and not explain and (alone := _all_or_nothing(item.layout).get(names[0])):
        name = alone.name
        return {name: judge(alone.kind, item.values[name], said.get(name), item.layout.marks[name])}
    marked = item.mark(said)
    return {name: marked[name] for name in names}


@lru_cache(512)
def _all_or_nothing(layout: Layout) -> Mapping[str, Answer[..., Any]]:
    """The answers that earn all or nothing where no other is given: what explains a wrong one earns nothing.

    They have no property and no scoring, none of their slips has marks, and none is right together with others.
    """
    joint = {name for answer in layout.asked for rule in answer.joint for name in rule.names}
    return {
        it.name: it
        for it in layout.asked
        if not (it.properties or it.scoring or it.name in joint or any([slip.marks for slip in it.slips]))
    }


@lru_cache(4096)
def _written(item_id: str) -> Mapping[str, str | None]:
    """The keys of an item as they are written, which are right to the letter; None for a program, which has to run."""
    item = posed(item_id)
    return {
        answer.name: None if answer.kind.is_run or answer.kind.by_hand else answer.kind.write(item.values[answer.name])
        for answer in item.layout.asked
    }


@lru_cache(4096)
def posed(item_id: str) -> Item:
    """The item of an id, posed once. Raises `MarkschemeError` for an id that this version cannot pose."""
    from markscheme.bank.catalog import item_of  # noqa: PLC0415 (the catalog is loaded where a row is marked)

    return item_of(item_id)
