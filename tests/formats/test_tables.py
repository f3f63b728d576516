"""Each format of tables, by the contract, and what is special about it."""

from __future__ import annotations

import csv
import json
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.model.money import Money
from crmcli_formats import json as json_format
from crmcli_formats.encodings import encoding_of
from crmcli_formats.lines import EncodingUnknownError, TableEncodingError
from crmcli_formats.registry import MODULES, FormatUnknownError, TableFormat, format_named, format_of
from crmcli_formats.sheets import Choices
from crmcli_formats.xlsx import ExtraMissingError, SheetMissingError, WorkbookBrokenError, open_tables
from crmcli_formats.xlsx_out import CellTooLongError, write_table
from tests.formats.contract import FEW, TableContract, read, survives


def test_every_format_of_tables_keeps_the_contract() -> None:
    tables = {name for name in MODULES if format_named(name).WHAT == "tables"}
    assert tables == {suite.name for suite in TableContract.__subclasses__()}


@given(content=st.binary(max_size=200))
@FEW
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for suite in TableContract.__subclasses__():
        path = tmp_path / f"any.{suite.name}"
        path.write_bytes(content)
        survives(suite().form, path)


def test_an_unknown_format_is_named_with_the_nearest() -> None:
    with pytest.raises(FormatUnknownError) as caught:
        format_named("xslx")
    assert caught.value.hint == "did you mean xlsx?"


class TestCsv(TableContract):
    name = "csv"

    def write(self, path: Path, header: list[str], rows: list[list[str]]) -> None:
        # one apostrophe stands before what a spreadsheet would run, and before apostrophes before that
        guards = {"=1+1": "'=1+1", "-x": "'-x"}
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *([guards.get(cell, cell) for cell in row] for row in rows)])


