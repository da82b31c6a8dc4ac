"""The marking desk: what waits is decided once, by whom is kept, and nobody overwrites anybody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from markscheme.web import courses, desk, schema
from markscheme.web.clock import MINUTE
from markscheme.web.database import rows
from markscheme.web.desks import SittingsDesk
from markscheme.web.work import BROKEN, each
from tests.web.marking_site import SHAPE_AT, WHY_AT, decide, group, mark, marking_world
from tests.web.site import World


@pytest.fixture
def it(tmp_path: Path) -> Iterator[World]:
    found = marking_world(tmp_path)
    yield found
    found.site.close()


def board(it: World) -> desk.Board:
    with it.site.database.reading() as connection:
        row = rows(connection, select(schema.exams))[0]
    return desk.board(SittingsDesk(it.site, row))


def logged(it: World) -> list[dict[str, Any]]:
    with it.site.database.reading() as connection:
        return rows(connection, select(schema.decisions).order_by(schema.decisions.c.id))


def code(it: World, name: str) -> str:
    return it.sitting(name)["code"]


def test_sittings_that_are_over_are_marked_and_no_others(it: World) -> None:
    """Who has handed in has marks; who has not begun has none, and becomes none by marking."""
    kept = board(it).shelf.kept
    assert set(kept) == {code(it, name) for name in ("ann", "bob", "cem", "dan")}
    assert it.sitting("eve")["state"] == "ready"
    ann = {mark.answer: mark.verdict for mark in kept[code(it, "ann")].report.marks}
    assert (ann["product"].status, ann["why"].status, ann["shape"].status) == ("right", "by hand", "unreadable")
    assert all([report.student == report.seed for report in board(it).shelf.reports])


def test_time_that_has_ended_is_marked_too(it: World) -> None:
    """Nobody needs to hand in: when the time is up what was saved is marked."""
    student, sitting = it.client("eve"), code(it, "eve")
    student.act(f"/sit/{sitting}/start", {"honor": "signed"})
    it.time[0] += 61 * MINUTE
    assert not mark(it).failed
    assert it.sitting("eve")["state"] == "marked"


def test_one_that_fails_is_named_and_stops_no_other(it: World) -> None:
    """A copy whose numbers are not those that were posed is named with the reason; the others are marked."""
    table = schema.sittings
    for name in ("ann", "bob"):
        numbers = "0" * 24 if name == "ann" else it.sitting(name)["numbers"]
        values = {"numbers": numbers, "state": "handed in"}
        here = table.c.code == code(it, name)
        it.site.database.write(lambda c, here=here, values=values: c.execute(update(table).where(here).values(values)))
    work = mark(it)
    assert list(work.failed) == [code(it, "ann")]
    assert "not those that were printed" in work.failed[code(it, "ann")]
    assert (it.sitting("ann")["state"], it.sitting("bob")["state"]) == ("handed in", "marked")
    page = it.client("marker").get(f"/exams/{it.exam}/mark").text
    assert code(it, "ann") in page
    assert "could not be done" in page


def test_the_same_answer_is_decided_once(it: World) -> None:
    """Of the question that is the same for all, answers that say the same are one group, and one decision does."""
    marker = it.client("marker")
    form = group(marker, it, *SHAPE_AT)
    assert form["code"] == min(code(it, "ann"), code(it, "bob"))
    response = decide(marker, it, form, marks_0="1.5", comment="The brackets do not close.")
    assert response.status_code == 200
    found = logged(it)
    assert {row["sitting"] for row in found} == {code(it, "ann"), code(it, "bob")}
    assert {(row["marks"], row["kind"], row["who"]) for row in found} == {("3/2", "by hand", it.people["marker"].code)}
    assert {row["on_text"] for row in found} == {"huh ]]", "huh  ]]"}
    reports = {report.seed: report for report in board(it).reports()}
    for name in ("ann", "bob"):
        shape = next(mark for mark in reports[code(it, name)].marks if mark.answer == "shape")
        assert shape.verdict.marks == Fraction(3, 2)
        assert "The brackets do not close." in shape.verdict.reason
    assert (
        "other ]]"
        in marker.get(
            f"/exams/{it.exam}/mark/answers", params=dict(zip(("question", "answer"), SHAPE_AT, strict=True))
        ).text
    )


def test_answers_to_other_numbers_are_apart_unless_the_slip_is_the_same(it: World) -> None:
    """The same words at other numbers are two groups; the same slip is one, whatever the numbers."""
    it_ = board(it)
    assert [len(pile.marks) for pile in it_.piles(*WHY_AT, "waiting", "")] == [1, 1, 1]
    wrong = it_.piles("2", "product", "wrong", "")
    assert [(len(pile.marks), pile.marks[0].verdict.slips) for pile in wrong] == [(2, ("adds",)), (1, ())]


def test_a_rubric_is_ticked_point_by_point(it: World) -> None:
    """A tick gives a point's marks, a number a part of them, nothing nothing; what was given is said."""
    marker = it.client("marker")
    form = group(marker, it, *WHY_AT, code=code(it, "ann"))
    assert decide(marker, it, form, tick_0="1", marks_1="0.5").status_code == 200
    row = logged(it)[0]
    assert row["marks"] == "5/2"
    reports = {report.seed: report for report in board(it).reports()}
    why = next(mark for mark in reports[code(it, "ann")].marks if mark.answer == "why")
    assert f"{why.verdict.message}" == "By hand. names the cause: 2 of 2; names the cure: 0.5 of 1."


