"""The form engine, first half: typed words become stored values; a planned record keeps its schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.errors import UsageError, VetoedError
from crmcli.light import NamedTuple
from crmcli.model.keys import by_field, field_under, value_of
from crmcli.model.record import BODY, SYSTEM_FIELDS, Fields, Ref, Value
from crmcli.model.schema import Field, RecordType, label_of
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused, value_suffixes
from crmcli.store.replay import same

if TYPE_CHECKING:
    from crmcli.store.book import Book

KEYS = Field("keys", "id", many=True, key=1, label={"en": "Keys", "zh": "外部编号"})
"""The built-in field for ids of other systems."""

_FEW = 12
"""Choices that a hint lists."""

_REMEMBERED = 1_000
"""Sets of keys whose order is kept."""

_KEPT_ORDER = frozenset(
    ["text", "phone", "email", "url", "handle", "file", "image", "address", "markdown", "json", "account"]
)


class FieldUnknownError(UsageError):
    """A field the type does not have."""

    def __init__(self, record_type: RecordType, name: str) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only for an error

        near = nearest(name, list(record_type.fields), 1)
        guess = f"; did you mean `{near[0]}`?" if near else ""
        super().__init__(
            f"{record_type.name} has no field `{name}`{guess}",
            hint=f'a line `{name} = {{ type = "text" }}` under [fields] in {record_type.path} makes one',
        )


class ValueUntypableError(UsageError):
    """A typed value the field cannot hold."""

    def __init__(self, record_type: RecordType, field: Field, typed: str, refusal: ValueRefused) -> None:
        super().__init__(f"{record_type.name}.{field.name} cannot be {typed!r}: {refusal.why}", hint=refusal.hint)


class FieldComputedError(UsageError):
    """A field that is computed, or drawn by the program."""

    def __init__(self, record_type: RecordType, field: Field) -> None:
        super().__init__(f"{record_type.name}.{field.name} is computed", hint="change what it is computed from")


class FieldsMissingError(VetoedError):
    """Fields that must be filled are empty: `names` of the record `ref`, so that whoever asked may ask for them."""

    def __init__(self, message: str, ref: Ref, names: Sequence[str], *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.ref = ref
        self.names = tuple(names)


class FieldEmptyError(FieldsMissingError):
    """Fields with `need = true` are not filled."""

    def __init__(self, ref: Ref, fields: Sequence[Field], language: str) -> None:
        listed = ", ".join(named(field, language) for field in fields)
        super().__init__(f"{ref} needs {listed}", ref, [field.name for field in fields], hint=fill_hint(fields[0]))


class ValueTakenError(VetoedError):
    """A `unique` value another record has."""

    def __init__(self, ref: Ref, field: str, value: str, other: str) -> None:
        super().__init__(f"{ref}: {field} {value!r} belongs to {other} already", hint=f"`crm show {other}` shows it")


def named(field: Field, language: str) -> str:
    """A field for a sentence: its name, and its label where that is another word."""
    label = label_of(field.label, language, field.name)
    return field.name if label == field.name else f"{field.name} ({label})"


def fill_hint(field: Field) -> str:
    """How an empty field is filled, with its choices where they are few."""
    names = [option.name for option in field.options]
    choices = f" ({', '.join(names)})" if 0 < len(names) <= _FEW else ""
    return f"give it in the same command: {field.name}=…{choices}"


def field_of(record_type: RecordType, name: str) -> Field:
    """The field of that name, old name or label; raises `FieldUnknownError` (exit 2)."""
    if name == "keys":
        return KEYS
    found = record_type.fields.get(name)
    if found is None and name == BODY:
        return Field(BODY, "markdown")
    if found is None:
        folded = name.casefold()
        found = next(
            (
                f
                for f in record_type.fields.values()
                if name in f.was or folded in {text.casefold() for text in f.label.values()}
            ),
            None,
        )
    if found is None:
        raise FieldUnknownError(record_type, name)
    return found


def typed_value(book: Book, record_type: RecordType, field: Field, typed: str) -> str:
    """Turn one typed value into its stored form; raises `ValueUntypableError` (exit 2)."""
    if field.calc or field.type == "serial":
        raise FieldComputedError(record_type, field)
    try:
        return type_named(field).parse(typed, field, book.context_of(record_type))
    except ValueRefused as refusal:
        raise ValueUntypableError(record_type, field, typed, refusal) from None


def shown_value(book: Book, field: Field, stored: str) -> str:
    """A stored value for people; one its type cannot read is shown as it stands."""
    kind = type_named(field)
    try:
        return kind.show(kind.check(stored, field, book.context), field, book.context)
    except ValueRefused:
        return stored


def is_sorted(field: Field | None) -> bool:
    """Whether a list is a set, written in sorted order; phone numbers and the like keep the order people gave them."""
    return field is None or (field.many and field.type not in _KEPT_ORDER and not field.embedded)


def ordered(record_type: RecordType, name: str, items: list[str]) -> list[str]:
    """A list's items in the order they are written."""
    return sorted(items) if is_sorted(field_under(record_type, name)) else items


