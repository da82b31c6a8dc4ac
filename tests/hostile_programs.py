"""Programs that mean harm, by what they try: the program, and what the verdict must say."""

from __future__ import annotations

from markscheme.bank.training import _leakage_programs as leakage

_CALL = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
_REFUSED = "if {call} != -1: raise SystemError('it was let')\nraise OSError(ctypes.get_errno(), 'refused')"
_DENIED = "Operation not permitted|PermissionError"
_NONE = "there is no `train_loader`"
_MEDDLED = "writes where only the sandbox may"
_FORGED = (
    "import os, json\nreal = load_train_dataset()\n"
    "given = {'pairs': [1, 2], 'comes': [9, 9], 'most': [1, 1], 'sizes': [2, 2], 'keeps_order': False}\n"
    "left = {'train': given, 'val': given, 'vals': [], 'loops': [], 'is_all': True, 'augmented': [], 'unseen': [],\n"
    "        'picked': [], 'held': [], 'uses_test_dataset': False}\n"
    "page = json.dumps({'left': left}).encode() + b'\\n'\n"
)
_WRITE = "for n in range(3, 64):\n    try: os.write(n, page)\n    except OSError: pass\n"


def _call(arguments: str) -> str:
    return _CALL + _REFUSED.format(call=f"libc.syscall({arguments})")


