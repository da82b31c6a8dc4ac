"""What the API answers: each call with the scope that its token needs, and who may make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from sqlalchemy import Column, Connection, Select, select

from markscheme.paper.plan import load_paper
from markscheme.web import composing, courses, preparing, rosters, saving, schema, sittings
from markscheme.web.api import forms
from markscheme.web.api.needs import needs
from markscheme.web.call import Call, Refused, Upload, not_found
from markscheme.web.database import Row, first, one, rows
from markscheme.web.guard import may_see
from markscheme.web.recording import record
from markscheme.web.released import marks_of
from markscheme.web.routing import MARKER, MEMBER, SIGNED_IN, TEACHER

T = TypeVar("T")
Answers = dict[int | str, dict[str, Any]]
MOST_ITEMS = 200
_ANSWERS: Answers = {status: {"model": forms.Problem} for status in (400, 401, 403, 404, 409, 413, 422, 429)}
ROUTER = APIRouter(responses=_ANSWERS)

AfterCode = Annotated[str, Query(pattern=r"^[0-9A-Za-z]{0,32}$", description="`next` of the part before.")]
AfterNumber = Annotated[int, Query(ge=0, lt=2**62, description="`next` of the part before.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="How many at once.")]
Code = Annotated[str, InPath(pattern=r"^[0-9A-Za-z]{1,32}$")]


def _part(
    connection: Connection, query: Select[Any], key: Column[Any], after: object, limit: int, item: Callable[[Row], T]
) -> forms.Part[T]:  # fmt: skip
    """Some rows of a query, from one key on, and where the next ones begin."""
    found = rows(connection, query.where(key > after).order_by(key).limit(limit + 1))
    more = len(found) > limit
    kept = found[:limit]
    return forms.Part(items=[item(it) for it in kept], next=str(kept[-1][key.name]) if more else None)


@ROUTER.get("/me", summary="Whose token this is")
def me(call: Annotated[Call, Depends(needs("", SIGNED_IN))], request: Request) -> forms.Me:
    """Any token is good for this."""
    return forms.Me(name=call.me.name, scopes=request.state.scopes)


@ROUTER.get("/courses", summary="Your courses")
def get_courses(
    call: Annotated[Call, Depends(needs("courses:read", SIGNED_IN))], after: AfterCode = "", limit: Limit = 50
) -> forms.Part[forms.Course]:
    """The courses that you are in, whatever you are there."""
    query = (
        select(schema.courses, schema.members.c.role)
        .join(schema.members, schema.members.c.course == schema.courses.c.code)
        .where(schema.members.c.person == call.me.code)
    )
    with call.site.database.reading() as connection:
        return _part(connection, query, schema.courses.c.code, after, limit, _course)


@ROUTER.get("/courses/{course}", summary="A course")
def get_course(course: Code, call: Annotated[Call, Depends(needs("courses:read", MEMBER))]) -> forms.Course:
    """A course that you are in."""
    del course
    return _course({**call.row, "role": call.role})


@ROUTER.get("/courses/{course}/members", summary="Who is in a course")
def get_members(
    course: Code, call: Annotated[Call, Depends(needs("rosters:read", MARKER))], after: AfterNumber = 0,
    limit: Limit = 50,
) -> forms.Part[forms.Member]:  # fmt: skip
    """For its markers and teachers."""
    table = schema.members
    query = (
        select(table, schema.people.c.name, schema.people.c.email)
        .join(schema.people, schema.people.c.code == table.c.person)
        .where(table.c.course == course)
    )
    with call.site.database.reading() as connection:
        return _part(connection, query, table.c.id, after, limit, _member)


@ROUTER.post("/courses/{course}/roster", summary="Send a roster")
def send_roster(
    course: Code, roster: forms.Roster, call: Annotated[Call, Depends(needs("rosters:write", TEACHER))]
) -> forms.RosterTaken:
    """Each student becomes a member; rows that cannot be used are named, and the others are taken."""
    lines = "\n".join([it.model_dump_json(exclude_defaults=True) for it in roster.students])
    found = rosters.roster(Upload("roster.jsonl", lines.encode()))

    def change(connection: Connection) -> int:
        new = rosters.take_roster(connection, course, found, call.now)
        record(connection, call.now, call.who, "roster", course=course, students=len(found.students), new=new)
        return new

    new = call.site.database.write(change)
    broken = [forms.BrokenRow(row=it.row, complaint=it.complaint) for it in found.broken]
    return forms.RosterTaken(taken=len(found.students), new=new, broken=broken)


@ROUTER.get("/courses/{course}/papers", summary="What an exam can be made of")
def get_papers(course: Code, call: Annotated[Call, Depends(needs("exams:read", TEACHER))]) -> list[str]:
    """The names of the papers, for the course's teachers."""
    return sorted(composing.papers(call.site, course))


