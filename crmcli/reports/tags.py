"""The tags in use, and who carries one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.sql import table
from crmcli.reports.cells import INTEGER, Cell, Form
from crmcli.reports.names import cards_of
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.store.book import Book


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{plural} {count}" for plural, count in counts.items())


COUNTS = Form(script=_listed, show=_listed)
"""dict: plural → how many; an object in JSON"""


def tag_list(book: Book, limit: int | None = None) -> Table:
    """Every tag with the number of records that carry it, in all and per type; archived records do not count."""
    counts: dict[str, dict[str, int]] = {}
    for type_ in book.setup.types.values():
        if type_.embedded:
            continue
        rows = book.index.rows(
            f'SELECT t.tag, count(*) FROM tags t JOIN {table(type_.plural)} r ON r.id = t.id WHERE t."type" = ?'
            " AND r.archived IS NULL GROUP BY t.tag",
            (type_.plural,),
        )
        for tag, count in rows:
            counts.setdefault(str(tag), {})[type_.plural] = int(count)
    found_rows: list[list[Cell]] = [[tag, sum(found.values()), found] for tag, found in sorted(counts.items())]
    columns = (Column("tag", "Tag"), Column("count", "Records", INTEGER), Column("types", "Of type", COUNTS))
    return Table(columns, found_rows[:limit], found=len(found_rows))


def tag_show(book: Book, tag: str, limit: int | None = None) -> Table:
    """The records that carry a tag or one below it, by type and title, archived ones last."""
    found = book.index.rows(
        """SELECT "type" || '/' || id, group_concat(tag, ' ') FROM (SELECT * FROM tags WHERE tag = ?1
        OR substr(tag, 1, length(?1) + 1) = ?1 || '/' ORDER BY tag) GROUP BY 1""",
        (tag,),
    )
    cards = cards_of(book, [str(row[0]) for row in found])
    ordered = sorted(
        (cards[ref].archived, ref.partition("/")[0], cards[ref].title.casefold(), ref, str(tags))
        for ref, tags in found
        if ref in cards
    )
    types = {type_.plural: type_.name for type_ in book.setup.types.values()}
    rows: list[list[Cell]] = [
        [ref.partition("/")[2], types[plural], cards[ref].title, tags, "archived" if gone else None]
        for gone, plural, _, ref, tags in ordered[:limit]
    ]
    names = ("id", "type", "title", "tags", "archived")
    columns = tuple(Column(name, name.capitalize()) for name in names)
    return Table(columns, rows, found=len(ordered), refs=[entry[3] for entry in ordered[:limit]])


def nearest_tags(book: Book, tag: str) -> list[str]:
    """Tags in use that are spelt alike."""
    from crmcli.text.nearest import nearest  # noqa: PLC0415 - only where nothing was found

    return nearest(tag, [str(row[0]) for row in book.index.rows("SELECT DISTINCT tag FROM tags")], 2)
