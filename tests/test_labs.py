"""Labs: what they find in short, how they are run, taken up again and reported, and what of them ships."""

from __future__ import annotations

import io
import json
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from html import escape
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, cast, get_args

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import nn

import markscheme as ms
from markscheme import labs
from markscheme.bank.trained import trained
from markscheme.cli.labs import watching
from markscheme.cli.main import app
from markscheme.core.errors import DefinitionError, MarkschemeError, UnknownName
from markscheme.core.writing import solution
from markscheme.labs.engine import naming, running
from markscheme.labs.engine.charts import drawn, in_text, saved
from markscheme.labs.engine.lab import Claim, Identity, Lab, Measured, Verdict, constant
from markscheme.labs.engine.report import files
from markscheme.labs.engine.result import plain, read
from markscheme.labs.engine.ruling import interval, ruled, told, weighed
from markscheme.labs.engine.running import run_lab
from markscheme.labs.engine.trial import Trial
from markscheme.labs.images import load_images
from markscheme.labs.networks import Convolutional, Dense, optimizer_for, train
from markscheme.text.document import Drawing, Head
from tests.rounding import rounding

pytestmark = pytest.mark.heavy

# What labs find


@pytest.mark.parametrize("name", labs.NAMES)
def test_a_lab_in_short_form(name: str) -> None:
    """A quick run rules on identities as the one that shipped; it is strict JSON, pictures with words, and a page."""
    quick = labs.run(name, seeds=1, quick=True)
    shipped = {(claim["claim"], claim["where"]): claim["verdict"] for claim in trained(name).page["claims"]}
    for evidence in quick.evidence:
        if isinstance(evidence.claim, Identity):
            assert evidence.verdict == shipped[evidence.claim.says, evidence.claim.where], str(evidence)
        elif not evidence.claim.quantity.names & {"relu", "sigmoid"}:  # measured when it shipped
            assert evidence.verdict == "not shown", str(evidence)
    made = files(quick)
    data = json.loads(made["result.json"], parse_constant=pytest.fail)
    assert data["seeds"].startswith(("1 seed", "5 seeds"))
    for figure in data["figures"]:
        assert len(figure["alternative"]) > 40
        assert made[f"{figure['name']}.png"].startswith(b"\x89PNG")
        assert b"<svg" in made[f"{figure['name']}.svg"]
        assert len(made[f"{figure['name']}.svg"]) < 200_000
    page = made["report.html"].decode()
    assert all(escape(evidence.claim.says) in page for evidence in quick.evidence)
    assert 'src="http' not in page


def test_labs_and_problems_name_each_other() -> None:
    """A lab's problems name the lab, each problem that names a lab is among its problems, and claims are about them."""
    for name in labs.NAMES:
        lab = labs.named(name)
        assert lab.problems
        for problem in lab.problems:
            found = ms.problem(problem).lab
            assert found is not None
            assert found.lab == name
        assert {claim.problem for claim in lab.sentences} <= set(lab.problems)
        assert {problem for drawing in lab.drawings for problem in drawing.problems} <= set(lab.problems)
    for problem in ms.problems().values():
        if problem.lab:
            assert problem.name in labs.named(problem.lab.lab).problems


@pytest.mark.parametrize("name", labs.NAMES)
def test_what_shipped_is_of_the_labs_as_they_are(name: str) -> None:
    """Shipped results are of today's lab and tell what another processor changes, and verdicts follow from them."""
    page, lab = trained(name).page, labs.named(name)
    assert page["version"] == lab.version
    assert page["settings"] == {it.name: dict(it.settings) for it in lab.experiments.values()}
    assert {it: len(rows) for it, rows in page["measured"].items()} == {
        it.name: it.seeds for it in lab.experiments.values()
    }
    assert {it: len(rows) for it, rows in page["again"].items()} == {
        it.name: min(it.again, it.seeds) for it in lab.experiments.values() if it.again
    }
    assert [(it["claim"], it["where"]) for it in page["claims"]] == [(it.says, it.where) for it in lab.sentences]
    assert [it["name"] for it in page["figures"]] == [it.name for it in lab.drawings]
    measured, again = ({it: read(rows) for it, rows in page[key].items()} for key in ("measured", "again"))
    assert [it.verdict for it in ruled(lab, measured, again)] == [it["verdict"] for it in page["claims"]]
    assert all("change" not in it or it["change"] is not None for it in page["claims"])


