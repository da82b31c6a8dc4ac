"""Labs: what they find in short, how they are run, taken up again and reported, and what of them ships."""

from __future__ import annotations

import io
import json
import math
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

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
from markscheme.labs.engine import running
from markscheme.labs.engine.charts import drawn, in_text, saved
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.report import files
from markscheme.labs.engine.result import Evidence, plain, read, short
from markscheme.labs.engine.running import run_lab
from markscheme.labs.engine.trial import Trial
from markscheme.labs.images import load_images
from markscheme.labs.networks import Dense, optimizer_for, train
from markscheme.text.document import Drawing, Head
from tests.rounding import rounding

# What labs find


@pytest.mark.parametrize("name", labs.NAMES)
def test_a_lab_in_short_form(name: str) -> None:
    """A quick run rules as the full one where no claim is of the machine; it is JSON, pictures with words, a page."""
    quick = labs.run(name, seeds=1, quick=True)
    shipped = {(claim["claim"], claim["where"]): claim["verdict"] for claim in trained(name).page["claims"]}
    for evidence in quick.evidence:
        if not evidence.claim.of_machine:
            wanted = shipped[evidence.claim.says, evidence.claim.where]
            assert wanted in ("mixed", evidence.verdict), f"{evidence.claim.says} ({evidence.claim.where}): {evidence}"
    made = files(quick)
    data = json.loads(made["result.json"], parse_constant=pytest.fail)
    assert data["seeds"] == [0]
    for figure in data["figures"]:
        assert len(figure["alternative"]) > 40
        assert made[f"{figure['name']}.png"].startswith(b"\x89PNG")
        assert b"<svg" in made[f"{figure['name']}.svg"]
        assert len(made[f"{figure['name']}.svg"]) < 200_000
    page = made["report.html"].decode()
    assert all(evidence.claim.number.split()[0] in page for evidence in quick.evidence)
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
        assert {claim.problem for claim in lab.claims} <= set(lab.problems)
        assert {problem for drawing in lab.drawings for problem in drawing.problems} <= set(lab.problems)
    for problem in ms.problems().values():
        if problem.lab:
            assert problem.name in labs.named(problem.lab.lab).problems


@pytest.mark.parametrize("name", labs.NAMES)
def test_what_shipped_is_of_the_labs_as_they_are(name: str) -> None:
    """Shipped results have today's experiments, settings, claims, figures and version, and come from five seeds."""
    page, lab = trained(name).page, labs.named(name)
    assert page["version"] == lab.version
    assert page["seeds"] == [0, 1, 2, 3, 4]
    assert page["settings"] == {it.name: dict(it.settings) for it in lab.experiments.values()}
    assert [(it["claim"], it["where"], it["number"]) for it in page["claims"]] == [
        (it.says, it.where, it.number) for it in lab.claims
    ]
    assert [it["name"] for it in page["figures"]] == [it.name for it in lab.drawings]
    measured = {experiment: read(rows) for experiment, rows in page["measured"].items()}
    again = labs.Result(lab, tuple(page["seeds"]), "cpu", "digits", page["versions"], page["settings"], measured)
    assert [it.verdict for it in again.evidence] == [it["verdict"] for it in page["claims"]]


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

    @lab.claim("the sum is positive or not", number="sum", above=-1e9)
    def _(sums: Measured) -> float:
        return sums["sum"]

    return lab


@pytest.fixture
def only_tiny(monkeypatch: pytest.MonkeyPatch) -> Lab:
    lab = tiny()
    monkeypatch.setattr(labs, "named", lambda _: lab)
    return lab


def test_a_seed_does_not_depend_on_the_others(only_tiny: Lab) -> None:
    """The numbers of a seed are the same, however many seeds are run."""
    one, three = run_lab(only_tiny, seeds=1), run_lab(only_tiny, seeds=3)
    assert three.measured["sums"][0] == one.measured["sums"][0]
    assert three.measured["sums"][1] != one.measured["sums"][0]


SHORT = {"steps": 30, "kappa": 100.0}


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


