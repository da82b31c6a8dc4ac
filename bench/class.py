"""A class's exam: printing it and marking it, beside R/exams and auto-multiple-choice where they are installed.

    python -m bench class

The peers print what they are made for: R/exams its own exercises with their solutions; auto-multiple-choice questions
with formulas, shuffled, with the same numbers and one key for all. A page is compared with a page, on one core.
"""

from __future__ import annotations

import math
import resource
import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TypeVar

from bench.class_exam import MARKSCHEME, TOML, answers_of, ids, roster
from bench.timing import Figure, cpu_seconds
from markscheme.exam.codes import codes_of
from markscheme.exam.folder import Exam, open_exam
from markscheme.exam.printing import FOLDER, FOR_THE_PRINTER, page_count
from markscheme.marking.submissions import FIELDS
from markscheme.paper.copies import proven
from markscheme.paper.printing import Copy, pdf
from markscheme.paper.tables import csv_text

Result = TypeVar("Result")

PRINTED, MARKED, CORES = 300, 1000, 2
ROUNDS = 12
ONE_CORE = ("taskset", "-c", "0") if shutil.which("taskset") else ()
R_EXERCISES = ("tstat", "deriv", "hessian", "cholesky", "lagrange", "dist", "fourfold", "gaussmarkov", "relfreq",
               "swisscapital", "currency8", "lm", "regression", "anova")  # fmt: skip
R_COPIES, AMC_COPIES, AMC_PAGES, AMC_QUESTIONS = 3, 50, 6, 18
R_SCRIPT = """
suppressMessages(library(exams)); set.seed(1)
exams2pdf(paste0(c({exercises}), ".Rnw"), n = {copies}, dir = "{out}", template = c("exam.tex", "solution.tex"))
"""
AMC_HEAD = r"""\documentclass[a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage[lang=EN]{automultiplechoice}
\begin{document}
\AMCrandomseed{1}
"""
AMC_QUESTION = r"""\element{all}{\begin{question}{q%d}
A state $h_t = W h_{t-1} + u_t$ with $W = \begin{pmatrix} %d & 1 \\ 0 & %d \end{pmatrix}$ and
$u_t = \begin{pmatrix} 1 \\ %d \end{pmatrix}$ begins at $h_0 = 0$. Which is $h_2$?
\begin{choices}
\correctchoice{$\begin{pmatrix} %d \\ %d \end{pmatrix}$}
\wrongchoice{$\begin{pmatrix} 1 \\ 2 \end{pmatrix}$}
\wrongchoice{$\begin{pmatrix} 0 \\ 7 \end{pmatrix}$}
\wrongchoice{$\sum_{i=1}^{n} \frac{\partial L}{\partial h_i}$}
\end{choices}\vspace{3.5cm}\end{question}}
"""
AMC_COPY = r"""\onecopy{1}{\noindent\namefield{\fbox{Name: \rule{5cm}{0pt}}}\vspace{1cm}

\insertgroup{all}}
\end{document}
"""


def figures() -> Generator[Figure]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        exam = _new(folder / "one", 40)
        a_page = yield from _copies(exam)
        yield from _printing(folder / "printed")
        yield from _marking(folder / "marked")
        yield from _r_exams(folder / "r", a_page)
        yield from _amc(folder / "amc", a_page)


def _new(folder: Path, students: int) -> Exam:
    folder.mkdir()
    rng = Random(1)
    (folder / "quiz.toml").write_text(TOML, "utf-8")
    (folder / "roster.csv").write_text(roster(ids(students, rng), rng), "utf-8")
    _run("exam", "new", folder / "exam", "--paper", folder / "quiz.toml", "--roster", folder / "roster.csv")
    return open_exam(folder / "exam")


def _run(*arguments: object) -> float:
    """Seconds of a command."""
    start = perf_counter()
    subprocess.run([MARKSCHEME, *map(str, arguments)], check=True, capture_output=True)
    return perf_counter() - start


def _copies(exam: Exam) -> Generator[Figure, None, float]:
    """A copy with its key in one process, and where the time goes; returns CPU milliseconds a page."""
    copies = [it for it in exam.manifest.copies if not it.large][: ROUNDS + 4]
    spent: dict[str, list[float]] = {}
    pages = 0

    def clocked(what: str, work: Callable[[], Result]) -> Result:
        start = process_time()
        made = work()
        spent.setdefault(what, []).append(1e3 * (process_time() - start))
        return made

    for it in copies:
        student = exam.students[it.student]
        items, _ = clocked("proving", lambda it=it: proven(exam.paper, it.seed))
        codes = clocked("codes", lambda it=it: codes_of(exam.manifest.exam, it.code, 6))
        copy = Copy(exam.paper, it.code, items, student, codes=codes)
        blank, key = (
            clocked(what, lambda copy=copy, is_key=is_key: pdf(copy, solutions=is_key))
            for what, is_key in (("the paper", False), ("the key", True))
        )
        pages = page_count(blank) + page_count(key)
    best = {what: min(times[4:]) for what, times in spent.items()}  # the first ones load what all need
    whole = sum(best.values())
    note = ", ".join([f"{what} {took:.0f}" for what, took in best.items()]) + f"; {pages} pages"
    yield Figure("exam: a copy with its key, CPU time in one process", whole, "ms", 150 * pages / 28, note)
    yield Figure("exam: … a page", whole / pages, "ms", None, "laying out text and formulas is most of it: Typst's")
    return whole / pages


