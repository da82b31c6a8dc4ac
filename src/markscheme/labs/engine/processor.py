"""Which instructions the libraries of arithmetic use, and how a process is held to the oldest of them.

A sum of floats depends on the order in which it is added up, and that on how many of them a register holds. So the same
training ends elsewhere on another processor; what it ends as elsewhere can be had here, in a process of its own.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import Any, cast

OLDEST_CORE = {"x86_64": "Prescott", "AMD64": "Prescott", "aarch64": "ARMV8", "arm64": "ARMV8"}
"""By machine, the oldest processor for which OpenBLAS has code."""


def oldest() -> dict[str, str]:
    """The environment that holds torch, oneDNN, MKL, OpenBLAS and NumPy to the oldest instructions that they allow.

    They read it when they are imported, so it is for a process to come. On an ARM Mac NumPy may use Accelerate, which
    nothing holds.

    >>> oldest()["ATEN_CPU_CAPABILITY"]
    'default'
    """
    import numpy  # noqa: PLC0415 (labs are listed without it)

    shown = cast("Mapping[str, Any]", numpy.show_config(mode="dicts"))
    found: list[str] = shown.get("SIMD Extensions", {}).get("found", [])
    return {
        "ATEN_CPU_CAPABILITY": "default",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",  # on Intel's processors; on others it is the next that counts
        "MKL_CBWR": "COMPATIBLE",
        "OPENBLAS_CORETYPE": OLDEST_CORE.get(platform.machine(), "Prescott"),
        "NPY_DISABLE_CPU_FEATURES": os.environ.get("NPY_DISABLE_CPU_FEATURES") or ",".join(found),
    }


def in_use() -> dict[str, list[str]]:
    """What the libraries use in this process: instructions of torch and NumPy beyond their baselines, cores of BLAS.

    >>> sorted(in_use())
    ['BLAS', 'NumPy', 'torch']
    """
    import numpy  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from threadpoolctl import threadpool_info  # noqa: PLC0415

    shown = cast("Mapping[str, Any]", numpy.show_config(mode="dicts"))
    capability = torch.backends.cpu.get_cpu_capability()
    return {
        "torch": [] if capability == "DEFAULT" else [capability],
        "NumPy": list(shown.get("SIMD Extensions", {}).get("found", [])),
        "BLAS": sorted({it["architecture"] for it in threadpool_info() if it.get("architecture")}),
    }


if __name__ == "__main__":
    for name, value in oldest().items():
        print(f"{name}={value}")  # noqa: T201 (for `env` in the Makefile)
