"""The one form of every write: `field=value field+=v field-=v field= field=@file field=(expression) +tag -tag`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from unicodedata import normalize

from crmcli.actions.typed import comma_parts, typed_part, typed_values
from crmcli.engines import form
from crmcli.engines.process import StageAsFieldError
from crmcli.errors import UsageError
from crmcli.light import NamedTuple
from crmcli.model.change import Change
from crmcli.model.keys import by_field, former_keys, stored_name
from crmcli.model.record import Record, Ref, Value
from crmcli.model.schema import Field, RecordType

if TYPE_CHECKING:
    from crmcli.actions.attach import Copies
    from crmcli.store.book import Book

_FULL_WIDTH = {"＋": "+", "－": "-"}
_FIXED = frozenset(["id", "type", "created"])


class WordMalformedError(UsageError):
    """A word that is no assignment and no tag."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f"{word!r} says nothing to write", hint="words are field=value, field+=value, field-=value, +tag or -tag"
        )


class TagMalformedError(UsageError):
    """A tag the language could not tell from something else."""

    def __init__(self, tag: str, why: str) -> None:
        super().__init__(
            f"{tag!r} cannot be a tag: {why}", hint="tags start with a letter; then letters, digits, _ - / ."
        )


class NotAListError(UsageError):
    """`+=` or `-=` on a field, or a part of one, that holds one value; `field` where it can be counted on."""

    def __init__(self, record_type: RecordType, name: str, operator: str, field: Field | None = None) -> None:
        counted = f"; a number is counted on by '{name}=({name}{operator[0]}1)'" if field else ""
        super().__init__(
            f"{record_type.name}.{name} holds one value, and {operator} is for lists",
            hint=f"{name}=VALUE replaces it{counted}",
        )


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
    """What words ask for: changes, sentences (a tag nobody used so far)."""

    changes: list[Change]
    notices: list[str]


class Filled(NamedTuple):
    """The stored fields of a record in the making, "" for those left empty on purpose; else as `Written`."""

    fields: dict[str, Value]
    notices: list[str]


def plain_word(word: str) -> str:
    """The word with its operator in ASCII: a Chinese keyboard types `行业＝机械` and `＋标签`."""
    if word[:1] in _FULL_WIDTH:
        return _FULL_WIDTH[word[0]] + word[1:]
    full, plain = word.find("＝"), word.find("=")
    return f"{word[:full]}={word[full + 1 :]}" if full > 0 and not -1 < plain < full else word


def is_word(text: str) -> bool:
    """Whether a word assigns something: a field's name before an `=`, or a tag; `-`, `+2w` and `+49 30 …` are none."""
    text = plain_word(text)
    if text[:1] in ("+", "-"):
        return len(text) > 1 and not text[1].isdigit()
    name, equals, _ = text.partition("=")
    return bool(equals) and bool(name) and not name[0].isdigit() and not any(map(str.isspace, name))


def is_title(text: str) -> bool:
    """Whether the first word after `add` is a title: it assigns nothing, or is a tag with blanks, which tags never have."""
    return not is_word(text) or (text[:1] in ("+", "-") and any(map(str.isspace, text.partition("=")[0])))


def split_word(word: str) -> Assignment:
    """Take a word apart; raises `WordMalformedError` (exit 2)."""
    word = plain_word(word)
    if word[:1] in ("+", "-") and "=" not in word.split("/")[0]:
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
    from crmcli.query.marks import is_name_start, tag_end  # noqa: PLC0415 - what can be asked for can be written
    from crmcli.text.dates import parse_word  # noqa: PLC0415

    tag = normalize("NFC", tag)
    if not tag or tag[0] == "_" or not is_name_start(tag[0]):
        raise TagMalformedError(tag, "it does not start with a letter")
    end = tag_end(tag, 0)
    if end < len(tag):
        raise TagMalformedError(tag, f"it holds {tag[end]!r}")
    if parse_word(tag, clock.now()) is not None:
        raise TagMalformedError(tag, "it is a date word")
    return tag


def fields_of(book: Book, record_type: RecordType, ref: Ref, words: Iterable[str], copies: Copies) -> Filled:
    """What words give a record in the making that is to be called `ref`; files that they name are planned in `copies`."""
    fields: dict[str, Value] = {}
    new_tags: list[str] = []
    stage = record_type.stage
    for word in words:
        part = split_word(word)
        if stage is not None and meant_field(record_type, part.name) == stage.name:
            fields[stage.name] = _initial_stage(book, record_type, fields, part.value)
            continue
        for change in _changes(book, record_type, Record(ref, fields), part, copies):
            apply_change(fields, change)
            new_tags += change.add if change.field == "tags" else ()
            if not change.to and not change.add:
                fields.setdefault(change.field, "")
    return Filled(fields, _tag_notices(book, new_tags))


def meant_field(record_type: RecordType, typed: str) -> str:
    """The name of the field a word is about; what is typed when it is about none."""
    try:
        return form.field_of(record_type, typed).name
    except form.FieldUnknownError:
        return typed


