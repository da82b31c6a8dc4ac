"""An item in words: its question and its worked solution, as blocks that every target can write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from markscheme.core.errors import UnknownName
from markscheme.core.marks import Marks, written
from markscheme.kinds import kind_of
from markscheme.kinds.tolerance import Tolerance
from markscheme.language import as_message, say
from markscheme.pictures import Picture
from markscheme.pictures.svg import reference, svg
from markscheme.text.document import Blank, Block, Choices, Drawing, Fields, Head, Phrase, Prose, Table, saying, write
from markscheme.text.notation import TARGETS, Notation, Number, Target, Word
from markscheme.text.source import Filling, Text, listing

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Trace
    from markscheme.core.item import Item
    from markscheme.core.layout import FigureRule, Section, TableRule

BLANK = Word("____")


def in_target(blocks: Sequence[Block], target: Target) -> str:
    """Blocks in a target's markup. Raises `UnknownName` for what is no target."""
    if target not in TARGETS:
        raise UnknownName(f"a question is written as {', '.join(TARGETS[:-1])} or {TARGETS[-1]}, not as {target!r}; "
                          "a PDF is what `markscheme paper` prints")  # fmt: skip
    return write(blocks, target)


def filling(item: Item) -> Filling:
    """What stands in a hole: the value of a name, as its kind shows it."""
    return lambda name: item.problem.kind_of(name).show(item.values[name])


def phrase(item: Item, text: Text) -> Phrase:
    """A text of its problem with an item's values, in the language that is spoken."""
    return Phrase(item.problem.said(text), filling(item))


def asking(item: Item, section: Section, scope: str = "") -> list[Block]:
    """What stands below the text of a section: figures, tables, options, blanks (named apart by `scope`)."""
    drawn = figures(item, section.figures, solutions=False)
    pictures = [it for it in drawn if isinstance(it, Drawing)] if section.is_answered_in_figure else []
    asked = fields(item, section.answers, scope, frozenset[str]().union(*[_boxes(it) for it in pictures]))
    for picture in pictures:
        blanks = [it for it in asked.blanks if it.name in _boxes(picture)]
        drawn[drawn.index(picture)] = replace(picture, blanks=blanks)
    return [
        *drawn,
        *[table_to_fill(item, table) for table in section.tables],
        *[offered(item, answer) for answer in section.answers if answer.options],
        *rules(item, section.answers),
        asked,
    ]


def _boxes(drawing: Drawing) -> set[str]:
    """The answers that students write into boxes of a picture."""
    nodes = cast("Mapping[str, Any]", drawing.shown["data"]).get("nodes", ())
    return {node["id"] for node in nodes if node["asked"]}


def rules(item: Item, asked: Sequence[Answer[..., Any]]) -> list[Block]:
    """How answers are scored, where that is said, and how near the key a number has to come."""
    said = [as_message(answer.kind.rule(scoring)) for answer in asked if (scoring := item.scoring_of(answer))]
    near: dict[str, list[str]] = {}
    for answer in asked:
        if (tolerance := answer.kind.allows) and tolerance.bounded:
            near.setdefault(f"{Tolerance(tolerance.absolute, tolerance.relative)}", []).append(answer.name)
    for tolerance, names in near.items():
        of = ", ".join(names)
        said.append(say("tolerance" if len(near) == 1 else "tolerance-of", tolerance=tolerance, of=of))
    return [Prose(saying(rule, inline=False)) for rule in dict.fromkeys(said)]


def solution(item: Item) -> list[Block]:
    """The worked solution: every step in the order of the graph, with the numbers put in."""
    return [*solution_of(item, with_figures=True), *trained(item)]


def trained(item: Item) -> list[Block]:
    """What came of it when it was really trained: a line for each claim about this problem, and a figure."""
    problem = item.problem
    if problem.lab is None:
        return []
    picture = problem.lab.picture(problem.name)
    rows = [[Word(says), Word(line)] for says, line in problem.lab.lines(problem.name).items()]
    return [
        Head(f"{say('trained', lab=problem.lab.lab)}", ""),
        *([Table([saying(say("claim")), saying(say("verdict"))], rows)] if rows else []),
        *([drawing(picture, solutions=True)] if picture else []),
    ]


def solution_of(item: Item, *, with_figures: bool) -> list[Block]:
    """The worked solution, with its figures or without those that stand filled in above."""
    layout = item.layout
    blocks = solved_figures(item, layout.head, with_figures=with_figures)
    said = set[str]()
    for section in layout.sections:
        if section.part:
            blocks.append(Head(f"({section.label})", ""))
        blocks += solved_figures(item, section.figures, with_figures=with_figures)
        for answer in section.worked:
            blocks += steps(item, answer, said)
    return blocks


def solved_figures(item: Item, rules: Sequence[FigureRule], *, with_figures: bool) -> list[Block]:
    """The figures of a solution: all, filled in, or those alone that belong to the solution."""
    return [_drawing(figure, item, solutions=True) for figure in rules if with_figures or figure.place == "solution"]


