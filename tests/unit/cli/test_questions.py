"""Questions: who may answer them, and with what."""

from __future__ import annotations

from io import StringIO

import pytest

from crmcli.cli.questions import DeclinedError, NoAnswerError
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal


def asked(answer: str, *, terminal: bool = True, **given: object) -> Session:
    session = Session({}, StringIO(answer), StringIO(), StringIO())
    session.given.update(given)
    session.__dict__["terminal"] = Terminal(answers=terminal)
    return session


def said(session: Session) -> str:
    assert isinstance(session.stderr, StringIO)
    return session.stderr.getvalue()


@pytest.mark.parametrize("answer", ["y", "Yes", "是"])
def test_a_yes_goes_on(answer: str) -> None:
    session = asked(f"{answer}\n")
    session.ask_yes("delete acme?")
    assert said(session) == "delete acme? [y/N] "


@pytest.mark.parametrize("answer", ["", "n\n", "x\n"])
def test_anything_else_stops(answer: str) -> None:
    with pytest.raises(DeclinedError):
        asked(answer).ask_yes("delete acme?")


def test_yes_as_an_option_asks_nothing() -> None:
    session = asked("", terminal=False, yes=True)
    session.ask_yes("delete acme?")
    assert said(session) == ""


@pytest.mark.parametrize("session", [asked("y\n", terminal=False), asked("y\n", no_input=True)])
def test_nobody_to_ask_is_a_refusal(session: Session) -> None:
    with pytest.raises(NoAnswerError, match=r"nobody to ask: delete acme\?") as caught:
        session.ask_yes("delete acme?")
    assert caught.value.hint == "--yes answers yes"


def test_a_choice_is_a_number_and_asks_again() -> None:
    session = asked("9\n2\n")
    assert session.choose("which one?", ["deals/a  A", "deals/b  B"]) == 1
    assert said(session) == "  1  deals/a  A\n  2  deals/b  B\nwhich one? [1-2] which one? [1-2] "


def test_no_answer_declines_and_nobody_to_ask_chooses_none() -> None:
    with pytest.raises(DeclinedError):
        asked("\n").choose("which one?", ["a"])
    assert asked("1\n", terminal=False).choose("which one?", ["a"]) is None
