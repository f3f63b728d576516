"""`--on`, `--as-of` and `--known-at`: the book that a command asks then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.store.book import Book


def book_then(session: Session) -> Book:
    """The book as it was at the moment of the options, or as a revision has it; on a terminal a line says which.

    `--as-of` alone knows all that is known now; `--known-at` alone is what a screen showed then. `--on` with either is a
    past moment of that revision.
    """
    from crmcli.store.past import shown  # noqa: PLC0415 - only where the past is asked for
    from crmcli.store.past_when import read_moment  # noqa: PLC0415

    options = session.options
    present = book_on_revision(session, options.on) if options.on else session.present
    known = read_moment(present, "--known-at", options.known_at) if options.known_at else None
    moment = read_moment(present, "--as-of", options.as_of) if options.as_of else known
    if moment is None or (known is None and moment >= present.now()):
        return present
    if session.terminal.shows:
        heard = f", as far as it was known on {shown(known)}" if known and known != moment else ""
        session.out.note(f"as of {shown(moment)}{heard}")
    return present.at(moment, known)


def book_on_revision(session: Session, name: str) -> Book:
    """The book as git has it under a name; on a terminal a line says which commit that is."""
    from crmcli.store.revision import book_on  # noqa: PLC0415 - only where another branch is asked

    book = book_on(session.present, name)
    if session.terminal.shows:
        _, commit, by, at = book.revision
        session.out.note(f"on {name}: commit {commit[:10]}, {at:%Y-%m-%d %H:%M}, {by}")
    return book
