"""Mechanisms on arrays: each against a second way, on NumPy, on the strict reading of the array API, and on torch."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from importlib import import_module
from operator import mul
from typing import Any, TypeAlias

import array_api_strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.draw import Draw
from markscheme.exact import Matrix, Vector
from markscheme.mechanisms import (
    attention,
    backpropagation,
    convolution,
    decoding,
    initialization,
    mean_only_normalization,
    normalization,
    optimizers,
    point_clouds,
    recurrent,
    regularization,
    splitting,
)
from tests.rounding import rounding

torch: Any = None
with suppress(ImportError):
    torch = import_module("torch")

Make: TypeAlias = Callable[[Any], Any]
BACKENDS: dict[str, Make] = {"numpy": np.asarray, "array_api_strict": array_api_strict.asarray}
if torch is not None:
    BACKENDS["torch"] = lambda x: torch.asarray(np.asarray(x))
every_backend = pytest.mark.parametrize("make", BACKENDS.values(), ids=list(BACKENDS))
needs_torch = pytest.mark.skipif(torch is None, reason="torch is not installed: pip install torch==2.13.0")


def drawn(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def close(found: Any, expected: Any) -> bool:
    return np.allclose(np.asarray(found), np.asarray(expected), atol=1e-9)


def same_library(found: Any, given: Any) -> bool:
    return type(found) is type(given)


# Convolution


def summed_by_hand(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, dilation: int, groups: int
) -> np.ndarray:
    """Each output entry as the sum over its window, read off the definition."""
    padded = np.pad(x, ((0, 0), (0, 0), *[(padding, padding)] * (x.ndim - 2)))
    lengths = [
        (n - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(padded.shape[2:], weight.shape[2:], strict=True)
    ]
    y = np.zeros((x.shape[0], weight.shape[0], *lengths))
    own, part = weight.shape[1], weight.shape[0] // groups
    for n, f, *place in np.ndindex(*y.shape):
        for c, *tap in np.ndindex(*weight.shape[1:]):
            at = [stride * p + dilation * t for p, t in zip(place, tap, strict=True)]
            y[(n, f, *place)] += weight[(f, c, *tap)] * padded[(n, f // part * own + c, *at)]
    return y


layers = st.tuples(st.integers(1, 2), st.integers(0, 2), st.integers(1, 2), st.sampled_from([1, 2]), st.integers(1, 2))


@every_backend
@given(layer=layers, seed=st.integers(0, 99))
def test_a_layer_is_the_sum_over_its_windows(make: Make, layer: tuple[int, ...], seed: int) -> None:
    """A convolution layer is what its definition says, entry by entry, in one and two dimensions."""
    stride, padding, dilation, groups, sides = layer
    x, weight, bias = drawn(seed, 2, 2, *[6] * sides), drawn(seed + 1, 4, 2 // groups, *[2] * sides), drawn(seed, 4)
    found = convolution.convolution_layer(
        make(x), make(weight), make(bias), stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    expected = summed_by_hand(x, weight, stride, padding, dilation, groups) + bias.reshape(1, 4, *[1] * sides)
    assert close(found, expected)
    assert same_library(found, make(x))


@every_backend
@given(stride=st.integers(1, 3), padding=st.integers(0, 1), dilation=st.integers(1, 2), seed=st.integers(0, 99))
def test_a_transposed_layer_is_the_transpose(make: Make, stride: int, padding: int, dilation: int, seed: int) -> None:
    """⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ for all x and y of the right shapes."""
    x, weight = drawn(seed, 1, 2, 7, 6), drawn(seed + 1, 3, 2, 2, 3)
    settings = dict(stride=stride, padding=padding, dilation=dilation)
    forward = np.asarray(convolution.convolution_layer(make(x), make(weight), **settings))
    y = drawn(seed + 2, *forward.shape)
    extra = [
        length - convolution.transposed_length(made, k, stride, padding, dilation)
        for length, made, k in zip(x.shape[2:], y.shape[2:], weight.shape[2:], strict=True)
    ]
    back = convolution.transposed_layer(make(y), make(weight), **settings, output_padding=extra)
    assert np.isclose((forward * y).sum(), (x * np.asarray(back)).sum())


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2), st.just(0), st.integers(1, 3)), min_size=1, max_size=3))
def test_the_mask_is_what_an_impulse_moves(stack: list[tuple[int, int, int, int]]) -> None:
    """A pixel is in the mask exactly where a change of it moves the output; the field is the mask's length."""
    mask = convolution.receptive_mask(stack)
    x = np.zeros((1, 1, len(mask)))
    moved = []
    for place in range(len(mask)):
        y = x.copy()
        y[0, 0, place] = 1.0
        for kernel, stride, _, dilation in stack:
            y = convolution.convolution_layer(y, np.ones((1, 1, kernel)), stride=stride, dilation=dilation)
        moved.append(bool(y[0, 0, 0]))
    assert tuple(moved) == mask
    assert convolution.stack_geometry(len(mask), stack).field == len(mask)
    assert convolution.trace_stack(len(mask), stack)[-1].size == 1


