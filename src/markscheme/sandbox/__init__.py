"""Strangers' programs, run where they can do no harm. What they leave comes back as plain data, judged outside."""

from markscheme.sandbox.bubblewrap import unavailable
from markscheme.sandbox.outcome import Harness, Limits, Outcome, ProgramError
from markscheme.sandbox.pool import run

__all__ = ["Harness", "Limits", "Outcome", "ProgramError", "run", "unavailable"]
