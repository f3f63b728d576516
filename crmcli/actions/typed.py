"""What stands after the `=` of a word, as stored values: typed text, `@file`, `(expression)`, lists with commas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.attach import FOLDER, FileMissingError, read_text_file
from crmcli.engines import form
from crmcli.errors import UsageError
from crmcli.model.types.base import ValueRefused

if TYPE_CHECKING:
    from crmcli.actions.attach import Copies
    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

_SPLIT_AT_COMMAS = frozenset(
    ["choice", "checklist", "email", "phone", "domain", "id", "country", "language", "currency", "file", "image"]
)
_FILES = ("file", "image")
_NEVER_COMPUTED = ("text", "markdown", "json")
"""Fields in which a text in parentheses is that text."""


class NothingToComputeError(UsageError):
    """`field=(expression)` for a record in the making."""

    def __init__(self, record_type: RecordType, field: Field) -> None:
        super().__init__(
            f"{record_type.name}.{field.name} cannot be computed from a record that is not there yet",
            hint=f"give the value, or make the record and then `crm set WHO '{field.name}=(…)'`",
        )


def typed_values(book: Book, record_type: RecordType, ref: Ref, field: Field, typed: str, copies: Copies) -> list[str]:
    """The stored values of what was typed for a field of `ref`; none for "".

    Files that are named are planned in `copies`, which whoever writes makes. Raises exit 2 for what cannot be typed.
    """
    if not typed:
        return []
    if typed.startswith("@") and field.type != "handle":
        return [_from_file(book, record_type, ref, field, Path(typed[1:]).expanduser(), copies)]
    if typed.startswith("(") and typed.endswith(")") and field.type not in _NEVER_COMPUTED:
        return _computed(book, record_type, ref, field, typed[1:-1])
    many = field.many and (field.reference or field.type in _SPLIT_AT_COMMAS)
    pieces = comma_parts(typed) if many else [typed] if typed else []
    return [_value(book, record_type, field, piece) for piece in pieces]


def typed_part(book: Book, record_type: RecordType, field: Field, stored: str, part: str, typed: str) -> str:
    """A stored address with one part changed; raises exit 2 for a part addresses do not have."""
    from crmcli.model.types.address import set_part  # noqa: PLC0415 - one type has parts

    try:
        return set_part(stored, part, typed, book.context)
    except ValueRefused as refusal:
        raise form.ValueUntypableError(record_type, field, typed, refusal) from None


def comma_parts(text: str) -> list[str]:
    """The parts of a list typed in one word; a Chinese keyboard types `，`."""
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def _value(book: Book, record_type: RecordType, field: Field, typed: str) -> str:
    stored = form.typed_value(book, record_type, field, typed)
    if field.type in _FILES and not (book.root / stored).is_file():
        raise FileMissingError(Path(stored), f"there is no such file under {FOLDER}/")
    return stored


def _from_file(book: Book, record_type: RecordType, ref: Ref, field: Field, path: Path, copies: Copies) -> str:
    """`field=@file`: a text field takes the file's text, a file field names a copy of the file."""
    if field.type not in _FILES:
        return form.typed_value(book, record_type, field, read_text_file(path))
    return form.typed_value(book, record_type, field, copies.kept(ref, path))


def _computed(book: Book, record_type: RecordType, ref: Ref, field: Field, expression: str) -> list[str]:
    """`field=(expression)`: the values the expression has on the record now."""
    from crmcli.engines.expressions import ask_formula, formula_of  # noqa: PLC0415 - rare

    if field.calc or field.type == "serial":
        raise form.FieldComputedError(record_type, field)
    found = ask_formula(book, formula_of(book, record_type, field, expression), ref)
    if found is None:
        raise NothingToComputeError(record_type, field)
    return found
