"""A question or a solution as blocks, written in any target."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from html import escape
from itertools import zip_longest
from textwrap import wrap
from typing import Any, TypeAlias

from markscheme.language import Message, noun_of, say
from markscheme.text.field import Field
from markscheme.text.notation import Notation, Target, Word, show
from markscheme.text.source import Filling, Hole, Text


@dataclass(frozen=True)
class Phrase:
    """A text with what fills its holes."""

    text: Text
    fill: Filling

    def write(self, target: Target) -> str:
        """The phrase in a target's markup."""
        return self.text.render(target, self.fill)


@dataclass(frozen=True)
class Open(Phrase):
    """A text whose holes are filled later: each is written as a mark."""

    mark: Callable[[Hole], str]

    def write(self, target: Target) -> str:
        """The phrase in a target's markup."""
        return self.text.left_open(target, self.mark)


@dataclass(frozen=True)
class Said(Phrase):
    """A phrase of markscheme's own, which says the same of all items."""


def saying(message: Message, *, inline: bool = True) -> Phrase:
    """What markscheme itself says, as a phrase, or as a paragraph of its own: in the language of the writing."""
    return Said(SAYING[inline], lambda _: Word(f"{message}"))


SAYING = (Text("[[said]]"), Text("[[said]]", inline=True))


@dataclass(frozen=True)
class Prose:
    """Paragraphs."""

    phrase: Phrase


@dataclass(frozen=True)
class Head:
    """The head of a part or of an answer: a label, marks in words, and what is asked."""

    label: str
    marks: str
    body: Phrase | None = None


@dataclass(frozen=True)
class Blank:
    """One answer to write: its name, its label, and how it is typed."""

    name: str
    label: Phrase
    field: Field
    scope: str = ""
    """What tells it from a blank of the same name elsewhere on the page."""
    in_figure: bool = False
    """Whether it is a box of a figure."""

    @property
    def id(self) -> str:
        """What it is called on the page."""
        return f"{self.scope} {self.name}".strip()


@dataclass(frozen=True)
class Fields:
    """What the student is to write."""

    blanks: Sequence[Blank]


@dataclass(frozen=True)
class Choices:
    """Options to mark, or lines to order; `marked` has the labels of the right ones, in a solution."""

    options: Sequence[tuple[str, Phrase]]
    marked: frozenset[str] | None = None
    have_squares: bool = True
    again: Again | None = None
    """How they are made for another item, where which options there are was drawn."""


@dataclass(frozen=True)
class Table:
    """A table of values and texts under column heads."""

    columns: Sequence[Phrase]
    rows: Sequence[Sequence[Notation | Phrase]]
    again: Again | None = None
    """How it is made for another item."""


@dataclass(frozen=True)
class Drawing:
    """A picture: its data as `pictures/` draws it, its words, and its making for the web."""

    look: Callable[[], Mapping[str, object]]
    """What makes its data, which words alone do not need."""
    alternative: str
    svg: Callable[[], str]
    reference: Callable[[], str]
    """What names it: a hash of what is drawn, and of how."""
    caption: Phrase | None = None
    blanks: Sequence[Blank] = ()
    """The boxes in it that students fill in."""
    again: Again | None = None
    """How it is made for another item."""

    @cached_property
    def shown(self) -> Mapping[str, object]:
        """Its data, as `pictures/` draws it."""
        return self.look()

    @property
    def to_look_at(self) -> Drawing:
        """The picture with nothing in it to fill in."""
        return replace(self, blanks=())


BACKSLASHED = r"\\\1"

Block: TypeAlias = Prose | Head | Fields | Choices | Table | Drawing
Again: TypeAlias = "Callable[[Any], Block]"
"""What makes a block for another item, of which more differs than what fills the holes of its texts."""


@dataclass(frozen=True)
class Markup:
    """How a target writes what is no author's text."""

    strong: Callable[[str], str]
    quiet: Callable[[str], str]
    plain: Callable[[str], str]
    item: Callable[[str, str], str]
    items: Callable[[list[str]], str]
    table: Callable[[list[str], list[list[str]]], str]
    paragraph: Callable[[str], str]
    picture: Callable[[Drawing], str]
    code: Callable[[str], str]
    blank: Callable[[Blank, str], str] = lambda _, asked: asked
    option: Callable[[str, str], str] = lambda _, text: text
    """The text of an option, where its label is of use to a page."""


def write(blocks: Sequence[Block], target: Target) -> str:
    """Blocks in a target's markup."""
    return "\n\n".join([write_block(block, target) for block in blocks]) + "\n"


def write_block(block: Block, target: Target) -> str:
    """One block in a target's markup."""
    return _write(block, target, MARKUP[target])


def left_open(block: Block, mark: Callable[[Hole], str]) -> Block:
    """A block in whose texts there is a mark in place of each hole."""

    def opened(phrase: Phrase) -> Phrase:
        return phrase if isinstance(phrase, Said) else Open(phrase.text, phrase.fill, mark)

    match block:
        case Prose(phrase):
            return Prose(opened(phrase))
        case Head(_, _, body):
            return replace(block, body=body and opened(body))
        case Fields(blanks):
            return Fields([replace(blank, label=opened(blank.label)) for blank in blanks])
        case Choices(options):
            return replace(block, options=[(label, opened(phrase)) for label, phrase in options])
        case Table() | Drawing():
            return block


