"""What learning platforms call, and the pages on which they are registered, connected and linked (LTI 1.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Connection, select
from starlette.responses import JSONResponse, RedirectResponse, Response

from markscheme.web import courses, people, preparing, schema
from markscheme.web.call import Call, Refused
from markscheme.web.database import first, one, rows
from markscheme.web.lti import keys, launching, linking, outbox, platforms
from markscheme.web.lti.launching import Launch
from markscheme.web.recording import record
from markscheme.web.routing import ANYONE, OPERATOR, SIGNED_IN, page
from markscheme.web.security import new_token

MOST_LAUNCH = 200_000
"""Bytes of a launch: a token has what a platform wants to say."""


@page("/lti/jwks", access=ANYONE)
def jwks(call: Call) -> Response:
    """The keys with which platforms check what we sign."""
    return JSONResponse(keys.public_keys(call.site))


@page("/lti/login", access=ANYONE, methods=("GET", "POST"), most_bytes=MOST_LAUNCH, is_foreign=True)
def login(call: Call) -> Response:
    """A platform begins a launch; in a frame it is asked to begin again in a window, for an exam is no picture."""
    _measured(call)
    sent = {name: values[0] for name, values in call.form.items() if values} or dict(call.query)
    is_framed = call.headers.get("sec-fetch-dest") in ("iframe", "frame")
    if is_framed and not sent.get("target_link_uri", "").endswith("/lti/choose"):
        with call.site.database.reading() as connection:
            platform = launching.beginning(connection, sent)
        asked = {name: sent[name] for name in _ASKED if name in sent}
        frames = ("https:", platforms.origin(platform.login_url))
        return call.render("lti/window.html", address=f"/lti/login?{urlencode(asked)}", frames=frames)
    browser = call.cookies.get(launching.COOKIE, "")
    if not _TOKEN.fullmatch(browser):
        browser = new_token()
    address = call.site.database.write(lambda connection: launching.begin(call.site, connection, sent, browser))
    response = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    kept = f"{launching.COOKIE}={browser}; Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=None"
    # `Partitioned`, which http.cookies of Python 3.11 does not know, makes it the frame's own
    response.headers.append("set-cookie", kept + ("; Partitioned" if is_framed else ""))
    return response


_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
_ASKED = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id")


@page("/lti/launch", access=ANYONE, methods=("POST",), most_bytes=MOST_LAUNCH, is_foreign=True)
def launch(call: Call) -> Response:
    """The platform says who comes."""
    _measured(call)
    if error := call.field("error"):
        raise Refused(400, f"The platform did not let you on: {call.field('error_description', error)[:300]}")
    browser = call.cookies.get(launching.COOKIE, "")
    platform, nonce = call.site.database.write(
        lambda connection: launching.ended(connection, call.field("state"), browser, call.now)
    )
    found = launching.believed(call.site, platform, nonce, call.field("id_token"))
    if found.message == launching.DEEP_LINKING:
        return _choosing(call, found, browser)
    with call.site.database.reading() as connection:
        course = linking.course_of(connection, found)
    return _unconnected(call, found, browser) if course is None else _entered(call, found, course)


class _Arrived(NamedTuple):
    """Where a launch leads, and the session that it opened."""

    session: str
    address: str
    exam: str


def _entered(call: Call, found: Launch, course: str) -> Response:
    """Somebody comes into a course that is connected."""

    def change(connection: Connection) -> _Arrived:
        person = linking.person_of(connection, found, course, call.now)
        role = linking.admit(connection, found, course, person.code)
        exam = linking.exam_of(connection, found, course)
        told: dict[str, Any] = {"platform": found.platform, "course": course, "role": role, "exam": exam or ""}
        record(connection, call.now, person.code, "launch", **told)
        address, made = f"/courses/{course}" if role != "student" else "/", ""
        if exam and role != "student":
            address = f"/exams/{exam}"
        elif exam:
            waiting = preparing.enroll(connection, exam, call.now)
            table = schema.sittings
            query = select(table.c.code).where(table.c.exam == exam, table.c.person == person.code)
            code = connection.execute(query).scalar_one()
            address, made = f"/sit/{code}", exam if code in waiting else ""
        return _Arrived(people.sign_in(connection, person.code, call.now), address, made)

    arrived = call.site.database.write(change)
    if arrived.exam:
        preparing.start(call.site, arrived.exam)
    call.new_cookie = arrived.session
    return RedirectResponse(arrived.address, 303)


def _unconnected(call: Call, found: Launch, browser: str) -> Response:
    """A course that nobody has connected yet: its teacher can."""
    if found.role != "teacher":
        raise Refused(403, "This course has not been connected yet: ask your teacher to open the link once.")

    def change(connection: Connection) -> tuple[str, str]:
        made = linking.ticket(connection, "connect", found, browser, call.now)
        platform = platforms.by_code(connection, found.platform)
        known = linking.known(connection, found.platform, found.subject)
        session = ""
        if known or (platform and platform.may_make_courses and call.person is None):
            person = known or linking.person_of(connection, found, None, call.now)
            record(connection, call.now, person.code, "launch", platform=found.platform)
            session = people.sign_in(connection, person.code, call.now)
        return made, session

    made, session = call.site.database.write(change)
    if session:
        call.new_cookie = session
    return RedirectResponse(f"/lti/connect/{made}", 303)


@page("/lti/connect/{ticket}", access=SIGNED_IN)
def connecting(call: Call) -> Response:
    """A teacher chooses which course here a platform's is."""
    with call.site.database.reading() as connection:
        found, _ = linking.with_ticket(connection, "connect", *_with(call, call.path["ticket"]), use=False)
        platform = one(connection, select(schema.lti_platforms).where(schema.lti_platforms.c.code == found.platform))
        own = _taught(connection, call.me.code)
    return call.render(
        "lti/connect.html", found=found, platform=platform, own=own, may_make=_may_make(call, platform)
    )  # fmt: skip


