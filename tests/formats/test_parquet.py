"""Parquet: types as they are, money exact, read back by pyarrow itself."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crmcli.model.money import Money
from crmcli_formats.parquet import write_table
from crmcli_formats.xlsx import ExtraMissingError


def test_columns_have_the_types_of_their_cells(tmp_path: Path) -> None:
    when = datetime(2026, 11, 20, 13, 3, 11, tzinfo=UTC)
    rows: list[list[object]] = [
        ["Acme", 1, 1.5, True, date(2026, 2, 3), when, Money(Decimal("12.50"), "EUR"), 7, None],
        ["深圳", 2, 2, None, None, None, Money(Decimal("0.1"), "USD"), "x", None],
    ]
    path = tmp_path / "x.parquet"
    assert write_table(path, list("abcdefghi"), rows) == 2
    table = pq.read_table(path)
    assert {field.name: str(field.type) for field in table.schema} == {
        "a": "string", "b": "int64", "c": "double", "d": "bool", "e": "date32[day]", "f": "timestamp[ms, tz=UTC]",
        "g": "decimal128(38, 4)", "g.currency": "string", "h": "string", "i": "string",
    }  # fmt: skip
    first, second = table.to_pylist()
    assert (first["e"], first["f"], first["g"], first["g.currency"]) == (date(2026, 2, 3), when, Decimal("12.5"), "EUR")
    assert (second["a"], second["c"], second["g"], second["h"], second["i"]) == ("深圳", 2.0, Decimal("0.1"), "x", None)


def test_what_no_type_holds_is_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_table(path, ["n", "m"], [[1, Money(Decimal(10) ** 40, "EUR")], [1 << 70, Money(Decimal(1), "EUR")]])
    assert pq.read_table(path).to_pylist()[1] == {"n": str(1 << 70), "m": "1 EUR"}


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExtraMissingError, match="needs the extra `parquet`"):
        write_table(tmp_path / "x.parquet", ["a"], [])
