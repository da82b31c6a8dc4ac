"""Ways in which people mend the program of training/leakage, by how each goes about it.

Some use no more than the stand-ins have, others what torch and scikit-learn alone have. `BY_HAND` are those of which a
person decides: they are right, and do what cannot be told from a leak by looking at what they are fed.
"""

from __future__ import annotations

_LOADERS = """
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)
test_loader = DataLoader(load_test_dataset(), batch_size=32)
"""
_EPOCHS = """
for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    for images, labels in val_loader:
        pass  # validate it
for images, labels in test_loader:
    pass  # test it
"""
_DATA = "from torch.utils.data import DataLoader, Dataset, Subset, random_split\n"
_TORCH = "import torch\n" + _DATA
_SHUFFLED = """
import random
dataset = load_train_dataset()
indices = list(range(len(dataset)))
random.shuffle(indices)
cut = int(0.8 * len(dataset))
"""
_AUGMENTED = """
train_data = apply_augmentations(Subset(dataset, train_idx))
val_data = Subset(dataset, val_idx)
"""
_NETWORK = """
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.out = nn.LazyLinear(10)
    def forward(self, x):
        return self.out(torch.flatten(torch.relu(self.conv(x.float())), 1))
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = Net().to(device)
criterion = nn.CrossEntropyLoss()
"""

