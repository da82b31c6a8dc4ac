"""Texts in each target's markup, converted once: by pandoc when the package is built, or on first use and then kept.

The conversions of the bank and of the built-in papers ship as `converted.json`; a user's own are kept in the user's
cache folder. A conversion is found by a digest of its source, so that a changed text is never served stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize
from xml.etree import ElementTree

from markscheme.user_cache import keep, kept, page_of

if TYPE_CHECKING:
    from markscheme.text.source import Form, Text

_FORMAT = "6"  # raise when the conversion itself changes
FORMULA = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)  # in Typst's markup
_MATHEMATICS = re.compile(r"<math.*?</math>", re.DOTALL)
_SEPARATOR = "ZqNextTextqZ"


def converted(text: Text, form: Form) -> str:
    """A text in a form, its holes still sentinels."""
    digest = digest_of(text)
    known = _shipped().get(digest) or _kept(digest)
    if known is None:
        known = convert([text])[digest]
        _keep(digest, known)
    return known[form]


def digest_of(text: Text) -> str:
    """What a text's conversions are found by."""
    return sha256(f"{_FORMAT}\n{text.inline:d}\n{text.with_sentinels}".encode()).hexdigest()[:20]


def convert(texts: Iterable[Text]) -> dict[str, dict[Form, str]]:
    """The conversions of many texts to every target, by digest, with one call of pandoc a target."""
    unique = list({digest_of(text): text for text in texts}.items())
    if not unique:
        return {}
    sources = [text.with_sentinels for _, text in unique]
    html = [_bare_code(_bare_mathematics(page)) for page in _pandoc(sources, "markdown", "html")]
    typst = _pandoc(sources, "markdown", "typst")
    by_form: dict[Form, list[str]] = {
        "html": html,
        "latex": _pandoc(sources, "markdown", "latex", "--syntax-highlighting=none"),
        "typst": typst,
        "formulas": [_formulas(page, markup) for page, markup in zip(html, typst, strict=True)],
        "plain": _pandoc([_linear_mathematics(page) for page in html], "html", "plain"),
    }
    return {
        digest: {form: _phrase(pages[i], form) if text.inline else pages[i] for form, pages in by_form.items()}
        for i, (digest, text) in enumerate(unique)
    }


def convert_ahead(texts: Iterable[Text]) -> None:
    """Convert the texts that are not known yet, all with one call of pandoc a target, and keep what they become.

    Raises `RuntimeError` for texts of which one takes the next for its own.
    """
    unknown = [text for text in texts if not (_shipped().get(digest_of(text)) or _kept(digest_of(text)))]
    for digest, known in convert(unknown).items():
        _keep(digest, known)


def _pandoc(sources: Sequence[str], source_format: str, target: str, *more: str) -> list[str]:
    import pypandoc  # noqa: PLC0415 (slow to import, and only for texts that do not ship)  # pyright: ignore[reportMissingTypeStubs]

    form = "markdown-smart-auto_identifiers-citations" if source_format == "markdown" else "html"
    joined = (
        f"\n\n{_SEPARATOR}\n\n".join(sources) if source_format == "markdown" else f"<p>{_SEPARATOR}</p>".join(sources)
    )
    options = ["--mathml", "--wrap=none", *more]
    whole: str = pypandoc.convert_text(joined, target, format=form, extra_args=options)  # pyright: ignore[reportUnknownMemberType]
    pages = re.split(rf"\s*(?:<p>)?{_SEPARATOR}(?:</p>)?(?:[ \t]*\n)*", whole)
    if len(pages) != len(sources):
        raise RuntimeError(f"pandoc was given {len(sources)} texts and returned {len(pages)} in {target}")
    return [page.strip("\n").rstrip() for page in pages]


def _phrase(markup: str, form: Form) -> str:
    if form == "html" and markup.startswith("<p>") and markup.endswith("</p>") and markup.count("<p>") == 1:
        return markup[3:-4]
    return markup


def _bare_mathematics(html: str) -> str:
    """HTML without the TeX that pandoc repeats in annotations."""
    html = re.sub(r"<annotation[^>]*>.*?</annotation>", "", html, flags=re.DOTALL)
    return re.sub(r"</?semantics>", "", html)


def _bare_code(html: str) -> str:
    """HTML whose listings have no identifiers, of which a page would have many alike."""
    html = re.sub(r'<a href="#cb[^>]*></a>', "", html)
    return re.sub(r' id="cb[-0-9]*"', "", html)


