"""Programs that mean harm, by what they try: the program, and what the verdict must say."""

from __future__ import annotations

_CALL = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
_REFUSED = "if {call} != -1: raise SystemError('it was let')\nraise OSError(ctypes.get_errno(), 'refused')"
_DENIED = "Operation not permitted|PermissionError"
_NONE = "there is no `train_loader`"
_FORGED = (
    "import os, json\nreal = load_train_dataset()\n"
    "left = {'train': [[1, 2]] * 3, 'val': [3], 'keeps_order': False, 'uses_test_dataset': False}\n"
    "page = json.dumps({'left': left}).encode()\n"
)


def _call(arguments: str) -> str:
    return _CALL + _REFUSED.format(call=f"libc.syscall({arguments})")


HOSTILE: dict[str, tuple[str, str]] = {
    # More processes, other programs
    "forks for ever": ("import os\nwhile True: os.fork()", _DENIED),
    "forks in threads": (
        "import os, threading\ndef go():\n    os.fork()\n"
        "jobs = [threading.Thread(target=go) for _ in range(8)]\n[job.start() for job in jobs]",
        _NONE,
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
        "can't start new thread|takes more than|MemoryError|without a result",
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
        "did not give",
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
        "import worker\nworker.plain = lambda value: {'train': [[1]], 'val': [2], 'keeps_order': False, "
        "'uses_test_dataset': False}\ntrain_loader = val_loader = []",
        "did not give",
    ),
    "patches the collector": (
        "import sys\nframe = sys._getframe()\nwhile frame:\n    if 'harness' in frame.f_locals:\n"
        "        frame.f_locals['harness']['collect'].__code__ = (lambda n, m: 'right').__code__\n    frame = frame.f_back",
        "cannot be tried out|cannot be looked at",
    ),
    "patches json": ("import json\njson.dumps = lambda *a, **k: '{\"status\": \"right\"}'", "only the sandbox may"),
    "patches the built-ins": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda x: int\nbuiltins.len = lambda x: 0",
        "cannot be looked at|no `train_loader`|without a result",
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
        "cannot be looked at",
    ),
    "leaves an endless loader": (
        "def go():\n    while True: yield [[], []]\ntrain_loader = val_loader = go()",
        "takes more than|CPU time",
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
        "cannot be looked at|takes more than",
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
