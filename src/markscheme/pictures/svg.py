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

from markscheme.pictures.picture import PACKAGE, Picture

if TYPE_CHECKING:
    from typst import Compiler

_MAIN = b"""
#import "/pictures.typ": drawing
#set document(date: none)
#set page(width: auto, height: auto, margin: 2pt, fill: none)
#set text(font: "New Computer Modern", lang: "en")
#drawing(json(bytes(sys.inputs.picture)))
"""
_LOCK = Lock()  # the one compiler serves all threads


@cache
def _compiler() -> Compiler:
    from typst import Compiler  # noqa: PLC0415 (30 ms that only pictures need)

    return Compiler(root=Path(__file__).parent, ignore_system_fonts=True)


def svg(picture: Picture, *, solutions: bool = False) -> str:
    """The picture as SVG: fitted to its content, transparent, with its alternative text, black in the text's color.

    Identifiers are unique to the picture, so that several can stand inline in one page.
    """
    shown = picture.shown(solutions)
    if picture.draw == "svg-file":
        file = str(shown["data"]["file"])
        return _named((PACKAGE / file.lstrip("/")).read_text("utf-8"), file, shown["alt"])
    return _drawn(json.dumps(shown, ensure_ascii=False, sort_keys=True), shown["alt"])


@lru_cache(maxsize=256)
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
    return _named(re.sub(r' class="[^"]*"', "", text), source, words)


def _named(made: str, source: str, words: str) -> str:
    """An SVG with identifiers of its own, and its words."""
    mark = f"p{sha256(source.encode()).hexdigest()[:10]}-"
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{mark}", made[made.index("<svg") :])
    opening = f'<svg role="img" aria-labelledby="{mark}title"'
    return text.strip().replace("<svg", opening, 1).replace(">", f'><title id="{mark}title">{escape(words)}</title>', 1)