def _write(block: Block, target: Target, markup: Markup) -> str:
    match block:
        case Prose(phrase):
            return phrase.write(target)
        case Head(label, marks, body):
            pieces = [markup.strong(markup.plain(label))] if label else []
            pieces += [body.write(target)] if body and body.text.source else []
            pieces += [markup.quiet(markup.plain(marks))] if marks else []
            return markup.paragraph(" ".join(pieces))
        case Fields(blanks):
            return markup.items(
                [markup.item("", markup.blank(blank, _asked(blank, target, markup))) for blank in blanks]
            )
        case Choices(options, marked, have_squares):
            squares = ["■ " if label in (marked or ()) else "□ " for label, _ in options]
            boxes = squares if have_squares else [""] * len(options)
            return markup.items([
                markup.item(f"{box}{markup.plain(label)}. ", markup.option(label, phrase.write(target)))
                for box, (label, phrase) in zip(boxes, options, strict=True)
            ])  # fmt: skip
        case Table(columns, rows):
            heads = [column.write(target) for column in columns]
            return markup.table(heads, [[_cell(cell, target) for cell in row] for row in rows])
        case Drawing():
            return markup.picture(block)


def _cell(cell: Notation | Phrase, target: Target) -> str:
    return cell.write(target) if isinstance(cell, Phrase) else show(cell, target, math=False)


def _asked(blank: Blank, target: Target, markup: Markup) -> str:
    noun = markup.plain(f"{noun_of(blank.field.noun)}")
    how = say("such-as", noun=noun, example=markup.code(blank.field.example))
    return f"{blank.label.write(target)} ({markup.code(blank.name)}): {how}"


def _input(blank: Blank, asked: str) -> str:
    """A blank as a form of HTML has it, so that a browser and a screen reader know what it is for.

    `data-typed` says to a script how it is typed; the form works without one.
    """
    field, name = blank.field, escape(blank.id)
    if blank.in_figure:
        return f'<span data-for="{name}" {_as_data(field)}>{asked}</span>'
    if field.is_chosen:
        sort = "checkbox" if field.form == "all that apply" else "radio"
        options = {label: label for label in field.labels or ("yes", "no")}
        if sort == "checkbox":
            options |= {"none": f"{say('squares-none')}"}
        squares = [
            f'<label><input type="{sort}" name="{name}" value="{escape(label)}"> {escape(text)}</label>'
            for label, text in options.items()
        ]
        return f"<fieldset {_as_data(field)}><legend>{asked}</legend>{' '.join(squares)}</fieldset>"
    own = f'name="{name}" {_as_data(field)}'
    if field.is_long:
        rows = 12 if field.form == "program" else 6
        typed = f'<textarea {own} rows="{rows}">{escape(field.starter)}</textarea>'
    elif field.form == "output":
        typed = f'<textarea {own} rows="4" spellcheck="false"></textarea>'
    else:
        typed = f'<input {own} autocomplete="off" spellcheck="false">'
    return f"<label>{asked} {typed}</label>"


def _as_data(field: Field) -> str:
    """How an answer is typed, for a script of the page."""
    own = {name: value for name, value in field.as_json().items() if name not in ("noun", "starter")}
    return f'data-typed="{escape(json.dumps(own, ensure_ascii=False))}"'


