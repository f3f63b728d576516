"""`crm import FILE --as MAP`: records from a CSV or TSV file."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or TSV file in UTF-8", show_default=False)],
    by: Annotated[str, typer.Option("--as", metavar="MAP", help="The map in imports/: MAP, or MAP.PART of it")] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="TYPE", help="Make records of this type, whatever the map says")
    ] = "",
) -> None:
    """Import records from a CSV or TSV file

    A map, imports/MAP.toml, says which column fills which field, which values are called otherwise here, what makes a row the
    same record, and on which dates stages were entered. A row whose record is there changes what differs; an empty cell
    leaves the field. The same file twice changes nothing. It is one op: `crm undo` takes all of it back.

    Rows that cannot be taken are written with the reason to FILE.rejects.csv in the current folder; the others are
    imported, and the exit code is 6. --dry-run shows the first rows and changes nothing.

    Example:
      crm import leads.csv --as leads --dry-run
      crm import companies.csv --as hubspot
      crm import export-2026-11.csv --as hubspot.deals
    """
    from crmcli.actions.importing.asked import PREVIEW, Asked
    from crmcli.actions.importing.outcome import RowsRefusedError
    from crmcli.actions.importing.run import import_file
    from crmcli.cli.import_summary import preview_lines, summary, summary_line

    session = session_of(ctx)
    out = session.out
    asked = Asked(
        by,
        to,
        dry_run=session.options.dry_run,
        preview=PREVIEW if session.options.limit is None else session.options.limit,
        progress=session.progress.of("rows read") if session.progress else None,
    )
    [outcome] = import_file(session.book, file, asked)
    if session.options.format in ("json", "jsonl"):
        out.json(summary(outcome))
    else:
        out.text(preview_lines(outcome))
        for notice in outcome.notices:
            out.note(notice)
        out.note(summary_line(outcome))
    if outcome.refused:
        raise RowsRefusedError(outcome)
