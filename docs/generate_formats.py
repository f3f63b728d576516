# ruff: noqa: INP001 - a script beside the pages it writes
"""Write docs/reference/formats.md from the formats themselves and from what they make of the collected files.

`python docs/generate_formats.py`; the files lie in ../shared/data beside the checkout (tests/places.py).
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, cast

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.mail.letter import MailWords
from crmcli.actions.importing.preview import REFUSED
from crmcli.actions.importing.run import import_file
from crmcli.actions.init import Person, init_book
from crmcli.errors import CrmError
from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.setup.config_text import NewBook
from crmcli.store.setup.import_map import ImportMap, MapMissingError, map_of
from crmcli_formats.registry import TableFormat, format_of, formats
from crmcli_formats.sheets import Choices

if TYPE_CHECKING:
    from crmcli.store.book import Book

PAGE = Path(__file__).parent / "reference" / "formats.md"
_ALL = 1_000_000
_VALUE = re.compile(r"'[^']*'|\d+")
_LONGEST = 160
_ABOUT = frozenset(["SOURCE.txt", "LICENSE", "COPYING", "README", "SHA256SUMS", "TRUTH.json"])
_BESIDE = frozenset(["json"])
"""Folders of what a corpus says its files hold."""

_HEAD = """\
# Formats, and what they make of files

The formats that `crm import` knows, and what came of every file of the collections the program is tried with: cards
of ez-vcard and khard, messages of notmuch's tests and a mailbox, the CSV spectrum, exports of address books, listed
companies, example numbers of every country, naughty strings, and formulas that attack spreadsheets. This page is made
from the formats and from those files. *Taken* would be imported into a fresh book (of mail with `--add-unknown`);
*refused* is told with its place and its reason and written beside the import; *left* are messages of mailing lists and
of programs, whose senders become no contacts. Nothing else happens to a row. A file refused as a whole counts as one.
"""


class Count(NamedTuple):
    """What came of a file: what was read, what of it taken and refused; why, a line each."""

    format: str
    read: int
    taken: int
    refused: int
    why: tuple[str, ...] = ()


def page(data: Path) -> str:
    """The whole page; `data` is the folder of the collections."""
    known = os.environ.get("CRM_NOW")
    os.environ["CRM_NOW"] = "2026-11-20T12:00:00+01:00"
    try:
        with TemporaryDirectory() as folder:
            wishes = NewBook("Files", "EUR", "Europe/Berlin", "en", "DE")
            book = init_book(
                Path(folder) / "book", wishes, Person("Anna Kern", "anna@kern.example"), with_git=False
            ).book
            try:
                return _page(book, data, Path(folder))
            finally:
                book.index.close()
    finally:
        if known is None:
            del os.environ["CRM_NOW"]
        else:
            os.environ["CRM_NOW"] = known


def _page(book: Book, data: Path, folder: Path) -> str:
    listed = [
        f"| `{form.NAME}` | {form.TITLE} | {' '.join(f'`{suffix}`' for suffix in form.SUFFIXES) or '-'} | {form.WHAT} |"
        for form in formats()
    ]
    rows: list[str] = []
    why: list[str] = []
    for name, counts in _corpora(book, data, folder):
        for form in dict.fromkeys(count.format for _, count in counts):
            of_form = [(file, count) for file, count in counts if count.format == form]
            read, taken, refused = (
                sum(getattr(count, what) for _, count in of_form) for what in ("read", "taken", "refused")
            )
            rows.append(
                f"| {name} | {form} | {len(of_form):,} | {read:,} | {taken:,} | {read - taken - refused:,} | {refused:,} |"
            )
            why += [
                f"- {name}/{file}: {line}"
                for file, count in of_form
                for line in _told(count.why, f"{data}/{name}/{file}")
            ]
    return "\n".join(
        [
            _HEAD,
            "## The formats\n",
            "In the order they are asked whether a file is theirs.\n",
            "| `--as` | is | files end in | holds |",
            "|---|---|---|---|",
            *listed,
            "\n## The collections\n",
            "| folder | format | files | read | taken | left | refused |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "\n## What was refused, and why\n",
            *(why or ["Nothing."]),
            "",
        ]
    )


def _corpora(book: Book, data: Path, folder: Path) -> Iterator[tuple[str, list[tuple[str, Count]]]]:
    """Every collection with what came of each file of it."""
    for corpus in ("vcards/ez-vcard", "vcards/khard", "mail/notmuch", "mail/py4e"):
        yield corpus, [(name, _imported(book, path)) for name, path in _files(data / corpus)]
    yield "csv_spectrum", [(name, _rows_of(path)) for name, path in _files(data / "csv_spectrum")]
    yield "contact_exports", [(name, _imported(book, path)) for name, path in _files(data / "contact_exports")]
    companies = 'to = "customer"\nid = "cn"\ncolumns = { code = "keys", legal_name = "name", listed = "created" }\n'
    mapped = map_of("listed", companies, "listed.toml")
    yield "zh_companies", [("listed.csv", _imported(book, data / "zh_companies" / "listed.csv", mapped))]
    yield "phone_numbers", [("examples.csv", _numbers(book, data / "phone_numbers" / "examples.csv"))]
    naughty = json.loads((data / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    yield "naughty_strings", [("blns.json", _notes(book, folder, naughty)._replace(format="csv, written from json"))]
    attacks = (data / "csv_injection" / "csv-payload.txt").read_text(encoding="utf-8").splitlines()
    yield (
        "csv_injection",
        [("csv-payload.txt", _notes(book, folder, attacks)._replace(format="csv, written from lines"))],
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and path.name not in _ABOUT and name.parts[0] not in _BESIDE:
            yield name.as_posix(), path


def _imported(book: Book, path: Path, mapped: ImportMap | None = None) -> Count:
    """What an import would do."""
    try:
        form = format_of(path).NAME
    except CrmError as error:
        return Count("none", 1, 0, 1, (str(error),))
    try:
        outcomes = import_file(
            book, path, Asked(map=mapped, dry_run=True, preview=_ALL, mail=MailWords(add_unknown=True))
        )
    except MapMissingError:
        return Count(form, 1, 0, 1, ("a table of text, for which somebody has to say what its columns are",))
    except CrmError as error:
        return Count(form, 1, 0, 1, (str(error),))
    why = [
        f"{line.place or f'line {line.line}'}: {line.text}"
        for one in outcomes
        for line in one.preview
        if line.what == REFUSED
    ]
    taken = sum(one.new + one.changed + one.same for one in outcomes)
    return Count(form, sum(one.rows for one in outcomes), taken, sum(one.refused for one in outcomes), tuple(why))


def _rows_of(path: Path) -> Count:
    """What a table's rows are, without a map."""
    form = cast("TableFormat", format_of(path))
    with form.open_tables(path, Choices()) as sheets:
        rows = [row for sheet in sheets for row in sheet.rows]
    bad = [row for row in rows if row.trouble]
    return Count(
        form.NAME, len(rows), len(rows) - len(bad), len(bad), tuple(f"line {row.line}: {row.trouble}" for row in bad)
    )