def test_shapes_that_do_not_fit_name_both() -> None:
    """A mismatch names both shapes and the axis."""
    with pytest.raises(ValueError, match=r"weight \(4, 3, 2\) must have 2 channels on axis 1 for x \(1, 2, 6\)"):
        convolution.convolution_layer(np.ones((1, 2, 6)), np.ones((4, 3, 2)))
    with pytest.raises(ValueError, match="axis 0 is 3, not 4"):
        convolution.convolution_layer(np.ones((1, 2, 6)), np.ones((4, 2, 2)), np.ones(3))
    with pytest.raises(ValueError, match="at stride 1"):
        convolution.convolution_layer(np.ones((1, 2, 6)), np.ones((4, 2, 2)), stride=2, padding="same")
    same = convolution.convolution_layer(np.ones((1, 1, 6)), np.ones((1, 1, 4)), padding="same")
    assert same.shape == (1, 1, 6)
    assert close(same, convolution.convolution_layer(np.ones((1, 1, 6)), np.ones((1, 1, 4)), padding=[(1, 2)]))


# Normalization


def slopes(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """The gradient of a number by differences."""
    found = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        found[place] = (function(x + step) - function(x - step)) / 2e-6
    return found


@every_backend
@pytest.mark.parametrize("over", ["batch", "layer", "instance", "group", "rms", "mean-only"])
def test_a_backward_pass_is_the_slope(make: Make, over: Any) -> None:
    """The gradients of every normalization are its slopes by differences, by the input, γ and β."""
    x, g = drawn(1, 3, 4, 2), drawn(2, 3, 4, 2)
    gamma, beta = (drawn(seed, 2 if over in normalization.LAST else 4) for seed in (3, 4))

    def loss(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> float:
        return float((normalization.normalize(x, over, gamma, beta, groups=2).y * g).sum())

    forward = normalization.normalize(make(x), over, make(gamma), make(beta), groups=2)
    by_x, by_gamma, by_beta = normalization.normalize_backward(make(g), forward, make(gamma))
    assert np.allclose(np.asarray(by_x), slopes(lambda it: loss(it, gamma, beta), x), atol=1e-6)
    assert np.allclose(np.asarray(by_gamma), slopes(lambda it: loss(x, it, beta), gamma), atol=1e-6)
    assert np.allclose(np.asarray(by_beta), slopes(lambda it: loss(x, gamma, it), beta), atol=1e-6)
    assert same_library(by_x, make(x))


@needs_torch
@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3), (4, 6, 3, 2)], ids=["n×d", "n×T×d", "n×c×h×w"])
def test_defaults_are_those_of_torch(shape: tuple[int, ...]) -> None:
    """An array of any number of axes is normalized as torch's layer of the name does it in training, and back."""
    _, c, *sides = shape
    x, g = (torch.from_numpy(drawn(seed, *shape)) for seed in (1, 2))
    x.requires_grad_()
    nn = torch.nn
    layers: dict[Any, Any] = {
        "batch": [nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d][len(sides)](c), "layer": nn.LayerNorm(shape[-1]),
        "group": nn.GroupNorm(2, c), "rms": nn.RMSNorm(shape[-1], eps=1e-5),
    }  # fmt: skip
    layers |= {"instance": [nn.InstanceNorm1d, nn.InstanceNorm2d][len(sides) - 1](c)} if sides else {}
    for over, layer in layers.items():
        theirs = layer.double()(x)
        ours = normalization.normalize(x.detach(), over, groups=2)
        assert close(ours.y, theirs.detach())
        assert close(normalization.normalize_backward(g, ours)[0], torch.autograd.grad(theirs, x, g)[0])


