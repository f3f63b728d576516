"""A real process is killed between two steps; the next one finishes what it began, or drops it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store.book import Book, open_book
from crmcli.store.recovery import unfinished
from tests.faults import dying
from tests.faults.conftest import ACME, BOLT, DEAL
from tests.places import SOURCE_ROOTS
from tests.storing import index_differences, on_disk, replay_differences


@pytest.mark.parametrize(
    ("step", "when", "done"), [("append", "before", False), ("append", "after", True), ("link", "after", True)]
)
def test_killed(book: Book, step: str, when: str, done: bool) -> None:
    paths = os.pathsep.join(str(folder) for folder in SOURCE_ROOTS)
    words = [sys.executable, str(Path(dying.__file__)), str(book.root), step, when]
    ended = subprocess.run(words, env={**os.environ, "PYTHONPATH": paths, "CRM_ME": book.me}, check=False)
    assert ended.returncode == 9
    assert len(unfinished(book.root, book.state)) == 1
    again = open_book(book.root)
    outcome = carry_out(again, [Change("log", DEAL, more={"kind": "call", "text": "next"})], Request("log"))
    assert any("had been cut off and is finished now" in notice for notice in outcome.notices) == done
    names = {on_disk(again)[str(ref)]["name"] for ref in (ACME, BOLT)}
    assert names == ({"new"} if done else {ACME.id, BOLT.id})
    assert unfinished(book.root, book.state) == []
    assert replay_differences(again) == []
    assert index_differences(again) == []
