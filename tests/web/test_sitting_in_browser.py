"""A student in a real browser: what is typed is saved, whatever happens to the window, the network or the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from markscheme.web import saving
from tests.web.browser import Served, audit, overflow, served
from tests.web.site import world

pytestmark = pytest.mark.web
SAVED = "All saved"
NAMES = ("ann", "bob", "cyd", "dan", "eve", "fay")


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = world(tmp_path_factory.mktemp("web"), students=NAMES)
    with served(made) as found:
        yield found
    made.site.close()


def begin(it: Served, name: str, number: int = 2, **options: object) -> Page:
    """A student's window at a question."""
    page = it.page(it.context(name, **options))
    page.goto("/")
    page.get_by_role("link", name="Midterm").click()
    page.get_by_label("I sign this").check()
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/2")
    expect(page.locator("#saved")).to_have_text(SAVED)
    if number != 2:
        page.goto(page.url.removesuffix("2") + str(number))
        expect(page.locator("#saved")).to_have_text(SAVED)
    return page


def as_text(page: Page) -> None:
    """Type answers as texts."""
    button = page.get_by_role("button", name="type it as text").first
    if button.is_visible():
        button.click()


def text_of(it: Served, name: str, question: str, answer: str) -> str:
    """What counts on the server."""
    code = it.world.sitting(name)["code"]
    with it.world.site.database.reading() as connection:
        found = saving.texts(connection, code).get((question, answer))
    return found.text if found else ""


def is_saved(page: Page) -> None:
    """The status is "All saved", whole: "not saved yet" has those letters too."""
    expect(page.locator("#saved")).to_have_text(SAVED)


def write(page: Page, text: str) -> None:
    """Type into the shape of question 2, as text; the page says at once that it is not saved yet."""
    as_text(page)
    page.locator('[name="2 shape"]').fill(text)
    assert page.locator("#saved").text_content() != SAVED


def test_what_is_typed_is_saved_and_stands_there_again(it: Served) -> None:
    """Typed, saved without a button, and the same in a new window."""
    page = begin(it, "ann")
    write(page, "1x2x3")
    is_saved(page)
    assert text_of(it, "ann", "2", "shape") == "1x2x3"
    again = it.page(page.context)
    again.goto(page.url)
    expect(again.locator('[name="2 shape"]')).to_have_value("1x2x3")


def test_offline_nothing_is_lost(it: Served) -> None:
    """Without a network the page says so, keeps the text over a reload, and sends it when the network is back."""
    page = begin(it, "bob")
    page.context.set_offline(True)
    write(page, "4x5")
    expect(page.locator("#saved")).to_contain_text("kept in this browser")
    assert text_of(it, "bob", "2", "shape") == ""
    page.context.set_offline(False)
    page.reload()
    expect(page.locator('[name="2 shape"]')).to_have_value("4x5")
    is_saved(page)
    assert text_of(it, "bob", "2", "shape") == "4x5"


def test_two_windows_are_told_and_both_texts_are_kept(it: Served) -> None:
    """The second window to save an answer is shown both texts, and its choice counts."""
    one = begin(it, "cyd")
    two = it.page(one.context)
    two.goto(one.url)
    is_saved(two)
    expect(one.locator("#twice")).to_be_visible()
    write(one, "1x1")
    is_saved(one)
    write(two, "2x2")
    conflict = two.locator(".conflict")
    expect(conflict).to_contain_text("1x1")
    expect(conflict).to_contain_text("2x2")
    assert text_of(it, "cyd", "2", "shape") == "1x1"
    conflict.get_by_role("button", name="This window's").click()
    is_saved(two)
    assert text_of(it, "cyd", "2", "shape") == "2x2"


def test_a_dead_server_comes_back_and_has_it_all(it: Served) -> None:
    """What was typed while the server was away is saved once it answers again."""
    page = begin(it, "dan")
    it.stop()
    write(page, "7x7")
    expect(page.locator("#saved")).to_contain_text("kept in this browser")
    it.start()
    is_saved(page)
    assert text_of(it, "dan", "2", "shape") == "7x7"


def test_by_keyboard_alone(it: Served) -> None:
    """From the cover to the receipt without a mouse."""
    page = it.page(it.context("eve"))
    page.goto("/")

    def reach(what: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if what in page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
            ):
                return
        raise AssertionError(f"no {what!r} can be reached")

    reach("Midterm")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sit/*")
    reach("I sign this")
    page.keyboard.press("Space")
    reach("Start the exam")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2")
    is_saved(page)
    page.locator("#question input:visible").first.focus()
    page.keyboard.type("3")
    assert page.locator("#saved").text_content() != SAVED
    is_saved(page)
    assert text_of(it, "eve", "2", "shape").startswith("[3")
    page.keyboard.press("Home")
    reach("Question 3 →")
    page.keyboard.press("Enter")
    page.wait_for_url("**/3")
    page.locator(".skip").focus()
    reach("Hand in …")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hand-in")
    reach("Hand in now")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Receipt")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_a_sitting_is_for_everybody(it: Served, width: int, scheme: str) -> None:
    """No finding of axe-core at WCAG 2.2 AA, nothing wider than the window, light and dark, on a phone and a desk."""
    page = it.page(it.context("fay", viewport={"width": width, "height": 800}, color_scheme=scheme))
    page.goto(f"/sit/{it.world.sitting('fay')['code']}")
    found = audit(page)
    if page.get_by_label("I sign this").is_visible():
        page.get_by_label("I sign this").check()
        page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/2")
    for address in (page.url, page.url.removesuffix("2") + "3", page.url.removesuffix("2") + "hand-in"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found += audit(page)
        assert overflow(page) <= 0, address
    assert found == []
