"""What a question is answered in: boxes, blanks, squares and tables, as high as a worked solution takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markscheme.core.answer import Answer
from markscheme.core.item import Item
from markscheme.core.layout import FigureRule, Section, TableRule
from markscheme.core.writing import figures, is_blank, options, phrase, rules, solved_figures, steps
from markscheme.language import say
from markscheme.paper.plan import Space
from markscheme.paper.source import Sheet, typst_string
from markscheme.text.document import Block, Choices, Drawing, Fields, Head, Phrase, Prose, Table
from markscheme.text.field import Field
from markscheme.text.notation import Grid, as_data
from markscheme.text.source import Text

MOST_ROOM = 11.0
MATRIX_BOX = (3.8, 2.2)
OUTPUT_BOX = (8.0, 2.2)
USUAL_ROWS = 3
CHARACTERS_A_LINE = 100
LARGEST = 3.4
"""The most room of a space in large print, before it is magnified, where its blanks need no more."""


def written_on(sheet: Sheet, item: Item, space: Space, said: set[str]) -> str:
    """What is asked in a section, and where it is answered; `said` are the workings that stand already."""
    section = space.section
    pieces: list[str] = []
    if section.part is not None:
        pieces.append(sheet.phrase(phrase(item, section.text)))
    if section.figures:
        pieces += drawn(sheet, item, section.shows("question"))
    pieces += [f"#how-to-mark({typst_string(how)})"] if (how := _how_to_mark(section)) else []
    offered, fields = _offered(sheet, item, space)
    pieces += [*offered, *[sheet.block(block) for block in rules(item, section.answers)]]
    pieces.append(_box_of(sheet, space, fields, _worked(item, section, said)))
    return "\n\n".join([piece for piece in pieces if piece])


def _offered(sheet: Sheet, item: Item, space: Space) -> tuple[list[str], list[str]]:
    """Lines and squares to choose from, and the blanks and tables that stand in the box."""
    section = space.section
    in_tables = frozenset[str]().union(*[table.names for table in section.tables])
    offered: list[str] = []
    fields: list[str] = []
    for answer in section.answers:
        if answer.options and not answer.kind.field().is_chosen:
            offered.append(_lines(sheet, item, answer))
            fields.append(_field(sheet, item, answer))
        elif answer.options:
            offered.append(_choices(sheet, item, answer, space))
        elif squares := answer.kind.squares(item.values[answer.name]):
            offered.append(_squares(sheet, item, answer, squares, space))
        elif not (answer.kind.field().is_long or section.is_answered_in_figure or answer.name in in_tables):
            fields.append(_field(sheet, item, answer))
    return offered, [*fields, *[_table_to_fill(sheet, item, table) for table in section.tables]]


def _worked(item: Item, section: Section, said: set[str]) -> list[Block]:
    """The working of a section, with what stands above its first answers."""
    worked = solved_figures(item, section.figures, with_figures=False)
    if section is item.layout.sections[0]:
        worked += solved_figures(item, item.layout.head, with_figures=False)
    return [*worked, *[block for answer in section.worked for block in steps(item, answer, said)]]


def _box_of(sheet: Sheet, space: Space, fields: Sequence[str], worked: Sequence[Block]) -> str:
    """The box of a section, or a line of blanks where there is no room to work in; the key has its working."""
    about = sum([_height(block) for block in worked])
    height = space.slot.entry.space
    if height is None:
        needed = 1.4 + 0.5 * len(space.answers) + about
        needed += sum([OUTPUT_BOX[1] for answer in space.answers if answer.kind.field().form == "output"])
        height = _room(space, needed, in_figure=space.section.is_answered_in_figure)
        if sheet.copy.large:  # all is magnified, and so is the room: what is written in need not be as large as that
            blanks = sum([_height_of_blanks(answer.kind.field()) for answer in space.answers])
            height = height if space.section.tables else min(height, max(LARGEST, 0.8 + blanks))
    given = [typst_string(space.label)] + ([f"height: {height:.1f}cm"] if height else [])
    given.append(f"fields: ({''.join([f'{it}, ' for it in fields])})")
    if height and any([answer.kind.field().matrices for answer in space.section.answers]):
        given.append("wide: true")
    if any(map(_is_broad, worked)):
        given.append("broad: true")
    if sheet.solutions and worked:
        working = "\n\n".join([sheet.block(block) for block in worked])
        if height:
            high = max([size[1] for answer in space.answers if (size := _box(answer.kind.field()))], default=0)
            given += [f"about: {about:.1f}cm", *([f"high: {high:.2f}cm"] if high and "wide: true" not in given else [])]
        given.append(f"working: [\n{working}\n]")
    return f"#answer-{'space' if height else 'line'}({', '.join(given)})"


def drawn(sheet: Sheet, item: Item, shown: Sequence[FigureRule]) -> list[str]:
    """Figures that a question shows, with what the key draws into them."""
    return [sheet.block(block) for block in figures(item, shown, solutions=sheet.solutions)]


def _choices(sheet: Sheet, item: Item, answer: Answer[..., Any], space: Space) -> str:
    shown = options(item, answer)
    squares = answer.kind.squares(item.values[answer.name])
    texts = [f"[({label}) {sheet.phrase(phrase)}]" for label, phrase in shown]
    texts += [f"[{say('none-of-these')}]" for _ in squares[len(shown) :]]
    texts += [f"[#{typst_string(it)}]" for it in _unknown(space)]
    names = _names(answer, squares, space)
    return f"#choices({typst_string(space.label)}, ({', '.join(texts)},), {_ticked(sheet, squares)}, {names})"


def _ticked(sheet: Sheet, squares: Sequence[tuple[str, bool]]) -> str:
    """Which squares the key fills."""
    return f"marked: given({sheet.add_secret([i for i, (_, is_ticked) in enumerate(squares) if is_ticked])})"


def _names(answer: Answer[..., Any], squares: Sequence[tuple[str, bool]], space: Space) -> str:
    """What each square is of: the answer, and what is answered by filling it."""
    said = [*[label for label, _ in squares], *["?" for _ in _unknown(space)]]
    return f"names: ({', '.join([typst_string(f'{answer.name}/{it}') for it in said])},)"


def _lines(sheet: Sheet, item: Item, answer: Answer[..., Any]) -> str:
    """Lines to order, each with its label."""
    lines = "".join([f"[({label})], [{sheet.phrase(phrase)}], " for label, phrase in options(item, answer)])
    return f"#grid(columns: (auto, 1fr), column-gutter: 0.8em, row-gutter: 0.7em, {lines})"


def _unknown(space: Space) -> list[str]:
    """The square "I don't know", where a choice has one."""
    return [] if space.slot.choices.dont_know is None else [f"{say('dont-know')}"]


def _squares(
    sheet: Sheet, item: Item, answer: Answer[..., Any], squares: Sequence[tuple[str, bool]], space: Space
) -> str:
    label = sheet.phrase(phrase(item, answer.label))
    texts = ", ".join([typst_string(text) for text in [*[text for text, _ in squares], *_unknown(space)]])
    names = _names(answer, squares, space)
    return f"#squares-line([{label}], ({texts}), {_ticked(sheet, squares)}, {names})"


def _how_to_mark(section: Section) -> str:
    forms = [answer.kind.field().form for answer in section.answers]
    if "all that apply" in forms:
        return f"{say('fill-all-that-apply')}"
    lines = sum([form in ("one of", "yes or no") for form in forms])
    return f"{say('fill-one' if lines == 1 else 'fill-one-a-line')}" if lines else ""


def _table_to_fill(sheet: Sheet, item: Item, table: TableRule) -> str:
    def cell(text: Text) -> str:
        if is_blank(item, text):
            (name,) = text.names
            kind = item.problem.kind_of(name)
            return f"given({sheet.add_secret(as_data(kind.show(item.values[name])))})"
        return f"[{sheet.phrase(phrase(item, text))}]"

    heads = ", ".join([f"[{sheet.phrase(phrase(item, column))}]" for column in table.columns])
    texts = [text for row in table.rows for text in row]
    cells = ", ".join([cell(text) for text in texts])
    names = ", ".join([typst_string(*text.names) if is_blank(item, text) else "none" for text in texts])
    return f"table-to-fill(({heads},), ({cells},), names: ({names},))"


def _field(sheet: Sheet, item: Item, answer: Answer[..., Any]) -> str:
    kind, key = item.problem.kind_of(answer.name), item.values[answer.name]
    label = sheet.phrase(phrase(item, answer.label))
    node = kind.show(key)
    value = f"value: given({sheet.add_secret(as_data(node))}), name: {typst_string(answer.name)}"
    if size := _box(kind.field()):
        width, height = size
        return f"field([{label}], {width:.2f}cm, height: {height:.2f}cm, {value})"
    width = min(max(0.22 * len(answer.kind.example) + 0.8, 2.0), 9.0)
    return f"field([{label}], {width:.2f}cm, {value})"


def _box(field: Field) -> tuple[float, float] | None:
    """Width and height in cm of the box for a value of several lines, whatever the key is; None where a line does."""
    if field.matrices:
        return MATRIX_BOX
    if field.form == "output":
        return OUTPUT_BOX
    if field.form not in ("vector", "matrix"):
        return None
    rows, columns = field.rows or USUAL_ROWS, field.columns or (1 if field.form == "vector" else USUAL_ROWS)
    return 0.55 + 0.6 * columns, 0.35 + 0.5 * rows


def _height_of_blanks(field: Field) -> float:
    """The height of an answer's blanks in cm if each stands in a row of its own, as on a page that is narrow."""
    _, height = _box(field) or (0, 0.6)
    return height + 0.2


