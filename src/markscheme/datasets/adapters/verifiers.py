"""Our rows as a taskset and an environment of verifiers, with one try or several.

`vf-eval` and `vf-validate` find them in a module of yours, say `exam_rows.py`:

    from markscheme.datasets.adapters.verifiers import Rows, RowsEnv

    __all__ = ["Rows", "RowsEnv"]
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterator
from typing import Any

import verifiers.v1 as vf
from pydantic import Field

from markscheme.core.proof import prove_item
from markscheme.datasets.scoring import posed, score_answer
from markscheme.datasets.sets import dataset, key_of
from markscheme.datasets.tries import Tries

__all__ = ["Rows", "RowsConfig", "RowsEnv", "RowsEnvConfig"]

REPLIES = "markscheme_replies"
"""Where a trace keeps the replies that were tries."""


class RowsConfig(vf.TasksetConfig):
    """Which rows; as `dataset` takes them."""

    names: list[str] = Field(default_factory=list)
    size: int = 100
    seed: str = "0"
    split: str = ""
    ask: str = "one"
    knobs: dict[str, Any] = Field(default_factory=dict)
    weights: dict[str, int] = Field(default_factory=dict)


class RowData(vf.TaskData):
    """A row: its question is the prompt; the rest is for scoring, and no model sees it."""

    row: dict[str, Any]


class RowTask(vf.Task[RowData, vf.State, vf.TaskConfig]):
    """A question, what a reply to it earns, and whether its key is right."""

    @property
    def key(self) -> str:
        """What the row asks, whatever its place in a set."""
        about = self.data.row["metadata"]
        return key_of(about["content"], about.get("answers", ()))

    @vf.reward
    async def marks(self, trace: vf.Trace) -> float:
        """What the reply earns, or all tries together, from 0 to 1."""
        tries = await to_thread(self._tries, trace)
        return tries.earned

    @vf.metric
    async def unscored(self, trace: vf.Trace) -> float:
        """1 where a person would have to decide about a reply, which earns 0 here."""
        tries = await to_thread(self._tries, trace)
        return float(bool(tries.unscored))

    def _tries(self, trace: vf.Trace) -> Tries:
        replies = trace.info.get(REPLIES) or [trace.last_reply]
        tries = Tries(self.data.row, len(replies))
        for text in replies:
            if tries.left:
                tries.reply(text)
        return tries

    async def validate(self, runtime: vf.Runtime) -> bool:  # noqa: ARG002 (verifiers hands it over by this name)
        """Whether the key earns all, an empty reply nothing, and the key is the same computed a second way."""
        return await to_thread(self._is_right)

    def _is_right(self) -> bool:
        row = self.data.row
        read = score_answer(f" {row['answer']} ", row, explain=True)
        if read.value < 1 or score_answer("", row):
            return False
        prove_item(posed(row["metadata"]["id"]))
        return True


class Rows(vf.Taskset[RowTask, RowsConfig]):
    """Rows as tasks."""

    def load(self) -> Iterator[RowTask]:
        """The tasks, in the order of the rows."""
        it = self.config
        split: Any = it.split or None
        chosen: Any = {"knobs": it.knobs, "ask": it.ask, "weights": it.weights}
        for row in dataset(it.names, it.size, it.seed, split, **chosen):
            data = RowData(
                name=row["metadata"]["problem"],
                prompt=row["question"],
                row={"answer": row["answer"], "metadata": row["metadata"]},
            )
            yield RowTask(data, it.task)


class RowsEnvConfig(vf.EnvConfig):
    """One agent, and how many tries it has."""

    agent: vf.AgentConfig = vf.AgentConfig()
    tries: int = 1


class RowsEnv(vf.Env[RowsEnvConfig]):
    """One agent answers; where it has several tries it is told its slip after each, and never the key."""

    async def run(self, task: vf.Task, agents: vf.Agents) -> None:
        """Play an episode."""
        assert isinstance(task, RowTask)
        tries, replies = Tries(task.data.row, self.config.tries), list[str]()
        async with agents.agent.interaction(task) as interaction:
            segment = await interaction.turn()
            while not segment.terminated:
                replies.append(segment.last_reply)
                turn = await to_thread(tries.reply, segment.last_reply)
                if turn.done:
                    break
                segment = await interaction.turn(turn.said)
            interaction.trace.info[REPLIES] = replies
