"""Where a copy is written on: what Typst told of it, in a file within the PDF of the same compile."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

from markscheme.core.errors import MarkschemeError
from markscheme.paper.manifest import Layout, Place
from markscheme.paper.plan import Paper

ATTACHED: Final = "paper/places.json"
"""The file within the PDF: corners in pairs, each `[said, page, x, y]`."""

CONTINUED: Final = "continued"
"""The name of the squares that say a space goes on on the last page, which is a space without a question."""


def places_in(content: bytes, paper: Paper, factor: float = 1) -> tuple[int, list[Place]]:
    """The pages of a printed copy, and where it is written on, in printed order, `factor` times as large as it was set.

    `paper` is what the copy asks. Raises `MarkschemeError` where the PDF does not tell.
    """
    import pikepdf  # noqa: PLC0415 (only an exam of a class needs it)

    with pikepdf.open(io.BytesIO(content)) as whole:
        if ATTACHED not in whole.attachments:
            raise MarkschemeError(f"{paper.name}: the PDF does not say where answers are written")
        pages = len(whole.pages)
        told: list[Any] = json.loads(whole.attachments[ATTACHED].get_file().read_bytes())
    section_0 = {str(it.number): it.answer_name for it in paper.section_0}
    spaces = {(it.slot.label, answer.name): it.label for it in paper.spaces for answer in it.answers}
    found: list[Place] = []
    slot = ""
    corners = iter(told)
    for said, page, x, y in corners:
        if said[0] == "question":
            slot = said[1]
            continue
        _, _, right, below = next(corners)
        kind, name = said
        answer, _, option = name.partition("/")
        if kind == "square" and answer == CONTINUED:
            question, name = option, answer
        else:
            question = "" if kind == "id" else name if kind == "space" else spaces[slot, answer]
        left, up, wide, tall = (round(it * factor, 2) for it in (x, y, right - x, below - y))
        name = section_0.get(name, "") if kind == "space" else name
        found.append(Place(kind=kind, question=question, name=name, page=page, x=left, y=up, width=wide, height=tall))
    return pages, found


def digest_of(layout: Layout) -> str:
    """The digest by which a manifest knows a layout."""
    return sha256(layout.model_dump_json().encode()).hexdigest()[:16]


def where_answered(places: Iterable[Place], question: str, answer: str) -> Sequence[Place]:
    """Where an answer of a question is written: its blank, its squares, or else the whole space."""
    here = [it for it in places if it.question == question]
    own = [it for it in here if it.kind in ("blank", "square") and it.name.partition("/")[0] == answer]
    return own or [it for it in here if it.kind == "space"]
