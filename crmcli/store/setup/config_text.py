"""The text of crm.toml: a new one with comments, and the edit of one key that leaves everything else as it is."""

from __future__ import annotations

from typing import NamedTuple

from crmcli.errors import BadDataError, UsageError
from crmcli.text.nearest import nearest

_ALIASES = (("call", "call"), ("meet", "meeting"), ("mail", "email"))


class ConfigKeyUnknownError(UsageError):
    """crm.toml has no such key."""

    def __init__(self, key: str, known: list[str]) -> None:
        near = next(iter(nearest(key, known)), "")
        super().__init__(f"crm.toml has no key `{key}`", hint=f"did you mean {near}?" if near else ", ".join(known))


class ConfigValueError(UsageError):
    """A key of crm.toml was given a value it cannot have."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, hint=remedy)


class ConfigBrokenError(BadDataError):
    """crm.toml is no valid TOML, so no key of it can be changed."""

    def __init__(self, message: str, line: int, remedy: str) -> None:
        super().__init__(f"crm.toml:{line}: {message}", hint=remedy)


class NewBook(NamedTuple):
    """What a new book's crm.toml says."""

    name: str
    currency: str
    timezone: str
    language: str
    country: str = ""
    week: str = "mon"
    kits: tuple[str, ...] = ()
    runner: str = ""


def new_config(book: NewBook) -> str:
    """Write a new crm.toml, a comment where a key does not explain itself."""
    kits = ", ".join(_quote(kit) for kit in book.kits)
    lines = ["# The book. One per company; every clone reads the same file."]
    for key, value, comment in (
        ("name", _quote(book.name), ""),
        ("format", "1", "of the files on disk"),
        ("currency", _quote(book.currency), "amounts without one, and all sums"),
        ("timezone", _quote(book.timezone), "dates and times without one"),
        ("language", _quote(book.language), "labels and dates in tables"),
        ("country", _quote(book.country), "phone numbers without one"),
        ("week", _quote(book.week), "its first day"),
        ("kits", f"[{kits}]", "where schema/ and pipelines/ came from"),
        ("runner", _quote(book.runner), "the only clone that does what the passing of time brings"),
    ):
        line = f"{key:<8} = {value}"
        lines.append(f"{line:<33} # {comment}" if comment else line)
    lines += ["", "[alias]                           # `crm call 3 no answer` is `crm log 3 --kind call no answer`"]
    lines += [f'{name:<5} = "log --kind {kind}"' for name, kind in _ALIASES]
    return "\n".join([*lines, ""])


def set_config(text: str, key: str, value: str) -> str:
    """Return `text` with one key changed, added or (empty value) taken out; `alias.NAME` sets an alias.

    Raises `ConfigKeyUnknownError`, `ConfigValueError`, and `ConfigBrokenError` for a text that is no TOML.
    """
    import tomlkit  # noqa: PLC0415 - only `crm config KEY VALUE` edits
    from tomlkit.items import Table  # noqa: PLC0415

    _check(text, key, value)
    document = tomlkit.parse(text)
    table_name, _, name = key.rpartition(".")
    if table_name and table_name not in document:
        document.add(table_name, tomlkit.table())
    table = document[table_name] if table_name else document
    if not isinstance(table, Table | tomlkit.TOMLDocument):
        raise ConfigValueError(f"crm.toml: `{table_name}` must be a table", f"write [{table_name}] on its own line")
    if value:
        table[name] = _typed(key, value)
    elif name in table:
        table.remove(name)
    return tomlkit.dumps(document)


def _typed(key: str, value: str) -> str | int | list[str]:
    if key == "format":
        return int(value) if value.isdigit() else value
    return [part.strip() for part in value.split(",")] if key == "kits" else value


def _check(text: str, key: str, value: str) -> None:
    """Refuse a key crm.toml does not have, a value it cannot hold, and a text that is broken already."""
    from crmcli.store.setup.config import read_config  # noqa: PLC0415 - pydantic
    from crmcli.store.setup.files import CONFIG, EngineFile  # noqa: PLC0415
    from crmcli.store.setup.source import Source, parse_source  # noqa: PLC0415
    from crmcli.store.setup.words.book import BookWords  # noqa: PLC0415
    from crmcli.store.setup.words.kinds import words_of  # noqa: PLC0415

    source, problems = parse_source(EngineFile(CONFIG, text.encode()))
    if source is None:
        raise ConfigBrokenError(problems[0].message, problems[0].line, problems[0].remedy)
    table_name, _, name = key.rpartition(".")
    known = [word for word in words_of(BookWords) if word not in {"alias", "hours", "role"}]
    if not name or table_name not in {"", "alias"} or (not table_name and name not in known):
        raise ConfigKeyUnknownError(key, known)
    if not value:
        return
    typed = _typed(key, value)
    table = {table_name: {name: typed}} if table_name else {name: typed}
    wrong = read_config(Source(CONFIG, "", table))[2]
    if wrong:
        raise ConfigValueError(wrong[0].message, wrong[0].remedy)


def _quote(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
