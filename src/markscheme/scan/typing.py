"""Answers typed once for a group of crops: sheets to look at, a file to fill in, and answers in the exam's store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.paper.files import write_whole
from markscheme.paper.tables import BrokenRow, csv_text, read_rows, safe_cell
from markscheme.scan.answers import (
    PICTURE,
    How,
    Scans,
    Slot,
    Taken,
    Whence,
    Written,
    as_picture,
    is_picture,
    left_to_type,
    named,
    read_picture,
    take,
)
from markscheme.scan.groups import grouped, looks_of, sheet
from markscheme.scan.received import Gray, as_png

FIELDS: Final = ("question", "answer", "group", "count", "copies", "text")
NOTHING: Final = "(blank)"
"""What is typed where nothing is written."""
A_SHEET: Final = 40


@dataclass(frozen=True)
class Group:
    """Crops of one answer that look alike."""

    number: int
    written: tuple[Written, ...]
    is_empty: bool
    """Whether nothing seems to be written on any of them."""


def groups_of(scans: Scans, question: str, answer: str, *, again: bool = False) -> list[Group]:
    """The crops of an answer that nobody has typed yet, or all of them `again`, by their looks."""
    found = [*scans.written(question, answer)]
    found = found if again else left_to_type(scans, found)
    looks = looks_of([ink_of(scans, it) for it in found])
    return [
        Group(i, tuple([found[j] for j in members]), looks[members[0]].is_empty)
        for i, members in enumerate(grouped(looks), start=1)
    ]


def ink_of(scans: Scans, written: Written) -> Gray:
    """What was written on a crop; of boxes and squares, all that is dark."""
    path = scans.crop(written)
    inked = path.with_suffix(".ink.png")
    picture = read_picture(inked if inked.is_file() else path)
    return picture if inked.is_file() else 255 - picture


def crops_csv(groups: Sequence[Group], question: str, answer: str) -> str:
    """The file to fill in: a row a group. Where nothing seems to be written it says so already."""
    return csv_text(FIELDS, [
        (safe_cell(question), answer, it.number, len(it.written), " ".join([one.slot.code for one in it.written]),
         NOTHING if it.is_empty else "")
        for it in groups
    ])  # fmt: skip


def write_sheets(scans: Scans, groups: Sequence[Group], folder: Path, name: str) -> list[Path]:
    """Contact sheets of groups, as pictures, and how many crops each has at most is bounded."""
    crops = [
        (f"{it.number}: {one.slot.code}{' ...' if one.continues else ''}", read_picture(scans.crop(one)))
        for it in groups for one in it.written
    ]  # fmt: skip
    made: list[Path] = []
    for i in range(0, len(crops), A_SHEET):
        made.append(folder / f"{name}-{i // A_SHEET + 1}.png")
        write_whole(made[-1], as_png(sheet(crops[i : i + A_SHEET])))
    return made


def typed(exam: Exam, page: Path) -> tuple[dict[Slot, str], list[BrokenRow]]:
    """What was typed in a file: a text for each copy that a row names. Rows without a text say nothing.

    Raises `MarkschemeError` for a file that is none.
    """
    found: dict[Slot, str] = {}
    broken: list[BrokenRow] = []
    for number, row in read_rows(page, ("question", "answer", "copies", "text"), FIELDS):
        try:
            slots, text = _row(exam, row)
            _agree(found, slots, text)
            found |= dict.fromkeys(slots, text)
        except MarkschemeError as error:
            broken.append(BrokenRow(page.name, number, str(error)))
    return found, broken


def _row(exam: Exam, row: dict[str, str] | str) -> tuple[list[Slot], str]:
    """The answers that a row names, and their text; none where it has no text."""
    if isinstance(row, str):
        raise MarkschemeError(row)
    text = row["text"].strip()
    if not text:
        return [], ""
    label, answer = named(exam, row["question"].removeprefix("'"), row["answer"])
    codes = {it.code for it in exam.manifest.copies}
    own = row["copies"].split()
    if unknown := [it for it in own if it not in codes]:
        raise MarkschemeError(f"this exam has no copy {unknown[0]!r}")
    return [Slot(code, label, answer) for code in own], "" if text == NOTHING else text


def _agree(found: dict[Slot, str], slots: Sequence[Slot], text: str) -> None:
    for it in slots:
        if found.get(it, text) != text:
            raise MarkschemeError(f"{it.code} has {found[it]!r} above, and {text!r} here")


def take_typed(
    scans: Scans, texts: Mapping[Slot, str], who: str, *, replacing: bool = False, how: How = "typed"
) -> tuple[Taken, list[Slot]]:
    """Take what was typed, each with the page that it was read off; what stands on no page that counts comes back.

    Where `how` is that it was looked at again, a text that stands there already gets that noted.
    """
    there: dict[Slot, tuple[str, Whence]] = {}
    for slot, text in texts.items():
        if it := scans.by_slot.get(slot):
            is_shown = is_picture(text)
            whence = partial(scans.source, it, PICTURE if is_shown else how)
            there[slot] = (as_picture(it.page) if is_shown else text, whence)
    return take(scans.exam, there, who, replacing=replacing), [it for it in texts if it not in scans.by_slot]
