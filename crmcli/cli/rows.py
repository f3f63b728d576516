"""Row numbers: what the last numbered list showed on this terminal, so that `crm done 3` means its third line.

One small file per terminal in `.crm/rows/`, the place and then one `plural/id` a line; it is replaced by the next numbered list and is
of no use to anybody else. A read-only book keeps none, and numbers are then not understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.model.record import Ref, parse_ref
from crmcli.store import disk
from crmcli.store.machine import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = ".crm/rows"
KEPT_FILES = 50
"""Files of terminals long gone are removed beyond this many, oldest first."""


class RowNumberError(NotFoundError):
    """A number that is no row of this terminal's last list."""

    def __init__(self, number: int, rows: int) -> None:
        why = (
            f"the last list on this terminal has {rows} rows"
            if rows
            else "this terminal has shown no numbered list yet"
        )
        super().__init__(f"no row {number}: {why}", hint="`crm today` or a list such as `crm deals` numbers its rows")


def save_rows(root: Path, terminal: str, refs: Sequence[str]) -> None:
    """Remember the rows just shown; silently not, without a terminal or on a read-only book."""
    if not terminal:
        return
    folder = root / FOLDER
    part = folder / f".{terminal}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text("".join(f"{line}\n" for line in (place_of(root), *refs)), encoding="utf-8")
        part.replace(folder / terminal)
        _forget_old(folder)
    except OSError:
        return


def row_number(root: Path, terminal: str, number: int) -> Ref:
    """Return the record in row `number` (from 1) of this terminal's last list; raise when there is none."""
    rows = _read_rows(root, terminal)
    if not 1 <= number <= len(rows):
        raise RowNumberError(number, len(rows))
    return parse_ref(rows[number - 1])


def _read_rows(root: Path, terminal: str) -> list[str]:
    if not terminal:
        return []
    try:
        place, *rows = disk.read_whole(root / FOLDER / terminal).decode().splitlines()
    except (OSError, ValueError):
        return []
    return rows if place == place_of(root) else []


def _forget_old(folder: Path) -> None:
    files = list(folder.iterdir())
    if len(files) > KEPT_FILES:
        for path in sorted(files, key=lambda file: file.stat().st_mtime)[:-KEPT_FILES]:
            path.unlink(missing_ok=True)
