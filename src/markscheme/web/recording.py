"""What the server remembers of itself: the audit log, of which rows are added and never changed, and its settings."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from markscheme.web import schema


def record(connection: Connection, now: int, who: str, what: str, **data: object) -> None:
    """Add to the log. What strangers wrote is kept as JSON in ASCII: no line of it can pass for another one."""
    told = json.dumps(data, ensure_ascii=True, sort_keys=True, default=str)
    connection.execute(schema.audit.insert().values(at=now, who=who, what=what, data=told))


def setting(connection: Connection, name: str, default: str) -> str:
    """What a setting is; from now on the default where it is not set yet."""
    table = schema.settings
    found = connection.execute(select(table.c.value).where(table.c.name == name)).scalar()
    if found is None:
        connection.execute(table.insert().values(name=name, value=default))
        return default
    return found
