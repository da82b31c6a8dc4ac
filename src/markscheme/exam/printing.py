"""Printing an exam: a PDF a copy and its key, and one file for the printer. No copy is printed in two ways."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from markscheme.core.errors import MarkschemeError
from markscheme.core.parallel import run
from markscheme.exam.codes import codes_of
from markscheme.exam.folder import Exam, open_exam
from markscheme.exam.room import neighbors_of
from markscheme.exam.secret import PRIVATE
from markscheme.paper.copies import proven
from markscheme.paper.files import write_whole
from markscheme.paper.fonts import printable, record
from markscheme.paper.manifest import NAME as MANIFEST
from markscheme.paper.manifest import Layout, Manifest, PrintedCopy, numbers_of
from markscheme.paper.places import digest_of, places_in
from markscheme.paper.printing import Copy, pdf

FOLDER = "print"
KEYS = "keys"
FOR_THE_PRINTER = "all.pdf"
LARGE = 18 / 10.5
_COUNT = re.compile(rb"/Type/Pages/Count (\d+)")
Task: TypeAlias = tuple[str, str]
"""The exam's folder, and the code of a copy."""


class Made(NamedTuple):
    """A copy as it was printed."""

    code: str
    blank: bytes
    key: bytes
    unchecked: dict[str, str]


def print_copies(exam: Exam, copies: Sequence[PrintedCopy], executor: Executor | None = None) -> Iterator[Made]:
    """Print copies, and keep each with its key as soon as it is there.

    Raises `MarkschemeError` where a copy would be another one than was printed before.
    """
    before = printed_before(exam)
    for made in run(print_one, [(str(exam.root), it.code) for it in copies], executor):
        hashes = {"blank": _hash(made.blank), "key": _hash(made.key)}
        if before.get(made.code, hashes) != hashes:
            raise MarkschemeError(f"the copy {made.code} would not be what was printed: {_differing(exam)}")
        write_whole(exam.root / FOLDER / f"{made.code}.pdf", made.blank)
        write_whole(exam.root / KEYS / f"{made.code}.pdf", made.key)
        if made.code not in before:
            with exam.store.adding("print", code=made.code, **hashes):
                pass
        yield made
    note_layouts(exam)


def note_layouts(exam: Exam) -> Manifest:
    """Write into the manifest where each printed copy is written on, as its PDF tells, and return it."""
    manifest = exam.manifest
    layouts, copies = dict(manifest.layouts), list(manifest.copies)
    for i, it in enumerate(copies):
        page = exam.root / FOLDER / f"{it.code}.pdf"
        if it.layout or not page.is_file():
            continue
        pages, places = places_in(page.read_bytes(), exam.paper.on_copy(it.seed), LARGE if it.large else 1)
        layout = Layout(page=manifest.page, large=it.large, pages=pages, places=tuple(places))
        digest = digest_of(layout)
        layouts[digest] = layout
        copies[i] = it.model_copy(update={"layout": digest})
    if layouts.keys() == manifest.layouts.keys():
        return manifest
    known = manifest.model_copy(update={"layouts": layouts, "copies": tuple(copies)})
    write_whole(exam.root / MANIFEST, known.as_bytes(), PRIVATE)
    return known


def print_one(task: Task) -> Made:
    """One copy and its key, proven, in whatever process."""
    root, code = task
    exam = _opened(root)
    it = exam.copy(code)
    items, unchecked = proven(exam.paper, it.seed)
    if numbers_of(items) != it.numbers:
        raise MarkschemeError(f"the numbers of the copy {code} are not those of its manifest: a problem has changed")
    student = exam.students.get(it.student)
    later = {one.student for one in exam.manifest.copies if one.late and one.number > it.number}
    around = {
        where: f"{shown.name or '–'} ({shown.student})"
        for where, other in (neighbors_of(exam.root, it.student, later).items() if student else ())
        if (shown := printable(exam.students[other]))
    }
    boxes = 0 if student else id_boxes(exam)
    paper = exam.paper.on_copy(it.seed).in_language(student.language if student else "")
    grid = boxes > 0 and exam.paper.entry.id == "grid" and has_digits_alone(exam)
    copy = Copy(paper, code, items, student, it.version, around, large=it.large, id_boxes=boxes, id_grid=grid)
    blank, key = _with_codes(exam, copy)
    if it.large:
        blank, key = magnified(blank), magnified(key)
    return Made(code, blank, key, unchecked)


MOST_BOXES = 14


def id_boxes(exam: Exam) -> int:
    """How many boxes a spare copy has for an ID: as many as all IDs of the roster have characters, 0 if they differ."""
    lengths = {len(it.student) for it in exam.manifest.copies if it.student and not it.late}
    count = lengths.pop() if len(lengths) == 1 else 0
    return count if count <= MOST_BOXES else 0


def has_digits_alone(exam: Exam) -> bool:
    """Whether the IDs of the roster are made of the digits 0 to 9, for each of which a square can stand."""
    ids = [it.student for it in exam.manifest.copies if it.student and not it.late]
    return all([it.isascii() and it.isdecimal() for it in ids])


_PAGES: dict[bool, int] = {}


