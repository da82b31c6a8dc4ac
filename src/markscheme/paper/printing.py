"""A paper as PDF: one Typst source for all copies, values entering as data, blank and key with the same pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from markscheme.core.answer import Answer
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.layout import FigureRule, Section, TableRule
from markscheme.core.problem import Problem
from markscheme.core.verdict import Marks, exact_marks
from markscheme.core.writing import (
    figures,
    filling,
    is_blank,
    options,
    rules,
    solved_figures,
    steps,
)
from markscheme.language import joined, say, speaking
from markscheme.paper.fonts import compiler, families, printable
from markscheme.paper.frame import frame
from markscheme.paper.places import Place, places_in
from markscheme.paper.plan import Group, Page, Paper, PaperEntry, Question, Space
from markscheme.paper.roster import Student
from markscheme.text.document import Block, Choices, Drawing, Fields, Head, Phrase, Prose, Table
from markscheme.text.field import Field
from markscheme.text.notation import Grid, Notation, Target, as_data, in_line
from markscheme.text.source import FORMULA, Text

MARGINS = (65.2, 56.7)
"""Above and below, in points: 2.3 cm and 2 cm."""
PAGE_NAMES: Mapping[Page, str] = {"letter": "us-letter", "a4": "a4"}
MOST_ROOM = 11.0
MATRIX_BOX = (3.8, 2.2)
OUTPUT_BOX = (8.0, 2.2)
USUAL_ROWS = 3
CHARACTERS_A_LINE = 100
_ENTERING = ("given", "v", "w", "m", "picture", "table-of", "cover", "head")
_ROOT = Path(__file__).parent.parent
_LOCK = Lock()  # the one compiler serves all threads


@dataclass(frozen=True)
class Copy:
    """One copy of a paper: its seed, the student it is for, and the items that stand in it."""

    paper: Paper
    seed: str
    """What its footer says: the seed, or a code that gives nothing away."""
    items: Mapping[str, Item]
    student: Student | None = None
    version: str = ""
    neighbors: Mapping[str, str] = field(default_factory=dict[str, str])
    """Who sits `left`, `right`, `front` and `behind`, where that is known."""
    codes: Sequence[object] = ()
    """The codes of each page, for a scanner: see `exam/codes.py`."""
    id_boxes: int = 0
    """How many characters an ID has that is to be written on it; 0 where that is not known."""
    large: bool = False
    """Whether the text has 18 pt."""


@dataclass(kw_only=True)
class Source:
    """A Typst source, and beside it what enters it as JSON."""

    values: list[object] = field(default_factory=list[object])
    formulas: list[object] = field(default_factory=list[object])
    pictures: list[object] = field(default_factory=list[object])
    tables: list[object] = field(default_factory=list[object])

    def phrase(self, phrase: Phrase) -> str:
        """A text with its values beside it, and its formulas in words."""

        def write(node: Notation, target: Target, *, math: bool) -> str:  # noqa: ARG001 (content is content)
            if math:
                return f"#w({self.add(self.values, as_data(node))});"
            return self.value(in_line(node))

        spoken = iter(phrase.text.formulas(phrase.fill))

        def formula(match: re.Match[str]) -> str:
            return f"#m({self.add(self.formulas, next(spoken))}, {match[0]});"

        return FORMULA.sub(formula, phrase.text.render("typst", phrase.fill, write))

    def value(self, node: Notation) -> str:
        """A value as content of prose."""
        return f"#v({self.add(self.values, as_data(node))});"

    def block(self, block: Block) -> str:
        """A block of a question or of a solution."""
        match block:
            case Prose(phrase):
                text = self.phrase(phrase)
                return re.sub(r"^(#m\(\d+, )\$(\S.*)\$\);$", r"\1$ \2 $);", text) if _has_grid(phrase) else text
            case Drawing(shown, _, _, _, caption):
                under = f", caption: [{self.phrase(caption)}]" if caption else ""
                return f"#picture({self.add(self.pictures, shown)}{under})"
            case Table(columns, rows):
                heads = ", ".join([f"[{self.phrase(column)}]" for column in columns])
                cells = [[as_data(cell) for cell in row if isinstance(cell, Notation)] for row in rows]
                return f"#table-of({self.add(self.tables, cells)}, ({heads},))"
            case Head() | Fields() | Choices():
                return ""

    def add(self, store: list[object], entry: object) -> int:
        """The number of an entry that enters the source."""
        store.append(entry)
        return len(store) - 1

    def entering(self, **more: object) -> str:
        """What enters the source, as JSON."""
        own = {"values": self.values, "formulas": self.formulas, "pictures": self.pictures, "tables": self.tables}
        return json.dumps(own | more, ensure_ascii=False, sort_keys=True)


@dataclass
class Sheet(Source):
    """The source of a copy; `None` stands for what only the key knows."""

    copy: Copy
    solutions: bool
    places: bool = False
    trained: dict[str, Problem] = field(default_factory=dict[str, Problem])

    def add_secret(self, entry: object) -> int:
        """The number of a value that is not there on a blank."""
        return self.add(self.values, entry if self.solutions else None)

    @property
    def data(self) -> str:
        """What enters the source, as JSON."""
        student = self.copy.student
        known = {} if student is None else {
            "id": student.student, "last": student.last, "first": student.first, "section": student.section,
            "row": student.row, "seat": student.seat, **self.copy.neighbors,
        }  # fmt: skip
        version = f"{say('version', version=self.copy.version)}" if self.copy.version else ""
        told = {"seed": self.copy.seed, "student": known, "version": version}
        told |= {"codes": self.copy.codes} if self.copy.codes and not self.solutions else {}
        told |= {"id_boxes": self.copy.id_boxes} if self.copy.id_boxes else {}
        return self.entering(copy=told)


def pdf(copy: Copy, *, solutions: bool, page: Page | None = None, system_fonts: bool = False) -> bytes:
    """A copy as PDF, tagged, with embedded fonts and no date: the same copy gives the same bytes.

    What no font has of a student's name is a box. `system_fonts` also takes the fonts of this machine.
    """
    if copy.student:
        copy = replace(copy, student=printable(copy.student, system=system_fonts))
    paper = copy.paper
    with speaking(paper.entry.lang):
        files = _files(_source(Sheet(copy, solutions), page or paper.entry.page), paper)
        return compiled(
            files, paper.name, solutions=solutions, system_fonts=system_fonts, last_page=paper.entry.last_page
        )


def rasters(copy: Copy, *, solutions: bool, page: Page | None = None, ppi: float = 144) -> list[bytes]:
    """The pages of a copy as PNG."""
    paper = copy.paper
    with speaking(paper.entry.lang), _LOCK:
        files: Any = _files(_source(Sheet(copy, solutions), page or paper.entry.page), paper)
        inputs = inputs_of(solutions=solutions, last_page=paper.entry.last_page)
        made = compiler().compile(input=files, format="png", ppi=ppi, sys_inputs=inputs)
    return [one for one in (made if isinstance(made, list) else [made]) if one]


def _files(source: bytes, paper: Paper) -> dict[str, bytes]:
    """A paper's source, and its logo beside it."""
    logo = paper.logo
    return {"main.typ": source} | ({f"logo{logo.suffix.lower()}": logo.read_bytes()} if logo else {})


