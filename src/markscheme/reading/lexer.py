r"""Hostile text to tokens: one linear pass that reads through spellings, spaces and typesetting.

Characters are replaced one for one before the pass, so that a token's position is its place in the text as typed. What
typesetting says of a name stays with it: `\hat{y}` and `y'` are other names than `y`, and `\mathbf{x}` is a bold one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from markscheme.language import say
from markscheme.reading.limits import Unreadable, bounded
from markscheme.reading.words import (
    ACCENTS,
    AND,
    BOLD,
    FUNCTIONS,
    GREEK,
    INFINITY,
    INVISIBLE,
    MODULES,
    OR,
    UPRIGHT,
    WRAPPERS,
    letter,
)

_SPELLINGS: Final = {
    "-": "−﹣‐‑",
    "/": "⁄∕÷",
    "^": "ˆ",
    "*": "·⋅∙•∗",
    "≤": "⩽≦",
    "≥": "⩾≧",
    "→": "⟶⇒",
    "⟨": "〈",
    "⟩": "〉",
    ",": "、",
    '"': "“”„«»",
    "'": "‘’′",
    " ": "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u200b\ufeff",
}
_SAME: Final = {ord(other): one for one, others in _SPELLINGS.items() for other in others} | {
    code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)
}
_NARROW: Final = r"(?:_|'|\\[,;]\s?|\{,\}|,\\!\s?|\u2009|\u202f|\u00a0)"
"""What divides the digits of one number into groups of three, and nothing else."""

_LETTER: Final = r"[^\W\d_²³¹⁰-⁹ᵀ]"
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>[ \t\f\v\u00a0\u2009\u202f]+)
    | (?P<newline>[\r\n]\s*)
    | (?P<grouped>(?!0)[0-9]{{1,3}}(?:{_NARROW}[0-9]{{3}}){{1,6}}(?![0-9])(?:\.[0-9]+)?)
    | (?P<thousands>(?<![0-9],)(?!0)[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,6}}(?![0-9]|,[0-9])(?:\.[0-9]+)?)
    | (?P<comma>[0-9]+\{{,\}}[0-9]+)
    | (?P<repeating>[0-9]*\.[0-9]*\\(?:over|bar|dot)(?:line)?\s?\{{[0-9]{{1,18}}\}})
    | (?P<number>(?:[0-9]+(?:\.[0-9]+|\.(?=\s*[,\])}};eE]))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<vulgar>[¼½¾⅐-⅞])
    | (?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+|ᵀ)
    | (?P<environment>\\(?:begin|end)\{{[A-Za-z]{{1,12}}\*?\}}(?:\{{[lcr|\ ]{{0,40}}\}})?)
    | (?P<command>\\(?:mathbb\s?\{{R\}}|not\s?\\?(?:=|in\b)|[A-Za-z]+|.))
    | (?P<name>(?:{"|".join(sorted(MODULES))})\.[A-Za-z_][A-Za-z0-9_.]*|{_LETTER}(?:{_LETTER}|[\u0300-\u036f\u20d7])*)
    | (?P<sign><=|>=|=<|=/=|==|:=|->|<-(?=\s)|<>|\*\*|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGNS: Final = {
    "≤": "<=", "=<": "<=", "≥": ">=", "==": "=", ":=": "=", "≡": "=", "≅": "≈", "≃": "≈", "→": "->", "∈": "in",
    "=/=": "≠", "<>": "≠", "←": "=", "⟵": "=", "<-": "=", "·": "*", "@": "*", "ℝ": "reals", "‖": "||", "√": "sqrt",
    "∞": "infinity", "∣": "|",
    "∖": "∖", "⊤": "transpose", "⊺": "transpose", "…": "dots", "⋯": "dots", "⋱": "dots", "⋮": "dots", "∑": "sum",
    "∏": "prod", "∫": "int", "∂": "partial", "∅": "∅", "⊙": "⊙", "∘": "⊙", "∪": "∪", "∩": "∩", "⌊": "⌊", "⌋": "⌋",
}  # fmt: skip
_COMMANDS: Final = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=",
    "lt": "<", "gt": ">", "approx": "≈", "simeq": "≈", "doteq": "≈", "cong": "≈", "in": "in", "ne": "≠", "neq": "≠",
    "infty": "infinity", "cdot": "*", "ast": "*", "bullet": "*", "times": "×", "div": "/", "odot": "⊙", "circ": "circ",
    "to": "->", "rightarrow": "->", "Rightarrow": "->", "longrightarrow": "->", "leftarrow": "=", "gets": "=",
    "longleftarrow": "=", "coloneqq": "=", "langle": "⟨", "rangle": "⟩", "lbrace": "\\{", "rbrace": "\\}",
    "lbrack": "[",
    "rbrack": "]", "lparen": "(", "rparen": ")", "{": "\\{", "}": "\\}", "%": "%", "&": "&", "_": "_", "$": "$",
    "#": "#", "\\": "row", "cr": "row", "frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac",
    "sfrac": "frac", "nicefrac": "frac", "dbinom": "binom", "tbinom": "binom", "mid": "|", "vert": "|", "lvert": "|",
    "rvert": "|", "|": "||", "Vert": "||", "lVert": "||",
    "rVert": "||", "top": "transpose", "intercal": "transpose", "intercal ": "transpose", "prime": "'", "pm": "±",
    "mp": "∓", "sum": "sum", "prod": "prod", "int": "int", "lim": "lim", "partial": "partial", "cup": "∪", "cap": "∩",
    "setminus": "∖", "backslash": "∖", "emptyset": "∅", "varnothing": "∅", "colon": ":", "ldots": "dots",
    "dots": "dots", "cdots": "dots", "ddots": "dots", "vdots": "dots", "dotsc": "dots", "degree": "°", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "bmod": "mod", "pmod": "pmod", "mod": "mod", "per": "/", "lnot": "¬",
    "neg": "¬", "notin": "∉", "implies": "->", "iff": "->", "euro": "€", "pounds": "£", "yen": "¥",
}  # fmt: skip
_SETS: Final = frozenset("cases aligned align gathered split alignat gather dcases rcases".split())
_ENVIRONMENT: Final = re.compile(r"\\(begin|end)\{([A-Za-z]+)\*?\}")
_MATRICES: Final = frozenset("matrix bmatrix pmatrix Bmatrix smallmatrix array vmatrix Vmatrix psmallmatrix".split())
_DATE: Final = re.compile(
    r"\s*(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]+)?|"
    r"[0-9]{1,4}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}-[0-9]{1,4})\s*"
).fullmatch
_NUMBER_AHEAD: Final = re.compile(r"\s*\.?[0-9]").match
_ESCAPED: Final = re.compile(r"\\\\(?=[A-Za-z]{2})")
_WITH_DIGITS: Final = re.compile(r"([^\W\d_]+)([0-9]*)")
_MARKS: Final = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot", "\u0308": "ddot", "\u20d7": "vec",
    "\u030c": "check",
}  # fmt: skip
_MARKED: Final = re.compile(rf"([^\W\d_])([{''.join(_MARKS)}]?)([0-9]*)")
_MOST_MARKED: Final = 3
"""Letters of a name that may have marks; a longer one is a word of some language."""
_LONGEST_SUBSCRIPT: Final = 24
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Token(NamedTuple):
    """A piece of the text: what it is, what it says, where it starts, whether space stands before it, and its style."""

    kind: str
    text: str
    position: int
    spaced: bool
    style: str = ""
    """`upright` in `\\text{...}` and its like, `bold` in `\\mathbf{...}`; of a name also its accents."""


def quoted(text: str) -> str:
    """A fragment of a stranger's text, safe to print and short."""
    return repr(text if len(text) <= 20 else text[:19] + "…")


