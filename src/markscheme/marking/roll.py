"""Who had which copy: to whom a row of answers belongs, by what was printed, or by a roster.

An id is taken as it stands, unless another one that is not in the file may have become it; else it is taken for the one
id that a spreadsheet or a platform may have made it of, and that is said. Where none or several may be meant, or two
spellings meet for one student, the rows wait. Without a manifest and a roster any id is a student, but a seed in a form
that spreadsheets write waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

from markscheme.core.errors import some
from markscheme.paper.manifest import Manifest, PrintedCopy
from markscheme.paper.spreadsheets import confusable, is_written_by_one, may_have_been

COMMON = "common:"
"""Before a seed in answers.csv: everyone had the same copy."""
_BETWEEN = re.compile(r"[_\s-]+")
_MOST_PIECES = 12


def copy_seed(seed: str, student: str) -> str:
    """The seed of a student's copy: `S/student`, or S where everyone has the same copy.

    >>> copy_seed("2026", "s001"), copy_seed("common:2026", "s001")
    ('2026/s001', '2026')
    """
    return seed.removeprefix(COMMON) if seed.startswith(COMMON) or not student else f"{seed}/{student}"


@dataclass(frozen=True, slots=True)
class PlaceOnRoll:
    """Whose a row is, and of which copy."""

    student: str
    seed: str
    """As the column `seed` has it."""
    drawn: str | None = None
    numbers: str = ""


class Roll:
    """The copies that were printed, or the students of a roster, or whoever comes."""

    def __init__(
        self,
        manifest: Manifest | None = None,
        students: Iterable[str] | None = None,
        seed: str | None = None,
        versions: Sequence[str] = (),
    ) -> None:
        copies = manifest.copies if manifest else ()
        self._copies: Mapping[str, PrintedCopy] = manifest.by_student if manifest else {}
        self._codes = {copy.code: copy for copy in copies if copy.number}  # codes of an exam: no two are alike
        self._spare = {it.code: it for it in copies if it.number and not it.student}
        self._whose: dict[str, str] = {}
        self._for_all: Sequence[PrintedCopy] = () if self._copies else copies
        self._versions = versions
        self._is_printed = manifest is not None
        named = self._copies or students
        self.students: frozenset[str] | None = None if named is None else frozenset(named)
        self._confusable = confusable(sorted(self.students or ()))
        self._seed = seed
        self._found: dict[str, str] = {}
        self._why: dict[str, str] = {}
        self._seeds: dict[tuple[str, str], None] = {}
        self._files: list[tuple[str, str]] = []

    @property
    def knows_seeds(self) -> bool:
        """Whether a row need not say its seed."""
        return self._is_printed or self._seed is not None

    def match(self, ids: Iterable[str]) -> None:
        """Find for each id of a file the student that it says."""
        spellings: dict[str, list[str]] = {}
        texts = dict.fromkeys(ids)
        for text in texts:
            found = self._student(text)
            if lacking := [it for it in self._confusable.get(text, ()) if it not in texts]:
                found = [text, *lacking]  # which may have become it
            if isinstance(found, str):
                spellings.setdefault(found, []).append(text)
            elif text:
                self._why[text] = self._no_student(text, found)
        for student, texts in spellings.items():
            exact = student in texts
            if len(texts) == 1 or exact:
                self._found[student if exact else texts[0]] = student
            others = [text for text in texts if not (exact and text == student)] if len(texts) > 1 else []
            for text in others:
                beside = student if exact else ", ".join([it for it in texts if it != text])
                self._why[text] = f"{text!r} may be {student!r}, but {beside} stands in the file too"

    def _student(self, text: str) -> str | list[str]:
        """The student that an id says, or those that it may say."""
        if self.students is None or text in self.students:
            return text
        if text in self._codes and self._codes[text].student:
            return self._codes[text].student
        meant = [student for student in self.students if may_have_been(text, student)]
        return meant[0] if len(meant) == 1 else meant

    def _no_student(self, text: str, meant: list[str]) -> str:
        if meant:
            sure = self._copies.get(text)
            how = f"; if it is {text!r}, write {sure.seed!r} into the column 'seed'" if sure else ""
            return f"{text!r} may be {' or '.join(sorted(map(repr, meant)))}{how}"
        return f"{text!r} has no copy" if self._is_printed else f"{text!r} is not in the roster"

    def of_file(self, stem: str) -> str:
        """The student that a file's name says: the whole, or the one id among its pieces."""
        stem = normalize("NFC", stem)
        if self.students is None or stem in self.students:
            return stem
        pieces = [it for it in _BETWEEN.split(stem) if it]
        runs = {stem[a:b] for a, b in _runs(stem)} if len(pieces) <= _MOST_PIECES else set[str]()
        exact = sorted({run for run in runs if run in self.students})
        if len(exact) != 1:
            return stem
        self._files.append((stem, exact[0]))
        return exact[0]

    def place_of(self, text: str, seed: str) -> PlaceOnRoll | str:
        """Whose a row is, or why that cannot be said. A copy's whole seed leaves no doubt."""
        exact = self._copies.get(text)
        if exact and seed == exact.seed != exact.code:
            return PlaceOnRoll(text, exact.code, exact.seed, exact.numbers)
        if spare := self._spare.get(seed):
            return self._on_spare(self._found.get(text, text), text, spare)
        if text in self._why:
            return self._why[text]
        student = self._found.get(text, text)
        copy = self._copies.get(student) or self._copy_for_all(seed)
        if isinstance(copy, str):
            return copy
        if copy:
            if seed and seed != copy.code and not may_have_been(seed, copy.code):
                return f"no copy of the seed {seed!r} was printed for {student!r}, but one of {copy.code!r}"
            if seed and seed != copy.code:
                self._seeds[seed, copy.code] = None
            return PlaceOnRoll(student, copy.code, copy.seed, copy.numbers)
        if self._seed is not None and seed and self._plain(seed) != self._plain(self._seed):
            self._seeds[seed, self._seed] = None
            return PlaceOnRoll(student, self._seed)
        if seed != self._seed and is_written_by_one(seed):
            said = "what was printed is in the footer of the copy; mark with --printed, or give --seed"
            return f"the seed {seed!r} is as a spreadsheet writes dates and numbers: {said}"
        return PlaceOnRoll(student, seed or self._seed or "")

    def _on_spare(self, student: str, text: str, copy: PrintedCopy) -> PlaceOnRoll | str:
        """Whose a row is that names a spare copy: its student's, also where the roster does not have them."""
        if text in self._why and " may be " in self._why[text]:
            return self._why[text]
        if self._whose.setdefault(copy.code, student) != student:
            return f"the spare copy {copy.code} was taken by {self._whose[copy.code]!r} above"
        return PlaceOnRoll(student, copy.code, copy.seed, copy.numbers)

    def _copy_for_all(self, seed: str) -> PrintedCopy | str | None:
        """The copy that a seed names of those that are for whoever takes them."""
        if len(self._for_all) < 2:
            return self._for_all[0] if self._for_all else None
        meant = [it for it in self._for_all if seed == it.code] or [
            it for it in self._for_all if may_have_been(seed, it.code)
        ]
        names = " or ".join([it.code for it in self._for_all])
        return meant[0] if len(meant) == 1 else f"the seed {seed!r} says none of the versions: {names}"

    def against_option(self, seed: str) -> str:
        """Why a seed is not that of --seed, or of no version, if it is so."""
        given = self._seed
        if self._versions and not self._is_printed and seed.rpartition("/")[2] not in self._versions:
            names = " or ".join([f"{COMMON}{given or '2026'}/{version}" for version in self._versions])
            return f"column 'seed' is {seed!r}, but the paper has versions: {names}, as the footer of the copy says"
        if given is None or not seed or self._plain(seed) == self._plain(given):
            return ""
        if may_have_been(self._plain(seed), self._plain(given)):
            return ""
        return f"column 'seed' is {seed!r}, but --seed is {given!r}"

    def _plain(self, seed: str) -> str:
        """What a seed is without what tells copies apart."""
        own = seed.removeprefix(COMMON)
        before, _, version = own.rpartition("/")
        return before if before and version in self._versions else own

    def nearest(self, text: str) -> list[str]:
        """The ids that are most like one."""
        return get_close_matches(text, self.students or (), n=3, cutoff=0.5) if len(text) <= 64 else []

    def absent(self, handed_in: Iterable[str]) -> list[str]:
        """Who had a copy, or is in the roster, and handed nothing in."""
        return sorted((self.students or frozenset()) - set(handed_in))

    def said(self) -> list[str]:
        """How ids and seeds were read that are not as they were printed."""
        ids = [(text, student) for text, student in self._found.items() if text != student]
        read = {"ids": ids, "seeds": [*self._seeds], "ids of files": self._files}
        told = {what: [f"{text} as {student}" for text, student in pairs] for what, pairs in read.items()}
        return [f"{what} read as what was printed: {some(pairs)}" for what, pairs in told.items() if pairs]


def _runs(stem: str) -> list[tuple[int, int]]:
    """Where pieces of a name begin and end, and runs of them."""
    ends = [0, *[it.start() for it in _BETWEEN.finditer(stem)], len(stem)]
    starts = [0, *[it.end() for it in _BETWEEN.finditer(stem)]]
    return [(a, b) for a in starts for b in ends if a < b]
