"""The acceptance of scanning: a class sits an exam on paper, and its marks come back through a scanner.

    python -m bench.scan_class [--students 300] [--jobs N] [--without-browser] [--out out/scan-class]

Every copy is printed, written on by a hand of its own, degraded, shuffled among the others; some pages are lost, some
come twice, some students write on a spare copy. Scanned and decided by commands, it is typed in a real browser (or by a
command as well) by a script that knows what was written, and never what is right. Each mark must be the one that was
simulated, or wait for a person.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.class_exam import TOML, Simulated, answers_of, run
from bench.scan_marker import typed_in_a_browser
from bench.sheets.degrading import scanned
from bench.sheets.writing import Hand, mark_square, scribble, write
from markscheme.exam.folder import Exam, open_exam
from markscheme.paper.manifest import Place, PrintedCopy
from markscheme.scan.libraries import pdfium
from markscheme.scan.typing import NOTHING

Gray = NDArray[np.uint8]
LOST, TWICE, SPARES = 0.015, 0.03, 4
Task: TypeAlias = tuple[Path, PrintedCopy, str, Simulated, Path, int]
"""The exam's folder, a copy, who writes on it and what, where its pages go, and a seed."""
SQUARES = """[[question]]
title = "Axes"
problem = "normalization/axes"
"""


@dataclass
class Sheets:
    """What went to the scanner."""

    simulated: dict[str, Simulated] = field(default_factory=dict[str, Simulated])
    """By copy."""
    owners: dict[str, str] = field(default_factory=dict[str, str])
    """Whose each copy is."""
    lost: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    pages: list[tuple[str, int, Path]] = field(default_factory=list[tuple[str, int, Path]])
    """In the order in which they are scanned."""

    def text(self, code: str, question: str, answer: str) -> str:
        """What was written."""
        return next((text for q, a, text in self.simulated[code].rows if (q, a) == (question, answer)), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-browser", action="store_true", help="type by `scan crops` and `scan type`")
    parser.add_argument("--out", type=Path, default=Path("out/scan-class"))
    wanted = parser.parse_args()
    out: Path = wanted.out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / "quiz.toml").write_text(TOML + SQUARES, "utf-8")
    roster = "".join([f"3036{i * 37 % 10000:04}\n" for i in range(1, wanted.students + 1)])
    (out / "roster.csv").write_text(f"student\n{roster}", "utf-8")
    folder = out / "midterm"
    run("exam", "new", folder, "--paper", out / "quiz.toml", "--roster", out / "roster.csv", "--spare", SPARES)
    run("exam", "print", folder, "--jobs", wanted.jobs)
    exam = open_exam(folder)
    start = time.perf_counter()
    sheets = sat(exam, out / "pages", np.random.default_rng(wanted.seed), wanted.jobs)
    batches = packed(sheets, out)
    print(f"{len(sheets.simulated)} copies written on, {len(sheets.pages)} pages scanned in {len(batches)} batches, "
          f"{len(sheets.lost)} lost: {time.perf_counter() - start:.0f} s")  # fmt: skip
    start = time.perf_counter()
    said = json.loads(run("scan", folder, *batches, "--jobs", wanted.jobs, "--json"))
    spent = time.perf_counter() - start
    print(f"read: {spent:.0f} s, {1000 * spent / len(sheets.pages):.0f} ms a page on {wanted.jobs} cores; "
          f"{ {state: count for state, count in said['states'].items() if count} }")  # fmt: skip
    if said["pages"] != len(sheets.pages) or sum(said["states"].values()) != len(sheets.pages):
        raise SystemExit("pages were lost: the states do not add up to what was received")
    decided(folder, sheets, batches)
    if wanted.without_browser:
        typed(folder, exam, sheets)
    else:
        shutil.rmtree(out / "data", ignore_errors=True)
        print(f"typed in a browser: {typed_in_a_browser(folder, out / 'data', sheets.text, out / 'shots')}")
    start = time.perf_counter()
    marks = json.loads(run("exam", "mark", folder, "--json", ok=(0, 2)))
    print(f"marked: {time.perf_counter() - start:.0f} s")
    run("scan", "return", folder, next(iter(sheets.owners.values())))
    report(marks, sheets, exam)


# What the class does


