"""Dynamic tags are kept by a filter (`[tag.x]`): nobody puts them on a record or takes them off."""

from __future__ import annotations

from collections.abc import Iterable

from crmcli.errors import UsageError
from crmcli.model.schema import DynamicTag, RecordType, Setup


class KeptTagError(UsageError):
    """A dynamic tag was to be written into a record."""

    def __init__(self, tag: DynamicTag) -> None:
        super().__init__(
            f"{tag.name} is kept by a filter in {tag.path}, so nobody puts it on a record or takes it off",
            hint=f"a {tag.type} carries it while: {tag.where}" + (f", but not {tag.but}" if tag.but else ""),
        )


def refuse_kept(setup: Setup, record_type: RecordType, tags: Iterable[str]) -> None:
    """Refuse tags of the type that a filter keeps; raises `KeptTagError` (exit 2)."""
    if not setup.tags:
        return
    for name in tags:
        tag = setup.tags.get(name)
        if tag is not None and tag.type == record_type.name:
            raise KeptTagError(tag)
