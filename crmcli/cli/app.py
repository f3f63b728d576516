"""The root command: verbs from the table, nouns from the book's schema, aliases, and `crm-foo` on PATH.

Nothing is imported for a command that was not asked for: the overview is written from the table, and the book's
schema is read only where the first word is no verb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup, TyperOption

from crmcli.cli.build import UnknownOptionError, build_command
from crmcli.cli.click_seam import NoSuchOption, current_context
from crmcli.cli.commands.table import Entry, entries_below, entry_named, top_names
from crmcli.cli.nearest_name import nearest_name
from crmcli.cli.options import common_options, help_option, note_whose_book
from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.cli.click_seam import Command, Context, HelpFormatter, Parameter
    from crmcli.cli.session import Session

HOME = "today"
"""What bare `crm` runs."""


class UnknownCommandError(UsageError):
    """The first word is neither verb nor noun nor alias."""

    def __init__(self, word: str, known: tuple[str, ...], *, before: str, book: bool) -> None:
        close = nearest_name(word, known)
        outside = "nouns such as `customer` come from a book, and there is none here" if not book else ""
        hint = f"did you mean `{before} {close}`?" if close else outside or f"`{before} --help` lists them"
        super().__init__(f"`{before}` knows no command {word!r}", hint=hint)


class CrmGroup(TyperGroup):
    """A group whose commands are made when asked for."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Name the nearest option where one is unknown."""
        try:
            return super().parse_args(ctx, args)
        except NoSuchOption as error:
            known = tuple(name for option in self.get_params(ctx) for name in option.opts)
            raise UnknownOptionError(error.option_name, ctx.command_path, known) from None

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the command of the first word, or say which one is nearest."""
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            book = ctx.obj.root is not None
            raise UnknownCommandError(args[0], tuple(self.list_commands(ctx)), before=ctx.command_path, book=book)
        return args[0], command, args[1:]

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the overview of `help_page.py` instead of click's."""
        from crmcli.cli.help_page import group_page  # noqa: PLC0415

        formatter.write(group_page(self, ctx))


class TableGroup(CrmGroup):
    """A group of the table, such as `crm hook`."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(
            name=entry.name,
            help=entry.summary,
            rich_markup_mode=None,
            params=[*common_options(), help_option()],
            add_help_option=False,
        )
        self.entries = {below.name.split()[1]: below for below in entries_below(entry.name)}

    def list_commands(self, ctx: Context) -> list[str]:
        """Name the commands below, in the order of the table."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Make the command asked for."""
        del ctx
        entry = self.entries.get(cmd_name)
        return build_command(entry) if entry else None


class RootGroup(CrmGroup):
    """`crm` itself."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Name the verbs of the table and the nouns of the book."""
        from crmcli.cli.nouns import noun_names  # noqa: PLC0415

        setup = ctx.obj.setup_here() if ctx.obj else None
        return [*top_names(), *(noun_names(setup) if setup else ())]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Make the verb's command, else the noun's; None for anything else."""
        entry = entry_named(cmd_name)
        if entry:
            return build_command(entry) if entry.module else TableGroup(entry)
        setup = ctx.obj.setup_here() if ctx.obj else None
        if setup is None:
            return None
        from crmcli.cli.nouns import noun_command  # noqa: PLC0415

        return noun_command(setup, cmd_name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Try verbs and nouns, then the book's aliases, then a program `crm-foo` on PATH."""
        if ctx.obj is not None and not entry_named(args[0]):
            note_whose_book(ctx.obj.given, args[1:])
        command = self.get_command(ctx, args[0])
        if command is not None or ctx.resilient_parsing:
            return args[0], command, args[1:]
        from crmcli.cli.aliases import expand_alias, run_program  # noqa: PLC0415

        session: Session = ctx.obj
        words = expand_alias(session.setup_here(), args, lambda name: self.get_command(ctx, name) is not None)
        if words:
            return words[0], self.get_command(ctx, words[0]), words[1:]
        run_program(args, book=session.given_book)
        return super().resolve_command(ctx, args)


def root_group() -> RootGroup:
    """Make the root with the common options and `--version`."""
    version = TyperOption(
        param_decls=["--version"],
        help="Show the version",
        is_flag=True,
        default=False,
        is_eager=True,
        callback=_version,
        expose_value=False,
    )
    return RootGroup(
        name="crm",
        help="Customers, deals and tasks in a folder of plain files",
        params=[*common_options(), version, help_option()],
        add_help_option=False,
        callback=lambda: _home(current_context()),
        invoke_without_command=True,
        rich_markup_mode=None,
    )


def _home(ctx: Context) -> None:
    """Run `crm today` where no command was named."""
    if ctx.invoked_subcommand is None and isinstance(ctx.command, RootGroup):
        command = ctx.command.get_command(ctx, HOME)
        if command is None:
            raise UnknownCommandError(HOME, (), before="crm", book=True)
        with command.make_context(HOME, [], parent=ctx) as below:
            command.invoke(below)


def _version(context: Context, _parameter: Parameter, value: object) -> None:
    if value:
        from crmcli import __version__  # noqa: PLC0415

        context.obj.out.text([f"crm {__version__}"])
        context.exit()
