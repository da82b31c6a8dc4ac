"""A task of lm-evaluation-harness, run with its dummy model: `pip install lm_eval markscheme`."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from markscheme.datasets import dataset
from markscheme.datasets.adapters.lm_eval import process_results, write_task
from markscheme.datasets.hostile import paid
from markscheme.datasets.rows import flat

with TemporaryDirectory() as folder:
    write_task(dataset("convolution/output_shape", size=5, seed=42), Path(folder), "markscheme")
    command = [
        sys.executable,
        "-m",
        "lm_eval",
        "run",
        "--model",
        "dummy",
        "--tasks",
        "markscheme",
        "--include_path",
        folder,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
print(ran.stdout or ran.stderr)
harm = paid(
    lambda reply, row: process_results(flat(row), [reply])["marks"],
    dataset("convolution/output_shape", size=2, seed=42),
)
print(f"hostile replies that earn something: {harm}")
sys.exit(ran.returncode or bool(harm))
