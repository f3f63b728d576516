"""Whether `undo` would give back the very bytes of a file: a mending that would not is left for a person.

A list item that goes takes its comment with it; a set that a hand wrote in another order comes back sorted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.engines.form import file_order, map_fields, ordered
from crmcli.model.record import BODY
from crmcli.store.records import BrokenRecordError
from crmcli.store.replay import merged_list
from crmcli.text import frontmatter
from crmcli.text.frontmatter import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.change import Change
    from crmcli.model.record import Fields, Ref, Value
    from crmcli.store.book import Book


def comes_back(book: Book, changes: Sequence[Change]) -> bool:
    """Whether these changes, made and taken back again, leave every file as it is."""
    return all(_of_record(book, ref, [c for c in changes if c.on == ref]) for ref in {change.on for change in changes})


def _of_record(book: Book, ref: Ref, changes: Sequence[Change]) -> bool:
    if any(change.do != "set" for change in changes):
        return False
    try:
        text = book.record_bytes(ref).decode()
        document = frontmatter.parse(text)
        there, back = _there_and_back(book, ref, changes, {**document.fields, BODY: document.body})
        return _written(book, ref, _written(book, ref, text, there), back) == text
    except (UnicodeDecodeError, FrontMatterError, BrokenRecordError):
        return False


def _there_and_back(
    book: Book, ref: Ref, changes: Sequence[Change], fields: Fields
) -> tuple[dict[str, Value | None], dict[str, Value | None]]:
    """What the fields become, and what they are once that is undone."""
    record_type = book.type_of(ref)
    there: dict[str, Value | None] = {}
    back: dict[str, Value | None] = {}
    for change in changes:
        before = fields.get(change.field)
        if change.add or change.remove:
            items = [before] if isinstance(before, str) else before or []
            there[change.field] = (
                ordered(record_type, change.field, merged_list(items, change.add, change.remove)) or None
            )
            back[change.field] = ordered(record_type, change.field, list(items)) or None
        else:
            there[change.field], back[change.field] = change.to, before
    return there, back


def _written(book: Book, ref: Ref, text: str, values: dict[str, Value | None]) -> str:
    record_type = book.type_of(ref)
    body = str(values.pop(BODY) or "") if BODY in values else None
    return frontmatter.edit(text, values, order=file_order(record_type), maps=map_fields(record_type), body=body)
