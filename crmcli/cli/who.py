"""WHO on the command line: row numbers of this terminal, ids from stdin, a choice where several answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError, UsageError
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.cli.session import Session
    from crmcli.model.schema import RecordType


class NobodyNamedError(UsageError):
    """`-` was given and stdin held no id."""

    def __init__(self) -> None:
        super().__init__(
            "no WHO on stdin", hint="- reads ids, one a line, as `crm TYPES FILTER… --format ids` writes them"
        )


def find_records(session: Session, words: Sequence[str]) -> list[Ref]:
    """Find the records that WHO words mean, in order, each once; raises when one means nobody or, unasked, several.

    A word may be several joined by commas; `-` stands for the lines of stdin.
    """
    types = [session.record_type] if session.noun else None
    return list(dict.fromkeys(_find(session, word, types) for word in _single_words(session, words)))


def find_record(session: Session, word: str) -> Ref:
    """Find the one record a WHO word means."""
    return _find(session, word, [session.record_type] if session.noun else None)


def _single_words(session: Session, words: Sequence[str]) -> Iterable[str]:
    for word in words:
        if word == "-":
            lines = [line.strip() for line in session.stdin.read().splitlines() if line.strip()]
            if not lines:
                raise NobodyNamedError
            yield from lines
        else:
            yield from (part for part in word.split(",") if part)


def _find(session: Session, word: str, types: Sequence[RecordType] | None) -> Ref:
    from crmcli.cli.rows import RowNumberError, row_number  # noqa: PLC0415
    from crmcli.store.who import WhoAmbiguousError, find_who  # noqa: PLC0415

    missing: RowNumberError | None = None
    if word.isascii() and word.isdigit() and session.terminal.name:
        try:
            return row_number(session.book.root, session.terminal.name, int(word))
        except RowNumberError as error:
            missing = error  # a record may be called 3
    try:
        return find_who(session.book, word, types)
    except WhoAmbiguousError as error:
        chosen = session.choose("which one?", [f"{ref}  {title}" for ref, title in error.candidates])
        if chosen is None:
            raise
        return error.candidates[chosen][0]
    except NotFoundError as error:
        raise (missing or error) from None
