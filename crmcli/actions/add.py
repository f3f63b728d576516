"""Make a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.actions.words import fields_of
from crmcli.engines.form import stored_name, typed_value
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.ids import new_id, randomness
from crmcli.model.record import Ref, Value
from crmcli.model.schema import RecordType
from crmcli.text.slug import slug

if TYPE_CHECKING:
    from crmcli.store.book import Book


class TitleMissingError(UsageError):
    """A type whose title is needed got none."""

    def __init__(self, record_type: RecordType) -> None:
        super().__init__(
            f"a {record_type.name} needs a {record_type.title}",
            hint=f"crm {record_type.name} add TITLE [field=value…]",
        )


def add_record(
    book: Book, record_type: RecordType, title: str, words: Sequence[str], *, dry_run: bool = False, via: str = "cli"
) -> Outcome:
    """Make a record of a type with a title and words; the id is a slug of the title and five random letters."""
    fields, notices = fields_of(book, record_type, words)
    field = record_type.fields.get(record_type.title)
    if title and field is not None:
        fields = {stored_name(field): typed_value(book, record_type, field, title), **fields}
    elif field is not None and field.need == "true" and not fields.get(field.name):
        raise TitleMissingError(record_type)
    ref = fresh_ref(book, record_type, title or _text(fields, record_type.title))
    change = Change("create", ref, record=fields)
    outcome = carry_out(book, [change], Request(f"{record_type.name} add", via=via, dry_run=dry_run))
    return outcome._replace(notices=notices + outcome.notices)


def _text(fields: Mapping[str, Value], name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def fresh_ref(book: Book, record_type: RecordType, title: str) -> Ref:
    """A ref that no record of the type has, made from its title (else from the type's name)."""
    source = randomness()
    table = f'"rec_{record_type.plural}"'

    def taken(candidate: str) -> bool:
        return book.index.row(f"SELECT 1 FROM {table} WHERE id = ?", (candidate,)) is not None

    return Ref(record_type.plural, new_id(slug(title, record_type.name), source, taken))
