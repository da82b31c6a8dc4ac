"""What surrounds a program of training/leakage in the sandbox: given functions, stand-ins, and what is collected.

An image is a number that says nothing, and so are its changed copies: which belongs to which is judged outside. The
stand-ins have as much of `torch.utils.data` and of scikit-learn's splits as most repairs want; a program that wants
more is run with the libraries themselves.
"""

import ast
import random
import sys
import types
from _blake2 import blake2b  # hashlib would load a library of its own
from collections import Counter, deque
from importlib.machinery import ModuleSpec

MOST_IMAGES = 20_000  # of one loader, over all epochs
MOST_TOLD = 2_500  # numbers, of all loops of a run
MOST_LOADERS = 20
MOST_PARTS = 64  # of an item that a loop is fed with
MOST_HELD = 2_000  # of what a container holds
MOST_SCANNED = 100_000  # parts of containers, at each use; from then on now and then
SCANNED_EVERY = 50  # uses
MOST_TAKEN = 64  # images that a call gives at once, as a batch
SCALARS = {bool, int, float, str, type(None)}
NO_LABEL, ODD_LABEL = 15, 14
UNKNOWN, NO_IMAGE = 0, 1
LABELS = {label: label for label in range(10)}
NAMES = ("train_loader", "val_loader")
TAKES = frozenset("next __next__ pop popleft popitem get send choice choices sample list tuple".split())  # a few items
FILLS = frozenset("append extend add insert".split())
MEASURES = frozenset("len print type id isinstance".split())
CONTAINERS = {list, tuple, dict, set, deque}
SIDE = 8  # of an image, where images are tensors
CODED = 2**24

_bits = random.Random(0).getrandbits  # its own randomness, whatever a program does to `random`


def _seed(number):
    global _bits
    _bits = random.Random(number).getrandbits


def _shuffled(items):
    items = list(items)
    keys = memoryview(_bits(64 * len(items)).to_bytes(8 * len(items), "little")).cast("Q")
    return [items[place] for place in sorted(range(len(items)), key=keys.__getitem__)]


# Images, as the stand-ins have them


class Image:
    """An image that can be told from others, and no more."""

    __slots__ = ("code",)

    def __init__(self, code):
        self.code = code


class Batch(list):
    """Images, or labels, as a loader gives them together."""


class Dataset:
    """`torch.utils.data.Dataset`."""

    def __add__(self, other):
        return ConcatDataset([self, other])


class Images(Dataset):
    """Pairs of an image and its label."""

    def __init__(self, items):
        self.items = list(items)

    def __getitem__(self, index):
        found = self.items[index]
        if not _state["is_inside"] and type(found) is tuple:
            _pick([_code(found[0])])
        return found

    def __len__(self):
        return len(self.items)


class Subset(Dataset):
    """`torch.utils.data.Subset`."""

    def __init__(self, dataset, indices):
        self.dataset, self.indices = dataset, [int(index) for index in indices]

    def __getitem__(self, index):
        return self.dataset[self.indices[index]]

    def __len__(self):
        return len(self.indices)


class ConcatDataset(Dataset):
    """`torch.utils.data.ConcatDataset`."""

    def __init__(self, datasets):
        self.datasets = list(datasets)

    def __getitem__(self, index):
        for dataset in self.datasets:
            if index < len(dataset):
                return dataset[index]
            index -= len(dataset)
        raise IndexError(index)

    def __len__(self):
        return sum(len(dataset) for dataset in self.datasets)