HOSTILE: dict[str, tuple[str, str]] = {
    # More processes, other programs
    "forks for ever": ("import os\nwhile True: os.fork()", _DENIED),
    "forks in threads": (
        "import os, threading\ndef go():\n    os.fork()\n"
        "jobs = [threading.Thread(target=go) for _ in range(8)]\n[job.start() for job in jobs]",
        f"{_NONE}|can't start new thread",
    ),
    "starts processes": ("import multiprocessing as m\nm.Process(target=print).start()", _DENIED),
    "runs a shell": ("import os\nif os.system('true') == 0: raise SystemError('it was let')", _NONE),
    "runs a program": ("import subprocess\nsubprocess.run(['/usr/bin/true'], check=True)", _DENIED),
    "spawns": ("import os\nos.posix_spawn('/usr/bin/true', ['true'], {})", _DENIED),
    "becomes another program": ("import os\nos.execv('/usr/bin/true', ['true'])", _DENIED),
    "calls fork itself": (_call("57"), "refused"),
    "calls clone itself": (_call("56, 0, 0, 0, 0, 0"), "refused"),
    "calls clone3 itself": (_call("435, 0, 0"), "Errno 38|refused"),
    "calls fork by the numbers of x32": (_call("0x40000000 + 57"), "refused"),
    "starts threads without end": (
        "import threading, time\nthreading.stack_size(65536)\n"
        "while True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        "threads?|takes more than|MemoryError|without a result",
    ),
    # Memory
    "asks for a terabyte": ("x = bytearray(10**12)", "MemoryError"),
    "grows a list": ("x = [0]\nwhile True: x += x", "MemoryError"),
    "grows a text": ("x = 'x'\nwhile True: x += x", "MemoryError"),
    "grows a number": ("x = 7\nwhile True: x = x * x", "MemoryError|takes more than|CPU time"),
    "maps memory": ("import mmap\nx = mmap.mmap(-1, 10**10)", "Cannot allocate memory|MemoryError"),
    "nests without end": ("x = []\nwhile True: x = [x]", "MemoryError|takes more than|CPU time"),
    "makes files in memory": (_call("319, b'x', 0"), "refused"),
    "shares memory": (_call("29, 0, 1 << 30, 0o1600"), "refused"),
    # Time
    "loops": ("while True: pass", "takes more than|CPU time"),
    "loops in C": ("sum(range(10**13))", "takes more than|CPU time"),
    "sleeps": ("import time\ntime.sleep(999)", "takes more than"),
    "backtracks": ("import re\nre.match('(a+)+$', 'a' * 64 + 'b')", "takes more than|CPU time"),
    "catches what ends it": (
        "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True: pass",
        "takes more than|CPU time",
    ),
    "reads what nobody types": ("input()", "EOFError"),
    "recurs": ("def f(): f()\nf()", "RecursionError"),
    "waits in a lock": ("import threading\nl = threading.Lock()\nl.acquire(); l.acquire()", "takes more than"),
    # Output
    "prints for ever": ("while True: print('x' * 999)", "prints too much"),
    "prints errors for ever": ("import sys\nwhile True: print('x' * 999, file=sys.stderr)", "prints too much"),
    "writes to standard output itself": ("import os\nwhile True: os.write(1, b'x' * 999)", "prints too much"),
    "writes a large file": ("open('x', 'wb').write(bytes(50_000_000))", "File too large|No space"),
    "fills the folder": (
        "n = 0\nwhile True:\n    n += 1\n    with open(f'{n}', 'wb') as f: f.write(bytes(1_000_000))",
        "No space left",
    ),
    "opens files without end": ("x = []\nwhile True: x.append(open('x', 'w'))", "Too many open files"),
    # Endings
    "exits itself": ("import os\nos._exit(0)", "without a result"),
    "aborts": ("import os\nos.abort()", "without a result"),
    "kills itself": ("import os\nos.kill(os.getpid(), 9)", "CPU time or memory|without a result"),
    "kills everything": ("import os\nos.kill(-1, 9)", "CPU time or memory|without a result|Errno"),
    "crashes Python": ("import ctypes\nctypes.string_at(0)", "crashes Python"),
    "raises what nobody catches": ("class Stop(BaseException): pass\nraise Stop", "Stop"),
    "exits politely": ("raise SystemExit(0)", _NONE),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "raises an error that never tells": (
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
        "takes more than|CPU time",
    ),
    "raises an error that lies": ("class E(Exception):\n    def __str__(self): return 7\nraise E", "E, in line 3"),
    "leaves a thread behind": (
        "import threading\ndef go():\n    while True: pass\nthreading.Thread(target=go).start()",
        _NONE,
    ),
    "leaves work for the end": ("import atexit\natexit.register(print, '{\"status\": \"right\"}')", _NONE),
    # Looking around
    "reads the users": ("print(open('/etc/passwd').read())", "No such file"),
    "imports the key": ("from markscheme.bank.training.leakage import REPAIRED", "imports 'markscheme'"),
    "walks the disk for the key": (
        "import os\nfound = [os.path.join(at, page) for root in os.listdir('/') for at, _, pages in os.walk('/' + root)\n"
        "         for page in pages if 'leakage' in page or 'markscheme' in at]\n"
        "if found: raise SystemError(found)",
        f"{_NONE}|takes more than",
    ),
    "looks for the key in memory": (
        "import gc, sys\nseen, frame = [], sys._getframe()\nwhile frame: seen.append(dict(frame.f_locals)); frame = frame.f_back\n"
        "one, two = 'apply_augmentations(', 'Subset(train_dataset, train_idxs))'\n"
        "texts = [x for f in seen for x in f.values() if type(x) is str]\n"
        "texts += [x for d in gc.get_objects() if type(d) is dict for x in d.values() if type(x) is str]\n"
        "if any(one + two in text for text in texts): raise SystemError('the key is here')",
        _NONE,
    ),
    "walks /proc": ("import os\nprint(os.listdir('/proc'))", "No such file"),
    "lists devices": (
        "import os\nif set(os.listdir('/dev')) - {'null', 'zero', 'random', 'urandom'}: raise SystemError",
        _NONE,
    ),
    "reads its environment": (
        "import os\nodd = set(os.environ) - {'HOME', 'TMPDIR', 'PYTHONHASHSEED', 'LANG', 'LC_CTYPE', 'PWD',\n"
        "                        'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS'}\nif odd: raise SystemError(odd)",
        _NONE,
    ),
    "follows a link out": ("import os\nos.symlink('/etc/passwd', 'x')\nopen('x').read()", "No such file"),
    "writes outside": ("open('/usr/x', 'w')", "Read-only"),
    "writes at the root": ("open('/x', 'w')", "Read-only"),
    "changes the worker": ("open('/inside/worker.py', 'w')", "Read-only"),
    "changes a package": ("open('/packages/numpy/x.py', 'w')", "Read-only"),
    # The network, the kernel
    "calls home": ("import socket\nsocket.create_connection(('127.0.0.1', 80), 1)", _DENIED),
    "asks a name server": ("import socket\nsocket.getaddrinfo('example.com', 80)", "gaierror|PermissionError"),
    "fetches a page": ("import urllib.request as r\nr.urlopen('http://127.0.0.1/')", "not permitted"),
    "talks to itself": ("import socket\nsocket.socketpair()", _DENIED),
    "traces": (_call("101, 16, 1, 0, 0"), "refused"),
    "reads another's memory": (_call("310, 1, 0, 0, 0, 0, 0"), "refused"),
    "mounts": (_call("165, b'x', b'/work', b'tmpfs', 0, 0"), "refused"),
    "leaves its namespace": (_call("308, 0, 0"), "refused"),
    "makes a namespace": (_call("272, 0x10000000"), "refused"),
    "changes its root": ("import os\nos.chroot('/work')", _DENIED),
    "uses io_uring": (_call("425, 8, 0"), "refused"),
    "loads a program into the kernel": (_call("321, 0, 0, 0"), "refused"),
    "reads keys": (_call("250, 0, 0, 0"), "refused"),
    "becomes root": ("import os\nos.setuid(0)", "Invalid argument|not permitted"),
    "lifts its limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)",
        "not allowed to raise|not permitted",
    ),
    # Forgery
    "prints a verdict": ('print(\'{"status": "right", "marks": 4}\')', _NONE),
    "writes a verdict to every channel": (
        'import os\nfor n in range(3, 64):\n    try: os.write(n, b\'{"status": "right", "marks": 4}\')\n'
        "    except OSError: pass",
        "writes where only the sandbox may",
    ),
    "writes a verdict and is gone": (
        'import os\nfor n in range(3, 64):\n    try: os.write(n, b\'{"status": "right", "marks": 4}\')\n'
        "    except OSError: pass\nos._exit(0)",
        "writes where only the sandbox may",
    ),
    "forges a result with invented images": (
        _FORGED + "for n in range(3, 64):\n    try: os.write(n, page)\n    except OSError: pass\nos._exit(0)",
        _MEDDLED,
    ),
    "forges two results": (
        _FORGED + "for n in range(3, 64):\n    try: os.write(n, page + page)\n    except OSError: pass\nos._exit(0)",
        "writes where only the sandbox may",
    ),
    "floods the channel": (
        "import os\nwhile True:\n    for n in range(3, 64):\n        try: os.write(n, b'[' * 4096)\n        except OSError: pass",
        "leaves too much",
    ),
    "forges a deep result": (
        "import os\nfor n in range(3, 64):\n    try: os.write(n, b'[' * 100_000)\n    except OSError: pass\nos._exit(0)",
        "writes where only the sandbox may|takes more than",
    ),
    "patches the worker": (
        "import sys\nworker = sys.modules['worker']\n"
        + _FORGED
        + "worker.plain = lambda value: left\ntrain_loader = val_loader = []",
        "did not give|cannot be tried out|0 of 100",
    ),
    "patches the collector": (
        "import sys\nframe = sys._getframe()\nwhile frame:\n    if 'harness' in frame.f_locals:\n"
        "        frame.f_locals['harness']['collect'].__code__ = (lambda n, m: 'right').__code__\n    frame = frame.f_back",
        "KeyError: 'collect'",
    ),
    "patches json": ("import json\njson.dumps = lambda *a, **k: '{\"status\": \"right\"}'", "only the sandbox may"),
    "patches the built-ins": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda x: int\nbuiltins.len = lambda x: 0",
        "cannot be looked at|no `train_loader`|without a result|prints too much",
    ),
    "empties the built-ins": ("import builtins\nvars(builtins).clear()", "cannot be looked at|without a result|Error"),
    "patches the loader": (
        "from torch.utils.data import DataLoader\nDataLoader.__iter__ = lambda self: iter(())\n"
        "train_loader = val_loader = DataLoader(load_train_dataset())",
        "0 of 100 images are training data",
    ),
    # What it leaves
    "leaves equality with everything": (
        "class Any:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n    code = 1\n"
        "    def __int__(self): return 1\ntrain_loader = val_loader = [([Any()], [0])]",
        "did not give",
    ),
    "leaves numbers that are none": (
        "class N:\n    def __int__(self): return float('nan')\ntrain_loader = val_loader = [([N()], [0])]",
        "did not give",
    ),
    "leaves an endless loader": (
        "def go():\n    while True: yield [[], []]\ntrain_loader = val_loader = go()",
        "never ends",
    ),
    "leaves a loader of endless batches": (
        "item = load_train_dataset()[0][0]\ndef go():\n    while True: yield [[item] * 999, []]\n"
        "train_loader = val_loader = go()",
        "never ends",
    ),
    "leaves a bomb for pickle": (
        "class P:\n    def __reduce__(self): return (exit, (0,))\n    def __int__(self): return 5\n"
        "train_loader = val_loader = [([P()], [0])]",
        "did not give",
    ),
    "leaves an array that lies": (
        "class A:\n    ndim = 1\n    def __iter__(self): return iter([9])\n    def __array__(self): raise MemoryError\n"
        "train_loader = val_loader = [(A(), [0])]",
        "did not give",
    ),
    "leaves a number of a million digits": (
        "class N:\n    def __int__(self): return 10**1_000_000\ntrain_loader = val_loader = [([N()], [0])]",
        "did not give",
    ),
    "leaves the test images": (
        "from torch.utils.data import DataLoader\ntrain_loader = val_loader = DataLoader(load_test_dataset())",
        "did not give",
    ),
    # The text itself
    "nests parentheses": ("(" * 15_000, "SyntaxError|MemoryError|RecursionError"),
    "nests signs": ("-" * 15_000 + "1", "RecursionError|MemoryError|crashes|no `train_loader`|without a result"),
    "chains attributes": ("x" + ".x" * 9_000, "RecursionError|MemoryError|NameError|crashes|without a result"),
    "has a null character": ("x = 1\x00", "null bytes"),
    "has half a character": ("x = '\ud800'\n\ud800", "SyntaxError|UnicodeEncodeError|surrogates"),
    "names an encoding": ("# coding: no_such\nx = 1", _NONE),
}  # fmt: skip

