"""What `crm export` does: which words are what, which file is written, what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.cli.nearest_name import nearest_name
from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.model.schema import RecordType
    from crmcli.reports.table import Table

TEXTS = ("csv", "tsv", "json", "jsonl", "md")
SHARED = ("vcard", "vcard4", "ical")
"""Formats that phones share: one file, or a folder of them."""
LEDGERS = ("hledger", "beancount")
"""Formats of bookkeeping: won deals."""
FORMATS = (*TEXTS, "xlsx", "parquet", *SHARED, *LEDGERS, "sqlite", "book")
WHOLE = ("sqlite", "book")
"""Formats of all records."""


class ExportFormatError(UsageError):
    """No format, or one that does not exist."""

    def __init__(self, name: str) -> None:
        close = nearest_name(name, FORMATS) if name else ""
        asked = f"there is no format `{name}` to export to" if name else "export to which format?"
        super().__init__(asked, hint=f"did you mean {close}?" if close else f"one of {', '.join(FORMATS)}")


class ExportTypeError(UsageError):
    """No record type where the format needs one, or one where it has all."""

    def __init__(self, form: str, word: str, known: list[str]) -> None:
        close = nearest_name(word, known) if word else ""
        if form in WHOLE:
            super().__init__(
                f"{form} has all records: {word!r} cannot choose among them", hint=f"crm export {form} --to FILE"
            )
            return
        asked = f"there is no record type `{word}`" if word else f"which records shall be {form}?"
        whole = "; crm export jsonl has the whole book" if form == "json" and not word else ""
        super().__init__(asked, hint=f"did you mean {close}?" if close else f"one of {', '.join(known)}{whole}")


class ExportPlaceError(UsageError):
    """A format that no terminal shows, and no file named."""

    def __init__(self, form: str) -> None:
        super().__init__(
            f"{form} is written to a file", hint=f"name it: --to FILE.{'db' if form == 'sqlite' else form}"
        )


def export(
    session: Session, words: list[str], to: Path | None, *, private: bool, accounts: tuple[str, str] = ("", "")
) -> None:
    """Carry out the command."""
    form, rest = (words[0] if words else ""), words[1:]
    if form not in FORMATS:
        raise ExportFormatError(form)
    if form in SHARED:
        from crmcli.cli.sharing_out import share_out  # noqa: PLC0415

        share_out(session, form, rest, to, private=private)
        return
    if form in LEDGERS:
        from crmcli.cli.ledgers import entries  # noqa: PLC0415 - it imports this

        pieces = entries(session, form, rest, accounts, private=private)
        _write(session, form, to, _text(session, lambda: pieces))
        return
    if form == "jsonl" and not rest:
        form = "book"
        session.out.note("the whole book, private fields too; crm export jsonl TYPE writes the records of one type")
    if to is None and form not in (*TEXTS, "book"):
        raise ExportPlaceError(form)
    book = session.book
    if form in WHOLE:
        if rest:
            raise ExportTypeError(form, rest[0], [])
        _write(session, form, to, _whole(session, form, private=private))
        return
    type_ = _type(session, form, rest[0] if rest else "")
    table = _table(session, type_, rest[1:], private=private)
    session.out.insist(found=bool(table.rows))
    for warning in table.warnings:
        session.out.note(f"warning: {warning}")
    if form in ("xlsx", "parquet"):
        _write(session, form, to, _typed(table, type_, form, book.setup.config.currency))
    else:
        _write(session, form, to, _text(session, lambda: _pieces(table, form)))


Writer = Callable[[Path | None], str]
"""Writes to a file, or to stdout without one, and says what it wrote."""


def _write(session: Session, form: str, to: Path | None, writer: Writer) -> None:
    """Write unless it is a dry run; a file that is there is replaced only on a yes."""
    if to is None:
        writer(None)
        return
    from crmcli.actions.exporting.to_file import insist_not_own  # noqa: PLC0415 - nothing of it goes to stdout

    insist_not_own(session.book, to)
    if session.options.dry_run:
        session.out.note(f"would write {to} ({form})")
        return
    if (to.exists() or to.is_symlink()) and not to.is_dir():
        session.ask_yes(f"Replace {to}?")
    session.out.note(f"{to}: {writer(to)}.")


def _text(session: Session, pieces: Callable[[], Iterator[str]]) -> Writer:
    def write(path: Path | None) -> str:
        if path is None:
            for piece in pieces():
                session.out.stdout.write(piece)
            return ""
        from crmcli.actions.exporting.to_file import write_text  # noqa: PLC0415

        write_text(path, pieces())
        return f"{path.stat().st_size:,} bytes"

    return write


def _pieces(table: Table, form: str) -> Iterator[str]:
    if form == "md":
        from crmcli.render.table import markdown  # noqa: PLC0415

        return iter([markdown(table)])
    from crmcli.render import scripts  # noqa: PLC0415

    if form == "csv":
        table = scripts.one_item_a_line(table)
    writers = {"csv": scripts.csv, "tsv": scripts.tsv, "json": scripts.json_array, "jsonl": scripts.jsonl}
    return writers[form](table)


def _typed(table: Table, type_: RecordType, form: str, currency: str) -> Writer:
    def write(path: Path | None) -> str:
        from crmcli.actions.exporting.to_file import write_parquet, write_workbook  # noqa: PLC0415
        from crmcli.render.typed import typed_rows  # noqa: PLC0415

        names = [column.name for column in table.columns]
        place, rows = path or Path(), typed_rows(table, percent=form == "parquet")
        count = (
            write_workbook(place, type_.plural, names, rows, currency)
            if form == "xlsx"
            else write_parquet(place, names, rows)
        )
        return "1 row" if count == 1 else f"{count:,} rows"

    return write


def _whole(session: Session, form: str, *, private: bool) -> Writer:
    if form == "book":
        from crmcli.actions.exporting.whole_book import book_lines  # noqa: PLC0415

        return _text(session, lambda: book_lines(session.book))

    def write(path: Path | None) -> str:
        from crmcli.actions.exporting.to_file import write_snapshot  # noqa: PLC0415

        session.book.index.refresh()
        return f"{len(write_snapshot(path or Path(), session.book, private=private))} tables"

    return write


def _type(session: Session, form: str, word: str) -> RecordType:
    from crmcli.cli.nouns import noun_names, nouns  # noqa: PLC0415

    setup = session.book.setup
    for type_ in nouns(setup):
        if word and word in (type_.plural, type_.name, *type_.alias):
            return type_
    raise ExportTypeError(form, word, noun_names(setup))


def _table(session: Session, type_: RecordType, words: list[str], *, private: bool) -> Table:
    from crmcli.reports.listing import Request, list_records  # noqa: PLC0415

    options = session.options
    columns = options.columns or ",".join(_columns(type_, private=private))
    limit = options.limit or None
    return list_records(session.book, type_, Request(words, columns, options.sort, limit, people=False))


def _columns(type_: RecordType, *, private: bool) -> list[str]:
    """Everything a record stores, but rows inside of it and what is private."""
    fields = [f.name for f in type_.fields.values() if not f.calc and not f.embedded and (private or not f.private)]
    return ["id", *fields, "tags", "created"]
