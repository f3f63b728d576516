"""Which messages belong together: each with what it answers, across one import and what the journal has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crmcli.actions.importing.mail.kept import Kept


class Threads:
    """Sets of message ids that were named together; a set is known by one of its ids."""

    def __init__(self, kept: Mapping[str, Kept]) -> None:
        self._kept = kept
        self._begun = {
            one.thread: one for one in kept.values()
        }  # by the first message of each, which the journal may not have
        self._above: dict[str, str] = {}
        self._known: dict[str, Kept] = {}

    def join(self, key: str, before: Iterable[str]) -> None:
        """Say that a message answers others."""
        root = self.of(key)
        for other in (key, *before):
            kept = self._kept.get(other) or self._begun.get(other)
            if kept is not None:
                self._known.setdefault(root, kept)
                other = f"thread:{kept.thread}"  # noqa: PLW2901 - all that the journal has of a thread is one
            above = self.of(other)
            if above != root:
                self._above[above] = root
                if above in self._known:
                    self._known.setdefault(root, self._known.pop(above))

    def of(self, key: str) -> str:
        """The id that stands for a message's thread, for as long as nothing is joined."""
        path = []
        while (above := self._above.get(key, key)) != key:
            path.append(key)
            key = above
        for one in path:
            self._above[one] = key
        return key

    def kept(self, root: str) -> Kept | None:
        """Where the journal has the thread."""
        return self._known.get(root)