def compiled(
    files: Mapping[str, bytes], what: str, *, solutions: bool, tagged: bool = True, system_fonts: bool = False,
    last_page: bool = True,
) -> bytes:  # fmt: skip
    """Typst's `main.typ` and the files beside it as PDF; `tagged` asks for PDF/UA-1.

    Files have the same names from copy to copy, for else Typst would remember nothing. Raises `MarkschemeError` where
    they cannot be printed.
    """
    from typst import TypstError  # noqa: PLC0415 (loaded with the compiler)

    try:
        with _LOCK:
            made = compiler(system=system_fonts).compile(
                input=dict(files),  # pyright: ignore[reportArgumentType, reportCallIssue]
                format="pdf",
                sys_inputs=inputs_of(solutions=solutions, last_page=last_page),
                pdf_standards=["ua-1"] if tagged else [],
            )
    except TypstError as error:
        raise MarkschemeError(f"{what} cannot be printed: {error.diagnostic or error.message}") from error
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def places(copy: Copy, *, solutions: bool, page: Page | None = None) -> list[Place]:
    """Where a copy is written on, in printed order; its spaces are at the same places in its key."""
    paper = copy.paper
    with speaking(paper.entry.lang):
        files = _files(_source(Sheet(copy, solutions, places=True), page or paper.entry.page), paper)
        made = compiled(files, paper.name, solutions=solutions, last_page=paper.entry.last_page)
    return places_in(made, paper)[1]


