"""The folder of an exam: what it is made of, frozen, and what it must still be."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import count
from pathlib import Path

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.exam import secret as secrets
from markscheme.exam.secret import PRIVATE, Secret, read_secret
from markscheme.exam.store import NAME as STORE
from markscheme.exam.store import Store
from markscheme.paper.copies import dealt
from markscheme.paper.files import complaining, locked, recover, write_whole
from markscheme.paper.fonts import record
from markscheme.paper.manifest import (
    NAME,
    Frozen,
    Manifest,
    PrintedCopy,
    check_questions,
    entry_of,
    letters,
    numbers_of,
    question_codes,
    read_manifest,
)
from markscheme.paper.plan import Page, Paper, files_of, load_paper, problem_files
from markscheme.paper.roster import FIELDS, Student, read_roster
from markscheme.paper.tables import csv_text, safe_cell, safe_id

ROSTER = "roster.csv"
SEATS = "seats.csv"
ROOM = "room.csv"
PAPER = "paper"


@dataclass(frozen=True)
class Exam:
    """An exam's folder, opened."""

    root: Path
    manifest: Manifest

    @cached_property
    def paper(self) -> Paper:
        """The paper as it was frozen."""
        return load_frozen(str(self.root))

    @property
    def name(self) -> str:
        """The file of the frozen paper."""
        return str(self.root / PAPER / f"{self.manifest.paper}.toml")

    @cached_property
    def secret(self) -> Secret:
        """The class's secret."""
        return read_secret(self.root)

    @cached_property
    def store(self) -> Store:
        """What happened, was answered, and was decided."""
        return Store(self.root / STORE)

    @cached_property
    def students(self) -> dict[str, Student]:
        """The roster, by id, with the seats that were given."""
        students, broken = read_roster(self.root / ROSTER)
        if broken:
            raise MarkschemeError(f"{self.root / ROSTER}: {broken[0]}")
        seated = seats_of(self.root / SEATS)
        return {
            it.student: replace(it, row=seated[it.student][0], seat=seated[it.student][1])
            if it.student in seated
            else it
            for it in students
        }

    def copy(self, name: str) -> PrintedCopy:
        """The copy of a code, or of a student. Raises `MarkschemeError`."""
        for it in self.manifest.copies:
            if name and name in (it.code, it.student):
                return it
        students = near_misses(name, [it.student for it in self.manifest.copies if it.student])
        raise MarkschemeError(f"{self.root} has no copy {name!r}: name a student of {ROSTER}, or a code; {students}")


def new_exam(
    root: Path, paper: str, roster: Path, *, room: Path | None = None, page: Page | None = None, spare: int = 0
) -> Exam:
    """Make an exam's folder, whole or not at all. Raises `MarkschemeError`."""
    if root.exists():
        raise MarkschemeError(f"{root} is there already; an exam has a folder of its own")
    plan = load_paper(paper)
    students, broken = read_roster(roster)
    if broken or not students:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise MarkschemeError(f"{broken[0]}{more}: mend the roster first" if broken else f"{roster} has no student")
    draft = root.with_name(f".{root.name}.new")
    with complaining(root):
        root.parent.mkdir(parents=True, exist_ok=True)
        if draft.exists():  # of a command that was killed
            with locked(draft):
                shutil.rmtree(draft)
        draft.mkdir(0o700)
    try:
        with locked(draft):
            _fill(draft, plan, paper, students, room, page, spare)
        with complaining(root):
            draft.rename(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return open_exam(root)


def _fill(
    draft: Path, plan: Paper, paper: str, students: Sequence[Student], room: Path | None, page: Page | None, spare: int
) -> None:
    with complaining(draft):
        entry = plan.entry.model_copy(update={"problems": _freeze(plan, paper, draft / PAPER)})
        (draft / ROSTER).write_text(roster_csv(students), "utf-8")
        if room:
            (draft / f"room{room.suffix.lower()}").write_bytes(room.read_bytes())
    secret = Secret.new()
    write_whole(draft / secrets.NAME, f"{secret.key.hex()}\n".encode(), PRIVATE)
    manifest = Manifest(
        exam=letters(sha256(secret.key + b"exam").digest(), 4),
        paper=plan.short_name,
        page=page or plan.entry.page,
        entry=entry_of(entry),
        questions=question_codes(plan),
        copies=copies_of(plan, secret, students, dealt(plan, students), spare),
        frozen=tuple(_hashes(draft, sorted((draft / PAPER).rglob("*")))),
        fonts=record(system=False),
    )
    write_whole(draft / NAME, manifest.as_bytes(), PRIVATE)
    store = Store(draft / STORE)
    store.create()
    with store.adding("new", paper=plan.short_name, students=len(students), spare=spare):
        pass
    store.close()
    (draft / STORE).chmod(PRIVATE)


def _freeze(plan: Paper, name: str, folder: Path) -> tuple[str, ...]:
    """Copy a paper and its problem files, and say where the problems are now."""
    folder.mkdir()
    source = files_of(name)
    shutil.copyfile(source[0], folder / f"{plan.short_name}.toml")
    if plan.logo:
        shutil.copyfile(plan.logo, folder / plan.entry.logo)
    frozen: list[str] = []
    for number, home in enumerate(plan.entry.problems, start=1):
        own = source[0].parent / home
        frozen.append(f"problems-{number}")
        for page in problem_files(own):
            place = folder / frozen[-1] / page.relative_to(own)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, place)
    return tuple(frozen)


