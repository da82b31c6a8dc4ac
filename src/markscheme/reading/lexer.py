"""Hostile text to tokens: one linear pass that reads through spellings, spaces and typesetting.

Characters are replaced one for one before the pass, so that a token's position is its place in the text as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, NoReturn

from markscheme.reading.limits import DEEPEST_NESTING, LONGEST_TEXT, Unreadable

_SPELLINGS: Final = {
    "-": "−﹣‐‑",
    "/": "⁄∕÷",
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

_TOKEN: Final = re.compile(
    r"""
    (?P<space>[ \t\f\v]+)
    | (?P<newline>[\r\n]\s*)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<vulgar>[¼½¾⅐-⅞])
    | (?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+|ᵀ)
    | (?P<environment>\\(?:begin|end)\{[A-Za-z]{1,12}\*?\}(?:\{[lcr|\ ]{0,40}\})?)
    | (?P<command>\\(?:mathbb\s?\{R\}|[A-Za-z]+|.))
    | (?P<name>[^\W\d_][^\W²³¹⁰-⁹ᵀ]*(?:\.[^\W\d_]\w*)*)
    | (?P<sign><=|>=|=<|==|:=|->|\*\*|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_SIGNS: Final = {
    "≤": "<=",
    "=<": "<=",
    "≥": ">=",
    "==": "=",
    ":=": "=",
    "≈": "=",
    "≅": "=",
    "→": "->",
    "∈": "in",
    "∞": "infinity",
    "∧": "and",
    "ℝ": "reals",
}
_COMMANDS: Final = {
    "le": "<=",
    "leq": "<=",
    "leqslant": "<=",
    "ge": ">=",
    "geq": ">=",
    "geqslant": ">=",
    "lt": "<",
    "gt": ">",
    "approx": "=",
    "in": "in",
    "infty": "infinity",
    "cdot": "*",
    "ast": "*",
    "times": "×",
    "div": "/",
    "to": "->",
    "rightarrow": "->",
    "langle": "⟨",
    "rangle": "⟩",
    "lbrace": "{",
    "rbrace": "}",
    "lbrack": "[",
    "rbrack": "]",
    "{": "{",
    "}": "}",
    "%": "%",
    "&": "&",
    "_": "_",
    "\\": "row",
    "cr": "row",
    "frac": "frac",
    "dfrac": "frac",
    "tfrac": "frac",
    "cfrac": "frac",
    "land": "and",
    "wedge": "and",
    "mid": "|",
    "top": "transpose",
    "intercal": "transpose",
}
_NAMES: Final = {
    "and": "and",
    "ℝ": "reals",
    "in": "in",
    "inf": "infinity",
    "infinity": "infinity",
    "infty": "infinity",
    "oo": "infinity",
}
_SPACES: Final = frozenset(", ; : ! quad qquad thinspace ~".split()) | {" ", "\n", "\t"}
_TYPESETTING: Final = frozenset(
    "( ) [ ] left right big Big bigl bigr Bigl Bigr displaystyle textstyle limits nonumber".split()
)
_WRAPPERS: Final = frozenset(
    "boxed fbox text textbf textit textnormal textrm mathrm mathbf mathit mathsf bm boldsymbol operatorname".split()
)
_MATRIX: Final = re.compile(r"\\(begin|end)\{(?:[bBp]?matrix|smallmatrix|array)\*?\}")
_GREEK: Final = dict(
    alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ε", varepsilon="ε", eta="η", theta="θ", kappa="κ", lambda_="λ",
    mu="μ", nu="ν", xi="ξ", rho="ρ", sigma="σ", tau="τ", phi="φ", varphi="φ", chi="χ", psi="ψ", omega="ω",
    Sigma="Σ", pi="π",
)  # fmt: skip
_LETTERS: Final = {spelled.rstrip("_"): letter for spelled, letter in _GREEK.items()}
_CONNECTORS: Final = frozenset({"=", ":", "is", "are", "equals"})
_LEAD: Final = frozenset({"name", "command", "_", "^", "**", "{", "}", "(", ")", "'", '"', ",", "->"})
_DENIALS: Final = frozenset(
    "not no never t isn or except unless neither nor wrong false incorrect ≠ ne neq notin neg lnot".split()
)
_BEFORE_MINUS: Final = frozenset("[ ( { , ; newline = < <= > >= & row".split())
_OPENINGS: Final = frozenset("([{")
_CLOSINGS: Final = frozenset(")]}")


class Token(NamedTuple):
    """A piece of the text: what it is, what it says, where it starts, and whether space stands before it."""

    kind: str
    text: str
    position: int
    spaced: bool


class Cursor:
    """A place in the tokens of a text, for parsers that go forward only; it also counts how deep they are."""

    __slots__ = ("_depth", "_place", "_tokens", "entries", "expected", "kind", "text")

    def __init__(self, text: str, tokens: list[Token], expected: str, *, entries: bool = False) -> None:
        self.text = text
        self.expected = expected
        self.entries = entries
        self._tokens = [*tokens, Token("end", "", len(text), True)]
        self._depth = 0
        self._place = 0
        self.kind = self._tokens[0].kind

    @property
    def token(self) -> Token:
        return self._tokens[self._place]

    def ahead(self, steps: int = 1) -> Token:
        """The token that many steps further, or the end."""
        return self._tokens[min(self._place + steps, len(self._tokens) - 1)]

    def next(self) -> Token:
        """The token here; the cursor moves past it."""
        token = self._tokens[self._place]
        if token.kind != "end":
            self._place += 1
        self.kind = self._tokens[self._place].kind
        return token

    def take(self, kind: str) -> bool:
        """Moves past a token of this kind, if one is here."""
        if self.kind != kind:
            return False
        self.next()
        return True

    def expect(self, kind: str) -> Token:
        if self.kind != kind:
            self.fail()
        return self.next()

    def enter(self) -> None:
        """One level deeper. Raises `Unreadable` where that is too deep."""
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            self.fail(f"brackets are read {DEEPEST_NESTING} deep, not deeper")

    def leave(self) -> None:
        self._depth -= 1

    def end(self) -> None:
        if self.kind != "end":
            self.fail()

    def fail(self, reason: str | None = None) -> NoReturn:
        """Raises `Unreadable`: by default, what was expected and what stands here."""
        if reason is None:
            found = "the text ends" if self.kind == "end" else f"{quoted(self.token.text)} cannot be read"
            reason = f"expected {self.expected}; {found} here"
        raise Unreadable(reason, text=self.text, position=self.token.position)


def quoted(text: str) -> str:
    """A fragment of a stranger's text, safe to print and short."""
    return repr(text if len(text) <= 20 else text[:19] + "…")


def bounded(text: str) -> str:
    """The text itself. Raises `Unreadable` where it is too long to look at."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"an answer is at most {LONGEST_TEXT} characters long, not {len(text)}")
    return text


def cursor(text: str, expected: str, *, entries: bool = False) -> Cursor:
    """The tokens of a text, past a lead-in such as `h_2 =` and before a final period.

    With `entries`, space may stand between numbers: `1 -2` are two.
    """
    return Cursor(text, trimmed(tokens(text)), expected, entries=entries)


def tokens(text: str) -> list[Token]:
    r"""The tokens of a text.

    >>> [token.kind for token in tokens(r"$-1 \le \lambda$")]
    ['-', 'number', '<=', 'name']
    """
    return list(_unwrapped(_dashed(_scanned(bounded(text)))))


def trimmed(tokens: list[Token]) -> list[Token]:
    """Tokens without the lead-in, quotation or bold around a value and the period that ends it."""
    start, end = _lead(tokens), len(tokens)
    while start < end and tokens[start].kind in {"newline", "**", '"'}:
        start += 1
    if end - start > 2 and tokens[start].kind == tokens[end - 1].kind == "'":
        start, end = start + 1, end - 1
    return trimmed_end(tokens[start:end])


def trimmed_end(tokens: list[Token]) -> list[Token]:
    """Tokens without the period, the quotation or the bold that end a text."""
    end = len(tokens)
    while end and tokens[end - 1].kind in {"newline", "**", '"', "."}:
        end -= 1
    return tokens[:end]


def _scanned(text: str) -> Iterable[Token]:
    previous, spaced = "newline", False
    for match in _TOKEN.finditer(text.translate(_SAME)):
        group, said = match.lastgroup or "", match.group()
        kind = _kind(group, said)
        if group == "name" and said[0] in "xX" and previous in {"number", ")"} and _product(said):
            yield Token("×", said[0], match.start(), spaced)
            if len(said) > 1:
                yield from _rescanned(said, match.start())
        elif kind == "name":
            yield Token(kind, letter(said), match.start(), spaced)
        elif kind not in {"space", "typesetting"}:
            yield Token(kind, said, match.start(), spaced)
        if kind != "typesetting":
            previous, spaced = kind if kind != "space" else previous, kind in {"space", "newline"}


def _product(name: str) -> bool:
    return len(name) == 1 or name[1:].replace("x", "").replace("X", "").isdecimal()


def _rescanned(name: str, position: int) -> Iterable[Token]:
    """The tokens of `x112x64` after its first `x`."""
    for match in re.finditer("[xX]|[0-9]+", name[1:]):
        kind = "×" if match.group() in "xX" else "number"
        yield Token(kind, match.group(), position + 1 + match.start(), False)


def _kind(group: str, said: str) -> str:
    if group == "sign":
        return "typesetting" if said in "$`" else _SIGNS.get(said, said)
    if group == "name":
        return _NAMES.get(said.lower(), "name")
    if group == "raised":
        return "transpose" if said == "ᵀ" else group
    if group == "environment":
        found = _MATRIX.match(said)
        return f"\\{found.group(1)}" if found else "command"
    if group == "command":
        return _command(said[1:])
    return group


def _command(word: str) -> str:
    if word in _LETTERS:
        return "name"
    if word.endswith("{R}"):
        return "reals"
    if word in _SPACES:
        return "space"
    if word in _TYPESETTING:
        return "typesetting"
    return "wrapper" if word in _WRAPPERS else _COMMANDS.get(word, "command")


def letter(said: str) -> str:
    r"""The letter that `beta` or `\beta` names; other words as they are."""
    word = said.lstrip("\\")
    return _LETTERS.get(word, word)


def _dashed(tokens: Iterable[Token]) -> list[Token]:
    """An en dash before a number is its minus where it cannot mean a range."""
    found = list(tokens)
    for place, token in enumerate(found):
        if token.kind == "–":
            opens = place == 0 or found[place - 1].kind in {
                "[",
                "(",
                "{",
                ",",
                ";",
                "newline",
                "=",
                "<",
                "<=",
                ">",
                ">=",
                "&",
            }
            if opens and place + 1 < len(found) and found[place + 1].kind == "number":
                found[place] = token._replace(kind="-")
    return found


def _unwrapped(tokens: Iterable[Token]) -> Iterable[Token]:
    r"""Tokens without the braces of `\boxed{...}` and its like."""
    braces: list[bool] = []
    wrapped = False
    for token in tokens:
        keep = not wrapped
        wrapped = token.kind == "wrapper"
        if token.text == "{":
            braces.append(keep)
        elif token.text == "}" and braces:
            keep = braces.pop()
        else:
            keep = not wrapped
        if keep:
            yield token


def _lead(tokens: list[Token]) -> int:
    """How many tokens lead in: words and names up to the last `=`, `:` or `is`, without numbers or denials."""
    lead = depth = 0
    previous = ""
    for place, token in enumerate(tokens):
        kind = token.text.lstrip("\\").lower() if token.kind in {"name", "command"} else token.kind
        depth += (token.kind in _OPENINGS) - (token.kind in _CLOSINGS)
        if kind in _CONNECTORS and depth == 0:
            lead = place + 1
        elif kind in _DENIALS or not (token.kind in _LEAD or (token.kind == "number" and previous in {"_", "{"})):
            break
        previous = token.kind
    return lead