def _printing(folder: Path) -> Generator[Figure]:
    exam = _new(folder, PRINTED)
    took = _run("exam", "print", exam.root, "--jobs", CORES)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sizes = [page.stat().st_size / 1024 for page in (exam.root / FOLDER).glob("????????.pdf")]
    whole = (exam.root / FOLDER / FOR_THE_PRINTER).stat().st_size / 1024
    yield Figure(f"exam: {PRINTED} students' copies with keys, {CORES} processes", took, "s", 60)
    yield Figure("exam: … most memory of a process", peak, "MB", 500)
    yield Figure(
        "exam: … the largest copy", max(sizes), "kB", 150, f"in the printer's file {whole / PRINTED:.0f} kB each"
    )


def _marking(folder: Path) -> Generator[Figure]:
    exam, rng = _new(folder, MARKED), Random(2)
    rows = [(it.student, it.code, *row) for it in exam.manifest.copies for row in answers_of(exam, it, rng).rows]
    (folder / "answers.csv").write_text(csv_text(FIELDS, rows), "utf-8")
    took = _run("exam", "mark", exam.root, folder / "answers.csv", "--jobs", CORES, "--json")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"{len(rows)} answers; most memory so far {peak:.0f} MB"
    yield Figure(f"exam: {MARKED} students marked, {CORES} processes", took, "s", 15, note)


# Peers


def _r_exams(folder: Path, ours: float) -> Generator[Figure]:
    """R/exams: pages of its exercises with their solutions, a copy at a time."""
    name = "exam: R/exams takes as long for a page as we for"
    folder.mkdir()
    known = (
        shutil.which("Rscript")
        and not subprocess.run(["Rscript", "-e", "library(exams)"], capture_output=True, check=False).returncode
    )
    if not known:
        yield Figure(name, math.nan, "pages", note="not measured: no Rscript with the package exams here")
        return
    script = R_SCRIPT.format(
        exercises=", ".join([f'"{it}"' for it in R_EXERCISES]), copies=R_COPIES, out=folder.as_posix()
    )
    (folder / "run.R").write_text(script, "utf-8")
    took = cpu_seconds([*ONE_CORE, "Rscript", folder / "run.R"], folder)
    pages = sum([_pages(it) for it in folder.glob("*.pdf")])
    note = f"{1e3 * took / R_COPIES:.0f} ms a copy of {pages / R_COPIES:.0f} pages with its solutions"
    yield Figure(name, 1e3 * took / pages / ours, "pages", least=20, note=note)


def _amc(folder: Path, ours: float) -> Generator[Figure]:
    """auto-multiple-choice: pages of questions with formulas, in another order on each copy; no key of each copy."""
    name = "exam: auto-multiple-choice takes as long for a page as we for"
    folder.mkdir()
    if not shutil.which("auto-multiple-choice"):
        yield Figure(name, math.nan, "pages", note="not measured: it is not installed here (Debian has it)")
        return
    (folder / "exam.tex").write_text(amc_exam(), "utf-8")
    (folder / "data").mkdir()
    took = cpu_seconds(
        [*ONE_CORE, "auto-multiple-choice", "prepare", "--mode", "s", "--prefix", f"{folder}/", "--data",
         folder / "data", "--n-copies", AMC_COPIES, folder / "exam.tex"], folder,
    )  # fmt: skip
    pages = _pages(folder / "sujet.pdf")
    note = f"{1e3 * took / pages:.1f} ms a page, {pages / AMC_COPIES:.0f} pages a copy, the same numbers on all"
    yield Figure(name, 1e3 * took / pages / ours, "pages", least=10, note=note)


def amc_exam() -> str:
    """Its source of an exam."""
    asked = [AMC_QUESTION % (i, i + 2, i + 3, i + 1, i + 4, (i + 1) * (i + 4)) for i in range(AMC_QUESTIONS)]
    return "".join([AMC_HEAD, *asked, AMC_COPY])


def _pages(page: Path) -> int:
    import pikepdf  # noqa: PLC0415 (of the extra `exam`)

    with pikepdf.open(page) as made:
        return len(made.pages)
