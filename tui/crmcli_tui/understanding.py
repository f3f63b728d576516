"""What a value that is being typed means for its field: as it will be shown, or why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import parse_ref

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


class Understood(NamedTuple):
    """What is understood, or why nothing is and what would be."""

    text: str
    good: bool = True


def understood(ref: str, name: str, typed: str, book: Book) -> Understood:
    """Read what is typed as `crm set` will; of several values each."""
    from crmcli.actions.typed import comma_parts  # noqa: PLC0415 - only where something is typed
    from crmcli.engines.form import field_of  # noqa: PLC0415
    from crmcli.errors import CrmError  # noqa: PLC0415

    record_type = book.type_of(parse_ref(ref))
    typed = typed.strip()
    if not typed:
        return Understood("empty")
    if typed[0] in "@(":
        return Understood("")
    try:
        field = field_of(record_type, name)
        pieces = comma_parts(typed) if field.many else [typed]
        return Understood(", ".join(_read(book, record_type, field, piece) for piece in pieces))
    except CrmError as error:
        return Understood(f"{error}; {error.hint}" if error.hint else str(error), good=False)


def _read(book: Book, record_type: RecordType, field: Field, typed: str) -> str:
    from crmcli.engines.form import shown_value, typed_value  # noqa: PLC0415
    from crmcli.reports.names import full_ref  # noqa: PLC0415
    from crmcli.reports.telling import day_of  # noqa: PLC0415

    stored = typed_value(book, record_type, field, typed)
    if field.reference:
        return book.title_of(parse_ref(full_ref(book.setup, field, stored)))
    if field.type in ("date", "datetime"):
        return f"{stored[:10]}  {day_of(book, stored)}"
    return shown_value(book, field, stored)
