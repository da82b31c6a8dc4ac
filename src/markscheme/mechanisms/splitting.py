"""Splitting data into training and validation parts, where examples are versions of each other.

Two versions of one image, an original and its augmented copy, are nearly one example. Where one lies in the training
part and the other in the validation part, validation measures memory in place of learning: the data *leak*. EECS 182
midterm, Spring 2023, question 6(b).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from math import comb


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
