"""Seats of an exam: given once, printed on the covers, and then kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import ROOM, ROSTER, SEATS, Exam, copies_of, seats_of, with_numbers
from markscheme.exam.printing import printed_before
from markscheme.exam.room import AROUND, Room, Seat, alike_neighbors, read_room, seated, seats_csv, versions_needed
from markscheme.exam.secret import PRIVATE
from markscheme.paper.files import gathering
from markscheme.paper.fonts import printable
from markscheme.paper.manifest import NAME, PrintedCopy
from markscheme.paper.printing import compiled
from markscheme.paper.roster import Student, read_roster
from markscheme.paper.setting import PAGE_NAMES, when
from markscheme.paper.source import typst_string

PLAN = "seats.pdf"


@dataclass(frozen=True)
class Seating:
    """What came of seating a class."""

    seats: Mapping[str, Seat]
    needed: int
    """How many versions the seats that are taken need, if no neighbors have the same."""
    alike: list[tuple[str, str]]
    """Neighbors whose copies have the same numbers all the same."""
    left_handed_free: int


def room_of(exam: Exam) -> Room:
    """The room that the exam was made with. Raises `MarkschemeError` where there is none."""
    for name in (ROOM, "room.xlsx", "room.txt"):
        if (exam.root / name).is_file():
            return read_room(exam.root / name)
    raise MarkschemeError(f"{exam.root} has no room; give one with --room")


def seat(exam: Exam, room: Room, by: str) -> Seating:
    """Give each student a seat, each copy its version, and write list and plan.

    Raises `MarkschemeError` where covers have been printed with other seats, seats are too few, or versions are.
    """
    room = _with_roster(exam, room)
    late = {it.student for it in exam.manifest.copies if it.late}
    students = [it for it in exam.students.values() if it.student not in late]
    at_first = replace(room, fixed={it: place for it, place in room.fixed.items() if it not in late})
    seats = seated(at_first, students, exam.secret, by)
    colors = versions_needed(seats.values())
    needed = len(set(colors.values()))
    names = exam.paper.entry.versions
    if names and needed > len(names):
        raise MarkschemeError(
            f"the seats that are taken need {needed} versions, and the paper has {len(names)} ({', '.join(names)}): "
            "add versions, or leave them out, and everyone has an own copy"
        )
    versions = {it: names[colors[place] % len(names)] if names else "" for it, place in seats.items()}
    if printed_before(exam):
        _check_printed(exam, seats, versions)
        seats, versions = _with_late(exam, room, seats, versions)
        copies = tuple([_of_version(exam, it, versions.get(it.student, it.version)) for it in exam.manifest.copies])
        copies = with_numbers(exam.paper, copies)
    else:
        in_order = [versions[it.student] for it in students]
        spare = sum([not it.student for it in exam.manifest.copies])
        copies = copies_of(exam.paper, exam.secret, students, in_order, spare)
    with gathering(exam.root) as files:
        files.add(NAME, exam.manifest.model_copy(update={"copies": copies}).as_bytes(), PRIVATE)
        files.add(SEATS, seats_csv(list(exam.students.values()), seats, versions).encode())
        files.add(PLAN, plan_pdf(exam, room, seats))
    with exam.store.adding("seat", by=by, seats=len(seats), versions=needed):
        pass
    numbers = {it.student: it.numbers for it in copies if it.student}
    free = [place for place in room.left_handed if place not in seats.values()]
    return Seating(seats, needed, alike_neighbors(seats, numbers), len(free))


def _check_printed(exam: Exam, seats: Mapping[str, Seat], versions: Mapping[str, str]) -> None:
    """Raise `MarkschemeError` where covers have been printed with other seats, or pages of another version."""
    before = _numbered(seats_of(exam.root / SEATS))
    had = {it.student: it.version for it in exam.manifest.copies}
    if any([before.get(it) != place or had.get(it) != versions[it] for it, place in seats.items()]):
        raise MarkschemeError(
            f"{exam.root} has copies printed with other seats on their covers; seats stay as they are"
        )


def _numbered(seats: Mapping[str, tuple[str, str]]) -> dict[str, Seat]:
    return {it: (int(row), int(place)) for it, (row, place) in seats.items()}


def _with_late(
    exam: Exam, room: Room, seats: Mapping[str, Seat], versions: Mapping[str, str]
) -> tuple[dict[str, Seat], dict[str, str]]:
    """Seats and versions with those of students who came later: theirs if they have one, else what is free.

    Their version is one that no neighbor has, if there is a seat with such a one.
    """
    names, before, printed = exam.paper.entry.versions, _numbered(seats_of(exam.root / SEATS)), printed_before(exam)
    seats, versions = dict(seats), dict(versions)
    late = [it for it in exam.manifest.copies if it.late]
    settled = {it.student: before[it.student] for it in late if it.student in before}
    for it in late:
        if it.student in settled:
            seats[it.student], versions[it.student] = settled[it.student], it.version
    for it in late:
        if it.student in settled:
            continue
        free = [room.fixed[it.student]] if it.student in room.fixed else [*room.seats]
        free = [place for place in free if place not in seats.values()]
        if not free:
            raise MarkschemeError(f"there is no seat left for {it.student}; give a larger room with --room")
        may_have = (it.version,) if it.code in printed else names or ("",)
        by_seat = {place: versions[name] for name, place in seats.items()}
        around = {place: {by_seat.get((place[0] + a, place[1] + b)) for a, b in AROUND} for place in free}
        good = ((place, name) for place in free for name in may_have if not name or name not in around[place])
        seats[it.student], versions[it.student] = next(good, (free[0], may_have[0]))
    return seats, versions


def _of_version(exam: Exam, it: PrintedCopy, version: str) -> PrintedCopy:
    if it.version == version:
        return it
    return it.model_copy(update={"version": version, "seed": exam.secret.seed(f"version {version}")})


def _with_roster(exam: Exam, room: Room) -> Room:
    """A room with the seats that the roster gives. Raises `MarkschemeError` where it has no such seat."""
    fixed = dict(room.fixed)
    for it in read_roster(exam.root / ROSTER)[0]:
        if it.row.isdecimal() and it.seat.isdecimal():
            place = (int(it.row), int(it.seat))
            if place not in room.seats or place in [seat for who, seat in fixed.items() if who != it.student]:
                why = "is not in the room" if place not in room.seats else "is somebody else's"
                raise MarkschemeError(f"the roster gives {it.student} row {it.row}, seat {it.seat}, which {why}")
            fixed[it.student] = place
    return replace(room, fixed=fixed)


def plan_pdf(exam: Exam, room: Room, seats: Mapping[str, Seat]) -> bytes:
    """The plan for the door, the list by name, and the list to sign."""
    entry = exam.paper.entry
    named = {it.student: printable(it) for it in exam.students.values()}
    by_seat = {place: named[it] for it, place in seats.items()}
    there = set(room.seats)
    rows = [
        [_shown((row, i), by_seat) if (row, i) in there else None for i in range(1, room.columns + 1)]
        for row in range(1, room.rows + 1)
    ]
    sitting = [_line(it, *seats[name]) for name, it in named.items()]
    data = {
        "title": entry.title, "course": entry.course, "when": when(entry), "where": entry.location,
        "page": PAGE_NAMES[exam.manifest.page], "rows": rows,
        "students": sorted(sitting, key=lambda it: (str(it["name"]).casefold(), it["id"])),
        "attendance": sorted(sitting, key=lambda it: (it["row"], it["seat"])),
    }  # fmt: skip
    source = (
        '#import "/exam/plan.typ": plan\n#plan(json(bytes('
        f"{typst_string(json.dumps(data, ensure_ascii=False, sort_keys=True))})))"
    )
    return compiled({"main.typ": source.encode()}, "the plan of seats", solutions=False)


def _shown(place: Seat, by_seat: Mapping[Seat, Student]) -> dict[str, object]:
    it = by_seat.get(place)
    return {"id": it.student if it else "", "name": it.name if it else "", "taken": it is not None,
            "number": f"{place[1]}"}  # fmt: skip


def _line(it: Student, row: int, place: int) -> dict[str, object]:
    extra: Sequence[str] = [said for said in (it.extra_time, "large print" if it.reads_large else "") if said]
    return {"id": it.student, "name": it.name, "row": row, "seat": place, "section": it.section,
            "extra": ", ".join(extra)}  # fmt: skip
