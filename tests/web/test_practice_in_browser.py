"""Practice and its fields in a real Chromium: by mouse, by keyboard alone, on a phone, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import markscheme as ms
from markscheme.kinds import Ordering
from markscheme.web.assets import asset
from markscheme.web.security import Limits, policy
from tests.web.browser import Served, audit, overflow, served
from tests.web.site import world
from tests.web.test_practice import item_at, written

pytestmark = pytest.mark.web

NETWORK, SHAPE, DILATED = "attention/linear_rnn", "convolution/output_shape", "convolution/dilated"
LOOKED_AT = (NETWORK, "decoding/beam_step", "decoding/beam_search", "normalization/axes", "point_clouds/grouping")
PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = world(tmp_path_factory.mktemp("practice"))
    place.site.practices = Limits(most=10_000, a_minute=10_000)
    place.site.readings = Limits(most=10_000, a_minute=10_000)
    with served(place) as found:
        yield found


@pytest.fixture
def page(at: Served) -> Iterator[Page]:
    context = at.context()
    yield at.page(context)
    context.close()


def start(page: Page, problem: str, *, is_scripted: bool = True) -> None:
    """A new item, from the list of problems, with its fields made."""
    page.goto("/practice")
    page.locator(f'button[value="{problem}"]').first.click()
    page.wait_for_url("**/practice/items/*")
    expect(page.locator("#try[data-ready]" if is_scripted else "#try:not([data-ready])")).to_be_visible()


def key_of(at: Served, page: Page) -> dict[str, str]:
    """The key of the item on a page."""
    return written(item_at(at.world, page.url.partition("#")[0]))


def control(page: Page, name: str) -> Locator:
    """What holds the text of an answer."""
    return page.locator(f'[name="{name}"]')


def cells(page: Page, name: str) -> Locator:
    """The cells of an answer."""
    return page.locator(".field", has=control(page, name)).locator(".cell")


def paste(cell: Locator, text: str) -> None:
    cell.evaluate(
        """(it, text) => { const data = new DataTransfer(); data.setData("text/plain", text);
        it.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
        text,
    )


@pytest.mark.parametrize("options", [{"viewport": {"width": 1280, "height": 900}}, PHONE], ids=["desk", "phone, dark"])
def test_every_page_is_accessible_and_no_wider_than_its_window(at: Served, options: dict[str, Any]) -> None:
    """The list, each problem, its result and its solution: axe-core finds nothing, and only boxes scroll sideways."""
    context = at.context(**options)
    page = at.page(context)
    page.goto("/practice")
    found = [*audit(page), *([] if overflow(page) <= 0 else [page.url])]
    for name in ms.problems():
        start(page, name)
        found += audit(page) if options is not PHONE or name in LOOKED_AT else []
        page.get_by_role("button", name="Check").click()
        page.wait_for_url("**#result")
        page.get_by_role("button", name="Show the solution").click()
        page.wait_for_url("**#solution")
        expect(page.locator("#try[data-ready]")).to_be_visible()
        found += audit(page) if name in LOOKED_AT else []
        found += [] if overflow(page) <= 0 else [f"{name} is wider than the window by {overflow(page)}"]
    context.close()
    assert not found, "\n".join(found)


