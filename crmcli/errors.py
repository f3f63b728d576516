"""Errors a person can act on: an exit code, one sentence, a hint.

A leaf class stands beside its raiser, takes typed arguments and writes its own sentence; nothing else
raises `CrmError` directly. What is wrong in *data* is a `Problem`, a value, never an exception.
"""

from __future__ import annotations

from typing import ClassVar

OK, FAILED, USAGE, NOT_FOUND, AMBIGUOUS, CONFLICT, BAD_DATA, VETOED, WAITING = range(9)
INTERNAL, INTERRUPTED = 70, 130


class CrmError(Exception):
    """A failure with a sentence for people (`str(error)`), what to do about it, and the process's exit code."""

    exit_code: ClassVar[int] = FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class CauseError(CrmError):
    """Another failure, told with where it happened or what is kept: its exit code and its hint."""

    def __init__(self, message: str, cause: CrmError) -> None:
        super().__init__(message, hint=cause.hint)
        self.__dict__["exit_code"] = cause.exit_code  # its cause's, not its class's


class UsageError(CrmError):
    """Unknown option, field, stage or choice; a value that cannot be typed."""

    exit_code = USAGE


class NotFoundError(CrmError):
    """No such book, record or op."""

    exit_code = NOT_FOUND


class AmbiguousError(CrmError):
    """Several candidates, and nobody to ask."""

    exit_code = AMBIGUOUS


class ConflictError(CrmError):
    """Somebody changed it meanwhile; nothing was overwritten."""

    exit_code = CONFLICT


class BadDataError(CrmError):
    """A broken file, a newer book, rows that were refused."""

    exit_code = BAD_DATA


class VetoedError(CrmError):
    """A rule of the company says no: next, need, must, lock, gate, hook."""

    exit_code = VETOED


class WaitingError(CrmError):
    """Done as far as possible; an approval is awaited."""

    exit_code = WAITING