@pytest.mark.parametrize("bad", ["", "4", "-1", "one", "1e999999999", "nan", "1/0", "9" * 400])
def test_marks_that_are_none_are_refused_and_what_was_typed_stays(it: World, bad: str) -> None:
    """Marks are a number from 0 to the most; a complaint keeps the comment that was typed."""
    marker = it.client("marker")
    response = decide(marker, it, group(marker, it, *SHAPE_AT), marks_0=bad, comment="typed with care")
    assert response.status_code == 400
    assert "from 0 to" in response.text
    assert "typed with care" in response.text
    assert logged(it) == []


def test_a_second_marker_is_given_another_group(it: World) -> None:
    """Who comes while somebody is at a group is given the next one; when that one leaves it is free again."""
    courses_enroll(it, "stranger")
    first, second = it.client("marker"), it.client("stranger")
    one = group(first, it, *SHAPE_AT)["code"]
    other = group(second, it, *SHAPE_AT)["code"]
    assert one != other
    assert group(first, it, *SHAPE_AT)["code"] == one
    it.time[0] += desk.LEASE
    assert group(second, it, *SHAPE_AT)["code"] == one


def courses_enroll(it: World, name: str) -> None:
    person = it.people[name].code
    it.site.database.write(lambda connection: courses.enroll(connection, it.course, person, "marker"))


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(it: World) -> None:
    """The later decision is refused with what stands there, and with what was typed; the log has the first alone."""
    courses_enroll(it, "stranger")
    first, second = it.client("marker"), it.client("stranger")
    seen = group(second, it, *SHAPE_AT)
    mine = group(first, it, *SHAPE_AT, code=seen["code"])
    assert mine["code"] == seen["code"]
    assert decide(first, it, mine, marks_0="1").status_code == 200
    refused = decide(second, it, seen, marks_0="2", comment="typed with care")
    assert refused.status_code == 409
    for said in ("Marker", "1 of 3", "typed with care", "Your marks were not taken"):
        assert said in refused.text
    assert {row["who"] for row in logged(it)} == {it.people["marker"].code}


def test_a_decision_that_is_sent_twice_counts_once(it: World) -> None:
    """A marker whose network failed sends again: it is taken as done, and the log does not grow."""
    marker = it.client("marker")
    form = group(marker, it, *SHAPE_AT)
    assert decide(marker, it, form, marks_0="1").status_code == 200
    assert decide(marker, it, form, marks_0="1").status_code == 200
    assert len(logged(it)) == 2


def test_second_marking_is_blind_and_disagreements_are_settled(it: World) -> None:
    """A second marker sees no first marks; where they differ none counts, until an override with a reason."""
    courses_enroll(it, "stranger")
    first, second = it.client("marker"), it.client("stranger")
    form = group(first, it, *WHY_AT, code=code(it, "cem"))
    decide(first, it, form, tick_0="1", comment="secret of the first marker")
    params = {"question": "2", "answer": "why", "view": "second"}
    page = second.get(f"/exams/{it.exam}/mark/answers", params=params).text
    assert code(it, "cem") in page
    assert "secret of the first marker" not in page.partition("<datalist")[0]
    assert group(first, it, *WHY_AT, view="second") == {}
    decide(second, it, group(second, it, *WHY_AT, view="second"), tick_1="1")
    listed = first.get(f"/exams/{it.exam}/mark/disagreements").text
    assert "Marker: <span" in listed
    assert "Stranger: <span" in listed
    why = next(m for r in board(it).reports() if r.seed == code(it, "cem") for m in r.marks if m.answer == "why")
    assert why.waits
    one = group(first, it, *WHY_AT, view="one", code=code(it, "cem"))
    assert decide(first, it, one, marks_0="2").status_code == 400  # without a reason
    assert decide(first, it, one, marks_0="2", comment="We talked.").status_code == 200
    assert board(it).apart == []
    assert logged(it)[-1]["kind"] == "override"


def test_other_marks_than_the_machines_say_who_and_why(it: World) -> None:
    """What the machine marked is overridden for a whole slip at once, with a reason, and the old marks are told."""
    marker = it.client("marker")
    form = group(marker, it, "2", "product", view="wrong")
    assert decide(marker, it, form, marks_0="1").status_code == 400
    assert decide(marker, it, form, marks_0="1", comment="The exam said it wrongly.").status_code == 200
    found = logged(it)
    assert len(found) == 2
    for row in found:
        reason = json.loads(row["reason"])["arguments"]
        assert (reason["who"], reason["why"], reason["marks"]) == ("Marker", "The exam said it wrongly.", "0")


