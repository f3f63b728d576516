"""Under which name commits are made where git was told none: the member who works here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.model.record import Ref
from crmcli.store.sync.talk import Talk

if TYPE_CHECKING:
    from crmcli.store.book import Book


def identity(book: Book, talk: Talk) -> dict[str, str]:
    """The variables that name the author and the committer; none where git knows, or the book does not."""
    if talk.settings.get("user.email") or os.environ.get("GIT_COMMITTER_EMAIL") or os.environ.get("EMAIL"):
        return {}
    name, mail = _member(book)
    if not mail:
        return {}
    who = {"NAME": name or mail, "EMAIL": mail}
    found = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    return {variable: value for variable, value in found.items() if variable not in os.environ}


def _member(book: Book) -> tuple[str, str]:
    if "@" in book.me:
        return "", book.me
    kind = book.setup.types.get("member")
    row = book.index.row(f'SELECT "_path" FROM "rec_{kind.plural}" WHERE id = ?', (book.me,)) if kind else None
    if row is None or kind is None:
        return "", ""
    record = book.read_record(Ref(kind.plural, book.me))
    return record.text("name"), next(iter(record.items("email")), "")