def test_a_loss_that_is_no_number_is_a_finding() -> None:
    """A rate that makes the loss overflow is reported, holds no claim, and is null in the JSON."""
    settings = {"epochs": 1, "relu.rate": 1e30}
    result = labs.run("initialization", seeds=1, quick=True, settings=settings)
    assert any(said.startswith("relu: loss He became infinite or no number") for said in result.diverged)
    evidence = result.evidence[0]
    assert evidence.verdict == "refuted"
    assert "no number" in str(evidence)
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
    with pytest.raises(MarkschemeError, match=r"initialization: relu cannot be run .*a layer has inputs and outputs"):
        labs.run("initialization", seeds=1, settings={"relu.width": 0})


def test_definitions_that_do_not_fit() -> None:
    """A lab whose claims or settings name nothing, or that nothing could refute, fails where it is declared."""
    lab = tiny()
    with pytest.raises(DefinitionError, match="did you mean 'sums'"):
        lab.claim("x", number="x", above=0)(lambda sms: sms["sum"])
    with pytest.raises(DefinitionError, match="nothing would refute"):
        lab.claim("x", number="x")
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
    monkeypatch.setattr(running, "find_spec", lambda name: None if name == "torch" else object())
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
    result = labs.run("initialization", seeds=1, quick=True, data=str(tmp_path / "own.npz"), settings={"epochs": 1})
    assert result.data.endswith("own.npz")
    assert len(result.measured["relu"][0]["accuracy"]["He"]) == 2


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
    assert "held" in shown
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


def test_verdicts_are_told_as_they_come(only_tiny: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there is a bar for each experiment, and a claim's verdict once all seeds that it needs are done."""
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with watching(only_tiny, 2, quiet=False) as watch:
        assert watch is not None
        for seed in range(2):
            assert "held" not in terminal.getvalue()
            watch(running.Task(Trial("tiny", "sums", seed), {}), {"sum": 1.0})
        told = terminal.getvalue()
    assert "tiny: sums" in told
    assert "the sum is positive or not" in told
    assert "held in 2 of 2 seeds" in told


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
    assert all(claim["verdict"] in ("held", "refuted", "mixed") for it in listed for claim in it["claims"])


def test_figures_are_the_same_bytes_each_time() -> None:
    """A figure of the same numbers is the same file; its lines can be drawn with characters."""
    page = trained("initialization").page
    measured = {experiment: read(rows) for experiment, rows in page["measured"].items()}
    drawing = labs.named("initialization").drawings[0]
    one, other = (saved(drawn(drawing, measured)[0], "svg") for _ in range(2))
    assert one == other
    text = in_text(drawn(drawing, measured)[0], color=False)
    assert "ReLU, 16 layers" in text
    assert "\x1b" not in text


NUMBERS = st.floats(allow_nan=True) | st.integers(-(10**6), 10**6) | st.booleans() | st.text(max_size=3)


@given(st.recursive(NUMBERS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
def test_measurements_survive_json(value: object) -> None:
    """What is kept on disk and read again is what a run in one go has."""
    once = plain(value)
    again = plain(read(json.loads(json.dumps(once, allow_nan=False))))
    assert again == once


@given(st.floats(-1e7, 1e7), st.floats(0, 1e3))
def test_short_numbers_are_near(mean: float, spread: float) -> None:
    """A mean in short is within half of its last digit, or a thousandth, or a tenth of its spread of the mean."""
    told = float(short(mean, spread).split(" ± ")[0].replace("−", "-"))
    assert math.isclose(told, mean, rel_tol=0.06, abs_tol=max(spread, 1e-12))


def test_verdicts() -> None:
    """A claim held in some seeds is mixed; a number that is none holds nothing, and limits are strict."""
    (claim,) = tiny().claims
    assert Evidence(claim, (1.0, 2.0)).verdict == "held"
    assert Evidence(claim, (1.0, math.nan)).verdict == "mixed"
    assert str(Evidence(claim, (1.0, -2e9))).startswith("held in 1 of 2 seeds")
    assert Evidence(claim, (-1e9,)).verdict == "refuted"
    assert Evidence(claim, (1.0, 2.0)).wanted == "> −1e+09"
