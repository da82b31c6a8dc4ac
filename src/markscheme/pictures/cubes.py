"""Arrays of several axes as cubes, with the entries that belong together shaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markscheme.pictures.picture import Picture
from markscheme.pictures.values import listed

_ROOM = {"N": "N", "C": "C", "HW": "(H, W)"}


def normalization_cubes(
    shaded: Mapping[str, Sequence[int]],
    images: int,
    channels: int,
    *,
    axes: Sequence[str] = ("C", "HW", "N"),
    names: Mapping[str, str] | None = None,
) -> Picture:
    """Cubes of images × channels × maps, each by its name with the block that is shaded in it.

    A block is (first image, last image, first channel, last channel), from 1. A map is one bar along (H, W). `axes` say
    what runs to the right, upwards and to the back. The key adds the `names` of the normalizations under the cubes.

    >>> picture = normalization_cubes({"A": (1, 3, 2, 2), "B": (1, 1, 1, 4)}, 3, 4, names={"A": "batch norm"})
    >>> print(picture.alt)
    2 cubes of bars: 3 images along the axis N by 4 channels along the axis C; each bar runs along the axis (H, W) and \
is one channel of one image. In cube A all 3 images of channel 2 are shaded. In cube B image 1 is shaded in all 4 \
channels.
    >>> print(picture.alt_solution.removeprefix(picture.alt))
     A is batch norm.

    Raises `ValueError` if a block does not lie in its cube, or the axes are not N, C and HW.
    """
    if sorted(axes) != sorted(_ROOM):
        raise ValueError(f"the axes are N, C and HW in some order, not {listed(list(axes))}")
    for name, (n, last_n, c, last_c) in shaded.items():
        if not (1 <= n <= last_n <= images and 1 <= c <= last_c <= channels):
            raise ValueError(
                f"the block of {name} lies in {images} images and {channels} channels, "
                f"not in {n} to {last_n} and {c} to {last_c}"
            )
    data: dict[str, object] = {
        "images": images,
        "channels": channels,
        "axes": list(axes),
        "cubes": [{"name": name, "shaded": list(block)} for name, block in shaded.items()],
    }
    told = [f"In cube {name} {_told(block, images, channels)}." for name, block in shaded.items()]
    alt = (
        f"{len(shaded)} cubes of bars: {images} images along the axis N by {channels} channels along the axis C; each "
        f"bar runs along the axis (H, W) and is one channel of one image. {' '.join(told)}"
    )
    if not names:
        return Picture("normalization-cubes", data, alt)
    said = [f"{name} is {names[name]}" for name in shaded if name in names]
    return Picture("normalization-cubes", data, alt, {"names": dict(names)}, f"{alt} {listed(said)}.")


def _told(block: Sequence[int], images: int, channels: int) -> str:
    """What is shaded, in words."""
    first_n, last_n, first_c, last_c = block
    where = f"channel {first_c}" if first_c == last_c else f"channels {first_c} to {last_c}"
    if first_n == 1 and last_n == images:
        return f"all {images} images of {where} are shaded"
    where = f"all {channels} channels" if (first_c, last_c) == (1, channels) else where
    who, verb = (f"image {first_n}", "is") if first_n == last_n else (f"images {first_n} to {last_n}", "are")
    return f"{who} {verb} shaded in {where}"
