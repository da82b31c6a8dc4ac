"""How well the squares of an ID are read: `python -m bench.id_grid [--sheets 100] [--seed 0]`.

Spare copies with a column of squares for each digit are filled in by simulated hands for students of a roster of 300,
in one way each; in some one column is left empty, or has two. Who is taken for another one has to be 0.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bench.scan import blank_pages
from bench.sheets.degrading import LEVELS
from bench.sheets.degrading import scanned as degraded
from bench.sheets.writing import mark_square
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.printing import note_layouts, print_copies
from markscheme.exam.secret import Secret
from markscheme.scan.ids import whose
from markscheme.scan.reading import Reader

STUDENTS = 300
KINDS = ("fill", "cross", "tick", "scrawl")
SPOILED = 0.1
"""The share of sheets on which one column has no square filled, or two."""


def made(folder: Path) -> Exam:
    """An exam with a grid, of which one spare copy is printed."""
    (folder / "quiz.toml").write_text('title = "Bench"\nid = "grid"\n[[question]]\nproblem = "normalization/axes"\n')
    (folder / "roster.csv").write_text("student\n" + "".join([f"3036{i:04}\n" for i in range(STUDENTS)]))
    with patch.object(Secret, "new", return_value=Secret(b"always the same pages, for a bench")):
        exam = new_exam(folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv", spare=1)
    list(print_copies(exam, exam.manifest.copies[-1:]))
    note_layouts(exam)
    return open_exam(exam.root)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exam = made(Path(folder))
        code = exam.manifest.copies[-1].code
        layout = exam.manifest.layouts[exam.copy(code).layout]
        squares = {it.name: it for it in layout.places if it.kind == "id" and "/" in it.name}
        blank = next(page for copy, number, page in blank_pages(exam) if (copy, number) == (code, 1))
        ids, reader = sorted(exam.students), Reader(exam)
        for level in LEVELS:
            rng, found = np.random.default_rng(asked.seed), Counter[str]()
            for i in range(asked.sheets):
                student, kind = str(rng.choice(ids)), str(rng.choice(KINDS))
                spoiled = int(rng.integers(8)) if rng.random() < SPOILED else -1
                page = blank.copy()
                for column, digit in enumerate(student):
                    marks = [digit]
                    if column == spoiled:
                        marks = [] if i % 2 else [digit, str((int(digit) + 1 + int(rng.integers(9))) % 10)]
                    for it in marks:
                        box = squares[f"{column}/{it}"]
                        mark_square(page, kind, (box.x, box.y, box.width, box.height), rng)
                seen = reader.read(degraded(page, rng, level).page, "x-1")
                taken = [it.student for it in whose({code: seen.id}, ids) if it.is_sure] if seen.id else []
                right = "spoiled" if spoiled >= 0 else "whole"
                found[f"{right}, {'waits' if not taken else 'taken' if taken == [student] else 'WRONG'}"] += 1
            print(f"{level:8}", ", ".join([f"{name} {count}" for name, count in sorted(found.items())]))


if __name__ == "__main__":
    main()
