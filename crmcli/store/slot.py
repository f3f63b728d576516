"""The slot: where a small op is staged, one file made once and rewritten in place (STORE §4 rule 16, docs/format.md).

Rewriting bytes that are there changes nothing of the file but them, so one write and one sync of its data make an op
durable. A header line says which op it is, how long the payload is and its hash; an op whose hash is wrong was never
durable, so it never began to count. An op that is done leaves an empty header, written without a sync: after a power
failure the last op of the book may stand there again, and is found to be done.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store import disk, pending
from crmcli.store.layout import SLOT, SLOT_EMPTY
from crmcli.store.pending import Pending, digest

SIZE = 256 * 1024
"""Bytes of the file: what does not fit is staged in a folder of its own."""

_HEADER = 128
_FORMAT = b"crm-slot 1 "
_EMPTY = SLOT_EMPTY.ljust(_HEADER - 1) + b"\n"


class Held(NamedTuple):
    """What the slot holds: the pending record, the new bytes of each file by staged name, the op's events."""

    record: Pending
    news: Mapping[str, bytes]
    events: bytes


def fill(state: Path, record: Pending, news: Mapping[str, bytes], events: bytes) -> bool:
    """Make an op durable in the slot; False when it does not fit. Raises `OSError` when it holds one not dealt with."""
    content = _encode(record, news, events)
    if content is None:
        return False
    path = state / SLOT
    if not _is_free(path):
        _make(state, path)
    disk.rewrite(path, content)
    return True


def clear(state: Path, *, sync: bool) -> None:
    """Say that the op is dealt with; without `sync` a power failure may bring it back."""
    disk.rewrite(state / SLOT, _EMPTY, sync=sync)


def settle(state: Path) -> None:
    """Before an op that goes another way: make it durable that the slot is empty, so that it never holds an op before the last."""
    path = state / SLOT
    if _is_free(path):
        disk.sync_file(path)


def read(state: Path) -> Held | None:
    """What the slot holds; None when it is empty, or holds what was never durable. An `OSError` says nothing of either."""
    try:
        fd = disk.open_plain(state / SLOT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        content = os.read(fd, _HEADER)
        if content.startswith(SLOT_EMPTY) or not content.startswith(_FORMAT):
            return None
        while part := os.read(fd, SIZE):
            content += part
    finally:
        os.close(fd)
    return decode(content)


def decode(content: bytes) -> Held | None:
    """Read the bytes of a slot; None unless they are whole."""
    header = content[:_HEADER].split()
    try:
        op, length, said = header[2], int(header[3]), header[4]
        payload = content[_HEADER : _HEADER + length]
        if len(payload) != length or _hash(op, payload) != said:
            return None
        return _decode(payload)
    except (IndexError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_free(path: Path) -> bool:
    """Whether a slot is there and may be written over; False when it is yet to be made (again)."""
    try:
        fd = disk.open_plain(path)
    except FileNotFoundError:
        return False
    try:
        header = os.read(fd, _HEADER)
        whole = os.fstat(fd).st_size == SIZE
    finally:
        os.close(fd)
    if header == _EMPTY:
        return whole
    if read(path.parent) is not None:
        raise OSError(errno.EBUSY, "an op before this one is not finished", str(path))
    return whole and header.startswith(_FORMAT)


def _make(state: Path, path: Path) -> None:
    """Make the slot, and durable that it is there, before anything is entrusted to it."""
    disk.make_folder(state / pending.FOLDER)
    disk.remove(path)
    disk.write_new(path, bytes(SIZE), mode=0o600)
    disk.sync_folder(state)
    disk.sync_folder(state.parent)


def _encode(record: Pending, news: Mapping[str, bytes], events: bytes) -> bytes | None:
    lengths = [[name, len(content)] for name, content in news.items()]
    head = pending.encode(record, news=lengths)
    payload = b"".join([head, b"\n", *news.values(), events])
    if _HEADER + len(payload) > SIZE:
        return None
    op = record.op.encode()
    header = b"%s%s %d %s" % (_FORMAT, op, len(payload), _hash(op, payload))
    return header.ljust(_HEADER - 1) + b"\n" + payload if len(header) < _HEADER else None


def _decode(payload: bytes) -> Held | None:
    head, _, rest = payload.partition(b"\n")
    found = json.loads(head)
    news: dict[str, bytes] = {}
    for name, length in found.pop("news"):
        news[name], rest = rest[:length], rest[length:]
    return Held(pending.decode(found), news, rest)


def _hash(op: bytes, payload: bytes) -> bytes:
    return digest(op + b"\n" + payload).encode()
