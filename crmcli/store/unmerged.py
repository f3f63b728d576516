"""What a merge left for people: git's unmerged entries, and record files with conflict markers in them.

Where git holds the versions (stages 1, 2 and 3 of its index) the merge is done again by field, whoever tried before: crm's
driver, git alone, a git host. What stands in the file counts: a person may have settled a part of it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Ref
from crmcli.store import disk, git
from crmcli.store.journal import is_segment
from crmcli.store.merge_driver import record_type_of, side_labels
from crmcli.store.merge_text import merge_segment, merge_text
from crmcli.store.merging import WHOLE, FieldConflict, Merged, clean, differing, merge_record
from crmcli.store.records import ref_of
from crmcli.text.markers import Labels, sides_of

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

_BASE, _OURS, _THEIRS = "1", "2", "3"
_NO_RECORD = Ref("", "")


class Left(NamedTuple):
    """A file that a merge left: how it merges as it stands, and what it came from.

    `ref` is empty for a file that is no record. `present` is what lies there (None: nothing), `ours` and `theirs` what the
    sides had. `staged`: git holds the versions, and waits for the file to be added. `unclear`: it has markers that do not
    pair, so that only a person can tell what belongs to whom.
    """

    path: str
    ref: Ref
    merged: Merged
    present: bytes | None
    ours: bytes | None
    theirs: bytes | None
    staged: bool = False
    unclear: bool = False


def find_left(book: Book) -> list[Left]:
    """Everything a merge left, by path; nothing is written."""
    repository = git.find_repository(book.root)
    labels = side_labels(book.root)
    found = {left.path: left for left in _unmerged(book, repository, labels)} if repository else {}
    rows = book.index.rows("SELECT path FROM problems WHERE code = 'conflict-markers' ORDER BY path")
    for path in (str(row[0]) for row in rows):
        if path not in found:
            found[path] = _marked(book, path, labels)
    return [found[path] for path in sorted(found)]


def _unmerged(book: Book, repository: git.Repository, labels: Labels) -> Iterator[Left]:
    prefix = git.prefix_of(repository, book.root)
    where = ("--", f":(literal){prefix}") if prefix else ()
    stages: dict[str, dict[str, str]] = {}
    for entry in git.run(repository.top, "ls-files", "-u", "-z", *where).split("\0"):
        meta, _, path = entry.partition("\t")
        if path:
            _, blob, stage = meta.split()
            stages.setdefault(path.removeprefix(prefix), {})[stage] = blob
    with git.Blobs(repository) as blobs:
        for path, names in stages.items():
            yield _staged(book, path, {stage: blobs.read(blob) for stage, blob in names.items()}, labels)


def _staged(book: Book, path: str, stages: Mapping[str, bytes | None], labels: Labels) -> Left:
    """A file of which git holds the versions."""
    base, ours, theirs = (stages.get(stage) for stage in (_BASE, _OURS, _THEIRS))
    present = _present(book.root / path)
    record_type = record_type_of(book.setup, path)
    if record_type is not None:
        merged = _merged_record(book, record_type, (base, ours, theirs), present, labels)
    else:
        merged = _merged_file(path, (base, ours, theirs), present, labels)
    return Left(path, _ref(path, record_type), merged, present, ours, theirs, staged=True)


def _merged_record(
    book: Book,
    record_type: RecordType,
    stages: tuple[bytes | None, bytes | None, bytes | None],
    present: bytes | None,
    labels: Labels,
) -> Merged:
    """How a record merges: what a person made of it, else what its sides, as they stand in the file, come to."""
    base, ours, theirs = stages
    if present is None:
        return clean(None)
    if base is None and (ours is None or theirs is None):  # both renamed it: two names, and each has one side
        versions = (_of_side(present, _OURS), None) if theirs is None else (None, _of_side(present, _THEIRS))
        return Merged(present, (_whole(None, *versions),), *versions)
    if ours is None or theirs is None:
        edited = ours is None and theirs is not None
        return merge_record(base, *((None, present) if edited else (present, None)), labels=labels)
    text = present.decode("utf-8", "surrogateescape")
    sides = sides_of(text)
    if sides is not None:
        ours, theirs = (side.encode("utf-8", "surrogateescape") for side in sides[:2])
    elif present != ours and not _has_markers(text):
        return clean(present)
    return merge_record(base, ours, theirs, record_type, book.setup.types, labels=labels)


def _of_side(present: bytes, side: str) -> bytes:
    """A file as a side has it, where what git merged into it contradicts (it puts the same text under both names)."""
    sides = sides_of(present.decode("utf-8", "surrogateescape"))
    if sides is None:
        return present
    return (sides.ours if side == _OURS else sides.theirs).encode("utf-8", "surrogateescape")


def _merged_file(
    path: str, stages: tuple[bytes | None, bytes | None, bytes | None], present: bytes | None, labels: Labels
) -> Merged:
    """How another file merges: by a side, or as a person left it."""
    base, ours, theirs = stages
    if present is None or (present not in (ours, theirs) and not _has_markers(present.decode("utf-8", "replace"))):
        return clean(present)
    if ours is not None and theirs is not None:
        found = (merge_segment if is_segment(path.rpartition("/")[2]) else merge_text)(
            base or b"", ours, theirs, labels
        )
        if not found.conflict:
            return clean(found.content)
    return Merged(present, (_whole(base, ours, theirs),), ours, theirs)


def _marked(book: Book, path: str, labels: Labels) -> Left:
    """A record file with markers of which git knows nothing (any more)."""
    record_type = record_type_of(book.setup, path)
    present = _present(book.root / path) or b""
    sides = sides_of(present.decode("utf-8", "surrogateescape"))
    if sides is None:
        merged = Merged(present, (_whole(None, None, None),), present, present)
        return Left(path, _ref(path, record_type), merged, present, present, present, unclear=True)
    ours, theirs = (side.encode("utf-8", "surrogateescape") for side in sides[:2])
    found: Merged | None
    if sides.base is None:
        found = differing(ours, theirs, labels)
    else:
        base = sides.base.encode("utf-8", "surrogateescape")
        found = merge_record(base, ours, theirs, record_type, book.setup.types, labels=labels)
    if found is None:
        found = Merged(present, (_whole(None, ours, theirs),), ours, theirs)
    return Left(path, _ref(path, record_type), found, present, ours, theirs)


def _whole(base: bytes | None, ours: bytes | None, theirs: bytes | None) -> FieldConflict:
    base_, ours_, theirs_ = (None if x is None else x.decode("utf-8", "replace") for x in (base, ours, theirs))
    return FieldConflict(WHOLE, base_, ours_, theirs_)


def _ref(path: str, record_type: RecordType | None) -> Ref:
    return _NO_RECORD if record_type is None else ref_of(path)


def _present(place: Path) -> bytes | None:
    try:
        return disk.read_whole(place)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _has_markers(text: str) -> bool:
    return any(line.startswith(("<<<<<<<", ">>>>>>>")) for line in text.splitlines())
