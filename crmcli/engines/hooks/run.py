"""Running one executable within limits: time, output, and what it leaves behind (docs/hooks.md#limits)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import selectors
    import subprocess

OUTPUT_LIMIT = 64 * 1024
"""Bytes kept of each output: the first half and the last."""
GRACE_SECONDS = 1.0
"""Between asking a late process group to end and ending it."""

_LOOK_SECONDS = 0.05
_AT_ONCE = 65536


class Run(NamedTuple):
    """How a run ended: `exit` as the process gave it, negative for a signal; `timed_out` when the limit ended it."""

    exit: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool


class Output:
    """What a process says, bounded: the beginning and the end stay, the middle is counted."""

    def __init__(self, limit: int = OUTPUT_LIMIT) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = 0

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        room = self._half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        excess = len(self._tail) - self._half
        if excess > 0:
            self._dropped += excess
            del self._tail[:excess]

    def text(self) -> str:
        """Return what was kept, as text."""
        if not self._dropped:
            return bytes(self._head + self._tail).decode("utf-8", "replace")
        gap = f"\n… {self._dropped} bytes left out …\n"
        return self._head.decode("utf-8", "replace") + gap + self._tail.decode("utf-8", "replace")


def run(
    command: Sequence[str],
    stdin: bytes,
    environ: Mapping[str, str],
    folder: Path,
    limit: float,
    *,
    grace: float = GRACE_SECONDS,
) -> Run:
    """Run a command in a session of its own; after `limit` seconds its group gets TERM, and KILL `grace` later.

    It is over when its first process ends: what that leaves running in its group is ended too, and pipes held open by
    others are not waited for. Raises OSError when it cannot be started.
    """
    import subprocess  # noqa: PLC0415

    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - the whole point; what may be run is decided by the caller
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environ),
        cwd=folder,
        start_new_session=True,
    ) as process:
        talk = _Talk(process, stdin)
        try:
            timed_out = not talk.until(began + limit)
            if timed_out:
                _signal_group(process, signal.SIGTERM)
                talk.until(time.monotonic() + grace)
            talk.drain()
        finally:
            _signal_group(process, signal.SIGKILL)  # still unreaped, so the group's number is still its own
            talk.close()
            for stream in (process.stdin, process.stdout, process.stderr):
                _close(stream)
            process.wait()
    return Run(process.returncode, talk.stdout.text(), talk.stderr.text(), time.monotonic() - began, timed_out)


class _Talk:
    """Feeding stdin and draining both outputs at once, so that neither side waits for the other for ever."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes) -> None:
        import selectors  # noqa: PLC0415

        self.stdout, self.stderr = Output(), Output()
        self._process = process
        self._rest = memoryview(stdin)
        self._selector = selectors.DefaultSelector()
        for stream, output in ((process.stdout, self.stdout), (process.stderr, self.stderr)):
            if stream:
                os.set_blocking(stream.fileno(), False)
                self._selector.register(stream, selectors.EVENT_READ, output)
        if process.stdin:
            os.set_blocking(process.stdin.fileno(), False)
            self._selector.register(process.stdin, selectors.EVENT_WRITE)
        self._end = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else -1
        if self._end >= 0:
            self._selector.register(self._end, selectors.EVENT_READ)  # wakes us at the end, which the pipes may not

    def until(self, deadline: float) -> bool:
        """Talk until the process has ended (True) or the deadline is over (False)."""
        while not _has_ended(self._process):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if self._selector.get_map():
                self._turn(min(left, _LOOK_SECONDS))
            else:  # a system without process descriptors, and all pipes closed
                time.sleep(min(left, _LOOK_SECONDS / 10))
        return True

    def drain(self) -> None:
        """Read what is there already, and no more than that: a child left behind may write for ever."""
        for _ in range(OUTPUT_LIMIT * 16 // _AT_ONCE):
            if not self._reads() or not self._turn(0):
                break

    def close(self) -> None:
        """Give back the descriptors of its own."""
        self._selector.close()
        if self._end >= 0:
            os.close(self._end)

    def _reads(self) -> bool:
        return any(key.data is not None for key in self._selector.get_map().values())

    def _turn(self, wait: float) -> bool:
        """Serve whatever is ready; False when nothing could be read."""
        moved = False
        for key, _ in self._selector.select(wait):
            if key.fd == self._end:
                continue
            if key.data is None:
                self._feed(key)
            else:
                moved = self._take(key) or moved
        return moved

    def _feed(self, key: selectors.SelectorKey) -> None:
        try:
            self._rest = self._rest[os.write(key.fd, self._rest[:_AT_ONCE]) :]
        except BlockingIOError:
            return
        except OSError:  # it does not want to read
            self._rest = memoryview(b"")
        if not self._rest:
            self._selector.unregister(key.fileobj)
            _close(self._process.stdin)

    def _take(self, key: selectors.SelectorKey) -> bool:
        try:
            chunk = os.read(key.fd, _AT_ONCE)
        except BlockingIOError:
            return False
        if not chunk:
            self._selector.unregister(key.fileobj)
            return True
        key.data.add(chunk)
        return True


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the first process has ended, without reaping it where the system can tell."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return process.poll() is not None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        os.killpg(process.pid, number)


def _close(stream: IO[bytes] | None) -> None:
    if stream:
        with suppress(OSError):
            stream.close()