@pytest.mark.parametrize("problem", ["training/initialization", "decoding/beam_search"])
def test_solutions_show_what_was_trained(problem: str) -> None:
    """A solution ends with the lab's claims about its problem and a figure with words."""
    blocks = solution(ms.problem(problem).as_published())
    heads = [block for block in blocks if isinstance(block, Head) and "markscheme lab run" in block.label]
    assert len(heads) == 1
    last = blocks[-1]
    assert isinstance(last, Drawing)
    assert last.svg().startswith("<svg role=")


# Networks side by side


CLOSE = rounding(1000)
"""A few steps of training in double precision: rounding, grown a thousandfold at most."""
THEIRS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, 0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda parameters: torch.optim.Adam(parameters, 0.1, weight_decay=0.01),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters, 0.1, weight_decay=0.01),
}


@pytest.mark.parametrize("name", THEIRS)
def test_optimizers_step_as_those_of_torch(name: str) -> None:
    """The same parameters with the same gradients move as torch.optim moves them."""
    start = np.random.default_rng(0).standard_normal((3, 4))
    ours, theirs = (torch.from_numpy(start.copy()).requires_grad_() for _ in range(2))
    optimizers = (optimizer_for(name, [ours], 0.1, 0.01), THEIRS[name]([theirs]))
    for _ in range(30):
        for parameter, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            (parameter.cos() * torch.arange(4.0)).sum().backward()
            optimizer.step()
    assert float((ours - theirs).detach().abs().max()) < 30 * rounding(start, 4)  # thirty steps of at most 4 each


def test_each_network_has_its_rate() -> None:
    """Networks side by side with a rate each move as each of them alone does at its rate."""
    start, slopes = (torch.from_numpy(np.random.default_rng(seed).standard_normal((3, 4, 2))) for seed in (0, 1))
    for name in ("SGD", "Adam"):
        together, alone = start.clone().requires_grad_(), [it.clone().requires_grad_() for it in start]
        rates = [0.1, 0.0, 0.3]
        optimizers = [optimizer_for(name, [together], rates)]
        optimizers += [optimizer_for(name, [it], rate) for it, rate in zip(alone, rates, strict=True)]
        for _ in range(5):
            for parameter, slope in ((together, slopes), *zip(alone, slopes, strict=True)):
                parameter.grad = slope.clone()
            for optimizer in optimizers:
                optimizer.step()
        assert float((together - torch.stack(alone)).detach().abs().max()) < rounding(start, 5 * slopes)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_convolutional_networks_are_those_of_torch(activation: str) -> None:
    """Convolutional networks side by side give what torch's modules give with the same weights."""
    made = Convolutional(("Xavier", "He"), (5, 6), (3, 4), 2, activation, np.random.default_rng(0))
    x = torch.from_numpy(np.random.default_rng(1).standard_normal((7, 5, 6), dtype="float32"))
    for place, scores in enumerate(made(x).detach()):
        h = x[:, None]
        for kernel, bias in zip(made.kernels, made.biases, strict=True):
            h = {"relu": torch.relu, "sigmoid": torch.sigmoid}[activation](
                nn.functional.conv2d(h, kernel[place], bias[place], padding="same")
            )
        alone = h.flatten(1) @ made.last.weights[0][place]
        # single precision: a thousand of its units, of which a double has 2 ** 29
        assert float((scores - alone).detach().abs().max()) < 2**29 * rounding(1, alone.detach())


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_networks_side_by_side_are_networks_alone(activation: str) -> None:
    """A network learns beside others what it learns alone, and what torch's own modules learn."""
    rng = np.random.default_rng(0)
    x, y = torch.from_numpy(rng.standard_normal((96, 6))), torch.arange(96) % 3
    weights = [torch.from_numpy(rng.standard_normal((2, *fans))) for fans in ((6, 5), (5, 3))]

    def trained_by(networks: Dense) -> list[list[float]]:
        optimizer = optimizer_for("SGD", networks.parameters, 0.05)
        return train(networks, optimizer, (x, y), (x, y), epochs=3, batch=32, rng=np.random.default_rng(1)).loss

    together = trained_by(Dense([W.clone() for W in weights], activation))
    for place, losses in enumerate(together):
        (alone,) = trained_by(Dense([W[place : place + 1].clone() for W in weights], activation))
        assert alone == pytest.approx(losses, abs=CLOSE)
        modules = [
            nn.Linear(6, 5, dtype=torch.float64),
            {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[activation](),
            nn.Linear(5, 3, dtype=torch.float64),
        ]
        for linear, W in zip(modules[::2], weights, strict=True):
            linear.weight.data, linear.bias.data = W[place].T.clone(), W.new_zeros(W.shape[2])
        model, order = nn.Sequential(*modules), np.random.default_rng(1)
        optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9)
        for _ in range(3):
            for batch in torch.from_numpy(order.permutation(96)).split(32):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
                optimizer.step()
        assert nn.functional.cross_entropy(model(x), y).item() == pytest.approx(losses[-1], abs=CLOSE)


