"""Comments on a copy's pages at the desk: for markers alone, where they were clicked, hostile texts as they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from markscheme.exam.folder import Exam, open_exam
from markscheme.scan.answers import Scans, Slot, take_choices
from markscheme.scan.pins import Pin, pins_of
from markscheme.scan.typing import take_typed
from markscheme.web import clock
from markscheme.web.desks import serve_folder
from tests.scanned_exam import own_copy, scan, written_out
from tests.web.browser import audit, overflow, served
from tests.web.marking_site import done
from tests.web.site import Client, World, world

SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    """An exam whose pages were scanned."""
    base = tmp_path_factory.mktemp("comments")
    exam = own_copy(base / "exam")
    written_out(exam, base / "a.pdf")
    scan(exam, base / "a.pdf")
    take_choices(Scans(exam))
    exam.store.close()
    return exam


@pytest.fixture
def it(made: Exam, tmp_path: Path) -> Iterator[World]:
    shutil.copytree(made.root, tmp_path / "exam")
    found = world(tmp_path)
    found.site.jobs = 0
    found.exam = serve_folder(found.site, tmp_path / "exam", found.people["operator"], found.time[0])
    yield found
    found.site.close()


def address(it: World, code: str) -> str:
    return f"/exams/{it.exam}/scans/copy/{code}"


def stored(it: World, code: str) -> list[Pin]:
    exam = open_exam(it.site.exams[it.exam])
    found = pins_of(exam, code, taken_off=True)
    exam.store.close()
    return found


def put(client: Client, it: World, code: str, **fields: str) -> Any:
    client.follow_redirects = False
    response = client.act(address(it, code), {"what": "set", "number": "1", "text": "Well done."} | fields)
    client.follow_redirects = True
    return response


def test_a_comment_is_kept_where_it_was_put(it: World, made: Exam) -> None:
    """Where it was clicked, or beside the answer that was chosen; it can be taken off and put back: none is lost."""
    operator, code = it.client("operator"), made.manifest.copies[0].code
    response = put(operator, it, code, point="120.5,300")
    assert (response.status_code, response.headers["location"].endswith("#page-1")) == (303, True)
    assert put(operator, it, code, beside="2(a)|batch", number="1").headers["location"].endswith("#page-2")
    one, other = stored(it, code)
    assert (one.number, one.x, one.y, one.text, one.who) == (1, 120.5, 300.0, "Well done.", "Operator")
    assert other.number == 2
    page = operator.get(address(it, code)).text
    assert "translate(120.5 300.0)" in page
    assert page.count("Well done.</p>") == 2
    for what, is_off in (("off", True), ("off", True), ("back", False)):
        assert put(operator, it, code, what=what, pin="1").status_code == 303
        assert stored(it, code)[0].is_off == is_off
    assert "taken off" not in operator.get(address(it, code)).text


def test_the_desk_leads_to_the_page(it: World, made: Exam) -> None:
    """Beside each crop of what is marked, and at a copy's marks, there is the way to its page."""
    operator, code = it.client("operator"), made.manifest.copies[0].code
    exam = open_exam(it.site.exams[it.exam])
    take_typed(Scans(exam), {Slot(code, "1", "shape"): "[1, 1]"}, "Ada")
    exam.store.close()
    operator.act(f"/exams/{it.exam}/mark")
    assert not done(it).failed
    base = f"/exams/{it.exam}/mark"
    page = operator.get(f"{base}/answers?question=1&answer=shape&view=wrong").text
    assert f'href="{address(it, code)}#page-1"' in page
    assert f'href="{address(it, code)}"' in operator.get(f"{base}/copy/{code}").text
    assert operator.get(address(it, code)).status_code == 200


