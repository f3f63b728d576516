"""Which records a queue looks at: whose they are, what the filter words leave, on which types they can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.query.sql import ALWAYS, Sql, all_of, column, quoted_text, table

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.env import QueryEnv
    from crmcli.store.book import Book

FEW = 200
NOT_ARCHIVED = Sql('r."archived" IS NULL')


class Filters(NamedTuple):
    """The filter words as a condition on `r` per type name; types they cannot be asked of are `refused`, with why."""

    conditions: Mapping[str, Sql]
    refused: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()


def filters_of(book: Book, words: Sequence[str], types: Iterable[RecordType], env: QueryEnv) -> Filters:
    """Compile the words for each type; raise the error of the type that comes nearest when they fit none.

    Tasks that cannot be asked them are asked through what they are on.
    """
    if not words:
        return Filters({type_.name: NOT_ARCHIVED for type_ in types})
    from crmcli.query.compile import asks_archived, compile_filter  # noqa: PLC0415 - only where words are given
    from crmcli.query.failures import QueryError  # noqa: PLC0415
    from crmcli.query.fields import UnknownFieldError  # noqa: PLC0415
    from crmcli.query.words import parse_words  # noqa: PLC0415

    expression = parse_words(words)
    conditions: dict[str, Sql] = {}
    errors: dict[str, QueryError] = {}
    for type_ in types:
        try:
            asked = compile_filter(expression, type_, env)
        except QueryError as error:
            errors[type_.name] = error
            continue
        conditions[type_.name] = asked if asks_archived(expression) else _kept(asked)
    if not conditions and errors:
        raise min(errors.values(), key=lambda error: isinstance(error, UnknownFieldError))
    _ask_through(book, conditions)
    warnings = tuple(dict.fromkeys(warning for asked in conditions.values() for warning in asked.warnings))
    return Filters(conditions, {name: error.sentence for name, error in errors.items()}, warnings)


def _ask_through(book: Book, conditions: dict[str, Sql]) -> None:
    """Words that cannot be asked of tasks are asked of what a task is on."""
    task = book.setup.types.get("task")
    on = task.fields.get("on") if task else None
    if task is None or on is None or on.reference != "*" or task.name in conditions:
        return
    parts = [
        Sql(
            f"SELECT {quoted_text(type_.plural + '/')} || r.id FROM {table(type_.plural)} r WHERE {asked.text}",
            asked.params,
        )
        for type_ in book.setup.types.values()
        if (asked := conditions.get(type_.name))
    ]
    among = Sql(" UNION ALL ".join(part.text for part in parts), tuple(p for part in parts for p in part.params))
    conditions[task.name] = _kept(Sql(f'r."on" IN ({among.text})', among.params))


def _kept(asked: Sql) -> Sql:
    return Sql(f"({asked.text}) AND {NOT_ARCHIVED.text}", asked.params, asked.warnings)


class Scope(NamedTuple):
    """A queue's reach. `member` None looks at everybody's records; `refs` at these (`plural/id`) only.

    `language` is that of the reasons given.
    """

    book: Book
    env: QueryEnv
    filters: Filters
    member: str | None = None
    refs: Mapping[str, Sequence[str]] | None = None  # ids by plural
    language: str = "en"

    @property
    def few(self) -> bool:
        """Whether it is about so few records that each is asked by itself."""
        return self.refs is not None and sum(map(len, self.refs.values())) <= FEW

    def condition(self, type_: RecordType, owner: str = "owner") -> Sql | None:
        """The condition on `r` for records of a type; None when none of them can be meant."""
        asked = self.filters.conditions.get(type_.name)
        if asked is None or (self.refs is not None and not self.refs.get(type_.plural)):
            return None
        return all_of([asked, self._own(type_, owner), self._among(type_)])

    def _own(self, type_: RecordType, owner: str) -> Sql:
        """The member's own records and those that are nobody's."""
        field = type_.fields.get(owner)
        if self.member is None or field is None or field.many or not field.reference:
            return ALWAYS
        place = column("r", owner)
        return Sql(f"({place} IS NULL OR {place} = ?)", (self.member,))

    def _among(self, type_: RecordType) -> Sql:
        if self.refs is None:
            return ALWAYS
        if self.few:  # said one by one: SQLite begins with them
            names = tuple(self.refs[type_.plural])
            return Sql(f"r.id IN ({', '.join('?' * len(names))})", names)
        from crmcli.text.plain_json import dumps  # noqa: PLC0415

        return Sql("r.id IN (SELECT value FROM json_each(?))", (dumps(list(self.refs[type_.plural])),))
