"""`crm undo [OP]`: take an op back."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.session import session_of

if TYPE_CHECKING:
    from crmcli.actions.undo import DoneOp


def run(
    ctx: typer.Context,
    op: Annotated[str, typer.Argument(metavar="OP", help="An op's id; the newest of this clone when left out")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Show the last ops instead")] = False,
    everybody: Annotated[bool, typer.Option("--all", help="Show the last ops of everybody")] = False,
    what_fits: Annotated[
        bool, typer.Option("--what-fits", help="Undo what can be, though something changed since")
    ] = False,
) -> None:
    """Take an op back

    Without OP the newest of this clone that is not undone. Every field must still hold what the op wrote. It is a new
    op; undoing it redoes the first.

    Example:
      crm undo
      crm undo --list
      crm undo --all --limit 50
      crm undo 01KAMZ3E --dry-run
    """
    from crmcli.actions.undo import recent_ops, undo, verb_of
    from crmcli.cli.shapes import SHAPES, refuse_unfit
    from crmcli.cli.telling import tell
    from crmcli.model.ids import SHORT_ULID
    from crmcli.reports.telling import named

    session = session_of(ctx)
    if listed or everybody:
        ops = recent_ops(session.book, session.out.limit_or(20), everybody=everybody)
        _show(ctx, ops, "Ops of everybody" if everybody else "Ops of this clone")
        return
    refuse_unfit(SHAPES["ids"], session.given, ctx.command_path)
    outcome = undo(session.book, op, what_fits=what_fits, dry_run=session.options.dry_run)
    undone = next((str(event.more["undoes"]) for event in outcome.events if "undoes" in event.more), "")
    what = verb_of(session.book, undone)
    redo = f"to redo it: crm undo {outcome.op[:SHORT_ULID]}"
    tell(session, outcome, f"undone: {what} of {named(session.book, outcome) if outcome.refs else 'nothing'}; {redo}")


def _show(ctx: typer.Context, ops: "list[DoneOp]", title: str) -> None:
    from crmcli.reports.cells import INTEGER, TEXT
    from crmcli.reports.forms import moment
    from crmcli.reports.table import Column, Table

    session = session_of(ctx)
    forms = {"events": INTEGER, "at": moment(session.book.zone)}
    names = ("op", "at", "by", "via", "cmd", "events", "on", "undone")
    columns = tuple(Column(name, name.capitalize(), forms.get(name, TEXT)) for name in names)
    rows = [(o.op, o.at, o.by, o.via, o.cmd, o.events, o.on, "undone" if o.undone else None) for o in ops]
    session.out.rows(Table(columns, rows, title=title, found=len(rows), key="op"))
