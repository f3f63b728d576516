"""The help of every command, and the overview, as plain text.

The text of a command's help is its `run` function's docstring: the first line is the summary, `Example:` and the
indented lines after it are kept as they are.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from typer.core import TyperOption

from crmcli.cli.commands.table import COMMANDS, PANELS, Entry, entry_named
from crmcli.cli.options import common_options
from crmcli.model.schema import label_of
from crmcli.text.display import pad
from crmcli.text.display import width as cells_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.cli.app import CrmGroup
    from crmcli.cli.click_seam import Command, Context, Parameter
    from crmcli.cli.session import Session

MOST_CELLS = 100
NAME_CELLS = 26
NOUNS_HEADING = "Nouns of this book, `crm TYPES FILTER…` and `crm TYPE add|VERB …`"
COMMON = frozenset(option.opts[0] for option in common_options())


class HelpText(NamedTuple):
    """A docstring's parts."""

    summary: str
    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]


def help_text(docstring: str) -> HelpText:
    """Take a docstring apart."""
    head, _, examples = docstring.partition("Example:\n")
    paragraphs = [" ".join(part.split()) for part in head.split("\n\n") if part.strip()]
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    return HelpText(paragraphs[0].removesuffix(".") if paragraphs else "", tuple(paragraphs[1:]), tuple(lines))


def command_page(command: Command, context: Context) -> str:
    """Write the help of one command."""
    width = _width(context)
    text = help_text(command.help or "")
    own = [option for option in _options(command, context) if option.opts[0] not in COMMON]
    blocks = [
        [text.summary],
        _usage(command, context, width),
        *([*wrap(paragraph, width)] for paragraph in text.paragraphs),
        _section("Arguments", _records(_arguments(command, context), context), width),
        _section("Options", _records(own, context), width),
        _common_section(width),
        ["Example:", *(f"  {example}" for example in text.examples)] if text.examples else [],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def group_page(group: CrmGroup, context: Context) -> str:
    """Write the overview of the root, or of a noun or a group of the table."""
    width = _width(context)
    blocks = [[group.help or ""], [f"Usage: {context.command_path} COMMAND …"]]
    if context.parent is None:
        blocks[1].append("       bare `crm` is `crm today`")
        blocks += [_section(panel, _panel(panel), width) for panel in PANELS]
        blocks.append(_section(NOUNS_HEADING, _nouns(context.obj), width))
        blocks.append(
            _section("Options everywhere, before or after the command", _records(common_options(), context), width)
        )
    else:
        below = getattr(group, "entries", {})
        blocks.append(_section("Commands", [(name, entry.summary) for name, entry in below.items()], width))
        blocks.append(_common_section(width))
    blocks.append([f"`{context.command_path} COMMAND --help` explains one"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def overview_entries(panel: str) -> list[Entry]:
    """The commands of a panel that the overview shows: first words only."""
    return [entry for entry in COMMANDS if entry.panel == panel and " " not in entry.name]


def _panel(panel: str) -> list[tuple[str, str]]:
    return [(entry.name, entry.summary) for entry in overview_entries(panel)]


def _nouns(session: Session | None) -> list[tuple[str, str]]:
    """One line a record type; nothing where there is no readable book."""
    from crmcli.cli.nouns import nouns  # noqa: PLC0415
    from crmcli.errors import CrmError  # noqa: PLC0415

    try:
        setup = session.setup_here() if session else None
    except CrmError:
        setup = None
    if setup is None:
        return []
    rows = []
    for type_ in nouns(setup):
        if entry_named(type_.name):
            continue
        label = label_of(type_.label, setup.config.language, "")
        also = [name for name in (label, *type_.alias) if name and name not in (type_.name, type_.plural)]
        rows.append((f"{type_.name}, {type_.plural}", ", ".join(dict.fromkeys(also))))
    return rows


def _width(context: Context) -> int:
    terminal = context.obj.terminal if context.obj is not None else None
    return min(terminal.width, MOST_CELLS) if terminal else 80


def _usage(command: Command, context: Context, width: int) -> list[str]:
    prefix = f"Usage: {context.command_path} "
    pieces = [piece for parameter in _arguments(command, context) if (piece := parameter.make_metavar(context))]
    pieces = [
        piece if parameter.required else f"[{piece}]"
        for piece, parameter in zip(pieces, _arguments(command, context), strict=True)
    ]
    return wrap(" ".join([*pieces, "[OPTIONS]"]), width, initial_indent=prefix, subsequent_indent=" " * len(prefix))


def _arguments(command: Command, context: Context) -> list[Parameter]:
    return [parameter for parameter in command.get_params(context) if parameter.param_type_name == "argument"]


def _options(command: Command, context: Context) -> list[TyperOption]:
    return [
        parameter
        for parameter in command.get_params(context)
        if isinstance(parameter, TyperOption) and not parameter.hidden and parameter.opts[0] != "--help"
    ]


def _records(parameters: Iterable[Parameter], context: Context) -> list[tuple[str, str]]:
    records = [record for parameter in parameters if (record := parameter.get_help_record(context))]
    return [(name, text.removesuffix("[required]").rstrip()) for name, text in records]


def _common_section(width: int) -> list[str]:
    names = " ".join(option.opts[0] for option in common_options())
    return [
        "Everywhere: (`crm --help` explains them)",
        *wrap(names, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False),
    ]


def _section(heading: str, rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """A heading and aligned name and text pairs; nothing without rows."""
    if not rows:
        return []
    column = min(NAME_CELLS, max(cells_of(name) for name, _ in rows)) + 4
    lines = [f"{heading}:"]
    for name, text in rows:
        parts = wrap(text, max(20, width - column)) or [""]
        if cells_of(name) > column - 4:
            lines.append(f"  {name}")
            name = ""  # noqa: PLW2901
        lines.append(f"  {pad(name, column - 2)}{parts[0]}".rstrip())
        lines += [" " * column + part for part in parts[1:]]
    return lines
