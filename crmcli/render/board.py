"""A pipeline as columns of cards, as many side by side as the screen has room for."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from crmcli.text.lines import Line, Span, cell, clip_line, line, sides
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.reports.views import BoardCard, BoardColumn, BoardView

LEAST_CELLS = 18
MOST_CELLS = 34
GAP = 2


def board_lines(view: BoardView, width: int, language: str = "en") -> list[Line]:
    """Draw stages with cards side by side, in bands where they do not fit; stages without cards in a line below."""
    drawn = [column for column in view.columns if column.cards or column.kind in ("open", "hold")]
    closed = [column for column in view.columns if column not in drawn]
    lines: list[Line] = [line(Span(view.title, "name"))]
    per_band = max(1, min(len(drawn), (width + GAP) // (LEAST_CELLS + GAP)))
    for start in range(0, len(drawn), per_band):
        lines += [(), *_band(drawn[start : start + per_band], per_band, width, language)]
    if closed:
        parts = [f"{column.label} {column.found}" + (f" ({column.total})" if column.total else "") for column in closed]
        lines += [(), clip_line(line(Span(" · ".join(parts), "dim")), width)]
    return lines + [clip_line(line(Span(note, "dim")), width) for note in view.notes]


def _band(columns: Sequence[BoardColumn], per_band: int, width: int, language: str) -> list[Line]:
    cells = min(MOST_CELLS, (width - GAP * (per_band - 1)) // per_band)
    stacks = [_stack(column, cells, language) for column in columns]
    blank = (Span(" " * cells),)
    rows = []
    for row in zip_longest(*stacks, fillvalue=blank):
        parts: list[Span] = []
        for stack_line in row:
            parts += [*([Span(" " * GAP)] if parts else []), *stack_line]
        rows.append(tuple(parts))
    return rows


def _stack(column: BoardColumn, cells: int, language: str) -> list[Line]:
    """One stage: heading, sum, rule, cards; every line exactly `cells` wide."""
    lines = [
        sides(line(Span(column.label, "head")), line(Span(str(column.found), "dim")), cells),
        (cell(column.total, cells, "dim", right=True),),
        line(Span("─" * cells, "dim")),
    ]
    for card in column.cards:
        lines += _card(card, cells)
    rest = column.found - len(column.cards)
    if rest > 0:
        lines.append((cell(phrase(language, "… {number} more", number=rest), cells, "dim"),))
    return lines


def _card(card: BoardCard, cells: int) -> list[Line]:
    mark = {"late": "! ", "quiet": "~ "}.get(card.mark, "")
    title = cell(mark + card.title, cells, card.mark if card.mark == "late" else "")
    blank: Line = (Span(" " * cells),)
    if not card.amount and not card.who:
        return [(title,), blank]
    return [(title,), sides(line(Span(card.who, "dim")), line(Span(card.amount)), cells), blank]
