"""The file of a united record: the merged lines of both sides, with the values that were decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmcli.model.record import BODY, Fields, Value
from crmcli.model.schema import RecordType
from crmcli.store.merging import Merged, WholeConflictError, clean, merge_record, settle
from crmcli.store.replay import differences
from crmcli.text import frontmatter
from crmcli.text.front_error import FrontMatterError

_CREATED = "created"


class LayoutError(ValueError):
    """A file that cannot be written field by field."""


def parsed(content: bytes) -> Fields | None:
    """What a record file says, its text as the field `body`; None for one that cannot be read."""
    try:
        text = content.decode("utf-8")
        document = frontmatter.parse(text)
    except (UnicodeDecodeError, FrontMatterError):
        return None
    if "\0" in text or BODY in document.fields:
        return None
    return dict(document.fields) | ({BODY: document.body} if document.body else {})


def laid_out(
    ours: bytes | None,
    wanted: Fields,
    record_type: RecordType | None,
    base: bytes | None = None,
    theirs: bytes | None = None,
    types: Mapping[str, RecordType] | None = None,
) -> bytes:
    """The file that says `wanted`, with the comments, order and unknown lines of both versions; of one without `theirs`.

    Raises `LayoutError` where no such file can be written.
    """
    if ours is None:
        raise LayoutError
    try:
        merged = clean(ours) if theirs is None else _merged(base, ours, theirs, wanted, record_type, types)
        content = _saying(merged, wanted, record_type)
    except (FrontMatterError, WholeConflictError):
        raise LayoutError from None
    if differences(parsed(content) or {}, wanted):
        raise LayoutError
    return content


def _merged(
    base: bytes | None,
    ours: bytes,
    theirs: bytes,
    wanted: Fields,
    record_type: RecordType | None,
    types: Mapping[str, RecordType] | None,
) -> Merged:
    """The lines of both; `created` is made equal before, since files that differ there are taken for two records."""
    if base is None and ours == theirs:
        return clean(ours)
    created = {_CREATED: wanted.get(_CREATED)}
    alike = [None if part is None else _edited(part, created, record_type) for part in (base, ours, theirs)]
    one, two, three = alike
    return merge_record(one, two, three, record_type, types)


def _edited(content: bytes, changes: Mapping[str, Value | None], record_type: RecordType | None) -> bytes:
    return settle(clean(content), changes, record_type).ours or b""


def _saying(merged: Merged, wanted: Fields, record_type: RecordType | None) -> bytes:
    """The merged file with every conflict settled, and every value as it was decided."""
    if merged.ours is None:
        raise LayoutError
    present = parsed(merged.ours)
    if present is None:
        raise LayoutError
    chosen = {name: _ordered(after, before) for name, before, after in differences(present, wanted)}
    return settle(merged, chosen, record_type).ours or b""


def _ordered(wanted: Value | None, present: Value | None) -> Value | None:
    """A list in the order it has in the file; what comes, behind, or among it where the file's is sorted."""
    if not isinstance(wanted, list):
        return wanted
    held: Sequence[str] = [present] if isinstance(present, str) else present or []
    kept = [item for item in held if item in wanted]
    found = kept + [item for item in wanted if item not in kept]
    return sorted(found) if list(held) == sorted(held) else found
