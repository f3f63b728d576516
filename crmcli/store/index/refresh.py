"""Bringing the index up to the files: what changed is read again, whole segments are added and dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from crmcli.model.problem import Problem
from crmcli.store.index.derive import derive
from crmcli.store.index.load import Loader
from crmcli.store.index.look import Look
from crmcli.store.index.scan import Folder, Hint, file_clock, settled_before
from crmcli.store.layout import JOURNAL
from crmcli.store.pending import digest

Progress = Callable[[int, int], None]
"""Called with files done and files in all, now and then."""


class Refresh:
    """One pass over what a look found suspicious, inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, loader: Loader, root: Path, limits: dict[str, int]) -> None:
        self._base = connection
        self._loader = loader
        self._root = root
        self._limits = limits  # how far a segment may be read while an op is unfinished
        self._again: set[str] = set()

    def run(self, found: Look, state: Path, progress: Progress | None = None) -> None:
        """Apply everything: journal first, so that records find their events."""
        clock = file_clock(state)
        ordered = sorted(found.suspicious, key=lambda folder: not folder.path.startswith(f"{JOURNAL}"))
        total = sum(len(folder.hints) for folder in ordered)
        done = 0
        for path in found.gone:
            self._folder(Folder(path, [], "", 0), clock, gone=True)
        for folder in ordered:
            self._folder(folder, clock)
            done += len(folder.hints)
            if progress and total > 2_000:
                progress(done, total)
        for path in self._again:
            self._segment(path, (self._root / path).read_bytes(), "")
        derive(self._base, self._loader, self._root)

    def touch(self, paths: Iterable[str], segment: str) -> None:
        """Read just the files an op wrote; their folders are compared file by file at the next look."""
        for path in [segment, *paths]:
            folder, _, name = path.rpartition("/")
            self._base.execute("DELETE FROM folders WHERE path = ?", (folder,))
            try:
                found = (self._root / path).lstat()
            except FileNotFoundError:
                self._removed(path)
                continue
            stored = self._base.execute("SELECT hash FROM files WHERE path = ?", (path,)).fetchone()
            hint = (name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            self._file(folder, path, hint, stored[0] if stored else "")
        derive(self._base, self._loader, self._root)

    def _folder(self, folder: Folder, clock: int, *, gone: bool = False) -> None:
        base = self._base
        known = {
            row[0]: row[1:]
            for row in base.execute("SELECT path, size, mtime, ctime, inode, hash FROM files WHERE folder = ?", (folder.path,))
        }
        looked = base.execute("SELECT looked FROM folders WHERE path = ?", (folder.path,)).fetchone()
        last = looked[0] if looked else 0
        prefix = f"{folder.path}/"
        for hint in sorted(folder.hints):
            path = prefix + hint[0]
            stored = known.pop(path, None)
            if stored is not None and stored[:4] == hint[1:] and settled_before(hint[3], last):
                continue
            self._file(folder.path, path, hint, stored[4] if stored else "")
        for path in known:
            self._removed(path)
        if gone:
            base.execute("DELETE FROM folders WHERE path = ?", (folder.path,))
        else:
            base.execute("DELETE FROM folders WHERE path = ?", (folder.path,))
            base.execute("INSERT INTO folders VALUES (?, ?, ?, ?)", (folder.path, folder.digest, folder.newest, clock))

    def _file(self, folder: str, path: str, hint: Hint, old: str) -> None:
        try:
            content = (self._root / path).read_bytes()
        except FileNotFoundError:
            return  # gone since the walk: the next look sees it
        except OSError as error:
            self._loader.add_problems([_unreadable(path, error)])
            return
        fresh = digest(content)
        ref = ""
        if folder.startswith(JOURNAL):
            if fresh != old and path.endswith(".jsonl"):
                self._segment(path, content, old)
        elif fresh != old:
            ref = self._loader.put_file(path, content)
        else:
            self._base.execute(
                "UPDATE files SET size = ?, mtime = ?, ctime = ?, inode = ? WHERE path = ?", (*hint[1:], path)
            )
            return
        self._base.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (path, folder, ref, *hint[1:], fresh)
        )

    def _segment(self, path: str, content: bytes, old: str) -> None:
        """Read a segment from where it was read last, or anew when its beginning changed."""
        base = self._base
        content = content[: self._limits.get(path, len(content))]
        stored = base.execute("SELECT no, size, hash FROM segments WHERE path = ?", (path,)).fetchone()
        start = 0
        if stored is not None:
            number, size, known = stored
            if old and len(content) >= size and digest(content[:size]) == known:
                start = size
            else:
                self._again |= set(self._loader.drop_segment(number)) - {path}
        else:
            number = (base.execute("SELECT max(no) FROM segments").fetchone()[0] or 0) + 1
        base.execute(
            "INSERT OR REPLACE INTO segments VALUES (?, ?, ?, 0, 0, 0, ?)", (number, path, len(content), digest(content))
        )
        self._loader.put_events(number, path, content, start)

    def _removed(self, path: str) -> None:
        base = self._base
        base.execute("DELETE FROM files WHERE path = ?", (path,))
        if not path.startswith(JOURNAL):
            self._loader.remove_path(path)
            self._next_twin(path)
            return
        stored = base.execute("SELECT no FROM segments WHERE path = ?", (path,)).fetchone()
        if stored:
            self._again |= set(self._loader.drop_segment(stored[0])) - {path}
            base.execute("DELETE FROM segments WHERE no = ?", stored)
            base.execute("DELETE FROM problems WHERE path = ?", (path,))

    def _next_twin(self, path: str) -> None:
        """Where two files had one id and the record's own is gone, the other becomes the record."""
        from crmcli.store.records import ref_of  # noqa: PLC0415 - rare

        ref = ref_of(path)
        twin = self._base.execute(
            "SELECT path FROM problems WHERE code = 'duplicate-id' AND path LIKE ? ORDER BY path",
            (f"{ref.plural}/%/{ref.id}.md",),
        ).fetchone() or self._base.execute(
            "SELECT path FROM problems WHERE code = 'duplicate-id' AND path = ?", (f"{ref.plural}/{ref.id}.md",)
        ).fetchone()
        if twin and (self._root / twin[0]).exists():
            found = self._loader.put_file(twin[0], (self._root / twin[0]).read_bytes())
            self._base.execute("UPDATE files SET ref = ? WHERE path = ?", (found, twin[0]))


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem("unreadable", path, 0, f"cannot be read: {error.strerror}", "give yourself the right to read it")