def inputs_of(*, solutions: bool, last_page: bool = True) -> dict[str, str]:
    """What the template knows; the same for all copies, for else Typst would remember nothing from copy to copy.

    It is one input: of several the order changes from run to run, and what hangs on them with it.
    """
    told = {"solutions": solutions, "last-page": last_page, "fonts": families(), "words": frame()}
    return {"told": json.dumps(told, ensure_ascii=False)}


def _source(sheet: Sheet, page: Page) -> bytes:
    paper = sheet.copy.paper
    entry = paper.entry
    about = {"title": entry.title, "course": entry.course, "term": entry.term, "instructor": entry.instructor}
    exam = _call("exam.with", **about, page=PAGE_NAMES[page])
    wanted = {"coded": bool(sheet.copy.codes), "large": sheet.copy.large}
    exam = "".join([exam[:-1], *[f", {name}: true" for name, is_so in wanted.items() if is_so], ")"])
    pieces = [_first_page(sheet, about), *[_question(sheet, question) for question in paper.main]]
    found = _trained(sheet)
    return "\n".join([
        '#import "/paper/exam.typ": *',
        f"#let ({', '.join(_ENTERING)}) = entering(json(bytes({typst_string(sheet.data)})))",
        f"#show: {exam}",
        *pieces,
        "#doodle-page()" if entry.last_page else "#the-end()",
        "#appendix()" if sheet.solutions else "",
        "#tell-places()" if sheet.places or sheet.copy.codes else "",
        found,
    ]).encode()  # fmt: skip


def _first_page(sheet: Sheet, about: Mapping[str, str]) -> str:
    """The cover, or the head of a paper without one; section 0 and the instructions."""
    paper = sheet.copy.paper
    entry, given = paper.entry, dict[str, str | Marks | None](about)
    given |= {"location": entry.location, "date": when(entry), "duration": how_long(entry)}
    given |= {"logo": f"/logo{paper.logo.suffix.lower()}"} if paper.logo else {}
    section_0 = "\n".join([_section_0(sheet, question) for question in paper.section_0])
    instructions = sheet.phrase(Phrase(Text(entry.instructions.strip()), _nothing))
    if not entry.cover:
        return f"#{_call('head', **given, marks=in_points(paper.marks))}[\n{section_0}\n{instructions}\n]"
    if paper.section_0:
        given["section"] = f"{say('section-0')}"
        given["marks"] = in_points(exact_marks(sum([question.marks for question in paper.section_0])))
    else:
        given["section"] = f"{say('instructions')}"
        instructions = instructions or f"{say('instructions-usual')}"
    usual = say("section-0-notice" if paper.section_0 else "notice")
    given["notice"] = f"{usual}" if entry.notice is None else entry.notice
    grid = "".join([f"({it.number}, {_in_grid(it)}), " for it in paper.questions])
    lines = "".join([f"({typst_string(name)}, {typst_string(known)}), " for name, known in paper.cover_lines])
    call = f"{_call('cover', **given)[:-1]}, lines: ({lines}), questions: ({grid}), total: {_number(paper.marks)})"
    return f"#{call}[\n{section_0}\n{instructions}\n]"


def _in_grid(question: Question) -> str:
    """What the grid of the cover has of a question's marks: those on top with a plus."""
    return f"[+{_number(question.marks)}]" if question.is_bonus else _number(question.marks)


def _trained(sheet: Sheet) -> str:
    """In the key for all, how each claim fared in the labs, in a line; their reports have the rest."""
    found = [
        [label, problem.lab.lab, [*problem.lab.verdicts(problem.name).items()]]
        for label, problem in sheet.trained.items()
        if problem.lab
    ]
    return f"#trained(given({sheet.add(sheet.values, found)}))" if found else ""


