"""What tells the candidates of an ambiguous WHO apart: of the fields their list shows, those in which they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.record import Ref
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

SAID = 3
"""Values said of each."""


def what_tells_apart(book: Book, refs: Sequence[Ref]) -> dict[Ref, str]:
    """For each record a few words beside its title, as a list shows them; "" where nothing differs."""
    found: dict[Ref, str] = dict.fromkeys(refs, "")
    for type_ in book.setup.types.values():
        of_type = [ref for ref in refs if ref.plural == type_.plural]
        if of_type:
            found |= _of_type(book, type_, of_type)
    return found


def _of_type(book: Book, type_: RecordType, refs: Sequence[Ref]) -> dict[Ref, str]:
    from crmcli.model.record import parse_ref  # noqa: PLC0415 - only where a word was ambiguous
    from crmcli.query.sql import Sql  # noqa: PLC0415
    from crmcli.reports.grid import shown  # noqa: PLC0415
    from crmcli.reports.listing import Request, list_records  # noqa: PLC0415

    columns = [name for name in type_.list if name != type_.title]
    marks = ", ".join("?" * len(refs))
    only = Sql(f"r.id IN ({marks})", tuple(ref.id for ref in refs))
    asked = Request(["archived:any,none"], ",".join(["id", *columns, "created"]), people=True, only=only)
    table = list_records(book, type_, asked)
    texts = [[shown(column, cell) for column, cell in zip(table.columns, row, strict=True)][1:] for row in table.rows]
    made = len(columns)  # the day it was made, where nothing else differs
    differing = [place for place in range(made + 1) if len({row[place] for row in texts}) > 1 or len(refs) == 1]
    telling = [place for place in differing if place != made] or differing
    return {
        parse_ref(ref): " · ".join([row[place] for place in telling if row[place]][:SAID])
        for ref, row in zip(table.refs, texts, strict=True)
    }
