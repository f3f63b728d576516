"""Rename or remove a tag everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.words import check_tag
from crmcli.engines.kept_tags import KeptTagError
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import NotFoundError
from crmcli.model.change import Change
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book


class TagUnusedError(NotFoundError):
    """Nobody carries the tag."""

    def __init__(self, tag: str, near: list[str]) -> None:
        super().__init__(
            f"nobody carries the tag {tag}",
            hint=f"did you mean {near[0]}?" if near else "`crm tag list` shows all tags",
        )


def carriers(book: Book, tag: str) -> list[Ref]:
    """The records that carry a tag, archived ones too; raises `TagUnusedError` (exit 3), `KeptTagError` (2)."""
    rows = book.index.rows('SELECT "type", id FROM tags WHERE tag = ? ORDER BY "type", id', (tag,))
    if not rows:
        if tag in book.setup.tags:
            raise KeptTagError(book.setup.tags[tag])
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only for an error

        known = [str(row[0]) for row in book.index.rows("SELECT DISTINCT tag FROM tags ORDER BY tag")]
        raise TagUnusedError(tag, nearest(tag, known, 1))
    return [Ref(row[0], row[1]) for row in rows]


def rename_tag(book: Book, old: str, new: str, *, dry_run: bool = False) -> Outcome:
    """Give every carrier of `old` the tag `new` instead, as one op; where both were, one remains."""
    wanted = check_tag(new)

    def changes() -> list[Change]:
        return [Change("set", ref, "tags", add=(wanted,), remove=(old,)) for ref in carriers(book, old)]

    return carry_out(book, changes, Request("tag rename", dry_run=dry_run))


def remove_tag(book: Book, tag: str, *, dry_run: bool = False) -> Outcome:
    """Take a tag off every record, as one op."""

    def changes() -> list[Change]:
        return [Change("set", ref, "tags", remove=(tag,)) for ref in carriers(book, tag)]

    return carry_out(book, changes, Request("tag remove", dry_run=dry_run))
