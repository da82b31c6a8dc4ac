"""The API: what the pages do, for programs with tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from markscheme.web import courses, schema
from markscheme.web.api import tokens
from markscheme.web.clock import DAY, MINUTE
from tests.web.site import Client, World, world

ALL = tuple(tokens.SCOPES)


@pytest.fixture
def it(tmp_path: Path) -> Iterator[World]:
    found = world(tmp_path)
    yield found
    found.site.close()


def program(it: World, name: str, *scopes: str) -> Client:
    """A program with a person's token, good for all where no scope is named."""
    person = it.people[name].code
    token = it.site.database.write(
        lambda connection: tokens.make(connection, person, "test", scopes or ALL, 10, it.time[0])
    )
    client = it.client()
    client.base_url = "https://testserver/api/v1"
    client.headers["authorization"] = f"Bearer {token}"
    return client


def sat(it: World, name: str, text: str) -> str:
    """A sitting with one answer, handed in."""
    student, code = it.client(name), it.sitting(name)["code"]
    student.act(f"/sit/{code}/start", {"honor": "signed"})
    sent = {"client": "a", "sequence": 1, "base": 0, "question": "2", "answer": "shape", "text": text}
    student.act(f"/sit/{code}/save", json={"saves": [sent]})
    student.act(f"/sit/{code}/hand-in")
    return code


def marked(it: World, code: str, marks: float, *, released: bool) -> None:
    """A marking of a sitting, as the desk leaves it."""
    data = {"student": "ann", "seed": "SECRET-SEED", "marks": marks, "out_of": 12, "answers": []}

    def change(connection: Any) -> None:
        state = "released" if released else "marked"
        connection.execute(update(schema.sittings).where(schema.sittings.c.code == code).values(state=state))
        connection.execute(schema.reports.insert().values(
            sitting=code, at=it.time[0], data=json.dumps(data), is_released=released
        ))  # fmt: skip

    it.site.database.write(change)


def test_a_token_is_made_used_and_revoked_on_the_account(it: World) -> None:
    """It is shown once, kept as a hash, good for its scopes alone, and for nothing once it is revoked."""
    browser = it.client("teacher")
    page = browser.act("/account/tokens", {"name": "gradebook", "days": "30", "scope": ["courses:read"]}).text
    token = re.findall(r'id="token">(\w[\w-]+)<', page)[0]
    with it.site.database.reading() as connection:
        row = connection.execute(schema.tokens.select()).one()
    assert token not in str(row)
    api = it.client()
    api.headers["authorization"] = f"Bearer {token}"
    assert [it["title"] for it in api.get("/api/v1/courses").json()["items"]] == ["Deep learning"]
    refused = api.get(f"/api/v1/courses/{it.course}/members")
    assert refused.status_code == 403
    assert "rosters:read" in refused.json()["error"]
    assert token not in browser.get("/account").text
    browser.act(f"/account/tokens/{row.id}/revoke")
    assert api.get("/api/v1/courses").status_code == 401


def test_a_token_ends(it: World) -> None:
    """After its last day it is good for nothing."""
    api = program(it, "teacher")
    it.time[0] += 10 * DAY - 1
    assert api.get("/me").status_code == 200
    it.time[0] += 1
    assert api.get("/me").status_code == 401


@pytest.mark.parametrize("bad", [
    {"name": ""}, {"name": "x" * 101}, {"days": "0"}, {"days": "401"}, {"days": "-1"}, {"days": "²"}, {"scope": []},
    {"scope": ["courses:read", "everything"]}, {"name": "nul\0"},
])  # fmt: skip
def test_no_token_is_made_of_what_is_wrong(it: World, bad: dict[str, Any]) -> None:
    """A token has a name, an end and scopes that there are."""
    sent = {"name": "x", "days": "30", "scope": ["courses:read"]} | bad
    assert it.client("teacher").act("/account/tokens", sent).status_code == 400
    with it.site.database.reading() as connection:
        assert not connection.execute(schema.tokens.select()).all()


