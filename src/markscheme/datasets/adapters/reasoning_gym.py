"""Our problems as sets of reasoning-gym, by names such as `markscheme/attention/linear_rnn`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from typing import Any, Final

import reasoning_gym
from reasoning_gym.coaching import BaseCurriculum, ScalarAttributeDefinition
from reasoning_gym.factory import DATASETS, register_dataset

from markscheme.bank.catalog import catalog
from markscheme.datasets.scoring import score_answer
from markscheme.datasets.sets import askable, dataset

PREFIX: Final = "markscheme/"
STEPS: Final = 4
"""How often a curriculum raises a knob that is a whole number, by a half of its default each time."""


@dataclass
class Config:
    """What every set of ours takes; its knobs stand beside these, each under its name."""

    seed: int | None = None
    size: int = 500
    split: str = ""
    ask: str = "one"
    knobs: dict[str, Any] = field(default_factory=dict[str, Any])

    def validate(self) -> None:
        """Nothing: wrong values are errors where the set is made."""


class Rows(reasoning_gym.dataset.ProceduralDataset):
    """Rows of one problem, by their number, with reasoning-gym's names in the metadata."""

    problem = ""

    def __init__(self, config: Any) -> None:
        super().__init__(config=config, seed=config.seed, size=config.size)
        knobs = {name: getattr(config, name) for name in catalog()[self.problem].knobs} | config.knobs
        self.rows = dataset(self.problem, self.size, str(self.seed), config.split or None, knobs, ask=config.ask)

    def __getitem__(self, idx: int) -> dict[str, Any]:
        row = self.rows[idx]
        own = {"source_dataset": f"{PREFIX}{self.problem}", "source_index": idx}
        return row | {"metadata": row["metadata"] | own | {"difficulty": row["metadata"]["knobs"]}}

    def score_answer(self, answer: str | None, entry: Mapping[str, Any]) -> float:
        """What an answer earns, with partial credit, from 0 to 1."""
        return score_answer(answer, entry)


def register(names: tuple[str, ...] = ()) -> list[str]:
    """Make problems known to reasoning-gym, each with a curriculum that raises its knobs; the names there."""
    registered: list[str] = []
    for name in names or askable():
        there = f"{PREFIX}{name}"
        if there not in DATASETS:
            knobs = catalog()[name].knobs
            config = make_dataclass(
                "Config", [(knob, type(value), value) for knob, value in knobs.items()], bases=(Config,)
            )
            own = type("Rows", (Rows,), {"problem": name})
            register_dataset(there, own, config, _curriculum(there, config, knobs))
        registered.append(there)
    return registered


def _curriculum(name: str, config: type, knobs: Mapping[str, Any]) -> type[BaseCurriculum]:
    def start(self: BaseCurriculum) -> None:
        BaseCurriculum.__init__(self, name, config)
        numbers = {knob: value for knob, value in knobs.items() if type(value) is int}
        self._define_attributes(*[
            ScalarAttributeDefinition(
                name=knob, field_name=knob, levels=[value + step * max(1, value // 2) for step in range(STEPS)],
                description=f"the knob {knob}",
            )
            for knob, value in numbers.items()
        ])  # fmt: skip

    return type("Curriculum", (BaseCurriculum,), {"__init__": start})
