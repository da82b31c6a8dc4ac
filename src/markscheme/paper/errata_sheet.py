"""Errata, or what numbers do not discriminate, as a page of Markdown, for people."""

from __future__ import annotations

from collections.abc import Iterable

from markscheme.core.errata import Finding

_HEADINGS = {
    "answer": "Answers that differ",
    "claim": "Statements that do not hold, or only under a condition",
    "slip": "What the published numbers cannot tell apart",
}


def as_markdown(findings: Iterable[Finding], paper: str | None, title: str = "Errata") -> str:
    """The findings by kind, each with its evidence."""
    findings = list(findings)
    lines = [
        f"# {title}{f' of {paper}' if paper else ''}",
        "",
        "Computed by `markscheme errata`, not written by hand. The printed text is as recovered from the paper:",
        "a difference may come from the recovery and not from its authors.",
    ]
    for kind, heading in _HEADINGS.items():
        chosen = [finding for finding in findings if finding.kind == kind]
        if chosen:
            lines += ["", f"## {heading}", ""]
            lines += ["| problem | about | printed | computed | holds | evidence |", "|---|---|---|---|---|---|"]
            lines += [_row(finding) for finding in chosen]
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    name = f"{finding.problem}@{finding.variant}" if finding.variant else finding.problem
    cells = (f"`{name}`", finding.about, finding.printed, finding.computed, finding.holds, finding.evidence)
    return f"| {' | '.join([cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells])} |"
