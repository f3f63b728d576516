"""`crm export vcard` and `ical`: what phones share, to stdout, a file, or a folder with a file for each record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.model.record import parse_ref

if TYPE_CHECKING:
    from crmcli.actions.exporting.outgoing import Kind, Outgoing
    from crmcli.cli.session import Session
    from crmcli.model.record import Ref
    from crmcli.model.schema import RecordType

USUAL = {"vcard": "contact", "vcard4": "contact", "ical": "task"}
"""The records where no type is named."""


def share_out(session: Session, form: str, words: Sequence[str], to: Path | None, *, private: bool) -> None:
    """Carry out the export of a format that phones share."""
    type_, rest = _type(session, form, words)
    made, kind, told = _made(session, form, type_, _refs(session, type_, rest), private=private)
    session.out.insist(found=bool(made))
    if to is not None:
        from crmcli.actions.exporting.to_file import insist_not_own  # noqa: PLC0415 - nothing of it goes to stdout

        insist_not_own(session.book, to)
    if to is not None and (to.is_dir() or not to.suffix):
        _to_folder(session, to, made, kind)
    else:
        _to_file(session, form, to, kind.whole(made), len(made))
    for sentence in told:
        session.out.note(sentence)


def _type(session: Session, form: str, words: Sequence[str]) -> tuple[RecordType, Sequence[str]]:
    """The type the first word names, else the usual one."""
    from crmcli.cli.exporting import ExportTypeError  # noqa: PLC0415 - it imports this
    from crmcli.cli.nouns import noun_names, nouns  # noqa: PLC0415

    setup = session.book.setup
    for type_ in nouns(setup):
        if words and words[0] in (type_.plural, type_.name, *type_.alias):
            return type_, words[1:]
    if USUAL[form] not in setup.types:
        raise ExportTypeError(form, words[0] if words else "", noun_names(setup))
    return setup.types[USUAL[form]], words


def _refs(session: Session, type_: RecordType, words: Sequence[str]) -> list[Ref]:
    from crmcli.reports.listing import Request, list_records  # noqa: PLC0415

    options = session.options
    table = list_records(
        session.book, type_, Request(list(words), "id", options.sort, options.limit or None, people=False)
    )
    for warning in table.warnings:
        session.out.note(f"warning: {warning}")
    return [parse_ref(ref) for ref in table.refs]


def _made(
    session: Session, form: str, type_: RecordType, refs: Sequence[Ref], *, private: bool
) -> tuple[list[Outgoing], Kind, list[str]]:
    """What goes out for some records, how it is written, and what is told afterwards."""
    book = session.book
    if form == "ical":
        from crmcli.actions.exporting.calendar import KIND, Todos, meetings_of  # noqa: PLC0415

        if type_.name != "task":
            return meetings_of(book, refs, private=private), KIND, []
        todos = Todos(book, type_, private=private)
        return [todos.of(ref) for ref in refs], KIND, []
    from crmcli.actions.exporting.cards import Cards, kind_of  # noqa: PLC0415

    cards = Cards(book, type_, private=private)
    made = [cards.of(ref) for ref in refs]
    return made, kind_of("4.0" if form == "vcard4" else "3.0"), cards.told


def _to_file(session: Session, form: str, to: Path | None, text: str, count: int) -> None:
    if to is None:
        session.out.stdout.write(text)
        return
    if session.options.dry_run:
        session.out.note(f"would write {to} ({form})")
        return
    from crmcli.actions.exporting.to_file import write_text  # noqa: PLC0415

    if to.exists() or to.is_symlink():
        session.ask_yes(f"Replace {to}?")
    write_text(to, iter([text]))
    session.out.note(f"{to}: {count:,} written.")


def _to_folder(session: Session, to: Path, records: Sequence[Outgoing], kind: Kind) -> None:
    from crmcli.actions.exporting.outgoing import ChangedThereError, write_folder  # noqa: PLC0415

    count = write_folder(session.book, to, records, kind, dry=session.options.dry_run)
    session.out.note(f"{to}: {'would be ' if session.options.dry_run else ''}{count.sentence}.")
    if count.left:
        raise ChangedThereError(to, count.left)
