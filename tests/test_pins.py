"""Comments pinned to a place on a page: kept, taken off and put back, and legible on the sheet that goes back."""

from __future__ import annotations

import atexit
import io
import json
import shutil
from collections.abc import Iterator
from math import inf, nan
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.cli.main import main
from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.marking import marked, standing
from markscheme.exam.printing import print_copies
from markscheme.scan.answers import Scans, Slot
from markscheme.scan.libraries import pdfium
from markscheme.scan.pins import MOST_TEXT, beside, in_order, move_pin, pins_of, place_of, set_pin
from markscheme.scan.returned import returned
from markscheme.scan.showing import size_of
from markscheme.scan.typing import take_typed
from tests.scanned_exam import TOML, own_copy, scan, written_out

pytestmark = pytest.mark.heavy  # it prints and scans

HOSTILE = "Ωραία: ∑ x² ≤ 1 \\alpha #let x = 1 $ [*] ) Tj ET\u202e\x1b[2J <b>\nand more"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Exam]:
    """An exam that was scanned, and of whose first copy something is typed."""
    made = own_copy(tmp_path / "exam")
    shapes = written_out(made, tmp_path / "a.pdf")
    scan(made, tmp_path / "a.pdf")
    code = made.manifest.copies[0].code
    take_typed(Scans(made), {Slot(code, "1", "shape"): shapes[code]}, "Ada")
    yield made
    made.store.close()


def sheet(exam: Exam) -> bytes:
    """What goes back to the first student."""
    return returned(exam, Scans(exam), next(iter(standing(exam, marked(exam))[0])))


def test_a_comment_goes_back_with_its_page(own: Exam) -> None:
    """A pin of its number stands where it was set, its whole text beside the page and as an annotation of the PDF, and
    nothing of the page is covered by it; a page without comments is as wide as before.
    """
    code, scans = own.manifest.copies[0].code, Scans(own)
    set_pin(scans, code, 1, (500.0, 700.0), HOSTILE, "Ada")
    set_pin(scans, code, 1, (300.0, 300.0), "above it", "Ada")
    number, place = beside(scans.layout(code), "1", "shape")
    set_pin(scans, code, number, place, "word " * 199, "Ada")
    content = sheet(own)
    with pikepdf.open(io.BytesIO(content)) as whole:
        assert not whole.check_pdf_syntax()
        annots: Any = whole.pages[0].obj.Annots
        assert [str(it.Contents)[:8] for it in annots] == ["above it", "word wor", "Ωραία: ∑"]
        middle = [(float(it.Rect[0] + it.Rect[2]) / 2, float(it.Rect[1] + it.Rect[3]) / 2) for it in annots]
        assert middle[0] == (300.0, 792 - 300)
        widths = [float(it.mediabox[2]) for it in whole.pages]
        assert widths[0] == 612 + 190
        assert {*widths[1:]} == {612.0}
    with pdfium().PdfDocument(content) as whole:
        text = whole[0].get_textpage().get_text_bounded(left=612).replace("\r\n", " ").replace("\ufffe", "")
        shown = whole[0].render(scale=1).to_numpy()
    for said in ("1 above it", "Ωραία: ∑ x² ≤ 1 \\alpha #let x = 1 $ [*] ) Tj ET", "<b> and more"):
        assert said in " ".join(text.split())
    assert text.count("word") == 199
    assert shown[300, 295].tolist() != shown[300, 330].tolist()  # the disk of the pin


def test_more_comments_than_a_page_is_high(own: Exam) -> None:
    """All of them are there: what has no room beside the page stands on a page behind it, and none is cut."""
    code, scans = own.manifest.copies[0].code, Scans(own)
    for i in range(12):
        set_pin(scans, code, 1, (50.0 + i, 100.0 + i), f"c{i} " + "#" * 300 + " word" * 120, "Ada")
    with pdfium().PdfDocument(sheet(own)) as whole:
        texts = [page.get_textpage().get_text_range() for page in whole]
    assert sum(it.count("word") for it in texts) == 12 * 120
    assert sum(it.count("#") for it in texts) == 12 * 300


@given(st.lists(st.tuples(st.sampled_from(["set", "off", "back"]), st.integers(1, 6)), max_size=15))
@settings(max_examples=25, deadline=None)
def test_what_stands_is_what_was_not_taken_off(acts: list[tuple[str, int]]) -> None:
    """Whatever is set, taken off and put back, in any order and twice: none is lost, and the numbers go from 1 on."""
    own, code = _shared()
    before = len(pins_of(own, code, taken_off=True))
    off = {it.name for it in pins_of(own, code, taken_off=True) if it.is_off}
    for what, name in acts:
        if what == "set":
            if len(pins_of(own, code)) < 90:
                before += 1
                assert set_pin(Scans(own), code, 1, (9.0 * name, 50.0), f"{before}", "A").name == f"{before}"
        elif name > before:
            with pytest.raises(MarkschemeError, match="has no comment"):
                move_pin(own, code, f"{name}", "A", off=what == "off")
        else:
            move_pin(own, code, f"{name}", "A", off=what == "off")
            off = off | {f"{name}"} if what == "off" else off - {f"{name}"}
    found = pins_of(own, code, taken_off=True)
    assert [it.name for it in found] == [f"{i}" for i in range(1, before + 1)]
    assert {it.name for it in found if it.is_off} == off
    assert [number for number, _ in in_order(pins_of(own, code))] == [*range(1, before - len(off) + 1)]


_MADE: list[Exam] = []


def _shared() -> tuple[Exam, str]:
    """A scanned exam that all examples write to: what they find there they take as it is."""
    if not _MADE:
        folder = Path(mkdtemp())
        atexit.register(shutil.rmtree, folder)
        _MADE.append(own_copy(folder / "exam"))
        written_out(_MADE[0], folder / "a.pdf")
        scan(_MADE[0], folder / "a.pdf")
    return _MADE[0], _MADE[0].manifest.copies[0].code


@pytest.mark.parametrize(
    ("number", "at", "text", "said"),
    [
        (0, (1.0, 1.0), "x", "has not come in"), (9, (1.0, 1.0), "x", "has not come in"),
        (1, (nan, 1.0), "x", "by 792 points"), (1, (1.0, inf), "x", "by 792 points"), (1, (613.0, 1.0), "x", "by 792"),
        (1, (1.0, -1.0), "x", "by 792"), (1, (1.0, 1.0), " \x1b\u202e\n ", "write a comment"),
        (1, (1.0, 1.0), "x" * (MOST_TEXT + 1), "1,000 are the most"),
    ],
)  # fmt: skip
def test_what_cannot_be_pinned(number: int, at: tuple[float, float], text: str, said: str) -> None:
    """A page that did not come in, a place that is not on it, nothing to say or too much: a line, and nothing kept."""
    own, code = _shared()
    before = own.store.counts()
    with pytest.raises(MarkschemeError, match=said):
        set_pin(Scans(own), code, number, at, text, "A")
    assert own.store.counts() == before


@pytest.mark.parametrize(
    "said", ["", "1", "1:2", "1:2,", "1:-2,3", "1:1e9,3", "1:" + "9" * 5000 + ",1", "1:nan,1", "²:1,1"]
)
def test_what_is_no_place(said: str) -> None:
    """A place is a page and two numbers."""
    with pytest.raises(MarkschemeError, match="has a page and points"):
        place_of(said)


def test_comments_by_command(own: Exam, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`scan comment` pins beside an answer or to a place, takes off, puts back and lists; `scan return` shows them."""
    copy = own.manifest.copies[0].code
    own.store.close()

    def run(*said: str, ok: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["markscheme", "scan", *said])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        assert code == ok
        shown = capsys.readouterr()
        return shown.out + shown.err

    folder = str(own.root)
    run("comment", folder, "30361001", "1", "shape", "Channels come first.", "--who", "Ada")
    assert "page 3 at 310,420" in run("comment", folder, copy, "--at", "3:310,420", "Well done.")
    assert "taken off" in run("comment", folder, copy, "--off", "1", "--who", "A\ud800\x1b")
    run("comment", folder, copy, "--back", "1")
    run("comment", folder, copy, "--off", "2")
    found = json.loads(run("comment", folder, copy, "--json"))["comments"]
    assert [(it["text"], it["who"], it["is_off"]) for it in found] == [
        ("Channels come first.", "Ada", False), ("Well done.", "", True)
    ]  # fmt: skip
    for said in (["text"], ["1", "2", "3", "text"], ["1", "nothing", "text"], ["--at", "1:1,1", "2", "text"],
                 ["--off", "1", "--back", "1"], ["--off", "9"], ["--at", "x", "text"]):  # fmt: skip
        assert "Traceback" not in run("comment", folder, copy, *said, ok=2)
    run("return", folder, copy)
    with pdfium().PdfDocument(own.root / "returned" / f"{copy}.pdf") as whole:
        text = whole[0].get_textpage().get_text_range()
    assert "Channels come first." in " ".join(text.split())
    assert "Well done" not in text


@pytest.mark.parametrize("page", ["letter", "a4"])
@pytest.mark.parametrize("large", ["", "yes"])
def test_a_page_is_as_large_as_it_was_printed(tmp_path: Path, page: Any, large: str) -> None:
    """In large print too: what is shown of a page, and pinned to it, is counted in points of the printed page."""
    (tmp_path / "quiz.toml").write_text(TOML)
    (tmp_path / "roster.csv").write_text(f"student,large_print\ns1,{large}\n")
    exam = new_exam(tmp_path / "exam", str(tmp_path / "quiz.toml"), tmp_path / "roster.csv", page=page)
    list(print_copies(exam, exam.manifest.copies))
    (layout,) = open_exam(exam.root).manifest.layouts.values()
    with pdfium().PdfDocument(next((exam.root / "print").glob("*.pdf"))) as whole:
        assert whole[0].get_size() == pytest.approx(size_of(layout), abs=0.5)
    assert all(it.x + it.width < size_of(layout)[0] for it in layout.places)
