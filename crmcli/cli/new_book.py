"""Asking what a new book needs, with what the machine suggests."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.init import BookThereError, MadeBook, Person, init_book
from crmcli.cli.locale_guess import guess
from crmcli.cli.questions import ask_text
from crmcli.store import git
from crmcli.store.book import find_book
from crmcli.store.setup.config_text import NewBook, new_config, set_config

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def make_book(
    session: Session, folder: Path, given: tuple[str, str, str, str, str], *, with_git: bool = True
) -> MadeBook:
    """Ask for what is not given (or take the suggestion) and make the book."""
    root = folder.expanduser().resolve()
    outer = find_book(root)
    if outer is not None:
        raise BookThereError(outer)
    name, currency, zone, language, country = given
    suggested = guess(session.environment)
    wishes = NewBook(
        name or ask_text(session, "Company name", root.name or "My company"),
        currency or ask_text(session, "Currency", suggested.currency),
        zone or ask_text(session, "Time zone", suggested.timezone),
        language or ask_text(session, "Language", suggested.language),
        country or suggested.country,
    )
    return init_book(root, checked(wishes), person(root), with_git=with_git)


def checked(wishes: NewBook) -> NewBook:
    """The wishes, if crm.toml can hold them; raises `ConfigValueError` (exit 2) naming the one it cannot."""
    text = new_config(wishes._replace(currency="EUR", timezone="UTC", language="en", country=""))
    for key in ("currency", "timezone", "language", "country"):
        value = getattr(wishes, key)
        if value:
            set_config(text, key, value)
    return wishes


def person(root: Path) -> Person:
    """Who git says is working, else the machine's user."""
    where = next((folder for folder in (root, *root.parents) if folder.is_dir()), Path.cwd())
    name, mail = (
        git.run(where, "config", key, check=False).strip() if git.is_installed() else ""
        for key in ("user.name", "user.email")
    )
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return Person(name or user or "Me", mail)
