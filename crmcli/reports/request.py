"""What is asked of a report, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.tree import Expr

TOTAL = "total"
"""The key of the row of totals, and of the only row of a report without groups."""


class ReportRequest(NamedTuple):
    """A report's question: filter words, a period and groups as typed; `type` "" for the report's own choice."""

    words: Sequence[str] = ()
    period: str = ""
    by: Sequence[str] = ()
    type: str = ""


class RowSource(NamedTuple):
    """What a row of a report is made from.

    `keys` are the names `--rows` knows it by. `ids` are the records it counts, all of one type. `condition` says in the
    language of filters what the row adds to the report's own condition; None where the language has no words for it.
    """

    keys: tuple[str, ...]
    ids: frozenset[str]
    condition: Expr | None = None


class Report(NamedTuple):
    """A table and where its figures come from.

    `sources` stand beside the table's rows; `total` is what all of them together are made from. `condition` is the
    report's own: filter words, period and what else all of its records have in common. `type` is None when the rows are
    made from records of several types.
    """

    table: Table
    type: RecordType | None
    condition: Expr | None
    sources: tuple[RowSource, ...]
    total: RowSource
