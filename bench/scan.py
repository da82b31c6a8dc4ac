"""How well scanned pages are read: `python -m bench.scan [--pages 120] [--only pages,squares,ids,groups,amc]`.

Pages of a printed exam are written on by simulated hands, degraded in four levels, and read back: which page it is,
where it lies, what its squares say, whose ID is written on it, and how many groups a marker would type. Only what a
person is not asked about can be wrong in silence: that is counted apart, and has to be 0.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from bench.scan_amc import compare
from bench.sheets.degrading import LEVELS, Level, Scan, scanned
from bench.sheets.writing import Hand, mark_square, scribble, write
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.printing import print_copies
from markscheme.exam.secret import Secret
from markscheme.paper.manifest import Place
from markscheme.scan.crops import cut, ink
from markscheme.scan.digits import likely
from markscheme.scan.groups import grouped, looks_of
from markscheme.scan.ids import whose
from markscheme.scan.libraries import opencv, pdfium
from markscheme.scan.reading import Reader, is_bleached
from markscheme.scan.register import mapped, register
from markscheme.scan.squares import Square, square

PROBLEMS = ("normalization/axes", "point_clouds/grouping", "normalization/standardization", "training/initialization",
            "attention/linear_rnn", "convolution/output_shape")  # fmt: skip
KINDS = ("cross", "tick", "fill", "scrawl", "light", "corrected", "dot", "dash")
WEIGHTS = (0.3, 0.2, 0.2, 0.1, 0.08, 0.04, 0.04, 0.04)
MEANT = frozenset({"cross", "tick", "fill", "scrawl", "light"})
Gray = NDArray[np.uint8]


STUDENTS, PRINTED = 300, 4


def made(folder: Path) -> Exam:
    """An exam with squares, boxes in a figure and blanks, of which a few copies are printed: the same each time."""
    questions = "".join([f'[[question]]\nproblem = "{it}"\n' for it in PROBLEMS])
    (folder / "quiz.toml").write_text(f'title = "Bench"\n{questions}')
    (folder / "roster.csv").write_text("student\n" + "".join([f"3036{i:04}\n" for i in range(STUDENTS)]))
    with patch.object(Secret, "new", return_value=Secret(b"always the same pages, for a bench")):
        exam = new_exam(folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv")
    list(print_copies(exam, exam.manifest.copies[:PRINTED]))
    return open_exam(exam.root)


def blank_pages(exam: Exam) -> Iterator[tuple[str, int, Gray]]:
    """Every printed page at 200 dpi, with its copy and number."""
    for copy in exam.manifest.copies:
        path = exam.root / "print" / f"{copy.code}.pdf"
        if not path.is_file():
            continue
        with pdfium().PdfDocument(path) as whole:
            for number in range(len(whole)):
                drawn = whole[number].render(scale=200 / 72 * (1 - 1e-6), grayscale=True)
                yield copy.code, number + 1, np.array(drawn.to_numpy()).squeeze()


def written_on(page: Gray, places: list[Place], rng: np.random.Generator) -> dict[int, str]:
    """Write on a page as students do; say how each square was marked, by its number."""
    hand = Hand.drawn(rng)
    marks: dict[int, str] = {}
    for i, it in enumerate(places):
        box = (it.x, it.y, it.width, it.height)
        if it.kind == "blank":
            write(page, hand, f"[{rng.integers(-20, 99)}, {rng.integers(-9, 30)}]", box, rng)
        elif it.kind == "space":
            scribble(page, hand, box, rng)
        elif it.kind == "square" and it.name != "continued":
            marks[i] = "empty" if rng.random() < 0.6 else str(rng.choice(KINDS, p=WEIGHTS))
            mark_square(page, marks[i], box, rng)
    return marks


class Pages:
    """What came of pages of one level."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.count = self.named = self.misnamed = self.held = self.astray = 0
        self.errors: list[float] = []
        self.squares: list[tuple[str, Square]] = []
        self.bleached: list[tuple[str, Square]] = []
        """Those on pages without a shade, where a choice without a mark goes to a person."""

    def add(self, exam: Exam, code: str, number: int, scan: Scan, marks: dict[int, str], places: list[Place]) -> None:
        """Read a page, and hold what was read against what was done."""
        self.count += 1
        start = time.process_time()
        reader = Reader(exam)
        found = reader.codes_on(scan.page)
        self.seconds["codes"] += time.process_time() - start
        if not found:
            return
        self.named += 1
        self.misnamed += any([(it.code.copy, it.code.page) != (code, number) for it in found])
        start = time.process_time()
        blank = reader.blank(code, number)
        self.seconds["blank"] += time.process_time() - start
        start = time.process_time()
        lies = register(scan.page, blank, found)
        self.seconds["registration"] += time.process_time() - start
        if not lies.holds:
            return
        grid = np.array([(x, y) for x in np.linspace(60, 552, 6) for y in np.linspace(60, 732, 7)])
        off = float(np.linalg.norm(mapped(lies.map, grid) - scan.truth(grid), axis=1).max() * 200 / scan.dpi)
        self.held += 1
        self.errors.append(off)
        self.astray += off > 8
        start = time.process_time()
        for i, kind in marks.items():
            self.squares.append((kind, square(scan.page, lies.map, places[i], blank.raster)))
        if is_bleached(scan.page):
            self.bleached += self.squares[len(self.squares) - len(marks) :]
        for it in places:
            if it.kind == "blank":
                cut(scan.page, lies.map, it)
        self.seconds["squares and crops"] += time.process_time() - start

    def said(self, level: str) -> str:
        """What came of it, in lines."""
        off = self.errors or [np.inf]
        each = ", ".join([f"{what} {1000 * spent / self.count:.0f}" for what, spent in self.seconds.items()])
        lines = [
            f"{level}: {self.count} pages, identified {self.named} ({self.named / self.count:.1%}), wrongly",
            f"{self.misnamed}; registered {self.held}, off by over 8 px in silence {self.astray};\n ",
            f"off at most (px at 200 dpi): median {np.median(off):.2f}, p95 {np.percentile(off, 95):.2f}, worst",
            f"{max(off):.2f}; ms a page: {each}",
        ]
        if self.squares:
            lines.append(f"\n{self._squares()}")
        return " ".join(lines)

    def _squares(self) -> str:
        meant = [(kind, it) for kind, it in self.squares if kind in MEANT]
        empty = [it for kind, it in self.squares if kind == "empty"]
        stray = [(kind, it) for kind, it in self.squares if kind not in MEANT and kind != "empty"]
        missed = Counter([kind for kind, it in meant if it.mark == "empty"])
        faint = Counter([kind for kind, it in self.bleached if kind in MEANT and it.mark == "empty"])
        doubtful = Counter([kind for kind, it in self.squares if it.mark == "doubtful"])
        spread: dict[str, list[str]] = {}
        for kind in ("empty", *KINDS):
            if own := [it.within for k, it in self.squares if k == kind]:
                spread[kind] = [f"{np.percentile(own, at):.2f}" for at in (0, 50, 100)]
        taken = Counter([kind for kind, it in stray if it.mark == "marked"])
        return (
            f"  {len(self.squares)} squares: of {len(meant)} marked ones missed {sum(missed.values())} {dict(missed)}, "
            f"{sum(faint.values())} of them on bleached pages, of {len(empty)} empty ones taken "
            f"{sum([it.mark == 'marked' for it in empty])}; to a person "
            f"{sum(doubtful.values()) / len(self.squares):.1%} {dict(doubtful)}; stray or corrected taken as meant "
            f"{dict(taken)} of {len(stray)}\n  darkness within, least, median, most: {spread}"
        )


