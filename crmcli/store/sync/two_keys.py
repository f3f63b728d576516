"""Fields that one side wrote under another key: the schema renamed them (`was`), and a hand did so in the file. Pure.

Only the key was moved, or the value too: either way both sides speak of one field, and what the other changed under the
former key holds under the newer one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from crmcli.model.record import Fields, Value
from crmcli.model.schema import RecordType
from crmcli.store.merge_values import merge_value


class TwoKeys(NamedTuple):
    """A field under two keys: the newer and the former one, what it was, and what both sides come to, `agreed` or not."""

    newer: str
    former: str
    base: Value | None
    ours: Value | None
    theirs: Value | None
    agreed: bool


def under_two_keys(
    record_type: RecordType | None,
    base: Mapping[str, Value],
    sides: Sequence[Mapping[str, Value]],
    types: Mapping[str, RecordType],
) -> Iterator[TwoKeys]:
    """Every field that the sides have under different keys, but stages, whose moves are told as moves."""
    for field in record_type.fields.values() if record_type else ():
        names = (field.name, *field.was)
        keys = [next((name for name in names if name in side), "") for side in sides]
        if "" in keys or keys[0] == keys[1] or field.type == "stage":
            continue
        newer, former = sorted(keys, key=names.index)
        before = next((base[name] for name in names if name in base), None)
        found = merge_value(before, sides[0][keys[0]], sides[1][keys[1]], field, types)
        yield TwoKeys(newer, former, before, found.ours, found.theirs, found.ours == found.theirs)


def put_under_one_key(wanted: Fields, found: TwoKeys, later: int) -> None:
    """The field under its newer key alone, with what both come to; of two that contradict the later side's (0: ours)."""
    value = (found.ours, found.theirs)[later]
    wanted.pop(found.former, None)
    wanted.pop(found.newer, None)
    if value:
        wanted[found.newer] = value
