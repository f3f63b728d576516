"""Where every failure ends: one sentence and a hint on stderr, and the exit code (DESIGN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from crmcli.cli.click_seam import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from crmcli.cli.nearest_name import nearest_name
from crmcli.errors import FAILED, INTERNAL, INTERRUPTED, OK, USAGE, CrmError

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def report_failure(error: BaseException, session: Session) -> int:
    """Tell the person what went wrong and return the process's exit code."""
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, CrmError):
        session.out.error(str(error), error.hint)
        return error.exit_code
    if isinstance(error, ClickException):
        session.out.error(*_usage_sentence(error))
        return USAGE
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        session.out.ask("\n")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return _stop_writing(session)
    if isinstance(error, OSError):
        from crmcli.store.remedy import remedy, system_sentence  # noqa: PLC0415 - only where the disk fails

        session.out.error(system_sentence(error), remedy(error))
        return FAILED
    return _unexpected(error, session)


def _usage_sentence(error: ClickException) -> tuple[str, str]:
    """What click found wrong with the words, in our words, and where the help is."""
    context = error.ctx if isinstance(error, UsageError) else None
    command = context.command_path if context else "crm"
    hint = f"`{command} --help` shows how"
    if isinstance(error, NoSuchOption):
        known = [name for option in context.command.get_params(context) for name in option.opts] if context else []
        close = nearest_name(error.option_name, known)
        return f"{command} has no option {error.option_name}", f"did you mean {close}?" if close else hint
    if isinstance(error, MissingParameter) and error.param and context:
        name = error.param.make_metavar(context).rstrip(".…")
        return f"{command} needs {name}", hint
    if isinstance(error, BadOptionUsage):
        return f"{error.option_name} needs a value", hint
    if isinstance(error, BadParameter) and error.param and context:
        name = error.param.get_error_hint(context).strip("'")
        message = error.message.rstrip(".").replace("is not a valid int", "is no whole number")
        return f"{name}: {message}", hint
    return error.format_message().rstrip("."), hint


def _stop_writing(session: Session) -> int:
    """The reader of stdout has gone (`crm … | head`): nobody to tell, and nothing failed."""
    import os  # noqa: PLC0415

    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, session.stdout.fileno())
    except (OSError, ValueError):
        return OK
    finally:
        os.close(nowhere)
    return OK


def _unexpected(error: BaseException, session: Session) -> int:
    """A defect: one sentence, the traceback in a file, or here with CRM_DEBUG=1."""
    import traceback  # noqa: PLC0415

    from crmcli.store.places import keep_failure  # noqa: PLC0415

    text = "".join(traceback.format_exception(error))
    sentence = f"this should not have happened: {type(error).__name__}: {error}"
    if session.environment.get("CRM_DEBUG") == "1":
        session.out.error(sentence)
        session.out.say(text)
        return INTERNAL
    path = keep_failure(text, session.environment)
    session.out.error(sentence, f"the details are in {path}" if path else "CRM_DEBUG=1 shows the details")
    return INTERNAL
