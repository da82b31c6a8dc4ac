"""What surrounds a program of training/leakage in the sandbox: given functions, stand-ins, and what is collected.

An image is a code number, and its changed copies have other ones; which belongs to which image is judged outside. The
stand-ins have the interface of `torch.utils.data` and of scikit-learn's splits, as far as a repair may want it.
"""

import random
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

EPOCHS = 3
MOST_IMAGES = 20_000


class Image:
    """An image that can be told from others, and no more."""

    __slots__ = ("code",)

    def __init__(self, code: int) -> None:
        self.code = code


class Dataset:
    """`torch.utils.data.Dataset`."""

    def __add__(self, other: Any) -> "ConcatDataset":
        return ConcatDataset([self, other])


class Images(Dataset):
    """Pairs of an image and its label."""

    def __init__(self, items: Iterable[Any]) -> None:
        self.items = list(items)

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)


class Subset(Dataset):
    """`torch.utils.data.Subset`."""

    def __init__(self, dataset: Any, indices: Iterable[Any]) -> None:
        self.dataset, self.indices = dataset, [int(index) for index in indices]

    def __getitem__(self, index: Any) -> Any:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """`torch.utils.data.ConcatDataset`."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)

    def __getitem__(self, index: int) -> Any:
        for dataset in self.datasets:
            if index < len(dataset):
                return dataset[index]
            index -= len(dataset)
        raise IndexError(index)

    def __len__(self) -> int:
        return sum(len(dataset) for dataset in self.datasets)


class DataLoader:
    """`torch.utils.data.DataLoader`: batches of images and of labels, as two lists."""

    def __init__(
        self, dataset: Any, batch_size: int = 1, shuffle: bool = False, sampler: Any = None, **_: object
    ) -> None:
        self.dataset, self.batch_size, self.shuffle, self.sampler = dataset, int(batch_size), bool(shuffle), sampler

    def __iter__(self) -> Iterator[Any]:
        order = list(self.sampler) if self.sampler is not None else list(range(len(self.dataset)))
        if self.shuffle:
            random.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            batch = [self.dataset[index] for index in order[start : start + self.batch_size]]
            yield [image for image, _ in batch], [label for _, label in batch]

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)


class SubsetRandomSampler:
    """`torch.utils.data.SubsetRandomSampler`."""

    def __init__(self, indices: Iterable[int], generator: object = None) -> None:
        self.indices = list(indices)

    def __iter__(self) -> Iterator[int]:
        return iter(random.sample(self.indices, len(self.indices)))

    def __len__(self) -> int:
        return len(self.indices)


class Generator:
    """`torch.Generator`."""

    def manual_seed(self, seed: int) -> "Generator":
        random.seed(seed)
        return self


class Numbers(list[int]):
    """A tensor of whole numbers, as far as a split wants one."""

    def tolist(self) -> list[int]:
        return list(self)

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Numbers(found) if isinstance(index, slice) else found


def randperm(n: int, **_: object) -> Numbers:
    """`torch.randperm`."""
    return Numbers(random.sample(range(n), n))


def random_split(dataset: Any, lengths: Sequence[float], generator: object = None) -> list[Subset]:
    """`torch.utils.data.random_split`, by numbers or by shares."""
    total = len(dataset)
    if abs(sum(lengths) - 1) < 1e-9:
        counts = [int(total * share) for share in lengths]
        for place in range(total - sum(counts)):
            counts[place % len(counts)] += 1
    else:
        counts = [int(count) for count in lengths]
    if sum(counts) != total:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = random.sample(range(total), total)
    ends = [sum(counts[: place + 1]) for place in range(len(counts))]
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends)]


def _part(total: int, test_size: Any, train_size: Any) -> int:
    """How many go to the test part."""
    if test_size is None and train_size is not None:
        return total - (int(train_size) if train_size >= 1 else int(total * train_size))
    test_size = 0.25 if test_size is None else test_size
    return int(test_size) if test_size >= 1 else -(-int(round(total * test_size * 1e9)) // 10**9)


def train_test_split(
    *arrays: Any, test_size: Any = None, train_size: Any = None, random_state: Any = None, shuffle: bool = True,
    stratify: object = None,
) -> list[Any]:  # fmt: skip
    """`sklearn.model_selection.train_test_split`."""
    if random_state is not None:
        random.seed(random_state)
    total = len(arrays[0])
    order = list(range(total))
    if shuffle:
        random.shuffle(order)
    test = _part(total, test_size, train_size)
    parts = (order[: total - test], order[total - test :])
    return [[array[index] for index in part] for array in arrays for part in parts]


class GroupShuffleSplit:
    """`sklearn.model_selection.GroupShuffleSplit`."""

    def __init__(
        self, n_splits: int = 5, test_size: Any = None, train_size: Any = None, random_state: Any = None
    ) -> None:
        self.n_splits, self.test_size, self.train_size, self.random_state = (
            n_splits,
            test_size,
            train_size,
            random_state,
        )

    def split(self, X: Any, y: object = None, groups: Any = None) -> Iterator[tuple[list[int], list[int]]]:
        if self.random_state is not None:
            random.seed(self.random_state)
        known = sorted(set(groups))
        for _ in range(self.n_splits):
            random.shuffle(known)
            test = set(known[: _part(len(known), self.test_size, self.train_size)])
            yield tuple([i for i, group in enumerate(groups) if (group in test) == inside] for inside in (False, True))  # type: ignore[misc]


def _module(name: str, **contents: object) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module
    return module


def _install() -> None:
    data = _module(
        "torch.utils.data", Dataset=Dataset, Subset=Subset, ConcatDataset=ConcatDataset, DataLoader=DataLoader,
        SubsetRandomSampler=SubsetRandomSampler, random_split=random_split,
    )  # fmt: skip
    utils = _module("torch.utils", data=data)
    _module("torch", utils=utils, randperm=randperm, manual_seed=random.seed, Generator=Generator)
    splits = _module("sklearn.model_selection", train_test_split=train_test_split, GroupShuffleSplit=GroupShuffleSplit)
    _module("sklearn", model_selection=splits)


def prepare(inputs: Any) -> dict[str, Any]:
    """The names that the program finds. With `inputs["real"]` torch itself is imported, and images are its tensors."""
    make: Callable[[int], Any] = Image
    if inputs.get("real"):
        import torch

        make = torch.tensor
    else:
        _install()
    copies: dict[int, list[int]] = {}
    for codes in inputs["images"]:
        for code in codes:
            copies[code] = codes[1:]

    def changed(item: Any, number: int) -> Any:
        image, label = item
        return make(copies[code_of(image)][number]), label

    def load_train_dataset() -> Images:
        return Images([(make(codes[0]), place % 10) for place, codes in enumerate(inputs["images"])])

    def load_test_dataset() -> Images:
        return Images([(make(code), place % 10) for place, code in enumerate(inputs["test"])])

    def apply_augmentations(dataset: Any) -> Any:
        if isinstance(dataset, tuple) and len(dataset) == 2 and not hasattr(dataset[0], "__len__"):
            return changed(dataset, random.randrange(inputs["copies"]))
        if not hasattr(dataset, "__len__") or type(dataset) is type(make(0)):
            return changed((dataset, None), random.randrange(inputs["copies"]))[0]
        items = [dataset[index] for index in range(len(dataset))]
        return Images([*items, *[changed(item, number) for number in range(inputs["copies"]) for item in items]])

    global printed_name
    printed_name = Images(load_test_dataset().items)
    return {
        "load_train_dataset": load_train_dataset, "load_test_dataset": load_test_dataset,
        "apply_augmentations": apply_augmentations, "test_dataset": printed_name,
    }  # fmt: skip


printed_name: Any = None
"""What the name `test_dataset` finds, which the printed program uses and never binds."""


def code_of(image: Any) -> int:
    """The code number of an image."""
    return image.code if type(image) is Image else int(image)


def codes_of(loader: Any) -> list[int]:
    """The code numbers of what a loader gives in one epoch."""
    found: list[int] = []
    for images, _ in loader:
        several = isinstance(images, list | tuple) or getattr(images, "ndim", 0) == 1
        found += [code_of(image) for image in (images if several else [images])]
        if len(found) > MOST_IMAGES:
            raise ValueError("a loader that never ends")
    return found


def collect(namespace: dict[str, Any], names: Sequence[str]) -> Any:
    """Which images the loaders give, epoch by epoch; and what else there is to say of the program."""
    missing = [name for name in ("train_loader", "val_loader") if name not in namespace]
    if missing:
        return {"missing": missing}
    train, val = namespace["train_loader"], namespace["val_loader"]
    sampler = type(getattr(train, "sampler", None)).__name__
    shuffles = bool(getattr(train, "shuffle", True)) if type(train) is DataLoader else sampler != "SequentialSampler"
    return {
        "train": [codes_of(train) for _ in range(EPOCHS)],
        "val": codes_of(val),
        "keeps_order": not shuffles and sampler in ("NoneType", "SequentialSampler"),
        "uses_test_dataset": "test_dataset" in names and namespace.get("test_dataset") is printed_name,
    }