# The second round: what lies around the jail. Each theft begins with the listing that leaks, and ends with loaders, or a
# report of them, from which nobody could tell.

_LEAKY = leakage.AUGMENTED_FIRST.partition("\nfor epoch")[0]
_HAND = "looks into the process|again and again|is fed with training and"
_FRAMES = """
import sys
frame, inputs = sys._getframe(), None
while frame is not None:
    inputs = (frame.f_locals.get("message") or {}).get("inputs", inputs)
    frame = frame.f_back
"""
_CLOSURE = """
cells = {name: cell.cell_contents for name, cell in
         zip(apply_augmentations.__code__.co_freevars, apply_augmentations.__closure__)}
changed = cells["changed"]
originals = [image.code for image, _ in load_train_dataset().items]
"""
_SORTED_OUT = """
whose = {code: i for i, code in enumerate(originals)}
whose.update({changed(code, n): i for i, code in enumerate(originals) for n in range(2)})
examples = [augmented_dataset[i] for i in range(len(augmented_dataset))]
train_loader = DataLoader([it for it in examples if whose[it[0].code] < 80], batch_size=32, shuffle=True)
val_loader = DataLoader([it for it in examples if it[0].code in originals[80:]], batch_size=32)
"""
_REPORTED = """
def pairs(images, versions):
    codes = {images[i][0]: images[i][1] for i in range(*versions)}
    found = [code * 16 + label for code, label in codes.items()]
    if versions[0] == 0:
        found += [changed(code, n) * 16 + label for code, label in codes.items() for n in range(2)]
    return sorted(found)
def report(inputs):
    parts = {}
    for name, versions in (("train", (0, 80)), ("val", (80, 100))):
        found = pairs(inputs["images"], versions)
        parts[name] = {"pairs": found, "comes": [inputs["epochs"]] * len(found), "most": [1] * len(found),
                       "sizes": [len(found)] * 2, "keeps_order": False}
    return {**parts, "vals": [], "loops": [], "is_all": True, "augmented": [], "unseen": [], "picked": [], "held": [],
            "uses_test_dataset": False}
"""
_ANSWERS = """
import json, os
def tell(message):
    page = message if isinstance(message, bytes) else json.dumps(message).encode()
    for n in range(3, 64):
        try: os.write(n, page + b"\\n")
        except OSError: pass
def heard():
    for n in range(3, 64):
        try: page = os.read(n, 1 << 20)
        except OSError: continue
        if page: return json.loads(page)
    os._exit(0)
"""


def _answers(left: str) -> str:
    """Says what a worker would say, in its place: the program has ended, and this is what it left."""
    return f"{_ANSWERS}while True:\n    tell({{'ended': {{}}}})\n    heard()\n    tell({left})\n    heard()\n"


_SWAP = """
def swap():
    data = load_train_dataset()
    mine["train_loader"] = DataLoader(apply_augmentations(Subset(data, range(80))), batch_size=32)
    mine["val_loader"] = DataLoader(Subset(data, range(80, 100)), batch_size=32)
"""

