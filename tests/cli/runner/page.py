"""A page: Markdown whose console blocks hold commands and what they print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

FENCE = "```"
CONSOLE = "```console"
SETUP = "```sh setup"

_CODE = re.compile(r"= (\d+)")
_NEEDS_ESCAPE = re.compile(r"\\|```|[$>!](?: |$)|= \d+$")


class PageError(Exception):
    """A page that cannot be read as a transcript."""

    def __init__(self, line: int, trouble: str) -> None:
        super().__init__(f"line {line}: {trouble}")


class Shown(NamedTuple):
    """What a command prints, line by line, and its exit code."""

    stdout: tuple[str, ...] = ()
    stderr: tuple[str, ...] = ()
    code: int = 0


class Step(NamedTuple):
    """One command. `first` and `last` are its lines in the page (0-based, `last` excluded); a setup shows nothing."""

    first: int
    last: int
    command: str
    expected: Shown
    setup: bool = False


class Page(NamedTuple):
    """The text's lines and the commands found in them."""

    lines: tuple[str, ...]
    steps: tuple[Step, ...]


def parse_page(text: str) -> Page:
    """Find the steps of all console and setup blocks; raises PageError for a block without end or command."""
    lines = text.split("\n")
    steps: list[Step] = []
    at = 0
    while at < len(lines):
        opening = lines[at].rstrip()
        at += 1
        if not opening.startswith(FENCE):
            continue
        end = _end_of_block(lines, at)
        if opening == CONSOLE:
            steps += _console_steps(lines, at, end)
        elif opening == SETUP:
            steps.append(Step(at, end, "\n".join(lines[at:end]), Shown(), setup=True))
        at = end + 1
    return Page(tuple(lines), tuple(steps))


def _end_of_block(lines: list[str], start: int) -> int:
    """The line of the fence that closes a block."""
    for number in range(start, len(lines)):
        if lines[number].rstrip() == FENCE:
            return number
    raise PageError(start, "the block is never closed")


def _console_steps(lines: list[str], start: int, end: int) -> list[Step]:
    """The commands between two fences, each with the lines that follow it."""
    starts = [number for number in range(start, end) if lines[number].startswith("$ ")]
    if not starts or starts[0] != start:
        raise PageError(start + 1, "a console block begins with a command: `$ crm …`")
    return [_step(lines, first, last) for first, last in zip(starts, [*starts[1:], end], strict=True)]


def _step(lines: list[str], first: int, last: int) -> Step:
    """Read one command, its continuation lines (`> …`) and what it is said to print."""
    command = [lines[first][2:]]
    at = first + 1
    while at < last and (lines[at].startswith("> ") or lines[at] == ">"):
        command.append(lines[at][2:])
        at += 1
    stdout: list[str] = []
    stderr: list[str] = []
    code = 0
    for line in lines[at:last]:
        if found := _CODE.fullmatch(line):
            code = int(found[1])
        elif line.startswith("! ") or line == "!":
            stderr.append(line[2:])
        else:
            stdout.append(line.removeprefix("\\"))
    return Step(first, last, "\n".join(command), Shown(tuple(stdout), tuple(stderr), code))


def write_shown(shown: Shown) -> list[str]:
    """The lines that stand for `shown` in a page: stdout, then stderr, then a code that is not 0."""
    stdout = ["\\" + line if _NEEDS_ESCAPE.match(line) else line for line in shown.stdout]
    stderr = [f"! {line}".rstrip() if not line else f"! {line}" for line in shown.stderr]
    return [*stdout, *stderr, *([f"= {shown.code}"] if shown.code else [])]


def write_page(page: Page, shown: Mapping[int, Shown]) -> str:
    """The page's text with the expectations of the steps in `shown` (by number) replaced."""
    lines = list(page.lines)
    for number in sorted(shown, reverse=True):
        step = page.steps[number]
        output = step.first + 1 + step.command.count("\n")
        lines[output : step.last] = write_shown(shown[number])
    return "\n".join(lines)