def _room(space: Space, needed: float, *, in_figure: bool) -> float:
    """Height of a space in cm: as much as a worked solution takes, within reason."""
    if in_figure:
        return 3.6
    fields = [answer.kind.field() for answer in space.answers]
    if all([field.is_chosen for field in fields]):
        return 2.6
    is_argued = any([field.is_long for field in fields])
    usual = 3.0 + (0.8 if is_argued else 0.45) * float(space.marks)
    return max(needed, usual - 1.5) if needed <= MOST_ROOM else usual


def _is_broad(block: Block) -> bool:
    """Whether half the width of a page is too little for a block."""
    if isinstance(block, Table):
        return len(block.columns) > 5
    if not isinstance(block, Prose):
        return False
    shown = [block.phrase.fill(name) for name in block.phrase.text.names]
    return sum([len(node.rows[0]) for node in shown if isinstance(node, Grid)]) > 5


def _height(block: Block) -> float:
    """About how high a block of a solution is printed, in cm."""
    match block:
        case Prose(Phrase(Text(source))) if source.startswith("```"):
            return 0.9 + 0.38 * source.count("\n")
        case Prose(phrase):
            filled = [phrase.fill(name) for name in phrase.text.names]
            tallest = max([len(node.rows) for node in filled if isinstance(node, Grid)], default=1)
            characters = len(re.sub(r"\\\w+|[{}$]", "", phrase.text.source)) + 6 * len(filled)
            return 0.7 + 0.45 * (characters // CHARACTERS_A_LINE) + 0.36 * (tallest - 1)
        case Table(_, rows):
            tallest = max([len(cell.rows) for row in rows for cell in row if isinstance(cell, Grid)], default=1)
            return 0.9 + (0.42 + 0.33 * (tallest - 1)) * len(rows)
        case Drawing():
            return 5.0
        case Head() | Fields() | Choices():
            return 0.0
