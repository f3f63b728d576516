"""Who is at the keyboard (SETTLED 19): --me, CRM_ME, .crm/me, else the one member with git's e-mail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.store import disk, git
from crmcli.store.machine import is_of_this_machine

if TYPE_CHECKING:
    from crmcli.store.book import Book

FILE, CLONE = "me", "clone"


def whoami(book: Book, asked: str) -> str:
    """The member's id; the e-mail itself where no member has it; "" when nothing is known."""
    named = asked or os.environ.get("CRM_ME", "")
    if named:
        return _member(book, named) or (named if "@" in named else book.resolve("member", named))
    saved = saved_me(book)
    return _present(book, saved) if saved else _by_git(book)


def saved_me(book: Book) -> str:
    """What `.crm/me` says, if it was written on this machine: a `.crm` that came with a clone does not say who you are."""
    try:
        noted = disk.read_whole(book.state / CLONE).decode()
        return disk.read_whole(book.state / FILE).decode().strip() if is_of_this_machine(noted) else ""
    except (OSError, UnicodeDecodeError):
        return ""


def save_me(book: Book, member: str) -> None:
    """Remember who works on this machine; never goes into git."""
    from crmcli.model.ids import randomness  # noqa: PLC0415 - only where somebody says who they are
    from crmcli.store.holders import take  # noqa: PLC0415

    take(book.root, book.state, randomness())  # names this machine
    disk.write_atomic(book.state / FILE, f"{member}\n".encode())


def _present(book: Book, member: str) -> str:
    """What a member is called now, where it was renamed or merged since."""
    if "member" not in book.setup.types:
        return member
    plural = book.setup.types["member"].plural
    row = book.index.row('SELECT new FROM followed WHERE "type" = ? AND old = ?', (plural, member))
    return str(row[0]) if row else member


def _member(book: Book, word: str) -> str:
    """A member by id or e-mail, without the price of a full WHO."""
    if "member" not in book.setup.types:
        return ""
    plural = book.setup.types["member"].plural
    found = book.index.rows(
        f"""SELECT id FROM "rec_{plural}" WHERE id = ?1
        UNION SELECT id FROM keys WHERE "type" = ?2 AND fold = ?3""",
        (word, plural, word.casefold()),
    )
    return str(found[0][0]) if len(found) == 1 else ""


def _by_git(book: Book) -> str:
    if git.find_repository(book.root) is None or not git.is_installed():
        return ""
    mail = git.run(book.root, "config", "user.email", check=False).strip()
    return (_member(book, mail) or mail) if mail else ""
