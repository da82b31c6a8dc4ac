"""Deep-learning mathematics as plain functions: values in, values out, and nothing known of problems, marks or papers.

| module | what it computes |
|---|---|
| `convolution` | output shapes, cross-correlation, convolution, dilated kernels, receptive fields, edges and blurs |
| `decoding` | beam search with its whole trace, greedy and exhaustive decoding of a conditional tree |
| `recurrent` | states of a linear RNN, step by step and unrolled |
| `attention` | scores, argmax and softmax weights, the attended value |
| `point_clouds` | neighborhoods of points, pooled features, orders of the points that change them, sampling |
| `normalization` | which entries batch, layer, instance and group normalization put together, their statistics |
| `initialization` | variances of Xavier and He weights, what becomes of a signal in ReLU layers |
| `mean_only_normalization` | a batch normalization that only takes the mean away, forward and backward |
| `optimizers` | steps of SGD with momentum, of Adam, and of weight decay |
| `splitting` | what leaks where versions of one image lie in the training and in the validation part |
| `regularization` | losses of a linear purifier, its shrinkage, the strengths that meet a demand |

Exact where the field is exact: integers and fractions go in, and come out unrounded (`markscheme.exact`).
"""

from __future__ import annotations

from markscheme.mechanisms import (
    attention,
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
