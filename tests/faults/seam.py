"""Faults at the one place that writes: the n-th step of `store/disk.py` fails, or is the last the process does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from crmcli.store import disk

STEPS = (
    "make_folder", "write_new", "rewrite", "sync_file", "append", "truncate", "replace", "link", "remove", "remove_folder",
    "sync_folder", "sync_all",
)  # fmt: skip

WRITING = ("append", "write_new", "rewrite")
"""Steps that write bytes, so that a part of them may be written."""

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC))


class Died(BaseException):
    """The process is no more: no handler catches it, and no further step has any effect."""


class Fault:
    """Counts the steps and spoils one. `when`: before, partly (only of what writes bytes), after; `onward`: and all later."""

    def __init__(self, at: int = -1, *, when: str = "before", dies: bool = False) -> None:
        self.at = at
        self.when = when
        self.dies = dies
        self.count = 0
        self.names: list[str] = []
        self._dead = False
        self._inside = False

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put the fault in front of every step."""
        for name in STEPS:
            patch.setattr(disk, name, self._wrapped(name, getattr(disk, name)))

    def _wrapped(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **keywords: object) -> object:
            if self._dead:
                raise Died
            if self._inside:  # a step that is made of steps
                return real(*args, **keywords)
            number, self.count = self.count, self.count + 1
            self.names.append(name)
            if self.when == "onward" and number > self.at >= 0:
                return self._fail()
            if number != self.at:
                return real(*args, **keywords)
            if self.when == "partly" and name in WRITING:
                _write_half(*args[:2], over=name == "rewrite")
            elif self.when == "after":
                self._inside = True
                try:
                    real(*args, **keywords)
                finally:
                    self._inside = False
            return self._fail()

        return step

    def _fail(self) -> object:
        if self.dies:
            self._dead = True
            raise Died
        code = ERRORS[self.at % len(ERRORS)]
        raise OSError(code, os.strerror(code))


def _write_half(path: object, content: object, *, over: bool) -> None:
    assert isinstance(path, (str, Path))
    assert isinstance(content, bytes)
    with suppress(OSError), Path(path).open("r+b" if over else "ab") as file:
        file.write(content[: len(content) // 2])