class DataLoader:
    """`torch.utils.data.DataLoader`: batches of images and of labels, as two lists."""

    def __init__(self, dataset, batch_size=1, shuffle=False, sampler=None, batch_sampler=None, num_workers=0,
                 collate_fn=None, pin_memory=False, drop_last=False, **others):  # fmt: skip
        odd = set(others) - {"timeout", "generator", "persistent_workers", "prefetch_factor", "pin_memory_device"}
        if batch_sampler is not None or collate_fn is not None or odd:
            raise NotImplementedError("the stand-in makes its own batches")
        self.dataset, self.batch_size, self.sampler = dataset, int(batch_size), sampler
        self.shuffle, self.drop_last = bool(shuffle), bool(drop_last)
        _made.append(self)

    def __iter__(self):
        return _watched(self, self._batches())

    def _batches(self):
        order = list(self.sampler) if self.sampler is not None else list(range(len(self.dataset)))
        order = _shuffled(order) if self.shuffle else order
        dataset, size = _flat(self.dataset), self.batch_size
        for start in range(0, len(order), size):
            batch = [dataset[index] for index in order[start : start + size]]
            if len(batch) == size or not self.drop_last:
                images, labels = zip(*batch)
                yield [Batch(images), Batch(labels)]

    def __len__(self):
        total = len(self.sampler if self.sampler is not None else self.dataset)
        return total // self.batch_size if self.drop_last else -(-total // self.batch_size)


def _flat(dataset):
    """The examples of a dataset in one list, where it is made of stand-ins; else itself."""
    if type(dataset) is Images:
        return dataset.items
    if type(dataset) is Subset:
        base = _flat(dataset.dataset)
        return [base[index] for index in dataset.indices] if type(base) is list else dataset
    return dataset


class SubsetRandomSampler:
    """`torch.utils.data.SubsetRandomSampler`."""

    def __init__(self, indices, generator=None):
        self.indices = list(indices)

    def __iter__(self):
        return iter(_shuffled(self.indices))

    def __len__(self):
        return len(self.indices)


class Generator:
    """`torch.Generator`."""

    def manual_seed(self, seed):
        _seed(int(seed))
        return self


class Numbers(list):
    """A tensor of whole numbers, as far as a split wants one."""

    def tolist(self):
        return list(self)

    def __getitem__(self, index):
        found = super().__getitem__(index)
        return Numbers(found) if isinstance(index, slice) else found


def randperm(n, **_):
    """`torch.randperm`."""
    return Numbers(_shuffled(range(n)))


def random_split(dataset, lengths, generator=None):
    """`torch.utils.data.random_split`, by numbers or by shares."""
    total = len(dataset)
    if abs(sum(lengths) - 1) < 1e-9:
        counts = [int(total * share) for share in lengths]
        for place in range(total - sum(counts)):
            counts[place % len(counts)] += 1
    else:
        counts = [int(count) for count in lengths]
    if sum(counts) != total:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = _shuffled(range(total))
    ends = [sum(counts[: place + 1]) for place in range(len(counts))]
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends)]


