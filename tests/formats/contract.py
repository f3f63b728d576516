"""What every format of tables must do; a subclass says how a file of it is made."""

from __future__ import annotations

import random
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings

from crmcli.errors import CrmError
from crmcli_formats.registry import TableFormat, format_named, format_of
from crmcli_formats.sheets import Choices, Row, Sheet

HEADER = ["name", "城市", "note"]
ROWS = [["Acme", "深圳", "two\nlines"], ["Zoë, Ltd", "", 'a "word"'], ["=1+1", "-x", "'quoted"]]
AS_FOUND = Choices()
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(form: TableFormat, path: Path, choices: Choices = AS_FOUND) -> list[tuple[Sheet, list[Row]]]:
    """Every sheet with its rows."""
    with form.open_tables(path, choices) as sheets:
        return [(sheet, list(sheet.rows)) for sheet in sheets]


class TableContract:
    """Subclass it as `TestXyz`; `name` is the format's."""

    name: ClassVar[str]
    lines: ClassVar[list[int]] = [2, 4, 5]
    """The lines of `ROWS` in a file that `write` made."""

    def write(self, path: Path, header: list[str], rows: list[list[str]]) -> None:
        """Make a file with other means than the format's own."""
        raise NotImplementedError

    @property
    def form(self) -> TableFormat:
        found = format_named(self.name)
        assert found.WHAT == "tables"
        return found  # type: ignore[return-value]

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / f"rows{self.form.SUFFIXES[0]}"
        self.write(path, HEADER, ROWS)
        return path

    def test_it_says_what_it_is(self) -> None:
        assert (self.form.NAME, bool(self.form.TITLE)) == (self.name, True)
        assert all(suffix == suffix.casefold() and suffix[0] == "." for suffix in self.form.SUFFIXES)

    def test_it_knows_its_files(self, path: Path) -> None:
        assert self.name == format_of(path).NAME
        loud = path.rename(path.with_name(path.name.upper()))
        assert self.name == format_of(loud).NAME

    def test_rows_come_with_their_lines(self, path: Path) -> None:
        [(sheet, rows)] = read(self.form, path)
        assert sheet.header == HEADER
        assert [row.cells for row in rows] == ROWS
        assert [row.line for row in rows] == self.lines
        assert not any(row.trouble for row in rows)

    def test_a_file_without_anything_is_refused(self, tmp_path: Path) -> None:
        empty = tmp_path / f"empty{self.form.SUFFIXES[0]}"
        empty.write_bytes(b"")
        with pytest.raises(CrmError, match="empty"):
            read(self.form, empty)

    def test_damage_never_breaks_the_program(self, path: Path) -> None:
        """Bytes of a good file are changed, or its end is cut off: it is read, or refused with a sentence."""
        good, chance = path.read_bytes(), random.Random(4)  # noqa: S311 - the same damage every time
        for _ in range(60):
            damaged = bytearray(good)
            for _ in range(chance.randint(1, 8)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            path.write_bytes(bytes(damaged[: chance.choice([None, chance.randrange(len(damaged))])]))
            survives(self.form, path)


def survives(form: TableFormat, path: Path) -> None:
    """A file is read, each row as wide as the header or with what is wrong with it, or refused with a sentence."""
    try:
        for sheet, rows in read(form, path):
            assert all(row.trouble or len(row.cells) == len(sheet.header) for row in rows)
    except CrmError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, a silent one is not
