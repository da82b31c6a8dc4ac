"""One experiment with one seed: where its randomness, its data and its device come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from markscheme.draw import Draw
from markscheme.labs.images import Images, load_images

if TYPE_CHECKING:
    from numpy.random import Generator
    from torch import Tensor


Labeled: TypeAlias = "tuple[Tensor, Tensor]"
"""Images with their labels."""


class Parts(NamedTuple):
    """Images to train with; to choose a rate by, which no verdict sees; and to judge by."""

    training: Labeled
    validation: Labeled
    test: Labeled


@dataclass(frozen=True)
class Trial:
    """What an experiment is given. Whatever it draws is named by lab, experiment, seed and purpose, on every device."""

    lab: str
    experiment: str
    seed: int
    device: str = "cpu"
    data: str = "digits"

    def random(self, purpose: str = "") -> Generator:
        """A generator for a purpose of this trial: the same one each time, and unlike that of any other purpose.

        >>> Trial("dice", "two", seed=0).random().integers(1, 7, 5).tolist()
        [2, 3, 5, 5, 3]
        """
        from numpy.random import Generator, Philox  # noqa: PLC0415 (labs are listed without NumPy)

        return Generator(Philox(key=self.draw(purpose).below(1 << 128)))

    def draw(self, purpose: str = "") -> Draw:
        """The same as a `Draw`, which `markscheme.mechanisms` takes."""
        return Draw(f"lab/{self.lab}/{self.experiment}/{self.seed}/{purpose}")

    @cached_property
    def images(self) -> Images:
        """The images that `--data` names: scikit-learn's 8×8 digits, unless the user has others."""
        return load_images(self.data)

    def parts(self, inputs: str = "scaled", *, double: bool = False) -> Parts:
        """The images in three parts, three fifths to train with and a fifth each to choose by and to judge by: the same
        split each time. Inputs are `raw` from 0 to 255, `scaled` from 0 to 1, or `standardized`: all pixels together to
        mean 0 and variance 1 over the training images.
        """
        order = self.random("split").permutation(len(self.images))
        ends = 3 * len(order) // 5, 4 * len(order) // 5
        drawn = [self.images.take(order[low:high]) for low, high in zip((0, *ends), (*ends, None), strict=True)]
        x = drawn[0].x
        shift, scale = {"raw": (0, 1 / 255), "scaled": (0, 1), "standardized": (x.mean(), x.std())}[inputs]
        return Parts(*[(self.tensor((it.x - shift) / scale, double=double), self.tensor(it.y)) for it in drawn])

    def tensor(self, values: Any, *, double: bool = False) -> Tensor:
        """Numbers as a tensor on the device, in float32 (or float64); whole numbers stay whole."""
        import numpy  # noqa: PLC0415
        import torch  # noqa: PLC0415

        array = numpy.asarray(values)
        if array.dtype.kind == "f":
            array = array.astype(numpy.float64 if double else numpy.float32)
        return torch.from_numpy(numpy.ascontiguousarray(array)).to(self.device)
