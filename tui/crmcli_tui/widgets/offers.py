"""What may be meant by what is being typed, in one line: one after the other is taken with a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.text.lines import Line, Span, line_width
from crmcli_tui.widgets.bar import Bar

if TYPE_CHECKING:
    from crmcli.reports.suggest.filling import Offer


class Offers(Bar):
    """Shows offers for a piece of text; `take` gives the next one, `is_taken` knows it again where it was put."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._offers: Sequence[Offer] = ()
        self._taken = -1

    @property
    def words(self) -> list[str]:
        """The words that are offered."""
        return [offer.word for offer in self._offers]

    def offer(self, found: Sequence[Offer]) -> None:
        """Offer others."""
        self._offers, self._taken = found, -1
        self._redraw()

    def is_taken(self, piece: str) -> bool:
        """Whether a piece is the offer taken last: then the same ones are still offered."""
        return self._taken >= 0 and self._offers[self._taken].word == piece

    def take(self, by: int) -> str | None:
        """The next offer, or the one before; None where there is none."""
        if not self._offers:
            return None
        self._taken = (self._taken + by) % len(self._offers) if self._taken >= 0 or by > 0 else len(self._offers) - 1
        self._redraw()
        return self._offers[self._taken].word

    def _redraw(self) -> None:
        self.show(lambda width: _line(self._offers, self._taken, width))


def _line(offers: Sequence[Offer], taken: int, width: int) -> Line:
    """As many offers as fit, from the one that was taken on; what is said of it behind its name."""
    first = max(0, taken)
    parts: list[Span] = [Span("Tab ", "key")] if offers else []
    for number, offer in enumerate(offers[first:], first):
        here = number == taken
        piece = [Span(f" {offer.label} ", "here" if here else "dim")]
        if here and offer.says:
            piece.append(Span(f"{offer.says}  ", "dim"))
        if number > first and line_width((*parts, *piece)) > width:
            break
        parts += piece
    return tuple(parts)