def tokens(text: str) -> list[Token]:
    r"""The tokens of a text.

    >>> [token.kind for token in tokens(r"$-1 \le \lambda$")]
    ['-', 'number', '<=', 'name']
    >>> [token.text for token in tokens(r"\hat{y}_{t-1} + x₁ + 12\,345")]
    ['\\hat{y}_t-1', '+', 'x_1', '+', '12345']

    Raises `Unreadable`, for a date that a spreadsheet made of a fraction too.
    """
    if _DATE(bounded(text)):
        raise Unreadable(say("is-a-date", text=text.strip()), text=text)
    if "\\\\" in text and "\\begin" not in text:
        text = _ESCAPED.sub(r" \\", text)
    return _named(list(_unwrapped(_scanned(text))))


def _scanned(text: str) -> Iterator[Token]:
    before, spaced = "newline", False
    prices = (text.count("$") - text.count("\\$")) % 2 == 1  # what has no partner is no delimiter
    for match in _TOKEN.finditer(text.translate(_SAME)):
        group, said, start = match.lastgroup or "", match.group(), match.start()
        kind = "$" if said == "$" and prices else _kind(group, said)
        if kind == "name" and said[0] in "xX" and before in {"number", ")"} and _crosses(text, match.end(), said):
            for place, sign in enumerate(said):
                yield Token("×", sign, start + place, spaced and not place)
            before, spaced = "×", False
            continue
        if kind not in {"space", "typesetting"}:
            if group in {"grouped", "comma"}:
                kind, said = "number", _joined(said) if group == "grouped" else said.replace("{,}", ".")
            yield Token(kind, said, start, spaced)
        if kind != "typesetting":
            before, spaced = kind if kind != "space" else before, kind in {"space", "newline"}


