"""`crm report [NAME] [FILTER…]`: the figures."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import Session, session_of
from crmcli.cli.shapes import SHAPES, refuse_unfit

if TYPE_CHECKING:
    from crmcli.reports.request import ReportRequest
    from crmcli.reports.table import Table


def run(  # noqa: PLR0917 - typer passes them by name
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="pipeline, funnel, won, activity or stale", show_default=False)
    ] = "",
    words: Filter = None,
    period: Annotated[
        str, typer.Option("--period", metavar="P", help="Only this time: 2017-q1, -30d.., this month")
    ] = "",
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="X", help="A row for each value: owner.region, 'quarter(closed)'"),
    ] = None,
    against: Annotated[
        str, typer.Option("--against", metavar="REV", help="Beside it the same report on this branch or commit")
    ] = "",
    rows: Annotated[
        str, typer.Option("--rows", metavar="KEY", help="Print the filter that lists a row's records")
    ] = "",
) -> None:
    """Count and add up what is open, won, done or stale

    Without NAME, the reports there are. Filter words narrow a report down as they narrow a list; --explain says what
    exactly it counts. Under a type, `crm TYPE report`, it is about that type's records.

    Example:
      crm report won --by owner.region --period 2017-q1
      crm report pipeline owner:me --by stage
      crm deals "$(crm report won --by owner.region --rows West)"
      crm report pipeline --on new-prices --against main
    """
    session = session_of(ctx)
    if not name:
        from crmcli.reports.registry import report_names

        session.out.rows(report_names(session.book.setup.config.language))
        return
    from crmcli.reports.registry import run_report
    from crmcli.reports.request import ReportRequest

    request = ReportRequest(words or (), period, by or (), session.noun)
    if session.options.explain:
        from crmcli.reports.explain import explain_report

        session.out.text(explain_report(session.book, name, request))
    elif rows:
        refuse_unfit(SHAPES["text"], session.given, ctx.command_path)
        from crmcli.reports.row_filter import row_filter

        session.out.text([row_filter(session.book, run_report(session.book, name, request), rows)])
    else:
        _write(session, name, request, against)


def _write(session: Session, name: str, request: "ReportRequest", other: str) -> None:
    """The report, beside another revision's where one is named."""
    from crmcli.reports.arrange import arranged
    from crmcli.reports.registry import run_report

    table = run_report(session.book, name, request).table
    if other:
        table = _against(session, table, name, request, other)
        if not table.rows:
            session.out.note("both are the same.")
    first, options = table.columns[0], session.options
    table = table._replace(key="" if first.form.right else first.name)
    session.out.rows(
        arranged(table, columns=options.columns, sort=options.sort, limit=session.out.shown), arranged=True
    )


def _against(session: Session, table: "Table", name: str, request: "ReportRequest", other: str) -> "Table":
    """The report beside what it is on another revision."""
    from crmcli.cli.past import book_on_revision
    from crmcli.reports.against import Side, against
    from crmcli.reports.registry import run_report
    from crmcli.text.phrases import phrase

    there = run_report(book_on_revision(session, other), name, request).table
    total = phrase(session.language, "total") if session.out.draws else ""
    return against(Side(session.options.on or "now", table), Side(other, there), total=total)
