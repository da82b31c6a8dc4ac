"""Convert every text of the bank and of the built-in papers, and keep the conversions as package data.

Run by `make texts`. With `--check` nothing is written, and the exit code says whether the data is stale.
"""

import json
import sys
from pathlib import Path

from markscheme import text
from markscheme.bank.catalog import catalog
from markscheme.paper.plan import built_in_papers, load_paper
from markscheme.text.conversion import convert
from markscheme.text.document import SAYING

PAGE = Path(text.__file__).with_name("converted.json")


def conversions() -> str:
    """The conversions as they ship."""
    problems = [found for problem in catalog().values() for found in problem.texts()]
    papers = [found for name in built_in_papers() for found in load_paper(name).texts()]
    return json.dumps(convert([*SAYING, *problems, *papers]), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    fresh = conversions()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text("utf-8") == fresh else "the texts have changed: run `make texts`")
    PAGE.write_text(fresh, "utf-8")
