"""What a disk remembers when the power goes: a model of a write-back cache over one folder.

The strictest reading of POSIX that file systems keep to: the bytes of a file are safe after its fsync, a name after the
fsync of its folder; a rename is one thing, and done or not. Whatever was not synced may be there, or not, or (bytes) in
part, each for itself: `orderly` disks keep names in the order in which they were given, others do not.
A seed may begin with one of `KEPT`.
SQLite's files are treated by what SQLite says of itself: its log may lose its end, a database that was never synced
may have any page as zeros.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

SECTOR = 512
PAGE = 4096
DATABASE = ".crm/index.db"
LOG = f"{DATABASE}-wal"
SHARED = f"{DATABASE}-shm"


KEPT = ("nothing", "bytes", "names", "orderly", "anything")
"""What may be kept of what was not synced: nothing, all bytes but no name, all names but no bytes, names up to some moment, any of it."""


class File:
    """The bytes of one file that are safe; its names are elsewhere."""

    def __init__(self, safe: bytes = b"") -> None:
        self.safe = safe


FOLDER = File()
Names = dict[str, File]
Step = dict[str, File | None]
"""What one call did to names: each path, and what it names after it."""


class Platter:
    """Follows what is safe in a folder from now on. `forget` then makes the folder what a power failure leaves of it."""

    def __init__(self, root: Path, seed: str) -> None:
        self._root = root
        self._kept = seed.partition(" ")[0] if seed.startswith(KEPT) else ""
        self._random = random.Random(seed)  # noqa: S311 - a model, no secret
        self._safe: Names = {}
        links: dict[int, File] = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_dir():
                self._safe[name] = FOLDER
            elif name != SHARED:
                self._safe[name] = links.setdefault(path.stat().st_ino, File(path.read_bytes()))
        self._now = dict(self._safe)
        self._unsafe: list[Step] = []
        self._index_synced: bytes | None = None
        self._index_new = False

    # ---- what happens -------------------------------------------------------------------------------------

    def make(self, name: str, *, file: bool = False) -> None:
        """A new file or folder."""
        if name in (LOG, SHARED) or (file and name in self._now):
            return
        self._do({name: File() if file else FOLDER})

    def gone(self, name: str) -> None:
        """A name is taken away."""
        if name == DATABASE:
            self._index_new = True
            self._index_synced = None
        if name in self._now:
            self._do({name: None})

    def linked(self, old: str, new: str) -> None:
        """A second name."""
        self._do({new: self._now[old]})

    def moved(self, old: str, new: str) -> None:
        """Another name, in whose place something may have been."""
        self._do({old: None, new: self._now[old]})

    def synced(self, name: str) -> None:
        """The bytes of a file, or the names in a folder, are safe."""
        if name == DATABASE:
            self._index_synced = (self._root / name).read_bytes()
        found = self._now.get(name)
        if found is not None and found is not FOLDER:
            found.safe = (self._root / name).read_bytes()
            return
        settled: set[str] = set()
        for step in reversed(self._unsafe):  # what a safe step builds on is safe too
            if any(_folder(path) == name for path in step) or settled & step.keys():
                settled |= step.keys()
        kept = []
        for step in self._unsafe:
            if settled & step.keys():
                _apply(self._safe, step)
            else:
                kept.append(step)
        self._unsafe = kept

    def synced_all(self) -> None:
        """Everything is safe."""
        for name, file in self._now.items():
            if file is not FOLDER and (self._root / name).is_file():
                file.safe = (self._root / name).read_bytes()
        self._safe = dict(self._now)
        self._unsafe = []

    def _do(self, step: Step) -> None:
        _apply(self._now, step)
        self._unsafe.append(step)

    # ---- the power goes -----------------------------------------------------------------------------------

    def forget(self) -> None:
        """Leave of the folder what a disk may have: nothing of what was not synced, all of it, or anything between."""
        kept = self._kept or self._random.choice(KEPT)
        present = {name: (self._root / name).read_bytes() for name, f in self._now.items() if self._is_file(name, f)}
        names = dict(self._safe)
        skipped: set[str] = set()
        going = kept not in ("nothing", "bytes")
        for step in self._unsafe:
            if kept in ("orderly", "anything"):
                going = (going or kept == "anything") and self._random.random() < 0.6
            if going and not skipped & step.keys():
                _apply(names, step)
            else:
                skipped |= step.keys()
        content = {
            id(file): self._bytes(file, present[name], kept) for name, file in self._now.items() if name in present
        }
        names = {name: file for name, file in names.items() if _has_folders(names, name)}
        self._lay_out(names, content, present)
        self._spoil_index()

    def _is_file(self, name: str, file: File) -> bool:
        return file is not FOLDER and (self._root / name).is_file()

    def _bytes(self, file: File, now: bytes, kept: str) -> bytes:
        """What a file holds: the safe bytes, those now, or sectors of both and zeros where it grew."""
        if now == file.safe or kept in ("nothing", "names"):
            return file.safe
        if kept == "bytes":
            return now
        if self._random.random() < 0.3:
            return now[: self._random.randint(min(len(now), len(file.safe)), len(now))]
        length = self._random.choice([len(now), len(file.safe)])
        old, new = file.safe.ljust(length, b"\0"), now.ljust(length, b"\0")
        parts = [(new if self._random.random() < 0.5 else old)[at : at + SECTOR] for at in range(0, length, SECTOR)]
        return b"".join(parts)

    def _lay_out(self, names: Names, content: dict[int, bytes], present: dict[str, bytes]) -> None:
        """Change in the folder only what differs, so that what was safe keeps its inode and times."""
        for path in sorted(self._root.rglob("*"), reverse=True):
            name = path.relative_to(self._root).as_posix()
            if name.startswith(DATABASE):
                continue
            if names.get(name) is None or path.is_dir() != (names[name] is FOLDER):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for name, file in sorted(names.items()):
            path = self._root / name
            if name.startswith(DATABASE):
                continue
            if file is FOLDER:
                path.mkdir(exist_ok=True)
                continue
            wanted = content.get(id(file), file.safe)
            if self._now.get(name) is file and present.get(name) == wanted:
                continue
            path.unlink(missing_ok=True)
            path.write_bytes(wanted)

    def _spoil_index(self) -> None:
        """SQLite's files: the shared part is never kept, the log may lose its end, what was never synced may be zeros."""
        database, log = self._root / DATABASE, self._root / LOG
        (self._root / SHARED).unlink(missing_ok=True)
        for name in (DATABASE, LOG):
            taken = any(name in step for step in self._unsafe)
            if taken and name in self._safe and self._random.random() < 0.5:
                (self._root / name).write_bytes(self._safe[name].safe)
                self._index_new = self._index_new and name != DATABASE
        if log.is_file() and self._random.random() < 0.7:
            content = log.read_bytes()
            log.write_bytes(content[: self._random.randint(0, len(content))])
        if not self._index_new or not database.is_file():
            return
        now, synced = database.read_bytes(), self._index_synced or b""
        pages = []
        for at in range(0, len(now), PAGE):
            old = synced[at : at + PAGE].ljust(PAGE, b"\0")
            pages.append(now[at : at + PAGE] if self._random.random() < 0.6 else old)
        database.write_bytes(b"".join(pages))


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _apply(names: Names, step: Step) -> None:
    for path, file in step.items():
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file


def _has_folders(names: Names, name: str) -> bool:
    parts = name.split("/")
    return all(names.get("/".join(parts[:end])) is FOLDER for end in range(1, len(parts)))
