"""Merging on the command line: who is meant, which values are wanted, what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.identity import merge as identity
from crmcli.actions.words import is_word
from crmcli.cli.questions import DeclinedError, ask_line, choose
from crmcli.cli.who import find_record, find_records
from crmcli.errors import CrmError, UsageError
from crmcli.reports.wording import Wording
from crmcli.store.sides import author_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.actions.identity.merge import Merged, Wishes
    from crmcli.actions.identity.unite import Difference
    from crmcli.cli.session import Session
    from crmcli.engines.outcome import Outcome
    from crmcli.model.record import Ref


class OneOnlyError(UsageError):
    """Only one record was named."""

    def __init__(self) -> None:
        super().__init__("a merge takes two records at least", hint="crm merge KEPT OTHER: the first is kept")


class TakesFromNobodyError(UsageError):
    """`--take` names a record that is not among those that go."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"--take: {ref} is not among the records that go", hint="name one of those, or fields")


class Merging:
    """One run of `crm merge`."""

    def __init__(self, session: Session, words: Sequence[str], *, take: str, archived: bool) -> None:
        first = next((place for place, word in enumerate(words) if is_word(word)), len(words))
        refs = find_records(session, words[:first])
        if len(refs) < 2 and refs and (first > 1 or "," in words[0]):
            raise identity.WithItselfError(refs[0])
        if len(refs) < 2:
            raise OneOnlyError
        self._session, self._book = session, session.book
        self._kept, self._gone = refs[0], refs[1:]
        self._titles = {ref: self._book.title_of(ref) for ref in refs}
        self._wording = Wording(self._book)
        self._wishes = identity.Wishes(tuple(words[first:]), archived=archived)
        if take:
            self._wishes = self._taking(take)

    def run(self) -> None:
        """Ask what is to be asked, merge, say what became of what."""
        from crmcli.cli.missing import asking  # noqa: PLC0415 - it and `tell` only once something is written
        from crmcli.cli.telling import tell  # noqa: PLC0415

        session = self._session
        if session.may_ask and not session.options.yes and not session.options.dry_run:
            self._ask_all()
        done: list[Merged] = []

        def write(words: list[str]) -> Outcome:
            wishes = self._wishes._replace(words=tuple(words))
            done.append(identity.merge(self._book, self._kept, self._gone, wishes, dry_run=session.options.dry_run))
            return done[-1].outcome

        outcome = asking(session, self._wishes.words, write, of=[self._kept])
        self._tell_differences(done[-1])
        following = _following(done[-1])
        if following and outcome.dry:
            session.out.note(f"{following} would follow.")
        went = ", ".join(map(self._named, self._gone))
        tell(
            session,
            outcome,
            f"{went} went into {self._named(self._kept)}{f'; {following} followed' if following else ''}.",
            whole=True,
        )

    def _named(self, ref: Ref) -> str:
        return f"{self._titles[ref]} ({ref})"

    def _taking(self, take: str) -> Wishes:
        """`--take`: fields of the type, else one of the records that go."""
        fields = self._book.type_of(self._kept).fields
        names = [name for name in take.split(",") if name]
        if all(name.partition(".")[0] in fields for name in names):
            return self._wishes._replace(fields=frozenset(names))
        ref = find_record(self._session, take)
        if ref not in self._gone:
            raise TakesFromNobodyError(ref)
        return self._wishes._replace(whole=ref)

    # ---- with the person at the terminal ---------------------------------------------------------------------

    def _ask_all(self) -> None:
        """Ask for every field in which the records differ and of which nothing was said."""
        asked: set[tuple[Ref, str]] = set()
        while True:
            found = identity.differences(self._book, self._kept, self._gone, self._wishes)
            left = [d for d in found if not d.taken and (d.gone, d.name) not in asked]
            if not left:
                return
            asked.add((left[0].gone, left[0].name))
            self._ask(left[0])

    def _ask(self, difference: Difference) -> None:
        """One field: the kept one's value, the other's, or another one; Enter keeps what is there."""
        candidates = [self._mine(difference), self._other(difference), "another value"]
        try:
            chosen = choose(self._session, f"{difference.name}: which one? (Enter keeps the first)", candidates)
        except DeclinedError:
            return
        if chosen == 1:
            self._wishes = self._wishes._replace(chosen=self._wishes.chosen | {(difference.gone, difference.name)})
        while chosen == 2 and (line := ask_line(self._session, difference.name)):
            word = f"{difference.name}={line}"
            try:
                identity.check_word(self._book, self._kept, word)
            except CrmError as error:
                self._session.out.error(str(error), error.hint)
            else:
                self._wishes = self._wishes._replace(words=(*self._wishes.words, word))
                return

    # ---- what is told ------------------------------------------------------------------------------------------

    def _tell_differences(self, merged: Merged) -> None:
        """Each field in which they differed: what stays, what does not; and the stages that did not move."""
        out = self._session.out
        for difference in merged.differences:
            sides = [self._mine(difference), self._other(difference)]
            stays, goes = reversed(sides) if difference.taken else sides
            out.note(f"{difference.name}: {stays} stays, not {goes}")
        for stay in merged.stays:
            held = self._value(stay.name, stay.mine) if stay.mine else "nothing"
            out.note(
                f"{stay.name}: {held} stays, not {self._value(stay.name, stay.other)} ({stay.gone.id}): a merge moves nothing"
            )

    def _mine(self, difference: Difference) -> str:
        return self._side(self._kept, difference, difference.mine)

    def _other(self, difference: Difference) -> str:
        return self._side(difference.gone, difference, difference.other)

    def _side(self, ref: Ref, difference: Difference, value: str) -> str:
        """A value with whose it is, who gave it, and when."""
        name, _, column = difference.name.partition(".")
        author = author_of(self._book, ref, difference.key, None if column else value)
        who = self._wording.who(author.by) if author.by else ""
        signed = ", ".join(part for part in (ref.id, who, author.at and self._wording.moment(author.at)) if part)
        return f"{value if column else self._value(name, value)} ({signed})"

    def _value(self, name: str, value: str) -> str:
        return self._wording.values(self._book.type_of(self._kept), name, value)


def _following(merged: Merged) -> str:
    """What came along, for a sentence."""
    records = f"{merged.relinked} record{'' if merged.relinked == 1 else 's'}" if merged.relinked else ""
    lines = f"{merged.lines} line{'' if merged.lines == 1 else 's'} of the log" if merged.lines else ""
    return " and ".join(filter(None, (records, lines)))
