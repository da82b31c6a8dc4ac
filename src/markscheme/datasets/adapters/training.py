"""Rewards for trainers: for TRL's `GRPOTrainer(reward_funcs=...)`, and verl's rows and `compute_score`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from markscheme.datasets.rows import Row, row_in
from markscheme.datasets.scoring import score_answer


def reward(completions: Sequence[Any], metadata: Sequence[Any], answer: Sequence[str], **_: Any) -> list[float | None]:
    """TRL: the reward of each completion, a text or a chat; None where a person would have to decide.

    `metadata` and `answer` are the columns of the rows, which TRL hands over by their names.

    >>> from markscheme.datasets import dataset
    >>> rows = list(dataset("convolution/output_shape", size=2))
    >>> said = [rows[0]["answer"], [{"role": "assistant", "content": "I cannot say."}]]
    >>> reward(said, [row["metadata"] for row in rows], [row["answer"] for row in rows])
    [1.0, 0.0]
    """
    return [
        _rewarded(_text_of(said), row_in({"answer": key, "metadata": about}))
        for said, about, key in zip(completions, metadata, answer, strict=True)
    ]


def _rewarded(text: Any, row: Mapping[str, Any]) -> float | None:
    found = score_answer(text, row, explain=True)
    return None if found.unscored and not found.value else found.value


def verl_rows(rows: Iterable[Row], split: str = "train") -> Iterator[dict[str, Any]]:
    """Verl: rows as its data sets have them; the metadata is what `compute_score` is told."""
    for index, row in enumerate(rows):
        yield {
            "data_source": "markscheme",
            "prompt": [{"role": "user", "content": row["question"]}],
            "ability": "math",
            "reward_model": {"style": "rule", "ground_truth": row["answer"]},
            "extra_info": {"split": split, "index": index, "metadata": json.dumps(row["metadata"], ensure_ascii=False)},
        }


def compute_score(
    data_source: str, solution_str: Any, ground_truth: str, extra_info: Mapping[str, Any] | None = None, **_: Any  # noqa: ARG001
) -> dict[str, float]:  # fmt: skip
    """Verl: the reward of a solution, from 0 to 1, and how many answers wait for a person, who alone could score them.

    `reward.custom_reward_function.path` names this file.
    """
    about = (extra_info or {}).get("metadata", "{}")
    found = score_answer(solution_str, row_in({"answer": ground_truth, "metadata": about}), explain=True)
    return {"score": found.value, "acc": found.value, "unscored": float(len(found.unscored))}


def _text_of(said: Any) -> Any:
    """The text of a completion: itself, or the last message of a chat."""
    if not isinstance(said, list | tuple) or not said:
        return cast("Any", said)
    last = cast("Sequence[Any]", said)[-1]
    return cast("Mapping[str, Any]", last).get("content") if isinstance(last, Mapping) else None
