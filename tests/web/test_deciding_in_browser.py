"""Deciding pages in a real browser: by keyboard, without a script, and by two at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from markscheme.exam.folder import open_exam
from markscheme.exam.scanned import owners
from markscheme.scan.states import fold
from markscheme.web import clock
from markscheme.web.desks import serve_folder
from tests.waiting_pages import waiting_stack
from tests.web.browser import Served, audit, overflow, served
from tests.web.site import world

pytestmark = pytest.mark.web
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[tuple[Served, dict[str, str]]]:
    exam, names = waiting_stack(tmp_path)
    exam.store.close()
    made = world(tmp_path)
    made.site.jobs = 0
    sat = made.exam
    paper = serve_folder(made.site, exam.root, made.people["operator"], clock.now())
    with served(made) as found:
        made.exam = paper
        yield found, names
        made.exam = sat
    made.site.close()


def states(it: Served, names: dict[str, str]) -> dict[str, str]:
    """The state of each page of the stack."""
    exam = open_exam(it.world.site.exams[it.world.exam])
    found = {name: page.state for name, page in fold(exam.store.pages()).items()}
    exam.store.close()
    return {what: found[name] for what, name in names.items()}


def look(page: Page, name: str, complaints: list[str]) -> None:
    """Look at a page at both widths."""
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        complaints += audit(page)
        if overflow(page):
            complaints.append(f"{name} is {overflow(page)} px too wide at {width}")
        for scheme in ("light", "dark") if SHOTS and width > 320 else ():
            page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_pages_are_decided_by_keyboard(stack: tuple[Served, dict[str, str]]) -> None:
    """Enter takes what is offered, a number picks a scan or a student, fields are entered by a letter; every page is
    sound at three widths; what was said is undone in the list.
    """
    it, names = stack
    page = it.page(it.context("operator"))
    complaints: list[str] = []
    page.goto(f"/exams/{it.world.exam}/scans")
    look(page, "overview", complaints)
    page.get_by_role("link", name="that wait").click()
    for at, name in enumerate(("inferred", "collision", "empty", "unknown", "foreign", "two", "badly", "owner")):
        page.goto(f"/exams/{it.world.exam}/scans/pages?at={at}")
        pictures = page.locator("main img")
        for i in range(pictures.count()):
            assert pictures.nth(i).evaluate("(it) => it.complete && it.naturalWidth > 300"), name
        look(page, name, complaints)
    page.goto(f"/exams/{it.world.exam}/scans/pages")
    expect(page.get_by_text("1 of 8")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_text("2 of 8")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("1 of 8")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Which scan is page 1")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("1 of 6")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_text("1 of 5")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.type("30361001")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 3")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.type("two sheets; scanned again")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("30362002:2")
    page.keyboard.press("Enter")  # another page than it is: it does not lie as that one must
    expect(page.get_by_text("its answers cannot be cut out")).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.type("30362002:3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pages decided")).to_be_visible()
    page.get_by_role("link", name="To decide").click()
    page.keyboard.press("Enter")
    page.keyboard.type("30362002")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No page waits for a person.")).to_be_visible()
    assert states(it, names) == {
        "first": "registered", "inferred": "registered", "third": "registered", "one": "duplicate",
        "other": "registered", "empty": "blank", "unknown": "extra", "foreign": "discarded",
        "inconsistent": "discarded", "badly": "registered", "spare": "registered", "spare 2": "registered",
        "spare 3": "registered",
    }  # fmt: skip
    page.get_by_role("link", name="Decided").click()
    look(page, "decided", complaints)
    page.get_by_role("row", name="two sheets").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="To decide")).to_contain_text("1")
    assert states(it, names)["inconsistent"] == "inconsistent"
    exam = open_exam(it.world.site.exams[it.world.exam])
    assert "30362002" in owners(exam).values()
    exam.store.close()
    assert not complaints, "\n".join(complaints)


def test_without_a_script_and_by_two_at_once(stack: tuple[Served, dict[str, str]]) -> None:
    """Forms alone decide; of two browsers at one page the second one is shown what stands, and loses nothing."""
    it, names = stack
    one = it.page(it.context("operator", java_script_enabled=False))
    other = it.page(it.context("operator"))
    for page in (one, other):
        page.goto(f"/exams/{it.world.exam}/scans/pages?page={names['empty']}")
    one.get_by_role("button", name="Nothing is on it").click()
    expect(one.get_by_role("heading", name="Pages decided")).to_be_visible()
    other.get_by_label("It is none of the exam’s, because").fill("coffee")
    other.get_by_role("button", name="Discard").click()
    expect(other.get_by_role("heading", name="Decided meanwhile")).to_be_visible()
    expect(other.get_by_text("discarded: coffee")).to_be_visible()
    complaints: list[str] = []
    look(other, "meanwhile", complaints)
    assert not complaints, "\n".join(complaints)
    assert states(it, names)["empty"] == "blank"
    other.get_by_role("link", name="Look at it again").click()
    expect(other.get_by_text("nothing is on it", exact=False).first).to_be_visible()
    other.keyboard.press("u")
    expect(other.get_by_role("heading", name="Pages decided")).to_be_visible()
    assert states(it, names)["empty"] == "unknown"
    one.goto(f"/exams/{it.world.exam}/scans/pages?at=1")
    one.get_by_role("button", name="This scan counts").first.click()
    assert states(it, names)["one"] == "registered"
