"""Hooks as people meet them: whole commands, real processes, hooks that misbehave (docs/guarantees.md)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from crmcli.engines import hooking
from crmcli.store import outbox
from crmcli.store.book import open_book
from crmcli.store.trust import read_hook, trust
from tests.books import make_book
from tests.hooks.book import gone
from tests.places import SOURCE_ROOTS
from tests.rivals.ledger import broken_chains, lines_of, values_in_files
from tests.storing import index_differences, replay_differences
from tests.unit.cli.memory import Shown, run_in_memory

CRM = f'PYTHONPATH={os.pathsep.join(map(str, SOURCE_ROOTS))} {sys.executable} -m crmcli --book "$CRM_BOOK"'
"""How a hook here calls the very program that is tested."""

ON_SET = "on customer set"
BEFORE_SET = "before customer set"


class Scene:
    """A book with two customers, a settings folder outside of it, and hooks."""

    def __init__(self, home: Path) -> None:
        self.settings = home / "settings"
        self.settings.mkdir(mode=0o700)
        book = make_book(home / "book")
        book.index.close()
        self.root = book.root
        self.acme, self.bolt = (self._made(name) for name in ("Acme", "Bolt"))

    def _made(self, name: str) -> str:
        assert self.crm("customer", "add", name).code == 0
        return next(path.stem for path in (self.root / "customers").glob(f"{name.lower()}-*.md"))

    def hook(self, name: str, header: str, body: str, *, first: str = "#!/bin/sh", end: str = "\n") -> Path:
        """Put a hook into the book and trust it."""
        path = self.root / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        lines = [first, *(f"# crm: {line}" for line in ("limit 60s", *header.splitlines())), body, ""]
        path.write_bytes(end.join(lines).encode())
        path.chmod(0o755)
        trust(self.settings, self.root, read_hook(self.root, name))
        return path

    def crm(self, *words: str) -> Shown:
        """Run a command line in this process."""
        return run_in_memory("--book", str(self.root), *words)

    def value(self, who: str, field: str) -> object:
        """What a customer's file says."""
        return values_in_files(self.root).get((f"customers/{who}", field))

    def check(self) -> None:
        """The book is whole, whatever hooks did."""
        assert broken_chains(lines_of(self.root)) == []
        again = open_book(self.root)
        assert replay_differences(again) == []
        assert index_differences(again) == []


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "settings"))
    return Scene(tmp_path)


def test_an_on_hook_reads_and_writes_the_book(scene: Scene) -> None:
    """Other records, its own record: nothing is locked while a hook runs."""
    scene.hook(
        "writes",
        f"{ON_SET} field:industry",
        f'{CRM} show "$CRM_ID" --format json | grep -q pumps || exit 3\n'
        f'{CRM} set {scene.acme} size=7 --quiet && {CRM} set "$CRM_ID" size=8 --quiet',
    )
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert said.code == 0
    assert "failed" not in said.err, said.err
    assert (scene.value(scene.acme, "size"), scene.value(scene.bolt, "size")) == ("7", "8")
    assert [line["via"] for line in lines_of(scene.root) if line.get("field") == "size"] == ["hook:writes"] * 2
    scene.check()


def test_a_before_hook_reads_and_writes_other_records(scene: Scene) -> None:
    scene.hook("writes", f"{BEFORE_SET} field:industry", f"{CRM} set {scene.acme} size=7 --quiet")
    assert scene.crm("set", scene.bolt, "industry=pumps").code == 0
    assert (scene.value(scene.acme, "size"), scene.value(scene.bolt, "industry")) == ("7", "pumps")
    scene.check()


def test_a_before_hook_that_changes_the_same_record(scene: Scene) -> None:
    """What it was asked about is no longer so: exit 5, and its own change stays."""
    scene.hook("writes", f"{BEFORE_SET} field:industry", f'{CRM} set "$CRM_ID" size=7 --quiet')
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert said.code == 5
    assert f"customers/{scene.bolt}.md was changed meanwhile" in said.err
    assert (scene.value(scene.bolt, "size"), scene.value(scene.bolt, "industry")) == ("7", None)
    scene.check()


