"""docs/mechanisms/: a page a family, from its docstrings, with its pictures and what the exam asks about it.

Run by `make gallery`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import markscheme.mechanisms
from markscheme.bank.catalog import catalog
from markscheme.core.problem import Problem

FOLDER = Path("docs/mechanisms")
GALLERY = Path("docs/gallery")


def pages() -> dict[Path, str]:
    """The pages by path, and their index."""
    families = [import_module(f"markscheme.mechanisms.{name}") for name in markscheme.mechanisms.__all__]
    index = ["# Mechanisms", "", *_prose(inspect.getdoc(markscheme.mechanisms) or "")]
    index = [re.sub(r"^\| `(\w+)` \|", r"| [\1](\1.md) |", line) for line in index]
    index += ["", "`python bench/mechanisms.py` measures them beside torch, scikit-learn and fpsample."]
    found = {FOLDER / "README.md": "\n".join(index) + "\n"}
    return found | {FOLDER / f"{_name(family)}.md": _page(family) for family in families}


def _name(family: ModuleType) -> str:
    return family.__name__.rpartition(".")[2]


def _page(family: ModuleType) -> str:
    name = _name(family)
    asked = [problem for problem in catalog().values() if _uses(problem, name)]
    lines = [f"# {name.replace('_', ' ').capitalize()}", "", *_prose(inspect.getdoc(family) or "")]
    for picture in _pictures(asked):
        lines += ["", f"![{picture.stem}](../gallery/{picture.name})"]
    lines += ["", "## What the exam asks about it", ""]
    lines += [
        f"- [{problem.title}](../../GALLERY.md#{problem.name.replace('/', '')}) (`{problem.name}`): {problem.source}"
        for problem in asked
    ] or ["Nothing by itself: the other families stand on it."]
    lines += ["", "## Functions"]
    for function in _functions(family):
        lines += ["", *_entry(function)]
    return "\n".join(lines) + "\n"


def _uses(problem: Problem, family: str) -> bool:
    source = Path(inspect.getsourcefile(_drawer(problem)) or "").read_text("utf-8")
    return f"mechanisms.{family} import" in source or bool(
        re.search(rf"from markscheme\.mechanisms import [^\n]*\b{family}\b", source)
    )


def _drawer(problem: Problem) -> Callable[..., object]:
    """A function of the problem's own file."""
    return next(iter(problem.answers.values())).function


def _pictures(problems: list[Problem]) -> list[Path]:
    """A picture of each problem, as it is solved."""
    drawn = [sorted(GALLERY.glob(f"{problem.name.replace('/', '-')}-solution-*.svg")) for problem in problems]
    return [pictures[0] for pictures in drawn if pictures][:3]


def _functions(family: ModuleType) -> list[object]:
    own = [
        it for name, it in vars(family).items()
        if not name.startswith("_") and getattr(it, "__module__", "") == family.__name__
        and (inspect.isfunction(it) or inspect.isclass(it)) and inspect.getdoc(it)
    ]  # fmt: skip
    return sorted(own, key=lambda it: inspect.getsourcelines(it)[1])  # pyright: ignore[reportArgumentType]


def _entry(function: object) -> list[str]:
    named = getattr(function, "__name__", "")
    heading = f"### `{named}`" if inspect.isclass(function) else f"### `{named}{_signature(function)}`"
    return [heading, "", *_prose(inspect.getdoc(function) or "")]


def _signature(function: object) -> str:
    """The parameters by their names and defaults; what they are the text says."""
    parameters = inspect.signature(function).parameters.values()  # pyright: ignore[reportArgumentType]
    plain = [it.replace(annotation=inspect.Parameter.empty) for it in parameters]
    return str(inspect.Signature(plain))


def _prose(text: str) -> list[str]:
    """A docstring as Markdown: its examples as code."""
    lines: list[str] = []
    is_code = False
    for line in text.splitlines():
        starts, ends = line.startswith(">>>") and not is_code, is_code and not line.strip()
        lines += ["```pycon"] if starts else ["```"] if ends else []
        is_code = (is_code or starts) and not ends
        lines.append(line)
    return [*lines, "```"] if is_code else lines


if __name__ == "__main__":
    written = pages()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, page in written.items():
        path.write_text(page, "utf-8")
    sys.stdout.write(f"{FOLDER}: {len(written)} pages\n")
