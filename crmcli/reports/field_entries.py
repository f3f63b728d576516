"""The fields of a record as they are filled in: what each holds, as typed and as shown, and which control it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.form import shown_value
from crmcli.model.record import BODY
from crmcli.model.schema import label_of
from crmcli.reports.names import full_ref
from crmcli.reports.record_page import stored_value
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

CHOICE, CHOICES, FLAG, REFERENCE, DATE, TAGS, TEXT, LINES, PARTS, BODY_TEXT, STAGE, FIXED = (
    "choice", "choices", "flag", "reference", "date", "tags", "text", "lines", "parts", "body", "stage", "fixed",
)  # fmt: skip
"""How a field is filled in: picked, found, typed in one line, one a line or part by part, written; by a move; not by hand."""
DATES = ("date", "datetime")


class FieldEntry(NamedTuple):
    """A field of a record to fill in.

    `typed` is what `crm set` would be given for what it holds now, `options` the names and labels to choose from or, of
    an address, its parts with what they hold, `target`
    the record (`plural/id`) it points at, `fixed` why it cannot be written.
    """

    name: str
    label: str
    control: str
    type: str
    typed: str = ""
    items: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    help: str = ""
    target: str = ""
    reference: str = ""
    fixed: str = ""


def field_entries(book: Book, ref: Ref) -> tuple[FieldEntry, ...]:
    """Every field of the record's type in order, then its tags; the body stands under its field or under `body`."""
    record, type_ = book.read_record(ref), book.type_of(ref)
    language = book.setup.config.language
    made: list[FieldEntry] = []
    for field in type_.fields.values():
        value = record.fields.get(BODY) if field.type == "markdown" else stored_value(record, field)
        items = tuple([value] if isinstance(value, str) else value or ())
        made.append(_entry(book, field, items, language))
    if type_.body == BODY:
        made.append(FieldEntry(BODY, phrase(language, "Text"), BODY_TEXT, "markdown", record.text(BODY)))
    made.append(FieldEntry("tags", phrase(language, "Tags"), TAGS, "tags", items=tuple(record.items("tags"))))
    return tuple(made)


def _entry(book: Book, field: Field, items: tuple[str, ...], language: str) -> FieldEntry:
    targets = [full_ref(book.setup, field, item) for item in items] if field.reference else []
    control, fixed = _control(field)
    options = tuple(_options(book, field, language))
    if control == PARTS and (options := _parts(items)) == ():
        control = TEXT
    return FieldEntry(
        name=field.name,
        label=label_of(field.label, language, field.name),
        control=control,
        type=field.type,
        typed=", ".join(items),
        items=items,
        options=options,
        help=field.help,
        target=targets[0] if len(targets) == 1 else "",
        reference=field.reference,
        fixed=fixed,
    )


def _control(field: Field) -> tuple[str, str]:
    """Its control, and why it has none."""
    if field.calc or field.type == "serial":
        return FIXED, "it is computed"
    if field.embedded:
        return FIXED, "it holds rows: `e` edits them in the file"
    if field.type == "stage":
        return STAGE, ""
    if field.type == "markdown":
        return BODY_TEXT, ""
    if field.options and field.type in ("choice", "checklist"):
        return (CHOICES if field.many or field.type == "checklist" else CHOICE), ""
    if field.reference and not field.many:
        return REFERENCE, ""
    if field.type in DATES and not field.many:
        return DATE, ""
    simple = {"flag": FLAG, "pipeline": CHOICE, "address": PARTS}
    return (LINES if field.many else simple.get(field.type, TEXT)), ""


def _parts(items: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The parts of an address with what they hold; none where it is something else."""
    from crmcli.model.types import address  # noqa: PLC0415 - one type has parts
    from crmcli.model.types.base import ValueRefused  # noqa: PLC0415

    stored = items[0] if items else ""
    try:
        return tuple((part, address.part_of(stored, part)) for part in address.PARTS)
    except ValueRefused:
        return ()


def _options(book: Book, field: Field, language: str) -> Iterator[tuple[str, str]]:
    yield from ((option.name, label_of(option.label, language, option.name)) for option in field.options)
    if field.type == "flag":
        yield from ((name, shown_value(book, field, name)) for name in ("yes", "no"))
    elif field.type == "pipeline":
        owner = next((t for t in book.setup.types.values() if t.fields.get(field.name) is field), None)
        yield from _pipelines(book, owner, language)


def _pipelines(book: Book, owner: RecordType | None, language: str) -> Iterator[tuple[str, str]]:
    for pipeline in book.setup.pipelines_of(owner.name) if owner else ():
        yield pipeline.name, label_of(pipeline.label, language, pipeline.name)
