"""Whose copies are that were for nobody in particular: what stands in the boxes for the ID, against the roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.exam.scanned import owners
from markscheme.paper.manifest import PrintedCopy
from markscheme.scan.answers import Scans
from markscheme.scan.libraries import scipy
from markscheme.scan.states import Scanned

MARGIN: Final = float(np.log(1000))
"""By how much likelier an ID must be than any other one that is free, as a logarithm, to be taken."""
_LEAST: Final = 1e-4
_WORST: Final = float(np.log(0.004))
"""A digit of an accepted ID is never less likely than this, as a logarithm."""


@dataclass(frozen=True)
class Found:
    """A copy, and whose it seems to be."""

    code: str
    student: str
    margin: float
    is_sure: bool


def whose(read: Mapping[str, Sequence[Sequence[float]]], ids: Sequence[str]) -> list[Found]:
    """Match copies to IDs, each ID once, by how likely each digit is in each box.

    `read` has for each copy ten shares for each box. An ID is sure if it is likelier by `MARGIN` than any other one on
    its copy, and than on any other copy that may well bear it too, and none of its digits is unlikely.

    >>> sure = [[0.91 if d == int(it) else 0.01 for d in range(10)] for it in "12345"]
    >>> [it.student for it in whose({"BCDF": sure}, ["12345", "54321"]) if it.is_sure]
    ['12345']
    """
    if not read or not ids:
        return []
    codes = [*read]
    likely = np.stack([np.stack([_likely(read[code], it) for it in ids]) for code in codes])
    total: NDArray[np.float64] = likely.sum(2)
    rows, columns = scipy("optimize").linear_sum_assignment(-total)
    found: list[Found] = []
    pairs: list[tuple[int, int]] = [*zip(rows.tolist(), columns.tolist(), strict=True)]
    for row, column in pairs:
        claims = total[:, column] >= total.max(1) - MARGIN  # by copies that may well bear this ID too
        claims[row] = False
        others = np.concatenate([np.delete(total[row], column), total[claims, column]])
        margin = float(total[row, column] - others.max()) if len(others) else np.inf
        is_sure = margin >= MARGIN and float(likely[row, column].min()) >= _WORST
        found.append(Found(codes[row], ids[column], margin, is_sure))
    return found


def shares(boxes: Sequence[Sequence[float]], student: str) -> list[float]:
    """How likely each character of an ID is by what was read in its box; of letters nothing is known.

    >>> shares([[0.91, *[0.01] * 9], [0.1] * 10, [0.1] * 10], "01x")
    [0.91, 0.1, 0.1]
    """
    return [
        max(box[int(it)], _LEAST) if it.isascii() and it.isdigit() else 0.1
        for box, it in zip(boxes, student, strict=True)
    ]


def _likely(boxes: Sequence[Sequence[float]], student: str) -> NDArray[np.float64]:
    """The same as logarithms; all unlikely where the ID has another length."""
    if len(boxes) != len(student):
        return np.full(max(len(boxes), 1), np.log(_LEAST))
    return np.log(np.array(shares(boxes, student)))


def take_owners(scans: Scans) -> list[Found]:
    """Find whose spare copies are that came in; those that are sure are noted, all others wait for a person."""
    exam, pages = scans.exam, scans.pages.values()
    known = owners(exam)
    read: dict[str, Sequence[Sequence[float]]] = {
        it.copy: it.reading.id for it in pages if it.counts and it.reading and it.reading.id and not known[it.copy]
    }
    found = whose(read, free_students(exam, known, pages))
    for it in found:
        if it.is_sure:
            with exam.store.adding("owner", code=it.code, student=it.student, margin=round(min(it.margin, 99), 2)):
                pass
    return found


def free_students(exam: Exam, known: Mapping[str, str], pages: Iterable[Scanned]) -> list[str]:
    """The students of whom no copy came in, by their IDs."""
    came = {known[it.copy] for it in pages if it.copy in known and it.state != "foreign"}
    return sorted(set(exam.students) - came)


def own(exam: Exam, code: str, student: str, who: str, why: str) -> None:
    """Note whose a spare copy is. Raises `MarkschemeError` where it is somebody's, or the student has another one."""
    copy = _spare(exam, code)
    if student not in exam.students:
        raise MarkschemeError(f"the roster has no student {student!r}")
    others = [it for it, owner in owners(exam).items() if owner == student and it != copy.code]
    handed_in = {it.code for it in exam.store.answers().values()}
    if taken := [it for it in others if it in handed_in]:
        raise MarkschemeError(f"{student} has answers on the copy {taken[0]}: a person decides which copy counts")
    with exam.store.adding("owner", who, code=copy.code, student=student, why=why):
        pass


def disown(exam: Exam, code: str, who: str, why: str) -> None:
    """Note that a spare copy is nobody's again. Raises `MarkschemeError` where it is no spare one, or nobody's."""
    copy = _spare(exam, code)
    if not owners(exam)[copy.code]:
        raise MarkschemeError(f"the copy {copy.code} is nobody's")
    with exam.store.adding("owner", who, code=copy.code, student="", why=why):
        pass


def _spare(exam: Exam, code: str) -> PrintedCopy:
    copy = exam.copy(code)
    if copy.student:
        raise MarkschemeError(f"the copy {copy.code} was printed for {copy.student}")
    return copy
