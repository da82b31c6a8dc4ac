"""Strangers' programs, run where they can do no harm. What they leave comes back as plain data, judged outside."""

from markscheme.sandbox.bubblewrap import is_installed, unavailable
from markscheme.sandbox.outcome import ENDED, Harness, Limits, Outcome, ProgramError, Run
from markscheme.sandbox.pool import run

__all__ = ["ENDED", "Harness", "Limits", "Outcome", "ProgramError", "Run", "is_installed", "run", "unavailable"]
