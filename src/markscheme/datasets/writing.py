"""Sets on disk: shards of JSON Lines or Parquet, the same bytes whoever makes them, taken up where they end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from markscheme.core.errors import MarkschemeError
from markscheme.core.parallel import run
from markscheme.datasets.rows import Row, flat, row_in
from markscheme.datasets.sets import Dataset, Found, Recipe, key_of

Form: TypeAlias = Literal["jsonl", "parquet"]
SET: Final = "markscheme/set/1"
"""The form of a set's `set.json`."""
CHUNK: Final = 200
"""Candidates that a worker looks at in one go."""
AHEAD: Final = 8
"""Chunks a worker that are begun before the first of them is needed."""


@dataclass(frozen=True, slots=True)
class Made:
    """A candidate as a worker returns it: the key of its row, and the row as JSON; None if it is turned down."""

    number: int
    key: str | None = None
    line: str = ""


@dataclass
class Shards:
    """The shards of one set in a folder: which are there, and what the next one holds so far."""

    data: Dataset
    folder: Path
    name: str
    form: Form
    size: int
    """Rows a shard."""
    found: Found = field(default_factory=Found)
    lines: list[str] = field(default_factory=list[str])

    @property
    def count(self) -> int:
        """How many shards there will be."""
        return max(1, -(-len(self.data) // self.size))

    @property
    def done(self) -> int:
        """How many rows are on disk."""
        return len(self.found.numbers) - len(self.lines)

    def path(self, number: int) -> Path:
        """Where a shard lies."""
        return self.folder / f"{self.name}-{number:05}-of-{self.count:05}.{self.form}"

    def resume(self) -> None:
        """Go on after the shards that are there: those that are whole, from the first on."""
        for number in range(self.count):
            if not self.path(number).exists():
                return
            for row in rows_in(self.path(number)):
                metadata = row["metadata"]
                self.found.takes(metadata["number"], key_of(metadata["content"], metadata["answers"]))

    def add(self, made: Made) -> None:
        """Take a candidate, the next one; and write a shard where it is full."""
        if self.found.takes(made.number, made.key):
            self.lines.append(made.line)
            if len(self.lines) == self.size or len(self.found.numbers) == len(self.data):
                self._write()
        else:
            self.data.check(self.found)

    def _write(self) -> None:
        path = self.path((len(self.found.numbers) - 1) // self.size)
        part = path.with_name(f".{path.name}.part")
        if self.form == "parquet":
            _write_parquet(part, self.lines)
        else:
            part.write_text("".join([f"{line}\n" for line in self.lines]), "utf-8")
        part.replace(path)
        self.lines.clear()


def write_set(
    data: Dataset, folder: Path, *, name: str = "train", form: Form = "jsonl", shard: int = 100_000,
    executor: Executor | None = None, workers: int = 1,
) -> Iterator[int]:  # fmt: skip
    """Write a set into a folder, shard by shard, and yield how many rows there are. What is there is not made again.

    >>> from tempfile import TemporaryDirectory
    >>> from markscheme.datasets import dataset
    >>> with TemporaryDirectory() as folder:
    ...     *_, rows = write_set(dataset("convolution/output_shape", size=5), Path(folder), shard=2)
    ...     rows, sorted([path.name for path in Path(folder).glob("*.jsonl")])
    (5, ['train-00000-of-00003.jsonl', 'train-00001-of-00003.jsonl', 'train-00002-of-00003.jsonl'])

    Raises `MarkschemeError` where another set lies in the folder, or where there are fewer rows than it is to have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, name, {"schema": SET, "size": len(data), "form": form, "shard": shard} | _plain(data.recipe))
    shards = Shards(data, folder, name, form, shard)
    shards.resume()
    yield len(shards.found.numbers)
    chunks = ((data.recipe, start, start + CHUNK) for start in count(shards.found.next, CHUNK))
    if len(shards.found.numbers) == len(data):
        return
    for made in run(_looked_at, chunks, executor, AHEAD * workers):
        for candidate in made:
            if len(shards.found.numbers) < len(data):
                shards.add(candidate)
        yield len(shards.found.numbers)
        if len(shards.found.numbers) == len(data):
            return


def recipe_in(folder: Path, name: str) -> dict[str, Any]:
    """What a set in a folder was made from."""
    return json.loads((folder / f"{name}.set.json").read_text("utf-8"))


def rows_in(path: Path) -> Iterator[Row]:
    """The rows of a shard. Raises `MarkschemeError` where it is none."""
    try:
        yield from map(row_in, _entries_in(path))
    except (ValueError, KeyError, OSError) as error:
        raise MarkschemeError(f"{path} is no shard of rows: {error}") from None


def _looked_at(task: tuple[Recipe, int, int]) -> list[Made]:
    recipe, start, stop = task
    made: list[Made] = []
    for number in range(start, stop):
        candidate = recipe.candidate(number)
        if candidate is None:
            made.append(Made(number))
        else:
            line = json.dumps(recipe.row(candidate), ensure_ascii=False, separators=(",", ":"))
            made.append(Made(number, candidate.key, line))
    return made


def _plain(recipe: Recipe) -> dict[str, Any]:
    """A recipe as JSON has it."""
    return json.loads(json.dumps(asdict(recipe), default=str))


def _claim(folder: Path, name: str, what: dict[str, Any]) -> None:
    """Write down which set a folder is to have, or see that it is the same one."""
    path = folder / f"{name}.set.json"
    if not path.exists():
        path.write_text(json.dumps(what, indent=2) + "\n", "utf-8")
        return
    try:
        there = json.loads(path.read_text("utf-8"))
    except ValueError:
        there = None
    if there != what:
        raise MarkschemeError(f"{folder} has another set, by {path.name}; choose another folder with --out")


def _write_parquet(path: Path, lines: Sequence[str]) -> None:
    pa, parquet = _pyarrow()
    columns: dict[str, list[str]] = {}
    for line in lines:
        for name, text in flat(json.loads(line)).items():
            columns.setdefault(name, []).append(text)
    parquet.write_table(pa.table(columns), path, compression="zstd")


def _entries_in(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        _, parquet = _pyarrow()
        yield from parquet.read_table(path).to_pylist()
        return
    line = ""
    with path.open(encoding="utf-8", newline="\n") as page:
        for line in page:  # one after the other: a shard may be large
            yield json.loads(line)
    if not line:
        raise ValueError("it is empty")


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MarkschemeError("Parquet needs pyarrow: pip install 'markscheme[datasets]'") from None
