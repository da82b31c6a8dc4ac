"""Scans come into an exam's folder: kept whole, read page by page, and each page ends in a state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from markscheme.core.errors import MarkschemeError
from markscheme.core.parallel import run
from markscheme.exam.folder import Exam, open_exam
from markscheme.exam.printing import note_layouts
from markscheme.exam.store import StoredPage
from markscheme.paper.files import complaining
from markscheme.paper.manifest import NAME as MANIFEST
from markscheme.scan.reading import BATCHES, Reader, Reading, name_of, page_named, pages_from
from markscheme.scan.received import Batch, Unreadable, files_in, look
from markscheme.scan.states import Act, Scanned, fold

CHUNK = 6
Task: TypeAlias = tuple[str, str, str, str, int, tuple[int, ...]]
"""The exam's folder; path, digest, form and pages of a batch; which of its pages, from 0."""


@dataclass(frozen=True)
class Received:
    """A file that came in."""

    batch: Batch
    name: str
    is_new: bool
    """Whether it was not there before."""


def ready(exam: Exam) -> Exam:
    """An exam whose store and manifest can take scans. Raises `MarkschemeError` where nothing was printed."""
    exam.store.create()
    exam = replace(exam, manifest=note_layouts(exam))
    if not exam.manifest.layouts:
        raise MarkschemeError(f"{exam.root} has no printed copy: markscheme exam print {exam.root}")
    return exam


def receive(exam: Exam, paths: Sequence[Path]) -> list[Received]:
    """Keep files in the exam's folder, and note each of their pages as received, before any is read.

    A file that came in before is not received again. Raises `MarkschemeError` before anything is kept where a file
    cannot be read.
    """
    files = [it for path in paths for it in (files_in(path) if path.is_dir() else [path])]
    if not files:
        raise MarkschemeError(f"{paths[0]} has no PDF, TIFF or picture" if paths else "no file was given")
    looked = [(look(it), it) for it in files]
    known = {it.data["digest"] for it in exam.store.pages() if it.what == "received"}
    found: list[Received] = []
    for batch, path in looked:
        kept = exam.root / BATCHES / f"{batch.digest}{path.suffix.lower()}"
        is_new = batch.digest not in known
        known.add(batch.digest)
        if is_new:
            _keep(path, kept)
            rows = [
                StoredPage(name_of(batch.digest, i), "received", {"file": path.name, "digest": batch.digest, "page": i})
                for i in range(batch.pages)
            ]
            with exam.store.adding("scan", file=path.name, digest=batch.digest, pages=batch.pages) as adding:
                adding.pages(rows)
        found.append(Received(replace(batch, path=kept), path.name, is_new))
    return found


def _keep(path: Path, kept: Path) -> None:
    """Copy a file, whole or not at all."""
    part = kept.with_name(f"{kept.name}.part")
    with complaining(kept):
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, part)
            part.replace(kept)
        finally:
            part.unlink(missing_ok=True)


def unread(exam: Exam) -> list[Task]:
    """The pages that were received and not read, as tasks."""
    rows = {it.page: it.data for it in exam.store.pages() if it.what == "received"}
    left = [name for name, it in fold(exam.store.pages()).items() if it.reading is None and it.state == "received"]
    batches: dict[str, list[int]] = {}
    for name in left:
        batches.setdefault(rows[name]["digest"], []).append(int(rows[name]["page"]))
    tasks: list[Task] = []
    for digest, numbers in batches.items():
        path = next(iter((exam.root / BATCHES).glob(f"{digest}.*")), None)
        if path is None:
            raise MarkschemeError(f"{exam.root / BATCHES} has lost the batch {digest}: put the file back")
        form = look(path).form
        tasks += [
            (str(exam.root), str(path), digest, form, max(numbers) + 1, tuple(numbers[i : i + CHUNK]))
            for i in range(0, len(numbers), CHUNK)
        ]
    return tasks


def read_all(exam: Exam, tasks: Sequence[Task], executor: Executor | None = None) -> Iterator[dict[str, Reading]]:
    """Read pages, and note what was read, a few at a time; a command that is killed loses nothing but the last few."""
    for found in run(read_some, tasks, executor):
        readings = {name: Reading.from_json(it) for name, it in found.items()}
        with exam.store.adding("scanned", pages=len(found)) as adding:
            adding.pages([StoredPage(name, "read", it) for name, it in found.items()])
        yield readings


def read_some(task: Task) -> dict[str, dict[str, Any]]:
    """Read a few pages, in whatever process."""
    root, path, digest, form, count, numbers = task
    reader = _reader(root, (Path(root) / MANIFEST).stat().st_mtime_ns)
    batch: Any = Batch(Path(path), digest, form, count)  # pyright: ignore[reportArgumentType]
    found: dict[str, dict[str, Any]] = {}
    for number in numbers:
        for name, page in pages_from(batch, range(number, number + 1)):
            found[name] = reader.read(page, name).as_json()
    return found


