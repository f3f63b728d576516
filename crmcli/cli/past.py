"""`--as-of` and `--known-at`: the book that a command asks then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.store.book import Book


def book_then(session: Session) -> Book:
    """The book as it was at the moment of the options; on a terminal a line says which.

    `--as-of` alone knows all that is known now; `--known-at` alone is what a screen showed then.
    """
    from crmcli.store.past import shown  # noqa: PLC0415 - only where the past is asked for
    from crmcli.store.past_when import read_moment  # noqa: PLC0415

    present, options = session.present, session.options
    known = read_moment(present, "--known-at", options.known_at) if options.known_at else None
    moment = read_moment(present, "--as-of", options.as_of) if options.as_of else known
    if moment is None or (known is None and moment >= present.now()):
        return present
    if session.terminal.shows:
        heard = f", as far as it was known on {shown(known)}" if known and known != moment else ""
        session.out.note(f"as of {shown(moment)}{heard}")
    return present.at(moment, known)
