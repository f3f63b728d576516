"""Three-way merge of a record's file, field by field (STORE rule 22). Pure: bytes in, bytes out.

Different fields merge; lists as sets, rows by what they say, the body by lines. What else the lines say (comments,
order, unknown keys, line ends) is merged by lines after the values have been made equal everywhere, so that it cannot
get in their way. The same field changed to different values is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crmcli.model.record import BODY, SYSTEM_FIELDS, Fields, Value
from crmcli.model.schema import RecordType
from crmcli.store.merge_text import merge_text
from crmcli.store.merge_values import MergedValue, merge_value
from crmcli.text import frontmatter
from crmcli.text.front_error import FrontMatterError
from crmcli.text.markers import Labels, keep_ends, marked, sides_of, whole
from crmcli.text.merge_layout import merge_layout
from crmcli.text.merge_lines import Chunk, merge_lines

LABELS = Labels()
WHOLE = ""
"""The name of a conflict that is not of a field: the whole file."""


class FieldConflict(NamedTuple):
    """A field that both sides changed to different values, `WHOLE` for the file, or the lines that are no fields.

    None is absent; for `WHOLE` the values are the file's text, None where it is deleted. Of a list of rows and of the body
    `ours` and `theirs` hold what else was merged, so that either can be taken without losing the other's part.
    """

    name: str
    base: Value | None
    ours: Value | None
    theirs: Value | None


class Merged(NamedTuple):
    """What came of a merge: the bytes to write, with markers where a conflict is left (None: the file goes).

    `ours` and `theirs` are the same with every conflict settled for that side.
    """

    content: bytes | None
    conflicts: tuple[FieldConflict, ...]
    ours: bytes | None
    theirs: bytes | None


class Version(NamedTuple):
    """A file as it was read."""

    text: str
    fields: Fields
    body: str


class WholeConflictError(ValueError):
    """A conflict of the whole file cannot be settled by fields: take a side."""


def merge_record(
    base: bytes | None,
    ours: bytes | None,
    theirs: bytes | None,
    record_type: RecordType | None = None,
    types: Mapping[str, RecordType] | None = None,
    *,
    labels: Labels = LABELS,
) -> Merged:
    """Merge a record's file; None is no file: not there yet (base), or deleted.

    `types` (`Setup.types`) holds the types of rows. Files whose `created` differs are two records, not versions of one: a
    conflict of the whole. What cannot be read by fields is merged by lines.
    """
    if theirs in (ours, base):
        return clean(ours)
    if ours == base:
        return clean(theirs)
    if ours is None or theirs is None:
        edited = theirs if ours is None else ours
        return Merged(edited, (FieldConflict(WHOLE, _text(base), _text(ours), _text(theirs)),), ours, theirs)
    old, mine, yours = _bases(base or b""), _read(ours), _read(theirs)
    if not old or mine is None or yours is None:
        return _by_lines(base, ours, theirs, labels)
    made = {str(v.fields.get("created", "")) for v in (*old, mine, yours)}
    if len(made - {""}) > 1:
        return _marked(mine.text, yours.text, (FieldConflict(WHOLE, _text(base), mine.text, yours.text),), labels)
    try:
        *old, mine, yours = _under_one_key((*old, mine, yours), record_type)
        return _Merging(old, mine, yours, record_type, types).result(labels)
    except FrontMatterError:  # a shape that no field can be changed in
        return _by_lines(base, ours, theirs, labels)


def settle(
    merged: Merged,
    chosen: Mapping[str, Value | None],
    record_type: RecordType | None = None,
    *,
    labels: Labels = LABELS,
) -> Merged:
    """Settle conflicts, or set other fields, by value: what is left has markers still.

    Raises `WholeConflictError` where the conflict is of the whole file, `FrontMatterError` for a file no field of which can
    be changed.
    """
    if merged.ours is None or merged.theirs is None or any(c.name == WHOLE for c in merged.conflicts):
        raise WholeConflictError
    shape = _Shape(record_type, ())
    changes = {name: value for name, value in chosen.items() if name != BODY}
    body = _scalar(chosen[BODY]) if BODY in chosen else None
    one, other = (shape.edited(content.decode(), changes, body) for content in (merged.ours, merged.theirs))
    return _marked(one, other, tuple(c for c in merged.conflicts if c.name not in chosen), labels)


def clean(content: bytes | None) -> Merged:
    """A merge without conflict."""
    return Merged(content, (), content, content)


def differing(ours: bytes, theirs: bytes, labels: Labels = LABELS) -> Merged | None:
    """Two sides of a file whose base nobody knows: every field that differs is a conflict. None for files that cannot be read."""
    mine, yours = _read(ours), _read(theirs)
    if mine is None or yours is None:
        return None
    names = [n for n in dict.fromkeys([*mine.fields, *yours.fields]) if mine.fields.get(n) != yours.fields.get(n)]
    conflicts = [FieldConflict(n, None, mine.fields.get(n), yours.fields.get(n)) for n in names]
    if mine.body != yours.body:
        conflicts.append(FieldConflict(BODY, None, mine.body or None, yours.body or None))
    return _marked(mine.text, yours.text, tuple(conflicts), labels)


class _Shape:
    """How a type's file is written: the order of its keys (unknown ones in an order of their own), which are maps."""

    def __init__(self, record_type: RecordType | None, unknown: Sequence[str]) -> None:
        own = record_type.fields.values() if record_type else ()
        names = [field.name for field in own if field.type != "markdown"]
        self._order = tuple(dict.fromkeys([*names, *(SYSTEM_FIELDS if record_type else ()), *unknown]))
        self._maps = frozenset(field.name for field in own if field.type == "address" or field.embedded)

    def edited(self, text: str, changes: Mapping[str, Value | None], body: str | None) -> str:
        """The text with these fields changed; maps are known by their braces where no type says so."""
        maps = self._maps | {name for name, value in changes.items() if _is_map(value)}
        return frontmatter.edit(text, changes, order=self._order, maps=maps, body=body)


