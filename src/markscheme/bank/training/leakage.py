"""Augmented copies of one image on both sides of a split."""

import ast
import builtins
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from markscheme import Draw, Problem, never, only_if
from markscheme.bank.trained import ruled, trained
from markscheme.core.printed import Ruling
from markscheme.kinds import Numbers
from markscheme.mechanisms import splitting
from markscheme.sandbox import Harness, Outcome

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

IMAGES, COPIES, TESTED = 100, 2, 20
GIVEN = ("load_train_dataset", "load_test_dataset", "apply_augmentations")

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
        "explains the accuracies: the network has seen the validation images in training, the test images never": 2,
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


@cache
def shown_images() -> tuple[tuple[int, ...], ...]:
    """The code numbers of the images that a program is given, each followed by those of its changed copies."""
    codes = iter(Draw("training/leakage: images").distinct(IMAGES * (1 + COPIES) + TESTED, 10**6, 2 * 10**6))
    return tuple([tuple([next(codes) for _ in range(1 + COPIES)]) for _ in range(IMAGES)])


def inputs(*, real: bool = False) -> dict[str, object]:
    known = {code for codes in shown_images() for code in codes}
    test = [code for code in range(10**6, 10**6 + 10 * TESTED) if code not in known][:TESTED]
    return {"images": shown_images(), "copies": COPIES, "test": test, "real": real}


HARNESS = Harness(
    (files("markscheme.bank.training") / "_leakage_harness.py").read_text("utf-8"), inputs, packages=("numpy",)
)


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


@cache
def versions() -> dict[int, tuple[int, int]]:
    """The image that a code number shows, and which version of it: 0 is the image itself."""
    return {code: (image, version) for image, codes in enumerate(shown_images()) for version, code in enumerate(codes)}


def shown_by(left: Any, part: str) -> list[tuple[int, int]]:
    """Image and version of all that a loader gave; what is no training image has the number -1."""
    epochs: list[list[int]] = left["train"] if part == "train" else [left["val"]]
    return [versions().get(code, (-1, 0)) for codes in epochs for code in codes]


def images(left: Any, part: str) -> set[int]:
    return {image for image, _ in shown_by(left, part)}


@code.property("leaves the loaders `train_loader` and `val_loader`")
def _(code: Outcome) -> bool | str:
    missing: list[str] = code.left.get("missing", [])
    return not missing or f"there is no `{missing[0]}` when it ends"


@code.property("gives training images to both parts, and no others")
def _(code: Outcome) -> bool | str:
    for part, name in (("train", "training"), ("val", "validation")):
        given = images(code.left, part)
        if -1 in given:
            return f"the {name} data have images that `load_train_dataset` did not give"
        if len(given) < IMAGES / 20:
            return f"{len(given)} of {IMAGES} images are {name} data"
    return True


@code.property("keeps all versions of an image on one side of the split")
def _(code: Outcome) -> bool | str:
    both = sorted(images(code.left, "train") & images(code.left, "val"))
    others = f", and so are versions of {len(both) - 1} other images" if len(both) > 1 else ""
    return not both or f"versions of image {both[0]} are in both the training and the validation data{others}"


@code.property("augments the training data")
def _(code: Outcome) -> bool | str:
    return any(version for _, version in shown_by(code.left, "train")) or "no changed copy is among the training data"


@code.property("leaves the validation images as they are")
def _(code: Outcome) -> bool | str:
    changed = sorted({image for image, version in shown_by(code.left, "val") if version})
    return not changed or f"the validation data have changed copies, of image {changed[0]} for one"


@code.property("loses no image")
def _(code: Outcome) -> bool | str:
    lost = sorted(set(range(IMAGES)) - images(code.left, "train") - images(code.left, "val"))
    return not lost or f"{len(lost)} of {IMAGES} images are in neither part, image {lost[0]} for one"


@code.property("puts about four fifths of the images into the training data")
def _(code: Outcome) -> bool | str:
    count = len(images(code.left, "val"))
    return abs(count - IMAGES / 5) <= IMAGES / 20 or f"{count} of {IMAGES} images are validation data"


