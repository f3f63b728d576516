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
        found += [_problem(*row) for row in rows]
    known = [t.plural for t in book.setup.types.values() if not t.embedded]
    nowhere = book.index.rows(
        """SELECT f.path, r.field, r.to_type, r.to_id FROM refs r JOIN files f ON f."ref" = r."type" || '/' || r.id
        WHERE r.to_type NOT IN (SELECT value FROM json_each(?)) ORDER BY 1""",
        (json.dumps(known),),
    )
    return found + [_problem(*row) for row in nowhere]


def _problem(path: str, field: str, plural: str, name: str) -> Problem:
    return Problem(
        "dangling-reference",
        path,
        0,
        f"{field}: there is no {plural}/{name}",
        f"point it at a record that is there, or empty it: crm {_way(path.removesuffix('.md'), field)}",
    )


def _way(who: str, field: str) -> str:
    """How a reference is emptied; one in a row inside the record is changed with the row."""
    return f"edit {who}" if "." in field else f"set {who} {field}="
