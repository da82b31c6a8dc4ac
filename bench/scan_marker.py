"""A scripted marker who types off crops in a real browser: it knows what was written, and never what is right."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, sync_playwright

from bench.class_web import served
from markscheme.scan.typing import NOTHING
from tools.chromium import ARGUMENTS, PROGRAM

Written = Callable[[str, str, str], str]
"""What stands on a copy as the answer of a question."""
SHOWN_AT = 3
"""Crops of a sheet from which it is worth a picture."""


@dataclass
class Done:
    """What the marker did."""

    typed: int = 0
    """Texts that were typed letter by letter."""
    again: int = 0
    """Texts that one key typed once more."""
    out: int = 0
    """Crops that were clicked out."""
    looked: int = 0
    """Answers that were looked at a second time."""
    different: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    """The texts that were written, with their question and answer."""
    seconds: float = 0

    def __str__(self) -> str:
        times = self.typed / max(1, len(self.different))
        return (
            f"{self.typed} texts typed for {len(self.different)} different ones in their places ({times:.2f} times), "
            f"{self.again} times one key typed one again, {self.out} crops clicked out, {self.looked} answers looked "
            f"at again, {self.seconds:.0f} s"
        )


def typed_in_a_browser(folder: Path, data: Path, written: Written, shots: Path) -> Done:
    """Type all that a folder's scans have, mark it, and look again at what is to be looked at; pictures on the way."""
    shots.mkdir(parents=True, exist_ok=True)
    done = Done()
    with served(data, folder.parent, exam=folder) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(60_000)
        page.goto(link)
        page.get_by_role("button", name="Continue as").click()
        page.wait_for_url(re.compile(r"/$"))
        for name in ("Courses", "Exams on paper", "Midterm"):
            page.get_by_role("link", name=name).first.click()
        exam = page.url
        picture(page, f"{exam}/scans", shots / "status.png")
        start = time.perf_counter()
        _all_sheets(page, exam, written, done, shots)
        done.seconds = time.perf_counter() - start
        _marked(page, exam)
        picture(page, f"{exam}/scans", shots / "status-marked.png")
        _all_sheets(page, exam, written, done, shots)
        picture(page, f"{exam}/mark", shots / "marking.png")
        browser.close()
    return done


def picture(page: Page, address: str, path: Path) -> None:
    """A page as a picture."""
    page.goto(address)
    page.screenshot(path=path, full_page=True)


def _all_sheets(page: Page, exam: str, written: Written, done: Done, shots: Path) -> None:
    """From the first sheet to the last, as the page leads on."""
    page.goto(f"{exam}/scans")
    first = page.locator("td.number a")
    if not first.count():
        return
    with page.expect_navigation():
        first.first.press("Enter")
    while True:
        if not page.locator("#typing").count():
            onward = page.locator("#next")
            if onward.get_attribute("href") == urlsplit(f"{exam}/scans").path:
                return
            with page.expect_navigation():
                onward.press("Enter")
            continue
        _sheet(page, written, done, shots)


def _sheet(page: Page, written: Written, done: Done, shots: Path) -> None:
    """Type what most of a sheet's crops say, and click the others out."""
    query = parse_qs(urlsplit(page.url).query)
    question, answer, task = (query[it][0] for it in ("question", "answer", "task"))
    boxes = page.locator('input[name="keep"]')
    codes: list[str] = boxes.evaluate_all("them => them.map(it => it.value)")
    texts = {code: written(code, question, answer) or NOTHING for code in codes}
    if task == "again":  # as it was typed, if that is what stands there
        stands = page.locator("input[name=text]").input_value()
        text = stands if stands in texts.values() else texts[codes[0]]
    else:
        text = max(texts.values(), key=[*texts.values()].count)
        done.different |= {(question, answer, it) for it in texts.values()}
    for code in [it for it in codes if texts[it] != text]:
        page.locator(f'input[name="keep"][value="{code}"]').click()
        done.out += 1
    name = shots / f"sheet-{task}.png"
    if len(codes) >= SHOWN_AT and not name.exists():
        page.wait_for_load_state("networkidle")
        _put(page, text, Done())
        page.wait_for_timeout(1500)
        page.screenshot(path=name, full_page=True)
    if task == "again":
        done.looked += sum([it == text for it in texts.values()])
        _put(page, text, Done())
    else:
        _put(page, text, done)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.get_by_role("alert").count():
        raise SystemExit(f"{question} {answer}: {page.get_by_role('alert').first.inner_text()}")


def _put(page: Page, text: str, done: Done) -> None:
    """Type a text: by one key where it is offered, for then it was typed before, or stands there already."""
    if page.locator("input[name=text]").input_value() == text:
        return
    offered = page.locator(".offer").evaluate_all("them => them.map(it => it.dataset.text)")
    page.keyboard.press("Escape")
    if text == NOTHING:
        page.keyboard.press("b")
    elif text in offered:
        page.keyboard.press(f"{offered.index(text) + 1}")
        done.again += 1
    else:
        page.keyboard.press("t")
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        done.typed += 1


def _marked(page: Page, exam: str) -> None:
    """Mark what came in, as the desk does."""
    page.goto(f"{exam}/mark")
    page.get_by_role("button", name=re.compile("Mark the")).click()
    page.wait_for_load_state()
    page.locator("[data-progress]").wait_for(state="detached", timeout=3_600_000)  # the page looks again by itself
    page.wait_for_load_state()
