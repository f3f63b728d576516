"""Joining sealed segments into packs, so that a year of commits does not leave thousands of files (STORE rule 5, SETTLED 11).

A pack holds segments of one clone, so that this clone still knows its own ops. Its bytes depend only on the events in it,
and its name on its bytes and that clone: whoever packs the same segments makes the same file. The pack is durable before
a segment goes; what a crash leaves twice is read once, since ids are unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.event import Event
from crmcli.model.ids import ulid_milliseconds
from crmcli.store import disk, git, pending
from crmcli.store.clone import open_segment
from crmcli.store.journal import SEGMENT_LIMIT, SUFFIX, decode_line, segment_paths
from crmcli.store.layout import JOURNAL
from crmcli.store.pending import digest

if TYPE_CHECKING:
    from crmcli.store.book import Book

AGE = timedelta(days=7)
"""Younger segments stay: somebody may still be merging them."""

PREFIX = "pack-"


class Packed(NamedTuple):
    """Packs written and segments that went into them, relative to the book."""

    packs: list[str]
    segments: list[str]


class _Line(NamedTuple):
    """An event and its line as it stands, without the newline."""

    event: Event
    text: bytes


def pack(book: Book, *, dry_run: bool = False) -> Packed:
    """Pack every month's sealed segments of each clone that are shared and old enough; under the lock."""
    packs: list[str] = []
    gone: list[str] = []
    for begun, paths in _by_month_and_clone(_ripe(book)).items():
        lines = {path: lines for path in paths if (lines := _lines(book.root / path)) is not None}
        wanted = {f"{begun}{digest(content)}{SUFFIX}": content for content in _contents(lines.values())}
        old = [path for path in lines if path not in wanted]
        if not old or len(lines) < 2:
            continue
        new = [path for path in wanted if path not in lines]
        if not dry_run:
            _write(book, {path: wanted[path] for path in new}, old)
        packs += new
        gone += old
    if gone and not dry_run:
        book.index.stale()
    return Packed(packs, gone)


def _write(book: Book, packs: dict[str, bytes], segments: Iterable[str]) -> None:
    """Write packs, each durable, then remove what is in them."""
    for path, content in packs.items():
        disk.write_by_way_of(book.state / pending.FOLDER, book.root / path, content)
    folders = {(book.root / path).parent for path in segments}
    for path in segments:
        disk.remove(book.root / path)
    for folder in sorted(folders):
        disk.sync_folder(folder)


def _by_month_and_clone(paths: Iterable[str]) -> dict[str, list[str]]:
    """Segments by how the names of their packs begin."""
    found: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        clone, hyphen, _ = name.removeprefix(PREFIX).partition("-")
        found.setdefault(f"{folder}/{PREFIX}{clone}-" if hyphen else f"{folder}/{PREFIX}", []).append(path)
    return found


def names_of(clone: str) -> tuple[str, str]:
    """The paths of a clone's segments and packs, as patterns of SQL's LIKE."""
    return f"{JOURNAL}/%/{clone}-%", f"{JOURNAL}/%/{PREFIX}{clone}-%"


def _ripe(book: Book) -> list[str]:
    """Segments that nobody appends to any more: shared (in the upstream branch, else HEAD) as they lie here, and old enough."""
    limit = int((book.now() - AGE).timestamp() * 1000)
    newest = {
        str(row[0]): str(row[1])
        for row in book.index.rows(
            "SELECT s.path, max(e.id) FROM segments s JOIN events e ON e.seg = s.no GROUP BY s.no"
        )
    }
    repository = git.find_repository(book.root)
    head = git.head_mark(repository) if repository else None
    begun = open_segment(book.root, book.state, head, book.now())
    paths = [path.relative_to(book.root).as_posix() for path in segment_paths(book.root)]
    old = [path for path in paths if path != begun and ulid_milliseconds(newest.get(path, "")) < limit]
    return old if repository is None else _shared(repository, book, old)


def _shared(repository: git.Repository, book: Book, paths: list[str]) -> list[str]:
    prefix = git.prefix_of(repository, book.root)
    where = git.run(repository.top, "rev-parse", "--verify", "-q", "@{upstream}", check=False).strip() or "HEAD"
    out = git.run(repository.top, "ls-tree", "-r", "-z", where, "--", f"{prefix}{JOURNAL}", check=False)
    blobs = {path: meta.split()[2] for meta, _, path in (entry.partition("\t") for entry in out.split("\0") if entry)}
    shared = []
    for path in paths:
        blob = blobs.get(prefix + path, "")
        if blob and git.blob_id((book.root / path).read_bytes(), blob) == blob:
            shared.append(path)
    return shared


def _lines(path: Path) -> list[_Line] | None:
    """The events of a segment; None when anything in it could not be read, so that nothing is ever lost."""
    content = path.read_bytes()
    if content[-1:] != b"\n":
        return None
    found = []
    for text in content.split(b"\n")[:-1]:
        if not text.strip():
            continue
        try:
            found.append(_Line(decode_line(text), text))
        except (ValueError, RecursionError):
            return None
    return found


def _contents(segments: Iterable[list[_Line]]) -> Iterator[bytes]:
    """The packs' bytes: events in id order, each once, split where an op ends past the limit."""
    chosen: dict[str, _Line] = {}
    for line in (line for lines in segments for line in lines):
        other = chosen.get(line.event.id)
        if other is None or _rank(line) < _rank(other):
            chosen[line.event.id] = line
    part: list[bytes] = []
    size = 0
    op = ""
    for name in sorted(chosen):
        line = chosen[name]
        if size >= SEGMENT_LIMIT and line.event.op != op:
            yield b"".join(part)
            part, size = [], 0
        part.append(line.text + b"\n")
        size += len(line.text) + 1
        op = line.event.op
    if part:
        yield b"".join(part)


def _rank(line: _Line) -> tuple[bool, str, str, bytes]:
    """Of two events with one id the erased one is it, then the smaller (at, by) (STORE rule 8)."""
    return (not line.event.more.get("erased"), line.event.at, line.event.by, line.text)
