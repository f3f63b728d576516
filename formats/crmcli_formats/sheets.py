"""What every table format gives and takes: sheets of rows, and the words a person said about how to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """One row: the line it begins on (from 1), its cells; `trouble` says why it could not be taken apart.

    In files with text lines a row with trouble holds its text as it stands in the file; in workbooks `line` is the row's number.
    """

    line: int
    cells: list[str]
    trouble: str = ""


class Choices(NamedTuple):
    """What a person decided about a file; "" is found out. `sheet` is the name of a workbook's sheet."""

    encoding: str = ""
    sheet: str = ""


class Sheet(NamedTuple):
    """One table of a file: its name ("" where a file has one only), its columns, its rows, read once and one by one.

    `told` are sentences for people about how it was read. `separator` is the one to write refused rows with.
    `typed` says that dates and numbers came as such, in ISO form and with a point: nothing about them is to be found out.
    """

    name: str
    header: list[str]
    rows: Iterator[Row]
    told: tuple[str, ...] = ()
    separator: str = ","
    typed: bool = False
