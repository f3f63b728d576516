"""The editor: a copy of a record's file, opened in VISUAL or EDITOR."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.edit import apply_edit
from crmcli.cli.telling import tell
from crmcli.errors import CauseError, CrmError, UsageError
from crmcli.reports.telling import changed

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.model.record import Ref


class NoEditorError(UsageError):
    """No editor is known, or it could not be started."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no editor: {why}", hint="set VISUAL or EDITOR, for example EDITOR=vim")


class EditKeptError(CauseError):
    """The edited text could not be written; it is kept."""

    def __init__(self, error: CrmError, kept: Path) -> None:
        super().__init__(f"{error}\nyour text is kept in {kept}", error)


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
    chosen = session.environment.get("VISUAL") or session.environment.get("EDITOR")
    if not chosen and not session.terminal.answers:
        raise NoEditorError("this is no terminal, and none is named")
    words = shlex.split(chosen or "vi")
    try:
        done = subprocess.run([*words, str(path)], check=False)  # noqa: S603 - the person's own editor
    except OSError as error:
        raise NoEditorError(f"{words[0]}: {error.strerror}") from None
    if done.returncode:
        raise NoEditorError(f"{words[0]} ended with {done.returncode}; nothing was changed")
