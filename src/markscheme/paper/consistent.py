"""Whether what a paper's file says can hold together; complaints say what, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markscheme.core.errors import MarkschemeError
from markscheme.core.marks import Marks, written
from markscheme.paper.entries import COVER_FIELDS, PaperEntry, PartEntry
from markscheme.paper.questions import Group, short_label

if TYPE_CHECKING:
    from markscheme.paper.plan import Paper

LOGOS = (".svg", ".png", ".jpg", ".jpeg")
_BRACED = tuple([f"{{{name}}}" for name in ("student", "last", "first", "section", "row", "seat")])


def refuse(name: str, entry: PartEntry, where: str, *keys: str, why: str) -> None:
    """Raise `MarkschemeError` for a key that stands there."""
    for key in keys:
        if key in entry.model_fields_set:
            raise MarkschemeError(f"{name}: {where}: {key!r} {why}")


def check_choice(name: str, group: Group, where: str) -> None:
    """Raise `MarkschemeError` where 'choose' or 'pool' of some parts says nothing, or leaves the marks open."""
    entry = group.entry
    key = "choose" if entry.choose else "pool"
    count = entry.choose or entry.pool
    if entry.choose and entry.pool:
        raise MarkschemeError(f"{name}: {where}: 'choose' is the student's choice, 'pool' the seed's: give one")
    if not entry.choose:
        refuse(name, entry, where, "counts", why="says which parts count, and 'choose' is not given")
    if count is None:
        return
    if count >= len(group.groups):
        raise MarkschemeError(f"{name}: {where}: {key} = {count} of {len(group.groups)} parts leaves none out")
    check_alike(name, [(short_label(it.path), it.marks, it.is_bonus) for it in group.groups], key, where)


def check_alike(name: str, options: Sequence[tuple[str, Marks, bool]], key: str, where: str) -> None:
    """Raise `MarkschemeError` unless alternatives carry the same, so that the paper's marks are one number."""
    (first, marks, bonus), *rest = options
    for other, own, own_bonus in rest:
        if own_bonus != bonus:
            raise MarkschemeError(f"{name}: {where}: of what {key!r} is of, either all is 'bonus' or nothing")
        if own != marks:
            raise MarkschemeError(
                f"{name}: {where}: what {key!r} is of carries the same marks, but {first} has "
                f"{written(marks)} and {other} {written(own)}: give each its 'marks'"
            )


def check_penalty(name: str, group: Group, where: str) -> None:
    """Raise `MarkschemeError` where a penalty meets no choice, or another rule for wrong ones."""
    slots = {id(space.slot): space.slot for space in group.all_spaces()}.values()
    chosen = [(slot, answer) for slot in slots for answer in slot.layout.asked if answer.kind.field().is_chosen]
    if not chosen:
        raise MarkschemeError(f"{name}: {where}: a 'penalty' is for wrong choices, and nothing here is a choice")
    for slot, answer in chosen:
        how = slot.entry.scoring if slot.entry.scoring and answer.can_be_scored(slot.entry.scoring) else None
        how = how or answer.scoring
        if how and how != "all-or-nothing":
            raise MarkschemeError(
                f"{name}: {where}: {answer.name} is scored {how!r}, which shares marks for right ticks; a "
                "'penalty' is for choices that are right or wrong: give one of them"
            )
    for slot, answer in chosen:
        if slot.choices.dont_know is not None and slot.choices.dont_know >= slot.layout.marks[answer.name]:
            raise MarkschemeError(
                f'{name}: {where}: "I don\'t know" would earn {written(slot.choices.dont_know)}, and a right '
                f"{answer.name} earns {written(slot.layout.marks[answer.name])}"
            )


def cover_lines(name: str, entry: PaperEntry) -> tuple[tuple[str, str], ...]:
    """The lines of the cover: a name that it knows and nothing, or a label and what of the roster stands on it."""
    if not entry.cover:
        for key in ("cover_fields", "notice"):
            if key in entry.model_fields_set:
                raise MarkschemeError(f"{name}: {key!r} is of a cover, and 'cover' is false")
    lines: list[tuple[str, str]] = []
    for text in COVER_FIELDS if entry.cover_fields is None else entry.cover_fields:
        label, colon, rest = text.partition(":")
        known = rest.strip()
        if colon and label and (not known or known in _BRACED):
            lines.append((f"{label}:", known.strip("{}")))
        elif text in COVER_FIELDS:
            lines.append((text, ""))
        else:
            raise MarkschemeError(
                f"{name}: cover_fields: {text!r} is none of {', '.join(map(repr, COVER_FIELDS))}; a label of "
                'your own ends in a colon, "Group:", with a column of the roster if you like, "Group: {section}"'
            )
    return tuple(lines)


def check_whole(paper: Paper) -> None:
    """Raise `MarkschemeError` for rules that cannot hold together."""
    entry, name = paper.entry, paper.name
    if paper.questions and all([it.is_bonus for it in paper.questions]):
        raise MarkschemeError(f"{name}: everything is 'bonus': then there is nothing that it comes on top of")
    if entry.versions:
        if len(entry.versions) < 2 or len({it.lower() for it in entry.versions}) < len(entry.versions):
            raise MarkschemeError(f"{name}: versions are two or more different names, not {[*entry.versions]}")
        if odd := [it for it in entry.versions if not (it.isascii() and it.isalnum() and len(it) <= 12)]:
            raise MarkschemeError(f"{name}: a version is named by up to 12 letters and digits, not {odd[0]!r}")
        if not paper.is_seeded:
            raise MarkschemeError(f"{name}: nothing in it is drawn, so that versions "
                                  f"{' and '.join(entry.versions)} would be alike")  # fmt: skip
    logo = paper.logo
    if logo and (logo.suffix.lower() not in LOGOS or not logo.is_file()):
        raise MarkschemeError(f"{name}: logo: there is no {', '.join(LOGOS)} file {entry.logo!r} beside it")
