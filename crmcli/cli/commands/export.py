"""`crm export FORMAT [TYPE] [FILTER…]`: lists and books as files of other programs."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="FORMAT [TYPE] [FILTER...]", show_default=False)] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write to this file, whole or not at all")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Private fields too")] = False,
    debit: Annotated[
        str, typer.Option("--debit", metavar="ACCOUNT", help="The account of a ledger that gets the amount")
    ] = "",
    credit: Annotated[str, typer.Option("--credit", metavar="ACCOUNT", help="The one it comes from")] = "",
) -> None:
    """Write records for other programs

    FORMAT is csv, tsv, json, jsonl, md, xlsx or parquet for the records of a TYPE, with all of their fields or those of
    --columns; sqlite for the stable views of `crm sql` in a file of their own; book, or jsonl without a TYPE, for
    everything there is, byte for byte, which `crm import` puts into a fresh book. vcard (version 3.0) and vcard4 are
    address cards of the contacts, or of another TYPE: in one file, or where --to names a folder, in files that a phone
    shares, of which only those are written that say something else; ical is tasks as entries to be done, or the
    meetings in the log of a TYPE, in the same ways. hledger and beancount are the won deals as bookings, each on the
    day it was won. Text goes to stdout where no file is named. Fields that the schema calls private are left out unless
    --private or --columns asks for them; of a book nothing is left out. In csv and xlsx no cell is run as a formula.

    Example:
      crm export csv customers lifecycle:customer --to customers.csv
      crm export xlsx deals is:open --columns id,name,amount,close --to deals.xlsx
      crm export sqlite --to book.db
      crm export hledger closed:2026 --to won.journal
      crm export vcard owner:me --to ~/cards
      crm export ical tasks for:me is:open --to ~/todo
      crm export jsonl --to book.jsonl
    """
    from crmcli.cli.exporting import export

    export(session_of(ctx), list(words or ()), to, private=private, accounts=(debit, credit))
