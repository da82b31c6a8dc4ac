"""A copy set: cover, section 0, questions and their parts, in the words of `exam.typ`."""

from __future__ import annotations

from collections.abc import Mapping

from markscheme.core.marks import Marks, exact_marks
from markscheme.core.writing import phrase
from markscheme.language import joined, say
from markscheme.paper.plan import Group, Page, PaperEntry, Question
from markscheme.paper.source import Sheet, call, nothing, number, typst_string
from markscheme.paper.spaces import drawn, written_on
from markscheme.text.document import Phrase
from markscheme.text.source import Text

PAGE_NAMES: Mapping[Page, str] = {"letter": "us-letter", "a4": "a4"}
LOGO = "logo.svg"
"""The file beside the source, whatever the paper's own is called."""
_ENTERING = ("given", "v", "w", "m", "picture", "table-of", "cover", "head")


def source_of(sheet: Sheet, page: Page) -> bytes:
    """A copy, or its key, as the main file of Typst."""
    paper = sheet.copy.paper
    entry = paper.entry
    about = {"title": entry.title, "course": entry.course, "term": entry.term, "instructor": entry.instructor}
    exam = call("exam.with", **about, page=PAGE_NAMES[page])
    wanted = {"coded": bool(sheet.copy.codes), "large": sheet.copy.large}
    exam = "".join([exam[:-1], *[f", {name}: true" for name, is_so in wanted.items() if is_so], ")"])
    pieces = [_first_page(sheet, about), *[_question(sheet, question) for question in paper.main]]
    found = _trained(sheet)
    return "\n".join([
        '#import "/paper/exam.typ": *',
        f"#let ({', '.join(_ENTERING)}) = entering(json(bytes({typst_string(sheet.data)})))",
        f"#show: {exam}",
        *pieces,
        "#doodle-page()" if entry.last_page else "#the-end()",
        "#appendix()" if sheet.solutions else "",
        "#tell-places()" if sheet.places or (sheet.copy.codes and not sheet.solutions) else "",
        found,
    ]).encode()  # fmt: skip


def _first_page(sheet: Sheet, about: Mapping[str, str]) -> str:
    """The cover, or the head of a paper without one; section 0 and the instructions."""
    paper = sheet.copy.paper
    entry, given = paper.entry, dict[str, str | Marks | None](about)
    given |= {"location": entry.location, "date": when(entry), "duration": how_long(entry)}
    given |= {"logo": f"/{LOGO}"} if paper.logo else {}
    section_0 = "\n".join([_section_0(sheet, question) for question in paper.section_0])
    instructions = sheet.phrase(Phrase(Text(entry.instructions.strip()), nothing))
    if not entry.cover:
        return f"#{call('head', **given, marks=in_points(paper.marks))}[\n{section_0}\n{instructions}\n]"
    if paper.section_0:
        given["section"] = f"{say('section-0')}"
        given["marks"] = in_points(exact_marks(sum([question.marks for question in paper.section_0])))
    else:
        given["section"] = f"{say('instructions')}"
        instructions = instructions or f"{say('instructions-usual')}"
    usual = say("section-0-notice" if paper.section_0 else "notice")
    given["notice"] = f"{usual}" if entry.notice is None else entry.notice
    grid = "".join([f"({it.number}, {_in_grid(it)}), " for it in paper.questions])
    lines = "".join([f"({typst_string(name)}, {typst_string(known)}), " for name, known in paper.cover_lines])
    cover = f"{call('cover', **given)[:-1]}, lines: ({lines}), questions: ({grid}), total: {number(paper.marks)})"
    return f"#{cover}[\n{section_0}\n{instructions}\n]"


def _in_grid(question: Question) -> str:
    """What the grid of the cover has of a question's marks: those on top with a plus."""
    return f"[+{number(question.marks)}]" if question.is_bonus else number(question.marks)


def _trained(sheet: Sheet) -> str:
    """In the key for all, how each claim fared in the labs, in a line; their reports have the rest."""
    found = [
        [label, problem.lab.lab, [*problem.lab.verdicts(problem.name).items()]]
        for label, problem in sheet.trained.items()
        if problem.lab
    ]
    return f"#trained(given({sheet.add(sheet.values, found)}))" if found else ""