def sat(exam: Exam, folder: Path, rng: np.random.Generator, jobs: int) -> Sheets:
    """Every student writes; whose pages are lost, twice or on a spare copy is drawn."""
    folder.mkdir()
    made = Sheets()
    draw = Random(int(rng.integers(2**31)))
    spares = [it for it in exam.manifest.copies if not it.student]
    tasks: list[Task] = []
    for it in [it for it in exam.manifest.copies if it.student and rng.random() < 0.97]:
        copy = spares.pop() if spares and rng.random() < SPARES / 40 else it
        made.owners[copy.code] = it.student
        made.simulated[copy.code] = _with_squares(exam, answers_of(exam, copy, draw))
        tasks.append((exam.root, copy, it.student, made.simulated[copy.code], folder, draw.getrandbits(31)))
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        copies = pool.map(_written, tasks, chunksize=4)
        pages = [page for copy in copies for page in copy]
    for page in pages:
        if rng.random() < LOST:
            made.lost.add(page[:2])
        else:
            made.pages += [page] * (2 if rng.random() < TWICE else 1)
    made.pages = _shuffled(made.pages, rng)
    return made


def _with_squares(exam: Exam, said: Simulated) -> Simulated:
    """Nothing unreadable can be filled in: where that was drawn, no square is marked."""
    chosen = {
        (it.label, answer.name) for it in exam.paper.spaces for answer in it.answers if answer.kind.field().is_chosen
    }  # fmt: skip
    blank = {at for at, earns in said.earned.items() if at in chosen and earns is None}
    rows = [(question, answer, "" if (question, answer) in blank else text) for question, answer, text in said.rows]
    return Simulated(rows, said.earned | dict.fromkeys(blank, Fraction(0)))


def _shuffled(pages: Sequence[tuple[str, int, Path]], rng: np.random.Generator) -> list[tuple[str, int, Path]]:
    """Copies in any order, each with its pages together, as they are collected; and one page in ten anywhere."""
    codes = [*dict.fromkeys([it[0] for it in pages])]
    place = {code: float(at) for at, code in enumerate(rng.permutation(codes).tolist())}
    keys = [rng.uniform(0, len(codes)) if rng.random() < 0.1 else place[it[0]] + it[1] / 100 for it in pages]
    return [pages[i] for i in np.argsort(keys, kind="stable").tolist()]


def _written(task: Task) -> list[tuple[str, int, Path]]:
    """The pages of a copy, written on, as they come from the scanner."""
    root, copy, student, said, folder, seed = task
    exam, rng = open_exam(root), np.random.default_rng(seed)
    pages: list[tuple[str, int, Path]] = []
    texts = {(question, answer): text for question, answer, text in said.rows}
    layout = exam.manifest.layouts[copy.layout]
    hand = Hand.drawn(rng)
    with pdfium().PdfDocument(exam.root / "print" / f"{copy.code}.pdf") as whole:
        for number in range(1, layout.pages + 1):
            drawn = whole[number - 1].render(scale=200 / 72 * (1 - 1e-6), grayscale=True)
            page = np.array(drawn.to_numpy()).squeeze()
            for it in [it for it in layout.places if it.page == number]:
                _fill(page, it, texts, student if not copy.student else "", hand, rng)
            level = "harsh" if rng.random() < 0.15 else "mild"
            path = folder / f"{copy.code}-{number}.jpg"
            Image.fromarray(scanned(page, rng, level).page).save(path, quality=70)
            pages.append((copy.code, number, path))
    return pages


def _fill(
    page: Gray, it: Place, texts: Mapping[tuple[str, str], str], student: str, hand: Hand, rng: np.random.Generator
) -> None:
    box = (it.x, it.y, it.width, it.height)
    answer, _, option = it.name.partition("/")
    text = texts.get((it.question, answer), "").replace("], [", "],\n[")
    if it.kind == "square":
        mark_square(
            page, str(rng.choice(["cross", "tick", "fill"])) if option in text.split(", ") else "empty", box, rng
        )
        return
    if it.kind == "id" and student:
        write(page, hand, student[int(it.name)], (it.x + 2, it.y, it.width - 4, it.height), rng, most=13)
    elif it.kind == "space" and it.question and not it.name:
        scribble(page, hand, box, rng)
    elif text:
        write(page, hand, text, box, rng)


def packed(sheets: Sheets, out: Path) -> list[Path]:
    """Batches of pages, as PDFs."""
    found: list[Path] = []
    for i, part in enumerate(np.array_split(np.arange(len(sheets.pages)), 3), start=1):
        numbers: list[int] = part.tolist()
        images = [Image.open(sheets.pages[at][2]) for at in numbers]
        found.append(out / f"batch-{i}.pdf")
        images[0].save(found[-1], save_all=True, append_images=images[1:], resolution=200)
    return found


# What the script does in a person's place


