"""Tags: `+a/b` is the tag or one below it (`a/b/c`). A tag nobody uses is worth a warning, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.operators.unfit import NoRangeError
from crmcli.query.sql import Sql, quoted_text
from crmcli.query.tree import Word
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmcli.query.env import Scope
    from crmcli.query.tree import Value

AFTER_SLASH = "0"  # the character after `/`, so that a range covers all that begins with "tag/"


def has_tag(scope: Scope, tag: str) -> Sql:
    """Whether a record carries a tag, or one below it."""
    name = _as_used(scope, tag)
    rows = f"SELECT g.id FROM tags g WHERE g.type = {quoted_text(scope.type.plural)}"
    return Sql(
        f"{scope.alias}.id IN ({rows} AND (g.tag = ? OR g.tag > ? AND g.tag < ?))",
        (name, f"{name}/", f"{name}{AFTER_SLASH}"),
    )


def matches_tags(scope: Scope, asked: Value) -> Sql:
    """`tags:vip`; with any, whether there is a tag at all."""
    if not isinstance(asked, Word):
        raise NoRangeError(ValueSql("", label="tags"), asked.at)
    if asked.text == "any" and not asked.quoted:
        rows = f"SELECT g.id FROM tags g WHERE g.type = {quoted_text(scope.type.plural)}"
        return Sql(f"{scope.alias}.id IN ({rows})")
    return has_tag(scope, asked.text)


def _as_used(scope: Scope, tag: str) -> str:
    """The tag as records write it: letter case and width aside; warn of one that no record carries."""
    known = scope.env.known_tags()
    if tag in known or any(other.startswith(f"{tag}/") for other in known):
        return tag
    from crmcli.text.fold import fold  # noqa: PLC0415 - only for tags typed in another way

    wanted = fold(tag)
    alike = [other for other in known if fold(other) == wanted]
    if len(alike) == 1:
        return alike[0]
    scope.run.warnings.append(_unknown(tag, known))
    return tag


def _unknown(tag: str, known: Collection[str]) -> str:
    from crmcli.text.nearest import nearest  # noqa: PLC0415

    near = next(iter(nearest(tag, known)), "")
    return f"no record has the tag {tag}" + (f"; did you mean {near}?" if near else "")
