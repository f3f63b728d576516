"""Every error that a person can meet has a test that makes it happen; the few that have none stand here, with the reason.

Its sentence is shown on a page whose commands are run, or a test names its class or its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.errors.catalogue import FOLDER
from tests.errors.sentences import GAP, Leaf, leaves
from tests.places import ROOT

SHORTEST = 9
"""A sentence with fewer letters of its own would be found anywhere."""

SHOWN_AS = {
    "EditKeptError": "your text is kept in ",
    "JsonBrokenError": "new.json:2:1: no JSON: Expecting value",
    "LineRefusedError": "stdin:1: no record answers to 'nobody'",
    "LogLineError": "stdin:1: not JSON: Expecting value",
    "NoFileInPlaceError": "pipe is a pipe",
    "SettingsUnreadableError": "Expected ']' at the end of a table declaration",
    "SheetUnreadableError": "line 4: the head has no column `id`",
}
"""Sentences that are put together from what they are about, as they stand on a page."""

NOT_MET = {
    "MakingsMissingError": "a wheel without its samples; tests/hygiene looks that they are in it",
    "MovedOnError": "a colleague's process between two looks of one sync",
    "NoFieldsError": "a file left by a merge that is unreadable in the moment between two looks",
    "NoSuchTypeError": "a record at hand is of a type of the book, or it is not found",
    "SchemaFieldsError": "a schema without fields has no title, which refuses the file before",
    "ScreenFailedError": "a defect of the TUI, which no test knows beforehand",
    "WaitingError": "approvals are not there yet",
}
"""Errors without a reproducer, and why."""


def _pages(paths: Iterable[Path]) -> str:
    lines = (
        line.strip().removeprefix("! ") for path in paths for line in path.read_text(encoding="utf-8").splitlines()
    )
    return "\n".join(lines) + "\n"


def _is_said(sentence: str, text: str) -> bool:
    """Whether a line of the text is a line of the sentence."""
    return any(_is_line(line, text) for line in sentence.split("\n") if len(line.replace(GAP, "")) >= SHORTEST)


def _is_line(line: str, text: str) -> bool:
    parts = line.split(GAP)
    longest, pattern = max(parts, key=len), re.compile(".*".join(map(re.escape, parts)))
    at = text.find(longest)
    while at >= 0:
        end = text.find("\n", at)
        if pattern.search(text[text.rfind("\n", 0, at) + 1 : end]):
            return True
        at = text.find(longest, end)
    return False


def test_every_error_has_a_reproducer() -> None:
    pages = [FOLDER.glob("*.md"), (ROOT / "tests" / "cli").glob("*.md"), (ROOT / "docs").rglob("*.md")]
    shown = "\n".join(_pages(paths) for paths in pages)
    own = Path(__file__)
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py") if path != own) + "\n"
    named = set(re.findall(r"\b\w+Error\b", tests))

    def is_reproduced(leaf: Leaf) -> bool:
        if leaf.name in SHOWN_AS:
            return SHOWN_AS[leaf.name] in shown
        return leaf.name in named or any(_is_said(text, shown) or _is_said(text, tests) for text in leaf.sentences)

    found = leaves()
    assert len(found) > 250
    assert {leaf.name for leaf in found if not is_reproduced(leaf)} == set(NOT_MET)