def test_a_network_that_diverges_leaves_the_others_alone() -> None:
    """Where one network's loss is no number, the others learn as without it."""
    rng = np.random.default_rng(0)
    x, y = torch.from_numpy(rng.standard_normal((64, 4))), torch.arange(64) % 2
    weights = [torch.from_numpy(rng.standard_normal((1, *fans))) for fans in ((4, 8), (8, 2))]

    def losses(W: list[torch.Tensor]) -> list[list[float]]:
        networks = Dense(W)
        optimizer = optimizer_for("SGD", networks.parameters, 0.05)
        return train(networks, optimizer, (x, y), (x, y), epochs=2, batch=16, rng=np.random.default_rng(1)).loss

    (alone,) = losses([W.clone() for W in weights])
    beside, lost = losses([torch.cat([W, W * 1e300]) for W in weights])
    assert not math.isfinite(lost[-1])
    assert beside == pytest.approx(alone, abs=CLOSE)


# How labs are run


def tiny() -> Lab:
    """A lab whose trials say how often they were run."""
    lab = Lab("tiny", title="Tiny", source="", problems=(), text="")

    @lab.experiment(quick={"size": 2})
    def sums(trial: Trial, *, size: int = 3, scale: float = 1.0, fast: bool = False) -> Measured:
        values = trial.random().standard_normal(size) * scale
        return {"sum": float(values.sum()), "values": values.tolist(), "fast": fast}

    lab.claims("the sum is positive or not", {"here": sums["sum"]}, effect="sum", above=-1e9, because="it is one")
    return lab


@pytest.fixture
def only_tiny(monkeypatch: pytest.MonkeyPatch) -> Lab:
    lab = tiny()
    monkeypatch.setattr(naming, "named", lambda _: lab)
    return lab


def test_a_trial_can_be_held_to_the_oldest_instructions() -> None:
    """Some seeds are tried again in a process that is held; they stand beside the others, by experiment."""
    settings = {"steps": 2, "watched": 1, "layers": 2}
    result = labs.run("receptive_fields", seeds=1, again=1, quick=True, settings=settings)
    used = result.processor["torch"] or result.processor["NumPy"]
    assert {name: len(rows) for name, rows in result.again.items()} == ({"fields": 1} if used else {})
    change = [it.change for it in result.evidence if isinstance(it.claim, Claim)]
    assert all(map(math.isfinite, change)) == bool(used)


def test_a_seed_does_not_depend_on_the_others(only_tiny: Lab) -> None:
    """The numbers of a seed are the same, however many seeds are run."""
    one, three = run_lab(only_tiny, seeds=1), run_lab(only_tiny, seeds=3)
    assert three.measured["sums"][0] == one.measured["sums"][0]
    assert three.measured["sums"][1] != one.measured["sums"][0]


SHORT = {"steps": 20}


def test_processes_change_nothing() -> None:
    """Trials in other processes measure the same numbers, bit for bit."""
    here = run_lab(labs.named("optimizers"), seeds=2, quick=True, settings=SHORT)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        there = run_lab(labs.named("optimizers"), seeds=2, quick=True, settings=SHORT, executor=executor)
    assert files(here) == files(there)


