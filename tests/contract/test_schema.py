"""docs/reference/scripts.schema.json: it is what the program's tables say, and what every command writes."""

from __future__ import annotations

import json
import re
import runpy
from functools import cache
from typing import Any

import jsonschema
import pytest

from crmcli.cli.commands.table import COMMANDS, NOUN_COMMANDS
from tests.contract.book import ALONE, every_type
from tests.contract.cases import CASES, ELSEWHERE, NO_DATA, Case
from tests.contract.conftest import Ask
from tests.places import ROOT

FILE = ROOT / "docs" / "reference" / "scripts.schema.json"
EMPTY = ("customers name:nobody", "notes", "resolve")
"""Questions whose answer is empty on purpose; tests/team has what a merge left."""


@cache
def contract() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def must_fit(value: object, schema: dict[str, Any]) -> None:
    checker = jsonschema.Draft202012Validator({**schema, "$defs": contract()["$defs"]})
    errors = [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(value)]
    assert not errors, errors[:5]


def definition(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def test_the_file_is_what_the_program_s_tables_say() -> None:
    generator = runpy.run_path(str(ROOT / "docs" / "generate_scripts.py"))
    assert FILE.read_text(encoding="utf-8") == generator["page"](), "run `python docs/generate_scripts.py`"


def test_the_file_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(contract())
    assert contract()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_what_a_command_writes_fits(ask: Ask, case: Case) -> None:
    schema, found = contract()["$defs"][case.name], json.loads(ask(*case.words, "--format", "json").out)
    assert bool(found) == (case.line not in EMPTY)
    if schema["type"] == "array" or not isinstance(found, list):
        must_fit(found, definition(case.name))
        return
    for item in found:  # several records of one page
        must_fit(item, definition(case.name))


@pytest.mark.parametrize("kind", ["name", "list"])
def test_every_field_type_has_its_shape(ask: Ask, kind: str) -> None:
    names = [name for name in every_type() if kind == "name" or name not in ALONE]
    columns = ",".join(f"{kind}_{name}" for name in names)
    rows = json.loads(ask("samples", "--columns", columns, "--format", "json").out)
    filled, empty = sorted(rows, key=lambda row: row[f"{kind}_text"] != "Acme GmbH")
    for name in names:
        shape = definition(f"field {name}")
        value = filled[f"{kind}_{name}"]
        must_fit(value, shape if kind == "name" else {"type": "array", "minItems": 1, "items": shape})
    assert {name for name, value in empty.items() if value is not None} <= {"name_text", "name_stage"}


def test_a_list_has_the_columns_asked_for_and_no_other(ask: Ask) -> None:
    columns = "amount,id,customer,customer.name,close,created,sum(lines.qty),people"
    for row in json.loads(ask("deals", "--columns", columns, "--format", "json").out):
        assert list(row) == columns.split(",")
        must_fit(row["customer"], definition("id"))
        must_fit(row["created"], definition("moment"))
        must_fit(row["amount"], definition("money"))


def test_rows_inside_a_record_have_every_stored_column(ask: Ask) -> None:
    (row,) = json.loads(ask("deals", "id:qingdao-line", "--columns", "lines", "--format", "json").out)
    assert [list(line) for line in row["lines"]] == [["product", "qty", "price", "discount", "tax", "note"]] * 2
    assert row["lines"][0]["price"] == {"amount": "12.50", "currency": "EUR"}


def test_no_command_is_left_out() -> None:
    named = {name.removeprefix("crm ") for name in contract()["$defs"] if name.startswith("crm ")}
    commands = {entry.name for entry in (*COMMANDS, *NOUN_COMMANDS)}
    printing = {"TYPES" if name == "list" else name for name in commands - NO_DATA}
    said = {re.sub(r" --.*", "", name) for name in named}
    reports = {name for name in said if name.startswith("report ")}
    assert printing | {"undo"} == said - reports
    assert {case.name.removeprefix("crm ") for case in CASES} | ELSEWHERE == named


def test_objects_are_closed_and_their_keys_are_required() -> None:
    for name, schema in contract()["$defs"].items():
        if name.startswith("crm "):
            for item in closed(schema):
                assert item["required"] == list(item["properties"]), name
                assert item["additionalProperties"] is False or name.startswith("crm report "), name


def closed(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of a command's definition that name their keys."""
    item = schema.get("items", schema)
    choices = item.get("anyOf", [item])
    return [choice for choice in choices if "properties" in choice]
