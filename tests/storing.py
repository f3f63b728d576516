"""What tests of the store ask again and again: everything an index holds, whether it is what a rebuild would give, replay."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from crmcli.model.event import Event
from crmcli.model.record import Fields
from crmcli.store.book import Book
from crmcli.store.index.index import Index
from crmcli.store.journal import read_events, segment_paths
from crmcli.store.names import followed
from crmcli.store.records import parse_record
from crmcli.store.replay import differences, replay

_SAYING = "SELECT rowid FROM fts WHERE fts MATCH ?"
_OWN = ("folders", "meta", "undrifted", "dirty", "sqlite_", "fts")
"""Tables that say how the index came to be, not what the book holds."""

_SELECTS = {
    "events": "SELECT (SELECT path FROM segments WHERE no = seg), events.* FROM events",
    "shadows": "SELECT (SELECT path FROM segments WHERE no = seg), shadows.* FROM shadows",
    "segments": "SELECT path, size, hash FROM segments",
    "docs": 'SELECT "ref", "what", "text" FROM docs',
    "files": "SELECT path, folder, ref, hash, broken FROM files",
}


def everything(index: Index) -> dict[str, list[str]]:
    """All rows of all tables that follow from the files, sorted; segment numbers are replaced by paths."""
    index.fill_texts()
    connection = index.connection
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    found = {}
    for name in names:
        if name.startswith(_OWN):
            continue
        rows = connection.execute(_SELECTS.get(name, f'SELECT * FROM "{name}"'))  # noqa: S608
        cut = 2 if name in ("events", "shadows") else 0
        found[name] = sorted(repr((*row[:1], row[1], *row[cut + 1 :]) if cut else tuple(row)) for row in rows)
    found["fts"] = sorted(
        f"{word} {len(connection.execute(_SAYING, (word,)).fetchall())}" for word in ("acme", "call", "hello", "note")
    )
    return found


def rebuilt(book: Book) -> Index:
    """An index of the same book, built from nothing, in memory."""
    index = Index(book.root, book.state, book.setup, book.context)
    index.path = None
    return index


def rebuilt_rows(book: Book) -> dict[str, list[str]]:
    """Everything an index of the book holds that is built from nothing."""
    other = rebuilt(book)
    other.rebuild()
    rows = everything(other)
    other.close()
    return rows


def index_differences(book: Book, rows: Callable[[Book], dict[str, list[str]]] = rebuilt_rows) -> list[str]:
    """How the book's index, made fresh, differs from a rebuild (or what `rows` knows of one); empty when it does not."""
    book.index.refresh()
    one, two = everything(book.index), rows(book)
    lines = []
    for table in sorted({*one, *two}):
        has, should = Counter(one.get(table, [])), Counter(two.get(table, []))
        lines += [f"{table}: has    {row}" for row in (has - should).elements()]
        lines += [f"{table}: should {row}" for row in (should - has).elements()]
    return lines


def journal_events(root: Path) -> list[Event]:
    """Every event of the journal's segments, as they stand there."""
    return [e for path in segment_paths(root) for e in read_events(path.read_bytes()) if isinstance(e, Event)]


def journaled(root: Path) -> dict[str, Fields]:
    """What the journal alone says the records are."""
    unique: dict[str, Event] = {}
    for event in journal_events(root):
        other = unique.get(event.id)
        if other is None or (event.at, event.by) < (other.at, other.by):
            unique[event.id] = event
    return replay(followed(unique.values()))


def on_disk(book: Book) -> dict[str, Fields]:
    """What the record files say; of two with one id the first in name order."""
    found: dict[str, Fields] = {}
    for path in _record_files(book):
        read = parse_record(path.relative_to(book.root).as_posix(), path.read_bytes())
        if read.problem is None:
            found.setdefault(str(read.record.ref), dict(read.record.fields))
    return found


def replay_differences(book: Book) -> list[str]:
    """How the files differ from the replay of the journal."""
    told, held = journaled(book.root), on_disk(book)
    lines = [f"{on}: not in the journal" for on in held if on not in told]
    lines += [f"{on}: no file" for on in told if on not in held]
    lines += [f"{on}: {diff}" for on in held if on in told for diff in differences(told[on], held[on])]
    return lines


def _record_files(book: Book) -> Iterator[Path]:
    for record_type in book.setup.types.values():
        if not record_type.embedded:
            yield from sorted((book.root / record_type.plural).rglob("*.md"))


def git(root: Path, *words: str, check: bool = True) -> str:
    """Run git in a book as somebody who does not use crm."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr + done.stdout
    return done.stdout