def _joined(number: str) -> str:
    return re.sub(_NARROW, "", number)


def _crosses(text: str, end: int, said: str) -> bool:
    """Whether an x behind a number is a sign of multiplication: a number follows it, too."""
    return len(said) == 1 and bool(_NUMBER_AHEAD(text, end))


def _kind(group: str, said: str) -> str:
    if group == "sign":
        return "typesetting" if said in "$`" else _SIGNS.get(said, said)
    if group == "name":
        return _word(said)
    if group == "raised":
        return "transpose" if said == "ᵀ" else group
    if group == "environment":
        return _environment(said)
    if group == "command":
        return _command(said[1:])
    return group


def _word(said: str) -> str:
    folded = said.lower()
    if folded in INFINITY:
        return "infinity"
    if folded in AND:
        return "and"
    if folded in OR:
        return "or"
    return {"in": "in", "ℝ": "reals", "by": "by"}.get(folded, "name")


def _environment(said: str) -> str:
    found = _ENVIRONMENT.match(said)
    if found is None or found[2] not in _MATRICES | _SETS:
        return "command"
    return f"\\{found[1]}"


def _command(word: str) -> str:
    if word in {"binom", "choose", "sqrt"}:
        return word
    if word in GREEK or word in FUNCTIONS or word == "Pr":
        return "name"
    if word.startswith("mathbb") and word.endswith("{R}"):
        return "reals"
    if word.startswith("not") and word[-1:] in {"=", "n"} and word not in {"not", "notin"}:
        return "≠" if word.endswith("=") else "∉"
    if word in {"(", ")", "[", "]"} or word in {"left", "right"}:
        return "typesetting"
    if word in INVISIBLE:
        return "space"
    if word in WRAPPERS:
        return "wrapper"
    if word in ACCENTS | BOLD:
        return "accent"
    if word in {"land", "wedge"}:
        return "and"
    return "or" if word in {"lor", "vee"} else _COMMANDS.get(word, "command")


def _unwrapped(found: Iterator[Token]) -> Iterator[Token]:
    r"""Tokens without the braces of `\text{...}` and its like, in the style that these say."""
    braces: list[str | None] = []
    wrapper: Token | None = None
    for token in found:
        style = next((it for it in reversed(braces) if it), "")
        if wrapper is not None and token.text == "{":
            name = wrapper.text[1:]
            braces.append("bold" if name in BOLD else "upright" if name in UPRIGHT else style or "plain")
            wrapper = None
            continue
        wrapper = None
        if token.kind == "wrapper" or (token.kind == "accent" and token.text[1:] in BOLD):
            wrapper = token
        elif token.kind == "in" and style == "upright":
            yield token._replace(kind="name", style=style)
        elif token.text == "{":
            braces.append(None)
            yield token
        elif token.text == "}" and braces:
            if braces.pop() is None:
                yield token
        else:
            yield token._replace(style=style if style != "plain" else "")


def _named(found: list[Token]) -> list[Token]:
    """Tokens in which a name is one, with its accent and its subscript."""
    kept: list[Token] = []
    place = 0
    while place < len(found):
        token = found[place]
        place += 1
        if token.kind == "accent":
            token, place = _accented(found, place - 1)
        elif token.kind == "name":
            token = token._replace(text=_letters(token.text))
        if token.kind == "name" and token.style != "upright":
            *before, token = [it for one in _without_marks(token) for it in _apart(one)]
            kept += before
            token, place = _numbered(found, token, place)
        if token.kind == "name" and token.text not in {"Σ", "sum"} and place < len(found) and found[place].kind == "_":
            token, place = _subscripted(found, token, place)
        if (
            token.kind == "in"
            and token.text == "in"
            and kept
            and kept[-1].kind == "number"
            and _ends_unit(found, place)
        ):
            token = token._replace(kind="name")
        kept.append(token)
    return kept


