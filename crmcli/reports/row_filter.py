"""`--rows KEY`: the filter that lists the records a row of a report counts.

The filter is tried before it is shown: where the language has no words for a row (who ever entered a stage), or a
value reads differently in a filter, the records are named by their ids.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError, UsageError
from crmcli.query.failures import QueryError
from crmcli.query.printer import print_expr
from crmcli.query.tree import Junction, Match, Not, Path, Word
from crmcli.reports.request import TOTAL
from crmcli.reports.selection import all_hold, question_env, whole
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.query.tree import Expr
    from crmcli.reports.request import Report, RowSource
    from crmcli.store.book import Book

MOST_IDS = 400
"""Ids after one `id:`; SQLite takes no expression deeper than 1,000."""


class RowKeyError(NotFoundError):
    """The report has no row of that key."""

    def __init__(self, key: str, known: list[str]) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        near = next(iter(nearest(key, known)), "")
        listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
        super().__init__(
            f"this report has no row {key!r}", hint=f"did you mean {near!r}?" if near else f"rows are {listed}"
        )


class MixedRowError(UsageError):
    """A row counts records of several types, and a filter finds those of one."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"row {key!r} counts records of several types, which one filter cannot list",
            hint="ask about one type, as in `crm customer report activity`",
        )


def row_filter(book: Book, report: Report, key: str) -> str:
    """Return the filter of the row called `key`, as one word for `crm TYPES`; raises `RowKeyError` (exit 3)."""
    source = find_row(report, key)
    if report.type is None:
        raise MixedRowError(key)
    plain = all_hold([part for part in (report.condition, source.condition) if part is not None])
    for condition in (plain, report.condition):
        found = _found(book, report, condition)
        if found == source.ids:
            return print_expr(condition) if condition is not None else ""
        if found is not None and source.ids and source.ids < found:
            return print_expr(_narrowed(condition, source.ids, found - source.ids))
    return print_expr(_either_way(source.ids))


def find_row(report: Report, key: str) -> RowSource:
    """The row of a key; letter case and width do not matter."""
    rows = (*report.sources, report.total)
    for wanted in (lambda name: name == key, lambda name: fold(name) == fold(key)):
        for source in rows:
            if any(map(wanted, source.keys)):
                return source
    raise RowKeyError(key, [source.keys[0] for source in report.sources] or [TOTAL])


def _found(book: Book, report: Report, condition: Expr | None) -> frozenset[str] | None:
    """The ids a filter finds, read from its printed form as a person would type it; None when it cannot be asked."""
    if report.type is None:
        return None
    from crmcli.query.words import parse_words  # noqa: PLC0415 - read back as the command line reads it

    text = print_expr(condition) if condition is not None else ""
    try:
        asked = whole(parse_words([text]), report.type, question_env(book, [text]))
    except QueryError:
        return None
    rows = book.index.rows(f'SELECT r.id FROM "rec_{report.type.plural}" r WHERE {asked.text}', asked.params)
    return frozenset(row[0] for row in rows)


def _narrowed(condition: Expr | None, ids: frozenset[str], others: frozenset[str]) -> Expr:
    """What a condition finds but for some: by the ids of the wanted or of the others, whichever are fewer."""
    part: Expr = Not(_named(others)) if len(others) < len(ids) else _named(ids)
    return all_hold([part] if condition is None else [condition, part]) or part


def _either_way(ids: frozenset[str]) -> Expr:
    """The records, archived or not."""
    if not ids:
        return Match(Path(("id",)), (Word("none"),))
    archived = tuple(Match(Path(("archived",)), (Word(word),)) for word in ("none", "any"))
    return Junction("AND", (_named(ids), Junction("OR", archived)))


def _named(ids: Collection[str]) -> Expr:
    ordered = sorted(ids)
    parts = [
        Match(Path(("id",)), tuple(Word(name) for name in ordered[start : start + MOST_IDS]))
        for start in range(0, len(ordered), MOST_IDS)
    ]
    return Junction("OR", tuple(parts)) if len(parts) > 1 else parts[0]
