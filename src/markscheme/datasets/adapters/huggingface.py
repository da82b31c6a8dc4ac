"""Our rows as a `datasets.Dataset`; `markscheme dataset --form parquet` writes a folder that `load_dataset` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import datasets

from markscheme.datasets.rows import Row


def as_dataset(rows: Iterable[Row]) -> datasets.Dataset:
    """Rows as a table of three texts: question, answer, and the metadata as JSON, whose shape differs by problem."""
    table = [row | {"metadata": json.dumps(row["metadata"], ensure_ascii=False)} for row in rows]
    return datasets.Dataset.from_list(table)


def row_in(entry: dict[str, Any]) -> Row:
    """The row that an entry of such a table is."""
    return entry | {"metadata": json.loads(entry["metadata"])}
