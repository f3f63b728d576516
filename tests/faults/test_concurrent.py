"""Six processes write at once; a process is killed in the middle: nothing is lost, no id is given twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from crmcli.store.lock import LockNotHadError, is_locked, locked
from tests.faults import writer
from tests.faults.conftest import BOLT
from tests.places import SOURCE_ROOTS
from tests.storing import index_differences, journal_events, on_disk, replay_differences

WRITERS, TURNS = 6, 10


def start(book: Book, number: int) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(str(folder) for folder in SOURCE_ROOTS)
    environment = {**os.environ, "PYTHONPATH": paths, "CRM_ME": book.me}
    words = [sys.executable, str(Path(writer.__file__)), str(book.root), str(number), str(TURNS)]
    return subprocess.Popen(words, env=environment, stderr=subprocess.PIPE)


def test_six_writers(book: Book) -> None:
    running = [start(book, number) for number in range(WRITERS)]
    said = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0] * WRITERS, said
    events = journal_events(book.root)
    assert len({event.id for event in events}) == len(events)
    logged = {str(event.more["text"]) for event in events if event.do == "log"}
    assert logged == {f"{number} {turn}" for number in range(WRITERS) for turn in range(TURNS)}
    again = open_book(book.root)
    tags = on_disk(again)[str(BOLT)]["tags"]
    assert set(tags) == {f"by-{number}-{turn}" for number in range(WRITERS) for turn in range(TURNS)}
    assert not [event for event in events if event.via == "hand"]
    assert replay_differences(again) == []
    assert index_differences(again) == []


def test_the_lock_is_had_by_one_and_waited_for(book: Book) -> None:
    with locked(book.root):
        assert is_locked(book.root)
        with pytest.raises(LockNotHadError, match="another crm command") as failure, locked(book.root, wait=0):
            pass
    assert failure.value.exit_code == 5
    assert not is_locked(book.root)
    with locked(book.root, wait=0):
        pass
