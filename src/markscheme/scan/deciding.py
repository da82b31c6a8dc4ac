"""What a person says of pages and copies: checked, kept with who and why, and undone; then what follows is taken.

The command line and the browser both come here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.exam.scanned import note_came_in, owners
from markscheme.exam.store import StoredPage
from markscheme.scan.answers import Scans, Taken, Unclear, read_off, take_choices, take_pictures
from markscheme.scan.batch import decide, place
from markscheme.scan.ids import disown, own, take_owners
from markscheme.scan.reading import CROPS
from markscheme.scan.states import ACTS, Act, Scanned, fold

What: TypeAlias = Literal[Act, "place", "owner"]
MOST_WHY: Final = 500
"""Characters of a reason."""
_LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class Decision:
    """What a person says of scanned pages, or of a copy for nobody in particular."""

    what: What
    pages: tuple[str, ...] = ()
    """Their names; of one for `place`, of none for `owner`."""
    copy: str = ""
    """A code, or a student: of `place`, `extra` and `owner`."""
    number: int = 0
    """The page's number in the copy, from 1: of `place`."""
    student: str = ""
    """Whose the copy is: of `owner`; empty where it is nobody's again."""
    why: str = ""
    """In words; never empty where a page is discarded."""


def one_line(text: str, most: int = MOST_WHY) -> str:
    r"""What somebody wrote, in one line that can be shown. Raises `MarkschemeError` where it is too long.

    >>> one_line(" a coffee\r\ncup\x1b[2J\u202e ")
    'a coffee cup [2J'
    """
    if len(text) > most:
        raise MarkschemeError(f"{len(text):,} characters, and {most:,} are the most")
    return " ".join("".join([it if it.isprintable() else " " for it in text]).split())


def slot_of(text: str) -> tuple[str, int]:
    """A copy and a page of it. Raises `MarkschemeError`.

    >>> slot_of(" TCWKCZGN:3 ")
    ('TCWKCZGN', 3)
    """
    copy, _, number = text.strip().rpartition(":")
    if not copy or not (number.isascii() and number.isdecimal() and len(number) < 6):
        said = text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
        raise MarkschemeError(f"a place has a copy and a page, as in s001:3, and not {said!r}")
    return _named(copy), int(number)


def owner_of(text: str) -> tuple[str, str]:
    """A copy and a student, in whose ID a colon may stand.

    >>> owner_of("TCWKCZGN:s:4"), owner_of("TCWKCZGN:")
    (('TCWKCZGN', 's:4'), ('TCWKCZGN', ''))
    """
    copy, _, student = text.partition(":")
    return _named(copy), student.strip()


def _named(copy: str) -> str:
    if len(copy) > _LONGEST_NAME:
        raise MarkschemeError(f"no copy has a name of {len(copy):,} characters")
    return copy.strip()


def carry_out(exam: Exam, it: Decision, who: str, pages: Mapping[str, Scanned] | None = None) -> str:
    """Do what a person decided of `pages` as they stand; returns what they have to know of it, or nothing.

    Raises `MarkschemeError`, and changes nothing, where it is about something that there is not, or makes no sense.
    """
    why, who = one_line(it.why), one_line(who, 200)
    if it.what == "owner":
        if it.student:
            own(exam, it.copy, it.student, who, why)
        else:
            disown(exam, it.copy, who, why)
        return ""
    if not it.pages:
        raise MarkschemeError("name a page: markscheme scan status FOLDER --pages")
    if it.what == "place":
        name, *others = it.pages
        if others:
            raise MarkschemeError(f"one page is one page of a copy: {len(it.pages)} are named")
        made = place(exam, name, it.copy, it.number, who, pages)
        return "" if made.is_registered else f"{name}: {made.why}; its answers cannot be cut out"
    if it.what == "discard" and not why:
        raise MarkschemeError("say why a page is discarded")
    data = {"why": why} | ({"copy": exam.copy(it.copy).code} if it.what == "extra" else {})
    decide(exam, it.pages, it.what, who, data, pages)
    if it.what == "undo":
        for name in it.pages:  # crops may be those of where a person had placed it: they are cut again
            shutil.rmtree(exam.root / CROPS / name, ignore_errors=True)
    return ""


# What follows


def settle(scans: Scans, *, asked: bool = True) -> tuple[Taken, list[Unclear]]:
    """Take what follows from the pages as they stand: owners that are sure, what squares say, prose as it stands.

    Owners are sought where it is `asked`. What came of squares comes back, with those that a person has to look at.
    """
    if asked:
        take_owners(scans)
    follow_owners(scans.exam)
    found = take_choices(scans)
    take_pictures(scans)
    missing = scans.missing()
    note_came_in(scans.exam, {code: missing.get(code, []) for code in scans.copies})
    return found


def follow_owners(exam: Exam) -> None:
    """Answers that were read off a copy that has become another student's are that one's; of nobody's, nobody's."""
    whose = owners(exam)
    said = {it["data"]["code"] for it in exam.store.events("owner")}
    moved = [
        replace(it, student=whose[it.code]) for it in exam.store.answers().values()
        if it.code in said and it.student != whose[it.code] and read_off(it)
    ]  # fmt: skip
    if moved:
        with exam.store.adding("owner's answers", answers=len(moved)) as adding:
            adding.answers(moved)


# What was decided


@dataclass(frozen=True)
class Decided:
    """Something that a person said, or that was found of a copy's owner."""

    at: str
    who: str
    """Empty where nobody had to say so."""
    what: str
    page: str = ""
    copy: str = ""
    number: int = 0
    student: str = ""
    why: str = ""
    stands: bool = False
    """Whether it can be undone: it is the last word of its page or copy."""


def decided(exam: Exam, pages: Mapping[str, Scanned] | None = None) -> list[Decided]:
    """All that persons said of pages, and whose spare copies were found to be, the latest first."""
    now = fold(exam.store.pages()) if pages is None else pages
    rows = [*_of_pages(exam.store.pages(decided=True)), *_of_copies(exam)]
    rows.sort(key=lambda it: it.at, reverse=True)
    last: set[str] = set()
    found: list[Decided] = []
    for it in rows:
        subject = it.page or it.copy
        holds = bool(now[it.page].who) if it.page else bool(it.who and it.student)
        found.append(replace(it, stands=subject not in last and holds and it.what != "undo"))
        last.add(subject)
    return found


def _of_pages(rows: Sequence[StoredPage]) -> Iterator[Decided]:
    """What was said of pages, the latest first; to place a page is one thing, though three events tell of it."""
    for i in reversed(range(len(rows))):
        it = rows[i]
        if it.what == "read" and it.who:
            yield Decided(it.at, it.who, "place", it.page, it.data.get("copy", ""), it.data.get("number", 0))
        elif it.what in ACTS:
            beside = {"undo": rows[i + 1 : i + 2], "confirm": rows[i - 1 : i]}.get(it.what, [])
            if not any([(one.page, one.what, one.who, one.at) == (it.page, "read", it.who, it.at) for one in beside]):
                yield Decided(it.at, it.who, it.what, it.page, it.data.get("copy", ""), why=it.data.get("why", ""))


def _of_copies(exam: Exam) -> Iterator[Decided]:
    """Whose copies were found or said to be, the latest first."""
    for it in reversed(exam.store.events("owner")):
        said = it["data"]
        yield Decided(it["at"], it["who"], "owner", copy=said["code"], student=said["student"],
                      why=said.get("why", ""))  # fmt: skip