def test_a_layer_has_axes_of_its_own() -> None:
    """Layer normalization takes the last axes together that are named, as torch's; no other normalization has any."""
    x = drawn(1, 2, 3, 4, 5)
    y = normalization.normalize(x, "layer", axes=(1, -2, -1), eps=0.0).y
    assert close(y, normalization.normalize(x.reshape(2, 60), "layer", eps=0.0).y.reshape(x.shape))
    wrong: list[tuple[Any, tuple[int, ...]]] = [
        ("batch", (1,)),
        ("layer", (1,)),
        ("layer", (0, 1, 2, 3)),
        ("layer", ()),
    ]
    for over, axes in wrong:
        with pytest.raises(ValueError, match="axes are for layer and rms normalization, and the last ones"):
            normalization.normalize(x, over, axes=axes)


@pytest.mark.parametrize("over", ["batch", "layer", "instance", "group"])
def test_blocks_are_those_of_the_exact_functions(over: Any) -> None:
    """What is put together on arrays is what the blocks say: each has mean 0 and variance 1 after it."""
    x = drawn(5, 3, 4, 2, 2)
    blocks = {
        "batch": normalization.batch_blocks(3, 4), "layer": normalization.layer_blocks(3, 4),
        "instance": normalization.instance_blocks(3, 4), "group": normalization.group_blocks(3, 4, 2),
    }[over]  # fmt: skip
    axes = (1, 2, 3) if over == "layer" else None  # the exam's cube
    y = normalization.normalize(x, over, axes=axes, groups=2, eps=0.0).y
    for block in blocks:
        entries = np.stack([y[n, c] for n, c in block])
        assert close([entries.mean(), entries.var()], [0, 1])


@every_backend
def test_mean_only_on_arrays_is_the_exact_one(make: Make) -> None:
    """On each column of an array the backward pass is that of exact numbers."""
    g = drawn(6, 4, 3)
    found = mean_only_normalization.backward_array(make(g), 2.0)
    for column in range(3):
        exact = mean_only_normalization.backward(Vector([Fraction(it) for it in g[:, column].tolist()]), 2)
        assert close(np.asarray(found)[:, column], [float(it) for it in exact])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    """A NaN or an infinity is a clear error, in normalization, sampling and regression."""
    x = np.ones((3, 2))
    x[1, 1] = bad
    for call in (
        lambda: normalization.normalize(x, "batch"), lambda: point_clouds.furthest_points(x, 2),
        lambda: regularization.ridge_path(x, np.ones(3), [1.0]), lambda: regularization.purifier(x, 1.0),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="finite"):
            call()


# Optimizers


@every_backend
@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adam_is_its_formula(make: Make, corrected: bool, decay: float) -> None:
    """Five steps of Adam are its averages written out as weighted sums."""
    gradients = drawn(7, 5, 3)
    theta, state = make(np.asarray([1.0, -2.0, 0.5])), optimizers.State()
    expected = np.asarray([1.0, -2.0, 0.5])
    for t, g in enumerate(gradients, 1):
        theta = optimizers.adam_array_step(
            theta, make(g), state, 0.1, 0.9, 0.99, 1e-8, decay=decay, corrected=corrected
        )
        m = sum(0.1 * 0.9 ** (t - 1 - s) * gradients[s] for s in range(t))
        v = sum(0.01 * 0.99 ** (t - 1 - s) * gradients[s] ** 2 for s in range(t))
        if corrected:
            m, v = m / (1 - 0.9**t), v / (1 - 0.99**t)
        expected = (1 - 0.1 * decay) * expected - 0.1 * m / (np.sqrt(v) + 1e-8)
    assert close(theta, expected)


@every_backend
def test_a_gradient_that_was_always_zero_moves_nothing(make: Make) -> None:
    """Without ε Adam's 0/0 counts as 0, and the parameter stays."""
    theta = optimizers.adam_array_step(make([1.0, 1.0]), make([0.0, 3.0]), optimizers.State(), 0.5, eps=0.0)
    assert close(theta, [1.0, 0.5])


