"""Question 3(a) as printed: its numbers, its key, its claims."""

from fractions import Fraction
from math import floor

from markscheme import only_if
from markscheme.bank.convolution.output_shape import problem
from markscheme.core.published import Ruling
from markscheme.exact import Shape
from markscheme.mechanisms import convolution

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


@first.claim("d_in is the input dimension, d_out and d_out are the output dimensions", about="shape")
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> bool | Ruling:
    for sides in ((32, 32), (32, 30)):
        out = convolution.output_shape(Shape((*input_shape[:2], *sides)), filters, kernel, stride, padding)[2:]
        if len(set(out)) > 1:
            return only_if(
                "the input is as high as it is wide",
                f"of an input of {sides[0]}×{sides[1]} the output is {out[0]}×{out[1]}: d_out is to be both",
            )
    return True
