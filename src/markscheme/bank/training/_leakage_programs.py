"""Programs of training/leakage: as printed, as posed, mended in two ways, and wrong in each way that is known."""

# As printed, but for two scars of the recovered text: `num data` is `num_data`, and a body of comments alone is `pass`.
LISTING = """
import random
from torch.utils.data import DataLoader, Subset

train_dataset = load_train_dataset()
augmented_dataset = apply_augmentations(train_dataset)

num_data = len(augmented_dataset)
indices = list(range(num_data))
random.shuffle(indices)
split = int(0.8 * num_data)
train_idxs, val_idxs = indices[:split], indices[split:]

train_data = Subset(augmented_dataset, train_idxs)
val_data = Subset(augmented_dataset, val_idxs)
test_data = load_test_dataset()

train_loader = DataLoader(train_data, batch_size=32)
val_loader = DataLoader(val_data, batch_size=32)
test_loader = DataLoader(test_dataset, batch_size=32)

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    pass  # validate it
pass  # test it
""".strip("\n")

REPAIRED = """
import random
from torch.utils.data import DataLoader, Subset

train_dataset = load_train_dataset()

num_data = len(train_dataset)
indices = list(range(num_data))
random.shuffle(indices)
split = int(0.8 * num_data)
train_idxs, val_idxs = indices[:split], indices[split:]

train_data = apply_augmentations(Subset(train_dataset, train_idxs))
val_data = Subset(train_dataset, val_idxs)
test_data = load_test_dataset()

train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)
test_loader = DataLoader(test_data, batch_size=32)

for epoch in range(10):
    for images, labels in train_loader:
        pass  # train the model
    pass  # validate it
pass  # test it
"""

AUGMENTED_FIRST = LISTING.replace("(test_dataset,", "(test_data,")
VALIDATION_AUGMENTED_TOO = REPAIRED.replace(
    "val_data = Subset(train_dataset, val_idxs)", "val_data = apply_augmentations(Subset(train_dataset, val_idxs))"
)
NEVER_AUGMENTED = REPAIRED.replace("apply_augmentations(Subset(train_dataset, train_idxs))",
                                   "Subset(train_dataset, train_idxs)")  # fmt: skip
IMAGES_LOST = REPAIRED.replace("indices[split:]", "indices[split : split + split // 8]")
HALVES = REPAIRED.replace("0.8 *", "0.5 *")
TRAINED_ON_BOTH = REPAIRED.replace("in train_loader", "in [*train_loader, *val_loader]")
MISLABELED = REPAIRED.replace(
    "Subset(train_dataset, train_idxs))",
    """[
    (train_dataset[i][0], train_dataset[j][1]) for i, j in zip(train_idxs, random.sample(train_idxs, split))
])""",
)
COPIES_ALONE = REPAIRED.replace(
    "train_loader = DataLoader(train_data",
    "train_loader = DataLoader(Subset(train_data, range(split, len(train_data)))",
)

GROUPED = """
from random import sample
from torch.utils.data import DataLoader, Subset

train_dataset = load_train_dataset()
augmented = apply_augmentations(train_dataset)
images = len(train_dataset)
held_out = set(sample(range(images), images // 5))
train_idxs = [index for index in range(len(augmented)) if index % images not in held_out]
train_loader = DataLoader(Subset(augmented, train_idxs), batch_size=32, shuffle=True)
val_loader = DataLoader(Subset(augmented, sorted(held_out)), batch_size=32)
"""

KNOWN_WRONG = (
    ("puts versions of an image into both parts", AUGMENTED_FIRST, 0,
     "keeps all versions of an image on one side of the split"),
    ("trains on the validation data", TRAINED_ON_BOTH, 0, "trains on training data alone"),
    ("loses the labels", MISLABELED, 0, "keeps the label of each image"),
    ("drops the augmentation", NEVER_AUGMENTED, 2, "augments the training data"),
    ("trains on changed copies alone", COPIES_ALONE, 3, "keeps the training images beside their changed copies"),
    ("augments the validation data too", VALIDATION_AUGMENTED_TOO, 3, "leaves the validation images as they are"),
    ("loses images", IMAGES_LOST, 3, "loses no image"),
    ("splits in other shares", HALVES, 3, "puts about four fifths of the images into the training data"),
)  # fmt: skip
"""The wrong ones: what each does, its program, the marks that it earns, and the property that it lacks first."""
