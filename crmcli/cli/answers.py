"""Rows of an answer, or one plain sentence where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.reports.table import Table


class FormatUnfitError(UsageError):
    """A command's answer has no such form."""

    def __init__(self, name: str, fitting: Sequence[str]) -> None:
        super().__init__(f"this cannot be written as {name}", hint=f"--format {', '.join(fitting)}")


PICTURES = frozenset(["table", "plain", "md"])


def for_people(session: Session) -> bool:
    """Whether the answer is read by people, so that titles and labels stand in place of ids and names."""
    return session.out.format("rows") in PICTURES


def format_among(session: Session, fitting: Sequence[str]) -> str:
    """The format asked for, "" where none was; raises `FormatUnfitError` (exit 2) for one that does not fit."""
    name = session.options.format
    if name and name not in fitting:
        raise FormatUnfitError(name, fitting)
    return name


def write_rows(session: Session, table: Table, nothing: str, *, numbered: bool = True) -> None:
    """Write a table; for an empty one say `nothing` on stderr, and leave scripts their header. `--some` raises."""
    if not table.rows:
        if not session.options.some:
            session.out.note(nothing)
        if for_people(session) and not session.options.some:
            return
    session.out.rows(table, numbered=numbered)
