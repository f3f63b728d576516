"""The layer between a process and the disk: it counts every call that changes something in the book, and spoils one.

It sits below `store/disk.py`, at the system calls themselves, so that nothing that writes past `disk` escapes it; of
SQLite, which writes in C, the statements that begin, end and mark are its steps. Only for a process that ends soon:
nothing is ever put back.
"""

from __future__ import annotations

import builtins
import io
import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.crash.platter import DATABASE, Platter

SQL_STEPS = ("BEGIN", "COMMIT", "ROLLBACK", "INSERT OR REPLACE INTO META", "PRAGMA JOURNAL_MODE", "PRAGMA LOCKING_MODE")
WRITING = os.O_WRONLY | os.O_RDWR


class Fault(NamedTuple):
    """What is spoilt: the step (from 0; -1: none), before it, after half of it ("partly", of a write only) or after it.

    `error`: the step fails with this errno, and with `onward` every later one too; 0: the process dies there.
    """

    step: int = -1
    when: str = "before"
    error: int = 0
    onward: bool = False


class Layer:
    """Counts the steps below a folder; `names` says what they were. `platter` forgets what was not synced, at the death."""

    def __init__(self, root: Path, fault: Fault, platter: Platter | None = None) -> None:
        self.names: list[str] = []
        self.told: Path | None = None
        """The file that gets the names of the steps when the process dies."""
        self._root = os.fspath(root)
        self._fault = fault
        self._platter = platter
        self._paths: dict[int, str] = {}  # of open files
        self._real: dict[str, Any] = {}

    def install(self) -> None:
        """Put the layer in front of the disk."""
        for name in (
            "open",
            "close",
            "write",
            "fsync",
            "fdatasync",
            "ftruncate",
            "sync",
            "mkdir",
            "rmdir",
            "unlink",
            "rename",
        ):
            self._real[name] = getattr(os, name)
        os.open, os.close = self._open, self._close
        os.write = self._write
        os.fsync = os.fdatasync = self._sync  # type: ignore[assignment]
        os.ftruncate = self._truncate
        os.sync = self._sync_all
        self._wrap("mkdir", lambda p, path: p.make(path))
        self._wrap("rmdir", lambda p, path: p.gone(path))
        self._wrap("unlink", lambda p, path: p.gone(path))
        os.remove = os.unlink
        self._wrap_pair("link", lambda p, old, new: p.linked(old, new))
        self._wrap_pair("replace", lambda p, old, new: p.moved(old, new))
        os.rename = os.replace
        self._wrap_streams()
        self._wrap_sqlite()

    # ---- steps ------------------------------------------------------------------------------------------

    def _step(self, name: str, act: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        fault, number = self._fault, len(self.names)
        self.names.append(name)
        if fault.onward and number > fault.step >= 0:
            self._fail(name)
        if number != fault.step:
            return act()
        if fault.when == "partly" and half is not None:
            half()
        elif fault.when == "after":
            act()
        return self._fail(name)

    def _fail(self, name: str) -> None:
        error = self._fault.error
        if not error:
            self.power_off()
            if self.told is not None:
                self.told.write_text("\n".join(self.names), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("sql "):
            trouble = sqlite3.OperationalError("database or disk is full")
            trouble.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise trouble
        raise OSError(error, os.strerror(error), f"{self._root}/{name.rsplit(maxsplit=1)[-1]}")

    def power_off(self) -> None:
        """The power goes after the last step."""
        if self._platter is not None:
            self._give_back()
            self._platter.forget()

    def _give_back(self) -> None:
        """The platter works with the calls as they were."""
        for name, real in self._real.items():
            setattr(os, name, real)
        os.replace, os.link, os.remove = self._real["replace"], self._real["link"], self._real["unlink"]
        io.open = builtins.open = self._real["stream"]

    def _inside(self, path: object) -> str:
        """The path relative to the book, "" when it lies outside."""
        if not isinstance(path, (str, os.PathLike)):
            return ""
        text = os.fspath(path)
        return text[len(self._root) + 1 :] if isinstance(text, str) and text.startswith(self._root + "/") else ""

    # ---- files ------------------------------------------------------------------------------------------

    def _open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:  # noqa: ANN401
        real = self._real["open"]
        inside = self._inside(path)
        if not inside and os.fspath(path) != self._root:
            return int(real(path, flags, mode, **more))

        def act() -> int:
            return int(real(path, flags, mode, **more))

        if flags & os.O_CREAT and not os.path.lexists(path):
            fd = int(self._step(f"create {inside}", act))
            if self._platter:
                self._platter.make(inside, file=True)
        else:
            fd = act()
        self._paths[fd] = inside or "."
        return fd

    def _close(self, fd: int) -> None:
        self._paths.pop(fd, None)
        self._real["close"](fd)

    def _write(self, fd: int, content: Any) -> int:  # noqa: ANN401
        path = self._paths.get(fd)
        real = self._real["write"]
        if path is None:
            return int(real(fd, content))
        half = bytes(content[: len(content) // 2])
        written = self._step(f"write {path}", lambda: real(fd, content), lambda: real(fd, half))
        return int(written)

    def _truncate(self, fd: int, length: int) -> None:
        real = self._real["ftruncate"]
        if fd not in self._paths:
            real(fd, length)
            return
        self._step(f"truncate {self._paths[fd]}", lambda: real(fd, length))

    def _sync(self, fd: int) -> None:
        """A sync is a step; that the real one is left out is what makes a thousand deaths affordable."""
        path = self._paths.get(fd)
        if path is not None:
            self._step(f"sync {path}", lambda: self._platter.synced(path) if self._platter else None)

    def _sync_all(self) -> None:
        self._step("sync all", lambda: self._platter.synced_all() if self._platter else None)

    def _wrap(self, name: str, note: Callable[[Platter, str], None]) -> None:
        real = getattr(os, name)

        def call(path: Any, *args: Any, **more: Any) -> Any:  # noqa: ANN401
            inside = self._inside(path)
            if not inside or os.path.lexists(path) == (name == "mkdir"):
                return real(path, *args, **more)  # outside, or it fails by itself
            return self._step(f"{name} {inside}", lambda: self._noted(lambda: real(path, *args, **more), note, inside))

        setattr(os, name, call)

    def _wrap_pair(self, name: str, note: Callable[[Platter, str, str], None]) -> None:
        real = self._real[name] = getattr(os, name)

        def call(old: Any, new: Any, **more: Any) -> Any:  # noqa: ANN401
            before, after = self._inside(old), self._inside(new)
            if not before or not after:
                return real(old, new, **more)
            return self._step(
                f"{name} {before} {after}", lambda: self._noted(lambda: real(old, new, **more), note, before, after)
            )

        setattr(os, name, call)

    def _noted(self, act: Callable[[], Any], note: Callable[..., None], *paths: str) -> Any:  # noqa: ANN401
        done = act()
        if self._platter:
            note(self._platter, *paths)
        return done

    # ---- what writes past the system calls ----------------------------------------------------------------

    def _wrap_streams(self) -> None:
        real = self._real["stream"] = io.open

        def call(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:  # noqa: ANN401
            inside = self._inside(file)
            if not inside or not set(mode) & set("wax+"):
                return real(file, mode, *args, **more)
            stream = self._step(f"open {inside}", lambda: real(file, mode, *args, **more))
            if self._platter:
                self._platter.make(inside, file=True)
            return stream

        io.open = builtins.open = call

    def _wrap_sqlite(self) -> None:
        layer = self
        real = sqlite3.connect

        class Connection(sqlite3.Connection):
            in_book = False

            def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401
                act = super().execute
                if not self.in_book or not sql.upper().startswith(SQL_STEPS):
                    return act(sql, *args)
                found: sqlite3.Cursor = layer._step(f"sql {' '.join(sql.split()[:2])}", lambda: act(sql, *args))
                if layer._platter and sql == "COMMIT" and self._syncs():
                    layer._platter.synced(DATABASE)
                return found

            def _syncs(self) -> bool:
                """Whether a commit makes the database file itself durable (sqlite.org/pragma.html#pragma_synchronous)."""
                ask = super().execute
                return bool(
                    ask("PRAGMA journal_mode").fetchone()[0] == "off" and ask("PRAGMA synchronous").fetchone()[0] > 0
                )

        def connect(*args: Any, **more: Any) -> sqlite3.Connection:  # noqa: ANN401
            made = real(*args, **more, factory=Connection)
            made.in_book = bool(layer._inside(str(args[0]).removeprefix("file:")))
            return made

        sqlite3.connect = connect  # type: ignore[assignment]
