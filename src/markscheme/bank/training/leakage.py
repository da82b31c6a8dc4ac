"""Augmented copies of one image on both sides of a split."""

from fractions import Fraction
from functools import cache
from itertools import combinations
from math import prod

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.bank.training import _leakage_runs as runs
from markscheme.bank.training._leakage_programs import AUGMENTED_FIRST, GROUPED, KNOWN_WRONG, REPAIRED
from markscheme.bank.training._leakage_runs import look
from markscheme.kinds import Numbers, Undecided
from markscheme.mechanisms import splitting
from markscheme.sandbox import Outcome

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
    {AUGMENTED_FIRST.replace(chr(10), chr(10) + "    ")}
    ```

    The functions `load_train_dataset`, `load_test_dataset` and `apply_augmentations` are given. The last takes a
    dataset of images, and returns one that holds them and then changed copies of them, which look much the same: one
    copy of each in the same order, and so on.
    The program reports a high accuracy on the training data and on the validation data, and a much lower one on the
    test data.
    """,
)
a = problem.part("a", "What is the bug, and why does it lead to these accuracies?")
b = problem.part(
    "b",
    "Mend the program, and keep the names of its loaders. Validation images are to stay as they come: a program that "
    "augments them, too, loses marks. (On paper, write the lines that change.)",
)
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


@problem.code(
    {
        "splits the images before any is augmented, or keeps all versions of an image on one side": 2,
        "augments the training data, and no validation data": 1,
        "keeps all images, and the shares of the split": 1,
    },
    solution=REPAIRED,
    listing=AUGMENTED_FIRST,
    harness=runs.HARNESS,
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


@code.property("leaves the loaders `train_loader` and `val_loader`")
def _(code: Outcome) -> bool | str:
    missing: list[str] = code.left.get("missing", [])
    if missing and code.left["made"] > 1:
        raise Undecided(f"it makes loaders, but there is no `{missing[0]}` when it ends")
    return not missing or f"there is no `{missing[0]}` when it ends"


@code.property("gives training images to both parts, and no others")
def _(code: Outcome) -> bool | str:
    for given, name in ((look(code).train, "training"), (look(code).val, "validation")):
        if {runs.TEST_IMAGE, runs.NO_IMAGE} & given.images:
            return f"the {name} data have images that `load_train_dataset` did not give"
        if len(given.images - {runs.UNKNOWN}) < runs.IMAGES / 20:
            return f"{len(given.images - {runs.UNKNOWN})} of {runs.IMAGES} images are {name} data"
    for given, name in ((look(code).train, "training"), (look(code).val, "validation")):
        if runs.UNKNOWN in given.images:
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
    return look(code).trained_on(code.left) or True


@code.property("keeps the label of each image")
def _(code: Outcome) -> bool | str:
    labels = look(code).album.labels
    for given in (look(code).train, look(code).val):
        if any([it.label == runs.NO_LABEL for it in given.shown]):
            return "a loader gives images without labels"
        wrong = [it for it in given.shown if it.label not in (labels[it.image], runs.ODD_LABEL)]
        if wrong:
            return f"image {wrong[0].image} has the label {wrong[0].label} in place of {labels[wrong[0].image]}"
        if any([it.label == runs.ODD_LABEL for it in given.shown]):
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
    lost = sorted(set(range(runs.IMAGES)) - train.images - val.images)
    return not lost or f"{len(lost)} of {runs.IMAGES} images are in neither part, image {lost[0]} for one"


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
    return abs(count - runs.IMAGES / 5) <= runs.IMAGES / 20 or f"{count} of {runs.IMAGES} images are validation data"


for name, wrong, earned, lacks in KNOWN_WRONG:

    def known_wrong(program: str = wrong) -> str:
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
    return 1 - prod([Fraction(total // 5 - k, total - k) for k in range(versions - 1)], start=Fraction(1))


@chance.slip("asks that all other versions are in the training data", may_coincide=True)  # as with one copy
def _(images: int, versions: int) -> Fraction:
    total = images * versions
    return prod([Fraction(total - total // 5 - k, total - 1 - k) for k in range(versions - 1)], start=Fraction(1))


@chance.slip("takes the share of the training data for it")
def _() -> Fraction:
    return Fraction(4, 5)


@problem.check
def _(originals: int, val_idxs: tuple[int, ...], images: int, versions: int) -> dict[str, object]:
    """Every pair of examples tried; and every set of places that the versions of an image can take, counted."""
    train_idxs = set(range(2 * originals)).difference(val_idxs)
    pairs = [(i, j) for i in val_idxs for j in train_idxs if abs(i - j) == originals]
    return {"leaked": tuple([i for i, _ in pairs]), "chance": counted(images * versions, versions)}


@cache
def counted(total: int, versions: int) -> Fraction:
    """Of the versions in the validation part, over all sets of places, the share whose set is not wholly there."""
    places = [sum([place < total // 5 for place in taken]) for taken in combinations(range(total), versions)]
    seen = sum(places)  # of the versions in a set, those in the validation part
    alone = sum([inside for inside in places if inside < versions])
    return Fraction(alone, seen)
