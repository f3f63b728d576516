"""Which name somebody may have meant, for hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest_name(word: str, names: Iterable[str]) -> str:
    """Return the one name nearest to `word`, or "" when none is like it."""
    from crmcli.text.nearest import nearest  # noqa: PLC0415 - only for the hint of an error

    return next(iter(nearest(word, names)), "")