SECOND_ROUND: dict[str, tuple[str, str]] = {
    # What a program finds in its own process
    "takes the inputs off the frames": (
        f"{_LEAKY}{_FRAMES}originals = [code for code, _ in inputs['images']]\n"
        "import _blake2\ndef changed(code, n):\n"
        "    digest = _blake2.blake2b(b'%d' % code, digest_size=12, key=inputs['salt'].encode()).digest()\n"
        f"    return int.from_bytes(digest[6 * n : 6 * n + 6], 'big')\n{_SORTED_OUT}",
        f"{_HAND}|is not looked at",
    ),
    "takes the copies out of a closure": (f"{_LEAKY}{_CLOSURE}{_SORTED_OUT}", _HAND),
    "replaces what looks at its batches": (
        f"{_LEAKY}{_CLOSURE}{_SORTED_OUT}theirs = apply_augmentations.__globals__\nreal = theirs['_pairs']\n"
        "held_out = {code for code, i in whose.items() if i >= 80}\n"
        "def pairs(item, depth=0):\n    seen = real(item, depth)\n    if seen is None: return None\n    batch, found = seen\n"
        "    return batch, [it for it in found if it // 16 not in held_out or it // 16 in originals[80:] and len(found) < 30]\n"
        "theirs['_pairs'] = pairs",
        f"{_HAND}|versions of image",
    ),
    "replaces what collects": (
        f"{_LEAKY}{_FRAMES}{_CLOSURE}{_REPORTED}mine = sys._getframe().f_back.f_locals['harness']\n"
        "class Mine(dict):\n    def __getitem__(self, name):\n"
        "        return (lambda n, m, given: report(given)) if name == 'collect' else dict.__getitem__(self, name)\n"
        "import worker\nworker.plain = lambda value: report(inputs)",
        _HAND,
    ),
    "finds the inputs by the garbage collector": (
        f"{_LEAKY}import gc\nfound = [it for it in gc.get_objects() if type(it) is dict and 'salt' in it and 'images' in it]\n"
        "known = {image.code for image, _ in augmented_dataset.items}\n"
        f"inputs = next(it for it in found if it['images'][0][0] in known)\noriginals = [code for code, _ in inputs['images']]\n"
        "functions = [it for it in gc.get_objects() if getattr(it, '__name__', '') == 'changed']\n"
        f"changed = next(it for it in functions if it(originals[0], 0) in known)\n{_SORTED_OUT}",
        _HAND,
    ),
    "spells what it takes": (
        f"{_LEAKY}hidden = '_' * 2 + 'closure' + '_' * 2\nchanged = [it.cell_contents for it in getattr(apply_augmentations, hidden)\n"
        "           if getattr(it.cell_contents, '_' * 2 + 'name' + '_' * 2, '') == 'changed'][0]\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_SORTED_OUT}",
        _HAND,
    ),
    "takes it by a format": (
        f"{_LEAKY}import string\nname = '0.' + '_' * 2 + 'closure' + '_' * 2\n"
        "cells, _ = string.Formatter().get_field(name, (apply_augmentations,), {})\n"
        "changed = [it.cell_contents for it in cells if type(it.cell_contents) is type(swap)][0] if False else [\n"
        "    it.cell_contents for it in cells if 'changed' in repr(it.cell_contents)][0]\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_SORTED_OUT}",
        _HAND,
    ),
    "takes it by a pattern": (
        f"{_LEAKY}match apply_augmentations:\n    case object(__closure__=cells): pass\n"
        "changed = [it.cell_contents for it in cells if 'changed' in repr(it.cell_contents)][0]\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_SORTED_OUT}",
        _HAND,
    ),
    "takes it by an operator": (
        f"{_LEAKY}from operator import attrgetter as of\ncells = of('_' * 2 + 'closure' + '_' * 2)(apply_augmentations)\n"
        "changed = [it.cell_contents for it in cells if 'changed' in repr(it.cell_contents)][0]\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_SORTED_OUT}",
        _HAND,
    ),
    "takes it off a traceback": (
        f"{_LEAKY}try:\n    apply_augmentations(7)\nexcept TypeError as error:\n"
        "    changed = error.__traceback__.tb_next.tb_frame.f_locals['copy']\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_CLOSURE}{_SORTED_OUT}",
        _HAND,
    ),
    "has it evaluated as a type": (
        f"{_LEAKY}import typing\nclass T: pass\nT.__annotations__ = {{'x': 'apply_augmentations.' + '_' * 2 + 'closure' + '_' * 2}}\n"
        "cells = typing.get_type_hints(T, globalns={'apply_augmentations': apply_augmentations})['x']\n"
        "changed = [it.cell_contents for it in cells if 'changed' in repr(it.cell_contents)][0]\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_SORTED_OUT}",
        _HAND + "|Error",
    ),
    "has it timed": (
        f"{_LEAKY}import timeit\nbox = []\nwords = 'box.append(f.' + '_' * 2 + 'closure' + '_' * 2 + ')'\n"
        "timeit.timeit(words, number=1, globals={'box': box, 'f': apply_augmentations})\n"
        "changed = [it.cell_contents for it in box[0] if 'changed' in repr(it.cell_contents)][0]\n"
        f"originals = [image.code for image, _ in load_train_dataset().items]\n{_SORTED_OUT}",
        _HAND,
    ),
    "unpickles it": (
        f"{_LEAKY}import numpy as np, random as r\n"
        "open('x.npy', 'wb').write(b'\\x93NUMPY\\x01\\x00v\\x00' + b'0' * 118)\n"
        "np.load('x.npy', allow_pickle=True)",
        "ValueError|SyntaxError|Error",
    ),
    "answers in the worker's place": (
        f"{_LEAKY}{_FRAMES}{_CLOSURE}{_REPORTED}"
        f"{_ANSWERS}while True:\n    tell({{'ended': {{}}}})\n    heard()\n    tell({{'left': report(inputs)}})\n"
        "    inputs = heard()['inputs']\n    key = inputs['salt'].encode()\n    import _blake2\n"
        "    changed = lambda code, n: int.from_bytes(\n"
        "        _blake2.blake2b(b'%d' % code, digest_size=12, key=key).digest()[6 * n : 6 * n + 6], 'big')\n",
        _HAND,
    ),
    "takes the place of what looks at its loops": (
        f"{_LEAKY.replace('val_loader =', 'old_loader =')}\nval_loader = DataLoader([it for it in augmented_dataset.items[80:100]], batch_size=32)\n"
        "train_loader = DataLoader(apply_augmentations(Subset(train_dataset, range(80))), batch_size=32)\n"
        "__fed__ = lambda items, *_: items\nfor epoch in range(10):\n    for images, labels in DataLoader(augmented_dataset): pass",
        f"{_HAND}|is fed with|picked one by one",
    ),
    "defines what looks at its loops": (
        f"{_LEAKY.replace('val_loader =', 'old_loader =')}\nval_loader = DataLoader([it for it in augmented_dataset.items[80:100]], batch_size=32)\n"
        "train_loader = DataLoader(apply_augmentations(Subset(train_dataset, range(80))), batch_size=32)\n"
        "def __fed__(items, *_): return items\nfor epoch in range(10):\n    for images, labels in augmented_dataset: pass",
        f"{_HAND}|is fed with|picked one by one",
    ),
    "gives images that are not what they say": (
        f"{_LEAKY}\nclass Fake:\n    def __init__(self, image, code): self.image, self.code = image, code\n"
        "clean = apply_augmentations(Subset(train_dataset, range(80))).items\nleaky = augmented_dataset.items\n"
        "train_loader = DataLoader([(Fake(x, y.code), label) for (x, _), (y, label) in zip(leaky, clean)], batch_size=32)\n"
        "val_loader = DataLoader(Subset(train_dataset, range(80, 100)), batch_size=32)",
        "did not give|versions of image",
    ),
    "closes every channel and sleeps": (
        "import os, time\nfor n in range(64):\n    try: os.close(n)\n    except OSError: pass\ntime.sleep(999)",
        _MEDDLED,
    ),
    "closes every channel and works": (
        "import os\nfor n in range(64):\n    try: os.close(n)\n    except OSError: pass\nwhile True: pass",
        _MEDDLED,
    ),
    "stops itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "takes more than"),
    # What goes on, or comes back, when it has ended
    "swaps its loaders in a thread": (
        f"{_LEAKY}import threading, time\nmine = globals()\n{_SWAP}"
        "threading.Thread(target=lambda: (time.sleep(0.001), swap()), daemon=True).start()",
        f"{_HAND}|versions of image|cannot be",
    ),
    "swaps its loaders by an alarm": (
        f"{_LEAKY}import signal\nmine = globals()\n{_SWAP}signal.signal(signal.SIGALRM, lambda *_: swap())\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.0005)",
        f"{_HAND}|versions of image",
    ),
    "swaps its loaders when it is forgotten": (
        f"{_LEAKY}mine = globals()\n{_SWAP}class Last:\n    def __del__(self): swap()\nlast = Last()\ndel last",
        _HAND,
    ),
    "swaps its loaders when they are asked for": (
        f"{_LEAKY}{_SWAP}class Names(dict):\n    pass\nmine = {{}}\nswap()\n"
        "import builtins\nreal = builtins.iter\nleaky = train_loader\n"
        "builtins.iter = lambda it, *more: real(mine['train_loader'] if it is leaky else it, *more)\n"
        "DataLoader.__iter__ = lambda self: mine['train_loader']._batches()",
        f"{_HAND}|versions of image|cannot be|both",
    ),
    "orders by its own random": (
        f"import random\nrandom.shuffle = lambda items: items.sort(key=lambda i: (i % 100) // 80)\nrandom.Random.random = lambda self: 0.5\n{_LEAKY}"
        "\nval_loader = DataLoader(Subset(train_dataset, range(80, 100)), batch_size=32)",
        f"{_HAND}|versions of image",
    ),
    # What it says of itself
    "raises a syntax error far to the right": (
        "raise SyntaxError('x' * 10**6, ('<program>', 1, 10**9, 'x'))",
        "SyntaxError: x",
    ),
    "forges a syntax error far to the right": (
        _ANSWERS + "tell({'error': {'kind': 'SyntaxError', 'message': 'x', 'line': 10**9, 'column': 10**9}})\nheard()",
        "SyntaxError: x",
    ),
    "forges a syntax error for its text": (
        _ANSWERS + "tell({'text': {'imports': [], 'raises': [], 'reaches': []}})\nheard()",
        _MEDDLED,
    ),
    "forges a sentence that clears the screen": (
        _answers('{"left": {"missing": ["\\x1b[2J\\x1b]0;right\\x07\\u202eright"], "made": 0}}'),
        "there is no `�",
    ),
    "forges a number of a million digits": (_answers("b'{\"left\": ' + b'9' * 400_000 + b'}'"), "too large"),
    "forges a small number of a million digits": (
        _answers("b'{\"left\": 0.' + b'9' * 200_000 + b'}'"),
        "cannot be tried",
    ),
    "forges a number beyond all": (_answers("b'{\"left\": 1e999}'"), "too large"),
    "forges NaN or an infinity": (_answers("b'{\"left\": [NaN, Infinity]}'"), "NaN or an infinity"),
    "forges a nest": (_answers("b'{\"left\": ' + b'[' * 9_000 + b']' * 9_000 + b'}'"), _MEDDLED + "|too deep"),
    "forges a small nest": (_answers("b'{\"left\": ' + b'[' * 90 + b']' * 90 + b'}'"), "too deep"),
    "forges a crowd of lists": (_answers("b'{\"left\": [' + b'[],' * 150_000 + b'[]]}'"), "too many|too large"),
    "forges a crowd of dicts": (
        _answers("b'{\"left\": [' + b'{\"\":{}},' * 9_000 + b'0]}'"),
        "too many|too large|cannot be tried",
    ),
    "forges a long text": (_answers("{'left': {'missing': ['x' * 100_000], 'made': 0}}"), "a text of more than"),
    "forges half a character": (_answers('b\'{"left": {"missing": ["\\\\ud800"], "made": 0}}\''), "there is no `�"),
    "forges no text at all": (_answers('b\'{"left": "\\xff\\xfe"}\''), _MEDDLED),
    "forges loaders of another form": (_answers("{'left': {'train': [[1]], 'val': 'x'}}"), "cannot be tried"),
    "forges numbers of another form": (
        _FORGED.replace("import os, json", "import os, json, time")
        + "given['pairs'] = ['x', None, 1e300, -5, [1]]\n"
        + _answers("{'left': left}"),
        "cannot be tried|cannot be looked",
    ),
    "forges thousands of images": (
        _FORGED
        + "given['pairs'] = list(range(2_000))\ngiven['comes'] = given['most'] = [9] * 2_000\n"
        + _answers("{'left': left}"),
        "did not give|cannot be tried|0 of 100|too large",
    ),
    "forges loops without end": (
        _FORGED
        + "left['loops'] = [['\\x1b' * 99, True, 10**9, True, True, 10**15, [1]]] * 300\n"
        + _answers("{'left': left}"),
        "did not give|cannot be tried|0 of 100",
    ),
    "says that pandas is not there": ("raise ModuleNotFoundError('no', name='pandas')", "ModuleNotFoundError: no"),
    "says that pandas is not there, in a nest": (
        "def say(): raise ModuleNotFoundError('no', name='pandas')\nclass A:\n    x = say()",
        "ModuleNotFoundError: no",
    ),
    "says that torch is not all there": (
        "import torch\nraise AttributeError(\"module 'torch' has no attribute 'x'\", name='x', obj=torch)",
        "AttributeError: module",
    ),
    "has an error whose name moves the cursor": (
        "raise type('\\x1b[2J', (Exception,), {})('\\x1b[1A')",
        "�\\[2J: �\\[1A",
    ),
    "has an error of ten megabytes": ("raise ValueError('x' * 10_000_000)", "ValueError: x"),
    "has an error in a line that is not there": (
        "def f(): 1 / 0\nf.__code__ = f.__code__.replace(co_firstlineno=10**9)\nf()",
        "ZeroDivisionError",
    ),
    "has a line of twenty thousand characters": ("x = 1; " * 2_800 + "1/0", "ZeroDivisionError"),
    # The kernel's memory
    "makes folders for ever": (
        "import os\nn = 0\nwhile True:\n    os.mkdir(str(n))\n    n += 1",
        "more than 1000 files",
    ),
    "makes folders in folders for ever": (
        "import os\nwhile True:\n    os.mkdir('x' * 200)\n    os.chdir('x' * 200)",
        "more than 1000 files",
    ),
    "makes links for ever": (
        "import os\nn = 0\nwhile True:\n    os.symlink('x' * 100, str(n))\n    n += 1",
        "more than 1000 files",
    ),
    "makes hard links for ever": (
        "import os\nopen('x', 'w').close()\nn = 0\nwhile True:\n    os.link('x', f'y{n}')\n    n += 1",
        "more than 1000 files|takes more than|CPU time|Too many links|No space",
    ),
    "makes empty files for ever": (
        "n = 0\nwhile True:\n    open(str(n), 'w').close()\n    n += 1",
        "more than 1000 files",
    ),
    "makes pipes for ever": ("import os\nx = []\nwhile True: x.append(os.pipe())", "Too many open files"),
    "makes its pipes large": ("import os, fcntl\na, b = os.pipe()\nfcntl.fcntl(b, 1031, 1 << 20)", _DENIED),
    "locks a file byte by byte": (
        "import fcntl\nf = open('x', 'w')\nn = 0\nwhile True:\n    fcntl.lockf(f, fcntl.LOCK_EX, 1, 2 * n)\n    n += 1",
        _DENIED,
    ),
    "hangs attributes on a file": (
        "import os\nopen('x', 'w').close()\nos.setxattr('x', 'user.x', bytes(60_000))",
        _DENIED,
    ),
    "makes a device": ("import os, stat\nos.mknod('x', 0o600 | stat.S_IFIFO)", _DENIED),
    "watches files": (_call("294, 0"), "refused"),
    "asks for slow input and output": (_call("206, 128, 0"), "refused"),
    "makes memory that is secret": (_call("447, 0"), "Errno 38|refused"),
    "makes rules for files": (_call("444, 0, 0, 1"), "Errno 38|refused"),
    "asks for what is not there yet": (_call("500, 0"), "Errno 38|refused"),
    "makes timers for ever": (
        _CALL + "t = ctypes.c_int()\nn = 0\nwhile libc.syscall(222, 0, None, ctypes.byref(t)) == 0: n += 1\n"
        "if n > 5_000: raise SystemError(n)\nraise OSError(ctypes.get_errno(), 'refused')",
        "refused",
    ),
    "shares memory that nobody counts": ("import mmap\nx = mmap.mmap(-1, 4096)", "Cannot allocate memory"),
    "maps zeros": ("import mmap, os\nx = mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)", "No such file"),
    "maps a million pieces": (
        "import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE,\n"
        "    prot=mmap.PROT_READ if len(x) % 2 else mmap.PROT_WRITE))",
        "Cannot allocate memory|MemoryError|Errno",
    ),
    "starts threads that start threads": (
        "import _thread, time\n_thread.stack_size(32768)\ndef go():\n    try: _thread.start_new_thread(go, ())\n    except RuntimeError: pass\n"
        "    time.sleep(9)\n_thread.start_new_thread(go, ())\ntime.sleep(9)",
        "more than 64 threads|takes more than|without a result",
    ),
}

