"""A class sits an exam in real browsers: from the roster to released marks, each of them the one that was simulated.

    python -m bench.class_web [--students 30] [--at-once 4] [--out out/class-web]

Students write right answers, slips that they carry on, wrong, unreadable and blank ones; one is offline for a while,
one closes the window and comes back. A scripted marker decides what waits, by keyboard. Every page is kept as pictures
at two widths, by the name of its address.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bench.class_exam import KINDS, ids, roster, written
from markscheme.paper.plan import load_paper
from markscheme.web.app import declared
from markscheme.web.routing import Access
from tools.chromium import ARGUMENTS, PROGRAM

TOML = """
title = "Midterm"
[[question]]
kind = "honor_code"
title = "Honor code"
text = "I have worked alone, with nothing but a pen."
marks = 1
[[question]]
title = "Shapes"
problem = "convolution/output_shape"
[[question]]
title = "Attention"
problem = "attention/linear_rnn"
[[question]]
title = "Axes"
problem = "normalization/axes"
"""
SAVED = "All saved"
WIDTHS = (1280, 320)


@dataclass
class Simulated:
    """A student: the link, what is written, and what it must earn."""

    name: str
    link: str
    texts: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    earned: dict[tuple[str, str], Fraction] = field(default_factory=dict[tuple[str, str], Fraction])
    receipt: str = ""
    total: str = ""

    @property
    def expected(self) -> Fraction:
        """All marks, with that of the honor code."""
        return sum(self.earned.values(), Fraction(1))


@contextmanager
def served(folder: Path, papers: Path, exam: Path | None = None) -> Generator[str]:
    """`markscheme serve` as a process, with the folder of an exam on paper if there is one; the operator's link."""
    run = [sys.executable, "-c", "from markscheme.cli.main import main; main()", "serve", "--port", "0"]
    more = ["--exam", str(exam)] if exam else []
    process = subprocess.Popen(
        [*run, "--data", str(folder), "--papers", str(papers), *more], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    link = ""
    while "/enter/" not in link:
        link = process.stdout.readline()
    try:
        yield link.split()[-1]
    finally:
        process.terminate()
        process.wait(20)


async def press(page: Page, name: str, role: str = "button") -> None:
    """Press what is called so."""
    await page.get_by_role(role, name=name).first.click()  # pyright: ignore[reportArgumentType]


async def pictures(page: Page, out: Path, name: str) -> None:
    """The page as it is, at two widths."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.screenshot(path=out / f"{name}-{width}.png", full_page=True)
    await page.set_viewport_size({"width": WIDTHS[0], "height": 900})


async def entered(browser: Browser, link: str) -> tuple[BrowserContext, Page]:
    """A browser of somebody's own, signed in by a link."""
    context = await browser.new_context()
    context.set_default_timeout(120_000)
    page = await context.new_page()
    await page.goto(link)
    await press(page, "Continue as")
    await page.wait_for_url(re.compile(r"/$"))
    return context, page


async def set_up(page: Page, out: Path, names: Sequence[str], rng: Random) -> tuple[str, list[Simulated]]:
    """A course, its roster and an exam that is open: the address of the exam, and the students' links."""
    await press(page, "Courses", "link")
    await page.get_by_label("Title").fill("Deep learning")
    await press(page, "Make the course")
    await page.get_by_label("Roster").set_input_files(
        {"name": "roster.csv", "mimeType": "text/csv", "buffer": roster(list(names), rng).encode()}
    )
    await press(page, "Send the roster")
    await expect(page.get_by_role("status")).to_contain_text(f"{len(names)} students were taken")
    await press(page, "Back to the course", "link")
    async with page.expect_download() as download:
        await press(page, "links.csv")
    rows = list(csv.DictReader((await (await download.value).path()).read_text("utf-8-sig").splitlines()))
    await pictures(page, out, "course")
    await press(page, "An exam of a paper", "link")
    await page.get_by_label("Paper").select_option("midterm")
    await page.get_by_label("Minutes").fill("90")
    await press(page, "Make the exam")
    await press(page, "Make all sittings ready")
    for _ in range(600):
        if await page.get_by_text(f"{len(names)} ready").count():
            break
        assert not await page.get_by_role("alert").count(), await page.get_by_role("alert").text_content()
        await asyncio.sleep(1)
        await page.reload()
    await press(page, "Open the exam")
    await pictures(page, out, "exam")
    return page.url, [Simulated(row["student"], row["link"]) for row in rows]


def decided(student: Simulated, sitting: str, data: Path, paper: Path, rng: Random) -> None:
    """What a student will write, by the numbers of the own copy."""
    with closing(sqlite3.connect(data / "markscheme.sqlite")) as database:
        (seed,) = database.execute("SELECT seed FROM sittings WHERE code = ?", (sitting,)).fetchone()
    drawn = load_paper(str(paper)).on_copy(seed)
    for slot in drawn.slots:
        found = written(slot.item(seed), rng.choice(KINDS), rng)
        for space in drawn.spaces:
            for answer in space.answers if space.slot is slot else ():
                text, earns = found[answer.name]
                if earns is None and answer.kind.field().is_chosen:  # nothing unreadable can be ticked
                    text = ""
                student.texts[space.label, answer.name] = text
                student.earned[space.label, answer.name] = Fraction(slot.layout.marks[answer.name]) * bool(earns)


async def fill(page: Page, name: str, text: str) -> None:
    """Put an answer into its field, whatever the field is."""
    fields = page.locator(f'#question [name="{name}"]')
    if await fields.first.get_attribute("type") in ("radio", "checkbox"):
        for value in text.split(", "):
            await page.locator(f'#question [name="{name}"][value="{value}"]').check()
        return
    if not await fields.first.is_visible():
        field = page.locator(".field", has=page.locator(f'[name="{name}"]'))
        await field.last.get_by_role("button", name="type it as text").click()
    await fields.first.fill(text)


async def sit(browser: Browser, it: Simulated, at: int, data: Path, paper: Path, out: Path) -> None:
    """One student, from the link to the receipt."""
    context, page = await entered(browser, it.link)
    await press(page, "Midterm", "link")
    sitting = page.url.rsplit("/", 1)[-1]
    rng = Random(f"{at}")
    decided(it, sitting, data, paper, rng)
    if at == 0:
        await pictures(page, out, "cover")
    await page.get_by_label("I sign this").check()
    await press(page, "Start the exam")
    await page.wait_for_url(re.compile(r"/\d+$"))
    base = page.url.rsplit("/", 1)[0]
    for number in ("2", "3", "4"):
        await page.goto(f"{base}/{number}")
        await expect(page.locator("#saved")).to_have_text(SAVED)
        for (label, answer), text in it.texts.items():
            if label.partition("(")[0] == number and text:
                await fill(page, f"{label} {answer}", text)
        if at == 1 and number == "3":
            await context.set_offline(True)
            await asyncio.sleep(3)
            await context.set_offline(False)
        if at == 2 and number == "3":
            await page.close()
            page = await context.new_page()
            await page.goto(f"{base}/{number}")
        if at == 0:
            await pictures(page, out, f"question-{number}")
        await expect(page.locator("#saved")).to_have_text(SAVED)
    await page.goto(f"{base}/hand-in")
    if at == 0:
        await pictures(page, out, "hand-in")
    await press(page, "Hand in now")
    it.receipt = (await page.locator("main code").first.text_content()) or ""
    if at == 0:
        await pictures(page, out, "receipt")
    await context.close()


async def mark(page: Page, exam: str, students: Sequence[Simulated], out: Path) -> int:
    """Mark what was handed in, and decide what waits, by keyboard; how many groups there were."""
    await page.goto(f"{exam}/mark")
    await page.get_by_role("button", name=re.compile("Mark the")).click()
    for _ in range(600):
        if f"{len(students)} marked" in (await page.locator("main").text_content() or ""):
            break
        await asyncio.sleep(1)
        await page.goto(f"{exam}/mark")
    await pictures(page, out, "marking")
    earning = {text.strip() for it in students for at, text in it.texts.items() if it.earned[at] > 0}
    count = 0
    while True:
        await page.goto(f"{exam}/mark")
        waiting = page.locator("main td a.button")
        if not await waiting.count():
            return count
        await waiting.first.click()
        texts = [it.strip() for it in await page.locator("#said pre").all_text_contents()]
        if count == 0:
            await pictures(page, out, "desk")
        await page.locator("h1").click()
        await page.keyboard.press("f" if any(it in earning for it in texts) else "z")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        count += 1
        assert count < 500, "the desk does not end"


ELSEWHERE = {
    "/sit/{sitting}/{number:int}", "/sit/{sitting}/hand-in", "/exams/{exam}/room/events", "/exams/{exam}/mark/progress",
    "/lti/connect/{ticket}", "/lti/jwks", "/lti/login", "/health", "/sit/{sitting}/state", "/exams/{exam}/mark/answers",
}  # fmt: skip
"""What is only there before the end, or for a platform, or no page for people; scans are of exams on paper."""


async def every_page(teacher: Page, student: Page, exam: str, data: Path, out: Path) -> None:
    """Pictures of each page that has an address of its own, as its operator and as a student see it."""
    with closing(sqlite3.connect(data / "markscheme.sqlite")) as database:
        (course,) = database.execute("SELECT code FROM courses").fetchone()
        (sitting,) = database.execute("SELECT code FROM sittings").fetchone()
    base, code = exam.rsplit("/exams/", 1)
    await student.goto(f"{base}/practice")
    await student.get_by_role("button", name=re.compile("^(Start|Go on)")).first.click()
    await student.wait_for_url(re.compile("/practice/items/"))
    item = student.url
    values = {
        "course": course, "exam": code, "sitting": sitting, "code": sitting, "label": "2", "token": "none",
    }  # fmt: skip
    for it in declared():
        if "GET" not in it.methods or it.path.endswith(".csv") or "/scans" in it.path or it.path in ELSEWHERE:
            continue
        page = student if it.access in (Access.SITTER, Access.SIGNED_IN) or it.path.startswith("/practice") else teacher
        if it.path.startswith("/practice/items/"):
            await page.goto(item)
        else:
            await page.goto(base + it.path.format(**values))
        name = re.sub(r"[^a-z]+", "-", it.path).strip("-") or "home"
        await pictures(page, out, f"page-{name}")


async def whole(wanted: argparse.Namespace) -> None:
    out: Path = wanted.out
    shutil.rmtree(out, ignore_errors=True)
    (out / "papers").mkdir(parents=True)
    paper = out / "papers" / "midterm.toml"
    paper.write_text(TOML, "utf-8")
    rng, data, times = Random(wanted.seed), out / "data", dict[str, float]()
    names = ids(wanted.students, rng)

    def timed(what: str, start: float) -> float:
        times[what] = time.perf_counter() - start
        return time.perf_counter()

    with served(data, paper.parent) as link:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
            start = time.perf_counter()
            _, teacher = await entered(browser, link)
            exam, students = await set_up(teacher, out, names, rng)
            start = timed("made ready", start)
            gate = asyncio.Semaphore(wanted.at_once)

            async def one(at: int, it: Simulated) -> None:
                async with gate:
                    await sit(browser, it, at, data, paper, out)

            sat = asyncio.gather(*[one(at, it) for at, it in enumerate(students)])
            await asyncio.sleep(15)
            await teacher.goto(f"{exam}/room")
            await pictures(teacher, out, "room")
            await sat
            start = timed("sat", start)
            groups = await mark(teacher, exam, students, out)
            start = timed("marked", start)
            await teacher.goto(f"{exam}/release")
            await pictures(teacher, out, "release")
            await teacher.get_by_role("button", name=re.compile("Release")).click()
            await teacher.goto(f"{exam}/report")
            await pictures(teacher, out, "report")

            async def look(at: int, it: Simulated) -> None:
                async with gate:
                    context, page = await entered(browser, it.link)
                    await press(page, "Midterm", "link")
                    await press(page, "Your marks", "link")
                    it.total = (await page.locator("main .lead strong, main .lead").first.text_content()) or ""
                    if at == 0:
                        await pictures(page, out, "marks")
                    await context.close()

            await asyncio.gather(*[look(at, it) for at, it in enumerate(students)])
            start = timed("looked at", start)
            context, student = await entered(browser, students[0].link)
            await every_page(teacher, student, exam, data, out)
            await context.close()
            timed("every page", start)
            await browser.close()
    report(students, groups, times)


def report(students: Sequence[Simulated], groups: int, times: Mapping[str, float]) -> None:
    """Hold the marks that students see against what was simulated; exit 1 where they differ."""
    wrong = [f"{it.name} sees {it.total!r}, and {it.expected} was simulated" for it in students
             if Fraction(re.findall(r"[\d./]+", it.total)[0]) != it.expected]  # fmt: skip
    print(f"{len(students)} students sat it in real browsers; {len({it.receipt for it in students})} receipts")
    print(f"  {groups} groups of answers were decided by keyboard")
    print("  " + ", ".join([f"{what} {seconds:.0f} s" for what, seconds in times.items()]))
    if wrong or not all([it.receipt for it in students]):
        raise SystemExit("\n".join(wrong or ["a receipt is missing"]))
    print("every student sees the marks that were simulated")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/class-web"))
    asyncio.run(whole(parser.parse_args()))