def _ends_unit(found: list[Token], place: int) -> bool:
    """Whether what stands here may follow a unit, so that `in` is one: inches."""
    return place >= len(found) or found[place].kind in {
        "^",
        "**",
        "raised",
        ",",
        ".",
        ")",
        "]",
        "}",
        "/",
        "*",
        "newline",
    }


def _letters(said: str) -> str:
    return said if "." in said else letter(unicodedata.normalize("NFKC", said))


def _without_marks(token: Token) -> list[Token]:
    """The names in one of which letters have marks above, `ẋ`: each such letter as what its mark makes of it."""
    plain = "" if token.text.isascii() else unicodedata.normalize("NFKD", token.text)
    letters = _MARKED.findall(plain)
    if not any(mark for _, mark, _ in letters) or len(letters) > _MOST_MARKED:
        return [token]
    if "".join(["".join(it) for it in letters]) != plain:
        return [token._replace(kind="command")]
    names = [f"\\{_MARKS[mark]}{{{letter(base)}}}" if mark else letter(base) for base, mark, _ in letters]
    names = [f"{name}_{digits}" if digits else name for name, (_, _, digits) in zip(names, letters, strict=True)]
    return [token._replace(text=name, spaced=token.spaced and not place) for place, name in enumerate(names)]


def _apart(token: Token) -> list[Token]:
    """The names in one that has digits below, `β₁m`: each letter with its own."""
    parts = _WITH_DIGITS.findall(token.text)
    if not any(digits for _, digits in parts) or "." in token.text or token.text.startswith("\\"):
        return [token]
    names = [f"{letter(name)}_{digits}" if digits else letter(name) for name, digits in parts]
    return [token._replace(text=name, spaced=token.spaced and not place) for place, name in enumerate(names)]


def _numbered(found: list[Token], token: Token, place: int) -> tuple[Token, int]:
    """A letter and the digits that follow it at once, which are its subscript: `x1`, `β₁`."""
    if "_" not in token.text and place < len(found):
        after = found[place]
        if after.kind == "number" and not after.spaced and after.text.isdecimal() and not after.style:
            if f"{token.text}{after.text}" in FUNCTIONS and token.text != "log":
                return token._replace(text=f"{token.text}{after.text}"), place + 1
            return token._replace(text=f"{token.text}_{after.text}", kind="name"), place + 1
    return token, place


def _subscripted(found: list[Token], token: Token, place: int) -> tuple[Token, int]:
    """A name with the subscript behind its underscore."""
    inner, end = _argument(found, place + 1)
    said = "".join([letter(it.text) if it.kind == "name" else it.text.lstrip("\\") for it in inner])
    if not inner or len(said) > _LONGEST_SUBSCRIPT:
        return token, place
    return token._replace(text=f"{token.text}_{said.replace('{', '').replace('}', '')}"), end


def _accented(found: list[Token], place: int) -> tuple[Token, int]:
    r"""What stands under an accent, as one name: `\hat{y}`, `\overline{AB}`."""
    accent = found[place]
    inner, end = _argument(found, place + 1)
    said = "".join([letter(it.text) for it in inner])
    if not inner or len(said) > _LONGEST_SUBSCRIPT or any(it.kind not in {"name", "number"} for it in inner):
        return accent._replace(kind="command"), place + 1
    return Token("name", f"{accent.text}{{{said}}}", accent.position, accent.spaced, inner[0].style), end


def _argument(found: list[Token], place: int) -> tuple[list[Token], int]:
    """The tokens of what follows a command or an underscore: one, or those in braces; and the place behind it."""
    if place >= len(found):
        return [], place
    if found[place].kind in {"{", "("}:
        depth = 0
        for end in range(place, min(len(found), place + _LONGEST_SUBSCRIPT)):
            depth += (found[end].kind in _OPENING) - (found[end].kind in _CLOSING)
            if depth == 0:
                return found[place + 1 : end], end + 1
        return [], place
    return ([found[place]], place + 1) if found[place].kind in {"name", "number", "*"} else ([], place)