def test_a_decision_on_a_text_that_changed_is_not_used(it: World) -> None:
    """If the text is another one when it is marked anew, the answer waits again, and the decision is named."""
    marker = it.client("marker")
    decide(marker, it, group(marker, it, *SHAPE_AT), marks_0="1")
    later = {
        "sitting": code(it, "ann"), "at": it.time[0], "client": "b", "sequence": 1, "base": 0, "revision": 99,
        "verdict": "saved", "question": "3", "answer": "shape", "text": "now this ]]",
    }  # fmt: skip
    it.site.database.write(lambda c: c.execute(schema.saves.insert().values(later)))
    row = schema.sittings.c.code == code(it, "ann")
    it.site.database.write(lambda c: c.execute(update(schema.sittings).where(row).values(state="handed in")))
    mark(it)
    texts = [mark.text for pile in board(it).piles(*SHAPE_AT, "waiting", "") for mark in pile.marks]
    assert texts.count("now this ]]") == 1
    assert len(board(it).held[2]) == 1
    assert "not used" in marker.get(f"/exams/{it.exam}/mark").text


def test_comments_come_again(it: World) -> None:
    """A comment is offered at the next answer to the same question, once, and what is in it is no markup."""
    marker = it.client("marker")
    for _ in range(2):
        decide(marker, it, group(marker, it, *WHY_AT), tick_0="1", comment='say "why" <b>')
    page = marker.get(f"/exams/{it.exam}/mark/answers", params={"question": "2", "answer": "why"}).text
    assert page.count('<option value="say &#34;why&#34; &lt;b&gt;">') == 1


def test_markers_see_no_names(it: World) -> None:
    """No page of the desk has a student's name, id or address."""
    marker = it.client("marker")
    decide(marker, it, group(marker, it, *SHAPE_AT), marks_0="1")
    base = f"/exams/{it.exam}"
    pages = [f"{base}/mark", f"{base}/mark/copies", f"{base}/mark/disagreements", f"{base}/report", f"{base}/requests"]
    pages += [f"{base}/mark/copy/{code(it, name)}" for name in ("ann", "bob", "cem", "dan")]
    pages += [
        f"{base}/mark/answers?question={q}&answer={a}&view={view}"
        for q, a in (WHY_AT, SHAPE_AT, ("2", "product")) for view in desk.VIEWS
    ]  # fmt: skip
    students = [it.people[name] for name in ("ann", "bob", "cem", "dan")]
    secrets = [f"{secret}" for person in students for secret in (person.name, person.email, person.code)]
    secrets += [it.sitting(name)["seed"] for name in ("ann", "bob", "cem", "dan")]
    for address in pages:
        response = marker.get(address)
        assert response.status_code == 200, address
        for secret in secrets:
            assert secret not in response.text, (address, secret)


def test_what_students_write_is_no_markup(it: World) -> None:
    """A script in an answer is shown as text, on every page that shows it."""
    marker = it.client("marker")
    for address in (
        f"/exams/{it.exam}/mark/copy/{code(it, 'cem')}",
        f"/exams/{it.exam}/mark/answers?question=2&answer=why&code={code(it, 'cem')}",
    ):
        page = marker.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_who_sits_the_exam_marks_nothing_of_it(it: World) -> None:
    """A marker with a sitting of their own sees the desk when that one is released, and no key before."""
    person = it.people["eve"].code
    it.site.database.write(lambda connection: courses.enroll(connection, it.course, person, "marker"))
    eve = it.client("eve")
    for address in ("mark", "mark/copies", "report", f"mark/copy/{code(it, 'ann')}"):
        assert eve.get(f"/exams/{it.exam}/{address}").status_code == 403
    row = schema.sittings.c.code == code(it, "eve")
    it.site.database.write(lambda c: c.execute(update(schema.sittings).where(row).values(state="void")))
    assert eve.get(f"/exams/{it.exam}/mark").status_code == 200


def test_a_sitting_that_goes_on_again_or_is_void_leaves_the_desk(it: World) -> None:
    """Nobody marks what does not count or is being written."""
    row = schema.sittings.c.code == code(it, "ann")
    assert code(it, "ann") in board(it).shelf.kept
    for state in ("void", "running"):
        it.site.database.write(lambda c, s=state: c.execute(update(schema.sittings).where(row).values(state=s)))
        assert code(it, "ann") not in board(it).shelf.kept
        assert it.client("marker").get(f"/exams/{it.exam}/mark/copy/{code(it, 'ann')}").status_code == 404


def test_work_in_processes_survives_one_that_dies(tmp_path: Path) -> None:
    """A task that ends its process is named; those beside it are done."""
    found = {it.name: (it.result, it.why_not) for it in each(os._exit, {"dies": 3}, jobs=1)}
    assert found == {"dies": (None, BROKEN)}
    found = {it.name: (it.result, it.why_not) for it in each(abs, {"a": -1, "b": 2}, jobs=1)}
    assert found == {"a": (1, ""), "b": (2, "")}
