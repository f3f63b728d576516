"""`is:`, the states that need no stage name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.built_in import late
from crmcli.query.env import RECORD
from crmcli.query.failures import QueryError
from crmcli.query.sql import NEVER, Sql, column
from crmcli.query.tree import Word

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Value

KINDS = {"open": ("open",), "hold": ("hold",), "won": ("won",), "lost": ("lost",), "closed": ("won", "lost")}
DECIDED = ("approved", "pending", "rejected")
STATES = (*KINDS, "archived", "mine", "late", *DECIDED, "away")


class UnknownStateError(QueryError):
    """`is:` has no such state."""

    def __init__(self, word: str, at: Place) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        near = next(iter(nearest(word, STATES)), "")
        listed = ", ".join(STATES)
        hint = f"did you mean is:{near}? states: {listed}" if near else f"states: {listed}"
        super().__init__(f"there is no state `{word}`", at, hint=hint, expected=listed, nearest=near)


class NoStagesError(QueryError):
    """The type has no stage field, so that its records are neither open nor closed."""

    def __init__(self, type_name: str, word: str, at: Place) -> None:
        super().__init__(f"a {type_name} has no stages, so none is {word}", at, hint="leave it out")


class NotAwayError(QueryError):
    """`is:away` of a type that does not say when its records are away."""

    def __init__(self, type_name: str, at: Place) -> None:
        super().__init__(
            f"a {type_name} is never away: it has no period `away`", at, hint="members have one; ask owner.is:away"
        )


class NoStatesError(QueryError):
    """`is:` of what is no record."""

    def __init__(self, type_name: str, at: Place) -> None:
        super().__init__(f"a {type_name} has no states", at, hint="states are asked of records")


def in_state(scope: Scope, asked: Value) -> Sql:
    """Whether a record is in a state."""
    if not isinstance(asked, Word):
        raise UnknownStateError("(…)", asked.at)
    word = asked.text
    if scope.source != RECORD:
        raise NoStatesError(scope.type.name, asked.at)
    if word in (*KINDS, *DECIDED) and scope.type.stage is None:
        raise NoStagesError(scope.type.name, word, asked.at)
    if word in KINDS:
        kinds = ", ".join(f"'{kind}'" for kind in KINDS[word])
        return Sql(f"{column(scope.alias, '_kind')} IN ({kinds})")
    if word == "archived":
        return Sql(f"{column(scope.alias, 'archived')} IS NOT NULL")
    if word == "mine":
        return _mine(scope)
    if word == "late":
        return Sql(late(scope))
    if word in DECIDED:
        return NEVER  # nothing is handed in for approval yet
    if word == "away":
        return _away(scope, asked.at)
    raise UnknownStateError(word, asked.at)


def _away(scope: Scope, at: Place) -> Sql:
    """Whether today lies in the period the record says it is away."""
    field = scope.type.fields.get("away")
    if field is None or field.type != "period" or field.many:
        raise NotAwayError(scope.type.name, at)
    from crmcli.query.fields import value_of  # noqa: PLC0415 - few ask
    from crmcli.query.operators.period import matches  # noqa: PLC0415

    return matches(scope, value_of(scope, "away", at), Word("today", at))


def _mine(scope: Scope) -> Sql:
    """Owned by who asks; of tasks, for them."""
    field = next((scope.type.fields[name] for name in ("owner", "for") if name in scope.type.fields), None)
    if field is None or not scope.env.me or field.many:
        return NEVER
    return Sql(f"{column(scope.alias, field.name)} = ?", (scope.env.me,))
