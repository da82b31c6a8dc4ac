"""A small printed exam for the tests of scanning: its pages, written on by simulated hands and scanned."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

import numpy as np
from PIL import Image

from bench.scan import blank_pages
from bench.sheets.degrading import scanned
from bench.sheets.writing import Hand, mark_square, write
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.printing import print_copies
from markscheme.exam.secret import Secret
from markscheme.paper.manifest import Place
from markscheme.scan import batch
from markscheme.scan.received import Gray

TOML = """
title = "Quiz"
cover = false
last_page = false
[[question]]
problem = "convolution/output_shape"
[[question]]
problem = "normalization/axes"
"""


@cache
def printed_exam() -> Exam:
    """A printed exam of two students, and a copy for nobody; made once."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    (folder / "quiz.toml").write_text(TOML)
    (folder / "roster.csv").write_text("student\n30361001\n30362002\n")
    with patch.object(Secret, "new", return_value=Secret(b"always the same pages, for a test".ljust(32)[:32])):
        made = new_exam(folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv", spare=1)
    list(print_copies(made, made.manifest.copies))
    return open_exam(made.root)


@cache
def printed_pages() -> dict[tuple[str, int], Gray]:
    """Its pages at 200 dpi, by copy and number."""
    return {(code, number): page for code, number, page in blank_pages(printed_exam())}


def own_copy(folder: Path) -> Exam:
    """A copy of the exam, to do with as one likes."""
    shutil.copytree(printed_exam().root, folder)
    return batch.ready(open_exam(folder))


def places(exam: Exam, code: str, number: int) -> list[Place]:
    layout = exam.manifest.layouts[exam.copy(code).layout]
    return [it for it in layout.places if it.page == number]


def fill(exam: Exam, page: Gray, code: str, number: int, texts: dict[str, str], rng: np.random.Generator) -> Gray:
    """A page with answers written into blanks, and squares filled, by the names of their places."""
    page = page.copy()
    hand = Hand.drawn(rng)
    for it in places(exam, code, number):
        if it.name in texts:
            box = (it.x, it.y, it.width, it.height)
            if it.kind == "square":
                mark_square(page, texts[it.name], box, rng)
            else:
                write(page, hand, texts[it.name], box, rng)
    return page


def pdf_of(pages: list[Gray], path: Path) -> Path:
    images = [Image.fromarray(it) for it in pages]
    images[0].save(path, save_all=True, append_images=images[1:], resolution=200)
    return path


def scan(exam: Exam, path: Path) -> None:
    """Receive a file, and read all."""
    batch.receive(exam, [path])
    for _ in batch.read_all(exam, batch.unread(exam)):
        pass


def read_everything(root: Path) -> None:
    """Read all that was received, as a process of its own."""
    exam = open_exam(root)
    for _ in batch.read_all(exam, batch.unread(exam)):
        pass


MARKED: Sequence[Mapping[str, str]] = (
    {"batch/A": "fill"},
    {"batch/B": "cross", "layer/A": "tick"},
    {"batch/A": "fill", "batch/C": "corrected"},
)
"""How the squares of each copy are marked; of the last one, nobody's, not clearly."""


def written_out(own: Exam, path: Path, marked: Sequence[Mapping[str, str]] = MARKED) -> dict[str, str]:
    """A class that wrote; what each wrote as the shape, by copy."""
    rng = np.random.default_rng(3)
    shapes: dict[str, str] = {}
    pages: list[Gray] = []
    for copy, marks in zip(own.manifest.copies, marked, strict=True):
        shapes[copy.code] = f"[{rng.integers(9)}, 3, 4, 5]"
        for (code, number), page in printed_pages().items():
            if code == copy.code:
                texts = {"shape": shapes[code], **marks}
                pages.append(scanned(fill(own, page, code, number, texts, rng), rng, "mild").page)
    pdf_of(pages, path)
    return shapes
