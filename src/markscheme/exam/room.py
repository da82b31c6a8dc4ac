"""A room: its seats, who sits where, and which versions no neighbors share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.exam.folder import SEATS, seats_of
from markscheme.exam.secret import Secret
from markscheme.paper.roster import NO, YES, Student
from markscheme.paper.tables import csv_text, read_rows, safe_cell, safe_id

Seat: TypeAlias = tuple[int, int]
"""Row, counted from the front, and seat, counted from the left; both from 1."""

FIELDS = ("row", "seat", "broken", "left_handed", "student")
ALONG: Mapping[str, Seat] = {"left": (0, -1), "right": (0, 1), "front": (-1, 0), "behind": (1, 0)}
AROUND = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]
MOST_SEATS = 5_000


@dataclass(frozen=True)
class Room:
    """The seats of a room that can be used, and whom a plan has put where already."""

    seats: tuple[Seat, ...]
    left_handed: frozenset[Seat] = frozenset()
    fixed: Mapping[str, Seat] = field(default_factory=dict[str, Seat])

    @cached_property
    def rows(self) -> int:
        """How many rows it has."""
        return max([row for row, _ in self.seats], default=0)

    @cached_property
    def columns(self) -> int:
        """How many seats its longest row has."""
        return max([seat for _, seat in self.seats], default=0)


def read_room(page: Path) -> Room:
    """A room from a file of seats, or a drawn plan.

    A file has a row a seat, `row,seat` and whichever of `broken,left_handed,student` there is; or a row a row of the
    room, `row,seats` with its count. A plan ends in `.txt`: a line a row, front first, `.` a seat, `L` a left-handed
    one, `x` a broken one, a space or `_` an aisle. Raises `MarkschemeError`.
    """
    if page.suffix == ".txt":
        return _drawn(page)
    rows = list(read_rows(page, ("row",), (*FIELDS, "seats")))
    seats: list[Seat] = []
    left: set[Seat] = set()
    fixed: dict[str, Seat] = {}
    for number, fields in rows:
        if isinstance(fields, str):
            raise MarkschemeError(f"{page}, row {number}: {fields}")
        for name in ("broken", "left_handed"):
            if fields.get(name, "").casefold() not in YES | NO:
                raise MarkschemeError(f"{page}, row {number}: column {name!r} is yes or no, not {fields[name]!r}")
        row, count = _number(page, number, "row", fields["row"]), fields.get("seats", "")
        if count:
            found = [(row, i) for i in range(1, 1 + _number(page, number, "seats", count))]
        else:
            found = [(row, _number(page, number, "seat", fields.get("seat", "")))]
        for seat in found:
            if seat in seats:
                raise MarkschemeError(f"{page}, row {number}: row {seat[0]}, seat {seat[1]} stands there twice")
        if fields.get("broken", "").casefold() in YES:
            if fields.get("student"):
                raise MarkschemeError(f"{page}, row {number}: {fields['student']!r} cannot have a broken seat")
            continue
        seats += found
        left |= set(found) if fields.get("left_handed", "").casefold() in YES else set()
        if student := fields.get("student", ""):
            if student in fixed:
                raise MarkschemeError(f"{page}, row {number}: {student!r} has a seat above already")
            fixed[student] = found[0]
    return _room(page, seats, left, fixed)


def _drawn(page: Path) -> Room:
    try:
        lines = page.read_text("utf-8-sig").rstrip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MarkschemeError(f"{page} cannot be read: {error}") from error
    seats: list[Seat] = []
    left: set[Seat] = set()
    for row, line in enumerate(lines, start=1):
        for seat, sign in enumerate(line, start=1):
            if sign not in ".Lx _":
                raise MarkschemeError(f"{page}, line {row}: a seat is '.', 'L' or 'x', an aisle a space, not {sign!r}")
            if sign in ".L":
                seats.append((row, seat))
            if sign == "L":
                left.add((row, seat))
    return _room(page, seats, left, {})


def _room(page: Path, seats: Sequence[Seat], left: Iterable[Seat], fixed: Mapping[str, Seat]) -> Room:
    if not seats or len(seats) > MOST_SEATS:
        raise MarkschemeError(f"{page} has {len(seats)} seats; a room has from 1 to {MOST_SEATS}")
    return Room(tuple(sorted(seats)), frozenset(left), dict(fixed))


def _number(page: Path, number: int, column: str, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 500:
        raise MarkschemeError(f"{page}, row {number}: column {column!r} is a number from 1 to 500, not {text!r}")
    return int(text)


def seated(room: Room, students: Sequence[Student], secret: Secret, by: str = "random") -> dict[str, Seat]:
    """A seat for each student: fixed ones kept, the others by section, by name, or in an order nobody can foresee.

    Raises `MarkschemeError` where seats are too few, or a fixed one is nobody's.
    """
    ids = [it.student for it in students]
    for student in room.fixed:
        if student not in ids:
            raise MarkschemeError(f"the room has a seat for {student!r}, who is not in the roster; "
                                  f"{near_misses(student, ids)}")  # fmt: skip
    if len(students) > len(room.seats):
        lacking = len(students) - len(room.seats)
        raise MarkschemeError(f"{len(students)} students, and {len(room.seats)} seats: {lacking} too few")
    free = [seat for seat in _spread(room, len(students)) if seat not in room.fixed.values()]
    chance = secret.order("seats", [it for it in ids if it not in room.fixed])
    place = {it: i for i, it in enumerate(chance)}
    waiting = [it for it in students if it.student not in room.fixed]
    match by:
        case "name":
            waiting.sort(key=lambda it: (it.last.casefold(), it.first.casefold(), it.student))
        case "section":
            waiting.sort(key=lambda it: (it.section.casefold(), place[it.student]))
        case _:
            waiting.sort(key=lambda it: place[it.student])
    return dict(room.fixed) | {it.student: seat for it, seat in zip(waiting, free, strict=False)}


def _spread(room: Room, count: int) -> list[Seat]:
    """The seats in the order in which they are taken: every second one first, if that is enough; fixed ones always."""
    fixed = set(room.fixed.values())
    loose = [seat for seat in room.seats if (seat[0] + seat[1]) % 2 == 0 or seat in fixed]
    return loose if len(loose) >= count else list(room.seats)


def versions_needed(taken: Iterable[Seat]) -> dict[Seat, int]:
    """A version for each seat that is taken, numbered from 0, so that no two of eight neighbors have the same.

    Four are enough for any room, for every square of four seats sees one another.

    >>> sorted(set(versions_needed([(1, 1), (1, 2), (2, 1), (2, 2)]).values()))
    [0, 1, 2, 3]
    """
    import networkx  # noqa: PLC0415 (only seating needs it)

    nx: Any = networkx  # which has types of its own kind
    seats = sorted(taken)
    there = set(seats)
    graph = nx.Graph()
    graph.add_nodes_from(seats)
    graph.add_edges_from([
        (seat, other) for seat in seats for a, b in AROUND if (other := (seat[0] + a, seat[1] + b)) in there
    ])  # fmt: skip
    found: list[dict[Seat, int]] = [
        nx.greedy_color(graph, strategy=strategy) for strategy in ("DSATUR", "smallest_last", "largest_first")
    ]
    found.append({seat: 2 * (seat[0] % 2) + seat[1] % 2 for seat in seats})  # which always holds
    best = min(found, key=lambda colors: len(set(colors.values())))
    order = {color: i for i, color in enumerate(sorted(set(best.values())))}
    return {seat: order[color] for seat, color in best.items()}


def alike_neighbors(seats: Mapping[str, Seat], versions: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs of neighbors, in eight directions, that have the same version."""
    by_seat = {seat: student for student, seat in seats.items()}
    pairs = [
        (student, by_seat[row + a, seat + b])
        for student, (row, seat) in seats.items()
        for a, b in AROUND if (row + a, seat + b) in by_seat
    ]  # fmt: skip
    return [(one, other) for one, other in pairs if one < other and versions[one] == versions[other]]


def neighbors_of(root: Path, student: str, but_for: Collection[str] = ()) -> dict[str, str]:
    """Who sits to the left, to the right, in front and behind."""
    seats = seats_of(root / SEATS)
    if student not in seats:
        return {}
    row, seat = map(int, seats[student])
    by_seat = {(int(a), int(b)): it for it, (a, b) in seats.items() if it not in but_for}
    return {where: by_seat[row + a, seat + b] for where, (a, b) in ALONG.items() if (row + a, seat + b) in by_seat}


def seats_csv(students: Sequence[Student], seats: Mapping[str, Seat], versions: Mapping[str, str]) -> str:
    """seats.csv: the attendance list, by row and seat."""
    named = {it.student: it for it in students}
    rows = sorted(seats.items(), key=lambda it: it[1])
    return csv_text(("row", "seat", "student", "last", "first", "section", "version", "extra_time", "signature"), [
        (row, seat, safe_id(it), safe_cell(named[it].last), safe_cell(named[it].first), safe_cell(named[it].section),
         versions.get(it, ""), safe_cell(named[it].extra_time), "")
        for it, (row, seat) in rows
    ])  # fmt: skip