@ROUTER.get("/courses/{course}/exams", summary="The exams of a course")
def get_exams(
    course: Code, call: Annotated[Call, Depends(needs("exams:read", MARKER))], after: AfterCode = "",
    limit: Limit = 50,
) -> forms.Part[forms.Exam]:  # fmt: skip
    """For its markers and teachers."""
    query = select(schema.exams).where(schema.exams.c.course == course)
    with call.site.database.reading() as connection:
        return _part(
            connection, query, schema.exams.c.code, after, limit, lambda row: _exam(call, connection, row)
        )  # fmt: skip


@ROUTER.post("/courses/{course}/exams", status_code=201, summary="Make an exam")
def new_exam(
    course: Code, asked: forms.NewExam, call: Annotated[Call, Depends(needs("exams:write", TEACHER))]
) -> forms.Exam:
    """An exam of a paper, closed yet: prepare it, then open it."""
    paper = composing.papers(call.site, course).get(asked.paper)
    if paper is None:
        raise Refused(400, f"There is no paper {asked.paper!r}.")
    title = asked.title.strip() or load_paper(paper).entry.title[:200]

    def change(connection: Connection) -> forms.Exam:
        code = courses.add_exam(connection, course, title, paper, asked.minutes, call.now)
        record(connection, call.now, call.who, "new exam", exam=code, paper=paper)
        return _exam_of(call, connection, code)

    return call.site.database.write(change)


@ROUTER.get("/exams/{exam}", summary="An exam")
def get_exam(exam: Code, call: Annotated[Call, Depends(needs("exams:read", MARKER))]) -> forms.Exam:
    """For the markers and teachers of its course."""
    with call.site.database.reading() as connection:
        return _exam_of(call, connection, exam)


@ROUTER.post("/exams/{exam}/prepare", status_code=202, summary="Make the sittings of an exam ready")
def prepare(exam: Code, call: Annotated[Call, Depends(needs("exams:write", TEACHER))]) -> forms.Exam:
    """In the background, for whoever has none yet: ask for the exam until it is not preparing any more."""
    preparing.start(call.site, exam)
    with call.site.database.reading() as connection:
        return _exam_of(call, connection, exam)


@ROUTER.post("/exams/{exam}/open", summary="Open an exam")
def open_exam(
    exam: Code, asked: forms.Opening, call: Annotated[Call, Depends(needs("exams:write", TEACHER))]
) -> forms.Exam:
    """Let students start."""
    opens = forms.milliseconds_of(asked.opens_at) if asked.opens_at else call.now
    closes = forms.milliseconds_of(asked.closes_at) if asked.closes_at else None
    if closes is not None and closes <= opens:
        raise Refused(400, "An exam closes after it opens.")
    return _timed(call, exam, opens, closes, "open")


@ROUTER.post("/exams/{exam}/close", summary="Close an exam")
def close_exam(exam: Code, call: Annotated[Call, Depends(needs("exams:write", TEACHER))]) -> forms.Exam:
    """Nobody starts from now on; who has started goes on until the time is up."""
    return _timed(call, exam, call.row["opens_at"] or call.now, call.now, "close")


@ROUTER.get("/exams/{exam}/sittings", summary="The sittings of an exam")
def get_sittings(
    exam: Code, call: Annotated[Call, Depends(needs("exams:read", MARKER))], after: AfterCode = "", limit: Limit = 50
) -> forms.Part[forms.Sitting]:
    """How far each student is."""
    with call.site.database.reading() as connection:
        query = _sittings().where(schema.sittings.c.exam == exam)
        return _part(
            connection, query, schema.sittings.c.code, after, limit, lambda row: _sitting(row, call.now)
        )  # fmt: skip


@ROUTER.get("/exams/{exam}/marks", summary="The marks of an exam")
def get_exam_marks(
    exam: Code, call: Annotated[Call, Depends(needs("marks:read", MARKER))], after: AfterCode = "", limit: Limit = 50
) -> forms.Part[forms.Marks]:
    """The latest marks of each sitting that has some; a part may have fewer than `limit`, or none, and a `next`."""
    with call.site.database.reading() as connection:
        query = _sittings().where(schema.sittings.c.exam == exam)
        found = _part(
            connection, query, schema.sittings.c.code, after, limit, lambda row: _marks(call, connection, row)
        )
    return forms.Part(items=[it for it in found.items if it is not None], next=found.next)


@ROUTER.get("/sittings", summary="Your sittings")
def own_sittings(
    call: Annotated[Call, Depends(needs("exams:read", SIGNED_IN))], after: AfterCode = "", limit: Limit = 50
) -> forms.Part[forms.Sitting]:
    """The exams that you sit."""
    with call.site.database.reading() as connection:
        query = _sittings().where(schema.sittings.c.person == call.me.code)
        return _part(
            connection, query, schema.sittings.c.code, after, limit, lambda row: _sitting(row, call.now)
        )  # fmt: skip