def _notes(book: Book, folder: Path, texts: Sequence[str]) -> Count:
    """Texts as names and descriptions of customers, from a table that Python's own writer wrote."""
    path = folder / "texts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "about"), *((f"Text {n}", text) for n, text in enumerate(texts))])
    mapped = map_of("texts", 'to = "customer"\ncolumns = { name = "name", about = "about" }\n', "texts.toml")
    return _imported(book, path, mapped)


def _numbers(book: Book, path: Path) -> Count:
    """Example numbers, typed in the book's country, against the E.164 form that stands beside them."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["valid"] == "True"]
    field = Field("phone", "phone")
    why: list[str] = []
    for row in rows:
        context = book.context._replace(country=row["region"])
        for notation in ("national", "international", "rfc3966"):
            try:
                found = type_named(field).parse(row[notation], field, context)
            except ValueRefused as refusal:
                found = refusal.why
            if found != row["e164"]:
                why.append(f"{row['region']} {row[notation]}: {found}")
    return Count("numbers in three notations", len(rows) * 3, len(rows) * 3 - len(why), len(why), tuple(why))


def _told(lines: Sequence[str], path: str) -> Iterator[str]:
    """Reasons without the file's own name, those that differ in a value only once, with how many there are."""
    alike: dict[str, list[str]] = {}
    for line in lines:
        said = " ".join(line.replace(f"{path}: ", "").replace(f"{path}:", "line ").replace(f"{path} ", "").split())
        alike.setdefault(_VALUE.sub("", said), []).append(said)
    for found in alike.values():
        text = found[0].replace("|", "\\|").replace("<", "&lt;")
        more = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
        yield (text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…") + more


if __name__ == "__main__":
    PAGE.write_text(page(Path(__file__).resolve().parents[2] / "shared" / "data"), encoding="utf-8")
