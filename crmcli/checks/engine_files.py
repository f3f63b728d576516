"""crm.toml, schema, pipelines, rules, reports, imports: words, types, dangling names."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store.book import Book
from crmcli.store.setup.check import check_engine_files


def find_problems(book: Book) -> list[Problem]:
    """What is wrong in the engine files, and which of their words have no engine yet."""
    return [*book.setup.problems, *check_engine_files(book.root)]
