"""Who is at the keyboard: asked once on a machine where neither `.crm/me` nor git's e-mail names a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.questions import DeclinedError, ask_text

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.model.record import Ref
    from crmcli.store.book import Book

NEW, NO_MEMBER = "somebody new", "no member: I only look"


def introduce(session: Session, book: Book) -> str:
    """Ask which member it is and remember it for this machine; what is known already where nobody can be asked.

    Raises `DeclinedError` for an empty answer.
    """
    from crmcli.store.identity import save_me, saved_me  # noqa: PLC0415

    if not session.may_ask or "member" not in book.setup.types or saved_me(book):
        return book.me
    mail = book.me
    session.out.note("who are you? it is asked once, and stays on this machine")
    members = _members(book)
    picked = session.choose("you are", [*(name for _, name in members), NEW, *([NO_MEMBER] if mail else [])])
    if picked is None:
        return mail
    if picked < len(members):
        me = members[picked][0]
    elif picked == len(members):
        me = _join(session, book).id
    else:
        me = mail
    save_me(book, me)
    session.out.note(f"{me} works on this machine; `crm config me` says another")
    return me


def introduce_gently(session: Session) -> None:
    """For a command that only reads: ask whom it is for, and go on without an answer."""
    book = session.present
    if not book.me or "@" in book.me:
        try:
            book.identify(introduce(session, book))
        except DeclinedError:
            return


def _members(book: Book) -> list[tuple[str, str]]:
    plural = book.setup.types["member"].plural
    found = book.index.rows(
        f'SELECT id, coalesce("_title", id) FROM "rec_{plural}" WHERE archived IS NULL ORDER BY 2, 1'  # noqa: S608 - ours
    )
    return [(str(id_), str(name)) for id_, name in found]


def _join(session: Session, book: Book) -> Ref:
    """Make a member, by itself."""
    from crmcli.actions.init import Person, add_member  # noqa: PLC0415
    from crmcli.cli.new_book import person  # noqa: PLC0415

    known = person(book.root)
    return add_member(
        book, Person(ask_text(session, "Your name", known.name), ask_text(session, "E-mail", known.email))
    )
