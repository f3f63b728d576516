"""Hooks: headers that cannot be read, filters that cannot be asked, files that cannot run."""

from __future__ import annotations

from crmcli.engines.hook_filters import wrong_filters
from crmcli.engines.hooking import has_hooks, site_of
from crmcli.engines.hooks.header import load_hooks
from crmcli.model.problem import Problem
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """What is wrong in the book's hooks."""
    if not has_hooks(book):
        return []
    hooks, problems = load_hooks(site_of(book))
    return [*problems, *wrong_filters(book, hooks)]