@lru_cache(maxsize=1)
def _reader(root: str, _stamp: int) -> Reader:
    return Reader(open_exam(Path(root)))


def infer(exam: Exam) -> dict[str, Reading]:
    """Pages without a code that lie as that printed page must which their neighbors suggest: to be confirmed.

    Tried are pages that no scan has, before and after those of the neighbors. Nothing is taken for granted.
    """
    pages = [*fold(exam.store.pages()).values()]
    reader = Reader(exam)
    there = {(it.copy, it.number) for it in pages if it.state in ("registered", "collision", "inferred")}
    found: dict[str, Reading] = {}
    for i, it in enumerate(pages):
        if it.state != "unknown" or it.who or not it.reading or it.reading.looks_empty or "picture" in it.why:
            continue
        likely: list[tuple[str, int]] = []
        for near, steps in ((pages[i - 1 : i] or [None], (1, -1)), (pages[i + 1 : i + 2] or [None], (-1, 1))):
            beside = near[0]
            if beside and beside.copy and beside.state != "foreign":
                likely += [(beside.copy, beside.number + step) for step in steps]
        made = _as_likely(exam, reader, it, [slot for slot in dict.fromkeys(likely) if slot not in there])
        if made:
            found[it.name] = made
            there.add((made.copy, made.number))
    if found:
        with exam.store.adding("inferred", pages=len(found)) as adding:
            adding.pages([StoredPage(name, "read", it.as_json()) for name, it in found.items()])
    return found


def _as_likely(exam: Exam, reader: Reader, page: Scanned, slots: Sequence[tuple[str, int]]) -> Reading | None:
    try:
        image = page_named(exam, page.name)
    except Unreadable:
        return None
    for copy, number in slots:
        layout = reader.layout(copy)
        if layout is None or not 1 <= number <= layout.pages:
            continue
        made = reader.read_as(image, page.name, copy, number)
        if made.is_registered:
            return replace(
                made, why=f"no code can be read; it lies as page {number} of {copy} must, and stands beside it"
            )
    return None


def decide(
    exam: Exam, names: Sequence[str], act: Act, who: str, data: Mapping[str, Any],
    pages: Mapping[str, Scanned] | None = None,
) -> None:  # fmt: skip
    """Note what a person decided about pages, as they stand. Raises `MarkschemeError` for a page that there is not."""
    known = fold(exam.store.pages()) if pages is None else pages
    for name in names:
        if name not in known:
            raise MarkschemeError(
                f"{exam.root} has no scanned page {name!r}: markscheme scan status {exam.root} --pages"
            )
        if act == "confirm" and known[name].state != "inferred":
            raise MarkschemeError(f"{name} is {known[name].state}: only what was inferred is confirmed")
        if act == "count" and known[name].state not in ("duplicate", "collision", "registered"):
            raise MarkschemeError(f"{name} is {known[name].state}: only a registered page can count")
    with exam.store.adding("scan decided", who, pages=list(names), act=act) as adding:
        adding.pages([StoredPage(name, act, data, who) for name in names])


def place(
    exam: Exam, name: str, copy: str, number: int, who: str, pages: Mapping[str, Scanned] | None = None
) -> Reading:
    """Say which page of which copy a scanned page is: it is read as that one, and confirmed if it lies as it must.

    Raises `MarkschemeError` for a page, a copy or a number that there is not, and where its picture is lost.
    """
    who = who or "somebody"  # what is read with nobody's name is the machine's reading, to which `undo` goes back
    known = fold(exam.store.pages()) if pages is None else pages
    if name not in known:
        raise MarkschemeError(f"{exam.root} has no scanned page {name!r}: markscheme scan status {exam.root} --pages")
    reader = Reader(exam)
    code = exam.copy(copy).code
    layout = reader.layout(code)
    if layout is None or not 1 <= number <= layout.pages:
        raise MarkschemeError(f"the copy {code} has pages 1 to {layout.pages if layout else 0}, and no {number}")
    try:
        made = reader.read_as(page_named(exam, name), name, code, number)
    except Unreadable as error:
        raise MarkschemeError(f"{name}: {error}") from error
    rows = [StoredPage(name, "undo", {}, who), StoredPage(name, "read", made.as_json(), who)]
    if made.is_registered:
        rows.append(StoredPage(name, "confirm", {}, who))
    with exam.store.adding("scan decided", who, pages=[name], act="place", copy=code, number=number) as adding:
        adding.pages(rows)
    return made
