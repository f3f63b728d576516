"""A move that began with one key and lacks something: the form of moves, at its stage, with what was said."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.reports.stage_choices import Movable
from crmcli_tui.forms.move import MoveForm
from crmcli_tui.messages import Trouble
from crmcli_tui.widgets.rows import Rows


class OnwardForm(MoveForm):
    """Begins where the move was refused."""

    def __init__(self, refs: Sequence[str], stage: str, trouble: Trouble) -> None:
        super().__init__(refs)
        self._stage = stage
        self._first: Trouble | None = trouble

    def _show(self, movables: Sequence[Movable]) -> None:
        super()._show(movables)
        trouble, self._first = self._first, None
        if trouble:
            place = next((n for n, movable in enumerate(movables) if movable.refs == self.refs), 0)
            self.query_one(Rows).go(f"{place}:{self._stage}")
            self.refused(trouble)
