"""A column of squares for each digit of an ID: printed where the paper asks for it, read if one of each is filled."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.scan import blank_pages
from bench.sheets.degrading import scanned
from bench.sheets.writing import mark_square
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.printing import print_copies
from markscheme.exam.scanned import owners
from markscheme.paper.manifest import Place
from markscheme.scan import batch
from markscheme.scan.answers import Scans
from markscheme.scan.deciding import settle
from markscheme.scan.ids import whose
from markscheme.scan.received import Gray
from markscheme.scan.squares import digit_of
from markscheme.scan.waiting import waiting
from tests.scanned_exam import TOML, pdf_of, scan

pytestmark = pytest.mark.heavy  # it prints and scans

IDS = ("30361001", "30362002", "30363702", "30364004")


def printed(folder: Path, ids: tuple[str, ...] = IDS, toml: str = TOML) -> Exam:
    """An exam with a grid, of which a spare copy is printed."""
    (folder / "quiz.toml").write_text(toml.replace("\ncover", '\nid = "grid"\ncover'))
    (folder / "roster.csv").write_text("\n".join(["student", *ids, ""]))
    made = new_exam(folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv", spare=2)
    list(print_copies(made, made.manifest.copies[-2:]))
    return batch.ready(open_exam(made.root))


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    return printed(tmp_path_factory.mktemp("grid"))


def grid_of(exam: Exam, code: str) -> dict[str, Place]:
    """The squares of a copy, by column and digit."""
    layout = exam.manifest.layouts[exam.copy(code).layout]
    return {it.name: it for it in layout.places if it.kind == "id" and "/" in it.name}


def filled(exam: Exam, page: Gray, code: str, said: str, rng: np.random.Generator, kind: str = "fill") -> Gray:
    """A page whose columns are filled: a character is a digit, `-` none, `2` two of them."""
    page, squares = page.copy(), grid_of(exam, code)
    for column, digits in enumerate(said.split()):
        for digit in digits.replace("-", ""):
            it = squares[f"{column}/{digit}"]
            mark_square(page, kind, (it.x, it.y, it.width, it.height), rng)
    return page


def test_a_grid_has_a_square_for_each_digit(exam: Exam, tmp_path: Path) -> None:
    """Ten below each box, none over another or over a box; where IDs have letters, or other lengths, there is none."""
    squares = grid_of(exam, exam.manifest.copies[-1].code)
    assert sorted(squares) == sorted([f"{column}/{digit}" for column in range(8) for digit in range(10)])
    for column in range(8):
        own = [squares[f"{column}/{digit}"] for digit in range(10)]
        assert len({it.x for it in own}) == 1
        assert all(one.y + one.height < other.y - 2 for one, other in pairwise(own))
    for ids, boxes in ((("a123", "b456"), 4), (("1234", "56789"), 0)):
        (tmp_path / ids[0]).mkdir()
        other = printed(tmp_path / ids[0], ids)
        code = other.manifest.copies[-1].code
        layout = other.manifest.layouts[other.copy(code).layout]
        assert not grid_of(other, code)
        assert len([it for it in layout.places if it.kind == "id" and it.name]) == boxes
        other.store.close()


def test_a_grid_fits_a_cover(tmp_path: Path) -> None:
    """On a cover too every square stands on the first page, above what follows."""
    exam = printed(tmp_path, toml=TOML.replace("cover = false", "cover = true"))
    squares = grid_of(exam, exam.manifest.copies[-1].code)
    assert {it.page for it in squares.values()} == {1}
    assert max(it.y + it.height for it in squares.values()) < 400
    exam.store.close()


@pytest.mark.parametrize("level", ["clean", "mild", "photo"])
@pytest.mark.parametrize(("said", "kind", "owner"), [
    ("3 0 3 6 3 7 0 2", "fill", "30363702"), ("3 0 3 6 2 0 0 2", "cross", "30362002"),
    ("3 0 3 6 3 7 0 -", "fill", ""), ("3 0 3 6 37 7 0 2", "fill", ""), ("3 0 3 6 9 9 9 9", "fill", ""),
])  # fmt: skip
def test_one_square_of_each_column_says_whose_a_copy_is(
    exam: Exam, tmp_path: Path, said: str, kind: str, owner: str, level: str
) -> None:
    """An ID of the roster with one square in each column is taken; a column with none or with two, and an ID that the
    roster has not, wait for a person, who is offered whom it is like.
    """
    own = batch.ready(open_exam(shutil.copytree(exam.root, tmp_path / "exam")))
    rng, code = np.random.default_rng(5), own.manifest.copies[-1].code
    page = next(page for one, number, page in blank_pages(own) if (one, number) == (code, 1))
    marked = filled(own, page, code, said, rng, kind)
    scan(own, pdf_of([scanned(marked, rng, level).page], tmp_path / "a.pdf"))  # pyright: ignore[reportArgumentType]
    settle(Scans(own))
    assert owners(own)[code] == owner
    shown = waiting(Scans(own))
    assert [it.copy for it in shown] == ([] if owner else [code])
    if said == "3 0 3 6 3 7 0 -":
        assert shown[0].likely[0] == "30363702"
        assert shown[0].offered is None
    own.store.close()


MARKS = st.dictionaries(st.sampled_from(range(10)), st.sampled_from(["empty", "marked", "doubtful"]))


@given(MARKS)
def test_a_column_says_a_digit_only_if_one_is_marked(marks: Mapping[int, str]) -> None:
    """Of no other column an ID is ever taken, whatever the other columns and the roster say."""
    column = {it: marks.get(it, "empty") for it in range(10)}
    shares = digit_of(column)  # pyright: ignore[reportArgumentType]
    says = [*column.values()].count("marked") == 1 and "doubtful" not in column.values()
    assert (max(shares) > 0.9) == says
    others = [digit_of({it: "marked" if it == 1 else "empty" for it in range(10)})] * 5
    ids = [f"11111{digit}" for digit in range(10)]
    assert any(it.is_sure for it in whose({"A": [*others, shares]}, ids)) == says
    assert any(it.is_sure for it in whose({"A": [*others, shares]}, ids[3:4])) <= says
