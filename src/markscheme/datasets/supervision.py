"""Worked solutions with one slip that is carried on: the first wrong step, and pairs of right and wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markscheme.core.answer import Slip
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.wiring import UNDEFINED
from markscheme.core.writing import in_target, steps
from markscheme.datasets.rows import STEPS, Row, row_of, scorable
from markscheme.draw import Draw


def first_wrong_step(item: Item, *, wrong: bool = True) -> Row:
    """A row whose answer is the number of the first wrong step of a worked solution, counted from 0; -1 if none is.

    The solution has one slip of the problem in it, and goes on rightly from there; with `wrong=False` it has none.
    Steps stand in the metadata, each with its name, its value and its text.

    >>> import markscheme as ms
    >>> row = first_wrong_step(ms.problem("attention/linear_rnn").pose("1"))
    >>> label = int(row["answer"])
    >>> [step["name"] for step in row["metadata"]["steps"]][label] == row["metadata"]["slip"]["answer"]
    True

    Raises `MarkschemeError` where no slip of the problem shows in a solution.
    """
    shown, slip = _with_slip(item) if wrong else (_steps(item, item.values), None)
    label = -1 if slip is None else [step["name"] for step in shown].index(slip["answer"])
    row = row_of(item, scorable(item))
    listing = "\n\n".join([f"Step {number}.\n{step['text']}" for number, step in enumerate(shown)])
    question = (
        f"{item.prompt('markdown').rstrip()}\n\nThis is a worked solution.\n\n{listing}\n\nWhich is the first step "
        "that is wrong? End with its number inside <answer></answer> tags, or with -1 if all are right.\n"
    )
    metadata = row["metadata"] | {"schema": STEPS, "steps": shown, "slip": slip}
    return {"question": question, "answer": str(label), "metadata": metadata}


def preference(item: Item) -> Row:
    """A question with two worked solutions: `chosen` is right, `rejected` has a slip that is carried on.

    >>> import markscheme as ms
    >>> row = preference(ms.problem("attention/linear_rnn").pose("1"))
    >>> sorted(row), row["chosen"] == row["rejected"]
    (['answer', 'chosen', 'metadata', 'question', 'rejected'], False)
    """
    wrong, slip = _with_slip(item)
    row = row_of(item, scorable(item))
    chosen, rejected = ("\n\n".join([step["text"] for step in it]) for it in (_steps(item, item.values), wrong))
    return row | {"chosen": chosen, "rejected": rejected, "metadata": row["metadata"] | {"slip": slip}}


def _with_slip(item: Item) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The steps of an item's solution with one slip made, and what was made: the slip is drawn from those that show."""
    made: list[tuple[str, Slip, Any]] = []
    for name, answer in item.problem.answers.items():
        if answer.kind.by_hand or answer.kind.is_run or answer.role == "option":
            continue
        for slip in answer.slips:
            value = _value_of(slip, item.values)
            if value is not None and not answer.is_right(value, item.values):
                made.append((name, slip, answer.kind.accept(value)))
    for name, slip, value in Draw(f"{item.id}: slip").shuffled(made):
        shown = _carried(item, name, value)
        if shown is not None:
            kind = item.problem.answers[name].kind
            return shown, {"answer": name, "name": slip.name, "value": kind.write(value)}
    raise MarkschemeError(f"{item.id} has no slip that shows in a worked solution")


def _value_of(slip: Slip, values: Mapping[str, Any]) -> Any:
    if slip.decides:
        return None
    try:
        return slip.wired(values)
    except UNDEFINED:
        return None


def _carried(item: Item, wrong: str, value: Any) -> list[dict[str, str]] | None:
    """The steps of an item where one value is wrong and all after it follow from it; None where they cannot."""
    values = dict(item.givens)
    try:
        for name, answer in item.problem.answers.items():
            values[name] = value if name == wrong else answer.kind.accept(answer.wired(values))
        return _steps(item, values)
    except UNDEFINED:
        return None


def _steps(item: Item, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The steps of a worked solution at some values, each with the answer that it gives."""
    told = replace(item, values=values)
    said = set[str]()
    found: list[dict[str, str]] = []
    for section in told.layout.sections:
        for answer in section.worked:
            if answer.kind.by_hand or answer.kind.is_run:
                continue
            text = in_target(steps(told, answer, said), "markdown").strip()
            found.append({"name": answer.name, "value": answer.kind.write(values[answer.name]), "text": text})
    return found
