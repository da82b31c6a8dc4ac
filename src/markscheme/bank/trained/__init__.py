"""What the labs found, run in full with five seeds: a JSON file a lab, and its figures (`tools/labs.py` ships them)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markscheme.core.trained import Trained


@cache
def trained(lab: str) -> Trained:
    """The shipped result of a lab.

    >>> trained("initialization").page["lab"]
    'initialization'
    """
    return Trained(lab, Path(__file__).parent)
