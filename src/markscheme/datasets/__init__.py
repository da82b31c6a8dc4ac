"""The problems as rows without end for training and testing language models: verified, disjoint by content.

>>> from markscheme.datasets import dataset, score_answer
>>> rows = dataset("convolution/output_shape", size=3, seed=7)
>>> len(rows), [score_answer(row["answer"], row) for row in rows]
(3, [1.0, 1.0, 1.0])
"""

from markscheme.datasets.rows import Row
from markscheme.datasets.scoring import Score, score_answer
from markscheme.datasets.sets import Dataset, dataset
from markscheme.datasets.splits import Split, split_of
from markscheme.datasets.supervision import first_wrong_step, preference

__all__ = ["Dataset", "Row", "Score", "Split", "dataset", "first_wrong_step", "preference", "score_answer", "split_of"]
