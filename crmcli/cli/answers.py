"""Rows of an answer, or one plain sentence where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.reports.table import Table

PICTURES = frozenset(["table", "plain", "md"])


def for_people(session: Session) -> bool:
    """Whether the answer is read by people, so that titles and labels stand in place of ids and names."""
    return session.out.format("rows") in PICTURES


def write_rows(session: Session, table: Table, nothing: str, *, numbered: bool = True) -> None:
    """Write a table; for an empty one say `nothing` on stderr, and leave scripts their header. `--some` raises."""
    if not table.rows:
        if not session.options.some:
            session.out.note(nothing)
        if for_people(session) and not session.options.some:
            return
    session.out.rows(table, numbered=numbered)


def write_ids(session: Session, ids: Sequence[str]) -> None:
    """Write ids, each once and one a line; with `--some` none is `NothingFoundError` (exit 3)."""
    session.out.insist(found=bool(ids))
    session.out.text(dict.fromkeys(ids))
