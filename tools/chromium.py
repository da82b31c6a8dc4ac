"""Debian's Chromium, as tests and benches start it: without a screen, and asking nothing of the network by itself."""

from __future__ import annotations

from typing import Final

PROGRAM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
