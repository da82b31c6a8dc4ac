"""The floors of ARCHITECTURE.md, held: imports lead downward only. Read off the source; nothing is imported."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "markscheme"

FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "cli web __main__",
        "api widgets",
        "exports datasets labs scan",
        "exam",
        "marking",
        "paper",
        "bank",
        "core",
        "kinds reading sandbox",
        "text pictures",
        "mechanisms",
        "draw exact language lazy user_cache",
    )
)
"""From the top down. A room may import from the floors below its own, and nothing else of markscheme."""

NEIGHBORS = {
    ("cli", "web"),
    ("__main__", "cli"),
    ("kinds", "reading"),
    ("kinds", "sandbox"),
    ("pictures", "text"),
    ("draw", "exact"),
}
"""Rooms of one floor of which the first may import the second."""

OWN = {"mechanisms": {"draw", "exact"}}
"""Rooms that may import less than all below them."""

LATER = {"markscheme.kinds.base": "markscheme.kinds.specimens"}
"""The one import within a function that could not stand at the top: made-up submissions, of which the kinds know."""

ROOT = "markscheme"
LOWEST_WITH_ROOT = "bank"
"""From this floor up a module may import from the root itself, as users do: `from markscheme import Draw, Problem`."""


def floor(room: str) -> int:
    """The floor of a room, counted from the top."""
    for height, rooms in enumerate(FLOORS):
        if room in rooms:
            return height
    raise LookupError(f"{room} is on no floor: add it to FLOORS here and to ARCHITECTURE.md")


def room_of(module: str) -> str:
    """The room of a dotted module; the root is its own."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ROOT