def test_nobody_revokes_the_tokens_of_others(it: World) -> None:
    """Another person's token is none, whatever its number."""
    api = program(it, "teacher")
    assert it.client("marker").act("/account/tokens/1/revoke").status_code == 404
    assert api.get("/me").json() == {"name": "Teacher", "scopes": sorted(ALL)}


def test_no_cookie_opens_the_api(it: World) -> None:
    """A browser that is signed in is nobody here: no other site can make it call."""
    response = it.client("teacher").get("/api/v1/courses")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in response.headers


def test_a_token_can_do_what_its_person_can(it: World) -> None:
    """Whoever is a marker no more sees nothing more, whatever the token says."""
    api = program(it, "marker")
    assert api.get(f"/exams/{it.exam}").status_code == 200
    it.site.database.write(
        lambda connection: courses.enroll(connection, it.course, it.people["marker"].code, "student")
    )
    assert api.get(f"/exams/{it.exam}").status_code == 403


def test_a_class_by_program(it: World) -> None:
    """Roster in, exam made, made ready, opened, sat; answers out."""
    api = program(it, "teacher")
    sent = {"students": [
        {"student": "cy", "first": "C", "last": "Young", "extra_time": "25%"},
        {"student": "dee", "extra_time": "a lot"},
        {"student": "e e"},
    ]}  # fmt: skip
    taken = api.post(f"/courses/{it.course}/roster", json=sent).json()
    assert (taken["taken"], taken["new"]) == (1, 1)
    assert [("a lot" in row["complaint"], row["row"]) for row in taken["broken"]] == [(False, 3), (True, 0)]
    members = api.get(f"/courses/{it.course}/members").json()["items"]
    assert {"student": "cy", "name": "C Young", "extra_factor": 1.25}.items() <= members[-1].items()
    assert "eecs182-sp23" in api.get(f"/courses/{it.course}/papers").json()
    made = api.post(f"/courses/{it.course}/exams", json={"paper": "paper", "title": "Quiz", "minutes": 20})
    assert made.status_code == 400  # it lies in no folder of papers
    made = api.post(f"/courses/{it.course}/exams", json={"paper": "eecs182-sp23", "title": "Quiz", "minutes": 20})
    assert (made.status_code, made.json()["opens_at"]) == (201, None)
    exam = made.json()["code"]
    opened = api.post(f"/exams/{exam}/open", json={"closes_at": "2030-01-01T00:00:00Z"}).json()
    assert opened["closes_at"] == "2030-01-01T00:00:00Z"
    assert api.post(f"/exams/{exam}/close").json()["closes_at"] != opened["closes_at"]
    code = sat(it, "ann", "1x2")
    listed = {row["student"]: row["state"] for row in api.get(f"/exams/{it.exam}/sittings").json()["items"]}
    assert listed == {"ann": "handed in", "bob": "ready"}
    assert api.get(f"/sittings/{code}/answers").json()[-1] == {"question": "2", "answer": "shape", "text": "1x2"}


def test_marks_go_out_to_whom_they_are_for_and_when(it: World) -> None:
    """Markers see the latest marks of a sitting that is over, its student only those released, nobody else any."""
    code = sat(it, "ann", "1x2")
    ann, bob, marker = program(it, "ann"), program(it, "bob"), program(it, "marker")
    marked(it, code, 7.5, released=False)
    assert ann.get(f"/sittings/{code}/marks").status_code == 403
    assert marker.get(f"/sittings/{code}/marks").json()["marks"] == 7.5
    marked(it, code, 0, released=True)
    marked(it, code, 9, released=False)  # a regrade that is not released
    it.site.database.write(
        lambda connection: connection.execute(update(schema.sittings).values(state="released"))
    )  # fmt: skip
    assert ann.get(f"/sittings/{code}/marks").json()["marks"] == 0
    assert "SECRET-SEED" not in ann.get(f"/sittings/{code}/marks").text
    assert bob.get(f"/sittings/{code}/marks").status_code == 404
    assert [row["marks"] for row in marker.get(f"/exams/{it.exam}/marks").json()["items"]] == [9]
    assert ann.get(f"/exams/{it.exam}/marks").status_code == 403


