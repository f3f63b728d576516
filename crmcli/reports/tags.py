"""The tags in use, and who carries one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.sql import table
from crmcli.reports.cells import INTEGER, TEXT, Cell, Form
from crmcli.reports.names import cards_of
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.model.schema import DynamicTag
    from crmcli.store.book import Book


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{plural} {count}" for plural, count in counts.items())


SPACED = Form(script=" ".join, show=" ".join)
"""list of str without blanks"""
COUNTS = Form(script=_listed, show=_listed)
"""dict: plural → how many; an object in JSON"""


def tag_list(book: Book, limit: int | None = None) -> Table:
    """Every tag with the number of records that carry it, in all and per type; archived records do not count.

    Of a dynamic tag also the filter that keeps it.
    """
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
    warnings = []
    for dynamic in book.setup.tags.values():
        plural = book.setup.types[dynamic.type].plural
        try:
            counts.setdefault(dynamic.name, {})[plural] = len(members(book, dynamic))
        except QueryError as error:  # one broken filter must not hide the other tags
            warnings.append(f"+{dynamic.name} cannot be asked: {error.sentence}")
    found_rows: list[list[Cell]] = [
        [tag, sum(found.values()) if found else None, found, kept_by(book, tag) or None]
        for tag, found in sorted(counts.items())
    ]
    columns = (
        Column("tag", "Tag"),
        Column("count", "Records", INTEGER),
        Column("types", "Of type", COUNTS),
        Column("filter", "Kept by"),
    )
    return Table(columns, found_rows[:limit], found=len(found_rows), warnings=tuple(warnings), key="tag")


def kept_by(book: Book, name: str) -> str:
    """The filter that keeps a dynamic tag, as one; "" for a tag that people put."""
    tag = book.setup.tags.get(name)
    if tag is None:
        return ""
    return f"({tag.where}) NOT ({tag.but})" if tag.but else tag.where


def members(book: Book, tag: DynamicTag) -> list[str]:
    """The ids of the records that a dynamic tag holds of, archived ones left out."""
    from crmcli.query.compile import compile_filter  # noqa: PLC0415 - only books with dynamic tags
    from crmcli.query.tree import Tag  # noqa: PLC0415

    type_ = book.setup.types[tag.type]
    asked = compile_filter(Tag(tag.name), type_, book.query_env())
    rows = book.index.rows(
        f"SELECT r.id FROM {table(type_.plural)} r WHERE ({asked.text}) AND r.archived IS NULL ORDER BY r.id",
        asked.params,
    )
    return [str(row[0]) for row in rows]


def dynamic_tags(book: Book, ref: Ref) -> list[str]:
    """The dynamic tags that a record has now; one whose filter is broken is `crm check`'s to tell."""
    from crmcli.query.compile import compile_filter  # noqa: PLC0415 - only books with dynamic tags
    from crmcli.query.tree import Tag  # noqa: PLC0415

    type_ = book.type_of(ref)
    held = []
    for tag in book.setup.tags.values():
        if tag.type != type_.name:
            continue
        try:
            asked = compile_filter(Tag(tag.name), type_, book.query_env())
        except QueryError:
            continue
        found = f"SELECT 1 FROM {table(type_.plural)} r WHERE r.id = ? AND ({asked.text})"
        if book.index.row(found, (ref.id, *asked.params)) is not None:
            held.append(tag.name)
    return held


def tag_show(book: Book, tag: str, limit: int | None = None) -> Table:
    """The records that carry a tag or one below it, by type and title, archived ones last."""
    found = book.index.rows(
        """SELECT "type" || '/' || id, group_concat(tag, ' ') FROM (SELECT * FROM tags WHERE tag = ?1
        OR substr(tag, 1, length(?1) + 1) = ?1 || '/' ORDER BY tag) GROUP BY 1""",
        (tag,),
    )
    carried = {str(ref): str(tags) for ref, tags in found}
    for dynamic in book.setup.tags.values():
        if dynamic.name == tag or dynamic.name.startswith(f"{tag}/"):
            plural = book.setup.types[dynamic.type].plural
            for name in members(book, dynamic):
                held = carried.get(f"{plural}/{name}")
                carried[f"{plural}/{name}"] = f"{held} {dynamic.name}" if held else dynamic.name
    cards = cards_of(book, carried)
    ordered = sorted(
        (cards[ref].archived, ref.partition("/")[0], cards[ref].title.casefold(), ref, tags)
        for ref, tags in carried.items()
        if ref in cards
    )
    types = {type_.plural: type_.name for type_ in book.setup.types.values()}
    rows: list[list[Cell]] = [
        [ref.partition("/")[2], types[plural], cards[ref].title, tags.split(), "archived" if gone else None]
        for gone, plural, _, ref, tags in ordered[:limit]
    ]
    names = ("id", "type", "title", "tags", "archived")
    columns = tuple(Column(name, name.capitalize(), SPACED if name == "tags" else TEXT) for name in names)
    return Table(columns, rows, found=len(ordered), refs=[entry[3] for entry in ordered[:limit]])


def nearest_tags(book: Book, tag: str) -> list[str]:
    """Tags in use that are spelt alike."""
    from crmcli.text.nearest import nearest  # noqa: PLC0415 - only where nothing was found

    used = [str(row[0]) for row in book.index.rows("SELECT DISTINCT tag FROM tags")]
    return nearest(tag, [*used, *book.setup.tags], 2)