def _markdown_table(heads: list[str], rows: list[list[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *[[cell.replace("|", "\\|") for cell in row] for row in rows]]
    return "\n".join([f"| {' | '.join(row)} |" for row in cells])


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose cells are HTML already; without heads it has none."""
    cells = "".join([f'<th scope="col">{head}</th>' for head in heads])
    head = f"<thead><tr>{cells}</tr></thead>\n" if heads else ""
    body = "\n".join([f"<tr>{''.join([f'<td>{cell}</td>' for cell in row])}</tr>" for row in rows])
    return f"<table>\n{head}<tbody>\n{body}\n</tbody>\n</table>"


def _latex_table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [" & ".join(heads) + r" \\ \hline", *[" & ".join(row) + r" \\" for row in rows]]
    return "\n".join([rf"\begin{{tabular}}{{{'l' * len(heads)}}}", *lines, r"\end{tabular}"])


def _typst_table(heads: list[str], rows: list[list[str]]) -> str:
    cells = ", ".join([f"[{cell}]" for row in rows for cell in row])
    head = ", ".join([f"[{head}]" for head in heads])
    return f"#table(columns: {len(heads)}, table.header({head}), {cells})"


PLAIN_WIDTH = 100


def _plain_table(heads: list[str], rows: list[list[str]]) -> str:
    """Columns in a line; where they do not fit, the widest ones are folded."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    room = PLAIN_WIDTH - 2 * (len(heads) - 1)
    while sum(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    lines = [line for row in rows for line in _folded(row, widths)]
    head = _folded(heads, widths)
    return "\n".join([*head, "-" * max(map(len, [*head, *lines])), *lines])


def _folded(row: list[str], widths: list[int]) -> list[str]:
    columns = [wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    lines = zip_longest(*columns, fillvalue="")
    return ["  ".join([cell.ljust(width) for cell, width in zip(line, widths, strict=True)]).rstrip() for line in lines]


def _in_markdown(drawing: Drawing) -> str:
    """The words of a picture with no more escaped than Markdown would take for markup."""
    words = re.sub(r"([*`<$|])", BACKSLASHED, drawing.alternative)
    return f"*{_called(drawing, 'markdown')} {words}*"


def _in_html(drawing: Drawing) -> str:
    caption = f"<figcaption>{drawing.caption.write('html')}</figcaption>" if drawing.caption else ""
    return f"<figure>{_with_inputs(drawing)}{caption}</figure>"


_BOX = re.compile(r'<rect data-field="(?P<name>\w+)"(?P<size> width="[\d.]+" height="[\d.]+")[^>]*/>')


def _with_inputs(drawing: Drawing) -> str:
    """A picture as SVG whose boxes are inputs; such a picture is a group, and no image whose parts nobody hears."""
    blanks = {blank.name: blank for blank in drawing.blanks}
    if not blanks:
        return drawing.svg()

    def typed(box: re.Match[str]) -> str:
        blank = blanks.get(box["name"])
        if blank is None:
            return box[0]
        label = escape(f"{blank.label.write('plain')} ({noun_of(blank.field.noun)})")
        return (
            f'<foreignObject{box["size"]}><input xmlns="http://www.w3.org/1999/xhtml" class="box" '
            f'name="{escape(blank.id)}" aria-label="{label}" {_as_data(blank.field)} autocomplete="off" '
            'spellcheck="false"/></foreignObject>'
        )

    return _BOX.sub(typed, drawing.svg()).replace('role="img"', 'role="group"', 1)


def _in_words(target: Target) -> Callable[[Drawing], str]:
    return lambda drawing: f"{_called(drawing, target)} {show(Word(drawing.alternative), target, math=False)}"


def _called(drawing: Drawing, target: Target) -> str:
    return drawing.caption.write(target) if drawing.caption else f"{say('figure')}"


def _plain(target: Target) -> Callable[[str], str]:
    @lru_cache(4096)
    def plain(text: str) -> str:
        return show(Word(text), target, math=False)

    return plain


MARKUP: Mapping[Target, Markup] = {
    "markdown": Markup(
        strong=lambda text: f"**{text}**",
        quiet=lambda text: f"*{text}*",
        plain=_plain("markdown"),
        item=lambda head, text: f"- {head}{text}",
        items="\n".join,
        table=_markdown_table,
        paragraph=lambda text: text,
        picture=_in_markdown,
        code=lambda text: f"`{text}`",
    ),
    "html": Markup(
        strong=lambda text: f"<strong>{text}</strong>",
        quiet=lambda text: f'<span class="quiet">{text}</span>',
        plain=_plain("html"),
        item=lambda head, text: f"<li>{head}{text}</li>",
        items=lambda items: '<ul class="answers">\n' + "\n".join(items) + "\n</ul>",
        table=lambda heads, rows: f'<div class="scroll">{html_table(heads, rows)}</div>',
        paragraph=lambda text: f'<div class="head">{text}</div>',
        picture=_in_html,
        code=lambda text: f"<code>{escape(text)}</code>",
        blank=_input,
        option=lambda label, text: f'<span data-option="{escape(label)}">{text}</span>',
    ),
    "latex": Markup(
        strong=lambda text: rf"\textbf{{{text}}}",
        quiet=lambda text: rf"\emph{{{text}}}",
        plain=_plain("latex"),
        item=lambda head, text: rf"\item {head}{text}".replace("□", r"$\square$").replace("■", r"$\blacksquare$"),
        items=lambda items: "\\begin{itemize}\n" + "\n".join(items) + "\n\\end{itemize}",
        table=_latex_table,
        paragraph=lambda text: text,
        picture=lambda drawing: rf"\emph{{{_in_words('latex')(drawing)}}}",
        code=lambda text: rf"\texttt{{{show(Word(text), 'latex', math=False)}}}",
    ),
    "typst": Markup(
        strong=lambda text: f"#strong[{text}]",
        quiet=lambda text: f"#emph[{text}]",
        plain=_plain("typst"),
        item=lambda head, text: f"- {head}{text}",
        items="\n".join,
        table=_typst_table,
        paragraph=lambda text: text,
        picture=lambda drawing: f"#emph[{_in_words('typst')(drawing)}]",
        code=lambda text: f"#raw({_typst_string(text)})",
    ),
    "plain": Markup(
        strong=lambda text: text,
        quiet=lambda text: f"[{text}]",
        plain=_plain("plain"),
        item=lambda head, text: f"  - {head}{text}",
        items="\n".join,
        table=_plain_table,
        paragraph=lambda text: text,
        picture=_in_words("plain"),
        code=lambda text: text,
    ),
}


def _typst_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
