"""A task of inspect_ai, with a model that knows every other key: `pip install inspect_ai markscheme`."""

from inspect_ai import eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from markscheme.datasets.adapters.inspect_ai import task

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