def _part(total, test_size, train_size):
    """How many go to the test part."""
    if test_size is None and train_size is not None:
        return total - (int(train_size) if train_size >= 1 else int(total * train_size))
    test_size = 0.25 if test_size is None else test_size
    return int(test_size) if test_size >= 1 else -(-int(round(total * test_size * 1e9)) // 10**9)


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    """`sklearn.model_selection.train_test_split`."""
    if stratify is not None:
        raise NotImplementedError("the stand-in does not stratify")
    total = len(arrays[0])
    order = _shuffled(range(total)) if shuffle else list(range(total))
    test = _part(total, test_size, train_size)
    parts = (order[: total - test], order[total - test :])
    return [[array[index] for index in part] for array in arrays for part in parts]


class GroupShuffleSplit:
    """`sklearn.model_selection.GroupShuffleSplit`."""

    def __init__(self, n_splits=5, test_size=None, train_size=None, random_state=None):
        self.n_splits, self.test_size, self.train_size = n_splits, test_size, train_size

    def split(self, X, y=None, groups=None):
        for _ in range(self.n_splits):
            known = _shuffled(sorted(set(groups)))
            test = set(known[: _part(len(known), self.test_size, self.train_size)])
            yield tuple([i for i, group in enumerate(groups) if (group in test) == inside] for inside in (False, True))


def _module(name, **contents):
    module = types.ModuleType(name)
    vars(module).update(contents, __spec__=ModuleSpec(name, None))
    sys.modules[name] = module
    return module


def _tqdm(items=(), *_, **__):
    """`tqdm.tqdm`, which shows nothing."""
    return items


def _install():
    data = _module(
        "torch.utils.data", Dataset=Dataset, Subset=Subset, ConcatDataset=ConcatDataset, DataLoader=DataLoader,
        SubsetRandomSampler=SubsetRandomSampler, random_split=random_split,
    )  # fmt: skip
    utils = _module("torch.utils", data=data)
    _module("torch", utils=utils, randperm=randperm, manual_seed=_seed, Generator=Generator)
    splits = _module("sklearn.model_selection", train_test_split=train_test_split, GroupShuffleSplit=GroupShuffleSplit)
    _module("sklearn", model_selection=splits)


# Images, as torch has them: two pixels hold the number


def _tensor(code):
    high, low = divmod(code, CODED)
    image = _blank.clone()
    image[0, 0, 0], image[1, 0, 0] = high / CODED, low / CODED
    return image


def _codes(images):
    """The numbers of a batch of tensors."""
    if images.shape[1:] != _blank.shape:
        return [UNKNOWN] * len(images)
    images = _torch.nan_to_num(images.detach().double())
    others = (images != _blank).flatten(1).sum(1).tolist()
    pixels = (images[:, :2, 0, 0] * CODED).round().tolist()
    return [
        int(high) * CODED + int(low) if count <= 2 and min(high, low) >= 0 and max(high, low) < CODED else UNKNOWN
        for (high, low), count in zip(pixels, others)
    ]


def _use_torch():
    """Images are tensors, and torch's own loader is looked at; it works in this process alone."""
    global _blank, _torch
    if _torch is not None:
        return
    import torch
    from torch.utils.data import DataLoader as Loader

    _torch = torch
    _blank = torch.linspace(0, 1, 3 * SIDE * SIDE).reshape(3, SIDE, SIDE)
    starts, iterates = Loader.__init__, Loader.__iter__

    def start(self, dataset, *args, **kwargs):
        for name in ("num_workers", "prefetch_factor", "persistent_workers", "multiprocessing_context", "pin_memory",
                     "timeout"):  # fmt: skip
            kwargs.pop(name, None)
        starts(self, dataset, *args[:4], *[0, *args[5:6], False, *args[7:8]][: max(0, len(args) - 4)], **kwargs)
        _made.append(self)

    Loader.__init__ = start
    Loader.__iter__ = lambda self: _watched(self, iterates(self))


_torch = _blank = None


# What is given


def prepare(inputs):
    """The names that the program finds. With `inputs["real"]` images are tensors of torch."""
    make = Image
    if inputs["real"]:
        _use_torch()
        make = _tensor
    else:
        _install()
    _module("tqdm", tqdm=_tqdm, trange=range)
    _module("tqdm.auto", tqdm=_tqdm, trange=range)
    _seed(inputs["salt"])
    salt, copies = inputs["salt"].encode(), inputs["copies"]

    def changed(code, number):
        digest = blake2b(b"%d" % code, digest_size=6 * copies, key=salt).digest()
        return int.from_bytes(digest[6 * number : 6 * number + 6], "big")

    def copy(item, number):
        image, label = item
        return make(changed(_code(image), number)), label

    def some():
        return _bits(32) % copies

    def load_train_dataset():
        return Images([(make(code), label) for code, label in inputs["images"]])

    def load_test_dataset():
        return Images([(make(code), label) for code, label in inputs["test"]])

    def apply_augmentations(dataset):
        if _is_image(dataset):
            return copy((dataset, None), some())[0]
        if type(dataset) in (tuple, list) and len(dataset) == 2 and _is_image(dataset[0]):
            return copy(dataset, some())
        if (codes := _codes_of_batch(dataset)) is not None:
            _state["augmented"].update(codes)
            images = [make(changed(code, some())) for code in codes]
            return Batch(images) if _torch is None else _torch.stack(images)
        items = _flat(dataset)
        items = items if type(items) is list else _inside(lambda: [dataset[index] for index in range(len(dataset))])
        return Images([*items, *[copy(item, number) for number in range(copies) for item in items]])

    global printed_name
    del _made[:]
    _state.update(loops={}, vals=[], found={}, augmented=set(), pulling=False, source=None, is_over=False,
                  is_inside=False, is_cut=False, picked=Counter(), held={}, known={},
                  scans=MOST_SCANNED)  # fmt: skip
    printed_name = Images(load_test_dataset().items)
    return {
        "load_train_dataset": load_train_dataset, "load_test_dataset": load_test_dataset,
        "apply_augmentations": apply_augmentations, "test_dataset": printed_name, "__fed__": fed, "__bound__": bound,
        "__held__": held, "__taken__": taken,
    }  # fmt: skip


printed_name = None
"""What the name `test_dataset` finds, which the printed program uses and never binds."""


def _is_image(value):
    return type(value) is Image or (_torch is not None and isinstance(value, _torch.Tensor) and value.ndim == 3)


def _code(image):
    """The number of an image."""
    return image.code if type(image) is Image else _codes(image[None])[0]


def _codes_of_batch(images):
    """The numbers of several images in one list or tensor; None if it is none."""
    if isinstance(images, list | tuple):
        if images and all([_is_image(image) for image in images]):
            return [_code(image) for image in images]
        return None
    if _torch is not None and isinstance(images, _torch.Tensor) and images.ndim == 4:
        return _codes(images)
    return None


# What the program's loops are fed with


class Rewriter(ast.NodeTransformer):
    """Each `for` is fed through `__fed__`; in functions, what is bound to a loader's name is told to `__bound__`.

    What a name stands for is told to `__held__`, what a call takes from somewhere to `__taken__`.
    """

    def __init__(self, lines):
        self.lines, self.functions, self.unseen = lines, [], []

    def visit_FunctionDef(self, node):
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        return node

    def visit_For(self, node):
        hints = self.hints(node)
        self.generic_visit(node)
        called = node.iter.func if isinstance(node.iter, ast.Call) else None
        if isinstance(called, ast.Name) and called.id == "range":
            self.unseen += [node.lineno] if self.learns(node) else []
        else:
            site = [ast.Constant(it) for it in (node.lineno, *hints)]
            node.iter = self._call("__fed__", [node.iter, *site], node.iter)
        return node

    def hints(self, node):
        """Whether a loop says that it trains, and whether nothing tells what it does."""
        said = " ".join(
            [line.partition("#")[2].lower() for line in self.lines[node.lineno - 1 : node.end_lineno]]
        ).strip()
        trains = "train" in said and not any([word in said for word in ("valid", "eval", "test", "val ")])
        is_empty = all([isinstance(it, ast.Pass | ast.Expr) and not isinstance(getattr(it, "value", None), ast.Call)
                        for it in node.body])  # fmt: skip
        where = self.functions[-1].name.lower() if self.functions else ""
        told = said or any([word in where for word in ("val", "eval", "test", "acc", "check", "score")])
        return trains or self.learns(node), is_empty and not told

    @staticmethod
    def learns(node):
        """Whether a loop itself takes a step of learning, whatever it is fed with."""
        waiting = list(node.body)
        while waiting:
            here = waiting.pop()
            if isinstance(here, ast.If | ast.IfExp | ast.FunctionDef | ast.For | ast.While):
                continue
            if isinstance(here, ast.Call) and isinstance(here.func, ast.Attribute) and here.func.attr == "backward":
                return True
            waiting += ast.iter_child_nodes(here)
        return False

    def visit_comprehension(self, node):
        self.generic_visit(node)
        node.iter = self._call(
            "__fed__", [node.iter, *[ast.Constant(it) for it in (node.iter.lineno, False, False)]], node.iter
        )
        return node

    def visit_While(self, node):
        self.generic_visit(node)
        self.unseen.append(node.lineno)
        return node

    def visit_Assign(self, node):
        self.generic_visit(node)
        names = {it.id for target in node.targets for it in ast.walk(target) if isinstance(it, ast.Name)}
        if not self.functions or names.isdisjoint(NAMES):
            return node
        told = [self._call("__bound__", [ast.Constant(name), ast.Name(name, ast.Load())], node)
                for name in NAMES if name in names]  # fmt: skip
        return [node, *[ast.copy_location(ast.Expr(call), node) for call in told]]

    def visit_Name(self, node):
        if not isinstance(node.ctx, ast.Load):
            return node
        return self._call("__held__", [node, ast.Constant(node.lineno), ast.Constant(node.col_offset)], node)

    def visit_Attribute(self, node):
        named = isinstance(node.value, ast.Name) and node.attr in FILLS
        return self.visit_Name(node if named else self.generic_visit(node))

    def visit_Subscript(self, node):
        self.generic_visit(node)
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "__held__":
            node.value.args.append(ast.Constant(not isinstance(node.slice, ast.Slice)))
        return node

    def visit_Call(self, node):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if isinstance(node.func, ast.Attribute):
            node.func = self.generic_visit(node.func) if name not in FILLS else node.func
        elif not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)
        node.args = [it if name in MEASURES and isinstance(it, ast.Name) else self.visit(it) for it in node.args]
        node.keywords = [self.visit(it) for it in node.keywords]
        return self._call("__taken__", [node], node) if name in TAKES else node

    def visit_match_case(self, node):
        node.guard = node.guard and self.visit(node.guard)
        node.body = [it for statement in node.body for it in _listed(self.visit(statement))]
        return node

    @staticmethod
    def _call(name, arguments, place):
        call = ast.Call(ast.Name(name, ast.Load()), arguments, [])
        for node in ast.walk(call):
            if isinstance(node, ast.expr) and "lineno" not in vars(node):
                ast.copy_location(node, place)
        return call