@page("/lti/connect/{ticket}", access=SIGNED_IN, methods=("POST",))
def connected(call: Call) -> Response:
    """Connect it to a course of the person's, or to a new one."""
    chosen = call.field("course")

    def change(connection: Connection) -> str:
        found, _ = linking.with_ticket(connection, "connect", *_with(call, call.path["ticket"]), use=True)
        platform = one(connection, select(schema.lti_platforms).where(schema.lti_platforms.c.code == found.platform))
        course = chosen
        if chosen == "new" and _may_make(call, platform):
            title = found.context_title or "A course"
            course = courses.add_course(connection, title, call.me.code, call.now)
        elif chosen not in {it["code"] for it in _taught(connection, call.me.code)}:
            raise Refused(403, "Choose a course that you teach.")
        linking.connect(connection, found, call.me.code, course, call.now)
        record(connection, call.now, call.who, "connect course", course=course, platform=found.platform)
        return course

    return RedirectResponse(f"/courses/{call.site.database.write(change)}", 303)


def _choosing(call: Call, found: Launch, browser: str) -> Response:
    """A teacher who makes a link chooses the exam, within the platform's own page."""

    def change(connection: Connection) -> tuple[str, list[dict[str, Any]]]:
        course = linking.course_of(connection, found)
        if course is None:
            raise Refused(
                409, "Connect the course first: open any link to markscheme in it as its teacher, then come back."
            )
        person = linking.person_of(connection, found, course, call.now)
        if linking.admit(connection, found, course, person.code) != "teacher":
            raise Refused(403, "Exams are linked by teachers of the course.")
        made = linking.ticket(connection, "choose", found, browser, call.now, {"course": course, "person": person.code})
        query = select(schema.exams).where(schema.exams.c.course == course).order_by(schema.exams.c.made_at.desc())
        return made, rows(connection, query)

    made, exams = call.site.database.write(change)
    return call.render("lti/choose.html", ticket=made, exams=exams, frames=_frames(found))


@page("/lti/choose", access=ANYONE, methods=("POST",), is_foreign=True)
def chosen(call: Call) -> Response:
    """The exam that was chosen goes back to the platform, signed."""
    exam = call.field("exam")

    def change(connection: Connection) -> tuple[Launch, dict[str, Any]]:
        found, data = linking.with_ticket(connection, "choose", *_with(call, call.field("ticket")), use=True)
        table = schema.exams
        row = first(connection, select(table).where(table.c.code == exam, table.c.course == data["course"]))
        if row is None:
            raise Refused(404, "There is no such exam in this course.")
        record(connection, call.now, data["person"], "link exam", exam=exam, platform=found.platform)
        return found, row

    found, row = call.site.database.write(change)
    with call.site.database.reading() as connection:
        platform = platforms.by_code(connection, found.platform)
    assert platform is not None
    answer = keys.signed(call.site, _content(call, platform.client, platform.issuer, found, row))
    return call.render(
        "lti/chosen.html", title=row["title"], return_url=found.return_url, answer=answer,
        frames=_frames(found), forms=(platforms.origin(found.return_url),),
    )  # fmt: skip


