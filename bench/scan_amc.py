"""auto-multiple-choice on sheets of its own, degraded as ours are: `python -m bench.scan --only amc`.

Its squares are filled, as it asks for, and read at its own threshold of one half.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.sheets.degrading import Level, scanned
from bench.sheets.writing import mark_square
from bench.timing import cpu_seconds
from markscheme.scan.libraries import pdfium

PROGRAM = "auto-multiple-choice"
COPIES = 22
THRESHOLD = 0.5
BOX, ZONE_BOX = 1, 4
Box = tuple[int, int, int, int]
"""A copy, its page, a question and an answer."""
Where = tuple[float, float, float, float]
"""Left and upper edge, width and height, in points."""


def compare(folder: Path, count: int, seed: int, levels: Sequence[Level]) -> None:
    """How many of its pages are read, and how many of their squares are wrong."""
    if not shutil.which(PROGRAM):
        print(f"{PROGRAM} is not installed here (Debian has it): not compared")
        return
    boxes, pages = _prepared(folder)
    for level in levels:
        rng = np.random.default_rng([seed, 100])
        sheets = folder / level
        (sheets / "data").mkdir(parents=True)
        shutil.copy(folder / "data" / "layout.sqlite", sheets / "data")
        filled: dict[Box, bool] = {}
        for number, (at, page) in enumerate(islice(pages.items(), count)):  # it takes a page once
            made = page.copy()
            for box, place in boxes.items():
                if box[:2] == at:
                    filled[box] = bool(rng.random() < 0.4)
                    mark_square(made, "fill" if filled[box] else "empty", place, rng)
            Image.fromarray(scanned(made, rng, level).page).save(sheets / f"{number}.png")
        images = sorted(sheets.glob("*.png"))
        took = _run("analyse", "--projet", sheets, "--data", sheets / "data", "--cr", sheets, "--n-procs", 1, *images)
        with sqlite3.connect(sheets / "data" / "capture.sqlite") as store:
            seen = store.execute(
                "SELECT student, page, id_a, id_b, black, total FROM capture_zone WHERE type = ?", (ZONE_BOX,)
            ).fetchall()
            (found,) = store.execute("SELECT count(*) FROM capture_page").fetchone()
        said: dict[Box, bool] = {
            (student, page, question, answer): black > THRESHOLD * total
            for student, page, question, answer, black, total in seen
        }
        wrong = sum([said[box] != filled[box] for box in said if box in filled])
        print(f"{PROGRAM}, {level}: {len(images)} pages, {found} found; of {len(said)} squares {wrong} wrong; "
              f"{1000 * took / len(images):.0f} ms a page", flush=True)  # fmt: skip


def _prepared(folder: Path) -> tuple[dict[Box, Where], dict[tuple[int, int], NDArray[np.uint8]]]:
    """The sheets: where each square is, in points, and each page at 200 dpi."""
    folder.mkdir(exist_ok=True)
    (folder / "data").mkdir()
    (folder / "exam.tex").write_text(import_module("bench.class").amc_exam(), "utf-8")
    _run("prepare", "--mode", "s", "--prefix", f"{folder}/", "--data", folder / "data", "--n-copies", COPIES,
         folder / "exam.tex")  # fmt: skip
    _run("meptex", "--src", folder / "calage.xy", "--data", folder / "data")
    with sqlite3.connect(folder / "data" / "layout.sqlite") as store:
        rows = store.execute(
            "SELECT student, page, question, answer, xmin, xmax, ymin, ymax, dpi FROM layout_box JOIN layout_page "
            "USING (student, page) WHERE role = ?", (BOX,),
        ).fetchall()  # fmt: skip
        order = store.execute("SELECT student, page, subjectpage FROM layout_page").fetchall()
    boxes = {
        (student, page, question, answer): (x0 * 72 / dpi, y0 * 72 / dpi, (x1 - x0) * 72 / dpi, (y1 - y0) * 72 / dpi)
        for student, page, question, answer, x0, x1, y0, y1, dpi in rows
    }
    pages: dict[tuple[int, int], NDArray[np.uint8]] = {}
    with pdfium().PdfDocument(folder / "sujet.pdf") as whole:
        for student, page, number in order:
            drawn = whole[number - 1].render(scale=200 / 72 * (1 - 1e-6), grayscale=True)
            pages[student, page] = np.array(drawn.to_numpy()).squeeze()
    return boxes, pages


def _run(command: str, *arguments: object) -> float:
    return cpu_seconds([PROGRAM, command, *arguments])
