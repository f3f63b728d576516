"""An exported book goes into a fresh one, byte for byte: the same setup, records, journal and files.

A fresh book is one that `crm init` made and in which nothing happened since: its own member and the op that made it
give way. The file is read through before anything is touched, so one that was cut off or changed changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from crmcli.actions.exporting.whole_book import book_files
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.errors import ConflictError
from crmcli.store import disk
from crmcli.store.inside import insist_inner
from crmcli.store.layout import CONFIG
from crmcli.store.lock import locked
from crmcli.store.setup.kits import kit_files
from crmcli_formats.book import BookFile, BookFileBrokenError, read_files
from crmcli_formats.registry import Format

if TYPE_CHECKING:
    from crmcli.store.book import Book

CORE = "core"


class BookNotFreshError(ConflictError):
    """The book has something of its own."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"a whole book goes into a fresh one only: {what} is here",
            hint="crm init ANOTHER-FOLDER, and import it there",
        )


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import an exported book; raises `BookNotFreshError` (exit 5), and `BookFileBrokenError` (6) before anything is written."""
    del form
    names = _checked(path)
    segments = sum(name.startswith("journal/") for name in names)
    counts = f"{len(names):,} files, {segments:,} of them the journal,"
    with locked(book.root):
        before = _refuse_used(book)
        if not asked.dry_run:
            _replace(book, before, read_files(path))
    sentence = f"{counts} {'would be' if asked.dry_run else 'are'} imported as they were."
    return [_outcome(len(names), sentence, dry=asked.dry_run)]


def _checked(path: Path) -> list[str]:
    """The names of the files, after all of them were looked at."""
    names: list[str] = []
    folded: set[str] = set()
    for number, found in enumerate(read_files(path), 2):
        insist_inner(found.path)
        if found.path.casefold() in folded:
            raise BookFileBrokenError(path, number, f"{found.path} stands there twice")
        folded.add(found.path.casefold())
        names.append(found.path)
    if CONFIG not in names:
        raise BookFileBrokenError(path, 1, f"it has no {CONFIG}")
    for number, name in enumerate(names, 2):
        folder = next((str(above) for above in PurePosixPath(name).parents if str(above).casefold() in folded), "")
        if folder:
            raise BookFileBrokenError(path, number, f"{folder} is a file, and {name} would be in it")
    return names


def _refuse_used(book: Book) -> list[BookFile]:
    """The files of a fresh book; raises `BookNotFreshError` for one that is used."""
    book.index.refresh()
    first = book.index.row("SELECT op, json_extract(more, '$.cmd') FROM events ORDER BY id LIMIT 1")
    if first is not None:
        row = book.index.row('SELECT "on", "do" FROM events WHERE op <> ? ORDER BY id LIMIT 1', (first[0],))
        if row is not None or first[1] != "init":
            raise BookNotFreshError(f"{row[1]} of {row[0]}" if row else f"the op {first[1]}")
    own = {str(row[0]) for row in book.index.rows("SELECT path FROM files")} | {CONFIG}
    shipped = dict(kit_files(CORE))
    files = []
    for found in book_files(book.root):
        if found.path not in own and not found.path.startswith("journal/") and shipped.get(found.path) != found.content:
            raise BookNotFreshError(found.path)
        files.append(found)
    return files


def _replace(book: Book, before: list[BookFile], files: Iterator[BookFile]) -> None:
    """Put the files in the place of those before; where one cannot be written, all is as it was."""
    root = book.root
    config = b""
    written: list[Path] = []
    try:
        for found in before:
            if found.path != CONFIG:
                disk.remove(root / found.path)
        for found in files:
            if found.path == CONFIG:
                config = found.content
            else:
                written.append(root / found.path)
                _write(root, found)
        disk.write_atomic(root / CONFIG, config)
    except BaseException:
        _put_back(root, before, written)
        raise
    for name in ("segment", "me"):
        (book.state / name).unlink(missing_ok=True)
    disk.sync_all()


def _put_back(root: Path, before: list[BookFile], written: list[Path]) -> None:
    for path in written:
        if os.path.lexists(path):  # the last one may not have come to be
            path.unlink()
    for found in before:
        if not (root / found.path).exists():
            _write(root, found)


def _write(root: Path, found: BookFile) -> None:
    place = root / found.path
    place.parent.mkdir(parents=True, exist_ok=True)
    disk.write_new(place, found.content, sync=False, mode=0o777 if found.executable else 0o666)


def _outcome(files: int, sentence: str, *, dry: bool) -> ImportOutcome:
    return ImportOutcome("", None, files, files, 0, 0, 0, {}, 0, "", (), [], dry, sentence=sentence)