def _initial_stage(book: Book, record_type: RecordType, fields: dict[str, Value], typed: str) -> str:
    from crmcli.engines.process import pipeline_of, stage_named  # noqa: PLC0415

    return stage_named(pipeline_of(book.setup, record_type, fields), typed).name


def changes_of(book: Book, record: Record, words: Sequence[str], copies: Copies) -> Written:
    """The changes that words make to a record; files that they name are planned in `copies`."""
    record_type = book.type_of(record.ref)
    former = former_keys(record_type, record.fields)
    present = by_field(record_type, record.fields)
    changes: list[Change] = []
    for word in words:
        for change in _changes(book, record_type, Record(record.ref, present), split_word(word), copies):
            changes.append(change._replace(field=former.get(change.field, change.field)))
            apply_change(present, change)
    new_tags = [tag for change in changes if change.field == "tags" for tag in change.add]
    return Written(changes, _tag_notices(book, new_tags))


def apply_change(fields: dict[str, Value], change: Change) -> None:
    """Let a change have been made, for the next word: a row that is changed keeps its number."""
    from crmcli.store.replay import apply_set  # noqa: PLC0415

    before = fields.get(change.field)
    apply_set(fields, change.field, change.to, change.add, change.remove)
    after = fields.get(change.field)
    if change.add and change.remove and isinstance(before, list) and isinstance(after, list):
        from crmcli.engines.rows import in_place  # noqa: PLC0415 - what is changed keeps its number for the next word

        fields[change.field] = in_place(before, change, after)


def _changes(book: Book, record_type: RecordType, record: Record, part: Assignment, copies: Copies) -> list[Change]:
    """The changes of one word."""
    ref = record.ref
    if part.name == "tags" or part.operator in ("+tag", "-tag"):
        return [_tags(ref, record, part)]
    if part.name in _FIXED:
        raise FieldFixedError(part.name)
    if part.name == "archived":
        return [_archived(book, record_type, ref, part)]
    name, _, inner = part.name.partition(".")
    field = form.field_of(record_type, name)
    if record_type.stage is not None and field.name == record_type.stage.name:
        raise StageAsFieldError(record_type, field.name)
    if inner:
        return _part(book, record_type, record, field, part)
    if field.embedded:
        from crmcli.actions.rows import row_changes  # noqa: PLC0415 - few types have rows

        return row_changes(book, record, field, part.operator, part.value)
    if part.operator != "=" and not field.many:
        raise NotAListError(record_type, field.name, part.operator, field)
    standing, typed = _standing(record, field, part)
    values = standing + (
        typed_values(book, record_type, record.ref, field, typed, copies) if typed or not standing else []
    )
    if field.many:
        return [_list_change(record, field, part.operator, values)]
    return [Change("set", ref, stored_name(field), to=values[0] if values else None)]


def _standing(record: Record, field: Field, part: Assignment) -> tuple[list[str], str]:
    """What `-=` names just as the list holds it, whatever that means or no longer means, and the rest as typed."""
    if part.operator != "-=":
        return [], part.value
    items = record.items(stored_name(field))
    named = comma_parts(part.value)
    standing = [item for item in named if item in items]
    return standing, ",".join(item for item in named if item not in items) if standing else part.value


def _archived(book: Book, record_type: RecordType, ref: Ref, part: Assignment) -> Change:
    """`archived=2026-11-20`, and `archived=` to bring the record back."""
    if part.operator != "=":
        raise NotAListError(record_type, part.name, part.operator)
    typed = form.typed_value(book, record_type, Field("archived", "date"), part.value) if part.value else None
    return Change("set", ref, "archived", to=typed)


def _tags(ref: Ref, record: Record, part: Assignment) -> Change:
    """`+vip`, `-vip`, `tags=vip,key` and the like."""
    if part.operator == "+tag":
        return Change("set", ref, "tags", add=(part.name,))
    if part.operator == "-tag":
        return Change("set", ref, "tags", remove=(part.name,))
    items = tuple(check_tag(tag.lstrip("+")) for tag in comma_parts(part.value))
    if part.operator == "-=":
        return Change("set", ref, "tags", remove=items)
    gone = () if part.operator == "+=" else tuple(t for t in record.items("tags") if t not in items)
    return Change("set", ref, "tags", add=items, remove=gone)


def _part(book: Book, record_type: RecordType, record: Record, field: Field, part: Assignment) -> list[Change]:
    """A part of an address (`address.city=Kiel`) or a column of a row inside the record (`lines.2.qty=5`)."""
    inner = part.name.partition(".")[2]
    if field.embedded:
        from crmcli.actions.rows import part_changes  # noqa: PLC0415 - few types have rows

        found = part_changes(book, record, field, inner, part.value)
    elif field.type != "address" or field.many:
        raise form.FieldUnknownError(record_type, f"{field.name}.{inner}")
    else:
        stored = typed_part(book, record_type, field, record.text(field.name), inner, part.value)
        found = [Change("set", record.ref, field.name, to=stored or None)]
    if part.operator != "=":
        raise NotAListError(record_type, part.name, part.operator)
    return found


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
