"""What is read of one scanned page: whose it is, where it lies, its squares. Plain data, for the exam's store."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from markscheme.exam.codes import PageCode
from markscheme.exam.folder import Exam
from markscheme.exam.printing import FOLDER as PRINTED
from markscheme.paper.files import complaining, write_whole
from markscheme.paper.manifest import Layout, Place, PrintedCopy
from markscheme.scan.codes import Found, codes_on
from markscheme.scan.crops import cut, ink, printed
from markscheme.scan.issued import issued_on
from markscheme.scan.libraries import opencv, pdfium
from markscheme.scan.received import Batch, Gray, Unreadable, as_png, pages_of
from markscheme.scan.register import DPI, Blank, Map, Registration, blank_page, register, register_unread
from markscheme.scan.squares import Mark, digit_of, square

Whose: TypeAlias = Literal["ours", "foreign", "inconsistent", "unknown"]

SCANS: Final = "scans"
BATCHES: Final = f"{SCANS}/batches"
CROPS: Final = f"{SCANS}/crops"
LIKELY_MATCHED: Final = 0.3
"""The share of a page's patches from which it may be the page that is tried."""
MOST_KINDS: Final = 40
"""Pages that one without a code is tried as."""
_LOOKS_EMPTY: Final = 0.0015
"""The share of dark pixels below which a page without a code looks empty."""
_WHITE: Final = 255
_PAPER: Final = 200
"""The darkest that paper is taken for."""
_BLEACHED: Final = 0.9
"""The share of paper that is white altogether, from which a page is bleached."""


