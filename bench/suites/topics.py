"""What a pair of texts is about, in a word, by the first sign of it."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = "|".join("""
    k?m cm mm nm ft inch(?:es)? k?g mg lb s ms sec min h hours? days? L mL k?J eV kWh k?N k?Pa k?W m?V m?A ohm C
    [kMG]?Hz [kMG]?B mol K meters? seconds? newtons? grams? kilo\\w+ milli\\w+ miles? degrees? percent euros?
    dollars? units? feet
    \\w*metre\\w* \\w*joules? \\w*watts? \\w*pascals?
""".split())  # fmt: skip
_SIGNS: Final = {
    "prose": r"(?i)\\boxed|\b(the|is|answer|therefore|get|we|find|so|thus)\b",
    "sum, integral or limit": r"\\?\b(sum|int|prod|product|limit|integrate|lim|Sum|Integral)\b|∑|∫",
    "logic": r"(?i)\b(and|or|not|implies|xor|xnor|true|false|all|none)\b",
    "matrix": r"\[\s*\[|matrix|\\begin",
    "set of reals": (
        r"∪|∩|\\cup|\\cap|\)\s*U\b|^\(?\[[^\]]*\)$|^\(?\([^)]*\]$|(\boo|infty|infinity)\s*[)\]]|\\setminus|^R$"
    ),
    "set": r"^\s*\(?\s*\\?\{|\\\{|∅|\\emptyset",
    "inequality": r"<|>|≤|≥|≠|\\(leq?|geq?|neq?|lt|gt)\b|!=",
    "equation": r"=",
    "list or vector": r"^\s*\[|,|\\langle|±|\\pm|;",
    "unit": rf"\d[\d.)}}]*(e-?\d+)?\s*(\*|\\,|\\text\{{|\\mathrm\{{)?\s*({_UNITS})\b(?!\s*\()|\\text|[$€%]",
    "function or derivative": r"\b[fghFGHyqφ]'*\(|\bdiff|'|partial|d[a-z]/d[a-z]",
}
_CALLED: Final = re.compile(r"[A-Za-z]\w+\([^()]*\)")
_NAMED: Final = re.compile(
    r"\\?(?:arc|ar|a)?(?:sin|cos|tan|cot|sec|csc)h?|\\?(?:sqrt|frac|dfrac|tfrac|ln|log|exp|abs|Abs|floor|ceil\w*|pi|"
    r"binom\w*|cdot|times|left|right|fact|gcd|lcm|max|min|mod|sign?|sgn|signum)|\b[ei]\b|[eE]-?\d|j\b"
)
_WORDS: Final = re.compile(r"\"?[A-Za-z]{3,}(?: [A-Za-z]+)*[.\"]?")


def topic(key: str, answer: str) -> str:
    """Whether a pair is about a unit, a set, an equation and so on.

    >>> topic("[1, 4)", "1 <= x < 4"), topic("5 km", "5000 m"), topic("gcd(4, 6)", "2"), topic("2x", "x + x")
    ('set of reals', 'unit', 'number', 'expression')
    """
    texts = [key, answer]
    bare = [_CALLED.sub("F", text) for text in texts]
    for kind, sign in _SIGNS.items():
        if any([re.search(sign, text) for text in (bare if kind in {"list or vector", "set of reals"} else texts)]):
            return kind
    if not any([letter.isalpha() for text in texts for letter in _NAMED.sub("", text)]):
        return "number"
    return "words" if any(map(_WORDS.fullmatch, texts)) else "expression"
