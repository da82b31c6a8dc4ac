"""Over which axes batch and layer normalization take their statistics, read off shaded cubes."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Rational
from markscheme.kinds import OneOf, TokenSequence
from markscheme.mechanisms import normalization
from markscheme.mechanisms.normalization import Block
from markscheme.pictures import Picture, normalization_cubes

Letter: TypeAlias = Literal["A", "B", "C"]
LETTERS: tuple[Letter, ...] = ("A", "B", "C")
SIZES = ((3, 4), (4, 6), (5, 4), (5, 6), (6, 4), (3, 6), (7, 4), (7, 6), (3, 8), (5, 8), (7, 8), (8, 6), (4, 9), (7, 9))
"""Images and channels: enough pairs that a count learned by heart is seldom right, and few enough to count."""

problem = Problem(
    "normalization/axes",
    version=2,
    title="Axes of normalization",
    source="EECS 182 midterm, Spring 2023, question 8(a)",
    lab=trained("normalization"),
    symbols={
        "images": "N", "channels": "C", "height": "H", "width": "W", "bars": "b", "averaged": "m", "means": "M",
    },
    text=r"""
    A layer of a convolutional network holds a mini-batch of $N = [[images]]$ images with $C = [[channels]]$ channels of
    $H \times W = [[height]] \times [[width]]$ pixels. In each of the cubes a bar stands for one channel of one image,
    with all its pixels. The entries in the shaded bars are normalized together, with one mean and one variance of their
    own. All other entries are normalized likewise, in further blocks of as many images and as many channels, so that
    each entry belongs to one block.
    """,
)  # fmt: skip


def block_of(method: str, rng: Draw, images: int, channels: int) -> tuple[int, int, int, int]:
    """A block of a kind of normalization: first and last image, first and last channel. It reaches to a face in sight,
    where one sees that it runs through the whole cube.
    """
    n, c = rng.int(1, images), rng.int(1, channels)
    if method == "batch":
        return 1, images, c, c
    if method == "layer":
        return n, n, 1, channels
    size = 1 if method == "instance" else rng.choice([size for size in (2, 3) if channels % size == 0])
    if rng.below(2):
        return n, n, 1, size
    first = 1 + size * rng.below(channels // size)
    return 1, 1, first, first + size - 1


@problem.givens(axes=TokenSequence(("N", "C", "HW")), cube=OneOf(LETTERS))
def draw(rng: Draw, *, largest: int = 16) -> dict[str, object]:
    if largest < 4:
        raise ValueError(f"the sides of the images run up to 4 or more, not {largest}")
    images, channels = rng.choice(SIZES)
    sides = [side for side in (4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32) if side <= largest]
    methods = rng.shuffled(("batch", "layer", rng.choice(("instance", "group"))))
    return {
        "images": images,
        "channels": channels,
        "height": rng.choice(sides),
        "width": rng.choice(sides),
        "shaded": Matrix([block_of(method, rng, images, channels) for method in methods]),
        "axes": rng.shuffled(("N", "C", "HW")),
        "cube": rng.choice(LETTERS),
    }


a = problem.part("a", "Which cube shows batch normalization, and which one layer normalization?")
b = problem.part(
    "b",
    "Now normalize as cube [[cube]] does. Over how many numbers is each mean taken, and how many means are there in "
    "all?",
)


def shown_by(shaded: Matrix, blocks: Sequence[Block]) -> Letter:
    """The letter of the cube in which one of these blocks is shaded."""
    return next(letter for letter, row in zip(LETTERS, shaded, strict=True) if maps_of(row) in blocks)


def maps_of(row: Sequence[Rational]) -> Block:
    first_image, last_image, first_channel, last_channel = map(int, row)
    return frozenset(
        [(n, c) for n in range(first_image - 1, last_image) for c in range(first_channel - 1, last_channel)]
    )


@problem.answer(part=a, label="batch normalization")
def batch(shaded: Matrix, images: int, channels: int) -> Letter:
    """Batch normalization takes its statistics over the mini-batch, for each channel apart: one channel of all images
    is shaded.
    """
    return shown_by(shaded, normalization.batch_blocks(images, channels))


@problem.answer(part=a, label="layer normalization")
def layer(shaded: Matrix, images: int, channels: int) -> Letter:
    """Layer normalization takes them over all that the layer holds of one image, and looks at no other image: one
    image with all its channels is shaded.
    """
    return shown_by(shaded, normalization.layer_blocks(images, channels))


@batch.slip("swaps batch and layer")
def _(shaded: Matrix, images: int, channels: int) -> Letter:
    return shown_by(shaded, normalization.layer_blocks(images, channels))


@layer.slip("swaps batch and layer")
def _(shaded: Matrix, images: int, channels: int) -> Letter:
    return shown_by(shaded, normalization.batch_blocks(images, channels))


def third(shaded: Matrix, images: int, channels: int) -> Letter:
    taken = batch(shaded, images, channels), layer(shaded, images, channels)
    return next(letter for letter in LETTERS if letter not in taken)


batch.slip("normalizes each image apart", third)
layer.slip("parts the channels of an image", third)


@problem.step(part=b)
def bars(shaded: Matrix, cube: Letter) -> int:
    """In cube [[cube]] this many bars are shaded: the images times the channels that are normalized together."""
    return len(maps_of(shaded[LETTERS.index(cube)]))


@problem.answer(part=b, label="numbers that each mean is taken over")
def averaged(bars: int, height: int, width: int) -> int:
    r"""Every bar brings all its pixels into the mean.

    $[[bars]] \cdot [[height]] \cdot [[width]]$
    """
    return bars * height * width


@problem.answer(part=b, label="means in all")
def means(images: int, channels: int, bars: int) -> int:
    r"""Each bar belongs to one block, and each block has one mean.

    $\frac{[[images]] \cdot [[channels]]}{[[bars]]}$
    """
    return images * channels // bars


def extent(shaded: Matrix, cube: Letter) -> tuple[int, int]:
    """How many images and how many channels a block has."""
    first_image, last_image, first_channel, last_channel = map(int, shaded[LETTERS.index(cube)])
    return last_image - first_image + 1, last_channel - first_channel + 1


def confused(images: int, channels: int, shaded: Matrix, cube: Letter) -> int | None:
    """The bars in a block if N were C and C were N; None where that is no other kind of normalization."""
    spans = extent(shaded, cube)
    return {(images, 1): channels, (1, channels): images}.get(spans)


@averaged.slip("confuses C and N")
def _(images: int, channels: int, shaded: Matrix, cube: Letter, height: int, width: int) -> int | None:
    bars = confused(images, channels, shaded, cube)
    return bars and bars * height * width


@averaged.slip("forgets the pixels")
def _(bars: int) -> int:
    return bars


@averaged.slip("looks at one bar alone")
def _(bars: int, height: int, width: int) -> int | None:
    return height * width if bars > 1 else None


@averaged.slip("averages over the whole cube")
def _(images: int, channels: int, height: int, width: int) -> int:
    return images * channels * height * width


@averaged.slip("adds height and width")
def _(bars: int, height: int, width: int) -> int:
    return bars * (height + width)


@means.slip("confuses C and N")
def _(images: int, channels: int, shaded: Matrix, cube: Letter) -> int | None:
    bars = confused(images, channels, shaded, cube)
    return bars and images * channels // bars


@means.slip("counts the bars that are normalized together")
def _(bars: int) -> int:
    return bars


@means.slip("takes a mean for each pixel too")
def _(images: int, channels: int, bars: int, height: int, width: int) -> int:
    return images * channels // bars * height * width


@means.slip("takes one mean for the whole cube")
def _() -> int:
    return 1


@problem.figure()
def _(shaded: Matrix, images: int, channels: int, axes: tuple[str, ...], batch: Letter, layer: Letter) -> Picture:
    blocks = {letter: [int(end) for end in row] for letter, row in zip(LETTERS, shaded, strict=True)}
    names = {batch: "batch normalization", layer: "layer normalization"}
    return normalization_cubes(blocks, images, channels, axes=axes, names=names)


@problem.check
def _(images: int, channels: int, height: int, width: int, shaded: Matrix, cube: Letter) -> dict[str, object]:
    """Change an entry in the shaded block, and see which entries of the output move when NumPy normalizes."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    shape = images, channels, height, width
    inside = {letter: np.zeros(shape, dtype=bool) for letter in LETTERS}
    for mask, (n, last_n, c, last_c) in zip(inside.values(), shaded, strict=True):
        mask[int(n) - 1 : int(last_n), int(c) - 1 : int(last_c)] = True
    # Parted as N × G × C/G × H × W, a normalization is its number of groups and the axes of its mean.
    ways = {groups: (f"{groups} groups", (2, 3, 4)) for groups in range(2, channels) if channels % groups == 0}
    ways |= {1: ("layer", (2, 3, 4)), channels: ("instance", (2, 3, 4))}
    names, counts = dict[str, str](), dict[str, tuple[int, int]]()
    for groups, (name, axes) in [*ways.items(), (channels, ("batch", (0, 2, 3, 4)))]:
        grouped = (images, groups, channels // groups, height, width)
        for letter, mask in inside.items():
            change = np.zeros(shape, dtype=np.int64)
            change[np.unravel_index(mask.argmax(), shape)] = mask.size
            change = change.reshape(grouped)
            shift = change.mean(axis=axes, keepdims=True)
            if ((change - shift != 0).reshape(shape) == mask).all():
                names[name] = letter
                counts[letter] = int(mask.sum()), shift.size
    averaged, count = counts[cube]
    return {
        "batch": names["batch"], "layer": names["layer"],
        "bars": int(inside[cube][:, :, 0, 0].sum()), "averaged": averaged, "means": count,
    }  # fmt: skip
