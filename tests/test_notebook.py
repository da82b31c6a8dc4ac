"""Practice in a notebook: what the widget asks is what the item asks, and no key is there before it is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

import markscheme as ms
from markscheme.bank.catalog import catalog
from markscheme.core.item import Item
from markscheme.widgets import Practice, practice

ipywidgets: Any = pytest.importorskip("ipywidgets")


def all_widgets(widget: Any) -> list[Any]:
    return [widget, *[it for inner in getattr(widget, "children", ()) for it in all_widgets(inner)]]


def fill(shown: Practice, texts: dict[str, str]) -> None:
    """Type texts into the fields, in order."""
    fields = [
        it
        for it in all_widgets(shown.box)
        if isinstance(it, ipywidgets.Text | ipywidgets.Textarea | ipywidgets.RadioButtons)
    ]
    boxes = [it for it in all_widgets(shown.box) if isinstance(it, ipywidgets.VBox) and it is not shown.box]
    queue, groups = iter(fields), iter(boxes)
    for answer in shown.item.layout.asked:
        text = texts[answer.name]
        if answer.kind.field().form == "all that apply":
            for box in next(groups).children:
                box.value = box.description in [it.strip() for it in text.split(",")]
        else:
            next(queue).value = text


def keys(item: Item) -> dict[str, str]:
    return {answer.name: answer.kind.write(item.values[answer.name]) for answer in item.layout.asked}


def press(shown: Practice, name: str) -> None:
    (button,) = [it for it in all_widgets(shown.box) if isinstance(it, ipywidgets.Button) and it.description == name]
    button.click()


@pytest.mark.parametrize("name", sorted(catalog()))
def test_every_problem_can_be_practiced(name: str) -> None:
    """The key typed into the fields is what the item is marked with; before, the page holds nothing of the solution."""
    item = ms.problem(name).pose("7")
    shown = practice(item)
    page = json.dumps([it.value for it in all_widgets(shown.box) if isinstance(it, ipywidgets.HTML)])
    assert item.solution("html").strip()[:200] not in page
    assert "<input" not in page
    fill(shown, keys(item))
    assert shown.answers.keys() == {name for name, text in keys(item).items() if text.strip()}
    press(shown, "Check")
    assert shown.marked is not None
    assert {it.status for it in shown.marked.verdicts.values()} <= {"right", "by hand"}
    press(shown, "Solution")
    press(shown, "Another")
    assert shown.item.id != item.id
    assert shown.marked is None


def test_hints_come_one_after_another() -> None:
    """Each hint says one thing more of the first answer that is not right yet, and then that there is none."""
    shown = practice(ms.problem("convolution/output_shape").pose("7"))
    said = set[str]()
    for _ in range(4):
        press(shown, "Hint")
        said.add(all_widgets(shown.box)[-1].value)
    assert len(said) >= 2
    assert any("Nothing is known" in it for it in said)


def test_a_notebook_runs() -> None:
    """In a kernel, the widget is what the cell shows, and the cells after it see what was answered."""
    nbformat: Any = pytest.importorskip("nbformat")
    nbclient: Any = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = [
        "import markscheme as ms\nshown = ms.practice(ms.problem('convolution/output_shape').pose('7'))\nshown",
        "shown._fields['shape'].__closure__[0].cell_contents.value = str([*shown.item.key['shape']])\n"
        "shown.check()\nprint(shown.marked)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    done = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (shown,) = [it.data for it in done.cells[0].outputs if "data" in it]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "3 of 3" in done.cells[1].outputs[0].text
