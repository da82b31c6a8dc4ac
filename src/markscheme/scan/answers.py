"""Answers off scanned pages: squares that speak for themselves, and texts that a person types for groups of crops.

What is stored says which page it was read off, and how its crop looked: where another page counts now, or the crop has
changed, the answer is named for a second look, and is never replaced by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.exam.folder import Exam
from markscheme.exam.scanned import owners
from markscheme.exam.store import StoredAnswer
from markscheme.marking.submissions import places_of, questions_of
from markscheme.paper.files import write_whole
from markscheme.paper.manifest import Layout, Place, PrintedCopy
from markscheme.paper.places import CONTINUED, where_answered
from markscheme.scan.crops import cut
from markscheme.scan.libraries import opencv
from markscheme.scan.reading import CROPS, Reader, page_named
from markscheme.scan.received import Gray, Unreadable, as_png
from markscheme.scan.squares import Mark, Square, chosen
from markscheme.scan.states import Folded, Scanned

SOURCE: Final = "scan"
"""The first word of the source of an answer that was read off a page."""


How: TypeAlias = Literal["squares", "typed", "looked", "picture"]
"""Read off squares; typed; typed, and looked at again; or not typed, for a person marks what the page shows."""
PICTURE: Final = "picture"


class Slot(NamedTuple):
    """An answer of a copy."""

    code: str
    question: str
    answer: str


@dataclass(frozen=True)
class Written:
    """Where an answer of a copy stands on a scanned page."""

    slot: Slot
    page: str
    """The page's name."""
    places: tuple[tuple[int, Place], ...]
    """With their numbers in the layout."""
    continues: bool
    """Whether the square beside it says, or may say, that it goes on on the last page."""


@dataclass(frozen=True)
class Unclear:
    """A choice that a person has to look at."""

    written: Written
    marks: Mapping[str, Mark]


class Scans:
    """The scanned pages of an exam as they stand now, and what is written on them."""

    def __init__(self, exam: Exam, before: Folded | None = None) -> None:
        """`before` is how far its pages were folded already, of the same exam."""
        self.exam = exam
        before = before or Folded()
        self.folded = before.then(exam.store.pages(after=before.count))
        self.pages: dict[str, Scanned] = self.folded.pages
        self._there = {(it.copy, it.number): it for it in self.pages.values() if it.counts}
        self._digests: dict[tuple[Slot, bool], str] = {}

    @cached_property
    def copies(self) -> dict[str, PrintedCopy]:
        """The copies of which a page counts, by their codes."""
        codes = {it.copy for it in self.pages.values() if it.counts or it.state == "extra"}
        return {it.code: it for it in self.exam.manifest.copies if it.code in codes}

    def counting(self, code: str, number: int) -> Scanned | None:
        """The scan that counts as a page of a copy."""
        return self._there.get((code, number))

    def layout(self, code: str) -> Layout:
        """Where a copy is written on."""
        return self.exam.manifest.layouts[self.exam.copy(code).layout]

    def missing(self) -> dict[str, list[int]]:
        """The pages of each copy of which no scan counts; of copies that came in at all."""
        found = {
            code: [n for n in range(1, self.layout(code).pages + 1) if (code, n) not in self._there]
            for code in self.copies
        }
        return {code: numbers for code, numbers in found.items() if numbers}

    @cached_property
    def by_slot(self) -> dict[Slot, Written]:
        """Where each answer stands, of each copy, as far as its page came in."""
        return {it.slot: it for it in self._all_written()}

    def written(self, question: str = "", answer: str = "") -> Iterator[Written]:
        """The same in order: of a question or an answer alone."""
        for slot, it in self.by_slot.items():
            if question in ("", slot.question) and answer in ("", slot.answer):
                yield it

    def _all_written(self) -> Iterator[Written]:
        for code, copy in self.copies.items():
            layout = self.layout(code)
            numbers = {id(it): i for i, it in enumerate(layout.places)}
            for label, name in places_of(self.exam.paper.on_copy(copy.seed)):
                places = where_answered(layout.places, label, name)
                page = self._there.get((code, places[0].page))
                if page and {it.page for it in places} == {page.number}:
                    own = tuple([(numbers[id(it)], it) for it in places])
                    yield Written(Slot(code, label, name), page.name, own, self._continues(page, layout, label))

    def _continues(self, page: Scanned, layout: Layout, question: str) -> bool:
        for number, (within, around) in page.reading.squares.items() if page.reading else ():
            it = layout.places[int(number)]
            if it.name == CONTINUED and it.question == question:
                return Square(within, around).mark != "empty"
        return False

    def marks(self, written: Written) -> dict[str, Mark]:
        """What each square of a choice says, by its label."""
        reading = self.pages[written.page].reading
        assert reading is not None
        found: dict[str, Mark] = {}
        for number, it in written.places:
            found[it.name.partition("/")[2]] = Square(*reading.squares[str(number)]).mark
        return found

    def choices(self) -> tuple[dict[Slot, tuple[str, Written]], list[Unclear]]:
        """What the squares say, and which a person has to look at."""
        said: dict[Slot, tuple[str, Written]] = {}
        unclear: list[Unclear] = []
        several = {
            (space.label, answer.name): answer.kind.field().form == "all that apply"
            for space in self.exam.paper.spaces for answer in space.answers
        }  # fmt: skip
        for it in self.written():
            if it.places[0][1].kind != "square":
                continue
            marks = self.marks(it)
            text = chosen(marks, several=several[it.slot.question, it.slot.answer])
            reading = self.pages[it.page].reading
            if text is None or (not text and reading is not None and reading.is_bleached):
                unclear.append(Unclear(it, marks))
            else:
                said[it.slot] = (text, it)
        return said, unclear

    def crop(self, written: Written) -> Path:
        """The picture of an answer: its blank, its squares in one, or the whole box, cut when it is asked for.

        Raises `MarkschemeError` where it is lost, and the page as well.
        """
        folder = self.exam.root / CROPS / written.page
        reading = self.pages[written.page].reading
        assert reading is not None
        is_blank = len(written.places) == 1 and written.places[0][1].kind == "blank"
        stem = str(written.places[0][0]) if is_blank else f"{written.slot.question}-{written.slot.answer}"
        path = folder / f"{stem}.png"
        if path.is_file():
            return path
        try:
            if is_blank:
                Reader(self.exam).cut_again(written.page, reading)
            else:
                image = page_named(self.exam, written.page)
                write_whole(path, as_png(cut(image, reading.homography, shown([it for _, it in written.places]))))
        except Unreadable as error:
            raise MarkschemeError(f"the page {written.page} cannot be shown: {error}") from error
        return path

    def source(self, written: Written, how: How) -> str:
        """Whence an answer is: the page, the digest of its crop, and how it was read."""
        return f"{SOURCE} {written.page} {self.digest(written, how)} {how}"

    def digest(self, written: Written, how: How) -> str:
        """How the crop of an answer looks; of what is looked at as a picture, how its whole page does."""
        key = (written.slot, how == PICTURE)
        if key not in self._digests:
            page = self.pages[written.page].reading
            seen = page.ink.encode() if page and how == PICTURE else self.crop(written).read_bytes()
            self._digests[key] = sha256(seen).hexdigest()[:8]
        return self._digests[key]


