"""Where problems are found: the bank's own files, plug-ins, and folders given by the user. Nothing is registered."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from markscheme.core.errors import DefinitionError, MarkschemeError, UnknownName, near_misses
from markscheme.core.identity import Identity
from markscheme.core.item import Item
from markscheme.core.problem import Problem

PLUGINS = "markscheme.problems"
_HERE = Path(__file__).parent
PRINTED = _HERE / "printed"
"""The published exams, a folder each."""


class Catalog(Mapping[str, Problem]):
    """Problems by name. The bank's files are imported when their problem is first asked for."""

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._own = _problems_in(folders)
        self._names = tuple(sorted({*_bank_names(), *_plugins(), *self._own}))

    def __getitem__(self, name: str) -> Problem:
        if name in self._own:
            return self._own[name]
        if name in _bank_names():
            return _bank_problem(name)
        if name in _plugins():
            return _plugins()[name]
        raise UnknownName(f"there is no problem {name!r}; {near_misses(name, self._names)}")

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def catalog(folders: tuple[Path, ...] = ()) -> Catalog:
    """The bank, the plug-ins, and the problems in folders of the user, as their files are now."""
    return _catalog(tuple([(folder.resolve(), *map(_stamp, _pages_in(folder))) for folder in folders]))


@lru_cache(maxsize=16)
def _catalog(stamped: tuple[tuple[object, ...], ...]) -> Catalog:
    return Catalog([folder for folder, *_ in stamped if isinstance(folder, Path)])


def _stamp(page: Path) -> tuple[str, int, int]:
    """A file as it is now: another one after every change."""
    state = page.stat()
    return str(page), state.st_mtime_ns, state.st_size


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
    return problems


def _problems_in(folders: Iterable[Path]) -> dict[str, Problem]:
    """The problems in folders of the user. A name that two files define, or that is the bank's, is an error."""
    found: dict[str, Path] = {}
    problems: dict[str, Problem] = {}
    for page in dict.fromkeys([page for folder in folders for page in _pages_in(folder)]):
        for problem in _problems_of(_imported(page)):
            other = found.get(problem.name) or _home_of(problem.name)
            if other:
                raise DefinitionError(f"{problem.name} is defined twice, in {other} and in {page}")
            found[problem.name] = page
            problems[problem.name] = problem
    return problems


def _pages_in(folder: Path) -> list[Path]:
    """The files in a folder that may define problems; what is hidden or does not name markscheme is not run."""
    if not folder.is_dir():
        raise MarkschemeError(f"the folder of problems {folder} does not exist")
    folder = folder.resolve()
    return [
        page
        for page in sorted(folder.rglob("[a-z]*.py"))
        if not any([part.startswith((".", "_")) for part in page.relative_to(folder).parts])
        and b"markscheme" in page.read_bytes()
    ]


def _home_of(name: str) -> str:
    if name in _bank_names():
        return f"the bank ({_HERE / name}.py)"
    return "a plug-in" if name in _plugins() else ""


def _imported(page: Path) -> ModuleType:
    """A problem file of the user as a module, under a name of its own."""
    name = f"markscheme_problems_{sha256(repr(_stamp(page)).encode()).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, page)
    if spec is None or spec.loader is None:
        raise MarkschemeError(f"{page} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except MarkschemeError as error:
        del sys.modules[name]
        raise DefinitionError(f"{page}{_line_in(page, error)}: {error}") from error
    except Exception as error:
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
