"""Links, pipes and devices in a book are never followed, never opened, never written through."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from crmcli.errors import BAD_DATA
from crmcli.model.ids import ulid
from crmcli.store import slot
from crmcli.store.pending import Pending, PlannedFile, digest, encode
from tests.books import make_book
from tests.hostile.book import book_in, crm

STEM = "evil-7k3f9"


def other_places(root: Path) -> Path:
    """A folder beside the book with a file in it, whose content nothing may show or change."""
    outside = root.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "precious.md").write_text("---\nname: SECRET\n---\n", encoding="utf-8")
    return outside


KINDS = {
    "link": "a symbolic link",
    "dangling": "a symbolic link",
    "loop": "a symbolic link",
    "device": "a symbolic link",
    "folder link": "a symbolic link",
    "pipe": "a pipe",
    "socket": "a socket",
    "folder": "a folder",
}


def put_in(name: Path, kind: str, outside: Path) -> None:
    """Something that is no file, under the name of one."""
    targets: dict[str, Path | str] = {
        "link": outside / "precious.md",
        "dangling": "nowhere",
        "loop": name.name,
        "device": "/dev/zero",
        "folder link": outside,
    }
    if kind == "pipe":
        os.mkfifo(name)
    elif kind == "folder":
        name.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound, contextlib.chdir(name.parent):
            bound.bind(name.name)  # from its own folder: a socket's whole path has at most 108 bytes
    else:
        name.symlink_to(targets[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_a_problem_and_no_record(tmp_path: Path, kind: str) -> None:
    root, acme = book_in(tmp_path / "book")
    outside = other_places(root)
    put_in(root / f"customers/{STEM}.md", kind, outside)
    shown = crm(root, "customers", "--format", "ids")
    assert shown.out.split() == [acme.id]
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert [(p["code"], p["path"], p["message"]) for p in found] == [
        ("not-a-file", f"customers/{STEM}.md", f"it is {KINDS[kind]}, not a plain file")
    ]
    assert crm(root, "set", STEM, "name=x").code == 3
    assert crm(root, "set", acme.id, "name=Bolt").code == 0
    assert (outside / "precious.md").read_text(encoding="utf-8").count("SECRET") == 1


@pytest.mark.parametrize("kind", ["link", "pipe", "socket", "folder"])
def test_what_is_no_file_in_the_place_of_a_record_keeps_its_last_state(tmp_path: Path, kind: str) -> None:
    root, acme = book_in(tmp_path / "book")
    outside = other_places(root)
    path = root / f"customers/{acme.id}.md"
    path.unlink()
    put_in(path, kind, outside)
    assert "Acme" in crm(root, "customers", "--format", "tsv").out
    for words in (
        ("set", acme.id, "name=x"),
        ("delete", acme.id, "--purge", "--yes"),
        ("archive", acme.id),
        ("show", acme.id),
    ):
        said = crm(root, *words)
        assert said.code == BAD_DATA
        assert f"it is {KINDS[kind]}, not a plain file" in said.err
    assert crm(root, "journal", "drift").code == 0
    assert "Acme" in crm(root, "customers", "--format", "tsv").out
    assert not path.is_file() or path.is_symlink()
    assert "SECRET" in (outside / "precious.md").read_text(encoding="utf-8")


def test_a_folder_of_that_name_may_hold_records_all_the_same(tmp_path: Path) -> None:
    """Folders between mean nothing; its name is a problem, and what is in it is read."""
    root, acme = book_in(tmp_path / "book")
    (root / f"customers/{STEM}.md").mkdir()
    (root / f"customers/{acme.id}.md").rename(root / f"customers/{STEM}.md/{acme.id}.md")
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
    assert "not-a-file" in crm(root, "check").out
    (root / f"customers/{STEM}.md").rename(root / "customers/emea")
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
    assert crm(root, "check").code == 0


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_in_the_place_of_a_segment_is_a_problem(tmp_path: Path, kind: str) -> None:
    root, acme = book_in(tmp_path / "book")
    name = next((root / "journal").iterdir()) / "zzzzz-0123456789.jsonl"
    put_in(name, kind, other_places(root))
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert [(p["code"], p["path"]) for p in found] == [("not-a-file", name.relative_to(root).as_posix())]
    assert crm(root, "set", acme.id, "name=Bolt").code == 0


@pytest.mark.parametrize("folder", ["customers", "journal", "schema", ".crm", ".crm/pending", ".crm/outbox"])
def test_a_folder_that_is_a_link_stops_every_command(tmp_path: Path, folder: str) -> None:
    root, acme = book_in(tmp_path / "book")
    outside = other_places(root)
    shutil.rmtree(root / folder, ignore_errors=True)
    (root / folder).symlink_to(outside)
    for words in (("customers",), ("customer", "add", "Bolt"), ("set", acme.id, "name=x"), ("check",)):
        said = crm(root, *words)
        assert said.code == BAD_DATA, words
        assert f"{folder} is a symbolic link" in said.err
    assert sorted(path.name for path in outside.iterdir()) == ["precious.md"]


def test_no_attachment_leaves_the_book(tmp_path: Path) -> None:
    root, acme = book_in(tmp_path / "book")
    outside = other_places(root)
    (root / "files").symlink_to(outside)
    assert crm(root, "attach", acme.id, str(outside / "precious.md")).code == BAD_DATA
    (root / "files").unlink()
    (root / "files/customers").mkdir(parents=True)
    (root / f"files/customers/{acme.id}").symlink_to(outside)
    assert crm(root, "attach", acme.id, str(outside / "precious.md")).code == BAD_DATA
    assert sorted(path.name for path in outside.iterdir()) == ["precious.md"]


@pytest.mark.parametrize(
    "name",
    [
        "crm.toml",
        "schema/x.toml",
        "rules/x.toml",
        "rates.tsv",
        ".crm/slot",
        ".crm/me",
        ".crm/head",
        ".crm/schema.cache",
    ],
)
def test_a_pipe_keeps_nobody_waiting(tmp_path: Path, name: str) -> None:
    root = make_book(tmp_path / "book", with_git=True).root
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).unlink(missing_ok=True)
    os.mkfifo(root / name)
    crm(root, "customers")
    crm(root, "customer", "add", "Bolt")
    crm(root, "check")


@pytest.mark.parametrize(
    "path",
    ["../pwn.md", ".git/hooks/post-commit", "/tmp/pwn.md", "customers/../../pwn.md", "a\\..\\pwn.md"],  # noqa: S108
)
def test_an_op_that_somebody_else_packed_writes_nothing_outside(tmp_path: Path, path: str) -> None:
    root, acme = book_in(tmp_path / "book")
    news = b"pwned"
    planned = PlannedFile(path, "", digest(news), "0.new")
    record = Pending(ulid(0, 1), "", "journal/x.jsonl", 0, 0, digest(b""), [planned], [])
    (root / "journal/x.jsonl").touch()
    assert slot.fill(root / ".crm", record, {"0.new": news}, b"")
    assert crm(root, "set", acme.id, "name=Bolt").code == 0
    assert [found for found in tmp_path.rglob("*") if found.is_file() and found.read_bytes() == news] == []
    assert not Path("/tmp/pwn.md").exists()  # noqa: S108


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param("journal/x/report.jsonl", id="through a link"),
        pytest.param("customers/{}.md", id="a record"),
        pytest.param("crm.toml", id="an engine file"),
        pytest.param("rates.tsv", id="a table"),
    ],
)
def test_an_op_that_somebody_else_packed_cuts_nothing_but_the_journal(tmp_path: Path, segment: str) -> None:
    """What was appended in part is taken back; where is what the pending record says."""
    root, acme = book_in(tmp_path / "book")
    outside = other_places(root)
    (root / "rates.tsv").write_text("2026-11-01 USD 0.9\n", encoding="utf-8")
    (outside / "report.jsonl").write_text("precious\n", encoding="utf-8")
    (root / "journal/x").symlink_to(outside)
    path = root / segment.format(acme.id)
    before = path.read_bytes()
    record = Pending(ulid(0, 1), "", segment.format(acme.id), 0, 1 << 30, digest(b"never"), [], [])
    folder = root / ".crm/pending" / record.op
    folder.mkdir(parents=True)
    (folder / "pending.json").write_bytes(encode(record))
    said = crm(root, "customer", "add", "Bolt")
    assert said.code == (BAD_DATA if "/x/" in segment else 0), said.err
    assert path.read_bytes() == before
    (root / "journal/x").unlink()
    assert crm(root, "customer", "add", "Chen").code == 0
    assert not folder.exists()


def test_a_folder_among_records_that_became_a_link_holds_none(tmp_path: Path) -> None:
    root, acme = book_in(tmp_path / "book")
    emea = root / "customers/emea"
    emea.mkdir()
    (root / f"customers/{acme.id}.md").rename(emea / f"{acme.id}.md")
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
    emea.rename(tmp_path / "outside")
    emea.symlink_to(tmp_path / "outside")
    assert crm(root, "customers", "--format", "ids").out.split() == []
    assert crm(root, "reindex").code == 0
    assert crm(root, "customers", "--format", "ids").out.split() == []
    assert "customers/emea: not-a-file it is a symbolic link" in crm(root, "check").out
