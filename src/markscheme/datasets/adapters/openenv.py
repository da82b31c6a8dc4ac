"""Our rows as an environment of OpenEnv: `reset` asks a question, `step` takes a reply, with one try or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from openenv.core.env_server import Action, Environment, Observation, State, create_app
from openenv.core.env_server.types import EnvironmentMetadata
from pydantic import Field

from markscheme import __version__
from markscheme.core.errors import MarkschemeError
from markscheme.datasets.rows import Row
from markscheme.datasets.sets import Dataset, dataset
from markscheme.datasets.splits import SPLITS
from markscheme.datasets.tries import Tries
from markscheme.draw import Draw


class Reply(Action):
    """What a model replies."""

    text: str = Field(description="The whole reply, with the answer as the question asks for it")


class Asked(Observation):
    """What a model is told: the question, then after each reply what is right in it."""

    text: str = Field(description="The question; after a reply, what is right in it")
    tries_left: int = Field(default=0, description="How often it may still reply")


class Episode(State):
    """How far an episode is."""

    split: str = ""
    index: int = -1
    tries_left: int = 0
    earned: float = 0.0


class Sets:
    """The rows of each split, which all sessions of a server share."""

    def __init__(self, make: Callable[[str], Dataset]) -> None:
        self.by_split = {split: make(split) for split in SPLITS}
        self._lock = Lock()

    def row(self, split: str, index: int) -> Row:
        """A row. Raises `MarkschemeError` for a split that is none, and `IndexError`."""
        rows = self.of(split)
        if not 0 <= index < len(rows):
            raise IndexError(f"{split} has rows 0 to {len(rows) - 1}, not {index}")
        with self._lock:
            return rows[index]

    def of(self, split: str) -> Dataset:
        """The rows of a split. Raises `MarkschemeError` for one that is none."""
        if split not in self.by_split:
            raise MarkschemeError(f"a split is {', '.join(SPLITS[:-1])} or {SPLITS[-1]}, not {split!r}")
        return self.by_split[split]


class MarkschemeEnvironment(Environment[Reply, Asked, Episode]):
    """One session: a question, replies, and what they earn. Neither key nor id is in what a client can ask for."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, sets: Sets, tries: int = 1) -> None:
        super().__init__()
        self._sets, self._most = sets, tries
        self._next = 0
        self._tries: Tries | None = None
        self._episode = Episode()

    def reset(
        self, seed: int | None = None, episode_id: str | None = None, split: str = "train", index: int | None = None,
        **_: Any,
    ) -> Asked:  # fmt: skip
        """Ask a question: the one of this index, or one that the seed draws, or else the next."""
        if index is None:
            index = self._next if seed is None else Draw(f"{seed}: row").below(len(self._sets.of(split)))
        row = self._sets.row(split, index)
        self._next = (index + 1) % len(self._sets.of(split))
        self._tries = Tries(row, self._most)
        self._episode = Episode(episode_id=episode_id, split=split, index=index, tries_left=self._tries.left)
        return Asked(text=row["question"], tries_left=self._tries.left)

    def step(self, action: Reply, timeout_s: float | None = None, **_: Any) -> Asked:  # noqa: ARG002 (by this name)
        """Mark a reply: what it earns beside what was earned before is the reward; None, for a person to decide.

        Raises `MarkschemeError` where no question is open.
        """
        if self._tries is None or not self._tries.left:
            raise MarkschemeError("no question is open: reset asks one")
        turn = self._tries.reply(action.text)
        self._episode = Episode(
            episode_id=self._episode.episode_id,
            step_count=self._episode.step_count + 1,
            split=self._episode.split,
            index=self._episode.index,
            tries_left=self._tries.left,
            earned=self._tries.earned,
        )
        said = {name: verdict.status for name, verdict in turn.score.verdicts.items()}
        return Asked(
            text=turn.said,
            tries_left=self._tries.left,
            reward=turn.gained,
            done=turn.done,
            metadata={"answers": said, "unscored": list(turn.score.unscored)},
        )

    @property
    def state(self) -> Episode:
        """How far the episode is."""
        return self._episode

    def get_metadata(self) -> EnvironmentMetadata:
        """What this is."""
        return EnvironmentMetadata(
            name="markscheme", description="Exam problems, marked as an exam is", version=__version__
        )

    def list_splits(self) -> list[str]:
        """The splits, which have no content in common."""
        return list(SPLITS)

    def num_tasks(self, split: str) -> int:
        """How many rows a split has."""
        return len(self._sets.of(split))

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """The question of a row, by its index."""
        return {"index": index, "question": self._sets.row(split, index)["question"]}

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
        """The questions of some rows, at most a hundred."""
        indices = range(self.num_tasks(split))[start:stop][:100]
        return [self.get_task(split, index) for index in indices]

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        """The first hundred questions of a split."""
        return self.get_task_range(split)


def app(
    names: str | Sequence[str] = (), size: int = 1_000, seed: str | int = 0, *, tries: int = 1, sessions: int = 64,
    **options: Any,
) -> Any:  # fmt: skip
    """A server of `size` rows a split, for `uvicorn`; the options are those of `dataset`."""
    sets = Sets(lambda split: dataset(names, size, seed, split, **options))  # pyright: ignore[reportArgumentType]
    Tries(sets.row(SPLITS[0], 0), tries)  # raises for less than one
    return create_app(
        lambda: MarkschemeEnvironment(sets, tries),
        Reply,
        Asked,
        env_name="markscheme",
        max_concurrent_envs=sessions,
        state_cls=Episode,
    )
