"""Where a copy is written on: every answer has its place, and there is nothing at it but room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from markscheme.exam.codes import codes_of
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.printing import note_layouts, print_copies
from markscheme.marking.submissions import questions_of
from markscheme.paper.copies import make_copy
from markscheme.paper.manifest import NAME, Layout, Place
from markscheme.paper.places import CONTINUED, where_answered
from markscheme.paper.plan import load_paper
from markscheme.paper.printing import places

PROBLEMS = ("attention/linear_rnn", "normalization/axes", "point_clouds/grouping", "normalization/standardization",
            "regularization/purification_losses", "decoding/beam_step")  # fmt: skip
TOML = """
title = "Quiz"
[[question]]
kind = "free"
text = "Say something."
marks = 1
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    """An exam with a copy in large print, a usual one, and one for nobody."""
    folder = tmp_path_factory.mktemp("places")
    questions = "".join([f'[[question]]\nproblem = "{name}"\n' for name in PROBLEMS])
    (folder / "quiz.toml").write_text(TOML + questions)
    (folder / "roster.csv").write_text("student,large_print\n1001,yes\n1002,no\n")
    exam = new_exam(folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv", spare=1)
    list(print_copies(exam, exam.manifest.copies))
    return open_exam(exam.root)


def layouts(exam: Exam) -> list[tuple[str, Layout]]:
    return [(it.code, exam.manifest.layouts[it.layout]) for it in exam.manifest.copies]


@pytest.mark.heavy
def test_every_answer_has_its_place(printed: Exam) -> None:
    """In each copy each answer has a blank, a square for each choice, or the whole space, within the page."""
    for code, layout in layouts(printed):
        paper = printed.paper.on_copy(printed.copy(code).seed)
        items = paper.items(printed.copy(code).seed)
        slots = {space.label: space.slot for space in paper.spaces}
        for question, names in questions_of(paper).items():
            for name in names:
                here = where_answered(layout.places, question, name)
                assert here, (question, name)
                if question not in slots:
                    continue
                item = items[slots[question].label]
                kind = item.problem.kind_of(name)
                labels = [label for label, _ in kind.squares(item.values[name])]
                assert [it.name.partition("/")[2] for it in here if it.kind == "square"] == labels
                assert kind.field().is_long == (here[0].kind == "space")
        for it in layout.places:
            assert 30 < it.x < it.x + it.width < 612 - 30
            assert 30 < it.y < it.y + it.height < 792 - 30
            assert 1 <= it.page <= layout.pages


def test_places_are_empty(printed: Exam) -> None:
    """The PDF draws a frame around each square and box at its place, and nothing within."""
    import pypdfium2  # noqa: PLC0415

    scale = 4
    for code, layout in layouts(printed):
        with pypdfium2.PdfDocument(printed.root / "print" / f"{code}.pdf") as whole:
            pages = [np.array(whole[i].render(scale=scale, grayscale=True).to_numpy()).squeeze()
                     for i in range(layout.pages)]  # fmt: skip
        framed = [it for it in layout.places if it.kind == "square" or (it.kind == "id" and it.width < 40)]
        assert {it.kind for it in framed} == ({"square"} if printed.copy(code).student else {"square", "id"})
        for it in framed:
            inside, around = (cut(pages[it.page - 1], it, scale, by) for by in (-1.2, 1))
            assert inside.min() > 250
            assert around.min() < 180


def cut(page: np.ndarray, it: Place, scale: int, by: float) -> np.ndarray:
    rows = slice(round((it.y - by) * scale), round((it.y + it.height + by) * scale))
    return page[rows, round((it.x - by) * scale) : round((it.x + it.width + by) * scale)]


def test_a_space_says_that_it_goes_on(printed: Exam) -> None:
    """Each box to work in has a square that says it goes on on the last page, which is a place of its own."""
    for _, layout in layouts(printed):
        boxes = {it.question for it in layout.places if it.kind == "space" and it.question and not it.name}
        assert {it.question for it in layout.places if it.name == CONTINUED} == boxes
        (last,) = [it for it in layout.places if it.kind == "space" and not it.question]
        assert last.page == layout.pages


def test_places_outlive_a_kill(printed: Exam) -> None:
    """Where a command was killed before the manifest had the places, they are read off the printed copies: the same."""
    whole = printed.manifest.as_bytes()
    bare = printed.manifest.model_copy(
        update={
            "layouts": {},
            "copies": tuple([it.model_copy(update={"layout": ""}) for it in printed.manifest.copies]),
        }
    )
    (printed.root / NAME).write_bytes(bare.as_bytes())
    assert note_layouts(replace(printed, manifest=bare)).as_bytes() == whole
    assert (printed.root / NAME).read_bytes() == whole


@pytest.mark.parametrize(("more", "pages"), [("", (1, 2)), ("And on. " * 40, (2, 4))])
def test_section_0_is_worked_on_before_time_starts(tmp_path: Path, more: str, pages: tuple[int, int]) -> None:
    """In large print no question stands on section 0's page, nor on the one that faces it."""
    (tmp_path / "quiz.toml").write_text(
        f'title = "Quiz"\n[[question]]\nkind = "honor_code"\ntext = "My own. {more}"\nmarks = 1\n'
        '[[question]]\nproblem = "convolution/output_shape"\n'
    )
    copy = make_copy(load_paper(str(tmp_path / "quiz.toml")), "1")
    coded = replace(copy, large=True, codes=codes_of("BCDF", "JDJSDTHP", 8))
    where = {it.question: it.page for it in places(coded, solutions=False)}
    assert (where["1"], where["2"]) == pages
