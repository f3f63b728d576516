"""docs/reference/language.md: it is what its generator writes, and every example on it finds something, not everything.

The examples are asked of the book the page itself describes, made by its own commands.
"""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.model.schema import Field, RecordType
from crmcli.model.types import TYPE_NAMES, type_named
from crmcli.query.calls import FUNCTIONS as COMPILED
from crmcli.query.columns import split_columns
from crmcli.query.compile import compile_filter, compile_sort, compile_value
from crmcli.query.env import QueryEnv
from crmcli.query.fields import BUILT_IN as FIELDS
from crmcli.query.fields import family_of
from crmcli.query.journal import log_type, moves_type
from crmcli.query.manual.dates import DATES, LENGTHS, NUMBERS, usual_dates
from crmcli.query.manual.example import CHANGE, REPORT
from crmcli.query.manual.functions import FUNCTIONS
from crmcli.query.manual.kinds import KINDS
from crmcli.query.manual.names import BUILT_IN, STATES
from crmcli.query.manual.several import CHANGES, LOG, MOVES
from crmcli.query.marks import DURATION_UNITS, NUMBER_UNITS
from crmcli.query.parser import parse
from crmcli.query.printer import print_expr
from crmcli.query.states import STATES as ASKED
from crmcli.query.words import parse_words
from crmcli.store.book import Book, open_book
from crmcli.text.dates import parse_word
from crmcli.text.durations import parse_duration
from crmcli.text.numbers import parse_number
from docs.generate_language import BOOK, NOW, PAGE, core_setup, page, types_of
from tests.places import ROOT

TEXT = PAGE.read_text("utf-8")
SPANS = re.compile(r"`(crm [^`]+)`")
LINES = re.findall(r"^(crm (?:\w+) .+)$", TEXT.split("## The book of the examples")[0], re.MULTILINE)
TYPES = ("customers", "deals", "contacts", "tasks", "members", "products")


def _examples() -> list[tuple[str, list[str]]]:
    found = [shlex.split(line, comments=True)[1:] for line in (*SPANS.findall(TEXT), *LINES)]
    return [(words[0], words[1:]) for words in found if words[0] in TYPES and words[1:]]