def working_of(item: Item, names: Set[str]) -> list[Block]:
    """The worked solution of some answers alone: the steps that lead to them from what is printed or asked."""
    answers = item.problem.answers
    needed = names | {it for name in names for it in answers[name].ancestors if answers[it].role == "step"}
    blocks: list[Block] = []
    said = set[str]()
    for section in item.layout.sections:
        worked = [answer for answer in section.worked if answer.name in needed]
        if worked and section.part:
            blocks.append(Head(f"({section.label})", ""))
        for answer in worked:
            blocks += steps(item, answer, said)
    return blocks


def steps(item: Item, answer: Answer[..., Any], said: set[str]) -> list[Block]:
    """How one answer comes about: why, the trace, the formula with the numbers; `said` was explained before."""
    words, _ = answer.explanation
    blocks: list[Block] = []
    if words and words.source not in said:
        said.add(words.source)
        blocks.append(Prose(phrase(item, words)))
    blocks += [table(item, trace) for trace in answer.traces]
    if answer.wanted:
        blocks.append(Prose(phrase(item, answer.wanted)))
    if answer.options and answer.kind.field().is_chosen:
        blocks.append(Choices(options(item, answer), marked_options(item, answer)))
    elif (field := answer.kind.field()).is_long:
        if field.form == "program":
            blocks.append(Prose(Phrase(listing(item.values[answer.name]), filling(item))))
        heads = [saying(say(f"head-{field.form}")), saying(say("marks"))]
        points = item.layout.points(answer)
        blocks.append(
            Table(heads, [[Word(item.problem.graph.said(point)), Number(written(marks))] for point, marks in points])
        )
    else:
        blocks.append(Prose(phrase(item, answer.equation)))
    return blocks


def fields(item: Item, asked: Sequence[Answer[..., Any]], scope: str = "", boxes: Set[str] = frozenset()) -> Fields:
    """What to write for each answer, and how."""
    return Fields([Blank(it.name, phrase(item, it.label), it.kind.field(), scope, it.name in boxes) for it in asked])


def figures(item: Item, rules: Sequence[FigureRule], *, solutions: bool) -> list[Block]:
    """The figures of a question, each after the text that leads it in."""
    blocks: list[Block] = []
    for figure in [figure for figure in rules if figure.place != "solution"]:
        blocks += [Prose(phrase(item, figure.lead))] if figure.lead else []
        blocks.append(_drawing(figure, item, solutions=solutions))
    return blocks


def _drawing(figure: FigureRule, item: Item, *, solutions: bool) -> Drawing:
    caption = phrase(item, figure.caption) if figure.caption else None
    drawn = drawing(figure.wired(item.values), caption, solutions=solutions)
    if not figure.wired.names and caption is None:
        return drawn
    return replace(drawn, again=partial(_drawing, figure, solutions=solutions))


def drawing(picture: Picture, caption: Phrase | None = None, *, solutions: bool) -> Drawing:
    """A picture as a block, as the blank or the solution shows it."""

    def alone() -> Picture:
        shown = picture.shown(solutions)
        return Picture(shown["draw"], shown["data"], shown["alt"])  # a blank's picture knows no solution

    return Drawing(
        lambda: picture.shown(solutions), picture.words(solutions), lambda: svg(alone()), lambda: reference(alone()),
        caption,
    )  # fmt: skip


def table_to_fill(item: Item, table: TableRule, *, solutions: bool = False) -> Table:
    """A table with its blanks; a solution has the values in them."""

    def cell(text: Text) -> Notation | Phrase:
        return BLANK if is_blank(item, text) and not solutions else phrase(item, text)

    columns = [phrase(item, column) for column in table.columns]
    rows = [[cell(text) for text in row] for row in table.rows]
    return Table(columns, rows, partial(table_to_fill, table=table, solutions=solutions))


def is_blank(item: Item, cell: Text) -> bool:
    """Whether students write into a cell."""
    return any([name in item.layout.marks for name in cell.names])


def offered(item: Item, answer: Answer[..., Any]) -> Choices:
    """The options of an answer: squares to fill, or lines to order."""
    again = partial(offered, answer=answer) if answer.options and answer.options.drawn else None
    return Choices(options(item, answer), have_squares=answer.is_chosen, again=again)


def options(item: Item, answer: Answer[..., Any]) -> list[tuple[str, Phrase]]:
    """The options of a choice, each with its label."""
    if answer.options is None:
        return []
    texts = answer.options.of(item.values)
    return [(label, phrase(item, text)) for label, text in zip(answer.labels, texts, strict=True)]


def marked_options(item: Item, answer: Answer[..., Any]) -> frozenset[str]:
    """The labels of the right options."""
    key = item.values[answer.name]
    return frozenset([key] if isinstance(key, str) else key)


def table(item: Item, trace: Trace) -> Table:
    """A trace with this item's rows."""
    rows = cast("Sequence[Sequence[object]]", trace.wired(item.values))
    heads = [phrase(item, Text(column, inline=True)) for column in trace.columns]
    return Table(heads, [[as_notation(cell) for cell in row] for row in rows])


def as_notation(value: object) -> Notation:
    """A cell of a trace: text stays text, a notation itself, and values are shown as their kinds show them."""
    if isinstance(value, str):
        return Word(value)
    if isinstance(value, Notation):
        return value
    return kind_of(value).show(value)


def in_marks(marks: Marks) -> str:
    """Marks in words.

    >>> in_marks(1), in_marks(4)
    ('1 mark', '4 marks')
    """
    return f"{say('in-marks', marks=marks)}"
