"""Our rows as a task of lm-evaluation-harness: a folder with YAML, rows and the function that marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from markscheme.core.errors import MarkschemeError
from markscheme.datasets.rows import Row, flat, row_in
from markscheme.datasets.scoring import score_answer

_YAML: Final = """\
task: {name}
dataset_path: json
dataset_kwargs:
  data_files:
    test: {rows}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
process_results: !function marking.process_results
generation_kwargs:
  until: []
  max_gen_toks: 2048
  do_sample: false
metric_list:
  - metric: marks
    aggregation: mean
    higher_is_better: true
  - metric: unscored
    aggregation: mean
    higher_is_better: false
metadata:
  version: 1
"""
_MARKING: Final = '''\
"""What lm-evaluation-harness calls for each reply."""

from markscheme.datasets.adapters.lm_eval import process_results

__all__ = ["process_results"]
'''


def write_task(rows: Iterable[Row], folder: Path, name: str = "markscheme") -> Path:
    """Write a task, for `lm_eval run --include_path FOLDER --tasks NAME`.

    Raises `MarkschemeError` for a name that is none.
    """
    if not name.isidentifier():
        raise MarkschemeError(f"a task's name is letters, digits and _, not {name!r}")
    folder.mkdir(parents=True, exist_ok=True)
    data = folder.absolute() / f"{name}.jsonl"
    lines = [json.dumps(flat(row), ensure_ascii=False) for row in rows]
    data.write_text("".join([f"{line}\n" for line in lines]), "utf-8")
    (folder / "marking.py").write_text(_MARKING, "utf-8")
    page = folder / f"{name}.yaml"
    page.write_text(_YAML.format(name=name, rows=json.dumps(str(data))), "utf-8")
    return page


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
    """The marks of a reply, from 0 to 1, and whether a person would have to look at it."""
    found = score_answer(results[0], row_in(doc), explain=True)
    return {"marks": found.value, "unscored": float(bool(found.unscored))}
