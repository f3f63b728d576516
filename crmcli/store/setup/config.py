"""crm.toml read into `Config`, and the names of its working calendars."""

from __future__ import annotations

from collections.abc import Iterator

from crmcli.model.problem import Problem
from crmcli.model.schema import Config
from crmcli.model.types.base import ValueRefused
from crmcli.store.setup.hours import read_hours
from crmcli.store.setup.reserved import VERBS
from crmcli.store.setup.source import Source
from crmcli.store.setup.values import check_value
from crmcli.store.setup.verdict import read_file, read_tables
from crmcli.store.setup.words.book import BookWords, RoleWords

FORMAT = 1
"""The newest format on disk this program reads; `Config.format` beyond it means a book from a newer version."""

_STANDARDS = {"currency": "EUR", "timezone": "Asia/Shanghai", "language": "en", "country": "NO"}
"""Keys that hold a value of a field type of the same name → an example."""


def read_config(source: Source) -> tuple[Config, frozenset[str], list[Problem]]:
    """Return the settings (a wrong one is as if it were not there), the calendars' names, and what is wrong."""
    held, problems = read_file(BookWords, source, "crm.toml")
    problems += _wrong_standards(held, source)
    problems += _wrong_format(held, source)
    problems += _wrong_aliases(held, source)
    hours, wrong = read_hours(held.hours, source)
    problems += wrong
    problems += read_tables(RoleWords, held.role, source, ("role",), "role")[1]
    values = held.model_dump(exclude={"hours", "role"} | {key for key in _STANDARDS if _refused(key, held)})
    return Config(**values, hours=hours), frozenset(held.hours), problems


def _refused(key: str, words: BookWords) -> ValueRefused | None:
    """Return why the value of a standard key is none."""
    value = getattr(words, key)
    if key not in words.model_fields_set or not value:
        return None
    try:
        check_value(key, value, Config())
    except ValueRefused as refused:
        return refused
    return None


def _wrong_standards(words: BookWords, source: Source) -> Iterator[Problem]:
    for key, example in _STANDARDS.items():
        refused = _refused(key, words)
        if refused is not None:
            remedy = refused.hint or f'for example {key} = "{example}"'
            yield source.problem(f"{key}-unknown", (key,), f"crm.toml: `{key}`: {refused.why}", remedy)


def _wrong_format(words: BookWords, source: Source) -> Iterator[Problem]:
    if words.format > FORMAT:
        message = f"the book is in format {words.format}, and this program knows {FORMAT}"
        yield source.problem("format-newer", ("format",), message, "install a newer crm")


def _wrong_aliases(words: BookWords, source: Source) -> Iterator[Problem]:
    for name, text in words.alias.items():
        if name in VERBS:
            message = f"crm.toml: the alias `{name}` is a command already"
            yield source.problem("name-reserved", ("alias", name), message, "choose another alias")
        elif not text.strip():
            message = f"crm.toml: the alias `{name}` stands for nothing"
            yield source.problem("value-wrong", ("alias", name), message, 'for example call = "log --kind call"')
