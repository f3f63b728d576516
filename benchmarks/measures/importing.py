"""A large import."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from benchmarks.ground import Ground, make_book, record_text
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece, Program

MAP = """\
to      = "customer"
same    = ["name"]
columns.name = "name"
columns.lifecycle = "lifecycle"
columns.country = "country"
columns.website = "website"
columns.email = "email"
columns.tags = "tags"
columns.about = "about"
"""
HEADER = ("name", "lifecycle", "country", "website", "email", "tags", "about")


def measurements(ground: Ground) -> list[Measurement]:
    """The import as a whole process against a loop that writes the same records and one journal, synced once."""
    table = table_of(ground)
    base = Piece("benchmarks.baselines.import_loop:write_records", (str(table), str(ground.empty("looped"))))
    ours = _crm_import(ground, table)
    return [
        Measurement("import, per row", 3.0, ours, base, "a bare loop writing the same files", ground.size),
        Measurement("import, peak MB", 250.0, ours, None, "", clock="peak"),
    ]


def table_of(ground: Ground) -> Path:
    """The records of the ground as rows of a CSV file."""
    path = ground.root / f"customers-{ground.size}.csv"
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(_row(record_text(number)) for number in range(ground.size))
    return path


def _row(text: str) -> list[str]:
    """The cells of a record file."""
    front, _, about = text.removeprefix("---\n").partition("\n---\n")
    cells = dict(line.split(": ", 1) for line in front.splitlines() if ": " in line)
    cells |= {"tags": front.rpartition("- ")[2].splitlines()[0], "about": about.strip()}
    return [cells[name] for name in HEADER]


def empty_book(ground: Ground) -> Path:
    """A book without records, and with the map of the table."""
    book = ground.root / "book-to-import"
    if not book.exists():
        make_book(book)
        (book / "imports").mkdir()
        (book / "imports" / "customers.toml").write_text(MAP, encoding="utf-8")
    return book


def _crm_import(ground: Ground, table: Path) -> Program:
    """Import into a fresh copy of an empty book: the same file into the same book would change nothing."""
    book = empty_book(ground)
    script = (
        'fresh=$(mktemp -d) && cp -R "$1/." "$fresh" && cd "$fresh" && exec "$2" -m crmcli import "$3" --as customers'
    )
    words = ("sh", "-c", script, "sh", str(book), sys.executable, str(table))
    return Program(words, ground.root, (("TMPDIR", str(ground.root)),))
