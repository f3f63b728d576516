"""What field types need to know to read a typed value inside a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import ValueContext, ValueRefused

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.query.env import QueryEnv
    from crmcli.query.place import Place


def value_context(env: QueryEnv) -> ValueContext:
    """The context of a question: records are not looked up one by one, so references resolve to nothing."""
    config = env.setup.config
    return ValueContext(
        currency=config.currency,
        country=config.country,
        timezone=config.timezone,
        language=config.language,
        now=env.now,
        resolve=_unresolved,
        exists=lambda _: False,
    )


def _unresolved(type_name: str, who: str) -> str:
    raise ValueRefused(f"`{who}` cannot be looked up as a {type_name} here")


def stored_form(field: Field, typed: str, env: QueryEnv, at: Place) -> str:
    """What a typed value is in a file; a refusal points at its place in the question."""
    from crmcli.model.types import type_named  # noqa: PLC0415
    from crmcli.query.constants import WrongValueError  # noqa: PLC0415

    try:
        return type_named(field).parse(typed, field, value_context(env))
    except ValueRefused as refusal:
        raise WrongValueError(refusal.why, at, refusal.hint) from None
