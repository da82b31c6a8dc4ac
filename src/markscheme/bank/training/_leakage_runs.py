"""What a program of training/leakage is run on, and what is seen of its loaders and loops."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from hashlib import blake2b, shake_256
from importlib.resources import files
from typing import Any, NamedTuple, cast

from markscheme import Draw
from markscheme.kinds import Undecided
from markscheme.sandbox import Harness, Limits, Outcome

IMAGES, COPIES, TESTED, CLASSES = 100, 2, 20, 10
EPOCHS = (4, 6)
"""How often the loaders are gone through when a program has ended, from the fewest to the most."""
DEEPEST_COPY = 4
"""Of an image, a copy, a copy of that, and so on."""


def copies_of(code: int, salt: bytes) -> list[int]:
    """The numbers of an image's changed copies, as the harness makes them: they say nothing of the image's own."""
    digest = blake2b(b"%d" % code, digest_size=6 * COPIES, key=salt).digest()
    return [int.from_bytes(digest[at : at + 6], "big") for at in range(0, 6 * COPIES, 6)]


def inputs(rng: Draw, *, real: bool = False) -> dict[str, object]:
    """A data set: images and test images, each a number and a label. Nothing in it tells whose copy a copy is."""
    salt = f"{rng.below(1 << 64):016x}"
    digest = shake_256(salt.encode()).digest(6 * (IMAGES + TESTED))
    codes = [int.from_bytes(digest[at : at + 6], "big") for at in range(0, len(digest), 6)]
    labels = [place % CLASSES for place in sorted(range(IMAGES + TESTED), key=codes.__getitem__)]  # in random order
    examples = [[code, label] for code, label in zip(codes, labels, strict=True)]
    return {"images": examples[:IMAGES], "test": examples[IMAGES:], "copies": COPIES, "salt": salt,
            "epochs": rng.int(*EPOCHS), "real": real}  # fmt: skip


SOURCE = (files("markscheme.bank.training") / "_leakage_harness.py").read_text("utf-8")
REAL = Harness(
    SOURCE,
    partial(inputs, real=True),
    runs=2,
    packages=("numpy", "torch", "scikit-learn"),
    preload=("torch", "torch.utils.data", "sklearn.model_selection"),
    limits=Limits(seconds=10, cpu_seconds=15, memory=3 << 29, libraries=16 << 30),
)
HARNESS = Harness(SOURCE, inputs, runs=2, stands_in_for=("torch", "sklearn"), real=REAL)


class Shown(NamedTuple):
    """One example as a loader gave it: which image, which version of it (0 is the image itself), and its label."""

    image: int
    version: int
    label: int


TEST_IMAGE, UNKNOWN, NO_IMAGE = -1, -2, -3
"""For an image: that it is one of the test data, that nobody knows it, or that it is none."""
NO_LABEL, ODD_LABEL = 15, 14


class Album(dict[int, Shown]):
    """Which image each number of a data set shows, and with which label: `album[pair]`, looked up once."""

    def __init__(self, given: Any) -> None:
        super().__init__()
        self.salt = str(given["salt"]).encode()
        self.labels = [label for _, label in given["images"]]
        self.known = {code: (image, 0) for image, (code, _) in enumerate(given["images"])}
        self.known |= {code: (TEST_IMAGE, 0) for code, _ in given["test"]} | {1: (NO_IMAGE, 0)}
        self._newest = list(self.known)
        self._depth = 0

    def __missing__(self, pair: int) -> Shown:
        code, label = divmod(pair, 16)
        while code not in self.known and self._depth < DEEPEST_COPY:
            self._add_copies()
        shown = self[pair] = Shown(*self.known.get(code, (UNKNOWN, 0)), label)
        return shown

    def _add_copies(self) -> None:
        """Add the copies of the copies that were added before."""
        self._depth += 1
        found = {copy: (self.known[code][0], number) for code in self._newest
                 for number, copy in enumerate(copies_of(code, self.salt), 1)}  # fmt: skip
        self._newest = list(found)
        self.known = found | self.known


@dataclass(frozen=True)
class Given:
    """What a loader gave in some epochs."""

    shown: list[Shown]
    comes: list[int]
    """In how many epochs each came."""
    most: list[int]
    """How often at most each came in one of them."""
    sizes: tuple[int, int]
    epochs: int

    @cached_property
    def images(self) -> set[int]:
        return {it.image for it in self.shown}

    @cached_property
    def is_the_same_each_epoch(self) -> bool:
        return all([times == self.epochs for times in self.comes])


@dataclass(frozen=True)
class Loop:
    """What a loop of the program was fed with."""

    line: int
    has_batches: bool
    before_val: bool
    trains: bool
    is_empty: bool
    times: int
    sides: set[str]
    """Of the training data, of the validation data at that time, and of others: `train`, `val`, `test`, `unknown`."""
    changes_val: bool
    has_later_val: bool
    """Whether it was fed with what the last validation loader holds out, while there was another one."""


class Look:
    """What there is to see of one run."""

    def __init__(self, code: Outcome) -> None:
        self.album = Album(code.inputs)
        self.epochs = int(code.inputs["epochs"])
        self.train, self.val = [self._given(code.left[part]) for part in ("train", "val")]

    def _given(self, left: Any) -> Given:
        shown = [self.album[pair] for pair in left["pairs"]]
        return Given(shown, list(left["comes"]), list(left["most"]), (left["sizes"][0], left["sizes"][1]), self.epochs)

    def loops(self, left: Any) -> Iterator[Loop]:
        """The loops, each told apart by the validation data that there were when it ran."""
        vals = self._vals(left)
        of_all = set[int]().union(*vals)
        is_crossed = sum([len(held_out) for held_out in vals]) == len(of_all) == IMAGES  # folds of cross-validation
        for line, has_batches, val, trains, is_empty, times, pairs in cast("list[tuple[Any, ...]]", left["loops"]):
            if val >= len(vals):
                raise Undecided(f"the loop in line {line} runs after more loaders than are looked at")
            held_out = vals[int(val)] if val >= 0 else self.val.images
            shown = [self.album[pair] for pair in pairs]
            images = {it.image for it in shown}
            ours, last = images - {TEST_IMAGE, UNKNOWN, NO_IMAGE}, self.val.images
            parts = {"train": ours - held_out, "val": ours & held_out, "test": images & {TEST_IMAGE},
                     "unknown": images & {UNKNOWN, NO_IMAGE}}  # fmt: skip
            sides = {side for side, of_it in parts.items() if of_it}
            changes = any([it.version and it.image in held_out for it in shown])
            later = held_out != last and not is_crossed and bool(ours & last) and bool(ours - last)
            yield Loop(line, bool(has_batches), val < 0, bool(trains), bool(is_empty), times, sides, changes, later)

    def used_again(self, left: Any) -> str:
        """Where the program uses, again and again, a container with images of both parts; empty where it does not."""
        vals = self._vals(left)
        for line, val, pairs in cast("list[tuple[Any, ...]]", left["held"]):
            images = {self.album[pair].image for pair in pairs}
            held_out = vals[int(val)] if 0 <= val < len(vals) else self.val.images
            if images & held_out and images - held_out:
                return f"line {line} uses images of both parts again and again, and may train on them"
        return ""

    def _vals(self, left: Any) -> list[set[int]]:
        """The images that each validation loader held out, one after the other."""
        return [{self.album[pair].image for pair in it} or self.val.images for it in left["vals"]]

    def trained_on(self, left: Any) -> str:
        """Where a loop trains on more than training data; empty where none does. Raises `Undecided`."""
        uncertain = ""
        fed: dict[int, set[str]] = {}
        for loop in self.loops(left):
            where = f"the loop in line {loop.line}" if loop.line else "a loader"
            sides, others = loop.sides, loop.sides - {"train"}
            if "train" in sides and others & {"val", "test"}:
                said = f"{where} is fed with training and with {'validation' if 'val' in sides else 'test'} data"
                if loop.line and loop.has_batches and (loop.trains or loop.times > 1):
                    return said
                if loop.has_batches or loop.times > 2 or not loop.before_val:
                    uncertain = uncertain or said
            elif others and loop.trains:
                uncertain = (
                    uncertain
                    or f"{where} is fed with {'validation' if 'val' in sides else 'other'} data, and may train"
                )
            elif "unknown" in sides or loop.changes_val:
                uncertain = uncertain or f"{where} is fed with images that neither loader gives"
            elif loop.has_later_val:
                uncertain = (
                    uncertain or f"{where} is fed with images that the last `val_loader` holds out, before it is made"
                )
            if loop.line and loop.is_empty:
                fed.setdefault(loop.line, set()).update(sides)
        turns = [line for line, sides in fed.items() if {"train", "val"} <= sides]
        uncertain = uncertain or (
            f"the loop in line {turns[0]} is fed with both parts in turn, and may train" if turns else ""
        )
        uncertain = uncertain or ("" if left["is_all"] else "its loops are fed with more than is looked at")
        uncertain = uncertain or self.used_again(left)
        picked = {self.album[pair].image for pair in left["picked"]}
        if picked & self.val.images and picked & self.train.images:
            uncertain = uncertain or "images of both parts are picked one by one, again and again"
        if left["unseen"]:
            uncertain = uncertain or f"what the loop in line {left['unseen'][0]} is fed with is not looked at"
        if uncertain:
            raise Undecided(uncertain)
        return ""


look = lru_cache(maxsize=16)(Look)
