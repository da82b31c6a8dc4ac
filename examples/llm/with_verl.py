"""verl's own data set and reward manager on our rows and reward: `pip install verl markscheme`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from datasets import Dataset
from omegaconf import OmegaConf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from verl import DataProto
from verl.experimental.reward_loop.reward_manager import get_reward_manager_cls
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn

from markscheme.datasets import dataset
from markscheme.datasets.adapters import training
from markscheme.datasets.hostile import replies

rows = list(dataset(["attention/linear_rnn", "convolution/output_shape"], size=6, seed=42))
letters = Tokenizer(models.BPE())
letters.pre_tokenizer, letters.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
letters.train_from_iterator([], trainers.BpeTrainer(special_tokens=["<pad>", "<end>"], initial_alphabet=alphabet))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=letters, pad_token="<pad>", eos_token="<end>")
tokenizer.chat_template = "{% for it in messages %}{{ it['content'] }}{% endfor %}"

with TemporaryDirectory() as folder:
    path = Path(folder) / "train.parquet"
    Dataset.from_list(list(training.verl_rows(rows))).to_parquet(path)
    table = RLHFDataset(str(path), tokenizer, OmegaConf.create({"max_prompt_length": 8_192, "cache_dir": folder}))
    batch = collate_fn([table[index] for index in range(len(table))])
    print(f"verl reads {len(table)} rows: {sorted(table[0])}")

config = OmegaConf.create({
    "reward": {"custom_reward_function": {"path": training.__file__, "name": "compute_score", "reward_kwargs": {}}}
})  # fmt: skip


async def scored(numbered):
    """What verl's reward manager makes of replies, each to the row of a number."""
    manager = get_reward_manager_cls("naive")(config, tokenizer, get_custom_reward_fn(config))
    found = []
    for number, reply in numbered:
        ids = torch.tensor([tokenizer(reply)["input_ids"]], dtype=torch.long)  # of an empty reply too
        about = {name: [batch[name][number]] for name in ("data_source", "reward_model", "extra_info")}
        found.append(
            await manager.run_single(
                DataProto.from_dict({"responses": ids, "attention_mask": torch.ones_like(ids)}, about)
            )
        )
    return found


keys = asyncio.run(scored(enumerate([f"It is <answer>{row['answer']}</answer>" for row in rows])))
other = "[7, 7]" if rows[0]["answer"] != "[7, 7]" else "[7, 8]"
texts = [it for it in replies(rows[0], other) if isinstance(it, str) and len(it) < 20_000 and "\ud800" not in it]
harm = [it["reward_score"] for it in asyncio.run(scored([(0, text) for text in texts]))]
print("the keys:", [it["reward_score"] for it in keys])
print(f"{len(harm)} hostile replies: {set(harm)}")
print("beside the score:", keys[0]["reward_extra_info"])
assert [it["reward_score"] for it in keys] == [1.0] * len(rows)
assert set(harm) == {0.0}
