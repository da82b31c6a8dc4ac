"""What authors' functions make of values that nobody foresaw: whatever they raise, there is no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from markscheme.language import Message, say

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Slip

CANNOT_BE_TRIED: Final = say("cannot-be-tried")


def agrees(answer: Answer[..., Any], value: Any, submitted: Any) -> bool:
    """Whether a value that a function gave is what was submitted."""
    if value is None:
        return False
    try:
        return bool(value == submitted or answer.kind.compare(value, submitted).agrees)
    except Exception:  # noqa: BLE001 (what a function makes of a stranger's value may be of any shape)
        return False


def is_slip(answer: Answer[..., Any], slip: Slip, said: Any, submitted: Any) -> bool:
    """Whether what was submitted is a slip, by what the slip says."""
    return bool(said) if slip.decides else agrees(answer, said, submitted)


def is_key(answer: Answer[..., Any], slip: Slip, said: Any, values: Mapping[str, Any]) -> bool:
    """Whether what a slip says is right where the answer's own value stands among `values`."""
    if answer.properties and not slip.decides:
        return said is not None and not lacking(answer, {**values, answer.name: said})
    return is_slip(answer, slip, said, values[answer.name])


def lacking(answer: Answer[..., Any], values: Mapping[str, Any]) -> Message:
    """What a student's answer lacks; properties may not foresee what it is."""
    return first_lacking(answer, values)[1]


def first_lacking(answer: Answer[..., Any], values: Mapping[str, Any]) -> tuple[str, Message]:
    """The first property that it lacks, and what it lacks in a sentence."""
    try:
        return answer.first_lacking(values)
    except Exception:  # noqa: BLE001 (as above)
        return "", CANNOT_BE_TRIED


def called(function: Callable[[Mapping[str, Any]], Any], values: Mapping[str, Any]) -> Any:
    """What a function gives at a stranger's values; None where it is undefined."""
    try:
        return function(values)
    except Exception:  # noqa: BLE001 (whatever it is, the value cannot be carried)
        return None
