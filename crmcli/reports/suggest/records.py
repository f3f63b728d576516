"""Records by what is typed: ids that begin so, else those whose title or pinyin does; and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.suggest.suggestion import MOST, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.model.schema import RecordType
    from crmcli.reports.suggest.suggestion import Asker

_AFTER_ALL = "\U0010ffff"


def subjects(asker: Asker) -> list[RecordType]:
    """The noun's type, or every type with files."""
    types = asker.book.setup.types
    return [types[asker.noun]] if asker.noun in types else [type_ for type_ in types.values() if not type_.embedded]


def records(asker: Asker, typed: str, types: Iterable[RecordType] | None = None) -> list[Suggestion]:
    """Ids with their titles, of the noun's type where none is given."""
    from crmcli.text.fold import fold  # noqa: PLC0415

    found: list[Suggestion] = []
    wanted = fold(typed)
    for type_ in types or subjects(asker):
        begun = "id >= ?1 AND id < ?1 || ?3"
        named = " OR ".join(f"{column} >= ?2 AND {column} < ?2 || ?3" for column in ("_fold", "_initials", "_pinyin"))
        spoken = f"substr(replace(id, '-', ''), 1, length(?2)) = ?2 OR {named}"
        sql = (
            f'SELECT id, _title, {begun} FROM "rec_{type_.plural}" WHERE archived IS NULL '
            f"AND ({begun} OR {spoken}) ORDER BY 3 DESC, id LIMIT {MOST}"
        )
        rows = asker.book.index.rows(sql, (typed, wanted, _AFTER_ALL))
        found += (Suggestion(str(row[0]), str(row[1]), meant=not row[2]) for row in rows)
    return found


def tags(asker: Asker, types: Iterable[RecordType], *, dynamic: bool = True) -> list[Suggestion]:
    """The tags of some types, the most used first; with those kept by filters."""
    chosen = list(types)
    plurals = [type_.plural for type_ in chosen]
    marks = ",".join("?" * len(plurals))
    sql = f"SELECT tag, count(*) FROM tags WHERE type IN ({marks}) GROUP BY tag ORDER BY 2 DESC, 1 LIMIT {MOST}"
    found = [Suggestion(str(row[0]), f"tag of {row[1]}") for row in asker.book.index.rows(sql, plurals)]
    if dynamic:
        names = {type_.name for type_ in chosen}
        kept = (tag for tag in asker.book.setup.tags.values() if tag.type in names)
        found += (Suggestion(tag.name, "tag kept by a filter") for tag in kept)
    return found


def members(asker: Asker, typed: str) -> list[Suggestion]:
    """Members, and `me`."""
    member = asker.book.setup.types.get("member")
    return [Suggestion("me", "yourself"), *records(asker, typed, [member])] if member else []
