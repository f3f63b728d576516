"""Where an export is written: never over what is no file, never into the book's own places, with the rights that were there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crmcli.actions.importing.rejects import Refusal, RejectFile
from crmcli_formats.sheets import Row
from tests.hostile.book import book_in, crm

OWN = [
    "crm.toml",
    "customers/acme.csv",
    "journal/x.csv",
    "schema/x.csv",
    ".git/config",
    ".crm/x",
    "Hooks/x",
    "in/x.csv",
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book_in(tmp_path_factory.mktemp("export"))[0]


@pytest.mark.parametrize("form", ["csv", "vcard"])
def test_the_book_s_own_places_are_refused(root: Path, form: str) -> None:
    if not (root / "in").is_symlink():
        (root / "in").symlink_to("customers")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".crm" not in path.parts}
    for name in OWN:
        said = crm(root, "export", form, "customers", "--to", str(root / name), "--yes")
        assert (said.code, "is the book's own" in said.err) == (2, True), (name, said)
    assert crm(root, "export", "vcard", "customers", "--to", str(root)).code == 2
    after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".crm" not in path.parts}
    assert after == before
    (root / "in").unlink()
    assert crm(root, "export", "csv", "customers", "--to", str(root / "mine.csv")).code == 0
    (root / "mine.csv").unlink()


def test_what_is_no_file_stays_what_it_is(root: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for form in ("csv", "xlsx", "sqlite", "book"):
        words = ["customers"] if form in ("csv", "xlsx") else []
        said = crm(root, "export", form, *words, "--to", str(pipe), "--yes")
        assert (said.code, "is a pipe" in said.err) == (2, True), said
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_link_is_replaced_on_a_yes_and_not_followed(root: Path, tmp_path: Path) -> None:
    link, other = tmp_path / "link.csv", tmp_path / "other"
    link.symlink_to(other)
    assert crm(root, "export", "csv", "customers", "--to", str(link)).code == 2
    assert link.is_symlink()
    assert crm(root, "export", "csv", "customers", "--to", str(link), "--yes").code == 0
    assert (link.is_symlink(), other.exists()) == (False, False)


def test_rights_stay_and_a_name_may_be_as_long_as_names_are(root: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{'a' * 251}.csv"
    path.touch(mode=0o600)
    for form in ("csv", "xlsx"):
        assert crm(root, "export", form, "customers", "--to", str(path), "--yes").code == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("stem", ["n" * 251, "名" * 83])
def test_what_lies_beside_an_import_has_a_name_whatever_the_file_is_called(tmp_path: Path, stem: str) -> None:
    source = tmp_path / f"{stem}.csv"
    source.touch()
    for _ in range(2):
        beside = RejectFile(tmp_path, source, ["name"], ",")
        beside.add(Row(2, ["Acme"]), Refusal(2, "name", "why not"))
        beside.flush()
    made = sorted(path.name for path in tmp_path.iterdir() if path != source)
    assert [name.partition(".")[2] for name in made] == ["rejects-2.csv", "rejects.csv"]
    assert all(name.startswith(stem[:5]) for name in made)
