"""Three-way merge of one stored value: scalars, lists as sets, rows by what they say (STORE rule 22). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crmcli.model.record import Value
from crmcli.model.schema import Field, RecordType
from crmcli.store.merge_rows import merge_rows
from crmcli.store.replay import same


class MergedValue(NamedTuple):
    """A value as each side has it after the merge: what did not conflict is merged in both; equal without a conflict."""

    ours: Value | None
    theirs: Value | None


def merge_value(
    base: Value | None,
    ours: Value | None,
    theirs: Value | None,
    field: Field | None = None,
    types: Mapping[str, RecordType] | None = None,
) -> MergedValue:
    """Merge a field of which `field` is the definition (None: of the system, or unknown); `types` holds those of rows.

    Without a definition a value is a list when any version has one.
    """
    if theirs in (ours, base) or (same(theirs, base) and ours != base):
        return MergedValue(ours, ours)
    if ours == base or same(ours, base):
        return MergedValue(theirs, theirs)
    if same(ours, theirs):
        return MergedValue(ours, ours)
    if field is not None and field.embedded:
        columns = types.get(field.type) if types else None
        one, other = merge_rows(items(base), items(ours), items(theirs), columns)
        return MergedValue(one or None, other or None)
    if (
        isinstance(ours, list)
        or isinstance(theirs, list)
        or isinstance(base, list)
        or (field is not None and field.many)
    ):
        merged = merge_sets(items(base), items(ours), items(theirs))
        return MergedValue(merged or None, merged or None)
    return MergedValue(ours, theirs)


def merge_sets(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """What both added and neither removed: in our order, then theirs; sorted where every version is."""
    gone = set(base).difference(theirs)
    kept = [item for item in ours if item not in gone]
    known = {*base, *kept}
    merged = kept + [item for item in dict.fromkeys(theirs) if item not in known]
    return sorted(merged) if all(list(side) == sorted(side) for side in (base, ours, theirs)) else merged


def items(value: Value | None) -> list[str]:
    """The items of a list; a scalar counts as one."""
    if not value:
        return []
    return [value] if isinstance(value, str) else value