def _hashes(root: Path, pages: Iterable[Path]) -> Iterable[Frozen]:
    for page in pages:
        if page.is_file() and "__pycache__" not in page.parts:
            digest = sha256(page.read_bytes()).hexdigest()
            yield Frozen(name=page.relative_to(root).as_posix(), sha256=digest)


def copies_of(
    plan: Paper, secret: Secret, students: Sequence[Student], versions: Sequence[str], spare: int
) -> tuple[PrintedCopy, ...]:
    """A copy for each student, and spare ones for nobody, each with its code, seed and numbers."""
    spares = [plan.entry.versions[i % len(plan.entry.versions)] if plan.entry.versions else "" for i in range(spare)]
    owners = [(it.student, it.reads_large) for it in students] + [("", False)] * spare
    found: list[PrintedCopy] = []
    for number, ((student, large), version) in enumerate(zip(owners, [*versions, *spares], strict=True), start=1):
        found.append(new_copy(secret, number, found, student=student, version=version, large=large))
    return with_numbers(plan, found)


def new_copy(
    secret: Secret, number: int, before: Iterable[PrintedCopy], *, student: str, version: str, large: bool
) -> PrintedCopy:
    """A copy with a code that none has before it, and without the digest of its numbers."""
    taken = {it.code for it in before}
    code = next(code for attempt in count() if (code := secret.code(number, attempt)) not in taken)
    seed = secret.seed(f"version {version}" if version else f"copy {number}")
    return PrintedCopy(code=code, number=number, student=student, seed=seed, version=version, large=large, numbers="")


def with_numbers(plan: Paper, copies: Sequence[PrintedCopy]) -> tuple[PrintedCopy, ...]:
    """Copies with the digests of their numbers."""
    return tuple([
        it.model_copy(update={"numbers": numbers}) for it, numbers in zip(copies, _numbers(plan, copies), strict=True)
    ])  # fmt: skip


def _numbers(plan: Paper, copies: Sequence[PrintedCopy]) -> list[str]:
    """The digest of each copy's numbers; a version's once."""
    known: dict[str, str] = {}
    for it in copies:
        if it.seed not in known:
            known[it.seed] = numbers_of(plan.items(it.seed))
    return [known[it.seed] for it in copies]


def open_exam(root: Path) -> Exam:
    """An exam's folder. Raises `MarkschemeError` where it is none, or what was frozen has changed."""
    if not (root / NAME).is_file():
        raise MarkschemeError(f"{root} is no exam's folder: `markscheme exam new {root}` makes one")
    exam = Exam(root, read_manifest(root / NAME))
    if changed := changed_files(exam):
        raise MarkschemeError(
            f"{root / changed[0]} is not what was frozen when the exam was made; put it back as it was"
        )
    check_questions(exam.paper, exam.manifest, str(root))
    return exam


def opened(root: Path) -> Exam:
    """An exam's folder within a command that has locked it: what a killed command left is finished first."""
    if root.is_dir():
        recover(root)
    return open_exam(root)


def changed_files(exam: Exam) -> list[str]:
    """The frozen files that are missing, or are others now, and files that were put beside them."""
    now = {it.name: it.sha256 for it in _hashes(exam.root, sorted((exam.root / PAPER).rglob("*")))}
    then = {it.name: it.sha256 for it in exam.manifest.frozen}
    return sorted([name for name in now.keys() | then.keys() if now.get(name) != then.get(name)])


def load_frozen(root: str) -> Paper:
    """The paper of an exam, read again only where its manifest has changed."""
    page = Path(root) / NAME
    return _loaded(root, page.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _loaded(root: str, _stamp: int) -> Paper:
    manifest = read_manifest(Path(root) / NAME)
    page = Path(root) / PAPER / f"{manifest.paper}.toml"
    return load_paper(str(page), printed=str(Path(root) / NAME))


def roster_csv(students: Iterable[Student]) -> str:
    """A roster as the exam keeps it."""
    return csv_text(FIELDS, [
        (safe_id(it.student), *[safe_cell(getattr(it, name)) for name in FIELDS[1:]]) for it in students
    ])  # fmt: skip


def seats_of(page: Path) -> Mapping[str, tuple[str, str]]:
    """Row and seat of each student, as `exam seat` wrote them."""
    if not page.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(page.read_text("utf-8"), newline=""))
    return {row["student"].removeprefix("'"): (row["row"], row["seat"]) for row in rows}
