"""GALLERY.md: every problem of the bank, posed and solved, with its slips and knobs. Run by `make gallery`."""

import sys
from pathlib import Path

from markscheme.bank.catalog import catalog
from markscheme.core.marks import written
from markscheme.core.problem import Problem
from markscheme.core.writing import in_marks, solution
from markscheme.text.document import Block, Drawing, write

SEED = "gallery"
PICTURES = Path("docs/gallery")


def page() -> tuple[str, dict[Path, str]]:
    """The gallery, and its pictures by path."""
    problems = catalog().values()
    lines = [
        "# Gallery",
        "",
        f"Every problem of the bank, posed from the seed `{SEED}` and solved. Made by `make gallery`.",
        "",
    ]
    lines += [f"- [{problem.name}](#{problem.name.replace('/', '')}): {problem.title}" for problem in problems]
    pictures: dict[Path, str] = {}
    for problem in problems:
        lines += ["", *_entry(problem, pictures)]
    return "\n".join(lines) + "\n", pictures


def _entry(problem: Problem, pictures: dict[Path, str]) -> list[str]:
    item = problem.pose(SEED)
    knobs = ", ".join([f"`{name}={default!r}`" for name, default in problem.knobs.items()]) or "none"
    published = ", ".join([variant or "yes" for variant in problem.variants])
    question = _drawn(list(item.posed().all_blocks()), problem, "question", pictures)
    solved = _drawn(solution(item), problem, "solution", pictures)
    slips = [
        f"- {answer.name}: {slip.name}{'' if slip.strict else ' (may coincide with the key)'}"
        for answer in problem.answers.values()
        for slip in answer.slips
    ]
    return [
        f"## {problem.name}",
        "",
        f"*{problem.source}.* {in_marks(problem.marks)}; knobs: {knobs}; published: {published}.",
        "",
        question,
        "",
        "<details><summary>Solution</summary>",
        "",
        solved,
        "",
        "</details>",
        "",
        f"<details><summary>Slips ({len(slips)})</summary>",
        "",
        *slips,
        "",
        "</details>",
    ]


def _drawn(blocks: list[Block], problem: Problem, what: str, pictures: dict[Path, str]) -> str:
    """Blocks as Markdown, with pictures where the Markdown itself has words."""
    written: list[str] = []
    for block in blocks:
        if isinstance(block, Drawing) and block.shown["draw"] == "own" and problem.lab:
            (file,) = [
                problem.lab.file(it) for it in problem.lab.page["figures"] if it["alternative"] == block.alternative
            ]
            written.append(f"![{block.alternative}]({file.relative_to(Path.cwd()).as_posix()})")
        elif isinstance(block, Drawing):
            path = PICTURES / f"{problem.name.replace('/', '-')}-{what}-{len(written)}.svg"
            pictures[path] = block.svg().replace("currentColor", "#000000") + "\n"
            written.append(f"![{block.alternative}]({path.as_posix()})")
        else:
            written.append(write([block], "markdown").strip())
    return "\n\n".join(written)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    text, drawn = page()
    target.write_text(text, "utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path, picture in drawn.items():
        path.write_text(picture, "utf-8")
    print(f"{target}: {written(len(catalog()))} problems")
