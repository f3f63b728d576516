"""`crm check --fix`: what can be put right without deciding anything for anybody, a rule per file.

A mending says what the file already says, in the form the book keeps; nothing is guessed and nothing is dropped, and `undo` gives
back every byte of it. Whatever leaves a choice (which of two records is meant, what an empty field should hold) stays for a person.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.lock import locked
from crmcli.store.writing import prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.engines.outcome import Outcome
    from crmcli.store.book import Book

RULES = ("cut_off", "renames", "values", "references", "merged")
"""In the order in which they are shown and done; each is a module here with `find(book)`."""


class Mending(NamedTuple):
    """One thing that can be put right: the problem's code and place, and what will be done, in a sentence.

    `changes` go together into one op; a `rename` (from, to) is an op of its own; with neither it is a matter of this
    machine that every write puts right (an op that was cut off, git's merge driver).
    """

    code: str
    path: str
    what: str
    changes: tuple[Change, ...] = ()
    rename: tuple[Ref, Ref] | None = None


def mendings(book: Book) -> list[Mending]:
    """Everything that can be put right, nothing of it done."""
    from crmcli.actions.mending.byte_for_byte import comes_back  # noqa: PLC0415 - it needs more than this module

    found = [found for name in RULES for found in import_module(f"crmcli.actions.mending.{name}").find(book)]
    return [mending for mending in found if comes_back(book, mending.changes)]


class Mended(NamedTuple):
    """The ops that were written, each of which `undo` takes back, and what was left since its file changed meanwhile."""

    outcomes: list[Outcome]
    left: list[Mending]


def mend(book: Book, shown: Sequence[Mending]) -> Mended:
    """Do what was shown, as far as it is still to be done. Company rules do not stand in the way."""
    from crmcli.actions.rename import rename  # noqa: PLC0415 - only where a hand renamed something

    with locked(book.root):
        prepare(book, [])
    book.index.stale()  # an editor may have saved while somebody was asked
    agreed = {_told(mending) for mending in shown}
    found: list[Mending] = []

    def changes() -> list[Change]:
        found[:] = (mending for mending in mendings(book) if _told(mending) in agreed)
        return [change for mending in found for change in mending.changes]

    changes()
    renamed = [mending for mending in found if mending.rename]
    outcomes = [rename(book, old, new.id) for mending in renamed if mending.rename for old, new in [mending.rename]]
    outcomes.append(carry_out(book, changes, Request("check", rules=UNDO, hooks=False)))
    done = {_told(mending) for mending in [*renamed, *found]}
    left = [mending for mending in shown if (mending.changes or mending.rename) and _told(mending) not in done]
    return Mended([outcome for outcome in outcomes if outcome.op], left)


def _told(mending: Mending) -> tuple[str, str, str]:
    """What somebody agreed to."""
    return mending.code, mending.path, mending.what