def pages(exam: Exam, count: int, seed: int, levels: Sequence[Level], least: int = 0) -> dict[Level, Pages]:
    """Pages written on, degraded in each level, and read; those alone that have some squares at least."""
    found: dict[Level, Pages] = {}
    blanks = [*blank_pages(exam)]
    copies = {it.code: it.layout for it in exam.manifest.copies if it.layout in exam.manifest.layouts}
    squares = {
        code: Counter([it.page for it in exam.manifest.layouts[layout].places if it.kind == "square"])
        for code, layout in copies.items()
    }
    blanks = [it for it in blanks if squares[it[0]][it[1]] >= least]
    for level in levels:
        rng = np.random.default_rng([seed, LEVELS.index(level)])
        found[level] = Pages()
        for i in range(count):
            code, number, blank = blanks[i % len(blanks)]
            places = [it for it in exam.manifest.layouts[copies[code]].places if it.page == number]
            page = blank.copy()
            marks = written_on(page, places, rng)
            scan = scanned(page, rng, level, behind=blanks[(i + 1) % len(blanks)][2])
            found[level].add(exam, code, number, scan, marks, places)
        print(found[level].said(level), flush=True)
    return found


def boxed(digit: NDArray[np.float32], rng: np.random.Generator) -> tuple[Gray, Gray]:
    """A digit that a person wrote, in a box for an ID as it is scanned, and the box as it was printed."""
    cv2 = opencv()
    wide, tall = 16 * 6, 19 * 6
    frame = np.full((tall, wide), 255, np.uint8)
    cv2.rectangle(frame, (0, 0), (wide - 1, tall - 1), 140, 3)
    size = int(rng.integers(58, 84))
    large = cv2.resize(digit, (size, size), interpolation=cv2.INTER_CUBIC)
    x, y = int(rng.integers(2, max(3, wide - size - 2))), int(rng.integers(2, max(3, tall - size - 2)))
    page = frame.astype(np.float32)
    part = page[y : y + size, x : x + size]
    part -= np.clip(large, 0, 1)[: part.shape[0], : part.shape[1]] * float(rng.uniform(110, 235))
    seen = cv2.resize(np.clip(page, 0, 255), None, fx=200 / 72 / 6, fy=200 / 72 / 6, interpolation=cv2.INTER_AREA)
    small: NDArray[np.float64] = cv2.GaussianBlur(seen * float(rng.uniform(0.8, 1)), (0, 0), float(rng.uniform(0.5, 1)))
    noisy = np.clip(small + rng.normal(0, 7, small.shape), 0, 255).astype(np.uint8)
    return cv2.resize(noisy, (wide, tall), interpolation=cv2.INTER_LINEAR), frame