def test_a_students_answers_are_seen_when_the_guard_says_so(it: World) -> None:
    """A marker sees no answer before the end; time that ends while nobody looks ends here too."""
    student, code = it.client("ann"), it.sitting("ann")["code"]
    student.act(f"/sit/{code}/start", {"honor": "signed"})
    marker, ann = program(it, "marker"), program(it, "ann")
    assert marker.get(f"/sittings/{code}/answers").status_code == 403
    assert ann.get(f"/sittings/{code}/answers").status_code == 200
    it.time[0] += 61 * MINUTE
    assert marker.get(f"/sittings/{code}").json()["state"] == "time up"
    assert marker.get(f"/sittings/{code}/answers").status_code == 200


def test_lists_come_in_parts_that_miss_nobody(it: World) -> None:
    """Following `next` gives each once, whatever the size of a part."""
    api = program(it, "teacher")
    students = [{"student": f"s{i}"} for i in range(23)]
    assert api.post(f"/courses/{it.course}/roster", json={"students": students}).json()["new"] == 23
    found: list[str] = []
    after = "0"
    while after:
        part = api.get(f"/courses/{it.course}/members", params={"after": after, "limit": 7}).json()
        assert len(part["items"]) <= 7
        found += [it["student"] for it in part["items"] if it["role"] == "student"]
        after = part["next"]
    assert sorted(found) == sorted(["ann", "bob", *[f"s{i}" for i in range(23)]])


@pytest.mark.parametrize(("address", "sent", "status"), [
    ("roster", b"{", 422),
    ("roster", b'{"students": [{"student": "a", "shoe": "42"}]}', 422),
    ("roster", b'{"students": [{"student": "\\u0000"}]}', 422),
    ("roster", b'{"students": [{"student": "\\ud800"}]}', 422),
    ("roster", b"[" * 100_000, 400),
    ("roster", b" " * 2_000_001, 413),
    ("exams", b" " * 64_001, 413),
    ("exams", b'{"paper": "eecs182-sp23", "minutes": "20"}', 422),
    ("exams", b'{"paper": "/etc/passwd", "minutes": 20}', 400),
    ("exams", b'{"paper": "nope", "minutes": ' + b"9" * 5000 + b"}", 400),
])  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(it: World, address: str, sent: bytes, status: int) -> None:
    """Whatever is sent, the answer is a status and a sentence, and nothing of it is kept."""
    api = program(it, "teacher")
    response = api.post(
        f"/courses/{it.course}/{address}", content=sent, headers={"content-type": "application/json"}
    )  # fmt: skip
    assert response.status_code == status
    assert response.json()["error"]
    assert len(api.get(f"/courses/{it.course}/members").json()["items"]) == 4


def test_who_calls_too_often_is_told_to_wait(it: World) -> None:
    """Each token has its own measure, and whoever has none shares one with others of that host."""
    api, other = program(it, "teacher"), program(it, "marker")
    statuses = [api.get("/me").status_code for _ in range(201)]
    assert statuses[:200] == [200] * 200
    assert statuses[-1] == 429
    assert other.get("/me").status_code == 200
    it.time[0] += 1000
    assert api.get("/me").status_code == 200


def test_every_answer_has_the_headers_and_the_description_is_plain_json(it: World) -> None:
    """No page of documentation with scripts of others; the description says of each call what it needs."""
    api = it.client()
    described = api.get("/api/v1/openapi.json")
    assert "components" in described.json()
    for address in ("/api/v1/openapi.json", "/api/v1/docs", "/api/v1/redoc", "/api/v1/me", "/api/v1/nothing"):
        response = api.get(address)
        assert response.headers["content-type"] == "application/json"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert response.headers["cache-control"] == "no-store"
    assert api.get("/api/v1/docs").status_code == 404
