"""`--columns` for tables whose columns are fixed: those named, in that order."""

from __future__ import annotations

from crmcli.errors import UsageError
from crmcli.reports.table import Table


class ColumnUnknownError(UsageError):
    """A table has no column of this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no column {name!r} here", hint=f"its columns are {', '.join(known)}")


def chosen_columns(table: Table, names: str) -> Table:
    """The table with the columns `names` lists, separated by commas; all of them for ""."""
    if not names:
        return table
    known = [column.name for column in table.columns]
    places = []
    for name in (part.strip() for part in names.split(",")):
        if name not in known:
            raise ColumnUnknownError(name, known)
        places.append(known.index(name))
    return table._replace(
        columns=tuple(table.columns[place] for place in places),
        rows=[[row[place] for place in places] for row in table.rows],
    )
