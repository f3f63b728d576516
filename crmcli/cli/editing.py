"""The editor: a copy of a record's file, opened in VISUAL or EDITOR."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.edit import apply_edit
from crmcli.actions.editor import EditKeptError, run_editor
from crmcli.cli.telling import tell
from crmcli.errors import CrmError
from crmcli.reports.telling import changed

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.model.record import Ref


def edit_record(session: Session, ref: Ref) -> None:
    """Edit one record; on a refusal the text stays where the message says."""
    book = session.book
    base = book.record_bytes(ref)
    home = Path(tempfile.mkdtemp(prefix="crm-edit-"))
    copy = home / f"{ref.id}.md"
    copy.write_bytes(base)
    open_editor(session, copy)
    edited = copy.read_bytes()
    if edited != base:
        try:
            outcome = apply_edit(book, ref, base, edited, dry_run=session.options.dry_run)
        except CrmError as error:
            raise EditKeptError(error, copy) from None
        tell(session, outcome, changed(session.book, outcome))
    else:
        session.out.note("nothing to change.")
    copy.unlink()
    home.rmdir()


def open_editor(session: Session, path: Path) -> None:
    """Run the person's editor on a file and wait for it."""
    run_editor(session.environment, path, terminal=session.terminal.answers)