for name, program, earned in (
    ("puts versions of an image into both parts", AUGMENTED_FIRST, 0),
    ("augments the validation data too", VALIDATION_AUGMENTED_TOO, 3),
    ("loses images", IMAGES_LOST, 3),
    ("drops the augmentation", NEVER_AUGMENTED, 2),
    ("splits in other shares", HALVES, 3),
):

    def known_wrong(program: str = program) -> str:
        return program

    code.slip(name, known_wrong, marks=earned)


@code.check
def _() -> str:
    """Another repair, which augments last: it has every property too, run in the sandbox as the key is."""
    return GROUPED


@code.remark
def _(code: Outcome) -> str | None:
    return "It also tests on `test_dataset`, which nothing binds." if code.left["uses_test_dataset"] else None


@code.remark
def _(code: Outcome) -> str | None:
    if not code.left["keeps_order"]:
        return None
    return "Its training batches are the same in every epoch: shuffle=True changes that."


@problem.answer(marks=1, part=c, kind=INDICES, label="The indices that leak")
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


# The paper prints the program alone: the numbers are ours.
published = problem.published(
    "",
    givens={"originals": 10, "val_idxs": (3, 17, 8, 7), "images": 50, "versions": 2},
    key={},
)


def unbound(program: str) -> list[tuple[int, str]]:
    """The names that a program uses, with the lines, though nothing binds them."""
    nodes = list(ast.walk(ast.parse(program)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name for alias in node.names}
    bound |= {*GIVEN, *dir(builtins)}
    used = [(node.lineno, node.id) for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return sorted([(line, name) for line, name in used if name not in bound])


def parts_of(images: int, *, augmented_first: bool, both: bool) -> tuple[list[str], list[str]]:
    """Training and validation data as the program makes them: `3` is an image, `3'` its changed copy."""

    def augmented(data: list[str]) -> list[str]:
        return [*data, *[f"{image}'" for image in data]]

    data = [str(image) for image in range(images)]
    data = augmented(data) if augmented_first else data
    indices = Draw("training/leakage: a run").shuffled(range(len(data)))
    split = int(0.8 * len(data))
    train, val = ([data[index] for index in part] for part in (indices[:split], indices[split:]))
    if not augmented_first:
        train, val = augmented(train), augmented(val) if both else val
    return train, val


def shared(train: list[str], val: list[str]) -> set[str]:
    return {image.rstrip("'") for image in train} & {image.rstrip("'") for image in val}


@published.claim("running this code gives a training, a validation and a testing accuracy", about="code",
                 where="question")  # fmt: skip
def _() -> bool | Ruling:
    unknown = unbound(LISTING)
    if not unknown:
        return True
    line, name = unknown[0]
    return never(
        f"line {line} of the listing, `{LISTING.splitlines()[line - 1]}`, stands above the training loop and uses "
        f"`{name}`, which nothing binds: the program ends there with a NameError",
        "test_loader = DataLoader(test_data, batch_size=32)" if not unbound(REPAIRED) else "",
    )


@published.claim("the testing accuracy is significantly lower than the validation accuracy", about="why",
                 where="question")  # fmt: skip
def _() -> bool | Ruling:
    return ruled(problem, "a high training and validation accuracy, but a significantly lower testing accuracy")


@published.claim("augmentation before the split lets training data leak into the validation set, and vice versa",
                 about="why")  # fmt: skip
def _() -> bool:
    return bool(shared(*parts_of(50, augmented_first=True, both=False)))


@published.claim("to correct this, augment after creating the training and validation splits", about="code")
def _() -> bool | Ruling:
    both, one = (parts_of(50, augmented_first=False, both=both) for both in (True, False))
    if shared(*both) or shared(*one):
        return never("versions of one image still lie on both sides")
    changed = [image for image in both[1] if image.endswith("'")]
    if not changed:
        return True
    return only_if(
        "the training part alone is augmented",
        f"with both parts augmented nothing leaks, but of {len(both[1])} validation images {len(changed)} are changed "
        "copies, unlike the test images that they stand for",
    )


@published.claim("split = int(0.8 * num_data) puts four fifths into the training data", about="code", where="question")
def _() -> bool:
    return all(int(0.8 * examples) == examples * 4 // 5 for examples in range(10_000))
