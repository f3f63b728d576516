"""A record's file in the person's editor, while the screen steps aside."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.app import App, SuspendNotSupported

from crmcli.errors import CrmError
from crmcli.model.record import Ref, parse_ref
from crmcli.reports.reasons import subject_of
from crmcli_tui.deeds import Deed, edit
from crmcli_tui.desk import trouble_of
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

    try:
        copy = _copy_of(file)
    except OSError as error:
        return trouble_of(error)
    try:
        with app.suspend():
            run_editor(os.environ, copy)
    except SuspendNotSupported:
        _forget(copy)
        return Trouble("this terminal cannot be given to an editor", "edit the file itself: the screen follows")
    except CrmError as error:
        return _after_failure(error, file, copy)
    try:
        edited = copy.read_bytes()
    except OSError as error:
        return trouble_of(error)
    if edited == file.content:
        _forget(copy)
        return None
    return _kept_unless_done(edit(file.ref, file.content, edited), copy)


def _copy_of(file: File) -> Path:
    copy = Path(tempfile.mkdtemp(prefix="crm-edit-")) / f"{file.ref.id}.md"
    copy.write_bytes(file.content)
    return copy


def _after_failure(error: CrmError, file: File, copy: Path) -> Trouble:
    """What an editor that failed had saved before stays where the message says."""
    if copy.is_file() and copy.read_bytes() != file.content:
        from crmcli.actions.editor import EditKeptError  # noqa: PLC0415

        kept = EditKeptError(error, copy)
        return Trouble(str(kept), kept.hint)
    _forget(copy)
    return Trouble(str(error), error.hint)


def _kept_unless_done(deed: Deed, copy: Path) -> Deed:
    def do(book: Book) -> Told:
        from crmcli.actions.editor import EditKeptError  # noqa: PLC0415
        from crmcli.store.remedy import remedy, system_sentence  # noqa: PLC0415 - only where the disk fails

        try:
            told = deed(book)
        except CrmError as error:
            raise EditKeptError(error, copy) from None
        except OSError as error:
            raise EditKeptError(CrmError(system_sentence(error), hint=remedy(error)), copy) from None
        _forget(copy)
        return told

    return do


def _forget(copy: Path) -> None:
    """Remove our folder with the copy, and what an editor left beside it; what cannot be removed is no loss."""
    shutil.rmtree(copy.parent, ignore_errors=True)