EXAMPLES = _examples()
FILTERS = [(plural, words) for plural, words in EXAMPLES if not words[0].startswith("--")]
SHOWN = [(plural, words) for plural, words in EXAMPLES if words[0] == "--columns"]
SORTED = [(plural, words) for plural, words in EXAMPLES if words[0] == "--sort"]
"""Examples as (plural, words), by what they are."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, isolated_environment: Path) -> Iterator[Book]:
    """The book of the examples."""
    home = isolated_environment
    root = tmp_path_factory.mktemp("examples") / "book"
    root.mkdir()
    (root.parent / "bin").mkdir()
    command = root.parent / "bin" / "crm"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crmcli "$@"\n')
    command.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW.isoformat())
        patch.setenv("PATH", str(command.parent), prepend=":")
        patch.setenv("PYTHONPATH", str(ROOT))
        done = subprocess.run(["bash", "-e", str(BOOK)], cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (home, done.stderr)
        yield open_book(root)


@pytest.fixture(scope="module")
def env(book: Book) -> QueryEnv:
    assert book.me.startswith("anna-kern-")
    return book.query_env()


def type_of(book: Book, plural: str) -> RecordType:
    found = book.setup.by_plural(plural)
    assert found is not None, plural
    return found


def count(book: Book, plural: str, where: str = "1", params: tuple[object, ...] = ()) -> int:
    rows = book.index.rows(f'SELECT count(*) FROM "rec_{plural}" r WHERE {where}', params)  # type: ignore[arg-type]  # noqa: S608
    return int(str(rows[0][0]))


def test_the_page_is_current() -> None:
    assert page() == TEXT, "run: python docs/generate_language.py"


def test_the_page_has_examples_of_each_sort() -> None:
    assert len(FILTERS) > 200
    assert len(SHOWN) >= 5
    assert len(SORTED) >= 3


@pytest.mark.parametrize(("plural", "words"), FILTERS, ids=[" ".join([plural, *words]) for plural, words in FILTERS])
def test_finds_something_and_not_everything(book: Book, env: QueryEnv, plural: str, words: list[str]) -> None:
    tree = parse_words(words)
    asked = compile_filter(tree, type_of(book, plural), env)
    assert 0 < count(book, plural, asked.text, asked.params) < count(book, plural)
    assert asked.warnings == ()


@pytest.mark.parametrize(("plural", "words"), FILTERS, ids=[" ".join([plural, *words]) for plural, words in FILTERS])
def test_prints_as_it_reads(plural: str, words: list[str]) -> None:
    del plural
    tree = parse_words(words)
    assert tree is not None
    assert parse(print_expr(tree), prompt=True) == tree


@pytest.mark.parametrize(("plural", "words"), SHOWN, ids=[words[1] for _, words in SHOWN])
def test_columns_differ_from_row_to_row(book: Book, env: QueryEnv, plural: str, words: list[str]) -> None:
    for text in split_columns(words[1]):
        value = compile_value(text, type_of(book, plural), env)
        rows = book.index.rows(f'SELECT DISTINCT {value.text} FROM "rec_{plural}" r', value.params)  # noqa: S608
        assert len(rows) > 1, text
        assert parse(print_expr(parse(text))) == parse(text)


@pytest.mark.parametrize(("plural", "words"), SORTED, ids=[words[1] for _, words in SORTED])
def test_orders_are_not_that_of_the_ids(book: Book, env: QueryEnv, plural: str, words: list[str]) -> None:
    order = compile_sort([words[1]], type_of(book, plural), env)
    rows = book.index.rows(f'SELECT r.id FROM "rec_{plural}" r ORDER BY {order.text}', order.params)  # noqa: S608
    ids = [str(row[0]) for row in rows]
    assert ids != sorted(ids)


WAS: dict[str, dict[str, object]] = {
    "tray-stacking": {"close": "2026-11-25", "amount": 20000000, "amount.book": 20000000, "stage": "proposal"},
    "keg-depalletiser": {"stage": "negotiation", "_kind": "open"},
    "press-loading-line-4": {"close": None, "owner": "jonas"},
    "drawer-assembly-screws": {"owner": "jonas"},
    "movers-for-cold-store-2": {"owner": "jonas"},
}
"""What some deals were before a change: beginnings of ids, columns."""


@pytest.fixture
def changed(book: Book) -> Iterator[None]:
    """The tables of a plan in which those deals change."""
    base = book.index.connection
    base.execute("CREATE TEMP TABLE old_deals AS SELECT * FROM rec_deals WHERE 0")
    for begin, columns in WAS.items():
        base.execute("INSERT INTO temp.old_deals SELECT * FROM main.rec_deals WHERE id LIKE ?", (f"{begin}%",))
        for name, value in columns.items():
            meant = _member(base, value) if name == "owner" else value
            base.execute(f'UPDATE temp.old_deals SET "{name}" = ? WHERE id LIKE ?', (meant, f"{begin}%"))  # noqa: S608
    for plural in ("members", "customers"):
        base.execute(f'CREATE TEMP TABLE "old_{plural}" AS SELECT * FROM "rec_{plural}" WHERE 0')  # noqa: S608
    yield
    for plural in ("deals", "members", "customers"):
        base.execute(f'DROP TABLE temp."old_{plural}"')


def _member(base: sqlite3.Connection, name: object) -> str:
    return str(base.execute("SELECT id FROM rec_members WHERE id LIKE ?", (f"{name}%",)).fetchone()[0])


IN_FILES = [example for example, _ in CHANGES] + [f.example for f in FUNCTIONS.values() if f.example.where == CHANGE]


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("example", IN_FILES, ids=[example.words for example in IN_FILES])
def test_a_condition_on_a_change_holds_of_some(book: Book, env: QueryEnv, example: tuple[str, str]) -> None:
    plural, words = example[:2]
    asked = compile_filter(parse(words), type_of(book, plural), env._replace(planned=True))
    assert 0 < count(book, plural, asked.text, asked.params) < count(book, plural)
    assert parse(print_expr(parse(words))) == parse(words)
    assert f"`{words}`" in TEXT


def test_the_functions_of_reports_tell_rows_apart(book: Book, env: QueryEnv) -> None:
    examples = [made.example for made in FUNCTIONS.values() if made.example.where == REPORT]
    assert examples
    for example in examples:
        value = compile_value(parse(example.words), type_of(book, example.on), env._replace(grouped=True))
        rows = book.index.rows(f'SELECT {value.text} FROM "rec_{example.on}" r', value.params)  # noqa: S608
        assert len(set(rows)) > 1


# ---- the tables are those of the program -------------------------------------------------------------------------


def test_every_function_has_its_entry() -> None:
    assert set(FUNCTIONS) == set(COMPILED)
    for name, made in FUNCTIONS.items():
        assert made.call.startswith(f"{name}(")
        assert f"{name}(" in made.example.words


def test_every_built_in_field_and_state_has_its_entry() -> None:
    assert tuple(BUILT_IN) == FIELDS
    assert set(STATES) == set(ASKED)


def test_every_family_of_values_has_its_entry() -> None:
    kinds = [(kind.family, kind.matches) for kind in KINDS]
    assert len(set(kinds)) == len(kinds)
    told = sorted(name.replace("*record type*", "any") for kind in KINDS for name in types_of(kind))
    assert told == sorted(TYPE_NAMES)
    families = {family_of(Field("f", name), type_named(Field("f", name)).family) for name in TYPE_NAMES}
    assert {kind.family for kind in KINDS} == families


def test_every_file_of_operators_has_its_entry() -> None:
    files = {path.stem for path in (ROOT / "crmcli" / "query" / "operators").glob("[a-z]*.py")} - {"unfit"}
    assert {kind.file for kind in KINDS} == files


def test_what_operators_mean_is_what_the_program_takes(book: Book, env: QueryEnv) -> None:
    samples = {
        "text": ("customers", "industry", '"x"'), "code": ("customers", "country", "DE"), "region": ("customers", "region", '"广东"'),
        "number": ("customers", "size", "5"), "money": ("deals", "amount", "5k"), "length of time": ("customers", "cadence", "3d"),
        "date": ("deals", "close", "today"), "moment": ("tasks", "due", "today"), "month": ("customers", "renewal", "2027-02"),
        "period": ("members", "away", "2026-11"), "time of day": ("customers", "opens", "8:00"), "choice": ("deals", "category", "best"),
        "stage": ("deals", "stage", "won"), "flag": ("customers", "newsletter", "yes"), "reference": ("deals", "owner", "me"),
        "anything else": ("customers", "place", '"x"'),
    }  # fmt: skip
    assert set(samples) == {kind.name for kind in KINDS}
    for kind in KINDS:
        plural, field, value = samples[kind.name]
        taken = [
            op for op in ("=", "!=", "<", "<=", ">", ">=", "~") if _takes(book, env, plural, f"{field} {op} {value}")
        ]
        assert taken == kind.operators.split(), kind.name


def _takes(book: Book, env: QueryEnv, plural: str, text: str) -> bool:
    from crmcli.query.failures import QueryError

    try:
        compile_filter(parse(text), type_of(book, plural), env)
    except QueryError:
        return False
    return True


def test_every_field_of_the_log_and_of_moves_has_its_entry() -> None:
    assert set(LOG) == set(log_type(core_setup()).fields)
    assert set(MOVES) == set(moves_type().fields)


def test_every_unit_has_its_entry() -> None:
    assert set(NUMBERS) == set(NUMBER_UNITS)
    assert all(parse_number(f"1{unit}") for unit in NUMBERS)
    assert set(LENGTHS) == {unit for unit in DURATION_UNITS if parse_duration(f"1{unit}")}


MEANT = {
    "fri": "2026-11-27", "friday": "2026-11-27", "mon": "2026-11-23", "-fri": "2026-11-13", "-30d": "2026-10-21", "+2w": "2026-12-04",
    "q4": "2026-10-01", "2026-w47": "2026-11-16", "下周一": "2026-11-23", "周三": "2026-11-18", "上周五": "2026-11-13",
    "本月": "2026-11-01", "月底": "2026-11-30", "三天后": "2026-11-23", "两周前": "2026-11-06", "前天": "2026-11-18", "去年": "2025-01-01",
}  # fmt: skip
"""First days of date words, from a calendar."""


def test_every_date_word_reads() -> None:
    forms = [form for kind in DATES for form in kind.forms]
    assert set(MEANT) <= set(forms)
    for form in (*forms, *(word for word, _ in usual_dates())):
        assert parse_word(form, NOW) is not None, form
    for form, day in MEANT.items():
        when = parse_word(form, NOW)
        assert when is not None
        assert when.first.isoformat() == day, form


def test_no_marker_is_left() -> None:
    assert re.findall(r"\{\{\w+\}\}", TEXT) == []
