"""A moment in the past as the index compares it, and as SQL."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """What is asked for: `at` up to an instant, ids up to a ULID; empty for no bound. Both sort as time does."""

    at: str = ""
    known: str = ""

    def is_later(self, at: str, identifier: str) -> bool:
        """Whether an event of that time and id lies after it."""
        return bool((self.at and at > self.at) or (self.known and identifier > self.known))

    def until(self, identifier: str) -> str:
        """SQL: what does not lie after it. No B-tree is chosen for it: questions are answered the way they are in the present."""
        known = f"+{identifier} <= '{self.known}'" if self.known else "1"
        return f"{known} AND +at <= '{self.at}'" if self.at else known

    def since(self, later: Moment | None, identifier: str) -> str:
        """SQL: what lies after it and not after `later`, a moment that knows as much; without one, all that lies after it."""
        after = f"at > '{self.at}'" if self.at else "0"
        if later is None:
            return f"({after} OR {identifier} > '{self.known}')" if self.known else after
        return f"{after} AND {later.until(identifier).replace('+at', 'at')}"

    def nanoseconds(self) -> int:
        """The moment as a file's time; 0 where it has no bound."""
        return int(datetime.fromisoformat(self.at).timestamp()) * 1_000_000_000 if self.at else 0
