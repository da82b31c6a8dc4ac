"""Photographs: scikit-learn's two, in gray, and squares of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from markscheme.core.errors import MarkschemeError
from markscheme.labs.engine.trial import Trial

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTOGRAPHS = ("china.jpg", "flower.jpg")


@cache
def photograph(name: str, part: int = 2) -> NDArray[Any]:
    """One of scikit-learn's photographs in gray from 0 to 1, each side divided by `part`."""
    from sklearn.datasets import load_sample_image  # noqa: PLC0415 (it needs Pillow)

    gray = torch.from_numpy(cast("NDArray[Any]", load_sample_image(name)).mean(2) / 255)
    height, width = gray.shape
    return adaptive_avg_pool2d(gray[None], (height // part, width // part))[0].numpy()


def crops(trial: Trial, purpose: str, count: int, side: int) -> Tensor:
    """Squares of the photographs at random, by turns of each, as count × 1 × side × side."""
    photographs = [photograph(name) for name in PHOTOGRAPHS]
    most = min(min(it.shape) for it in photographs)
    if not 8 <= side <= most:
        raise MarkschemeError(f"a square of a photograph has a side from 8 to {most}, not {side}")
    rng = trial.random(purpose)
    found: list[NDArray[Any]] = []
    for place in range(count):
        picture = photographs[place % len(photographs)]
        top, left = (int(rng.integers(length - side + 1)) for length in picture.shape)
        found.append(picture[top : top + side, left : left + side])
    return trial.tensor(np.stack(found)[:, None], double=True)
