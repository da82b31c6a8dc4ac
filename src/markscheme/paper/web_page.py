"""A paper as one self-contained web page, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from importlib.resources import files

from markscheme.core.item import Item
from markscheme.core.marks import Marks
from markscheme.core.writing import asking, figures, in_marks, phrase, solution_of, trained
from markscheme.language import joined, say, speaking, spoken
from markscheme.paper.plan import Group, Question, Space
from markscheme.paper.setting import how_long, when
from markscheme.paper.source import Copy
from markscheme.text.document import Block, Fields, Head, Phrase, Prose, saying, write
from markscheme.text.source import Text


def markdown(copy: Copy, *, solutions: bool) -> str:
    """The copy as Markdown: the figures in words."""
    entry = copy.paper.entry
    with speaking(entry.lang):
        lines = [f"# {entry.title}", "", " · ".join(_facts(copy))]
        if solutions:
            lines += ["", f"**{say('solutions')}**"]
        body = write(list(_blocks(copy, solutions=solutions)), "markdown")
    return "\n".join([*lines, "", body])


def html(copy: Copy, *, solutions: bool) -> str:
    """The copy as one HTML file with MathML and SVG, that needs nothing else."""
    with speaking(copy.paper.entry.lang):
        sections = [write(blocks, "html") for blocks in _sections(copy, solutions=solutions)]
        return page(copy.paper.entry.title, _facts(copy), f"{say('solutions')}" if solutions else "", sections)


def question_html(copy: Copy, question: Question) -> str:
    """One question of a copy as HTML, with its fields to fill in: each input is named by its question and answer."""
    with speaking(copy.paper.entry.lang):
        return write(list(_question(copy, question, solutions=False)), "html")


def page(title: str, facts: Sequence[str], mark: str, sections: Sequence[str]) -> str:
    """A web page of its own: a title, facts below it, a mark such as `Solutions`, and sections of HTML."""
    style = (files("markscheme.paper") / "web_page.css").read_text("utf-8")
    said = " · ".join([escape(fact) for fact in facts if fact])
    body = "\n".join([f"<section>\n{section}</section>" for section in sections])
    return (
        f'<!doctype html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<header>\n"
        f"<h1>{escape(title)}</h1>\n<p>{said}</p>\n"
        f"{f'<p class=solutions>{mark}</p>' if mark else ''}\n</header>\n"
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _facts(copy: Copy) -> list[str]:
    """What stands below the title."""
    entry, student = copy.paper.entry, copy.student
    who = ""
    if student:
        who = f"{student.name} ({student.student})" if student.name else student.student
    version = f"{say('version', version=copy.version)}" if copy.version else ""
    about = (entry.course, entry.term, entry.instructor, when(entry), how_long(entry), entry.location)
    return [fact for fact in (*about, version, copy.seed, who) if fact]


def _sections(copy: Copy, *, solutions: bool) -> Iterator[list[Block]]:
    if copy.paper.entry.instructions.strip():
        yield [Prose(Phrase(Text(copy.paper.entry.instructions.strip()), _nothing))]
    for question in copy.paper.questions:
        yield list(_question(copy, question, solutions=solutions))


def _blocks(copy: Copy, *, solutions: bool) -> Iterator[Block]:
    for blocks in _sections(copy, solutions=solutions):
        yield from blocks


def _question(copy: Copy, question: Question, *, solutions: bool) -> Iterator[Block]:
    yield Head(f"{question.number}.", _marks(question), Phrase(question.title, _nothing))
    yield from _group(copy, question.body, solutions=solutions)


def _marks(question: Question) -> str:
    if question.kind == "honor_code" and question.entry.required:
        return f"{say('honor-code-marks', marks=in_marks(question.marks))}"
    return f"{say('bonus-marks', marks=question.marks)}" if question.is_bonus else in_marks(question.marks)


def _group(copy: Copy, group: Group, *, solutions: bool) -> Iterator[Block]:
    if group.text.source:
        yield Prose(Phrase(group.text, _nothing))
    if group.rules:
        yield Prose(saying(joined("sentences", *group.rules), inline=False))
    for slot in group.below:
        yield from figures(copy.items[slot.label], slot.layout.shows("above"), solutions=solutions)
    for inner in group.groups:
        yield _head(inner.path, inner.marks)
        yield from _group(copy, inner, solutions=solutions)
    if group.slot:
        item = copy.items[group.slot.label]
        yield Prose(phrase(item, item.layout.text))
        yield from figures(item, item.layout.shows("question"), solutions=solutions)
        for space in group.spaces:
            yield from _space(item, space, solutions=solutions)
        if solutions:
            yield Head(f"{say('solution')}", "")
            yield from solution_of(item, with_figures=False)
            yield from trained(item)


def _space(item: Item, space: Space, *, solutions: bool) -> Iterator[Block]:
    section = space.section
    if section.part is not None:
        yield _head(space.path, space.marks, phrase(item, section.text))
    if solutions:
        yield from figures(item, section.figures, solutions=True)
    else:
        for block in asking(item, section, space.label):
            yield _with_dont_know(block) if space.slot.choices.dont_know is not None else block


def _with_dont_know(block: Block) -> Block:
    """Blanks of choices with "I don't know" among their labels."""
    if not isinstance(block, Fields):
        return block
    return Fields([
        replace(it, field=replace(it.field, labels=(*(it.field.labels or ("yes", "no")), f"{say('dont-know')}")))
        if it.field.is_chosen else it for it in block.blanks
    ])  # fmt: skip


def _head(path: tuple[str, ...], marks: Marks, body: Phrase | None = None) -> Head:
    return Head(f"({path[-1]})", in_marks(marks), body)


def _nothing(name: str) -> str:
    raise KeyError(name)
