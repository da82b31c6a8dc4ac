"""From scanned sheets back to answers: every page ends somewhere, and nothing is read wrongly in silence."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.scan import blank_pages
from bench.sheets.degrading import scanned
from bench.sheets.writing import Hand, mark_square, write
from markscheme.cli.main import main
from markscheme.core.errors import MarkschemeError
from markscheme.exam.codes import PageCode
from markscheme.exam.folder import Exam, new_exam
from markscheme.exam.marking import marked, standing
from markscheme.exam.printing import print_copies
from markscheme.exam.store import StoredPage
from markscheme.scan import batch
from markscheme.scan.answers import Scans, Slot, second_looks, take_choices
from markscheme.scan.codes import Found, codes_on
from markscheme.scan.deciding import settle
from markscheme.scan.digits import likely
from markscheme.scan.ids import whose
from markscheme.scan.libraries import opencv, pdfium
from markscheme.scan.reading import Reader, Reading
from markscheme.scan.received import Gray, Unreadable, look, pages_of
from markscheme.scan.register import mapped, register, register_unread
from markscheme.scan.returned import returned
from markscheme.scan.squares import Square, chosen, square
from markscheme.scan.states import ACTS, STATES, Folded, counts, fold
from markscheme.scan.typing import groups_of, take_typed
from tests.scanned_exam import (
    TOML,
    fill,
    own_copy,
    pdf_of,
    places,
    printed_exam,
    printed_pages,
    read_everything,
    scan,
    written_out,
)


@pytest.fixture(scope="module")
def exam() -> Exam:
    """A printed exam of two students, and a copy for nobody."""
    return printed_exam()


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, int], Gray]:
    """Its pages at 200 dpi."""
    return printed_pages()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Exam]:
    """A copy of the exam, to do with as one likes."""
    made = own_copy(tmp_path / "exam")
    yield made
    made.store.close()


def states(exam: Exam) -> list[str]:
    return [it.state for it in fold(exam.store.pages()).values()]


# Whose, and where


@pytest.mark.parametrize("level", ["mild", "harsh", "photo"])
def test_a_page_lies_where_it_lies(exam: Exam, printed: dict[tuple[str, int], Gray], level: Any) -> None:
    """A degraded page is what it is, and lies where it was put or is not registered: never wrong in silence."""
    rng = np.random.default_rng(7)
    reader = Reader(exam)
    grid = np.array([(x, y) for x in (60, 300, 550) for y in (60, 400, 730)], float)
    held = 0
    for (code, number), page in [*printed.items()][:4]:
        made = scanned(page, rng, level)
        found = codes_on(made.page)
        assert {(it.code.copy, it.code.page) for it in found} <= {(code, number)}
        if not found:
            continue
        lies = register(made.page, reader.blank(code, number), found)
        if lies.holds:
            held += 1
            off = np.linalg.norm(mapped(lies.map, grid) - made.truth(grid), axis=1).max()
            assert off * 200 / made.dpi < 6
    assert held >= 3


@pytest.mark.parametrize("pixels", [8, 16])
@pytest.mark.parametrize("share", [0.15, 0.5, 0.85])
def test_no_part_of_a_page_is_outvoted(
    exam: Exam, printed: dict[tuple[str, int], Gray], share: float, pixels: int
) -> None:
    """Where the few patches of one part of a page lie otherwise than the many of another, as a fold puts them, the page
    waits, or each place of it lies where it is: never is a part cut beside what was written.
    """
    reader = Reader(exam)
    for (code, number), page in [*printed.items()][:3]:
        row = round(share * len(page))
        folded = page.copy()
        folded[row:] = np.roll(page[row:], pixels, axis=1)
        lies = register(folded, reader.blank(code, number), codes_on(folded))
        here = np.array([(it.x + it.width / 2, it.y + it.height / 2) for it in places(exam, code, number)])
        true = here * 200 / 72
        true[true[:, 1] >= row, 0] += pixels
        assert not lies.holds or np.linalg.norm(mapped(lies.map, here) - true, axis=1).max() < 6


def test_another_page_is_not_laid_over(exam: Exam, printed: dict[tuple[str, int], Gray]) -> None:
    """Codes that say another page than the one on which they stand make no crops of it: it does not lie as it must."""
    one, other = (exam.manifest.copies[0].code, 1), (exam.manifest.copies[0].code, 2)
    page = printed[one]
    corners = [(100, 100), (200, 100), (200, 200), (100, 200)]
    found = [Found(PageCode(exam.manifest.exam, *other, "A"), np.array(corners, float))]
    assert not register(page, Reader(exam).blank(*other), found).holds
    assert not register_unread(page, Reader(exam).blank(*other)).holds
    assert register_unread(np.rot90(page).copy(), Reader(exam).blank(*one)).holds


def test_four_turns_and_any_order(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """Pages may come in any order, each turned in one of four ways, and each is found; where the paper is all white, as
    in a scan of one bit, faint ink may be lost, and a choice without a mark waits for a person.
    """
    pages = [np.ascontiguousarray(np.rot90(page, i)) for i, page in enumerate(printed.values())]
    scan(own, pdf_of(pages[::-1], tmp_path / "a.pdf"))
    found = fold(own.store.pages()).values()
    assert [(it.copy, it.number) for it in found] == [*printed][::-1]
    assert {it.state for it in found} == {"registered"}
    said, unclear = Scans(own).choices()
    assert not said
    assert {mark for it in unclear for mark in it.marks.values()} == {"empty"}


def test_a_code_at_the_very_edge_is_read(printed: dict[tuple[str, int], Gray]) -> None:
    """A code over whose rim the edge of the scan goes is read, and stands where it stands."""
    (code, number), page = next(iter(printed.items()))
    cut = page[100:1900, 103:].copy()  # the other code is lost
    cut[-200:, -400:] = 255
    (found,) = codes_on(opencv().GaussianBlur(cut, (0, 0), 0.8))
    assert (found.code.copy, found.code.page, found.code.corner) == (code, number, "A")
    assert np.abs(found.corners - [(-3, 0), (97, 0), (97, 100), (-3, 100)]).max() < 5


def half_torn(page: Gray) -> Gray:
    """A page of whose codes two fifths are gone, so that no reader decodes them."""
    made = page.copy()
    made[90:210, 90:140] = made[-150:-90, -210:-90] = 255
    return made


@pytest.mark.parametrize("at", [0, 1])
def test_codes_that_nobody_decodes_are_known_among_those_printed(
    exam: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path, at: int
) -> None:
    """What is left of two torn codes says which printed page it is, turned and degraded, where no reader decodes them;
    a page whose own codes were never printed is not taken for another, however like they are.
    """
    own_copy(tmp_path / "exam")
    mine = replace(exam, root=tmp_path / "exam")
    (code, number), page = [*printed.items()][at]
    torn = np.ascontiguousarray(np.rot90(scanned(half_torn(page), np.random.default_rng(4), "mild").page, at + 1))
    assert not codes_on(torn)
    read = Reader(mine).read(torn, "page")
    assert (read.copy, read.number, read.codes, read.is_registered) == (code, number, ("A", "B"), True)
    others = [it for it in exam.manifest.copies if it.code != code]
    fewer = replace(mine, manifest=exam.manifest.model_copy(update={"copies": others}))
    assert Reader(fewer).read(torn, "page").whose == "unknown"


def test_what_is_not_ours(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """A page of another exam is foreign, one of two sheets is inconsistent, an empty one is unknown: none is read."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "quiz.toml").write_text(TOML)
    (tmp_path / "other" / "roster.csv").write_text("student\ns1\n")
    foreign = new_exam(
        tmp_path / "other" / "exam", str(tmp_path / "other" / "quiz.toml"), tmp_path / "other" / "roster.csv"
    )
    list(print_copies(foreign, foreign.manifest.copies))
    strange = next(page for _, _, page in blank_pages(foreign))
    one, two = [*printed.values()][:2]
    both = one.copy()
    both[1100:] = two[1100:]
    scan(own, pdf_of([strange, both, np.full_like(one, 250)], tmp_path / "a.pdf"))
    assert states(own) == ["foreign", "inconsistent", "unknown"]
    assert not [*Scans(own).written()]


