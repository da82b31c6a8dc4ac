"""A `datasets.Dataset`, and a folder that `load_dataset` reads: `pip install datasets 'markscheme[datasets]'`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from datasets import load_dataset

from markscheme.datasets import dataset, score_answer
from markscheme.datasets.adapters.huggingface import as_dataset
from markscheme.datasets.hostile import paid
from markscheme.datasets.rows import row_in
from markscheme.datasets.writing import write_set

rows = dataset(["attention/linear_rnn", "convolution/output_shape"], size=20, seed=42)
table = as_dataset(rows)
print(table)
print(f"the keys earn {sum(score_answer(entry['answer'], row_in(entry)) for entry in table) / len(table):.2f}")

with TemporaryDirectory() as folder:
    for _ in write_set(rows, Path(folder), form="parquet"):
        pass
    loaded = load_dataset(folder, data_files={"train": "train-*.parquet"}, split="train", cache_dir=f"{folder}/cache")
    print(f"loaded {len(loaded)} rows, the same: {[row_in(entry) for entry in loaded] == list(rows)}")

harm = paid(lambda reply, entry: score_answer(reply, row_in(entry)), [row_in(table[0]), row_in(table[1])])
print(f"hostile replies that earn something: {harm}")
assert not harm
