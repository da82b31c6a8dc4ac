"""What a value looks like, said once: a small tree that every target writes in its own notation.

A kind turns a value into this tree (`Kind.show`); `show` writes the tree as Markdown, HTML (MathML), LaTeX, Typst or
plain text; `as_data` hands it to Typst as JSON, so that values enter a printed page as content and never as markup.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, TypeAlias, assert_never

Target: TypeAlias = Literal["markdown", "html", "latex", "typst", "plain"]
TARGETS: tuple[Target, ...] = ("markdown", "html", "latex", "typst", "plain")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in digits, such as `-3` or `0.25`, with an ASCII minus."""

    digits: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """A fraction in digits; the sign stands in the numerator."""

    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class Word:
    """Upright text: a token, a label, a few words."""

    text: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """One mathematical character, such as `λ`, `∞`, `≤` or `∪`."""

    character: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix in brackets; a column vector has rows of one entry."""

    rows: tuple[tuple[Notation, ...], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Items between two delimiters, such as a shape `[10, 3]`, a point `(0, 4)` or a set `{1, 3}`."""

    items: tuple[Notation, ...]
    opening: str = "["
    closing: str = "]"
    separator: str = ", "


@dataclass(frozen=True, slots=True)
class Line:
    """Things side by side, such as `1 ≤ λ ≤ 4`."""

    parts: tuple[Notation, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A fraction of anything; `Ratio` is one of digits."""

    above: Notation
    below: Notation


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with what stands below and above behind it, such as `β₁`, `g²` or a sum sign with its limits."""

    base: Notation
    below: Notation | None = None
    above: Notation | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    of: Notation


Notation: TypeAlias = Number | Ratio | Word | Symbol | Grid | Listing | Line | Over | Scripts | Root

_DIGITS: Final = re.compile(r"(-?)([0-9]+(?:\.[0-9]+)?)(?:e(-?[0-9]+))?").fullmatch
_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MINUS: Final = "−"
_TEX_SYMBOLS: Final = {
    "∞": r"\infty",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "∪": r"\cup",
    "∩": r"\cap",
    "∈": r"\in",
    "∅": r"\emptyset",
    "×": r"\times",
    "·": r"\cdot",
    "→": r"\to",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "ℝ": r"\mathbb{R}",
    "−": "-",
    "∂": r"\partial",
    "∑": r"\sum",
    "⊤": r"\top",
    " ": r"\ ",
} | dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        (
            rf"\{name}"
            for name in (
                "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
                "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
            ).split()
        ),
        strict=True,
    )
)
_TEX_ESCAPES: Final = {character: f"\\{character}" for character in "#$%&_{}"}
_TEX_MATH: Final = _TEX_ESCAPES | {"\\": r"\backslash", "~": r"\sim", "^": r"\text{\textasciicircum{}}"} | _TEX_SYMBOLS
_TEX_TEXT: Final = str.maketrans(
    _TEX_ESCAPES
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)
_MARKDOWN_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#$~|&^@"})
_MARKDOWN_LEAD: Final = re.compile(r"^([0-9]{0,9})([-+=:.)])")


def show(node: Notation, target: Target, *, math: bool) -> str:
    r"""A value in the notation of a target, as mathematics or within running prose.

    >>> show(Ratio("-1", "2"), "latex", math=True), show(Word("<EOS>"), "html", math=False)
    ('-\\frac{1}{2}', '&lt;EOS&gt;')
    >>> show(Grid(((Number("-1"), Number("2")), (Number("0"), Number("1")))), "plain", math=True)
    '[[-1, 2], [0, 1]]'
    >>> show(Line((Number("1"), Symbol("≤"), Symbol("λ"))), "typst", math=False)
    '$1 ≤ λ$'
    """
    writer = _WRITERS[target]
    return writer.write(node) if math else writer.prose(node)


def parenthesized(node: Notation) -> Notation:
    """A negative number or a fraction in parentheses, as it stands after an operator; anything else as it is.

    >>> show(parenthesized(Number("-2")), "plain", math=True)
    '(-2)'
    """
    if isinstance(node, Ratio) or (isinstance(node, Number) and node.digits.startswith("-")):
        return Listing((node,), "(", ")")
    return node


def in_line(node: Notation) -> Notation:
    """A column as it stands in running prose: its entries side by side.

    >>> show(in_line(Grid(((Number("2"),), (Number("3"),)))), "plain", math=True)
    '[2, 3]'
    """
    if isinstance(node, Grid) and all(len(row) == 1 for row in node.rows):
        return Listing(tuple([row[0] for row in node.rows]))
    return node


