"""What a person changed in a copy of a record's file, as changes by field (STORE rule 19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import BadDataError, ConflictError, CrmError
from crmcli.model.change import Change
from crmcli.model.record import Fields, Record, Ref, Value
from crmcli.model.schema import Field, RecordType
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.records import parse_record
from crmcli.store.replay import differences, same

if TYPE_CHECKING:
    from crmcli.store.book import Book

_FIXED = ("created",)
_FENCE = b"---"


class EditUnreadableError(BadDataError):
    """The edited text is no record any more."""

    def __init__(self, line: int, message: str, remedy: str) -> None:
        super().__init__(f"line {line}: {message}", hint=remedy)


class EditRefusedError(BadDataError):
    """An edited value its field cannot hold."""

    def __init__(self, line: int, name: str, refusal: ValueRefused) -> None:
        super().__init__(f"line {line}: {name}: {refusal.why}", hint=refusal.hint)


class EditedRowError(BadDataError):
    """An edited row that is none, or one too many."""

    def __init__(self, line: int, error: CrmError) -> None:
        super().__init__(f"line {line}: {error}", hint=error.hint)


class EditConflictError(ConflictError):
    """The same field was changed in the book while it was being edited."""

    def __init__(self, ref: Ref, names: list[str]) -> None:
        super().__init__(
            f"{ref}: {', '.join(names)} changed in the book while you were editing",
            hint="edit again from what is there now",
        )


def apply_edit(book: Book, ref: Ref, base: bytes, edited: bytes, *, dry_run: bool = False) -> Outcome:
    """Write what differs between `base` (the file when the editor opened) and `edited`, field by field.

    A stage that was edited moves, with the stage's rules. Raises exit 6 for text that is no record, 5 for a field that
    was changed in the book meanwhile to something else.
    """
    path = book.path_of(ref)
    before = parse_record(path, base).record.fields
    if base.startswith(_FENCE) and not edited.startswith(_FENCE):
        raise EditUnreadableError(
            1, "the fields are gone", "they stand between two lines of ---, the first line being one"
        )
    read = parse_record(path, edited)
    if read.problem:
        raise EditUnreadableError(read.problem.line, read.problem.message, read.problem.remedy)
    wanted = _checked(book, ref, dict(before), dict(read.record.fields), read.lines)
    changed = differences(dict(before), wanted)
    return carry_out(book, lambda: _changes(book, ref, changed), Request("edit", dry_run=dry_run))


def _changes(book: Book, ref: Ref, changed: Sequence[tuple[str, Value | None, Value | None]]) -> list[Change]:
    """The changes by field; raises `EditConflictError` for those that the book has otherwise by now."""
    record_type = book.type_of(ref)
    present = book.read_record(ref).fields
    changes: list[Change] = []
    conflicts: list[str] = []
    for name, old, new in changed:
        now = present.get(name)
        if isinstance(old, list) or isinstance(new, list):
            changes.append(_list_change(ref, name, old, new))
        elif same(now, old) or same(now, new):
            changes.append(_scalar_change(ref, record_type, name, new))
        else:
            conflicts.append(name)
    if conflicts:
        raise EditConflictError(ref, conflicts)
    return changes


def _checked(book: Book, ref: Ref, before: Fields, after: Fields, lines: dict[str, int]) -> Fields:
    """The edited fields in canonical form; only what was changed is looked at."""
    record_type = book.type_of(ref)
    result: Fields = {}
    for name, value in after.items():
        field = record_type.fields.get(name)
        if name in _FIXED:
            result[name] = before.get(name, value)
        elif field is None or (same(before.get(name), value) and not field.embedded):
            result[name] = value
        elif field.embedded:
            result[name] = _checked_rows(book, field, Record(ref, after), before, lines.get(name, 0))
        else:
            try:
                kind = type_named(field)
                result[name] = (
                    [kind.check(item, field, book.context) for item in value]
                    if isinstance(value, list)
                    else kind.check(value, field, book.context)
                )
            except ValueRefused as refusal:
                raise EditRefusedError(lines.get(name, 0), name, refusal) from None
    return result


def _checked_rows(book: Book, field: Field, after: Record, before: Fields, line: int) -> list[str]:
    """The rows of a field, those that were not there before completed; none may say the same as another."""
    from crmcli.engines.rows import completed_plainly, refuse_twin  # noqa: PLC0415 - few types have rows

    known = Record(after.ref, before).items(field.name)
    rows: list[str] = []
    for number, item in enumerate(after.items(field.name), 1):
        try:
            row = item if item in known else completed_plainly(book, after, field, item, number)
            if row not in known or known.count(row) <= rows.count(row):
                refuse_twin(book, field, row, number, rows)
        except CrmError as error:
            raise EditedRowError(line, error) from None
        rows.append(row)
    return rows


def _list_change(ref: Ref, name: str, old: Value | None, new: Value | None) -> Change:
    one, other = _items(old), _items(new)
    return Change(
        "set", ref, name, add=tuple(i for i in other if i not in one), remove=tuple(i for i in one if i not in other)
    )


def _scalar_change(ref: Ref, record_type: RecordType, name: str, new: Value | None) -> Change:
    stage = record_type.stage
    if stage is not None and name == stage.name and new:
        return Change("move", ref, to=new)
    return Change("set", ref, name, to=new)


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else value
