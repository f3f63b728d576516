"""Records whose file a hand renamed: the journal still tells of the old name, and so do references (STORE rule 3)."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store.book import Book
from crmcli.store.hand_renames import hand_renames


def find_problems(book: Book) -> list[Problem]:
    """Pairs of a record that is gone and a new one that is the same: no delete and no create."""
    return [
        Problem(
            "renamed-by-hand",
            book.path_of(new),
            0,
            f"looks like {old} under a new name; its history and what refers to it know the old one only",
            f"`crm rename {old} {new.id}` tells the journal and relinks; or give the file its name back",
            0,
            "warning",
        )
        for old, new in hand_renames(book)
    ]
