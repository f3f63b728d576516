"""Records whose file a hand renamed: one gone, one new with the same content or `created` (STORE rule 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.record import Fields, Ref, parse_ref
from crmcli.store import disk
from crmcli.store.records import parse_record
from crmcli.store.replay import differences

if TYPE_CHECKING:
    from crmcli.store.book import Book

_ALIVE = """SELECT "on" FROM (SELECT "on", "do", max(id) FROM events WHERE "do" IN ('create', 'restore', 'delete') GROUP BY "on")
WHERE "do" <> 'delete'"""
_UNKNOWN = """SELECT ref, path FROM files WHERE ref <> '' AND broken = 0 AND NOT EXISTS
(SELECT 1 FROM events e WHERE e."on" = files.ref AND e."do" IN ('create', 'restore')) ORDER BY path"""


def gone_records(book: Book) -> list[Ref]:
    """Records that the journal has and the folders have not."""
    held = {str(row[0]) for row in book.index.rows("SELECT ref FROM files WHERE ref <> ''")}
    known = {t.plural for t in book.setup.types.values() if not t.embedded}
    found = (parse_ref(str(row[0])) for row in book.index.rows(_ALIVE) if row[0] not in held)
    return sorted(ref for ref in found if ref.plural in known)


def hand_renames(book: Book) -> list[tuple[Ref, Ref]]:
    """Pairs (old, new) of which each is the only one that fits the other; content first, then `created`."""
    from crmcli.store.drift import state_now  # noqa: PLC0415 - drift asks here too

    gone = gone_records(book)
    new = _unknown_files(book) if gone else {}
    if not new:
        return []
    old = {ref: state for ref in gone if (state := state_now(book, ref)) is not None}
    pairs: list[tuple[Ref, Ref]] = []
    for fits in (_same_content, _same_created):
        for one in list(old):
            candidates = [other for other in new if one.plural == other.plural and fits(old[one], new[other])]
            rivals = [ref for ref in old if len(candidates) == 1 and fits(old[ref], new[candidates[0]])]
            if len(candidates) == 1 and rivals == [one]:
                pairs.append((one, candidates[0]))
                del old[one], new[candidates[0]]
    return sorted(pairs)


def _unknown_files(book: Book) -> dict[Ref, Fields]:
    found: dict[Ref, Fields] = {}
    for row in book.index.rows(_UNKNOWN):
        try:
            read = parse_record(str(row[1]), disk.read_whole(book.root / str(row[1])))
        except OSError:
            continue
        if not read.problem:
            found[read.record.ref] = dict(read.record.fields)
    return found


def _same_content(old: Fields, new: Fields) -> bool:
    return not differences(old, new)


def _same_created(old: Fields, new: Fields) -> bool:
    return bool(old.get("created")) and old.get("created") == new.get("created")
