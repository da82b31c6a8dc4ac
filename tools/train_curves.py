"""The accuracy curves of training/initialization, really trained. Needs torch 2.13.0 and scikit-learn.

Networks on scikit-learn's 8×8 digits (1,797 images, a fifth of them held out), biases zero, weights zero, Xavier or He.
Each setting is trained five times a method, from fixed seeds; the mean held-out accuracy after each epoch is kept.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

PAGE = Path(__file__).parent.parent / "src/markscheme/bank/training/curves.json"
SETTINGS: dict[str, dict[str, Any]] = {
    "relu": {"activation": "ReLU", "depth": 16, "width": 64, "inputs": "scaled", "optimizer": "SGD", "rate": 0.005},
    "sigmoid": {"activation": "Sigmoid", "depth": 2, "width": 128, "inputs": "raw", "optimizer": "Adam", "rate": 0.001},
    "sigmoid_scaled": {"activation": "Sigmoid", "depth": 2, "width": 128, "inputs": "scaled", "optimizer": "Adam",
                       "rate": 0.001},
    "sigmoid_deep": {"activation": "Sigmoid", "depth": 16, "width": 128, "inputs": "raw", "optimizer": "Adam",
                     "rate": 0.001},
}  # fmt: skip
METHODS = ("zero", "Xavier", "He")
EPOCHS, RUNS = 16, 5


def network(setting: dict[str, Any], method: str) -> nn.Sequential:
    sizes = [64, *[setting["width"]] * (setting["depth"] - 1), 10]
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        linear = nn.Linear(fan_in, fan_out)
        nn.init.zeros_(linear.bias)
        if method == "zero":
            nn.init.zeros_(linear.weight)
        elif method == "Xavier":
            nn.init.xavier_normal_(linear.weight)
        else:
            nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        layers += [linear, getattr(nn, setting["activation"])()]
    return nn.Sequential(*layers[:-1])


def inputs(setting: dict[str, Any], images: torch.Tensor) -> torch.Tensor:
    match setting["inputs"]:
        case "raw":
            return images * 255 / 16
        case "scaled":
            return images / 16
        case _:
            return (images - images.mean()) / images.std()


def curve(setting: dict[str, Any], method: str, run: int) -> list[float]:
    torch.manual_seed(182 + run)
    digits = load_digits()
    order = torch.randperm(len(digits.target))
    x = inputs(setting, torch.tensor(digits.data, dtype=torch.float32))[order]
    y = torch.tensor(digits.target)[order]
    held = len(y) // 5
    model, loss = network(setting, method), nn.CrossEntropyLoss()
    if setting["optimizer"] == "SGD":
        optimizer: torch.optim.Optimizer = torch.optim.SGD(model.parameters(), setting["rate"], momentum=0.9)
    else:
        optimizer = torch.optim.Adam(model.parameters(), setting["rate"])
    kept: list[float] = []
    for _ in range(EPOCHS + 1):
        with torch.no_grad():
            kept.append((model(x[:held]).argmax(1) == y[:held]).float().mean().item())
        for batch in (torch.randperm(len(y) - held) + held).split(32):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
    return kept


def mean(setting: dict[str, Any], method: str) -> list[float]:
    runs = [curve(setting, method, run) for run in range(RUNS)]
    return [round(sum(accuracies) / RUNS, 3) for accuracies in zip(*runs, strict=True)]


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    made = {
        name: {"setting": setting, "runs": RUNS, "curves": {method: mean(setting, method) for method in METHODS}}
        for name, setting in SETTINGS.items()
    }
    PAGE.write_text(json.dumps(made) + "\n", "utf-8")
    for name, it in made.items():
        print(name, {method: (sum(values) / len(values), values[-1]) for method, values in it["curves"].items()})
