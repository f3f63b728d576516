"""Comparing what was printed with what the page says, wildcards included."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from tests.cli.runner.page import Shown, write_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY_TEXT = "[..]"
"""Within a line: any text."""
ANY_LINES = "[...]"
"""Alone on a line: any number of lines."""


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the lines are the expected ones."""
    pattern = "".join(map(_line_pattern, expected))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def _line_pattern(line: str) -> str:
    if line == ANY_LINES:
        return r"(?:[^\n]*\n)*?"
    return "[^\n]*".join(re.escape(part) for part in line.split(ANY_TEXT)) + "\n"


def same(expected: Shown, actual: Shown) -> bool:
    """Whether a command did what the page says."""
    return (
        expected.code == actual.code
        and matches(expected.stdout, actual.stdout)
        and matches(expected.stderr, actual.stderr)
    )


def keep_wildcards(expected: Shown, actual: Shown) -> Shown:
    """`actual`, but with the page's own line wherever one with a wildcard stands for it."""
    return Shown(_kept(expected.stdout, actual.stdout), _kept(expected.stderr, actual.stderr), actual.code)


def _kept(expected: Sequence[str], actual: Sequence[str]) -> tuple[str, ...]:
    if matches(expected, actual):
        return tuple(expected)
    wild = [line for line in expected if ANY_TEXT in line]
    return tuple(next((pattern for pattern in wild if matches([pattern], [line])), line) for line in actual)


def difference(expected: Shown, actual: Shown) -> str:
    """The two as a diff, in the words of the page."""
    lines = difflib.ndiff(write_shown(expected), write_shown(actual))
    return "\n".join(line for line in lines if not line.startswith("? "))
