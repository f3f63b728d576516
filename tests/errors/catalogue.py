"""The page docs/reference/errors.md: the pages of this folder without what sets them up."""

from __future__ import annotations

import re
from pathlib import Path

from tests.places import ROOT

FOLDER = Path(__file__).parent
PAGE = ROOT / "docs" / "reference" / "errors.md"
PAGES = ("commands", "edges", "records", "engine-files", "journal", "sync")
"""In the order of the page."""

_INTRO = """\
# Errors and problems

<!-- Made from the pages in tests/errors, which run every command shown here. To change it, edit those and run
pytest tests/errors --update. -->

An *error* ends a command: a sentence on stderr, a hint where there is something to do, and an exit code. A *problem* is
something wrong in the book's files: `crm check` lists them as `PATH:LINE:COLUMN: code message`, with what to do below; with
`--format jsonl` each is an object. In the blocks below `!` marks a line of stderr and `=` the exit code.

| exit | means |
|---|---|
| 0 | it worked; also an empty list |
| 1 | it did not work: disk, rights, network; `check` found errors |
| 2 | the words are wrong |
| 3 | it is not there |
| 4 | it may be several |
| 5 | somebody else was there |
| 6 | the data is broken, or from a later program |
| 7 | a rule of the company says no |
| 8 | it waits for an approval |
| 70 | a defect of the program: the details are in a file that the message names |
| 130 | interrupted |
"""
_SETUP = re.compile(r"```sh setup\n.*?\n```\n\n?", re.DOTALL)


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRO, *(_chapter(name) for name in PAGES)])


def _chapter(name: str) -> str:
    """A page one level down, without its setup blocks."""
    text = _SETUP.sub("", (FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    return re.sub(r"^(#+ )", r"#\1", text, flags=re.MULTILINE).replace("\n\n\n", "\n\n")


def titles() -> set[str]:
    """What the sections are called: codes, or exit codes with a word."""
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md"))
    return {found for text in texts for found in re.findall(r"^## `?([^`\n]+)`?$", text, re.MULTILINE)}
