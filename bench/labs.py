"""Labs: networks side by side against torch's own one by one, the short form from a cold start, and all in full."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch
from torch import nn

from bench.timing import Figure
from markscheme.labs import NAMES
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, drawn_weights, optimizer_for, train

METHODS: tuple[Callable[[Any], Any], ...] = (nn.init.zeros_, nn.init.xavier_normal_, nn.init.kaiming_normal_)


def figures() -> list[Figure]:
    torch.set_num_threads(1)
    side_by_side, one_by_one = min(seconds(ours) for _ in range(3)), min(seconds(theirs) for _ in range(3))
    with TemporaryDirectory() as folder:
        short = {name: command(name, "--quick", "--out", f"{folder}/short") for name in NAMES}
        full = command("all", "--out", f"{folder}/full")
        drawn_again = command("all", "--out", f"{folder}/full")
    slowest = max(short, key=short.__getitem__)
    return [
        Figure("three ReLU networks of 16 layers, 12 epochs, side by side", side_by_side, "s",
               note=f"torch's modules one by one {one_by_one:.2f} s"),
        Figure("the same: their time over ours", one_by_one / side_by_side, "x", least=1.5),
        Figure(f"a lab in short form from a cold start, the slowest ({slowest})", short[slowest], "s", limit=5,
               note=f"all ten {sum(short.values()):.0f} s"),
        Figure("all labs in full, but for the sweep", full, "s", limit=900,
               note=f"again, with all trials kept, {drawn_again:.0f} s"),
    ]  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def command(*arguments: str) -> float:
    line = [str(Path(sys.executable).with_name("markscheme")), "lab", "run", *arguments, "--json"]
    return seconds(lambda: subprocess.run(line, check=True, stdout=subprocess.DEVNULL))


def ours() -> None:
    trial = Trial("initialization", "relu_dense", 0)
    training, held_out = images(trial)
    rng = trial.random("weights")
    networks = Dense([drawn_weights(("zero", "Xavier", "He"), *fans, rng) for fans in pairwise([64, *[64] * 15, 10])])
    train(networks, optimizer_for("SGD", networks.parameters, 0.005), training, held_out, epochs=12, batch=64,
          rng=trial.random("batches"))  # fmt: skip


def images(trial: Trial) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    training, held_out = trial.images.split(trial.random("split"))
    one, other = ((trial.tensor(it.x), trial.tensor(it.y)) for it in (training, held_out))
    return one, other


def theirs() -> None:
    """The same trainings as torch's users write them."""
    trial = Trial("initialization", "relu_dense", 0)
    (x, y), (watched, labels) = images(trial)
    x, watched = x.flatten(1), watched.flatten(1)
    for fill in METHODS:
        layers: list[nn.Module] = []
        for fans in pairwise([64, *[64] * 15, 10]):
            layers += [nn.Linear(*fans), nn.ReLU()]
            fill(layers[-2].weight)
            nn.init.zeros_(layers[-2].bias)  # pyright: ignore[reportArgumentType]
        model, loss = nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss()
        optimizer: Any = torch.optim.SGD(model.parameters(), 0.005, momentum=0.9)
        rng = trial.random("batches")
        for _ in range(12):
            for batch in torch.from_numpy(rng.permutation(len(y))).split(64):
                optimizer.zero_grad()
                loss(model(x[batch]), y[batch]).backward()
                optimizer.step()
            with torch.no_grad():
                (model(watched).argmax(1) == labels).float().mean().item()
