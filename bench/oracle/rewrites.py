"""Right answers: the key in another notation, another form, other units, or in a frame that affirms it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from bench.oracle import forms, prose
from bench.oracle.keys import Door, Key
from bench.oracle.layouts import layouts_of_matrix, layouts_of_vector
from bench.oracle.notation import Hand, drawn_hand, needs_latex, written
from bench.oracle.numerals import number_of, numerals, terminating
from bench.oracle.proof import agree
from bench.oracle.terms import OO, Term, is_expression, name, of
from bench.oracle.units import alike, ratio
from bench.oracle.values import decimal_of
from markscheme.draw import Draw

_DOLLARS: Final = ("${}$", "$${}$$", r"\({}\)", r"\[{}\]", "${}$.", "$ {} $", r"$\displaystyle {}$")
_LEADS: Final = {"number": ("x", "y", "n", "k", "a_1", "f(2)", "N", "T"), "array": ("v", "A", "x", "h_3", "W")}
_NUMBERS: Final = {"integer", "fraction", "decimal", "irrational", "combinatorial"}


def _hand(node: Term, rng: Draw) -> Hand:
    return drawn_hand(rng, "latex" if needs_latex(node) else None)


def _has_commands(text: str) -> bool:
    return any([it in text for it in ("\\", "^{", "_{")])


def _in_dollars(text: str, rng: Draw) -> str:
    """A text as it is, or within the signs of a formula if it has commands."""
    return text if not _has_commands(text) or rng.chance(1, 3) else rng.choice(_DOLLARS).replace("{}", text)


def in_notation(key: Key, rng: Draw) -> str:
    return _in_dollars(written(key.term, _hand(key.term, rng)), rng)


def affirmed(key: Key, rng: Draw) -> str | None:
    """The key in words that affirm it."""
    frame = rng.choice(prose.AFFIRMED)
    text = written(key.term, _hand(key.term, rng))
    if text.endswith("!") and frame not in prose.BARE:
        return None  # behind words it may end the sentence
    if frame == "= {}" and not is_expression(key.term):
        return None
    if _has_commands(text) and frame in {"**{}**", "`{}`", '"{}"'}:
        return None
    return frame.format(f"${text}$" if _has_commands(text) and "boxed" not in frame else text)


def in_json(key: Key, rng: Draw) -> str | None:
    if needs_latex(key.term):
        return None
    said = json.dumps(written(key.term, drawn_hand(rng, "plain")))
    return rng.choice((f'{{"answer": {said}}}', f'{{"answer":{said}}}', f'```json\n{{"answer": {said}}}\n```'))


def _proven(key: Key, other: Term | None, rng: Draw) -> str | None:
    """The text of a term that is shown to say what the key says."""
    if other is None or other == key.term:
        return None
    is_turned = key.term.head in forms.TURNED and other == Term(forms.TURNED[key.term.head], key.term.parts[::-1])
    return in_notation(replace(key, term=other), rng) if is_turned or agree(key.term, other) else None


def numeral(key: Key, rng: Draw) -> str | None:
    number = number_of(key.term)
    return None if number is None else rng.choice(numerals(number))


def rounded(key: Key, rng: Draw) -> str | None:
    """A decimal of three digits or more of a number without end, alone or beside the exact form; a program's double."""
    if key.kind not in {"fraction", "irrational"}:
        return None
    exact, digits = decimal_of(key.term, 40), rng.int(3, 17)
    if exact is None or len(exact.rstrip("0").partition(".")[2]) < 20 or abs(Fraction(exact)) < Fraction(1, 1000):
        return None
    text = repr(float(Fraction(exact))) if digits >= 15 else decimal_of(key.term, digits)
    own = written(key.term, drawn_hand(rng))
    frames = ("{1}", "{1}", "{1}", "≈ {1}", "{0} ≈ {1}", "{0} = {1}", r"{0} \approx {1}")
    return rng.choice(frames).format(own, text) if text and "." in text else None


def converted(key: Key, rng: Draw) -> str | None:
    """A quantity in another unit, as pint converts it; the number must end."""
    if key.term.head != "quantity" or not alike(key.term.text):
        return None
    other = rng.choice(alike(key.term.text))
    size = ratio(key.term.text, other)
    number = None if size is None else terminating(Fraction(key.term.parts[0].text) * size)
    if number is None or len(number) > 14:
        return None
    return _proven(key, of("quantity", number, text=other), rng)


def as_set(key: Key, rng: Draw) -> str | None:
    """An interval as an inequality, within braces, behind `∈`; an inequality as an interval."""
    hand, node, x = drawn_hand(rng), key.term, rng.choice("xtyz")
    match node.head:
        case "union":
            joined = r" \text{ or } " if hand.is_latex else " or "
            return _in_dollars(joined.join([_inequality(it, x, hand) for it in node.parts]), rng)
        case "<" | "<=" | ">" | ">=" | "between":
            return _in_dollars(written(_interval(node), hand), rng)
        case "span":
            return _in_dollars(rng.choice(_as_sets(node, x, hand)), rng)
        case _:
            return None


