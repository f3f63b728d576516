"""Every command that prints data in every format: it fits and reads back, or it is refused with those that fit."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO

import pytest

from crmcli.text.spreadsheet import unguarded
from tests.contract.cases import CASES, FORMATS, Case
from tests.contract.conftest import Ask

MATRIX = [(case, name) for case in CASES for name in FORMATS]
UNESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def label(value: object) -> str:
    return value.line if isinstance(value, Case) else str(value)


@pytest.mark.parametrize(("case", "name"), MATRIX, ids=label)
def test_every_command_in_every_format(ask: Ask, case: Case, name: str) -> None:
    shown = ask(*case.words, "--format", name)
    if name not in case.formats:
        assert (shown.code, shown.out) == (2, ""), shown
        first, hint = shown.err.splitlines()[:2]
        assert first.startswith(f"crm: error: this cannot be written as {name}") or "warning" in first
        assert all(other in shown.err for other in case.formats if other != name), hint
        return
    assert shown.code == case.code, shown.err
    assert "\x1b" not in shown.out
    assert "\x1b" not in shown.err
    CHECKS[name](shown.out, case, ask)


def check_pictures(text: str, case: Case, ask: Ask) -> None:
    del case, ask
    assert all(char.isprintable() or char == "\n" for char in text)


def check_tsv(text: str, case: Case, ask: Ask) -> None:
    lines = text.removesuffix("\n").split("\n")
    rows = [[re.sub(r"\\[\\tnr]", lambda m: UNESCAPED[m[0]], cell) for cell in line.split("\t")] for line in lines]
    same_as_json(rows, case, ask)


def check_csv(text: str, case: Case, ask: Ask) -> None:
    header, *rows = csv.reader(StringIO(text, newline=""))
    same_as_json([header, *([unguarded(cell) for cell in row] for row in rows)], case, ask)


def same_as_json(rows: list[list[str]], case: Case, ask: Ask) -> None:
    """Names, number of rows and every scalar cell are what JSON has."""
    header, *body = rows
    assert {len(row) for row in body} <= {len(header)}
    if case.name == "crm show":  # its rows are the file's fields, its JSON is the record
        assert header == ["id", "field", "value"]
        return
    objects = json.loads(ask(*case.words, "--format", "json").out)
    assert len(body) == len(objects)
    for row, found in zip(body, objects, strict=True):
        assert list(found) == header
        for cell, value in zip(row, found.values(), strict=True):
            assert reads_as(cell, value), (cell, value)


def reads_as(cell: str, value: object) -> bool:
    if value is None:
        return cell == ""
    if isinstance(value, bool):
        return cell == ("yes" if value else "no")
    if isinstance(value, str):
        return cell == value
    if isinstance(value, int | float):
        return float(cell.removesuffix("%")) == pytest.approx(value * (100 if cell.endswith("%") else 1))
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return cell == f"{value['amount']} {value['currency']}"
    return cell != ""


def check_json(text: str, case: Case, ask: Ask) -> None:
    found = json.loads(text, object_pairs_hook=no_key_twice)
    lines = [json.loads(line) for line in ask(*case.words, "--format", "jsonl").out.splitlines()]
    assert (found if isinstance(found, list) else [found]) == lines


def no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    assert len(pairs) == len(dict(pairs)), pairs
    return dict(pairs)


def check_jsonl(text: str, case: Case, ask: Ask) -> None:
    del case, ask
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


def check_markdown(text: str, case: Case, ask: Ask) -> None:
    del ask
    if case.name in ("crm show", "crm diff"):  # the record's file; the minutes
        assert text.startswith("---\n" if case.name == "crm show" else "# ")
        return
    lines = [line for line in text.splitlines() if line and not line.startswith("## ")]
    widths = {len(re.split(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines}
    assert len(widths) <= 1, lines
    assert not lines or re.fullmatch(r"\|( -+:? \|)+", lines[1])


def check_ids(text: str, case: Case, ask: Ask) -> None:
    del case, ask
    lines = text.splitlines()
    assert all(line and " " not in line for line in lines)
    assert len(lines) == len(set(lines))


CHECKS = {
    "table": check_pictures,
    "plain": check_pictures,
    "tsv": check_tsv,
    "csv": check_csv,
    "json": check_json,
    "jsonl": check_jsonl,
    "md": check_markdown,
    "ids": check_ids,
}