@dataclass(frozen=True)
class Reading:
    """What was read of a page."""

    whose: Whose
    copy: str = ""
    number: int = 0
    """The page's, from 1."""
    why: str = ""
    """Why it is nobody's, in a sentence."""
    codes: tuple[str, ...] = ()
    """The corners whose codes were read."""
    map: tuple[float, ...] = ()
    """From points of the page to pixels of the scan, row by row; empty where the page does not lie as it must."""
    residual: float = 0
    matched: float = 0
    looks_empty: bool = False
    ink: str = ""
    """How much is written where, coarsely: what two scans of one sheet have in common."""
    squares: Mapping[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    """Of each square, by the number of its place in the layout: how dark it is within and around."""
    is_bleached: bool = False
    """Whether its paper is all white, so that faint ink may be lost: a scan of one bit, or one made whiter."""
    id: tuple[tuple[float, ...], ...] = ()
    """Of each box for the ID, how likely each digit is."""

    @property
    def is_registered(self) -> bool:
        """Whether crops are cut of it."""
        return bool(self.map)

    @property
    def homography(self) -> Map:
        """The map as a matrix of shape (3, 3)."""
        return np.array(self.map).reshape(3, 3)

    def as_json(self) -> dict[str, Any]:
        """As plain data, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value not in ("", 0, (), {}, False)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Reading:
        """From plain data."""
        given = dict(said)
        given |= {name: tuple(said[name]) for name in ("codes", "map") if name in said}
        given |= {"id": tuple([tuple(it) for it in said.get("id", ())])}
        given |= {"squares": {name: (it[0], it[1]) for name, it in said.get("squares", {}).items()}}
        return cls(**given)


class Reader:
    """Reads pages of one exam; what was printed is drawn once a page."""

    def __init__(self, exam: Exam) -> None:
        self.exam = exam
        self._copies: dict[str, PrintedCopy] = {it.code: it for it in exam.manifest.copies}

    def read(self, page: Gray | Unreadable, name: str) -> Reading:
        """What stands on a page; its crops are kept under the page's name."""
        if isinstance(page, Unreadable):
            return Reading("unknown", why=str(page))
        found = self.codes_on(page)
        codes = tuple(sorted({it.code.corner for it in found}))
        if not found:
            empty = looks_empty(page)
            why = "it looks empty" if empty else "no code can be read on it"
            return Reading("unknown", why=why, looks_empty=empty)
        said = {it.code for it in found}
        foreign = [it for it in said if it.exam != self.exam.manifest.exam or it.copy not in self._copies]
        if foreign:
            return self._not_ours(said, foreign, codes)
        if len({(it.copy, it.page) for it in said}) > 1:
            two = " and ".join(sorted({f"page {it.page} of {it.copy}" for it in said}))
            return Reading("inconsistent", why=f"it says {two}: folded, or two sheets at once", codes=codes)
        copy, number = found[0].code.copy, found[0].code.page
        layout = self.layout(copy)
        if layout is None or not 1 <= number <= layout.pages:
            return Reading("inconsistent", copy, number, f"the copy {copy} has no page {number}", codes)
        blank = self.blank(copy, number)
        return self._registered(page, name, copy, number, blank, register(page, blank, found), codes)

    def read_as(self, page: Gray, name: str, copy: str, number: int) -> Reading:
        """A page without a code, as if it were one of a copy: read where it lies as that one must."""
        blank = self.blank(copy, number)
        return self._registered(page, name, copy, number, blank, register_unread(page, blank), ())

    def cut_again(self, name: str, reading: Reading) -> None:
        """Make the crops of a page that was read once more. Raises `Unreadable` where its batch is lost."""
        layout = self.layout(reading.copy)
        assert layout is not None
        here = [(i, it) for i, it in enumerate(layout.places) if it.page == reading.number]
        page, blank = page_named(self.exam, name), self.blank(reading.copy, reading.number)
        self._keep_crops(page, reading.homography, blank, name, here)

    def layout(self, copy: str) -> Layout | None:
        """Where a copy is written on; None where it was never printed."""
        return self.exam.manifest.layouts.get(self._copies[copy].layout)

    def blank(self, copy: str, number: int) -> Blank:
        """A page as it was printed."""
        pypdfium2 = pdfium()

        with pypdfium2.PdfDocument(self.exam.root / PRINTED / f"{copy}.pdf") as whole:
            drawn = whole[number - 1].render(scale=DPI / 72 * (1 - 1e-6), grayscale=True)
            return blank_page(np.array(drawn.to_numpy()).squeeze())

    def codes_on(self, page: Gray) -> list[Found]:
        """The codes on a page; where none can be decoded, those of the printed page that it is, if enough is left."""
        if found := codes_on(page):
            return found
        if looks_empty(page):
            return []
        for copy, number in self._kinds_of_page:
            blank = self.blank(copy, number)
            lies = register_unread(page, blank)
            if lies.matched >= LIKELY_MATCHED:
                pages = [PageCode(self.exam.manifest.exam, it, number, "A") for it in self._copies]
                if found := issued_on(page, lies.map, blank.size, pages):
                    return found
        return []

    @cached_property
    def _kinds_of_page(self) -> list[tuple[str, int]]:
        """Pages that are written on at different places, one of each kind: a copy that has it, and its number."""
        kinds: dict[tuple[object, ...], list[tuple[str, int]]] = {}
        for code in self._copies:
            if layout := self.layout(code):
                for number in range(1, layout.pages + 1):
                    here = tuple([it for it in layout.places if it.page == number])
                    kinds.setdefault(here or (number,), []).append((code, number))
        return [it[0] for it in sorted(kinds.values(), key=len, reverse=True)[:MOST_KINDS]]

    def _not_ours(self, said: set[PageCode], foreign: Sequence[PageCode], codes: tuple[str, ...]) -> Reading:
        if len(foreign) < len(said):
            return Reading("inconsistent", why="it has a code of this exam and one of another", codes=codes)
        it = foreign[0]
        if it.exam != self.exam.manifest.exam:
            why = f"it is of another exam ({it.exam}), page {it.page} of {it.copy}"
        else:
            why = f"this exam has no copy {it.copy}"
        return Reading("foreign", it.copy, it.page, why, codes)

    def _registered(
        self, page: Gray, name: str, copy: str, number: int, blank: Blank, found: Registration, codes: tuple[str, ...]
    ) -> Reading:
        residual, matched = round(min(found.residual, 99.0), 3), round(found.matched, 3)
        if not found.holds:
            why = f"it cannot be laid over what was printed ({matched:.0%} of it found, off by {residual} pt)"
            return Reading("ours", copy, number, why, codes, residual=residual, matched=matched)
        layout = self.layout(copy)
        assert layout is not None
        here = [(i, it) for i, it in enumerate(layout.places) if it.page == number]
        self._keep_crops(page, found.map, blank, name, here)
        seen = {str(i): square(page, found.map, it, blank.raster) for i, it in here if it.kind == "square"}
        boxes = [it for _, it in here if it.kind == "id" and it.name]
        return Reading(
            "ours", copy, number, "", codes, tuple([float(it) for it in found.map.ravel()]), residual, matched,
            ink=ink_of(page, found.map, blank.raster),
            squares={name: (it.within, it.around) for name, it in seen.items()},
            is_bleached=bool(seen) and is_bleached(page),
            id=tuple(_filled(page, found.map, boxes, blank.raster) or _digits(page, found.map, boxes, blank.raster)),
        )  # fmt: skip

    def _keep_crops(self, page: Gray, found: Map, blank: Blank, name: str, places: Sequence[tuple[int, Place]]) -> None:
        """Cut blanks and squares at once; boxes to work in are cut when somebody looks at them."""
        folder = self.exam.root / CROPS / name
        with complaining(folder):
            shutil.rmtree(folder, ignore_errors=True)  # crops of an earlier reading
            folder.mkdir(parents=True, exist_ok=True)
            for i, it in places:
                if it.kind not in ("blank", "square"):
                    continue
                crop = cut(page, found, it)
                write_whole(folder / f"{i}.png", as_png(crop))
                if it.kind == "blank":
                    written = ink(crop, printed(blank.raster, it))
                    write_whole(folder / f"{i}.ink.png", as_png(written))


def _digits(page: Gray, found: Map, boxes: Sequence[Place], blank: Gray) -> Iterator[tuple[float, ...]]:
    """How likely each digit is in each box; nothing where there are no boxes."""
    if not boxes:
        return
    from markscheme.scan.digits import likely  # noqa: PLC0415

    for it in boxes:
        crop, before = cut(page, found, it, margin=0, scale=6), printed(blank, it, margin=0, scale=6)
        yield tuple([round(float(share), 4) for share in likely(crop, before)])


def _filled(page: Gray, found: Map, boxes: Sequence[Place], blank: Gray) -> list[tuple[float, ...]]:
    """How likely each digit is by the squares of its column; nothing where a copy has none."""
    columns: dict[int, dict[int, Mark]] = {}
    for it in boxes:
        column, _, digit = it.name.partition("/")
        if digit:
            columns.setdefault(int(column), {})[int(digit)] = square(page, found, it, blank).mark
    return [digit_of(columns[it]) for it in sorted(columns)]


GRID: Final = (24, 18)


def ink_of(page: Gray, found: Map, blank: Gray) -> str:
    """How much is written in each cell of a grid over a page, a byte each, as hexadecimal."""
    cv2 = opencv()

    height, width = (it * 72 / DPI for it in blank.shape)
    whole = Place(kind="space", page=1, x=48, y=76, width=width - 96, height=height - 152)
    crop, before = cut(page, found, whole, margin=0, scale=1.5), printed(blank, whole, margin=0, scale=1.5)
    written = cv2.resize(ink(crop, before, scale=1.5), GRID[::-1], interpolation=cv2.INTER_AREA)
    return np.minimum(written.astype(int) * 4, 255).astype(np.uint8).tobytes().hex()


def looks_empty(page: Gray) -> bool:
    """Whether nothing can be seen on a page, but for its rim."""
    rows, columns = (round(it * 0.04) for it in page.shape)
    inner = page[rows:-rows, columns:-columns]
    paper = float(np.percentile(inner, 70))
    return paper > 120 and float((inner < 0.72 * paper).mean()) < _LOOKS_EMPTY


def is_bleached(page: Gray) -> bool:
    """Whether the paper of a page has no shade at all, as a scan of one bit has it: what is faint may be lost.

    >>> paper = np.random.default_rng(0).integers(230, 250, (400, 300)).astype(np.uint8)
    >>> is_bleached(paper), is_bleached(np.where(paper < 231, 0, 255).astype(np.uint8))
    (False, True)
    """
    some = page[::3, ::3]
    return int(np.count_nonzero(some == _WHITE)) > _BLEACHED * int(np.count_nonzero(some >= _PAPER))


def pages_from(batch: Batch, numbers: range) -> Iterator[tuple[str, Gray | Unreadable]]:
    """The pages of a batch, each with its name."""
    for number, page in pages_of(batch, numbers):
        yield name_of(batch.digest, number), page


def name_of(digest: str, number: int) -> str:
    """The name of a page: its batch, and its number in it from 1.

    >>> name_of("0f3a", 0)
    '0f3a-1'
    """
    return f"{digest}-{number + 1}"


def page_named(exam: Exam, name: str) -> Gray:
    """A page of a batch that the exam keeps. Raises `Unreadable`."""
    digest, _, number = name.rpartition("-")
    for path in (exam.root / Path(BATCHES)).glob(f"{digest}.*"):
        form = "pdf" if path.suffix == ".pdf" else "tiff" if path.suffix in (".tif", ".tiff") else "picture"
        at = int(number) - 1
        for _, page in pages_of(Batch(path, digest, form, at + 1), range(at, at + 1)):
            if isinstance(page, Unreadable):
                raise page
            return page
    raise Unreadable(f"{exam.root / BATCHES} has no batch {digest}")