def test_large_parameters_move_as_small_ones() -> None:
    """Moving chunk by chunk gives what moving at once gives, across the end of a chunk."""
    n = optimizers.CHUNK + 5
    theta, g = drawn(8, n), drawn(9, n)
    at_once = theta - 0.1 * g / (np.abs(g) + 1e-8)
    assert close(optimizers.adam_array_step(theta.copy(), g, optimizers.State(), 0.1), at_once)


STEPS = {
    "nesterov": optimizers.nesterov_step, "heavy ball": optimizers.heavy_ball_step,
    "adagrad": optimizers.adagrad_step, "rmsprop": optimizers.rmsprop_step, "adam": optimizers.adam_array_step,
}  # fmt: skip


@every_backend
@pytest.mark.parametrize("name", STEPS)
def test_every_optimizer_finds_the_bottom(make: Make, name: str) -> None:
    """Each step descends a bowl; a gradient of another shape is refused with both shapes."""
    theta, state, step = make([3.0, -2.0]), optimizers.State(), STEPS[name]
    for _ in range(400):
        theta = step(theta, 2 * theta, state, 0.3 if name == "adagrad" else 0.02)
    assert float(np.abs(np.asarray(theta)).max()) < 0.1
    with pytest.raises(ValueError, match=r"gradient must have the shape \(2,\), not \(3,\)"):
        step(theta, make([1.0, 1.0, 1.0]), state, 0.1)


# Attention and recurrence


@every_backend
def test_attention_of_one_query_is_the_exact_one(make: Make) -> None:
    """On arrays attention is what the functions on one query give, for each query and head."""
    q, k, v = drawn(10, 3, 4), drawn(11, 5, 4), drawn(12, 5, 2)
    found = attention.dot_product_attention(make(q), make(k), make(v))
    for row in range(3):
        expected = attention.softmax([float(it) for it in k @ q[row]], 0.5)
        assert close(np.asarray(found.weights)[row], expected)
        assert close(np.asarray(found.output)[row], np.asarray(expected) @ v)


@every_backend
def test_a_mask_hides_keys(make: Make) -> None:
    """What lies ahead under a causal mask changes nothing, and a query that may look at nothing gets nothing."""
    q, k, v = drawn(13, 4, 2), drawn(14, 4, 2), drawn(15, 4, 3)
    mask = make(np.asarray(attention.causal_mask(4)))
    before = np.asarray(attention.dot_product_attention(make(q), make(k), make(v), mask=mask).output)
    k[3], v[3] = 9.0, 9.0
    after = np.asarray(attention.dot_product_attention(make(q), make(k), make(v), mask=mask).output)
    assert close(before[:3], after[:3])
    none = attention.dot_product_attention(make(q), make(k), make(v), mask=make(np.zeros((4, 4), bool)))
    assert close(none.output, np.zeros((4, 3)))


@every_backend
def test_one_head_is_attention_and_heads_are_side_by_side(make: Make) -> None:
    """With one head multi-head attention is attention of the projections; with more, each sees its own columns."""
    x, W = drawn(16, 5, 4), [drawn(17 + i, 4, 4) for i in range(4)]
    one = attention.multi_head_attention(make(x), *[make(it) for it in W], heads=1).output
    q, k, v = [x @ it for it in W[:3]]
    assert close(one, attention.dot_product_attention(q, k, v).output @ W[3])
    two = attention.multi_head_attention(make(x), *[make(it) for it in W], heads=2).output
    halves = [attention.dot_product_attention(q[:, h], k[:, h], v[:, h]).output for h in (slice(0, 2), slice(2, 4))]
    assert close(two, np.concatenate(halves, axis=1) @ W[3])
    with pytest.raises(ValueError, match="not into 3"):
        attention.multi_head_attention(make(x), *[make(it) for it in W], heads=3)


@every_backend
@pytest.mark.parametrize("causal", [True, False])
def test_linear_attention_is_its_quadratic_form(make: Make, causal: bool) -> None:
    """Linear attention is attention whose weights are products of features, each row over its sum."""
    q, k, v = drawn(21, 4, 3), drawn(22, 4, 3), drawn(23, 4, 2)

    def feature(x: np.ndarray) -> np.ndarray:
        return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))

    weights = feature(q) @ feature(k).T
    weights = np.tril(weights) if causal else weights
    found = attention.linear_attention(make(q), make(k), make(v), causal=causal)
    assert close(found, weights / weights.sum(axis=1, keepdims=True) @ v)


