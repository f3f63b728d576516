"""Blanking: whose record was erased has no values in the journal any more (docs/erasure.md, STORE rule 26).

The `erase` event is what counts; blanking follows from it, may be done by anybody who writes, and again at any time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.store import disk, hook_log, outbox, pending
from crmcli.store.inside import Inside, is_inner
from crmcli.store.layout import SLOT
from crmcli.store.pending import digest

if TYPE_CHECKING:
    from crmcli.store.book import Book

ERASE = "erase"
_SEEN = "erased"
"""Below `.crm`: the digest of the erasures that this machine was cleared of."""
_ATTACHMENTS = "files"
_WHOLE_FOLDERS = ("revisions", "conflicts")
"""Below `.crm`: written out commits and parked texts, which may hold anybody."""
_KEPT = ("id", "at", "by", "via", "op", "do", "on", "of", "undoes")
"""What a blanked line still says: that something was done, when, by whom, to what."""

_ERASED = """SELECT coalesce(origin, "on"), "on" FROM events WHERE "do" = 'erase'"""
_RENAMED = """SELECT coalesce(origin, "on"), "to" FROM events WHERE "do" = 'rename'"""
_FULL = """SELECT e.id, s.path FROM {table} e JOIN segments s ON s.no = e.seg
  WHERE e."on" IN (SELECT value FROM json_each(?1)) AND coalesce(e.origin, e."on") IN (SELECT value FROM json_each(?2))
  AND e."do" <> 'erase' AND (e.more IS NULL OR json_extract(e.more, '$.erased') IS NULL)"""


def erased_names(book: Book) -> frozenset[str]:
    """Every name (`plural/id`) that an erased record has had; a record that another was merged into is not erased with it."""
    names = {str(row[0]) for row in book.index.rows(_ERASED)}
    if not names:
        return frozenset()
    renames = [(str(old), f"{str(old).partition('/')[0]}/{new}") for old, new in book.index.rows(_RENAMED)]
    more = names
    while more:
        found = {other for old, new in renames for one, other in ((old, new), (new, old)) if one in more}
        more = found - names
        names |= found
    return frozenset(names)


def unblanked(book: Book) -> dict[str, set[str]]:
    """Per segment the ids of events that should be blank and are not; free where nothing was erased."""
    names = erased_names(book)
    if not names:
        return {}
    present = json.dumps(sorted(names.union(str(row[1]) for row in book.index.rows(_ERASED))))
    found: dict[str, set[str]] = {}
    for table in ("events", "shadows"):
        for id_, path in book.index.rows(_FULL.format(table=table), (present, json.dumps(sorted(names)))):
            found.setdefault(str(path), set()).add(str(id_))
    return found


def forget_erased(book: Book) -> list[str]:
    """Under the lock: blank every line that should be, and clear this machine of what was erased since the last look.

    Each step may be done again; the note of what was seen comes last. Returns sentences for people.
    """
    erasures = [str(row[0]) for row in book.index.rows("SELECT id FROM events WHERE \"do\" = 'erase' ORDER BY id")]
    if not erasures:
        return []
    lines = _blank(book)
    seen = digest("\n".join(erasures).encode())
    if lines or _noted(book) != seen:
        _clear_machine(book)
        book.index.rebuild()
        disk.write_atomic(book.state / _SEEN, seen.encode())
    if not lines:
        return []
    some = "1 line" if lines == 1 else f"{lines} lines"
    return [f"{some} of the journal about erased records {'has' if lines == 1 else 'have'} no values now"]


def _noted(book: Book) -> str:
    try:
        return disk.read_whole(book.state / _SEEN).decode("ascii", "replace")
    except OSError:
        return ""


def _blank(book: Book) -> int:
    """Blank the lines that should be; how many they were. Each segment is rewritten whole or not at all."""
    lines = 0
    inside = Inside(book.root)
    for path, ids in unblanked(book).items():
        inside.insist(path)
        content, count = _without_values(disk.read_whole(book.root / path), ids)
        if count:
            disk.write_by_way_of(book.state / pending.FOLDER, book.root / path, content)
            lines += count
    return lines


def _clear_machine(book: Book) -> None:
    """Remove attachments of erased records, and what `.crm` may hold of them: it is derived, or was to be done with it."""
    inside = Inside(book.root)
    for name in erased_names(book):
        folder = f"{_ATTACHMENTS}/{name}"
        if is_inner(folder) and (book.root / folder).is_dir():
            inside.insist(f"{folder}/x")
            shutil.rmtree(book.root / folder)
    names = [name.encode() for name in erased_names(book)]
    for path in _outbox_of(book.state):
        if any(name in disk.read_whole(path) for name in names):
            disk.remove(path)
    for name in (hook_log.FILE, hook_log.OLDER):
        _keep_lines(book.state / name, names)
    for folder in _WHOLE_FOLDERS:
        shutil.rmtree(book.state / folder, ignore_errors=True)
    disk.remove(book.state / SLOT)


def _outbox_of(state: Path) -> list[Path]:
    return [path for path in (state / "outbox").rglob(f"*{outbox.SUFFIX}") if path.is_file()]


def _keep_lines(path: Path, names: Sequence[bytes]) -> None:
    """Rewrite a log without the lines that name somebody."""
    try:
        lines = disk.read_whole(path).splitlines(keepends=True)
    except OSError:
        return
    kept = [line for line in lines if not any(name in line for name in names)]
    if len(kept) != len(lines):
        disk.write_atomic(path, b"".join(kept))


def _without_values(content: bytes, ids: set[str]) -> tuple[bytes, int]:
    """A segment in which the lines with these ids are blank, and how many they are."""
    lines = content.split(b"\n")
    count = 0
    for place, line in enumerate(lines):
        event = _event(line)
        if event is not None and str(event.get("id")) in ids and not event.get("erased"):
            lines[place] = blanked_line(event)
            count += 1
    return b"\n".join(lines), count


def blanked_line(event: Mapping[str, object]) -> bytes:
    """The erased form of an event's line; a rename keeps the name it leads to."""
    kept = {key: event[key] for key in _KEPT if key in event}
    if event.get("do") == "rename" and "to" in event:
        kept["to"] = event["to"]
    return json.dumps({**kept, "erased": True}, ensure_ascii=False, separators=(",", ":")).encode()


def _event(line: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
