"""On whose side something is: by the records that are one's, and by the addresses that only one had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.model.record import Record, Ref
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.actions.identity.names import PresentNames
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

KEPT, GONE, NEITHER = "kept", "gone", ""
"""Whose something is."""

ADDRESSES = frozenset(["email", "phone", "domain", "url", "handle", "id", "address", "taxid", "account"])
"""Types of fields by which a record is reached or known, so that whoever says the same means it."""

_PARTS = """WITH RECURSIVE part("type", id) AS (
  SELECT substr(value, 1, instr(value, '/') - 1), substr(value, instr(value, '/') + 1) FROM json_each(?)
  UNION SELECT f."type", f.id FROM part p JOIN refs f ON f.to_type = p."type" AND f.to_id = p.id WHERE f.within = 1)
SELECT "type", id FROM part"""


class Sides:
    """What is known to be either's: records that refer to it, with their parts, and what it alone is reached by."""

    def __init__(self, book: Book, names: PresentNames, kept: Record, gone: Record, back: Iterable[Ref]) -> None:
        self._book, self._names = book, names
        self._us = {kept.ref, gone.ref}
        self._own: dict[str, set[Ref]] = {KEPT: set(), GONE: set()}
        said = {KEPT: set(_reached(book.type_of(kept.ref), kept)), GONE: set(_reached(book.type_of(gone.ref), gone))}
        self._said = {KEPT: said[KEPT] - said[GONE], GONE: said[GONE] - said[KEPT]}
        self.add(GONE, back)

    def add(self, side: str, refs: Iterable[Ref]) -> None:
        """Note records that are one's, and with them their parts."""
        asked = json.dumps([str(ref) for ref in refs])
        self._own[side] |= {Ref(str(row[0]), str(row[1])) for row in self._book.index.rows(_PARTS, (asked,))}

    def of(self, refs: Iterable[Ref], said: Iterable[str]) -> str:
        """Whose it is that names these records and addresses; `NEITHER` where nothing tells, or both do."""
        named, spoken = set(refs) - self._us, set(said)
        shared = self._own[KEPT] & self._own[GONE]
        found = [side for side in (KEPT, GONE) if (self._own[side] - shared) & named or self._said[side] & spoken]
        return found[0] if len(found) == 1 else NEITHER


def _reached(record_type: RecordType, record: Record) -> Iterable[str]:
    for field in record_type.fields.values():
        for item in record.items(field.name):
            yield from spoken(field, item, own=True)
    yield from (fold(item) for item in record.items("keys"))


def spoken(field: Field, item: str, *, own: bool = False) -> Iterable[str]:
    """What a value says of whom it is about. An e-mail says its domain too, unless it is one's `own`: many share theirs."""
    if field.type not in ADDRESSES:
        return
    said = fold(item)
    yield said
    if field.type == "email" and not own:
        yield said.rpartition("@")[2]
    if field.type == "url":
        yield said.partition("://")[2].partition("/")[0].removeprefix("www.")