def test_a_before_hook_that_changes_a_record_being_renamed(scene: Scene) -> None:
    """The file that is left counts as much as the one that comes: there are not two records then."""
    scene.hook(
        "writes", f"{BEFORE_SET} field:aliases", f'sed -i "s/^name: .*/name: Changed/" customers/{scene.bolt}.md'
    )
    said = scene.crm("rename", scene.bolt, "nut")
    assert said.code == 5
    assert f"customers/{scene.bolt}.md was changed meanwhile" in said.err
    assert not (scene.root / "customers" / "nut.md").exists()
    assert scene.value(scene.bolt, "name") == "Changed"
    scene.check()


@pytest.mark.parametrize(
    "body",
    [
        f"{CRM} product add Inner sku=ARM-6 --quiet",
        "printf -- '---\\nsku: ARM-6\\n---\\n' > $CRM_BOOK/products/inner-7k3f9.md",
    ],
    ids=["by a command", "by hand"],
)
def test_a_before_hook_that_takes_a_unique_value(scene: Scene, body: str) -> None:
    """What nobody had when the command planned it, the hook gave to another record: exit 7, and only that one has it."""
    (scene.root / "products").mkdir(exist_ok=True)
    scene.hook("writes", "before product create name:Outer", body)
    said = scene.crm("product", "add", "Outer", "sku=ARM-6")
    assert said.code == 7, said.err
    assert "sku 'ARM-6' belongs to products/inner-" in said.err
    assert [path.stem.rpartition("-")[0] for path in (scene.root / "products").glob("*.md")] == ["inner"]


def test_a_hook_that_fires_itself_stops_at_the_fourth(scene: Scene) -> None:
    scene.hook("again", f"{ON_SET} field:size", f'{CRM} set "$CRM_ID" "size=(size+1)" --quiet')
    said = scene.crm("set", scene.bolt, "size=1")
    assert said.code == 0
    assert scene.value(scene.bolt, "size") == "5"
    scene.check()
    assert outbox.keys(scene.root / ".crm" / "outbox") == []


def test_a_before_hook_that_asks_itself_is_a_no(scene: Scene) -> None:
    """Nobody answers at the bottom, so nobody above agrees, and nothing is written."""
    scene.hook("again", f"{BEFORE_SET} field:size", f'{CRM} set "$CRM_ID" "size=(5)" --quiet')
    said = scene.crm("set", scene.bolt, "size=1")
    assert said.code == 7
    assert "4 hooks already run inside each other" in said.err
    assert scene.value(scene.bolt, "size") is None
    scene.check()


class GoneError(BaseException):
    """The machine is off."""


