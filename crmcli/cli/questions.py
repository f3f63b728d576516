"""Questions to the person at the terminal: yes or no, and which one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session

YES = frozenset({"y", "yes", "j", "ja", "是", "好"})


class NoAnswerError(UsageError):
    """A question that must be answered, and nobody to ask."""

    def __init__(self, question: str) -> None:
        super().__init__(f"nobody to ask: {question}", hint="--yes answers yes")


class DeclinedError(CrmError):
    """The person said no."""

    def __init__(self) -> None:
        super().__init__("nothing changed")


def ask_yes(session: Session, question: str) -> None:
    """Return on a yes; raise `DeclinedError` on anything else, `NoAnswerError` where nobody can answer."""
    if session.options.yes:
        return
    if not session.may_ask:
        raise NoAnswerError(question)
    if _answer(session, f"{question} [y/N] ").casefold() not in YES:
        raise DeclinedError


def ask_text(session: Session, question: str, suggested: str) -> str:
    """Ask for a line of text; an empty answer, and nobody to ask, take what is suggested."""
    if not session.may_ask:
        return suggested
    return _answer(session, f"{question} [{suggested}]: ") or suggested


def ask_line(session: Session, question: str) -> str:
    """Ask for a line of text; "" for an empty answer, and where nobody can be asked."""
    return _answer(session, f"{question}: ") if session.may_ask else ""


def choose(session: Session, question: str, candidates: Sequence[str]) -> int | None:
    """Show the candidates numbered from 1 and read a number; an empty answer declines."""
    if not session.may_ask:
        return None
    for number, candidate in enumerate(candidates, 1):
        session.out.ask(f"{number:>3}  {candidate}\n")
    while answer := _answer(session, f"{question} [1-{len(candidates)}] "):
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(candidates):
            return int(answer) - 1
    raise DeclinedError


def _answer(session: Session, prompt: str) -> str:
    session.out.ask(prompt)
    return session.stdin.readline().strip()
