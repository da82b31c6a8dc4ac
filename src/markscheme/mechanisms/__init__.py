"""Deep-learning mathematics as plain functions: values in, values out, and nothing known of problems, marks or papers.

| module | what it computes |
|---|---|
| `convolution` | output shapes, cross-correlation, convolution, receptive fields; layers in n dimensions, transposed |
| `decoding` | beam search with its whole trace, greedy and exhaustive; beams over large vocabularies, top-k, top-p |
| `recurrent` | states of a linear RNN and its gradients through time; Elman, GRU and LSTM steps |
| `attention` | scores, argmax and softmax weights, the attended value; masked, in several heads, linear |
| `point_clouds` | neighborhoods, pooled features, orders of the points that change them, sampling, grouping |
| `normalization` | which entries batch, layer, instance and group normalization put together; forward and backward |
| `initialization` | variances of Xavier and He weights, orthogonal ones, what becomes of a signal layer by layer |
| `mean_only_normalization` | a batch normalization that only takes the mean away, forward and backward |
| `optimizers` | steps of SGD with momentum, Nesterov, AdaGrad, RMSprop, Adam, AdamW, and of weight decay |
| `splitting` | random and grouped splits, what leaks where versions of one image lie in both parts |
| `regularization` | losses of a linear purifier, its shrinkage, strengths that meet a demand; ridge paths, lasso |
| `backpropagation` | reverse mode over floats, and over fractions, exactly |

Exact where the field is exact: integers and fractions go in, and come out unrounded (`markscheme.exact`); symbols of
sympy pass as numbers do wherever nothing is compared. Functions on arrays take those of NumPy, of torch, and of any
library that follows the array API standard, and give back the same.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

__all__ = [
    "attention",
    "backpropagation",
    "convolution",
    "decoding",
    "initialization",
    "mean_only_normalization",
    "normalization",
    "optimizers",
    "point_clouds",
    "recurrent",
    "regularization",
    "splitting",
]


def __getattr__(name: str) -> Any:
    """A family, loaded when it is first asked for."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