def _listed(visited):
    return visited if isinstance(visited, list) else [visited]


def rewrite(tree, program):
    """The program, told what its loops are fed with."""
    rewriter = Rewriter(program.split("\n"))
    tree = ast.fix_missing_locations(rewriter.visit(tree))
    _unseen[:] = rewriter.unseen[:MOST_LOADERS]
    return tree


_made, _unseen = [], []
_state = {"is_inside": True}
namespace = {}
"""The program's, as the worker sets it."""


def bound(name, value):
    """A loader was bound to a name within a function."""
    _state["found"][name] = value


def _loader(name):
    return namespace.get(name, _state["found"].get(name))


def _val():
    """Which of the validation loaders so far is the present one; -1 before there is one."""
    loader, known = _loader("val_loader"), _state["vals"]
    if loader is None:
        return -1
    for place, other in enumerate(known):
        if other is loader:
            return place
    if len(known) < MOST_LOADERS:
        known.append(loader)
        return len(known) - 1
    return MOST_LOADERS


def fed(iterable, line, trains, is_empty):
    """What a loop is fed with, looked at as it comes."""
    seen, sources, is_batch, val = set(), set(), False, _val()
    source = iter(iterable)
    try:
        while True:
            before, _state["pulling"], _state["source"] = _state["pulling"], True, None
            try:
                item = next(source)
            except StopIteration:
                return
            finally:
                _state["pulling"] = before
            found = _pairs(item)
            if found is not None:
                is_batch = is_batch or found[0]
                seen.update(found[1])
                sources.add(_state["source"])
            yield item
    finally:
        _tell((line, is_batch, val, trains, is_empty), sources, seen)


