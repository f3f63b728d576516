"""WHO: whom a word means, as ranks to be tried in order (LANGUAGE, Decided: WHO).

The first rank with exactly one hit wins, one with several stops. Archived records count only where no other one fits.
Rows of the last list (`3`) are known to the command line alone and come before all of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
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


def who_ranks(word: str, types: Sequence[RecordType], env: QueryEnv) -> Iterator[Rank]:
    """The ranks of a WHO among records of some types, best first, each made when it is asked for; none for nobody.

    `customer/acme`, `deals/x` and `deals/sub/x.md` narrow to a type.
    """
    types, word = narrowed(word, [t for t in types if not t.embedded])
    if word and types:
        said = _said(word, env)
        for name in RANKS:
            where = [(t, found) for t in types if (found := _CONDITIONS[name](said, t.plural))]
            if where:
                yield _rank(name, where)


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


class _Said(NamedTuple):
    """What somebody typed, in the forms that the ranks compare."""

    spoken: str
    folded: str
    keys: tuple[str, ...]


def _said(word: str, env: QueryEnv) -> _Said:
    return _Said(word.casefold(), fold(word), _keys(word, env))


def _keyed(plural: str) -> str:
    return f"w.id IN (SELECT k.id FROM keys k WHERE k.type = {quoted_text(plural)}"


def _by_id(said: _Said, plural: str) -> Sql:
    """An id, or a name that was given up while no record has it."""
    taken = f"SELECT 1 FROM {table(plural)} t WHERE t.id = k.fold"
    alias = f"{_keyed(plural)} AND k.field = 'aliases' AND k.fold IN (?, ?) AND NOT EXISTS ({taken}))"
    return any_of([Sql("w.id = ?", (said.spoken,)), Sql(alias, (said.spoken, said.folded))])


def _by_key(said: _Said, plural: str) -> Sql | None:
    found = f"{_keyed(plural)} AND k.field <> 'aliases' AND k.fold IN ({', '.join('?' * len(said.keys))}))"
    return Sql(found, said.keys) if said.keys else None


def _by_name(said: _Said, _plural: str) -> Sql | None:
    return Sql("w._fold = ?", (said.folded,)) if said.folded else None


def _merged(plural: str) -> str:
    return f"w.id IN (SELECT m.new FROM merged_keys m WHERE m.type = {quoted_text(plural)}"


def _by_merged(said: _Said, plural: str) -> Sql:
    """What a record that went into this one answered to."""
    forms = dict.fromkeys((said.spoken, *said.keys))
    return Sql(f"{_merged(plural)} AND m.fold IN ({', '.join('?' * len(forms))}))", tuple(forms))


def _by_merged_id(said: _Said, plural: str) -> Sql | None:
    begins = f"substr(replace(m.fold, '-', ''), 1, {len(said.folded)}) = ?"
    return Sql(f"{_merged(plural)} AND m.field = 'id' AND {begins})", (said.folded,)) if said.folded else None


def _begins_id(said: _Said, _plural: str) -> Sql | None:
    """Whether the id, hyphens aside, begins so; its first letter alone narrows the look by the tree of ids."""
    if not said.folded:
        return None
    first = said.folded[0]
    begins = f"substr(replace(w.id, '-', ''), 1, {len(said.folded)}) = ?"
    return Sql(f"w.id >= ? AND w.id < ? AND {begins}", (first, first + AFTER_ALL, said.folded))


def _begins_name(said: _Said, _plural: str) -> Sql | None:
    folded = said.folded
    return Sql("w._fold >= ? AND w._fold < ?", (folded, folded + AFTER_ALL)) if folded else None


def _by_pinyin(said: _Said, _plural: str) -> Sql | None:
    if not said.folded or not said.folded.isascii():
        return None
    size = len(said.folded)
    begins = f"(substr(w._pinyin, 1, {size}) = ? OR substr(w._initials, 1, {size}) = ?)"
    return Sql(begins, (said.folded, said.folded))


_CONDITIONS: dict[str, Callable[[_Said, str], Sql | None]] = {
    "id": _by_id,
    "key": _by_key,
    "name": _by_name,
    "merged": _by_merged,
    "id-prefix": _begins_id,
    "name-prefix": _begins_name,
    "pinyin": _by_pinyin,
    "merged-prefix": _by_merged_id,
}
"""Each rank's condition on a row `w` of a type's table; None where a word cannot mean anybody by it."""


def spellings(word: str, env: QueryEnv) -> tuple[str, ...]:
    """The forms in which `merged_keys` may hold what a word says."""
    return tuple(dict.fromkeys((word.casefold(), *_keys(word, env))))


def _keys(word: str, env: QueryEnv) -> tuple[str, ...]:
    """The forms in which `keys` may hold what a word says."""
    return tuple(dict.fromkeys(key for key in (fold(word), *_as_phone(word, env)) if key))


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
    said = _said(word, env)
    ladder, before = list[Sql](), list[Sql]()
    for name in RANKS:
        where = [(t, found) for t in types if (found := _CONDITIONS[name](said, t.plural))]
        hits = _hits(where, with_plural=with_plural)
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
