"""One sync: settle, commit, fetch, unite, push, arrive, look, as often as it takes (docs/sync.md)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.sharing import came, here
from crmcli.actions.sharing.answers import Answers, Person, Said
from crmcli.actions.sharing.goal import SCRATCH, Goal, UnrelatedError
from crmcli.engines import arrivals, hooking
from crmcli.errors import ConflictError, CrmError
from crmcli.model.ids import randomness
from crmcli.store import git
from crmcli.store.book import Book
from crmcli.store.hand_renames import hand_renames
from crmcli.store.lock import LockNotHadError, locked
from crmcli.store.sync import arrive
from crmcli.store.sync.arrive import InTheWayError, Journey
from crmcli.store.sync.remote import OfflineError, OvertakenError, RefusedError, complete, deepen, fetch, push
from crmcli.store.sync.staging import Staging
from crmcli.store.sync.standing import HEADS, Branch, begin, branch_of, follow, head_of
from crmcli.store.sync.unite import MovedOnError

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.store.sync.talk import Talk

RACES = 5
"""How often somebody else may be faster."""
RESTLESS = 5
"""How often files may be changed here while theirs arrive, and how often commits made without crm may ask for another round."""
_PAUSE = 0.4
"""Seconds that a lost race waits at most, times the races lost."""


class SyncUnderWayError(ConflictError):
    """Another sync of this clone is at work."""

    def __init__(self) -> None:
        super().__init__("another `crm sync` of this clone is under way", hint="wait for it to end")


class RestlessError(ConflictError):
    """The book's files are changed again and again while theirs arrive."""

    def __init__(self) -> None:
        super().__init__(
            "files of the book are being changed while those of others arrive",
            hint="what is here is committed and shared; `crm sync` again when they are quiet",
        )


class HandRenamesLeftError(ConflictError):
    """Records whose file a hand renamed, so that the journal does not know them under their new names."""

    def __init__(self, pairs: list[tuple[Ref, Ref]]) -> None:
        old, new = pairs[0]
        more = f" (and {len(pairs) - 1} more)" if len(pairs) > 1 else ""
        super().__init__(
            f"all is shared, but {new}{more} looks like {old} under a new name, and the journal does not know that",
            hint=f"`crm rename {old} {new.id}` tells the journal; then `crm sync`",
        )


class Wishes(NamedTuple):
    """How to sync: the message of the commit ("": what was done), whether every field both sides changed is a question."""

    message: str = ""
    strict: bool = False
    watched: bool = False
    said: Said = Said()


class Synced(NamedTuple):
    """What came of it: with whom the book is shared now ("" with nobody), the book as it is now."""

    there: str
    book: Book


def sync(book: Book, wishes: Wishes, person: Person) -> Synced:
    """Share the book: everything here is committed, united with what others shared, and pushed.

    Exit 1 where the remote cannot be reached or does not take it, 5 where a person must decide or the repository is in a
    state that forbids it; what is here is committed all the same wherever it could be.
    """
    talk = begin(book.root, watched=wishes.watched)
    branch = branch_of(talk)
    with _turn(talk):
        return _Rounds(book, talk, branch, wishes, person).run()


