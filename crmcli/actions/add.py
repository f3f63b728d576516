"""Make a record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from crmcli.actions.attach import Copies
from crmcli.actions.words import fields_of, split_word
from crmcli.engines.form import typed_value
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.ids import new_id, randomness
from crmcli.model.keys import stored_name
from crmcli.model.record import Ref
from crmcli.model.schema import Field, RecordType
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


class TitleTwiceError(UsageError):
    """The title was given both as TITLE and as a word."""

    def __init__(self, record_type: RecordType, field: Field) -> None:
        super().__init__(
            f"the {field.name} of the {record_type.name} is given twice",
            hint=f"leave {field.name}=… out, or TITLE",
        )


def add_record(
    book: Book, record_type: RecordType, title: str, words: Sequence[str], *, dry_run: bool = False, via: str = "cli"
) -> Outcome:
    """Make a record of a type with a title and words; the id is a slug of the title and five random letters."""
    field = record_type.fields.get(record_type.title)
    ref = fresh_ref(book, record_type, title or _titled(record_type, words))
    copies = Copies(book)
    fields, notices = fields_of(book, record_type, ref, words, copies)
    if title and field is not None:
        if fields.get(stored_name(field)):
            raise TitleTwiceError(record_type, field)
        fields = {stored_name(field): typed_value(book, record_type, field, title), **fields}
    elif field is not None and field.need == "true" and not fields.get(field.name):
        raise TitleMissingError(record_type)
    if not dry_run:
        copies.make()
    change = Change("create", ref, record=fields)
    outcome = carry_out(book, [change], Request(f"{record_type.name} add", via=via, dry_run=dry_run))
    return outcome._replace(notices=notices + outcome.notices)


def _titled(record_type: RecordType, words: Sequence[str]) -> str:
    """The title where it is given as a word, for the id."""
    field = record_type.fields.get(record_type.title)
    names = (field.name, *field.label.values()) if field else ()
    return next((part.value for part in map(split_word, words) if part.name in names), "")


def fresh_ref(book: Book, record_type: RecordType, title: str, claimed: Collection[Ref] = ()) -> Ref:
    """A ref that no record of the type has and this op has not `claimed`, made from a title (else the type's name)."""
    source = randomness()
    table = f'"rec_{record_type.plural}"'

    def taken(candidate: str) -> bool:
        if Ref(record_type.plural, candidate) in claimed:
            return True
        return book.index.row(f"SELECT 1 FROM {table} WHERE id = ?", (candidate,)) is not None  # noqa: S608 - a type's name

    return Ref(record_type.plural, new_id(slug(title, record_type.name), source, taken))
