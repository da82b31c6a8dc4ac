"""One row: a question, its answer, and what scoring needs, as plain data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, Literal, TypeAlias

from markscheme.core.answer import Answer
from markscheme.core.content import content_of
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.layout import Layout
from markscheme.core.marks import exactly, total
from markscheme.core.prompting import prompt, remembered
from markscheme.datasets.splits import split_of
from markscheme.kinds import Kind
from markscheme.text.notation import show

Row: TypeAlias = dict[str, Any]
"""`{"question": str, "answer": str, "metadata": {...}}`, safe for JSON."""
Ask: TypeAlias = Literal["all", "one"]
_as_json: Final = json.JSONEncoder(ensure_ascii=False).encode
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
    return _scorable(item.layout)


@lru_cache(512)
def _scorable(layout: Layout) -> tuple[Answer[..., Any], ...]:
    return tuple(filter(may_be_asked, layout.asked))


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
    form = _form_of(item.layout, tuple([answer.name for answer in asked]))
    problem, content = item.problem, content or content_of(item)
    answers = {it.name: it.about(item.values[it.name]) for it in form.answers}
    metadata: dict[str, Any] = {
        "schema": ROW,
        "id": item.id,
        "problem": problem.name,
        "version": problem.version,
        "title": problem.title,
        "source": problem.source,
        "knobs": {name: str(value) for name, value in item.identity.knobs.items()},
        "content": content,
        "split": split_of(content),
        "marks": form.marks,
        "answers": answers,
    }
    if solution:
        metadata["solution"] = item.solution("markdown")
    keys = {name: about["key"] for name, about in answers.items()}
    answer = _as_json(keys) if len(keys) > 1 else keys[asked[0].name]
    return {"question": f"{prompt(item).rstrip()}{form.ending}", "answer": answer, "metadata": metadata}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all rows that ask for an answer say of it."""

    name: str
    kind: Kind[Any]
    form: str
    marks: int | str
    tolerance: str | None
    written: Callable[[Any], tuple[str, str]]
    """A key as it is typed, and as it is shown."""

    def about(self, value: Any) -> dict[str, Any]:
        key, shown = self.written(value)
        return {
            "kind": self.kind.noun,
            "form": self.form,
            "key": key,
            "shown": shown,
            "marks": self.marks,
            "tolerance": self.tolerance,
        }


@dataclass(frozen=True, slots=True)
class _Form:
    """What all rows of a layout have in common that ask for the same."""

    answers: tuple[_Asked, ...]
    marks: int | str
    ending: str
    """How the question ends."""


@lru_cache(512)
def _form_of(layout: Layout, names: tuple[str, ...]) -> _Form:
    asked = [answer for name in names for answer in layout.asked if answer.name == name]
    marks = [layout.marks[name] for name in names]
    known = [
        _Asked(
            it.name,
            it.kind,
            it.kind.field().form,
            exactly(own),
            None if it.kind.allows is None else str(it.kind.allows),
            remembered(partial(_key_of, it.kind)),
        )
        for it, own in zip(asked, marks, strict=True)
    ]
    return _Form(tuple(known), exactly(total(marks)), f"\n\n{_wanted(layout, asked)}\n")


def _key_of(kind: Kind[Any], value: Any) -> tuple[str, str]:
    return kind.write(value), show(kind.show(value), "latex", math=True)


def _wanted(layout: Layout, asked: Sequence[Answer[..., Any]]) -> str:
    """How to end an answer, so that it is found."""
    if len(asked) > 1:
        return SEVERAL.format(tags="\n".join([f'<answer name="{it.name}">{_example(it)}</answer>' for it in asked]))
    (alone,) = asked
    if layout.asked == (alone,):
        return ONE_ANSWER.format(example=_example(alone))
    label = f"{alone.label.source} (`{alone.name}`)"
    return ONE_OF_MANY.format(label=label, example=_example(alone))


def _example(answer: Answer[..., Any]) -> str:
    return PROGRAM if answer.kind.is_run else answer.kind.example


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
