"""Practice in a notebook: an item with fields to answer it, hints, verdicts, its solution and another one.

Needs ipywidgets: `pip install 'markscheme[notebook]'`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from importlib import import_module
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.notebook import marked_as
from markscheme.core.verdict import Marked
from markscheme.language import noun_of, say
from markscheme.text.document import Block, Choices, Drawing, Fields, Head, write

if TYPE_CHECKING:
    from markscheme.core.posed import Posed
    from markscheme.core.problem import Problem
    from markscheme.text.document import Blank

NOTHING = "Nothing is known here without the answer."


class Practice:
    """One item being practiced, as a widget: `marked` has what came of it, `answers` what stands in the fields.

    Show it as the last value of a cell. No key is in the page before the solution is asked for: answers go to Python,
    and verdicts come back.
    """

    def __init__(self, item: Item) -> None:
        self.marked: Marked | None = None
        self.box = _widgets().VBox()
        self._open(item)

    def _open(self, item: Item) -> None:
        widgets = _widgets()
        self.item = item
        self._fields: dict[str, Callable[[], str]] = {}
        self._hints = {name: item.hints(name, "html") for name in item.layout.marks}
        self._said = widgets.HTML()
        buttons = [
            self._button("Check", self.check, style="primary"),
            self._button("Hint", self.hint),
            self._button("Solution", self.solve),
            self._button("Another", self.another),
        ]
        self.box.children = [*self._question(item.posed()), widgets.HBox(buttons), self._said]

    def _question(self, posed: Posed) -> Iterator[Any]:
        """The question as HTML, with a field where each blank stands."""
        yield _html(Head(posed.title, self.item.id))
        waiting: list[Block] = []
        for block in posed.all_blocks():
            if not isinstance(block, Fields):
                waiting.append(block)
                continue
            if waiting:
                yield _html(*waiting)
                waiting = []
            for blank in block.blanks:
                yield from self._field(blank)
        if waiting:
            yield _html(*waiting)

    def _field(self, blank: Blank) -> Iterator[Any]:
        widgets = _widgets()
        field = blank.field
        wide = widgets.Layout(width="auto", max_width="36em")
        asked = f"{blank.label.write('html')} <small>({escape(str(noun_of(field.noun)))})</small>"
        yield widgets.HTML(asked)
        labels = field.labels or ("yes", "no")
        if field.form == "all that apply":
            boxes = [widgets.Checkbox(description=label, indent=False, layout=wide) for label in labels]
            self._fields[blank.name] = lambda: ", ".join([it.description for it in boxes if it.value])
            yield widgets.VBox(boxes)
            return
        if field.is_chosen:
            made = widgets.RadioButtons(options=labels, value=None, layout=wide)
        elif field.is_long or field.form == "output":
            rows = 12 if field.form == "program" else 4
            made = widgets.Textarea(value=field.starter, rows=rows, layout=wide)
        else:
            made = widgets.Text(placeholder=str(say("such-as-alone", example=field.example)), layout=wide)
        self._fields[blank.name] = lambda: made.value or ""
        yield made

    @property
    def answers(self) -> dict[str, str]:
        """What stands in the fields, by the names of the answers; what is empty is left out."""
        return {name: text for name, read in self._fields.items() if (text := read()).strip()}

    def check(self) -> None:
        """Mark what stands in the fields, and show why."""
        self.marked = self.item.mark(self.answers)
        self._said.value = marked_as("html", self.marked)

    def hint(self) -> None:
        """Show one thing more that leads to the first answer that is not right yet."""
        marked = self.item.mark(self.answers)
        open_answers = [name for name, verdict in marked.items() if verdict.marks != verdict.out_of]
        for name in open_answers:
            for said in self._hints[name]:
                self._said.value = f"<p><strong>{escape(name)}</strong></p>{said}"
                return
        self._said.value = f"<p>{escape(NOTHING)}</p>"

    def solve(self) -> None:
        """Show the worked solution."""
        self._said.value = self.item.solution("html")

    def another(self) -> None:
        """Go on with an item of other numbers."""
        self.marked = None
        self._open(self.item.like(token_hex(4)))

    def _button(self, name: str, act: Callable[[], None], style: str = "") -> Any:
        button = _widgets().Button(description=name, button_style=style)
        button.on_click(partial(_pressed, act))
        return button

    def __repr__(self) -> str:
        return f"Practice({self.item.id!r})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)


def practice(item: Item | Problem) -> Practice:
    """An item, or one of a problem with fresh numbers, to be answered in a notebook.

    Raises `MarkschemeError` where ipywidgets is not installed.
    """
    return Practice(item if isinstance(item, Item) else item.pose(token_hex(4)))


def _pressed(act: Callable[[], None], _: Any) -> None:
    act()


def _html(*blocks: Block) -> Any:
    return _widgets().HTML(write([_without_inputs(it) for it in blocks], "html"))


def _without_inputs(block: Block) -> Block:
    """A block without what is typed or ticked: widgets stand for that."""
    if isinstance(block, Choices):
        return Choices(block.options, block.marked, have_squares=False)
    return block.to_look_at if isinstance(block, Drawing) else block


def _widgets() -> Any:
    try:
        ipywidgets: Any = import_module("ipywidgets")
    except ImportError:
        raise MarkschemeError("practice in a notebook needs ipywidgets: pip install 'markscheme[notebook]'") from None
    return ipywidgets