def test_interrupted_runs_go_on(only_tiny: Lab, tmp_path: Path) -> None:
    """After an interruption what was done is not done again, and the result is that of a run in one go."""
    count = 0

    def interrupt(*_: object) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_lab(only_tiny, seeds=4, folder=tmp_path, watch=interrupt)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    assert len(kept) == 2
    resumed = run_lab(only_tiny, seeds=4, folder=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert resumed.as_json() == run_lab(only_tiny, seeds=4).as_json()


@pytest.mark.parametrize("spoiled", ["", "{", '{"stamp": 1, "measured": {"sum": 1}}', "[]"])
def test_only_the_same_trial_is_taken_up(only_tiny: Lab, tmp_path: Path, spoiled: str) -> None:
    """A trial with other settings, or a file that is none, is run again."""
    first = run_lab(only_tiny, seeds=1, folder=tmp_path)
    other = run_lab(only_tiny, seeds=1, folder=tmp_path, settings={"scale": "2"})
    assert other.measured["sums"][0]["sum"] == pytest.approx(2 * first.measured["sums"][0]["sum"], rel=1e-5)
    next(tmp_path.rglob("sums-0.json")).write_text(spoiled, "utf-8")
    assert run_lab(only_tiny, seeds=1, folder=tmp_path).as_json() == first.as_json()


def test_other_data_of_the_same_name_are_other_data(only_tiny: Lab, tmp_path: Path) -> None:
    """A trial is run again where the file of images is another one than it was."""
    images, trials = str(tmp_path / "own.npz"), tmp_path / "trials" / "sums-0.json"
    kept: list[int] = []
    for shade in (1, 1, 2):
        np.savez(images, x=np.arange(640.0).reshape(10, 8, 8) ** shade, y=np.arange(10))
        run_lab(only_tiny, seeds=1, data=images, folder=tmp_path)
        kept.append(trials.stat().st_mtime_ns)
    assert kept[0] == kept[1] != kept[2]


def test_a_loss_that_is_nan_is_a_finding() -> None:
    """A rate that makes a loss overflow is reported, shows no claim, and is null in the JSON."""
    settings = {"rate": 1e30, "steps": 9, "watched": 1}
    result = labs.run("receptive_fields", seeds=1, quick=True, settings=settings)
    assert any(
        said.startswith("fields: plain spread became infinite or NaN with 1 of 1 seeds") for said in result.diverged
    )
    (evidence,) = [it for it in result.evidence if it.claim.where.startswith("trained, eight")]
    assert evidence.verdict == "not shown"
    assert "is NaN with 1 of 1 seeds" in str(evidence)
    json.dumps(result.as_json(), allow_nan=False)


def test_settings_reach_their_experiments(only_tiny: Lab) -> None:
    """A setting goes to the experiment named, or to all that have it, as its default is typed."""
    assert only_tiny.chosen({"sums.size": "5", "fast": "yes"}) == {"sums": {"size": 5, "fast": True}}
    assert only_tiny.chosen({"scale": 2}) == {"sums": {"scale": 2.0}}
    assert run_lab(only_tiny, seeds=1, settings={"scale": 2, "size": 3}).changed == "sums.scale = 2.0"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sise": 3}, "did you mean 'size'"),
        ({"sum.size": 3}, "did you mean 'sums.size'"),
        ({"size": "many"}, "size is a whole number, such as 3, not 'many'"),
        ({"size": -1}, "0 or more"),
        ({"scale": "nan"}, "a finite number"),
        ({"fast": "maybe"}, "yes or no"),
    ],
)
def test_settings_that_are_none(only_tiny: Lab, settings: dict[str, object], said: str) -> None:
    """A setting that there is not is told its near miss; a value of the wrong type, what is wanted."""
    with pytest.raises(MarkschemeError, match=said):
        run_lab(only_tiny, settings=settings)


def test_settings_that_no_network_has() -> None:
    """Where nothing can be trained with a user's settings, the error says which experiment, and why."""
    with pytest.raises(
        MarkschemeError, match=r"initialization: relu_dense cannot be run .*a layer has inputs and outputs"
    ):
        labs.run("initialization", seeds=1, settings={"relu_dense.width": 0})


