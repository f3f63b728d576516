"""`crm import FILE… --as MAP`: records from files of other programs."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of

_ENCODING = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="How a text file is encoded, in place of what it tells")
]
_DECIMAL = Annotated[
    str, typer.Option("--decimal", metavar=",|.", help="The decimal sign, where a column does not prove it")
]
_DATES = Annotated[
    str, typer.Option("--dates", metavar="dmy|mdy", help="What comes first in dates, where a column does not prove it")
]
_SAVE = Annotated[
    str, typer.Option("--save", metavar="NAME", help="Keep the map the file is taken by as imports/NAME.toml")
]
_ADD_FIELDS = Annotated[
    bool, typer.Option("--add-fields", help="Make fields for the columns that a proposed map has none for")
]
_SHEET = Annotated[str, typer.Option("--sheet", metavar="NAME", help="Only this sheet of a workbook")]
_SUBJECTS = Annotated[bool, typer.Option("--subjects", help="Of messages only the subject")]
_ATTACHMENTS = Annotated[bool, typer.Option("--attachments", help="Keep the files of messages in files/")]
_ADD_UNKNOWN = Annotated[
    bool, typer.Option("--add-unknown", help="Make contacts of people in messages the book does not know")
]


def run(  # noqa: PLR0913, PLR0917 - the options of the command
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="CSV, TSV, Excel, JSON, cards, calendars, mail", show_default=False),
    ],
    by: Annotated[
        str, typer.Option("--as", metavar="MAP|FORMAT", help="The map in imports/: MAP, or MAP.PART of it; or a format")
    ] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="TYPE", help="Make records of this type, whatever the map says")
    ] = "",
    prefer: Annotated[
        str, typer.Option("--prefer", metavar="ours|theirs", help="Whose value counts where both changed it")
    ] = "",
    encoding: _ENCODING = "",
    decimal: _DECIMAL = "",
    dates: _DATES = "",
    save: _SAVE = "",
    add_fields: _ADD_FIELDS = False,
    sheet: _SHEET = "",
    subjects: _SUBJECTS = False,
    attachments: _ATTACHMENTS = False,
    add_unknown: _ADD_UNKNOWN = False,
) -> None:
    """Import records from files of other programs

    A map, imports/MAP.toml, says which column fills which field, which values are called otherwise here, what makes a
    row the same record, and on which dates stages were entered. An empty cell leaves the field. Imported again, a file
    changes what changed in it since; what changed here stays. Where both changed, what is here stays and is listed in
    FILE.conflicts.csv in the current folder (exit code 6), unless --prefer says whose value counts. Each file is one
    op: `crm undo` takes all of it back; one that cannot be taken keeps no other out.

    Rows that cannot be taken are written with the reason to FILE.rejects.csv in the current folder; the others are
    imported, and the exit code is 6. --dry-run shows the first rows and changes nothing.

    Without --as a file is taken by the map that knows its columns; maps for HubSpot, Salesforce, Pipedrive, Google Contacts,
    Outlook, LinkedIn and a Chinese sales sheet come with the program. Where none does, a map is proposed from header and
    values, with a reason for each column, and asked about; --save keeps it, to be edited and used with --as.

    Messages (mbox, Maildir, .eml) become lines of the log of the customer and the people they were exchanged with, each once;
    address cards (.vcf) contacts, calendars (.ics) tasks and meetings, one file or a folder of them: `crm export` gives them back.

    Example:
      crm import leads.csv --save leads --dry-run
      crm import leads.csv --as leads
      crm import companies.csv --as hubspot
      crm import export-2026-11.csv --as hubspot.deals --prefer theirs
      crm import umsatz.csv --as sales --decimal , --dates dmy
      crm import ~/Maildir/.crm --add-unknown
    """
    from crmcli.actions.importing.asked import Asked, Choices
    from crmcli.cli.importing import import_files
    from crmcli.cli.proposing import MapWishes
    from crmcli.cli.strangers import mail_words

    session = session_of(ctx)
    mail = mail_words(session, subjects=subjects, attachments=attachments, add_unknown=add_unknown)
    asked = Asked(by, to, prefer, decimal, dates, Choices(encoding, sheet), mail=mail)
    import_files(session, files, asked, MapWishes(save, add_fields))
