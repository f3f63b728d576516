"""Bare loops over files. Each function prepares and returns the work (benchmarks/piece.py)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.ground import record_text

Work = Callable[[], None]


def walk(folder: str) -> Work:
    """List a folder and stat every file in it."""

    def work() -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                entry.stat()

    return work


def read(folder: str) -> Work:
    """Read every file of a folder."""

    def work() -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                with open(entry.path, "rb") as file:  # noqa: PTH123 - the bare loop is the point
                    file.read()

    return work


def forget_pages(folder: str) -> None:
    """Write back what a folder's files hold and ask the kernel to drop their pages, as after a clone or a restart.

    Names and inodes stay in memory. Where there is no such call (macOS, Windows), nothing happens.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    with os.scandir(folder) as entries:
        for entry in entries:
            descriptor = os.open(entry.path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def read_from_disk(folder: str) -> Work:
    """Read every file of a folder, none of them in memory."""
    forget_pages(folder)
    return read(folder)


def write_durably(folder: str, count: str) -> Work:
    """Write `count` records and journal lines as small writes must: append, fsync; temporary name, fsync, rename."""
    texts = [record_text(number).encode() for number in range(int(count))]
    line = b'{"id":"01M8008BBSDKV09JBA66BN9P16","do":"set","field":"industry","from":null,"to":"software"}\n' * 2

    def work() -> None:
        for number, text in enumerate(texts):
            _append(Path(folder, "journal.jsonl"), line)
            _replace(Path(folder, f"company-{number:06}.md"), text)

    return work


def _append(path: Path, line: bytes) -> None:
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: bytes) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_many(folder: str, count: str) -> Work:
    """Write `count` new records and one journal line each, and sync the disk once: what no import can do without."""
    target = Path(tempfile.mkdtemp(dir=folder))

    def work() -> None:
        with (target / "journal.jsonl").open("wb") as lines:
            for number in range(int(count)):
                text = record_text(number).encode()
                (target / f"company-{number:06}.md").write_bytes(text)
                lines.write(b'{"do":"create","on":"customers/company","record":%d}\n' % len(text))
        os.sync()

    return work
