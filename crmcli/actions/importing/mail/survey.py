"""The first time through a mailbox: which messages are new, whose they are, what belongs together, who is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crmcli.actions.importing.mail.kept import Kept, kept_messages
from crmcli.actions.importing.mail.letter import IN, OUT, Landing, Letter, Unknown
from crmcli.actions.importing.mail.parties import Parties
from crmcli.actions.importing.mail.threads import Threads
from crmcli.model.record import Ref, parse_ref
from crmcli_formats.letters import Found, Place
from crmcli_formats.mail_message import Envelope, read_envelope

if TYPE_CHECKING:
    from crmcli.store.book import Book

_AHEAD = timedelta(days=1)
_STEP = 1_000

Refuse = Callable[[Place, str, Envelope | None], None]
"""Notes a message that cannot be taken, and why."""


class Survey:
    """What is in a mailbox; its counts are right once it was read."""

    def __init__(self, book: Book, refuse: Refuse, progress: Callable[[int], None] | None = None) -> None:
        self.parties = Parties(book)
        self._kept: dict[str, Kept] = kept_messages(book)
        self._threads = Threads(self._kept)
        self._latest = book.now() + _AHEAD
        self._refuse = refuse
        self._progress = progress
        self._names: dict[str, str] = {}
        self._oldest: dict[str, Letter] = {}  # of each thread
        self.letters: list[Letter] = []
        self.aside: Counter[str] = Counter()
        self.read = self.same = 0

    def look_through(self, messages: Iterator[Found]) -> None:
        """Read the header of every message."""
        seen: set[str] = set()
        for found in messages:
            self.read += 1
            if self._progress and self.read % _STEP == 0:
                self._progress(self.read)
            if found.aside:
                self.aside[found.aside] += 1
            elif found.trouble:
                self._refuse(found.place, found.trouble, None)
            else:
                self._look_at(found, seen)
        self.letters.sort(key=lambda letter: (letter.milliseconds, letter.key))
        for letter in self.letters:
            self._threads.join(letter.key, letter.before)
        for letter in self.letters:
            self._oldest.setdefault(self._threads.of(letter.key), letter)

    def _look_at(self, found: Found, seen: set[str]) -> None:
        envelope = read_envelope(found.content)
        at = next((date for date in envelope.dates if datetime.fromisoformat(date) <= self._latest), "")
        trouble = envelope.trouble or ("" if at else f"its date lies ahead: {envelope.dates[0]}")
        if trouble:
            self._refuse(found.place, trouble, envelope)
        elif envelope.key in self._kept or envelope.key in seen:
            self.same += 1
        else:
            seen.add(envelope.key)
            self.letters.append(self._letter(found.place, envelope, at))

    def _letter(self, place: Place, envelope: Envelope, at: str) -> Letter:
        sender, member = envelope.sender, self.parties.member
        own = member(sender.address)
        direction = OUT if own else IN
        exchanged = envelope.to if own else (sender, *envelope.to)
        others = dict.fromkeys(address.address for address in exchanged if not member(address.address))
        for address in exchanged:
            if address.name and not self._names.get(address.address):
                self._names[address.address] = address.name
        got = (member(address.address) for address in (*envelope.to, *envelope.delivered))
        by = own or next((one for one in got if one), "")
        moment = datetime.fromisoformat(at)
        return Letter(
            place,
            envelope.key,
            at,
            int(moment.timestamp()) * 1000,
            direction,
            by,
            tuple(others),
            envelope.before,
            envelope.subject,
            envelope.automatic,
        )

    # ---- where they go ----------------------------------------------------------------------------------

    def landings(self) -> Iterator[tuple[Letter, Landing | None, str]]:
        """Each message, oldest first, where it goes (None for nowhere), and why nobody can tell, if nobody can."""
        first: dict[str, Landing] = {}
        told = [self._addressed(letter) for letter in self.letters]
        for letter, (on, _, _) in zip(self.letters, told, strict=True):
            root = self._threads.of(letter.key)
            if root not in first:
                kept = self._threads.kept(root)
                if kept is not None and self.parties.is_there(parse_ref(kept.on)):
                    first[root] = Landing(parse_ref(kept.on), (), kept.thread)
                elif on is not None:
                    first[root] = Landing(on, (), self._thread_of(root))
        for letter, (_, people, trouble) in zip(self.letters, told, strict=True):
            home = first.get(self._threads.of(letter.key))
            if home is None:
                yield letter, None, trouble
            else:
                others = tuple(ref for ref in people if ref != home.on)
                yield letter, Landing(home.on, others, home.thread), ""

    def _thread_of(self, root: str) -> str:
        """The id of a thread that begins in this import: what its oldest message answered first, or that message."""
        oldest = self._oldest.get(root)
        return (oldest.before[0] if oldest.before else oldest.key) if oldest else root

    def _addressed(self, letter: Letter) -> tuple[Ref | None, tuple[Ref, ...], str]:
        """Whose a message is by its addresses, and everybody it was with."""
        home: Ref | None = None
        people: dict[Ref, None] = {}
        trouble = ""
        for address in letter.others:
            party = self.parties.of(address)
            trouble = trouble or party.trouble
            if party.on is not None:
                home = home or party.on
                people.update(dict.fromkeys(party.people or (party.on,)))
        return home, tuple(people), "" if home else trouble

    # ---- who is not known -------------------------------------------------------------------------------

    def unknown(self, among: Container[str] | None = None) -> list[Unknown]:
        """People without a record, most messages first: who wrote, or was written to. Programs that send mail are left out.

        `among` are the ids of the messages that count, None for all.
        """
        counts: Counter[str] = Counter()
        for letter in self.letters:
            if not letter.automatic and (among is None or letter.key in among):
                counts.update(letter.others[:1] if letter.direction == IN else letter.others)
        found = []
        for address, messages in counts.items():
            party = self.parties.of(address)
            if not party.people and not party.trouble and (party.on is None or party.by_domain):
                found.append(
                    Unknown(address, self._names.get(address, ""), self.parties.whole_for_people(party.on), messages)
                )
        return sorted(found, key=lambda one: (-one.messages, one.address))
