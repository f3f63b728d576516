"""Attachments: files copied into `files/<plural>/<id>/`, the only place the book keeps foreign bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.ids import STEM_LIMIT
from crmcli.model.record import Ref
from crmcli.store import disk
from crmcli.store.pending import digest, digest_file
from crmcli.text.slug import slug

if TYPE_CHECKING:
    from crmcli.store.book import Book

FOLDER = "files"
TEXT_LIMIT = 1024 * 1024


class FileMissingError(UsageError):
    """A file that was named is not there or is no plain file."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be taken in: {why}", hint="name a plain file that you may read")


def copy_in(book: Book, ref: Ref, path: Path) -> str:
    """Copy a file into the book; return its path there. The same bytes under the same name are kept once."""
    content = _read(path)
    home = book.root / FOLDER / ref.plural / (ref.id or "new")
    disk.make_folder(home)
    stem = slug(path.stem, "file")[:STEM_LIMIT]
    suffix = "".join(c for c in path.suffix.lower() if c.isalnum() or c == ".")[:12]
    name = f"{stem}{suffix}"
    number = 1
    while (home / name).exists() and digest_file(home / name) != digest(content):
        number += 1
        name = f"{stem}-{number}{suffix}"
    if not (home / name).exists():
        disk.write_atomic(home / name, content)
        disk.sync_folder(home)
    return f"{FOLDER}/{ref.plural}/{ref.id or 'new'}/{name}"


def read_text_file(path: Path) -> str:
    """The text of a file for a text field, at most 1 MB of UTF-8."""
    content = _read(path)
    if len(content) > TEXT_LIMIT:
        raise FileMissingError(path, f"{len(content)} bytes are too much for a field")
    try:
        return content.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError as error:
        raise FileMissingError(path, f"byte {error.start} is not UTF-8") from None


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileMissingError(path, "there is no such file" if not path.exists() else "it is no plain file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileMissingError(path, error.strerror or "it cannot be read") from None


def attach_files(book: Book, ref: Ref, paths: Sequence[Path], *, field: str = "", dry_run: bool = False) -> Outcome:
    """Copy files in, name them in a file field when one is given, and log that they came."""
    record = book.read_record(ref)
    changes: list[Change] = []
    for path in paths:
        kept = copy_in(book, ref, path.expanduser()) if not dry_run else f"{FOLDER}/{ref}/{path.name}"
        if field:
            changes.append(_naming(book, record.ref, field, kept))
        changes.append(Change("log", ref, more={"kind": "note", "text": f"attached {path.name}", "file": kept}))
    return carry_out(book, changes, Request("attach", dry_run=dry_run))


def _naming(book: Book, ref: Ref, name: str, kept: str) -> Change:
    from crmcli.engines.form import field_of, typed_value  # noqa: PLC0415

    record_type = book.type_of(ref)
    field = field_of(record_type, name, book.setup.config.language)
    stored = typed_value(book, record_type, field, kept)
    return Change("set", ref, field.name, add=(stored,)) if field.many else Change("set", ref, field.name, to=stored)
