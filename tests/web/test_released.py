"""Marks reach students when they are released, and no byte of them before; what marking again moves is seen first."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from markscheme.web import schema
from markscheme.web.app import declared
from markscheme.web.database import rows
from tests.web.marking_site import (
    CANARIES,
    SHAPE_AT,
    WHY_AT,
    change_key,
    decide,
    done,
    group,
    keys,
    marking_world,
    release,
)
from tests.web.site import Client, World

MARKED = ("ann", "bob", "cem", "dan")


@pytest.fixture
def it(tmp_path: Path) -> Iterator[World]:
    found = marking_world(tmp_path)
    yield found
    found.site.close()


def code(it: World, name: str) -> str:
    return it.sitting(name)["code"]


def canaries(it: World) -> set[str]:
    """What stands in keys alone, of every student: numbers of ten digits, workings, points, slips, secret seeds."""
    found: set[str] = set(CANARIES) | {it.sitting(name)["seed"] for name in MARKED}
    for name in (*MARKED, "eve"):
        own = keys(it, name)
        found |= {own["product"], own["double"]}
    return found


def everything(it: World, client: Client, name: str) -> Iterator[tuple[str, str]]:
    """Every answer that somebody gets: of each page of the server, by GET and by POST, as HTML and as JSON."""
    values = {"course": it.course, "exam": it.exam, "sitting": code(it, name), "code": code(it, name), "label": "2",
              "number:int": "2", "token": "x", "token:int": "1", "member:int": "1", "request:int": "1",
              "person": it.people[name].code}  # fmt: skip
    for page in declared():
        address = page.path
        for key, value in values.items():
            address = address.replace(f"{{{key}}}", value)
        if "events" in address or address in ("/sign-out", f"/sit/{code(it, name)}/hand-in"):
            continue
        for accept in ("text/html", "application/json"):
            headers = {"accept": accept, "X-CSRF-Token": client.csrf}
            for method in page.methods:
                response = client.request(method, address, headers=headers)
                yield f"{method} {address} {accept}", f"{response.headers}\n{response.text}"
    for question, answer, text in (("2", "product", "7"), ("2", "why", "x"), ("3", "shape", "[1]")):
        sent = {"client": "a", "sequence": 99, "base": 0, "question": question, "answer": answer, "text": text}
        for address, data in (
            ("save", {"saves": [sent]}),
            ("read", {"name": f"{question} {answer}", "text": text}),
        ):
            response = client.act(f"/sit/{code(it, name)}/{address}", json=data)
            yield f"{address} {answer}", response.text


@pytest.mark.parametrize("state", ["running", "marked"])
def test_no_byte_before_release_has_a_key(it: World, state: str) -> None:
    """Whatever a student asks for, while sitting and after it: no canary sings. After release theirs do."""
    name = "eve" if state == "running" else "bob"
    client = it.client(name)
    if state == "running":
        client.act(f"/sit/{code(it, name)}/start", {"honor": "signed"})
    birds = canaries(it)
    seen = 0
    for where, told in everything(it, client, name):
        seen += 1
        for bird in birds:
            assert bird not in told, (where, bird)
    assert seen > 60
    if state == "marked":
        assert release(it, anyway="1").status_code == 200
        sung = client.get(f"/sit/{code(it, name)}/marks").text + client.get(f"/sit/{code(it, name)}/marks/2").text
        for bird in (keys(it, name)["product"], *CANARIES):
            assert bird in sung
        others = canaries(it) - {keys(it, name)["product"], keys(it, name)["double"], *CANARIES}
        for where, told in everything(it, client, name):
            for bird in others:
                assert bird not in told, (where, bird)


def test_what_waits_stops_a_release_unless_it_is_meant(it: World) -> None:
    """With answers that nobody decided a release is refused, and nobody sees anything; ticked, it is done."""
    assert release(it).status_code == 409
    assert it.sitting("ann")["state"] == "marked"
    assert release(it, anyway="1").status_code == 200
    assert {it.sitting(name)["state"] for name in MARKED} == {"released"}
    assert it.sitting("eve")["state"] == "ready"
    page = it.client("ann").get(f"/sit/{code(it, 'ann')}/marks").text
    assert "Your marks" in page
    assert it.client("bob").get(f"/sit/{code(it, 'ann')}/marks").status_code == 404


def test_after_release_students_see_changes_when_they_are_released(it: World) -> None:
    """A later decision reaches the student with the next release, as revised; who is untouched stays released."""
    release(it, anyway="1")
    marker, ann = it.client("marker"), it.client("ann")
    before = ann.get(f"/sit/{code(it, 'ann')}/marks").text
    decide(marker, it, group(marker, it, *WHY_AT, code=code(it, "ann")), tick_0="1", comment="Now I see it.")
    assert ann.get(f"/sit/{code(it, 'ann')}/marks").text == before
    assert release(it, anyway="1").status_code == 200
    after = ann.get(f"/sit/{code(it, 'ann')}/marks").text
    assert "Now I see it." in after
    assert "revised" in after
    assert {name: it.sitting(name)["state"] for name in MARKED} == {
        "ann": "revised", "bob": "released", "cem": "released", "dan": "released"
    }  # fmt: skip


def test_marks_that_changed_since_the_page_are_not_released(it: World) -> None:
    """What is released is what was shown: a decision in between asks to look again."""
    teacher, marker = it.client("teacher"), it.client("marker")
    page = teacher.get(f"/exams/{it.exam}/release").text
    stamp = re.findall(r'name="stamp" value="([^"]*)"', page)[0]
    decide(marker, it, group(marker, it, *SHAPE_AT), marks_0="1")
    response = teacher.act(f"/exams/{it.exam}/release", {"stamp": stamp, "anyway": "1"})
    assert response.status_code == 409
    assert it.sitting("ann")["state"] == "marked"


def regraded(it: World) -> tuple[str, str]:
    """Mark again, and the page with its stamp."""
    teacher = it.client("teacher")
    teacher.act(f"/exams/{it.exam}/regrade")
    assert not done(it).failed
    page = teacher.get(f"/exams/{it.exam}/regrade").text
    return page, re.findall(r'name="stamp" value="([^"]*)"', page)[0]


def totals(it: World) -> dict[str, str]:
    page = it.client("marker").get(f"/exams/{it.exam}/mark/copies").text
    return dict(re.findall(r"<code>(\w+)</code></a></th><td class=\"number\">([\d./]+)", page))


def test_a_changed_key_shows_its_difference_before_it_counts(it: World) -> None:
    """Nothing changes until it is applied, then what was shown does; decisions stay; every version is kept."""
    marker, teacher = it.client("marker"), it.client("teacher")
    decide(marker, it, group(marker, it, *SHAPE_AT), marks_0="1")
    before = totals(it)
    change_key(it.site.folder, off=1)
    it.site.jobs = 1  # new processes read the file as it is now
    page, stamp = regraded(it)
    assert totals(it) == before
    moved = list(csv.DictReader(io.StringIO(teacher.get(f"/exams/{it.exam}/moved.csv").text)))
    moves = [(row["student"], row["answer"], row["before"][0], row["after"][0]) for row in moved]
    assert [it_ for it_ in moves if it_[2] != it_[3]] == [(code(it, "ann"), "product", "2", "0")]
    assert code(it, "ann") in page
    assert teacher.act(f"/exams/{it.exam}/regrade/apply", {"stamp": "0" * 24}).status_code == 409
    assert totals(it) == before
    assert teacher.act(f"/exams/{it.exam}/regrade/apply", {"stamp": stamp}).status_code == 200
    after = totals(it)
    assert float(after[code(it, "ann")]) == float(before[code(it, "ann")]) - 2
    assert {c for c in after if after[c] != before[c]} == {code(it, "ann")}
    assert teacher.act(f"/exams/{it.exam}/regrade/apply", {"stamp": stamp}).status_code == 409
    with it.site.database.reading() as connection:
        kept = rows(connection, select(schema.reports.c.id).where(schema.reports.c.sitting == code(it, "ann")))
    assert len(kept) == 2


def test_marking_again_without_a_change_moves_nothing(it: World) -> None:
    """The same problems give the same marks, and the difference is empty."""
    page, _ = regraded(it)
    assert '<strong class="number">0</strong> answers move' in page


def test_a_student_asks_for_a_second_look(it: World) -> None:
    """With a reason, of an own answer, after release; it is listed for markers by code, answered and logged."""
    ann = it.client("ann")
    address = f"/sit/{code(it, 'ann')}/second-look"
    asked = {"place": "2 why", "reason": "I did <b>name</b> the cause."}
    assert ann.act(address, asked).status_code == 409
    release(it, anyway="1")
    for bad in ({"place": "2 nothing"}, {"reason": " "}, {"reason": "x" * 2001}):
        assert ann.act(address, asked | bad).status_code == 400
    assert it.client("bob").act(address, asked).status_code == 404
    assert ann.act(address, asked).status_code == 200
    marker = it.client("marker")
    page = marker.get(f"/exams/{it.exam}/requests").text
    assert "I did &lt;b&gt;name&lt;/b&gt; the cause." in page
    assert "Ann" not in page
    number = re.findall(r'action="(/exams/\w+/requests/\d+)"', page)[0]
    assert marker.act(number, {"text": ""}).status_code == 400
    assert marker.act(number, {"text": "You did; see the new marks."}).status_code == 200
    assert "You did; see the new marks." in ann.get(f"/sit/{code(it, 'ann')}/marks").text
    with it.site.database.reading() as connection:
        told = [row["what"] for row in rows(connection, select(schema.audit))]
    assert {"ask for a second look", "answer request", "release"} <= set(told)


def test_requests_have_an_end(it: World) -> None:
    """Nobody fills the desk with requests."""
    release(it, anyway="1")
    ann = it.client("ann")
    asked = {"place": "2 why", "reason": "again"}
    statuses = [ann.act(f"/sit/{code(it, 'ann')}/second-look", asked).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_marks_that_were_released_and_voided_are_not_shown(it: World) -> None:
    """A sitting that does not count shows no marks, whatever was released before."""
    release(it, anyway="1")
    row = schema.sittings.c.code == code(it, "ann")
    it.site.database.write(lambda c: c.execute(update(schema.sittings).where(row).values(state="void")))
    ann = it.client("ann")
    assert ann.get(f"/sit/{code(it, 'ann')}/marks").status_code == 409
    assert ann.get(f"/sit/{code(it, 'ann')}/marks/2").status_code == 409


def test_solutions_are_those_of_the_numbers_that_were_marked(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a problem draws others now, no solution is shown in place of the right one; the marks stay."""
    release(it, anyway="1")
    own: Any = schema.sittings
    it.site.database.write(lambda c: c.execute(update(own).where(own.c.code == code(it, "ann")).values(seed="other")))
    ann = it.client("ann")
    response = ann.get(f"/sit/{code(it, 'ann')}/marks/2")
    assert response.status_code == 400
    assert "has changed since the exam" in response.text
    assert ann.get(f"/sit/{code(it, 'ann')}/marks").status_code == 200
