"""Augmented copies of one image on both sides of a split."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from hashlib import blake2b, shake_256
from importlib.resources import files
from itertools import combinations
from typing import Any, NamedTuple, cast

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.kinds import Numbers, Undecided
from markscheme.mechanisms import splitting
from markscheme.sandbox import Harness, Limits, Outcome

# As printed, but for two scars of the recovered text: `num data` is `num_data`, and a body of comments alone is `pass`.
LISTING = """
import random
from torch.utils.data import DataLoader, Subset

train_dataset = load_train_dataset()
augmented_dataset = apply_augmentations(train_dataset)

num_data = len(augmented_dataset)
indices = list(range(num_data))
random.shuffle(indices)
split = int(0.8 * num_data)
train_idxs, val_idxs = indices[:split], indices[split:]

train_data = Subset(augmented_dataset, train_idxs)
val_data = Subset(augmented_dataset, val_idxs)
test_data = load_test_dataset()

train_loader = DataLoader(train_data, batch_size=32)
val_loader = DataLoader(val_data, batch_size=32)
test_loader = DataLoader(test_dataset, batch_size=32)

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    pass  # validate it
pass  # test it
""".strip("\n")

REPAIRED = """
import random
from torch.utils.data import DataLoader, Subset

train_dataset = load_train_dataset()

num_data = len(train_dataset)
indices = list(range(num_data))
random.shuffle(indices)
split = int(0.8 * num_data)
train_idxs, val_idxs = indices[:split], indices[split:]

train_data = apply_augmentations(Subset(train_dataset, train_idxs))
val_data = Subset(train_dataset, val_idxs)
test_data = load_test_dataset()

train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)
test_loader = DataLoader(test_data, batch_size=32)

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    pass  # validate it
pass  # test it
"""

AUGMENTED_FIRST = LISTING.replace("(test_dataset,", "(test_data,")
VALIDATION_AUGMENTED_TOO = REPAIRED.replace(
    "val_data = Subset(train_dataset, val_idxs)", "val_data = apply_augmentations(Subset(train_dataset, val_idxs))"
)
NEVER_AUGMENTED = REPAIRED.replace("apply_augmentations(Subset(train_dataset, train_idxs))",
                                   "Subset(train_dataset, train_idxs)")  # fmt: skip
IMAGES_LOST = REPAIRED.replace("indices[split:]", "indices[split : split + split // 8]")
HALVES = REPAIRED.replace("0.8 *", "0.5 *")
TRAINED_ON_BOTH = REPAIRED.replace("in train_loader", "in [*train_loader, *val_loader]")
MISLABELED = REPAIRED.replace(
    "Subset(train_dataset, train_idxs))",
    """[
    (train_dataset[i][0], train_dataset[j][1]) for i, j in zip(train_idxs, random.sample(train_idxs, split))
])""",
)
COPIES_ALONE = REPAIRED.replace(
    "train_loader = DataLoader(train_data",
    "train_loader = DataLoader(Subset(train_data, range(split, len(train_data)))",
)

GROUPED = """
from random import sample
from torch.utils.data import DataLoader, Subset

