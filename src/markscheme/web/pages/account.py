"""Signing in and out, and the first page."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select, update
from starlette.responses import JSONResponse, RedirectResponse, Response

from markscheme import __version__
from markscheme.web import people, schema
from markscheme.web.api import tokens
from markscheme.web.call import Call, Refused
from markscheme.web.database import rows
from markscheme.web.recording import record
from markscheme.web.routing import ANYONE, SIGNED_IN, page


@page("/", access=ANYONE)
def home(call: Call) -> Response:
    """What there is for whoever asks."""
    if call.person is None:
        return call.render("home.html", courses=[], sittings=[], papers=[])
    with call.site.database.reading() as connection:
        mine = select(schema.courses, schema.members.c.role).join(
            schema.members, schema.members.c.course == schema.courses.c.code
        )
        courses = rows(connection, mine.where(schema.members.c.person == call.me.code))
        sat = (
            select(schema.sittings, schema.exams.c.title, schema.exams.c.opens_at, schema.exams.c.minutes)
            .join(schema.exams, schema.exams.c.code == schema.sittings.c.exam)
            .where(schema.sittings.c.person == call.me.code, schema.sittings.c.state != "void")
            .order_by(schema.exams.c.made_at.desc())
        )
        sittings = rows(connection, sat)
        marked_here = [it["code"] for it in courses if it["role"] in ("marker", "teacher")]
        on_paper = select(schema.exams.c.code, schema.exams.c.title).where(
            schema.exams.c.course.in_(marked_here), schema.exams.c.code.in_(list(call.site.exams))
        )
        papers = rows(connection, on_paper.order_by(schema.exams.c.title))
    return call.render("home.html", courses=courses, sittings=sittings, papers=papers)


@page("/health", access=ANYONE)
def health(call: Call) -> Response:
    """For whoever watches the server: whether it answers, and its version."""
    with call.site.database.reading() as connection:
        connection.execute(select(1))
    return JSONResponse({"status": "ok", "version": __version__})


@page("/sign-in", access=ANYONE)
def sign_in(call: Call) -> Response:
    """The form."""
    return call.render("sign_in.html", failed=False, next=_local(call.query.get("next", "/")))


@page("/sign-in", access=ANYONE, methods=("POST",))
def signed_in(call: Call) -> Response:
    """Address and password."""
    email = call.field("email").strip().lower()
    limits = (call.site.sign_ins.admits(email, call.now), call.site.passwords.admits("", call.now))
    if not all(limits):
        raise Refused(429, "Too many attempts: wait a minute.")
    with call.site.database.reading() as connection:
        person = people.has_password(connection, email, call.field("password"))
    where = _local(call.field("next", "/"))
    if person is None:
        return call.render("sign_in.html", 401, failed=True, next=where)
    return _enter(call, person, where)


@page("/enter/{token}", access=ANYONE)
def entering(call: Call) -> Response:
    """Whoever has a link of invitation. A button signs in, for links are followed by programs too."""
    with call.site.database.reading() as connection:
        person = people.invited(connection, call.path["token"], call.now)
    if person is None:
        raise Refused(404, "This link has ended, or was never one: ask for a new one.")
    return call.render("enter.html", name=person.name)


@page("/enter/{token}", access=ANYONE, methods=("POST",))
def entered(call: Call) -> Response:
    """The button."""
    with call.site.database.reading() as connection:
        person = people.invited(connection, call.path["token"], call.now)
    if person is None:
        raise Refused(404, "This link has ended, or was never one: ask for a new one.")
    return _enter(call, person, "/")


@page("/sign-out", access=SIGNED_IN, methods=("POST",))
def sign_out(call: Call) -> Response:
    """End the session of this browser."""

    def change(connection: people.Connection) -> None:
        call.site.sessions.end(connection, call.token)
        record(connection, call.now, call.who, "sign out")

    call.site.database.write(change)
    call.new_cookie = ""
    return RedirectResponse("/", 303)


@page("/account", access=SIGNED_IN)
def account(call: Call) -> Response:
    """What the server knows of a person, a password to set, and tokens for programs."""
    return _account(call)


@page("/account/password", access=SIGNED_IN, methods=("POST",))
def set_password(call: Call) -> Response:
    """A new password, typed twice."""
    password = call.field("password")
    complaint = ""
    if call.me.email is None:
        complaint = "To sign in with a password an address is needed: a teacher can add yours."
    elif not people.LEAST_PASSWORD <= len(password) <= people.MOST_PASSWORD:
        complaint = f"A password has {people.LEAST_PASSWORD} to {people.MOST_PASSWORD} characters."
    elif password != call.field("again"):
        complaint = "The two are not the same."
    if complaint:
        return _account(call, 400, complaint=complaint)
    hashed = people.password_hash(password)

    def change(connection: people.Connection) -> None:
        mine = schema.people.c.code == call.me.code
        connection.execute(update(schema.people).where(mine).values(password=hashed))
        record(connection, call.now, call.who, "set password")

    call.site.database.write(change)
    return _account(call, done=True)


@page("/account/tokens", access=SIGNED_IN, methods=("POST",))
def make_token(call: Call) -> Response:
    """A token for a program; it is shown now, and never again."""
    days = call.field("days")
    name, scopes = call.field("name").strip(), call.values("scope")

    def change(connection: people.Connection) -> str:
        lasting = int(days) if days.isdecimal() and len(days) < 5 else 0
        token = tokens.make(connection, call.me.code, name, scopes, lasting, call.now)
        record(connection, call.now, call.who, "make token", name=name, scopes=list(scopes), days=lasting)
        return token

    return _account(call, token=call.site.database.write(change))


@page("/account/tokens/{token:int}/revoke", access=SIGNED_IN, methods=("POST",))
def revoke_token(call: Call) -> Response:
    """It is good for nothing from now on."""
    token = int(call.path["token"])

    def change(connection: people.Connection) -> None:
        tokens.revoke(connection, call.me.code, token, call.now)
        record(connection, call.now, call.who, "revoke token", token=token)

    call.site.database.write(change)
    return RedirectResponse("/account#programs", 303)


def _account(call: Call, status: int = 200, *, complaint: str = "", done: bool = False, token: str = "") -> Response:
    with call.site.database.reading() as connection:
        own = tokens.of_person(connection, call.me.code, call.now)
    return call.render(
        "account.html", status, complaint=complaint, done=done, token=token, tokens=own, scopes=tokens.SCOPES
    )


def _enter(call: Call, person: people.Person, where: str) -> Response:
    def change(connection: people.Connection) -> str:
        record(connection, call.now, person.code, "sign in")
        return people.sign_in(connection, person.code, call.now)

    call.new_cookie = call.site.database.write(change)
    return RedirectResponse(where, 303)


def _local(address: str) -> str:
    """An address of this server, and of no other."""
    parts = urlsplit(address)
    is_local = not parts.scheme and not parts.netloc and address.startswith("/") and address[1:2] not in ("/", "\\")
    return address if is_local and address.isprintable() else "/"