def as_data(node: Notation) -> list[object]:
    """The notation as lists and strings that JSON can carry.

    >>> as_data(Listing((Number("1"), Word("a"))))
    ['listing', '[', ']', ', ', [['number', '1'], ['word', 'a']]]
    """
    match node:
        case Number(digits):
            return ["number", digits]
        case Ratio(numerator, denominator):
            return ["ratio", numerator, denominator]
        case Word(text):
            return ["word", _showable(text)]
        case Symbol(character):
            return ["symbol", _showable(character)]
        case Grid(rows):
            return ["grid", [[as_data(entry) for entry in row] for row in rows]]
        case Listing(items, opening, closing, separator):
            return ["listing", opening, closing, separator, [as_data(item) for item in items]]
        case Line(parts):
            return ["line", [as_data(part) for part in parts]]
        case Over(above, below):
            return ["over", as_data(above), as_data(below)]
        case Scripts(base, below, above):
            return ["scripts", as_data(base), *[side and as_data(side) for side in (below, above)]]
        case Root(of):
            return ["root", as_data(of)]
        case _:
            assert_never(node)


def _showable(text: str) -> str:
    """Text on one line, without what does not show or turns the direction of writing."""
    return " ".join(_UNSHOWABLE.sub("\ufffd", text).splitlines())


class _Writer(ABC):
    """One target's notation: what `show` calls for each sort of node."""

    def write(self, node: Notation) -> str:
        if isinstance(node, Number):  # most of what is written, and asked first
            return self.digits(node.digits)
        match node:
            case Ratio(numerator, denominator):
                sign, above = ("-", numerator[1:]) if numerator.startswith("-") else ("", numerator)
                return self.ratio(sign, self.write(Number(above)), self.write(Number(denominator)))
            case Word(text):
                return self.word(_showable(text))
            case Symbol(character):
                return self.symbols(_showable(character))
            case Grid(rows):
                return self.grid([[self.write(entry) for entry in row] for row in rows])
            case Listing():
                return self.listing(node, [self.write(item) for item in node.items])
            case Line(parts):
                return self.line([self.write(part) for part in parts])
            case Over(above, below):
                return self.over(self.write(above), self.write(below))
            case Scripts(Scripts(base, below, None), None, above):
                return self.write(Scripts(base, below, above))
            case Scripts(base, below, above):
                return self.scripts(self.write(base), *[side and self.write(side) for side in (below, above)])
            case Root(of):
                return self.root(self.write(of))
            case _:
                assert_never(node)

    def digits(self, digits: str) -> str:
        if digits.isdigit() and digits.isascii():
            return self.number("", digits, None)
        found = _DIGITS(digits)
        return self.number(found[1], found[2], found[3]) if found else self.word(_showable(digits))

    def prose(self, node: Notation) -> str:
        match node:
            case Number(digits) if (found := _DIGITS(digits)) and not found[3]:
                return self.numeral(found[1], found[2])
            case Word(text):
                return self.text(_showable(text))
            case Grid(rows) if len(rows) > 1 and all(len(row) == 1 for row in rows):
                return self.prose(in_line(node))
            case _:
                return self.inline(self.write(node))

    @abstractmethod
    def number(self, sign: str, digits: str, exponent: str | None) -> str: ...
    @abstractmethod
    def ratio(self, sign: str, above: str, below: str) -> str: ...
    @abstractmethod
    def word(self, text: str) -> str: ...
    @abstractmethod
    def symbols(self, characters: str) -> str: ...
    @abstractmethod
    def grid(self, rows: list[list[str]]) -> str: ...
    @abstractmethod
    def listing(self, node: Listing, items: list[str]) -> str: ...
    @abstractmethod
    def line(self, parts: list[str]) -> str: ...
    @abstractmethod
    def over(self, above: str, below: str) -> str: ...
    @abstractmethod
    def scripts(self, base: str, below: str | None, above: str | None) -> str: ...
    @abstractmethod
    def root(self, of: str) -> str: ...
    @abstractmethod
    def text(self, text: str) -> str: ...
    @abstractmethod
    def inline(self, written: str) -> str: ...

    def numeral(self, sign: str, digits: str) -> str:
        """A number in running prose."""
        return self.text(f"{_MINUS if sign else ''}{digits}")


