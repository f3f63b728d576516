"""The one place that touches typer's private copy of click.

typer 0.28 vendors click as `typer._click` and publishes only parts of it. What the command line needs beyond
`typer`, `typer.core` and `typer.main` is named here and nowhere else, so that a new typer is a change to one file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typer._click.core import Command, Context, Parameter
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer._click.formatting import HelpFormatter
from typer._click.globals import get_current_context
from typer._click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from typer.core import TyperGroup

__all__ = [
    "BadOptionUsage",
    "BadParameter",
    "ClickException",
    "Command",
    "CompletionItem",
    "Context",
    "HelpFormatter",
    "MissingParameter",
    "NoSuchOption",
    "Parameter",
    "UsageError",
    "answer_completion",
    "command_line_gave",
    "current_context",
    "open_context",
]


def open_context(
    command: Command,
    name: str,
    words: Sequence[str],
    obj: object,
    *,
    parent: Context | None = None,
    resilient: bool = False,
) -> Context:
    """Parse `words` for `command`; the context carries `obj` to every command below.

    `resilient` makes nothing of missing or wrong words, for looking at a command instead of running it.
    """
    return command.make_context(name, list(words), parent=parent, obj=obj, resilient_parsing=resilient)


def current_context() -> Context:
    """Return the context of the command that runs."""
    return get_current_context()


def command_line_gave(context: Context, parameter: Parameter) -> bool:
    """Whether a person typed this option, in contrast to its default."""
    source = context.get_parameter_source(parameter.name or "")
    return source is not None and source.name == "COMMANDLINE"


def answer_completion(group: TyperGroup, name: str, variable: str, instruction: str, obj: object) -> int:
    """Print what a shell's completion function asked for in the environment variable `variable`."""
    from typer.completion import shell_complete  # noqa: PLC0415

    from crmcli.cli.shells import register_shells  # noqa: PLC0415

    register_shells()
    extra = cast("MutableMapping[str, object]", {"obj": obj})
    return shell_complete(group, extra, name, variable, instruction)