class TestTsv(TableContract):
    name = "tsv"

    def write(self, path: Path, header: list[str], rows: list[list[str]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t").writerows([header, *rows])


class TestJson(TableContract):
    name = "json"
    lines = [1, 2, 3]  # noqa: RUF012 - the contract's

    def write(self, path: Path, header: list[str], rows: list[list[str]]) -> None:
        path.write_text(json.dumps([dict(zip(header, row, strict=True)) for row in rows]), encoding="utf-8")

    def test_what_is_no_array_of_objects_is_told_with_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "x.json"
        path.write_text('[{"a": 1},\n {"a" 2}]', encoding="utf-8")
        with pytest.raises(CrmError, match=r"x\.json:2:7: no JSON"):
            read(self.form, path)
        path.write_text('[{"a": 1}, 7]', encoding="utf-8")
        [(_, rows)] = read(self.form, path)
        assert (rows[1].line, rows[1].trouble) == (2, "an object was expected")

    def test_an_array_without_end_is_not_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(json_format, "LARGEST", 100)
        path = tmp_path / "x.json"
        path.write_text("[" + '"x",\n' * 40 + "1]", encoding="utf-8")
        with pytest.raises(json_format.JsonTooLargeError):
            read(self.form, path)


class TestJsonl(TableContract):
    name = "jsonl"
    lines = [1, 2, 3]  # noqa: RUF012 - the contract's

    def write(self, path: Path, header: list[str], rows: list[list[str]]) -> None:
        objects = [json.dumps(dict(zip(header, row, strict=True))) for row in rows]
        path.write_text("\n".join(objects), encoding="utf-8")

    def test_values_keep_their_digits_and_lists_their_items(self, tmp_path: Path) -> None:
        path = tmp_path / "x.jsonl"
        path.write_text(
            '{"a":1.10,"b":true,"c":null}\n\nnonsense\n{"d":["x","y"],"a":{"amount":"12.00","currency":"EUR"},"b":{"k":1}}\n',
            encoding="utf-8",
        )
        [(sheet, rows)] = read(self.form, path)
        assert (sheet.header, sheet.typed) == (["a", "b", "c", "d"], True)
        assert [(row.line, row.cells) for row in rows] == [
            (1, ["1.10", "yes", "", ""]),
            (3, ["nonsense"]),
            (4, ["12.00 EUR", '{"k": "1"}', "", "x\ny"]),
        ]
        assert rows[1].trouble.startswith("no JSON")


TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=12)


class TestXlsx(TableContract):
    name = "xlsx"
    lines = [2, 3, 4]  # noqa: RUF012 - the contract's

    def write(self, path: Path, header: list[str], rows: list[list[str]]) -> None:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([header, *rows]):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)

    @pytest.mark.parametrize("since_1904", [False, True])
    def test_cells_come_as_they_were_typed(self, tmp_path: Path, since_1904: bool) -> None:
        path = tmp_path / "x.xlsx"
        with xlsxwriter.Workbook(str(path), {"date_1904": since_1904}) as book:
            sheet = book.add_worksheet("Orders")
            day, moment = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "d/m/yy hh:mm"})
            sheet.write_row("B3", ["day", "moment", "number", "sum", "flag", "phone", "broken"])
            sheet.write_datetime("B4", datetime(2026, 2, 3), day)  # noqa: DTZ001 - as a sheet has it
            sheet.write_datetime("C4", datetime(2026, 2, 3, 14, 5), moment)  # noqa: DTZ001
            sheet.write_number("D4", 0.1 + 0.2)
            sheet.write_formula("E4", "=1+2", None, 3)
            sheet.write_boolean("F4", boolean=True)
            sheet.write_number("G4", 8613800138000)
            sheet.write_formula("H4", "=1/0", None, "#DIV/0!")
        [(found, rows)] = read(self.form, path)
        assert found.header == ["day", "moment", "number", "sum", "flag", "phone", "broken"]
        assert [(row.line, row.cells) for row in rows] == [
            (4, ["2026-02-03", "2026-02-03T14:05:00", "0.3", "3", "yes", "8613800138000", ""])
        ]

    def test_sheets_merged_and_hidden_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            first, empty, hidden, last = (book.add_worksheet(name) for name in ("One", "Empty", "Hidden", "Two"))
            hidden.hide()
            hidden.write_row(0, 0, ["secret"])
            first.write_row(0, 0, ["firm", "person"])
            first.merge_range("A2:A4", "Acme")
            for row, person in enumerate(["Eva", "Jan", "Kim"], 1):
                first.write_string(row, 1, person)
            first.write_string(6, 4, "to the right")
            last.write_row(0, 0, ["a"])
            assert empty.get_name() == "Empty"
        found = read(self.form, path)
        assert [sheet.name for sheet, _ in found] == ["One", "Two"]
        assert [row.cells for row in found[0][1][:3]] == [["Acme", "Eva"], ["Acme", "Jan"], ["Acme", "Kim"]]
        assert "to the right" in found[0][1][3].trouble
        [(sheet, _)] = read(self.form, path, Choices(sheet="Hidden"))
        assert sheet.header == ["secret"]
        with pytest.raises(SheetMissingError, match="has no sheet 'Tow'"):
            read(self.form, path, Choices(sheet="Tow"))

    def test_without_the_extra_it_says_how_to_get_it(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "python_calamine", None)
        monkeypatch.setitem(sys.modules, "xlsxwriter", None)
        for use in (lambda: read(self.form, path), lambda: write_table(path, "x", ["a"], [], "EUR")):
            with pytest.raises(ExtraMissingError, match="needs the extra `xlsx`") as caught:
                use()
            assert caught.value.hint == "install it: pip install 'crmcli[xlsx]'"

    def test_what_is_no_workbook_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("hello.txt", "hello")
        with pytest.raises(WorkbookBrokenError, match="not a workbook"):
            read(self.form, path)

    @given(rows=st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=4))
    @FEW
    def test_texts_are_written_and_read_back(self, tmp_path: Path, rows: list[list[str]]) -> None:
        path = tmp_path / "x.xlsx"
        path.unlink(missing_ok=True)
        assert write_table(path, "rows", ["a", "b"], rows, "EUR") == len(rows)
        [(_, found)] = read(self.form, path)
        assert [row.cells for row in found] == rows

    def test_types_are_written(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"
        when = datetime.fromisoformat("2026-02-03T14:05:00+01:00")
        row = [
            date(2026, 2, 3),
            when,
            1.5,
            True,
            Money(Decimal("12.50"), "EUR"),
            Money(Decimal(9), "USD"),
            "=cmd()",
            None,
        ]
        write_table(path, "de/als", list("abcdefgh"), [row], "EUR")
        [(sheet, [read_back])] = read(self.form, path)
        assert sheet.name == "de als"
        assert read_back.cells == ["2026-02-03", "2026-02-03T14:05:00", "1.5", "yes", "12.5", "9 USD", "=cmd()", ""]
        with zipfile.ZipFile(path) as file:
            assert b'quotePrefix="1"' in file.read("xl/styles.xml")
            assert b'state="frozen"' in file.read("xl/worksheets/sheet1.xml")
        with pytest.raises(CellTooLongError, match="b in row 2"):
            write_table(tmp_path / "y.xlsx", "x", ["a", "b"], [["", "x" * 40_000]], "EUR")


GERMAN = "Name;Straße\nMüller;Große Straße 5\nLüdke;Füßener Weg\n"
CHINESE = "客户名称,城市,手机\n邵阳液压,湖南,13800138000\n同益中,北京,\n鸿富瀚,深圳,\n"


@pytest.mark.parametrize(
    ("text", "encoding", "label", "guessed"),
    [
        (GERMAN, "utf-8", "UTF-8", False),
        (GERMAN, "utf-8-sig", "UTF-8", False),
        (GERMAN, "utf-16", "UTF-16 LE", False),
        (GERMAN, "utf-16-le", "UTF-16 LE", False),
        (CHINESE, "utf-16-be", "UTF-16 BE", False),
        (GERMAN, "latin-1", "Windows-1252 (Latin-1)", True),
        (GERMAN.replace("Weg", "“Weg” – €"), "cp1252", "Windows-1252 (Latin-1)", True),
        (CHINESE, "gb18030", "GB18030", True),
        (CHINESE, "utf-8", "UTF-8", False),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, text: str, encoding: str, label: str, guessed: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    with path.open("rb") as file:
        found = encoding_of(file)
    assert (found.label, found.guessed) == (label, guessed)
    [(sheet, rows)] = read(TestCsv().form, path)
    expected = [line.split(";" if ";" in text else ",") for line in text.splitlines()]
    assert [sheet.header, *(row.cells for row in rows)] == expected
    assert label in sheet.told[0]


def test_a_whole_list_of_chinese_firms_in_gb18030(shared_data: Path, tmp_path: Path) -> None:
    content = (shared_data / "zh_companies" / "listed.csv").read_text(encoding="utf-8")
    path = tmp_path / "firms.csv"
    path.write_bytes(content.encode("gb18030"))
    [(sheet, rows)] = read(TestCsv().form, path)
    assert "GB18030" in sheet.told[0]
    assert [sheet.header, *(row.cells for row in rows)] == list(csv.reader(content.splitlines()))


@pytest.mark.parametrize("encoding", ["shift-jis", "cp1251", "big5"])
def test_what_may_be_many_things_is_asked(tmp_path: Path, encoding: str) -> None:
    texts = {"shift-jis": "株式会社日本,東京\n", "cp1251": "имя,город\nИванов,Москва\n", "big5": "臺灣公司,臺北\n"}
    path = tmp_path / "x.csv"
    path.write_bytes(texts[encoding].encode(encoding))
    with pytest.raises(TableEncodingError) as caught:
        read(TestCsv().form, path)
    assert "--encoding" in caught.value.hint
    [(sheet, _)] = read(TestCsv().form, path, Choices(encoding=encoding))
    assert sheet.header == texts[encoding].splitlines()[0].split(",")
    with pytest.raises(EncodingUnknownError):
        read(TestCsv().form, path, Choices(encoding="klingon"))


def test_notes_above_the_header_are_left_out(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "contact_exports" / "linkedin_Connections__sourcer.csv"
    [(sheet, rows)] = read(TestCsv().form, path)
    assert sheet.header[:3] == ["First Name", "Last Name", "URL"]
    assert sheet.told[1] == "3 lines above the header left out"
    assert [(row.line, row.cells[1], row.cells[4]) for row in rows] == [
        (5, "Shah", "Nestwise, Inc."),
        (6, "Lee", "Fareloop"),
        (7, "Kim", ""),
    ]
    others = (("one\n\n1\n2\n", ["one"]), ("a;b\n\n1;2\n", ["a", "b"]), ("Note; x\n\na\nb\n", ["Note", " x"]))
    for text, header in others:
        (tmp_path / "x.csv").write_text(text, encoding="utf-8")
        [(sheet, _)] = read(TestCsv().form, tmp_path / "x.csv")
        assert (sheet.header, len(sheet.told)) == (header, 1)


def test_real_exports_of_contacts_are_taken_apart(shared_data: Path) -> None:
    path = shared_data / "contact_exports" / "google_legacy__constellation.csv"
    [(sheet, rows)] = read(TestCsv().form, path)
    found = [dict(zip(sheet.header, row.cells, strict=True)) for row in rows]
    assert [(one["Name"], one["E-mail 1 - Value"], one["Phone 1 - Value"]) for one in found] == [
        ("Jerry Mathis", "jerry@example.com", "(757) 555-0101"),
        ("Zoë, Smith", "zoe@example.com", ""),
    ]


def test_a_pipe_may_separate_and_content_goes_before_the_name(tmp_path: Path) -> None:
    path = tmp_path / "x.dat"
    path.write_text("a|b\n1|2\n", encoding="utf-8")
    assert format_of(path).NAME == "csv"
    [(sheet, _)] = read(TestCsv().form, path)
    assert (sheet.header, sheet.separator) == (["a", "b"], "|")


def test_two_cells_far_apart_make_no_table_of_all_between(tmp_path: Path) -> None:
    """The room is that of the cells from the first to the last, however a sheet's part is called and its tags are written."""
    path = tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write_string(0, 0, "Name")
    book.close()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    for far in (b'<c r="XFD1048576"><v>1</v></c>', b"<x:c\ns='1' r = 'ZZZZZZZ4000000000' t=\"n\"><v>1</v></x:c>"):
        for padding in (b"", b" " * 3_000_000):
            parts["xl/worksheets/sheet1.xml"] = sheet.replace(
                b"</row>", b"</row>" + padding + b"<row>" + far + b"</row>"
            )
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in parts.items():
                    archive.writestr(name, content)
            with pytest.raises(WorkbookBrokenError, match="more than 20,000,000 cells"), open_tables(path, Choices()):
                pass
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</row>", b'</row><row><c r="A1048576" s="0"/></row>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with open_tables(path, Choices()) as sheets:
        assert [sheet.header for sheet in sheets] == [["Name"]]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_lists_in_lists_without_end_refuse_their_row(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"deep.{form}"
    for depth, wanted in ((30, [["A", "1"]]), (900, [])):
        deep = '{"name":"A","x":' + "[" * depth + "1" + "]" * depth + "}"
        path.write_text(f"[{deep}]" if form == "json" else deep + "\n", encoding="utf-8")
        ((_, rows),) = read(cast("TableFormat", format_named(form)), path)
        assert [row.cells for row in rows if not row.trouble] == wanted
        assert len(rows) == 1


def test_cards_and_calendars_as_json_are_named(tmp_path: Path, shared_data: Path) -> None:
    """The example of RFC 7095, one card and a list of two; a calendar of RFC 7265."""
    card = (shared_data / "vcards/ez-vcard/io/json/jcard-example.json").read_text(encoding="utf-8")
    path = tmp_path / "some.json"
    for text, said in (
        (card, "cards as JSON"),
        (f"[{card},{card}]", "cards as JSON"),
        ('["vcalendar",[],[]]', "calendar as JSON"),
        ((shared_data / "naughty_strings/blns.json").read_text(encoding="utf-8"), "without any object"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CrmError, match=said), json_format.open_tables(path, Choices()):
            pass


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_half_a_character_refuses_its_row(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"half.{form}"
    objects = ['{"name":"Whole"}', '{"\\ud800":"x"}', '{"name":"Q\\udfff"}', '{"name":["Q\\udfff"]}']
    path.write_text(f"[{','.join(objects)}]" if form == "json" else "\n".join([*objects, ""]), encoding="utf-8")
    ((sheet, rows),) = read(cast("TableFormat", format_named(form)), path)
    assert sheet.header == ["name"]
    assert [("half a character" in row.trouble, row.cells[0]) for row in rows[1:]] == [
        (True, text.replace(":", ": ") if form == "json" else text) for text in objects[1:]
    ]
    assert rows[0].cells == ["Whole"]
