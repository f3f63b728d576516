"""The one form of every write: `field=value field+=v field-=v field= field=@file field=(expression) +tag -tag`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines import form
from crmcli.engines.process import StageAsFieldError
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.record import Record, Ref, Value
from crmcli.model.schema import Field, RecordType

if TYPE_CHECKING:
    from crmcli.store.book import Book

_FIXED = frozenset(["id", "type", "created"])
_SPLIT_AT_COMMAS = frozenset(["choice", "checklist", "email", "phone", "domain", "id", "country", "language", "currency"])


class WordMalformedError(UsageError):
    """A word that is no assignment and no tag."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f"{word!r} says nothing to write", hint="words are field=value, field+=value, field-=value, +tag or -tag"
        )


class TagMalformedError(UsageError):
    """A tag the language could not tell from something else."""

    def __init__(self, tag: str, why: str) -> None:
        super().__init__(f"{tag!r} cannot be a tag: {why}", hint="tags start with a letter; then letters, digits, _ - / .")


class FieldFixedError(UsageError):
    """A field that is written once, by the program."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` cannot be set", hint="it is written when the record is made")


class Assignment(NamedTuple):
    """One word, taken apart: the operator is one of = += -= +tag -tag."""

    name: str
    operator: str
    value: str


class Written(NamedTuple):
    """What words ask for, and sentences about them (a tag nobody used so far)."""

    changes: list[Change]
    notices: list[str]


def split_word(word: str) -> Assignment:
    """Take a word apart; raises `WordMalformedError` (exit 2)."""
    if word[:1] in "+-" and "=" not in word.split("/")[0]:
        return Assignment(check_tag(word[1:]), f"{word[0]}tag", "")
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise WordMalformedError(word)
    if name[-1] in "+-":
        return Assignment(name[:-1], f"{name[-1]}=", value)
    return Assignment(name, "=", value)


def check_tag(tag: str) -> str:
    """A tag as it may be written (SETTLED 8); raises `TagMalformedError` (exit 2)."""
    from crmcli import clock  # noqa: PLC0415 - writes only
    from crmcli.text.dates import parse_word  # noqa: PLC0415

    if not tag or not tag[0].isalpha():
        raise TagMalformedError(tag, "it does not start with a letter")
    odd = next((letter for letter in tag if not letter.isalnum() and letter not in "_-/."), "")
    if odd:
        raise TagMalformedError(tag, f"it holds {odd!r}")
    if parse_word(tag, clock.now()) is not None:
        raise TagMalformedError(tag, "it is a date word")
    return tag


def fields_of(book: Book, record_type: RecordType, words: Iterable[str]) -> tuple[dict[str, Value], list[str]]:
    """The stored fields that words give a record in the making, and notices."""
    ref = Ref(record_type.plural, "")
    fields: dict[str, Value] = {}
    stage = record_type.stage
    for word in words:
        part = split_word(word)
        if stage is not None and part.name == stage.name:
            fields[stage.name] = _initial_stage(book, record_type, fields, part.value)
            continue
        for change in _changes(book, record_type, Record(ref, fields), part):
            _apply(fields, change)
    return fields, _tag_notices(book, [split_word(w).name for w in words if w[:1] == "+" and "=" not in w])


def _initial_stage(book: Book, record_type: RecordType, fields: dict[str, Value], typed: str) -> str:
    from crmcli.engines.process import pipeline_of, stage_named  # noqa: PLC0415

    return stage_named(pipeline_of(book.setup, record_type, fields), typed).name


def changes_of(book: Book, record: Record, words: Sequence[str]) -> Written:
    """The changes that words make to a record."""
    record_type = book.type_of(record.ref)
    present = dict(record.fields)
    changes: list[Change] = []
    for word in words:
        for change in _changes(book, record_type, Record(record.ref, present), split_word(word)):
            changes.append(change)
            _apply(present, change)
    new_tags = [tag for change in changes if change.field == "tags" for tag in change.add]
    return Written(changes, _tag_notices(book, new_tags))


def _apply(fields: dict[str, Value], change: Change) -> None:
    from crmcli.store.replay import apply_set  # noqa: PLC0415

    apply_set(fields, change.field, change.to, change.add, change.remove)


def _changes(book: Book, record_type: RecordType, record: Record, part: Assignment) -> list[Change]:
    ref = record.ref
    if part.operator == "+tag":
        return [Change("set", ref, "tags", add=(part.name,))]
    if part.operator == "-tag":
        return [Change("set", ref, "tags", remove=(part.name,))]
    if part.name in _FIXED:
        raise FieldFixedError(part.name)
    if part.name == "archived":
        return [Change("set", ref, "archived", to=_archived(book, part.value))]
    if part.name == "tags":
        return _tags(ref, record, part)
    name, _, inner = part.name.partition(".")
    field = form.field_of(record_type, name, book.setup.config.language)
    if record_type.stage is not None and field.name == record_type.stage.name:
        raise StageAsFieldError(record_type, field.name)
    if inner:
        return [_part(book, record_type, record, field, inner, part.value)]
    values = _values(book, record_type, record, field, part)
    if field.many:
        return [_list_change(record, field, part.operator, values)]
    return [Change("set", ref, form.stored_name(field), to=values[0] if values else None)]


def _archived(book: Book, value: str) -> str | None:
    if not value:
        return None
    from crmcli.model.types import type_named  # noqa: PLC0415

    field = Field("archived", "date")
    return type_named(field).parse(value, field, book.context)


def _tags(ref: Ref, record: Record, part: Assignment) -> list[Change]:
    items = tuple(check_tag(tag.lstrip("+")) for tag in part.value.split(",") if tag)
    if part.operator == "-=":
        return [Change("set", ref, "tags", remove=items)]
    gone = () if part.operator == "+=" else tuple(t for t in record.items("tags") if t not in items)
    return [Change("set", ref, "tags", add=items, remove=gone)]


def _part(book: Book, record_type: RecordType, record: Record, field: Field, inner: str, typed: str) -> Change:
    """A part of an address: `address.city=Kiel`."""
    from crmcli.model.types.address import set_part  # noqa: PLC0415 - one type has parts
    from crmcli.model.types.base import ValueRefused  # noqa: PLC0415

    if field.type != "address" or field.many:
        raise form.FieldUnknownError(record_type, f"{field.name}.{inner}")
    try:
        stored = set_part(record.text(field.name), inner, typed, book.context)
    except ValueRefused as refusal:
        raise form.ValueUntypableError(record_type, field, typed, refusal) from None
    return Change("set", record.ref, field.name, to=stored or None)


def _values(book: Book, record_type: RecordType, record: Record, field: Field, part: Assignment) -> list[str]:
    typed = part.value
    if not typed:
        return []
    if typed.startswith("@") and field.type != "handle":
        return [_from_file(book, record_type, record.ref, field, Path(typed[1:]).expanduser())]
    if typed.startswith("(") and typed.endswith(")") and record.ref.id and field.type not in ("text", "markdown"):
        typed = _computed(book, record_type, record.ref, field, typed[1:-1])
    many = field.many and (field.reference or field.type in _SPLIT_AT_COMMAS)
    pieces = [piece.strip() for piece in typed.split(",")] if many else [typed]
    return [form.typed_value(book, record_type, field, piece) for piece in pieces if piece]


def _from_file(book: Book, record_type: RecordType, ref: Ref, field: Field, path: Path) -> str:
    """`field=@file`: a text field takes the file's text, a file field a copy of the file."""
    from crmcli.actions.attach import copy_in, read_text_file  # noqa: PLC0415

    if field.type in ("file", "image"):
        return form.typed_value(book, record_type, field, copy_in(book, ref, path))
    return form.typed_value(book, record_type, field, read_text_file(path))


