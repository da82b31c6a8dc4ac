"""Pictures for the web and for notebooks: one self-contained SVG each."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from markscheme.pictures.picture import Picture, Shown
from markscheme.user_cache import keep, kept, page_of

if TYPE_CHECKING:
    from typst import Compiler

_MAIN = b"""
#import "/pictures.typ": drawing
#set document(date: none)
#set page(width: auto, height: auto, margin: 2pt, fill: none)
#set text(font: "New Computer Modern", lang: "en")
#drawing(json(bytes(sys.inputs.picture)))
"""
_BOX = re.compile(r'<a [^>]*href="field:(?P<name>\w+)"[^>]*><rect(?P<size> width="[\d.]+" height="[\d.]+")[^>]*/></a>')
_LOCK = Lock()  # the one compiler serves all threads


@cache
def _compiler() -> Compiler:
    from typst import Compiler  # noqa: PLC0415 (30 ms that only pictures need)

    return Compiler(root=Path(__file__).parent, ignore_system_fonts=True)


def svg(picture: Picture, *, solutions: bool = False) -> str:
    """The picture as SVG: fitted to its content, transparent, with its alternative text, black in the text's color.

    Identifiers are unique to the picture, so that several can stand inline in one page. What was drawn once is kept, in
    memory and in the user's cache.
    """
    shown = picture.shown(solutions)
    source = _source(shown)
    if picture.draw == "own":
        return _apart(source)
    return _kept(source, shown["alt"])


def reference(picture: Picture, *, solutions: bool = False) -> str:
    """What names a picture: the hash of its data and of what draws them. Alike pictures have one name."""
    return f"sha256:{_digest(_source(picture.shown(solutions)))}"


def is_at_hand(name: str) -> bool:
    """Whether what a reference names was drawn before, and is kept."""
    return _page(name.removeprefix("sha256:")).is_file()


def _page(digest: str) -> Path:
    return page_of("pictures", f"{digest}.svg")


def _source(shown: Shown) -> str:
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


def _digest(source: str) -> str:
    return sha256(f"{_drawn_by()} {source}".encode()).hexdigest()


@cache
def _drawn_by() -> str:
    """What draws: the library of drawings, and the compiler."""
    from importlib.metadata import version  # noqa: PLC0415 (30 ms, for what is not at hand)

    drawings = (Path(__file__).with_name("pictures.typ")).read_bytes() + _MAIN
    return f"{sha256(drawings).hexdigest()} typst {version('typst')}"


@lru_cache(maxsize=64)
def _apart(source: str) -> str:
    from markscheme.pictures.own import as_image  # noqa: PLC0415 (start-up time)

    shown = json.loads(source)
    return _named(as_image(shown["data"]["svg"], shown["data"]["width"]), source, shown["alt"])


@lru_cache(maxsize=256)
def _kept(source: str, words: str) -> str:
    page = _page(_digest(source))
    made = kept(page)
    if made is None:
        made = _drawn(source, words)
        keep(page, made)
    return made


def _drawn(source: str, words: str) -> str:
    with _LOCK:
        made = _compiler().compile(input=_MAIN, format="svg", sys_inputs={"picture": source})
    if not isinstance(made, bytes):
        raise TypeError("a picture is one page")
    text = (
        made.decode()
        .replace('fill="#000000"', 'fill="currentColor"')
        .replace('stroke="#000000"', 'stroke="currentColor"')
    )
    return _named(_BOX.sub(_box, re.sub(r' class="[^"]*"', "", text)), source, words)


def _box(link: re.Match[str]) -> str:
    """Where a student writes: what Typst makes a link of, as a rectangle that names its answer."""
    return f'<rect data-field="{link["name"]}"{link["size"]} fill="none" stroke="none"/>'


def _named(made: str, source: str, words: str) -> str:
    """An SVG with identifiers of its own, and its words."""
    mark = f"p{sha256(source.encode()).hexdigest()[:10]}-"
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{mark}", made[made.index("<svg") :])
    opening = f'<svg role="img" aria-labelledby="{mark}title"'
    return text.strip().replace("<svg", opening, 1).replace(">", f'><title id="{mark}title">{escape(words)}</title>', 1)
