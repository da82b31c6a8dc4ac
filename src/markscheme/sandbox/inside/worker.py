"""The inside of the sandbox: takes one job, runs one program, hands over plain data, and is gone.

Standard library alone; nothing of markscheme is here, nor any key. What is handed over is data for a checker outside,
which has the last word: whatever is in this process, the program can read and change.
"""

import importlib
import json
import marshal
import os
import random
import sys
from ast import PyCF_ONLY_AST
from binascii import a2b_base64
from types import CodeType

import glance
import lockdown

PROGRAM, NAME = "<program>", "program.py"
MOST_VALUES = 200_000
SCALARS = {bool, int, float, str, type(None)}
REHEARSED = """
import random
class A:
    def f(self, x=1): return [x for x in (1, "x") if x]
for x in A().f(): x += random.a
"""
DEEPEST = 20
LONGEST_MESSAGE = 2_000
_OF_LIBRARIES = ("numpy", "torch")


def plain(value: object) -> object:
    """A copy made of None, bool, int, float, str, list and dict alone, however deep and odd `value` is."""
    left = [MOST_VALUES]

    def copied(value: object, depth: int) -> object:
        left[0] -= 1
        if depth > DEEPEST or left[0] < 0:
            raise ValueError("what it leaves is too deep or too large")
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind in (list, tuple):
            if SCALARS.issuperset(map(type, value)):
                left[0] -= len(value)
                return value
            return [copied(item, depth + 1) for item in value]
        if kind is dict and all(type(key) is str for key in value):
            return {key: copied(item, depth + 1) for key, item in value.items()}
        if kind.__module__.partition(".")[0] in _OF_LIBRARIES and hasattr(kind, "tolist"):
            return copied(value.tolist(), depth + 1)
        raise ValueError(f"what it leaves is no plain data, but has a {kind.__name__}")

    return copied(value, 0)


def place(error: BaseException) -> int | None:
    """The line of the program at which an error came up, if any."""
    line, here = None, error.__traceback__
    while here is not None:
        if here.tb_frame.f_code.co_filename == PROGRAM:
            line = here.tb_lineno
        here = here.tb_next
    return line


def told(error: BaseException) -> dict[str, object]:
    """An error as data; its own words may be a trap."""
    try:
        message = str(error)
        message = message if type(message) is str else ""
    except BaseException:
        message = ""
    found = {"kind": str(type(error).__name__)[:100], "message": message[:LONGEST_MESSAGE], "line": place(error)}
    if isinstance(error, ImportError) and type(error.name) is str:
        found["module"] = error.name[:200]
    return found


def told_of_text(error: BaseException) -> dict[str, object]:
    """Why a text is no program."""
    if isinstance(error, SyntaxError):
        return {"kind": type(error).__name__, "message": str(error.msg)[:LONGEST_MESSAGE], "line": error.lineno,
                "column": error.offset}  # fmt: skip
    return told(error)


class Line:
    """The two ways to the outside: messages in, one a line, and messages out."""

    def __init__(self, messages: int, channel: int) -> None:
        self._messages, self._channel, self._waiting = messages, channel, b""

    def receive(self) -> dict | None:
        """The next message; None when there will be none."""
        while b"\n" not in self._waiting:
            piece = os.read(self._messages, 1 << 16)
            if not piece:
                return None
            self._waiting += piece
        line, _, self._waiting = self._waiting.partition(b"\n")
        return json.loads(line)

    def send(self, message: dict[str, object]) -> None:
        """Hand a message over, whole."""
        try:
            text = json.dumps(message, allow_nan=False)
        except ValueError:
            text = json.dumps({"error": {"kind": "ValueError", "message": "what it leaves has NaN or an infinity",
                                         "line": None, "after": True}})  # fmt: skip
        written = text.encode() + b"\n"
        while written:
            written = written[os.write(self._channel, written) :]


def read(program: str, harness: dict) -> tuple[CodeType, dict[str, object]]:
    """The code of a program, as the harness wants it, and the facts of its text."""
    tree = compile(program, PROGRAM, "exec", PyCF_ONLY_AST, dont_inherit=True)
    facts = glance.glance(tree)
    if "rewrite" in harness:
        tree = harness["rewrite"](tree, program)
    return compile(tree, PROGRAM, "exec", dont_inherit=True), facts


def seed(number: int) -> None:
    """Make randomness repeat itself."""
    random.seed(number)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(number % 2**32)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(number)


def run(code: CodeType, harness: dict, line: Line, message: dict) -> bool:
    """One run: the program, then, by what comes in only now, what it left. Whether there is more to run."""
    prepare = harness.get("prepare")
    try:
        given_inputs = message["inputs"]
        given = prepare(given_inputs) if prepare else {}
    except Exception as error:
        line.send({"harness": told(error)})
        return False
    namespace = harness["namespace"] = {
        "__name__": "__main__", "__file__": f"/work/{NAME}", "__builtins__": __builtins__, "exit": sys.exit,
        "quit": sys.exit, **given,
    }  # fmt: skip
    try:
        exec(code, namespace)
    except SystemExit:
        pass
    except BaseException as error:
        flush()
        line.send({"error": told(error)})
        return False
    flush()
    line.send({"ended": {"threads": len(sys._current_frames()) > 1}})  # noqa: SLF001 (it has no other name)
    message = line.receive()
    try:
        if message["after"]:
            exec(compiled(message["after"]), harness)
        collect = harness["collect"]
        inputs = given_inputs if prepare else message["inputs"]
        asked = (namespace, code.co_names, inputs)[: collect.__code__.co_argcount]
        left = plain(collect(*asked))
    except BaseException as error:
        line.send({"error": {**told(error), "after": True}})
        return False
    flush()
    line.send({"left": left})
    return True


def flush() -> None:
    """Print what waits to be printed."""
    try:
        sys.stdout.flush()
    except BaseException:
        pass


def rehearse(harness: dict) -> None:
    """Do once what is slow when it is done for the first time."""
    read(REHEARSED, harness)
    json.dumps(plain({"rehearsed": [[1, 0.5], "x"]}))


def compiled(source: str) -> CodeType:
    """Code that the same Python has compiled outside."""
    return marshal.loads(a2b_base64(source))  # noqa: S302 (our own)


def main() -> None:
    for name in sys.argv[2:]:
        importlib.import_module(name)
    channel, sys.argv[:] = int(sys.argv[1]), [NAME]
    line = Line(os.dup(0), channel)
    settings = line.receive()
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    sys.dont_write_bytecode = True
    lockdown.set_limits(**settings["limits"])
    lockdown.refuse_system_calls()
    harness = {"__name__": "harness"}
    exec(compiled(settings["before"]), harness)
    rehearse(harness)
    job = line.receive()  # so far a worker is warm
    if job is None:
        os._exit(0)
    os.write(channel, b"\n")  # from here on, what fails is the program's
    try:
        code, facts = read(job["program"], harness)
    except BaseException as error:
        line.send({"error": told_of_text(error)})
        os._exit(0)
    line.send({"text": facts})
    while (message := line.receive()) is not None:
        seed(job["seed"] + message["run"])
        if not run(code, harness, line, message):
            break
    os._exit(0)