def _linear_mathematics(html: str) -> str:
    """HTML with each formula written on a line, for people who read plain text."""

    def linear(match: re.Match[str]) -> str:
        written = _escaped(_in_words(match[0]))
        return (
            written.replace("\n", "<br/>")
            if 'display="inline"' in match[0]
            else f"<br/>{written}".replace("\n", "<br/>")
        )

    return _MATHEMATICS.sub(linear, html)


def _formulas(html: str, typst: str) -> str:
    """The formulas of a text in words, one a line; as Typst writes them where pandoc has not understood them all."""
    spoken, written = _MATHEMATICS.findall(html), FORMULA.findall(typst)
    formulas = map(_in_words, spoken) if len(spoken) == len(written) else written
    return "\n".join([" ".join(formula.split()) for formula in formulas])


def _in_words(mathematics: str) -> str:
    return _linear(ElementTree.fromstring(mathematics)).strip()  # noqa: S314 (pandoc wrote it)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_SUPERSCRIPTS = {"2": "²", "3": "³", "T": "ᵀ", "⊤": "ᵀ"}
_SPACED = set("=<>≤≥≠≈≔←→∈∪+−⋅×∘⟹∀")


def _linear(element: ElementTree.Element) -> str:
    tag = element.tag.rsplit("}", 1)[-1]
    parts = [_linear(child) for child in element]
    match tag, parts:
        case "mfrac", [top, bottom]:
            return f"{_grouped(top)}/{_grouped(bottom)}"
        case "msub" | "munder", [base, below]:
            return f"{base}_{_grouped(below)}"
        case "mover", [base, "^" | "ˆ" | "\u0302"] if len(base) == 1:
            return normalize("NFC", f"{base}\u0302")
        case "msup" | "mover", [base, above]:
            return f"{base}{_SUPERSCRIPTS.get(above, f'^{_grouped(above)}')}"
        case "msubsup" | "munderover", [base, below, above]:
            return f"{base}_{_grouped(below)}{_SUPERSCRIPTS.get(above, f'^{_grouped(above)}')}"
        case "msqrt", _:
            return f"√({''.join(parts)})"
        case "mtable", _:
            is_matrix = any(child.get("columnalign") is None for row in element for child in row)
            return f"[{', '.join(parts)}]" if is_matrix else "\n".join(parts)
        case "mtr", _:
            is_matrix = any(child.get("columnalign") is None for child in element)
            return f"[{', '.join(parts)}]" if is_matrix else " ".join(part for part in parts if part.strip())
        case "mo", _:
            operator = element.text or ""
            infix = operator in _SPACED and element.get("form") not in ("prefix", "postfix")
            return f" {operator} " if infix else f"{operator} " if operator in ",;" else operator
        case "mspace", _:
            return " "
        case _:
            return (element.text or "").strip("\n") + _side_by_side(element, parts)


def _side_by_side(element: ElementTree.Element, parts: Sequence[str]) -> str:
    """Factors with a space between them: `W_h h_1`, but `2p` and `f(x)`, and `ReLU` of upright letters."""
    written = ""
    was_upright = False
    for child, part in zip(element, parts, strict=True):
        is_upright = child.get("mathvariant") == "normal" and len(part) == 1
        is_factor = part[:1].isalpha() and child.tag.rsplit("}", 1)[-1] not in ("mo", "mspace", "mrow")
        is_factor = is_factor and not (was_upright and is_upright)
        was_upright = is_upright
        if is_factor and re.search(r"[^\W\d]\w*$|_\w+$|[)\]²³ᵀ]$", written):
            written += " "
        written += part
    return written


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"\w+|\W", text) else f"({text})"


@cache
def _shipped() -> Mapping[str, dict[Form, str]]:
    page = files("markscheme.text").joinpath("converted.json")
    return json.loads(page.read_text("utf-8")) if page.is_file() else {}


def _cache_page(digest: str) -> Path:
    return page_of("texts", f"{digest}.json")


def _kept(digest: str) -> dict[Form, str] | None:
    try:
        return json.loads(kept(_cache_page(digest)) or "")
    except ValueError:
        return None


def _keep(digest: str, known: Mapping[Form, str]) -> None:
    keep(_cache_page(digest), json.dumps(known, ensure_ascii=False))
