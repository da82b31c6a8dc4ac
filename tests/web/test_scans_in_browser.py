"""Typing off crops in a real browser: by keyboard, read while it is typed, what does not belong clicked out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from markscheme.exam.folder import open_exam
from markscheme.scan.answers import Scans, take_choices
from markscheme.web import clock
from markscheme.web.desks import serve_folder
from tests.scanned_exam import own_copy, scan, written_out
from tests.web.browser import Served, audit, overflow, served
from tests.web.site import world

pytestmark = pytest.mark.web
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Served]:
    exam = own_copy(tmp_path / "exam")
    written_out(exam, tmp_path / "a.pdf", [{"batch/A": "corrected"}, {}, {}])
    scan(exam, tmp_path / "a.pdf")
    take_choices(Scans(exam))
    exam.store.close()
    made = world(tmp_path)
    made.site.jobs = 0
    sat = made.exam
    paper = serve_folder(made.site, exam.root, made.people["operator"], clock.now())
    with served(made) as found:
        made.exam = paper
        yield found
        made.exam = sat
    made.site.close()


def test_a_sheet_is_typed_by_keyboard(it: Served) -> None:
    """What is typed is read at once; a crop that is clicked out comes next, and a text typed before is one key; the
    pages are sound at both widths.
    """
    page = it.page(it.context("operator"))
    base = f"/exams/{it.world.exam}/scans"
    complaints: list[str] = []
    for address in (
        base,
        f"{base}/answers?question=1&answer=shape",
        f"{base}/answers?question=2(a)&answer=batch&task=squares",
    ):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            complaints += audit(page)
            if overflow(page):
                complaints.append(f"{address} is {overflow(page)} px too wide at {width}")
            if SHOTS:
                name = address.rpartition("=")[2].replace("/", "-").strip("-")
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    assert not complaints, "\n".join(complaints)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{base}/answers?question=1&answer=shape")
    page.keyboard.type("[1, 2")
    expect(page.get_by_text("Not read:")).to_be_visible()
    page.keyboard.type(", 3, 4]")
    expect(page.get_by_text("Read as")).to_be_visible()
    boxes = page.get_by_role("checkbox")
    if boxes.count() == 2:  # both hands look alike: one is taken out
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Take for 1")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 answer left")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("input[name=text]")).to_have_value("[1, 2, 3, 4]")
    page.keyboard.press("t")
    page.keyboard.press("Control+a")
    page.keyboard.type("[5, 6, 7, 8]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is left here.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2(a)")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is left here.")).to_be_visible()
    exam = open_exam(it.world.site.exams[it.world.exam])
    assert sorted([one.text for one in exam.store.answers("1", "shape").values()]) == ["[1, 2, 3, 4]", "[5, 6, 7, 8]"]
    exam.store.close()
