"""Our rows as a task of inspect_ai, whose scorer gives partial credit and says why."""

from __future__ import annotations

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
    """What a reply earns of the marks; the explanation has the verdict on each answer."""

    async def score(state: TaskState, target: Target) -> Score:
        row = {"answer": target.text, "metadata": state.metadata["row"]}
        found = score_answer(state.output.completion, row, explain=True)
        said = [f"{name}: {verdict.status}. {verdict.reason}" for name, verdict in found.verdicts.items()]
        return Score(
            value=found.value,
            answer=state.output.completion,
            explanation="\n".join(said) or found.reason,
            metadata={"unscored": list(found.unscored)},
        )

    return score