def held(value, line, column, is_one=False):
    """A name's value, as the program uses it: how often a place of the text uses images, whole containers of them."""
    if not _state["is_inside"] and (codes := _held(value)):
        uses = _state["held"].setdefault((line, column, _val(), codes), [0])
        uses[0] += 1 / len(codes) if is_one else 1
    return value


def _is_container(value):
    return type(value) in CONTAINERS or (type(value).__name__ == "ndarray" and value.dtype.hasobject)


def _held(container):
    """The images in a container and in those within it, or in a tensor of more than a batch."""
    if not _is_container(container):
        is_tensor = _torch is not None and isinstance(container, _torch.Tensor)
        is_large = is_tensor and container.ndim == 4 and len(container) > MOST_TAKEN
        return frozenset(_codes(container)) - {UNKNOWN} if is_large else ()
    key = id(container), len(container)
    if len(_state["known"]) > MOST_HELD:
        _state["known"].clear()
    _, found, age = _state["known"].get(key, (None, None, 0))
    if found is None or _state["scans"] > 0 or age >= SCANNED_EVERY:
        found, age = frozenset(_images_in(container)), 0
    _state["known"][key] = container, found, age + 1  # the container as well, so that its id stays its own
    return found


def _images_in(container):
    found, waiting, left = set(), [container], MOST_HELD
    while waiting and left > 0:
        here = waiting.pop()
        here = list(here.values() if type(here) is dict else getattr(here, "flat", here))[:left]
        left -= len(here) + 1
        if not SCALARS.issuperset(map(type, here)):
            found.update([_code(it) for it in here if _is_image(it)])
            waiting += [it for it in here if _is_container(it) or type(it) is Batch]
    _state["scans"] -= MOST_HELD - left
    return found