def _as_sets(span: Term, x: str, hand: Hand) -> tuple[str, ...]:
    said, inequality = written(span, hand), _inequality(span, x, hand)
    if hand.is_latex:
        braces = (rf"\{{{x} \mid {inequality}\}}", rf"\{{{x} \in \mathbb{{R}} : {inequality}\}}")
        return inequality, rf"{x} \in {said}", *braces
    return inequality, f"{x} ∈ {said}", f"{x} in {said}", f"{{{x} : {inequality}}}"


def _inequality(span: Term, x: str, hand: Hand) -> str:
    low, high = span.parts
    left, right = ["<=" if it in "[]" else "<" for it in span.text]
    if low == -OO:
        return written(Term(right, (name(x), high)), hand)
    if high == OO:
        return written(Term(left, (low, name(x))), hand)
    return written(of("between", low, name(x), high, text=f"{left} {right}"), hand)


def _interval(node: Term) -> Term:
    if node.head == "between":
        left, right = node.text.split()
        return of(
            "span", node.parts[0], node.parts[2], text=("[" if left == "<=" else "(") + ("]" if right == "<=" else ")")
        )
    end, is_closed = node.parts[1], node.head.endswith("=")
    if node.head.startswith("<"):
        return of("span", -OO, end, text="(]" if is_closed else "()")
    return of("span", end, OO, text="[)" if is_closed else "()")


def laid_out(key: Key, rng: Draw) -> str | None:
    """A vector or matrix in another layout."""
    match key.term.head:
        case "matrix":
            return rng.choice(layouts_of_matrix(key.term, rng))
        case "vector":
            return rng.choice(layouts_of_vector(key.term, rng))
        case _:
            return None


def named(key: Key, rng: Draw) -> str | None:
    """Names in another order, values without names in order, or a name before a value that has none."""
    hand = drawn_hand(rng)
    if key.term.head != "named":
        lead = "array" if key.kind in {"vector", "matrix"} else "number" if key.kind in _NUMBERS else ""
        return _in_dollars(f"{rng.choice(_LEADS[lead])} = {written(key.term, hand)}", rng) if lead else None
    parts = key.term.parts
    said = [written(it, hand) for it in parts]
    values = ", ".join([written(it.parts[1], hand) for it in parts])
    match rng.below(4):
        case 0:
            return _in_dollars(written(replace(key.term, parts=rng.shuffled(parts)), hand), rng)
        case 1 if not any([it.parts[1].named() for it in parts]):
            return _in_dollars(rng.choice((values, f"({values})" if len(parts) > 1 else values)), rng)
        case 2 if not hand.is_latex:
            return " and ".join(said)
        case _:
            return "\n".join([f"${it}$" if "\\" in it else it for it in said])


def as_people_write(key: Key, rng: Draw) -> str | None:
    """A label, a word, yes and no, tokens, a shape or a ratio as people write them."""
    frames = prose.WRITTEN.get(key.term.head)
    if frames is None:
        return None
    match key.term.head:
        case "label":
            letter = key.term.text.strip("()")
            said = (rng.choice((letter, letter.upper())),)
        case "yes":
            said = (rng.choice((key.term.text, key.term.text.capitalize(), key.term.text.upper())),)
        case "words":
            text = key.term.text
            said = (rng.choice((text, text.upper(), text.capitalize(), text.lower(), text.replace(" ", "  "))),)
        case "tokens":
            said = tuple(key.term.text.split())
        case "shape":
            said = tuple([it.text for it in key.term.parts])
        case _:
            said = tuple(key.term.text.split(":"))
    return rng.choice(frames)(*said)


REWRITES: Final[dict[str, Callable[[Key, Draw], str | None]]] = {
    "another notation": in_notation,
    "affirmed": affirmed,
    "as JSON": in_json,
    "commuted": lambda key, rng: _proven(key, forms.commuted(key.term, rng), rng),
    "another form": lambda key, rng: _proven(key, forms.reformed(key.term, rng), rng),
    "another numeral": numeral,
    "rounded": rounded,
    "unit converted": converted,
    "as an inequality or a set": as_set,
    "rearranged": lambda key, rng: _proven(key, forms.rearranged(key.term, rng), rng),
    "laid out": laid_out,
    "named": named,
    "as people write it": as_people_write,
}


def right_answer(key: Key, kind: str, door: Door, rng: Draw) -> str | None:
    """A right answer of a kind, or None where this draw gives none that is proven to be right."""
    if kind == "rounded" and door == "kind":
        return None  # an exact number was asked for
    return REWRITES[kind](key, rng)
