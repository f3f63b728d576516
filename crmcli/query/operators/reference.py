"""References: WHO they point at, by id, key, name, the beginning of either, or pinyin; `me` is who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.operators.unfit import NoRangeError, UnfitComparisonError
from crmcli.query.sql import NEVER, Sql, SqlArgument, any_of, quoted_text
from crmcli.query.tree import Range

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Word
    from crmcli.query.value_sql import ValueSql


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Whether it points at whom the word means; where several records fit equally well, at any of them."""
    if isinstance(asked, Range):
        raise NoRangeError(value, asked.at)
    return _is_who(scope, value, asked.text, quoted=asked.quoted)


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Equal only: whom a word means, or another reference."""
    if op != "=":
        raise UnfitComparisonError(value, op, other, at, "references know `:` = and != only")
    if other.word:
        return _is_who(scope, value, other.word, quoted=other.written == "string")
    if other.family not in ("reference", "text"):
        raise UnfitComparisonError(value, op, other, at)
    left, right = _alike(scope, value, other)
    return Sql(f"{left} = {right}", (*value.params, *other.params))


def _alike(scope: Scope, value: ValueSql, other: ValueSql) -> tuple[str, str]:
    """Two references in one form: `plural/id` where one of them may point at any type."""
    if "*" not in (value.reference, other.reference) or value.reference == other.reference:
        return value.text, other.text
    left, right = (_with_plural(scope, side) for side in (value, other))
    return left, right


def _with_plural(scope: Scope, value: ValueSql) -> str:
    target = scope.setup.types.get(value.reference)
    return f"{quoted_text(target.plural + '/')} || {value.text}" if target else value.text


def _is_who(scope: Scope, value: ValueSql, word: str, *, quoted: bool) -> Sql:
    if word == "me" and not quoted:
        return _is_me(scope, value)
    from crmcli.query.who import meant_ids  # noqa: PLC0415 - `me`, none and any do without

    target = scope.setup.types.get(value.reference)
    types = [target] if target else [t for t in scope.setup.types.values() if not t.embedded]
    meant = meant_ids(word, types, scope.env, with_plural=target is None)
    found = Sql(f"{value.text} IN ({meant.text})", (*value.params, *meant.params))
    if value.field is None:  # `by` may hold an e-mail address of nobody known
        return any_of([found, Sql(f"{value.text} = ?", (*value.params, word))])
    return found


def _is_me(scope: Scope, value: ValueSql) -> Sql:
    member, me = scope.setup.types.get("member"), scope.env.me
    if not me or member is None or value.reference not in ("member", "*"):
        return NEVER
    params: tuple[SqlArgument, ...] = (*value.params, me if value.reference == "member" else f"{member.plural}/{me}")
    return Sql(f"{value.text} = ?", params)
