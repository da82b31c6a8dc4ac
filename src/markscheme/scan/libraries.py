"""The libraries of the extra `scan`, loaded when used; they type little of what they return."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from markscheme.core.errors import MarkschemeError


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MarkschemeError(f"scanned pages need {error.name}: pip install 'markscheme[scan]'") from error


@cache
def opencv() -> Any:
    """OpenCV, which is told to leave other cores to other processes."""
    found = _library("cv2")
    found.setNumThreads(1)
    return found


@cache
def pdfium() -> Any:
    """pypdfium2."""
    return _library("pypdfium2")


@cache
def scipy(part: str) -> Any:
    """A part of SciPy: `optimize`, `cluster.hierarchy`."""
    return _library(f"scipy.{part}")


@cache
def zxing() -> Any:
    """zxing-cpp."""
    return _library("zxingcpp")