def test_at_200_percent_nothing_is_cut_off(at: Served) -> None:
    """Zoomed to twice its size a desk's window is half as wide; nothing is lost."""
    context = at.context(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    page = at.page(context)
    for name in (NETWORK, "decoding/beam_step", "optimizers/adam_fill_in"):
        start(page, name)
        assert overflow(page) <= 0
        expect(page.get_by_role("button", name="Check")).to_be_visible()
    context.close()


def test_a_round_by_keyboard_alone(at: Served, page: Page) -> None:
    """With Tab and keys: answer, check, read why, ask for a hint, see the solution, go on."""
    start(page, SHAPE)
    key = key_of(at, page)["shape"]
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('cell')"):
            break
    page.keyboard.type(key.strip("[]"))
    expect(control(page, "shape")).to_have_value(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#result")
    expect(page.locator("#result")).to_have_text("3 of 3 marks")
    expect(page.locator("#result")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "another":
            break
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.partition("#")[0] != before.partition("#")[0])
    expect(control(page, "shape")).to_have_value("")


def test_boxes_of_the_figure_and_fields_below_are_one(at: Served, page: Page) -> None:
    """What is typed into a box of the drawn graph stands below it as well, and the other way round."""
    start(page, NETWORK)
    box = page.locator("svg input[name=h_2]")
    box.fill("[4, 5]")
    below = page.locator("[data-for=h_2] .cell")
    expect(below.nth(0)).to_have_value("4")
    expect(below.nth(1)).to_have_value("5")
    below.nth(1).fill("7")
    expect(box).to_have_value("[4, 7]")
    box.fill("h_1 + 1")  # what cells cannot hold is shown as it is
    expect(page.locator("[data-for=h_2] input:not(.cell)")).to_have_value("h_1 + 1")


def test_a_grid_grows_while_it_is_typed_and_moves_by_arrows(page: Page) -> None:
    """Commas and spaces go on to the next cell, Enter to the next row; arrows move; Backspace goes back."""
    start(page, DILATED)
    cells(page, "output_map").first.click()
    page.keyboard.type("1, 2 3")
    page.keyboard.press("Enter")
    page.keyboard.type("4,5,6;-1/2")
    text = control(page, "output_map")
    expect(text).to_have_value("[[1, 2, 3], [4, 5, 6], [-1/2, ?, ?]]")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("9")
    expect(text).to_have_value("[[1, 2, 3], [9, 5, 6], [-1/2, ?, ?]]")
    page.get_by_role("button", name="− row").click(force=True)  # not empty: it stays
    expect(text).to_have_value("[[1, 2, 3], [9, 5, 6], [-1/2, ?, ?]]")
    expect(page.get_by_text("Only an empty one is taken away")).to_have_count(1)
    cells(page, "output_map").nth(6).fill("")
    page.get_by_role("button", name="− row").click()
    expect(text).to_have_value("[[1, 2, 3], [9, 5, 6]]")


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("1\t2\t3\r\n4\t5\t6\r\n", "[[1, 2, 3], [4, 5, 6]]"),
        (r"\begin{bmatrix} 1 & -2 \\ 3 & \frac{1}{2} \end{bmatrix}", None),
        ("np.array([[1, 2], [3, 4.5]], dtype=float)", "[[1, 2], [3, 4.5]]"),
        ("[[1, 2],\n [3, 4]]", "[[1, 2], [3, 4]]"),
        ("[1 2; 3 4]", "[[1, 2], [3, 4]]"),
        ("1,2\n3,4", "[[1, 2], [3, 4]]"),
        ("((1, 2, 3), (4, 5, 6), (7, 8, 9))", "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"),
    ],
)
def test_a_table_can_be_pasted(page: Page, pasted: str, text: str | None) -> None:
    """From a spreadsheet, LaTeX, Python, MATLAB or a file: cells for entries, and the grid is as large as needed."""
    start(page, DILATED)
    paste(cells(page, "output_map").first, pasted)
    expect(control(page, "output_map")).to_have_value(text or r'[[1, -2], [3, ?"\frac{1}{2}"]]')


def test_what_cells_cannot_hold_is_never_dropped(page: Page) -> None:
    """A decimal comma, a blank among others: the text says so, the reading complains, and both come back as typed."""
    start(page, DILATED)
    grid = cells(page, "output_map")
    grid.nth(0).fill("1,5")
    grid.nth(1).fill("2")
    text = '[[?"1,5", 2], [?, ?]]'
    expect(control(page, "output_map")).to_have_value(text)
    expect(grid.nth(0)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".reading.odd")).to_contain_text("Not read")
    page.get_by_role("button", name="Check").click()
    page.wait_for_url("**#result")
    expect(page.locator(".badge").first).to_have_text("unreadable")
    expect(cells(page, "output_map").nth(0)).to_have_value("1,5")
    expect(cells(page, "output_map").nth(2)).to_have_value("")


