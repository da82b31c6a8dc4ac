"""Ways to change a term in one place, each of which a student, a model or a typing error makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final, TypeAlias

from bench.oracle.terms import FUNCTIONS, MARKS, OO, RELATIONS, Term, is_expression, name, of, term, under_marks
from bench.oracle.units import alike, unlike
from bench.oracle.values import decimal_of
from markscheme.draw import Draw

Change: TypeAlias = Callable[[Term, Draw], "Term | None"]
OTHER_WORDS: Final = (
    "odd", "SGD", "layer norm", "the tanh", "a regular pentagon", "uneven", "neither", "Adams", "an irregular hexagon",
)  # fmt: skip
NEW_NAMES = "u v w s q z h y t X delta omega".split()
SWAPPED: Final = {
    "sin": "cos", "cos": "sin", "tan": "sin", "ln": "exp", "exp": "ln", "floor": "ceil", "ceil": "floor", "max": "min",
    "min": "max", "sqrt": "cbrt", "cbrt": "sqrt", "arctan": "tan", "abs": "sgn", "tanh": "tan", "det": "tr",
    "tr": "det",
}  # fmt: skip


def _somewhere(node: Term, rng: Draw, fits: Callable[[Term], bool], change: Change) -> Term | None:
    """The term with one fitting node changed, but for what stands under a mark."""
    marked = under_marks(node)
    places = [(path, part) for path, part in node.walk() if fits(part) and (part.head == "name" or path not in marked)]
    if not places:
        return None
    path, part = rng.choice(places)
    changed = change(part, rng)
    return None if changed is None or changed == part else node.at(path, changed)


def _heads(*heads: str) -> Callable[[Term], bool]:
    return lambda node: node.head in heads


def _number(node: Term) -> bool:
    return node.head == "number"


def sign(node: Term, rng: Draw) -> Term | None:
    def negated(part: Term, _: Draw) -> Term:
        if part.head == "neg":
            return part.parts[0]
        if part.head == "number":
            return term(part.text[1:] if part.text.startswith("-") else f"-{part.text}")
        return -part

    return _somewhere(node, rng, lambda it: is_expression(it) and it.head not in {"bold", "letter"}, negated)


def neighbor(node: Term, rng: Draw) -> Term | None:
    """A number one off, a digit off, ten times or a tenth, or with two digits exchanged."""

    def beside(part: Term, rng: Draw) -> Term | None:
        text = part.text
        match rng.below(5):
            case 0 | 1:
                places = len(text.partition(".")[2])
                moved = Fraction(text) + Fraction(rng.choice((1, -1, 2, 3)), 10**places)
                return term(_decimal(moved, places))
            case 2:
                return term(_decimal(Fraction(text) * rng.choice((10, 100, 1000)), len(text.partition(".")[2])))
            case 3:
                digits = [place for place, sign in enumerate(text) if sign.isdigit()]
                place = rng.choice(digits)
                return term(f"{text[:place]}{(int(text[place]) + rng.int(1, 9)) % 10 or 7}{text[place + 1 :]}")
            case _:
                at = rng.below(max(1, len(text) - 1))
                pair = text[at : at + 2]
                return term(text[:at] + pair[::-1] + text[at + 2 :]) if pair.isdigit() and text[0] != "0" else None

    return _somewhere(node, rng, _number, beside)


def _decimal(number: Fraction, places: int) -> str:
    scaled = round(number * 10**places)
    digits = f"{abs(scaled):0{places + 1}d}"
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    return ("-" if scaled < 0 else "") + whole + (f".{rest}" if rest else "")


def wrong_decimal(node: Term, rng: Draw) -> Term | None:
    """A decimal of a number without end that is wrong in its last places."""
    digits = rng.int(3, 9)
    text = decimal_of(node, digits) if is_scalar(node) and not node.named() else None
    if text is None or "e" in text or not text.partition(".")[2]:
        return None
    places = len(text.partition(".")[2])
    return term(_decimal(Fraction(text) + Fraction(rng.choice((2, 3, -2, -3, 5, -7)), 10**places), places))


def dropped(node: Term, rng: Draw) -> Term | None:
    """A factor, a term, a divisor, a power, a function, or an entry left out."""

    def without(part: Term, rng: Draw) -> Term | None:
        if part.head in {"/", "^", "T"} or part.head in FUNCTIONS:
            return part.parts[0]
        if len(part.parts) < 2:
            return None
        place = rng.below(len(part.parts))
        kept = part.parts[:place] + part.parts[place + 1 :]
        is_alone = len(kept) == 1 and part.head in {"+", "*", "list", "or", "union"}
        return kept[0] if is_alone else replace(part, parts=kept)

    fits = _heads(
        "+", "*", "/", "^", "T", *FUNCTIONS, "vector", "tuple", "set", "list", "named", "or", "union", "shape", "matrix"
    )
    return _somewhere(node, rng, fits, without)


def added(node: Term, rng: Draw) -> Term | None:
    """A factor or a term too many, or an entry."""

    def more(part: Term, rng: Draw) -> Term:
        extra = rng.choice((term(2), term(3), term(10), *[name(it) for it in sorted(part.named())]))
        if part.head in {"vector", "tuple", "set", "list", "shape"}:
            return replace(part, parts=(*part.parts, rng.choice((term(rng.int(20, 99)), part.parts[0]))))
        return rng.choice((part * extra, part + extra, part - 1, part / extra, part**2))

    lists = {"vector", "tuple", "set", "list", "shape"}
    return _somewhere(node, rng, lambda it: is_scalar(it) or it.head in lists, more)


def is_scalar(node: Term) -> bool:
    """Whether a node is an expression, and neither a matrix nor infinite."""
    is_finite = OO not in [part for _, part in node.walk()]
    return is_expression(node) and node.head not in {"bold", "letter", "T"} and is_finite


def other_function(node: Term, rng: Draw) -> Term | None:
    def swapped(part: Term, _: Draw) -> Term | None:
        if part.head == "call":
            other = {"E": "Var", "Var": "E", "f": "g", "g": "f", "P": "Q", "T": "S", "sigma": "tau"}
            return replace(part, text=other[part.text])
        return replace(part, head=SWAPPED[part.head])

    return _somewhere(node, rng, _heads(*SWAPPED, "call"), swapped)


def turned_over(node: Term, rng: Draw) -> Term | None:
    """A quotient the other way, a reciprocal, base and exponent exchanged."""

    def over(part: Term, _: Draw) -> Term:
        return replace(part, parts=part.parts[::-1])

    found = _somewhere(node, rng, _heads("/", "^", "log"), over)
    return found or (1 / node if is_scalar(node) else None)


def other_power(node: Term, rng: Draw) -> Term | None:
    def changed(part: Term, rng: Draw) -> Term:
        base, power = part.parts
        return base ** rng.choice((2, 3, 4, power + 1, -power))

    return _somewhere(node, rng, _heads("^"), changed)


def other_name(node: Term, rng: Draw) -> Term | None:
    """One letter for another, an index changed, added or dropped, a capital letter for a small one."""

    def renamed(part: Term, rng: Draw) -> Term:
        base, _, index = part.text.partition("_")
        others = [rng.choice(NEW_NAMES), f"{base}_{rng.choice('0347k')}"]
        if index:
            others.append(base)
        if len(base) == 1 and base.swapcase() not in {"E", "I"}:
            others.append(base.swapcase() + part.text[1:])
        return name(rng.choice(others))

    return _somewhere(node, rng, _heads("name"), renamed)


def swapped_names(node: Term, rng: Draw) -> Term | None:
    """Two letters exchanged throughout, or the names of two values."""
    if node.head == "named":
        return _exchanged(node, rng)
    known = sorted(node.named())
    if len(known) < 2:
        return None
    one, other = rng.sample(known, 2)
    return _renamed(node, {one: other, other: one})


def _renamed(node: Term, names: dict[str, str]) -> Term:
    text = names.get(node.text, node.text) if node.head == "name" else node.text
    return replace(node, text=text, parts=tuple([_renamed(part, names) for part in node.parts]))


def _exchanged(node: Term, rng: Draw) -> Term | None:
    """Two values of named ones exchanged, or a name made another's."""
    if len(node.parts) < 2 or rng.chance(1, 4):
        place = rng.below(len(node.parts))
        other = replace(node.parts[place], parts=(name(rng.choice(NEW_NAMES)), node.parts[place].parts[1]))
        return replace(node, parts=(*node.parts[:place], other, *node.parts[place + 1 :]))
    one, other = rng.sample(range(len(node.parts)), 2)
    parts = list(node.parts)
    parts[one] = replace(parts[one], parts=(parts[one].parts[0], node.parts[other].parts[1]))
    parts[other] = replace(parts[other], parts=(parts[other].parts[0], node.parts[one].parts[1]))
    return replace(node, parts=tuple(parts))


