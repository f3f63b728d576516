"""The book at any past moment is what a plain replay of its files says, whatever happened in it (STORE §2 rule 9).

The histories are those of the store's own machine (commands, deletes, restores by undo, renames, hand edits, broken files),
with a clock that goes on, and with changes dated back.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from crmcli.actions.journal import take_drift
from crmcli.model.change import Change
from crmcli.model.ids import encode
from crmcli.model.record import parse_ref
from crmcli.store.past import PastBook
from crmcli.store.replay import differences
from tests.environment import NOW
from tests.past_oracle import book_at, derived, events_now, written_out
from tests.properties.test_store_machine import FOUND_NOT_SHRUNK, PICK, STAGES, TAGS, StoreMachine
from tests.storing import everything

HOURS = st.integers(1, 60)


class PastMachine(StoreMachine):
    """One book whose clock goes on between the steps."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.clock = datetime.fromisoformat(NOW)
        self.moments = [self.clock]

    def before(self, number: int) -> datetime:
        return self.moments[number % len(self.moments)]

    # ---- what happens besides -----------------------------------------------------------------------------

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        self.clock += timedelta(hours=hours)
        os.environ["CRM_NOW"] = self.clock.isoformat()
        self.moments.append(self.clock)

    @rule(number=PICK, back=PICK, stage=STAGES)
    def move_dated_back(self, number: int, back: int, stage: str) -> None:
        ref = self.pick("deals", number)
        if ref:
            self.do(Change("move", ref, to=stage, at=self.before(back).isoformat()))

    @rule(number=PICK, back=PICK, add=TAGS, remove=TAGS)
    def set_tags_dated_back(self, number: int, back: int, add: str, remove: str) -> None:
        ref = self.pick("customers", number)
        if ref and add != remove:
            at = self.before(back).isoformat()
            self.do(Change("set", ref, "tags", add=(add,), remove=(remove,), at=at), Change("set", ref, "name", to=add))

    @rule()
    def take_up_what_hands_did(self) -> None:
        take_drift(self.book)

    # ---- laws ---------------------------------------------------------------------------------------------

    @rule(back=PICK, seconds=st.sampled_from([-1, 0, 1]))
    def look_back(self, back: int, seconds: int) -> None:
        moment = min(self.before(back) + timedelta(seconds=seconds), self.clock)
        if moment == self.clock:
            return
        past = self.book.at(moment)
        at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.compare(past, book_at(self.book, at))
        renamed = any(event.do == "rename" for event in events_now(self.root))
        if not renamed and not self.broken:
            other = written_out(self.book, at, self.home / "then")
            told, should = derived(past.index, past), derived(other.index, other)
            for table, rows in should.items():
                assert told[table] == rows, table
            other.index.close()
        past.close()

    @rule(back=PICK, known=PICK)
    def look_back_as_known_then(self, back: int, known: int) -> None:
        moment, heard = sorted([self.before(back), self.before(known)])
        past = self.book.at(moment, heard)
        at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment < self.clock else "9999"
        self.compare(past, book_at(self.book, at, encode(int(heard.timestamp()) * 1000 + 999, 10) + "Z" * 16))
        past.close()

    @rule(one=PICK, two=PICK)
    def step_by_step_is_at_once(self, one: int, two: int) -> None:
        early, late = sorted([self.before(one), self.before(two)])
        steps, once = self.book.at(late), self.book.at(early)
        assert steps.index.rows("SELECT 1") != []
        steps.rewind(early)
        assert everything(steps.index) == everything(once.index)
        assert steps.now() == once.now() == early
        steps.close()
        once.close()

    @rule()
    def now_is_now(self) -> None:
        past = self.book.at(self.clock)
        here, then = everything(self.book.index), everything(past.index)
        own = ("later", "past", "shadows")
        assert {name: rows for name, rows in then.items() if name not in own} == {
            name: rows for name, rows in here.items() if name not in own
        }
        assert then["later"] == then["past"] == []
        past.close()

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

    # ---- what the store's own machine looks after -----------------------------------------------------------

    @invariant()
    def index_is_what_a_rebuild_gives(self) -> None:
        """Looked at there after every step; here the next command is a new look."""
        if hasattr(self, "book"):
            self.book.index.refresh()


TestPastMachine = PastMachine.TestCase
TestPastMachine.settings = settings(max_examples=25, stateful_step_count=40, phases=FOUND_NOT_SHRUNK, deadline=None)