def modules() -> list[tuple[str, Path]]:
    """All modules of the package, by dotted name."""
    found: list[tuple[str, Path]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


MODULES = frozenset([name for name, _ in modules()])


@cache
def tree(path: Path) -> ast.Module:
    """A source, parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(source: ast.Module, module: str, *, is_package: bool) -> list[tuple[int, str]]:
    """Line and dotted name of everything that a module imports from markscheme, wherever in it and however."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            found += [(node.lineno, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                kept = len(parts) - node.level + is_package
                base = ".".join([*parts[:kept], *([base] if base else [])])
            if base == ROOT:  # the names are rooms, or what the root offers
                rooms = frozenset[str]().union(*FLOORS)
                found += [(node.lineno, f"{ROOT}.{name.name}" if name.name in rooms else ROOT) for name in node.names]
            else:
                inner = [f"{base}.{name.name}" for name in node.names]
                found += [(node.lineno, name if name in MODULES else base) for name in inner]
        elif isinstance(node, ast.Call) and called(node).endswith("import_module"):
            constant = node.args[0] if node.args else None
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                found.append((node.lineno, constant.value))
    return [(line, name) for line, name in found if name.split(".")[0] == ROOT]


def called(call: ast.Call) -> str:
    """The name of what is called, without what it belongs to."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def complaint(importer: str, imported: str) -> str | None:
    """Why the room `importer` may not import the room `imported`; None if it may."""
    if importer in {imported, ROOT}:
        return None
    if imported == ROOT:
        return None if floor(importer) <= floor(LOWEST_WITH_ROOT) else f"{importer} is below the root"
    if importer in OWN and imported not in OWN[importer]:
        return f"{importer} may import only {sorted(OWN[importer])}"
    if floor(imported) > floor(importer) or (importer, imported) in NEIGHBORS:
        return None
    return f"{imported} is not below {importer}"


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_imports_lead_down(module: str, path: Path) -> None:
    """A module imports only from the floors below its own."""
    seen = imports(tree(path), module, is_package=path.name == "__init__.py")
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}: {why}"
        for line, name in seen
        if (why := complaint(room_of(module), room_of(name)))
    ]
    assert not wrong, "\n".join(wrong)


def needed(module: str, path: Path) -> set[str]:
    """What a module imports from markscheme for more than types, when it is loaded or within its functions."""
    body = [it for it in tree(path).body if not (isinstance(it, ast.If) and "TYPE_CHECKING" in ast.dump(it.test))]
    found = imports(ast.Module(body, []), module, is_package=path.name == "__init__.py")
    return {name for _, name in found} - {module}


def test_there_is_no_circle() -> None:
    """No module needs itself through others, not even by imports within functions: these are for start-up time, and any
    could stand at the top. What modules need of each other for types alone is no import.
    """
    left = {name: needed(name, path) - {LATER.get(name)} for name, path in modules() if name != ROOT}
    while free := [name for name, others in left.items() if others.isdisjoint(left)]:
        for name in free:
            del left[name]
    assert not left, f"a circle in {', '.join(sorted(left))}"


def asked_for_its_kind(source: ast.Module) -> list[str]:
    """Where a source asks which kind of answer it has, or whether a kind has something of its own."""
    return [
        ast.unparse(call)
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and called(call) in ("isinstance", "getattr", "hasattr", "type")
        and call.args and re.fullmatch(r"(?:.*\.)?(?:kind|kind_of\(.*\))", ast.unparse(call.args[0]))
    ]  # fmt: skip


def test_nothing_outside_asks_for_a_kind() -> None:
    """Outside `kinds/` nothing asks which kind an answer has: what pages, paper and marking need, each kind says."""
    assert asked_for_its_kind(ast.parse("x = isinstance(answer.kind, Rubric) or getattr(kind, 'labels', ())"))
    found = {
        name: asked
        for name, path in modules() if room_of(name) not in ("kinds", "reading", "sandbox")
        if (asked := asked_for_its_kind(tree(path)))
    }  # fmt: skip
    assert not found


def words(source: ast.Module) -> Iterator[str]:
    """The names in a source, those in its texts too, without its docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(source)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
        and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    for node in ast.walk(source):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
                yield from name.split(".")
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield from re.findall(r"\w+", text)
            case _:
                pass


def test_mechanisms_are_used() -> None:
    """A function of `mechanisms` is used by a problem, a lab, another mechanism or a test, not by its doctest alone."""
    root = PACKAGE.parents[1]
    pages = [page for folder in ("src", "tests", "bench", "examples") for page in (root / folder).rglob("*.py")]
    own = PACKAGE / "mechanisms"
    used = Counter[str]()
    for page in pages:
        is_own = page.is_relative_to(own)
        used.update(words(tree(page)) if is_own else re.findall(r"\w+", page.read_text(encoding="utf-8")))
    declared = [
        node.name
        for page in own.rglob("*.py")
        for node in tree(page).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert [name for name in declared if used[name] < 2] == []


def test_every_room_has_a_floor() -> None:
    """Each folder and module of the package stands on a floor."""
    rooms = {room_of(name) for name, _ in modules()} - {ROOT}
    assert {"core", "mechanisms", "exact"} <= rooms
    assert all(floor(room) >= 0 for room in rooms)


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("markscheme.core.problem", "from markscheme.kinds import Integer", False),
        ("markscheme.core.problem", "from markscheme import Problem", True),
        ("markscheme.core.problem", "from markscheme import kinds", False),
        ("markscheme.core.problem", "from markscheme import paper", True),
        ("markscheme.core.problem", "def f():\n    import markscheme.bank", True),
        ("markscheme.core.problem", "if TYPE_CHECKING:\n    from markscheme.paper import Paper", True),
        ("markscheme.core.problem", "from ..bank import x", True),
        ("markscheme.core.problem", "from . import item", False),
        ("markscheme.core.problem", "from importlib import import_module\nimport_module('markscheme.cli.main')", True),
        ("markscheme.bank.attention.linear_rnn", "from markscheme import Draw, Problem", False),
        ("markscheme.kinds.vector", "import markscheme.reading.lexer", False),
        ("markscheme.reading.lexer", "import markscheme.kinds", True),
        ("markscheme.text.source", "import markscheme.pictures", True),
        ("markscheme.mechanisms.attention", "import markscheme.exact, numpy", False),
        ("markscheme.exact", "import markscheme.draw", True),
        ("markscheme.marking.report", "import markscheme.labs", True),
        ("markscheme.core.problem", "import marks, markschemes", False),
    ],
)
def test_of_this_test(module: str, source: str, wrong: bool) -> None:
    """Imports that lead up are seen, however they are written; those that lead down pass."""
    rooms = [room_of(name) for _, name in imports(ast.parse(source), module, is_package=False)]
    assert any(complaint(room_of(module), room) for room in rooms) == wrong


def test_unknown_room() -> None:
    """A room on no floor is an error that says what to do."""
    with pytest.raises(LookupError, match="add it to FLOORS"):
        floor("attic")


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_refused_without_docstrings() -> None:
    """Python that strips docstrings is refused: they are what markscheme explains with."""
    refused = python("-OO", "-c", "import markscheme")
    assert refused.returncode == 1
    assert "-OO" in refused.stderr.splitlines()[-1]
    assert python("-O", "-c", "import markscheme").returncode == 0


@pytest.mark.parametrize("module", ["markscheme", "markscheme.mechanisms"])
def test_light_imports(module: str) -> None:
    """Importing the root or the mechanisms loads nothing from outside the standard library but NumPy."""
    code = (
        f"import sys; before = set(sys.modules); import {module}; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    assert set(python("-c", code).stdout.split()) <= {"markscheme", "numpy"}
