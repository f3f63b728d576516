"""The book at any past moment is what a plain replay of its files says, whatever happened in it (STORE §2 rule 9).

The histories are those of the store's own machine (commands, deletes, restores by undo, renames, hand edits, broken files),
with an hour between the steps and with changes dated back. At the end the book is rewound to one moment after another.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis.stateful import initialize, invariant, rule

from crmcli.actions.journal import take_drift
from crmcli.actions.undo import ChangedSinceError, NoSuchOpError, undo
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.ids import encode
from crmcli.model.record import parse_ref
from crmcli.store.past import PastBook
from crmcli.store.replay import differences
from tests.environment import NOW
from tests.past_oracle import book_at, derived, events_now, written_out
from tests.properties.test_store_machine import FOUND_NOT_SHRUNK, PICK, STAGES, TAGS, TEXTS, StoreMachine
from tests.storing import everything

HOUR = timedelta(hours=1)
WHOLE_BOOKS = 4
"""Of how many moments of a history all that is derived is compared too: that takes a book of its own."""


class PastMachine(StoreMachine):
    """One book whose clock goes on an hour with each step."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.clock = datetime.fromisoformat(NOW)
        self.moments = [self.clock]

    def before(self, number: int) -> datetime:
        return self.moments[number % len(self.moments)]

    @invariant()
    def index_is_what_a_rebuild_gives(self) -> None:
        """The store's own machine looks after that; here the next step is an hour later, and a new look."""
        if hasattr(self, "book") and hasattr(self, "clock"):
            self.book.index.refresh()
            self.clock += HOUR
            os.environ["CRM_NOW"] = self.clock.isoformat()
            self.moments.append(self.clock)

    # ---- what happens besides -----------------------------------------------------------------------------

    @rule(number=PICK, back=PICK, stage=STAGES)
    def move_dated_back(self, number: int, back: int, stage: str) -> None:
        ref = self.pick("deals", number)
        if ref:
            self.do(Change("move", ref, to=stage, at=self.before(back).isoformat()))

    @rule(number=PICK, back=PICK, add=TAGS, remove=TAGS, name=TEXTS)
    def change_dated_back(self, number: int, back: int, add: str, remove: str, name: str) -> None:
        ref = self.pick("customers", number)
        if ref and add != remove:
            at = self.before(back).isoformat()
            named = Change("set", ref, "name", to=name, at=at)
            self.do(Change("set", ref, "tags", add=(add,), remove=(remove,), at=at), named)

    @rule(number=PICK, back=PICK)
    def delete_and_bring_back(self, number: int, back: int) -> None:
        ref = self.pick("customers", number)
        if ref is None:
            return
        self.do(Change("delete", ref, at=self.before(back).isoformat()))
        self.index_is_what_a_rebuild_gives()
        try:
            undo(self.book)
        except (NoSuchOpError, ChangedSinceError):
            return
        except CrmError as error:
            assert error.exit_code in (2, 3, 5, 6, 7), error  # noqa: PT017

    @rule()
    def take_up_what_hands_did(self) -> None:
        take_drift(self.book)

    # ---- laws ---------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if hasattr(self, "moments"):
                self.now_is_now()
                self.step_by_step()
                self.as_known_then()
        finally:
            super().teardown()

    def now_is_now(self) -> None:
        past = self.book.at(self.clock)
        here, then = everything(self.book.index), everything(past.index)
        assert {name: rows for name, rows in then.items() if name != "shadows"} == {
            name: rows for name, rows in here.items() if name != "shadows"
        }
        past.close()

    def step_by_step(self) -> None:
        """One copy, rewound from moment to moment, is at each what the oracle says, and what a copy of its own would be."""
        past = self.book.at(self.moments[-2])
        places = range(len(self.moments) - 2, -1, -1)
        every = max(1, len(places) // WHOLE_BOOKS)
        renamed = any(event.do == "rename" for event in events_now(self.root))
        for place in places:
            moment = self.moments[place] - timedelta(seconds=place % 3 == 0)
            past.rewind(moment)
            assert past.now() == moment
            at = instant(moment)
            self.compare(past, book_at(self.book, at))
            if place % every:
                continue
            once = self.book.at(moment)
            here, there = everything(past.index), everything(once.index)
            for table in sorted(here):
                assert here[table] == there[table], table
            once.close()
            if not renamed and not self.broken:
                self.compare_derived(past, at)
        past.close()

    def as_known_then(self) -> None:
        for place in range(0, len(self.moments) - 1, 5):
            moment, heard = self.moments[place], self.moments[(place + len(self.moments)) // 2]
            past = self.book.at(moment, heard)
            known = encode(int(heard.timestamp()) * 1000 + 999, 10) + "Z" * 16
            self.compare(past, book_at(self.book, instant(moment), known))
            past.close()

    def compare_derived(self, past: PastBook, at: str) -> None:
        other = written_out(self.book, at, self.home / "then")
        has, should = derived(past.index, past), derived(other.index, other)
        for table, rows in should.items():
            assert has[table] == rows, table
        other.index.close()

    def compare(self, past: PastBook, should: dict[str, dict[str, str | list[str]]]) -> None:
        plurals = [type_.plural for type_ in past.setup.types.values() if not type_.embedded]
        held = {f"{n}/{row[0]}" for n in plurals for row in past.index.rows(f'SELECT id FROM "rec_{n}"')}  # noqa: S608
        assert held == set(should)
        broken = {f"customers/{path.stem}" for path in self.broken}
        for on, fields in should.items():
            ref = parse_ref(on)
            if past.index.fields_of(ref) is None and on in broken:
                continue
            assert differences(fields, dict(past.read_record(ref).fields)) == [], on
            tags = {row[0] for row in past.index.rows('SELECT tag FROM tags WHERE "type" = ? AND id = ?', (*ref,))}
            assert tags == set(fields.get("tags", []))


def instant(moment: datetime) -> str:
    """A moment as the index has times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


TestPastMachine = PastMachine.TestCase
TestPastMachine.settings = settings(max_examples=12, stateful_step_count=40, phases=FOUND_NOT_SHRUNK, deadline=None)
