"""What floats may be off by, on any processor."""

from __future__ import annotations

from typing import Any

import numpy as np


def rounding(*added: Any) -> float:
    """A thousand units in the last place of the largest of these, the sizes of what was added up.

    Each of n products and sums in any order is off by n units at most (Higham, "Accuracy and stability of numerical
    algorithms", section 3.1); a backward stable factorization, by a modest multiple of its size. Tests have n ≤ 100.
    """
    return 1000 * float(np.finfo(float).eps) * max(float(np.abs(np.asarray(it)).max()) for it in added)
