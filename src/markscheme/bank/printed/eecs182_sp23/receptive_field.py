"""Question 3(d)ii as printed: its numbers, its key, its claims."""

from markscheme.bank.convolution.receptive_field import Sizes, problem
from markscheme.core.layout import Figure
from markscheme.exact import Matrix
from markscheme.mechanisms import convolution

published = problem.published(
    "",
    givens={"kernels": [3, 3], "strides": [1, 1], "dilations": [1, 2]},
    key={"size": [7, 7]},
    asks={"size": 3},
    text=r"""
    Two layers with $3 \times 3$ kernels and stride 1 follow each other: DilatedConv1 with $d = 1$, then DilatedConv2
    with $d = 2$. The *receptive field* of an output pixel is the region of the original input image whose pixels affect
    it. How large is the receptive field of a pixel in the output of DilatedConv2, far from the borders?
    """,
    figures={
        "stack": Figure(
            "Figures 2 and 3: The kernels of DilatedConv1 and DilatedConv2, and the receptive field after each layer. "
            "After Yu and Koltun, “Multi-Scale Context Aggregation by Dilated Convolutions”.",
            place="solution",
        )
    },
)


@published.claim("both layers use the same sized kernel (3x3)", about="size", where="question")
def _(kernels: Sizes) -> bool:
    return kernels == (3, 3)


@published.claim("gaps result in a larger receptive field for each output pixel", about="size", where="question")
def _(kernels: Sizes, strides: Sizes, dilations: Sizes, fields: Sizes) -> bool:
    dense = convolution.receptive_field(kernels, strides, [1] * len(kernels))
    return all([wide > side for wide, side, d in zip(fields, dense, dilations, strict=True) if d > 1])


@published.claim(
    "the receptive field is the region in the original input image whose pixels affect the output",
    about="size",
    where="question",
)
def _(kernels: Sizes, strides: Sizes, dilations: Sizes, fields: Sizes) -> bool:
    side = fields[-1]
    return all(
        [affects(row, column, side, (kernels, strides, dilations)) for row in range(side) for column in range(side)]
    )


def affects(row: int, column: int, side: int, layers: tuple[Sizes, Sizes, Sizes]) -> bool:
    """Whether a pixel of the field, perturbed, changes the one output pixel."""
    image = Matrix([[int((i, j) == (row, column)) for j in range(side)] for i in range(side)])
    for k, s, d in zip(*layers, strict=True):
        image = convolution.cross_correlate(image, [(1,) * k] * k, stride=s, dilation=d)
    return image.shape == (1, 1) and image[0][0] != 0
