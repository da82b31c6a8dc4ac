"""The files that marking a class leaves: marks, totals, what waits for a person, the report, what moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from markscheme.core.errors import MarkschemeError
from markscheme.marking.decisions import (
    Moved,
    decided,
    has_marks,
    moved_csv,
    read_by_hand,
    read_overrides,
    rubric_sheet,
)
from markscheme.marking.gradebook import Report, marks_csv, totals_csv
from markscheme.marking.report import report_page
from markscheme.marking.submissions import Unmatched, unmatched_csv
from markscheme.paper.plan import Paper
from markscheme.paper.tables import BrokenRow, xlsx_bytes

_MADE = ("*.xlsx", "by_hand.csv", "grades.csv", "feedback/*.html", "feedback/*.pdf", "export/*.csv", "export/*.xlsx")
"""What marking and reporting make that may be older than the marks."""


def sheets(
    paper: Paper,
    reports: Sequence[Report],
    *,
    absent: Sequence[str] = (),
    unmatched: Sequence[Unmatched] | None = None,
    moves: Iterable[Moved] | None = None,
    xlsx: bool = False,
) -> dict[str, bytes]:
    """The files by name. `None` for what there is none of, and whose file is left out."""
    made = {"marks.csv": marks_csv(reports), "totals.csv": totals_csv(reports, absent)}
    if any(report.waiting or report.unreadable for report in reports):
        made["by_hand.csv"] = rubric_sheet(paper, reports)
    books = {name.replace(".csv", ".xlsx"): xlsx_bytes(text) for name, text in made.items()} if xlsx else {}
    if unmatched is not None:
        made["unmatched.csv"] = unmatched_csv(unmatched)
    if moves is not None:
        made["moved.csv"] = moved_csv(moves)
    made["report.html"] = report_page(paper, reports, absent)
    return {name: text.encode() for name, text in made.items()} | books


def with_decisions(
    paper: Paper, reports: list[Report], by_hand: Path | None, overrides: Path | None
) -> tuple[list[Report], list[BrokenRow]]:
    """The reports with what people decided in files, and the rows of these that cannot be used."""
    broken: list[BrokenRow] = []
    for page, read in ((by_hand, read_by_hand), (overrides, read_overrides)):
        if page:
            decisions, broken_decisions = read(page, paper, reports)
            reports, broken = decided(reports, decisions), broken + broken_decisions
    return reports, broken


def of_earlier_marking(out: Path, written: Collection[str]) -> list[str]:
    """The files of an earlier marking that lie in a folder, and do not say what is true now; by their paths there."""
    found = [page for pattern in _MADE for page in out.glob(pattern) if page.is_file()]
    return sorted({it.relative_to(out).as_posix() for it in found} - {*written})


def keep_what_is_filled_in(out: Path) -> None:
    """Raise `MarkschemeError` where somebody filled in a by_hand.csv or by_hand.xlsx that would be written over."""
    for page in (out / "by_hand.csv", out / "by_hand.xlsx"):
        if has_marks(page):
            raise MarkschemeError(f"{page} is filled in, and would be emptied; move it, and give it with --by-hand")
