"""What a data set may be wrong in: rows that change, seeds that share them, replies that earn what they should not.

Any set of the shape that reasoning-gym has can be audited: rows with "question" and "answer", and `score_answer`. Each
check runs in a process of its own kind, which is ended if the set's grader hangs; nothing of what it says is executed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol

from markscheme.core.errors import MarkschemeError
from markscheme.datasets.hostile import NO_TEXT

MOST_SHARED = 0.1
"""Questions that two seeds may have in common."""
MOST_GUESSED = 0.4
"""What one guess may earn over all rows."""
NEARLY: Final = 0.99


class Audited(Protocol):
    """A set of rows with its grader."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Mapping[str, Any]: ...
    def score_answer(self, answer: Any, entry: Any) -> float:
        """What an answer to a row earns, from 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found: nothing, or what is wrong, with an example."""

    check: str
    fault: str = ""
    passed: bool = True
    """Whether the set is as it should be; also where the check does not apply, and `fault` says why."""


def made(spec: str, seed: int, size: int) -> Audited:
    """The set that a spec names: a problem, `reasoning-gym:NAME`, or `module:function`, called with seed and size.

    Raises `MarkschemeError` for what names none.
    """
    kind, colon, name = spec.partition(":")
    if not colon:
        from markscheme.datasets.sets import dataset  # noqa: PLC0415 (for our own)

        return dataset(spec, size, seed)
    try:
        if kind == "reasoning-gym":
            return import_module("reasoning_gym").create_dataset(name, seed=seed, size=size)
        return getattr(import_module(kind), name)(seed=seed, size=size)
    except ImportError as error:
        raise MarkschemeError(f"{spec} needs {error.name or kind}, which is not installed") from error
    except (AttributeError, ValueError) as error:
        raise MarkschemeError(f"there is no set {spec}: {error}") from error


def audit(spec: str, size: int = 50, limit: float = 600, checks: Sequence[str] = ()) -> list[Result]:
    """What some checks, or all of `CHECKS`, say of a set; one that takes longer than `limit` seconds is a fault.

    >>> [result.check for result in audit("convolution/output_shape", size=5) if not result.passed]
    []
    """
    results: list[Result] = []
    while left := (list(checks) or list(CHECKS))[len(results) :]:
        results += _in_a_process(spec, size, left, limit)
    return results