def file_order(record_type: RecordType) -> tuple[str, ...]:
    """The order of keys in a file: the schema's, former names in their field's place, then the system's."""
    written = (field for field in record_type.fields.values() if field.type != "markdown")
    own = tuple(name for field in written for name in (field.name, *field.was))
    return own + tuple(name for name in SYSTEM_FIELDS if name not in own)


def map_fields(record_type: RecordType) -> tuple[str, ...]:
    """The fields that are written as flow maps."""
    maps = (f for f in record_type.fields.values() if f.type == "address" or f.embedded)
    return tuple(name for field in maps for name in (field.name, *field.was))


class FileOrder:
    """The keys of a new record in the order of a file, unknown ones last; keys that come together again are sorted once."""

    __slots__ = ("_known", "_places")

    def __init__(self, order: Sequence[str]) -> None:
        self._places = {name: place for place, name in enumerate(order)}
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The keys in order."""
        found = self._known.get(keys)
        if found is None:
            last = len(self._places)
            found = tuple(sorted(keys, key=lambda key: self._places.get(key, last)))
            if len(self._known) < _REMEMBERED:
                self._known[keys] = found
        return found


class Shape(NamedTuple):
    """What the plan asks of a type for each of its records: worked out once for all of them."""

    type: RecordType
    order: tuple[str, ...]  # of keys in a new file
    sorted: FileOrder  # the same, for the keys of one record
    maps: tuple[str, ...]
    stage: Field | None
    needs: tuple[Field, ...]  # stored fields with `need = true`
    unique: bool  # whether any field is
    defaults: tuple[Field, ...]  # fields with one
    conditions: bool  # whether a write has more to ask than `need = true` of stored fields
    rows: tuple[Field, ...]  # fields of rows


def shape_of(record_type: RecordType) -> Shape:
    """Work out a type's shape."""
    fields = record_type.fields.values()
    order = file_order(record_type)
    return Shape(
        record_type,
        order,
        FileOrder(order),
        map_fields(record_type),
        record_type.stage,
        needed(record_type),
        any(field.unique for field in fields),
        tuple(field for field in fields if field.default),
        any(f.must or f.lock or (f.need and (f.calc or f.need != "true")) for f in fields),
        tuple(field for field in fields if field.embedded),
    )


def in_order(items: list[str], wished: Value | None) -> list[str]:
    """A list in the order somebody wishes, what is not in it last; as it is without a wish."""
    if not isinstance(wished, list):
        return items
    places = {item: place for place, item in enumerate(wished)}
    return sorted(items, key=lambda item: places.get(item, len(places)))


def canonical(record_type: RecordType, fields: Mapping[str, Value], shape: Shape | None = None) -> Fields:
    """The fields of a new record in file order, empty ones left out, set-like lists sorted; unknown keys follow."""
    result: Fields = {}
    for name in (shape or shape_of(record_type)).sorted.of(tuple(fields)):
        value = fields[name]
        if value:
            many = isinstance(value, list) and len(value) > 1  # one alone is in order
            result[name] = ordered(record_type, name, list(value)) if many else value
    return result


def needed(record_type: RecordType) -> tuple[Field, ...]:
    """The stored fields that no record may be without."""
    return tuple(field for field in record_type.fields.values() if field.need == "true" and not field.calc)


def check_needs(ref: Ref, needs: Sequence[Field], fields: Mapping[str, Value], language: str) -> None:
    """Raise `FieldEmptyError` (exit 7) when a field that is `needed` is empty."""
    empty = [field for field in needs if not value_of(field, fields)]
    if empty:
        raise FieldEmptyError(ref, empty, language)


GivenUp = tuple[Ref, str, str]
"""A `unique` value that a record has now and will not have: the record, the field, the value."""


def given_up(
    ref: Ref, record_type: RecordType, before: Mapping[str, Value] | None, after: Mapping[str, Value] | None
) -> set[GivenUp]:
    """What a planned record leaves to others of its op."""
    gone: set[GivenUp] = set()
    for field in record_type.fields.values() if before else ():
        if field.unique:
            kept = _items(after, field)
            gone |= {(ref, field.name, item) for item in _items(before, field) if item not in kept}
    return gone


