"""Where the suites' files come from: a public repository at one commit, read with git from wherever it was fetched.

A suite is looked for in the folders of `places`, as a clone (`owner/name`) or a bare one (`owner+name/repo`), and else
fetched from GitHub into the first of them. Nothing of it is kept elsewhere, and nothing of it is run.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FETCHED = Path(__file__).parents[1] / "out" / "suites"


class NotFetched(Exception):
    """A suite whose files are not here, and why."""


def places() -> list[Path]:
    """Folders in which a suite may lie: those of `MARKSCHEME_SUITES`, then the bench's own."""
    named = [Path(it) for it in os.environ.get("MARKSCHEME_SUITES", "").split(os.pathsep) if it]
    return [*named, FETCHED]


@dataclass(frozen=True, slots=True)
class Source:
    """A public repository, and the commit whose rows are known."""

    repository: str
    commit: str

    def read(self, path: str) -> str:
        """One file at the commit. Raises `NotFetched`."""
        return _git(self._folder(), "show", f"{self.commit}:{path}")

    def _folder(self) -> Path:
        return _folder(self.repository, self.commit)

    def fetch(self) -> None:
        """Fetch the one commit from GitHub. Raises `NotFetched`."""
        folder = FETCHED / self.repository
        folder.mkdir(parents=True, exist_ok=True)
        _git(folder, "init", "--quiet")
        _git(folder, "fetch", "--quiet", "--depth", "1", f"https://github.com/{self.repository}", self.commit)
        _folder.cache_clear()


@cache
def _folder(repository: str, commit: str) -> Path:
    for folder in _candidates(repository):
        if folder.is_dir() and _has(folder, commit):
            return folder
    raise NotFetched(f"{repository} at {commit[:10]} is in none of {', '.join(map(str, places()))}")


def _candidates(repository: str) -> Iterator[Path]:
    for place in places():
        yield place / repository
        yield place / repository.replace("/", "+") / "repo"
        yield place / repository.replace("/", "+")


def _has(folder: Path, commit: str) -> bool:
    found = subprocess.run(["git", "-C", str(folder), "cat-file", "-e", commit], check=False, capture_output=True)
    return found.returncode == 0


def _git(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(["git", "-C", str(folder), *arguments], check=False, capture_output=True, text=True)
    if ran.returncode:
        raise NotFetched(f"git {arguments[0]} in {folder}: {ran.stderr.strip() or 'failed'}")
    return ran.stdout
