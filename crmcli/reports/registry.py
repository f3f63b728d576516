"""The reports by name, found when asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from crmcli.errors import UsageError
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.reports.request import Report, ReportRequest
    from crmcli.store.book import Book

REPORTS = {
    "pipeline": "crmcli.reports.pipeline:open_pipeline",
    "funnel": "crmcli.reports.funnel:stage_funnel",
    "won": "crmcli.reports.won:won_deals",
    "activity": "crmcli.reports.activity:logged_activity",
    "stale": "crmcli.reports.stale:stale_deals",
}
"""Name → where its function is: `(book, request) -> Report`."""

Ask = Callable[["Book", "ReportRequest"], "Report"]


class ReportUnknownError(UsageError):
    """No report has this name."""

    def __init__(self, name: str, *, in_book: bool) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        near = next(iter(nearest(name, list(REPORTS))), "")
        listed = f"reports are {', '.join(REPORTS)}"
        if in_book:
            super().__init__(f"reports/{name}.toml cannot be run in this version", hint=listed)
        else:
            super().__init__(f"there is no report {name!r}", hint=f"did you mean `{near}`?" if near else listed)


def check_report(book: Book, name: str) -> None:
    """Raise `ReportUnknownError` (exit 2) unless there is a report of that name."""
    if name not in REPORTS:
        safe_name = name.isidentifier() or name.replace("-", "_").isidentifier()
        in_book = safe_name and (book.root / "reports" / f"{name}.toml").is_file()
        raise ReportUnknownError(name, in_book=in_book)


def run_report(book: Book, name: str, request: ReportRequest) -> Report:
    """Ask a report; raises `ReportUnknownError` and what the words and groups are refused for (exit 2)."""
    check_report(book, name)
    module, _, function = REPORTS[name].partition(":")
    return cast("Ask", getattr(import_module(module), function))(book, request)


def report_names(language: str) -> Table:
    """The reports there are, a line each."""
    from crmcli.reports.definitions import DEFINITIONS  # noqa: PLC0415 - only the list of reports reads them
    from crmcli.reports.labels import spoken  # noqa: PLC0415

    chinese = language.startswith("zh")
    columns = (Column("name", spoken("name", language)), Column("says", spoken("says", language)))
    rows = [(name, definition.says[chinese]) for name, definition in DEFINITIONS.items()]
    return Table(columns, rows, found=len(rows), key="name")
