"""What goes in and out, as JSON. Times are in UTC, as `2026-05-04T10:15:00Z`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from markscheme.web.call import Refused
from markscheme.web.clock import SECOND
from markscheme.web.courses import MOST_MINUTES

T = TypeVar("T")


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is a text such as 2026-05-04T10:15:00Z")  # noqa: TRY004 (pydantic tells it)
    return value


def _number(value: object) -> object:
    if isinstance(value, str | bool):
        raise ValueError("a whole number, not a text")  # noqa: TRY004 (pydantic tells it)
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_text)]
Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES), BeforeValidator(_number)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,32}$", examples=["9f86d081884c7d65"])]
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


def milliseconds_of(time: datetime) -> int:
    """A time of the API as one of the database. Raises `Refused` for one that no exam has."""
    if not 2000 <= time.year <= 2200:
        raise Refused(400, f"There are no exams in the year {time.year}.")
    return int(time.timestamp() * SECOND)


def time_of(milliseconds: int | None) -> datetime | None:
    """A time of the database as one of the API."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / SECOND, UTC)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(_Form):
    """Why something was not done, in one sentence."""

    error: str


class Part(_Form, Generic[T]):
    """One part of a list. `next`, where there is more, is to be sent as `after`."""

    items: list[T]
    next: str | None = None


class Me(_Form):
    """Whose token this is, and what it is good for."""

    name: str
    scopes: list[str]


class Course(_Form):
    """A course, and what you are in it."""

    code: Code
    title: str
    role: Literal["student", "marker", "teacher"]


class Member(_Form):
    """Somebody in a course."""

    id: int
    student: str
    name: str
    email: str | None
    section: str
    role: Literal["student", "marker", "teacher"]
    extra_factor: float
    extra_minutes: int


class RosterRow(_Form):
    """A student, as a row of roster.csv has them."""

    student: Short
    last: Short = ""
    first: Short = ""
    section: Short = ""
    email: Short = ""
    extra_time: Annotated[Short, Field(examples=["25%", "15 min"])] = ""


class Roster(_Form):
    """Students to be made members of a course; whoever is there already stays."""

    students: Annotated[list[RosterRow], Field(min_length=1, max_length=5000)]


class BrokenRow(_Form):
    """A row that was not taken, counted from 1, and why; row 0 where the complaint names the student."""

    row: int
    complaint: str


class RosterTaken(_Form):
    """What became of a roster: how many students were taken, how many of them were new, and which rows were not."""

    taken: int
    new: int
    broken: list[BrokenRow]


class NewExam(_Form):
    """An exam to be made of a paper; it stays closed until it is opened."""

    paper: Short
    title: Annotated[Short, Field(description="As students see it; the paper's own if it is empty.")] = ""
    minutes: Minutes


class Exam(_Form):
    """An exam, and how many of its sittings are in which state."""

    code: Code
    course: Code
    title: str
    minutes: int
    opens_at: datetime | None
    closes_at: datetime | None
    sittings: dict[str, int]
    is_preparing: bool
    trouble: str


class Opening(_Form):
    """When students may start: from now on if `opens_at` is left out, without end if `closes_at` is."""

    opens_at: Time | None = None
    closes_at: Time | None = None


class Sitting(_Form):
    """One person's sitting of an exam."""

    code: Code
    exam: Code
    title: str
    student: str
    state: str
    started_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    last_saved_at: datetime | None


class Answer(_Form):
    """What counts for one answer of a sitting."""

    question: str
    answer: str
    text: str


class Marks(_Form):
    """The marks of a sitting. `report` is the form in which `markscheme mark --json` tells them."""

    sitting: Code
    student: str
    state: str
    marks: float
    out_of: float
    report: dict[str, Any]
