"""The audit log: who did what, and when. Rows are added, and never changed."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from markscheme.web import schema


def record(connection: Connection, now: int, who: str, what: str, **data: object) -> None:
    """Add to the log. What strangers wrote is kept as JSON in ASCII: no line of it can pass for another one."""
    told = json.dumps(data, ensure_ascii=True, sort_keys=True, default=str)
    connection.execute(schema.audit.insert().values(at=now, who=who, what=what, data=told))
