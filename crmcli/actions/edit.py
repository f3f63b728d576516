"""What a person changed in a copy of a record's file, as changes by field (STORE rule 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.words import check_tag
from crmcli.engines.form import KEYS
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import BadDataError, ConflictError, CrmError
from crmcli.model.change import Change
from crmcli.model.keys import by_field, field_under, value_of
from crmcli.model.record import BODY, Fields, Record, Ref, Value
from crmcli.model.schema import Field
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


class EditedItemError(BadDataError):
    """An edited row or tag that is none, or a row too many."""

    def __init__(self, line: int, error: CrmError) -> None:
        super().__init__(f"line {line}: {error}", hint=error.hint)


class EditConflictError(ConflictError):
    """The same field was changed in the book while it was being edited."""

    def __init__(self, ref: Ref, names: list[str]) -> None:
        super().__init__(
            f"{ref}: {', '.join(names)} changed in the book while you were editing",
            hint="edit again from what is there now",
        )


def apply_edit(book: Book, ref: Ref, base: bytes, edited: bytes, *, dry_run: bool = False, via: str = "cli") -> Outcome:
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
    return carry_out(book, lambda: _changes(book, ref, dict(before), wanted), Request("edit", via=via, dry_run=dry_run))


def _changes(book: Book, ref: Ref, before: Fields, wanted: Fields) -> list[Change]:
    """The changes by field; raises `EditConflictError` for those that the book has otherwise by now."""
    stage = book.type_of(ref).stage
    present = book.read_record(ref).fields
    changes: list[Change] = []
    conflicts: list[str] = []
    # what goes comes first: a key may have been renamed, from a former name of its field to the present one
    for name, old, new in sorted(differences(before, wanted), key=lambda change: bool(change[2])):
        now = present.get(name)
        if isinstance(old, list) or isinstance(new, list):
            changes.append(_list_change(ref, name, old, new))
        elif not (same(now, old) or same(now, new)):
            conflicts.append(name)
        elif stage is not None and new and name in (stage.name, *stage.was):
            changes += _stage_changes(ref, stage, name, before, new)
        else:
            changes.append(Change("set", ref, name, to=new))
    if conflicts:
        raise EditConflictError(ref, conflicts)
    return changes


def _checked(book: Book, ref: Ref, before: Fields, after: Fields, lines: dict[str, int]) -> Fields:
    """The edited fields in canonical form; only what was changed is looked at."""
    record_type = book.type_of(ref)
    result: Fields = {}
    for name, value in after.items():
        field = KEYS if name == KEYS.name else field_under(record_type, name) if name != BODY else None
        if name in _FIXED:
            result[name] = before.get(name, value)
        elif name == "tags":
            result[name] = _checked_tags(_items(value), _items(before.get(name)), lines.get(name, 0))
        elif field is None or (same(value_of(field, before), value) and not field.embedded):
            result[name] = value
        elif field.embedded:
            record = Record(ref, by_field(record_type, after))
            result[name] = _checked_rows(book, field, record, by_field(record_type, before), lines.get(name, 0))
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


def _checked_tags(tags: list[str], known: list[str], line: int) -> list[str]:
    """The tags of a record, those that were not there before as they may be written."""
    try:
        return [tag if tag in known else check_tag(tag) for tag in tags]
    except CrmError as error:
        raise EditedItemError(line, error) from None


def _checked_rows(book: Book, field: Field, after: Record, before: Fields, line: int) -> list[str]:
    """The rows of a field, those that were not there before completed; none may say the same as another."""
    from crmcli.engines.row_question import RowQuestions  # noqa: PLC0415 - few types have rows
    from crmcli.engines.rows import completed_plainly, refuse_twin  # noqa: PLC0415

    questions = RowQuestions(book)
    known = Record(after.ref, before).items(field.name)
    rows: list[str] = []
    for number, item in enumerate(after.items(field.name), 1):
        try:
            row = item if item in known else completed_plainly(questions, after, field, item, number)
            if row not in known or known.count(row) <= rows.count(row):
                refuse_twin(book, field, row, number, rows)
        except CrmError as error:
            raise EditedItemError(line, error) from None
        rows.append(row)
    return rows


def _list_change(ref: Ref, name: str, old: Value | None, new: Value | None) -> Change:
    one, other = _items(old), _items(new)
    return Change(
        "set", ref, name, add=tuple(i for i in other if i not in one), remove=tuple(i for i in one if i not in other)
    )


def _stage_changes(ref: Ref, stage: Field, name: str, before: Fields, new: Value) -> list[Change]:
    """A stage that was edited moves; one whose key was renamed stays where it is, under that key, before it does."""
    stood = value_of(stage, before)
    renamed = [Change("set", ref, name, to=stood)] if stood and not before.get(name) else []
    return renamed if same(stood, new) else [*renamed, Change("move", ref, to=new)]


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else value
