"""Stages that were changed by hand: no gate saw them, no hook ran (STORE rule 13)."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """Records whose present stage came by hand or by a commit without crm."""
    found = []
    for record_type in book.setup.types.values():
        if record_type.embedded or record_type.stage is None:
            continue
        rows = book.index.rows(
            f"""SELECT r."_path", m."to", m.at FROM moves m JOIN "rec_{record_type.plural}" r ON r.id = m.id
            WHERE m."type" = ? AND m.secs IS NULL AND m.via IN ('hand', 'git') AND m."from" IS NOT NULL ORDER BY 1""",
            (record_type.plural,),
        )
        found += [
            Problem(
                "stage-by-hand",
                str(path),
                0,
                f"stage {stage} was set by hand on {at[:10]}: no rule was asked, no hook ran",
                "check that it is meant; the next `crm move` is a move like any other",
                0,
                "warning",
            )
            for path, stage, at in rows
        ]
    return found
