"""What a question is asked in: the book's setup, the moment, the person; and the record type and alias it stands at."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from crmcli.model.schema import RecordType, Setup


class QueryEnv(NamedTuple):
    """The setup; the present moment in the book's zone; who asks (a member's id, "" for nobody); the tags in use.

    `tags` may be a function, called only when a question names a tag.
    """

    setup: Setup
    now: datetime
    me: str = ""
    tags: Collection[str] | Callable[[], Collection[str]] = frozenset()

    def known_tags(self) -> Collection[str]:
        """The tags in use."""
        return self.tags() if callable(self.tags) else self.tags


class Run:
    """What one compilation gathers: warnings, aliases given out, computed fields being unfolded."""

    __slots__ = ("aliases", "unfolding", "warnings")

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.aliases = 0
        self.unfolding: list[str] = []


class Scope:
    """A record type under an alias: where names are looked up."""

    __slots__ = ("alias", "env", "run", "type")

    def __init__(self, record_type: RecordType, env: QueryEnv, alias: str = "r", run: Run | None = None) -> None:
        self.type = record_type
        self.env = env
        self.alias = alias
        self.run = run or Run()

    @property
    def setup(self) -> Setup:
        """The book's setup."""
        return self.env.setup

    def inside(self, record_type: RecordType) -> Scope:
        """A scope for another type, under a new alias."""
        return Scope(record_type, self.env, self.new_alias(), self.run)

    def new_alias(self) -> str:
        """An alias nobody has yet."""
        self.run.aliases += 1
        return f"t{self.run.aliases}"
