"""The entry point: `crm`, `crmcli` and `python -m crmcli`."""

from __future__ import annotations

import codecs
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session

NAME = "crm"
COLLECT_AFTER = 200_000
"""Objects after which cycles are looked for: never in a small command, bounded in an import."""
COMPLETION_VARIABLES = ("_CRM_COMPLETE", "_CRMCLI_COMPLETE")


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    gc.set_threshold(COLLECT_AFTER, 20, 100)
    from crmcli.cli.session import Session  # noqa: PLC0415 - with typer, whose thousands of objects are no cycles

    _fill_streams()
    _read_text_only()
    session = Session(os.environ, sys.stdin, sys.stdout, sys.stderr)
    leave(run(sys.argv[1:], session))


def _fill_streams() -> None:
    """Open nothing in place of streams that the caller closed, before a file of the book gets the number of one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open as long as we run


def _read_text_only() -> None:
    """Refuse bytes of stdin that are no text, whatever the locale makes Python do with them."""

    def refuse(error: UnicodeError) -> tuple[str, int]:
        from crmcli.cli.not_text import refuse_input  # noqa: PLC0415

        return refuse_input(error)

    codecs.register_error("crm-input", refuse)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="crm-input")


def leave(code: int) -> NoReturn:
    """End the process without taking the interpreter apart first: that costs a fifth of a small command.

    Everything durable is on disk by then and nothing waits for `atexit`; what is still in the streams is written.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # the reader is gone
        code = code or 1
    os._exit(code)


def run(words: Sequence[str], session: Session) -> int:
    """Run one command line; whatever goes wrong becomes a sentence on stderr and the exit code returned."""
    from crmcli.cli.cut_off import note_cut_off  # noqa: PLC0415
    from crmcli.cli.failures import report_failure  # noqa: PLC0415
    from crmcli.errors import FAILED, NOT_FOUND  # noqa: PLC0415

    try:
        code = _dispatch(words, session)
        session.stdout.flush()
        note_cut_off(session)
    except BaseException as error:  # the end of every road
        if isinstance(error, SystemExit):
            raise
        try:
            code = report_failure(_as_told(error, words, session), session)
        except BrokenPipeError:  # nobody reads the sentence either
            code = getattr(error, "exit_code", FAILED)
        if code == NOT_FOUND:  # it may be what the op was about to make
            note_cut_off(session)
    return code


def _as_told(error: BaseException, words: Sequence[str], session: Session) -> BaseException:
    """The failure, or what it means where it comes of bytes that are no text."""
    if isinstance(error, UnicodeEncodeError):
        from crmcli.cli.not_text import told_as_text  # noqa: PLC0415

        return told_as_text(error, words, session.environment) or error
    return error


def _dispatch(words: Sequence[str], session: Session) -> int:
    from crmcli.cli.app import root_group  # noqa: PLC0415
    from crmcli.cli.click_seam import open_context  # noqa: PLC0415

    group = root_group()
    for variable in COMPLETION_VARIABLES:
        if instruction := session.environment.get(variable):
            from crmcli.cli.completion import answer  # noqa: PLC0415

            return answer(group, variable, instruction, session)
    context = open_context(group, NAME, words, session)
    with context:
        group.invoke(context)
    return 0
