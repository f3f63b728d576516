"""`git clone`, with its progress and its questions on the terminal of whoever watches, and without either elsewhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from crmcli.store.git import GitMissingError

_UNASKED = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
"""Where nobody can answer, git asks for no password and no fingerprint: it fails and says so."""


def clone(url: str, target: Path, *, watched: bool) -> str | None:
    """Clone `url` into `target`; None when it is there, else what git said. Raises `GitMissingError` without git."""
    given = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", "clone", *([] if watched else ["--quiet"]), "--", url, os.fspath(target)],  # noqa: S607 - git from PATH
            env=given if watched else _UNASKED | given,
            stdin=None if watched else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if watched else subprocess.PIPE,
            check=False,
        )
    except FileNotFoundError:
        raise GitMissingError from None
    if done.returncode == 0:
        return None
    return (done.stderr or b"").decode("utf-8", "replace") or f"exit {done.returncode}"
