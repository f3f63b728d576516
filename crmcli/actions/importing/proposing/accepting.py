"""A proposal for a file that no map is known for, and what becomes of it: a map, fields, a file in imports/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.proposing.map_text import map_text
from crmcli.actions.importing.proposing.proposal import Proposal, propose
from crmcli.store.setup.add_fields import NewField, add_fields
from crmcli.store.setup.import_map import ImportMap, import_map_names, known_map, map_bytes, map_of, save_map
from crmcli.text.slug import slug
from crmcli_formats.registry import TableFormat, format_of

if TYPE_CHECKING:
    from crmcli.store.book import Book

PLACE = "the proposal"
"""What messages call a map that is in no file."""


def proposal_for(book: Book, path: Path, asked: Asked) -> Proposal | None:
    """A proposal for the file's first sheet; None where a map was named, one knows the file, or it has no tables."""
    if asked.by:
        return None
    form = format_of(path)
    if form.WHAT != "tables":
        return None
    with cast("TableFormat", form).open_tables(path, asked.choices) as sheets:
        if any(known_map(book.root, sheet.header) for sheet in sheets):
            return None
    with cast("TableFormat", form).open_tables(path, asked.choices) as sheets:
        return propose(book, path, next(iter(sheets)), asked.to)


def fields_of(proposal: Proposal) -> list[NewField]:
    """The fields that columns without one would need."""
    return [NewField(*one.new, one.column) for one in proposal.columns if one.new]


def with_fields(proposal: Proposal) -> Proposal:
    """The proposal as it is once those fields are there."""
    columns = tuple(
        one._replace(target=one.new[0], why=f"a new field of type {one.new[1]}", new=None) if one.new else one
        for one in proposal.columns
    )
    return proposal._replace(columns=columns)


def make_fields(book: Book, proposal: Proposal) -> None:
    """Write the fields into the type's schema file; the book is to be opened anew afterwards."""
    add_fields(book.root, proposal.type.path, fields_of(proposal))


def proposed_map(proposal: Proposal, path: Path, name: str) -> ImportMap:
    """The proposal as a map, called `name` or as the file is."""
    return map_of(name or slug(path.stem, "file"), map_text(proposal, path.name), PLACE)


def save_proposal(book: Book, proposal: Proposal, path: Path, name: str) -> str:
    """Write it to imports/NAME.toml; returns that path."""
    return save_map(book.root, name, map_text(proposal, path.name).encode())


def save_copy(book: Book, path: Path, asked: Asked, name: str) -> str:
    """Write a copy of the map that takes the file to imports/NAME.toml; returns that path."""
    source = asked.by if asked.by in import_map_names(book.root) else asked.by.rpartition(".")[0] or asked.by
    if not source:
        with cast("TableFormat", format_of(path)).open_tables(path, asked.choices) as sheets:
            source = next(known[0].name for sheet in sheets if (known := known_map(book.root, sheet.header)))
    return save_map(book.root, name, map_bytes(book.root, source))
