"""References that point at nothing."""

from __future__ import annotations

import json

from crmcli.model.problem import Problem
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """Every reference whose target has no file; an alias of a renamed record counts as a target."""
    found = []
    for record_type in book.setup.types.values():
        if record_type.embedded:
            continue
        rows = book.index.rows(
            f"""SELECT f.path, r.field, r.to_type, r.to_id FROM refs r
            JOIN files f ON f."ref" = r."type" || '/' || r.id
            WHERE r.to_type = ? AND NOT EXISTS (SELECT 1 FROM "rec_{record_type.plural}" t WHERE t.id = r.to_id)
            AND NOT EXISTS (SELECT 1 FROM keys k WHERE k."type" = r.to_type AND k.field = 'aliases' AND k.fold = r.to_id)
            ORDER BY 1, 2""",
            (record_type.plural,),
        )
        found += [_problem(book, *row) for row in rows]
    known = [t.plural for t in book.setup.types.values() if not t.embedded]
    nowhere = book.index.rows(
        """SELECT f.path, r.field, r.to_type, r.to_id FROM refs r JOIN files f ON f."ref" = r."type" || '/' || r.id
        WHERE r.to_type NOT IN (SELECT value FROM json_each(?)) ORDER BY 1""",
        (json.dumps(known),),
    )
    return found + [_problem(book, *row) for row in nowhere]


def _problem(book: Book, path: str, field: str, plural: str, name: str) -> Problem:
    return Problem(
        "dangling-reference",
        path,
        0,
        f"{field}: there is no {plural}/{name}",
        f"point it at a record that is there, or {_way(book, path, field, plural, name)}",
    )


def _way(book: Book, path: str, name: str, plural: str, target: str) -> str:
    """How a reference is emptied; one of a list is taken out of it, one in a row inside the record is changed with the row."""
    who = path.removesuffix(".md")
    if "." in name:
        return f"empty it: crm edit {who}"
    record_type = book.setup.by_plural(path.partition("/")[0])
    field = record_type.fields.get(name) if record_type else None
    if field is None or not field.many:
        return f"empty it: crm set {who} {name}="
    return f"take it out: crm set {who} {name}-={f'{plural}/{target}' if field.reference == '*' else target}"
