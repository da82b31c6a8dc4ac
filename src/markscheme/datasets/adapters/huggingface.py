"""Our rows as a `datasets.Dataset`; `markscheme dataset --form parquet` writes a folder that `load_dataset` reads."""

from __future__ import annotations

from collections.abc import Iterable

import datasets

from markscheme.datasets.rows import Row, flat


def as_dataset(rows: Iterable[Row]) -> datasets.Dataset:
    """Rows as a table of three texts: question, answer, and the metadata as JSON, which `row_in` reads again."""
    return datasets.Dataset.from_list([flat(row) for row in rows])
