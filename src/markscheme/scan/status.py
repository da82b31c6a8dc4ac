"""How far the scans of an exam are."""

from __future__ import annotations

from markscheme.exam.scanned import owners
from markscheme.scan.answers import Scans
from markscheme.scan.states import counts


def status(scans: Scans) -> dict[str, object]:
    """Pages by state, which add up; copies that lack pages; what is typed and what is left."""
    exam = scans.exam
    before = exam.store.answers()
    slots = [tuple(it.slot) for it in scans.written()]
    whose = owners(exam)
    came = {whose[code] for code in scans.copies}
    return {
        "pages": len(scans.pages),
        "states": counts(scans.pages),
        "copies": len(scans.copies),
        "absent": len([it for it in exam.manifest.copies if it.student and it.student not in came]),
        "nobodys": sorted([code for code in scans.copies if not whose[code]]),
        "missing": scans.missing(),
        "typed": sum([it in before for it in slots]),
        "left": sum([it not in before for it in slots]),
    }
