"""How one hand writes a term: in LaTeX, plainly, as a program has it, or in the signs of a phone's keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bench.oracle.terms import FUNCTIONS, MARKS, RELATIONS, Term
from bench.oracle.units import written_unit
from markscheme.draw import Draw

Notation: TypeAlias = Literal["latex", "plain", "python", "unicode"]
NOTATIONS: tuple[Notation, ...] = ("latex", "plain", "python", "unicode")
GREEK = {"lambda": "λ"} | dict(
    alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ε", theta="θ",  mu="μ", nu="ν", rho="ρ",
    sigma="σ", tau="τ", phi="φ", omega="ω", eta="η", Omega="Ω", Sigma="Σ", Delta="Δ", Xi="Ξ", Phi="Φ",
)  # fmt: skip
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_ABOVE = {"hat": "\u0302", "dot": "\u0307", "bar": "\u0304", "tilde": "\u0303"}
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)


@dataclass(frozen=True, slots=True)
class Hand:
    """The habits of whoever writes."""

    notation: Notation = "latex"
    times: str = " "
    fraction: str = r"\frac"
    is_tight: bool = False
    is_sized: bool = False
    comma: bool = False
    grouped: str = ""
    matrix: str = "pmatrix"
    is_long: bool = False
    library: str = ""

    @property
    def is_latex(self) -> bool:
        return self.notation == "latex"


def drawn_hand(rng: Draw, notation: Notation | None = None) -> Hand:
    """A hand; its decimals have points, and its numbers are not grouped."""
    notation = notation or rng.choice(NOTATIONS)
    times = {
        "latex": (" ", r" \cdot ", r" \times ", r"\,"), "plain": ("*", " * ", " "), "python": ("*", " * "),
        "unicode": ("·", " × ", " ", " ⋅ "),
    }  # fmt: skip
    return Hand(
        notation,
        rng.choice(times[notation]),
        rng.choice((r"\frac", r"\frac", r"\dfrac", r"\tfrac", "/")) if notation == "latex" else "/",
        rng.chance(1, 3),
        rng.chance(1, 3),
        matrix=rng.choice(("pmatrix", "bmatrix")),
        is_long=rng.chance(1, 3),
        library=rng.choice(("", "", "math.", "np.")) if notation == "python" else "",
    )


def written(node: Term, hand: Hand) -> str:
    """The text of a term."""
    return _write(node, hand)[0]


def _write(node: Term, hand: Hand) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    if node.head in {*FUNCTIONS, "factorial", "binomial", "log"}:
        return _function(node, hand)
    writer = _WRITERS.get(node.head)
    return writer(node, hand) if writer else (_structure(node, hand), 0)


def _negative(node: Term, hand: Hand) -> tuple[str, int]:
    inner = node.parts[0]
    return _minus(hand) + _within(inner, _ATOM if inner.is_negative else _PRODUCT, hand), _SIGN


def _marked(node: Term, hand: Hand) -> tuple[str, int]:
    if node.head == "prime":
        return _within(node.parts[0], _ATOM, hand) + "'", _ATOM
    inner = written(node.parts[0], hand if hand.is_latex else replace(hand, notation="unicode"))
    return (rf"\{node.head}{{{inner}}}" if hand.is_latex else inner[0] + _ABOVE[node.head] + inner[1:]), _ATOM


def _derivative(node: Term, hand: Hand) -> tuple[str, int]:
    above, below = node.text.split("/")
    is_stacked = hand.is_latex and hand.fraction != "/"
    return (rf"{hand.fraction}{{{above}}}{{{below}}}", _ATOM) if is_stacked else (node.text, _PRODUCT)


def _of_matrix(node: Term, hand: Hand) -> tuple[str, int]:
    name = r"\det" if hand.is_latex and node.head == "det" else node.head
    return name + _bracketed(written(node.parts[0], hand), hand), _ATOM


def _within(node: Term, binding: int, hand: Hand) -> str:
    text, own = _write(node, hand)
    return text if own >= binding else _bracketed(text, hand)


def _bracketed(text: str, hand: Hand, brackets: str = "()") -> str:
    left, right = brackets
    if hand.is_latex:
        left, right = left.replace("{", r"\{"), right.replace("}", r"\}")
        if hand.is_sized:
            return rf"\left{left}{text}\right{right}"
    return f"{left}{text}{right}"


def _minus(hand: Hand) -> str:
    return "−" if hand.notation == "unicode" else "-"


def _number(text: str, hand: Hand) -> tuple[str, int]:
    """Digits; a sign in front binds less tightly."""
    binding = _SIGN if text.startswith("-") else _ATOM
    whole, point, rest = text.lstrip("-").partition(".")
    if hand.grouped and len(whole) > 3:
        head = len(whole) % 3
        groups = [whole[:head]] * bool(head) + [whole[at : at + 3] for at in range(head, len(whole), 3)]
        whole = hand.grouped.join(groups)
    point = ("{,}" if hand.is_latex else ",") if point and hand.comma else point
    return (_minus(hand) if binding == _SIGN else "") + whole + point + rest, binding


def _name(text: str, hand: Hand) -> str:
    base, _, index = text.partition("_")
    greek = GREEK.get(base)
    if greek and hand.notation == "unicode":
        base = greek
    elif greek and hand.is_latex:
        base = "\\" + base
    if not index:
        return base
    if hand.notation == "unicode" and index.isdigit():
        return base + index.translate(_LOWERED)
    return f"{base}_{{{index}}}" if len(index) > 1 and hand.notation != "python" else f"{base}_{index}"


def _constant(text: str, hand: Hand) -> str:
    latex = dict(pi=r"\pi", oo=r"\infty", e="e", i="i")
    signs = dict(pi="π", oo="∞", e="e", i="i")
    if hand.notation == "python" and text in {"pi", "e"} and hand.library:
        return hand.library + text
    return latex[text] if hand.is_latex else signs[text] if hand.notation == "unicode" else text


def _sum(node: Term, hand: Hand) -> str:
    gap = "" if hand.is_tight else " "
    said = _within(node.parts[0], _SUM, hand)
    for part in node.parts[1:]:
        if part.head == "neg":
            inner = _within(part.parts[0], _ATOM if part.parts[0].is_negative else _PRODUCT, hand)
            said += f"{gap}{_minus(hand)}{gap}{inner}"
        elif part.is_negative:
            said += f"{gap}{_minus(hand)}{gap}{_within(replace(part, text=part.text[1:]), _PRODUCT, hand)}"
        else:
            said += f"{gap}+{gap}{_within(part, _PRODUCT, hand)}"
    return said


def _product(node: Term, hand: Hand) -> str:
    said, last = "", None
    for part in node.parts:
        text = _within(part, _POWER if last or part.head == "/" else _PRODUCT, hand)
        if part.head == "/" and hand.is_latex and hand.fraction != "/":
            text = _write(part, hand)[0]
        said += (_sign_between(last, part, said, text, hand) if last else "") + text
        last = part
    return said


def _sign_between(left: Term, right: Term, said: str, text: str, hand: Hand) -> str:
    """How the factors are set apart: side by side only where nobody would read anything else."""
    explicit = {"latex": r" \cdot ", "plain": "*", "python": "*", "unicode": "·"}[hand.notation]
    is_letter = right.head in {"name", "bold", "letter", "T", "^"} and text[0].isalpha()
    is_plain_left = left.head in {"number", "name", "bold", "letter"} or (left.head in {"^", "T"} and hand.is_latex)
    if {left.head, right.head} <= {"bold", "letter", "T"}:
        return " @ " if hand.notation == "python" else " "
    if hand.times.strip() not in {"", r"\,"}:
        return hand.times
    if left.head == "number" and (text.startswith(("(", "\\left")) or is_letter):
        return "" if said[-1].isdigit() else explicit
    is_clear = is_plain_left and (is_letter or text.startswith("\\math")) and not text.startswith("e^")
    return hand.times if is_clear else explicit


def _quotient(node: Term, hand: Hand) -> tuple[str, int]:
    above, below = node.parts
    if hand.is_latex and hand.fraction != "/":
        return rf"{hand.fraction}{{{written(above, hand)}}}{{{written(below, hand)}}}", _POWER
    bottom = _within(below, _POWER, hand)
    top = _within(above, _POWER if above.head not in {"neg", "number"} else _SIGN, hand)
    return f"{top}/{bottom}", _PRODUCT


def _power(node: Term, hand: Hand) -> str:
    base = _within(node.parts[0], _ATOM, hand)
    if node.head == "T":
        return base + ("^T" if not hand.is_latex or hand.is_tight else r"^{\top}")
    top = written(node.parts[1], hand)
    if hand.is_latex:
        return f"{base}^{{{top}}}" if len(top) > 1 or not hand.is_tight else f"{base}^{top}"
    if hand.notation == "unicode" and node.parts[1].head == "number" and top.lstrip("−").isdigit():
        return base + node.parts[1].text.translate(_RAISED)
    sign = "**" if hand.notation == "python" else "^"
    return f"{base}{sign}{top if top.isdigit() or len(top) == 1 else f'({top})'}"


def _call(node: Term, hand: Hand) -> str:
    inner = ", ".join([written(part, hand) for part in node.parts])
    square = node.text == "E"
    if hand.is_latex and node.text in {"Var", "Cov"}:
        return rf"\operatorname{{{node.text}}}" + _bracketed(inner, hand)
    if hand.is_latex and square and hand.is_long:
        return rf"\mathbb{{{node.text}}}" + _bracketed(inner, hand, "[]")
    if node.text == "P":
        inner = inner.replace(", ", r" \mid " if hand.is_latex else "|")
    return _name(node.text, hand) + _bracketed(inner, hand, "[]" if square else "()")


def _summed(node: Term, hand: Hand) -> str:
    low, high, body = [written(part, hand) for part in node.parts]
    if node.parts[2].head == "+":
        body = _bracketed(body, hand)
    if hand.is_latex:
        return rf"\sum_{{{node.text}={low}}}^{{{high}}} {body}"
    return f"{'∑' if hand.notation == 'unicode' else 'sum'}_{{{node.text}={low}}}^{{{high}}} {body}"


def _function(node: Term, hand: Hand) -> tuple[str, int]:
    inner = ", ".join([written(part, hand) for part in node.parts])
    latex, own = hand.is_latex, node.head
    if own == "factorial":
        if hand.library == "math.":
            return f"math.factorial({inner})", _ATOM
        return _within(node.parts[0], _ATOM, hand) + "!", _ATOM
    if own == "binomial":
        above, below = [written(part, hand) for part in node.parts]
        said = rf"\binom{{{above}}}{{{below}}}" if latex else f"binom({above}, {below})"
        return (f"C({above}, {below})" if hand.notation == "unicode" else said), _ATOM
    if own == "log":
        base, of_what = [written(part, hand) for part in node.parts]
        if hand.notation == "python":
            return f"log({of_what}, {base})", _ATOM
        return rf"{chr(92) if latex else ''}log_{{{base}}}" + _bracketed(of_what, hand), _ATOM
    if own in {"sqrt", "cbrt"}:
        if latex:
            return rf"\sqrt{'[3]' if own == 'cbrt' else ''}{{{inner}}}", _ATOM
        if hand.notation == "unicode" and own == "sqrt":
            return f"√({inner})" if not inner.isdigit() else f"√{inner}", _ATOM if not inner.isdigit() else _POWER
    if own == "abs" and hand.notation != "python":
        return (rf"\left|{inner}\right|" if latex and hand.is_sized else f"|{inner}|"), _ATOM
    if own in {"floor", "ceil"} and hand.notation in {"latex", "unicode"}:
        left, right = (rf"\l{own} ", rf" \r{own}") if latex else ("⌊", "⌋") if own == "floor" else ("⌈", "⌉")
        return left + inner + right, _ATOM
    if own == "exp" and hand.notation != "python":
        return _write(Term("^", (Term("constant", (), "e"), node.parts[0])), hand)
    if own == "mod":
        above, below = node.parts
        sign = r" \bmod " if latex else " % " if hand.notation == "python" else " mod "
        return _within(above, _ATOM, hand) + sign + _within(below, _ATOM, hand), _PRODUCT
    return _called(own, inner, hand), _ATOM


def _called(own: str, inner: str, hand: Hand) -> str:
    if own == "sgn":
        return (r"\operatorname{sgn}" if hand.is_latex else "sgn") + _bracketed(inner, hand)
    if own == "lcm" and hand.is_latex:
        return r"\operatorname{lcm}" + _bracketed(inner, hand)
    if hand.is_latex:
        return f"\\{own}{_bracketed(inner, hand)}"
    in_python = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log"}
    if hand.library == "math." and own in {"cbrt", "abs", "max", "min", "lcm"}:
        return f"{own}({inner})"
    if hand.library and own not in {"abs", "max", "min", "cbrt"}:
        return f"{hand.library}{in_python.get(own, own) if hand.library == 'math.' or own == 'ln' else own}({inner})"
    return f"{own}({inner})"


def _structure(node: Term, hand: Hand) -> str:
    """Lists, sets, relations, quantities: what is no expression."""
    parts = [written(part, hand) for part in node.parts]
    separator = "; " if hand.comma else ", "
    match node.head:
        case "vector" | "tuple" | "set":
            return _bracketed(separator.join(parts), hand, {"vector": "[]", "tuple": "()", "set": "{}"}[node.head])
        case "list" | "named":
            return separator.join(parts)
        case "matrix":
            return _matrix(node, hand)
        case "span":
            return _bracketed(separator.join(parts), replace(hand, is_sized=False), node.text)
        case "union" | "or" | "and" | "shape":
            return _joiner(node.head, hand).join(parts)
        case "between":
            low, middle, high = parts
            left, right = [_relation(sign, hand) for sign in node.text.split()]
            return f"{low} {left} {middle} {right} {high}"
        case head if head in RELATIONS:
            gap = "" if hand.is_tight and not hand.is_latex else " "
            return f"{parts[0]}{gap}{_relation(head, hand)}{gap}{parts[1]}"
        case _:
            return _measured(node, parts, hand)


def _joiner(head: str, hand: Hand) -> str:
    if head == "union":
        return r" \cup " if hand.is_latex else " U " if hand.notation == "python" else " ∪ "
    if head == "shape":
        return r" \times " if hand.is_latex else "×" if hand.notation == "unicode" else "x"
    return rf" \text{{ {head} }} " if hand.is_latex else f" {head} "


def _measured(node: Term, parts: list[str], hand: Hand) -> str:
    """A number with what it counts, or words."""
    match node.head:
        case "quantity":
            return written_unit(parts[0], node.text, hand.notation, is_long=hand.is_long)
        case "percent":
            return parts[0] + (r"\%" if hand.is_latex else "%")
        case "money":
            return (r"\$" if hand.is_latex and node.text == "$" else node.text) + parts[0]
        case "scientific" if hand.notation == "python":
            return f"{parts[0]}e{int(node.text)}"
        case "scientific":
            ten = Term("^", (Term("number", (), "10"), Term("number", (), node.text)))
            return f"{parts[0]}{_times(hand)}{written(ten, hand)}"
        case "tokens":
            return (", " if hand.is_tight else " ").join(node.text.split())
        case _:
            return rf"\text{{{node.text}}}" if hand.is_latex and hand.is_sized else node.text


def _times(hand: Hand) -> str:
    return {"latex": r" \times ", "plain": "*", "python": "*", "unicode": "×"}[hand.notation]


def _relation(sign: str, hand: Hand) -> str:
    latex = {"!=": r"\neq", "<=": r"\le", ">=": r"\ge"}
    signs = {"!=": "≠", "<=": "≤", ">=": "≥"}
    return latex.get(sign, sign) if hand.is_latex else signs.get(sign, sign) if hand.notation == "unicode" else sign


def _matrix(node: Term, hand: Hand) -> str:
    rows = [[written(entry, hand) for entry in row.parts] for row in node.parts]
    if hand.is_latex:
        inner = r" \\ ".join([" & ".join(row) for row in rows])
        return rf"\begin{{{hand.matrix}}} {inner} \end{{{hand.matrix}}}"
    inner = ", ".join([f"[{', '.join(row)}]" for row in rows])
    return f"np.array([{inner}])" if hand.library == "np." else f"[{inner}]"


_WRITERS: dict[str, Callable[[Term, Hand], tuple[str, int]]] = {
    "number": lambda node, hand: _number(node.text, hand),
    "name": lambda node, hand: (_name(node.text, hand), _ATOM),
    "constant": lambda node, hand: (_constant(node.text, hand), _ATOM),
    "+": lambda node, hand: (_sum(node, hand), _SUM),
    "*": lambda node, hand: (_product(node, hand), _PRODUCT),
    "/": _quotient,
    "^": lambda node, hand: (_power(node, hand), _POWER),
    "T": lambda node, hand: (_power(node, hand), _POWER),
    "neg": _negative,
    "call": lambda node, hand: (_call(node, hand), _ATOM),
    "bold": lambda node, hand: (rf"\mathbf{{{node.text}}}" if hand.is_latex else node.text, _ATOM),
    "letter": lambda node, _: (node.text, _ATOM),
    "derivative": _derivative,
    "sum": lambda node, hand: (_summed(node, hand), _PRODUCT),
    "det": _of_matrix,
    "tr": _of_matrix,
    **dict.fromkeys(MARKS, _marked),
}


def needs_latex(node: Term) -> bool:
    """Whether a text without commands would leave something out: bold letters say what is a matrix."""
    return any([part.head in {"bold", "sum"} for _, part in node.walk()])
