"""What all tests share: how hypothesis searches, and that annotations of `mechanisms` hold while tests run."""

from __future__ import annotations

import os
from fractions import Fraction

import pytest
from beartype import BeartypeConf
from beartype.claw import beartype_package
from hypothesis import HealthCheck, settings

# Types in signatures are checked on every call, in tests only; `make test` leaves that to `make test-baseline`.
if os.environ.get("CHECK_TYPES") != "0":
    beartype_package("markscheme.mechanisms", conf=BeartypeConf(claw_is_pep526=False, is_pep484_tower=True))

settings.register_profile("dev", deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("thorough", parent=settings.get_profile("dev"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture
def digit_one() -> tuple[tuple[int, int], ...]:
    """The cloud of question 7: the digit 1, four points of a line, with ties."""
    return ((0, 4), (0, 3), (0, 2), (0, 1))


@pytest.fixture
def printed_tree() -> dict[tuple[str, ...], dict[str, Fraction]]:
    """The tree of question 4, rebuilt from the printed working."""
    tree = {
        "": {"deep": "-0.6", "learn": "-0.8"},
        "deep": {"deep": "-0.05", "EOS": "-2.99"},
        "learn": {"deep": "-3.1", "learn": "-0.11"},
        "deep deep": {"EOS": "-0.22", "learn": "-1.61"},
        "learn learn": {"EOS": "-2.30", "deep": "-0.12"},
        "learn learn deep": {"EOS": "-0.28", "learn": "-1.38"},
    }
    return {
        tuple(prefix.split()): {token: Fraction(score) for token, score in branches.items()}
        for prefix, branches in tree.items()
    }
