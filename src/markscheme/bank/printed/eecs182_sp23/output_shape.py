"""Question 3(a) as printed: its numbers, its key, its claims."""

from fractions import Fraction
from math import floor

from markscheme.bank.convolution.output_shape import problem
from markscheme.exact import Shape

LAYER: dict[str, object] = {"input_shape": (10, 3, 32, 32), "filters": 64}

first = problem.published("i", givens=LAYER | {"kernel": 3, "stride": 1, "padding": 1}, key={"shape": [10, 64, 32, 32]})

second = problem.published(
    "ii", givens=LAYER | {"kernel": 4, "stride": 2, "padding": 0}, key={"shape": [10, 64, 15, 15]}
)


@first.claim("d_out = ⌊(d_in + 2p − k)/s + 1⌋", about="shape")
@second.claim("d_out = ⌊(d_in + 2p − k)/s + 1⌋", about="shape")
def _(input_shape: Shape, kernel: int, stride: int, padding: int, shape: Shape) -> bool:
    return tuple(floor(Fraction(length + 2 * padding - kernel, stride) + 1) for length in input_shape[2:]) == shape[2:]


@first.claim("⌊(32 + 2(1) − 3)/1 + 1⌋ = 32", about="shape")
def _(shape: Shape) -> bool:
    return floor(Fraction(32 + 2 * 1 - 3, 1) + 1) == 32 == shape[2]
