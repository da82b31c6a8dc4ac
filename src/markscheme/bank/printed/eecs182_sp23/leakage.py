"""Question 6(b) as printed: its numbers, its key, its claims."""

import ast
import builtins
from collections.abc import Sequence
from difflib import ndiff

from markscheme import Draw, never, only_if
from markscheme.bank.trained import ruled
from markscheme.bank.training._leakage_programs import LISTING, REPAIRED
from markscheme.bank.training.leakage import problem
from markscheme.core.published import Ruling

GIVEN = ("load_train_dataset", "load_test_dataset", "apply_augmentations")

# The paper prints the program alone: the numbers are ours.
published = problem.published(
    "",
    givens={"originals": 10, "val_idxs": (3, 17, 8, 7), "images": 50, "versions": 2},
    key={},
    asks={"why": 8, "code": 4},
    text=f"""
    You design a network to classify images, and augment its data as a regularization. This is your program:

    ```python
    {LISTING.replace(chr(10), chr(10) + "    ")}
    ```

    It runs with a *high accuracy on the training data and on the validation data, but a much lower one on the test
    data.* The function `apply_augmentations` takes a dataset of images, and returns one that holds them and then
    changed copies of them, which look much the same.

    A teaching assistant says that a bug leads to this. **Name the bug**, **explain briefly why it leads to these
    accuracies**, and show how to mend it: write the lines that change, and keep the names of the loaders. Validation
    data are not augmented.
    """,
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


def code_of(lines: Sequence[str]) -> list[str]:
    """Lines that are not empty, as the recovered listing has them."""
    return [line for line in lines if line.strip()]


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
    lines = LISTING.splitlines()[:line]
    return never(
        f"line {len(code_of(lines))} of the listing, `{lines[-1]}`, stands above the training loop and uses "
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


REPAIR_PRINTED: tuple[str, ...] = ()
"""The lines of code that the key prints."""


@published.claim("the key shows how to fix the bug", about="code", where="key")
def _() -> bool | Ruling:
    difference = ndiff(code_of(LISTING.splitlines()), code_of(REPAIRED.splitlines()))
    fixes = [line[2:] for line in difference if line.startswith("+ ") and "augment" in line]
    missing = [line for line in fixes if line not in REPAIR_PRINTED]
    if not missing:
        return True
    return never("the question asks to show it; the key says in a sentence when to augment, and shows no code, such as "
                 f"`{missing[0]}`", missing[0])  # fmt: skip
