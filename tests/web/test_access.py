"""Who may call what: every declared page and every call of the API, by everybody, on what is theirs and what is not.

A page that is declared has a row here, written by hand: what the code declares is not what it is compared with.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection

from markscheme.web import courses, logs, people, practice, security
from markscheme.web.api import tokens
from markscheme.web.api.endpoints import calls
from markscheme.web.app import application, declared
from markscheme.web.pages import room
from markscheme.web.routing import Page
from markscheme.web.security import Limits
from tests.web.site import Client, World, world

VIEWERS: Final = (
    "nobody", "stranger", "student elsewhere", "teacher elsewhere", "operator", "other student", "student", "marker",
    "teacher",
)  # fmt: skip
ANYONE = "anyone"
SIGNED_IN = "whoever is signed in"
OPERATOR = "the operator"
MEMBERS = "members"
MARKERS = "markers and teachers"
TEACHERS = "teachers"
SITTER = "the student whose sitting it is"
OWNER = "whoever practices it"
SITTER_OR_MARKERS = "the student whose sitting it is, markers and teachers"

ROWS: Final = {
    "GET /": ANYONE,
    "GET /health": ANYONE,
    "GET /sign-in": ANYONE,
    "POST /sign-in": ANYONE,
    "GET /enter/{token}": ANYONE,
    "POST /enter/{token}": ANYONE,
    "POST /sign-out": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "POST /account/tokens": SIGNED_IN,
    "POST /account/tokens/{token:int}/revoke": SIGNED_IN,
    "GET /courses": OPERATOR,
    "POST /courses": OPERATOR,
    "POST /people/{person}/forget": OPERATOR,
    "GET /courses/{course}": MARKERS,
    "POST /courses/{course}/roster": TEACHERS,
    "GET /courses/{course}/roster.csv": TEACHERS,
    "POST /courses/{course}/links.csv": TEACHERS,
    "POST /courses/{course}/staff": TEACHERS,
    "POST /courses/{course}/members/{member:int}": TEACHERS,
    "GET /courses/{course}/papers/new": TEACHERS,
    "POST /courses/{course}/papers/new": TEACHERS,
    "GET /courses/{course}/exams/new": TEACHERS,
    "POST /courses/{course}/exams/new": TEACHERS,
    "GET /exams/{exam}": MARKERS,
    "POST /exams/{exam}/prepare": TEACHERS,
    "POST /exams/{exam}/open": TEACHERS,
    "POST /exams/{exam}/close": TEACHERS,
    "GET /exams/{exam}/answers.csv": TEACHERS,
    "GET /exams/{exam}/room": TEACHERS,
    "GET /exams/{exam}/room/events": TEACHERS,
    "POST /exams/{exam}/room/all": TEACHERS,
    "GET /exams/{exam}/mark": MARKERS,
    "POST /exams/{exam}/mark": MARKERS,
    "GET /exams/{exam}/mark/progress": MARKERS,
    "POST /exams/{exam}/mark/write": MARKERS,
    "GET /exams/{exam}/mark/answers": MARKERS,
    "POST /exams/{exam}/mark/answers": MARKERS,
    "GET /exams/{exam}/mark/copy/{code}": MARKERS,
    "GET /exams/{exam}/mark/copies": MARKERS,
    "GET /exams/{exam}/mark/disagreements": MARKERS,
    "GET /exams/{exam}/scans": MARKERS,
    "GET /exams/{exam}/scans/crop": MARKERS,
    "GET /exams/{exam}/scans/answers": MARKERS,
    "POST /exams/{exam}/scans/answers": MARKERS,
    "POST /exams/{exam}/scans/read": MARKERS,
    "GET /exams/{exam}/scans/pages": MARKERS,
    "POST /exams/{exam}/scans/pages": MARKERS,
    "GET /exams/{exam}/scans/picture": MARKERS,
    "GET /exams/{exam}/scans/copy/{code}": MARKERS,
    "POST /exams/{exam}/scans/copy/{code}": MARKERS,
    "GET /exams/{exam}/report": MARKERS,
    "GET /exams/{exam}/requests": MARKERS,
    "POST /exams/{exam}/requests/{request:int}": MARKERS,
    "GET /exams/{exam}/regrade": TEACHERS,
    "POST /exams/{exam}/regrade": TEACHERS,
    "POST /exams/{exam}/regrade/apply": TEACHERS,
    "GET /exams/{exam}/moved.csv": TEACHERS,
    "GET /exams/{exam}/release": TEACHERS,
    "POST /exams/{exam}/release": TEACHERS,
    "GET /sittings/{sitting}": TEACHERS,
    "POST /sittings/{sitting}": TEACHERS,
    "GET /lti/jwks": ANYONE,
    "GET /lti/login": ANYONE,
    "POST /lti/login": ANYONE,
    "POST /lti/launch": ANYONE,
    "GET /lti/connect/{ticket}": SIGNED_IN,
    "POST /lti/connect/{ticket}": SIGNED_IN,
    "POST /lti/choose": ANYONE,
    "GET /lti": OPERATOR,
    "POST /lti/platforms": OPERATOR,
    "POST /lti/platforms/{platform}/remove": OPERATOR,
    "POST /lti/platforms/{platform}/again": OPERATOR,
    "GET /sit/{sitting}": SITTER,
    "POST /sit/{sitting}/start": SITTER,
    "GET /sit/{sitting}/{number:int}": SITTER,
    "POST /sit/{sitting}/save": SITTER,
    "POST /sit/{sitting}/read": SITTER,
    "GET /sit/{sitting}/state": SITTER,
    "GET /sit/{sitting}/hand-in": SITTER,
    "POST /sit/{sitting}/hand-in": SITTER,
    "GET /practice": ANYONE,
    "POST /practice/start": ANYONE,
    "GET /practice/items/{code}": OWNER,
    "POST /practice/items/{code}": OWNER,
    "POST /practice/items/{code}/read": OWNER,
    "GET /sit/{sitting}/marks": SITTER,
    "GET /sit/{sitting}/marks/{label}": SITTER,
    "POST /sit/{sitting}/second-look": SITTER,
}
"""Whom each page is for."""
NEEDS_MORE: Final = (
    "/account/tokens/{token:int}/revoke", "/lti/connect/{ticket}", "/lti/choose", "/lti/platforms/{platform}/remove",
    "/exams/{exam}/mark/answers", "/exams/{exam}/mark/copy/{code}", "/exams/{exam}/mark/write", "/exams/{exam}/scans",
    "/exams/{exam}/scans/crop", "/exams/{exam}/scans/answers", "/exams/{exam}/scans/read",
    "/exams/{exam}/scans/pages", "/exams/{exam}/scans/picture", "/exams/{exam}/scans/copy/{code}",
)  # fmt: skip
"""Where whoever is let in is told that something is not there: it is made by other pages, and tested with them."""
FOREIGN: Final = ("POST /lti/login", "POST /lti/launch", "POST /lti/choose")
"""What other sites may send to; tests/web/test_lti.py has how it proves itself."""

CALLS: Final = {
    "GET /me": (SIGNED_IN, ""),
    "GET /courses": (SIGNED_IN, "courses:read"),
    "GET /courses/{course}": (MEMBERS, "courses:read"),
    "GET /courses/{course}/members": (MARKERS, "rosters:read"),
    "POST /courses/{course}/roster": (TEACHERS, "rosters:write"),
    "GET /courses/{course}/papers": (TEACHERS, "exams:read"),
    "GET /courses/{course}/exams": (MARKERS, "exams:read"),
    "POST /courses/{course}/exams": (TEACHERS, "exams:write"),
    "GET /exams/{exam}": (MARKERS, "exams:read"),
    "POST /exams/{exam}/prepare": (TEACHERS, "exams:write"),
    "POST /exams/{exam}/open": (TEACHERS, "exams:write"),
    "POST /exams/{exam}/close": (TEACHERS, "exams:write"),
    "GET /exams/{exam}/sittings": (MARKERS, "exams:read"),
    "GET /exams/{exam}/marks": (MARKERS, "marks:read"),
    "GET /sittings": (SIGNED_IN, "exams:read"),
    "GET /sittings/{sitting}": (SITTER_OR_MARKERS, "exams:read"),
    "GET /sittings/{sitting}/answers": (SITTER_OR_MARKERS, "answers:read"),
    "GET /sittings/{sitting}/marks": (SITTER_OR_MARKERS, "marks:read"),
}
"""Whom each call of the API is for, and the scope that its token needs."""

SENT: Final = {
    "/courses/{course}/roster": {"students": [{"student": "zoe"}]},
    "/courses/{course}/exams": {"paper": "eecs182-sp23", "minutes": 5},
    "/exams/{exam}/open": {},
}
"""What a call is sent that is right."""

MEMBERS_OF: Final = ("other student", "student", "marker", "teacher")


def expected(whom: str, viewer: str) -> int:
    """The status that somebody is told; 200 stands for being let in."""
    if whom == ANYONE:
        return 200
    if whom == OWNER:
        return 200 if viewer == "student" else 404
    if viewer == "nobody":
        return 401
    if whom == SIGNED_IN:
        return 200
    if whom == OPERATOR:
        return 200 if viewer == "operator" else 404
    if whom == SITTER:
        return 200 if viewer == "student" else 404
    if viewer not in MEMBERS_OF:
        return 404
    allowed = {
        MEMBERS: MEMBERS_OF,
        MARKERS: ("marker", "teacher"),
        TEACHERS: ("teacher",),
        SITTER_OR_MARKERS: ("student", "marker", "teacher"),
    }[whom]
    if viewer in allowed:
        return 200
    return 404 if whom == SITTER_OR_MARKERS else 403


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = world(Path(tmp_path_factory.mktemp("access")))
    found.site.api_calls = found.site.sign_ins = Limits(most=10**9, a_minute=10**9)
    now = found.time[0]

    def fill(connection: Connection) -> None:
        for name in ("elsewhere t", "elsewhere s", "spare"):
            found.people[name] = people.add(connection, name, None, now)
        other = courses.add_course(connection, "Another course", found.people["elsewhere t"].code, now)
        courses.enroll(connection, other, found.people["elsewhere s"].code, "student")
        found.people |= {"teacher elsewhere": found.people["elsewhere t"], "student": found.people["ann"]}
        found.people |= {"student elsewhere": found.people["elsewhere s"], "other student": found.people["bob"]}

    found.site.database.write(fill)
    yield found
    while found.site.preparing:
        time.sleep(0.05)
    found.site.close()


def filled(it: World, path: str) -> str:
    """An address in which everything is real."""

    def made(connection: Connection) -> tuple[str, str, str]:
        person = people.add(connection, "Invited", None, it.time[0]).code
        owner = practice.Owner(it.people["student"].code, "")
        item = practice.start(connection, owner, "convolution/output_shape", 0, it.time[0])
        return person, people.invite(connection, person, it.time[0]), item.code

    person, token, item = it.site.database.write(made)
    values = {
        "course": it.course, "exam": it.exam, "sitting": it.sitting("ann")["code"], "token": token, "person": person,
        "code": item, "token:int": "1", "member:int": "1", "number:int": "2", "request:int": "1", "label": "2",
        "ticket": "none", "platform": "none",
    }  # fmt: skip
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"test_access does not know what stands for the braces of {path}"
    return path


def browser(it: World, viewer: str) -> Client:
    found = it.client("" if viewer == "nobody" else viewer)
    if viewer == "nobody":  # its cookie is given with the first page
        token = found.get("/health").cookies[security.COOKIE]
        found.csrf = security.csrf_of(it.site.key, token)
    found.follow_redirects = False
    return found


def program(it: World, viewer: str, scopes: list[str]) -> Client:
    """A program with a token of somebody; of nobody, without one."""
    found = it.client()
    found.base_url = "https://testserver/api/v1"
    if viewer != "nobody":
        person = it.people[viewer].code

        def change(connection: Connection) -> str:
            connection.exec_driver_sql("DELETE FROM tokens")
            return tokens.make(connection, person, "test", scopes, 10, it.time[0])

        found.headers["authorization"] = f"Bearer {it.site.database.write(change)}"
    return found


PAGES: Final = {f"{method} {page.path}": page for page in declared() for method in page.methods}
CHANGING: Final = [name for name in PAGES if not name.startswith("GET")]
OURS: Final = [name for name in CHANGING if name not in FOREIGN]


def test_every_page_has_a_row() -> None:
    """What is declared is what stands in the tables, no more and no less."""
    assert sorted(PAGES) == sorted(ROWS)
    assert sorted([" ".join(it) for it in calls()]) == sorted(CALLS)
    assert sorted([name for name, page in PAGES.items() if page.is_foreign and name in CHANGING]) == sorted(FOREIGN)


@pytest.mark.parametrize("row", ROWS)
def test_a_page_lets_in_whom_it_is_for(it: World, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else learns more than that they are to sign in, that there is no such page, or that it is not for them."""
    monkeypatch.setattr(room, "LONGEST", 1)
    monkeypatch.setattr(room, "EVERY", 0.0)
    method, path = row.split()
    for viewer in VIEWERS:
        client = browser(it, viewer)
        address = filled(it, path)
        headers = {"X-CSRF-Token": client.csrf, "accept": "application/json"}
        response = client.request(method, address, headers=headers)
        told = f"{row} by {viewer}: {response.status_code} {response.text[:200]}"
        if (status := expected(ROWS[row], viewer)) == 200:
            assert response.status_code not in (403, 405, 422), told
            assert response.status_code < 500, told
            assert response.status_code != 401 or path == "/sign-in", told
            assert response.status_code != 404 or path in NEEDS_MORE, told
        else:
            assert response.status_code == status, told
            assert response.json().keys() == {"error"}, told
        _has_headers(response)


