"""Rights as anybody has them: what a page shows must not depend on whether root runs the tests."""

from __future__ import annotations

import os
import sys
from ctypes import CDLL, Structure, byref, c_int, c_uint32, get_errno

VERSION = 0x20080522
"""_LINUX_CAPABILITY_VERSION_3: two words for each set (capget(2))."""

DAC_OVERRIDE, DAC_READ_SEARCH = 1, 2
"""To write and to read whatever the mode of a file says (capabilities(7))."""


class _Header(Structure):
    _fields_ = (("version", c_uint32), ("pid", c_int))


class _Word(Structure):
    _fields_ = (("effective", c_uint32), ("permitted", c_uint32), ("inheritable", c_uint32))


def be_like_anybody() -> None:
    """Give up, in this process, root's right to pass by the modes of files; everybody else has no such right."""
    if os.geteuid() or sys.platform != "linux":
        return
    kernel = CDLL(None, use_errno=True)
    header, words = _Header(VERSION, 0), (_Word * 2)()
    _done(kernel.capget(byref(header), words))
    keep = ~(1 << DAC_OVERRIDE | 1 << DAC_READ_SEARCH)
    for name in ("effective", "permitted", "inheritable"):
        setattr(words[0], name, getattr(words[0], name) & keep)
    _done(kernel.capset(byref(header), words))


def _done(outcome: int) -> None:
    if outcome:
        raise OSError(get_errno(), os.strerror(get_errno()))
