"""Words to find: in a record's own text and in the lines logged on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.env import LOG, RECORD
from crmcli.query.failures import QueryError
from crmcli.query.fields import knows
from crmcli.query.marks import KEYWORDS
from crmcli.query.paths import path_value
from crmcli.query.place import NOWHERE
from crmcli.query.sql import Sql, quoted_text
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bare

SHORTEST = 3
"""The trigram index knows texts of three characters and more; shorter ones are looked for in every text."""

EXAMPLES = {
    "number": "{0}:5.. or {0}:..10",
    "money": "{0}:5k..",
    "duration": "{0}:30d..",
    "date": "{0}:..fri",
    "datetime": "{0}:-30d..",
    "flag": "{0}:yes",
}


class LonelyFieldError(QueryError):
    """A field's name stands alone at the prompt, mostly because the shell took what followed for a redirection."""

    def __init__(self, name: str, example: str, at: Place) -> None:
        super().__init__(
            f"`{name}` is a field; alone it asks nothing",
            at,
            hint=f"the shell takes `>` and `<` for files, so write {example}; to find the word: '\"{name}\"'",
            expected=example,
        )


class NoWordsError(QueryError):
    """A text to find among what has no words of its own to look through."""

    def __init__(self, type_name: str, at: Place) -> None:
        super().__init__(f"a text cannot be looked for in a {type_name}", at, hint="ask one of its fields")


def bare_word(scope: Scope, word: Bare) -> Sql:
    """A word alone at the prompt: a flag, or a text to find; any other field's name is a mistake."""
    from crmcli.query.states import STATES  # noqa: PLC0415 - only questions with words to find

    value = _field_named(scope, word)
    if value is None and not knows(scope, word.text):
        if word.text.upper() in KEYWORDS:
            scope.run.warnings.append(f"`{word.text}` is a word to find here; in capitals it joins conditions")
        elif word.text in STATES and scope.source == RECORD and scope.type.stage is not None:
            scope.run.warnings.append(f"`{word.text}` is a word to find here; is:{word.text} asks for the state")
        return finds(scope, word.text, word.at)
    if value is not None and value.family == "flag" and not value.many:
        return Sql(value.text, value.params)
    family = "" if value is None or value.many else value.family
    raise LonelyFieldError(word.text, EXAMPLES.get(family, "{0}:word").format(word.text), word.at)


def _field_named(scope: Scope, word: Bare) -> ValueSql | None:
    """The field a word names, also through references (`owner.region`); None when it names none with a value."""
    names = tuple(word.text.split("."))
    if not knows(scope, names[0]):
        return None
    try:
        return path_value(scope, names, word.at)
    except QueryError:
        return None


def finds(scope: Scope, text: str, at: Place = NOWHERE) -> Sql:
    """Whether the text stands in the record or in a line logged on it; of a log line, in its text."""
    if scope.source == LOG:
        from crmcli.query.operators.text import contains  # noqa: PLC0415 - only questions about the log

        return contains(ValueSql(scope.column("text")), text)
    if scope.source != RECORD:
        raise NoWordsError(scope.type.name, at)
    prefix = f"{scope.type.plural}/"
    here = f"d.ref > {quoted_text(prefix)} AND d.ref < {_after(prefix)}"
    rows = f"SELECT substr(d.ref, {len(prefix) + 1}) FROM docs d WHERE {here}"
    if len(text) < SHORTEST:
        return Sql(f"{scope.alias}.id IN ({rows} AND d.text LIKE ? ESCAPE '\\')", (_like(text),))
    phrase = '"' + text.replace('"', '""') + '"'
    found = "d.rowid IN (SELECT f.rowid FROM fts f WHERE fts MATCH ?)"
    return Sql(f"{scope.alias}.id IN ({rows} AND {found})", (phrase,))


def _after(prefix: str) -> str:
    """The first text after all that begin with `prefix`, which ends in a slash."""
    return quoted_text(prefix[:-1] + "0")


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
