"""Our rows as a task of inspect_ai, whose scorer gives partial credit and says why."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Sequence
from typing import Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState, generate

from markscheme.datasets.rows import Row
from markscheme.datasets.scoring import score_answer
from markscheme.datasets.sets import dataset


def task(names: str | Sequence[str] = (), size: int = 100, seed: str | int = 0, **options: Any) -> Task:
    """A task of `size` rows; the options are those of `dataset`."""
    rows = dataset(names, size, seed, **options)
    return Task(
        dataset=MemoryDataset([sample(row) for row in rows], name="markscheme"), solver=generate(), scorer=marks()
    )


def sample(row: Row) -> Sample:
    """A row as a sample; its metadata is all that the scorer needs."""
    return Sample(input=row["question"], target=row["answer"], id=_id_of(row), metadata={"row": row["metadata"]})


def _id_of(row: Row) -> str:
    return f"{row['metadata']['content']} {' '.join(row['metadata']['answers'])}"


@scorer(metrics=[mean(), stderr()])
def marks() -> Scorer:
    """What a reply earns, with the verdict on each answer; unscored where a person would have to decide."""

    async def score(state: TaskState, target: Target) -> Score:
        row = {"answer": target.text, "metadata": state.metadata["row"]}
        reply = state.output.completion
        found = await to_thread(score_answer, reply, row, explain=True)
        said = [f"{name}: {verdict.status}. {verdict.reason}" for name, verdict in found.verdicts.items()]
        told: dict[str, Any] = {
            "answer": reply,
            "explanation": "\n".join(said) or found.reason,
            "metadata": {"unscored": list(found.unscored)},
        }
        if found.unscored and not found.value:
            return Score.unscored(reason="a person decides", **told)
        return Score(value=found.value, **told)

    return score
