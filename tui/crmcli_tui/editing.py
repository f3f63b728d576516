"""A record's file in the person's editor, while the screen steps aside."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.app import App, SuspendNotSupported

from crmcli.errors import CrmError
from crmcli.model.record import Ref, parse_ref
from crmcli.reports.reasons import subject_of
from crmcli_tui.deeds import Deed, edit
from crmcli_tui.messages import Told, Trouble

if TYPE_CHECKING:
    from crmcli.store.book import Book


class File(NamedTuple):
    """A record and its file's bytes."""

    ref: Ref
    content: bytes


def file_of(ref: str, book: Book) -> File:
    """The file of what a line is about."""
    subject = subject_of(book, parse_ref(ref))
    return File(subject, book.record_bytes(subject))


def edit_copy(app: App[None], file: File) -> Deed | Trouble | None:
    """Let the editor have the terminal and a copy of the file; what to do then, why not, or None for no change.

    The copy stays where the message says when what was written in it is refused.
    """
    from crmcli.actions.editor import run_editor  # noqa: PLC0415 - few rounds edit

    home = Path(tempfile.mkdtemp(prefix="crm-edit-"))
    copy = home / f"{file.ref.id}.md"
    copy.write_bytes(file.content)
    try:
        with app.suspend():
            run_editor(os.environ, copy)
    except SuspendNotSupported:
        _forget(copy)
        return Trouble("this terminal cannot be given to an editor", "edit the file itself: the screen follows")
    except CrmError as error:
        _forget(copy)
        return Trouble(str(error), error.hint)
    edited = copy.read_bytes()
    if edited == file.content:
        _forget(copy)
        return None
    return _kept_unless_done(edit(file.ref, file.content, edited), copy)


def _kept_unless_done(deed: Deed, copy: Path) -> Deed:
    def do(book: Book) -> Told:
        from crmcli.actions.editor import EditKeptError  # noqa: PLC0415

        try:
            told = deed(book)
        except CrmError as error:
            raise EditKeptError(error, copy) from None
        _forget(copy)
        return told

    return do


def _forget(copy: Path) -> None:
    copy.unlink()
    copy.parent.rmdir()
