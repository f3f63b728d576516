"""Names that would be lines, properties, bookings, cells or formulas of an exported file: they come back as names."""

from __future__ import annotations

import json
import quopri
import re
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from tests.books import write_files
from tests.hostile.book import book_in, crm

PLAIN = [
    "semi;colon,comma\\back\\n", '=HYPERLINK("http://x","y")', "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3", "％=1", "＝1+1", "'=1", "''@x",
    "|a|b|<img src=x onerror=y>|`c`|[l](javascript:x)|**b**", "\u202eevil", "é" * 200, 'x ; ; comment | payee "q" \\"', "BEGIN:VCARD",
]  # fmt: skip
BROKEN = [
    "Acme\nEND:VCARD\nBEGIN:VCARD\nFN:Evil", "x\r\nUID:evil\r\nEND:VTODO", "a\u2028b\u2029c\x85d", "\t=1", "esc \x1b[31m",
    "win\n2026-01-01 * evil\n    assets:x  1 EUR",
]  # fmt: skip
"""Only a hand can write these into a file: no line of text holds them."""
NAMES = [*PLAIN, *BROKEN]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made, _ = book_in(tmp_path_factory.mktemp("exported"))
    files = {}
    for number, name in enumerate(NAMES):
        said = json.dumps(name)
        files[f"customers/c{number}.md"] = f"---\nname: {said}\n---\n"
        files[f"contacts/p{number}.md"] = f"---\nname: {said}\ncustomer: c{number}\n---\n"
        files[f"tasks/t{number}.md"] = (
            f"---\ntext: {said}\non: contacts/p{number}\ndue: 2026-12-01\n---\n\nEND:VTODO\n{name.splitlines()[-1]}\n"
        )
        files[f"deals/d{number}.md"] = f"---\nname: {said}\ncustomer: c{number}\nstage: won\namount: 5.00 EUR\n---\n"
    write_files(made, files)
    assert crm(made, "journal", "drift").code == 0
    return made


def written(root: Path, folder: Path, *words: str) -> bytes:
    path = folder / "out"
    said = crm(root, "export", *words, "--to", f"{path}.txt", "--yes")
    assert said.code == 0, said.err
    return path.with_suffix(".txt").read_bytes()


def content_lines(content: bytes) -> list[tuple[str, str]]:
    """Name and value of every line, put together and decoded as RFC 6350 and RFC 5545 say (and 2.1 for what is quoted)."""
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert lines.pop() == ""
    found = []
    for line in lines:
        match = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:]*))*):(.*)', line)
        assert match, line
        value = match[3]
        if "QUOTED-PRINTABLE" in match[2]:
            found.append((match[1], quopri.decodestring(value).decode()))
        else:
            found.append((match[1], re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)))
    return found


def in_lines(name: str) -> str:
    return name.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("form", "kind", "frame", "field"),
    [
        ("vcard", "contacts", "VCARD", "FN"),
        ("vcard4", "contacts", "VCARD", "FN"),
        ("ical", "tasks", "VTODO", "SUMMARY"),
    ],
)
def test_a_name_stays_in_its_property(root: Path, tmp_path: Path, form: str, kind: str, frame: str, field: str) -> None:
    found = content_lines(written(root, tmp_path, form, kind))
    assert found.count(("BEGIN", frame)) == found.count(("END", frame)) == len(NAMES)
    assert sorted(value for name, value in found if name == field) == sorted(map(in_lines, NAMES))
    assert sum(name == "UID" for name, _ in found) == len(NAMES)


@pytest.mark.parametrize(("form", "lines"), [("hledger", 3), ("beancount", 5)])
def test_a_name_makes_no_booking(root: Path, tmp_path: Path, form: str, lines: int) -> None:
    text = written(root, tmp_path, form).decode()
    entries = text.strip("\n").split("\n\n")
    assert len(entries) == len(NAMES)
    assert {len(entry.splitlines()) for entry in entries} == {lines}
    assert all(re.match(r"\d{4}-\d\d-\d\d \* ", entry) for entry in entries)
    assert text.replace("\n", "").isprintable()
    if form == "beancount":
        strings = re.compile(r'"(?:[^"\\]|\\.)*"')
        assert {strings.sub("S", entry.splitlines()[0])[13:] for entry in entries} == {"S S"}
    else:
        assert all(entry.splitlines()[0].count(";") == 1 for entry in entries)


def test_a_name_is_one_cell_of_a_table(root: Path, tmp_path: Path) -> None:
    rows = written(root, tmp_path, "md", "customers", "--columns", "id,name").decode().splitlines()[2:]
    bare = [re.sub(r"\\.", "", row) for row in rows]
    assert {row.count("|") for row in bare} == {3}
    assert not any(set(row) & set("<`[*") for row in bare)
    assert len(rows) == len(NAMES) + 1


def test_a_name_is_no_formula_of_a_workbook(root: Path, tmp_path: Path) -> None:
    """Of what begins like one, each cell says that it is text (`quotePrefix`), and nothing but the name stands there."""
    path = tmp_path / "out.xlsx"
    assert crm(root, "export", "xlsx", "customers", "--columns", "id,name", "--to", str(path)).code == 0
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with ZipFile(path) as packed:
        sheet = ET.fromstring(packed.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
        styles = ET.fromstring(packed.read("xl/styles.xml"))  # noqa: S314
        assert not [name for name in packed.namelist() if "external" in name or "_rels/sheet" in name]
    assert list(sheet.iter(f"{space}f")) == []
    kinds = styles.find(f"{space}cellXfs")
    assert kinds is not None
    quoted = {str(place) for place, kind in enumerate(kinds) if kind.get("quotePrefix") == "1"}
    cells = {"".join(cell.itertext()): cell for cell in sheet.iter(f"{space}c") if str(cell.get("r")).startswith("B")}
    assert set(PLAIN) <= set(cells)
    assert {text for text, cell in cells.items() if cell.get("s") in quoted} == {t for t in cells if t[0] in "=+-@＝"}


def test_a_file_of_a_folder_has_a_harmless_name(root: Path, tmp_path: Path) -> None:
    """A card is called by its UID, which came from elsewhere."""
    uids = ["../../evil", "/etc/passwd", "CON", "nul.x", "-rf", "..", "a:b*c", "x" * 300, "名"]
    for number, uid in enumerate(uids):
        line = json.dumps(f"UID:{uid}")
        write_files(root, {f"contacts/u{number}.md": f"---\nname: U {number}\nvcard:\n  - {line}\n---\n"})
    folder = tmp_path / "cards"
    assert crm(root, "export", "vcard", "contacts", "name:U", "--to", str(folder)).code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["cards"]
    assert len({name.casefold() for name in names}) == len(names) >= len(uids)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_@+][A-Za-z0-9_@+.-]{0,130}\.vcf", name), name
        assert name.partition(".")[0].casefold() not in ("con", "nul"), name
    texts = [(folder / name).read_text(encoding="utf-8").replace("\n ", "") for name in names]
    assert {uid for uid in uids if any(f"UID:{uid}\n" in text for text in texts)} == set(uids)
    for number in range(len(uids)):
        (root / "contacts" / f"u{number}.md").unlink()
