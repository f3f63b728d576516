"""WHO on the command line: row numbers of this terminal, ids from stdin, a choice where several answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer import Exit

from crmcli.cli.session import NothingFoundError
from crmcli.errors import NotFoundError
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.cli.session import Session
    from crmcli.model.schema import RecordType
    from crmcli.store.who import WhoAmbiguousError


class NobodyNamed(Exit):
    """`-` was given and stdin held no id: a list that came out empty, so there is nothing to do and nothing failed."""


def find_records(session: Session, words: Sequence[str]) -> list[Ref]:
    """Find the records that WHO words mean, in order, each once; raises when one means nobody or, unasked, several.

    A word may be several joined by commas; `-` stands for the lines of stdin. Where stdin is empty and nobody else is
    named, that is said and the command ends well, so that `crm TYPES FILTER… --format ids | crm VERB -` is safe in a
    script; with `--some` it is `NothingFoundError` (exit 3). Words that are empty, as of a variable that nobody set,
    are `WhoMissingError` (exit 2).
    """
    types = [session.record_type] if session.noun else None
    found = list(dict.fromkeys(_find(session, word, types) for word in _single_words(session, words)))
    _refuse_nobody(session, words, found)
    return found


def _refuse_nobody(session: Session, words: Sequence[str], found: Sequence[object]) -> None:
    """End the command where `-` brought nobody and nobody else is named; a word with nothing in it names nobody."""
    if found or not words:
        return
    if "-" not in words:
        from crmcli.cli.split import WhoMissingError  # noqa: PLC0415 - it stands above this module

        raise WhoMissingError
    if session.options.some:
        raise NothingFoundError
    session.out.note("nothing to do: no ids on stdin.")
    raise NobodyNamed


def find_record(session: Session, word: str) -> Ref:
    """Find the one record a WHO word means."""
    return _find(session, word, [session.record_type] if session.noun else None)


def find_fields(session: Session, words: Sequence[str]) -> list[tuple[Ref, str]]:
    """Find what WHO[.FIELD] words mean, each once: a record, and the field's name as typed ("" for all of it).

    A word that names a record as a whole is that record; else what follows its last dot is the field. A record whose
    file is no more is found by its id.
    """
    types = [session.record_type] if session.noun else None
    found = list(dict.fromkeys(_find_field(session, word, types) for word in _single_words(session, words)))
    _refuse_nobody(session, words, found)
    return found


def _find_field(session: Session, word: str, types: Sequence[RecordType] | None) -> tuple[Ref, str]:
    try:
        return _find_or_gone(session, word, types), ""
    except NotFoundError as error:
        who, _, field = word.rpartition(".")
        if not who or not field:
            raise
        try:
            return _find_or_gone(session, who, types), field
        except NotFoundError:
            raise error from None


def _single_words(session: Session, words: Sequence[str]) -> Iterable[str]:
    for word in words:
        if word == "-":
            yield from filter(None, map(str.strip, session.stdin.read().splitlines()))
        else:
            yield from (part for part in word.split(",") if part)


def _find_or_gone(session: Session, word: str, types: Sequence[RecordType] | None) -> Ref:
    try:
        return _find(session, word, types)
    except NotFoundError:
        from crmcli.store.gone import find_gone  # noqa: PLC0415 - only where nobody is found

        found = find_gone(session.book, word, types)
        if found is None:
            raise
        return found


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
        return _telling(session, word, find_who(session.book, word, types))
    except WhoAmbiguousError as error:
        return _chosen(session, error)
    except NotFoundError as error:
        raise (missing or error) from None


def _telling(session: Session, word: str, ref: Ref) -> Ref:
    """Say so where the word names a record that was merged into the one it finds."""
    from crmcli.store.who import merged_as  # noqa: PLC0415

    gone = merged_as(session.book, word, ref) if word != ref.id else None
    if gone is not None:
        session.out.note(f"{gone} was merged into {session.book.title_of(ref)} ({ref})")
    return ref


def _chosen(session: Session, error: WhoAmbiguousError) -> Ref:
    """Let the person choose; where nobody can be asked raise the error again, with what tells the candidates apart."""
    from crmcli.cli.apart import what_tells_apart  # noqa: PLC0415 - only where a word was ambiguous
    from crmcli.store.who import SHOWN, WhoAmbiguousError  # noqa: PLC0415

    apart = what_tells_apart(session.book, [ref for ref, _ in error.candidates[:SHOWN]])
    told = WhoAmbiguousError(error.word, error.rank, error.candidates, apart)
    if told.more and session.may_ask:
        session.out.note(
            f"{error.word!r} may be {len(error.candidates)} records; these are the first {len(told.lines)}"
        )
    chosen = session.choose("which one?", told.lines)
    if chosen is None:
        raise told from None
    return error.candidates[chosen][0]
