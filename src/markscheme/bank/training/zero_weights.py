"""What becomes of the hidden units of a network that starts with equal or with zero weights, found by training it."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Literal, NamedTuple, TypeAlias

from markscheme import Draw, Problem
from markscheme.exact import Matrix, Rational, Vector
from markscheme.kinds import Exact, MatrixKind, TokenSequence
from markscheme.mechanisms.backpropagation import Variable, gradients

Fate: TypeAlias = Literal["A", "B", "C", "D"]
LETTERS: tuple[Fate, ...] = ("A", "B", "C", "D")
STATEMENTS = {
    "differ": "They compute different things from the start, and go on doing so.",
    "alike": "They all compute the same at the start, and still do after several steps.",
    "part": "They all compute the same at the start, and after one step no longer do.",
    "join": "They compute different things at the start, and after one step they all compute the same.",
    "layers": "From the first pass on they compute the same as one another, and something else than the units of a "
    "second hidden layer.",
}
"""The last one goes with networks of several hidden layers: it is false there, as at the start all layers are alike."""
DECIMAL = Exact(decimal=True)

problem = Problem(
    "training/zero_weights",
    version=1,
    title="Units that start alike",
    source="CSC 671 midterm, question 15",
    symbols={
        "inputs": "x", "target": "t", "rate": r"\eta", "W": "W", "biases": "b", "v": "v", "output": "f(x)",
        "W_next": r"W_\text{new}", "fate": r"\text{statement}",
    },
    text=r"""
    A multi-layer perceptron has three hidden units and one output:
    $$f(x) = v^\top \operatorname{ReLU}(W x + b), \qquad \text{with the loss } \tfrac{1}{2} (f(x) - t)^2.$$
    It starts with $W = [[W]]$, $b = [[biases]]$ and $v = [[v]]$, and is trained by gradient descent with the learning
    rate $\eta = [[rate]]$ on the one example $x = [[inputs]]$, $t = [[target]]$. ReLU has the slope 0 at 0.
    """,
)  # fmt: skip
a = problem.part("a", "What does the network put out before the first step?")
b = problem.part("b", "What is $W$ after one step?")
c = problem.part("c", "Which statement about the hidden units is true?")


@problem.givens(rate=DECIMAL, statements=TokenSequence(STATEMENTS))
def draw(rng: Draw, *, largest: int = 4) -> dict[str, object]:
    """Rows of W alike or not, and output weights alike or not; hidden units are positive at the example."""
    size = max(3, largest)
    x, y = rng.distinct(2, 1, size)
    row, bias = rng.ints(2, 0, 2), rng.int(1, 3)
    weight = rng.choice((-2, -1, 1, 2, 3))
    rows, weights = [row, row, row], [weight, weight, weight]
    case = rng.below(3)
    if case == 0:
        rows[rng.below(3)] = (row[0] + 1, row[1])
    elif case == 1:
        weights[rng.below(3)] += rng.choice([it for it in (-2, -1, 1, 2) if it != -weight])
    output = sum([w * (r[0] * x + r[1] * y + bias) for w, r in zip(weights, rows, strict=True)])
    return {
        "inputs": Vector((x, y)), "W": Matrix(rows), "biases": Vector([bias] * 3), "v": Vector(weights),
        "target": output + rng.choice((-4, -3, -2, 2, 3, 4)), "rate": Fraction(rng.choice((1, 2, 5)), 100),
        "statements": rng.shuffled(("differ", "alike", "part", "join")),
    }  # fmt: skip


class Network(NamedTuple):
    """The parameters of the network."""

    W: Matrix
    b: Vector
    v: Vector

    def output(self, x: Vector) -> Rational:
        return self.v @ Vector([max(0, it) for it in self.W @ x + self.b])

    def step(self, x: Vector, target: Rational, rate: Rational) -> "Network":
        """The parameters after a step down the gradient."""
        W, b, v = Variable(self.W), Variable(self.b), Variable(self.v)
        off = v @ (W @ Variable(x) + b).relu() - target
        by_W, by_b, by_v = gradients(off * off / 2, [W, b, v])
        return Network(self.W - rate * Matrix(by_W), self.b - rate * Vector(by_b), self.v - rate * Vector(by_v))


@problem.answer(marks=1, part=a)
def output(inputs: Vector, W: Matrix, biases: Vector, v: Vector) -> int:
    r"""One layer after the other.

    $[[v]]^\top \operatorname{ReLU}\left([[W]] [[inputs]] + [[biases]]\right)$
    """
    return int(Network(W, biases, v).output(inputs))


@output.slip("forgets the biases")
def _(inputs: Vector, W: Matrix, biases: Vector, v: Vector) -> int | None:
    return int(Network(W, 0 * biases, v).output(inputs)) if any(biases) and any(v) else None


@problem.answer(marks=2, part=b, kind=MatrixKind(decimal=True))
def W_next(inputs: Vector, target: int, rate: Rational, W: Matrix, biases: Vector, v: Vector, output: int) -> Matrix:
    r"""The gradient of the loss by the weight from an input to a hidden unit is what the output is off, times the
    unit's weight on the way out, times the slope of ReLU there, times the input. Row by row $\eta$ times that is taken
    away. Units that are alike, in what they compute and in how they are weighed, get the same step.
    """
    step = rate * (output - target)
    slopes = [hidden > 0 for hidden in W @ inputs + biases]
    return stepped(W, [step * weight * slope for weight, slope in zip(v, slopes, strict=True)], inputs)


def stepped(W: Matrix, factors: Sequence[Rational], inputs: Vector) -> Matrix:
    return Matrix([tuple(Vector(row) - factor * inputs) for row, factor in zip(W, factors, strict=True)])


@W_next.slip("goes up the gradient")
def _(inputs: Vector, target: int, rate: Rational, W: Matrix, v: Vector, output: int) -> Matrix | None:
    return stepped(W, [-rate * (output - target) * weight for weight in v], inputs) if any(v) else None


@W_next.slip("leaves out the weights to the output")
def _(inputs: Vector, target: int, rate: Rational, W: Matrix, v: Vector, output: int) -> Matrix | None:
    return stepped(W, [rate * (output - target)] * 3, inputs) if set(v) != {1} else None


@W_next.slip("forgets the learning rate")
def _(inputs: Vector, target: int, W: Matrix, v: Vector, output: int) -> Matrix | None:
    return stepped(W, [(output - target) * weight for weight in v], inputs) if any(v) else None


def lettered(statements: tuple[str, ...], statement: str) -> Fate:
    return LETTERS[statements.index(statement)]


def start_alike(W: Matrix, biases: Vector) -> bool:
    return len(set(zip(W, biases, strict=True))) == 1


@problem.answer(marks=1, part=c, label="true", options=STATEMENTS, drawn="statements")
def fate(
    inputs: Vector, target: int, rate: Rational, W: Matrix, biases: Vector, v: Vector, statements: tuple[str, ...]
) -> Fate:  # fmt: skip
    """Units with the same weights and bias compute the same. If their weights on the way out are the same as well,
    every step treats them alike, and nothing ever tells them apart: that is why weights start at random.
    """
    following = Network(W, biases, v).step(inputs, target, rate)
    now, then = start_alike(W, biases), start_alike(following.W, following.b)
    return lettered(statements, ("alike" if then else "part") if now else ("join" if then else "differ"))


@fate.trace("steps", "different hidden units")
def _(inputs: Vector, target: int, rate: Rational, W: Matrix, biases: Vector, v: Vector) -> list[tuple[object, ...]]:
    network, rows = Network(W, biases, v), list[tuple[object, ...]]()
    for step in range(3):
        rows.append((step, len(set(zip(network.W, network.b, strict=True)))))
        network = network.step(inputs, target, rate)
    return rows


@fate.slip("thinks that a step parts units that are alike", may_coincide=True)
def _(W: Matrix, biases: Vector, statements: tuple[str, ...]) -> Fate | None:
    return lettered(statements, "part") if start_alike(W, biases) else None


@fate.slip("looks at the weights into the units alone", may_coincide=True)
def _(W: Matrix, biases: Vector, statements: tuple[str, ...]) -> Fate:
    return lettered(statements, "alike" if start_alike(W, biases) else "differ")


@problem.check
def _(
    inputs: Vector, target: int, rate: Rational, W: Matrix, biases: Vector, v: Vector, statements: tuple[str, ...]
) -> dict[str, object]:  # fmt: skip
    """Train on, with gradients by difference quotients, and watch what the units put out on many inputs."""
    probes = [(m, n) for m in range(-1, 2) for n in range(-1, 2)]
    start = [*[w for row in W for w in row], *biases, *v]

    def hidden(at: Sequence[Rational], x: Sequence[Rational]) -> list[Rational]:
        return [at[2 * i] * x[0] + at[2 * i + 1] * x[1] + at[6 + i] for i in range(3)]

    def put_out(at: Sequence[Rational]) -> Rational:
        return sum([w * ((h + abs(h)) // 2) for w, h in zip(at[9:], hidden(at, inputs), strict=True)])

    def trained(at: list[Rational]) -> list[Rational]:
        one = 10**9 * lcm(*[it.denominator for it in at])
        whole = [int(it * one) for it in at]  # so many parts, of which one is tiny; what is put out has as many squared
        here, moved = put_out(whole), list[Rational]()
        off = Fraction(here, one**2) - target
        for place, value in enumerate(at):
            up, down = [put_out([*whole[:place], whole[place] + t, *whole[place + 1 :]]) for t in (1, -1)]
            if here in (up, down):
                moved.append(value)  # ReLU's corner, where the slope is 0, and what moves nothing
                continue
            moved.append(value - rate * off * Fraction(up - down, 2 * one))
        return moved

    def are_alike(at: Sequence[Rational]) -> bool:
        return all(len(set(hidden(at, probe))) == 1 for probe in probes)

    first = trained(start)
    later = trained(trained(first))
    seen = are_alike(start), are_alike(first), are_alike(later)
    fates = {
        (True, True, True): "alike", (True, False, False): "part", (False, False, False): "differ",
        (False, True, True): "join",
    }  # fmt: skip
    return {
        "output": put_out(start),
        "W_next": [first[0:2], first[2:4], first[4:6]],
        "fate": "ABCD"[statements.index(fates[seen])],
    }
