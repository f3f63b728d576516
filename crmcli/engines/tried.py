"""A plan as the index is asked about it: its records and events put in for as long as the questions take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.store.index.planned import PlannedRow, planned_state

if TYPE_CHECKING:
    from crmcli.engines.plan import Planned
    from crmcli.model.event import Event
    from crmcli.query.sql import Sql
    from crmcli.store.book import Book


@contextmanager
def tried(
    book: Book, records: Iterable[Planned], events: Sequence[Event], questions: Iterable[Sql], *, gone: bool = True
) -> Iterator[None]:
    """Let the index answer as if the plan were written; `questions` are what will be asked, for the state before in them.

    `gone` False: records the plan removes are still there.
    """
    texts = [sql.text for sql in questions]
    plurals = {t.plural for t in book.setup.types.values() if not t.embedded}
    old = [plural for plural in sorted(plurals) if any(f'"old_{plural}"' in text for text in texts)]
    rows = [_row(p) for p in records if p.after is not None or (gone and p.gone)]
    with planned_state(book.index, rows, events, old):
        yield


def _row(planned: Planned) -> PlannedRow:
    was = planned.left.rpartition("/")[2].removesuffix(".md") if planned.left else ""
    return PlannedRow(planned.ref, planned.path, planned.after, was, planned.left)