class _Merging:
    """Versions of one record. Bases are several where git merged two of them and met a conflict."""

    def __init__(
        self,
        bases: Sequence[Version],
        ours: Version,
        theirs: Version,
        record_type: RecordType | None,
        types: Mapping[str, RecordType] | None,
    ) -> None:
        self._bases, self._ours, self._theirs = bases, ours, theirs
        self._base = bases[0]
        self._type, self._types = record_type, types
        keys = dict.fromkeys(name for version in (*bases, ours, theirs) for name in version.fields)
        unknown = list(keys) if record_type is None else sorted(keys)
        self._shape = _Shape(record_type, unknown)
        self._names = list(keys)

    def result(self, labels: Labels) -> Merged:
        """Merge values, then lines; raises `FrontMatterError` where a file cannot be edited by fields."""
        values = {name: self._value(name) for name in self._names}
        bodies = self._bodies()
        names = [name for name, value in values.items() if value.ours != value.theirs]
        conflicts = [FieldConflict(n, self._base.fields.get(n), values[n].ours, values[n].theirs) for n in names]
        if bodies[0] != bodies[1]:
            conflicts.append(FieldConflict(BODY, self._base.body or None, bodies[0] or None, bodies[1] or None))
        ours = self._layout({name: value.ours for name, value in values.items()}, bodies[0])
        theirs = self._shape.edited(ours, {name: values[name].theirs for name in names}, bodies[1])
        return _marked(ours, theirs, tuple(conflicts), labels)

    def _value(self, name: str) -> MergedValue:
        """A field merged; where it depends on the base which value wins, nobody does."""
        field = self._type.fields.get(name) if self._type else None
        ours, theirs = self._ours.fields.get(name), self._theirs.fields.get(name)
        found = [merge_value(base.fields.get(name), ours, theirs, field, self._types) for base in self._bases]
        return found[0] if all(other == found[0] for other in found) else MergedValue(ours, theirs)

    def _bodies(self) -> tuple[str, str]:
        """The body as each side has it after the merge."""
        sides = _body_lines(self._ours.body), _body_lines(self._theirs.body)
        found = [_joined(merge_lines(_body_lines(base.body), *sides)) for base in self._bases]
        return found[0] if all(other == found[0] for other in found) else (self._ours.body, self._theirs.body)

    def _layout(self, wanted: Mapping[str, Value | None], body: str) -> str:
        """Our file with the merged values, and with what they changed besides values."""
        ours, theirs = (self._shape.edited(v.text, wanted, body) for v in (self._ours, self._theirs))
        base = self._base.text and self._shape.edited(self._base.text, wanted, body)
        return merge_layout(base, ours, theirs)


