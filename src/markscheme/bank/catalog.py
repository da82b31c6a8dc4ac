"""Where problems are found: the bank's own files, plug-ins, and folders given by the user. Nothing is registered."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from markscheme.bank.translations import pages_beside, translate
from markscheme.core.errors import DefinitionError, MarkschemeError, UnknownName, near_misses
from markscheme.core.identity import Identity
from markscheme.core.item import Item
from markscheme.core.problem import Problem

PLUGINS = "markscheme.problems"
_HERE = Path(__file__).parent
PRINTED = _HERE / "printed"
"""The published exams, a folder each."""


_CLAIMED = re.compile(rb"""\bProblem\(\s*["']([\w/]+)["']""")


class Catalog(Mapping[str, Problem]):
    """Problems by name. The bank's files are imported when their problem is first asked for.

    A file that cannot be used hides none of the others: `broken` names it, and whoever asks for a problem that it
    seems to define is told what is wrong with it.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._own: dict[str, Problem] = {}
        self._claimed: dict[str, MarkschemeError] = {}
        self.broken: dict[Path, MarkschemeError] = {}
        """The files of the user that cannot be used, and why."""
        self._read(folders)
        self._names = tuple(sorted({*_bank_names(), *_plugins(), *self._own} - self._claimed.keys()))

    def _read(self, folders: Iterable[Path]) -> None:
        found: dict[str, Path] = {}
        for page in dict.fromkeys([page for folder in folders for page in pages_in(folder)]):
            try:
                problems = problems_of_file(page)
            except MarkschemeError as error:
                self._refuse(page, error, _claims(page))
                continue
            for problem in problems:
                other = found.get(problem.name) or home_of(problem.name)
                if other:
                    twice = DefinitionError(f"{problem.name} is defined twice, in {other} and in {page}")
                    self._refuse(page, twice, [problem.name])
                found[problem.name] = page
                self._own[problem.name] = problem

    def _refuse(self, page: Path, error: MarkschemeError, names: Iterable[str]) -> None:
        self.broken[page] = error
        for name in names:
            self._claimed.setdefault(name, error)

    def __repr__(self) -> str:
        count = len(self.broken)
        broken = f", and {count} file{'' if count == 1 else 's'} that cannot be used" if count else ""
        return f"Catalog({len(self)} problems{broken})"

    def _repr_markdown_(self) -> str:
        from markscheme.core.notebook import problems_as  # noqa: PLC0415

        return problems_as("markdown", self.values(), self.broken.values())

    def _repr_html_(self) -> str:
        from markscheme.core.notebook import problems_as  # noqa: PLC0415

        return problems_as("html", self.values(), self.broken.values())

    def __getitem__(self, name: str) -> Problem:
        if name in self._claimed:
            raise self._claimed[name]
        if name in self._own:
            return self._own[name]
        if name in _bank_names():
            return _bank_problem(name)
        if name in _plugins():
            return _plugins()[name]
        also = "".join([f"; {error}" for error in self.broken.values()])
        raise UnknownName(f"there is no problem {name!r}; {near_misses(name, self._names)}{also}")

    def __contains__(self, name: object) -> bool:
        return name in self._names or name in self._claimed

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def catalog(folders: tuple[Path, ...] = ()) -> Catalog:
    """The bank, the plug-ins, and the problems in folders of the user, as their files are now."""
    return _catalog(tuple([(folder.resolve(), *map(_stamp, pages_in(folder))) for folder in folders]))


@lru_cache(maxsize=16)
def _catalog(stamped: tuple[tuple[object, ...], ...]) -> Catalog:
    return Catalog([folder for folder, *_ in stamped if isinstance(folder, Path)])


def _stamp(page: Path) -> tuple[object, ...]:
    """A file as it is now, with the texts beside it: another one after every change."""
    states = [(str(it), it.stat()) for it in (page, *pages_beside(page))]
    return tuple([(name, state.st_mtime_ns, state.st_size) for name, state in states])


def item_of(identity: str, folders: tuple[Path, ...] = ()) -> Item:
    """The item that an id names, posed again. Raises `MarkschemeError` if the problem's version has risen since."""
    wanted = Identity.read(identity)
    problem = catalog(folders)[wanted.name]
    if problem.version != wanted.version:
        raise MarkschemeError(f"{identity} is of version {wanted.version}, but its problem is at {problem.version}: "
                              "its draws have changed since, and the old item cannot be posed again")  # fmt: skip
    if wanted.variant is not None:
        return problem.as_published(wanted.variant)
    return problem.pose(wanted.seed or "", **wanted.knobs)


@cache
def _bank_names() -> frozenset[str]:
    return frozenset([f"{page.parent.name}/{page.stem}" for page in _HERE.glob("*/[a-z]*.py")])


@cache
def _bank_problem(name: str) -> Problem:
    """The problem of a file, with what published exams printed of it."""
    found = _problems_of(import_module(f"markscheme.bank.{name.replace('/', '.')}"))
    if [problem.name for problem in found] != [name]:
        raise DefinitionError(f"the file of {name} defines {', '.join([p.name for p in found]) or 'no problem'}")
    for page in sorted(PRINTED.glob(f"*/{name.rsplit('/', 1)[-1]}.py")):
        import_module(f"markscheme.bank.printed.{page.parent.name}.{page.stem}")
    return found[0]


@cache
def _plugins() -> Mapping[str, Problem]:
    found: dict[str, Problem] = {}
    for entry_point in entry_points(group=PLUGINS):
        loaded = entry_point.load()
        problems = [loaded] if isinstance(loaded, Problem) else _problems_of(loaded)
        found |= {problem.name: problem for problem in problems}
    return found


def _problems_of(module: ModuleType) -> list[Problem]:
    problems = list(dict.fromkeys([value for value in vars(module).values() if isinstance(value, Problem)]))
    for problem in problems:
        problem.check_parts()
    if module.__file__:
        translate(Path(module.__file__), problems)
    return problems


def problems_of_file(page: Path) -> list[Problem]:
    """The problems that a file of the user defines. Raises `MarkschemeError`, with the file and the line."""
    module = _imported(page)
    try:
        return _problems_of(module)
    except MarkschemeError as error:
        raise DefinitionError(f"{page}: {error}") from error


def _claims(page: Path) -> list[str]:
    """The names that a file seems to define, of one that cannot be run."""
    return [name.decode("ascii", "replace") for name in _CLAIMED.findall(page.read_bytes())]


def pages_in(folder: Path) -> list[Path]:
    """The files in a folder that may define problems, or a file itself; what is hidden or does not name markscheme is
    not run.
    """
    if folder.is_file():
        return [folder.resolve()]
    if not folder.is_dir():
        raise MarkschemeError(f"the folder of problems {folder} does not exist")
    folder = folder.resolve()
    return [
        page
        for page in sorted(folder.rglob("[a-z]*.py"))
        if not any([part.startswith((".", "_")) for part in page.relative_to(folder).parts])
        and b"markscheme" in page.read_bytes()
    ]


def home_of(name: str) -> str:
    """Where a name is defined that no file of the user may take; empty where it is free."""
    if name in _bank_names():
        return f"the bank ({_HERE / name}.py)"
    return "a plug-in" if name in _plugins() else ""


class _FromSource(SourceFileLoader):
    """Compiles a file each time: bytecode counts as fresh by the second, and the folder is its author's."""

    def path_stats(self, path: str) -> Mapping[str, Any]:
        raise OSError(f"of {path} no bytecode is kept")


def _imported(page: Path) -> ModuleType:
    """A problem file of the user as a module, under a name of its own."""
    name = f"markscheme_problems_{sha256(repr(_stamp(page)).encode()).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    loader = _FromSource(name, str(page))
    spec = importlib.util.spec_from_loader(name, loader) if page.suffix == ".py" else None
    if spec is None:
        raise MarkschemeError(f"{page} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except MarkschemeError as error:
        del sys.modules[name]
        raise DefinitionError(f"{page}{_line_in(page, error)}: {error}") from error
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise MarkschemeError(f"{page}{_line_in(page, error)}: {type(error).__name__}: {error}") from error
    return module


def _line_in(page: Path, error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    line = None
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(page):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""
