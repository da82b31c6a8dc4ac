"""Question 8(a) as printed: its numbers, its key, its claims."""

from markscheme.bank.normalization.axes import maps_of, problem
from markscheme.exact import Matrix
from markscheme.mechanisms import normalization

# The printed diagram is lost: its sizes, where its blocks lie and part (b) are ours.
published = problem.published(
    "",
    givens={
        "images": 5, "channels": 6, "height": 4, "width": 4,
        "shaded": [[1, 5, 1, 1], [1, 1, 1, 6], [1, 1, 1, 1]], "axes": ("C", "HW", "N"), "cube": "A",
    },
    key={"batch": "A", "layer": "B"},
    asks={"batch": 1, "layer": 1},
    text=r"""
    In each diagram the shaded entries are normalized together, in one step of a normalization in a convolutional
    network: $N$ is the mini-batch, $C$ are the channels, and $H, W$ the pixels of the image at this layer.

    Which diagram shows batch normalization, and which one layer normalization?
    """,
)  # fmt: skip


@published.claim("the shaded blocks are the entries participating in one normalization step", where="question")
def _(shaded: Matrix, images: int, channels: int) -> bool:
    ways = normalization.batch_blocks, normalization.layer_blocks, normalization.instance_blocks
    return all([any([maps_of(row) in way(images, channels) for way in ways]) for row in shaded])
