"""One person's sitting of an exam: its states, its time, and the log of what happened. Only the server's clock counts.

made -> ready -> running <-> paused -> handed in | time up -> marked -> released -> revised, and void from any.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import Connection, bindparam, select, update

from markscheme.web import schema
from markscheme.web.call import Refused
from markscheme.web.clock import MINUTE
from markscheme.web.database import rows

State: TypeAlias = Literal[
    "made", "ready", "running", "paused", "handed in", "time up", "marked", "released", "revised", "void"
]
Act: TypeAlias = Literal[
    "prepare", "start", "pause", "resume", "hand in", "end time", "reopen", "mark", "release", "revise", "void"
]

TRANSITIONS: Final[Mapping[tuple[State, Act], State]] = {
    ("made", "prepare"): "ready",
    ("ready", "prepare"): "ready",
    ("ready", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("running", "hand in"): "handed in",
    ("running", "end time"): "time up",
    ("handed in", "reopen"): "running",
    ("time up", "reopen"): "running",
    ("handed in", "mark"): "marked",
    ("time up", "mark"): "marked",
    ("marked", "mark"): "marked",
    ("marked", "release"): "released",
    ("released", "revise"): "revised",
    ("revised", "revise"): "revised",
}
"""What may happen in which state, and which comes of it; anything may become void, and nothing comes after that."""
OVER: Final = frozenset({"handed in", "time up", "marked", "released", "revised", "void"})
"""States in which nothing is saved any more."""


class NotNow(Refused):
    """What may not happen in the state that a sitting is in."""

    def __init__(self, state: str, act: str) -> None:
        super().__init__(409, f"This cannot be done now ({act}): the sitting is {state}.")
        self.state = state


@dataclass(frozen=True, slots=True)
class Sitting:
    """A row of `sittings`, as it stands at a time."""

    code: str
    exam: str
    person: str
    seed: str
    numbers: str
    state: State
    allowed_ms: int
    started_at: int | None
    ends_at: int | None
    paused_at: int | None
    ended_at: int | None
    revision: int
    last_saved_at: int | None
    receipt: str

    def __repr__(self) -> str:
        return f"Sitting({self.code}, {self.state})"

    def left(self, now: int) -> int:
        """How many milliseconds there are left."""
        if self.ends_at is None:
            return self.allowed_ms
        return max(0, self.ends_at - (self.paused_at if self.paused_at is not None else now))

    def is_out_of_time(self, now: int) -> bool:
        """Whether its time has ended, and nobody has said so yet."""
        return self.state == "running" and self.ends_at is not None and now >= self.ends_at


_FIND = select(schema.sittings).where(schema.sittings.c.code.in_(bindparam("codes", expanding=True)))

FIELDS = tuple(Sitting.__dataclass_fields__)


def after(state: State, act: Act) -> State:
    """The state that an act leads to. Raises `NotNow`.

    >>> after("ready", "start"), after("running", "void")
    ('running', 'void')
    """
    if act == "void" and state != "void":
        return "void"
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise NotNow(state, act) from None


def allowed(minutes: int, factor: float, extra: int) -> int:
    """The milliseconds that somebody has: extra time is a factor, and minutes on top.

    >>> allowed(60, 1.25, 5) // 60_000
    80
    """
    return round(minutes * MINUTE * factor) + extra * MINUTE


def sitting_of(row: Mapping[str, Any]) -> Sitting:
    """A row as a sitting."""
    return Sitting(**{name: row[name] for name in FIELDS})


def find(connection: Connection, code: str, now: int) -> Sitting:
    """The sitting of a code, as it stands now. To be called within a change, for time may have ended meanwhile."""
    (found,) = stored(connection, [code])
    return as_of(connection, found, now)


def stored(connection: Connection, codes: Iterable[str]) -> list[Sitting]:
    """Sittings as the database has them; the time of some may have ended since."""
    return [sitting_of(it) for it in rows(connection, _FIND, codes=sorted(codes))]


def as_of(connection: Connection, sitting: Sitting, now: int) -> Sitting:
    """A sitting as it stands at a time: what ended before is ended now."""
    if not sitting.is_out_of_time(now):
        return sitting
    assert sitting.ends_at is not None
    return do(connection, sitting, "end time", sitting.ends_at, who="clock")


def do(connection: Connection, sitting: Sitting, act: Act, now: int, who: str, **data: object) -> Sitting:
    """Let something happen to a sitting, and log it. Raises `NotNow`."""
    state = after(sitting.state, act)
    changed: dict[str, Any] = {"state": state}
    match act:
        case "start":
            changed |= {"started_at": now, "ends_at": now + sitting.allowed_ms}
        case "pause":
            changed |= {"paused_at": now}
        case "resume":
            assert sitting.ends_at is not None
            assert sitting.paused_at is not None
            changed |= {"ends_at": sitting.ends_at + now - sitting.paused_at, "paused_at": None}
        case "hand in" | "end time":
            changed |= {"ended_at": now}
        case "reopen":
            changed |= {"ended_at": None, "receipt": ""}
        case _:
            pass
    return _change(connection, sitting, changed, act, now, who, data)


def give_time(connection: Connection, sitting: Sitting, milliseconds: int, now: int, who: str) -> Sitting:
    """Give somebody more time, also while it runs. Raises `Refused` where no time would be left of it."""
    if sitting.state in OVER:
        raise NotNow(sitting.state, "give time")
    if sitting.allowed_ms + milliseconds <= 0:
        raise Refused(400, "No time would be left.")
    changed: dict[str, Any] = {"allowed_ms": sitting.allowed_ms + milliseconds}
    if sitting.ends_at is not None:
        changed["ends_at"] = sitting.ends_at + milliseconds
    return _change(connection, sitting, changed, "give time", now, who, {"milliseconds": milliseconds})


def reopen(connection: Connection, sitting: Sitting, milliseconds: int, now: int, who: str) -> Sitting:
    """Let somebody go on who has handed in or whose time was up, for so long from now. Raises `NotNow`."""
    if milliseconds <= 0:
        raise Refused(400, "Say for how many minutes.")
    opened = do(connection, sitting, "reopen", now, who, milliseconds=milliseconds)
    return _change(connection, opened, {"ends_at": now + milliseconds}, "give time", now, who, {})


def _change(
    connection: Connection, sitting: Sitting, changed: Mapping[str, Any], what: str, now: int, who: str, data: object
) -> Sitting:
    connection.execute(update(schema.sittings).where(schema.sittings.c.code == sitting.code).values(**changed))
    log(connection, sitting.code, now, who, what, data)
    return replace(sitting, **changed)


def log(connection: Connection, sitting: str, now: int, who: str, what: str, data: object) -> None:
    """Add to the log of a sitting."""
    told = json.dumps(data, ensure_ascii=True, sort_keys=True)
    connection.execute(schema.sitting_log.insert().values(sitting=sitting, at=now, who=who, what=what, data=told))


def history(connection: Connection, sitting: str) -> list[dict[str, Any]]:
    """What happened to a sitting, in order."""
    table = schema.sitting_log
    found = rows(connection, select(table).where(table.c.sitting == sitting).order_by(table.c.id))
    return [{**row, "data": json.loads(row["data"])} for row in found]