def marked(node: Term, rng: Draw) -> Term | None:
    """A prime, a hat, a dot or a bar on a name that had none, another mark, or none."""

    def changed(part: Term, rng: Draw) -> Term:
        if part.head in MARKS:
            return rng.choice((part.parts[0], replace(part, head=rng.choice([it for it in MARKS if it != part.head]))))
        return of(rng.choice(MARKS), part)

    def fits(part: Term) -> bool:
        return part.head in MARKS or (part.head == "name" and len(part.text) == 1)

    return _somewhere(node, rng, fits, changed)


def moved_out(node: Term, rng: Draw) -> Term | None:
    """What stands within a function moved out of it or into it; f(g(x)) turned round; f(a + b) as f(a) + f(b)."""

    def moved(part: Term, rng: Draw) -> Term | None:
        if part.head == "*" and part.parts[-1].head in {"call", "sin", "ln", "det"}:
            inner = part.parts[-1]
            return replace(inner, parts=(part.parts[0] * inner.parts[0], *inner.parts[1:]))
        if part.head == "^":
            inner = part.parts[0]
            is_one = len(inner.parts) == 1 and inner.head not in MARKS
            return replace(inner, parts=(inner.parts[0] ** part.parts[1],)) if is_one else None
        argument, others = part.parts[0], part.parts[1:]

        def of_it(inner: Term) -> Term:
            return replace(part, parts=(inner, *others))

        match argument.head:
            case "*":
                return argument.parts[0] * of_it(argument.parts[1])
            case "+":
                return of_it(argument.parts[0]) + rng.choice((of_it(argument.parts[1]), argument.parts[1]))
            case "^":
                return of_it(argument.parts[0]) ** argument.parts[1]
            case "call":
                return replace(argument, parts=(replace(part, parts=argument.parts),))
            case _:
                return None

    applied = ("call", "sin", "cos", "tan", "ln", "sqrt", "abs", "floor", "exp", "det", "tr")
    return _somewhere(node, rng, _heads(*applied, "^", "*"), moved)


