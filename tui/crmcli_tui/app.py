"""The program: one desk, the screens over it, themes and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.filter import ANSIToTruecolor, LineFilter
from textual.screen import Screen

from crmcli_tui.desk import GLANCE_SECONDS, Desk, trouble_of
from crmcli_tui.keys import bindings
from crmcli_tui.messages import BookChanged, Progress, Refused, Trouble, Waiting
from crmcli_tui.screens.base import BookScreen
from crmcli_tui.screens.today import TodayScreen
from crmcli_tui.settings import Settings
from crmcli_tui.themes import THEMES

if TYPE_CHECKING:
    from crmcli.store.book import Book


def _board() -> BookScreen:
    from crmcli_tui.screens.board import BoardScreen  # noqa: PLC0415 - not before it is shown

    return BoardScreen()


def _reports() -> BookScreen:
    from crmcli_tui.screens.reports import ReportsScreen  # noqa: PLC0415 - not before it is shown

    return ReportsScreen()


class CrmApp(App[None]):
    """The TUI of one book. `open_` opens the book, in the desk's thread; `glance` None: changes are only looked for when asked."""

    TITLE = "crm"
    CSS_PATH = "crm.tcss"
    BINDINGS = bindings("app")
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (100, "-wide")]  # type: ignore[misc]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-low"), (32, "-high")]  # type: ignore[misc]
    MODES: ClassVar[dict[str, Callable[[], BookScreen]]] = {  # type: ignore[assignment]
        "today": TodayScreen,
        "board": _board,
        "reports": _reports,
    }
    DEFAULT_MODE = "today"

    def __init__(
        self, open_: Callable[[], Book], settings: Settings | None = None, *, glance: float | None = GLANCE_SECONDS
    ) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.desk = Desk(open_, self.post_message, glance=glance)
        self.failed: Trouble | None = None
        """The defect that ended the program, if one did."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme
        self.set_keymap(self.settings.keymap)

    @property
    def keymap(self) -> Mapping[str, str]:
        """The user's keys by `place.action`."""
        return self.settings.keymap

    @property
    def language(self) -> str:
        """The language of the book; English until it is open."""
        return self.desk.language

    def on_load(self) -> None:
        """Begin: the book is opened while the first screen is drawn."""
        self.desk.start()

    def on_unmount(self) -> None:
        """Give the book back."""
        self.desk.stop()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line goes through before the terminal gets it: no colour of the themes is one that the terminal chooses."""
        return [made for made in super().get_line_filters() if not isinstance(made, ANSIToTruecolor)]

    # ---- what the desk says to all ----------------------------------------------------------------------

    def on_book_changed(self) -> None:
        """Something moved: every screen that is open asks again."""
        for screen in self.screen_stack:
            screen.post_message(BookChanged())

    def on_progress(self, message: Progress) -> None:
        """Long work goes on: the screen in front says how far it is."""
        if isinstance(self.screen, BookScreen):
            self.screen.show_progress(message.what, message.done, message.of)

    def on_waiting(self, message: Waiting) -> None:
        """Another process goes first: the screen in front says so."""
        if isinstance(self.screen, BookScreen):
            self.screen.show_note(f"{message.what} …")

    def on_refused(self, message: Refused) -> None:
        """A look for changes failed."""
        for screen in self.screen_stack:
            if isinstance(screen, BookScreen):
                screen.show_trouble(message.trouble)

    # ---- defects ----------------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Keep what a defect says where programs leave such things; who started the program tells the person."""
        self.failed = trouble_of(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave without a traceback over the terminal."""
        self._close_messages_no_wait()

    # ---- keys -------------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show all keys of the screen in front."""
        from crmcli_tui.screens.keys import KeysScreen  # noqa: PLC0415

        if isinstance(self.screen, BookScreen):
            self.push_screen(KeysScreen(self.screen.place, self.keymap, self.language))

    def action_today(self) -> None:
        """Go to the day."""
        self.show_main("today")

    def action_board(self) -> None:
        """Go to the board."""
        self.show_main("board")

    def action_reports(self) -> None:
        """Go to the reports."""
        self.show_main("reports")

    def show_main(self, mode: str) -> Screen[Any]:
        """Show one of the main screens; it asks again what it shows, since it may not have heard of changes."""
        if self.current_mode != mode:
            self.switch_mode(mode)
            self.on_book_changed()
        stack = list(self.screen_stack)
        for _ in stack[1:]:
            self.pop_screen()
        return stack[0]

    def action_search(self) -> None:
        """Find anyone, any text, any action, any view."""
        from crmcli_tui.jumping import jump  # noqa: PLC0415
        from crmcli_tui.screens.search import SearchScreen  # noqa: PLC0415

        if isinstance(self.screen, BookScreen):
            self.push_screen(SearchScreen(self.screen.place), partial(jump, self))

    def action_theme(self) -> None:
        """Change to the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