@needs_torch
def test_cells_are_those_of_torch() -> None:
    """Elman, GRU and LSTM steps are those of torch's cells with the same weights."""
    x, h, c = drawn(30, 2, 3), drawn(31, 2, 4), drawn(32, 2, 4)
    for gates, cell in ((1, torch.nn.RNNCell(3, 4)), (3, torch.nn.GRUCell(3, 4)), (4, torch.nn.LSTMCell(3, 4))):
        W_x, W_h, b_x, b_h = [it.detach().double().numpy() for it in cell.double().parameters()]
        tx, th, tc = [torch.asarray(it) for it in (x, h, c)]
        with torch.no_grad():
            if gates == 1:
                assert close(recurrent.elman_step(x, h, W_x, W_h, b_x + b_h), cell(tx, th))
            elif gates == 3:
                assert close(recurrent.gru_step(x, h, W_x, W_h, b_x, b_h), cell(tx, th))
            else:
                for found, expected in zip(
                    recurrent.lstm_step(x, h, c, W_x, W_h, b_x + b_h), cell(tx, (th, tc)), strict=True
                ):
                    assert close(found, expected)


@every_backend
def test_cells_stay_in_their_library(make: Make) -> None:
    """Each cell gives arrays of the library that it got, shaped as the state, and names shapes that do not fit."""
    x, h = make(drawn(33, 2, 3)), make(drawn(34, 2, 4))
    for gates, step in ((1, recurrent.elman_step), (3, recurrent.gru_step)):
        W_x, W_h = make(drawn(35, 4 * gates, 3)), make(drawn(36, 4 * gates, 4))
        assert same_library(step(x, h, W_x, W_h), h)
        assert tuple(step(x, h, W_x, W_h).shape) == (2, 4)
        with pytest.raises(ValueError, match="W_h must have the shape"):
            step(x, h, W_x, W_x)


@given(st.integers(0, 50))
def test_gradients_through_time_are_those_of_reverse_mode(seed: int) -> None:
    """Backward through a linear RNN is what reverse mode finds, in exact fractions."""
    rng = Draw(str(seed))
    W_h, W_u = Matrix([rng.ints(2, -3, 3), rng.ints(2, -3, 3)]), Vector(rng.ints(2, -3, 3))
    inputs, upstream = rng.ints(3, -2, 2), [Vector(rng.ints(2, -2, 2)) for _ in range(3)]
    states = [Vector(rng.ints(2, -2, 2))]
    for u in inputs:
        states.append(recurrent.linear_step(W_h, states[-1], W_u, u))
    A, b, h_0 = backpropagation.Variable(W_h), backpropagation.Variable(W_u), backpropagation.Variable(states[0])
    h, loss = h_0, backpropagation.Variable(0)
    for u, g in zip(inputs, upstream, strict=True):
        h = A @ h + u * b
        loss = loss + (h * backpropagation.Variable(g)).sum()
    found = recurrent.linear_gradients(W_h, W_u, states[:-1], inputs, upstream)
    expected = backpropagation.gradients(loss, [A, b, h_0])
    assert [[list(row) for row in found[0]], list(found[1]), list(found[2])] == expected


# Reverse mode


def test_reverse_mode_is_the_slope() -> None:
    """Gradients of a network with every operation are its slopes by differences."""
    x, w, v = drawn(40, 3, 2), drawn(41, 2, 4), drawn(42, 4)

    def loss(x: Any, w: Any, v: Any) -> backpropagation.Variable:
        hidden = ((x @ w).relu() + (x @ w).tanh() / 3 - 1) ** 2
        out = (hidden @ v).exp() + 2
        return (out.log() / (1 + out.mean())).sum() + (w.T.sum(axis=0) * 0.5).mean()

    found = backpropagation.gradient_arrays(
        loss(*(variables := [backpropagation.Variable(it) for it in (x, w, v)])), variables
    )
    for place, array in enumerate((x, w, v)):

        def at(it: np.ndarray, place: int = place) -> float:
            parts = [it if i == place else other for i, other in enumerate((x, w, v))]
            return float(loss(*[backpropagation.Variable(part) for part in parts]).array)

        assert np.allclose(found[place], slopes(at, array), atol=1e-5)


