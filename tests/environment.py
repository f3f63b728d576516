"""An environment in which nothing of the machine shows: home, git's identity and settings, clock, language."""

from __future__ import annotations

from pathlib import Path

NOW = "2026-11-20T14:03:11+01:00"
"""A Friday. Transcripts move it with `export CRM_NOW=…`."""

GIT_CONFIG = """\
[user]
\tname = Anna Kern
\temail = anna@example.com
[init]
\tdefaultBranch = main
[commit]
\tgpgSign = false
[core]
\tautocrlf = false
"""


def hermetic_variables(home: Path) -> dict[str, str]:
    """Make `home` (a new folder with an identity for git) and return the variables that point everything at it.

    The clock stays free: `CRM_NOW` is for whoever wants it fixed.
    """
    config = home / ".config"
    config.mkdir(parents=True)
    (home / ".gitconfig").write_text(GIT_CONFIG, encoding="utf-8")
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(config),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Berlin",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "100",
        "LINES": "40",
    }


LEAKS = ("CRM_", "GIT_", "EDITOR", "VISUAL", "PAGER", "LC_", "LANGUAGE", "FORCE_COLOR", "CLICOLOR", "XDG_")
"""Beginnings of variables that change what crm or git do and are taken away."""
