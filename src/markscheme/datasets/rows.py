"""One row: a question, its answer, and what scoring needs, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from markscheme.core.answer import Answer
from markscheme.core.content import content_of
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.marks import exactly, total
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
    return tuple(filter(may_be_asked, item.layout.asked))


def may_be_asked(answer: Answer[..., Any]) -> bool:
    """Whether a row may ask an answer."""
    return not (answer.kind.by_hand or is_known(answer))


def is_known(answer: Answer[..., Any]) -> bool:
    """Whether an answer is one for all items, so that whoever has learned it by heart needs no question.

    A program is not: it must run on this item's inputs.
    """
    return answer.fixed


def row_of(item: Item, asked: Sequence[Answer[..., Any]], *, solution: bool = False, content: str = "") -> Row:
    """The row of an item that asks for some of its answers. Raises `MarkschemeError` where it asks for none.

    `content` is the item's `content_of`, where that is known already.

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
    content = content or content_of(item)
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
    label = f"{alone.label.source} (`{alone.name}`)"
    return ONE_OF_MANY.format(label=label, example=_example(alone))


def _example(answer: Answer[..., Any]) -> str:
    return PROGRAM if answer.kind.is_run else answer.kind.example


def _about(item: Item, answer: Answer[..., Any], key: str) -> dict[str, Any]:
    tolerance = answer.kind.allows
    return {
        "kind": answer.kind.noun,
        "form": answer.kind.field().form,
        "key": key,
        "shown": show(answer.kind.show(item.values[answer.name]), "latex", math=True),
        "marks": exactly(item.layout.marks[answer.name]),
        "tolerance": None if tolerance is None else str(tolerance),
    }


def flat(row: Row) -> dict[str, str]:
    """A row as texts alone, its metadata as JSON: for tables, whose columns have one shape."""
    return {name: it if isinstance(it, str) else json.dumps(it, ensure_ascii=False) for name, it in row.items()}


def row_in(entry: Mapping[str, Any]) -> Row:
    """The row that `flat` made the entry of; one that is a row already stays as it is.

    >>> row = {"question": "2 + 2?", "answer": "4", "metadata": {"marks": 1}}
    >>> row_in(flat(row)) == row_in(row) == row
    True
    """
    about = entry["metadata"]
    return {**entry, "metadata": json.loads(about) if isinstance(about, str) else about}
