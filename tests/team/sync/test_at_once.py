"""Several people sync at the same time, each in processes of their own: every acknowledged change is there once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.team.sync.people import FILE, People, Person, alike

TURNS = 3
NAMES = ("anna", "li", "bo")


class Worker(Thread):
    """One person's day: changes and syncs, one after the other; what was acknowledged is remembered."""

    def __init__(self, name: str, root: Path, variables: dict[str, str]) -> None:
        super().__init__()
        self.who, self._root, self._variables = name, root, variables
        self.acknowledged: list[str] = []
        self.codes: list[int] = []
        self.said: list[str] = []

    def run(self) -> None:
        for turn in range(TURNS):
            value = f"{self.who}-{turn}"
            for words in (
                ["set", "acme", f"own_{self.who}={value}"],
                ["set", "acme", f"shared={value}"],
                ["log", "acme", value],
            ):
                if self._crm(words).returncode == 0:
                    self.acknowledged.append(value)
            done = self._crm(["sync"])
            self.codes.append(done.returncode)
            self.said.append(done.stderr)

    def _crm(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["crm", *words], cwd=self._root, env=self._variables, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=300,
        )  # fmt: skip


@pytest.fixture
def three(people: People, tmp_path: Path) -> Iterator[list[Person]]:
    """Anna, Li and Bo; records have a field of each, and one of all."""
    text = people.anna.read("schema/customer.toml")
    fields = "".join(f"own_{name} = {{ type = 'text' }}\n" for name in NAMES) + "shared = { type = 'text' }\n"
    (people.anna.root / "schema/customer.toml").write_text(text.replace("[fields]\n", f"[fields]\n{fields}", 1))
    people.quiet()
    people.anna.git("clone", "-q", "../remote.git", str(tmp_path / "team" / "bo"))
    bo = Person(people.li, people.li.clock)
    bo.top = bo.root = tmp_path / "team" / "bo"
    bo.git("config", "user.email", "bo@kern.example")
    bo.crm("journal", "drift")
    yield [people.anna, people.li, bo]
    os.sync()


def test_three_sync_at_once(three: list[Person]) -> None:
    variables = three[0]._variables
    workers = [Worker(name, person.root, variables) for name, person in zip(NAMES, three, strict=True)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {code for worker in workers for code in worker.codes} <= {0, 1}, [worker.said for worker in workers]
    for _ in range(2):
        for person in three:
            person.sync()
    alike(three)
    events = three[0].events()
    for worker in workers:
        own = [e.to for e in events if e.field == f"own_{worker.who}"]
        assert own == [f"{worker.who}-{turn}" for turn in range(TURNS)]
        assert (
            sorted(str(e.more["text"]) for e in events if e.do == "log" and str(e.more["text"]).startswith(worker.who))
            == own
        )
        assert f"own_{worker.who}: {worker.who}-{TURNS - 1}\n" in three[0].read(FILE)
        assert len(worker.acknowledged) == 3 * TURNS
    shared = [e.to for e in events if e.field == "shared"]
    assert len(shared) == len(NAMES) * TURNS
    assert f"shared: {shared[-1]}\n" in three[0].read(FILE)


def test_a_command_while_a_sync_runs(people: People) -> None:
    """What somebody writes meanwhile, in another process, is not lost and not half in a commit."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    variables = people.li._variables
    sync = subprocess.Popen(["crm", "sync"], cwd=people.li.root, env=variables, stderr=subprocess.DEVNULL)
    codes = []
    for number in range(4):
        words = ["crm", "set", "arm", f"amount={number + 1}k"]
        codes.append(
            subprocess.run(words, cwd=people.li.root, env=variables, capture_output=True, check=False).returncode
        )
    assert sync.wait(300) == 0
    assert codes == [0, 0, 0, 0]
    people.quiet()
    assert "amount: 4000.00 EUR\n" in people.anna.read("deals/arm.md")
    assert len([e for e in people.anna.events() if e.field == "amount"]) == 4