def multiplied(node: Term, rng: Draw) -> Term | None:
    """A function taken for a factor: `f*x` for `f(x)`, `y/x` for `dy/dx`."""

    def product(part: Term, _: Draw) -> Term:
        if part.head == "derivative":
            return name("y") / name("x")
        return name(part.text) * part.parts[0]

    return _somewhere(node, rng, _heads("call", "derivative"), product)


def relation(node: Term, rng: Draw) -> Term | None:
    """Another relation: negated, turned, strict or not."""

    def other(part: Term, rng: Draw) -> Term:
        if part.head == "between":
            signs = part.text.split()
            place = rng.below(2)
            signs[place] = "<" if signs[place] == "<=" else "<="
            return replace(part, text=" ".join(signs))
        return replace(part, head=rng.choice([it for it in RELATIONS if it != part.head]))

    return _somewhere(node, rng, _heads(*RELATIONS, "between"), other)


def brackets(node: Term, rng: Draw) -> Term | None:
    """Brackets of another kind, or an end that is in for one that is not."""

    def other(part: Term, rng: Draw) -> Term:
        if part.head == "span":
            return replace(part, text=rng.choice([it for it in ("[]", "()", "[)", "(]") if it != part.text]))
        return replace(part, head="set")

    finite = _heads("span", "vector", "tuple")
    return _somewhere(node, rng, lambda it: finite(it) and OO not in [part for _, part in it.walk()], other)


def order(node: Term, rng: Draw) -> Term | None:
    """Entries or rows exchanged, a matrix transposed, factors that do not commute exchanged."""

    def other(part: Term, rng: Draw) -> Term | None:
        if part.head == "matrix" and rng.chance(1, 2):
            columns = zip(*[row.parts for row in part.parts], strict=True)
            return Term("matrix", tuple([of("row", *column) for column in columns]))
        one, two = rng.sample(range(len(part.parts)), 2) if len(part.parts) > 1 else (0, 0)
        parts = list(part.parts)
        parts[one], parts[two] = parts[two], parts[one]
        return replace(part, parts=tuple(parts))

    def fits(part: Term) -> bool:
        is_algebra = part.head == "*" and any([it.head in {"bold", "letter", "T"} for it in part.parts])
        return is_algebra or part.head in {"vector", "tuple", "matrix", "row", "span", "/", "^"}

    return _somewhere(node, rng, fits, other)


