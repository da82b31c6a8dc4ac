"""One row: a question, its answer, and what scoring needs, as plain data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

from markscheme.core.answer import Answer
from markscheme.core.content import content_of
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.verdict import exactly, total
from markscheme.datasets.splits import split_of
from markscheme.text.notation import show

Row: TypeAlias = dict[str, Any]
"""`{"question": str, "answer": str, "metadata": {...}}`, safe for JSON."""
Ask: TypeAlias = Literal["all", "one"]
ROW: Final = "markscheme/row/1"
"""The form of a row's metadata."""
STEPS: Final = "markscheme/steps/1"
"""The form of the metadata of a row that asks which step is wrong."""
ONE_ANSWER: Final = "End with your final answer inside <answer></answer> tags, written like {example}."
ONE_OF_MANY: Final = (
    "You are asked for {label} alone. End with your final answer inside <answer></answer> tags, written like {example}."
)
SEVERAL: Final = (
    "End with your final answers, each inside a tag of its own. What is asked for an explanation or a proof above need "
    "not be written.\n\n{tags}"
)
PROGRAM: Final = "your whole program"


def scorable(item: Item) -> tuple[Answer[..., Any], ...]:
    """The answers of an item that a row may ask: no person marks them, and they are not one for all items.

    >>> import markscheme as ms
    >>> [answer.name for answer in scorable(ms.problem("optimizers/weight_decay").pose("1"))]
    ['theta_next']
    """
    return tuple([answer for answer in item.layout.asked if not (answer.kind.by_hand or is_known(answer))])


def is_known(answer: Answer[..., Any]) -> bool:
    """Whether an answer is one for all items, so that whoever has learned it by heart needs no question.

    A program is not: it must run on this item's inputs.
    """
    return answer.fixed


def row_of(item: Item, asked: Sequence[Answer[..., Any]], *, solution: bool = False) -> Row:
    """The row of an item that asks for some of its answers. Raises `MarkschemeError` where it asks for none.

    The question holds neither the id nor the seed: a model that has the package could compute the key from them.

    >>> import markscheme as ms
    >>> item = ms.problem("convolution/output_shape").as_published("i")
    >>> row = row_of(item, scorable(item))
    >>> row["answer"], row["metadata"]["answers"]["shape"]["kind"], item.id in row["question"]
    ('[10, 64, 32, 32]', 'a shape', False)
    """
    if not asked:
        raise MarkschemeError(f"{item.id} has no answer that a row can ask: people mark them, or they are one for all")
    keys = {answer.name: answer.kind.write(item.values[answer.name]) for answer in asked}
    content = content_of(item)
    metadata: dict[str, Any] = {
        "schema": ROW,
        "id": item.id,
        "problem": item.problem.name,
        "version": item.problem.version,
        "title": item.problem.title,
        "source": item.problem.source,
        "knobs": {name: str(value) for name, value in item.identity.knobs.items()},
        "content": content,
        "split": split_of(content),
        "marks": exactly(total([item.layout.marks[answer.name] for answer in asked])),
        "answers": {answer.name: _about(item, answer, keys[answer.name]) for answer in asked},
    }
    if solution:
        metadata["solution"] = item.solution("markdown")
    (first, *others) = keys.values()
    answer = json.dumps(keys, ensure_ascii=False) if others else first
    return {"question": f"{item.prompt('markdown').rstrip()}\n\n{wanted(item, asked)}\n", "answer": answer,
            "metadata": metadata}  # fmt: skip


def wanted(item: Item, asked: Sequence[Answer[..., Any]]) -> str:
    """How to end an answer, so that it is found."""
    if len(asked) > 1:
        return SEVERAL.format(tags="\n".join([f'<answer name="{it.name}">{_example(it)}</answer>' for it in asked]))
    (alone,) = asked
    if item.layout.asked == (alone,):
        return ONE_ANSWER.format(example=_example(alone))
    label = f"{show_label(alone)} (`{alone.name}`)"
    return ONE_OF_MANY.format(label=label, example=_example(alone))


def show_label(answer: Answer[..., Any]) -> str:
    """What an answer is called in its question."""
    return answer.label.source


def _example(answer: Answer[..., Any]) -> str:
    return PROGRAM if answer.kind.is_run else answer.kind.example


def _about(item: Item, answer: Answer[..., Any], key: str) -> dict[str, Any]:
    tolerance = getattr(answer.kind, "tolerance", None)
    return {
        "kind": answer.kind.noun,
        "form": answer.kind.field().form,
        "key": key,
        "shown": show(answer.kind.show(item.values[answer.name]), "latex", math=True),
        "marks": exactly(item.layout.marks[answer.name]),
        "tolerance": None if tolerance is None else str(tolerance),
    }