def _computed(book: Book, record_type: RecordType, ref: Ref, field: Field, expression: str) -> str:
    """`field=(expression)`: the value the expression has on the record now, in the form people type."""
    from crmcli.actions.computed import typed_result  # noqa: PLC0415 - rare
    from crmcli.query.compile import compile_value  # noqa: PLC0415

    sql = compile_value(expression, record_type, book.query_env())
    row = book.index.row(f'SELECT {sql.text} FROM "rec_{record_type.plural}" r WHERE r.id = ?', (*sql.params, ref.id))
    return typed_result(row[0] if row else None, sql.family, book.context)


def _list_change(record: Record, field: Field, operator: str, values: list[str]) -> Change:
    present = record.items(field.name)
    if operator == "-=":
        return Change("set", record.ref, field.name, remove=tuple(values))
    gone = () if operator == "+=" else tuple(item for item in present if item not in values)
    return Change("set", record.ref, field.name, add=tuple(values), remove=gone)


def _tag_notices(book: Book, added: Iterable[str]) -> list[str]:
    """Say when a tag is used for the first time, with the one that was perhaps meant."""
    added = list(added)
    if not added:
        return []
    known = {str(row[0]) for row in book.index.rows("SELECT DISTINCT tag FROM tags")}
    notices = []
    for tag in added:
        if tag not in known:
            from crmcli.text.nearest import nearest  # noqa: PLC0415

            near = nearest(tag, sorted(known), 1)
            notices.append(f"new tag {tag}" + (f"; did you mean {near[0]}?" if near else ""))
    return notices


__all__ = ["Assignment", "Written", "changes_of", "check_tag", "fields_of", "split_word"]
