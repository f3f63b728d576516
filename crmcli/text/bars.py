"""Bars: a share drawn in eighths of a cell."""

from __future__ import annotations

BAR_CELLS = 20
EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(share: float, cells: int = BAR_CELLS) -> str:
    """Draw a fraction of 1 as a bar of at most `cells`; anything above nothing shows at least an eighth."""
    share = min(max(share, 0.0), 1.0)
    eighths = round(share * cells * 8)
    if share > 0:
        eighths = max(1, eighths)
    whole, part = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[part] if part else "")


def shares(values: list[float | None]) -> list[float]:
    """Each value as a share of the greatest; 0 for empty and negative ones."""
    greatest = max((value for value in values if value is not None), default=0.0)
    return [value / greatest if value and value > 0 and greatest > 0 else 0.0 for value in values]
