"""Bytes that are no text, as a word of the command, in a variable, and piped in: refused with their place, nothing changed.

The name of a file may hold them.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.errors import INTERNAL, OK, USAGE
from tests.hostile.book import book_in, crm
from tests.places import SOURCE_ROOTS

ODD = os.fsdecode(b"m\xffn")
LINES = """
log acme {}
log acme hi --at {}
log acme hi --kind {}
set acme name={}
set acme +{}
set acme {}=3
set acme about=@{}
customer add {}
next acme fri {}
move acme {}
snooze {} fri
done {}
rename acme {}
merge acme {}
assign {}
undo {}
edit {}
archive {}
erase {}
resolve {}
delete {} --purge --yes
tag rename {} vip
config me {}
--me {} set acme name=Bolt
attach {} crm.toml
import {}
find {}
customers {}
customers name:{}
customers --columns {}
customers --sort {}
customers --as-of {}
customers --format {}
show {}
brief {}
why {}
history {}
diff {}
diff --since {}
today --for {}
board {}
report {}
report won --by {}
changes --after {}
tag show {}
sql {}
{}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book_in(tmp_path_factory.mktemp("odd") / "book")[0]


def state_of(root: Path) -> dict[str, bytes]:
    """Everything that a user would miss."""
    files = (path for path in root.rglob("*") if path.is_file() and ".crm" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


def test_a_word_is_refused_with_a_sentence(root: Path) -> None:
    before = state_of(root)
    for line in LINES.strip().splitlines():
        told = crm(root, *(word.format(ODD) for word in line.split()))
        assert told.code not in (OK, INTERNAL), (line, told)
        assert told.err.isprintable() or "\x1b" not in told.err
    assert state_of(root) == before
    assert "word 5 of the command is no UTF-8: m\\xffn" in crm(root, "log", "acme", ODD).err


def test_a_variable_is_refused_by_its_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_ME", ODD)
    told = crm(root, "set", "acme", "name=Bolt")
    assert (told.code, "the variable CRM_ME is no UTF-8: m\\xffn" in told.err) == (USAGE, True)


def test_what_is_our_own_fault_stays_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that cannot be written and that nobody gave is a defect, with its details in a file."""
    monkeypatch.setattr("crmcli.cli.main._dispatch", lambda *_: "\udcfe".encode())
    err = io.StringIO()
    state = {"CRM_DEBUG": "1"}
    assert run(["--book", str(root), "log", "acme", ODD], Session(state, io.StringIO(), io.StringIO(), err)) == INTERNAL


@pytest.mark.parametrize("words", [("log", "acme"), ("log", "-"), ("set", "-", "name=Bolt")], ids=" ".join)
def test_stdin_is_refused(root: Path, words: tuple[str, ...]) -> None:
    """In whatever locale: some make Python hand such bytes on, some make it fail."""
    before = state_of(root)
    for locale in ("C", "C.UTF-8"):
        asked = subprocess.run(
            [sys.executable, "-m", "crmcli", "--book", str(root), *words],
            input=b'{"who": "acme", "text": "m\xffn"}\n',
            capture_output=True,
            env={**os.environ, "LC_ALL": locale, "PYTHONPATH": os.pathsep.join(map(str, SOURCE_ROOTS))},
            check=False,
        )
        assert asked.returncode == USAGE
        assert b"what comes from stdin is no UTF-8: it has a byte 0xff" in asked.stderr
    assert state_of(root) == before


def test_a_file_of_such_a_name_is_attached_under_a_plain_one(root: Path, tmp_path: Path) -> None:
    paper = tmp_path / f"{ODD} r.PDF"
    paper.write_bytes(b"signed")
    told = crm(root, "attach", "acme", str(paper))
    assert told.code == OK, told.err
    [kept] = (root / "files").rglob("*.pdf")
    assert (kept.name, kept.read_bytes()) == ("m-n-r.pdf", b"signed")
    assert "attached m\\xffn r.PDF" in crm(root, "brief", "acme").out
    for name in ("CON.txt", "-rf", "..evil", "a:b?.t*xt", "name. ", "aux"):
        paper = tmp_path / name
        paper.write_bytes(name.encode())
        assert crm(root, "attach", "acme", str(paper)).code == OK
    names = {path.name for path in (root / "files").rglob("*") if path.is_file()}
    plain = {"con-file.txt", "rf", "file.evil", "a-b.txt", "name", "aux-file"}  # Windows takes each of them
    assert names == {kept.name, *plain}
    assert crm(root, "check").code == OK