@contextmanager
def _turn(talk: Talk) -> Iterator[None]:
    """One sync of a clone at a time; raises `SyncUnderWayError` (exit 5) for a second one."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(talk.repository.folder, wait=0, file="HEAD"))
        except LockNotHadError:
            raise SyncUnderWayError from None
        yield


class _Pushed(NamedTuple):
    """Whether somebody was faster, or why the remote does not take it; neither: it is there."""

    lost: bool = False
    refusal: CrmError | None = None


class _Rounds:
    """One sync at work."""

    def __init__(self, book: Book, talk: Talk, branch: Branch, wishes: Wishes, person: Person) -> None:
        self._book, self._talk, self._branch, self._wishes, self._person = book, talk, branch, wishes, person
        self._staging = Staging(talk, git.prefix_of(talk.repository, book.root), book.state / SCRATCH)
        self._answers = Answers(wishes.said)
        self._back: set[str] = set()
        self._noticed = False  # whether there was anything to say about the journal
        self._races = self._restless = self._looks = 0

    def run(self) -> Synced:
        """Go round until everything here is there, and the other way."""
        self._resume()
        if self._branch.remote:
            with suppress(OfflineError):  # what is here is committed first; then the fetch says it
                complete(self._talk, self._branch, [head_of(self._talk)], self._staging.prefix)
        while not self._round():
            begin(self._book.root, watched=self._wishes.watched)  # git may have begun something meanwhile
        self._refuse_hand_renames()
        there = self._branch.there if self._branch.remote else ""
        return Synced(there, self._book)

    def _refuse_hand_renames(self) -> None:
        """Raise for records that a hand renamed, here or in a commit of others: all else is shared by now."""
        found = hand_renames(self._book) if self._noticed else []
        if found:
            raise HandRenamesLeftError(found)

    def _round(self) -> bool:
        """One round; False where there has to be another."""
        self._commit()
        if not self._branch.remote:
            self._person.note("nobody to share it with yet: `git remote add origin URL`, then `crm sync`")
            return True
        theirs = self._fetch()
        name = HEADS + self._branch.name
        ours = git.commit_of(self._talk.repository, name) or self._talk.must("rev-parse", name)
        goal = Goal(self._book, self._talk, self._answers, self._person, strict=self._wishes.strict)
        self._person.doing(f"uniting with {self._branch.there}")
        try:
            new = self._find(goal, ours, theirs)
        except MovedOnError:
            return self._once_more()
        self._refuse_in_the_way(Journey(ours, new))
        pushed = self._push(theirs, new) if new != theirs else _Pushed()
        if pushed.lost:
            return False
        self._person.contested(goal.contests)
        again = new != ours and not self._arrive(Journey(ours, new))
        if pushed.refusal is not None:
            self._commit()
            raise pushed.refusal
        if not again:
            self._person.note(
                f"shared with {self._branch.there}" if new != theirs else f"up to date with {self._branch.there}"
            )
        return not again

    def _find(self, goal: Goal, ours: str, theirs: str) -> str:
        """The commit of both sides; a shallow clone may have to fetch what it left out before."""
        try:
            return goal.find(ours, theirs, self._branch.there)
        except UnrelatedError:
            if not deepen(self._talk, self._branch):
                raise
        return goal.find(ours, theirs, self._branch.there)

    def _once_more(self) -> bool:
        """Another round, because files were changed here meanwhile; raises `RestlessError` (exit 5) when that does not end."""
        self._restless += 1
        if self._restless > RESTLESS:
            raise RestlessError
        return False

    # ---- here --------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        self._person.doing("looking at what is here")
        found = here.settle(self._book, self._staging, self._person)
        self._back |= set(found.back)
        self._noticed = self._noticed or bool(found.notices)
        here.commit(self._book, self._staging, self._person, self._wishes.message, self._back)

    def _resume(self) -> None:
        """What a sync before this one did not bring to its end."""
        journey = arrive.cut_off(self._book.state)
        if journey is None:
            return
        with locked(self._book.root):
            resumed = arrive.resume(self._talk, journey) and arrive.arrive(self._talk, self._book.state, journey)
        if resumed:
            self._person.note("an earlier sync had been cut off; its files are all here now")
        if resumed or head_of(self._talk) == journey.new:
            self._look(journey)
        arrive.finish(self._book.state)

    # ---- there -------------------------------------------------------------------------------------------

    def _fetch(self) -> str:
        self._person.doing(f"fetching from {self._branch.remote}")
        theirs = fetch(self._talk, self._branch)
        complete(self._talk, self._branch, [head_of(self._talk), theirs], self._staging.prefix)
        return theirs

    def _push(self, theirs: str, commit: str) -> _Pushed:
        """Push; a push that failed may have got in all the same, or lost a race, which another look at the remote tells."""
        self._person.doing(f"sharing with {self._branch.remote}")
        pushed = push(self._talk, self._branch, commit)
        if not pushed.done:
            try:
                present = fetch(self._talk, self._branch)
            except OfflineError as error:
                return _Pushed(refusal=error)
            if present != commit:
                lost = pushed.lost or present != theirs
                return self._lost() if lost else _Pushed(refusal=RefusedError(self._branch.there, pushed.said))
        if not self._branch.followed:
            follow(self._talk, self._branch)
            self._branch = self._branch._replace(followed=True)
        return _Pushed()

    def _lost(self) -> _Pushed:
        self._races += 1
        if self._races > RACES:
            raise OvertakenError(self._branch.there, self._races)
        time.sleep(randomness().random() * _PAUSE * self._races)
        return _Pushed(lost=True)

    # ---- arriving ----------------------------------------------------------------------------------------

    def _refuse_in_the_way(self, journey: Journey) -> None:
        paths = arrive.in_the_way(self._talk, journey, self._staging.prefix) if journey.old != journey.new else []
        if paths:
            raise InTheWayError(paths, self._branch.there)

    def _arrive(self, journey: Journey) -> bool:
        """Bring everything here up to the commit; False where another round has to follow."""
        self._person.doing(f"taking over what {self._branch.there} has")
        with locked(self._book.root):
            arrived = arrive.arrive(self._talk, self._book.state, journey)
        return self._look(journey) if arrived else self._once_more()

    def _look(self, journey: Journey) -> bool:
        """Journal what came in commits made without crm, tell what came; False where that has to be shared in turn."""
        self._renew()
        book = self._book
        with locked(book.root):
            notices, back = here.prepare(book)
            self._back |= set(back)
            self._noticed = self._noticed or bool(notices)
            segments = came.segments_between(book, self._talk, journey)
            notices += arrivals.queue(book, self._talk.repository, journey.old, segments)
            arrive.finish(book.state)
        said = came.came_in_words(book, segments)
        hook = arrive.after_merge(self._talk)
        for notice in [*([said] if said else []), *notices, *([hook] if hook else []), *hooking.drain(book)]:
            self._person.note(notice)
        self._looks += 1
        return self._looks > RESTLESS or self._staging.is_clean()

    def _renew(self) -> None:
        """The same book, asked anew: its engine files may be others now."""
        old = self._book
        old.index.close()
        fresh = Book(old.root)
        fresh.identify(old.me)
        fresh.progress, fresh.steady = old.progress, old.steady
        self._book = fresh
