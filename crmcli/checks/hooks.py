"""Hooks: headers that cannot be read, files that cannot run."""

from __future__ import annotations

from crmcli.engines.hooking import has_hooks, site_of
from crmcli.engines.hooks.header import load_hooks
from crmcli.model.problem import Problem
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """What is wrong in the book's hooks."""
    return load_hooks(site_of(book))[1] if has_hooks(book) else []
