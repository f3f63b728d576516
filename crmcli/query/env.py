"""What a question is asked in: the book's setup, the moment, the person; and the table and alias it stands at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.schema import RecordType, Setup
from crmcli.query.sql import column, quoted_name, table

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.query.value_sql import ValueSql

RECORD, ROWS, LOG, MOVES = "record", "rows", "log", "moves"
"""What a scope may stand at: a record type, rows inside records, lines of the journal, stage changes."""


class QueryEnv(NamedTuple):
    """The setup; the present moment in the book's zone; who asks (a member's id, "" for nobody); the tags in use.

    `tags` may be a function, called only when a question names a tag. `hand` is the record `{path}` is looked up in (type
    name, id); without one it is the row the question is asked of. `given` are further names, as `{name}` and alone, with
    values that have no parameters; one of family reference can be followed (`other.name`). `planned` says that a change is
    planned, so that `old_<plural>` tables stand beside the present ones. `grouped` says that the question runs over the
    rows of a report, so that `count()` and `sum(x)` have something to run over. `rate` gives the units of the book's
    currency for one of another today, None where no rate is known.
    """

    setup: Setup
    now: datetime
    me: str = ""
    tags: Collection[str] | Callable[[], Collection[str]] = frozenset()
    hand: tuple[str, str] | None = None
    given: Mapping[str, ValueSql] = {}
    planned: bool = False
    grouped: bool = False
    rate: Callable[[str], Decimal | None] | None = None

    def known_tags(self) -> Collection[str]:
        """The tags in use."""
        return self.tags() if callable(self.tags) else self.tags


class Run:
    """What one compilation gathers: warnings, aliases given out, what is being unfolded, types whose past is asked.

    `computed` are the computed fields that were unfolded already, by their name, the alias, and whether rows of a report are
    at hand: one that stands in several places is compiled once.
    """

    __slots__ = ("aliases", "computed", "old", "unfolding", "warnings")

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.aliases = 0
        self.unfolding: list[str] = []
        self.computed: dict[tuple[str, str, bool], ValueSql] = {}
        self.old: list[str] = []


class Scope:
    """A table under an alias, and the type that says which names it knows.

    `owner` is the type whose stage changes a scope of moves holds. `root` is where the question began. `old` says that
    records are meant as they were before the planned change.
    """

    __slots__ = ("alias", "env", "old", "owner", "root", "run", "source", "type")

    def __init__(self, record_type: RecordType, env: QueryEnv, alias: str = "r", run: Run | None = None) -> None:
        self.type = record_type
        self.env = env
        self.alias = alias
        self.run = run or Run()
        self.source = ROWS if record_type.embedded == "true" else RECORD
        self.owner: RecordType | None = None
        self.root = self
        self.old = False

    @property
    def setup(self) -> Setup:
        """The book's setup."""
        return self.env.setup

    def inside(self, record_type: RecordType, source: str = "", owner: RecordType | None = None) -> Scope:
        """A scope for another table, under a new alias."""
        scope = Scope(record_type, self.env, self.new_alias(), self.run)
        scope.source = source or scope.source
        scope.owner, scope.root, scope.old = owner, self.root, self.old
        return scope

    def before(self) -> Scope:
        """The same type as it was before the planned change, under a new alias."""
        scope = self.inside(self.type, self.source)
        scope.old = True
        return scope

    def ungrouped(self) -> Scope:
        """The same scope for what stands inside an aggregate: there are no rows of a report there."""
        if not self.env.grouped:
            return self
        scope = Scope(self.type, self.env._replace(grouped=False), self.alias, self.run)
        scope.source, scope.owner, scope.root, scope.old = self.source, self.owner, self.root, self.old
        return scope

    def at_hand(self) -> Scope:
        """The same scope as where a question begins: in a tag's filter and a computed field `{path}` is of their own record."""
        scope = Scope(self.type, self.env._replace(hand=None, given={}), self.alias, self.run)
        scope.source, scope.owner, scope.old = self.source, self.owner, self.old
        return scope

    def new_alias(self) -> str:
        """An alias nobody has yet."""
        self.run.aliases += 1
        return f"t{self.run.aliases}"

    def column(self, name: str) -> str:
        """A column of the scope's table."""
        return column(self.alias, name)

    def table(self) -> str:
        """What the alias stands for in a FROM: a table, or the present records with the planned ones as they were."""
        if self.source == LOG:
            return "events"
        if self.source == MOVES:
            return "moves"
        if self.source == ROWS:
            return quoted_name(f"rows_{self.type.plural}")
        present = table(self.type.plural)
        if not self.old:
            return present
        if self.type.plural not in self.run.old:
            self.run.old.append(self.type.plural)
        before = f"temp.{quoted_name(f'old_{self.type.plural}')}"
        return f"(SELECT * FROM {before} UNION ALL SELECT * FROM {present} WHERE id NOT IN (SELECT id FROM {before}))"
