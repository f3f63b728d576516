"""Fields with `need = true` that are empty."""

from __future__ import annotations

from crmcli.model.keys import stored_name
from crmcli.model.problem import Problem
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """Records whose needed fields are empty: a hand edit or an import may leave them so."""
    found = []
    for record_type in book.setup.types.values():
        for field in record_type.fields.values() if not record_type.embedded else ():
            if field.need != "true" or field.calc or stored_name(field) != field.name:
                continue
            rows = book.index.rows(
                f"""SELECT "_path" FROM "rec_{record_type.plural}" WHERE "{field.name}" IS NULL AND archived IS NULL
                AND "_problem" = 0 ORDER BY 1"""
            )
            found += [_problem(str(row[0]), field.name) for row in rows]
    return found


def _problem(path: str, name: str) -> Problem:
    who = path.removesuffix(".md")
    return Problem(
        "needed-empty", path, 0, f"{name} is needed and empty", f"fill it: crm set {who} {name}=…", 0, "warning"
    )
