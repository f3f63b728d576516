"""Changes that came by sync: one batch event, for hooks marked `where runner`, on the book's runner alone."""

from __future__ import annotations

import json

import pytest

from crmcli.engines import arrivals
from crmcli.store.sync.arrive import MARK
from tests.team.sync.people import People, Person
from tests.team.sync.test_rounds import script


def install(people: People, name: str, header: str) -> None:
    """A hook that writes down what it was told, shared and trusted by both."""
    path = people.anna.root / "hooks" / name
    script(
        path, "".join(f"# crm: {line}\n" for line in header.splitlines()) + f'cat >> "$CRM_BOOK/../told-{name}-$CRM_ME"'
    )
    people.quiet()
    for person in (people.anna, people.li):
        person.crm("hook", "trust", name, "--yes")


def told(person: Person, name: str) -> list[dict[str, object]]:
    """What the hook was told in this person's clone."""
    found = [
        path
        for path in person.root.parent.glob(f"told-{name}-*")
        if path.name.split("-")[2] == person.top.name[:4].rstrip("-")
    ]
    text = "".join(path.read_text() for path in found)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@pytest.fixture
def runner(people: People) -> People:
    """Anna's clone is the book's runner."""
    people.anna.crm("set", "acme", "size=41")
    letters = (people.anna.root / ".crm" / "clone").read_text().split()[0]
    line = next(line for line in people.anna.read("crm.toml").splitlines() if line.startswith("runner"))
    people.anna.edit("crm.toml", (line, f'runner = "{letters}"'))
    install(people, "won", "on deal move to:won\nwhere runner")
    install(people, "here", "on deal move to:won")
    return people


def win(person: Person) -> None:
    for stage in ("proposal", "won"):
        person.crm("move", "arm", stage)


def test_the_runner_is_told_once(runner: People) -> None:
    win(runner.li)
    assert told(runner.li, "won") == []
    runner.li.sync()
    runner.anna.sync()
    [said] = told(runner.anna, "won")
    assert (said["event"], said["count"], said["on"], said["to"]) == ("batch", 1, "deals/arm", "won")
    before, after = said["before"], said["after"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert (before["stage"], after["stage"]) == ("contact", "won")
    assert len(told(runner.li, "here")) == 1
    assert told(runner.anna, "here") == []
    runner.quiet()
    assert len(told(runner.anna, "won")) == 1


def test_several_changes_are_one_batch(runner: People) -> None:
    install(runner, "all", "on any set\nwhere runner")
    runner.li.crm("set", "acme", "size=50")
    runner.li.crm("set", "arm", "amount=6k")
    runner.li.sync()
    runner.anna.sync()
    [said] = told(runner.anna, "all")
    assert (said["event"], said["count"]) == ("batch", 2)


def test_a_filter_is_asked_of_the_record_as_it_is_now(runner: People) -> None:
    install(runner, "big", "on deal move to:won amount:10k..\nwhere runner")
    install(runner, "small", "on deal move to:won amount:..10k\nwhere runner")
    win(runner.li)
    runner.li.sync()
    runner.anna.sync()
    assert (len(told(runner.anna, "big")), len(told(runner.anna, "small"))) == (0, 1)


def test_also_where_both_worked(runner: People) -> None:
    win(runner.li)
    runner.li.sync()
    runner.anna.crm("set", "arm", "amount=6k")
    runner.anna.sync()
    assert len(told(runner.anna, "won")) == 1


def test_a_hook_that_nobody_trusts_here(runner: People) -> None:
    win(runner.li)
    runner.li.sync()
    script(runner.anna.root / "hooks" / "won", "# crm: on deal move to:won\n# crm: where runner\nexit 1")
    assert "won" in runner.anna.sync().err
    assert told(runner.anna, "won") == []


def test_a_crash_between_arriving_and_telling(runner: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hooks are due from the moment that the files are there."""
    win(runner.li)
    runner.li.sync()

    def broken(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "queue", broken)
        assert runner.anna.says("sync").code == 1
    assert (runner.anna.root / ".crm" / MARK).exists()
    assert told(runner.anna, "won") == []
    runner.anna.sync()
    assert len(told(runner.anna, "won")) == 1
    assert not (runner.anna.root / ".crm" / MARK).exists()
