"""Labeled images: scikit-learn's digits, an .npz file, or one of torchvision's datasets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from markscheme.core.errors import MarkschemeError, near_misses

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

PAIRS = (("x", "y"), ("images", "labels"), ("data", "target"), ("x_train", "y_train"))
"""Names under which an .npz file may have images and labels."""


@dataclass(frozen=True)
class Images:
    """Gray images, n × height × width from 0 to 1 in float32, and their labels from 0 on."""

    name: str
    x: NDArray[Any]
    y: NDArray[Any]

    def __len__(self) -> int:
        return len(self.y)

    @property
    def classes(self) -> int:
        """How many labels there are."""
        return int(self.y.max()) + 1

    def split(self, rng: Generator, held_out: int | None = None) -> tuple[Images, Images]:
        """Training and held-out images: by chance, a fifth held out unless a number says otherwise."""
        order = rng.permutation(len(self))
        count = len(self) // 5 if held_out is None else held_out
        return self.take(order[count:]), self.take(order[:count])

    def take(self, indices: Any) -> Images:
        """Some of the images."""
        return Images(self.name, self.x[indices], self.y[indices])


def load_images(source: str) -> Images:
    """The images that a text names: `digits`, the path of an .npz file, or `torchvision:MNIST`.

    An .npz file has images (n × height × width, or with a last axis of colors, which are averaged) and labels under
    two names such as `x` and `y`, or `x_train` and `y_train`. torchvision's are read from the folder `data`, and
    downloaded into it if they are not there.

    >>> digits = load_images("digits")
    >>> digits.x.shape, digits.classes
    ((1797, 8, 8), 10)

    Raises `MarkschemeError` for what cannot be read.
    """
    path = Path(source)
    return _loaded(source, path.stat().st_mtime if path.is_file() else 0.0)


@lru_cache(maxsize=2)
def _loaded(source: str, changed: float) -> Images:  # noqa: ARG001 (a file that changed is read again)
    if source == "digits":
        return _digits()
    if source.startswith("torchvision:"):
        return _from_torchvision(source)
    if source.endswith(".npz"):
        return _from_file(source)
    raise MarkschemeError(f"no data are called {source!r}: digits, a file that ends in .npz, or torchvision:MNIST")


def _digits() -> Images:
    """What `sklearn.datasets.load_digits` returns, from the same file: importing it takes longer than a short trial."""
    import numpy  # noqa: PLC0415

    found = find_spec("sklearn")
    folders = (found.submodule_search_locations if found else None) or [""]
    table = numpy.loadtxt(Path(folders[0]) / "datasets" / "data" / "digits.csv.gz", delimiter=",", dtype=numpy.float32)
    return _checked("digits", table[:, :-1].reshape(-1, 8, 8), table[:, -1].astype(int))


def _from_file(source: str) -> Images:
    import numpy  # noqa: PLC0415

    try:
        with numpy.load(source, allow_pickle=False) as file:
            for images, labels in PAIRS:
                if images in file and labels in file:
                    return _checked(source, file[images], file[labels])
            names = ", ".join(file.files) or "nothing"
    except (ValueError, BadZipFile) as error:
        raise MarkschemeError(f"{source} is no .npz file of plain arrays: {error}") from error
    wanted = ", or ".join([f"{images!r} and {labels!r}" for images, labels in PAIRS])
    raise MarkschemeError(f"{source} has {names}; images and labels are looked for under {wanted}")


def _from_torchvision(source: str) -> Images:
    import numpy  # noqa: PLC0415

    try:
        from torchvision import datasets  # noqa: PLC0415  # pyright: ignore[reportMissingImports]
    except (ImportError, RuntimeError) as error:
        raise MarkschemeError(f"{source} needs torchvision, of the version that goes with torch: {error}") from error
    name = source.partition(":")[2]
    offered = [it for it in dir(datasets) if it[0].isupper()]
    if name not in offered:
        raise MarkschemeError(f"torchvision has no dataset {name!r}; {near_misses(name, offered)}")
    try:
        found: Any = getattr(datasets, name)("data", train=True, download=True)
        pictures, labels = numpy.asarray(found.data), numpy.asarray(found.targets)
    except (TypeError, AttributeError, OSError, RuntimeError) as error:
        raise MarkschemeError(f"{source} cannot be had as images with labels: {error}") from error
    return _checked(source, pictures, labels)


def _checked(source: str, x: Any, y: Any) -> Images:
    import numpy  # noqa: PLC0415

    x, y = numpy.asarray(x, dtype=numpy.float32), numpy.asarray(y)
    if x.ndim == 4:
        x = x.mean(axis=-1)
    if x.ndim != 3 or y.ndim != 1 or len(x) != len(y) or y.dtype.kind not in "iu":
        raise MarkschemeError(f"{source}: images are n × height × width, and labels n whole numbers, not {x.shape} and "
                              f"{y.shape} of {y.dtype}")  # fmt: skip
    if len(x) < 10 or not numpy.isfinite(x).all() or y.min() < 0:
        raise MarkschemeError(f"{source}: at least ten images of finite numbers, and labels from 0 on, are needed")
    low, high = float(x.min()), float(x.max())
    if high == low:
        raise MarkschemeError(f"{source}: all pixels of all images are alike")
    return Images(source, (x - low) / (high - low), y.astype(numpy.int64))
