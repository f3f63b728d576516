"""Pieces of the product, measured inside a process. Each function prepares and returns the work (benchmarks/piece.py)."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.baselines.disk import forget_pages
from crmcli.actions.set import set_fields
from crmcli.model.record import Ref
from crmcli.render.scripts import tsv
from crmcli.reports.listing import Request, list_records
from crmcli.store.book import open_book
from crmcli.store.index.look import look
from crmcli.store.setup import load_setup

Work = Callable[[], None]


def freshness(root: str) -> Work:
    """Look for changed files where none are."""
    book = open_book(root)
    book.index.refresh()
    connection = book.index.connection
    tops = ["journal", *(t.plural for t in book.setup.types.values() if not t.embedded)]

    def work() -> None:
        found = look(connection, book.root, tops)
        if found.suspicious or found.gone:
            raise AssertionError(found.suspicious[0].path if found.suspicious else found.gone[0])

    return work


def filtered_list(root: str) -> Work:
    """Answer a list and write it as tsv, on an index that is fresh."""
    book = open_book(root)
    book.index.refresh()

    def work() -> None:
        request = Request(words=("country:DE",), columns="id,name,country,lifecycle", sort="id")
        table = list_records(book, book.setup.types["customer"], request)
        out = io.StringIO()
        for text in tsv(table):
            out.write(text)

    return work


def rebuild(root: str) -> Work:
    """Build the index from nothing."""
    book = open_book(root)
    return book.index.rebuild


def rebuild_from_disk(root: str, folder: str) -> Work:
    """Build the index from nothing, the files of one folder not in memory."""
    work = rebuild(root)
    forget_pages(f"{root}/{folder}")
    return work


def small_writes(root: str, count: str) -> Work:
    """Change one field of one record after the other, each an op of its own."""
    book = open_book(root)
    refs = [Ref("customers", f"company-{number:06}") for number in range(int(count) + 1)]
    book.index.refresh()
    stamp = f"size={os.getpid()}"  # another value in every run, so that there is something to change
    set_fields(book, refs, ["size=7"])  # journals what was made by hand, once
    book.index.refresh()

    def work() -> None:
        for ref in refs[1:]:
            if not set_fields(book, [ref], [stamp]).op:
                raise AssertionError(ref)

    return work


def engine_files(root: str) -> Work:
    """Read all engine files of a book, from the cache."""
    folder, state = Path(root), Path(root) / ".crm"
    load_setup(folder, state)

    def work() -> None:
        load_setup(folder, state)

    return work
