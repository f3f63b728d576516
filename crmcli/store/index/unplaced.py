"""Ops that wait: how far their segments may be read, and what files will hold that an op has not put in place yet.

An op's commit point is its events in the segment. From there on readers take its files as it will leave them, whether
they are renamed yet or not, so that nobody sees a half of it: not while it is being written, nor after it was cut off.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store.disk import read_whole
from crmcli.store.index.scan import read_file
from crmcli.store.pending import digest
from crmcli.store.records import SIZE_LIMIT
from crmcli.store.staging import waiting


class Unplaced(NamedTuple):
    """A file of a committed op: the hash of what it held before ("" = it was not there), and where its new bytes are."""

    target: Path
    old: str
    new: str
    staged: Path
    content: bytes | None  # while they have no name yet

    def read(self) -> bytes | None:
        """The new bytes; None when the file goes away. They may have been put in place since."""
        if not self.new or self.content is not None:
            return self.content if self.new else None
        try:
            return read_whole(self.staged)
        except FileNotFoundError:
            return read_whole(self.target)


class Waiting(NamedTuple):
    """How far readers may read segments that an op is appending to, and files to come, by path."""

    limits: dict[str, int]
    unplaced: dict[str, Unplaced]


def waiting_ops(root: Path, state: Path) -> Waiting:
    """What lies in the slot and in pending folders, as far as it can be read."""
    from crmcli.store.recovery import committed_events  # noqa: PLC0415 - only where an op waits

    found = Waiting({}, {})
    for record, staged in waiting(state):
        with suppress(OSError):
            if committed_events(root, record) is None:
                found.limits[record.segment] = record.start
                continue
            for file in record.files:
                path = Path(staged.prefix + file.staged)
                content = staged.news.get(file.staged)
                found.unplaced[file.path] = Unplaced(root / file.path, file.old, file.new, path, content)
    return found


def is_as_before(planned: Unplaced, content: bytes | None) -> bool:
    """Whether a file (None: it is not there) still is what the op was planned on."""
    return ("" if content is None else digest(content)) == planned.old


def bytes_to_come(unplaced: Mapping[str, Unplaced], path: str) -> bytes | None:
    """The new bytes of a file that is not in place yet; None for every other file, to be read where it lies.

    What rows are made from, a second time too: those of the state before, under the hash of the one to come, would be
    found out by no look.
    """
    planned = unplaced.get(path)
    if planned is None:
        return None
    content = None
    try:
        content = read_file(str(planned.target), 0, SIZE_LIMIT + 1)
    except FileNotFoundError:
        pass
    except OSError:
        return None  # whoever reads it tells why it cannot be read
    return planned.read() if is_as_before(planned, content) else None