def test_definitions_that_do_not_fit() -> None:
    """A lab whose settings name nothing, with a claim made twice or without a reason, fails where it is declared."""
    lab = tiny()
    cases = {"here": lab.experiments["sums"]["sum"]}
    with pytest.raises(DefinitionError, match="does not say why its limit is 2"):
        lab.claims("x", cases, effect="x", above=2)
    with pytest.raises(DefinitionError, match="twice in one setting"):
        lab.claims("the sum is positive or not", cases, effect="x")
    with pytest.raises(DefinitionError, match="no setting 'sizes'"):

        @lab.experiment(quick={"sizes": 1})
        def _(trial: Trial, *, size: int = 1) -> Measured:
            return {}

    with pytest.raises(DefinitionError, match="a setting is keyword-only"):

        @lab.experiment()
        def _(trial: Trial, size: int = 1) -> Measured:
            return {}


def test_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where torch is missing the error says how to install it; listing needs none of it."""
    monkeypatch.setattr(naming, "find_spec", lambda name: None if name == "torch" else object())
    with pytest.raises(MarkschemeError, match=r"labs need torch: pip install 'markscheme\[labs\]'"):
        labs.named("leakage")
    assert CliRunner().invoke(app, ["lab", "list"]).exit_code == 0


def test_names_and_devices_that_are_none() -> None:
    """An unknown lab is told its near miss, an unknown device which there are."""
    with pytest.raises(UnknownName, match="did you mean 'leakage'"):
        labs.named("leackage")
    with pytest.raises(MarkschemeError, match=r"'abacus' cannot be used.*there is cpu"):
        run_lab(labs.named("optimizers"), device="abacus")
    with pytest.raises(MarkschemeError, match="at least one seed"):
        run_lab(labs.named("optimizers"), seeds=0)


# Data


def test_the_digits_are_those_of_scikit_learn() -> None:
    """The digits are what scikit-learn's own function loads, scaled to 1."""
    own, theirs = load_images("digits"), cast("Any", load_digits())
    assert np.array_equal(own.x * 16, theirs.images)
    assert np.array_equal(own.y, theirs.target)


def test_other_images(tmp_path: Path) -> None:
    """A lab takes images of another size from an .npz file, colors averaged."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 120)
    x = rng.random((120, 6, 5, 3)) + y[:, None, None, None]
    np.savez(tmp_path / "own.npz", x_train=x, y_train=y)
    images = load_images(str(tmp_path / "own.npz"))
    assert images.x.shape == (120, 6, 5)
    assert (float(images.x.min()), float(images.x.max())) == (0, 1)
    settings = {"epochs": 1, "relu_dense.depth": 3, "tanh_dense.depth": 3}
    result = labs.run("initialization", seeds=1, quick=True, data=str(tmp_path / "own.npz"), settings=settings)
    assert result.data.endswith("own.npz")
    assert len(result.measured["relu_dense"][0]["validation"]["He"][0]) == 2
    assert "relu" not in result.measured  # what shipped is of the digits


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"a": [1]}, "has a; images and labels are looked for under 'x' and 'y'"),
        ({"x": np.zeros((20, 4, 4)), "y": np.zeros(19, int)}, "n × height × width"),
        ({"x": np.zeros((20, 4, 4)), "y": np.zeros(20)}, "of float64"),
        ({"x": np.zeros((20, 4, 4)), "y": np.zeros(20, int)}, "all pixels of all images are alike"),
        ({"x": np.full((20, 4, 4), np.nan), "y": np.zeros(20, int)}, "finite numbers"),
        ({"x": np.array([object()] * 20), "y": np.zeros(20, int)}, r"no \.npz file of plain arrays"),
    ],
)
def test_images_that_are_none(tmp_path: Path, arrays: dict[str, object], said: str) -> None:
    """A file without images and labels of one length is refused with what is wrong; nothing in it is unpickled."""
    np.savez(tmp_path / "own.npz", **arrays)  # pyright: ignore[reportArgumentType]
    with pytest.raises(MarkschemeError, match=said):
        load_images(str(tmp_path / "own.npz"))


def test_data_that_there_are_not(tmp_path: Path) -> None:
    """Unknown data are told what there is; a file that is no .npz is refused."""
    with pytest.raises(MarkschemeError, match=r"digits, a file that ends in \.npz"):
        load_images("didgits")
    (tmp_path / "own.npz").write_bytes(b"PK no zip")
    with pytest.raises(MarkschemeError, match=r"no \.npz file"):
        load_images(str(tmp_path / "own.npz"))
    assert CliRunner().invoke(app, ["lab", "run", "leakage", "--data", "no.npz"], standalone_mode=False).exception


# The command, figures, numbers


def test_the_command(tmp_path: Path) -> None:
    """`lab run` leaves result, report and figures, and prints claims with verdicts; the same again runs nothing."""
    short = [f"--set={name}={value}" for name, value in SHORT.items()]
    arguments = ["lab", "run", "optimizers", "--quick", *short, "--out", str(tmp_path)]
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False).output
    assert "by definition" in shown
    assert "optimizers/report.html" in shown
    trials = {path: path.stat().st_mtime_ns for path in (tmp_path / "optimizers" / "trials").iterdir()}
    data = json.loads(CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False).output)
    assert data[0]["lab"] == "optimizers"
    assert all(Path(file).is_file() for file in data[0]["files"])
    assert {path: path.stat().st_mtime_ns for path in trials} == trials


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "optimisers"], "did you mean 'optimizers'"),
        (["rum", "optimizers"], "did you mean 'run'"),
        (["run", "optimizers", "--set", "rate"], "--set takes SETTING=VALUE"),
        (["run", "optimizers", "--set", "rtae=1"], "has no setting 'rtae'"),
    ],
)
def test_bad_commands(arguments: list[str], said: str, tmp_path: Path) -> None:
    """A command that names nothing is an error with the near miss, and leaves nothing on disk."""
    where = ["--out", str(tmp_path / "out")] if "run" in arguments else []
    error = CliRunner().invoke(app, ["lab", *arguments, *where], standalone_mode=False).exception
    assert isinstance(error, MarkschemeError)
    assert said in str(error)
    assert not (tmp_path / "out").exists()


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_trials_are_counted_as_they_come(only_tiny: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each experiment says how many of its trials are done."""
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with watching(only_tiny, quiet=False) as watch:
        assert watch is not None
        for seed in range(2):
            watch(running.Task(Trial("tiny", "sums", seed), {}), {"sum": 1.0})
    assert "tiny: sums: 2 trials" in terminal.getvalue()


