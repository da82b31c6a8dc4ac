"""A number as other numerals, each of which says the same."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from bench.oracle.terms import Term

GAPS = (",", " ", "\u202f", "\u00a0", r"\,", "{,}", "'", "_")
"""What people put between groups of three digits."""
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def number_of(node: Term) -> Fraction | None:
    """The fraction that a term of digits is; None where it is none."""
    match node.head:
        case "number":
            return Fraction(node.text)
        case "neg":
            size = number_of(node.parts[0])
            return None if size is None else -size
        case "/":
            above, below = [number_of(part) for part in node.parts]
            return above / below if above is not None and below else None
        case _:
            return None


def numerals(number: Fraction) -> list[str]:
    """Texts that say a number: quotients, decimals, grouped digits, percentages, powers of ten, mixed numbers."""
    decimal = terminating(abs(number))
    found = [*_quotients(number)]
    if decimal is not None:
        found += [*_decimals(number, decimal), *_grouped(number, decimal), *_powers_of_ten(number, decimal)]
    if number.denominator == 1 and abs(number) < 1000:
        found += _small(number)
    elif abs(number) > 1 and 1 < number.denominator < 100:
        found += _mixed(number)
    return found


def _sign(number: Fraction) -> str:
    return "-" if number < 0 else ""


def _quotients(number: Fraction) -> Iterator[str]:
    yield from (f"{number.numerator * factor}/{number.denominator * factor}" for factor in (2, 3, 10))
    above, below = abs(number.numerator), number.denominator
    for command in (r"\frac", r"\dfrac", r"\tfrac"):
        yield rf"{_sign(number)}{command}{{{above}}}{{{below}}}"
        if above < 10 and below < 10:
            yield rf"{_sign(number)}{command}{above}{below}"


def _decimals(number: Fraction, decimal: str) -> Iterator[str]:
    sign, (whole, _, rest) = _sign(number), decimal.partition(".")
    yield sign + decimal
    yield f"−{decimal}" if sign else f"+{decimal}"
    yield from (f"{sign}{decimal}{zeros if rest else f'.{zeros}'}" for zeros in ("0", "00"))
    if rest and (len(rest) != 3 or whole == "0"):
        yield from (f"{sign}{whole},{rest}", f"{sign}{whole}{{,}}{rest}")
    if rest and whole == "0":
        yield f"{sign}.{rest}"
    if rest:
        percent = terminating(100 * abs(number))
        yield from (f"{sign}{percent}%", rf"{sign}{percent} \%", f"{sign}{percent} percent")


def _grouped(number: Fraction, decimal: str) -> Iterator[str]:
    whole, point, rest = decimal.partition(".")
    if len(whole) > 3:
        groups = f"{int(whole):,}".split(",")
        yield from (_sign(number) + gap.join(groups) + point + rest for gap in GAPS)


def _powers_of_ten(number: Fraction, decimal: str) -> Iterator[str]:
    exponent = len(decimal.partition(".")[0]) - 1
    if exponent > 1:
        digits = f"{_sign(number)}{terminating(abs(number) / 10**exponent)}"
        yield from (f"{digits}e{exponent}", rf"{digits} \times 10^{{{exponent}}}", f"{digits}*10^{exponent}")


def _small(number: Fraction) -> Iterator[str]:
    sign, size = _sign(number), abs(number)
    yield from (
        f"{sign}sqrt({size * size})",
        f"{number - 1} + 1",
        f"{number * 2} / 2",
        sign + str(size).translate(_WIDE),
    )
    yield from (rf"\{command}{{{number}}}" for command in ("mathbf", "textbf", "text"))


def _mixed(number: Fraction) -> Iterator[str]:
    whole, above = divmod(abs(number.numerator), number.denominator)
    yield f"{_sign(number)}{whole} {above}/{number.denominator}"
    yield rf"{_sign(number)}{whole}\frac{{{above}}}{{{number.denominator}}}"


def terminating(number: Fraction) -> str | None:
    """The decimal of a number at least 0 that has one with an end."""
    places = next((it for it in range(60) if (number * 10**it).denominator == 1), None)
    if places is None:
        return None
    digits = f"{number * 10**places}".rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits
