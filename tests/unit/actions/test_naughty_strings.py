"""Strings that break programs (the Big List of Naughty Strings), through every door for text and back.

A string is either refused with a sentence, or it comes back as it was, in NFC; it never reaches a terminal as anything
but visible text, and the book is sound afterwards.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

from crmcli.actions.attach import Copies
from crmcli.actions.log import Entry, log_entries
from crmcli.actions.set import set_fields
from crmcli.actions.typed import typed_values
from crmcli.actions.words import check_tag
from crmcli.checks import run_checks
from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.engines.form import typed_value
from crmcli.engines.road import Request, carry_out
from crmcli.errors import INTERNAL, OK, CrmError
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.query.printer import quote
from crmcli.reports.listing import Request as ListRequest
from crmcli.reports.listing import list_records
from crmcli.reports.search import search
from crmcli.reports.sql import answer_sql
from crmcli.store.book import Book, open_book
from crmcli.store.trust import config_folder, read_hook, trust
from crmcli.store.who import find_who
from crmcli.text.spreadsheet import unguarded
from crmcli.text.yaml_write import canonical_body
from tests.books import add, make_book
from tests.environment import NOW

T = TypeVar("T")


class Stocked(NamedTuple):
    """A book with the strings in it, and what each record was given."""

    book: Book
    named: dict[Ref, str]
    notes: dict[Ref, str]


@pytest.fixture(scope="module")
def strings(shared_data: Path) -> list[str]:
    found = json.loads((shared_data / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(found) > 400
    return [text for text in found if isinstance(text, str)]


@pytest.fixture(scope="module")
def stocked(strings: list[str], tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    """Every string as a customer's name and industry and as a note's body; what is refused stays out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW)
        book = make_book(tmp_path_factory.mktemp("naughty") / "book")
    customer = book.setup.types["customer"]
    changes: list[Change] = []
    named: dict[Ref, str] = {}
    notes: dict[Ref, str] = {}
    for number, text in enumerate(strings):
        title = _come_of(partial(typed_value, book, customer, customer.fields["name"], text))
        if title:
            ref = Ref("customers", f"naughty-{number}")
            industry = typed_value(book, customer, customer.fields["industry"], text)
            changes.append(Change("create", ref, record={"name": title, "industry": industry}))
            named[ref] = text
        ref = Ref("notes", f"naughty-{number}")
        body: Fields = {"name": f"string {number}", "body": text}
        changes.append(Change("create", ref, record={key: value for key, value in body.items() if value}))
        notes[ref] = text
    carry_out(book, changes, Request("add"))
    return Stocked(book, named, notes)


def _come_of(door: Callable[[], T]) -> T | None:
    """What a door gives, None for a refusal, which has a sentence that is safe to read."""
    try:
        return door()
    except CrmError as refusal:
        sentence = str(refusal)
    assert sentence
    return None


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_titles_and_fields_come_back(stocked: Stocked) -> None:
    assert len(stocked.named) > 350
    fresh = open_book(stocked.book.root)
    for ref, text in stocked.named.items():
        record = fresh.read_record(ref)
        assert record.text("name") == _nfc(text), ref
        assert record.text("industry") == _nfc(text), ref


def test_bodies_come_back(stocked: Stocked) -> None:
    fresh = open_book(stocked.book.root)
    for ref, text in stocked.notes.items():
        assert fresh.read_record(ref).text("body") == canonical_body(text)


def test_the_book_is_sound_and_its_index_follows_from_its_files(stocked: Stocked) -> None:
    assert run_checks(stocked.book) == []
    names = {Ref("customers", row[0]): row[1] for row in stocked.book.index.rows("SELECT id, name FROM rec_customers")}
    stocked.book.index.rebuild()
    again = {Ref("customers", row[0]): row[1] for row in stocked.book.index.rows("SELECT id, name FROM rec_customers")}
    assert names == again == {ref: _nfc(text) for ref, text in stocked.named.items()}


def test_a_body_written_by_hand_is_noticed_and_kept(
    stocked: Stocked, strings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    book = make_book(tmp_path / "book")
    refs = [add(book, "note", "by hand")]
    path = book.root / book.path_of(refs[0])
    front = path.read_text(encoding="utf-8")
    kept = "\n\n".join(text for text in strings if "\r" not in text)
    path.write_text(f"{front}\n{kept}\n", encoding="utf-8")
    set_fields(open_book(book.root), refs, ["name=noticed"])
    assert open_book(book.root).read_record(refs[0]).text("body") == canonical_body(kept)
    assert path.read_text(encoding="utf-8").endswith(f"\n{kept}\n")
    assert run_checks(open_book(book.root)) == []
    assert stocked.book.root != book.root


def test_a_text_comes_from_a_file(book: Book, strings: list[str], tmp_path: Path) -> None:
    note = book.setup.types["customer"]
    ref = Ref("customers", "new")
    for text in strings:
        path = tmp_path / "text.md"
        path.write_text(text, encoding="utf-8", newline="")
        [stored] = typed_values(book, note, ref, note.fields["about"], f"@{path}", Copies(book)) or [""]
        assert canonical_body(stored) == canonical_body(text)


def test_log_lines_come_back(book: Book, strings: list[str]) -> None:
    ref = add(book, "customer", "Acme")
    logged = [text for text in strings if text.strip()]
    log_entries(book, [([ref], Entry(text)) for text in logged])
    rows = book.index.rows("SELECT text FROM events WHERE do = 'log' ORDER BY id")
    assert [row[0] for row in rows] == [_nfc(text).strip() for text in logged]


def test_a_tag_is_refused_or_comes_back(book: Book, strings: list[str]) -> None:
    ref = add(book, "customer", "Acme")
    tags = {tag for tag in (_come_of(partial(check_tag, text)) for text in strings) if tag}
    assert tags
    set_fields(book, [ref], [f"+{tag}" for tag in sorted(tags)])
    assert set(open_book(book.root).read_record(ref).items("tags")) == {_nfc(tag) for tag in tags}
    for tag in tags:
        assert [row[0] for row in list_records(book, book.setup.types["customer"], ListRequest([f"+{tag}"])).rows]


def test_whoever_is_asked_for_answers_unless_several_do(stocked: Stocked) -> None:
    called = Counter(map(_heard, stocked.named.values()))
    for ref, text in stocked.named.items():
        found = _come_of(partial(find_who, stocked.book, text))
        assert found == (ref if called[_heard(text)] == 1 else None), text


def _heard(name: str) -> str:
    """What of a name is heard: neither capitals nor hyphens, nor how wide it or its blanks are."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("-", "").split())


def test_a_filter_means_the_string_or_is_refused(stocked: Stocked) -> None:
    customer = stocked.book.setup.types["customer"]
    taken = 0
    for ref, text in stocked.named.items():
        found = list_records(stocked.book, customer, ListRequest([f"name:{quote(_nfc(text))}"], "id"))
        assert str(ref) in found.refs, text
        for word in [f"industry:{text}", *([] if text.startswith("-") else [text])]:  # `-x` asks for all others
            table = _come_of(partial(list_records, stocked.book, customer, ListRequest([word], "id")))
            assert table is None or str(ref) in table.refs, word
            taken += table is not None
    assert taken > 200


def test_find_takes_everything(stocked: Stocked) -> None:
    for ref, text in stocked.named.items():
        found = search(stocked.book, [text], 1_000)
        assert str(ref) in found.refs or not text.strip(), text


@pytest.mark.parametrize("form", ["table", "plain", "tsv", "csv", "json", "md"])
@pytest.mark.parametrize("noun", ["customers", "notes"])
def test_what_is_shown_is_harmless(stocked: Stocked, form: str, noun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    columns = "id,name,industry" if noun == "customers" else "id,name,on"
    shown = _run(stocked.book, noun, "--columns", columns, "--format", form)
    assert _acting(shown) == set()


FORMS = ("json", "jsonl", "tsv", "csv")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", ["list", "sql"])
def test_what_scripts_read_is_what_was_written(
    stocked: Stocked, form: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every form that programs read gives every string back, from a list and from SQL."""
    monkeypatch.setenv("CRM_NOW", NOW)
    words = ["customers", "--columns", "id,name"] if way == "list" else ["sql", "SELECT id, name FROM customers_view"]
    written = _run(stocked.book, *words, "--format", form)
    wanted = {ref.id: _nfc(text) for ref, text in stocked.named.items()}
    assert dict(_rows_of(written, form)) == wanted


def _rows_of(written: str, form: str) -> list[tuple[str, str]]:
    """The rows of an output, read as docs/reference/scripts.md says that they are written."""
    if form in ("json", "jsonl"):
        found = json.loads(written) if form == "json" else [json.loads(line) for line in written.split("\n") if line]
        return [(row["id"], row["name"]) for row in found]
    if form == "csv":
        rows = [(row[0], row[1]) for row in csv.reader(io.StringIO(written, newline=""))][1:]
        return [(name, unguarded(_spelt_out(text))) for name, text in rows]
    parts = [line.partition("\t") for line in written.split("\n")[1:] if line]
    rows = [(name, text) for name, _, text in parts]
    marks = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}
    return [(name, _spelt_out(re.sub(r"\\[tnr\\]", lambda mark: marks[mark[0]], text))) for name, text in rows]


