"""`crm merge-file BASE OURS THEIRS PATH`: what git calls to merge one record."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The common version (%O)", show_default=False)],
    ours: Annotated[
        Path, typer.Argument(metavar="OURS", help="Our version (%A); takes the result", show_default=False)
    ],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="Their version (%B)", show_default=False)],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Where the file belongs (%P)", show_default=False)] = "",
) -> None:
    """Merge a record for git

    The merge driver that `crm init` sets up (merge.crm.driver); people need it in git's configuration only. Exits 0 when
    everything merged, 5 when conflicts are left between markers; any other code means that nothing was written.

    Example:
      git config merge.crm.driver
    """
    from crmcli.errors import CONFLICT
    from crmcli.model.record import BODY
    from crmcli.store.merge_driver import merge_files
    from crmcli.store.merging import WHOLE

    found = merge_files(base, ours, theirs, path or str(ours))
    if not found.conflict:
        return
    names = {WHOLE: "the file as a whole", BODY: "the text"}
    listed = ", ".join(names.get(conflict.name, conflict.name) for conflict in found.fields)
    session_of(ctx).out.note(f"{path}: {listed or 'lines'} changed on both sides; `crm resolve` shows them")
    raise typer.Exit(CONFLICT)
