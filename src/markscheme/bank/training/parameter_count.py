"""How many trainable parameters the layers of a network have."""

from fractions import Fraction
from itertools import product
from typing import TypeAlias

from markscheme import Draw, Problem
from markscheme.exact import Matrix, Rational
from markscheme.kinds import Numbers
from markscheme.pictures import Picture, pipeline

Counts: TypeAlias = tuple[int, ...]
WHOLE = Numbers(whole=True)

problem = Problem(
    "training/parameter_count",
    version=1,
    title="Counting parameters",
    source="CSC 671 midterm, questions 4, 11, 12 and 17",
    symbols={"by_layer": "n", "biases": r"\text{biases}", "total": r"\text{total}", "nearest": r"\text{nearest}"},
    text=r"""
    Images pass the layers in the figure. Each convolution and each fully connected layer has biases, and nothing else
    is trained beside them and the weights.
    """,
)
a = problem.part("a", "How many of the parameters are biases?")
b = problem.part("b", "How many trainable parameters are there in all?")
c = problem.part("c", "Which of the numbers [[offers]] comes nearest to that?")


def parameters(inputs: Rational, outputs: Rational, kernel: Rational) -> int:
    """Of a layer of this many inputs and outputs; where its kernel has a side they are channels. Pooling has none."""
    return int(outputs) * (int(inputs) * (int(kernel) ** 2 or 1) + 1)


@problem.givens(offers=WHOLE)
def draw(rng: Draw, *, largest: int = 9) -> dict[str, object]:
    """Layers are rows of inputs, outputs and the side of the kernel, if they have one."""
    colors, filters = rng.choice((1, 3)), rng.int(4, max(5, largest))
    pixels, hidden, classes = rng.choice((4, 9, 16)), rng.int(11, 60), rng.int(3, 10)
    layers = Matrix([
        (colors, filters, rng.int(2, 5)),
        (0, 0, rng.int(2, 3)),
        (filters * pixels, hidden, 0),
        (hidden, classes, 0),
    ])  # fmt: skip
    exact = sum([parameters(*row) for row in layers])
    step = 10 ** (len(str(exact)) - 2)
    twelfths = (12, *rng.sample((3, 5, 7, 9, 16, 18, 21, 24), 3))
    offers = [step * round(Fraction(exact * it, 12 * step)) for it in twelfths]
    return {"layers": layers, "offers": rng.shuffled(offers)}


def sees_channels(layers: Matrix) -> bool:
    """Whether some filter spans several channels."""
    return any([kernel and inputs > 1 for inputs, _, kernel in layers])


@problem.answer(marks=1, part=a)
def biases(layers: Matrix) -> int:
    """One for each number that a fully connected layer puts out, and one for each filter of a convolution, however
    large its kernel and its image. Pooling has none.
    """
    return sum([int(outputs) for _, outputs, _ in layers])


@biases.slip("gives each channel of a filter a bias")
def _(layers: Matrix) -> int | None:
    return sum([int(n * c) if k else int(n) for c, n, k in layers]) if sees_channels(layers) else None


@biases.slip("gives each input of a layer a bias")
def _(layers: Matrix) -> int:
    return sum([int(inputs) for inputs, _, _ in layers])


@biases.slip("gives each layer one bias")
def _(layers: Matrix) -> int:
    return sum([outputs > 0 for _, outputs, _ in layers])


@problem.step(kind=WHOLE, part=b)
def by_layer(layers: Matrix) -> Counts:
    """A fully connected layer has a weight for each pair of an input and an output. A filter of a convolution has one
    for each entry of its kernel in each channel of the input. Each output, or filter, has a bias.
    """
    return tuple([parameters(*row) for row in layers])


@by_layer.trace("layer", "weights", "biases", "parameters")
def _(layers: Matrix, by_layer: Counts) -> list[tuple[object, ...]]:
    return [
        (name_of(*row), count - int(row[1]), int(row[1]), count) for row, count in zip(layers, by_layer, strict=True)
    ]


def name_of(inputs: Rational, outputs: Rational, kernel: Rational) -> str:
    if not outputs:
        return f"max pooling {kernel}×{kernel}"
    return f"{outputs} filters {kernel}×{kernel}" if kernel else f"fully connected, {inputs} to {outputs}"


@by_layer.slip("forgets the biases")
def _(layers: Matrix) -> Counts | None:
    counts = tuple([parameters(*row) - int(row[1]) for row in layers])
    return counts if any(counts) else None


@by_layer.slip("gives pooling the entries of a kernel")
def _(layers: Matrix) -> Counts | None:
    if all([outputs for _, outputs, _ in layers]):
        return None
    return tuple([parameters(*row) if row[1] else int(row[2]) ** 2 for row in layers])


@by_layer.slip("lets a filter see one channel")
def _(layers: Matrix) -> Counts | None:
    if not sees_channels(layers):
        return None
    return tuple([parameters(1 if kernel else inputs, outputs, kernel) for inputs, outputs, kernel in layers])


@by_layer.slip("counts inputs and outputs, not their pairs")
def _(layers: Matrix) -> Counts | None:
    counts = tuple([int(inputs + outputs) for inputs, outputs, _ in layers])
    return counts if any(counts) else None


@problem.answer(marks=2, part=b)
def total(by_layer: Counts) -> int:
    """What the layers have, added up."""
    return sum(by_layer)


@total.slip("counts the last layer alone")
def _(by_layer: Counts) -> int | None:
    return by_layer[-1] if len(by_layer) > 1 else None


@problem.answer(marks=1, part=c)
def nearest(total: int, offers: Counts) -> int:
    """The number that differs least from it."""
    return min(offers, key=lambda offer: abs(offer - total))


@nearest.slip("takes the largest below it", may_coincide=True)
def _(total: int, offers: Counts) -> int | None:
    return max([offer for offer in offers if offer <= total], default=None)


@problem.figure()
def network(layers: Matrix) -> Picture:
    """What comes out of a layer keeps its channels through pooling."""
    inputs, _, kernel = layers[0]
    put_out = [f"{inputs} {'channels' if kernel else 'numbers'}" if inputs else "image"]
    for _, outputs, kernel in layers:
        put_out.append(f"{outputs} {'channels' if kernel else 'numbers'}" if outputs else put_out[-1])
    return pipeline([("", shape) for shape in put_out], [name_of(*row) for row in layers])


@problem.check
def _(layers: Matrix, offers: Counts) -> dict[str, object]:
    """Write every parameter down, as a network holds them, and count what is on the list."""
    lists: list[list[tuple[int, ...]]] = []
    for inputs, outputs, kernel in [map(int, row) for row in layers]:
        entries = range(max(kernel, 1))
        weights = product(range(outputs), range(inputs), entries, entries)
        lists.append([*weights, *[(o,) for o in range(outputs)]])
    counted = sum(map(len, lists))
    ranked = sorted([(abs(offer - counted), offer) for offer in offers])
    single = sum([len(it) == 1 for held in lists for it in held])
    return {"biases": single, "by_layer": list(map(len, lists)), "total": counted, "nearest": ranked[0][1]}
