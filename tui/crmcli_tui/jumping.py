"""What follows from a choice in the search: a record, an action, a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.views_of_book import BOARD, REPORT
from crmcli_tui.pictures.found import DO, GO, TEXT, VIEW
from crmcli_tui.screens.board import BoardScreen
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.screens.records import RecordsScreen
from crmcli_tui.screens.reports import ReportsScreen

if TYPE_CHECKING:
    from crmcli_tui.app import CrmApp


def jump(app: CrmApp, key: str | None) -> None:
    """Go there, or do it; None when the search was left."""
    if not key:
        return
    for kind in (GO, TEXT):
        if key.startswith(kind):
            app.push_screen(RecordScreen(key.removeprefix(kind)))
    if key.startswith(DO):
        place, _, name = key.removeprefix(DO).partition(".")
        app.call_later(app.run_action, f"{'app' if place == 'app' else 'screen'}.{name}")
    if key.startswith(VIEW):
        _look_at(app, *key.removeprefix(VIEW).split(".", 2))


def _look_at(app: CrmApp, kind: str, type_name: str, name: str) -> None:
    if kind == BOARD:
        screen = app.show_main("board")
        if isinstance(screen, BoardScreen):
            screen.choose(name)
    elif kind == REPORT:
        screen = app.show_main("reports")
        if isinstance(screen, ReportsScreen):
            screen.choose(name)
    else:
        app.push_screen(RecordsScreen(f"+{name}", type_name, f"+{name}"))
