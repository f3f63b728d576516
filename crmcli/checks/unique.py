"""Values of `unique` fields that two records share."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.model.schema import Field, RecordType
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """Every record that shares a unique value with an earlier one."""
    return [
        problem
        for record_type in book.setup.types.values()
        if not record_type.embedded
        for field in record_type.fields.values()
        if field.unique and not field.calc
        for problem in _twins(book, record_type, field)
    ]


def _twins(book: Book, record_type: RecordType, field: Field) -> list[Problem]:
    table = f'"rec_{record_type.plural}"'
    if field.many:
        rows = book.index.rows(
            f"""SELECT r."_path", i.value, min(j.id) FROM items i JOIN items j ON j."type" = i."type" AND j.field = i.field
            AND j.value = i.value AND j.id < i.id JOIN {table} r ON r.id = i.id
            WHERE i."type" = ? AND i.field = ? GROUP BY 1, 2""",
            (record_type.plural, field.name),
        )
    else:
        rows = book.index.rows(
            f"""SELECT a."_path", a."{field.name}", min(b.id) FROM {table} a
            JOIN {table} b ON b."{field.name}" = a."{field.name}" AND b.id < a.id GROUP BY 1, 2"""
        )
    return [
        Problem(
            "not-unique",
            str(path),
            0,
            f"{field.name} {value!r} belongs to {record_type.plural}/{other} too",
            "correct one of the two",
        )
        for path, value, other in rows
    ]