def _section_0(sheet: Sheet, question: Question) -> str:
    text = sheet.phrase(Phrase(question.body.text, _nothing))
    title = sheet.phrase(Phrase(question.title, _nothing))
    marks = in_points(question.marks)
    own = f"id: {typst_string(str(question.number))}"
    if question.kind == "honor_code":
        ask = question.entry.ask.strip()
        asked = sheet.phrase(Phrase(Text(ask), _nothing)) if ask else f"{say('honor-code-copy')}"
        body = f"{asked}\n#statement[{text}]\n#free-space({own}, lines: 2)\n#signature-line()"
        if question.entry.required:
            marks = f"{say('honor-code-points', points=say('in-points', marks=question.marks))}"
        return f"#question(level: 2, {question.number}, [{title}], [{marks}])[{body}]"
    body = f"{text}\n#free-space({own}, height: 1.7cm, working: [{say('any-answer-counts')}])"
    return f"#question(level: 2, {question.number}, [{title}], [{marks}])[{body}]"


def _question(sheet: Sheet, question: Question) -> str:
    title = sheet.phrase(Phrase(question.title, _nothing))
    marks = f"{say('bonus-points', marks=question.marks)}" if question.is_bonus else in_points(question.marks)
    body = _group(sheet, question.body, in_bonus=question.is_bonus)
    paper = sheet.copy.paper
    breaks = paper.entry.page_breaks == "questions" and question.number != paper.main[0].number
    return f"{_new_page(question.body, always=breaks)}#question({question.number}, [{title}], [{marks}])[\n{body}\n]"


def _new_page(group: Group, *, always: bool = False) -> str:
    return "#pagebreak(weak: true)\n" if always or group.entry.page_break else ""


def _part(sheet: Sheet, group: Group, *, in_bonus: bool) -> str:
    is_bonus = group.is_bonus and not in_bonus
    marks = f"{say('bonus-pts', marks=group.marks)}" if is_bonus else _in_pts(group.marks)
    body = _group(sheet, group, in_bonus=group.is_bonus)
    return f"{_new_page(group)}#part([{_label(group.path)}], [{marks}])[\n{body}\n]"


def _group(sheet: Sheet, group: Group, *, in_bonus: bool) -> str:
    pieces = [sheet.phrase(Phrase(group.text, _nothing))]
    rules = joined("sentences", *group.rules)
    pieces += [f"#rule-of-marks({typst_string(rules.sentence())})"] if group.rules else []
    for slot in group.below:
        pieces += _figures(sheet, sheet.copy.items[slot.label], slot.layout.shows("above"))
    pieces += [_part(sheet, inner, in_bonus=in_bonus) for inner in group.groups]
    if group.slot:
        pieces.append(f"#of-question({typst_string(group.slot.label)})")
        item = sheet.copy.items[group.slot.label]
        pieces.append(sheet.phrase(Phrase(item.layout.text, filling(item))))
        pieces += _figures(sheet, item, item.layout.shows("question"))
        said = set[str]()
        for space in group.spaces:
            inside = _space(sheet, item, space, said)
            if space.section.part is None:
                pieces.append(inside)
            else:
                pieces.append(f"#part([{_label(space.path)}], [{_in_pts(space.marks)}])[\n{inside}\n]")
        if sheet.solutions and item.problem.lab and sheet.copy.student is None:  # the same for all
            sheet.trained[group.slot.label] = item.problem
    return "\n\n".join([piece for piece in pieces if piece])