def _section_0(sheet: Sheet, question: Question) -> str:
    text = sheet.phrase(Phrase(question.body.text, nothing))
    title = sheet.phrase(Phrase(question.title, nothing))
    marks = in_points(question.marks)
    own = f"id: {typst_string(str(question.number))}"
    if question.kind == "honor_code":
        ask = question.entry.ask.strip()
        asked = sheet.phrase(Phrase(Text(ask), nothing)) if ask else f"{say('honor-code-copy')}"
        close = ", pitch: 15pt" if sheet.copy.large else ""
        body = f"{asked}\n#statement[{text}]\n#free-space({own}, lines: 2{close})\n#signature-line()"
        if question.entry.required:
            marks = f"{say('honor-code-points', points=say('in-points', marks=question.marks))}"
        return f"#question(level: 2, {question.number}, [{title}], [{marks}])[{body}]"
    body = f"{text}\n#free-space({own}, height: 1.7cm, working: [{say('any-answer-counts')}])"
    return f"#question(level: 2, {question.number}, [{title}], [{marks}])[{body}]"


def _question(sheet: Sheet, question: Question) -> str:
    title = sheet.phrase(Phrase(question.title, nothing))
    marks = f"{say('bonus-points', marks=question.marks)}" if question.is_bonus else in_points(question.marks)
    body = _group(sheet, question.body, in_bonus=question.is_bonus)
    paper = sheet.copy.paper
    breaks = paper.entry.page_breaks == "questions" and question.number != paper.main[0].number
    return f"{_new_page(question.body, always=breaks)}#question({question.number}, [{title}], [{marks}])[\n{body}\n]"


def _new_page(group: Group, *, always: bool = False) -> str:
    return "#pagebreak(weak: true)\n" if always or group.entry.page_break else ""


def _part(sheet: Sheet, group: Group, *, in_bonus: bool) -> str:
    is_bonus = group.is_bonus and not in_bonus
    marks = f"{say('bonus-pts', marks=group.marks)}" if is_bonus else _in_pts(group.marks)
    body = _group(sheet, group, in_bonus=group.is_bonus)
    return f"{_new_page(group)}#part([{_label(group.path)}], [{marks}])[\n{body}\n]"


def _group(sheet: Sheet, group: Group, *, in_bonus: bool) -> str:
    pieces = [sheet.phrase(Phrase(group.text, nothing))]
    rules = joined("sentences", *group.rules)
    pieces += [f"#rule-of-marks({typst_string(rules.sentence())})"] if group.rules else []
    for slot in group.below:
        pieces += drawn(sheet, sheet.copy.items[slot.label], slot.layout.shows("above"))
    pieces += [_part(sheet, inner, in_bonus=in_bonus) for inner in group.groups]
    if group.slot:
        pieces.append(f"#of-question({typst_string(group.slot.label)})")
        item = sheet.copy.items[group.slot.label]
        pieces.append(sheet.phrase(phrase(item, item.layout.text)))
        pieces += drawn(sheet, item, item.layout.shows("question"))
        said = set[str]()
        for space in group.spaces:
            inside = written_on(sheet, item, space, said)
            if space.section.part is None:
                pieces.append(inside)
            else:
                pieces.append(f"#part([{_label(space.path)}], [{_in_pts(space.marks)}])[\n{inside}\n]")
        if sheet.solutions and item.problem.lab and sheet.copy.student is None:  # the same for all
            sheet.trained[group.slot.label] = item.problem
    return "\n\n".join([piece for piece in pieces if piece])


def _label(path: tuple[str, ...]) -> str:
    return f"({path[-1]})" if len(path) == 2 else f"{path[-1]}."


def in_points(marks: Marks) -> str:
    """Marks as the head of a question has them: `4 points`."""
    return f"{say('in-points', marks=marks)}"


def _in_pts(marks: Marks) -> str:
    return f"{say('in-pts', marks=marks)}"


def when(entry: PaperEntry) -> str:
    """The date of a paper, in the language that is spoken."""
    date = entry.date
    return date if isinstance(date, str) else f"{say('date', day=date.day, month=date.month, year=date.year)}"


def how_long(entry: PaperEntry) -> str:
    """How long a paper lasts."""
    return f"{say('minutes', count=entry.duration)}" if isinstance(entry.duration, int) else entry.duration
