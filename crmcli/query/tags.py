"""Tags: `+a/b` is the tag or one below it (`a/b/c`). A tag nobody uses is worth a warning, no more.

Dynamic tags (`[tag.x]` in rules/*.toml) are asked like any other: their `where` without their `but` stands in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.env import RECORD
from crmcli.query.failures import QueryError
from crmcli.query.fields import knows
from crmcli.query.items import NotKeptError
from crmcli.query.operators.unfit import NoRangeError
from crmcli.query.place import NOWHERE
from crmcli.query.sql import Sql, all_of, any_of, negated, quoted_text
from crmcli.query.tree import Word
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmcli.model.schema import DynamicTag
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Value

AFTER_SLASH = "0"  # the character after `/`, so that a range covers all that begins with "tag/"


class TagCycleError(QueryError):
    """A dynamic tag whose filter comes back to the tag."""

    def __init__(self, names: list[str], at: Place) -> None:
        super().__init__(f"these need each other: {' → '.join(names)}", at, hint="change the filter of one of the tags")


class NoTagsError(QueryError):
    """Tags are asked of what has none: rows, log lines, stage changes."""

    def __init__(self, type_name: str, at: Place) -> None:
        super().__init__(f"a {type_name} has no tags", at, hint="ask the record it belongs to")


def has_tag(scope: Scope, tag: str, at: Place = NOWHERE) -> Sql:
    """Whether a record carries a tag, or one below it; by hand, or by the filter of a dynamic one."""
    if scope.source != RECORD or scope.type.embedded:
        raise NoTagsError(scope.type.name, at)
    if scope.old:
        raise NotKeptError("tags", at)
    name = _as_used(scope, tag)
    dynamic = [found for found in _dynamic(scope) if _is_below(found.name, name)]
    held = [_holds(scope, found, at) for found in dynamic]
    if any(found.name == name for found in dynamic) and not _carried(scope, name):
        return any_of(held)
    return any_of([_written(scope, name), *held])


def _dynamic(scope: Scope) -> list[DynamicTag]:
    return [tag for tag in scope.setup.tags.values() if tag.type == scope.type.name]


def _carried(scope: Scope, tag: str) -> bool:
    """Whether records carry a tag, or one below it, by hand."""
    return any(_is_below(other, tag) for other in scope.env.known_tags())


def _is_below(name: str, tag: str) -> bool:
    """Whether a name is a tag, or one below it."""
    return name == tag or name.startswith(f"{tag}/")


def _written(scope: Scope, name: str) -> Sql:
    rows = f"SELECT g.id FROM tags g WHERE g.type = {quoted_text(scope.type.plural)}"
    return Sql(
        f"{scope.alias}.id IN ({rows} AND (g.tag = ? OR g.tag > ? AND g.tag < ?))",
        (name, f"{name}/", f"{name}{AFTER_SLASH}"),
    )


def _holds(scope: Scope, tag: DynamicTag, at: Place) -> Sql:
    """The filter of a dynamic tag: `where` without `but`."""
    from crmcli.query.conditions import condition  # noqa: PLC0415 - conditions ask for tags
    from crmcli.query.in_files import in_file  # noqa: PLC0415
    from crmcli.query.parser import parse  # noqa: PLC0415

    name = f"+{tag.name}"
    unfolding = scope.run.unfolding
    if name in unfolding:
        raise TagCycleError([*unfolding[unfolding.index(name) :], name], at)
    unfolding.append(name)
    tagged = scope.at_hand()
    try:
        with in_file(tag.path):
            parts = [condition(tagged, parse(tag.where))]
            if tag.but:
                parts.append(negated(condition(tagged, parse(tag.but))))
    finally:
        unfolding.pop()
    return all_of(parts)


def matches_tags(scope: Scope, asked: Value) -> Sql:
    """`tags:vip`; with any, whether there is a tag at all."""
    if not isinstance(asked, Word):
        raise NoRangeError(ValueSql("", label="tags"), asked.at)
    if asked.text == "any" and not asked.quoted:
        rows = f"SELECT g.id FROM tags g WHERE g.type = {quoted_text(scope.type.plural)}"
        return any_of([Sql(f"{scope.alias}.id IN ({rows})"), *(_holds(scope, t, asked.at) for t in _dynamic(scope))])
    return has_tag(scope, asked.text, asked.at)


def _as_used(scope: Scope, tag: str) -> str:
    """The tag, or what others are below, as it is written: letter case and width aside; warn of one that is not there."""
    known = {*scope.env.known_tags(), *(dynamic.name for dynamic in _dynamic(scope))}
    if any(_is_below(other, tag) for other in known):
        return tag
    from crmcli.text.fold import fold  # noqa: PLC0415 - only for tags typed in another way

    wanted, depth = fold(tag), tag.count("/") + 1
    alike = {head for other in known if fold(head := "/".join(other.split("/")[:depth])) == wanted}
    if len(alike) == 1:
        return alike.pop()
    if not scope.run.unfolding:  # what an engine file asks for may come one day
        scope.run.warnings.append(_unknown(scope, tag, known))
    return tag


def _unknown(scope: Scope, tag: str, known: Collection[str]) -> str:
    from crmcli.text.nearest import nearest  # noqa: PLC0415

    if knows(scope, tag):
        return f"no record has the tag {tag}; {tag}:any asks the field, -{tag}:any for the opposite"
    near = next(iter(nearest(tag, known)), "")
    return f"no record has the tag {tag}" + (f"; did you mean {near}?" if near else "")
