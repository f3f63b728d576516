"""Attachments: files copied into `files/<plural>/<id>/`, the only place the book keeps foreign bytes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.engines.outcome import Outcome
from crmcli.engines.road import ChangedMeanwhileError, Request, carry_out
from crmcli.errors import UsageError
from crmcli.light import NamedTuple
from crmcli.model.change import Change
from crmcli.model.ids import STEM_LIMIT
from crmcli.model.keys import key_of
from crmcli.model.record import Ref
from crmcli.store import disk, pending
from crmcli.store.inside import Inside
from crmcli.store.lock import locked
from crmcli.store.pending import digest, digest_file
from crmcli.text.slug import slug

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

FOLDER = "files"
TEXT_LIMIT = 1024 * 1024


class FileMissingError(UsageError):
    """A file that was named is not there or is no plain file."""

    def __init__(self, path: Path, why: str, hint: str = "name a plain file that you may read") -> None:
        super().__init__(f"{path} cannot be taken in: {why}", hint=hint)


class NotAFileFieldError(UsageError):
    """`--field` names a field that holds no files."""

    def __init__(self, record_type: RecordType, field: Field) -> None:
        files = [f.name for f in record_type.fields.values() if f.type in ("file", "image")]
        line = 'contract = { type = "file" }'
        super().__init__(
            f"{record_type.name}.{field.name} holds no files",
            hint=f"file fields: {', '.join(files)}"
            if files
            else f"a line such as `{line}` in {record_type.path} makes one",
        )


class _Copy(NamedTuple):
    """A file to be copied into the book: its path there, its bytes."""

    kept: str
    content: bytes


class Copies:
    """Files that a command names, each planned once however often its words are read; whoever writes makes the copies."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._planned: dict[tuple[Ref, Path], _Copy] = {}
        self._lacking: list[_Copy] = []

    def kept(self, ref: Ref, path: Path) -> str:
        """Where the copy of a file lies or will lie; the same bytes under the same name are kept once."""
        found = self._planned.get((ref, path))
        if found is None:
            found = self._planned[ref, path] = self._plan(ref, path)
            if not (self._book.root / found.kept).exists():
                self._lacking.append(found)
        return found.kept

    def make(self) -> list[str]:
        """Copy what is not there yet, durably, and say where to; raises `ChangedMeanwhileError` (exit 5) when somebody was faster."""
        with locked(self._book.root) if self._lacking else nullcontext():
            for copy in self._lacking:
                target = self._book.root / copy.kept
                if _is_another(target, copy.content):  # another command took the name while this one waited
                    raise ChangedMeanwhileError(copy.kept)
                if not target.exists():  # the same bytes, named twice or copied in by somebody else
                    disk.write_by_way_of(self._book.state / pending.FOLDER, target, copy.content)
        made = [copy.kept for copy in self._lacking]
        self._lacking.clear()
        return made

    def _plan(self, ref: Ref, path: Path) -> _Copy:
        content = _read(path)
        home = f"{FOLDER}/{ref}"
        Inside(self._book.root).insist(f"{home}/x")
        stem = slug(path.stem, "file")[:STEM_LIMIT]
        suffix = "".join(c for c in path.suffix.lower() if c.isalnum() or c == ".")[:12].rstrip(".")
        name = f"{stem}{suffix}"
        number = 1
        while self._is_taken(f"{home}/{name}", content):
            number += 1
            name = f"{stem}-{number}{suffix}"
        return _Copy(f"{home}/{name}", content)

    def _is_taken(self, kept: str, content: bytes) -> bool:
        claimed = any(copy.kept == kept and copy.content != content for copy in self._planned.values())
        return claimed or _is_another(self._book.root / kept, content)


def _is_another(path: Path, content: bytes) -> bool:
    """Whether a name is taken by something else than a file of these bytes."""
    try:
        return os.path.lexists(path) and digest_file(path) != digest(content)
    except OSError:
        return True


def read_text_file(path: Path) -> str:
    """The text of a file for a text field, at most 1 MB of UTF-8."""
    content = _read(path, TEXT_LIMIT + 1)
    if len(content) > TEXT_LIMIT:
        raise FileMissingError(path, "more than 1 MB is too much for a field", "`crm attach` keeps large files")
    try:
        return content.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError as error:
        raise FileMissingError(path, f"byte {error.start} is not UTF-8", "save it as UTF-8 text") from None


def _read(path: Path, most: int = 1 << 62) -> bytes:
    """The bytes of a file, wherever its name leads, at most so many; what is no plain file keeps nobody waiting."""
    try:
        return disk.read_whole(Path(os.path.realpath(path)), most)
    except FileNotFoundError:
        raise FileMissingError(path, "there is no such file") from None
    except disk.NotPlainError:
        raise FileMissingError(path, "it is no plain file") from None
    except OSError as error:
        raise FileMissingError(path, error.strerror or "it cannot be read") from None


def attach_files(book: Book, ref: Ref, paths: Sequence[Path], *, field: str = "", dry_run: bool = False) -> Outcome:
    """Copy files in, name them in a file field when one is given, and log those that are new."""
    copies = Copies(book)
    changes: list[Change] = []
    for path in paths:
        kept = copies.kept(ref, path.expanduser())
        if field:
            changes.append(_naming(book, ref, field, kept))
        if not _is_told(book, ref, kept):
            more: dict[str, object] = {"kind": "note", "text": f"attached {_told_name(path)}", "file": kept}
            changes.append(Change("log", ref, more=more))
    if not dry_run:
        copies.make()
    return carry_out(book, changes, Request("attach", dry_run=dry_run))


def _told_name(path: Path) -> str:
    r"""A file's name as text: bytes that are no UTF-8, as other systems leave them, are spelt out (`offer\xe9.pdf`)."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def _is_told(book: Book, ref: Ref, kept: str) -> bool:
    """Whether the log tells of a copy; one that lies there untold is from a command that was cut off."""
    found = book.index.row(
        """SELECT 1 FROM events WHERE "on" = ? AND "do" = 'log' AND json_extract(more, '$.file') = ? LIMIT 1""",
        (str(ref), kept),
    )
    return found is not None


def _naming(book: Book, ref: Ref, name: str, kept: str) -> Change:
    from crmcli.engines.form import field_of, typed_value  # noqa: PLC0415

    record_type = book.type_of(ref)
    field = field_of(record_type, name)
    if field.type not in ("file", "image"):
        raise NotAFileFieldError(record_type, field)
    stored, key = typed_value(book, record_type, field, kept), key_of(field, book.read_record(ref).fields)
    return Change("set", ref, key, add=(stored,)) if field.many else Change("set", ref, key, to=stored)
