"""Splitting data into training and validation parts, where examples are versions of each other.

Two versions of one image, an original and its augmented copy, are nearly one example. Where one lies in the training
part and the other in the validation part, validation measures memory in place of learning: the data *leak*. EECS 182
midterm, Spring 2023, question 6(b).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from math import comb

from markscheme.draw import Draw


def leaking(groups: Sequence[Hashable], validation: Sequence[int]) -> tuple[int, ...]:
    """The validation examples of which another version is in the training part, in the order of `validation`.

    `groups` says for each example which image it shows; what is not in `validation` is training data.

    >>> leaking(("cat", "dog", "owl", "cat", "dog", "owl"), (1, 4, 5))
    (5,)

    Raises `ValueError` for an index that is no example, or that comes twice.
    """
    held_out = set(validation)
    if len(held_out) < len(validation):
        raise ValueError("an example is in the validation part once, not twice")
    for index in validation:
        if not 0 <= index < len(groups):
            raise ValueError(f"an example has an index from 0 to {len(groups) - 1}, not {index}")
    trained_on = {group for index, group in enumerate(groups) if index not in held_out}
    return tuple([index for index in validation if groups[index] in trained_on])


def leak_probability(images: int, versions: int, validation: int) -> Fraction:
    r"""How likely a validation example leaks, where all `images * versions` examples are split at random.

    The other $k = v - 1$ versions of its image all lie in the validation part, of $q$ examples in $n$, with probability
    $\binom{q - 1}{k} / \binom{n - 1}{k}$; else it leaks.

    >>> leak_probability(10, 2, 4)
    Fraction(16, 19)

    Raises `ValueError` for numbers less than 1, and for a validation part beyond the data.
    """
    if min(images, versions, validation) < 1:
        raise ValueError(f"images, versions and validation are at least 1, not {images}, {versions} and {validation}")
    if validation > images * versions:
        raise ValueError(f"the validation part has at most all {images * versions} examples, not {validation}")
    others = versions - 1
    return 1 - Fraction(comb(validation - 1, others), comb(images * versions - 1, others))


def random_split(examples: int, validation: int, rng: Draw) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The examples of a training and of a validation part, in rising order, all splits equally likely.

    >>> training, held_out = random_split(5, 2, Draw("1"))
    >>> sorted(training + held_out), len(held_out)
    ([0, 1, 2, 3, 4], 2)

    Raises `ValueError` for a part that is empty, or that holds all.
    """
    if not 1 <= validation < examples:
        raise ValueError(f"a validation part of {examples} examples has 1 to {examples - 1}, not {validation}")
    held_out = sorted(rng.sample(range(examples), validation))
    chosen = set(held_out)
    return tuple([it for it in range(examples) if it not in chosen]), tuple(held_out)


def grouped_split(groups: Sequence[Hashable], validation: int, rng: Draw) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The examples of two parts that share no group: `validation` groups are held out, whole, all equally likely.

    >>> groups = ("cat", "dog", "cat", "owl")
    >>> training, held_out = grouped_split(groups, 1, Draw("1"))
    >>> leaking(groups, held_out)
    ()

    Raises `ValueError` for a part that is empty, or that holds all groups.
    """
    names = list(dict.fromkeys(groups))
    if not 1 <= validation < len(names):
        raise ValueError(f"a validation part of {len(names)} groups has 1 to {len(names) - 1}, not {validation}")
    held_out = set(rng.sample(names, validation))
    parts: tuple[list[int], list[int]] = [], []
    for index, group in enumerate(groups):
        parts[group in held_out].append(index)
    return tuple(parts[0]), tuple(parts[1])


def leaks_between(
    groups: Sequence[Hashable], training: Sequence[int], validation: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """The pairs that leak: a training and a validation example of one group, each validation example with the first.

    An example that is in both parts leaks into itself.

    >>> leaks_between(("cat", "dog", "cat", "owl"), (0, 1), (2, 3))
    ((0, 2),)

    Raises `ValueError` for an index that is no example.
    """
    for index in (*training, *validation):
        if not 0 <= index < len(groups):
            raise ValueError(f"an example has an index from 0 to {len(groups) - 1}, not {index}")
    first = {groups[index]: index for index in reversed(training)}
    return tuple([(first[groups[index]], index) for index in validation if groups[index] in first])
