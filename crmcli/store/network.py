"""The environment in which git reaches another machine: nothing leads it elsewhere, and where nobody can answer, nothing asks."""

from __future__ import annotations

import os
from collections.abc import Mapping

_ELSEWHERE = frozenset(
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_NAMESPACE",
     "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
     "GIT_QUARANTINE_PATH", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"],
)  # fmt: skip
"""What a git that called us (a hook) has set, and what would lead away from the repository that is meant."""

_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "GCM_INTERACTIVE": "never"}


def environment() -> dict[str, str]:
    """The caller's variables, without those that lead git elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}


def unasked(settings: Mapping[str, str]) -> dict[str, str]:
    """The variables under which nothing that git starts asks for a password or a fingerprint: it fails and says so.

    `settings` are git's own, by name in small letters. An ssh with options that nobody knows is left as it is.
    """
    program = os.environ.get("GIT_SSH_COMMAND") or settings.get("core.sshcommand", "")
    if not program and (os.environ.get("GIT_SSH") or settings.get("ssh.variant", "")):
        return _QUIET
    return _QUIET | {"GIT_SSH_COMMAND": f"{program or 'ssh'} -o BatchMode=yes"}


def settings_in(text: str) -> dict[str, str]:
    """What `git config -z --list` printed: the last value of each name, "true" for a name without one."""
    entries = (entry.partition("\n") for entry in text.split("\0") if entry)
    return {name: value if separator else "true" for name, separator, value in entries}