def _with_codes(exam: Exam, copy: Copy) -> tuple[bytes, bytes]:
    """A copy and its key, with two codes on each page of the copy; at first as many as the last one had pages."""
    page = exam.manifest.page
    while True:
        count = _PAGES.get(copy.large, 8)
        coded = replace(copy, codes=codes_of(exam.manifest.exam, copy.seed, count))
        blank = pdf(coded, solutions=False, page=page)
        _PAGES[copy.large] = page_count(blank)
        if _PAGES[copy.large] <= count:
            return blank, pdf(coded, solutions=True, page=page)


def page_count(content: bytes) -> int:
    """How many pages a PDF of Typst has."""
    return max([int(it) for it in _COUNT.findall(content)])


def magnified(content: bytes) -> bytes:
    """A PDF with its pages as large as their text needs to have 18 pt."""
    import pikepdf  # noqa: PLC0415 (only printing an exam needs it)

    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as whole:
        for page in whole.pages:
            for name in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
                if name in page:
                    page[name] = pikepdf.Array([round(float(it) * LARGE, 2) for it in page[name]])
            page.contents_add(f"{LARGE:.6f} 0 0 {LARGE:.6f} 0 0 cm\n".encode(), prepend=True)
        whole.save(made, deterministic_id=True)
    return made.getvalue()


_KNOWN: dict[str, tuple[object, Exam]] = {}


def _opened(root: str) -> Exam:
    """An exam, opened once a process for as long as its manifest and its seats are as they were."""
    stamp = [
        page.stat().st_mtime_ns if page.exists() else 0
        for page in map(Path(root).joinpath, ("manifest.json", "seats.csv"))
    ]
    if root not in _KNOWN or _KNOWN[root][0] != stamp:
        _KNOWN.clear()
        _KNOWN[root] = (stamp, open_exam(Path(root)))
    return _KNOWN[root][1]


def printed_before(exam: Exam) -> dict[str, dict[str, str]]:
    """The hashes of what was printed, blank and key, by code."""
    events = [it["data"] for it in exam.store.events("print")]
    return {it["code"]: {"blank": it["blank"], "key": it["key"]} for it in events}


def left_to_print(exam: Exam) -> list[PrintedCopy]:
    """The copies of which a file is missing, or is not the one that was printed."""
    before = printed_before(exam)
    return [it for it in exam.manifest.copies if not _is_there(exam, it.code, before.get(it.code))]


def _is_there(exam: Exam, code: str, hashes: dict[str, str] | None) -> bool:
    pages = {"blank": exam.root / FOLDER / f"{code}.pdf", "key": exam.root / KEYS / f"{code}.pdf"}
    return hashes is not None and all(
        [page.is_file() and _hash(page.read_bytes()) == hashes[which] for which, page in pages.items()]
    )


def for_the_printer(exam: Exam) -> bytes:
    """All copies in one file, in the order of seats or of the roster; each begins on a right-hand page."""
    import pikepdf  # noqa: PLC0415 (only printing needs it)

    whole: Any = pikepdf.new()
    seen: dict[bytes, Any] = {}
    for it in in_order(exam):
        with pikepdf.open(exam.root / FOLDER / f"{it.code}.pdf") as one:
            if len(whole.pages) % 2:
                whole.add_blank_page(page_size=(one.pages[0].mediabox[2], one.pages[0].mediabox[3]))
            whole.pages.extend(one.pages)
    _share(whole, seen)
    made = io.BytesIO()
    whole.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def _share(whole: Any, seen: dict[bytes, Any]) -> None:
    """Keep one of fonts that are alike."""
    import pikepdf  # noqa: PLC0415

    for it in whole.objects:
        if not isinstance(it, pikepdf.Dictionary) or it.get("/Type") != "/FontDescriptor":
            continue
        for name in ("/FontFile", "/FontFile2", "/FontFile3"):
            if name in it:
                digest = sha256(it[name].read_raw_bytes()).digest()
                it[name] = seen.setdefault(digest, it[name])
    whole.remove_unreferenced_resources()


def in_order(exam: Exam) -> list[PrintedCopy]:
    """The copies as they are handed out: by row and seat where there are seats, spare ones last."""

    def place(it: PrintedCopy) -> tuple[bool, int, int, int]:
        student = exam.students.get(it.student)
        known = student and student.row.isdecimal() and student.seat.isdecimal()
        row, seat = (int(student.row), int(student.seat)) if student and known else (10**6, 0)
        return (not it.student, row, seat, it.number)

    return sorted(exam.manifest.copies, key=place)


def _differing(exam: Exam) -> str:
    """Which version or font is another one than the exam was made with."""
    from markscheme import __version__  # noqa: PLC0415

    then: Any = exam.manifest.fonts.get("packages", {})
    now: Any = record(system=False)["packages"]
    other = [f"{name} {then.get(name, 'none')} then, {now.get(name, 'none')} now"
             for name in sorted({*then, *now}) if then.get(name) != now.get(name)]  # fmt: skip
    if exam.manifest.markscheme != __version__:
        other.append(f"markscheme {exam.manifest.markscheme} then, {__version__} now")
    return "; ".join(other) or "the roster, the seats or the program's own files have changed since"


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def unchecked_of(made: Iterable[Made]) -> dict[str, str]:
    """The answers that no second way confirmed in any copy."""
    return {name: problem for it in made for name, problem in it.unchecked.items()}