class _Latex(_Writer):
    def number(self, sign: str, digits: str, exponent: str | None) -> str:
        return f"{sign}{digits}" + (rf" \times 10^{{{exponent}}}" if exponent else "")

    def ratio(self, sign: str, above: str, below: str) -> str:
        return rf"{sign}\frac{{{above}}}{{{below}}}"

    def word(self, text: str) -> str:
        return rf"\text{{{text.translate(_TEX_TEXT)}}}"

    def symbols(self, characters: str) -> str:
        return " ".join(_TEX_MATH.get(one, one) for one in characters)

    def grid(self, rows: list[list[str]]) -> str:
        return r"\begin{bmatrix} " + r" \\ ".join([" & ".join(row) for row in rows]) + r" \end{bmatrix}"

    def listing(self, node: Listing, items: list[str]) -> str:
        tall = any(map(_is_tall, node.items))
        opening = rf"\left{self.symbols(node.opening) or '.'}" if tall else self.symbols(node.opening)
        closing = rf"\right{self.symbols(node.closing) or '.'}" if tall else self.symbols(node.closing)
        return f"{opening}{_separator(self, node).join(items)}{closing}"

    def line(self, parts: list[str]) -> str:
        return " ".join(parts)

    def over(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def scripts(self, base: str, below: str | None, above: str | None) -> str:
        base = f"{{{base}}}" if "_" in base or "^" in base else base
        return f"{base}{f'_{{{below}}}' if below else ''}{f'^{{{above}}}' if above else ''}"

    def root(self, of: str) -> str:
        return rf"\sqrt{{{of}}}"

    def text(self, text: str) -> str:
        escaped = text.translate(_TEX_TEXT).replace("`", r"\textasciigrave{}")
        return escaped.replace("--", "-{}-").replace("--", "-{}-")

    def inline(self, written: str) -> str:
        return rf"\({written}\)"

    def numeral(self, sign: str, digits: str) -> str:
        return self.inline(f"-{digits}") if sign else digits


class _Markdown(_Latex):
    def text(self, text: str) -> str:
        return _MARKDOWN_LEAD.sub(r"\1\\\2", text.translate(_MARKDOWN_SPECIAL))

    def inline(self, written: str) -> str:
        return f"${written}$"

    def numeral(self, sign: str, digits: str) -> str:
        return f"{sign}{digits}"


class _Html(_Writer):
    def number(self, sign: str, digits: str, exponent: str | None) -> str:
        parts = [f"<mo>{_MINUS}</mo>"] if sign else []
        parts.append(f"<mn>{digits}</mn>")
        if exponent:
            power = self.number("-" * exponent.startswith("-"), exponent.lstrip("-"), None)
            parts.append(f"<mo>×</mo><msup><mn>10</mn>{power}</msup>")
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def ratio(self, sign: str, above: str, below: str) -> str:
        fraction = f"<mfrac>{above}{below}</mfrac>"
        return f"<mrow><mo>{_MINUS}</mo>{fraction}</mrow>" if sign else fraction

    def word(self, text: str) -> str:
        return f"<mtext>{escape(text)}</mtext>"

    def symbols(self, characters: str) -> str:
        return "".join(self._symbol(_MINUS if one == "-" else one) for one in characters)

    def _symbol(self, character: str) -> str:
        if character.isspace():
            return '<mspace width="0.4em"/>'
        tag = "mi" if character.isalpha() or character in "∞∅" else "mo"
        return f"<{tag}>{escape(character)}</{tag}>"

    def grid(self, rows: list[list[str]]) -> str:
        table = "".join(f"<mtr>{''.join(f'<mtd>{entry}</mtd>' for entry in row)}</mtr>" for row in rows)
        return f"<mrow><mo>[</mo><mtable>{table}</mtable><mo>]</mo></mrow>"

    def listing(self, node: Listing, items: list[str]) -> str:
        inner = _separator(self, node).join(items)
        return f"<mrow>{self.symbols(node.opening)}{inner}{self.symbols(node.closing)}</mrow>"

    def line(self, parts: list[str]) -> str:
        return f"<mrow>{''.join(parts)}</mrow>"

    def over(self, above: str, below: str) -> str:
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>"

    def scripts(self, base: str, below: str | None, above: str | None) -> str:
        tag = "msubsup" if below and above else "msub" if below else "msup" if above else "mrow"
        return f"<{tag}>{''.join([f'<mrow>{part}</mrow>' for part in (base, below, above) if part])}</{tag}>"

    def root(self, of: str) -> str:
        return f"<msqrt>{of}</msqrt>"

    def text(self, text: str) -> str:
        return escape(text)

    def inline(self, written: str) -> str:
        return f"<math>{written}</math>"


class _Typst(_Writer):
    def number(self, sign: str, digits: str, exponent: str | None) -> str:
        return f"{sign}{digits}" + (f" times 10^({exponent})" if exponent else "")

    def ratio(self, sign: str, above: str, below: str) -> str:
        return f"{sign}frac({above}, {below})"

    def word(self, text: str) -> str:
        return _string(text)

    def symbols(self, characters: str) -> str:
        return " ".join(self._symbol(one) for one in characters)

    def _symbol(self, character: str) -> str:
        if character.isspace():
            return "space"
        delimits = unicodedata.category(character) in {"Ps", "Pe", "Pi", "Pf"}
        special = character.isascii() and not character.isalnum() and character != "-"
        return f"\\{character}" if special or delimits else character

    def grid(self, rows: list[list[str]]) -> str:
        return f'mat(delim: "[", {"; ".join(", ".join(row) for row in rows)})'

    def listing(self, node: Listing, items: list[str]) -> str:
        inner = f" {_separator(self, node)} ".join(items)
        return f"lr({self.symbols(node.opening)} {inner} {self.symbols(node.closing)})"

    def line(self, parts: list[str]) -> str:
        return " ".join(parts)

    def over(self, above: str, below: str) -> str:
        return f"frac({above}, {below})"

    def scripts(self, base: str, below: str | None, above: str | None) -> str:
        return f"attach({base}{f', b: {below}' if below else ''}{f', t: {above}' if above else ''})"

    def root(self, of: str) -> str:
        return f"sqrt({of})"

    def text(self, text: str) -> str:
        return f"#{_string(text)};"

    def inline(self, written: str) -> str:
        return f"${written}$"


class _Plain(_Writer):
    """Plain text, which `markscheme.reading` reads back: its minus is ASCII."""

    def number(self, sign: str, digits: str, exponent: str | None) -> str:
        return f"{sign}{digits}" + (f"e{exponent}" if exponent else "")

    def ratio(self, sign: str, above: str, below: str) -> str:
        return f"{sign}{above}/{below}"

    def word(self, text: str) -> str:
        return text

    def symbols(self, characters: str) -> str:
        return characters

    def grid(self, rows: list[list[str]]) -> str:
        if len(rows) > 1 and all(len(row) == 1 for row in rows):
            return f"[{', '.join(row[0] for row in rows)}]"
        written = ["[" + ", ".join(row) + "]" for row in rows]
        return "[" + ", ".join(written) + "]"

    def listing(self, node: Listing, items: list[str]) -> str:
        return f"{node.opening}{node.separator.join(items)}{node.closing}"

    def line(self, parts: list[str]) -> str:
        together = " ".join(parts).replace(" \N{NO-BREAK SPACE}", " ")  # as a unit has it
        return re.sub(r"^([-+−]) |(∂) ", r"\1\2", together)

    def over(self, above: str, below: str) -> str:
        return "/".join([f"({side})" if re.search(r"[^\w∂.]", side) else side for side in (above, below)])

    def scripts(self, base: str, below: str | None, above: str | None) -> str:
        if above == "⊤":
            return f"{self.scripts(base, below, None)}ᵀ"
        # spaces around signs are dropped, those between factors are not: `x sin(x)` is no `xsin(x)`
        sides = [
            mark + re.sub(r" ?([^\w√|(){} ]) ?", r"\1", side) for mark, side in (("_", below), ("^", above)) if side
        ]
        return base + "".join([side if len(side) == 2 else f"{side[0]}{{{side[1:]}}}" for side in sides])

    def root(self, of: str) -> str:
        return f"√({of})"

    def text(self, text: str) -> str:
        return text

    def inline(self, written: str) -> str:
        return written

    def numeral(self, sign: str, digits: str) -> str:
        return f"{sign}{digits}"


def _separator(writer: _Writer, node: Listing) -> str:
    """What stands between the items of a listing: spaces at its sides are left to the typesetting."""
    stripped = node.separator.strip()
    return f"{writer.symbols(stripped)} " if stripped else writer.symbols(node.separator[:1])


def _is_tall(node: Notation) -> bool:
    """Whether brackets around a node grow with it."""
    if isinstance(node, Line):
        return any(map(_is_tall, node.parts))
    return isinstance(node, Ratio | Grid | Over)


def _string(text: str) -> str:
    """A Typst string literal."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


_WRITERS: Final[dict[Target, _Writer]] = {
    "markdown": _Markdown(),
    "html": _Html(),
    "latex": _Latex(),
    "typst": _Typst(),
    "plain": _Plain(),
}
