"""The inside of the sandbox: takes one job, runs one program, hands over plain data, and is gone.

Standard library alone; nothing of markscheme is here, nor any key. What is handed over is data for a checker outside.
"""

import importlib
import json
import os
import random
import sys
import traceback
from typing import Any

import lockdown

PROGRAM = "<program>"
MOST_VALUES = 200_000
DEEPEST = 20
LONGEST_MESSAGE = 2_000


def plain(value: object) -> object:
    """A copy made of None, bool, int, float, str, list and dict alone, however deep and odd `value` is."""
    left = [MOST_VALUES]

    def copied(value: Any, depth: int) -> object:
        left[0] -= 1
        if depth > DEEPEST or left[0] < 0:
            raise ValueError("what it leaves is too deep or too large")
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind in (list, tuple):
            return [copied(item, depth + 1) for item in value]
        if kind is dict and all(type(key) is str for key in value):
            return {key: copied(item, depth + 1) for key, item in value.items()}
        raise ValueError(f"what it leaves is no plain data, but has a {kind.__name__}")

    return copied(value, 0)


def place(error: BaseException) -> int | None:
    """The line of the program at which an error came up, if any."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == PROGRAM]
    return lines[-1] if lines else None


def told(error: BaseException) -> dict[str, object]:
    """An error as data; its own words may be a trap."""
    if isinstance(error, SyntaxError) and error.filename == PROGRAM:
        return {"kind": type(error).__name__, "message": str(error.msg)[:LONGEST_MESSAGE], "line": error.lineno,
                "column": error.offset}  # fmt: skip
    try:
        message = str(error)
        message = message if type(message) is str else ""
    except BaseException:
        message = ""
    found = {"kind": str(type(error).__name__)[:100], "message": message[:LONGEST_MESSAGE], "line": place(error)}
    if isinstance(error, ModuleNotFoundError) and type(error.name) is str:
        found["module"] = error.name[:200]
    return found


def run(job: dict[str, Any]) -> dict[str, object]:
    """What comes of a job: an error of the program, or what the harness collects after it."""
    harness: dict[str, Any] = {"__name__": "harness"}
    exec(compile(job["harness"], "<harness>", "exec"), harness)
    names = harness["prepare"](job["inputs"])
    collect = harness["collect"]
    try:
        code = compile(job["program"], PROGRAM, "exec", dont_inherit=True)
    except BaseException as error:
        return {"error": told(error)}
    namespace = {"__name__": "__main__", "__builtins__": __builtins__, **names}
    try:
        exec(code, namespace)
    except SystemExit:
        pass
    except BaseException as error:
        return {"error": told(error)}
    try:
        return {"left": plain(collect(namespace, code.co_names))}
    except BaseException as error:
        return {"error": {**told(error), "after": True}}


def main() -> None:
    for name in sys.argv[2:]:
        importlib.import_module(name)
    channel = int(sys.argv[1])
    job = json.loads(sys.stdin.readline())
    limits = job["limits"]
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    sys.dont_write_bytecode = True
    random.seed(job["seed"])
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(job["seed"] % 2**32)
    lockdown.set_limits(limits["cpu_seconds"], limits["memory"], limits["file_size"], limits["files"])
    lockdown.refuse_system_calls()
    os.write(channel, b"\n")  # from here on, what fails is the program's
    found = run(job)
    try:
        message = json.dumps(found, allow_nan=False)
    except ValueError:
        message = json.dumps({"error": {"kind": "ValueError", "message": "what it leaves has a number that is none",
                                        "line": None, "after": True}})  # fmt: skip
    try:
        sys.stdout.flush()
    except BaseException:
        pass
    written = message.encode()
    while written:
        written = written[os.write(channel, written) :]
    os._exit(0)
