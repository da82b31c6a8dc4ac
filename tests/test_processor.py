"""The oldest instructions: a process can be held to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from markscheme.labs.engine.processor import oldest

pytestmark = pytest.mark.heavy

pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
PROGRAM = "import json, numpy, torch; from markscheme.labs.engine.processor import in_use; print(json.dumps(in_use()))"


def test_a_process_is_held_to_the_oldest_instructions() -> None:
    """Under that environment torch, NumPy and BLAS use nothing beyond their baselines, and none of them complains."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=os.environ | oldest(),
        capture_output=True,
        text=True,
        check=True,
    )
    used = json.loads(ran.stdout)
    assert (used["torch"], used["NumPy"], ran.stderr) == ([], [], "")
    assert set(used["BLAS"]) <= {"Katmai", "Prescott", "armv8", "neon"}


def test_who_is_held_holds_others() -> None:
    """A process that is held gives the same environment on."""
    program = "from markscheme.labs.engine.processor import oldest; import json; print(json.dumps(oldest()))"
    ran = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | oldest(), capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == oldest()