def around(places: Sequence[Place]) -> Place:
    """What has all of some places of a page in it.

    >>> one, two = (Place(kind="square", page=1, x=x, y=9, width=5, height=5) for x in (10, 30))
    >>> around([one, two]).width
    25.0
    """
    x, y = min([it.x for it in places]), min([it.y for it in places])
    right, below = max([it.x + it.width for it in places]), max([it.y + it.height for it in places])
    return places[0].model_copy(update={"x": x, "y": y, "width": right - x, "height": below - y})


def shown(places: Sequence[Place]) -> Place:
    """What is shown of the places of an answer: of squares, with the letter beside the last one."""
    whole = around(places)
    return whole.model_copy(update={"width": whole.width + _LETTER}) if places[0].kind == "square" else whole


_LETTER: Final = 16.0
"""Points from a square to behind the letter that names it."""


@dataclass(frozen=True)
class Taken:
    """What came of answers that were read or typed."""

    new: int
    same: int
    other: tuple[Slot, ...]
    """Those that have another text already, and keep it."""
    nobodys: tuple[str, ...]
    """The copies whose student is not known yet."""


Whence: TypeAlias = Callable[[], str]
"""The source of an answer, found when it is asked for: its crop is looked at."""


def take(exam: Exam, texts: Mapping[Slot, tuple[str, Whence]], who: str = "", *, replacing: bool = False) -> Taken:
    """Take answers into the exam, each with its text and its source; one that is there with another text stays.

    With `replacing` it is replaced, which the store keeps both of.
    """
    before, whose = exam.store.answers(), owners(exam)
    rows: list[StoredAnswer] = []
    other: list[Slot] = []
    nobodys: list[str] = []
    same = 0
    for slot, (text, source) in texts.items():
        was = before.get((slot.code, slot.question, slot.answer))
        student = whose[slot.code]
        is_same = was is not None and was.text == text and was.student == student
        if not student:
            nobodys.append(slot.code)
            continue
        same += is_same
        if was is not None and not replacing:
            other += [] if is_same else [slot]
        elif was is None or not is_same or was.source != source():
            rows.append(StoredAnswer(slot.code, student, slot.question, slot.answer, text, source()))
    if rows:
        with exam.store.adding("scan answers", who, answers=len(rows)) as adding:
            adding.answers(rows)
    return Taken(len(rows), same, tuple(other), tuple(sorted(set(nobodys))))


