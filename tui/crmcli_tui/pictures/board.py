"""A board as columns: its open stages with their cards; the closed ones in a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.text.lines import Line, Span, line
from crmcli_tui.widgets.columns import Card, Lane, card_lines

if TYPE_CHECKING:
    from crmcli.reports.views import BoardCard, BoardColumn, BoardView

MARKS = {"late": "! ", "quiet": "~ "}
"""What is late, and what has not moved for longer than its stage allows; as on the command line."""
STYLES = {"late": "late", "quiet": "hold"}
LEGEND = "! late   ~ no move for too long"


def board_lanes(view: BoardView) -> list[Lane]:
    """A column for each stage that is not closed, or has cards."""
    return [_lane(column) for column in view.columns if _is_shown(column)]


def _is_shown(column: BoardColumn) -> bool:
    return bool(column.cards) or column.kind in ("open", "hold")


def _lane(column: BoardColumn) -> Lane:
    name = Span(column.label, "hold" if column.kind == "hold" else "head")
    head = (
        line(name, Span(f"{column.found:,}", "dim")),
        line("", Span(column.total)),
        line("", Span(f"weighted {column.weighted}" if column.weighted else "", "dim")),
    )
    return Lane(column.name, head, [Card(card.ref, partial(_card, card)) for card in column.cards])


def _card(card: BoardCard, cells: int) -> tuple[Line, Line]:
    title = line(Span(MARKS.get(card.mark, ""), STYLES.get(card.mark, "")), Span(card.title, "name"))
    return card_lines(title, card.who, card.amount, cells)


def closed_line(view: BoardView) -> Line:
    """The stages without a column: how many records, how much."""
    parts: list[Span] = []
    for column in view.columns:
        if not _is_shown(column):
            parts += [*([Span("   ")] if parts else []), Span(column.label, "won" if column.kind == "won" else "dim")]
            parts.append(Span(f" {column.found:,}" + (f"  {column.total}" if column.total else ""), "dim"))
    return tuple(parts)
