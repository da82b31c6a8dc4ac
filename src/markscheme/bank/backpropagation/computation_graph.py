"""One gradient in a small computation graph, backward from the gradient that comes in."""

from collections.abc import Callable
from fractions import Fraction
from math import exp
from typing import Literal, TypeAlias

from markscheme import Draw, Problem
from markscheme.exact import Rational, Vector
from markscheme.kinds import Exact, OneOf, TokenSequence
from markscheme.pictures import Edge, Node, Picture, computation_graph
from markscheme.text.notation import Number

Operation: TypeAlias = Literal["+", "×"]
End: TypeAlias = Literal["none", "square", "ReLU", "sigmoid"]
Names: TypeAlias = tuple[str, ...]

ENDS: tuple[End, ...] = ("none", "square", "ReLU", "sigmoid")
WRITTEN = {"square": "r = q²", "ReLU": "r = ReLU(q)", "sigmoid": "r = σ(q)"}
LETTERS = ("x", "y", "z", "w", "b")
DECIMAL = Exact(decimal=True)

problem = Problem(
    "backpropagation/computation_graph",
    version=2,
    title="Backward through a computation graph",
    source="CSC 671 midterm, questions 6 and 14",
    symbols={
        "upstream": "g", "at_q": r"\frac{\partial L}{\partial q}", "at_p": r"\frac{\partial L}{\partial p}",
        "gradient": r"\text{gradient}",
    },
    text=r"""
    The figure shows a part of the computation of a loss $L$: what flows into each box, and how it is computed from
    that. From the right comes the gradient of $L$ by the last result; the values of the inputs are given. The sigmoid
    is $\sigma(t) = 1/(1 + e^{-t})$.
    """,
)  # fmt: skip
a = problem.part("a", "Go forward: what are $p$ and $q$?")
b = problem.part("b", r"Go backward: what is the gradient of $L$ by the input [[wanted]]?")


@problem.givens(
    called=TokenSequence(LETTERS), first=OneOf(("+", "×")), second=OneOf(("+", "×")), last=OneOf(ENDS),
    upstream=DECIMAL, wanted=OneOf(LETTERS),
)  # fmt: skip
def draw(rng: Draw, *, largest: int = 6) -> dict[str, object]:
    last, size = rng.choice(ENDS), max(4, largest)
    x, y = (n * rng.choice((-1, 1)) for n in rng.distinct(2, 2, size))
    if last == "sigmoid":  # a neuron on its threshold: elsewhere the slope has no end
        called, first, second, z = "wxb", "×", "+", -x * y
    else:
        called, (first, second) = "xyz", rng.choice((("+", "×"), ("×", "+"), ("×", "×")))
        z = rng.choice([n for n in range(-size - 3, size + 4) if abs(n) > 1 and n not in (x, y, -x * y, x + y)])
    return {
        "called": tuple(called), "inputs": Vector((x, y, z)), "first": first, "second": second, "last": last,
        "upstream": Fraction(rng.choice((-9, -7, -5, -3, 3, 5, 7, 9)), 2), "wanted": rng.choice(called),
    }  # fmt: skip


def joined(operation: Operation, one: Rational, other: Rational) -> Rational:
    return one + other if operation == "+" else one * other


def passed(operation: Operation, other: Rational) -> Rational:
    """By what an operation multiplies the gradient on the way to one of its inputs, beside the other."""
    return 1 if operation == "+" else other


def slope(last: End, q: Rational) -> Rational:
    if last == "square":
        return 2 * q
    if last == "ReLU":
        return int(q > 0)
    if last == "sigmoid":
        height = Fraction(1, 2) if q == 0 else Fraction(1 / (1 + exp(-q)))
        return height * (1 - height)
    return 1


@problem.answer(marks=1, part=a, kind=DECIMAL)
def p(inputs: Vector, first: Operation) -> Rational:
    """The first operation joins the two upper inputs."""
    return joined(first, inputs[0], inputs[1])


@p.slip("adds where a product is drawn")
def _(inputs: Vector, first: Operation) -> Rational | None:
    return inputs[0] + inputs[1] if first == "×" else None


@problem.answer(marks=1, part=a, kind=DECIMAL)
def q(p: Rational, inputs: Vector, second: Operation) -> Rational:
    """The second operation joins $p$ and the lowest input."""
    return joined(second, p, inputs[2])


@q.slip("adds where a product is drawn")
def _(p: Rational, inputs: Vector, second: Operation) -> Rational | None:
    return p + inputs[2] if second == "×" else None


@problem.step(part=b, kind=DECIMAL)
def at_q(upstream: Rational, last: End, q: Rational) -> Rational:
    r"""The gradient that comes in, times the slope of the last function at $q$: $2q$ for a square, 1 or 0 for ReLU,
    $\sigma(q) (1 - \sigma(q))$ for a sigmoid, which is 1/4 at $q = 0$. Where there is no such function, it is what
    comes in.
    """
    return upstream * slope(last, q)


@at_q.require("the sigmoid is taken at 0")
def _(last: End, q: Rational) -> bool:
    return last != "sigmoid" or q == 0


@at_q.slip("leaves out the slope of the last function")
def _(upstream: Rational, last: End, q: Rational) -> Rational | None:
    return None if slope(last, q) == 1 else upstream


@at_q.slip("leaves out the gradient that comes in")
def _(last: End, q: Rational) -> Rational | None:
    return slope(last, q) or None


@at_q.slip("takes the value of the last function for its slope")
def _(upstream: Rational, last: End, q: Rational) -> Rational | None:
    return {"square": upstream * q * q, "sigmoid": upstream / Fraction(2)}.get(last)


