"""The marks of a sitting as others take them: the API, and the platforms that grades go back to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from markscheme.web import schema
from markscheme.web.database import first


@dataclass(frozen=True, slots=True)
class SittingMarks:
    """What a marking of a sitting came to."""

    report: int
    """Its number: each marking has a higher one."""
    marks: float
    out_of: float
    data: dict[str, Any]
    """`marking.gradebook.Report` as data, without the seed and without keys."""


def marks_of(connection: Connection, sitting: str, *, released: bool) -> SittingMarks | None:
    """The marks of the latest marking of a sitting, or of the latest that was released; None where there is none."""
    table = schema.reports
    query = select(table).where(table.c.sitting == sitting)
    if released:
        query = query.where(table.c.is_released)
    found = first(connection, query.order_by(table.c.id.desc()).limit(1))
    if found is None:
        return None
    data: dict[str, Any] = json.loads(found["data"])
    for name in ("seed", "form", "about", "rules", "versions"):
        data.pop(name, None)
    data["answers"] = [{name: it[name] for name in it if name != "basis"} for it in data["answers"]]
    return SittingMarks(found["id"], float(data["marks"]), float(data["out_of"]), data)
