"""What a field may be filled with, while it is typed: records that answer, what its type lists, values others have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.suggest.suggestion import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

USED_AGAIN = ("text", "country", "region", "language", "timezone", "currency", "duration", "month")
"""Types of which one record often has what another one has."""
LONGEST = 60
"""Letters of a text that is worth offering: a longer one is said once."""


class Offer(NamedTuple):
    """A value to take: the word that is put, how it is called, what is said of it."""

    word: str
    label: str
    says: str = ""


class _Asker(NamedTuple):
    book: Book
    noun: str


def offers(book: Book, ref: Ref, name: str, typed: str) -> list[Offer]:
    """What the field (or `tags`) of a record may be filled with, by what is typed of one value; not that itself."""
    record_type = book.type_of(ref)
    field = record_type.fields.get(name)
    if field is None:
        found = _tags(book, record_type, typed) if name == "tags" else []
    elif field.reference:
        found = _answering(book, field, typed)
    else:
        found = [*_listed(book, record_type, field, typed), *_used(book, record_type, field, typed)]
    return list({offer.word: offer for offer in reversed(found) if offer.word != typed}.values())[::-1][:MOST]


def _answering(book: Book, field: Field, typed: str) -> list[Offer]:
    from crmcli.reports.answering import answering  # noqa: PLC0415 - references only

    whole = field.reference not in book.setup.types
    hits = answering(book, typed, None if whole else [book.setup.types[field.reference]])
    return [Offer(hit.ref if whole else hit.ref.partition("/")[2], hit.title, hit.whole) for hit in hits]


def _listed(book: Book, record_type: RecordType, field: Field, typed: str) -> Iterator[Offer]:
    """What the type itself offers: options, the usual words for days."""
    from crmcli.reports.suggest.values import field_values  # noqa: PLC0415
    from crmcli.text.fold import fold  # noqa: PLC0415

    wanted = fold(typed)
    for hit in field_values(_Asker(book, record_type.name), record_type, field, typed, days=True):
        named = bool(field.options) and fold(hit.help).startswith(wanted)
        if named or hit.word.casefold().startswith(typed.casefold()):
            yield Offer(hit.word, hit.word, hit.help)


def _used(book: Book, record_type: RecordType, field: Field, typed: str) -> list[Offer]:
    """Values of other records, the most used first; a title is nobody else's."""
    if field.type not in USED_AGAIN or field.calc or field.name == record_type.title:
        return []
    params: tuple[str, ...] = ()
    if field.many:
        value, source, params = "value", 'items WHERE "type" = ? AND field = ?', (record_type.plural, field.name)
    else:
        column = f"{field.name}.written" if field.type == "duration" else field.name
        value, source = f'"{column}"', f'"rec_{record_type.plural}" WHERE archived IS NULL'
    rows = book.index.rows(
        f"SELECT {value}, count(*) FROM {source} AND {value} IS NOT NULL AND length({value}) <= {LONGEST}"
        f" AND instr({value}, char(10)) = 0 AND {value} LIKE ? ESCAPE '\\' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}",
        (*params, _beginning(typed)),
    )
    return [_taken(book, field, str(row[0])) for row in rows]


def _taken(book: Book, field: Field, stored: str) -> Offer:
    from crmcli.engines.form import shown_value  # noqa: PLC0415

    shown = shown_value(book, field, stored)
    return Offer(stored, stored, shown if shown != stored else "")


def _tags(book: Book, record_type: RecordType, typed: str) -> list[Offer]:
    from crmcli.reports.suggest.records import tags  # noqa: PLC0415
    from crmcli.text.fold import fold  # noqa: PLC0415

    found = tags(_Asker(book, record_type.name), [record_type], dynamic=False)
    return [Offer(hit.word, hit.word, hit.help) for hit in found if fold(hit.word).startswith(fold(typed))]


def _beginning(typed: str) -> str:
    escaped = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"
