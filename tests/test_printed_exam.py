"""Laws of the bank's published exams: they ask what was asked, and no part gives another away."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from markscheme.bank.catalog import PRINTED
from markscheme.bank.printed.csc671.zero_weights import trained_from_zeros
from markscheme.core.item import Item
from markscheme.core.layout import FigureRule
from markscheme.core.writing import filling
from markscheme.kinds import AllThatApply, Expression, OneOf
from markscheme.paper.plan import Paper, Slot, load_paper
from markscheme.reading.limits import Unreadable
from markscheme.reading.syntax import Applied, walked

EXAM = load_paper("eecs182-sp23")
PAPERS = sorted({page.stem for page in PRINTED.glob("*/*.toml")})
ASKED = {
    "3(a)i": "3: shape", "3(a)ii": "3: shape", "3(b)": "3: edge_kernel", "3(c)": "3: blur_kernel",
    "3(d)i": "4: output_map", "3(d)ii": "3: size", "4": "8: sequences scores", "5(a)": "10: v_1 h_2 v_2 k_3 h_out",
    "5(b)": "4: output", "6(a)": "9: A B C why", "6(b)": "12: why code", "7(a)": "8: proof", "7(b)": "8: invariant",
    "7(c)": "6: algorithm", "8(a)": "2: batch layer", "8(b)": "12: gradient at_one limit", "9(a)": "4: m v",
    "9(b)": "6: gamma proof", "10(a)i": "6: reconstruction_alpha regularization_alpha regularization_beta",
    "10(a)ii": "2: lambda_range", "10(b)i": "7: left middle right", "10(b)ii": "8: derivation",
    "10(c)": "8: lambda_range",
}  # fmt: skip


def test_the_midterm_asks_what_was_asked() -> None:
    """Part by part the published paper asks the exam's questions, with the exam's marks, and nothing else."""
    assert {it.label: f"{it.marks}: {' '.join([answer.name for answer in it.answers])}" for it in EXAM.spaces} == ASKED
    assert [(it.number, it.marks) for it in EXAM.questions] == list(
        zip(range(1, 11), (1, 4, 19, 8, 14, 21, 22, 14, 10, 31), strict=True)
    )


SECOND = {
    "csc671-1": "by_y = 6", "csc671-3": "in_both = no", "csc671-4": "total = 0", "csc671-6": "gradient = -18",
    "csc671-9": "flattened = 73728", "csc671-11": "nearest = 1500", "csc671-12": "biases = 5",
    "csc671-14": "gradient = 1.75", "csc671-15": "fate = B", "csc671-16": "bound = 21", "csc671-17": "total = 18",
    "csc671-18": "random = D", "csc671-25": "shape = [1, 16, 113, 113]",
}  # fmt: skip
"""By question of the second exam, the one answer that it asks, and what computing says: its key differs in 18."""


def test_the_second_exam_asks_what_was_asked() -> None:
    """Each question of the second exam asks for one answer and carries a point, and its key is as printed."""
    found: dict[str, str] = {}
    for space in load_paper("csc671-midterm").spaces:
        (answer,) = space.answers
        assert space.marks == 1
        variant, item = space.slot.variant or "", space.slot.item("")
        printed = space.slot.problem.variants[variant].key
        assert printed.get(answer.name, item.key[answer.name]) == item.key[answer.name]
        assert (answer.name in printed) == (variant != "csc671-18")
        found[variant] = f"{answer.name} = {answer.kind.write(item.key[answer.name])}"
    assert found == SECOND


def test_an_exam_has_the_errata_of_its_own() -> None:
    """Two exams that share a problem share no erratum: each has those of the numbers that it printed."""
    about = {name: {(it.problem, it.variant) for it in load_paper(name).errata()} for name in PAPERS}
    assert {variant for _, variant in about["csc671-midterm"]} == {"csc671-15", "csc671-16", "csc671-18"}
    assert not any([variant.startswith("csc671") for _, variant in about["eecs182-sp23"]])
    assert about["eecs182-practice"] == set()
    shared = [{slot.problem.name for slot in load_paper(name).slots} for name in ("csc671-midterm", "eecs182-sp23")]
    assert set.intersection(*shared) == {"convolution/output_shape"}


@pytest.mark.parametrize("steps", [1, 40])
def test_units_that_start_at_zero_stay_alike(steps: int) -> None:
    """Trained from zeros, the units of a hidden layer put out the same, whatever the layer."""
    for units in trained_from_zeros(steps):
        assert units[0] == pytest.approx(units[1], abs=1e-9)


def test_practice_asks_everything() -> None:
    """With numbers of its own a paper asks all that its problems can ask."""
    practice = load_paper("eecs182-practice")
    asked = [answer.name for space in practice.spaces for answer in space.answers]
    assert asked == [answer.name for slot in practice.slots for answer in slot.problem.asked]


def test_figures_have_the_numbers_of_the_exam() -> None:
    """Figures 1, 4 and 5 stand on the blank paper, 2 and 3 in the solution; other pictures have no number."""
    shown = [(figure.place, figure.caption) for slot in EXAM.slots for figure in figures_of(slot)]
    numbers = [(place, re.findall(r"\d+", caption.source.partition(":")[0])) for place, caption in shown if caption]
    assert sorted(number for place, found in numbers if place != "solution" for number in found) == ["1", "4", "5"]
    assert [found for place, found in numbers if place == "solution"] == [["2", "3"]]


def figures_of(slot: Slot) -> list[FigureRule]:
    layout = slot.layout
    return [*layout.head, *[figure for section in layout.sections for figure in section.figures]]


def test_squares_and_tables_are_printed() -> None:
    """The choices of the exam are squares, and the table of 10(a) has a blank for each answer but the one given."""
    squares = {
        space.label: [answer.name for answer in space.answers if isinstance(answer.kind, OneOf | AllThatApply)]
        for space in EXAM.spaces
    }
    assert {label: names for label, names in squares.items() if names} == {
        "6(a)": ["A", "B", "C"], "7(b)": ["invariant"], "7(c)": ["algorithm"], "8(a)": ["batch", "layer"]
    }  # fmt: skip
    (table,) = [table for space in EXAM.spaces for table in space.section.tables]
    assert table.names.difference(*[[it.name for it in space.answers] for space in EXAM.spaces]) == {
        "reconstruction_beta"
    }


@pytest.mark.parametrize("text", ["10bii", "10(b)ii", "10 (b) ii", "10.b.ii"])
def test_labels_are_read_as_they_are_written(text: str) -> None:
    """A label is read with its parentheses and without; what names no question stays as it is."""
    assert EXAM.label(text) == "10(b)ii"
    assert EXAM.label(f"{text}x") == f"{text}x"


# What a text gives away


FORMULA = re.compile(r"\${1,2}([^$]+)\${1,2}")


def formulas_in(paper: Paper, slot: Slot, item: Item) -> Iterator[str]:
    """Every side of every formula in the texts that a student reads at a problem, and around it."""
    layout = slot.layout
    texts = [layout.text, *[section.text for section in layout.sections]]
    texts += [it for figure in figures_of(slot) for it in (figure.caption, figure.lead) if it]
    texts += [answer.label for answer in layout.asked]
    texts += [it for answer in layout.asked if answer.options for it in answer.options.of(item.values)]
    rendered = [text.render("markdown", filling(item)) for text in texts]
    for text in [*rendered, *[text.source for text in paper.texts()]]:
        for formula in FORMULA.findall(text):
            yield from re.split(r"=|,|\\qquad|\\quad|\\leftarrow|\\to\b", formula)


def working(tree: object) -> list[object]:
    """The parts of a formula that take some working: with two operations or more."""
    return [part for part in walked(tree) if sum([isinstance(it, Applied) for it in walked(part)]) >= 2]


@pytest.mark.parametrize("name", PAPERS)
def test_no_text_gives_an_answer_away(name: str) -> None:
    """No formula of a paper's texts has, in whole or in part, the working of a formula that another part asks for."""
    paper = load_paper(name)
    items = paper.items("1")
    asked = [
        (slot, answer, working(items[slot.label].values[answer.name]))
        for slot in paper.slots for answer in slot.layout.asked if isinstance(answer.kind, Expression)
    ]  # fmt: skip
    found: list[str] = []
    for slot in paper.slots:
        for side in set(formulas_in(paper, slot, items[slot.label])):
            for other, answer, parts in asked:
                if isinstance(answer.kind, Expression) and gives_away(answer.kind, parts, side):
                    found.append(f"{slot.label} has {side.strip()}, which {other.label} {answer.name} asks for")
    assert found == []


def gives_away(kind: Expression, parts: list[object], side: str) -> bool:
    read: list[object] = []
    for text in (side, f"diag({side})"):
        with suppress(Unreadable):
            read += working(kind.read(text))
    return any([part == own for part in parts for own in read])


def test_what_is_given_away_is_found() -> None:
    """The formula of 10(c), which a paper with 10(b) must not print, is found in the text that stands alone."""
    slots = {slot.label: slot for slot in load_paper("eecs182-practice").slots}
    middle = slots["10(b)"].problem.answers["middle"]
    assert isinstance(middle.kind, Expression)
    key, alone = slots["10(b)"].item("1").values["middle"], slots["10(c)"].problem.text.source
    sides = [side for formula in FORMULA.findall(alone) for side in formula.split("=")]
    assert any([gives_away(middle.kind, working(key), side) for side in sides])
