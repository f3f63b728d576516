"""Writing the large book: record files and journal segments directly, as crm would have left them."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from benchmarks.trade.lives import MEMBERS, NOW, TEAMS, Fields, Happening, Life, lines, lives, member
from crmcli.actions.init import Person, init_book
from crmcli.model.ids import encode
from crmcli.store.book import Book, open_book
from crmcli.store.index.build import no_cycles
from crmcli.store.journal import SEGMENT_LIMIT
from crmcli.store.setup.config_text import NewBook

MATERIAL = "2"
"""Raise it when the same words would make another book."""

MOMENT = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(NOW))
ITS_MOMENT = (("CRM_NOW", MOMENT), ("CRM_RANDOM", "1"))
"""The same for programs that ask it."""

_MORE_FIELDS = {
    "deal": 'discount = { type = "percent" }\nnet = { type = "money", calc = "amount * (1 - discount)" }\n',
    "customer": 'won_net = { type = "money", calc = "sum(deals.net, is:won)" }\n',
}
TAG = "regular"
"""A dynamic tag: customers who bought twice."""

_TAGS = f'[tag.{TAG}]\nfor = "customer"\nwhere = "lifecycle:customer count(deals, is:won)>=2"\n'
_RATES = "date\tcurrency\trate\n2024-01-02\tCHF\t1.0500\n"


@contextmanager
def its_moment() -> Iterator[None]:
    """The moment of the book, for what asks it in this process; what was set before is there again afterwards."""
    before = {name: os.environ.get(name) for name, _ in ITS_MOMENT}
    os.environ.update(ITS_MOMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def trade_book(folder: Path, customers: int, events: int) -> Path:
    """The book with so many customers and about so many changes and log lines, made once; its index is fresh.

    Files of another material are not looked at, one whose making was broken off is made again. An index of another version
    is built anew, as for any book. To be called, and the book to be asked, within `its_moment`.
    """
    root = folder / f"trade-{MATERIAL}-{customers}-{events}"
    if not (root / ".crm" / "made").exists():
        shutil.rmtree(root, ignore_errors=True)
        with no_cycles():
            _make(root, customers, events)
        time.sleep(0.1)  # a file just written is hashed once more: let the clock of the file system move on
    for _ in range(2):
        open_book(root).index.refresh()
    (root / ".crm" / "made").touch()
    return root


def _make(root: Path, customers: int, events: int) -> None:
    book = init_book(
        root,
        NewBook("Measured", "EUR", "Europe/Berlin", "en", "DE"),
        Person("Anna Kern", "a@kern.example"),
        with_git=False,
    ).book
    _engine_files(book)
    happened = list[Happening]()
    for life in chain(_members(), lives(customers)):
        _write_record(root, life)
        happened.append(Happening(life.begun, "create", life.ref, {"record": life.first | _system(life)}))
        happened += life.events
    changes = sum(event.do != "create" for event in happened)
    happened += lines(customers, max(2 * customers, events - changes))
    happened.sort(key=lambda event: event.at)
    _write_journal(root, happened)


def _engine_files(book: Book) -> None:
    for name, text in _MORE_FIELDS.items():
        with (book.root / "schema" / f"{name}.toml").open("a", encoding="utf-8") as file:
            file.write(text)
    (book.root / "rules").mkdir(exist_ok=True)
    (book.root / "rules" / "tags.toml").write_text(_TAGS, encoding="utf-8")
    (book.root / "rates.tsv").write_text(_RATES, encoding="utf-8")


def _members() -> Iterator[Life]:
    for number in range(MEMBERS):
        fields = {"name": f"Member {number}", "team": TEAMS[number % len(TEAMS)]}
        yield Life(f"members/{member(number)}", NOW - 800 * 86_400, fields, fields, [])


def _system(life: Life) -> dict[str, object]:
    made: dict[str, object] = {"tags": [life.tag]} if life.tag else {}
    return made | {"created": _instant(life.begun)}


def _write_record(root: Path, life: Life) -> None:
    path = root / f"{life.ref}.md"
    text = _record_text(life.now, life)
    try:
        path.write_text(text, encoding="utf-8")
    except FileNotFoundError:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")


def _record_text(fields: Fields, life: Life) -> str:
    tags = ["tags:", f"  - {life.tag}"] if life.tag else []
    front = [f"{name}: {value}" for name, value in fields.items()]
    return "\n".join(["---", *front, *tags, f"created: {_instant(life.begun)}", "---", ""])


def _write_journal(root: Path, happened: Iterable[Happening]) -> None:
    """The events in segments of the size crm seals them at, in folders by month."""
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    lines_of, size, month, number = list[str](), 0, "", 0
    for count, event in enumerate(happened):
        at = _instant(event.at)
        if at[:7] != month or size > SEGMENT_LIMIT - 1024:
            _write_segment(root, month, number, lines_of)
            lines_of, size, month, number = [], 0, at[:7], number + 1
        identifier = encode(event.at * 1000, 10) + encode(count, 16)
        head = {"id": identifier, "at": f"{at[:19]}.000{at[19:]}", "by": member(count), "via": "cli", "op": identifier}
        line = encoder.encode(head | {"do": event.do, "on": event.on} | event.keys)
        lines_of.append(line)
        size += len(line) + 1
    _write_segment(root, month, number, lines_of)


def _write_segment(root: Path, month: str, number: int, lines_of: list[str]) -> None:
    if lines_of:
        folder = root / "journal" / month
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"aaaaa-{number:010}.jsonl").write_text("\n".join([*lines_of, ""]), encoding="utf-8")


def _instant(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))