@problem.step(part=b, kind=DECIMAL)
def at_p(at_q: Rational, second: Operation, inputs: Vector) -> Rational:
    """Addition passes a gradient on as it is; a product multiplies it by the other factor."""
    return at_q * passed(second, inputs[2])


@problem.answer(marks=2, part=b, kind=DECIMAL, label=r"$\partial L / \partial\,$[[wanted]]")
def gradient(
    at_p: Rational, at_q: Rational, p: Rational, inputs: Vector, first: Operation, second: Operation, called: Names,
    wanted: str,
) -> Rational:  # fmt: skip
    """The same rule at the operation that the input flows into: the first one for the two upper inputs, beside each
    other, and the second one for the lowest, beside $p$.
    """
    place = called.index(wanted)
    return at_q * passed(second, p) if place == 2 else at_p * passed(first, inputs[1 - place])


@gradient.trace("by", "gradient")
def _(
    upstream: Rational, last: End, at_q: Rational, at_p: Rational, gradient: Rational, wanted: str
) -> list[tuple[object, ...]]:
    above = [] if last == "none" else [("r", upstream)]
    between = [("p", at_p)] if wanted not in "zb" else []
    rows = [*above, ("q", at_q), *between, (wanted, gradient)]
    return [(name, Number(DECIMAL.write(value))) for name, value in rows]


@gradient.slip("multiplies by the input itself, not by the other factor")
def _(
    at_p: Rational, at_q: Rational, inputs: Vector, first: Operation, second: Operation, called: Names, wanted: str
) -> Rational | None:
    place = called.index(wanted)
    operation, before = (second, at_q) if place == 2 else (first, at_p)
    return before * inputs[place] if operation == "×" and before else None


@gradient.slip("passes a gradient through a product as through a sum")
def _(
    at_p: Rational, at_q: Rational, first: Operation, second: Operation, called: Names, wanted: str
) -> Rational | None:
    operation, before = (second, at_q) if called.index(wanted) == 2 else (first, at_p)
    return before if operation == "×" and before else None


@gradient.slip("multiplies at a sum as at a product")
def _(
    at_p: Rational, at_q: Rational, p: Rational, inputs: Vector, first: Operation, second: Operation, called: Names,
    wanted: str,
) -> Rational | None:  # fmt: skip
    place = called.index(wanted)
    operation, before, other = (second, at_q, p) if place == 2 else (first, at_p, inputs[1 - place])
    return before * other if operation == "+" and before else None


@gradient.slip("stops before the last step", may_coincide=True)
def _(at_p: Rational, at_q: Rational, called: Names, wanted: str) -> Rational:
    return at_q if called.index(wanted) == 2 else at_p


@problem.figure()
def graph(
    inputs: Vector, called: Names, first: Operation, second: Operation, last: End, upstream: Rational, p: Rational,
    q: Rational,
) -> Picture:  # fmt: skip
    one, two, three = called
    given = zip(called, inputs, strict=True)
    nodes = [Node(name, value, 0, 0.72 * row, size=(40, 34)) for row, (name, value) in enumerate(given)]
    nodes += [
        Node("p", p, 1, 0.36, True, f"p = {one} {first} {two}"),
        Node("q", q, 2, 0.72, True, f"q = p {second} {three}"),
    ]
    edges = [Edge(one, "p"), Edge(two, "p"), Edge("p", "q"), Edge(three, "q")]
    end = "q"
    if last != "none":
        end = "r"
        result = {"square": q * q, "ReLU": max(q, 0)}.get(last, Fraction(1, 2))
        nodes.append(Node("r", result, 3, 0.72, True, WRITTEN[last]))
        edges.append(Edge("q", "r"))
    nodes.append(Node("g", upstream, 3 if end == "q" else 4, 0.72, label=f"∂L/∂{end}"))
    edges.append(Edge("g", end))
    return computation_graph(nodes, edges, box=(84, 40), spacing=(116, 76), sideways=True)


@problem.check
def _(
    inputs: Vector, first: Operation, second: Operation, last: End, upstream: Rational, called: Names, wanted: str
) -> dict[str, object]:
    """Move a value a little up and down, compute anew, and take the difference quotient of what comes out."""
    step = Fraction(1, 10_000)

    def quotient(function: Callable[[Rational], Rational | float], at: Rational) -> Fraction:
        rise = Fraction(function(at + step)) - Fraction(function(at - step))
        return Fraction(round(1000 * upstream * rise / (2 * step)), 1000)

    def end(q: Rational) -> Rational | float:
        whole = {"square": q**2, "ReLU": Fraction(q + abs(q), 2), "none": q}
        return 1 / (1 + exp(-q)) if last == "sigmoid" else whole[last]

    def middle(p: Rational, z: Rational) -> Rational:
        return {"+": p + z, "×": p * z}[second]

    def start(x: Rational, y: Rational) -> Rational:
        return {"+": x + y, "×": x * y}[first]

    x, y, z = inputs
    p, place = start(x, y), called.index(wanted)

    def from_p(at: Rational) -> Rational | float:
        return end(middle(at, z))

    def from_wanted(at: Rational) -> Rational | float:
        one, other, last_one = (*inputs[:place], at, *inputs[place + 1 :])
        return end(middle(start(one, other), last_one))

    return {
        "p": p,
        "q": middle(p, z),
        "at_q": quotient(end, middle(p, z)),
        "at_p": quotient(from_p, p),
        "gradient": quotient(from_wanted, inputs[place]),
    }
