"""The face of an item: what is asked, what is right, and what can be done with it, each verb one line down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markscheme.core.identity import Identity
from markscheme.core.judging import mark
from markscheme.kinds import Scoring

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.layout import Layout
    from markscheme.core.posed import Posed, Solved
    from markscheme.core.problem import Problem
    from markscheme.core.reading import Reading
    from markscheme.core.verdict import Marked
    from markscheme.text.notation import Target


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One posed problem: its givens, and the value of every answer, shown value and step.

    What Python and a notebook show of it is the question; `key` and `solution` have the rest.
    """

    problem: Problem
    identity: Identity
    givens: Mapping[str, Any]
    values: Mapping[str, Any]
    draws: int = 1
    scoring: Scoring | None = None
    """How a paper scores those of its answers that can be scored so."""
    asked_as: Layout | None = None
    """How a paper asks it, where that is not how it is asked alone."""

    @property
    def id(self) -> str:
        """What the item is called: `markscheme.item(id)` gives it again."""
        return str(self.identity)

    @property
    def key(self) -> dict[str, Any]:
        """The right answers, by name."""
        return {answer.name: self.values[answer.name] for answer in self.layout.asked}

    @property
    def layout(self) -> Layout:
        """What is asked: all that the problem can ask, or what an exam asked with these numbers."""
        if self.asked_as is not None:
            return self.asked_as
        variant = self.identity.variant
        return self.problem.layout if variant is None else self.problem.layout_of(variant)

    def scoring_of(self, answer: Answer[..., Any]) -> Scoring | None:
        """How an answer earns its marks, where the paper or the problem says so; else all or nothing."""
        return self.scoring if self.scoring and answer.can_be_scored(self.scoring) else answer.scoring

    def mark(self, submission: Mapping[str, object]) -> Marked:
        """The verdict on each answer asked; texts as students type them, or values. What is left out is blank.

        Raises `UnknownName` for an answer that is not asked.
        """
        return mark(self, submission)

    def read(self, name: str, text: str) -> Reading:
        """What a text says as the answer of this name, or why it cannot be read: never whether it is right.

        Raises `UnknownName` for an answer that is not asked.

        >>> import markscheme as ms
        >>> item = ms.problem("convolution/output_shape").as_published("i")
        >>> item.read("shape", "10 x 64 x 32 x 32").plain, bool(item.read("shape", "large"))
        ('[10, 64, 32, 32]', False)
        """
        from markscheme.core.reading import read_answer  # noqa: PLC0415 (start-up time)

        return read_answer(self, name, text)

    def hints(self, name: str, target: Target = "plain") -> Iterator[str]:
        """What leads to an answer, one thing after another, without the answer: the steps before it, and its reason.

        Raises `UnknownName` for an answer that is not asked.
        """
        from markscheme.core.reading import hints  # noqa: PLC0415 (start-up time)

        return hints(self, name, target)

    def like(self, seed: str | int) -> Item:
        """Another item of the same problem and knobs."""
        return self.problem.pose(seed, **self.identity.knobs)

    def posed(self, code: str = "", lang: str = "") -> Posed:
        """What a student may see, as data; `code` is what it is called where a class sits it, `lang` another language
        than the one that is spoken (English).

        >>> import markscheme as ms
        >>> shown = ms.problem("convolution/output_shape").as_published("i").posed().as_json()
        >>> [(field["name"], field["form"]) for field in shown["sections"][0]["blocks"][-1]["fields"]]
        [('shape', 'shape')]
        """
        from markscheme.core.posed import posed  # noqa: PLC0415 (start-up time)

        return posed(self, code, lang)

    def solved(self, lang: str = "") -> Solved:
        """What is released when it has been sat, as data: keys, worked steps, slips, and where the marks lie.

        >>> import markscheme as ms
        >>> ms.problem("convolution/output_shape").as_published("i").solved().as_json()["answers"]["shape"]["written"]
        '[10, 64, 32, 32]'
        """
        from markscheme.core.posed import solved  # noqa: PLC0415 (start-up time)

        return solved(self, lang)

    def prompt(self, target: Target = "markdown", lang: str = "") -> str:
        """The question, in a target's markup."""
        from markscheme.core.prompting import prompt  # noqa: PLC0415 (start-up time)

        return prompt(self, target, lang)

    def solution(self, target: Target = "markdown", lang: str = "") -> str:
        """The worked solution, step by step, in a target's markup."""
        return self.solved(lang).write(target)

    def __repr__(self) -> str:
        return f"Item({self.id!r})"

    def _repr_markdown_(self) -> str:
        from markscheme.core.notebook import item_as  # noqa: PLC0415 (start-up time)

        return item_as("markdown", self)

    def _repr_html_(self) -> str:
        from markscheme.core.notebook import item_as  # noqa: PLC0415 (start-up time)

        return item_as("html", self)