def _spelt_out(text: str) -> str:
    """A cell with what a terminal acts on or does not show, which stands as `<U+200B>`."""
    return re.sub(r"<U\+([0-9A-F]{4,6})>", lambda found: chr(int(found[1], 16)), text)


def test_any_string_as_sql_is_answered_or_refused(stocked: Stocked, strings: list[str]) -> None:
    before = list(stocked.book.index.rows("SELECT id, name FROM rec_customers ORDER BY 1"))
    asked = [text for text in strings[::3] if text.strip()]
    refused = sum(_come_of(partial(answer_sql, stocked.book, text)) is None for text in asked)
    assert refused > len(asked) - 20
    assert list(stocked.book.index.rows("SELECT id, name FROM rec_customers ORDER BY 1")) == before


ECHO = """\
#!/bin/sh
# crm: {when} customer set
cat > "$CRM_ECHO.{when}"
"""


def test_hooks_are_told_every_string(strings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One record with a field for each string: what a before- and an on-hook read from stdin has them all, before and after."""
    monkeypatch.setenv("CRM_NOW", NOW)
    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("CRM_ECHO", str(tmp_path / "told"))
    book = make_book(tmp_path / "book")
    schema = book.root / "schema" / "customer.toml"
    lines = "".join(f'n{number} = {{ type = "text" }}\n' for number in range(len(strings)))
    schema.write_text(f"{schema.read_text(encoding='utf-8').rstrip()}\n{lines}", encoding="utf-8")
    (book.root / "hooks").mkdir(exist_ok=True)
    for when in ("before", "on"):
        path = book.root / "hooks" / when
        path.write_text(ECHO.format(when=when), encoding="utf-8")
        path.chmod(0o755)
        trust(config_folder(os.environ), book.root, read_hook(book.root, when))
    book = open_book(book.root)
    customer = book.setup.types["customer"]
    ref = add(book, "customer", "Acme")
    given: dict[str, str] = {}
    for number, text in enumerate(strings):
        stored = _come_of(partial(typed_value, book, customer, customer.fields[f"n{number}"], text))
        if stored:
            given[f"n{number}"] = stored
    assert len(given) > 350
    carry_out(book, [Change("set", ref, name, to=text) for name, text in given.items()], Request("set"))
    carry_out(book, [Change("set", ref, name, to="x") for name in given], Request("set"))
    for when in ("before", "on"):
        told = json.loads((tmp_path / f"told.{when}").read_bytes())
        assert {name: told["before"][name] for name in given} == given
        assert {told["after"][name] for name in given} == {"x"}
    assert run_checks(open_book(book.root)) == []


def test_records_and_histories_are_shown_harmlessly(stocked: Stocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    for ref in [*list(stocked.named)[::5], *list(stocked.notes)[::5]]:
        assert _acting(_run(stocked.book, "brief", str(ref))) == set()
        assert _acting(_run(stocked.book, "show", str(ref), "--format", "table")) == set()
        assert _acting(_run(stocked.book, "history", str(ref), "--format", "plain")) == set()


def _run(book: Book, *words: str) -> str:
    """Run a command in this process; it must not fail as a defect."""
    out, err = io.StringIO(), io.StringIO()
    code = run(["--book", str(book.root), *words], Session({"CRM_NOW": NOW}, io.StringIO(), out, err))
    assert code != INTERNAL, err.getvalue()
    assert code == OK, err.getvalue()
    return out.getvalue()


def _acting(text: str) -> set[str]:
    """The characters of an output that would act on a terminal: controls, escapes, bidi overrides, surrogates."""
    acting = {"Cc", "Cs", "Zl", "Zp"}
    bidi = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
    return {char for char in text if char not in "\n\t" and (unicodedata.category(char) in acting or char in bidi)}
