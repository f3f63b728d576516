"""The user's pager."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def show_in_pager(command: str, text: str, environment: Mapping[str, str]) -> bool:
    """Show text in the program PAGER names; False when it cannot be started. LESS is FRX unless it is set."""
    import subprocess  # noqa: PLC0415

    try:
        words = shlex.split(command)
        subprocess.run(  # noqa: S603 - the user's own choice of program
            words, input=text, text=True, encoding="utf-8", check=False, env={"LESS": "FRX", **environment}
        )
    except (OSError, ValueError, IndexError):
        return False
    return True