def unit(node: Term, rng: Draw) -> Term | None:
    """Another unit, of the same dimension or of none of it; another currency."""
    if node.head == "money":
        return replace(node, text=rng.choice([it for it in ("$", "€", "£") if it != node.text]))
    if node.head != "quantity":
        return None
    others = (alike(node.text) if rng.chance(1, 2) else ()) or unlike(node.text)
    return replace(node, text=rng.choice(others))


def exponent(node: Term, rng: Draw) -> Term | None:
    return replace(node, text=str(int(node.text) + rng.choice((1, -1, 3)))) if node.head == "scientific" else None


def nearly(node: Term, rng: Draw) -> Term | None:
    """The same near zero or on one side: |x| for x, √x² cubed, a bend far away, a difference too small to see."""
    is_of_positive = any(part.head in OF_POSITIVE for _, part in node.walk())

    def changed(part: Term, rng: Draw) -> Term | None:
        if part.head == "number" or not part.named():
            return part + 7 * term(10) ** -rng.choice((12, 30, 50))
        symbol = name(rng.choice(sorted(part.named())))
        far = rng.choice((100, 1000, 37))
        anywhere = (part + of("abs", symbol - far) + symbol - far, E_SMALL * symbol + part)
        below_zero = (of("abs", part), of("sqrt", part) ** 2, part + of("abs", symbol + far) - symbol - far)
        return rng.choice(anywhere if is_of_positive else (*anywhere, *below_zero))

    return _somewhere(node, rng, lambda it: is_scalar(it) and it.head != "neg", changed)


E_SMALL = term(10) ** -9
OF_POSITIVE: Final = frozenset({"ln", "log", "sqrt", "factorial", "binomial", "sum"})
"""What is asked of positive names alone: a change below zero is none."""


def another(node: Term, rng: Draw) -> Term | None:
    """Another label or word, a word cut in two, tokens in another order, another ratio."""
    if node.head not in {"label", "yes", "words", "tokens", "ratio"}:
        return None
    said = node.text
    match node.head:
        case "label":
            others = [it for it in "ABCDE" if it.casefold() != said.strip("()").casefold()]
        case "yes":
            others = ["no" if said in {"yes", "true"} else "yes"]
        case "words":
            others = [*OTHER_WORDS, f"not {said}", f"non-{said}", said[:-1], _cut(said), said[::-1]]
        case "tokens":
            words = said.split()
            others = [
                " ".join(it) for it in (words[::-1], words[:-1], words[1:], [*words, words[0]], [*words[1:], words[0]])
            ]
        case _:
            above, below = said.split(":")
            others = [f"{below}:{above}", f"{above}:{int(below) + 1}", f"{int(above) + 1}:{below}"]
    return replace(node, text=rng.choice([it for it in others if it != said]))


def _cut(words: str) -> str:
    """Words of which the longest is cut in two."""
    longest = max(words.split(), key=len)
    middle = len(longest) // 2
    return words.replace(longest, f"{longest[:middle]} {longest[middle:]}")


def pointless(node: Term, rng: Draw) -> Term | None:
    """A decimal without its point, as where a comma is taken for a separator; or nothing left of the number at all."""
    if is_scalar(node) and rng.chance(1, 4):
        return term(rng.choice(("0", "0.000")))

    def fits(part: Term) -> bool:
        return part.head == "number" and "." in part.text

    return _somewhere(node, rng, fits, lambda part, _: term(str(int(part.text.replace(".", "")))))


CHANGES: Final[dict[str, Change]] = {
    "sign": sign, "neighbor of a number": neighbor, "wrong decimal": wrong_decimal, "dropped": dropped, "added": added,
    "other function": other_function, "turned over": turned_over, "other power": other_power, "other name": other_name,
    "swapped names": swapped_names, "mark on a name": marked, "moved out of a function": moved_out,
    "function as a factor": multiplied, "other relation": relation, "other brackets": brackets, "other order": order,
    "other unit": unit, "other exponent": exponent, "nearly the same": nearly, "another word": another,
    "point lost": pointless,
}  # fmt: skip