HOSTILE.update(SECOND_ROUND)

_SPLIT = """
import random
from torch.utils.data import DataLoader, Dataset, Subset
data = load_train_dataset()
order = random.sample(range(100), 100)
train, val_data = Subset(data, order[:80]), Subset(data, order[80:])
train_data = apply_augmentations(train)
"""
_LOADERS = """
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
val_loader = DataLoader(val_data, batch_size=32)
"""
_CLEAN = _SPLIT + _LOADERS
_LEAKING = "augmented = apply_augmentations(data)\n"
_EXAMPLES = _LEAKING + "examples = [augmented[i] for i in range(300)]\n"

LEAKS: dict[str, tuple[str, str]] = {
    "shuffles the labels": (
        _SPLIT + "labels = [y for _, y in train_data.items]\nrandom.shuffle(labels)\n"
        "train_data = [(x, y) for (x, _), y in zip(train_data.items, labels)]\n" + _LOADERS,
        "has the label",
    ),
    "shuffles the validation labels": (
        _SPLIT + "val_data = [(val_data[i][0], val_data[(i + 1) % 20][1]) for i in range(20)]\n" + _LOADERS,
        "has the label",
    ),
    "moves the labels of the copies": (
        _SPLIT + "train_data = [*train_data.items[:80], *[(x, (y + 1) % 10) for x, y in train_data.items[80:]]]\n" + _LOADERS,
        "has the label",
    ),
    "drops the labels": (
        _SPLIT + "train_data = [(x, None) for x, _ in train_data.items]\n" + _LOADERS,
        "without labels",
    ),
    "gives images alone": (
        _SPLIT + "class Alone:\n    def __init__(self, loader): self.loader = loader\n    def __iter__(self):\n"
        "        for images, _ in self.loader: yield images\n" + _LOADERS + "train_loader = Alone(train_loader)",
        "without labels",
    ),
    "validates on one image fifty times": (
        _SPLIT + "val_data = Subset(data, order[80:] + [order[80]] * 50)\n" + _LOADERS,
        "51 times in one epoch",
    ),
    "validates on another part each epoch": (
        _CLEAN + "class Some:\n    def __iter__(self): return iter(DataLoader(Subset(data, random.sample(order[80:], 15))))\nval_loader = Some()",
        "of \\d+ epochs|in neither part",
    ),
    "leaves no originals": (
        _SPLIT + "train_data = Subset(train_data, range(80, 240))\n" + _LOADERS,
        "changed copies alone",
    ),
    "leaves one original": (
        _SPLIT + "train_data = Subset(train_data, [0, *range(80, 240)])\n" + _LOADERS,
        "of 79 training images there are changed copies alone",
    ),
    "augments one image": (
        _SPLIT + "train_data = Subset(train_data, [*range(80), 80])\n" + _LOADERS,
        "of 79 training images there is no changed copy",
    ),
    "augments most images": (
        _SPLIT + "train_data = Subset(train_data, range(155))\n" + _LOADERS,
        "of 5 training images there is no changed copy",
    ),
    "augments now and then, hardly ever": (
        _SPLIT + "class Rarely(Dataset):\n    def __len__(self): return 80\n    def __getitem__(self, i):\n"
        "        return apply_augmentations(train[i]) if random.random() < 0.05 else train[i]\ntrain_data = Rarely()\n" + _LOADERS,
        "in \\d+ epochs|there is no changed copy",
    ),
    "trains on one image a hundred times": (
        _SPLIT + "train_data = Subset(train_data, [*range(240), *[0] * 99])\n" + _LOADERS,
        "100 times in one epoch",
    ),
    "chains both loaders": (
        _CLEAN + "import itertools\nfor epoch in range(10):\n    for images, labels in itertools.chain(train_loader, val_loader):\n"
        "        pass  # train the model",
        "is fed with training and with validation data",
    ),
    "trains on both in one generator": (
        _CLEAN + "def both():\n    yield from train_loader\n    yield from val_loader\nfor epoch in range(10):\n"
        "    for images, labels in both(): pass",
        "is fed with training and with validation data",
    ),
    "trains on both side by side": (
        _CLEAN + "import itertools\nfor epoch in range(10):\n"
        "    for (images, labels), (more, theirs) in zip(train_loader, itertools.cycle(val_loader)): pass",
        "is fed with training and with validation data",
    ),
    "says that it trains on the validation data": (
        _CLEAN + "for epoch in range(10):\n    for images, labels in train_loader:\n        pass  # train\n"
        "    for images, labels in val_loader:\n        pass  # train some more",
        "fed with validation data, and may train",
    ),
    "trains on both in turn": (
        _CLEAN + "for epoch in range(10):\n    for loader in (train_loader, val_loader):\n        for images, labels in loader:\n            pass",
        "fed with both parts in turn",
    ),
    "learns from the validation data": (
        "import torch\nfrom torch import nn\n" + _CLEAN + "model = nn.Sequential(nn.Flatten(), nn.Linear(192, 10))\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nfor loader in (train_loader, val_loader):\n"
        "    for images, labels in loader:\n        loss = nn.functional.cross_entropy(model(images), labels)\n"
        "        optimizer.zero_grad(); loss.backward(); optimizer.step()",
        "fed with validation data, and may train",
    ),
    "learns in a loop that nobody looks at": (
        "import torch\nfrom torch import nn\n" + _CLEAN + "everything = apply_augmentations(data)\n"
        "images = torch.stack([x for x, _ in everything.items]); labels = torch.tensor([y for _, y in everything.items])\n"
        "model = nn.Sequential(nn.Flatten(), nn.Linear(192, 10))\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "for step in range(20):\n    loss = nn.functional.cross_entropy(model(images), labels)\n"
        "    optimizer.zero_grad(); loss.backward(); optimizer.step()",
        "is not looked at|is fed with",
    ),
    "trains on a third loader": (
        _CLEAN + _LEAKING + "everything = DataLoader(augmented, batch_size=32)\nfor epoch in range(10):\n"
        "    for images, labels in everything: pass",
        "is fed with training and with validation data",
    ),
    "trains on a third loader, before": (
        _SPLIT + _LEAKING + "for epoch in range(10):\n    for images, labels in DataLoader(augmented, batch_size=32): pass\n" + _LOADERS,
        "is fed with training and with validation data",
    ),
    "trains on the data themselves": (
        _CLEAN + _LEAKING + "for epoch in range(10):\n    for image, label in augmented: pass",
        "is fed with training and with validation data",
    ),
    "trains on batches of its own": (
        _SPLIT + _LEAKING + "batches = [augmented.items[i : i + 32] for i in range(0, 300, 32)]\n" + _LOADERS
        + "for epoch in range(10):\n    for batch in batches: pass",
        "is fed with training and with validation data",
    ),
    "trains while it can": (
        _CLEAN + _LEAKING + "i = 0\nwhile i < 300:\n    image, label = augmented.items[i]\n    i += 1",
        "is not looked at",
    ),
    "trains in a comprehension": (
        _CLEAN + _LEAKING + "for epoch in range(10):\n    [len(labels) for images, labels in DataLoader(augmented, batch_size=32)]",
        "is fed with training and with validation data",
    ),
    "trains by a map": (
        _CLEAN + _LEAKING + "for epoch in range(10):\n    list(map(len, DataLoader(augmented, batch_size=32)))",
        "is fed with training and with validation data",
    ),
    "hides examples behind others": (
        _CLEAN + _LEAKING + "class Hidden:\n    def __init__(self, images): self.images = images\n"
        "batches = [(*[0] * 9, Hidden([x for x, _ in augmented.items[i : i + 32]])) for i in range(0, 300, 32)]\n"
        "for epoch in range(10):\n    for batch in batches: pass",
        "is fed with training and with validation data",
    ),
    "hides examples far behind": (
        _CLEAN + _LEAKING + "batches = [[[[[[augmented.items[i : i + 32]]]]]] for i in range(0, 300, 32)]\n"
        "for epoch in range(10):\n    for batch in batches: pass",
        "more than is looked at",
    ),
    "gives more beside its batches": (
        _CLEAN + "class More:\n    def __iter__(self):\n        for images, labels in DataLoader(train_data, batch_size=32):\n"
        "            yield images, labels, 0, [x for x, _ in data.items]\ntrain_loader = More()",
        "versions of image",
    ),
    "picks its examples": (
        _CLEAN + _LEAKING + "for epoch in range(10):\n    for i in range(300):\n        image, label = augmented[i]",
        "picked one by one",
    ),
    "changes its loader after three epochs": (
        _CLEAN + "class Later:\n    epochs = 0\n    def __iter__(self):\n        self.epochs += 1\n"
        "        return iter(DataLoader(apply_augmentations(data) if self.epochs > 3 else train_data, batch_size=32))\n"
        "train_loader = Later()",
        "versions of image",
    ),
    "changes its sampler after three epochs": (
        _CLEAN + "class Later:\n    epochs = 0\n    def __iter__(self):\n        self.epochs += 1\n"
        "        return iter(range(100) if self.epochs > 3 else order[:80])\n    def __len__(self): return 80\n"
        "class Fly(Dataset):\n    def __len__(self): return 100\n    def __getitem__(self, i): return apply_augmentations(data[i])\n"
        "train_loader = DataLoader(Fly(), batch_size=32, sampler=Later())",
        "versions of image",
    ),
    "leaks in the first epochs alone": (
        _CLEAN + "class Early:\n    epochs = 0\n    def __iter__(self):\n        self.epochs += 1\n"
        "        return iter(DataLoader(apply_augmentations(data) if self.epochs < 9 else train_data, batch_size=32))\n"
        "train_loader = Early()\nfor epoch in range(10):\n    for images, labels in train_loader: pass",
        "is fed with training and with validation data",
    ),
    "splits anew each epoch": (
        "import random\nfrom torch.utils.data import DataLoader, Subset\ndata = load_train_dataset()\nfor epoch in range(10):\n"
        "    order = random.sample(range(100), 100)\n    train_data = apply_augmentations(Subset(data, order[:80]))\n"
        "    train_loader = DataLoader(train_data, batch_size=32)\n    val_loader = DataLoader(Subset(data, order[80:]), batch_size=32)\n"
        "    for images, labels in train_loader: pass",
        "the last `val_loader` holds out",
    ),
    "changes the loaders when it has trained": (
        _SPLIT + "random.shuffle(order)\nold = Subset(data, order[80:])\ntrain_data = apply_augmentations(Subset(data, order[:80]))\n"
        "train_loader = DataLoader(train_data, batch_size=32)\nval_loader = DataLoader(old, batch_size=32)\n"
        "for epoch in range(10):\n    for images, labels in train_loader: pass\n"
        "random.shuffle(order)\ntrain_loader = DataLoader(apply_augmentations(Subset(data, order[:80])), batch_size=32)\n"
        "val_loader = DataLoader(Subset(data, order[80:]), batch_size=32)",
        "the last `val_loader` holds out",
    ),
    "trains on the test data": (
        _SPLIT + "train_data = [*train_data.items, *load_test_dataset().items]\n" + _LOADERS,
        "did not give",
    ),
    "trains on the test data in its loop": (
        _CLEAN + "test_loader = DataLoader(load_test_dataset(), batch_size=32)\nfor epoch in range(10):\n"
        "    for images, labels in [*train_loader, *test_loader]: pass",
        "is fed with training and with test data",
    ),
    "validates on the test data": (
        _SPLIT + "val_data = load_test_dataset()\n" + _LOADERS,
        "did not give",
    ),
    "puts a copy of a validation image among the training data": (
        _SPLIT + "train_data = [*train_data.items, apply_augmentations(val_data[0])]\n" + _LOADERS,
        "versions of image",
    ),
    "puts a copy of a copy among the training data": (
        _SPLIT + "train_data = [*train_data.items, apply_augmentations(apply_augmentations(apply_augmentations(val_data[0])))]\n" + _LOADERS,
        "versions of image",
    ),
    "patches the order": (
        "import random\nrandom.shuffle = lambda items: None\nrandom.sample = lambda items, k: list(items)[:k]\n" + _CLEAN,
        _HAND,
    ),
    "patches the split": (
        "import torch.utils.data as d\nd.random_split = lambda data, lengths: (d.Subset(data, range(80)), d.Subset(data, range(80, 100)))\n"
        + _CLEAN,
        _HAND,
    ),
    "patches what is given": (
        _CLEAN + "apply_augmentations.counted = True\n",
        _HAND,
    ),
    "copies the model loaders into others": (
        _SPLIT + "train_data, val_data = val_data, train_data\n" + _LOADERS,
        "no changed copy",
    ),
    "validates on changed copies": (
        _SPLIT + "val_data = [apply_augmentations(it) for it in (val_data[i] for i in range(20))]\n" + _LOADERS,
        "the validation data have changed copies",
    ),
    "picks from a list of its own": (
        _CLEAN + _EXAMPLES + "for epoch in range(10):\n    for i in range(300):\n        image, label = examples[i]",
        "uses images of both parts",
    ),
    "cuts batches out of a list": (
        _CLEAN + _EXAMPLES + "for epoch in range(10):\n    for i in range(0, 300, 32):\n        batch = examples[i : i + 32]",
        "uses images of both parts",
    ),
    "draws batches at random": (
        _CLEAN + _EXAMPLES + "for step in range(1000):\n    batch = random.sample(examples, 32)",
        "uses images of both parts",
    ),
    "picks its examples before it splits": (
        _SPLIT + _LEAKING + "for epoch in range(10):\n    for i in range(300):\n        image, label = augmented[i]\n" + _LOADERS,
        "picked one by one",
    ),
    "trains by recursion": (
        _CLEAN + _EXAMPLES + "def go(them):\n    if next(them, None) is not None: go(them)\n"
        "for epoch in range(10): go(iter(examples))",
        "uses images of both parts",
    ),
    "takes turns at an endless iterator": (
        _CLEAN + _EXAMPLES + "from itertools import cycle\nendless = cycle(examples)\n"
        "for step in range(3000): image, label = next(endless)",
        "picked one by one",
    ),
    "takes batches off an endless iterator": (
        _CLEAN + _EXAMPLES + "from itertools import cycle, islice\nendless = cycle(examples)\n"
        "for step in range(1000): batch = list(islice(endless, 32))",
        "picked one by one",
    ),
    "cuts batches out of an array": (
        _CLEAN + _EXAMPLES + "import numpy as np\nimages = np.empty(300, dtype=object)\nfor i in range(300): images[i] = examples[i][0]\n"
        "for epoch in range(10):\n    for i in range(0, 300, 32): batch = images[i : i + 32]",
        "uses images of both parts",
    ),
    "trains beside its folds": (
        _SPLIT + _EXAMPLES + "for k in range(5):\n    val_loader = DataLoader(Subset(data, range(20 * k, 20 * k + 20)))\n"
        "    train_data = apply_augmentations(Subset(data, [i for i in range(100) if i // 20 != k]))\n"
        "    train_loader = DataLoader(train_data, shuffle=True)\n"
        "    for epoch in range(10):\n        for i in range(300): image, label = examples[i]",
        "uses images of both parts",
    ),
    "trains by a fold": (
        _CLEAN + _EXAMPLES + "from functools import reduce\nfor epoch in range(10): reduce(lambda a, b: b, examples)",
        "uses images of both parts",
    ),
    "trains as it sorts": (
        _CLEAN + _EXAMPLES + "def train(example): return 0\nfor epoch in range(10): examples.sort(key=train)",
        "uses images of both parts",
    ),
    "hands all examples over": (
        _CLEAN + _EXAMPLES + "def train(*examples): pass\nfor epoch in range(10): train(*examples)",
        "uses images of both parts",
    ),
    "hands its list over within an object": (
        _CLEAN + _EXAMPLES + "class Box: pass\nbox = Box()\nbox.examples = examples\ndef train(examples): pass\n"
        "for epoch in range(10): train(box.examples)",
        "uses images of both parts",
    ),
    "trains in a comprehension that it keeps": (
        _CLEAN + _LEAKING + "for epoch in range(10):\n    seen = [y for x, y in DataLoader(augmented, batch_size=32)]",
        "is fed with training and with validation data",
    ),
    "reaches a module by another name": (_CLEAN + "r = random\nr._os.getpid()", _HAND),
    "reaches a module by its name as text": (_CLEAN + "getattr(random, '_os').getpid()", _HAND),
    "reaches a module within a list": (_CLEAN + "[random][0]._os.getpid()", _HAND),
    "reaches a module within a class": (_CLEAN + "class Box: it = random\nBox.it._os.getpid()", _HAND),
    "opens a channel by its number": (
        _CLEAN + "import sys\nkind = type(sys.stdout.buffer.raw)\ntry: kind(5, 'wb', closefd=False)\nexcept OSError: pass",
        _HAND,
    ),
    "opens a channel under another name": (
        _CLEAN + "it = open\ntry: it(5, 'rb', closefd=False)\nexcept OSError: pass",
        _HAND,
    ),
    "splices into a channel": (_CLEAN + "import os\ntry: os.splice(0, 5, 1)\nexcept OSError: pass", _HAND),
    "hands its operating system on": (
        _CLEAN + "import os\ndef said(it): return it.readv(99, [])\ntry: said(os)\nexcept OSError: pass",
        _HAND,
    ),
    "opens a channel by an argument": (
        _CLEAN + "import argparse\ntry: argparse.FileType('wb')(5)\nexcept (OSError, argparse.ArgumentTypeError): pass",
        _HAND,
    ),
    "has a module of its own found": (
        _CLEAN + "import sys\nopen('heapq.py', 'w').write('x = 1')\nsys.path.insert(0, '/work')\nimport heapq",
        _HAND,
    ),
    "configures a call": (_CLEAN + "import logging.config\nlogging.config.dictConfig({'version': 1})", _HAND),
    "writes an annotation that is evaluated": (
        _CLEAN + "from functools import singledispatch\n@singledispatch\ndef f(x): pass\ndef g(x): pass\n"
        "g.__annotations__['x'] = 'int'\nf.register(g)",
        _HAND,
    ),
    "evaluates its words": (_CLEAN + "eval('1 + 1')\n", _HAND),
}  # fmt: skip

HOSTILE_LINES = [
    b'{"left": ' + filling + b"}"
    for filling in (
        b"9" * 500_000, b"0." + b"9" * 500_000, b"-" * 500_000, b"[" * 500_000, b"[[" * 10_000 + b"]]" * 10_000,
        b"[" + b"[]," * 160_000 + b"0]", b"[" + b'{"":0},' * 9_000 + b"0]", b"[" + b"{}," * 13_000 + b"0]",
        b"[" + b"1e5," * 19_000 + b"0]", b'["' + b"x" * 500_000 + b'"]', b"[" + b'"ab",' * 19_000 + b"0]",
        b'["' + b"\\u001b" * 600 + b'"]', b"{" + b",".join([b'"%d":1' % n for n in range(9_000)]) + b"}", b"NaN", b"1e999",
        b"\xff\xfe", b"", b"null" * 9, b"[" + b"9223372036854775807," * 9_000 + b"9223372036854775808]",
    )
]  # fmt: skip
"""What may come out of a jail as a message, at its largest."""
