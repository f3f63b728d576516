"""Records that were merged here while another clone went on with them: references, changes, files that came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.model.problem import Problem
from crmcli.model.record import BODY, Ref
from crmcli.store.late import late_changes
from crmcli.store.merged import merged_back, merged_twice, stale_references

if TYPE_CHECKING:
    from crmcli.model.record import Value
    from crmcli.store.book import Book
    from crmcli.store.late import Late


def find_problems(book: Book) -> list[Problem]:
    """Every reference to a record that went, every change of one that its new record has not, every one that is back or in two."""
    return [*_references(book), *_late(book), *_back(book), *_twice(book)]


def _references(book: Book) -> Iterator[Problem]:
    for found in stale_references(book):
        yield Problem(
            "merged-reference",
            book.path_of(found.holder),
            0,
            f"{found.field}: {found.gone} was merged into {found.kept}",
            "`crm check --fix` points it there",
            severity="warning",
        )


def _late(book: Book) -> Iterator[Problem]:
    for late in late_changes(book):
        where = f"{late.gone}, which had gone into {late.kept}"
        by = f" by {late.event.by}" if late.event.by else ""
        what = "its text was changed" if late.key == BODY else f"{late.key} was changed to {_shown(late.after)}"
        yield Problem(
            "merged-late",
            book.path_of(late.kept),
            0,
            f"{what}{by} on {late.event.at[:10]} in {where}",
            "`crm check --fix` takes it over" if late.now is not None else _way(late),
            severity="warning",
        )


def _way(late: Late) -> str:
    if late.event.do == "move":
        return f"a merge moves no stage: `crm move {late.kept} STAGE` if it is meant here too"
    return f"`crm history {late.kept.id}` shows both; `crm edit {late.kept}` makes of them what is right"


def _back(book: Book) -> Iterator[Problem]:
    rows = book.index.rows("""SELECT DISTINCT "type", id FROM keys WHERE field = 'aliases' ORDER BY 1, 2""")
    for kept in (Ref(str(row[0]), str(row[1])) for row in rows):
        for gone in merged_back(book, kept):
            yield Problem(
                "merged-back",
                book.path_of(gone),
                0,
                f"{gone} was merged into {kept}, and is there again",
                f"`crm merge {kept} {gone}` makes them one, `crm unmerge {kept} {gone}` takes them apart",
                severity="warning",
            )


def _twice(book: Book) -> Iterator[Problem]:
    for other, gone, kept in merged_twice(book):
        yield Problem(
            "merged-twice",
            book.path_of(other),
            0,
            f"{gone} was merged into {other}, and at the same time into {kept}, which it is now",
            f"`crm merge {kept} {other}` makes all of them one; or take {gone.id} out of the aliases: `crm edit {other}`",
            severity="warning",
        )


def _shown(value: Value | None) -> str:
    text = ", ".join(value) if isinstance(value, list) else value or "nothing"
    return text if len(text) <= 60 else f"{text[:59]}…"
