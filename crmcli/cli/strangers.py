"""People in an imported mailbox whom the book does not know: whether they shall be made contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.actions.importing.mail.letter import MailWords, Unknown
    from crmcli.cli.session import Session


def mail_words(session: Session, *, subjects: bool, attachments: bool, add_unknown: bool) -> MailWords:
    """What was said of messages; whoever sits at a terminal is asked about strangers, unless it was said."""
    from crmcli.actions.importing.mail.letter import MailWords  # noqa: PLC0415 - when a file is imported

    offer = _offer(session) if session.may_ask and not session.options.yes else None
    return MailWords(subjects, attachments, add_unknown, offer)


def _offer(session: Session) -> Callable[[Sequence[Unknown]], bool]:
    def offer(strangers: Sequence[Unknown]) -> bool:
        from crmcli.actions.importing.messages import people_lines  # noqa: PLC0415 - where there are any
        from crmcli.cli.questions import YES, ask_line  # noqa: PLC0415

        for line in people_lines(strangers):
            session.out.note(line)
        return ask_line(session, "Make contacts of them? [y/N]").casefold() in YES

    return offer