def taken(value):
    """What a call takes from somewhere, if it is an image or a few."""
    if not _state["is_inside"] and not _state["pulling"]:
        few = type(value) in (list, tuple) and len(value) <= MOST_TAKEN
        codes = _held(value) if few else [_code(value)] if _is_image(value) else []
        _pick(codes)
    return value


def _pick(codes):
    """Images that the program picks by itself; one pick in two counts while there is no validation data yet."""
    weight = 1 if codes and _val() >= 0 else 0.5
    for code in codes:
        _state["picked"][code] += weight


def _inside(work):
    """What comes of work that the program has not asked for item by item."""
    before, _state["is_inside"] = _state["is_inside"], True
    try:
        return work()
    finally:
        _state["is_inside"] = before


def _watched(loader, batches):
    """What a loader gives; where no loop of the program asks for it, that is told of as well."""
    seen, val = set(), _val()
    number = next((place for place, it in enumerate(_made[:MOST_LOADERS]) if it is loader), MOST_LOADERS)
    try:
        while (batch := _inside(lambda: next(batches, None))) is not None:
            is_asked = _state["pulling"] or _state["is_over"]
            if not is_asked and (found := _pairs(batch)) is not None:
                seen.update(found[1])
            _state["source"] = number
            yield batch
    finally:
        _tell((0, True, val, False, False), {number}, seen)


def _tell(site, sources, seen):
    """Add to what is known of a loop; what one loader gives in several epochs is put together."""
    if seen and not _state["is_over"]:
        key = (site, frozenset(sources) if None not in sources else frozenset(seen))
        entry = _state["loops"].setdefault(key, [0, set()])
        entry[0] += 1
        entry[1] |= seen


def _pairs(item, depth=0):
    """Whether an item has a batch, and its images with their labels, each pair one number; None if there are none."""
    if type(item) is list and len(item) == 2 and type(item[0]) is type(item[1]) is Batch:  # from a stand-in, as it is
        try:
            if set(map(type, item[0])) == {Image}:
                return True, [image.code * 16 + LABELS[label] for image, label in zip(*item)]
        except (AttributeError, TypeError, KeyError):
            pass
    label = None if depth == 0 else "further in"
    if _is_image(item):
        return False, [_pair(_code(item), label)]
    if (codes := _codes_of_batch(item)) is not None:
        return True, [_pair(code, label) for code in codes]
    parts = _parts(item)
    if not parts or depth > 3:
        _state["is_cut"] = _state["is_cut"] or bool(parts)
        return None
    found = []
    if len(parts) > 1 and _is_image(parts[0]):
        found, parts = [(False, [_pair(_code(parts[0]), parts[1])])], parts[2:]
    elif len(parts) > 1 and (codes := _codes_of_batch(parts[0])) is not None:
        labels = _labels(parts[1], len(codes))
        found, parts = [(True, [_pair(code, label) for code, label in zip(codes, labels)])], parts[2:]
    found += [it for part in parts if (it := _pairs(part, depth + 1)) is not None]
    return (any([it[0] for it in found]), [pair for it in found for pair in it[1]]) if found else None


