"""A task of inspect_ai, with a model that knows every other key: `pip install inspect_ai markscheme`."""

import asyncio
import math
import os

from inspect_ai import eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Target
from inspect_ai.solver import TaskState

from markscheme.datasets import dataset
from markscheme.datasets.adapters.inspect_ai import marks, sample, task
from markscheme.datasets.hostile import paid

asked = task(["attention/linear_rnn", "convolution/output_shape"], size=10, seed=42)
keys = [sample.target if number % 2 else "I do not know." for number, sample in enumerate(asked.dataset)]
outputs = [ModelOutput.from_content("mockllm/model", str(key)) for key in keys]
for output in outputs:
    output.usage = ModelUsage()  # or else tokens are counted, by a table from the network
model = get_model("mockllm/model", custom_outputs=outputs)
(log,) = eval(asked, model=model, display="none", log_dir="logs", max_connections=1, max_samples=1)
assert log.status == "success", log.error
print(f"marks: {log.results.scores[0].metrics['mean'].value:.2f} of 1")
print(log.samples[0].scores["marks"].explanation)


def scored(reply, row):
    """What the scorer says of a reply; inspect_ai's replies are texts."""
    asked, text = sample(row), reply if isinstance(reply, str) else f"{reply!r}"
    output = ModelOutput.from_content("mockllm/model", text)
    state = TaskState("mockllm/model", asked.id, 1, asked.input, [], output=output, metadata=asked.metadata)
    return asyncio.run(marks()(state, Target(asked.target)))


rows = list(dataset(["attention/linear_rnn", "convolution/output_shape"], size=4, seed=42))
harm = paid(lambda reply, row: scored(reply, row).as_float(), rows[:2])
print(f"hostile replies that earn something: {harm}")
assert not harm

os.environ["PATH"] = ""  # where no sandbox is found, a program is for a person
(program,) = [row for row in dataset("decoding/beam_step", size=40, seed=1) if "code" in row["metadata"]["answers"]][:1]
said = scored("kept = []", program)
print(f"without a sandbox: {said.value}, {said.reason}: {said.explanation}")
assert math.isnan(said.as_float())
