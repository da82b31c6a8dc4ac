"""A whole paper: from a cold start of the command line, and copy by copy with one compiler reused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.timing import Figure
from markscheme.bank.catalog import catalog
from markscheme.paper.copies import Printed, print_copy
from markscheme.paper.roster import Student

PAGES = 14
HEAD = 'title = "Fourteen pages"\ncourse = "markscheme"\n'
QUESTION = '[[question]]\ntitle = "{title}"\nproblem = "{name}"\n'


def page_count(pdf: bytes) -> int:
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page/")


def fourteen_pages(folder: Path) -> tuple[Path, Printed]:
    """A paper of the bank's problems, in turn, as many as fill fourteen pages."""
    page = folder / "fourteen.toml"
    for count in range(4, 40):
        problems = islice(cycle(catalog().values()), count)
        page.write_text(HEAD + "".join([QUESTION.format(title=p.title, name=p.name) for p in problems]), "utf-8")
        made = print_copy((str(page), (), f"size {count}", None, "pdf", None, False, "", ""))
        if page_count(made.blank) >= PAGES:
            return page, made
    raise AssertionError("no count of problems fills fourteen pages")


def figures() -> Iterator[Figure]:
    with TemporaryDirectory() as name:
        page, made = fourteen_pages(Path(name))
        pages = page_count(made.blank)
        note = f"{pages} pages, key {page_count(made.key)}"
        command = [Path(sys.executable).with_name("markscheme"), "paper", page, "--seed", "1", "--out", f"{name}/out"]
        start = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        yield Figure("a paper with its key, cold start of the command line", perf_counter() - start, "s", 3, note)
        times: list[float] = []
        for number in range(8):
            start = perf_counter()
            made = print_copy((str(page), (), "class", Student(f"s{number}"), "pdf", None, False, "", ""))
            times.append(perf_counter() - start)
        note = f"{pages} pages, key {max(page_count(made.blank), page_count(made.key))}"
        yield Figure("the next student's copy with its key, other numbers", 1e3 * min(times), "ms", 150, note)
