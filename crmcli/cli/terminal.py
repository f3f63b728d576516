"""What the program knows about the terminal it talks to: looked up once, passed as a value."""

import os
from collections.abc import Mapping
from typing import TextIO

from crmcli.light import NamedTuple

WIDTH, HEIGHT = 80, 24
"""Assumed where the terminal does not say."""


class Terminal(NamedTuple):
    """Which streams are terminals, how large the screen is (cells), and what its user prefers.

    `answers` is said of stdin, `shows` of stdout, `watches` of stderr. `colour` is true on a terminal that can show it
    unless NO_COLOR is set (no-color.org). `name` tells this terminal from every other one of the machine, also when only
    one of the streams is it (`crm show 3 | less`); "" without one.
    """

    answers: bool = False
    shows: bool = False
    watches: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    colour: bool = False
    pager: str = ""
    name: str = ""


def look_at_terminal(environment: Mapping[str, str], stdin: TextIO, stdout: TextIO, stderr: TextIO) -> Terminal:
    """Read the facts from the streams and the environment."""
    shows = _is_terminal(stdout)
    width, height = _size(environment, stdout) if shows else (_number(environment.get("COLUMNS", "")) or WIDTH, HEIGHT)
    return Terminal(
        answers=_is_terminal(stdin),
        shows=shows,
        watches=_is_terminal(stderr),
        width=width,
        height=height,
        colour=shows and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb",
        pager=environment.get("PAGER", "") if shows else "",
        name=next((_name(stream) for stream in (stdout, stdin, stderr) if _is_terminal(stream)), ""),
    )


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # a closed stream
        return False


def _size(environment: Mapping[str, str], stream: TextIO) -> tuple[int, int]:
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        columns = lines = 0
    return _number(environment.get("COLUMNS", "")) or columns or WIDTH, lines or HEIGHT


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _name(stream: TextIO) -> str:
    """The tty's device and its session: a new login on the same tty is another terminal."""
    try:
        device = os.ttyname(stream.fileno())
        session = os.getsid(0)
    except (OSError, ValueError, AttributeError):  # no such calls on Windows
        return ""
    return f"{device.removeprefix('/dev/').replace('/', '-')}.{session}"