def _has_headers(response: Any) -> None:
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == policy.count("style-src-attr 'unsafe-inline'")
    for name, value in security.ALWAYS.items():
        assert response.headers[name] == value
    for cookie in response.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= {it.strip() for it in cookie.split(";")}
        assert "domain" not in cookie.lower()


@pytest.mark.parametrize("row", CALLS)
def test_a_call_lets_in_whom_it_is_for(it: World, row: str) -> None:
    """A program can do what its person can, if its token has the one scope that the call needs."""
    method, path = row.split()
    whom, scope = CALLS[row]
    for viewer in VIEWERS:
        response = program(it, viewer, [scope or "marks:read"]).request(
            method, filled(it, path), json=SENT.get(path) if method == "POST" else None
        )
        status = expected(whom, viewer)
        told = f"{row} by {viewer}: {response.status_code} {response.text[:200]}"
        if status == 200 and path.endswith(("/answers", "/marks")) and "/sittings/" in path:
            # whom the guard lets know of the sitting it may still refuse what is not to be seen yet
            assert response.status_code in (200, 403), told
            assert response.status_code == 200 or "not to be seen now" in response.text, told
        else:
            assert response.status_code in ((200, 201, 202) if status == 200 else (status,)), told
        _has_headers(response)
    if scope:
        others = [it for it in tokens.SCOPES if it != scope]
        response = program(it, "teacher", others).request(method, filled(it, path), json=SENT.get(path))
        assert response.status_code == 403
        assert scope in response.json()["error"]


