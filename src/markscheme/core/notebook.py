"""What a notebook shows of problems, items and verdicts: as HTML or Markdown, and never a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from markscheme.core.marks import status_of, written
from markscheme.core.writing import in_marks
from markscheme.language import say
from markscheme.text.document import MARKUP
from markscheme.text.notation import Word, show

if TYPE_CHECKING:
    from markscheme.core.errors import MarkschemeError
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem
    from markscheme.core.verdict import Marked, Verdict

Page: TypeAlias = Literal["html", "markdown"]
SHOWN = "1"
"""The seed from which a problem is shown."""


def item_as(page: Page, item: Item) -> str:
    """The question, under its title and id."""
    return f"{_head(page, item.problem.title, item.id)}\n\n{item.prompt(page)}"


def problem_as(page: Page, problem: Problem) -> str:
    """A problem's name and marks, and one item of it."""
    knobs = [f"{knob}={default}" for knob, default in problem.knobs.items()]
    about = ", ".join([problem.name, in_marks(problem.marks), *knobs])
    return f"{_head(page, problem.title, about)}\n\n{problem.pose(SHOWN).prompt(page)}"


def marked_as(page: Page, marked: Marked) -> str:
    """What was earned, and why, answer by answer."""
    earned = f"{say('marks-of', marks=marked.marks, most=in_marks(marked.out_of))}"
    return f"{_head(page, earned, marked.id)}\n\n{verdicts_as(page, marked)}"


def verdicts_as(page: Page, verdicts: Mapping[str, Verdict]) -> str:
    """Verdicts as a table."""
    rows = [
        [name, f"{status_of(it.status)}", f"{say('marks-of', marks=it.marks, most=it.out_of)}", it.reason]
        for name, it in verdicts.items()
    ]
    return _table(page, [f"{say(f'column-{name}')}" for name in ("answer", "verdict", "marks", "reason")], rows)


def problems_as(page: Page, problems: Iterable[Problem], errors: Iterable[MarkschemeError]) -> str:
    """Problems as a table, and below it what is wrong with files that cannot be used."""
    rows = [
        [it.name, it.title, written(it.marks), ", ".join([answer.name for answer in it.asked]),
         ", ".join([f"{knob}={default}" for knob, default in it.knobs.items()])]
        for it in problems
    ]  # fmt: skip
    table = _table(page, ["problem", "title", "marks", "answers", "knobs"], rows)
    return "\n\n".join([table, *[MARKUP[page].paragraph(_plain(page, str(error))) for error in errors]])


def _head(page: Page, title: str, about: str) -> str:
    markup = MARKUP[page]
    return markup.paragraph(f"{markup.strong(_plain(page, title))} {markup.quiet(_plain(page, about))}")


def _table(page: Page, heads: list[str], rows: list[list[str]]) -> str:
    return MARKUP[page].table(heads, [[_plain(page, cell) for cell in row] for row in rows])


def _plain(page: Page, text: str) -> str:
    written = show(Word(" ".join(text.split())), page, math=False)
    return written.replace(r"\|", "&#124;") if page == "markdown" else written  # or it would end a table's cell
