"""The folders of the user's own settings and leavings, outside every book (XDG Base Directory)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def config_folder(environment: Mapping[str, str]) -> Path:
    """Where the user's settings are: `$XDG_CONFIG_HOME/crm`, else what the system has for it."""
    given = environment.get("XDG_CONFIG_HOME", "")
    if given.startswith("/"):
        return Path(given, "crm")
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("crm")


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where what went wrong is kept: `$XDG_STATE_HOME/crm`, else what the system has for it."""
    given = environment.get("XDG_STATE_HOME", "")
    if given.startswith("/"):
        return Path(given, "crm")
    from platformdirs import user_state_path  # noqa: PLC0415

    return user_state_path("crm")


def keep_failure(text: str, environment: Mapping[str, str]) -> Path | None:
    """Save a traceback where the user's programs leave such things; the newest replaces the one before.

    None where nothing can be kept.
    """
    path = state_folder(environment) / "last-failure.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        return None
    return path
