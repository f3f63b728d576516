"""A list in the editor: written out, read back, compared with what the book says by then."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.editor import EditKeptError
from crmcli.actions.sheet import Cell, Sheet, changed_cells, removed_lines, write_cells
from crmcli.cli.editing import open_editor
from crmcli.cli.telling import tell
from crmcli.errors import CrmError
from crmcli.query.columns import split_columns
from crmcli.query.sql import Sql
from crmcli.reports.listing import Request, list_records
from crmcli.reports.telling import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.engines.outcome import Outcome
    from crmcli.reports.table import Table


def edit_sheet(session: Session, words: Sequence[str]) -> None:
    """Open the list in the editor and write what was changed; on a refusal the text stays where the message says."""
    table = _list(session, words, session.options.columns, session.options.limit or None)
    sheet = _sheet(session, table)
    session.out.insist(found=bool(sheet.rows))
    if not sheet.rows:
        session.out.note(f"no {sheet.type.name} is found: there is nothing to edit")
        return
    home = Path(tempfile.mkdtemp(prefix="crm-sheet-"))
    copy = home / f"{sheet.type.plural}.txt"
    number = f"{table.found} found" if table.found == len(sheet.rows) else f"{len(sheet.rows)} of {table.found} found"
    copy.write_text(sheet.text(f"{' '.join(['crm', sheet.type.plural, *words])}: {number}."), encoding="utf-8")
    open_editor(session, copy)
    try:
        outcome, left = _write(session, sheet, copy)
    except CrmError as error:
        raise EditKeptError(error, copy) from None
    if outcome is None:
        session.out.note("nothing to change.")
    else:
        tell(session, outcome, f"changed {named(session.book, outcome) if outcome.refs else ''}.")
    if left:
        session.out.note(
            "1 line was removed: its record stays as it is"
            if left == 1
            else f"{left} lines were removed: their records stay as they are"
        )
    copy.unlink()
    home.rmdir()


def _write(session: Session, sheet: Sheet, copy: Path) -> tuple[Outcome | None, int]:
    text = copy.read_text(encoding="utf-8", errors="surrogateescape")
    cells = changed_cells(sheet, text)
    left = removed_lines(sheet, text)
    if not cells:
        return None, left
    session.book.index.stale()
    outcome = write_cells(
        session.book, sheet, cells, lambda: _now(session, sheet, cells), dry_run=session.options.dry_run
    )
    return outcome, left


def _list(
    session: Session, words: Sequence[str], columns: str, limit: int | None = None, only: Sql | None = None
) -> Table:
    """The records with their ids, as files hold them; all of them, on a terminal too, without a `limit`."""
    if columns and "id" not in split_columns(columns):
        columns = f"id,{columns}"
    request = Request(words, columns, session.options.sort, limit, only=only)
    return list_records(session.book, session.record_type, request)


def _sheet(session: Session, table: Table) -> Sheet:
    forms = [column.form.script for column in table.columns]
    rows = {
        ref.partition("/")[2]: [
            "" if cell is None else str(form(cell) if form else cell) for form, cell in zip(forms, row, strict=True)
        ]
        for ref, row in zip(table.refs, table.rows, strict=True)
    }
    return Sheet(session.record_type, tuple(column.name for column in table.columns), rows)


def _now(session: Session, sheet: Sheet, cells: Sequence[Cell]) -> Sheet:
    """The changed rows as the book has them now, archived ones too."""
    names = list(dict.fromkeys(cell.name for cell in cells))
    asked = Sql(f"r.id IN ({', '.join('?' * len(names))})", tuple(names))
    return _sheet(session, _list(session, ["archived:any,none"], ",".join(sheet.columns), only=asked))
