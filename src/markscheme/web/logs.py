"""How the server's log is written: a record is a line, and what strangers wrote cannot pass for another one."""

from __future__ import annotations

import logging
from typing import Any, Final


def escaped(text: str) -> str:
    r"""A text on one line, in which whatever steers a terminal or a viewer is spelled out.

    >>> print(escaped("signed in\nroot\x1b[31m"))
    signed in\nroot\x1b[31m
    """
    return "".join([it if it.isprintable() else it.encode("unicode_escape").decode() for it in text])


class OneLine(logging.Formatter):
    """The message on one line; lines of a traceback are set in."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as text."""
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name}: {escaped(record.getMessage())}"]
        if record.exc_info:
            lines += [f"  | {escaped(it)}" for it in self.formatException(record.exc_info).split("\n")]
        return "\n".join(lines)


_LOGGER = {"handlers": ["stderr"], "level": "WARNING", "propagate": False}
CONFIG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one_line": {"()": OneLine}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "one_line", "stream": "ext://sys.stderr"}},
    "loggers": {"uvicorn": _LOGGER, "markscheme": _LOGGER},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
"""For `logging.config.dictConfig`."""