def _parts(item):
    """What may hold images within an item: none, if it is made of numbers and texts alone."""
    is_own = type(item).__module__ == "__main__" and not hasattr(item, "__len__") and not hasattr(item, "__iter__")
    if not is_own and not isinstance(item, list | tuple | dict):
        return []
    held = item if isinstance(item, dict) else vars(item) if is_own and hasattr(item, "__dict__") else None
    parts = list(item if held is None else held.values()) if held is not None or not is_own else []
    parts = [] if SCALARS.issuperset(map(type, parts)) else parts
    _state["is_cut"] = _state["is_cut"] or len(parts) > MOST_PARTS
    return parts[:MOST_PARTS]


def _labels(labels, count):
    labels = labels.tolist() if hasattr(labels, "tolist") else labels
    labels = list(labels) if isinstance(labels, list | tuple) else []
    return labels if len(labels) == count else [None] * count


def _pair(code, label):
    if label is None:
        return code * 16 + NO_LABEL
    label = label.item() if hasattr(label, "item") else label
    return code * 16 + (LABELS.get(label, ODD_LABEL) if type(label) is int else ODD_LABEL)


def collect(namespace, names, inputs):
    """Which images the loaders give, epoch by epoch, and the loops were fed with; and what else there is to say."""
    loaders = {name: _loader(name) for name in NAMES}
    missing = [name for name in NAMES if loaders[name] is None]
    if missing:
        return {"missing": missing, "made": len(_made)}
    loops, is_all = _loops()
    again = {(val, codes): line for (line, _, val, codes), (uses,) in _state["held"].items() if uses > 2}
    while sum([len(codes) for _, codes in again]) > MOST_TOLD:
        is_all = not again.popitem()
    _val()
    _state["is_over"] = _state["is_inside"] = True
    last = loaders["val_loader"]
    return {
        "train": given(loaders["train_loader"], inputs["epochs"]),
        "val": given(last, inputs["epochs"]),
        "vals": [[] if it is last else given(it, 1)["pairs"] for it in _state["vals"]],
        "loops": loops,
        "is_all": is_all and not _state["is_cut"],
        "unseen": _unseen[:1],
        "held": [[line, val, [code * 16 for code in codes]] for (val, codes), line in again.items()],
        "picked": sorted([code * 16 for code, times in _state["picked"].items() if times > 2])[:MOST_TOLD],
        "augmented": sorted(_state["augmented"])[:MOST_TOLD],
        "uses_test_dataset": "test_dataset" in names and namespace.get("test_dataset") is printed_name,
    }


def given(loader, epochs):
    """What a loader gives in some epochs: each pair, in how many of them it comes, and how often at most in one."""
    found, sizes, orders, total = Counter(), [], set(), 0
    for _ in range(epochs):
        pairs = []
        for item in loader:
            here = _pairs(item)
            here = here[1] if here is not None else [(NO_IMAGE if _torch is None else UNKNOWN) * 16 + NO_LABEL]
            pairs += here
            total += len(here) + 1
            if total > MOST_IMAGES:
                raise ValueError("a loader that never ends")
        sizes.append(len(pairs))
        if len(sizes) < 3:
            orders.add(tuple(pairs))
        pairs.sort()
        found[tuple(pairs)] += 1
    comes, most = Counter(), {}
    for epoch, times in found.items():
        for pair, count in Counter(epoch).items():
            comes[pair] += times
            most[pair] = max(count, most.get(pair, 0))
    pairs = sorted(comes)
    return {"pairs": pairs, "comes": [comes[pair] for pair in pairs], "most": [most[pair] for pair in pairs],
            "sizes": [min(sizes), max(sizes)], "keeps_order": len(orders) == 1}  # fmt: skip


def _loops():
    """What the loops were fed with: line, hints, how often, and the pairs, like ones together; whether that is all."""
    merged = {}
    for (site, _), (times, seen) in _state["loops"].items():
        key = (site, tuple(sorted(seen)))
        merged[key] = merged.get(key, 0) + times
    told, room = [], MOST_TOLD
    for (site, pairs), times in merged.items():
        room -= len(pairs) + len(site)
        if room >= 0:
            told.append([*site, times, list(pairs)])
    return told, room >= 0
