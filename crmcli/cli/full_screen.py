"""The way into the TUI: what it needs, and what it is given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import INTERNAL, CrmError, UsageError

if TYPE_CHECKING:
    from crmcli.cli.session import Session


class TuiMissingError(UsageError):
    """The extra is not installed."""

    def __init__(self) -> None:
        super().__init__("crm tui needs textual, which is not installed", hint="pip install 'crmcli[tui]'")


class NoScreenError(UsageError):
    """Input, output or stderr, on which the screen is drawn, is no terminal."""

    def __init__(self) -> None:
        super().__init__("crm tui needs a terminal", hint="`crm today` writes the same queue anywhere")


class ScreenFailedError(CrmError):
    """The TUI ended by a defect; the terminal is as it was."""

    exit_code = INTERNAL

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint=hint)


def run_tui(session: Session, theme: str) -> None:
    """Run it until it is left."""
    try:
        from crmcli_tui.app import CrmApp  # noqa: PLC0415 - an extra, and heavy
        from crmcli_tui.settings import read_settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("textual", "crmcli_tui"):
            raise
        raise TuiMissingError from None
    from crmcli.cli.introduction import introduce_gently  # noqa: PLC0415
    from crmcli.store.book import open_book  # noqa: PLC0415

    settings = read_settings(session.environment, theme)
    if not (session.terminal.answers and session.terminal.shows and session.terminal.watches):
        raise NoScreenError
    introduce_gently(session)
    book = session.present
    book.index.close()
    app = CrmApp(partial(open_book, book.root, me=book.me), settings)
    app.run()
    if app.failed:
        raise ScreenFailedError(app.failed.sentence, app.failed.hint)
