"""`import_file`: a file becomes records, one op a file, which `undo` takes back whole.

The file's format says what it holds, and that says which module takes it: `tables.py` rows by a map, others what
theirs is.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from crmcli.actions.importing.asked import Asked, refuse_odd_words
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.store.setup.import_map import import_map_names
from crmcli_formats.registry import MODULES, Format, format_named, format_of

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Taker(Protocol):
    """A module that imports what a file of some kind holds."""

    def take(self, book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
        """Import a file; one outcome for each op."""


TAKERS = {
    "tables": "crmcli.actions.importing.tables",
    "contacts": "crmcli.actions.importing.contacts",
    "messages": "crmcli.actions.importing.messages",
    "events": "crmcli.actions.importing.events",
    "book": "crmcli.actions.importing.whole_book",
}
"""By what a format holds (`WHAT`)."""


def import_file(book: Book, path: Path, asked: Asked) -> list[ImportOutcome]:
    """Import a file by a map or a format, or by what it tells; a workbook with several sheets has several outcomes.

    Raises what is wrong with the file (exit 6), the map (2, 6) or its words (2), and a hook's veto (7); nothing is
    written then.
    """
    refuse_odd_words(asked)
    by_format = asked.by in MODULES and asked.by not in import_map_names(book.root)
    form = format_named(asked.by) if by_format else format_of(path)
    taker = cast("Taker", import_module(TAKERS[form.WHAT]))
    return taker.take(book, path, form, asked._replace(by="") if by_format else asked)
