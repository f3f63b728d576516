"""Files to import that are full of traps: taken right, or refused with the exact place and reason, in bounded time and memory."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.errors import BAD_DATA, USAGE
from crmcli_formats.csv import Table
from tests.books import make_book
from tests.hostile.book import crm

MAP = 'to = "customer"\nsame = ["name"]\ncolumns = { name = "name", about = "about" }\n'
GOOD = b"name,about\nAcme,pumps\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with a map, and a folder of its own to import in."""
    root = make_book(tmp_path / "book").root
    (root / "imports").mkdir()
    (root / "imports/test.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    return root


def names(root: Path) -> list[str]:
    return crm(root, "customers", "--columns", "name", "--format", "tsv").out.splitlines()[1:]


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


def to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def to_pipe(path: Path) -> None:
    os.mkfifo("pipe")
    path.symlink_to("pipe")


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (os.mkfifo, "a pipe"),
    "folder": (Path.mkdir, "a folder"),
    "device": (to_device, "a device"),
    "link to a pipe": (to_pipe, "a pipe"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_refused_at_once(root: Path, kind: str) -> None:
    make, what = KINDS[kind]
    make(Path("rows.csv"))
    said = crm(root, "import", "rows.csv", "--as", "test")
    assert (said.code, said.out) == (BAD_DATA, "")
    assert said.err.startswith(f"crm: error: rows.csv cannot be imported: it is {what}\nhint: ")
    assert names(root) == []


def test_a_socket_cannot_be_opened(root: Path) -> None:
    bound(Path("rows.csv"))
    said = crm(root, "import", "rows.csv", "--as", "test")
    assert said.code == 1
    assert said.err.startswith("crm: error: rows.csv: ")


def test_a_link_to_a_file_is_followed(root: Path) -> None:
    Path("real.csv").write_bytes(GOOD)
    Path("rows.csv").symlink_to("real.csv")
    assert crm(root, "import", "rows.csv", "--as", "test").code == 0
    assert names(root) == ["Acme"]


def test_a_link_that_changes_meanwhile_is_read_once(tmp_path: Path) -> None:
    """Whoever looks at the kind of a file and then opens it again may be given another."""
    path = tmp_path / "rows.csv"
    (tmp_path / "real.csv").write_bytes(GOOD)
    path.symlink_to("real.csv")
    with Table(path) as table:
        path.unlink()
        path.symlink_to("/dev/zero")
        assert [row.cells for row in table] == [["Acme", "pumps"]]
    path.unlink()
    path.symlink_to("real.csv")
    (tmp_path / "real.csv").write_bytes(GOOD * 10_000 + b"\xff\x81,x\n")
    with pytest.raises(Exception, match=r"rows\.csv:20001:1: byte 0xff, which is not UTF-8"):
        Table(path)


REFUSED = {
    "NUL": (GOOD + b"Bo\0lt,x\n", "rows.csv:3:3: a NUL byte"),
    "NUL in the first row": (b"na\0me,about\nx,y\n", "rows.csv:1:3: a NUL byte"),
    "no UTF-8": (GOOD + b"M\xfc\x81ller,x\n", "rows.csv:3:2: byte 0xfc, which is not UTF-8"),
    "no UTF-8 after 3 MB": (
        GOOD + b"Acme,pumps\n" * 300_000 + b"Acme,\xff\x81\n",
        "rows.csv:300003:6: byte 0xff, which is not UTF-8",
    ),
    "a letter cut at the end": (GOOD + b"Bolt,\xe2\x82", "rows.csv:3:6: byte 0xe2, which is not UTF-8"),
    "half a character": (GOOD + b"Bolt,\xed\xa0\x80\n", "rows.csv:3:6: byte 0xed, which is not UTF-8"),
    "UTF-32": (GOOD.decode().encode("utf-32"), "rows.csv cannot be imported: it is UTF-32 text"),
    "UTF-32 without a mark": (GOOD.decode().encode("utf-32-le"), "rows.csv:1:2: a NUL byte"),
    "gzip": (b"\x1f\x8b\x08\x00" + b"x" * 100, "rows.csv cannot be imported: it is a gzip archive"),
    "17 MB in a line": (GOOD + b"x" * 17_000_000, "rows.csv:3: a row of more than 16,777,216 letters"),
    "17 MB of closed quotes": (
        GOOD + b'"a\n",' * 3_400_000,
        "rows.csv:3: a row of more than 16,777,216 letters",
    ),
    "nothing but line ends": (b"\n" * 200_000, "rows.csv is empty"),
}


@pytest.mark.parametrize("trap", REFUSED)
def test_a_file_is_refused_with_its_place(root: Path, trap: str) -> None:
    content, message = REFUSED[trap]
    Path("rows.csv").write_bytes(content)
    said = crm(root, "import", "rows.csv", "--as", "test")
    assert said.code == BAD_DATA
    assert said.err.startswith(f"crm: error: {message}"), said.err
    assert "hint: " in said.err
    assert len(said.err) < 400
    assert names(root) == []
    assert [path.name for path in Path().iterdir()] == ["rows.csv"]


ROWS = {
    "10 MB in a line": (
        b"x" * 10_000_000,
        "",
        "a cell longer than 131,072 letters: a closing quote is probably missing",
    ),
    "10 MB in a cell": (
        b'Bolt,"' + b"x" * 10_000_000 + b'"',
        "",
        "a cell longer than 131,072 letters: a closing quote",
    ),
    "10 MB of commas": (b"," * 10_000_000, "", ""),
    "10 MB of cells": (b"x," * 5_000_000, "", "5000001 cells, the first row has 2"),
    "an open quote": (b'"Bolt,x\n' + b"y,z\n" * 50_000, "", "a cell longer than 131,072 letters: a closing quote"),
    "a name with a line end": (b'"Bo\nlt",x', "name", "a line break at position 3; this field holds one line"),
    "a name with an escape": (b"Bo\x1b[31mlt,x", "name", "an invisible control character (U+001B) at position 3"),
    "no name": (b",x", "", "needs"),
}


@pytest.mark.parametrize("trap", ROWS)
def test_a_row_is_refused_with_column_and_reason(root: Path, trap: str) -> None:
    """The others are imported; the file of refused rows says why, and holds the row."""
    content, column, reason = ROWS[trap]
    Path("rows.csv").write_bytes(GOOD + content + b"\nLast,z\n")
    said = crm(root, "import", "rows.csv", "--as", "test")
    if not reason:  # nothing in it: no row
        assert said.code == 0
        assert names(root) == ["Acme", "Last"]
        return
    assert said.code == BAD_DATA
    assert len(said.err) < 1000
    assert {"Acme", "Last"} <= set(names(root))
    header, _, rest = Path("rows.rejects.csv").read_text(encoding="utf-8").partition("\n")
    assert header.startswith("row,column,reason,name,about")
    assert rest.startswith(f"3,{column},"), rest[:200]
    assert reason in rest[:300].replace('""', '"')


def test_cells_of_100_000_letters_and_formulas_are_taken(root: Path) -> None:
    long = "word " * 19_999 + "letters"
    formulas = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", '=HYPERLINK("http://x")']
    quoted = ['"' + formula.replace('"', '""') + '"' for formula in formulas]
    Path("rows.csv").write_text(
        "\n".join(["name,about", f"Acme,{long}", *(f"{cell},{cell}" for cell in quoted)]), encoding="utf-8"
    )
    assert crm(root, "import", "rows.csv", "--as", "test").code == 0
    assert sorted(names(root)) == sorted(["Acme", *formulas])
    shown = crm(root, "customers", "--columns", "name", "--format", "csv").out
    assert not [line for line in shown.splitlines() if line.lstrip('"')[:1] in "=@+-"]
    [path] = [path for path in (root / "customers").iterdir() if path.stat().st_size > 50_000]
    assert long in path.read_text(encoding="utf-8")


def test_a_header_of_10_000_columns(root: Path) -> None:
    """Those that the map names are read, wherever they stand; the message names some of the others."""
    others = [f"column {number} {'x' * 100}" for number in range(9_998)]
    header = ",".join([*others[:5_000], "about", *others[5_000:], "name"])
    Path("rows.csv").write_text(f"{header}\n{'a,' * 5_000}pumps,{'b,' * 4_998}Acme\n", encoding="utf-8")
    said = crm(root, "import", "rows.csv", "--as", "test")
    assert said.code == 0
    assert "and 9,978 more" in said.err
    assert len(said.err) < 3_000
    assert names(root) == ["Acme"]
    Path("rows.csv").write_text(header.replace(",name", ",names") + "\n", encoding="utf-8")
    said = crm(root, "import", "rows.csv", "--as", "test")
    assert said.code == USAGE
    assert "the file has no column `name`; did you mean `names`?" in said.err
    assert len(said.err) < 3_000


def test_a_reason_does_not_repeat_a_long_cell(root: Path) -> None:
    (root / "imports/test.toml").write_text(MAP.replace("about = ", 'size = "size", about = '), encoding="utf-8")
    cell = "9" * 100_000 + "x"
    Path("rows.csv").write_text(f"name,about,size\nAcme,pumps,{cell}\n", encoding="utf-8")
    for words in ((), ("--dry-run",)):
        said = crm(root, "import", "rows.csv", "--as", "test", *words)
        assert said.code == BAD_DATA
        assert len(said.out + said.err) < 1_500
    with Table(Path("rows.rejects.csv")) as table:
        [row] = table
    assert row.cells[:2] == ["2", "size"]
    assert len(row.cells[2]) < 600
    assert row.cells[3:] == ["Acme", "pumps", cell]


def test_an_attachment_and_a_text_from_a_pipe(root: Path) -> None:
    crm(root, "customer", "add", "Acme")
    os.mkfifo("pipe")
    for words in (("attach", "acme", "pipe"), ("attach", "acme", "/dev/zero"), ("set", "acme", "about=@pipe")):
        said = crm(root, *words)
        assert (said.code, said.err.splitlines()[0].partition(" cannot be taken in: ")[2]) == (
            USAGE,
            "it is no plain file",
        )