def ids(seed: int, papers: int = 200, more: int = 100) -> None:
    """IDs of eight digits with a shared prefix, in digits that the reader was not trained on, against the roster."""
    from tools.digits import HELD_OUT, digits  # noqa: PLC0415 (loads torch)

    pictures, names = digits()
    order = np.random.default_rng(0).permutation(len(names))[:HELD_OUT]
    pictures, names = pictures[order], names[order]
    of = [np.nonzero(names == digit)[0] for digit in range(10)]
    rng = np.random.default_rng(seed)
    tails = rng.choice(10_000, papers + more, replace=False)
    roster = [f"3036{it:04}" for it in tails.tolist()]
    read: dict[str, list[list[float]]] = {}
    right = 0
    start = time.process_time()
    for student in roster[:papers]:
        boxes = [boxed(pictures[rng.choice(of[int(it)])], rng) for it in student]
        read[student] = [[float(share) for share in likely(*it)] for it in boxes]
        right += "".join([str(int(np.argmax(it))) for it in read[student]]) == student
    spent = 1000 * (time.process_time() - start) / papers
    found = whose(read, sorted(roster))
    sure = [it for it in found if it.is_sure]
    wrong = [it for it in sure if it.code != it.student]
    print(f"IDs: {papers} papers, a roster of {len(roster)}, eight digits of which four are shared: all digits read "
          f"right {right / papers:.1%}; accepted {len(sure) / papers:.1%}, of which wrongly {len(wrong)}; "
          f"{spent:.0f} ms a paper")  # fmt: skip


def groups(seed: int, papers: int = 200) -> None:
    """How many groups a marker types, against how many different texts were written, and what has to be clicked out."""
    rng = np.random.default_rng(seed)
    texts = {
        "few": (["[2, 3]", "[2, 2]", "[3, 2]", "[6, -2]", "[2, 5]", "[1, 3]"], [50, 20, 10, 10, 5, 5]),
        "numbers": (["64", "32", "128", "16", "60", "8", "100"], [60, 14, 8, 6, 4, 4, 4]),
        "own": ([f"[{a}, {b}]" for a in range(2, 9) for b in (4, 7, 11)], [1] * 21),
    }
    for what, (said, weights) in texts.items():
        share = np.array(weights) / sum(weights)
        written: list[str] = []
        inks: list[Gray] = []
        place = Place(kind="blank", page=1, x=20, y=20, width=100, height=15)
        blank = np.full((160, 420), 255, np.uint8)
        for _ in range(papers):
            text = str(rng.choice(said, p=share))
            page = blank.copy()
            write(page, Hand.drawn(rng), text, (20, 20, 100, 15), rng)
            noisy = np.clip(page + rng.normal(0, 6, page.shape), 0, 255).astype(np.uint8)
            crop = cut(noisy, np.diag([200 / 72, 200 / 72, 1]), place)
            inks.append(ink(crop, np.full_like(crop, 255)))
            written.append(text)
        found = grouped(looks_of(inks))
        out = sum([len(it) - Counter([written[i] for i in it]).most_common(1)[0][1] for it in found])
        print(f"groups, {what}: {papers} papers, {len(set(written))} different texts, {len(found)} groups to type "
              f"({len(found) / len(set(written)):.1f} times as many), {out} papers to click out")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=120, help="of each level")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="pages,squares,ids,groups,amc")
    parser.add_argument("--levels", default=",".join(LEVELS))
    wanted = parser.parse_args()
    levels: list[Level] = [it for it in LEVELS if it in wanted.levels.split(",")]
    only: list[str] = wanted.only.split(",")
    if "groups" in only:
        groups(wanted.seed)
    if "ids" in only:
        ids(wanted.seed)
    if "pages" in only:
        with tempfile.TemporaryDirectory() as folder:
            pages(made(Path(folder)), wanted.pages, wanted.seed, levels)
    if "squares" in only:
        with tempfile.TemporaryDirectory() as folder:
            pages(made(Path(folder)), wanted.pages, wanted.seed + 1, levels, least=5)
    if "amc" in only:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder) / "amc", wanted.pages, wanted.seed, levels)


if __name__ == "__main__":
    main()
