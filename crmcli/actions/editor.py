"""The person's own editor: VISUAL or EDITOR, run on a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CauseError, CrmError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class NoEditorError(UsageError):
    """No editor is known, or it could not be started."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no editor: {why}", hint="set VISUAL or EDITOR, for example EDITOR=vim")


class EditKeptError(CauseError):
    """The edited text could not be written; it is kept."""

    def __init__(self, error: CrmError, kept: Path) -> None:
        super().__init__(f"{error}\nyour text is kept in {kept}", error)


def run_editor(environment: Mapping[str, str], path: Path, *, terminal: bool = True) -> None:
    """Run the editor on a file and wait for it; without a `terminal` only one that is named. Raises `NoEditorError`."""
    import shlex  # noqa: PLC0415 - few commands edit
    import subprocess  # noqa: PLC0415

    chosen = environment.get("VISUAL") or environment.get("EDITOR")
    if not chosen and not terminal:
        raise NoEditorError("this is no terminal, and none is named")
    try:
        words = shlex.split(chosen or "") or ["vi"]
    except ValueError as error:
        raise NoEditorError(f"{chosen}: {str(error).lower()}") from None
    try:
        done = subprocess.run([*words, str(path)], check=False)  # noqa: S603 - the person's own editor
    except OSError as error:
        raise NoEditorError(f"{words[0]}: {error.strerror}") from None
    if done.returncode:
        raise NoEditorError(f"{words[0]} ended with {done.returncode}; nothing was changed")
