"""The commands, one per file, found through `table.py`; importing this package imports none of them.

Every command file has the same shape:

    \"\"\"`crm done WHO… [TEXT]`: finish tasks.\"\"\"

    from typing import Annotated

    import typer

    from crmcli.cli.arguments import Who              # the arguments that several commands share
    from crmcli.cli.session import session_of


    def run(ctx: typer.Context, who: Who, next_step: Annotated[str, typer.Option("--next", help="…")] = "") -> None:
        \"\"\"Finish tasks                                the line of `crm --help`: imperative, no full stop,
                                                     word for word the summary in table.py
        What it does, in a paragraph or two, for the command's own help.

        Example:
          crm done 3
          crm done li-wei,acme called back --next 'fri send the offer'
        \"\"\"
        session = session_of(ctx)                    # options, book, out, questions: all a command may touch
        from crmcli.actions.done import finish_tasks      # actions and reports are imported inside

        outcome = finish_tasks(session.book, …)
        session.out.changed(outcome.refs)            # ids when piped, a sentence on a terminal

A command parses words, calls one action or report, and prints through `session.out`. It holds no rule of its own,
prints nothing itself, catches no `CrmError`, and returns nothing; exit codes come from the errors' classes.
There is no `from __future__ import annotations`: typer reads the annotations. WHO words go through `cli/who.py`.
Common options (`--format`, `--dry-run`, …) are not declared: they are on every command and in `session.options`.
A command that takes FILTER or WORD says so with `words=True` in its line of table.py, so that `-churned` and `-30d`
reach it as words; such a command has long options only. Under `crm TYPE VERB`, `session.noun` is the type's name.
"""
