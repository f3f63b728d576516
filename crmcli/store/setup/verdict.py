"""Check a table of an engine file against its words; what is wrong becomes `Problem`s with place and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crmcli.model.problem import Problem
from crmcli.store.setup.locate import Keys
from crmcli.store.setup.source import Source
from crmcli.store.setup.words.kinds import Words, words_of
from crmcli.text.nearest import nearest

W = TypeVar("W", bound=Words)


def read_words(model: type[W], value: object, source: Source, keys: Keys, owner: str) -> tuple[W | None, list[Problem]]:
    """Validate the table at `keys`; `owner` names it in messages ("deal.amount")."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_problem(model, detail, source, keys, owner) for detail in error.errors(include_url=False)]


def read_tables(
    model: type[W], tables: dict[str, Any], source: Source, keys: Keys, owner: str
) -> tuple[dict[str, W], list[Problem]]:
    """Validate named tables one by one: a broken one is left out."""
    found: dict[str, W] = {}
    problems: list[Problem] = []
    for name, value in tables.items():
        words, wrong = read_words(model, value, source, (*keys, name), f"{owner}.{name}")
        problems += wrong
        if words is not None:
            found[name] = words
    return found, problems


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name closest to `name`, or ""."""
    return next(iter(nearest(name, known)), "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean `x`?" with the nearest known name, or nothing."""
    near = nearest_name(name, known)
    return f"; did you mean `{near}`?" if near else ""


def write_instead(name: str, known: Iterable[str]) -> str:
    """Return a remedy: the nearest name, else all of them."""
    names = list(known)
    near = nearest_name(name, names)
    return f"write `{near}`" if near else f"the known ones are: {', '.join(names) or 'none'}"


def shown(value: object) -> str:
    """Return a value as TOML has it, short enough for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:38]}…"


def _problem(model: type[Words], detail: ErrorDetails, source: Source, keys: Keys, owner: str) -> Problem:
    inside, key = detail["loc"][:-1], str(detail["loc"][-1]) if detail["loc"] else ""
    where = (*keys, *detail["loc"])
    kind = detail["type"]
    owner = "".join([owner, *(f".{part}" if isinstance(part, str) else f" {part + 1}" for part in inside)])
    if kind == "extra_forbidden":
        known = words_of(_model_at(model, inside))
        message = f"{owner} has no word `{key}`{did_you_mean(key, known)}"
        return source.problem("word-unknown", where, message, write_instead(key, known))
    if kind == "missing":
        return source.problem("word-missing", where, f"{owner} needs the word `{key}`", f"add {key} = …")
    context: dict[str, Any] = detail.get("ctx") or {}
    expected = context.get("expected") or ("a list of tables" if kind == "list_type" else "a table")
    subject = f"`{key}` of {owner}" if key and not isinstance(detail["loc"][-1], int) else _numbered(owner, detail)
    message = f"{subject} must be {expected}, not {shown(detail['input'])}"
    example = context.get("example", "")
    return source.problem("value-wrong", where, message, f"for example {key} = {example}" if example else _shape(key))


def _numbered(owner: str, detail: ErrorDetails) -> str:
    loc = detail["loc"]
    return f"{owner} {loc[-1] + 1}" if loc and isinstance(loc[-1], int) else owner


def _shape(key: str) -> str:
    return f"write {key or 'it'} = {{ … }}"


def _model_at(model: type[Words], inside: tuple[int | str, ...]) -> type[Words]:
    """Find the words of a nested table: the last part of `inside` that is a word with a table of its own."""
    for part in inside:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if isinstance(part, str) and part in fields:
            inner = (fields[part].annotation, *get_args(fields[part].annotation))
            model = next((kind for kind in inner if isinstance(kind, type) and issubclass(kind, Words)), model)
    return model
