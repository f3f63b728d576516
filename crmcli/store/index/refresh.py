"""Bringing the index up to the files: what changed is read again, whole segments are added and dropped."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from crmcli.store.disk import read_whole
from crmcli.store.index.counting import Counted, one_folder_each
from crmcli.store.index.derive import derive, derive_touches
from crmcli.store.index.journal_trees import index_journal
from crmcli.store.index.known import Known, KnownFiles, known_file
from crmcli.store.index.listing import Listing, list_folder
from crmcli.store.index.load import Loader
from crmcli.store.index.own_journal import Appended, Tail
from crmcli.store.index.scan import Folder, Hint, in_journal, read_file, read_plain, settled_before, weight
from crmcli.store.index.segment_file import SegmentFile
from crmcli.store.index.statistics import note_statistics
from crmcli.store.index.unplaced import Unplaced, bytes_to_come, is_as_before
from crmcli.store.index.unreadable import NameNotTextError, refuse, unreadable_problem
from crmcli.store.journal import is_segment
from crmcli.store.pending import digest, hasher
from crmcli.store.records import SIZE_LIMIT, ref_of

Progress = Callable[[int, int], None]
"""Called with files done and files in all, now and then; in a build a segment counts as a file for each kilobyte."""

_INSERT_FILE = "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MANY = 2_000
_TELL = 500
_MOST = 1 << 62


class Refresh:
    """One pass over changed folders or files, inside the caller's transaction.

    `limits` says how far segments may be read while an op is unfinished, `unplaced` which files are still to be put in
    place. `changed` tells afterwards whether any file had new content.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        loader: Loader,
        root: Path,
        limits: Mapping[str, int],
        unplaced: Mapping[str, Unplaced] = MappingProxyType({}),
    ) -> None:
        self._base = connection
        self._loader = loader
        self._root = root
        self._prefix = f"{root}/"
        self._limits = limits
        self._planned = {path: file for path, file in unplaced.items() if path.partition("/")[0] in loader.makers}
        self._unplaced = dict(self._planned)  # those not come across yet
        self._files: list[tuple[str | int, ...]] = []
        self._events = False  # whether any came or went
        self.changed = False
        self.tail: Tail | None = None
        """The segment that was read last, as it was hashed."""

    def run(
        self, suspicious: Iterable[Folder], gone: Iterable[str], clock: int, progress: Progress | None = None
    ) -> None:
        """Compare folders file by file: the journal first, so that records find their events."""
        ordered = sorted(suspicious, key=lambda folder: (not in_journal(folder.path), folder.path))
        left = sorted(gone, key=lambda path: (not in_journal(path), path))
        total = sum(folder.files for folder in ordered)
        done = 0
        for path in left:
            self._folder(path, None, clock)
        journal_done = False
        for folder in ordered:
            if not journal_done and not in_journal(folder.path):
                self._names()
                journal_done = True
            self._folder(folder.path, list_folder(self._root, folder.path), clock)
            done += folder.files
            if progress and total > _MANY:
                progress(done, total)
        for path in sorted(self._unplaced):
            self._to_come(path)
        self.finish()

    def fill(self, folders: Iterable[Counted], clock: int, progress: Progress | None = None) -> None:
        """Load folders of which nothing is known yet, one after the other; `finish` follows when the tables have their B-trees."""
        ordered = sorted(folders, key=lambda folder: (not in_journal(folder.path), folder.path))
        total = sum(folder.weight for folder in ordered)
        self._loader.alone = one_folder_each(ordered)
        done = told = 0
        journal_done = False
        for folder in ordered:
            if not journal_done and not in_journal(folder.path):
                self._index_journal()
                journal_done = True
            found = list_folder(self._root, folder.path)
            if found is None:
                continue  # gone since it was counted
            self._note_folder(found.folder, clock)
            for hint in found.hints():
                self._file(folder.path, f"{folder.path}/{hint[0]}", hint, None)
                done += weight(hint)
                if progress and total > _MANY and done - told >= _TELL:
                    progress(min(done, total), total)
                    told = done
        if not journal_done:
            self._index_journal()
        self._loader.alone = frozenset()
        for path in sorted(self._unplaced):
            self._to_come(path)
        if progress:
            progress(total, total)

    def touch(self, paths: Iterable[str], written: Appended, tail: Tail | None = None) -> None:
        """Read just the files an op wrote; their folders are compared file by file at the next look.

        Of the segment only what was `written`, where `tail` (and the index) know everything before.
        """
        self._touch_file(written.path, lambda hint: self._append(hint, written, tail))
        self._names()
        for path in paths:
            self._touch_file(path, lambda _: False)
        self.finish()

    def finish(self, *, fresh: bool = False) -> None:
        """Write what is waiting and bring derived columns up to it; `fresh` after `fill`."""
        self._names()
        self._loader.flush()
        self._write_files()
        if not fresh:
            self._reread_broken()
            self._loader.flush()
        for path in self._loader.follow_aliases():
            self._put_again(path)
        self._loader.flush()
        self._write_files()
        if fresh:
            derive_touches(self._base, self._loader.makers)
        else:
            derive(self._base, self._loader)
        note_statistics(self._base)

    # ---- inside -----------------------------------------------------------------------------------------

    def _index_journal(self) -> None:
        index_journal(self._base)
        self._names()

    def _touch_file(self, path: str, shortcut: Callable[[Hint], bool]) -> None:
        folder, _, name = path.rpartition("/")
        if not self._base.execute("UPDATE folders SET digest = '' WHERE path = ?", (folder,)).rowcount:
            # a folder that nobody listed yet, so that it is missed when it goes
            self._base.execute("INSERT INTO folders VALUES (?, '', 0, 0)", (folder,))
        try:
            found = os.lstat(self._prefix + path)
        except FileNotFoundError:
            if known_file(self._base, path):
                self._removed(path)
            return
        hint = (name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        if not shortcut(hint):
            self._file(folder, path, hint, known_file(self._base, path))

    def _append(self, hint: Hint, written: Appended, tail: Tail | None) -> bool:
        """Take in what was appended to a segment without reading it; False when that is not all that happened to it."""
        path, start, content = written
        end = start + len(content)
        if tail is None or tail[:2] != (path, start) or hint[1] != end:
            return False
        stored = self._base.execute("SELECT no, size, hash FROM segments WHERE path = ?", (path,)).fetchone()
        if stored is None or tuple(stored)[1:] != (start, tail.state.hexdigest()):
            return False
        state = tail.state.copy()
        state.update(content)
        self._loader.add_problems(self._loader.events.put(stored[0], path, content))
        self._note_segment(stored[0], Tail(path, end, state))
        self._files.append((path, path.rpartition("/")[0], "", *hint[1:], state.hexdigest(), 0))
        return True

    def _note_segment(self, number: int, tail: Tail) -> None:
        """Note how far a segment was read."""
        row = (number, tail.path, tail.size, tail.state.hexdigest())
        self._base.execute("INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?)", row)
        self._events = self.changed = True
        self.tail = tail

    def _names(self) -> None:
        if self._events:
            self._loader.events.follow_names()
            self._events = False

    def _folder(self, path: str, found: Listing | None, clock: int) -> None:
        """Compare a folder, of which there is None any more, with what is known of it; both in the order of names."""
        base = self._base
        row = base.execute("SELECT looked FROM folders WHERE path = ?", (path,)).fetchone()
        looked = row[0] if row else 0
        known = KnownFiles(base, path)
        for hint in found.hints() if found else ():
            stored = known.take(f"{path}/{hint[0]}")
            if stored is not None and stored.hint == hint[1:] and settled_before(hint[3], looked):
                continue
            self._file(path, f"{path}/{hint[0]}", hint, stored)
        for left in known.left():
            if left not in self._unplaced:
                self._removed(left)
        base.execute("DELETE FROM folders WHERE path = ?", (path,))
        if found:
            self._note_folder(found.folder, clock)

    def _note_folder(self, folder: Folder, clock: int) -> None:
        row = (folder.path, folder.digest, folder.newest, clock)
        self._base.execute("INSERT INTO folders VALUES (?, ?, ?, ?)", row)

    def _file(self, folder: str, path: str, hint: Hint, known: Known | None) -> None:
        try:
            if hint[1] < 0:
                refuse(path, hint)
            if in_journal(folder) and is_segment(hint[0]):
                self._segment_file(folder, path, hint, known)
                return
            content = read_file(self._prefix + path, hint[1], _MOST if in_journal(folder) else SIZE_LIMIT + 1)
        except FileNotFoundError:
            return  # gone since the walk: the next look sees it
        except OSError as error:
            self._unreadable(folder, path, error)
            return
        if in_journal(folder):
            self._files.append((path, folder, "", *hint[1:], digest(content), 0))
            return
        planned = self._unplaced.pop(path, None)
        if planned is not None and is_as_before(planned, content):
            self._put_unplaced(planned, path, known)
            return
        fresh = digest(content)
        if known is not None and fresh == known.hash:
            self._same_content(path, hint, known)
            return
        self._put_content(folder, path, hint, content, fresh)

    def _put_content(self, folder: str, path: str, hint: Hint, content: bytes, fresh: str) -> None:
        self.changed = True
        ref, broken = self._loader.put_file(path, content, hint[2])
        if self._loader.demoted:
            self._note_demoted()
        self._files.append((path, folder, ref, *hint[1:], fresh, int(broken)))
        if len(self._files) >= _MANY:
            self._write_files()

    def _to_come(self, path: str) -> None:
        """A file of a committed op that no folder compared here has; it may have come since they were listed."""
        planned = self._unplaced.pop(path)
        known = known_file(self._base, path)
        content: bytes | None = None
        try:
            content = read_whole(planned.target)
        except FileNotFoundError:
            pass
        except OSError:
            return  # something else has its name: the op will say so
        if is_as_before(planned, content):
            self._put_unplaced(planned, path, known)
        elif content is None:
            if known is not None:
                self._removed(path)
        elif known is None or known.hash != digest(content):
            self._put_unlisted(path, content)

    def _put_unplaced(self, planned: Unplaced, path: str, known: Known | None) -> None:
        """Take a file as its op will leave it; without a hint, so that it is read once it is there."""
        if known is not None and known.hash == planned.new:
            return
        content = planned.read()
        if content is None:
            if known is not None:
                self._removed(path)
            return
        self._put_unlisted(path, content)

    def _put_unlisted(self, path: str, content: bytes) -> None:
        folder, _, name = path.rpartition("/")
        self._put_content(folder, path, (name, 0, 0, 0, 0), content, digest(content))

    def _segment_file(self, folder: str, path: str, hint: Hint, known: Known | None) -> None:
        with SegmentFile(self._prefix + path, self._limits.get(path, _MOST)) as file:
            fresh = self._segment(path, file, known)
            # an op is being written: look again next time, whatever the hint says
            seen = (hint[0], 0, 0, 0, 0) if file.goes_on() else hint
        self._files.append((path, folder, "", *seen[1:], fresh, 0))

    def _segment(self, path: str, file: SegmentFile, known: Known | None) -> str:
        """Read a segment from where it was read last, or anew when its beginning changed; return its hash."""
        base = self._base
        stored = base.execute("SELECT no, size, hash FROM segments WHERE path = ?", (path,)).fetchone()
        end, known_until = 0, -1
        state = hasher()
        if stored is None:
            number = base.execute("SELECT coalesce(max(no), 0) + 1 FROM segments").fetchone()[0]
        else:
            number, size, old = stored
            if file.pass_over(size, state) and known is not None and state.hexdigest() == old:
                end = known_until = size
            else:
                state = hasher()
                file.rewind()
                self._loader.events.drop(number)
                base.execute("DELETE FROM problems WHERE path = ?", (path,))
        start = end
        for piece in file.pieces():
            if end == start:  # until all of it is in, nothing is: what cannot be read to its end is read anew
                base.execute("INSERT OR REPLACE INTO segments VALUES (?, ?, 0, '')", (number, path))
            self._loader.add_problems(
                self._loader.events.put(number, path, piece, begun=end > 0, lines_before=file.lines)
            )
            state.update(piece)
            end += len(piece)
        if known is not None and end == known_until:
            return known.hash
        self._note_segment(number, Tail(path, end, state))
        return state.hexdigest()

    def _same_content(self, path: str, hint: Hint, known: Known) -> None:
        base = self._base
        if known.hint == hint[1:]:
            return
        base.execute("UPDATE files SET size = ?, mtime = ?, ctime = ?, inode = ? WHERE path = ?", (*hint[1:], path))
        if known.hint[1] != hint[2]:
            self._loader.dirty.add(str(ref_of(path)))  # a stage the journal does not know dates from the file's time

    def _removed(self, path: str) -> None:
        base = self._base
        self._write_files()
        base.execute("DELETE FROM files WHERE path = ?", (path,))
        self.changed = True
        if not in_journal(path):
            self._loader.remove_path(path)
            self._next_twin(path)
            return
        stored = base.execute("SELECT no FROM segments WHERE path = ?", (path,)).fetchone()
        base.execute("DELETE FROM problems WHERE path = ?", (path,))
        if stored:
            self._loader.events.drop(stored[0])
            base.execute("DELETE FROM segments WHERE no = ?", stored)
            self._events = True

    def _next_twin(self, path: str) -> None:
        """Where two files had one id and the record's own is gone, the next one becomes the record."""
        ref = ref_of(path)
        twin = next((other for other in self._loader.twins_of(ref) if (self._root / other).exists()), "")
        if twin and not self._loader.has(ref):
            self._put_again(twin)
            self._loader.retell_twins(ref, twin)

    def _reread_broken(self) -> None:
        """A file that cannot be read stands for its journaled state: events that came since change it."""
        rows = self._base.execute("SELECT path, ref FROM files WHERE broken = 1").fetchall()
        for path, ref in rows:
            if ref in self._loader.dirty and (self._root / path).exists():
                self._put_again(path)

    def _put_again(self, path: str) -> None:
        self._base.execute("DELETE FROM problems WHERE path = ?", (path,))
        try:
            content = bytes_to_come(self._planned, path)
            if content is None:
                content = read_plain(self._prefix + path, path, SIZE_LIMIT + 1)
        except OSError as error:
            self._unreadable(path.rpartition("/")[0], path, error)
            return
        self._write_files()
        found = self._base.execute("SELECT mtime FROM files WHERE path = ?", (path,)).fetchone()
        ref, broken = self._loader.put_file(path, content, found[0] if found else 0)
        self._base.execute("UPDATE files SET ref = ?, broken = ? WHERE path = ?", (ref, int(broken), path))

    def _unreadable(self, folder: str, path: str, error: OSError) -> None:
        problem = unreadable_problem(path, error)
        ref = ""
        if in_journal(folder) or isinstance(error, NameNotTextError):
            self._base.execute("DELETE FROM problems WHERE path = ? AND code <> 'bad-event'", (path,))
            self._loader.add_problems([problem])
        else:
            ref = self._loader.put_unreadable(path, problem)
        self._files.append((path, folder, ref, 0, 0, 0, 0, "", 1))

    def _note_demoted(self) -> None:
        self._write_files()
        rows = [(path,) for path in self._loader.demoted]
        self._base.executemany("UPDATE files SET ref = '', broken = 0 WHERE path = ?", rows)
        self._loader.demoted.clear()

    def _write_files(self) -> None:
        if self._files:
            self._base.executemany(_INSERT_FILE, self._files)
            self._files.clear()