def test_an_interruption_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever interrupts a run reads where it is kept, and that the same command goes on."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "run_lab", interrupted)
    result = CliRunner().invoke(app, ["lab", "run", "attention", "--quick", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert f"What is done is kept in {tmp_path}" in result.output


def test_list_as_json() -> None:
    """`lab list --json` has every lab with its claims and verdicts, from what shipped."""
    listed = json.loads(CliRunner().invoke(app, ["lab", "list", "--json"], catch_exceptions=False).output)
    assert [it["lab"] for it in listed] == list(labs.NAMES)
    assert {claim["verdict"] for it in listed for claim in it["claims"]} <= set(get_args(Verdict))


def test_figures_are_the_same_bytes_each_time() -> None:
    """A figure of the same numbers is the same file; its lines can be drawn with characters."""
    page = trained("initialization").page
    measured = {experiment: read(rows) for experiment, rows in page["measured"].items()}
    drawing = labs.named("initialization").drawings[0]
    one, other = (saved(drawn(drawing, measured)[0], "svg") for _ in range(2))
    assert one == other
    text = in_text(drawn(drawing, measured)[0], color=False)
    assert "ReLU, 16 layers, SGD" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", labs.NAMES)
def test_each_lab_is_drawn_in_text(name: str) -> None:
    """A terminal shows the lines of each figure of a lab, however many there are."""
    measured = {it: read(rows) for it, rows in trained(name).page["measured"].items()}
    for drawing in labs.named(name).drawings:
        figure = drawn(drawing, measured)[0]
        for color in (False, True):
            text = in_text(figure, color=color)
            shown = [str(line.get_label()) for axes in figure.axes for line in axes.get_lines()]
            assert all(label in text for label in shown if not label.startswith("_"))


NUMBERS = st.floats(allow_nan=True) | st.integers(-(10**6), 10**6) | st.booleans() | st.text(max_size=3)


@given(st.recursive(NUMBERS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
def test_measurements_survive_json(value: object) -> None:
    """What is kept on disk and read again is what a run in one go has."""
    once = plain(value)
    again = plain(read(json.loads(json.dumps(once, allow_nan=False))))
    assert again == once


# Verdicts

SAID = Claim("it is more", "here", constant(0), "more − less", 0, None, "the sentence says so", "", True)
EFFECTS = st.lists(st.floats(-10, 10), min_size=2, max_size=12)


@given(EFFECTS, st.floats(0.5, 0.999))
def test_an_interval_is_about_the_mean(values: list[float], confidence: float) -> None:
    """An interval holds the mean, is wider at a higher confidence, and moves and grows as the values do."""
    low, high = interval(values, confidence)
    slack = 1e-9 * (1 + max(map(abs, values)))
    assert low - slack <= fmean(values) <= high + slack
    wider = interval(values, (1 + confidence) / 2)
    assert wider[0] <= low + slack
    assert wider[1] >= high - slack
    if len(values) < 10:
        moved = interval([3 - 2 * value for value in values], confidence)
        assert moved == pytest.approx((3 - 2 * high, 3 - 2 * low), abs=1e-6)


@pytest.mark.parametrize("count", [3, 5, 10])
def test_an_interval_misses_as_seldom_as_it_says(count: int) -> None:
    """Of a thousand intervals at 95 % around means of skew numbers at most one in ten misses the true mean."""
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(1000 if count < 10 else 100):
        low, high = interval((rng.normal(size=count) ** 2 + rng.normal(size=count)).tolist(), 0.95)
        missed += not low <= 1 <= high
    assert missed < (100 if count < 10 else 10)


@given(EFFECTS)
def test_a_claim_and_its_contrary(values: list[float]) -> None:
    """A claim is held just where its contrary is refuted, and not shown just where that is not shown."""
    contrary = replace(SAID, above=None, below=0)
    one, other = (weighed(it, values, [], 0.95) for it in (SAID, contrary))
    assert (one.verdict, other.verdict) in (("held", "refuted"), ("refuted", "held"), ("not shown", "not shown"))
    assert not math.isfinite(one.change)


@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=9), st.floats(-10, 10))
def test_what_another_processor_changes(values: list[float], shift: float) -> None:
    """A verdict that a change could turn, or a third of whose margin it takes, is platform-dependent, and no other."""
    alone, beside = (weighed(SAID, values, others, 0.95) for others in ([], [it + shift for it in values]))
    assert beside.change == pytest.approx(abs(shift), abs=1e-9)
    turned = weighed(SAID, [it + shift for it in values], [], 0.95).verdict != alone.verdict
    if alone.verdict == "not shown":
        assert (beside.verdict == "platform-dependent") == turned
    elif not math.isclose(alone.margin, 3 * abs(shift), rel_tol=1e-6):
        assert (beside.verdict == "platform-dependent") == (alone.margin < 3 * abs(shift))


@given(EFFECTS)
def test_other_seeds_stand_in_for_another_processor(values: list[float]) -> None:
    """Where a trial is too long to be made again, just those verdicts stand whose margin is three standard errors."""
    alone, other = (weighed(SAID, values, [], 0.95, as_seeds=it) for it in (False, True))
    error = stdev(values) / math.sqrt(len(values))
    assert other.change == pytest.approx(error)
    if alone.verdict != "not shown" and not math.isclose(alone.margin, 3 * error, rel_tol=1e-6):
        assert other.verdict == (alone.verdict if alone.margin > 3 * error else "platform-dependent")


def test_what_cannot_be_ruled_on() -> None:
    """One seed shows nothing, and neither does an effect that is NaN with a seed."""
    assert weighed(SAID, [5.0], [5.0], 0.95).verdict == "not shown"
    assert str(weighed(SAID, [5.0, math.nan], [], 0.95)) == "not shown; more − less is NaN with 1 of 2 seeds"
    within = replace(SAID, above=-1.0, below=1.0)
    assert weighed(within, [0.1, 0.2, 0.1], [], 0.95).verdict == "held"
    assert weighed(within, [2.1, 2.2, 2.1], [], 0.95).verdict == "refuted"
    assert within.wanted == "> −1 and < 1"


@given(st.floats(-1e7, 1e7), st.floats(0, 1e3))
def test_short_numbers_are_near(mean: float, half: float) -> None:
    """A mean in short is within a tenth of its interval's half width, or a hundredth of itself."""
    shown = float(told([mean], mean - half, mean + half).split(" ")[0].replace("−", "-"))
    assert math.isclose(shown, mean, rel_tol=0.01, abs_tol=max(half / 10, 1e-12))