@pytest.mark.parametrize("place", ["before the outbox", "after the outbox"])
def test_the_machine_dies_between_commit_and_hook(scene: Scene, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """The change is there; the hook runs with the next command that writes, once, under the key it had."""
    scene.hook("tells", f"{ON_SET} field:industry", 'echo "$CRM_KEY $CRM_TO" >> told')

    def die(*_: object, **_more: object) -> None:
        raise GoneError

    with monkeypatch.context() as patch:
        patch.setattr(*((outbox, "put") if place == "before the outbox" else (hooking, "drain")), die)
        book = open_book(scene.root)
        from crmcli.actions.set import set_fields
        from crmcli.model.record import Ref

        with pytest.raises(GoneError):
            set_fields(book, [Ref("customers", scene.bolt)], ["industry=pumps"])
        book.index.close()
    assert not (scene.root / "told").exists()
    assert scene.crm("set", scene.acme, "size=1").code == 0
    [event] = [line["id"] for line in lines_of(scene.root) if line.get("to") == "pumps"]
    assert (scene.root / "told").read_text() == f"{event}.tells pumps\n"
    scene.crm("set", scene.acme, "size=2")
    assert len((scene.root / "told").read_text().splitlines()) == 1
    scene.check()


def test_lines_that_end_in_crlf_are_said(scene: Scene) -> None:
    """The system looks for an interpreter named `/bin/sh` and a carriage return."""
    scene.hook("windows", ON_SET, "exit 0", end="\r\n")
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert said.code == 0
    assert "its lines end in CR LF: save it with LF line ends" in said.err


@pytest.mark.parametrize("phase", ["on", "before"])
def test_what_a_hook_says_does_not_act_on_the_terminal(scene: Scene, phase: str) -> None:
    scene.hook(
        "loud",
        f"{phase} customer set",
        r"printf '\033]0;owned\007\033[2J\342\200\256said\r\n' | tee /dev/stderr; exit 1",
    )
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert said.code == (7 if phase == "before" else 0)
    assert "said" in said.err
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(said.err + said.out)
    log = scene.crm("hook", "log", "--format", "plain")
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(log.err + log.out)


def test_hostile_files_in_the_hooks_folder_stop_nothing(scene: Scene, tmp_path: Path) -> None:
    """None of them is run, each is said, and the change is made."""
    folder = scene.root / "hooks"
    folder.mkdir()
    outside = tmp_path / "outside"
    text = f"#!/bin/sh\n# crm: {ON_SET}\n: > {tmp_path}/ran\n"
    outside.write_text(text, encoding="utf-8")
    outside.chmod(0o755)
    names = ["-rf", "with blank", "with\nnewline", "...", "quote'\"", "\u202eevil", "\x1b[2J", "..x"]
    for name in names:
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    (folder / "link").symlink_to(outside)
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe")
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert said.code == 0
    assert not (tmp_path / "ran").exists()
    assert "hooks/link is a symbolic link" in said.err
    assert "hooks/dangling is a symbolic link" in said.err
    assert "hooks/pipe is not a regular file" in said.err
    listed = scene.crm("hook", "list", "--format", "plain")
    assert listed.code == 0
    for shown in (said, listed):
        assert not {"\x1b", "\u202e"} & set(shown.out + shown.err)
    for name in names:
        assert scene.crm("hook", "trust", "--yes", "--", name).code != 0
    assert not (tmp_path / "ran").exists()


def test_a_secret_is_nowhere_but_in_its_own_hook(scene: Scene) -> None:
    """It is not in the journal, the log, the outbox or the index, nor in the environment of a hook that a hook fires."""
    secret = "Zq7-not-for-others"  # noqa: S105 - made up
    path = scene.settings / "secrets.toml"
    path.write_text(f'TOKEN = "{secret}"\n', encoding="utf-8")
    path.chmod(0o600)
    scene.hook(
        "knows",
        f"{ON_SET} field:industry\nneeds TOKEN",
        f'echo "$TOKEN" | tee /dev/stderr; {CRM} set "$CRM_ID" size=1 --quiet; exit 1',
    )
    scene.hook("asks", f"{ON_SET} field:size", "env; env >&2")
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert "<TOKEN>" in said.err
    assert secret not in said.out + said.err
    holding = [p for p in scene.root.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    assert holding == []
    logged = (scene.root / ".crm" / "hooks.log.jsonl").read_text(encoding="utf-8")
    assert {json.loads(line)["hook"] for line in logged.splitlines()} == {"knows", "asks"}


def test_a_hook_that_never_reads_a_huge_payload(scene: Scene) -> None:
    scene.hook("deaf", ON_SET, "echo done")
    (scene.root / "about.md").write_text("word " * 150_000, encoding="utf-8")
    said = scene.crm("set", scene.bolt, f"about=@{scene.root / 'about.md'}")
    assert said.code == 0
    assert "hook deaf: done" in said.err + said.out


def test_a_hook_that_leaves_children_behind(scene: Scene) -> None:
    """The command returns; what stays in the hook's process group is ended."""
    scene.hook(
        "forks", ON_SET, "sleep 600 & echo $! > child; sleep 600 >/dev/null 2>&1 </dev/null & echo $! >> child; exit 0"
    )
    assert scene.crm("set", scene.bolt, "industry=pumps").code == 0
    for number in (scene.root / "child").read_text().split():
        assert gone(int(number))


def test_trust_cannot_come_with_the_book(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that brings a list of trusted hooks, or names a settings folder of its own, runs nothing."""
    path = scene.hook("tells", ON_SET, f": > {tmp_path}/ran")
    inside = scene.root / "settings"
    inside.mkdir(mode=0o700)
    (inside / "trusted-hooks.json").write_bytes((scene.settings / "trusted-hooks.json").read_bytes())
    (inside / "trusted-hooks.json").chmod(0o600)
    monkeypatch.setenv("CRM_CONFIG", str(inside))
    said = scene.crm("set", scene.bolt, "industry=pumps")
    assert said.code == 0
    assert "hook tells is not trusted on this machine and was not run" in said.err
    monkeypatch.setenv("CRM_CONFIG", str(scene.settings))
    path.write_bytes(path.read_bytes() + b"\n")
    said = scene.crm("set", scene.bolt, "industry=valves")
    assert "hook tells changed since you trusted it and was not run" in said.err
    assert not (tmp_path / "ran").exists()
