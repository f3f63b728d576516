"""Records that were erased and are back: a file from an old branch or a stash, a line of the journal with its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.model.problem import Problem
from crmcli.model.record import parse_ref
from crmcli.store.erasing import erased_names, unblanked

if TYPE_CHECKING:
    from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """Every file of an erased record, every segment that tells of one."""
    return [*_files(book), *_lines(book)]


def _files(book: Book) -> Iterator[Problem]:
    for name in sorted(erased_names(book)):
        ref = parse_ref(name)
        if book.setup.by_plural(ref.plural) is None:
            continue
        row = book.index.row(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row is not None:
            way = "remove the file; `crm erase` took it out of the book for good"
            yield Problem("erased-is-back", str(row[0]), 0, f"{name} was erased, and its file is back", way)


def _lines(book: Book) -> Iterator[Problem]:
    for path, ids in sorted(unblanked(book).items()):
        lines = "1 line" if len(ids) == 1 else f"{len(ids)} lines"
        way = "the next command that writes blanks them, `crm journal drift` too"
        yield Problem("not-blank", path, 0, f"{lines} still say what was erased", way)
