r"""A table as scripts read it: tsv, csv, json, jsonl, ids (docs: the stable contract for scripts).

Columns have the names that were asked for; every asked column is present; empty is null in JSON and nothing elsewhere.
In tsv a backslash, tab, newline and carriage return are written `\\`, `\t`, `\n` and `\r`. What a terminal would act on
is made visible everywhere; JSON escapes it, so that reading it back gives the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from crmcli.reports.cells import Cell
from crmcli.reports.table import Table
from crmcli.text.display import safe
from crmcli.text.spreadsheet import guarded

CHUNK = 2000
"""Rows turned to text at a time: memory stays bounded and writes stay few."""

Text = Iterator[str]
EMPTY: tuple[object, ...] = ("", [], ())
"""Beside None, what is null in JSON: an empty text or list says no more than an empty cell."""


def tsv(table: Table) -> Text:
    """Yield tab-separated text with one header line."""
    yield "\t".join(_tsv_cell(column.name) for column in table.columns) + "\n"
    texts = _script_texts(table)
    breaks = len(table.columns) - 1
    for rows in _chunks(table):
        lines = ["\t".join(row) for row in texts(rows)]
        chunk = "\n".join(lines) + "\n"
        if not _harmless(chunk) or chunk.count("\t") != breaks * len(lines) or chunk.count("\n") != len(lines):
            chunk = "".join("\t".join(map(_tsv_cell, row)) + "\n" for row in texts(rows))
        yield chunk


def _harmless(text: str) -> bool:
    bare = text.replace("\n", "").replace("\t", "")
    return "\\" not in bare and safe(bare) == bare


def _tsv_cell(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return safe(escaped)


def csv(table: Table) -> Text:
    """Yield comma-separated text (RFC 4180, lines end with LF) with one header line."""
    yield ",".join(_csv_cell(column.name) for column in table.columns) + "\n"  # as they were asked for, guarded or not
    texts = _script_texts(table)
    for rows in _chunks(table):
        yield "".join(",".join([_csv_cell(guarded(cell)) for cell in row]) + "\n" for row in texts(rows))


def one_item_a_line(table: Table) -> Table:
    """The same with lists written an item a line: no item holds a line end, so that reading it back divides nothing else."""
    columns = [
        column._replace(form=column.form._replace(script=_lines_of(column.form.json)))
        if _is_list(table, place)
        else column
        for place, column in enumerate(table.columns)
    ]
    return table._replace(columns=tuple(columns))


def _is_list(table: Table, place: int) -> bool:
    read = table.columns[place].form.json
    first = next((row[place] for row in table.rows if row[place] is not None), None)
    found = read(first) if read and first is not None else None
    return isinstance(found, list) and all(isinstance(item, str) for item in found)


def _lines_of(read: Callable[[Cell], object] | None) -> Callable[[Cell], str]:
    def text(cell: Cell) -> str:
        found = read(cell) if read else cell
        return "\n".join(found) if isinstance(found, list) else str(found)

    return text


def _csv_cell(text: str) -> str:
    quoted = (
        '"' + text.replace('"', '""') + '"' if any(mark in text for mark in '",\n\r') or text != text.strip() else text
    )
    return safe(quoted, multiline=True)


def jsonl(table: Table) -> Text:
    """Yield one object a line."""
    for rows in _objects(table):
        yield "".join(row + "\n" for row in rows)


def json_array(table: Table) -> Text:
    """Yield one array of objects, one a line."""
    opening = "[\n"
    for rows in _objects(table):
        yield opening + ",\n".join(rows)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def ids(table: Table) -> Text:
    """Yield ids and nothing else, each once: of the records, else what is in the table's `key`."""
    if table.refs:
        names = (ref.partition("/")[2] or ref for ref in table.refs)
    else:
        place = next((place for place, column in enumerate(table.columns) if column.name == table.key), 0)
        names = (str(row[place]) for row in table.rows if row[place] is not None)
    yield "".join(f"{safe(name)}\n" for name in dict.fromkeys(names))


def _objects(table: Table) -> Iterator[list[str]]:
    import json  # noqa: PLC0415 - of all formats only for this one

    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    names = [encode(column.name) for column in table.columns]
    forms = [column.form.json for column in table.columns]
    for rows in _chunks(table):
        yield [
            "{"
            + ",".join(
                f"{name}:{_json(encode, form, cell)}" for name, form, cell in zip(names, forms, row, strict=True)
            )
            + "}"
            for row in rows
        ]


def _json(encode: Callable[[Any], str], form: Callable[[Cell], object] | None, cell: Cell) -> str:
    if not cell and (cell is None or cell in EMPTY):
        return "null"
    text = encode(form(cell) if form else cell)
    return text if text.isascii() and "\x7f" not in text else _escaped(text)


def _escaped(text: str) -> str:
    """Write what a terminal would act on, or not show, in JSON's own escapes: harmless to see, the same to read."""
    if safe(text) == text:
        return text
    import json  # noqa: PLC0415

    return "".join(
        char if safe(char) == char else f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else json.dumps(char)[1:-1]
        for char in text
    )


def json_text(value: object) -> str:
    """One JSON value on one line."""
    import json  # noqa: PLC0415

    return _escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _chunks(table: Table) -> Iterator[Sequence[Sequence[Cell]]]:
    rows = iter(table.rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _script_texts(table: Table) -> Callable[[Sequence[Sequence[Cell]]], Iterator[Sequence[str]]]:
    """Make the function that turns rows into texts, converting only the columns that need it."""
    forms = [column.form.script for column in table.columns]
    if not any(forms):
        return lambda rows: (["" if cell is None else cell for cell in row] for row in rows)
    return lambda rows: (
        ["" if cell is None else form(cell) if form else cell for form, cell in zip(forms, row, strict=True)]
        for row in rows
    )
