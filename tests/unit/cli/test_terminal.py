"""What is found out about the terminal."""

from __future__ import annotations

import os
from io import StringIO

import pytest

from crmcli.cli.terminal import Terminal, look_at_terminal


def test_a_pipe_is_no_terminal() -> None:
    found = look_at_terminal({"PAGER": "less", "COLUMNS": "133"}, StringIO(), StringIO(), StringIO())
    assert found == Terminal(width=133)


def on_a_pty(environment: dict[str, str]) -> Terminal:
    leader, follower = os.openpty()
    with os.fdopen(leader, "wb", 0), os.fdopen(follower, "w", encoding="utf-8") as tty:
        return look_at_terminal(environment, StringIO(), tty, StringIO())


@pytest.mark.parametrize(
    ("environment", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_whose_user_wants_it(environment: dict[str, str], colour: bool) -> None:
    found = on_a_pty(environment)
    assert found.shows
    assert not found.answers
    assert found.colour is colour


def test_a_terminal_has_a_name_and_a_width() -> None:
    found = on_a_pty({"COLUMNS": "91", "PAGER": "less -S"})
    assert (found.width, found.pager) == (91, "less -S")
    assert found.name.endswith(f".{os.getsid(0)}")
    assert "/" not in found.name