def _under_one_key(versions: Sequence[Version], record_type: RecordType | None) -> list[Version]:
    """The versions with each field under one key: its newest name in any of them, where others have a former one."""
    found = list(versions)
    for field in record_type.fields.values() if record_type else ():
        names = [name for name in (field.name, *field.was) if any(name in version.fields for version in versions)]
        for former in names[1:]:
            found = [_renamed(version, former, names[0], record_type) for version in found]
    return found


def _renamed(version: Version, former: str, name: str, record_type: RecordType | None) -> Version:
    value = version.fields.get(former)
    if value is None or name in version.fields:
        return version
    text = _Shape(record_type, ()).edited(version.text, {former: None, name: value}, None)
    return _read(text.encode()) or version


def _bases(content: bytes) -> list[Version]:
    """The common version; both sides of one that git made of two bases and left with markers; none when unreadable."""
    found = _read(content)
    if found is not None:
        return [found]
    sides = sides_of(content.decode("utf-8", "surrogateescape"))
    read = [_read(side.encode("utf-8", "surrogateescape")) for side in sides[:2]] if sides else []
    return [version for version in read if version is not None] if None not in read else []


def _read(content: bytes) -> Version | None:
    """A version; None when it cannot be read, or calls a field what the body is called."""
    try:
        text = content.decode()
        document = frontmatter.parse(text)
    except (UnicodeDecodeError, FrontMatterError):
        return None
    return None if BODY in document.fields or "\0" in text else Version(text, dict(document.fields), document.body)


def _marked(ours: str, theirs: str, conflicts: tuple[FieldConflict, ...], labels: Labels) -> Merged:
    if not conflicts:
        return clean(ours.encode())
    by_file = any(conflict.name == WHOLE for conflict in conflicts)
    content = whole(ours, theirs, labels) if by_file else marked(ours, theirs, labels)
    return Merged(content.encode(), conflicts, ours.encode(), theirs.encode())


def _by_lines(base: bytes | None, ours: bytes, theirs: bytes, labels: Labels) -> Merged:
    """Files that cannot be read by fields."""
    found = merge_text(base or b"", ours, theirs, labels)
    if not found.conflict:
        return clean(found.content)
    conflict = FieldConflict(WHOLE, _text(base), _text(ours), _text(theirs))
    return Merged(found.content, (conflict,), ours, theirs)


def _body_lines(body: str) -> list[str]:
    return keep_ends(f"{body}\n") if body else []


def _joined(chunks: Sequence[Chunk]) -> tuple[str, str]:
    sides = (chunk.ours for chunk in chunks), (chunk.theirs for chunk in chunks)
    ours, theirs = ("".join(line for lines in side for line in lines).rstrip("\n") for side in sides)
    return ours, theirs


def _scalar(value: Value | None) -> str:
    return "\n".join(value) if isinstance(value, list) else value or ""


def _is_map(value: Value | None) -> bool:
    return any(item.startswith("{") for item in ([value] if isinstance(value, str) else value or ()))


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "surrogateescape")
