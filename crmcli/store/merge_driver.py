"""What git's merge driver does with one file (STORE rule 22): no index, no lock, the book only asked for its schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import UsageError
from crmcli.store import disk, git
from crmcli.store.journal import is_segment
from crmcli.store.layout import STATE
from crmcli.store.merge_text import merge_segment, merge_text
from crmcli.store.merging import FieldConflict, Merged, merge_record
from crmcli.text.markers import Labels

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType, Setup

_FENCE = b"---"


class MergeInputError(UsageError):
    """git's versions of a file cannot be read, or the result not written."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f"{path} cannot be merged: {error.strerror or error}", hint="git merges it line by line instead"
        )


class MergedFile(NamedTuple):
    """What became of a file: its fields in conflict (none for files that are no records), and whether anything is."""

    fields: tuple[FieldConflict, ...]
    conflict: bool


def merge_files(base: Path, ours: Path, theirs: Path, path: str) -> MergedFile:
    """Merge git's three versions of `path` (relative to the current folder) into the one at `ours`.

    Records are merged by field, segments by adding, everything else by lines. Raises `MergeInputError` (exit 2) with
    nothing written.
    """
    try:
        old, mine, yours = (disk.read_whole(place) for place in (base, ours, theirs))
        content, found = _merged(Path.cwd() / path, old, mine, yours)
        if content != mine:
            disk.write_atomic(ours, content, sync=False)
    except OSError as error:
        raise MergeInputError(path, error) from error
    return found


def side_labels(start: Path) -> Labels:
    """What the markers call the sides: while git rebases, *ours* is the other branch and *theirs* the commit being moved."""
    repository = git.find_repository(start)
    if repository is not None and any((repository.folder / name).exists() for name in ("rebase-merge", "rebase-apply")):
        return Labels("ours (the branch rebased onto)", "theirs (the commit being rebased)")
    return Labels()


def _merged(place: Path, old: bytes, mine: bytes, yours: bytes) -> tuple[bytes, MergedFile]:
    labels = side_labels(Path.cwd())
    if place.suffix == ".md":
        merged = _as_record(place, old, mine, yours, labels)
        if merged is not None:
            return merged.content or b"", MergedFile(merged.conflicts, bool(merged.conflicts))
    found = (merge_segment if is_segment(place.name) else merge_text)(old, mine, yours, labels)
    return found.content, MergedFile((), found.conflict)


def _as_record(place: Path, old: bytes, mine: bytes, yours: bytes, labels: Labels) -> Merged | None:
    """Merge by fields; None for what is no record: pages of a book, files without front matter outside of one."""
    known = type_at(place)
    if known is None:
        fenced = all(side.startswith(_FENCE) for side in (mine, yours))
        return merge_record(old or None, mine, yours, labels=labels) if fenced else None
    setup, record_type = known
    if record_type is None:
        return None
    return merge_record(old or None, mine, yours, record_type, setup.types, labels=labels)


def type_at(place: Path) -> tuple[Setup, RecordType | None] | None:
    """What the engine files around a file say, and the type of the record it is (None: of none); None outside every book."""
    from crmcli.store.book import find_book, open_book  # noqa: PLC0415 - most of a book is not needed

    root = find_book(place.parent)
    if root is None:
        return None
    setup = open_book(root).setup
    return setup, record_type_of(setup, place.relative_to(root).as_posix())


def record_type_of(setup: Setup, path: str) -> RecordType | None:
    """The type of the record that a path of the book is, None for any other file."""
    folder, slash, _ = path.partition("/")
    if not slash or not path.endswith(".md") or folder == STATE:
        return None
    found = setup.by_plural(folder)
    return None if found is None or found.embedded else found
