"""`crm show WHO…`: everything about a record."""

import typer

from crmcli.cli.arguments import Who
from crmcli.cli.session import session_of
from crmcli.cli.shapes import SHAPES, refuse_unfit
from crmcli.cli.who import find_records


def run(ctx: typer.Context, who: Who) -> None:
    """Show everything about a record

    Fields and tags, the stages with the time in the present one, what refers to it, and what happened: the log of it
    and of its parts, with every change. --limit sets how many lines of that, 0 shows all.

    In a pipe it is the record's file as it stands; --format plain is the page, --format json one object per record
    with `id type path title fields tags created archived stage_since body related timeline problems unknown`.

    Example:
      crm show acme
      crm show 3 --limit 0
      crm show acme --format json
    """
    from crmcli.reports.record_page import TIMELINE_LINES, record_object, record_page

    session = session_of(ctx)
    options = session.options
    if options.format not in ("tsv", "csv"):
        refuse_unfit(SHAPES["record"]._replace(arranges=False), session.given, ctx.command_path)
    refs = find_records(session, who)
    lines = TIMELINE_LINES if options.limit is None else options.limit or None
    name = options.format or ("plain" if session.terminal.shows else "md")
    if name == "ids":
        session.out.ids(refs)
    elif name == "md":
        from crmcli.reports.record_file import record_text

        for ref in refs:
            session.out.raw(record_text(session.book, ref))
    elif name in ("json", "jsonl"):
        objects = [record_object(session.book, ref, lines) for ref in refs]
        for value in [objects] if name == "json" and len(objects) > 1 else objects:
            session.out.json(value)
    elif name in ("tsv", "csv"):
        from crmcli.reports.record_file import field_table

        session.out.rows(field_table(session.book, refs))
    else:
        from crmcli.render.record import record_lines

        pages = [
            record_lines(record_page(session.book, ref, lines), session.terminal.width, session.language)
            for ref in refs
        ]
        session.out.lines([line for number, page in enumerate(pages) for line in ([(), *page] if number else page)])