@ROUTER.get("/sittings/{sitting}", summary="A sitting")
def get_sitting(sitting: Code, call: Annotated[Call, Depends(needs("exams:read", MEMBER))]) -> forms.Sitting:
    """Yours, or one of an exam that you mark."""
    return _sitting(_seen(call, sitting), call.now)


@ROUTER.get("/sittings/{sitting}/answers", summary="What was written")
def get_answers(sitting: Code, call: Annotated[Call, Depends(needs("answers:read", MEMBER))]) -> list[forms.Answer]:
    """Every text that counts, where you may see it."""
    row = _seen(call, sitting)
    if not may_see("answers", row, call.me.code, call.role):
        raise Refused(403, "The answers of this sitting are not to be seen now.")
    with call.site.database.reading() as connection:
        texts = saving.texts(connection, sitting)
    return [
        forms.Answer(question=question, answer=answer, text=it.text)
        for (question, answer), it in sorted(texts.items())
    ]  # fmt: skip


@ROUTER.get("/sittings/{sitting}/marks", summary="The marks of a sitting")
def get_marks(sitting: Code, call: Annotated[Call, Depends(needs("marks:read", MEMBER))]) -> forms.Marks:
    """Yours once they are released; those of others for the markers and teachers of the course, when it is over."""
    row = _seen(call, sitting)
    with call.site.database.reading() as connection:
        found = _marks(call, connection, row)
    if found is None:
        raise Refused(403, "The marks of this sitting are not to be seen now.")
    return found


def _sittings() -> Select[Any]:
    """Sittings with the exam's title and the student's id."""
    member = schema.members
    return (
        select(schema.sittings, schema.exams.c.title, member.c.student)
        .join(schema.exams, schema.exams.c.code == schema.sittings.c.exam)
        .join(
            member,
            (member.c.person == schema.sittings.c.person) & (member.c.course == schema.exams.c.course),
            isouter=True,
        )
    )


def _seen(call: Call, sitting: str) -> Row:
    """A sitting that a person may know of: their own, or one that they may mark."""
    if call.row["person"] != call.me.code and call.role == "student":
        raise not_found()
    if sittings.sitting_of(dict(call.row)).is_out_of_time(call.now):
        call.site.database.write(lambda connection: sittings.find(connection, sitting, call.now))
    with call.site.database.reading() as connection:
        return one(connection, _sittings().where(schema.sittings.c.code == sitting))


def _course(row: Mapping[str, Any]) -> forms.Course:
    return forms.Course(code=row["code"], title=row["title"], role=row["role"])


def _member(row: Row) -> forms.Member:
    return forms.Member(**{name: row[name] for name in forms.Member.model_fields})


def _exam_of(call: Call, connection: Connection, code: str) -> forms.Exam:
    row = first(connection, select(schema.exams).where(schema.exams.c.code == code))
    if row is None:
        raise not_found()
    return _exam(call, connection, row)


def _exam(call: Call, connection: Connection, row: Row) -> forms.Exam:
    code = row["code"]
    return forms.Exam(
        code=code, course=row["course"], title=row["title"], minutes=row["minutes"],
        opens_at=forms.time_of(row["opens_at"]), closes_at=forms.time_of(row["closes_at"]),
        sittings=preparing.counts(connection, code), is_preparing=code in call.site.preparing,
        trouble=call.site.troubles.get(code, ""),
    )  # fmt: skip


def _timed(call: Call, exam: str, opens: int, closes: int | None, what: str) -> forms.Exam:
    def change(connection: Connection) -> forms.Exam:
        courses.open_exam(connection, exam, opens, closes)
        record(connection, call.now, call.who, what, exam=exam, opens=opens, closes=closes)
        return _exam_of(call, connection, exam)

    return call.site.database.write(change)


def _sitting(row: Row, now: int) -> forms.Sitting:
    found = sittings.sitting_of(row)
    is_out = found.is_out_of_time(now)
    return forms.Sitting(
        code=found.code, exam=found.exam, title=row["title"], student=row["student"] or "",
        state="time up" if is_out else found.state, started_at=forms.time_of(found.started_at),
        ends_at=forms.time_of(found.ends_at), ended_at=forms.time_of(found.ends_at if is_out else found.ended_at),
        last_saved_at=forms.time_of(found.last_saved_at),
    )  # fmt: skip


def _marks(call: Call, connection: Connection, row: Row) -> forms.Marks | None:
    """What a person may see of a sitting's marks: a student what was released, a marker the latest."""
    if not may_see("marks", row, call.me.code, call.role):
        return None
    is_own = row["person"] == call.me.code
    found = marks_of(connection, row["code"], released=is_own)
    if found is None:
        return None
    return forms.Marks(
        sitting=row["code"], student=row["student"] or "", state=row["state"], marks=found.marks, out_of=found.out_of,
        report=found.data,
    )  # fmt: skip


def calls() -> Sequence[tuple[str, str]]:
    """Method and address of each call, below `/api/v1`."""
    return [(method, it.path) for it in ROUTER.routes for method in sorted(it.methods)]  # type: ignore[attr-defined]
