"""Where to begin when nothing waits: leads worth starting with, and what an empty book wants."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.model.schema import label_of
from crmcli.query.built_in import is_running
from crmcli.query.sql import quoted_name, table
from crmcli.reports.names import has_amount
from crmcli.reports.reasons import Reason, stage_labels, task_type
from crmcli.text.day_words import format_day
from crmcli.text.phrases import counted, is_chinese, phrase

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.reports.scope import Scope
    from crmcli.store.book import Book

NEVER_FIRST = frozenset(["task", "member"])
REACHES = ("phone", "email", "handle")
"""Field types by which somebody can be reached, the most direct first."""


def starting_points(scope: Scope) -> list[Reason]:
    """Open records that can be reached, newest first; those without phone or mail after them."""
    found: list[Reason] = []
    for type_ in scope.book.setup.types.values():
        if type_.stage and not type_.embedded and type_.name not in NEVER_FIRST and not has_amount(type_):
            found += _of_type(scope, type_)
    return found


def _of_type(scope: Scope, type_: RecordType) -> list[Reason]:
    where = scope.condition(type_)
    if where is None or type_.stage is None:
        return []
    reaches = reach_fields(type_)
    columns = "".join(f", r.{quoted_name(field.name)}" for field in reaches)
    rows = scope.book.index.rows(
        f"SELECT r.id, r.created, r.{quoted_name(type_.stage.name)}{columns} FROM {table(type_.plural)} r"
        f""" WHERE r."_kind" = 'open' AND {where.text} ORDER BY r.created, r.id""",
        where.params,
    )
    labels, language = stage_labels(scope.book.setup, type_), scope.language
    found = []
    for age, (name, _created, stage, *values) in enumerate(rows):
        ways = [_called(field, language) for field, value in zip(reaches, values, strict=True) if value]
        said = ", ".join([labels.get(stage, str(stage or phrase(language, "new"))), *_reached(ways, language)])
        found.append(Reason("start", f"{type_.plural}/{name}", said, (len(rows) if ways else 0) + age))
    return found


def _called(field: Field, language: str) -> str:
    """A field in a sentence: by its label in Chinese, by its name in English, where labels begin with a capital."""
    return label_of(field.label, language, field.name) if is_chinese(language) else field.name


def _reached(ways: list[str], language: str) -> list[str]:
    return [phrase(language, "has {fields}", fields=_listed(ways, language))] if ways else []


def _listed(names: list[str], language: str) -> str:
    if is_chinese(language):
        return "、".join(names)
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def reach_fields(type_: RecordType) -> list[Field]:
    """The fields of a type that hold phones, mails and handles."""
    fields = [field for field in type_.fields.values() if field.type in REACHES]
    return sorted(fields, key=lambda field: REACHES.index(field.type))


def beginnings(book: Book) -> list[str]:
    """What to do in a book that holds nothing yet; none once it holds something."""
    types = [t for t in book.setup.types.values() if not t.embedded and t.name != "member"]
    if any(book.index.row(f"SELECT 1 FROM {table(type_.plural)} LIMIT 1") for type_ in types):
        return []
    named = first_type(book)
    example = f"crm {named.name} add 'Acme GmbH'" + ("".join(f" {f.name}=…" for f in reach_fields(named)[:1]))
    language = book.setup.config.language
    return [
        phrase(language, "This book is empty. Two ways to begin:"),
        f"  {example}    {phrase(language, 'one record at a time')}",
        f"  crm import FILE.csv    {phrase(language, 'a list you have already')}",
    ]


def first_type(book: Book) -> RecordType:
    """The type a new book begins with: one with stages that can be reached, else any with a name."""
    types = [t for t in book.setup.types.values() if not t.embedded and t.name not in NEVER_FIRST]
    reachable = (t for t in types if t.stage and reach_fields(t))
    return next(reachable, None) or next(iter(types or book.setup.types.values()))


def next_task_note(scope: Scope) -> list[str]:
    """When nothing is due: what comes next."""
    task = task_type(scope.book.setup)
    where = scope.condition(task, owner="for") if task else None
    if task is None or where is None:
        return []
    rows = scope.book.index.rows(
        f"""SELECT r."_title", r.due, count(*) OVER () FROM {table(task.plural)} r WHERE r.due IS NOT NULL
        AND {is_running("r")} AND {where.text} ORDER BY r.due, r.id LIMIT 1""",
        where.params,
    )
    now, language = scope.env.now, scope.language
    return [
        phrase(
            language, "{tasks} to come, the first on {day}: {title}", tasks=counted(language, number, "task"),
            day=format_day(datetime.fromisoformat(due).astimezone(now.tzinfo).date(), now, language), title=title,
        )
        for title, due, number in rows
    ]  # fmt: skip
