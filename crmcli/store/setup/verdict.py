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
MOST = 50
"""Wrong words of one table that are told one by one."""

LONGEST = 40
"""Letters of a wrong value that a message shows."""


def read_words(model: type[W], value: object, source: Source, keys: Keys, owner: str) -> tuple[W | None, list[Problem]]:
    """Validate the table at `keys`; `owner` names it in messages ("deal.amount")."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        told = [_problem(model, d, source, keys, owner) for d in _without_echoes(model, errors[:MOST])]
        if len(errors) > MOST:
            message = f"{owner} has {len(errors) - MOST} more words like that"
            told.append(source.problem("word-unknown", keys, message, "mend those above first"))
        return None, told


def read_file(model: type[W], source: Source, owner: str) -> tuple[W, list[Problem]]:
    """Validate a whole file, none of whose words must be given; wrong words are as if they were not there."""
    words, problems = read_words(model, source.table, source, (), owner)
    if words is None:
        alone = ((key, {key: value}) for key, value in source.table.items())
        sound = [table for _, table in alone if _is_sound(model, table)]
        words = model.model_validate({key: value for table in sound for key, value in table.items()})
    return words, problems


def _is_sound(model: type[Words], table: dict[str, Any]) -> bool:
    try:
        model.model_validate(table)
    except ValidationError:
        return False
    return True


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
        text = "{ " + ", ".join(f"{key} = {_item(item)}" for key, item in value.items()) + " }"
    elif isinstance(value, list):
        text = f"[{', '.join(_item(item) for item in value)}]"
    else:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _item(value: object) -> str:
    return "…" if isinstance(value, list | dict) else shown(value)


def _without_echoes(model: type[Words], details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a word is missing where it is only misspelt."""
    misspelt = {
        (*detail["loc"][:-1], nearest_name(str(detail["loc"][-1]), words_of(_model_at(model, detail["loc"][:-1]))))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    return [detail for detail in details if detail["type"] != "missing" or detail["loc"] not in misspelt]


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
    name = next((part for part in reversed(where) if isinstance(part, str)), "it")
    remedy = f"for example {name} = {example}" if example else f"write {name} = {{ … }}"
    return source.problem("value-wrong", where, message, remedy)


def _numbered(owner: str, detail: ErrorDetails) -> str:
    loc = detail["loc"]
    return f"{owner} {loc[-1] + 1}" if loc and isinstance(loc[-1], int) else owner


def _model_at(model: type[Words], inside: tuple[int | str, ...]) -> type[Words]:
    """Find the words of a nested table: the last part of `inside` that is a word with a table of its own."""
    for part in inside:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if isinstance(part, str) and part in fields:
            inner = (fields[part].annotation, *get_args(fields[part].annotation))
            model = next((kind for kind in inner if isinstance(kind, type) and issubclass(kind, Words)), model)
    return model
