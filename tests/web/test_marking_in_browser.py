"""Marking in a real browser: by keyboard alone, two at once, on a phone, with nothing for axe-core to find."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from markscheme.web import clock, courses, schema
from markscheme.web.database import rows
from tests.web.browser import Served, audit, overflow, served
from tests.web.marking_site import done, marking_world, release

pytestmark = pytest.mark.web
SHOTS = os.environ.get("SHOTS", "")
"""A folder for pictures of the pages, where somebody wants to look at them."""


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = marking_world(tmp_path_factory.mktemp("web"))
    stranger = made.people["stranger"].code
    made.site.database.write(lambda connection: courses.enroll(connection, made.course, stranger, "marker"))
    with served(made) as found:
        made.time[0] = clock.now()
        yield found
    made.site.close()


def desk(it: Served, name: str, query: str = "", **options: object) -> Page:
    page = it.page(it.context(name, **options))
    page.goto(f"/exams/{it.world.exam}/mark{query}")
    return page


def logged(it: Served) -> list[tuple[str, str, str]]:
    with it.world.site.database.reading() as connection:
        found = rows(connection, select(schema.decisions).order_by(schema.decisions.c.id))
    return [(row["answer"], row["marks"], row["who"]) for row in found]


def test_one_marks_with_the_keyboard_alone(it: Served) -> None:
    """From the first group to the last by j, k, digits, points, a comment and Enter; the mouse never moves."""
    page = desk(it, "marker", "/answers?question=2&answer=why")
    who = it.world.people["marker"].code
    expect(page.get_by_text("Group 1 of 3")).to_be_visible()
    first = page.locator("pre.answer").inner_text()
    page.keyboard.press("j")
    expect(page.get_by_text("Group 2 of 3")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("Group 1 of 3")).to_be_visible()
    assert page.locator("pre.answer").inner_text() == first
    page.keyboard.press("1")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.keyboard.press("c")
    page.keyboard.type("Well said: 12j")  # letters and digits are text there
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Group 1 of 2")).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Group 1 of 1")).to_be_visible()
    page.keyboard.press("z")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is left here.")).to_be_visible()
    assert logged(it) == [("why", "2", who), ("why", "3", who), ("why", "0", who)]
    page.keyboard.press("Enter")  # on to the next question with something to decide
    expect(page.get_by_role("heading", name="3 shape")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.type(".5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Group 1 of 1")).to_be_visible()
    assert logged(it)[3:] == [("shape", "5/2", who)] * 2


def test_of_two_who_race_one_wins_and_the_other_is_told(it: Served) -> None:
    """Both see the same group; the second decision is refused, shows the first, and loses nothing that was typed."""
    before = len(logged(it))
    code = min([it.world.sitting(name)["code"] for name in ("bob", "cem")])
    query = f"/answers?question=2&answer=product&view=wrong&code={code}"
    one, other = desk(it, "marker", query), desk(it, "stranger", query)
    expect(other.get_by_text("Marker is at this group now")).to_be_visible()
    for page, marks, why in ((one, "1", "first"), (other, "2", "second, typed with care")):
        page.locator("input[name=marks-0]").fill(marks)
        page.locator("input[name=comment]").fill(why)
    one.get_by_role("button", name="Decide all 2").click()
    one.wait_for_url("**at=*")
    other.get_by_role("button", name="Decide all 2").click()
    expect(other.get_by_text("Your marks were not taken")).to_be_visible()
    expect(other.get_by_text("second, typed with care")).to_be_visible()
    expect(other.get_by_text("Marker", exact=True)).to_be_visible()
    assert [row[1] for row in logged(it)[before:]] == ["1", "1"]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_sound(it: Served, width: int, scheme: str) -> None:
    """At both widths, light and dark: nothing that axe-core finds, and no page wider than its window."""
    world = it.world
    if world.sitting("ann")["state"] == "marked":
        assert release(world, anyway="1").status_code == 200
        ann = world.client("ann")
        ann.act(f"/sit/{world.sitting('ann')['code']}/second-look", {"place": "2 why", "reason": "I named the cause."})
        world.client("teacher").act(f"/exams/{world.exam}/regrade")
        done(world)
    base, code = f"/exams/{world.exam}", world.sitting("ann")["code"]
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    teacher, student = it.page(it.context("teacher", **options)), it.page(it.context("ann", **options))
    complaints: list[str] = []
    for page, name, address in (
        (teacher, "overview", f"{base}/mark"),
        (teacher, "answers", f"{base}/mark/answers?question=2&answer=why&view=one&code={code}"),
        (teacher, "wrong", f"{base}/mark/answers?question=2&answer=product&view=wrong"),
        (teacher, "copy", f"{base}/mark/copy/{code}"),
        (teacher, "copies", f"{base}/mark/copies"),
        (teacher, "disagreements", f"{base}/mark/disagreements"),
        (teacher, "report", f"{base}/report"),
        (teacher, "requests", f"{base}/requests"),
        (teacher, "regrade", f"{base}/regrade"),
        (teacher, "release", f"{base}/release"),
        (student, "marks", f"/sit/{code}/marks"),
        (student, "solution", f"/sit/{code}/marks/2"),
    ):
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
        for details in page.locator("details > summary").all():
            details.click()
        complaints += audit(page)
        if overflow(page):
            complaints.append(f"{name} is {overflow(page)} px too wide at {width}")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    assert not complaints, "\n".join(complaints)
