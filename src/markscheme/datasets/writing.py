"""Sets on disk: shards of JSON Lines or Parquet, the same bytes whoever makes them, taken up where they end."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from itertools import count, islice
from pathlib import Path
from typing import IO, Any, Final, Literal, TypeAlias, cast

from markscheme.bank.catalog import catalog
from markscheme.core.errors import MarkschemeError
from markscheme.core.parallel import run
from markscheme.datasets.digests import digest_of
from markscheme.datasets.rows import Row, flat, row_in
from markscheme.datasets.sets import Dataset, Found, Recipe, key_of
from markscheme.datasets.splits import Split, split_of
from markscheme.paper.files import locked, write_whole

Form: TypeAlias = Literal["jsonl", "parquet"]
SET: Final = "markscheme/set/1"
"""The form of a set's `set.json`."""
CHUNK: Final = 200
"""Candidates that a worker looks at in one go."""
AHEAD: Final = 8
"""Chunks a worker that are begun before the first of them is needed."""
LONGEST_LINE: Final = 10_000_000
"""Bytes of a line that may be a row."""
GROUP = 2_000
"""Rows of a Parquet file that are in memory together."""
_ANEW: Final = "delete it, or choose another folder with --out"
_as_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Made:
    """A candidate as a worker returns it: its split, its digest, and its row as JSON."""

    number: int
    split: Split
    digest: int
    line: str


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Candidates that a worker looks at, one after the other."""

    recipe: Recipe
    start: int
    wanted: Mapping[Split | None, int]
    """The splits that have room, each with the first candidate that counts; None stands for all of them."""


@dataclass
class Shards:
    """The shards of one set in a folder: those that are there, and the one that is being written."""

    data: Dataset
    folder: Path
    name: str
    form: Form
    size: int
    """Rows a shard."""
    found: Found = field(default_factory=Found)
    begun: int = 0
    """The shard that is being written, or is next."""
    _page: IO[bytes] | None = None

    @property
    def is_full(self) -> bool:
        """Whether all rows are there."""
        return self.found.count == len(self.data)

    @property
    def count(self) -> int:
        """How many shards there will be."""
        return max(1, -(-len(self.data) // self.size))

    @property
    def path(self) -> Path:
        """Where the shard that is being written will lie."""
        return self.folder / f"{self.name}-{self.begun:05}-of-{self.count:05}.{self.form}"

    @property
    def part(self) -> Path:
        """The rows of that shard so far, as lines whatever its form."""
        return self.path.with_name(f".{self.path.name}.part")

    @property
    def due(self) -> int:
        """How many rows there are when that shard is whole."""
        return min((self.begun + 1) * self.size, len(self.data))

    def resume(self) -> None:
        """Go on after the rows that are there: those of whole shards from the first on, and of one that was begun."""
        while not self.is_full and self.path.exists():
            for row in rows_in(self.path):
                if not self._knows(row):
                    raise MarkschemeError(f"{self.path} has rows that are not of this set, or come twice; {_ANEW}")
            if self.found.count != self.due:
                raise MarkschemeError(f"with {self.path} there are {self.found.count} rows, not {self.due}; {_ANEW}")
            self.begun += 1
        if not self.is_full and self.part.exists():
            self._take_up()

    def add(self, made: Made) -> None:
        """Take a candidate, if it counts and is a new row."""
        if self.is_full or made.number < self.found.next:
            return
        self.passed(made.number)
        if self.found.takes(made.number, made.digest):
            if self._page is None:
                self._page = self.part.open("ab")
            self._page.write(f"{made.line}\n".encode())
            self._end_shard()

    def passed(self, number: int) -> None:
        """Know that all candidates before this one were looked at. Raises `MarkschemeError` where all were in vain."""
        if not self.is_full:
            self.found.next = max(self.found.next, number)
            self.data.check(self.found)

    def flush(self) -> None:
        """Leave to the system what was written: it is there even if this process is killed."""
        if self._page is not None:
            self._page.flush()

    def close(self) -> None:
        """Let go of the shard that was begun; its rows stay, as many as the disk has room for."""
        if self._page is not None:
            with suppress(OSError):
                self._page.close()
            self._page = None

    def _take_up(self) -> None:
        """Go on after the last row of the shard that was begun that is whole."""
        end = 0
        with self.part.open("rb") as page:
            for line in islice(iter(lambda: page.readline(LONGEST_LINE), b""), self.due - self.found.count):
                if not line.endswith(b"\n") or not self._knows(_row_on(line)):
                    break
                end += len(line)
        os.truncate(self.part, end)
        self._end_shard()

    def _end_shard(self) -> None:
        """Put the shard in place, if it is whole."""
        if self.found.count < self.due:
            return
        self.flush()
        self.close()
        if self.form == "parquet":
            whole = self.part.with_suffix(".whole")
            _write_parquet(whole, self.part)
            whole.replace(self.path)
            self.part.unlink()
        else:
            self.part.replace(self.path)
        self.begun += 1

    def _knows(self, row: Mapping[str, Any]) -> bool:
        """Take a row that is on disk. False where it cannot come here; raises `MarkschemeError` for an older one."""
        try:
            about = row["metadata"]
            number, name, version = about["number"], about["problem"], about["version"]
            digest = digest_of(key_of(about["content"], about["answers"]))
        except (KeyError, TypeError):
            return False
        if type(number) is not int or number < self.found.next or name not in self.data.recipe.problems:
            return False
        if version != (now := catalog()[name].version):
            raise MarkschemeError(f"{self.folder} was begun with version {version} of {name}, now it is {now}; {_ANEW}")
        return self.found.takes(number, digest)


def write_set(
    data: Dataset, folder: Path, *, name: str = "train", form: Form = "jsonl", shard: int = 100_000,
    executor: Executor | None = None, workers: int = 1,
) -> Generator[int]:  # fmt: skip
    """Write one set into a folder, as `write_sets` does.

    >>> from tempfile import TemporaryDirectory
    >>> from markscheme.datasets import dataset
    >>> with TemporaryDirectory() as folder:
    ...     *_, rows = write_set(dataset("convolution/output_shape", size=5), Path(folder), shard=2)
    ...     rows, sorted([path.name for path in Path(folder).glob("*.jsonl")])
    (5, ['train-00000-of-00003.jsonl', 'train-00001-of-00003.jsonl', 'train-00002-of-00003.jsonl'])
    """
    return write_sets({name: data}, folder, form=form, shard=shard, executor=executor, workers=workers)


def write_sets(
    sets: Mapping[str, Dataset], folder: Path, *, form: Form = "jsonl", shard: int = 100_000,
    executor: Executor | None = None, workers: int = 1,
) -> Generator[int]:  # fmt: skip
    """Write sets that differ by their split alone into a folder, and yield how many rows there are, from time to time.

    Each candidate is posed once, for whichever set it belongs to, and each set is what it would be alone. What is there
    is not made again, to the last row that is whole. In memory are a few bytes a row.

    Raises `MarkschemeError` where another set lies in the folder or another command writes there, where it cannot be
    written, or where there are fewer rows than a set is to have.
    """
    recipe = _shared(sets)
    shards = [Shards(data, folder, name, form, shard) for name, data in sets.items()]
    with _complaining(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder):
            with _complaining(folder):
                for it in shards:
                    what = {"schema": SET, "size": len(it.data), "form": form, "shard": shard}
                    _claim(folder, it.name, what | _plain(it.data.recipe))
                for it in shards:
                    it.resume()
            yield from _written(recipe, shards, executor, AHEAD * workers)
    finally:
        for it in shards:
            it.close()


def _written(recipe: Recipe, shards: Sequence[Shards], executor: Executor | None, ahead: int) -> Iterator[int]:
    by_split: dict[Split | None, Shards] = {it.data.recipe.split: it for it in shards}
    yield sum([it.found.count for it in shards])
    if all([it.is_full for it in shards]):
        return
    first = min([it.found.next for it in shards if not it.is_full])

    def chunks() -> Iterator[_Chunk]:
        for start in count(first, CHUNK):
            yield _Chunk(recipe, start, {split: it.found.next for split, it in by_split.items() if not it.is_full})

    for start, made in zip(count(first, CHUNK), run(_looked_at, chunks(), executor, ahead), strict=False):
        with _complaining(shards[0].folder):
            for candidate in made:
                by_split[None if None in by_split else candidate.split].add(candidate)
            for it in shards:
                it.passed(start + CHUNK)
                it.flush()
        yield sum([it.found.count for it in shards])
        if all([it.is_full for it in shards]):
            return


@contextmanager
def _complaining(folder: Path) -> Generator[None]:
    """Make an error of the system one line that says what becomes of the rows."""
    try:
        yield
    except OSError as error:
        raise MarkschemeError(f"{folder} cannot be written: {error.strerror or error}; rows that are there are kept, "
                              "and gone on from when this is run again") from error  # fmt: skip


def _shared(sets: Mapping[str, Dataset]) -> Recipe:
    """The recipe of all splits. Raises `MarkschemeError` for sets that cannot be sorted out of the same candidates."""
    recipes = [data.recipe for data in sets.values()]
    splits = [recipe.split for recipe in recipes]
    whole = [replace(recipe, split=None) for recipe in recipes]
    if not sets or any([it != whole[0] for it in whole]) or len({*splits}) < len(splits) or (
        None in splits and len(splits) > 1
    ):  # fmt: skip
        raise MarkschemeError("sets that are written together differ by their splits, and by nothing else")
    return whole[0]


def recipe_in(folder: Path, name: str) -> dict[str, Any]:
    """What a set in a folder was made from."""
    return json.loads((folder / f"{name}.set.json").read_text("utf-8"))


def rows_in(path: Path) -> Iterator[Row]:
    """The rows of a shard. Raises `MarkschemeError` where it is none."""
    try:
        yield from map(row_in, _entries_in(path))
    except (ValueError, KeyError, OSError) as error:
        raise MarkschemeError(f"{path} is no shard of rows: {error}") from None


def _looked_at(chunk: _Chunk) -> list[Made]:
    """The rows of those candidates that count."""
    recipe, wanted = chunk.recipe, chunk.wanted
    splits = None if None in wanted else wanted
    made: list[Made] = []
    for number in range(chunk.start, chunk.start + CHUNK):
        candidate = recipe.candidate(number, splits)
        if candidate is None:
            continue
        split = split_of(candidate.content)
        if number >= wanted[split if splits else None]:
            made.append(Made(number, split, candidate.digest, _as_json(recipe.row(candidate))))
    return made


def _row_on(line: bytes) -> Mapping[str, Any]:
    """The row on a line; an empty one where the line is none."""
    try:
        row: Any = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", row) if isinstance(row, dict) else {}


def _plain(recipe: Recipe) -> dict[str, Any]:
    """A recipe as JSON has it."""
    return json.loads(json.dumps(asdict(recipe), default=str))


def _claim(folder: Path, name: str, what: dict[str, Any]) -> None:
    """Write down which set a folder is to have, or see that it is the same one."""
    path = folder / f"{name}.set.json"
    if not path.exists():
        if any(folder.glob(f"{name}-*")):
            raise MarkschemeError(f"{folder} has rows of {name}, and no {path.name} that says of which set; {_ANEW}")
        write_whole(path, f"{json.dumps(what, indent=2)}\n".encode())
        return
    try:
        there = json.loads(path.read_text("utf-8"))
    except ValueError:
        there = None
    if there != what:
        raise MarkschemeError(f"{folder} has another set, by {path.name}; choose another folder with --out")


def _write_parquet(path: Path, lines: Path) -> None:
    pa, parquet = _pyarrow()
    with lines.open("rb") as page:
        rows = map(flat, map(json.loads, page))
        group = [*islice(rows, GROUP)]
        schema = pa.schema([(name, pa.string()) for name in group[0]])
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            while group:
                writer.write_table(pa.Table.from_pylist(group, schema))
                group = [*islice(rows, GROUP)]


def _entries_in(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        _, parquet = _pyarrow()
        for batch in parquet.ParquetFile(path).iter_batches(1_000):
            yield from batch.to_pylist()
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