def _in_a_process(spec: str, size: int, names: Sequence[str], limit: float) -> Iterator[Result]:
    """The checks of these names, up to the first that does not end."""
    command = [sys.executable, "-m", "markscheme.datasets.auditing", spec, str(size), *names]
    with TemporaryDirectory() as folder, subprocess.Popen(  # noqa: S603 (this very file)
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, text=True
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        for name in names:
            line = _line_of(process, limit)
            if line is None:
                process.kill()
                yield Result(name, f"does not end within {limit:g} s", passed=False)
                return
            if not line:
                said = process.stderr.read().strip().splitlines()[-1:] or ["it ended"]
                if process.wait() == 2:
                    raise MarkschemeError(said[0])
                yield Result(name, f"the process ended: {said[0][:200]}", passed=False)
                return
            yield Result(**json.loads(line))


def _line_of(process: subprocess.Popen[str], limit: float) -> str | None:
    """The next line that a process says, empty at its end; None if it says none in time."""
    assert process.stdout is not None
    reader = ThreadPoolExecutor(1)
    try:
        return reader.submit(process.stdout.readline).result(timeout=limit)
    except TimeoutError:
        return None
    finally:
        reader.shutdown(wait=False)


# The checks


@lru_cache(maxsize=4)
def _rows(spec: str, size: int, seed: int = 1) -> tuple[Audited, list[Mapping[str, Any]]]:
    data = made(spec, seed, size)
    return data, [data[i] for i in range(size)]


def _digest(spec: str, size: int) -> str:
    text = json.dumps([[row["question"], row["answer"]] for row in _rows(spec, size)[1]], default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def repeats_itself(spec: str, size: int) -> str:
    """The same seed gives the same rows, in another process and with another hash seed too."""
    command = [sys.executable, "-m", "markscheme.datasets.auditing", spec, str(size), "--digest"]
    said = {_digest(spec, size)}
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
        said.add(ran.stdout.strip())
    return "" if len(said) == 1 else "the rows of seed 1 differ from process to process"


def seeds_differ(spec: str, size: int) -> str:
    """Neighboring seeds share few questions, and a set repeats few."""
    ones, others = ([row["question"] for row in _rows(spec, size, seed)[1]] for seed in (1, 2))
    shared = len({*ones} & {*others}) / len({*ones})
    if shared > MOST_SHARED:
        return f"seeds 1 and 2 share {shared:.0%} of their questions"
    repeated = 1 - len({*ones}) / len(ones)
    return f"{repeated:.0%} of the questions of one seed are repeated" if repeated > MOST_SHARED else ""


def splits_differ(spec: str, size: int) -> str:
    """Training and test rows have no question in common, whatever their seeds."""
    if ":" in spec:
        raise _DoesNotApply("it has no splits")
    from markscheme.datasets.sets import dataset  # noqa: PLC0415

    count = min(size, 40)
    train, test = ({row["question"] for row in dataset(spec, count, 1, split)} for split in ("train", "test"))
    return f"{len(train & test)} questions are in both" if train & test else ""


def keys_are_right(spec: str, size: int) -> str:
    """The key of a row earns all of it."""
    data, rows = _rows(spec, size)
    wrong = [row for row in rows if not _score(data, row["answer"], row) >= NEARLY]
    return _example(wrong, rows, lambda row: f"the key {row['answer']!r:.60} earns {_score(data, row['answer'], row)}")


def keys_are_proven(spec: str, size: int) -> str:
    """Each key is computed a second way."""
    if ":" in spec:
        raise _DoesNotApply("no second computation of its keys is known")
    from markscheme.core.errors import ProofError  # noqa: PLC0415
    from markscheme.core.proof import prove_item  # noqa: PLC0415
    from markscheme.datasets.scoring import posed  # noqa: PLC0415

    try:
        for row in _rows(spec, size)[1]:
            prove_item(posed(row["metadata"]["id"]))
    except ProofError as error:
        return f"{error}"
    return ""


NOTHING: Final = (None, "", " ", "\n", "garbage", "I do not know.", "<answer></answer>")


def nothing_earns_nothing(spec: str, size: int) -> str:
    """What is no answer earns nothing, and raises nothing."""
    data, rows = _rows(spec, size)
    for reply in NOTHING if ":" in spec else (*NOTHING, *NO_TEXT):  # the grader of others may ask for texts
        for row in rows:
            try:
                earned = data.score_answer(reply, row)
            except Exception as error:  # noqa: BLE001 (that is the fault)
                return f"{reply!r} raises {type(error).__name__}"
            if earned > 0:
                return f"{reply!r} earns {earned:g} where the key is {row['answer']!r:.60}"
    return ""


GUESSES: Final = ("0", "1", "2", "-1", "yes", "no", "true", "false", "A", "B", "C", "[0, 0]", "none", "correct")


def no_guess_pays(spec: str, size: int) -> str:
    """No one reply earns more than two fifths over all rows: neither a stock one nor the commonest key."""
    data, rows = _rows(spec, size)
    keys = Counter([row["answer"] for row in rows if isinstance(row["answer"], str)])
    for reply in (*GUESSES, *[key for key, _ in keys.most_common(3)]):
        earned = sum([_score(data, reply, row) for row in rows]) / len(rows)
        if earned > MOST_GUESSED:
            return f"{reply!r:.60} earns {earned:.0%} of all rows"
    return ""


def hedges_earn_nothing(spec: str, size: int) -> str:
    """A denial of the key, and the key beside another answer, do not earn the whole."""
    data, rows = _rows(spec, size)
    for form in ("It is not {key}.", "{key} or {other}", "{other} or {key}", "{key}, {other}", "{other}\n{key}"):
        won: list[Mapping[str, Any]] = []
        for row, following in _neighbors(rows):
            key, other = str(row["answer"]), str(following["answer"])
            if key != other and _score(data, form.format(key=key, other=other), row) >= NEARLY:
                won.append(row)
        if len(won) > len(rows) / 20:
            return f"{form!r} earns all in {len(won)} of {len(rows)} rows"
    return ""


def _neighbors(rows: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each row with the next that asks for the same; not selections, of which two are one selection."""
    asked = [list(row["metadata"]["answers"].values()) if "answers" in row.get("metadata", ()) else [] for row in rows]
    by_question: dict[str, list[Any]] = {}
    for row, answers in zip(rows, asked, strict=True):
        if not any([about["form"] in ("all that apply", "program") for about in answers]):
            names = [*row["metadata"]["answers"]] if answers else []
            by_question.setdefault(" ".join(names), []).append(row)
    for alike in by_question.values():
        yield from zip(alike, [*alike[1:], alike[0]], strict=True)


HARM: Final = (
    "__import__('pathlib').Path({path!r}).write_text('')",
    "[__import__('pathlib').Path({path!r}).write_text('')]",
    "open({path!r}, 'w')",
    "(lambda: __import__('os').close(__import__('os').open({path!r}, 65)))()",
    "```python\nopen({path!r}, 'w')\n```",
    "<answer>open({path!r}, 'w')</answer>",
    '{{"answer": "open({path!r}, \'w\')"}}',
)
"""Replies that make a file where somebody executes them."""


def replies_are_text(spec: str, size: int) -> str:
    """A reply is never executed."""
    data, rows = _rows(spec, min(size, 5))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "executed"
        for reply in [harm.format(path=str(path)) for harm in HARM]:
            for row in rows:
                _score(data, reply, row)
                if path.exists():
                    return f"{reply.replace(folder, '…')!r} was executed"
    return ""


LARGE: Final = ("x" * 1_000_000, "9" * 100_000, "[" * 50_000, "9**9**9**9", "(" * 20_000 + ")" * 20_000, "1," * 100_000)


def large_replies_are_cheap(spec: str, size: int) -> str:
    """A reply of a megabyte, of a tower of powers, or of brackets without end earns nothing, soon."""
    data, rows = _rows(spec, min(size, 3))
    for reply in LARGE:
        for row in rows:
            try:
                if data.score_answer(reply, row) > 0:
                    return f"{reply[:10]!r}… of {len(reply):,} characters earns marks"
            except Exception as error:  # noqa: BLE001 (that is the fault)
                return f"{reply[:10]!r}… of {len(reply):,} characters raises {type(error).__name__}"
    return ""


CHECKS: Final[Mapping[str, Callable[[str, int], str]]] = {
    "repeats itself": repeats_itself,
    "seeds differ": seeds_differ,
    "splits differ": splits_differ,
    "keys are right": keys_are_right,
    "keys are proven": keys_are_proven,
    "nothing earns nothing": nothing_earns_nothing,
    "no guess pays": no_guess_pays,
    "hedges earn nothing": hedges_earn_nothing,
    "replies are text": replies_are_text,
    "large replies are cheap": large_replies_are_cheap,
}
"""What is asked of a set, by its name."""


class _DoesNotApply(Exception):
    """That a check makes no sense for a set."""


def _score(data: Audited, reply: Any, row: Any) -> float:
    try:
        return float(data.score_answer(reply, row))
    except Exception:  # noqa: BLE001 (`nothing_earns_nothing` says so)
        return 0.0


def _example(wrong: Sequence[Any], rows: Sequence[Any], said: Callable[[Any], str]) -> str:
    return f"{said(wrong[0])}; {len(wrong)} of {len(rows)} rows" if wrong else ""


def _checked(name: str, spec: str, size: int) -> Result:
    try:
        fault = CHECKS[name](spec, size)
    except _DoesNotApply as reason:
        return Result(name, f"{reason}")
    return Result(name, fault, passed=not fault)


def _main(spec: str, size: str, *names: str) -> None:
    if names == ("--digest",):
        sys.stdout.write(f"{_digest(spec, int(size))}\n")
        return
    try:
        made(spec, 1, 1)
    except MarkschemeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    for name in names:
        sys.stdout.write(f"{json.dumps(asdict(_checked(name, spec, int(size))))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
