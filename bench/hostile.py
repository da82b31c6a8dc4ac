"""100,000 texts that a stranger might send, against keys of every kind: processor time, memory, what comes of them.

Texts are drawn from a grammar of answers, then garbled: nested, repeated, cut, spliced, up to a megabyte. None of them
says a key, so each "right" is a false one. `python bench/hostile.py [COUNT]`
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import markscheme as ms
from bench.timing import Figure, machine, table
from markscheme.draw import Draw

COUNT = 100_000
KEYS = (
    "7193/9157", "sqrt(7919) + 1/9157", "[7193, -9157, 1/8123]", "[[7193, 1], [0, 9157]]", "(7193, x^2)",
    "x^5 - 7193 x + y/9157", "(7193/9157, sqrt(7919)]", "7193 x - 9157 y^3 = 8123", "7193, 9157, sqrt(7919)",
    "a regular heptagon",
)  # fmt: skip
_WRITTEN = r"""
answer    <sum>   <list>   <matrix>   <relation>   <set>   <prose>   <sum> <unit>   <sum>:<sum>
sum       <product>   <product> + <sum>   <product>-<sum>   <product>\pm <sum>
product   <power>   <power><product>   <power>*<product>   <power>/<power>   \frac{<sum>}{<sum>}   -<power>
power     <atom>   <atom>^<atom>   <atom>^{<sum>}   <atom>!   <atom>²   <atom>**<atom>   <atom>%   <atom>_1
atom      <number>   <name>   <name>   (<sum>)   <function>(<sum>)   <function> <atom>   |<sum>|   \sqrt{<sum>}
atom      \sqrt[<number>]{<sum>}   \binom{<sum>}{<sum>}   \log_{<atom>}<atom>   \left(<sum>\right)
number    0   1   2   3   7   12   0.5   .25   1e-7   9e99   1/3   1 1/2   ½   1,000   0,5   −4   10^9   170
number    99999999999999999999   3.14159   9^99   2^{2^{2}}
name      x   y   n   e   pi   \pi   \alpha   ab   xyz   x_{12}   β   i   oo   E
function  sin   cos   \tan   ln   \log   exp   sqrt   arcsin   sinh   abs   f   cbrt
list      <sum>, <sum>   (<sum>, <list>)   \{<list>\}   <list>; <list>   <sum> and <sum>   [<list>]   <sum>,<list>
matrix    [[<sum>, <sum>], [<sum>, <sum>]]   <number> <number>; <number> <number>   np.array([<list>])
matrix    \begin{bmatrix} <sum> & <sum> \\ <sum> & <sum> \end{bmatrix}   [<number> <number> <number>]^T
relation  <sum> = <sum>   <sum> < <sum>   <number> <= <name> < <number>   |<sum>| > <number>   <sum> \neq <sum>
relation  <relation> or <relation>   <relation>, <relation>   <name> \in <set>
set       [<number>, <sum>)   (-oo, <sum>)   <set> \cup <set>   <set> ∩ <set>   \{x : <relation>\}
set       \mathbb{R} \setminus \{<sum>\}   (<number>,<number>)
prose     The answer is <sum>.   so \boxed{<answer>}   $<sum>$ and $<sum>$   \boxed{<sum>} or \boxed{<sum>}
prose     it's not <number>, it is <number> <unit>   x = <sum> = <sum> \approx <number>   \text{<unit>}
unit      cm   m^2   \text{ km}   %   percent   °   ^\circ   people
"""
GRAMMAR: dict[str, list[str]] = {}
for _line in _WRITTEN.strip().splitlines():
    _name, _options = _line.split(maxsplit=1)
    GRAMMAR.setdefault(_name, []).extend(_options.split("   "))
ODD = ("\x00", "\u202e", "é́", "²³", "\\", "}", "&", "\\\\", "__", "𝟙", "{,}")
DEEPEST = 7


def drawn(rng: Draw, symbol: str, depth: int) -> str:
    """A text of the grammar; below the depth, the first alternative, and any number or name."""
    options = GRAMMAR[symbol]
    said = rng.choice(options) if depth > 0 or symbol in {"number", "name"} else options[0]
    pieces = said.split("<")
    made = [pieces[0]]
    for piece in pieces[1:]:
        name, closing, rest = piece.partition(">")
        is_hole = bool(closing) and name in GRAMMAR
        made.append(drawn(rng, name, depth - 1) + rest if is_hole else f"<{piece}")
        if sum(map(len, made)) > 3_000:
            break
    return "".join(made)


def garbled(text: str, rng: Draw) -> str:
    """A text, often as it is; else nested, repeated, cut or spliced."""
    match rng.below(16):
        case 0:
            return text[: rng.below(len(text) + 1)]
        case 1:
            return rng.choice(("(", "[", "{", "\\frac{", "|", "\\boxed{", "-", "$")) * rng.choice((3, 9, 900)) + text
        case 2:
            return (text + rng.choice((" ", ",", "+", "^", "=", "!", "\n", ""))) * rng.choice((2, 7, 60, 1_000))
        case 3:
            at = rng.below(len(text) + 1)
            return text[:at] + rng.choice(ODD) + text[at:]
        case 4:
            half = len(text) // 2
            return text[half:] + text[:half]
        case 5 if rng.chance(1, 40):
            return (text * (1_000_000 // max(1, len(text)) + 1))[:1_000_000]
        case _:
            return text


def pair(number: int, seed: str = "hostile") -> tuple[str, str]:
    """A key, and a text that does not say it."""
    rng = Draw(f"{seed}/{number}")
    return KEYS[number % len(KEYS)], garbled(drawn(rng, "answer", rng.int(1, DEEPEST)), rng)


def texts(count: int, seed: str = "hostile") -> Iterator[tuple[str, str]]:
    return (pair(number, seed) for number in range(count))


def figures(count: int = COUNT, slowest: list[tuple[float, str, str]] | None = None) -> Iterator[Figure]:
    statuses: Counter[str] = Counter()
    false: list[tuple[str, str]] = []
    times: list[float] = []
    for key in KEYS:
        ms.verify(key, "sqrt(2)")
    gc.collect()
    gc.freeze()  # what other benches have loaded is not looked through while a text is timed
    for key, text in texts(count):
        start = process_time()
        status = ms.verify(key, text).status
        times.append(process_time() - start)
        statuses[status] += 1
        if status == "right":
            false.append((key, text))
        if slowest is not None:
            slowest.append((times[-1], key, text))
    times.sort()
    peak = 0
    for key, text in texts(min(count, 2_000), "memory"):
        tracemalloc.start()
        ms.verify(key, text)
        peak = max(peak, tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    said = ", ".join([f"{number} {status}" for status, number in statuses.most_common()])
    yield Figure("hostile texts: marked wrongly as right", len(false), "", limit=0, note=f"of {count:,}: {said}")
    yield Figure("hostile texts: the slowest", 1e3 * times[-1], "ms", limit=50)
    yield Figure("hostile texts: median", 1e6 * times[len(times) // 2], "µs")
    yield Figure("hostile texts: most memory", peak / 2**20, "MB", limit=50)


if __name__ == "__main__":
    found: list[tuple[float, str, str]] = []
    print(f"{machine()}\n\n{table(figures(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT, found))}\n\nThe slowest:")
    for seconds, key, text in sorted(found, reverse=True)[:12]:
        print(f"- {1e3 * seconds:.1f} ms: {key!r} / {text[:150]!r} ({len(text):,} characters)")