def test_twice_and_otherwise(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """A sheet that is scanned twice counts once; two sheets with one code are a collision, of which none counts until a
    person says which; both are kept, and it can be undone.
    """
    rng = np.random.default_rng(1)
    code = own.manifest.copies[0].code
    page = fill(own, printed[code, 1], code, 1, {"shape": "[2, 3, 4, 5]"}, rng)
    scan(own, pdf_of([scanned(page, rng, "clean").page for _ in range(2)], tmp_path / "a.pdf"))
    assert states(own) == ["registered", "duplicate"]
    other = fill(own, printed[code, 1], code, 1, {"shape": "[7, 7]"}, rng)
    scan(own, pdf_of([other], tmp_path / "b.pdf"))
    assert states(own) == ["collision"] * 3
    assert not [*Scans(own).written()]
    names = [*fold(own.store.pages())]
    batch.decide(own, [names[2]], "count", "Ada", {})
    assert states(own) == ["duplicate", "duplicate", "registered"]
    batch.decide(own, [names[2]], "undo", "Ada", {})
    assert states(own) == ["collision"] * 3
    scan(own, tmp_path / "b.pdf")
    assert len(states(own)) == 3


def test_a_lost_code_is_inferred_and_confirmed(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """A page beside its neighbor whose codes are lost is proposed, and counts when a person confirms it, not before."""
    code = own.manifest.copies[0].code
    pages = [printed[code, 1].copy(), printed[code, 2].copy()]
    pages[1][:300, :500] = 255
    pages[1][-300:, -500:] = 255
    scan(own, pdf_of(pages, tmp_path / "a.pdf"))
    assert states(own) == ["registered", "unknown"]
    (name,) = batch.infer(own)
    assert states(own) == ["registered", "inferred"]
    assert {it.page for it in Scans(own).written()} == {it for it in fold(own.store.pages()) if it != name}
    batch.decide(own, [name], "confirm", "Ada", {})
    assert states(own) == ["registered", "registered"]
    batch.decide(own, [name], "undo", "Ada", {})
    assert states(own) == ["registered", "inferred"]


# The states add up

NAMES = [f"b-{i}" for i in range(6)]
READINGS = st.one_of(
    st.builds(Reading, whose=st.sampled_from(["foreign", "inconsistent", "unknown"]), why=st.just("said")),
    st.builds(
        Reading, whose=st.just("ours"), copy=st.sampled_from("ABC"), number=st.integers(1, 2),
        codes=st.sampled_from([(), ("A",)]), map=st.sampled_from([(), tuple(float(i) for i in range(9))]),
        ink=st.sampled_from(["00" * 432, "90" * 432]),
    ),
)  # fmt: skip
EVENTS = st.lists(
    st.one_of(
        st.builds(StoredPage, page=st.sampled_from(NAMES), what=st.just("received"), data=st.just({"file": "a"})),
        st.builds(
            StoredPage, page=st.sampled_from(NAMES), what=st.just("read"), data=READINGS.map(Reading.as_json),
            who=st.sampled_from(["", "Ada"]),
        ),
        st.builds(
            StoredPage, page=st.sampled_from(NAMES), what=st.sampled_from(ACTS), data=st.just({"why": "so"}),
            who=st.sampled_from(["", "Ada"]),
        ),
    ),
    max_size=60,
)  # fmt: skip


@given(EVENTS)
@settings(max_examples=300, deadline=None)
def test_the_states_add_up(rows: list[StoredPage]) -> None:
    """Whatever happens, each page that was received is in one state and no other page is in any, of each slot at most
    one scan counts, it is the same whether folded at once or bit by bit, and when all is undone the pages are as if
    nobody had said anything.
    """
    found = fold(rows)
    for count in (0, len(rows) // 2, len(rows)):
        assert Folded().then(rows[:count]).then(rows[count:]).pages == found
    received = {it.page for it in rows if it.what == "received"}
    assert found.keys() == received
    assert sum(counts(found).values()) == len(received)
    assert all(it.state in STATES for it in found.values())
    slots = [(it.copy, it.number) for it in found.values() if it.counts]
    assert len(slots) == len(set(slots))
    undone = fold([*rows, *[StoredPage(it, "undo", {}) for it in received]])
    assert undone == fold([it for it in rows if it.what == "received" or (it.what == "read" and not it.who)])


@pytest.mark.heavy
def test_a_kill_loses_no_page(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """A process that is killed while it reads has lost no page: all are there, in states that add up, and the next one
    reads the others.
    """
    pages = [*printed.values()][:8]
    batch.receive(own, [pdf_of(pages, tmp_path / "a.pdf")])
    reading = get_context("spawn").Process(target=read_everything, args=(own.root,))
    reading.start()
    while reading.is_alive() and "read" not in {it.what for it in own.store.pages()}:
        time.sleep(0.02)
    reading.kill()
    reading.join()
    found = counts(fold(own.store.pages()))
    assert sum(found.values()) == len(pages)
    assert found["received"] < len(pages)
    for _ in batch.read_all(own, batch.unread(own)):
        pass
    assert "received" not in states(own)
    assert len(states(own)) == len(pages)


# Bad input


def test_bad_files(own: Exam, tmp_path: Path) -> None:
    """A file that cannot be read, be it deep in a folder, is refused in a line that says what it is, and nothing of the
    same command is kept.
    """
    good = pdf_of([np.full((600, 500), 255, np.uint8)], tmp_path / "good.pdf")
    with pikepdf.open(good) as whole:
        whole.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    pikepdf.new().save(tmp_path / "none.pdf")
    (tmp_path / "cut.pdf").write_bytes(good.read_bytes()[:200])
    (tmp_path / "no.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "empty").mkdir()
    (tmp_path / "photos" / "more").mkdir(parents=True)
    (tmp_path / "photos" / "notes.txt").write_text("of no page")
    (tmp_path / "photos" / "more" / "IMG_1.HEIC").write_bytes(b"a photograph")
    for name, says in {
        "locked.pdf": "is encrypted", "none.pdf": "has no page", "cut.pdf": "is no whole PDF", "no.jpg": "no picture",
        "a.docx": "is none of", "gone.pdf": "is no file", "empty": "has no PDF", "photos": r"IMG_1\.HEIC is none of",
    }.items():  # fmt: skip
        with pytest.raises(MarkschemeError, match=says):
            batch.receive(own, [good, tmp_path / name] if name != "empty" else [tmp_path / name])
    assert not own.store.pages()


def test_bad_pages(own: Exam, tmp_path: Path) -> None:
    """A page that cannot be read is received and unknown, with why; those beside it are read."""
    pages = [
        Image.new("L", (1, 1)),
        Image.new("L", (850, 1100), 255),
        Image.new("CMYK", (850, 1100)),
        Image.new("RGB", (850, 1100)),
    ]
    pages[0].save(tmp_path / "a.pdf", save_all=True, append_images=pages[1:], resolution=100)
    Image.new("L", (850, 1100), 255).save(
        tmp_path / "b.tiff", save_all=True, append_images=[Image.fromarray(np.full((1100, 850), 60000, np.uint16))]
    )
    Image.new("RGBA", (850, 1100), (0, 0, 0, 0)).save(tmp_path / "c.png")
    with pikepdf.open(tmp_path / "a.pdf") as whole:
        broken: Any = whole.pages[2].obj.Resources.XObject
        next(iter(broken.values())).write(b"\xff\xd8 nothing", filter=pikepdf.Name.DCTDecode)
        whole.save(tmp_path / "d.pdf")
    for path in ("b.tiff", "c.png", "d.pdf"):
        scan(own, tmp_path / path)
    found = [*fold(own.store.pages()).values()]
    assert len(found) == 2 + 1 + 4
    assert {it.state for it in found} == {"unknown"}
    assert all(it.why for it in found)
    assert "1 by 1 pixels" in found[3].why


@pytest.mark.heavy
def test_a_picture_of_a_bomb_is_not_opened(tmp_path: Path) -> None:
    """A picture with more pixels than any scanner makes is named before it is unpacked."""
    Image.new("1", (40_000, 40_000)).save(tmp_path / "a.png")
    with pytest.raises(MarkschemeError, match="too many pixels"):
        look(tmp_path / "a.png")
    Image.new("1", (9_000, 10_000)).save(tmp_path / "b.png")
    ((_, page),) = pages_of(look(tmp_path / "b.png"), range(1))
    assert isinstance(page, Unreadable)


def test_a_pdf_that_lies_about_its_picture(own: Exam, tmp_path: Path) -> None:
    """A PDF whose picture is far larger than it says, or than any scan, is not unpacked: its page is unknown."""
    Image.new("L", (850, 1100), 255).save(tmp_path / "a.pdf", resolution=100)
    packed = io.BytesIO()
    Image.new("L", (9000, 9000), 255).save(packed, "JPEG")
    for number, (large, wide) in enumerate([(True, 850), (False, 30_000)]):
        with pikepdf.open(tmp_path / "a.pdf") as whole:
            picture: Any = next(iter(whole.pages[0].obj.Resources.XObject.values()))
            if large:
                picture.write(packed.getvalue(), filter=pikepdf.Name.DCTDecode)
            else:
                picture.write(b"\0" * 100)
            picture.Width, picture.Height = wide, wide
            whole.save(tmp_path / f"{number}.pdf")
        scan(own, tmp_path / f"{number}.pdf")
    found = [*fold(own.store.pages()).values()]
    assert [it.state for it in found] == ["unknown", "unknown"]
    assert ["pixels" in it.why for it in found] == [True, True]


# Squares


@given(
    st.dictionaries(st.sampled_from([*"ABCD", "none", "?"]), st.sampled_from(["empty", "marked", "doubtful"])),
    st.booleans(),
)
def test_a_doubtful_square_is_a_persons(squares: Any, several: bool) -> None:
    """A choice with a doubtful square, or with two squares that exclude each other, says nothing by itself."""
    said = chosen(squares, several=several)
    marks = [label for label, it in squares.items() if it == "marked"]
    if "doubtful" in squares.values() or (len(marks) > 1 and (not several or {"none", "?"} & {*marks})):
        assert said is None
    else:
        assert said == ", ".join(marks)


@given(st.floats(0, 1), st.floats(0, 1))
def test_nothing_between_is_certain(within: float, around: float) -> None:
    """Between empty and marked there is doubt: no darkness lies between two certainties."""
    mark = Square(within, around).mark
    if within > 0.14:
        assert mark != "empty"
    if within <= 0.035:
        assert mark != "marked"
    if 0.035 < within < 0.14:
        assert mark == "doubtful"


def test_creases_and_specks_mark_no_square(exam: Exam, printed: dict[tuple[str, int], Gray]) -> None:
    """A crease across an empty square, wherever it lies, and the specks of a scan of one bit are never taken for ink; a
    filled square is never empty below them.
    """
    rng = np.random.default_rng(0)
    as_set = np.diag([200 / 72, 200 / 72, 1])
    code, number = next(it for it in printed if any(one.kind == "square" for one in places(exam, *it)))
    blank = printed[code, number]
    it = next(it for it in places(exam, code, number) if it.kind == "square" and it.name != "continued")
    for filled in (False, True):
        written = blank.copy()
        if filled:
            mark_square(written, "fill", (it.x, it.y, it.width, it.height), rng)
        specks = [np.where(rng.random(written.shape) < share, 0, written).astype(np.uint8) for share in (0.1, 0.3)]
        scans: list[Gray] = [*specks]
        for off in np.linspace(-2, it.height + 2, 9):
            creased = written.copy()
            y = round((it.y + off) * 200 / 72)
            creased[y : y + 3] = np.minimum(creased[y : y + 3], int(rng.integers(100, 170)))
            scans.append(creased)
        marks = {square(one, as_set, it, blank).mark for one in scans}
        assert ("empty" if filled else "marked") not in marks


# Whose a spare copy is


def sharp(student: str, doubtful: int = -1) -> list[list[float]]:
    """What a reader says of an ID, of which one digit may be doubtful."""
    boxes = [[0.9991 if digit == int(it) else 0.0001 for digit in range(10)] for it in student]
    if doubtful >= 0:
        boxes[doubtful] = [0.1] * 10
    return boxes


IDS = st.lists(st.text("0123456789", min_size=6, max_size=6), min_size=3, max_size=12, unique=True)


@given(IDS, st.data())
def test_an_id_is_taken_only_where_nobody_else_is_near(ids: list[str], data: st.DataObject) -> None:
    """An ID that is read clearly is taken; one whose doubtful digit could make it another's is not, nor one that is not
    on the roster, nor one that two copies bear.
    """
    mine, stranger, *others = ids
    roster = sorted([mine, *others])
    (found,) = whose({"A": sharp(mine)}, roster)
    assert (found.student, found.is_sure) == (mine, True)
    assert not any(it.is_sure for it in whose({"A": sharp(stranger)}, roster))
    assert not any(it.is_sure for it in whose({"A": sharp(mine), "B": sharp(mine)}, roster))
    at = data.draw(st.integers(0, 5))
    near = mine[:at] + str((int(mine[at]) + 1) % 10) + mine[at + 1 :]
    (found,) = whose({"A": sharp(mine, at)}, sorted({*roster, near}))
    assert not found.is_sure


def test_boxes_without_a_digit_say_nothing() -> None:
    """An empty box, one that is all ink, and one that is only its frame make all digits alike."""
    frame = np.full((114, 96), 255, np.uint8)
    frame[:3] = frame[-3:] = 140
    frame[:, :3] = frame[:, -3:] = 140
    for crop in (np.full_like(frame, 250), frame, np.clip(frame.astype(int) - 20, 0, 255).astype(np.uint8)):
        assert likely(crop, frame).tolist() == [0.1] * 10


def test_hands_that_were_never_seen_are_read() -> None:
    """Digits of an alphabet that the reader was not trained on are read in boxes, but for a few."""
    rng = np.random.default_rng(0)
    right = 0
    for i in range(60):
        page = np.full((114, 96), 255, np.uint8)
        write(page, Hand.drawn(rng), str(i % 10), (2, 1.5, 12, 16), rng, dpi=432, most=12)
        right += int(np.argmax(likely(page, np.full_like(page, 255)))) == i % 10
    assert right >= 50


# Answers


def test_from_pages_to_marks(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """Squares are read, but for those that a person has to see; what is typed for groups becomes each copy's answer,
    with its page; and the exam marks it.
    """
    shapes = written_out(own, tmp_path / "a.pdf")
    scan(own, tmp_path / "a.pdf")
    scans = Scans(own)
    taken, unclear = take_choices(scans)
    codes = [it.code for it in own.manifest.copies]
    found = {key: it.text for key, it in own.store.answers().items()}
    assert found == {
        (codes[0], "2(a)", "batch"): "A", (codes[0], "2(a)", "layer"): "",
        (codes[1], "2(a)", "batch"): "B", (codes[1], "2(a)", "layer"): "A",
    } | {key: text for key, text in found.items() if key[1] != "2(a)"}  # fmt: skip
    assert [(it.written.slot.code, it.written.slot.answer) for it in unclear] == [(codes[2], "batch")]
    assert taken.nobodys == (codes[2],)
    groups = groups_of(scans, "1", "shape")
    assert sorted(one.slot.code for it in groups for one in it.written) == sorted(codes)
    assert not any(it.is_empty for it in groups)
    texts = {Slot(code, "1", "shape"): shapes[code] for code in codes[:2]}
    assert take_typed(scans, texts, "Ada")[0].new == 2
    assert own.store.answers()[codes[0], "1", "shape"].source.startswith("scan ")
    assert {it.student: it.seed for it in marked(own)} == {"30361001": codes[0], "30362002": codes[1]}
    assert take_typed(scans, texts | {Slot(codes[0], "1", "shape"): "[1]"}, "Bob")[0].other == (
        Slot(codes[0], "1", "shape"),
    )
    assert not second_looks(scans)
    sheet = returned(own, scans, next(iter(standing(own, marked(own))[0])))
    with pikepdf.open(io.BytesIO(sheet)) as whole:
        pages = [number for code, number in printed if code == codes[0]]
        assert len(whole.pages) >= 2 * len(pages)  # the own ones, and the key behind
        texts = b"".join([it.Contents.read_bytes() for it in whole.pages[: len(pages)]])
        assert b"/3) Tj" in texts


def test_what_nobody_has_read_is_not_blank(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """Of a copy that came in, what is not typed yet and what stands on a page that is missing or lies badly waits for a
    person, and earns nothing; where it is typed, it is marked; of a copy of which nothing came in, nothing is.
    """
    code, other = [it.code for it in own.manifest.copies][:2]
    scan(own, pdf_of([printed[code, 1]], tmp_path / "a.pdf"))
    settle(Scans(own))
    (report,) = marked(own)
    assert {it.verdict.status for it in report.marks} == {"by hand"}
    said = {it.answer: it.text for it in report.marks}
    assert said["shape"] == f"(on page 1 of {code}, not typed yet)"
    assert said["batch"] == f"(on page 2 of {code}, which has not come in)"
    take_typed(Scans(own), {Slot(code, "1", "shape"): ""}, "Ada")
    (report,) = marked(own)
    assert {it.answer: it.verdict.status for it in report.marks} == dict.fromkeys(said, "by hand") | {"shape": "blank"}
    scan(own, pdf_of([printed[other, 2], fill(own, printed[code, 2], code, 2, {"batch/B": "fill", "layer/A": "fill"},
                                              np.random.default_rng(0))], tmp_path / "b.pdf"))  # fmt: skip
    settle(Scans(own))
    whole, half = marked(own)
    assert {it.answer: it.text for it in whole.marks if it.question == "2(a)"} == {"batch": "B", "layer": "A"}
    assert "by hand" not in {it.verdict.status for it in whole.marks if it.question == "2(a)"}
    assert {it.answer: it.text for it in half.marks}["shape"] == f"(on page 1 of {other}, which has not come in)"


def test_another_scan_is_looked_at_again(own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path) -> None:
    """Where another scan of a page counts than the one that was read, its answers are named, and stay as they are."""
    shapes = written_out(own, tmp_path / "a.pdf")
    scan(own, tmp_path / "a.pdf")
    code = own.manifest.copies[0].code
    take_typed(Scans(own), {Slot(code, "1", "shape"): shapes[code]}, "Ada")
    rng = np.random.default_rng(5)
    scan(own, pdf_of([fill(own, printed[code, 1], code, 1, {"shape": "[9, 9]"}, rng)], tmp_path / "b.pdf"))
    assert [(it.code, it.answer) for it in second_looks(Scans(own))] == [(code, "shape")]
    assert own.store.answers()[code, "1", "shape"].text == shapes[code]


# The command line


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: Any
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command line in this process; it must end with `ok`."""

    def run_main(*arguments: object, ok: int = 0) -> Ran:
        monkeypatch.setattr("sys.argv", ["markscheme", *map(str, arguments)])
        code: Any = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out = capsys.readouterr()
        ran = Ran(code, out.out, out.err)
        assert ran.code == ok, ran
        return ran

    return run_main


def test_an_evening_by_its_commands(
    own: Exam, printed: dict[tuple[str, int], Gray], tmp_path: Path, run: Callable[..., Ran]
) -> None:
    """Scans go in, groups come out to be typed, and marks follow, by commands alone; mistakes are one line."""
    shapes = written_out(own, tmp_path / "a.pdf")
    own.store.close()
    found = json.loads(run("scan", own.root, tmp_path / "a.pdf", "--jobs", "1", "--json").out)
    assert found["states"]["registered"] == found["pages"] == len(printed)
    run("scan", "crops", own.root, "1")
    path = own.root / "scans" / "typing" / "1-shape.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert (path.parent / "1-shape-1.png").is_file()
    split = [row | {"copies": code, "text": shapes[code]} for row in rows for code in row["copies"].split()]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(split)
    spare = own.manifest.copies[-1].code
    ran = run("scan", "type", own.root, path, "--who", "Ada", ok=2)
    assert f"{spare} is nobody's yet" in ran.err
    assert "2 answers typed" in ran.out
    assert "has no student" in run("scan", "decide", own.root, "--owner", f"{spare}:nobody", ok=2).err
    assert len(json.loads(run("exam", "mark", own.root, "--feedback", "html", "--json").out)["students"]) == 2
    first = own.manifest.copies[0].code
    sheet = (own.root / "marks" / "feedback" / f"{first}.html").read_text()
    assert 'src="data:image/jpeg;base64,' in sheet
    (told,) = json.loads(run("exam", "why", own.root, first, "1", "--json").out)
    assert told["picture"].endswith(".png")
    assert Path(told["picture"]).is_file()
    run("exam", "mark", own.root, "--feedback", "pdf")
    with pdfium().PdfDocument(own.root / "marks" / "feedback" / f"{first}.pdf") as told_in_print:
        image = pdfium().raw.FPDF_PAGEOBJ_IMAGE
        assert any([*page.get_objects(filter=[image], max_depth=6)] for page in told_in_print)
    assert (
        "is no file"
        in run("scan", own.root, "nothing.pdf", ok=2).err + run("scan", "read", own.root, "nothing.pdf", ok=2).err
    )
    assert "say one thing" in run("scan", "decide", own.root, "x", ok=2).err
    assert "no scanned page 'x'" in run("scan", "decide", own.root, "x", "--undo", ok=2).err