def decided(folder: Path, sheets: Sheets, batches: Sequence[Path]) -> None:
    """Say of each page that waits what it is, as a person sees it."""
    said = json.loads(run("scan", "status", folder, "--pages", "--json"))["of_pages"]
    sizes = [len(it) for it in np.array_split(np.arange(len(sheets.pages)), len(batches))]
    first = {path.name: sum(sizes[:i]) for i, path in enumerate(batches)}
    done, wrong = Counter[str](), list[str]()
    settled = set[tuple[str, int]]()
    for it in said:
        code, number, _ = sheets.pages[first[it["file"]] + int(it["page"].rpartition("-")[2]) - 1]
        if it["copy"] and (it["copy"], it["number"]) != (code, number):
            wrong.append(
                f"{it['page']} is {it['state']} as page {it['number']} of {it['copy']}: it is {number} of {code}"
            )
        match it["state"]:
            case "inferred":
                run("scan", "decide", folder, it["page"], "--confirm", "--who", "Ada")
            case "unknown" | "badly registered":
                run("scan", "decide", folder, it["page"], "--place", f"{code}:{number}", "--who", "Ada")
            case "collision" if (code, number) not in settled:
                settled.add((code, number))
                run("scan", "decide", folder, it["page"], "--count", "--who", "Ada")
            case _:
                continue
        done[it["state"]] += 1
    status = json.loads(run("scan", "status", folder, "--json"))
    for code in status["nobodys"]:
        run("scan", "decide", folder, "--owner", f"{code}:{sheets.owners[code]}", "--who", "Ada")
    shown = {state: count for state, count in status["states"].items() if count}
    print(f"decided by a person: {dict(done)}, {len(status['nobodys'])} owners of spare copies; then {shown}")
    if wrong:
        raise SystemExit("\n".join(wrong))


def typed(folder: Path, exam: Exam, sheets: Sheets) -> None:
    """Type what was written, once for a group, and apart what does not belong."""
    rows = groups = different = 0
    for question in exam.manifest.questions:
        for space in [it for it in exam.paper.spaces if it.slot.label == question.label]:
            for answer in space.answers:
                counted = _type(folder, space.label, answer.name, sheets)
                rows, groups, different = (a + b for a, b in zip((rows, groups, different), counted, strict=True))
    for it in exam.paper.section_0:
        _type(folder, str(it.number), it.answer_name, sheets)
    print(f"typed: {groups} groups, {rows} texts with those that were taken out of a group, for {different} different "
          f"texts in each blank: {rows / different:.2f} times")  # fmt: skip


def _type(folder: Path, question: str, answer: str, sheets: Sheets) -> tuple[int, int, int]:
    said = json.loads(run("scan", "crops", folder, question, answer, "--json"))
    if not said["files"]:
        return 0, 0, 0
    path = Path(said["files"][0])
    filled: list[dict[str, str]] = []
    different = set[str]()
    for row in csv.DictReader(path.read_text("utf-8").splitlines()):
        texts = {code: sheets.text(code, question, answer) or NOTHING for code in row["copies"].split()}
        different |= set(texts.values())
        filled += [
            row | {"copies": " ".join([code for code in texts if texts[code] == text]), "text": text}
            for text in dict.fromkeys(texts.values())
        ]
    with path.with_name(f"filled-{path.name}").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(filled[0]))
        writer.writeheader()
        writer.writerows(filled)
    run("scan", "type", folder, path.with_name(f"filled-{path.name}"), "--who", "Ada", ok=(0, 2))
    return len(filled), len(said["groups"]), len(different)


# What comes of it


def report(said: Mapping[str, Any], sheets: Sheets, exam: Exam) -> None:
    """Hold marks against what was simulated, and end with 1 where one differs; what is on a lost page has to wait."""
    marks = {it["student"]: it for it in said["students"]}
    wrong: list[str] = []
    counts = Counter[str]()
    for code, simulated in sheets.simulated.items():
        student = sheets.owners[code]
        given = {(it["question"], it["answer"]): it for it in marks.get(student, {"answers": []})["answers"]}
        layout = exam.manifest.layouts[exam.copy(code).layout]
        for key, expected in simulated.earned.items():
            on = {it.page for it in layout.places if it.question == key[0]}
            it = given.get(key)
            is_lost = any([(code, page) in sheets.lost for page in on])
            if it is None:
                wrong.append(f"{student} {key}: not marked")
            elif it["status"] in ("by hand", "unreadable"):
                counts["waits: its page is lost" if is_lost else "waits for a person"] += 1
            elif is_lost or expected is None or it["marks"] != float(expected):
                wrong.append(f"{student} {key}: {it['marks']} ({it['status']}), not {expected}")
            else:
                counts["as simulated"] += 1
    print(f"{len(sheets.simulated)} students: {dict(counts)}, {len(wrong)} otherwise")
    if wrong:
        raise SystemExit("\n".join(wrong[:30]))
    print("every mark is the one that was simulated, or waits")


if __name__ == "__main__":
    main()