def test_who_would_rather_type_may(page: Page) -> None:
    """Any field can be a line of text, and is so the next time."""
    start(page, DILATED)
    page.get_by_role("button", name="type it as text").first.click()
    expect(control(page, "output_map")).to_be_focused()
    page.keyboard.type("1 2; 3 4")
    expect(page.locator(".reading math")).to_be_visible()
    start(page, DILATED)
    expect(control(page, "output_map")).to_be_visible()
    page.keyboard.press("Escape")
    control(page, "output_map").fill("[[1, 2], [3, 4]]")
    page.get_by_role("button", name="use boxes").first.click()
    expect(cells(page, "output_map").nth(3)).to_have_value("4")


def test_tokens_are_tapped_or_typed(page: Page) -> None:
    """Taps put tokens where the cursor stands, also into what was typed; the last one can be taken back."""
    start(page, "decoding/beam_search")
    tokens = page.locator(".tokens").first
    names = tokens.locator(".token").all_text_contents()
    tokens.locator(".token").nth(0).click()
    tokens.locator(".token").nth(1).click()
    tokens.get_by_role("button", name="; next sequence").click()
    tokens.locator(".token").nth(0).click()
    text = control(page, "sequences")
    expect(text).to_have_value(f"{names[0]} {names[1]}; {names[0]}")
    tokens.get_by_role("button", name="take the last one back").click()
    expect(text).to_have_value(f"{names[0]} {names[1]};")
    text.focus()
    page.keyboard.press("Home")
    page.keyboard.type(f"{names[1]} ")
    expect(text).to_have_value(f"{names[1]} {names[0]} {names[1]};")


def test_an_interval_has_brackets_and_ends(at: Served, page: Page) -> None:
    """Two ends, each with its bracket; one that is missing is said, never filled in."""
    start(page, "regularization/purification_range")
    page.get_by_label("from").fill("1/2")
    text = control(page, "lambda_range")
    expect(text).to_have_value("[1/2, ?]")
    page.get_by_label("to", exact=True).fill("inf")
    page.get_by_label("right end").select_option(")")
    expect(text).to_have_value("[1/2, inf)")
    expect(page.locator(".reading math")).to_be_visible()