@pytest.mark.parametrize("row", OURS)
def test_nothing_changes_without_the_token_of_a_page(it: World, row: str) -> None:
    """No token, another browser's, or a page of another site that sends: 403, whoever is signed in."""
    method, path = row.split()
    page: Page = PAGES[row]
    strange = browser(it, "stranger").csrf
    for viewer in ("nobody", "teacher"):
        client = browser(it, viewer)
        address, right = filled(it, path), {"X-CSRF-Token": client.csrf}
        for headers in (
            {}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": strange},
            right | {"Origin": "https://elsewhere.example"}, right | {"Origin": "null"},
            right | {"Sec-Fetch-Site": "cross-site"}, right | {"Sec-Fetch-Site": "same-site"},
        ):  # fmt: skip
            assert client.request(method, address, headers=headers).status_code == 403, (viewer, headers)
        for token in (strange, "ü"):
            assert client.request(method, address, data={"csrf": token, "minutes": "1"}).status_code == 403
    assert page.most_bytes <= 5_000_000


@pytest.mark.parametrize("row", CHANGING)
def test_a_body_has_a_bound(it: World, row: str) -> None:
    """What is longer than a page takes is refused before it is read whole, however its length is told."""
    method, path = row.split()
    most = PAGES[row].most_bytes
    client = browser(it, "teacher")
    headers = {"X-CSRF-Token": client.csrf}
    told = client.request(method, filled(it, path), content=b"x" * (most + 1), headers=headers)
    piece = b"x" * 100_000
    untold = client.request(method, filled(it, path), content=iter([piece] * (most // len(piece) + 1)), headers=headers)
    assert (told.status_code, untold.status_code) == (413, 413)
    lied = client.request(method, filled(it, path), content=b"", headers=headers | {"content-length": "1e9"})
    assert lied.status_code == 413


STRANGE: Final = (
    "/courses/%00", "/courses/%0d%0aSet-Cookie:%20a=b", "/courses/..%2f..%2fetc", "/courses/" + "x" * 5000,
    "/courses/%ff%fe", "/sit/'%20OR%201=1--", "/sit/%F0%9F%92%A3", "/exams/%5c%5celsewhere.example",
    "//elsewhere.example/", "/static/../schema.py", "/static/%2e%2e/schema.py", "/static/..%5cschema.py",
    "/static/%00", "/static/" + "x" * 5000,
    "/courses/", "/api/v1/courses/", "/api/v1/courses/%00", "/sit/a/99999999999999999999999", "/enter/%00",
    "/account/tokens/99999999999999999999999/revoke", "/sign-in?next=//elsewhere.example", "/sign-in?next=%0d%0aX:y",
)  # fmt: skip


@pytest.mark.parametrize("address", STRANGE)
def test_strange_addresses_lead_nowhere(it: World, address: str) -> None:
    """Whatever stands in an address and whichever host is named: no failure, no other site, no file of ours."""
    for viewer in ("nobody", "teacher"):
        client = browser(it, viewer)
        for method in ("GET", "POST"):
            headers = {
                "host": "elsewhere.example",
                "x-forwarded-host": "elsewhere.example",
                "X-CSRF-Token": client.csrf,
            }
            response = client.request(method, f"https://testserver{address}", headers=headers)
            assert response.status_code < 500, (method, response.text[:200])
            assert "elsewhere.example" not in response.headers.get("location", "")
            assert "sqlalchemy" not in response.text
            assert "x" not in response.headers
            assert not [it for it in response.cookies if it != security.COOKIE]
            _has_headers(response)


@pytest.mark.parametrize("cookie", [
    "", "=", "__Host-markscheme=", "__Host-markscheme=%00", "__Host-markscheme=\"a\\\"b\"",
    "__Host-markscheme=" + "x" * 7000, "__Host-markscheme=a; __Host-markscheme=b", "__Host-markscheme=<script>",
    "a" * 7000,
])  # fmt: skip
def test_strange_cookies_are_nobodys(it: World, cookie: str) -> None:
    """Whatever a cookie holds, whoever sends it is not signed in."""
    client = it.client()
    response = client.get("/account", headers={"cookie": cookie, "accept": "application/json"})
    assert response.status_code == 401
    assert "<script>" not in response.text


def test_after_signing_in_one_comes_to_a_page_of_this_server(it: World) -> None:
    """The address to go on to is one of ours, whatever the link said."""
    hashed = people.password_hash("a long password")
    it.site.database.write(lambda connection: connection.exec_driver_sql(
        f"UPDATE people SET password = '{hashed}' WHERE code = '{it.people['spare'].code}'"
    ))  # fmt: skip
    it.site.database.write(lambda connection: connection.exec_driver_sql(
        f"UPDATE people SET email = 'spare@example.edu' WHERE code = '{it.people['spare'].code}'"
    ))  # fmt: skip
    for where in (
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/\r\nX: y",
        "javascript:x",
    ):
        client = browser(it, "nobody")
        sent = {"email": "spare@example.edu", "password": "a long password", "next": where}
        response = client.act("/sign-in", sent)
        assert (response.status_code, response.headers["location"]) == (303, "/")


def test_a_line_of_the_log_is_one_record(it: World) -> None:
    """Text of strangers in a failure cannot begin a line of the log, nor color a terminal."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.OneLine())
    logger = logging.getLogger("markscheme.web")
    logger.addHandler(handler)
    hostile = "x\n2026-01-01 INFO markscheme.web: all is well\x1b[2J\u202e\x85"
    try:
        raise ValueError(hostile)  # noqa: TRY301 (it is caught to be logged)
    except ValueError:
        logger.exception("failed at %s", hostile)
    finally:
        logger.removeHandler(handler)
    first, *others = written.getvalue().rstrip("\n").split("\n")
    assert "all is well" in first
    assert all(line.startswith("  | ") for line in others)
    assert all(line.isprintable() for line in (first, *others))


def test_a_failure_tells_nothing_of_the_server(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong is noted for the operator, and whoever asked hears one sentence."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the inside")

    monkeypatch.setattr(courses, "members", broken)
    response = browser(it, "teacher").get(f"/courses/{it.course}")
    assert response.status_code == 500
    assert "secret of the inside" not in response.text
    _has_headers(response)


def test_the_application_is_made_of_declared_pages_alone(it: World) -> None:
    """Beside the pages of the table there are static files and the API, and nothing else."""
    paths = {getattr(route, "path", "") for route in application(it.site).routes}
    assert paths - {it.path for it in declared()} == {"/static", "/api/v1"}