def pictures_of(scans: Scans) -> dict[str, dict[tuple[str, str], bytes]]:
    """What stands on the pages for each answer that was read off them, small: JPEG, by copy, question and answer."""
    read = {(it.code, it.question, it.answer) for it in scans.exam.store.answers().values() if read_off(it)}
    found: dict[str, dict[tuple[str, str], bytes]] = {}
    for it in scans.written():
        if it.slot in read:
            found.setdefault(it.slot.code, {})[it.slot[1:]] = _small(scans.crop(it))
    return found


def _small(path: Path) -> bytes:
    cv2 = opencv()
    picture = read_picture(path)
    factor = min(1, _WIDEST / picture.shape[1])
    smaller = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", smaller, [cv2.IMWRITE_JPEG_QUALITY, 50])[1].tobytes()


_WIDEST: Final = 700
"""Pixels."""


def read_picture(path: Path) -> Gray:
    """A picture that the exam keeps. Raises `MarkschemeError`."""
    cv2 = opencv()

    try:
        found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error):
        found = None
    if found is None:
        raise MarkschemeError(f"{path} is broken: delete it, and it is cut out of its page again")
    return np.asarray(found, np.uint8)


def take_choices(scans: Scans) -> tuple[Taken, list[Unclear]]:
    """Take what squares say; what is not clear comes back, for a person."""
    said, unclear = scans.choices()
    whence = {slot: (text, partial(scans.source, it, "squares")) for slot, (text, it) in said.items()}
    return take(scans.exam, whence), unclear


def take_pictures(scans: Scans) -> Taken:
    """Take prose as it stands on its pages: a person marks it by its picture, and nobody types it.

    Its text names the page, so that no two of them are taken for the same.
    """
    prose = {
        (space.label, answer.name)
        for space in scans.exam.paper.spaces for answer in space.answers if answer.kind.field().form == "prose"
    }  # fmt: skip
    before = scans.exam.store.answers()
    new = [it for it in scans.written() if it.slot[1:] in prose and tuple(it.slot) not in before]
    return take(scans.exam, {it.slot: (as_picture(it.page), partial(scans.source, it, PICTURE)) for it in new})


def as_picture(page: str) -> str:
    """The text of an answer that a person marks as it stands on a page.

    >>> as_picture("0f3a-2"), is_picture(as_picture("0f3a-2")), is_picture("0f3a-2")
    ('(handwritten, on 0f3a-2)', True, False)
    """
    return f"{_HANDWRITTEN}{page})"


def is_picture(text: str) -> bool:
    """Whether a text says that what stands on a page counts."""
    return text.startswith(_HANDWRITTEN) and text.endswith(")")


_HANDWRITTEN: Final = "(handwritten, on "


class Off(NamedTuple):
    """Off which page a stored answer was read."""

    page: str
    digest: str
    how: How


def read_off(stored: StoredAnswer) -> Off | None:
    """Off which page an answer was read; None where it came in another way.

    >>> read_off(StoredAnswer("C", "s1", "1", "x", "7", "scan 0f3a-2 1b2c3d4e typed"))
    Off(page='0f3a-2', digest='1b2c3d4e', how='typed')
    >>> read_off(StoredAnswer("C", "s1", "1", "x", "7", "answers.csv, row 3"))
    """
    match stored.source.split(" "):
        case ["scan", page, digest, ("squares" | "typed" | "looked" | "picture") as how]:
            return Off(page, digest, how)
        case _:
            return None


def is_changed(scans: Scans, written: Written | None, off: Off) -> bool:
    """Whether another page counts than that which an answer was read off, or its crop looks otherwise now."""
    return written is None or written.page != off.page or scans.digest(written, off.how) != off.digest


def second_looks(scans: Scans) -> list[StoredAnswer]:
    """The answers whose page counts no more, or whose crop looks otherwise than when it was read."""
    now = scans.by_slot
    read = [(it, read_off(it)) for it in scans.exam.store.answers().values()]
    return [
        it for it, off in read if off and is_changed(scans, now.get(Slot(it.code, it.question, it.answer)), off)
    ]  # fmt: skip


def named(exam: Exam, question: str, answer: str) -> tuple[str, str]:
    """A question and its answer by their names. Raises `MarkschemeError` where there is none such."""
    asked = questions_of(exam.paper)
    label = exam.paper.label(question)
    if label not in asked:
        raise MarkschemeError(f"there is no question {question!r}; {near_misses(question, asked)}")
    names = asked[label]
    if not answer and len(names) == 1:
        answer = names[0]
    if answer not in names:
        raise MarkschemeError(f"question {label} asks {', '.join(names)}: name one of them, not {answer!r}")
    return label, answer


def left_to_type(scans: Scans, slots: Iterable[Written]) -> list[Written]:
    """The answers that nobody has read yet."""
    before = scans.exam.store.answers()
    return [it for it in slots if tuple(it.slot) not in before]