def test_lines_are_put_in_order_by_buttons_and_keys(at: Served, page: Page) -> None:
    """Lines are added, moved, and taken out, each with its text; what is done is told, and the focus stays."""
    problem = ms.Problem("web/order", version=1, text="Put the steps in order.")

    @problem.givens
    def draw(rng: ms.Draw) -> dict[str, object]:
        return {}

    @problem.answer(kind=Ordering("ABC"), options={"A": "Start.", "B": "Go on with $x^2$.", "C": "End."})
    def order() -> tuple[str, ...]:
        return ("A", "B", "C")

    question = problem.pose("1").posed().write("html")
    html = (
        f'<!doctype html><html lang="en"><head><title>x</title><link rel="stylesheet" href="{asset("style.css")}">'
        f'<script type="module" src="{asset("practice.js")}"></script></head><body><main><h1>x</h1><form id="try">'
        f'<div class="question">{question}</div></form></main></body></html>'
    )
    headers = {"Content-Security-Policy": policy()}
    page.route("**/ordering", lambda it: it.fulfill(body=html, content_type="text/html", headers=headers))
    page.goto("/ordering")
    text = control(page, "order")
    for label in "CAB":
        page.get_by_role("button", name=f"add {label} at the end").press("Enter")
    expect(text).to_have_value("C, A, B")
    expect(page.locator("ol.lines li").nth(2)).to_contain_text("Go on with")
    page.get_by_role("button", name="move C down").click()
    expect(text).to_have_value("A, C, B")
    expect(page.get_by_role("button", name="move C down")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(text).to_have_value("A, B, C")
    page.get_by_role("button", name="take B out").click()
    expect(text).to_have_value("A, C")
    assert audit(page) == []


def test_a_formula_is_read_while_it_is_typed(page: Page) -> None:
    """What was understood stands below as mathematics; a complaint marks its place; markup that is typed is text."""
    start(page, "normalization/mean_only_backward")
    text = control(page, "gradient")
    text.fill("gamma (dL/dy_i - 1/n sum_j dL/dy_j)")
    told = page.locator(".reading").first
    expect(told.locator("math")).to_be_visible()
    expect(told.locator("msubsup, munderover, munder")).not_to_have_count(0)
    text.fill("gamma + <b>x</b>")
    expect(told).to_contain_text("Not read")
    expect(told.locator("b")).to_have_count(0)
    expect(told.locator("mark")).to_have_count(1)


def test_a_formula_can_be_typeset(page: Page) -> None:
    """MathLive comes when its button is pressed, shows what stood there, and leaves LaTeX that the server reads."""
    start(page, "normalization/mean_only_backward")
    control(page, "gradient").fill("gamma/n")
    page.get_by_role("button", name="formula editor").first.click()
    field = page.locator("math-field")
    expect(field).to_be_visible()
    assert "frac" in field.evaluate("it => it.value")
    field.evaluate("it => it.executeCommand('selectAll')")
    field.press("Backspace")
    page.keyboard.type("n^2", delay=30)
    expect(control(page, "gradient")).to_have_value("n^2")
    expect(page.locator(".reading").first.locator("msup")).to_be_visible()
    assert audit(page) == []
    page.get_by_role("button", name="type it as text").first.click()
    expect(control(page, "gradient")).to_be_visible()


def test_a_program_is_edited_and_run(at: Served, page: Page) -> None:
    """The editor holds what the textarea holds, Tab leaves it, and a right program earns its marks in the sandbox."""
    start(page, "decoding/beam_step")
    editor = page.locator(".editor .cm-content")
    expect(editor).to_be_visible()
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(key_of(at, page)["code"])
    expect(control(page, "code")).to_have_value(key_of(at, page)["code"])
    page.keyboard.press("Tab")
    expect(editor).not_to_be_focused()
    page.get_by_role("button", name="Check").click()
    page.wait_for_url("**#result", timeout=90_000)
    expect(page.locator("#result")).to_have_text("4 of 6 marks")
    expect(editor).to_contain_text("def step")


def test_without_a_script_the_form_works(at: Served) -> None:
    """Where JavaScript is off, answers are typed as text, and come back with their verdicts."""
    context = at.context(java_script_enabled=False)
    page = at.page(context)
    start(page, NETWORK, is_scripted=False)
    key = key_of(at, page)
    for name, text in key.items():
        control(page, name).fill(text)
    page.get_by_role("button", name="Check").click()
    page.wait_for_url("**#result")
    expect(page.locator("#result")).to_have_text("14 of 14 marks")
    for name, text in key.items():
        expect(control(page, name)).to_have_value(text)
    start(page, "normalization/axes", is_scripted=False)
    page.locator('input[name=batch][value="B"]').check()
    page.get_by_role("button", name="Check").click()
    page.wait_for_url("**#result")
    expect(page.locator('input[name=batch][value="B"]')).to_be_checked()
    context.close()


def test_a_square_can_be_emptied_again(page: Page) -> None:
    """Who filled a square by mistake can leave the answer blank."""
    start(page, "normalization/axes")
    expect(page.get_by_role("button", name="clear")).to_have_count(0)
    page.locator('input[name=batch][value="B"]').check()
    page.get_by_role("button", name="clear").click()
    expect(page.locator("input[name=batch]:checked")).to_have_count(0)


def test_a_text_that_means_harm_stays_text(page: Page) -> None:
    """Markup and scripts in an answer come back as the answer, and nothing of them runs."""
    hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script></textarea>'
    start(page, "point_clouds/downsampling")
    page.on("dialog", lambda it: pytest.fail(f"a dialog opened: {it.message}"))
    control(page, "chosen").fill(hostile)
    control(page, "why").fill(hostile)
    page.get_by_role("button", name="Check").click()
    page.wait_for_url("**#result")
    expect(control(page, "chosen")).to_have_value(hostile)
    expect(control(page, "why")).to_have_value(hostile)
    assert page.locator("img").count() == 0
    assert escape(hostile, quote=False) not in page.locator("#result").inner_html()
