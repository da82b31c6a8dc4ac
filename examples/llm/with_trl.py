"""TRL's GRPO with our reward, a step of it, on a model of nothing but random weights: `pip install trl markscheme`."""

from tempfile import TemporaryDirectory

from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from trl import GRPOConfig, GRPOTrainer

from markscheme.datasets import dataset
from markscheme.datasets.adapters.training import reward
from markscheme.datasets.hostile import paid
from markscheme.datasets.rows import flat, row_in

rows = [flat(row) for row in dataset(["attention/linear_rnn", "convolution/output_shape"], size=8, seed=42)]
table = Dataset.from_list([{"prompt": row["question"], **row} for row in rows])

letters = Tokenizer(models.BPE())
letters.pre_tokenizer, letters.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
special = ["<pad>", "<end>"]
alphabet = pre_tokenizers.ByteLevel.alphabet()
letters.train_from_iterator(table["question"], trainers.BpeTrainer(special_tokens=special, initial_alphabet=alphabet))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=letters, pad_token="<pad>", eos_token="<end>")
model = Qwen2ForCausalLM(
    Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4_096,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
)
earned = []


def marks(completions, **columns):
    """Our reward, looked at: one of each group is the key, so that there is something to learn from."""
    answers = [
        key if number % 2 else said
        for number, (said, key) in enumerate(zip(completions, columns["answer"], strict=True))
    ]
    earned.extend(reward(answers, **columns))
    return earned[-len(answers) :]


with TemporaryDirectory() as folder:
    settings = GRPOConfig(
        output_dir=folder, max_steps=2, per_device_train_batch_size=4, num_generations=2, max_completion_length=16,
        use_cpu=True, bf16=False, report_to=[], logging_steps=1, save_strategy="no", disable_tqdm=True,
    )  # fmt: skip
    trainer = GRPOTrainer(
        model=model, reward_funcs=marks, args=settings, train_dataset=table, processing_class=tokenizer
    )
    trainer.train()
(logged,) = [it for it in trainer.state.log_history if it.get("step") == 2 and "reward" in it]
print(f"rewards of 2 steps: {earned}")
print(f"TRL's mean of the last step: {logged['reward']:.2f}")
assert earned[1::2] == [1.0] * (len(earned) // 2)
assert earned[0::2] == [0.0] * (len(earned) // 2)

harm = paid(
    lambda reply, row: reward([reply], metadata=[row["metadata"]], answer=[row["answer"]])[0],
    [row_in(row) for row in rows[:2]],
)
print(f"hostile replies that earn something: {harm}")
assert not harm
