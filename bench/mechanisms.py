"""The mechanisms beside what people reach for, on one thread, medians: `python bench/mechanisms.py`.

Peers are torch, scikit-learn and fpsample (`make bench` installs them). Where a peer is missing its row says so.
"""

from __future__ import annotations

import os

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from bench.timing import Figure, machine, table
from markscheme.exact import Matrix, Vector
from markscheme.mechanisms import (
    attention,
    convolution,
    decoding,
    mean_only_normalization,
    normalization,
    optimizers,
    point_clouds,
    recurrent,
    regularization,
)

LAYERS = [(3, 1, 1, 1)] * 50
RNG = np.random.default_rng(0)


def peer(name: str) -> Any:
    with suppress(ImportError):
        return import_module(name)
    return None


def ms(work: Callable[[], object], rounds: int = 7, calls: int = 1) -> float:
    """Milliseconds of one call, the median of rounds."""
    work()
    times: list[float] = []
    for _ in range(rounds):
        start = perf_counter()
        for _ in range(calls):
            work()
        times.append(1e3 * (perf_counter() - start) / calls)
    return median(times)


def us(work: Callable[[], object]) -> float:
    return 1e3 * ms(work, 9, 300)


def beside(name: str, own: float, unit: str, other: float | None, limit: float | None = None, what: str = "") -> Figure:
    said = f"{what} {other:.3g} {unit}: {other / own:.1f} ×" if other is not None else f"{what} is not installed"
    return Figure(name, own, unit, limit=limit, note=said)


def stacks(torch: Any) -> Iterator[Figure]:
    other = None
    if torch:
        stack = torch.nn.Sequential(*[torch.nn.Conv2d(1, 1, 3, padding=1, device="meta") for _ in LAYERS])
        image = torch.empty(1, 1, 224, 224, device="meta")
        other = us(lambda: stack(image).shape)
    own = us(lambda: convolution.stack_geometry(224, LAYERS))
    yield beside("shape and receptive field of 50 layers", own, "µs", other, 15, "torch, meta device, the shape alone")


def sampling() -> Iterator[Figure]:
    fpsample = peer("fpsample")
    for count, limit in ((10**4, 20), (10**5, 80), (10**6, 350)):
        points = RNG.normal(size=(count, 3)).astype(np.float32)
        own = ms(lambda points=points: point_clouds.furthest_points(points, 1024, 5), 3)
        kdline = None
        if fpsample:
            kdline = ms(lambda points=points: fpsample.bucket_fps_kdline_sampling(points, 1024, h=7, start_idx=5), 3)
        name = f"furthest point sampling, {count:,} points, k = 1,024, exact"
        yield beside(name, own, "ms", kdline, limit, "fpsample's kdline")
        if peer("numba"):
            own = ms(lambda points=points: point_clouds.furthest_points(points, 1024, 5, compiled=True), 3)
            yield beside("the same, compiled", own, "ms", kdline, 1.5 * kdline if kdline else None, "fpsample's kdline")


def beams(torch: Any) -> Iterator[Figure]:
    size = 50_000
    table = np.broadcast_to(np.log(RNG.dirichlet(np.ones(size), 1)), (size, size))  # of one row: all would be 20 GB
    model = decoding.TableModel(table)
    for width, limit in ((4, 10), (8, 20), (16, 60)):
        tokens, scores = list(range(width)), [-0.1 * it for it in range(width)]
        own = us(lambda tokens=tokens, scores=scores, width=width: model.step(tokens, scores, width))
        other = None
        if torch:
            rows, past = torch.tensor(table[:width]), torch.tensor(scores)[:, None]
            other = us(lambda rows=rows, past=past, width=width: torch.topk((rows + past).reshape(-1), width))
        yield beside(f"a beam's step, vocabulary 50,000, width {width}", own, "µs", other, limit, "torch.topk")
    small = decoding.TableModel(np.log(RNG.dirichlet(np.ones(3), 3)))
    yield Figure("a beam's step, vocabulary 3, width 2", us(lambda: small.step([0, 1], [-0.5, -0.7], 2)), "µs", limit=5)


