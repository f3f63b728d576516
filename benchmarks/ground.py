"""The material to measure on: folders of record files and tables, made once a run, the same every time."""

from __future__ import annotations

import random
import time
from pathlib import Path

from crmcli.actions.init import Person, init_book
from crmcli.store.book import Book, open_book
from crmcli.store.setup.config_text import NewBook

COUNTRIES = ("AT", "CH", "CN", "DE", "FR", "NO", "US")
STAGES = ("lead", "qualified", "customer", "churned")
TAGS = ("emea", "vip", "partner", "newsletter")
SENTENCES = 8
"""Of free text in each record: with the front matter, about half a kilobyte, as in a book that is used."""


class Ground:
    """A folder that ends with the run; what is made in it is made when first asked for, and shared."""

    def __init__(self, root: Path, size: int, events: int = 1_000_000) -> None:
        self.root = root
        self.size = size
        """How many records the large measurements use."""
        self.events = events
        """How many changes and log lines the book of the questions has."""
        self.kept = root.parent / "crm-bench-kept"
        """For material that takes minutes to make: it stays after the run."""

    def records(self, count: int) -> Path:
        """A folder of `count` customers."""
        folder = self.root / f"records-{count}" / "customers"
        if not folder.exists():
            folder.mkdir(parents=True)
            for number in range(count):
                (folder / f"company-{number:06}.md").write_text(record_text(number), encoding="utf-8")
        return folder

    def book(self, count: int) -> Path:
        """A book with `count` customers, its index built and seen to be fresh."""
        root = self.root / f"book-{count}"
        if not root.exists():
            make_book(root)
            folder = root / "customers"
            folder.mkdir()
            for number in range(count):
                (folder / f"company-{number:06}.md").write_text(record_text(number), encoding="utf-8")
            time.sleep(0.1)  # a file just written is hashed once more: let the clock of the file system move on
            for _ in range(2):
                open_book(root).index.refresh()
        return root

    def empty(self, name: str) -> Path:
        """A folder to write into."""
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        return folder


def make_book(root: Path) -> Book:
    """A fresh book with the core kit, outside git."""
    wishes = NewBook("Measured", "EUR", "Europe/Berlin", "en", "DE")
    return init_book(root, wishes, Person("Anna Kern", "anna@kern.example"), with_git=False).book


def record_text(number: int) -> str:
    """The file of customer `number`, canonical as crm would write it."""
    front = {
        "name": f"Company {number} GmbH",
        "lifecycle": _draw(number, STAGES),
        "country": _draw(number, COUNTRIES),
        "website": f"https://company-{number}.example",
        "email": f"office@company-{number}.example",
    }
    lines = [f"{key}: {value}" for key, value in front.items()]
    body = " ".join(f"They asked about item {number * 7 + line} and want an answer soon." for line in range(SENTENCES))
    created = "created: 2026-11-20T14:03:11+01:00"
    return "\n".join(["---", *lines, "tags:", f"  - {_draw(number, TAGS)}", created, "---", "", body, ""])


def _draw(number: int, choices: tuple[str, ...]) -> str:
    """One of the choices, the same for a number in every run."""
    return random.Random(f"{number} {choices[0]}").choice(choices)  # noqa: S311 - not for secrets
