"""What another clone did with a record that was merged here: references to it, and changes that leave no choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.actions.drafts import Drafts
from crmcli.actions.mending import Mending
from crmcli.actions.relinking import Aim, empty_field, relink_field
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.late import late_changes
from crmcli.store.merged import stale_references
from crmcli.store.records import BrokenRecordError

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli.store.late import Late


def find(book: Book) -> Iterator[Mending]:
    """References to relink, and values that the kept record takes over."""
    for found in stale_references(book):
        drafts = Drafts(book)
        field = book.type_of(found.holder).fields[found.field.partition(".")[0]]
        aim = Aim(found.kept.plural, frozenset([found.written]), found.kept.id)
        more = {"of": str(found.gone)}
        try:
            if found.holder == found.kept and not field.embedded:
                empty_field(book, drafts, found.holder, field, aim, more)
            else:
                relink_field(book, drafts, found.holder, field, aim, more)
        except BrokenRecordError:
            continue
        if drafts.changes:
            now = "itself: it is emptied" if found.holder == found.kept else found.kept
            what = f"{found.field}: {found.gone} is {now}"
            yield Mending("merged-reference", book.path_of(found.holder), what, tuple(drafts.changes))
    for late in late_changes(book):
        if late.now is not None:
            what = f"{late.key}: what was changed in {late.gone} holds for {late.kept}"
            yield Mending("merged-late", book.path_of(late.kept), what, (_taken_over(book, late),))


def _taken_over(book: Book, late: Late) -> Change:
    kept: Ref = late.kept
    more: dict[str, object] = {"of": str(late.gone)}
    if not isinstance(late.now, list):
        return Change("set", kept, late.key, to=late.now or None, more=more)
    present = book.read_record(kept).items(late.key)
    add = tuple(item for item in late.now if item not in present)
    return Change("set", kept, late.key, add=add, remove=tuple(i for i in present if i not in late.now), more=more)