HONEST: dict[str, str] = {
    # The stand-ins suffice
    "moves two lines": _DATA + _SHUFFLED + """
train_data = apply_augmentations(Subset(dataset, indices[:cut]))
val_data = Subset(dataset, indices[cut:])
""" + _LOADERS + _EPOCHS,
    "holds the last fifth out": _DATA + """
data = load_train_dataset()
n = len(data) // 5 * 4
train_data = apply_augmentations(Subset(data, range(n)))
val_data = Subset(data, range(n, len(data)))
""" + _LOADERS + _EPOCHS,
    "holds every fifth out": _DATA + """
data = load_train_dataset()
train_data = apply_augmentations(Subset(data, [i for i in range(len(data)) if i % 5]))
val_data = Subset(data, range(0, len(data), 5))
""" + _LOADERS,
    "splits by shares": _DATA + """
train, val_data = random_split(load_train_dataset(), [0.8, 0.2])
train_data = apply_augmentations(train)
""" + _LOADERS + _EPOCHS,
    "splits by numbers": _DATA + """
dataset = load_train_dataset()
n_val = len(dataset) // 5
train_data, val_data = random_split(dataset, [len(dataset) - n_val, n_val])
train_data = apply_augmentations(train_data)
""" + _LOADERS + _EPOCHS,
    "wraps everything in main": _DATA + """
def main():
    data = load_train_dataset()
    n_train = int(0.8 * len(data))
    train_part, val_part = random_split(data, [n_train, len(data) - n_train])
    train_loader = DataLoader(apply_augmentations(train_part), batch_size=32, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=32)
    for epoch in range(10):
        for images, labels in train_loader:
            pass  # train the model
        for images, labels in val_loader:
            pass  # validate it

if __name__ == "__main__":
    main()
""",
    "makes the loaders in a function": _DATA + _SHUFFLED + """
def make_loaders(dataset, indices, batch_size=32):
    train = apply_augmentations(Subset(dataset, indices[:cut]))
    val = Subset(dataset, indices[cut:])
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)

train_loader, val_loader = make_loaders(dataset, indices)
for epoch in range(10):
    for images, labels in train_loader:
        pass
    for images, labels in val_loader:
        pass
""",
    "has one function for an epoch": _DATA + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
""" + _LOADERS + """
def run_epoch(loader, training):
    seen = 0
    for images, labels in loader:
        seen += len(labels)
        if training:
            pass  # a step of the optimizer
    return seen

for epoch in range(10):
    run_epoch(train_loader, True)
    run_epoch(val_loader, False)
run_epoch(test_loader, False)
""",
    "goes through phases": _DATA + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
""" + _LOADERS + """
loaders = {"train": train_loader, "val": val_loader}
for epoch in range(10):
    for phase in ["train", "val"]:
        for images, labels in loaders[phase]:
            if phase == "train":
                pass  # update the weights
""",
    "validates within the epoch": _DATA + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
""" + _LOADERS + """
for epoch in range(10):
    for step, (images, labels) in enumerate(train_loader):
        # training step here
        if step % 3 == 0:
            for val_images, val_labels in val_loader:
                pass  # validation
""",
    "counts the classes first": _DATA + _SHUFFLED + """
counts = {}
for image, label in dataset:
    counts[label] = counts.get(label, 0) + 1
train_idx, val_idx = indices[:cut], indices[cut:]
""" + _AUGMENTED + _LOADERS + _EPOCHS,
    "deals the examples out in a loop": _DATA + """
import random
data = load_train_dataset()
order = random.sample(range(len(data)), len(data))
held_out = set(order[: len(data) // 5])
train, val_data = [], []
for i, example in enumerate(data):
    if i in held_out:
        val_data.append(example)
    else:
        train.append(example)
train_data = apply_augmentations(train)
""" + _LOADERS + _EPOCHS,
    "groups by the original": _DATA + """
import random
augmented = apply_augmentations(load_train_dataset())
n = len(load_train_dataset())
held_out = set(random.sample(range(n), n // 5))
train_data = Subset(augmented, [i for i in range(len(augmented)) if i % n not in held_out])
val_data = Subset(augmented, [i for i in range(n) if i in held_out])
""" + _LOADERS + _EPOCHS,
    "splits each class": _DATA + """
import random
from collections import defaultdict
data = load_train_dataset()
of_class = defaultdict(list)
for i in range(len(data)):
    of_class[data[i][1]].append(i)
train_idx, val_idx = [], []
for members in of_class.values():
    random.shuffle(members)
    k = round(0.8 * len(members))
    train_idx += members[:k]
    val_idx += members[k:]
train_data = apply_augmentations(Subset(data, train_idx))
val_data = Subset(data, val_idx)
""" + _LOADERS + _EPOCHS,
    "seeds everything": """
import random
import numpy as np
random.seed(42)
np.random.seed(42)
""" + _DATA + """
data = load_train_dataset()
perm = np.random.permutation(len(data))
train_data = apply_augmentations(Subset(data, perm[:80]))
val_data = Subset(data, perm[80:])
""" + _LOADERS + _EPOCHS,
    "augments on the fly, now and then": _DATA + """
import random
class Augmented(Dataset):
    def __init__(self, base, p=0.5):
        self.base, self.p = base, p
    def __len__(self):
        return len(self.base)
    def __getitem__(self, i):
        example = self.base[i]
        return apply_augmentations(example) if random.random() < self.p else example
train, val_data = random_split(load_train_dataset(), [0.8, 0.2])
train_data = Augmented(train)
""" + _LOADERS + _EPOCHS,
    "makes fresh copies each epoch": _DATA + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
""" + _LOADERS + """
for epoch in range(10):
    train_loader = DataLoader(apply_augmentations(train), batch_size=32, shuffle=True)
    for images, labels in train_loader:
        pass
    for images, labels in val_loader:
        pass
""",
    "names its types": "from __future__ import annotations\n" + _DATA + """
from typing import Sequence
def parts(n: int, share: float) -> tuple[Sequence[int], Sequence[int]]:
    cut: int = int(share * n)
    return range(cut), range(cut, n)
data = load_train_dataset()
train_idx, val_idx = parts(len(data), 0.8)
train_data: Dataset = apply_augmentations(Subset(data, train_idx))
val_data: Dataset = Subset(data, val_idx)
train_loader: DataLoader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader: DataLoader = DataLoader(val_data, batch_size=32)
""",
    "checks itself": _DATA + _SHUFFLED + """
train_idx, val_idx = indices[:cut], indices[cut:]
assert not set(train_idx) & set(val_idx)
assert len(train_idx) + len(val_idx) == len(dataset)
""" + _AUGMENTED + _LOADERS + """
images, labels = next(iter(train_loader))
print("a batch has", len(labels), "examples;", len(train_data), "for training,", len(val_data), "for validation")
""" + _EPOCHS,
    "stays close to the listing": _DATA + """
import random
train_dataset = load_train_dataset()
num_data = len(train_dataset)
indices = list(range(num_data))
random.shuffle(indices)
split = int(0.8 * num_data)
train_idxs, val_idxs = indices[:split], indices[split:]
train_data = Subset(train_dataset, train_idxs)
train_data = apply_augmentations(train_data)  # only now
val_data = Subset(train_dataset, val_idxs)
test_dataset = load_test_dataset()
train_loader = DataLoader(train_data, batch_size=32)
val_loader = DataLoader(val_data, batch_size=32)
test_loader = DataLoader(test_dataset, batch_size=32)
for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    pass  # validate it
pass  # test it
""",
    "numbers its examples": _DATA + """
class Numbered(Dataset):
    def __init__(self, base):
        self.base = base
    def __len__(self):
        return len(self.base)
    def __getitem__(self, i):
        image, label = self.base[i]
        return image, label, i
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = Numbered(apply_augmentations(train))
""" + _LOADERS + """
for epoch in range(10):
    for images, labels, places in train_loader:
        pass
""",
    "shows a bar, and takes arguments": _DATA + """
import argparse
from tqdm import tqdm
parser = argparse.ArgumentParser()
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
train, val_data = random_split(load_train_dataset(), [80, 20])
train_loader = DataLoader(apply_augmentations(train), batch_size=args.batch_size, shuffle=True)
val_loader = DataLoader(val_data, batch_size=args.batch_size)
for epoch in range(10):
    for images, labels in tqdm(train_loader, desc=f"epoch {epoch}"):
        pass
    for images, labels in tqdm(val_loader):
        pass
exit()
""",
    # What the libraries alone have
    "KFold, one fold": _DATA + """
from sklearn.model_selection import KFold
dataset = load_train_dataset()
train_idx, val_idx = next(KFold(n_splits=5, shuffle=True, random_state=0).split(range(len(dataset))))
""" + _AUGMENTED + _LOADERS + _EPOCHS,
    "KFold, all folds": _DATA + """
from sklearn.model_selection import KFold
dataset = load_train_dataset()
for fold, (train_idx, val_idx) in enumerate(KFold(n_splits=5, shuffle=True, random_state=1).split(range(len(dataset)))):
    train_data = apply_augmentations(Subset(dataset, train_idx))
    val_data = Subset(dataset, val_idx)
    train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
    val_loader = DataLoader(val_data, batch_size=32)
    # a fresh model for each fold
    for epoch in range(2):
        for images, labels in train_loader:
            pass
        for images, labels in val_loader:
            pass
""",
    "StratifiedShuffleSplit": _DATA + """
from sklearn.model_selection import StratifiedShuffleSplit
dataset = load_train_dataset()
labels = [int(label) for _, label in dataset]
splitter = StratifiedShuffleSplit(n_splits=1, test_size=0.2, random_state=0)
train_idx, val_idx = next(splitter.split(list(range(len(dataset))), labels))
""" + _AUGMENTED + _LOADERS + _EPOCHS,
    "StratifiedKFold": _DATA + """
import numpy as np
from sklearn.model_selection import StratifiedKFold
dataset = load_train_dataset()
y = np.array([int(label) for _, label in dataset])
train_idx, val_idx = next(StratifiedKFold(n_splits=5, shuffle=True).split(np.zeros(len(y)), y))
""" + _AUGMENTED + _LOADERS,
    "GroupKFold": _DATA + """
from sklearn.model_selection import GroupKFold
data = load_train_dataset()
augmented = apply_augmentations(data)
groups = [i % len(data) for i in range(len(augmented))]
train_idx, val_idx = next(GroupKFold(n_splits=5).split(groups, groups=groups))
train_data = Subset(augmented, train_idx)
val_data = Subset(augmented, [i for i in val_idx if i < len(data)])
""" + _LOADERS + _EPOCHS,
    "train_test_split of indices, by class": _DATA + """
from sklearn.model_selection import train_test_split
dataset = load_train_dataset()
labels = [int(y) for _, y in dataset]
train_idx, val_idx = train_test_split(range(len(dataset)), test_size=0.2, stratify=labels, random_state=0)
""" + _AUGMENTED + _LOADERS + _EPOCHS,
    "TensorDataset": _TORCH + """
from torch.utils.data import TensorDataset
data = load_train_dataset()
images = torch.stack([image for image, _ in data])
labels = torch.tensor([label for _, label in data])
order = torch.randperm(len(images))
train = TensorDataset(images[order[:80]], labels[order[:80]])
val_data = TensorDataset(images[order[80:]], labels[order[80:]])
train_data = apply_augmentations(train)
""" + _LOADERS + _EPOCHS,
    "asks for a GPU": _TORCH + """
device = "cuda" if torch.cuda.is_available() else "cpu"
train, val_data = random_split(load_train_dataset(), [80, 20], generator=torch.Generator().manual_seed(0))
train_data = apply_augmentations(train)
""" + _LOADERS + """
for epoch in range(10):
    for images, labels in train_loader:
        images, labels = images.to(device), labels.to(device)
    with torch.no_grad():
        for images, labels in val_loader:
            images, labels = images.to(device), labels.to(device)
""",
    "really trains": _TORCH + _NETWORK + """
train, val_data = random_split(load_train_dataset(), [0.8, 0.2])
train_data = apply_augmentations(train)
""" + _LOADERS + """
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    model.train()
    for images, labels in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
    model.eval()
    correct = total = 0
    with torch.no_grad():
        for images, labels in val_loader:
            correct += (model(images.to(device)).argmax(1) == labels.to(device)).sum().item()
            total += len(labels)
    print(f"epoch {epoch}: validation accuracy {correct / total:.2f}")
""",
    "really trains, in phases": _TORCH + _NETWORK + """
train, val_data = random_split(load_train_dataset(), [0.8, 0.2])
train_data = apply_augmentations(train)
""" + _LOADERS + """
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(2):
    for phase, loader in (("train", train_loader), ("val", val_loader)):
        model.train(phase == "train")
        for images, labels in loader:
            with torch.set_grad_enabled(phase == "train"):
                loss = criterion(model(images), labels)
            if phase == "train":
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
""",
    "weights the classes": _TORCH + """
from torch.utils.data import WeightedRandomSampler
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
counts = {}
for _, label in train_data:
    counts[int(label)] = counts.get(int(label), 0) + 1
weights = [1 / counts[int(label)] for _, label in train_data]
sampler = WeightedRandomSampler(weights, num_samples=4 * len(train_data), replacement=True)
train_loader = DataLoader(train_data, batch_size=32, sampler=sampler)
val_loader = DataLoader(val_data, batch_size=32)
""",
    "works in the background": _TORCH + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True, num_workers=2, persistent_workers=True)
val_loader = DataLoader(val_data, batch_size=32, num_workers=2)
for epoch in range(10):
    for images, labels in train_loader:
        pass
    for images, labels in val_loader:
        pass
""",
    "collates by itself": _TORCH + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
def collate(batch):
    images, labels = zip(*batch)
    return torch.stack(images), torch.tensor([int(label) for label in labels])
train_loader = DataLoader(train_data, batch_size=32, shuffle=True, collate_fn=collate)
val_loader = DataLoader(val_data, batch_size=32, collate_fn=collate)
""",
    "samples in batches": _TORCH + """
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
train_loader = DataLoader(train_data, batch_sampler=BatchSampler(RandomSampler(train_data), 32, drop_last=False))
val_loader = DataLoader(val_data, sampler=SequentialSampler(val_data), batch_size=32)
""",
    "joins originals and copies made on the fly": _TORCH + """
from torch.utils.data import ConcatDataset
class Copies(Dataset):
    def __init__(self, base): self.base = base
    def __len__(self): return len(self.base)
    def __getitem__(self, i):
        image, label = self.base[i]
        return apply_augmentations(image), label
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = ConcatDataset([train, Copies(train), Copies(train)])
""" + _LOADERS + _EPOCHS,
    "masks with a tensor": _TORCH + """
data = load_train_dataset()
mask = torch.zeros(len(data), dtype=torch.bool)
mask[torch.randperm(len(data))[: len(data) // 5]] = True
train_data = apply_augmentations(Subset(data, torch.where(~mask)[0].tolist()))
val_data = Subset(data, torch.where(mask)[0].tolist())
""" + _LOADERS + _EPOCHS,
    "shuffles split": _DATA + """
from sklearn.model_selection import ShuffleSplit
dataset = load_train_dataset()
for train_idx, val_idx in ShuffleSplit(n_splits=1, test_size=0.2).split(range(len(dataset))):
    train_data = apply_augmentations(Subset(dataset, train_idx))
    val_data = Subset(dataset, val_idx)
""" + _LOADERS + _EPOCHS,
    "drops the last batch": _DATA + """
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True, drop_last=True)
val_loader = DataLoader(val_data, batch_size=32)
""" + _EPOCHS.partition("for images, labels in test")[0],
    "sorts a list into two": """
import random
from torch.utils.data import *
items = [x for x in load_train_dataset()]
labels = [y for _, y in items]
n = len(items)
order = list(range(n))
random.shuffle(order)
cut = int(0.8 * n)
train, val_data = [], []
for rank in range(n):
    i = order[rank]
    if rank < cut:
        train.append(items[i])
    else:
        val_data.append(items[i])
assert len(train) + len(val_data) == len(items)
train_data = apply_augmentations(train)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)
print('train', len(train_data), 'val', len(val_data), 'all', len(items))
for part in (train_data, val_data): print(len(part))
assert len(items) == n

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    for images, labels in val_loader:
        pass  # validate it
""",
    "makes folds of a list itself": """
import random
from torch.utils.data import *
items = list(load_train_dataset())
random.shuffle(items)
for k in range(5):
    val_data = items[20 * k : 20 * k + 20]
    train = items[: 20 * k] + items[20 * k + 20 :]
    train_data = apply_augmentations(train)
    train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
    val_loader = DataLoader(val_data, batch_size=32)
    for epoch in range(3):
        for images, labels in train_loader:
            pass  # train
    for images, labels in val_loader:
        pass  # validate
""",
    "has settings, a log and a class": """
import random
from torch.utils.data import *
import os, sys, argparse
from dataclasses import dataclass
parser = argparse.ArgumentParser()
parser.add_argument('--out', default='out')
parser.add_argument('--share', type=float, default=0.8)
args = parser.parse_args([])
os.makedirs(args.out, exist_ok=True)
@dataclass
class Config:
    share: float = 0.8
    seed: int = 0
class Experiment:
    def __init__(self, config):
        self.config = config
        self.data = load_train_dataset()
        self.rng = random.Random(config.seed)
    def split(self):
        order = list(range(len(self.data)))
        self.rng.shuffle(order)
        cut = int(self.config.share * len(order))
        return Subset(self.data, order[:cut]), Subset(self.data, order[cut:])
    def loaders(self):
        train, val = self.split()
        return DataLoader(apply_augmentations(train), batch_size=32, shuffle=True), DataLoader(val, batch_size=32)
exp = Experiment(Config(share=args.share))
train_loader, val_loader = exp.loaders()
print(type(train_loader), exp.__class__.__name__, file=sys.stderr)
with open(os.path.join(args.out, 'log.txt'), 'w') as log:
    for epoch in range(10):
        for images, labels in train_loader: pass  # train
        n = 0
        for images, labels in val_loader: n += len(labels)
        log.write(f'{epoch} {n}\\n')
""",
    "augments anew each epoch": """
import random
from torch.utils.data import *
data = load_train_dataset()
train, val_data = random_split(data, [80, 20])
val_loader = DataLoader(val_data, batch_size=32)
for epoch in range(10):
    train_loader = DataLoader(apply_augmentations(train), batch_size=32, shuffle=True)
    for images, labels in train_loader:
        pass  # train
    for images, labels in val_loader:
        pass  # validate
""",
    "evaluates by a function": """
import random
from torch.utils.data import *
def batches_of(loader):
    total = 0
    for images, labels in loader:
        total += len(labels)
    return total
data = load_train_dataset()
train, val = random_split(data, [80, 20])
train_loader = DataLoader(apply_augmentations(train), batch_size=32, shuffle=True)
val_loader = DataLoader(val, batch_size=32)
history = {'train': [], 'val': []}
for epoch in range(10):
    for images, labels in train_loader: pass
    history['val'].append(batches_of(val_loader))
print(history, isinstance(data, Dataset), type(history).__name__)
it = iter(val_loader)
images, labels = next(it)
""",
    "keeps its images in a class": """
import random
from torch.utils.data import *
class Split:
    def __init__(self, items, share=0.8):
        self.items = list(items)
        random.shuffle(self.items)
        self.cut = int(share * len(self.items))
    @property
    def train(self): return self.items[: self.cut]
    @property
    def val(self): return self.items[self.cut :]
s = Split(load_train_dataset())
train_loader = DataLoader(apply_augmentations(s.train), batch_size=32, shuffle=True)
val_loader = DataLoader(s.val, batch_size=32)
print(len(s.train), len(s.val))

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    for images, labels in val_loader:
        pass  # validate it
""",
    "takes the held-out images off a list": """
import random
from torch.utils.data import *
items = list(load_train_dataset())
random.shuffle(items)
val_data = [items.pop() for _ in range(len(items) // 5)]
train_data = apply_augmentations(items)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    for images, labels in val_loader:
        pass  # validate it
""",
    "takes images and labels apart": """
import random
from torch.utils.data import *
data = load_train_dataset()
images, labels = zip(*data)
order = random.sample(range(len(images)), len(images))
train = [(images[i], labels[i]) for i in order[:80]]
val_data = [(images[i], labels[i]) for i in order[80:]]
train_data = apply_augmentations(train)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    for images, labels in val_loader:
        pass  # validate it
""",
    # A person decides
    "augments the batches of its loop": _TORCH + """
train_data, val_data = random_split(load_train_dataset(), [80, 20])
""" + _LOADERS + """
for epoch in range(10):
    for images, labels in train_loader:
        images = apply_augmentations(images)
        # train the model
    for images, labels in val_loader:
        pass  # validate it
""",
    "normalizes with the statistics of all images": _TORCH + """
everything = DataLoader(load_train_dataset(), batch_size=100)
for images, _ in everything:
    mean = sum(float(image.float().mean()) for image in images) / len(images)
train, val_data = random_split(load_train_dataset(), [80, 20])
train_data = apply_augmentations(train)
""" + _LOADERS + _EPOCHS,
}  # fmt: skip

BY_HAND = {"augments the batches of its loop", "normalizes with the statistics of all images"}

ALIKE = frozenset({
    "KFold, all folds", "StratifiedKFold", "GroupKFold", "train_test_split of indices, by class",
    "really trains, in phases", "weights the classes", "collates by itself", "samples in batches", "shuffles split",
})  # fmt: skip
"""Each starts torch anew, as others here do that need as much of it: `python -m bench.programs --tables` runs them."""
