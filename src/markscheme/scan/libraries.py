"""The libraries of the extra `scan`, loaded when used; they type little of what they return."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def opencv() -> Any:
    """OpenCV, which is told to leave other cores to other processes."""
    found: Any = import_module("cv2")
    found.setNumThreads(1)
    return found


@cache
def pdfium() -> Any:
    """pypdfium2."""
    return import_module("pypdfium2")


@cache
def scipy(part: str) -> Any:
    """A part of SciPy: `optimize`, `cluster.hierarchy`."""
    return import_module(f"scipy.{part}")


@cache
def zxing() -> Any:
    """zxing-cpp."""
    return import_module("zxingcpp")
