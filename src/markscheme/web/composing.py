"""Papers that are made in the browser, and those that can be sat."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from markscheme.bank.catalog import catalog
from markscheme.core.errors import MarkschemeError
from markscheme.paper.files import write_whole
from markscheme.paper.plan import built_in_papers, load_paper
from markscheme.web import schema
from markscheme.web.database import rows
from markscheme.web.preparing import prepared
from markscheme.web.security import new_code

if TYPE_CHECKING:
    from markscheme.web.site import Site


MOST_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """A problem chosen for a paper."""

    problem: str
    marks: str = ""
    knobs: str = ""
    """`n=3 largest=2`"""


def paper_toml(title: str, minutes: int, chosen: Sequence[Chosen], folders: Sequence[Path] = ()) -> str:
    """A paper's file; `folders` have the problems that are not built in.

    Raises `MarkschemeError` where it has no title or no problem, or marks that are none.

    >>> print(paper_toml("Quiz", 30, [Chosen("convolution/output_shape", "5", "")]))
    title = "Quiz"
    duration = 30
    <BLANKLINE>
    [[question]]
    problem = "convolution/output_shape"
    marks = 5.0
    <BLANKLINE>
    """
    if not title or not 0 < len(chosen) <= MOST_PROBLEMS:
        raise MarkschemeError(f"a paper has a title, and 1 to {MOST_PROBLEMS} problems")
    lines = [f"title = {_quoted(title)}", f"duration = {minutes}"]
    if folders and any([it.problem not in catalog() for it in chosen]):
        lines.append(f"problems = [{', '.join([_quoted(str(it.absolute())) for it in folders])}]")
    lines.append("")
    for it in chosen:
        lines += ["[[question]]", f"problem = {_quoted(it.problem)}"]
        lines += [f"marks = {_number(it.marks, 'marks')}"] if it.marks.strip() else []
        if it.knobs.strip():
            pairs = [knob.partition("=") for knob in it.knobs.split()]
            lines.append(f"knobs = {{{', '.join([f'{_quoted(name)} = {_knob(value)}' for name, _, value in pairs])}}}")
        lines.append("")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(text: str, what: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise MarkschemeError(f"{what}: a number, not {text!r}") from None


def _knob(text: str) -> str:
    if text in ("true", "false") or re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text):
        return text
    return _quoted(text)


@contextmanager
def _draft(text: str, name: str) -> Generator[str]:
    """A paper's file for a moment; what is wrong in it is said of the paper, and not of that file."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / name
        page.write_text(text, "utf-8")
        try:
            yield str(page)
        except MarkschemeError as error:
            raise MarkschemeError(str(error).replace(str(page), "the paper")) from error


def preview(site: Site, text: str) -> list[tuple[int, str, str]]:
    """Number, title and HTML of a paper's questions with some numbers. Raises `MarkschemeError` for what is wrong."""
    with _draft(text, f"preview-{new_code()}.toml") as page:
        return site.do(prepared, (page, "preview")).pages


def keep_paper(site: Site, course: str, text: str) -> str:
    """Keep a course's paper in the data folder, once it is one that can be sat; returns what it is loaded by.

    Raises `MarkschemeError` for what is wrong in it.
    """
    folder = site.folder / "papers"
    page = folder / f"{course}-{new_code()}.toml"
    with _draft(text, page.name) as draft:
        load_paper(draft)
    folder.mkdir(exist_ok=True)
    write_whole(page, text.encode())
    return str(page)


def find_papers(connection: Connection, folder: Path) -> None:
    """Let exams find their papers again where the data folder has moved."""
    table = schema.exams
    for row in rows(connection, select(table.c.code, table.c.paper)):
        page = Path(row["paper"])
        if page.is_absolute() and not page.is_file() and (folder / page.name).is_file():
            here = str((folder / page.name).absolute())
            connection.execute(update(table).where(table.c.code == row["code"]).values(paper=here))


def papers(site: Site, course: str) -> dict[str, str]:
    """The papers that a course can sit, by the names to show them by, and what they are loaded by.

    What was made in the browser is of the course in which it was made, and nobody else's to see.
    """
    given = [page for folder in site.papers for page in sorted(folder.glob("*.toml")) if page.name != "grades.toml"]
    found = {page.stem: str(page.absolute()) for page in given} | {name: name for name in built_in_papers()}
    for page in sorted((site.folder / "papers").glob(f"{course}-*.toml")):
        title = f"{tomllib.loads(page.read_text('utf-8'))['title']}"
        count = len([name for name in found if name == title or name.startswith(f"{title} (")])
        found[f"{title} ({count + 1})" if count else title] = str(page.absolute())
    return found
