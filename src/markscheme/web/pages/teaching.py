"""The pages of a teacher: courses, rosters, papers, exams."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select
from starlette.responses import RedirectResponse, Response

from markscheme.bank.catalog import catalog
from markscheme.core.errors import MarkschemeError
from markscheme.paper.plan import load_paper
from markscheme.web import composing, courses, people, preparing, rosters, saving, schema
from markscheme.web.call import Call, Refused, csv_file
from markscheme.web.clock import MINUTE
from markscheme.web.courses import MOST_MINUTES
from markscheme.web.database import first, one, rows
from markscheme.web.recording import record
from markscheme.web.routing import MARKER, OPERATOR, TEACHER, page

MOST_FILE = 5_000_000


@page("/courses", access=OPERATOR)
def every_course(call: Call) -> Response:
    """All courses of this server."""
    with call.site.database.reading() as connection:
        found = rows(connection, select(schema.courses).order_by(schema.courses.c.made_at))
    return call.render("teaching/courses.html", courses=found)


@page("/courses", access=OPERATOR, methods=("POST",))
def new_course(call: Call) -> Response:
    """A new course, whose first teacher is who makes it."""
    title = call.field("title").strip()
    if not 0 < len(title) <= 200:
        raise Refused(400, "A course has a title of at most 200 characters.")

    def change(connection: Connection) -> str:
        code = courses.add_course(connection, title, call.me.code, call.now)
        record(connection, call.now, call.who, "new course", course=code, title=title)
        return code

    return RedirectResponse(f"/courses/{call.site.database.write(change)}", 303)


@page("/courses/{course}", access=MARKER)
def course(call: Call) -> Response:
    """A course: its exams and its people."""
    code = call.path["course"]
    with call.site.database.reading() as connection:
        members = courses.members(connection, code)
        exams = rows(
            connection, select(schema.exams).where(schema.exams.c.course == code).order_by(schema.exams.c.made_at)
        )
        states = {it["code"]: preparing.counts(connection, it["code"]) for it in exams}
    students = [it for it in members if it["role"] == "student"]
    staff = [it for it in members if it["role"] != "student"]
    return call.render(
        "teaching/course.html", course=call.row, exams=exams, states=states, students=students, staff=staff
    )


@page("/courses/{course}/roster", access=TEACHER, methods=("POST",), most_bytes=MOST_FILE)
def send_roster(call: Call) -> Response:
    """Take a roster: rows that cannot be used are named, and the others are taken."""
    sent = call.files.get("roster")
    if sent is None or not sent.content:
        raise Refused(400, "Choose a file: roster.csv, or .xlsx.")
    code = call.path["course"]
    found = rosters.roster(sent)

    def change(connection: Connection) -> int:
        new = rosters.take_roster(connection, code, found, call.now)
        record(connection, call.now, call.who, "roster", course=code, students=len(found.students), new=new)
        return new

    new = call.site.database.write(change)
    return call.render("teaching/roster.html", course=call.row, found=found, new=new)


@page("/courses/{course}/roster.csv", access=TEACHER)
def get_roster(call: Call) -> Response:
    """The students as a roster."""
    with call.site.database.reading() as connection:
        text = rosters.roster_csv(connection, call.path["course"])
    return csv_file("roster.csv", text)


@page("/courses/{course}/links.csv", access=TEACHER, methods=("POST",))
def links(call: Call) -> Response:
    """A link for each student to sign in by. Each is new, and those before it stay good."""

    def change(connection: Connection) -> str:
        record(connection, call.now, call.who, "links", course=call.path["course"])
        return rosters.links_csv(connection, call.path["course"], call.site.address, call.now)

    return csv_file("links.csv", call.site.database.write(change))


@page("/courses/{course}/staff", access=TEACHER, methods=("POST",))
def add_staff(call: Call) -> Response:
    """A teacher or a marker, by name and address; their link is shown once."""
    role, name, email = call.field("role"), call.field("name").strip(), call.field("email").strip().lower()
    if role not in ("marker", "teacher") or not name or len(name) > 200 or "@" not in email or len(email) > 320:
        raise Refused(400, "A marker or a teacher has a name and an e-mail address.")

    def change(connection: Connection) -> str:
        known = people.by_email(connection, email)
        person = known or people.add(connection, name, email, call.now)
        courses.enroll(connection, call.path["course"], person.code, role)
        record(connection, call.now, call.who, "staff", course=call.path["course"], person=person.code, role=role)
        return "" if known else people.invite(connection, person.code, call.now)

    token = call.site.database.write(change)
    link = f"{call.site.address}/enter/{token}" if token else ""
    return call.render("teaching/staff.html", course=call.row, name=name, link=link)


@page("/courses/{course}/members/{member:int}", access=TEACHER, methods=("POST",))
def change_member(call: Call) -> Response:
    """Extra time of a student, also while an exam runs."""
    course_code, member = call.path["course"], int(call.path["member"])
    factor, minutes = _number(call.field("factor", "1")), int(_number(call.field("minutes", "0")))

    def change(connection: Connection) -> None:
        courses.accommodate(connection, course_code, member, factor, minutes, now=call.now, who=call.who)
        told = {"course": course_code, "member": member, "factor": factor, "minutes": minutes}
        record(connection, call.now, call.who, "extra time", **told)

    call.site.database.write(change)
    return RedirectResponse(f"/courses/{course_code}#students", 303)


@page("/courses/{course}/papers/new", access=TEACHER)
def compose(call: Call) -> Response:
    """Make a paper by choosing problems."""
    return _composing(call)


@page("/courses/{course}/papers/new", access=TEACHER, methods=("POST",))
def composed(call: Call) -> Response:
    """The paper, made or only shown, if it can hold together; else what is wrong, and all that was filled in."""
    title, minutes = call.field("title").strip(), call.field("minutes")
    fields = zip(call.values("problem"), call.values("marks"), call.values("knobs"), strict=False)
    chosen = [composing.Chosen(*it) for it in fields if it[0]]
    filled = {"title": title, "minutes": minutes, "chosen": chosen}
    try:
        text = composing.paper_toml(title, _minutes(minutes), chosen, call.site.problems)
        if call.field("do") == "look":
            return _composing(call, filled, preview=composing.preview(call.site, text))
        paper = composing.keep_paper(call.site, call.path["course"], text)
    except (Refused, MarkschemeError) as error:
        return _composing(call, filled, str(error))
    return RedirectResponse(_add_exam(call, title, paper, _minutes(minutes)), 303)


def _composing(call: Call, filled: object = None, complaint: str = "", preview: object = ()) -> Response:
    return call.render(
        "teaching/paper.html", 400 if complaint else 200, course=call.row, problems=_problems(call),
        complaint=complaint, filled=filled, preview=preview,
    )  # fmt: skip


@page("/courses/{course}/exams/new", access=TEACHER)
def choose_paper(call: Call) -> Response:
    """An exam of a paper that there is."""
    return call.render(
        "teaching/exam_new.html", course=call.row, papers=composing.papers(call.site, call.path["course"])
    )


@page("/courses/{course}/exams/new", access=TEACHER, methods=("POST",))
def new_exam(call: Call) -> Response:
    """Make the exam, closed yet."""
    paper = composing.papers(call.site, call.path["course"]).get(call.field("paper"))
    if paper is None:
        raise Refused(400, "Choose one of the papers.")
    title = call.field("title").strip() or load_paper(paper).entry.title
    return RedirectResponse(_add_exam(call, title[:200], paper, _minutes(call.field("minutes"))), 303)


def _add_exam(call: Call, title: str, paper: str, minutes: int) -> str:
    def change(connection: Connection) -> str:
        code = courses.add_exam(connection, call.path["course"], title, paper, minutes, call.now)
        record(connection, call.now, call.who, "new exam", exam=code, paper=paper)
        return code

    return f"/exams/{call.site.database.write(change)}"


@page("/exams/{exam}", access=MARKER)
def exam(call: Call) -> Response:
    """An exam: how far it is made ready, when it opens, and where its room, marks and report are."""
    code = call.path["exam"]
    with call.site.database.reading() as connection:
        states = preparing.counts(connection, code)
        query = select(schema.members.c.id).where(
            schema.members.c.course == call.row["course"], schema.members.c.role == "student"
        )
        students = len(rows(connection, query))
        shown = first(connection, select(schema.courses).where(schema.courses.c.code == call.row["course"]))
    loaded = load_paper(call.row["paper"])
    return call.render(
        "teaching/exam.html", exam=call.row, course=shown, states=states, students=students, paper=loaded,
        trouble=call.site.troubles.get(code, ""), preparing=code in call.site.preparing,
    )  # fmt: skip


@page("/exams/{exam}/prepare", access=TEACHER, methods=("POST",))
def prepare(call: Call) -> Response:
    """Pose, prove and draw the sittings that are not ready."""
    preparing.start(call.site, call.path["exam"])
    return RedirectResponse(f"/exams/{call.path['exam']}", 303)


@page("/exams/{exam}/open", access=TEACHER, methods=("POST",))
def open_exam(call: Call) -> Response:
    """Open it now or at a time (UTC), until a time or until it is closed."""
    opens = _time(call.field("opens")) or call.now
    closes = _time(call.field("closes"))
    if closes is not None and closes <= opens:
        raise Refused(400, "An exam closes after it opens.")
    _timed(call, opens, closes, "open")
    return RedirectResponse(f"/exams/{call.path['exam']}", 303)


@page("/exams/{exam}/close", access=TEACHER, methods=("POST",))
def close_exam(call: Call) -> Response:
    """Nobody starts from now on; who has started goes on until the time is up."""
    _timed(call, call.row["opens_at"] or call.now, call.now, "close")
    return RedirectResponse(f"/exams/{call.path['exam']}", 303)


def _timed(call: Call, opens: int, closes: int | None, what: str) -> None:
    def change(connection: Connection) -> None:
        courses.open_exam(connection, call.path["exam"], opens, closes)
        record(connection, call.now, call.who, what, exam=call.path["exam"], opens=opens, closes=closes)

    call.site.database.write(change)


@page("/exams/{exam}/answers.csv", access=TEACHER)
def answers(call: Call) -> Response:
    """Everything that was written, as `markscheme mark` takes it."""
    with call.site.database.reading() as connection:
        return csv_file("answers.csv", saving.answers_csv(connection, call.path["exam"]))


@page("/people/{person}/forget", access=OPERATOR, methods=("POST",))
def forget(call: Call) -> Response:
    """Delete a person's data: their texts, marks and account."""
    code = call.path["person"]
    if not call.field("sure"):
        raise Refused(400, "Say that you mean it: nothing of it comes back.")

    def change(connection: Connection) -> None:
        if code == call.me.code:
            raise Refused(400, "The operator stays.")
        one(connection, select(schema.people).where(schema.people.c.code == code))
        courses.forget(connection, code)
        record(connection, call.now, call.who, "forget", person=code)

    call.site.database.write(change)
    call.site.sessions.forget()
    return RedirectResponse("/courses", 303)


def _problems(call: Call) -> list[tuple[str, str, str, str]]:
    """Name, title, marks and knobs of each problem."""
    return [
        (name, it.title, str(it.marks), " ".join([f"{knob}={value}" for knob, value in it.knobs.items()]))
        for name, it in catalog(call.site.problems).items()
    ]


def _number(text: str) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        raise Refused(400, "A number is needed.") from None
    if not -1e6 < found < 1e6:
        raise Refused(400, "A number is needed.")
    return found


def _minutes(text: str) -> int:
    if not text.strip().isdecimal() or not 0 < int(text) <= MOST_MINUTES:
        raise Refused(400, f"The time is a whole number of minutes, {MOST_MINUTES} at most.")
    return int(text)


def _time(text: str) -> int | None:
    """A time as a browser's field has it, in UTC."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        raise Refused(400, "A time is 2026-05-04T10:15, in UTC.") from None
    return int(found.timestamp() * 1000) // MINUTE * MINUTE
