"""What records that were merged away answered to: by that WHO finds the record they are now (docs/index.md).

Their names and keys are those of the `delete` event that took them; what is said of them here is found by `find` too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from crmcli.model.record import Record, Ref, parse_ref
from crmcli.store.index.rowmake import FOLD

if TYPE_CHECKING:
    from crmcli.store.index.rowmake import RowMaker
    from crmcli.store.index.texts import Texts

KEY_COLUMNS = ("type", "new", "old", "event", "field", "fold")
"""Of the table `merged_keys`: the record there is, the one that went and the event that says so, what that answered to."""

_ENDED = """SELECT more FROM events WHERE "on" = ? AND "do" = 'delete' ORDER BY id DESC LIMIT 1"""
_NOW = 'SELECT new, event FROM merged WHERE "type" = ? AND old = ?'


def tell_merged(base: sqlite3.Connection, texts: Texts, makers: Mapping[str, RowMaker], moved: Iterable[str]) -> None:
    """Bring what is known of records that went or came back (`plural/id`) up to `merged`."""
    for gone in sorted(moved):
        ref = parse_ref(gone)
        _forget(base, texts, ref)
        found = base.execute(_NOW, ref).fetchone()
        if found is not None and ref.plural in makers:
            _tell(base, texts, makers[ref.plural], ref, str(found[0]), str(found[1]))


def _forget(base: sqlite3.Connection, texts: Texts, ref: Ref) -> None:
    told = base.execute('SELECT DISTINCT new, event FROM merged_keys WHERE "type" = ? AND old = ?', ref).fetchall()
    for now, event in told:
        texts.forget(f"{ref.plural}/{now}", event)
    base.execute('DELETE FROM merged_keys WHERE "type" = ? AND old = ?', ref)


def _tell(base: sqlite3.Connection, texts: Texts, maker: RowMaker, ref: Ref, now: str, event: str) -> None:
    record = Record(ref, _last_fields(base, ref))
    row = maker.make(record, "", {})
    title = record.text(maker.plan.type.title) if maker.plan.type.title else ""
    keys = {("id", ref.id), *((str(key[2]), str(key[4])) for key in row.keys)}
    if title:
        keys.add(("name", str(row.values[FOLD])))
    base.executemany(
        "INSERT INTO merged_keys VALUES (?, ?, ?, ?, ?, ?)",
        [(ref.plural, now, ref.id, event, field, fold) for field, fold in sorted(keys)],
    )
    said = [title, *(text for name in _keyed(maker) for text in record.items(name))]
    texts.put(f"{ref.plural}/{now}", event, "\n".join(filter(None, said)))


def _keyed(maker: RowMaker) -> list[str]:
    return [*(field.name for field in maker.plan.type.fields.values() if field.key), "keys"]


def _last_fields(base: sqlite3.Connection, ref: Ref) -> dict[str, str | list[str]]:
    found = base.execute(_ENDED, (str(ref),)).fetchone()
    told = json.loads(found[0]).get("record") if found and found[0] else None
    return told if isinstance(told, dict) else {}
