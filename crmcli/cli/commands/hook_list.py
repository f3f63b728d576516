"""`crm hook list`: the book's hooks."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.answers import write_rows
from crmcli.cli.session import session_of

if TYPE_CHECKING:
    from crmcli.actions.hook import HookLine


def run(
    ctx: typer.Context,
    shipped: Annotated[bool, typer.Option("--shipped", help="List what comes with the program instead")] = False,
) -> None:
    """List the book's hooks

    With each its phase, what it waits for and whether it may run on this machine.

    Example:
      crm hook list
      crm hook list --shipped
    """
    from crmcli.actions.hook import list_hooks, shipped_hooks
    from crmcli.engines.hooking import site_of
    from crmcli.reports.table import Column, Table

    session = session_of(ctx)
    if shipped:
        rows = [(hook.name, hook.summary) for hook in shipped_hooks()]
        heads = (Column("name", "Hook"), Column("summary", "What it does"))
        session.out.rows(Table(heads, rows, found=len(rows), key="name"))
        return
    found = [
        (line.name, line.state, line.hook.phase if line.hook else None, _waits_for(line))
        for line in list_hooks(site_of(session.book))
    ]
    columns = tuple(Column(name, name.capitalize()) for name in ("name", "state", "phase", "trigger"))
    table = Table(columns, found, found=len(found), key="name")
    write_rows(session, table, "no hooks; `crm hook list --shipped` shows what comes with the program", numbered=False)


def _waits_for(line: "HookLine") -> str:
    if line.hook is None:
        return "; ".join(problem.message for problem in line.problems)
    return ", ".join(trigger.text for trigger in line.hook.triggers)
