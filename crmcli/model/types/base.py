"""What a field type is: four forms of one value (stored, typed, indexed, shown)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from crmcli.light import NamedTuple
from crmcli.model.schema import Field, RecordType

if TYPE_CHECKING:
    from crmcli.text.from_now import Worked

SqlValue = str | int | float | None


class ValueContext(NamedTuple):
    """What a value's meaning depends on besides its field.

    `resolve(type name, WHO)` gives the id of a record ("plural/id" for type `*`) and raises a `CrmError`;
    `exists(plural/id)` says whether a stored reference points at something. `types` are the book's, by name: where rows
    find their columns. `worked` counts typed working time; None in a book that does not say when people work.
    """

    currency: str
    country: str
    timezone: str
    language: str
    now: datetime
    resolve: Callable[[str, str], str]
    exists: Callable[[str], bool]
    types: Mapping[str, RecordType] = {}
    worked: "Worked | None" = None


class Column(NamedTuple):
    """A column of the index: the field's name plus `suffix` ("" or ".currency"), SQL type, whether it gets a B-tree."""

    suffix: str
    sql: str  # TEXT | INTEGER | REAL
    indexed: bool = False


_ASIDE = frozenset([".book", ".local", ".written"])


def value_suffixes(columns: tuple[Column, ...]) -> list[str]:
    """The columns in which two values differ; in others is how one was written, or what it is worth. A body has but one."""
    return [column.suffix for column in columns if column.suffix not in _ASIDE] or [""]


class ValueRefused(ValueError):  # noqa: N818 - a verdict about a value, not a failure
    """A value its field cannot hold: why, and what would do; who knows the place makes it an error or a `Problem`."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


class Manual(NamedTuple):
    """What docs/reference/fields.md says of a type, a phrase each; the class's docstring is the prose."""

    stored: str  # an example line of a file
    checked: str
    typed: str
    filtered: str


class FieldType(Protocol):
    """One type of ENGINES §3. Items of a list field are handled one by one; nothing here sees lists."""

    name: str
    family: str
    """How filters treat it.

    One of text · number · money · date · datetime · time · period · choice · stage · reference · flag · none.
    """
    matches: str
    """What `:` asks of its column.

    contains: folded text within it. equal: the word is `parse`d, then equal. within: the word is `parse`d; equal, or
    the column begins with it and "/" or "-". Families other than text have a meaning of their own and say "equal".
    """
    manual: Manual

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Turn what a person typed into the stored form; raise `ValueRefused`."""
        ...

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Turn text found in a file into the canonical stored form; raise `ValueRefused`."""
        ...

    def columns(self, field: Field) -> tuple[Column, ...]:
        """The columns of the index for a field that is no list."""
        ...

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """The values of `columns` for a canonical stored form."""
        ...

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The value for people, in a table's cell: labels, grouped digits; one line, not yet safe for terminals."""
        ...

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """The stored form again from the values of `columns`, so that a list needs no file; "" when they are NULL."""
        ...