def _content(call: Call, client: str, issuer: str, found: Launch, exam: Mapping[str, Any]) -> dict[str, Any]:
    """A link to an exam, as a platform takes it; its grades are out of 100 until the first arrives."""
    claim, deep = "https://purl.imsglobal.org/spec/lti/claim/", "https://purl.imsglobal.org/spec/lti-dl/claim/"
    link = {
        "type": "ltiResourceLink", "title": exam["title"], "url": f"{call.site.address}/lti/launch",
        "custom": {"exam": exam["code"]}, "window": {"targetName": "_blank"},
        "lineItem": {"label": exam["title"], "scoreMaximum": 100, "resourceId": exam["code"]},
    }  # fmt: skip
    return {
        "iss": client, "aud": [issuer], f"{claim}deployment_id": found.deployment,
        f"{claim}message_type": "LtiDeepLinkingResponse", f"{claim}version": "1.3.0", f"{deep}content_items": [link],
        **({f"{deep}data": found.data} if found.data else {}),
    }  # fmt: skip


@page("/lti", access=OPERATOR)
def registered(call: Call) -> Response:
    """The platforms, how their grades go, and a form for another one."""
    with call.site.database.reading() as connection:
        found = platforms.every(connection)
        troubles = {it.code: outbox.troubles(connection, it.code) for it in found}
        counts = outbox.counts(connection)
    return call.render(
        "lti/platforms.html", platforms=found, counts=counts, troubles=troubles, address=call.site.address
    )  # fmt: skip


@page("/lti/platforms", access=OPERATOR, methods=("POST",))
def register(call: Call) -> Response:
    """Register a platform."""
    names = [it for it in platforms.FIELDS if it not in ("code", "may_make_courses", "deployments")]
    values: dict[str, Any] = {name: call.field(name).strip() for name in names}
    values["deployments"] = " ".join(call.field("deployments").split())
    values["may_make_courses"] = bool(call.field("may_make_courses"))

    def change(connection: Connection) -> None:
        platform = platforms.register(connection, call.now, **values)
        record(connection, call.now, call.who, "register platform", platform=platform.code, issuer=platform.issuer)

    call.site.database.write(change)
    return RedirectResponse("/lti", 303)


@page("/lti/platforms/{platform}/remove", access=OPERATOR, methods=("POST",))
def remove(call: Call) -> Response:
    """Remove a platform: nobody comes from it any more, and no grades go there."""

    def change(connection: Connection) -> None:
        platforms.remove(connection, call.path["platform"])
        record(connection, call.now, call.who, "remove platform", platform=call.path["platform"])

    call.site.database.write(change)
    return RedirectResponse("/lti", 303)


@page("/lti/platforms/{platform}/again", access=OPERATOR, methods=("POST",))
def again(call: Call) -> Response:
    """Try at once to send what has not arrived."""

    def change(connection: Connection) -> None:
        outbox.try_again(connection, call.path["platform"], call.now)
        record(connection, call.now, call.who, "send grades again", platform=call.path["platform"])

    call.site.database.write(change)
    return RedirectResponse("/lti", 303)


def _measured(call: Call) -> None:
    """Whoever launches is not known yet: all of them together are admitted so often a minute."""
    if not call.site.launches.admits("launch", call.now):
        raise Refused(429, "Too many are coming at once: try again in a few seconds.")


def _with(call: Call, ticket: str) -> tuple[str, str, int]:
    return ticket, call.cookies.get(launching.COOKIE, ""), call.now


def _taught(connection: Connection, person: str) -> list[dict[str, Any]]:
    query = (
        select(schema.courses)
        .join(schema.members, schema.members.c.course == schema.courses.c.code)
        .where(schema.members.c.person == person, schema.members.c.role == "teacher")
    )
    return rows(connection, query)


def _may_make(call: Call, platform: Mapping[str, Any]) -> bool:
    return call.me.is_operator or bool(platform["may_make_courses"])


def _frames(found: Launch) -> tuple[str, ...]:
    """The sites that may show a page within theirs: the platform's, from which the launch came."""
    return "'self'", platforms.origin(found.return_url)