def claims(
    record_type: RecordType, before: Mapping[str, Value] | None, after: Mapping[str, Value]
) -> Iterator[tuple[Field, str]]:
    """The values of `unique` fields that a planned record changes."""
    for field in record_type.fields.values():
        if field.unique and not same(value_of(field, before or {}), value_of(field, after)):
            yield from ((field, item) for item in _items(after, field))


def _items(fields: Mapping[str, Value] | None, field: Field) -> list[str]:
    value = value_of(field, fields or {}) or []
    return [value] if isinstance(value, str) else value


def check_unique(
    book: Book,
    ref: Ref,
    record_type: RecordType,
    before: Mapping[str, Value] | None,
    after: Mapping[str, Value],
    free: Collection[GivenUp] = (),
) -> None:
    """Raise `ValueTakenError` (exit 7) when a changed `unique` value is another record's, and not among those it gives up."""
    for field, item in claims(record_type, before, after):
        others = [other for other in _holders(book, ref, field, item) if (other, field.name, item) not in free]
        if others:
            raise ValueTakenError(ref, field.name, item, str(others[0]))


def _holders(book: Book, ref: Ref, field: Field, item: str) -> list[Ref]:
    kind = type_named(field)
    if field.many:
        rows = book.index.rows(
            'SELECT id FROM items WHERE "type" = ? AND field = ? AND value = ? AND id <> ?',
            (ref.plural, field.name, item, ref.id),
        )
    else:
        columns = kind.columns(field)
        cells = dict(zip((column.suffix for column in columns), kind.index(item, field, book.context), strict=True))
        names = value_suffixes(columns)
        same = " AND ".join(f'"{field.name}{name}" IS ?' for name in names)
        rows = book.index.rows(
            f'SELECT id FROM "rec_{ref.plural}" WHERE {same} AND id <> ?',
            (*(cells.get(name, item) for name in names), ref.id),
        )
    return [Ref(ref.plural, str(row[0])) for row in rows]


def default_of(
    book: Book,
    record_type: RecordType,
    field: Field,
    fields: Mapping[str, Value],
    made: Mapping[Ref, Mapping[str, Value]] | None = None,
) -> str:
    """The default of a field for a record in the making, "" for none: a literal, or a dotted path in parentheses.

    What begins `(stage.` is never stored. `made` are records of the same op that no file holds yet.
    """
    text = field.default
    if not text or text.startswith("(stage."):
        return ""
    if not text.startswith("("):
        return _literal_default(book, record_type, field, text)
    return _followed(book, record_type, fields, text.strip("() ").split("."), made or {})


def is_path(book: Book, record_type: RecordType, field: Field) -> bool:
    """Whether an expression as default is a dotted path to a stored text, which needs no question to the index."""
    present: RecordType | None = record_type
    *steps, last = field.default.strip("() ").split(".")
    for step in steps:
        reference = present.fields[step].reference if present and step in present.fields else ""
        present = book.setup.types.get(reference)
    found = present.fields.get(last) if present else None
    return found is not None and not found.calc and not found.many and found.type == field.type


def _literal_default(book: Book, record_type: RecordType, field: Field, text: str) -> str:
    if text == "me" and field.reference:
        return book.me if _is_member(book.me) else ""
    return typed_value(book, record_type, field, text)


def _is_member(who: str) -> bool:
    return bool(who) and "@" not in who


def _followed(
    book: Book,
    record_type: RecordType,
    fields: Mapping[str, Value],
    path: list[str],
    made: Mapping[Ref, Mapping[str, Value]],
) -> str:
    """Follow a dotted path through references, as `(customer.owner)`; "" where it leads nowhere."""
    present: Mapping[str, Value] = fields
    present_type = record_type
    for step in path[:-1]:
        field = present_type.fields.get(step)
        target = present.get(step)
        if field is None or not field.reference or not isinstance(target, str) or field.reference == "*":
            return ""
        present_type = book.setup.types[field.reference]
        ref = Ref(present_type.plural, target)
        if ref in made:
            present = made[ref]
        elif book.index.row(f'SELECT 1 FROM "rec_{present_type.plural}" WHERE id = ?', (target,)) is None:
            return ""
        else:
            present = by_field(present_type, book.read_record(ref).fields)
    value = present.get(path[-1])
    return value if isinstance(value, str) else ""
