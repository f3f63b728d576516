"""Unmerging on the command line: who is taken out of whom, what is asked, what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.identity.aftermath import is_named
from crmcli.actions.identity.sides import GONE, NEITHER
from crmcli.actions.identity.unmerge import NotMergedError, aftermath, unmerge
from crmcli.cli.telling import tell
from crmcli.cli.who import find_record
from crmcli.errors import AmbiguousError, NotFoundError
from crmcli.model.record import BODY, Ref
from crmcli.reports.wording import Wording
from crmcli.store.merged import last_fields, merged_back, merged_into
from crmcli.store.who import merged_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.actions.identity.aftermath import After
    from crmcli.actions.identity.unmerge import Unmerged
    from crmcli.cli.session import Session


class WhichOneError(AmbiguousError):
    """Several went into the record, and none was named."""

    def __init__(self, kept: Ref, lines: Sequence[str]) -> None:
        listed = "\n".join(f"  {line}" for line in lines)
        super().__init__(
            f"several went into {kept}:\n{listed}", hint="name the one to take out: crm unmerge KEPT OTHER"
        )


class NoneSuchError(NotFoundError):
    """None of those that went into the record is called so."""

    def __init__(self, kept: Ref, word: str, lines: Sequence[str]) -> None:
        super().__init__(
            f"none of those that went into {kept} answers to {word!r}", hint=f"they are {'; '.join(lines)}"
        )


class Unmerging:
    """One run of `crm unmerge`."""

    def __init__(self, session: Session, who: str, other: str, mine: Sequence[str]) -> None:
        self._session, self._book = session, session.book
        self._kept = find_record(session, who)
        named = merged_as(self._book, who, self._kept)
        into = [*merged_into(self._book, self._kept), *merged_back(self._book, self._kept)]
        if not into:
            raise NotMergedError(self._kept)
        self._titles = {ref: str(last_fields(self._book, ref).get(self._title_field) or ref.id) for ref in into}
        self._gone = self._named(other) if other else named if named is not None else self._only()
        self._mine = self._meant(mine) if mine else []

    @property
    def _title_field(self) -> str:
        return self._book.type_of(self._kept).title

    def run(self) -> None:
        """Ask what is to be asked, take it out, say what became of what."""
        session = self._session
        self._tell_whom()
        if session.may_ask and not session.options.yes and not session.options.dry_run:
            self._ask()
        done = unmerge(self._book, self._kept, self._gone, mine=self._mine, dry_run=session.options.dry_run)
        self._tell_what_stays(done)
        kept = f"{self._book.title_of(self._kept)} ({self._kept})"
        tell(session, done.outcome, f"{self._titles[self._gone]} ({self._gone}) is out of {kept}.", whole=True)

    # ---- who ---------------------------------------------------------------------------------------------------

    def _line(self, ref: Ref) -> str:
        return f"{ref}  {self._titles[ref]}"

    def _only(self) -> Ref:
        """The one that went; of several the one that the person chooses."""
        refs = list(self._titles)
        if len(refs) == 1:
            return refs[0]
        lines = [self._line(ref) for ref in refs]
        chosen = self._session.choose("which one is to come out?", lines)
        if chosen is None:
            raise WhichOneError(self._kept, lines)
        return refs[chosen]

    def _named(self, word: str) -> Ref:
        """The one that a word names: by its id, the beginning of it, its name, or what else it answered to."""
        from crmcli.text.fold import fold  # noqa: PLC0415

        _, _, bare = word.rpartition("/")
        exact = [ref for ref in self._titles if bare.casefold() == ref.id]
        begins = [ref for ref in self._titles if ref.id.replace("-", "").startswith(fold(bare))]
        called = [ref for ref, title in self._titles.items() if fold(title).startswith(fold(bare))]
        known = merged_as(self._book, word, self._kept)
        for found in (exact, begins, called, [known] if known in self._titles else []):
            if len(found) == 1 and found[0] is not None:
                return found[0]
        raise NoneSuchError(self._kept, word, [self._line(ref) for ref in self._titles])

    def _meant(self, words: Sequence[str]) -> list[str]:
        """What `--to-b` names: as it is listed, else whom a word finds."""
        came = aftermath(self._book, self._kept, self._gone)
        known = [one.name for one in came]
        return [word if is_named(word, known) else str(find_record(self._session, word)) for word in words]

    # ---- what --------------------------------------------------------------------------------------------------

    def _tell_whom(self) -> None:
        if len(self._titles) > 1:
            self._session.out.note(f"taking {self._titles[self._gone]} ({self._gone}) out")

    def _ask(self) -> None:
        """Ask once, with all lines numbered, which of what came after the merge goes with the one that is taken out."""
        open_ = [one for one in aftermath(self._book, self._kept, self._gone) if one.side == NEITHER]
        open_ = [one for one in open_ if one.name not in self._mine]
        if not open_:
            return
        out = self._session.out
        out.say("these came after the merge, and nothing tells whose they are:")
        for number, one in enumerate(open_, 1):
            out.ask(f"{number:>3}  {self._said(one)}\n")
        from crmcli.cli.questions import ask_line  # noqa: PLC0415 - only where something is open

        question = f"which are {self._titles[self._gone]}'s? (numbers, Enter for none)"
        while answer := ask_line(self._session, question):
            words = answer.replace(",", " ").split()
            if all(word.isascii() and word.isdigit() and 1 <= int(word) <= len(open_) for word in words):
                self._mine += [open_[int(word) - 1].name for word in words]
                return

    def _said(self, one: After) -> str:
        """What came, in a line: when, who, what."""
        wording = Wording(self._book)
        who = wording.who(one.event.by) if one.event.by else ""
        when = wording.moment(one.event.at) if one.event.at else ""
        if one.field is None:
            what = wording.change(one.event)
        else:
            type_ = self._book.type_of(one.ref)
            what = f"{type_.name} {wording.title(str(one.ref))} ({one.name}): {wording.label(type_, one.field.name)}"
        signed = ", ".join(part for part in (who, when) if part)
        return f"{one.event.id}  {what} ({signed})" if one.field is None else f"{what} ({signed})"

    def _tell_what_stays(self, done: Unmerged) -> None:
        """Fields that were changed since, and what came after the merge."""
        out = self._session.out
        wording, type_ = Wording(self._book), self._book.type_of(self._kept)
        for stay in done.stayed:
            label = wording.label(type_, stay.key)
            value = "" if stay.key == BODY else f": {wording.values(type_, stay.key, stay.value)}"
            out.note(f"{label} was changed since the merge and stays with {self._kept.id}{value}")
        went = [one for one in done.after if one.side == GONE]
        open_ = [one for one in done.after if one.side == NEITHER]
        for one in went:
            out.note(f"goes with {self._gone.id}: {self._said(one)}")
        for one in open_:
            out.note(f"stays with {self._kept.id}, as nothing tells whose it is: {self._said(one)}")
        if open_ and self._session.options.dry_run:
            out.note("--to-b REF,… sends some of these with the one that is taken out")
