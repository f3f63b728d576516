"""Turn a command file into a typer command: its arguments, the common options, its help, its refusals."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperOption

from crmcli.cli.commands.table import NOW_ONLY
from crmcli.cli.nearest_name import nearest_name
from crmcli.cli.options import common_options, help_option
from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.cli.click_seam import Context, HelpFormatter
    from crmcli.cli.commands.table import Entry

PACKAGE = "crmcli.cli.commands."


class UnknownOptionError(UsageError):
    """A word that looks like an option and is none of this command's."""

    def __init__(self, option: str, command: str, known: tuple[str, ...]) -> None:
        close = nearest_name(option, known)
        words = f"`{command} --help` lists the options; words that begin with -- go after a lone --"
        super().__init__(f"{command} has no option {option}", hint=f"did you mean {close}?" if close else words)


class NotHeededError(UsageError):
    """A common option that this command cannot heed; doing as if it had would mislead."""

    def __init__(self, option: str, command: str, *, reads: bool) -> None:
        why = {
            "--dry-run": "what it does cannot be tried without doing it",
            "--explain": "it has nothing to explain",
            "--on": "it answers for what is checked out"
            if reads
            else "nothing can be written to another branch from here",
        }
        past = "it answers for now only" if reads else "nothing can be written into the past"
        super().__init__(f"{command} does not take {option}: {why.get(option, past)}")


class CrmCommand(TyperCommand):
    """A command with the common options, plain help, and words that may begin with one dash."""

    noun = ""
    """The type's name when the command was reached through `crm TYPE …`."""
    takes: tuple[str, ...] = ()
    """Of dry_run, explain and as_of those the command heeds; known_at and on go with as_of."""
    reads = False
    """Whether it only reads, but knows no past."""
    shape = ""
    """What its answer is made of: a key of `shapes.SHAPES`; "" leaves formats alone."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Refuse options this command does not have, before `ignore_unknown_options` lets them pass as words."""
        if self.noun and ctx.obj is not None:
            ctx.obj.noun = self.noun
        if ctx.ignore_unknown_options and not ctx.resilient_parsing:
            refuse_unknown_options(self, ctx, args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> object:
        """Run the command, unless an option was given that it would silently ignore."""
        for name in ("dry_run", "explain", "as_of", "known_at", "on"):
            heeded = ("as_of" if name in ("known_at", "on") else name) in self.takes
            if ctx.obj is not None and ctx.obj.given.get(name) and not heeded:
                raise NotHeededError(f"--{name.replace('_', '-')}", ctx.command_path, reads=self.reads)
        if ctx.obj is not None and self.shape and not {"format", "columns", "sort", "limit"}.isdisjoint(ctx.obj.given):
            from crmcli.cli.shapes import SHAPES, refuse_unfit  # noqa: PLC0415 - only where one of them was typed

            refuse_unfit(SHAPES[self.shape], ctx.obj.given, ctx.command_path)
        return super().invoke(ctx)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help of `help_page.py` instead of click's."""
        from crmcli.cli.help_page import command_page  # noqa: PLC0415

        formatter.write(command_page(self, ctx))


def refuse_unknown_options(command: CrmCommand, context: Context, words: list[str]) -> None:
    """Raise for the first `--name` that is no option of the command; what follows a lone `--` is not looked at."""
    options = [option for option in command.get_params(context) if isinstance(option, TyperOption)]
    takes_value = {name: not option.is_flag for option in options for name in option.opts}
    rest = iter(words)
    for word in rest:
        if word == "--":
            return
        name, equals, _value = word.partition("=")
        if name not in takes_value:
            if re.match(r"--[^\W\d_]", word):
                raise UnknownOptionError(name, context.command_path, tuple(takes_value))
        elif takes_value[name] and not equals:
            next(rest, None)


def build_command(entry: Entry, *, noun: str = "") -> CrmCommand:
    """Import the command's file, and only that, and make its command."""
    return command_of(import_module(PACKAGE + entry.module).run, entry, noun=noun)


def command_of(run: Callable[..., None], entry: Entry, *, noun: str = "") -> CrmCommand:
    """Make the command of a `run` function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"ignore_unknown_options": entry.words}
    name = entry.name.split()[-1]
    app.command(name=name, cls=CrmCommand, context_settings=settings, add_help_option=False)(run)
    command = typer.main.get_command(app)
    if not isinstance(command, CrmCommand):  # pragma: no cover - typer keeps `cls`
        raise TypeError(entry.name)
    command.noun = noun
    command.takes = entry.takes
    command.reads = entry.name in NOW_ONLY
    command.shape = entry.shape
    taken = {name for parameter in command.params for name in parameter.opts}
    everywhere = [*common_options(), help_option()]
    command.params.extend(option for option in everywhere if not taken.intersection(option.opts))
    return command
