"""`git clone`, with its progress and its questions on the terminal of whoever watches, and without either elsewhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from crmcli.store import git, network


def clone(url: str, target: Path, *, watched: bool) -> str | None:
    """Clone `url` into `target`; None when it is there, else what git said. Raises `GitMissingError` without git."""
    given = network.environment()
    try:
        asking = {} if watched else network.unasked(_settings(given))
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", "clone", *([] if watched else ["--quiet"]), "--", url, os.fspath(target)],  # noqa: S607 - git from PATH
            env=given | asking,
            stdin=None if watched else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if watched else subprocess.PIPE,
            check=False,
        )
    except FileNotFoundError:
        raise git.GitMissingError from None
    if done.returncode == 0:
        return None
    return (done.stderr or b"").decode("utf-8", "replace") or f"exit {done.returncode}"


def check_out_only_branch(repository: git.Repository) -> list[str]:
    """Where the remote's HEAD names a branch that is not there, check out the only one there is; else all there are."""
    said = git.run(repository.top, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin")
    branches = [name for name in said.splitlines() if name != "HEAD"]
    if len(branches) == 1:
        git.run(repository.top, "switch", "-q", "--track", f"origin/{branches[0]}")
    return branches


def _settings(environment: dict[str, str]) -> dict[str, str]:
    """Git's settings outside of any repository."""
    done = subprocess.run(
        ["git", "config", "-z", "--list"],  # noqa: S607 - git from PATH, as the user runs it
        cwd=os.path.abspath(os.sep),  # noqa: PTH100 - the root of this system
        env=environment,
        capture_output=True,
        check=False,
    )
    return network.settings_in(done.stdout.decode("utf-8", "surrogateescape"))