def _space(sheet: Sheet, item: Item, space: Space, said: set[str]) -> str:
    section = space.section
    pieces: list[str] = []
    if section.part is not None:
        pieces.append(sheet.phrase(Phrase(section.text, filling(item))))
    if section.figures:
        pieces += _figures(sheet, item, section.shows("question"))
    pieces += [f"#how-to-mark({typst_string(how)})"] if (how := _how_to_mark(section)) else []
    in_tables = frozenset[str]().union(*[table.names for table in section.tables])
    fields: list[str] = []
    for answer in section.answers:
        if answer.options and not answer.kind.field().is_chosen:
            pieces.append(_lines(sheet, item, answer))
            fields.append(f"{_field(sheet, item, answer)}, ")
        elif answer.options:
            pieces.append(_choices(sheet, item, answer, space))
        elif squares := answer.kind.squares(item.values[answer.name]):
            pieces.append(_squares(sheet, item, answer, squares, space))
        elif not (answer.kind.field().is_long or section.is_answered_in_figure or answer.name in in_tables):
            fields.append(f"{_field(sheet, item, answer)}, ")
    fields += [f"{_table_to_fill(sheet, item, table)}, " for table in section.tables]
    pieces += [sheet.block(block) for block in rules(item, section.answers)]
    worked = solved_figures(item, section.figures, with_figures=False)
    if section is item.layout.sections[0]:
        worked += solved_figures(item, item.layout.head, with_figures=False)
    worked += [block for answer in section.worked for block in steps(item, answer, said)]
    needed = 1.4 + 0.5 * len(space.answers) + sum([_height(block) for block in worked])
    needed += sum([OUTPUT_BOX[1] for answer in space.answers if answer.kind.field().form == "output"])
    height = space.slot.entry.space
    if height is None:
        height = _room(space, needed, in_figure=section.is_answered_in_figure)
    working = ""
    if sheet.solutions:
        working = "\n\n".join([sheet.block(block) for block in worked])
    is_wide = any([answer.kind.field().matrices for answer in section.answers])
    box = (
        f"answer-space({typst_string(space.label)}, height: {height:.1f}cm"
        if height
        else f"answer-line({typst_string(space.label)}"
    )
    pieces.append(
        f"#{box}, fields: ({''.join(fields)})"
        f"{', wide: true' if is_wide and height else ''}{', broad: true' if any(map(_is_broad, worked)) else ''}"
        + (f", working: [\n{working}\n])" if working else ")")
    )
    return "\n\n".join([piece for piece in pieces if piece])


def _figures(sheet: Sheet, item: Item, shown: Sequence[FigureRule]) -> list[str]:
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
    label = sheet.phrase(Phrase(answer.label, filling(item)))
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
        return f"[{sheet.phrase(Phrase(text, filling(item)))}]"

    heads = ", ".join([f"[{sheet.phrase(Phrase(column, filling(item)))}]" for column in table.columns])
    texts = [text for row in table.rows for text in row]
    cells = ", ".join([cell(text) for text in texts])
    names = ", ".join([typst_string(*text.names) if is_blank(item, text) else "none" for text in texts])
    return f"table-to-fill(({heads},), ({cells},), names: ({names},))"


def _field(sheet: Sheet, item: Item, answer: Answer[..., Any]) -> str:
    kind, key = item.problem.kind_of(answer.name), item.values[answer.name]
    label = sheet.phrase(Phrase(answer.label, filling(item)))
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


def _has_grid(phrase: Phrase) -> bool:
    return any(isinstance(phrase.fill(name), Grid) for name in phrase.text.names)


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


def _label(path: tuple[str, ...]) -> str:
    return f"({path[-1]})" if len(path) == 2 else f"{path[-1]}."


def _nothing(name: str) -> str:
    raise KeyError(name)


def _number(marks: Marks) -> str:
    return f"{marks}" if isinstance(marks, int) else f"{float(marks):g}"


def in_points(marks: Marks) -> str:
    """Marks as the head of a question has them: `4 points`."""
    return f"{say('in-points', marks=marks)}"


def _in_pts(marks: Marks) -> str:
    return f"{say('in-pts', marks=marks)}"


def when(entry: PaperEntry) -> str:
    """The date of a paper, in the language that is spoken."""
    date = entry.date
    return date if isinstance(date, str) else f"{say('date', day=date.day, month=date.month, year=date.year)}"


def how_long(entry: PaperEntry) -> str:
    """How long a paper lasts."""
    return f"{say('minutes', count=entry.duration)}" if isinstance(entry.duration, int) else entry.duration


def _call(name: str, **arguments: str | Marks | None) -> str:
    """A call of a Typst function with texts and numbers; what is None is left out."""
    given = {
        key: typst_string(value) if isinstance(value, str) else _number(value)
        for key, value in arguments.items()
        if value is not None
    }
    return f"{name}({', '.join([f'{key}: {value}' for key, value in given.items()])})"


def typst_string(text: str) -> str:
    """A text as a string literal of Typst: data, whatever it says."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


__all__ = ["PAGE_NAMES", "Copy", "Source", "compiled", "pdf", "places", "typst_string"]
