"""What waits for a person on this machine: versions of files that were not kept, changes that were cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.reasons import Reason
from crmcli.store import staging
from crmcli.store.lock import is_locked
from crmcli.store.records import ref_of
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.store.book import Book

CONFLICTS = "conflicts"
PARKED_SLASH = "__"
"""How `store/place.py` writes the slashes of a path in the name of a version it keeps."""


def waiting(book: Book, language: str = "en") -> Iterator[Reason]:
    """A reason per version under .crm/conflicts/ and per file of an op that was cut off."""
    home = book.state / CONFLICTS
    for parked in sorted(path for path in home.glob("*/*") if path.is_file()):
        ref = str(ref_of(parked.name.replace(PARKED_SLASH, "/")))
        where = parked.relative_to(book.root).as_posix()
        said = phrase(language, "changed in two places; the other version is {where}", where=where)
        yield Reason("waits", ref, said, 1.0)
    if is_locked(book.root):
        return  # somebody is writing just now
    said = phrase(language, "a change was cut off; the next write finishes it")
    for record, _ in staging.waiting(book.state):
        for file in record.files:
            yield Reason("waits", str(ref_of(file.path)), said)
