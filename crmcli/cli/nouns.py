"""Nouns: every record type of the book's schema is a command, with no code of its own.

`crm TYPES FILTER…` lists; `crm TYPE add|list|edit|VERB …` does one thing with records of that type. The type's
singular, plural and aliases all work; where one word is both singular and plural, a word that is no verb filters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.cli.app import CrmGroup
from crmcli.cli.build import build_command
from crmcli.cli.commands.table import NOUN_COMMANDS, verbs
from crmcli.cli.options import common_options, help_option
from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.cli.click_seam import Command, Context
    from crmcli.model.schema import RecordType, Setup

LIST = NOUN_COMMANDS[0]
SHEET = next(entry for entry in NOUN_COMMANDS if entry.module == "sheet")


class VerbMissingError(UsageError):
    """A noun alone."""

    def __init__(self, type_: RecordType, verbs_: list[str]) -> None:
        super().__init__(
            f"`crm {type_.name}` needs a verb: {', '.join(verbs_)}", hint=f"`crm {type_.plural}` lists {type_.plural}"
        )


def noun_names(setup: Setup) -> list[str]:
    """Every word that is a noun of this book: plural, name and aliases of each type with files."""
    return list(dict.fromkeys(word for type_ in nouns(setup) for word in (type_.plural, type_.name, *type_.alias)))


def nouns(setup: Setup) -> list[RecordType]:
    """The types that have records of their own."""
    return [type_ for type_ in setup.types.values() if not type_.embedded]


def noun_command(setup: Setup, word: str) -> Command | None:
    """Make the command of a noun, or None when no type is called so."""
    for type_ in nouns(setup):
        if word == type_.plural and word not in (type_.name, *type_.alias):
            return plural_command(type_)
        if word in (type_.plural, type_.name, *type_.alias):
            return NounGroup(type_)
    return None


def plural_command(type_: RecordType) -> Command:
    """`crm TYPES FILTER…` lists, `crm TYPES edit FILTER…` opens the list as a sheet."""
    listed = build_command(LIST, noun=type_.name)
    make = listed.make_context

    def choose(info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any) -> Context:  # noqa: ANN401
        if args[:1] == [SHEET.name]:
            sheet = build_command(SHEET, noun=type_.name)
            return sheet.make_context(f"{info_name} {SHEET.name}", args[1:], parent, **extra)
        return make(info_name, args, parent, **extra)

    listed.make_context = choose  # type: ignore[method-assign]
    return listed


class NounGroup(CrmGroup):
    """`crm TYPE`: the verbs of one record type."""

    def __init__(self, type_: RecordType) -> None:
        super().__init__(
            name=type_.name,
            help=f"Work with {type_.plural}",
            params=[*common_options(), help_option()],
            add_help_option=False,
            rich_markup_mode=None,
            invoke_without_command=False,
        )
        self.type = type_
        self.entries = {entry.name: entry for entry in verbs()}

    def list_commands(self, ctx: Context) -> list[str]:
        """Name the verbs that follow a noun."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Make the verb's command, narrowed to this type."""
        del ctx
        entry = self.entries.get(cmd_name)
        return build_command(entry, noun=self.type.name) if entry else None

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Where the noun is its own plural, words without a verb are a filter, and no words list all."""
        if self.type.plural == self.type.name and not (args and (args[0] in self.entries or args[0] == "--help")):
            args = [LIST.name, *args]
        if not args and not ctx.resilient_parsing:
            raise VerbMissingError(self.type, list(self.entries))
        return super().parse_args(ctx, args)