def test_reverse_mode_is_exact_on_fractions() -> None:
    """On integers and fractions everything stays exact, and what does not matter has gradient 0."""
    x, unused = backpropagation.Variable([[1, 2], [3, 4]]), backpropagation.Variable(5)
    loss = ((x @ x).mean() / 3) ** 2
    found = backpropagation.gradients(loss, [x, unused])
    assert found[1] == 0
    assert all(isinstance(entry, Fraction) for row in found[0] for entry in row)
    # L = (s/12)^2 with s the sum of all entries of X²; ds/dx_ij = sum of row j + sum of column i
    s = 54
    assert found[0] == [[Fraction(2 * s, 144) * (r + c) for r in (3, 7)] for c in (4, 6)]
    with pytest.raises(ValueError, match="one number"):
        backpropagation.gradients(x, [x])


# Point clouds


def by_definition(points: np.ndarray, count: int, start: int) -> list[int]:
    """Furthest point sampling as the definition has it, one point at a time."""
    chosen = [start]
    while len(chosen) < count:
        gaps = []
        for i, point in enumerate(points):
            squares = [(point - points[j]) ** 2 for j in chosen]
            gaps.append(-1.0 if i in chosen else min(float(np.add.reduce(it)) for it in squares))
        chosen.append(int(np.argmax(gaps)))
    return chosen


clouds = st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=3, max_size=14)


@every_backend
@given(cloud=clouds, start=st.integers(0, 2))
def test_furthest_points_are_those_of_the_definition(make: Make, cloud: list[tuple[int, int]], start: int) -> None:
    """With ties and coinciding points the places are exactly the defined ones, each once."""
    points = np.asarray(cloud, float)
    expected = by_definition(points, len(cloud), start)
    assert np.asarray(point_clouds.furthest_points(make(points), len(cloud), start)).tolist() == expected
    assert point_clouds.sampled([tuple(it) for it in cloud], start, len(cloud)) == tuple(expected)