def normalizations(torch: Any) -> Iterator[Figure]:
    x, g = [RNG.normal(size=(256, 1024)).astype(np.float32) for _ in range(2)]
    autograd = batch = None
    if torch:
        tx, tg = torch.tensor(x), torch.tensor(g)

        def mean_only() -> None:
            it = tx.clone().requires_grad_()
            ((it - it.mean(0)) * 1.5).backward(tg)

        def batch_norm() -> None:
            it = tx.clone().requires_grad_()
            torch.nn.functional.batch_norm(it, None, None, training=True).backward(tg)

        autograd, batch = ms(mean_only, 15, 5), ms(batch_norm, 15, 5)
    own = ms(lambda: mean_only_normalization.backward_array(g, 1.5), 15, 5)
    yield beside("mean-only norm, backward, 256 × 1,024 float32", own, "ms", autograd, 0.08, "autograd")
    own = ms(lambda: normalization.normalize_backward(g, normalization.normalize(x, "batch")), 15, 5)
    yield beside("batch norm, forward and backward, 256 × 1,024", own, "ms", batch, 1.3 * batch if batch else None,
                 "F.batch_norm with autograd")  # fmt: skip


def ridge() -> Iterator[Figure]:
    X, y, lams = RNG.normal(size=(2000, 200)), RNG.normal(size=2000), np.logspace(-6, 3, 100).tolist()
    linear, other = peer("sklearn.linear_model"), None
    if linear:
        other = ms(lambda: [linear.Ridge(it, solver="svd", fit_intercept=False).fit(X, y) for it in lams[::10]], 3) * 10
    what = "scikit-learn's Ridge(svd), one by one,"
    own = ms(lambda: regularization.ridge_path(X, y, lams), 5)
    yield beside("ridge for 100 λ, 2,000 × 200, by one SVD", own, "ms", other, 24, what)
    own = ms(lambda: regularization.ridge_path_by_gram(X, y, lams), 5)
    yield beside("the same by the Gram matrix", own, "ms", other, None, what)


def adam(torch: Any) -> Iterator[Figure]:
    theta, g = [RNG.normal(size=10**6).astype(np.float32) for _ in range(2)]
    single = None
    if torch:
        parameter = torch.tensor(theta, requires_grad=True)
        parameter.grad = torch.tensor(g)
        single = ms(torch.optim.Adam([parameter], foreach=False, fused=False).step, 9, 5)
    state = optimizers.State()
    own = ms(lambda: optimizers.adam_array_step(theta, g, state), 9, 5)
    yield beside("Adam's step, 1,000,000 float32, in place", own, "ms", single, 3 * single if single else None,
                 "torch, single tensor,")  # fmt: skip


def small_calls(torch: Any) -> Iterator[Figure]:
    image, kernel = Matrix([(1, 2, 3), (4, 5, 6), (7, 8, 9)]), Matrix([(1, 0, -1), (2, 0, -2), (1, 0, -1)])
    W, h, W_u, x = Matrix([(-1, 2), (0, 1)]), Vector((0, 1)), Vector((0, 1)), Vector((1, 5, 2, 8))
    q, keys = Vector((2, 4)), [Vector((-1, 1)), Vector((1, 1)), Vector((6, -2))]

    def attended() -> object:
        return attention.attend(attention.argmax_weights(attention.scores(q, keys)), keys)

    works: list[tuple[str, Callable[[], object], Callable[[], object] | None]] = [
        ("convolution, 3 × 3 on 3 × 3", lambda: convolution.cross_correlate(image, kernel), None),
        ("a step of a linear RNN", lambda: recurrent.linear_step(W, h, W_u, 2), None),
        ("attention to 3 keys", attended, None),
        ("mean-only norm of 4 numbers", lambda: mean_only_normalization.forward(x, 2, 1), None),
    ]
    if torch:
        ti, tk = [torch.tensor(it, dtype=torch.float32).reshape(1, 1, 3, 3) for it in (image, kernel)]
        tW, th, tu, tx = [torch.tensor(it, dtype=torch.float32) for it in (W, h, W_u, x)]
        tq, tkeys = torch.tensor(q, dtype=torch.float32), torch.tensor(keys, dtype=torch.float32)
        peers = [
            lambda: torch.nn.functional.conv2d(ti, tk), lambda: tW @ th + 2 * tu,
            lambda: tkeys[(tkeys @ tq).argmax()], lambda: 2 * (tx - tx.mean()) + 1,
        ]  # fmt: skip
        works = [(name, work, other) for (name, work, _), other in zip(works, peers, strict=True)]
    for name, work, other in works:
        found = us(other) if other else None
        yield beside(f"exact, exam-sized: {name}", us(work), "µs", found, found, "torch, in floats,")


def figures() -> Iterator[Figure]:
    torch = peer("torch")
    if torch:
        torch.set_num_threads(1)
    yield from stacks(torch)
    yield from sampling()
    yield from beams(torch)
    yield from normalizations(torch)
    yield from ridge()
    yield from adam(torch)
    yield from small_calls(torch)


if __name__ == "__main__":
    print(f"{machine()}\n\n{table(figures())}")