@pytest.mark.parametrize(("fields", "status", "told"), [
    ({}, 400, "Say where"), ({"point": "1,1", "text": ""}, 400, "Write a comment"),
    ({"point": "1,1", "text": "x" * 5000}, 400, "1,000 are the most"),
    ({"point": "1,1", "text": "x" * 1_000_000}, 413, "can be sent"),
    ({"point": "1,1", "number": "99"}, 400, "has not come in"),
    ({"point": "1,1", "number": "²"}, 400, "page and points"),
    ({"point": "9999,1"}, 400, "points from"), ({"point": "nan,1"}, 400, "page and points"),
    ({"point": "<script>"}, 400, "page and points"), ({"beside": "9|x"}, 400, "nothing is written"),
    ({"what": "off", "pin": "7"}, 400, "has no comment"), ({"what": "off"}, 400, "has no comment"),
    ({"what": "burn"}, 400, "no such thing"),
])  # fmt: skip
def test_what_cannot_be_pinned(it: World, made: Exam, fields: dict[str, str], status: int, told: str) -> None:
    """One sentence, what was typed is there still, and nothing is kept."""
    operator, code = it.client("operator"), made.manifest.copies[0].code
    response = put(operator, it, code, **fields)
    assert (response.status_code, told.casefold() in response.text.casefold()) == (status, True), response.text[:3000]
    assert "<script>" not in response.text.replace('<script type="module"', "")
    assert not stored(it, code)


def test_comments_are_for_markers(it: World, made: Exam) -> None:
    """Nobody else sees a copy or its comments; a copy that did not come in is not there; a comment is text."""
    code = made.manifest.copies[0].code
    for name in ("teacher", "marker", "ann", "stranger"):
        assert it.client(name).get(address(it, code)).status_code == 404
        assert put(it.client(name), it, code, point="1,1").status_code == 404
    operator = it.client("operator")
    for strange in ("nothing", "..%2f..%2fsecret", "%00"):
        assert operator.get(address(it, strange)).status_code == 404
    assert put(operator, it, code, point="50,50", text="<b onclick=x>\x1b\u202e</b>\r\n2").status_code == 303
    page = operator.get(address(it, code)).text
    assert "&lt;b onclick=x&gt;  &lt;/b&gt;\n2" in page
    for secret in ("30361001", "30362002"):
        assert secret not in page


@pytest.mark.web
def test_a_click_says_where(made: Exam, tmp_path: Path) -> None:
    """In a real browser: a click on the page pins the comment there, at any width; without a script it stands beside
    the answer that is chosen; the page is sound.
    """
    shutil.copytree(made.root, tmp_path / "exam")
    found = world(tmp_path)
    found.site.jobs = 0
    sat, code = found.exam, made.manifest.copies[0].code
    paper = serve_folder(found.site, tmp_path / "exam", found.people["operator"], clock.now())
    complaints: list[str] = []
    with served(found) as it:
        found.exam = paper
        page = it.page(it.context("operator"))
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address(found, code))
            sheet = page.locator("#page-1 .sheet")
            sheet.scroll_into_view_if_needed()
            box = sheet.bounding_box()
            assert box
            assert box["width"] > 300
            sheet.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.45})
            expect(page.locator("#page-1 textarea")).to_be_focused()
            page.keyboard.type("The channels come first.")
            page.keyboard.press("Control+Enter")
            expect(page.locator("#page-1 ol.pins > li")).to_have_count(1 if width == 1280 else 2)
        for pin in stored(found, code):
            assert abs(pin.x - 0.7 * 612) < 3
            assert abs(pin.y - 0.45 * 792) < 3
        plain = it.page(it.context("operator", java_script_enabled=False))
        plain.goto(address(found, code))
        plain.locator("#page-3").get_by_label("Where").select_option("beside 2(b) means")
        plain.locator("#page-3").get_by_label("Comment").fill("How many?")
        plain.locator("#page-3").get_by_role("button", name="Pin it").click()
        expect(plain.locator("#page-3 ol.pins > li")).to_have_count(1)
        page.goto(address(found, code))
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            complaints += audit(page)
            if overflow(page):
                complaints.append(f"{overflow(page)} px too wide at {width}")
            for scheme in ("light", "dark") if SHOTS else ():
                page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
                page.screenshot(path=Path(SHOTS) / f"pins-{width}-{scheme}.png", full_page=True)
        found.exam = sat
    found.site.close()
    assert not complaints, "\n".join(complaints)
