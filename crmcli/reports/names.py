"""What records, types and amounts are called on screens; many at a time, so that a page costs a few questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.schema import label_of
from crmcli.reports.cells import group_digits
from crmcli.text.plain_json import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.model.schema import Field, RecordType, Setup
    from crmcli.store.book import Book


class Card(NamedTuple):
    """What a line says of a record: title, amount in minor units of `currency`, and what it is part of."""

    title: str
    minor: int | None = None
    currency: str = ""
    worth: int = 0  # minor units of the book's currency, 0 where unknown
    whole: str = ""  # plural/id
    archived: bool = False


def cards_of(book: Book, refs: Iterable[str]) -> dict[str, Card]:
    """The cards of records by `plural/id`, one question per type; what does not exist is left out."""
    by_plural: dict[str, list[str]] = {}
    for ref in dict.fromkeys(refs):
        plural, slash, name = ref.partition("/")
        if slash:
            by_plural.setdefault(plural, []).append(name)
    found: dict[str, Card] = {}
    for plural, names in by_plural.items():
        type_ = book.setup.by_plural(plural)
        if type_ is not None and not type_.embedded:
            found |= _cards(book, type_, names)
    return found


def _cards(book: Book, type_: RecordType, names: list[str]) -> dict[str, Card]:
    amount = 'r."amount", r."amount.currency", r."amount.book"' if has_amount(type_) else "NULL, NULL, NULL"
    part = whole_field(type_)
    whole = f'r."{part.name}"' if part else "NULL"
    rows = book.index.rows(
        f'SELECT r.id, r."_title", {amount}, {whole}, r.archived FROM "rec_{type_.plural}" r'
        " WHERE r.id IN (SELECT value FROM json_each(?))",
        (dumps(names),),
    )
    return {
        f"{type_.plural}/{row[0]}": Card(
            str(row[1] or row[0]),
            row[2],
            str(row[3] or ""),
            int(row[4] or 0),
            full_ref(book.setup, part, str(row[5])) if part and row[5] else "",
            row[6] is not None,
        )
        for row in rows
    }


def titles_of(book: Book, refs: Iterable[str]) -> dict[str, str]:
    """Titles by `plural/id`."""
    return {ref: card.title for ref, card in cards_of(book, refs).items()}


def member_names(book: Book) -> dict[str, str]:
    """Names by member id, by those too that a member gave up: what was done under them was done by that member."""
    member = book.setup.types.get("member")
    if member is None:
        return {}
    rows = book.index.rows(
        f"""SELECT id, "_title" FROM "rec_{member.plural}" UNION ALL
        SELECT f.old, r."_title" FROM followed f JOIN "rec_{member.plural}" r ON r.id = f.new WHERE f."type" = ?""",
        (member.plural,),
    )
    return {str(row[0]): str(row[1]) for row in rows}


def has_amount(type_: RecordType) -> bool:
    """Whether records of the type have the amount that the program knows."""
    field = type_.fields.get("amount")
    return field is not None and field.type == "money" and not field.many


def whole_field(type_: RecordType) -> Field | None:
    """The reference that says what a record is part of."""
    return next((f for f in type_.fields.values() if f.within and f.reference and not f.many), None)


def full_ref(setup: Setup, field: Field, value: str) -> str:
    """`plural/id` of what a stored reference points at."""
    if field.reference == "*" or field.reference not in setup.types:
        return value
    return f"{setup.types[field.reference].plural}/{value}"


def type_label(book: Book, type_: RecordType) -> str:
    """What one record of the type is called."""
    return label_of(type_.label, book.setup.config.language, type_.name)


def collection_label(book: Book, type_: RecordType, name: str = "") -> str:
    """What several are called: in English the plural (or the name the reference gives them), else the type's label."""
    language = book.setup.config.language
    name = name or type_.plural
    return name[:1].upper() + name[1:] if language.startswith("en") or not type_.label else type_label(book, type_)


def shown_money(minor: int, currency: str) -> str:
    """An amount for people; whole amounts without their empty cents."""
    from crmcli.model.money import minor_text  # noqa: PLC0415

    text = minor_text(minor, currency)
    whole, point, cents = text.partition(".")
    return f"{group_digits(whole if point and not cents.strip('0') else text)} {currency}"


def shown_amount(card: Card) -> str:
    """The amount of a card, "" without one."""
    return shown_money(card.minor, card.currency) if card.minor is not None and card.currency else ""
