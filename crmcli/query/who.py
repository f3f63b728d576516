"""WHO: whom a word means, as ranks to be tried in order (LANGUAGE, Decided: WHO).

The first rank with exactly one hit wins, one with several stops. Archived records count only where no other one fits.
Rows of the last list (`3`) are known to the command line alone and come before all of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.sql import Sql, SqlArgument, any_of, quoted_text, table
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.env import QueryEnv

RANKS = ("id", "key", "name", "merged", "id-prefix", "name-prefix", "pinyin", "merged-prefix")
"""`merged`: what a record that went into another one answered to, after everybody who answers to that today."""

AFTER_ALL = "\U0010ffff"


class Rank(NamedTuple):
    """One way to mean a record: its name (see RANKS) and a query for (plural, id, _title)."""

    name: str
    sql: str
    params: tuple[SqlArgument, ...]


def who_ranks(word: str, types: Sequence[RecordType], env: QueryEnv) -> list[Rank]:
    """The ranks of a WHO among records of some types, best first; empty when nothing can be meant.

    `customer/acme`, `deals/x` and `deals/sub/x.md` narrow to a type.
    """
    types, word = narrowed(word, [t for t in types if not t.embedded])
    if not word or not types:
        return []
    conditions = [(t, dict(_conditions(word, t.plural, env))) for t in types]
    return [
        _rank(name, [(t, rank[name]) for t, rank in conditions])
        for name in RANKS
        if any(name in rank for _, rank in conditions)
    ]


def narrowed(word: str, types: Sequence[RecordType]) -> tuple[list[RecordType], str]:
    """Take a type in front of a slash, folders and `.md` off a word."""
    word = word.strip()
    head, slash, rest = word.removeprefix("./").partition("/")
    wanted = fold(head)
    if slash and wanted:
        for t in types:
            if wanted in map(fold, (t.name, t.plural, *t.alias, *t.label.values())):
                return [t], rest.rpartition("/")[2].removesuffix(".md")
    return list(types), word.removesuffix(".md")


def _rank(name: str, conditions: list[tuple[RecordType, Sql]]) -> Rank:
    hits = " UNION ALL ".join(
        f"SELECT {quoted_text(t.plural)} AS plural, w.id, w._title, w.archived IS NOT NULL AS gone "
        f"FROM {table(t.plural)} w WHERE {where.text}"
        for t, where in conditions
    )
    best = "gone = (SELECT min(gone) FROM hit)"
    sql = f"WITH hit AS ({hits}) SELECT plural, id, _title FROM hit WHERE {best} ORDER BY plural, _title, id"
    return Rank(name, sql, tuple(param for _, where in conditions for param in where.params))


def _conditions(word: str, plural: str, env: QueryEnv) -> list[tuple[str, Sql]]:
    """Each rank's condition on a row `w` of a type's table."""
    folded, spoken = fold(word), word.casefold()
    own = f"w.id IN (SELECT k.id FROM keys k WHERE k.type = {quoted_text(plural)}"
    taken = f"SELECT 1 FROM {table(plural)} t WHERE t.id = k.fold"
    alias = f"{own} AND k.field = 'aliases' AND k.fold IN (?, ?) AND NOT EXISTS ({taken}))"
    ranks = [("id", any_of([Sql("w.id = ?", (spoken,)), Sql(alias, (spoken, folded))]))]
    keys = _keys(word, env)
    if keys:
        marks = ", ".join("?" * len(keys))
        found = f"{own} AND k.field <> 'aliases' AND k.fold IN ({marks}))"
        ranks.append(("key", Sql(found, tuple(keys))))
    former = spellings(word, env)
    merged = f"w.id IN (SELECT m.new FROM merged_keys m WHERE m.type = {quoted_text(plural)} AND m.fold IN "
    ranks.append(("merged", Sql(f"{merged}({', '.join('?' * len(former))}))", former)))
    if folded:
        size = len(folded)
        begins = f"(substr(w._pinyin, 1, {size}) = ? OR substr(w._initials, 1, {size}) = ?)"
        ranks += [
            ("name", Sql("w._fold = ?", (folded,))),
            ("id-prefix", _id_begins(folded)),
            ("name-prefix", Sql("w._fold >= ? AND w._fold < ?", (folded, folded + AFTER_ALL))),
        ]
        if folded.isascii():
            ranks.append(("pinyin", Sql(begins, (folded, folded))))
        gone = f"SELECT m.new FROM merged_keys m WHERE m.type = {quoted_text(plural)} AND m.field = 'id'"
        prefix = f"substr(replace(m.fold, '-', ''), 1, {len(folded)}) = ?"
        ranks.append(("merged-prefix", Sql(f"w.id IN ({gone} AND {prefix})", (folded,))))
    return ranks


def spellings(word: str, env: QueryEnv) -> tuple[str, ...]:
    """The forms in which `merged_keys` may hold what a word says."""
    return tuple(dict.fromkeys((word.casefold(), *_keys(word, env))))


def _keys(word: str, env: QueryEnv) -> list[str]:
    """The forms in which `keys` may hold what a word says."""
    return list(dict.fromkeys(key for key in (fold(word), *_as_phone(word, env)) if key))


def _id_begins(folded: str) -> Sql:
    """Whether the id, hyphens aside, begins so; its first letter alone narrows the look by the tree of ids."""
    first = folded[0]
    begins = f"substr(replace(w.id, '-', ''), 1, {len(folded)}) = ?"
    return Sql(f"w.id >= ? AND w.id < ? AND {begins}", (first, first + AFTER_ALL, folded))


def _as_phone(word: str, env: QueryEnv) -> list[str]:
    """The keys a phone number in any notation is kept under; none when the word does not look like one."""
    digits = sum(char.isdigit() for char in word)
    if digits < 5 or any(not char.isdigit() and char not in "+-./() \u00a0" for char in word):
        return []
    from crmcli.model.schema import Field  # noqa: PLC0415 - only words that look like a number
    from crmcli.model.types.base import ValueRefused  # noqa: PLC0415
    from crmcli.query.context import value_context  # noqa: PLC0415

    try:
        from crmcli.model.types.phone import Phone  # noqa: PLC0415

        return [fold(Phone().parse(word, Field("phone", "phone"), value_context(env)))]
    except ValueRefused:
        return []


def meant_ids(word: str, types: Sequence[RecordType], env: QueryEnv, *, with_plural: bool = False) -> Sql:
    """A query for the ids a word in a filter means: all that fit best (`plural/id` for references to any type).

    A rank is looked at only when none before it has a hit, so that an id costs no more than an id.
    """
    types, word = narrowed(word, types)
    conditions = [(t, dict(_conditions(word, t.plural, env))) for t in types]
    ladder, before = list[Sql](), list[Sql]()
    for name in RANKS:
        hits = _hits([(t, rank[name]) for t, rank in conditions if name in rank], with_plural=with_plural)
        if hits.text:
            unless = " AND ".join(f"NOT EXISTS ({earlier.text})" for earlier in before) or "1"
            params = (*hits.params, *(param for earlier in before for param in earlier.params))
            ladder.append(Sql(f"SELECT id FROM ({hits.text}) WHERE {unless}", params))
            before.append(hits)
    if not ladder:
        return Sql("SELECT NULL")
    return Sql(
        " UNION ALL ".join(step.text for step in ladder), tuple(param for step in ladder for param in step.params)
    )


def _hits(conditions: list[tuple[RecordType, Sql]], *, with_plural: bool) -> Sql:
    selects = [
        f"SELECT {quoted_text(f'{t.plural}/' if with_plural else '')} || w.id AS id "
        f"FROM {table(t.plural)} w WHERE {where.text}"
        for t, where in conditions
    ]
    return Sql(" UNION ALL ".join(selects), tuple(param for _, where in conditions for param in where.params))