train_dataset = load_train_dataset()
augmented = apply_augmentations(train_dataset)
images = len(train_dataset)
held_out = set(sample(range(images), images // 5))
train_idxs = [index for index in range(len(augmented)) if index % images not in held_out]
train_loader = DataLoader(Subset(augmented, train_idxs), batch_size=32, shuffle=True)
val_loader = DataLoader(Subset(augmented, sorted(held_out)), batch_size=32)
"""

IMAGES, COPIES, TESTED, CLASSES = 100, 2, 20, 10
EPOCHS = (4, 6)
"""How often the loaders are gone through when a program has ended, from the fewest to the most."""
DEEPEST_COPY = 4
"""Of an image, a copy, a copy of that, and so on."""

problem = Problem(
    "training/leakage",
    version=1,
    title="Augmentation and validation",
    source="EECS 182 midterm, Spring 2023, question 6(b)",
    lab=trained("leakage"),
    symbols={"leaked": r"\text{leaking}", "chance": "P"},
    text=f"""
    You train a network to classify images, and augment its data so that it does not overfit. This is your program:

    ```python
    {LISTING.replace(chr(10), chr(10) + "    ")}
    ```

    The functions `load_train_dataset`, `load_test_dataset` and `apply_augmentations` are given. The last takes a
    dataset of images, and returns one that holds them and then changed copies of them, which look much the same: one
    copy of each in the same order, and so on.
    The program reports a high accuracy on the training data and on the validation data, and a much lower one on the
    test data.
    """,
)
a = problem.part("a", "What is the bug, and why does it lead to these accuracies?")
b = problem.part("b", "Mend the program, and keep the names of its loaders. (On paper, write the lines that change.)")
c = problem.part(
    "c",
    "A small run of the program as it stands has [[originals]] images and one changed copy of each: for each "
    "$j < [[originals]]$, example $j$ and example $j + [[originals]]$ show the same image. The shuffled indices of the "
    "validation data are [[val_idxs]]. Which of them show an image that is also in the training data?",
)
d = problem.part(
    "d",
    "In a larger run there are [[versions]] versions of each of [[images]] images, and a fifth of these examples is "
    "validation data. For an example in it, how likely is another version of its image in the training data?",
)

INDICES = Numbers(ordered=False, whole=True)
RUNS = [(images, 2) for images in (10, 15, 20, 25, 30, 40, 50)] + [(images, 3) for images in (5, 10, 15)] + [(5, 4)]


@problem.givens(val_idxs=Numbers(whole=True))
def draw(rng: Draw) -> dict[str, object]:
    originals = rng.choice((10, 15))
    held_out = 2 * originals // 5
    pairs = rng.int(1, held_out // 2 - 1)
    shown = rng.sample(range(originals), held_out - pairs)
    alone = [image + originals * rng.below(2) for image in shown[pairs:]]
    val_idxs = rng.shuffled([*shown[:pairs], *[image + originals for image in shown[:pairs]], *alone])
    images, versions = rng.choice(RUNS)
    return {"originals": originals, "val_idxs": val_idxs, "images": images, "versions": versions}


@problem.rubric(
    {
        "sees that the data are augmented before they are split": 2,
        "says that versions of one image then lie on both sides of the split, so that validation data leak": 1,
        "explains the accuracies: the network has seen the validation images in training, the test images never": 1,
    },
    part=a,
    label="Why",
)
def why() -> None:
    """The data are augmented first, and split at random after that. Of most images some versions then go to the
    training data and others to the validation data: validation asks for images that the network has as good as seen.
    It may learn them by heart, and both accuracies are high. The test images are new to it, and show how well it has
    really learned: validation no longer warns of overfitting.
    """


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


@problem.code(
    {
        "splits the images before any is augmented, or keeps all versions of an image on one side": 2,
        "augments the training data, and no validation data": 1,
        "keeps all images, and the shares of the split": 1,
    },
    solution=REPAIRED,
    listing=LISTING,
    harness=HARNESS,
    part=b,
    label="The program, mended",
)
def code() -> None:
    """Split the images first, and augment the training part alone: validation then asks for images as they come, none
    of which was trained on. Two more mends: the test loader takes the test data by the name that they have, and the
    training loader shuffles, so that its batches differ from epoch to epoch.
    """


def leaking(originals: int, val_idxs: tuple[int, ...]) -> tuple[int, ...]:
    groups = [index % originals for index in range(2 * originals)]
    return tuple(sorted(splitting.leaking(groups, val_idxs)))


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


look = lru_cache(maxsize=16)(Look)


@code.property("leaves the loaders `train_loader` and `val_loader`")
def _(code: Outcome) -> bool | str:
    missing: list[str] = code.left.get("missing", [])
    if missing and code.left["made"] > 1:
        raise Undecided(f"it makes loaders, but there is no `{missing[0]}` when it ends")
    return not missing or f"there is no `{missing[0]}` when it ends"


@code.property("gives training images to both parts, and no others")
def _(code: Outcome) -> bool | str:
    for given, name in ((look(code).train, "training"), (look(code).val, "validation")):
        if {TEST_IMAGE, NO_IMAGE} & given.images:
            return f"the {name} data have images that `load_train_dataset` did not give"
        if len(given.images - {UNKNOWN}) < IMAGES / 20:
            return f"{len(given.images - {UNKNOWN})} of {IMAGES} images are {name} data"
    for given, name in ((look(code).train, "training"), (look(code).val, "validation")):
        if UNKNOWN in given.images:
            raise Undecided(f"the {name} data have images that `load_train_dataset` did not give, and that "
                            "`apply_augmentations` did not make of one")  # fmt: skip
    return True


@code.property("keeps all versions of an image on one side of the split")
def _(code: Outcome) -> bool | str:
    train, val = look(code).train, look(code).val
    both = sorted(train.images & val.images)
    others = f", and so are versions of {len(both) - 1} other images" if len(both) > 1 else ""
    return not both or f"versions of image {both[0]} are in both the training and the validation data{others}"


@code.property("trains on training data alone")
def _(code: Outcome) -> bool | str:
    uncertain = ""
    fed: dict[int, set[str]] = {}
    for loop in look(code).loops(code.left):
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
                uncertain or f"{where} is fed with {'validation' if 'val' in sides else 'other'} data, and may train"
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
    uncertain = uncertain or ("" if code.left["is_all"] else "its loops are fed with more than is looked at")
    uncertain = uncertain or look(code).used_again(code.left)
    picked = {look(code).album[pair].image for pair in code.left["picked"]}
    if picked & look(code).val.images and picked & look(code).train.images:
        uncertain = uncertain or "images of both parts are picked one by one, again and again"
    if code.left["unseen"]:
        uncertain = uncertain or f"what the loop in line {code.left['unseen'][0]} is fed with is not looked at"
    if uncertain:
        raise Undecided(uncertain)
    return True


@code.property("keeps the label of each image")
def _(code: Outcome) -> bool | str:
    labels = look(code).album.labels
    for given in (look(code).train, look(code).val):
        if any([it.label == NO_LABEL for it in given.shown]):
            return "a loader gives images without labels"
        wrong = [it for it in given.shown if it.label not in (labels[it.image], ODD_LABEL)]
        if wrong:
            return f"image {wrong[0].image} has the label {wrong[0].label} in place of {labels[wrong[0].image]}"
        if any([it.label == ODD_LABEL for it in given.shown]):
            raise Undecided("its labels are not those that `load_train_dataset` gave")
    return True


@code.property("augments the training data")
def _(code: Outcome) -> bool | str:
    train = look(code).train
    changed = {it.image for it in train.shown if it.version}
    plain = sorted(train.images - changed)
    if not plain or (not train.is_the_same_each_epoch and len(changed) >= 0.8 * len(train.images)):
        return True
    if code.left["augmented"]:
        raise Undecided("it augments elsewhere than in its loaders")
    if changed and not train.is_the_same_each_epoch and len(changed) >= 0.2 * len(train.images):
        raise Undecided(
            f"{len(changed)} of {len(train.images)} training images were given changed in {train.epochs} epochs"
        )
    if not changed:
        return "no changed copy is among the training data"
    return f"of {len(plain)} training images there is no changed copy, of image {plain[0]} for one"


@code.property("keeps the training images beside their changed copies")
def _(code: Outcome) -> bool | str:
    train = look(code).train
    gone = sorted(train.images - {it.image for it in train.shown if not it.version})
    on_the_fly = not train.is_the_same_each_epoch
    if not gone or (on_the_fly and (len(gone) < 0.2 * len(train.images) or max(train.sizes) <= len(train.images))):
        return True
    if on_the_fly:
        raise Undecided(f"of {len(gone)} training images there were changed copies alone in {train.epochs} epochs")
    return f"of {len(gone)} training images there are changed copies alone, of image {gone[0]} for one"


@code.property("gives no training image far more often than others")
def _(code: Outcome) -> bool | str:
    train = look(code).train
    often = max(train.most)
    if often > 5 * sorted(train.most)[len(train.most) // 2]:
        image = train.shown[train.most.index(often)].image
        raise Undecided(f"image {image} is {often} times in one epoch of the training data")
    return True


@code.property("leaves the validation images as they are")
def _(code: Outcome) -> bool | str:
    changed = sorted({it.image for it in look(code).val.shown if it.version})
    return not changed or f"the validation data have changed copies, of image {changed[0]} for one"


@code.property("loses no image")
def _(code: Outcome) -> bool | str:
    train, val = look(code).train, look(code).val
    lost = sorted(set(range(IMAGES)) - train.images - val.images)
    return not lost or f"{len(lost)} of {IMAGES} images are in neither part, image {lost[0]} for one"


@code.property("validates on each of its images once an epoch")
def _(code: Outcome) -> bool | str:
    val = look(code).val
    for it, comes, most in zip(val.shown, val.comes, val.most, strict=True):
        if most > 1:
            return f"the validation data have image {it.image} {most} times in one epoch"
        if comes != val.epochs:
            return f"the validation data have image {it.image} in {comes} of {val.epochs} epochs"
    return True


@code.property("puts about four fifths of the images into the training data")
def _(code: Outcome) -> bool | str:
    count = len(look(code).val.images)
    return abs(count - IMAGES / 5) <= IMAGES / 20 or f"{count} of {IMAGES} images are validation data"


for name, program, earned, lacks in (
    ("puts versions of an image into both parts", AUGMENTED_FIRST, 0,
     "keeps all versions of an image on one side of the split"),
    ("trains on the validation data", TRAINED_ON_BOTH, 0, "trains on training data alone"),
    ("loses the labels", MISLABELED, 0, "keeps the label of each image"),
    ("drops the augmentation", NEVER_AUGMENTED, 2, "augments the training data"),
    ("trains on changed copies alone", COPIES_ALONE, 3, "keeps the training images beside their changed copies"),
    ("augments the validation data too", VALIDATION_AUGMENTED_TOO, 3, "leaves the validation images as they are"),
    ("loses images", IMAGES_LOST, 3, "loses no image"),
    ("splits in other shares", HALVES, 3, "puts about four fifths of the images into the training data"),
):  # fmt: skip

    def known_wrong(program: str = program) -> str:
        return program

    code.slip(name, known_wrong, marks=earned, lacks=lacks)


@code.check
def _() -> str:
    """Another repair, which augments last: it has every property too, run in the sandbox as the key is."""
    return GROUPED


@code.remark
def _(code: Outcome) -> str | None:
    return "It also tests on `test_dataset`, which nothing binds." if code.left["uses_test_dataset"] else None


@code.remark
def _(code: Outcome) -> str | None:
    if not code.left["train"]["keeps_order"]:
        return None
    return "Its training batches are the same in every epoch: shuffle=True changes that."


@problem.answer(marks=2, part=c, kind=INDICES, label="The indices that leak")
def leaked(originals: int, val_idxs: tuple[int, ...]) -> tuple[int, ...]:
    """An example leaks unless its other version is validation data too: what is not there was trained on."""
    return leaking(originals, val_idxs)


@leaked.trace("index", "other version", "which is")
def _(originals: int, val_idxs: tuple[int, ...], leaked: tuple[int, ...]) -> list[tuple[object, ...]]:
    return [
        (index, (index + originals) % (2 * originals), "training data" if index in leaked else "validation data")
        for index in val_idxs
    ]


@leaked.slip("names all validation data")
def _(val_idxs: tuple[int, ...]) -> tuple[int, ...]:
    return val_idxs


@leaked.slip("names those whose versions stay together")
def _(originals: int, val_idxs: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([index for index in val_idxs if index not in leaking(originals, val_idxs)])


@leaked.slip("names the other versions, in the training data")
def _(originals: int, val_idxs: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([(index + originals) % (2 * originals) for index in leaking(originals, val_idxs)])


@leaked.slip("names the changed copies alone", may_coincide=True)
def _(originals: int, val_idxs: tuple[int, ...]) -> tuple[int, ...] | None:
    return tuple([index for index in leaking(originals, val_idxs) if index >= originals]) or None


@problem.answer(marks=2, part=d, label="The probability, as a fraction")
def chance(images: int, versions: int) -> Fraction:
    r"""It does not leak only if all its other versions are validation data too. Of the
    $n = [[images]] \cdot [[versions]]$ examples $q = n/5$ are; one of these places is taken. So the first of the other
    versions is there with probability $(q - 1)/(n - 1)$, a second one with $(q - 2)/(n - 2)$, and so on. The chance to
    leak is 1 less the product of these.
    """
    return splitting.leak_probability(images, versions, images * versions // 5)


@chance.trace("of the other versions", "in the validation part too")
def _(images: int, versions: int) -> list[tuple[object, ...]]:
    total = images * versions
    return [(number, Fraction(total // 5 - number, total - number)) for number in range(1, versions)]


@chance.slip("gives the probability that it does not leak")
def _(images: int, versions: int) -> Fraction:
    return 1 - splitting.leak_probability(images, versions, images * versions // 5)


@chance.slip("lets versions share a place")
def _(versions: int) -> Fraction:
    return 1 - Fraction(1, 5) ** (versions - 1)


@chance.slip("forgets that its own place is taken")
def _(images: int, versions: int) -> Fraction:
    total = images * versions
    return 1 - product_of([Fraction(total // 5 - k, total - k) for k in range(versions - 1)])


@chance.slip("asks that all other versions are in the training data", may_coincide=True)  # as with one copy
def _(images: int, versions: int) -> Fraction:
    total = images * versions
    return product_of([Fraction(total - total // 5 - k, total - 1 - k) for k in range(versions - 1)])


@chance.slip("takes the share of the training data for it")
def _() -> Fraction:
    return Fraction(4, 5)


def product_of(factors: list[Fraction]) -> Fraction:
    product = Fraction(1)
    for factor in factors:
        product *= factor
    return product


@problem.check
def _(originals: int, val_idxs: tuple[int, ...], images: int, versions: int) -> dict[str, object]:
    """Every pair of examples tried; and every set of places that the versions of an image can take, counted."""
    train_idxs = set(range(2 * originals)).difference(val_idxs)
    pairs = [(i, j) for i in val_idxs for j in train_idxs if abs(i - j) == originals]
    total = images * versions
    places = [sum([place < total // 5 for place in taken]) for taken in combinations(range(total), versions)]
    seen = sum(places)  # of the versions in a set, those in the validation part
    alone = sum([inside for inside in places if inside < versions])
    return {"leaked": tuple([i for i, _ in pairs]), "chance": Fraction(alone, seen)}