@pytest.mark.parametrize("kind", ["normal", "grid", "copies", "line"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_passing_over_leaves_changes_nothing(kind: str, dtype: Any) -> None:
    """Of large clouds, with ties, copies and flat ones, leaf by leaf, compiled or not, gives what all points give."""
    points = drawn(50, 3_000, 3)
    points = {
        "normal": points, "grid": np.round(points * 2) / 2, "copies": np.repeat(points[:300], 10, axis=0),
        "line": points * [1.0, 0.0, 0.0],
    }[kind].astype(dtype)  # fmt: skip
    plain = point_clouds._furthest_in_numpy(points, 400, 17)
    assert point_clouds._furthest_by_leaves(points, 400, 17).tolist() == plain.tolist()
    with suppress(ValueError):  # numba is not installed
        assert point_clouds.furthest_points(points, 400, 17, compiled=True).tolist() == plain.tolist()


@every_backend
@given(cloud=clouds, k=st.integers(1, 3))
def test_groups_are_the_nearest_and_those_within(make: Make, cloud: list[tuple[int, int]], k: int) -> None:
    """KNN groups are the k nearest with the first of equals; balls hold the first within, and repeat their first."""
    points = np.asarray(cloud, float)
    centers = points[:2] + 0.5
    gaps = [[float(((c - p) ** 2).sum()) for p in points] for c in centers]
    expected = [sorted(range(len(cloud)), key=row.__getitem__)[:k] for row in gaps]
    assert np.asarray(point_clouds.knn_group(make(points), make(centers), k)).tolist() == expected
    balls = np.asarray(point_clouds.ball_group(make(points), make(centers), 1.5, 4)).tolist()
    for ball, row in zip(balls, gaps, strict=True):
        within = [i for i, gap in enumerate(row) if gap <= 2.25][:4]
        first = within[0] if within else row.index(min(row))
        assert ball == (within or [first]) + [first] * (4 - max(1, len(within)))


def test_sampling_by_grid_and_by_chance() -> None:
    """A grid keeps one point a cell, the first; chance keeps each point once."""
    points = drawn(51, 200, 2)
    kept = point_clouds.grid_sample(points, 0.5)
    cells = {tuple(it) for it in np.floor(points / 0.5).astype(int).tolist()}
    assert len(kept) == len(cells)
    assert len(set(point_clouds.random_sample(50, 200, Draw("1")))) == 50
    with pytest.raises(ValueError, match="1 to 3"):
        point_clouds.furthest_points(np.zeros((3, 2)), 4)


# Regression


@every_backend
@pytest.mark.parametrize("lam", [0.0, 1e-3, 1.0, 50.0])
def test_ridge_solves_its_normal_equations(make: Make, lam: float) -> None:
    """Each row of a ridge path is where the gradient of its loss is 0; the fast way agrees where it is safe."""
    X, y = drawn(60, 12, 4), drawn(61, 12)
    (w,) = np.asarray(regularization.ridge_path(make(X), make(y), [lam]))
    assert np.abs(X.T @ (X @ w - y) + lam * w).max() < rounding(
        np.abs(X.T) @ (np.abs(X) @ np.abs(w) + np.abs(y)), lam * w
    )
    if lam:
        assert close(regularization.ridge_path_by_gram(make(X), make(y), [lam]), [w])


def test_ridge_holds_where_the_normal_equations_do_not() -> None:
    """On a Vandermonde matrix at λ = 1e-12 the path is right to 1e-6, and the fast way warns that it is not."""
    X, y, lam = np.vander(np.linspace(0, 1, 20), 12), np.vander(np.linspace(0, 1, 20), 12).sum(1), 1e-12
    exact = solved_exactly(X, y, lam)
    (w,) = regularization.ridge_path(X, y, [lam])
    # a backward stable SVD is off by its condition, here σ_1/√λ = 7e6, in units of 1e-16
    assert np.linalg.norm(w - exact) < 1e-6 * np.linalg.norm(exact)
    with pytest.warns(RuntimeWarning, match="use ridge_path"):
        regularization.ridge_path_by_gram(X, y, [lam])


def solved_exactly(X: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray:
    """The ridge weights of these very floats, by elimination in fractions."""
    A = [[Fraction(it) for it in row] for row in X.tolist()]
    columns, wanted = list(zip(*A, strict=True)), [Fraction(it) for it in y.tolist()]
    rows: list[list[Fraction]] = [
        [*[sum(map(mul, one, other), Fraction()) + (Fraction(lam) if i == j else 0) for j, other in enumerate(columns)],
         sum(map(mul, one, wanted), Fraction())]
        for i, one in enumerate(columns)
    ]  # fmt: skip
    for i in range(len(rows)):
        pivot = rows[i] = [it / rows[i][i] for it in rows[i]]
        rows[:i], rows[i + 1 :] = (
            [[it - row[i] * of for it, of in zip(row, pivot, strict=True)] for row in others]
            for others in (rows[:i], rows[i + 1 :])
        )
    return np.asarray([float(row[-1]) for row in rows])


@given(st.integers(0, 40), st.sampled_from([0.05, 0.3, 2.0]))
def test_lasso_has_its_subgradient_conditions(seed: int, lam: float) -> None:
    """At the lasso's weights the slope is ±λ where a weight is not 0, and at most λ where it is."""
    X, y = drawn(seed, 15, 5), drawn(seed + 1, 15)
    w = regularization.lasso(X, y, lam)
    slope = X.T @ (y - X @ w) / 15
    # the last round moved no weight by more than its tolerance, 1e-10: a slope, by that times a row of the Gram matrix
    slack = 1e-10 * max(1, np.abs(w).max()) * np.abs(X.T @ X / 15).sum(1) + rounding(np.abs(X.T) @ np.abs(y))
    assert (np.abs(slope - lam * np.sign(w))[w != 0] < slack[w != 0]).all()
    assert (np.abs(slope) < lam + slack)[w == 0].all()


@every_backend
def test_the_purifier_is_the_minimizer(make: Make) -> None:
    """At the purifier the gradient of its loss is 0, and its singular values are the shrinkages."""
    X, lam = drawn(62, 3, 6), 2.0
    W = np.asarray(regularization.purifier(make(X), lam))
    assert np.abs((W @ X - X) @ X.T + lam * W).max() < rounding(np.linalg.norm(X) ** 2 + lam)
    sigma = np.linalg.svd(X)[1]
    assert close(np.linalg.svd(W)[1], [s * s / (s * s + lam) for s in sigma])


# Decoding, splitting, initialization


@given(st.integers(2, 6), st.integers(1, 4), st.integers(0, 50))
def test_a_beam_over_a_table_is_that_over_its_tree(vocabulary: int, width: int, seed: int) -> None:
    """Steps over the cached likeliest tokens keep what a search of all continuations keeps, ties included."""
    rng = Draw(str(seed))
    table = [[-rng.int(0, 3) for _ in range(vocabulary)] for _ in range(vocabulary)]
    model = decoding.TableModel([[float(it) for it in row] for row in table])
    tokens, scores = [0], [0.0]
    for _ in range(3):
        everything = [
            (scores[place] + table[token][new], place, new)
            for place, token in enumerate(tokens) for new in range(vocabulary)
        ]  # fmt: skip
        expected = sorted(everything, key=lambda it: -it[0])[:width]
        found = model.step(tokens, scores, width)
        assert found == expected
        tokens, scores = [new for _, _, new in found], [score for score, _, _ in found]


@given(st.lists(st.floats(-5, 0), min_size=1, max_size=8), st.floats(0.05, 1))
def test_a_nucleus_is_the_fewest_that_reach_p(log_probabilities: list[float], p: float) -> None:
    """The kept tokens reach the share, and without the last of them they would not."""
    kept = decoding.top_p(log_probabilities, p)
    weights = np.exp(log_probabilities)
    total = weights.sum()
    assert weights[list(kept)].sum() >= p * total * (1 - 1e-9)
    assert weights[list(kept[:-1])].sum() < p * total
    assert decoding.top_k(log_probabilities, len(kept)) == kept


@given(st.integers(2, 30), st.integers(0, 99))
def test_groups_do_not_leak_where_they_are_split_whole(groups: int, seed: int) -> None:
    """A grouped split has all examples once and no leak; a random one leaks exactly where `leaking` says."""
    rng = Draw(str(seed))
    names = [rng.below(groups) for _ in range(3 * groups)]
    if len(set(names)) > 1:
        training, held_out = splitting.grouped_split(names, 1, rng)
        assert sorted(training + held_out) == list(range(len(names)))
        assert splitting.leaking(names, held_out) == ()
    training, held_out = splitting.random_split(len(names), groups, rng)
    pairs = splitting.leaks_between(names, training, held_out)
    assert tuple([it for _, it in pairs]) == splitting.leaking(names, held_out)


@pytest.mark.parametrize("method", ["zero", "Xavier", "He", "LeCun", "orthogonal"])
def test_weights_have_their_variance(method: Any) -> None:
    """Drawn weights have the variance of their method; orthogonal ones keep lengths."""
    W = initialization.draw_weights(method, 300, 200, np.random.default_rng(1))
    assert W.shape == (200, 300)
    if method == "orthogonal":
        assert close(W @ W.T, np.eye(200))
    else:
        wanted = 1 / 300 if method == "LeCun" else float(initialization.variance(method, 300, 200))
        assert W.var() == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize("method", ["Xavier", "He"])
def test_signals_are_as_theory_says(method: Any) -> None:
    """What is measured of ReLU layers is what the product of variances expects."""
    widths = [400, 400, 400, 400]
    measured = initialization.measured_signals(widths, method, "relu", np.random.default_rng(2))
    expected = float(initialization.relu_signal(widths, method))
    assert measured[-1].activations / measured[0].activations == pytest.approx(expected, rel=0.2)


def test_symbols_pass_as_numbers_do() -> None:
    """Symbols of sympy go through the exact functions and come out as formulas."""
    pytest.importorskip("sympy")
    code = (  # in a process of its own, where annotations are not checked
        "import sympy; from markscheme.exact import Matrix, Vector; from markscheme.mechanisms import *; "
        "x = sympy.Symbol('x'); "
        "assert convolution.cross_correlate([[x, 1], [2, 3]], [[1, x]]) == ((2 * x,), (3 * x + 2,)); "
        "assert recurrent.linear_step(Matrix([(x, 1), (0, 1)]), Vector((1, x)), Vector((0, 1)), 2) == (2 * x, x + 2); "
        "assert optimizers.sgd_step(Vector((x, 2)), Vector((1, 1)), x) == (0, 2 - x)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
