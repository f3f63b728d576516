"""What can be done from a screen: each makes a job for the desk out of values, and says what came of it.

The rules are the actions'; here stands only which action a key means and on which record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crmcli.model.record import Ref, parse_ref
from crmcli.reports import telling
from crmcli.reports.reasons import subject_of
from crmcli_tui.messages import Told

if TYPE_CHECKING:
    from crmcli.actions.log import Entry
    from crmcli.engines.outcome import Outcome
    from crmcli.store.book import Book

Deed = Callable[["Book"], Told]
VIA = "tui"


def told(outcome: Outcome, sentence: str) -> Told:
    """What came of it, for people."""
    refs = tuple(map(str, outcome.refs))
    if not outcome.op:
        return Told("nothing to change.", tuple(outcome.notices), refs, changed=False)
    return Told(sentence, tuple(outcome.notices), refs)


def subjects(book: Book, refs: Sequence[str]) -> list[Ref]:
    """What lines of the day are about, each once."""
    return list(dict.fromkeys(subject_of(book, parse_ref(ref)) for ref in refs))


def log(refs: Sequence[str], entry: Entry) -> Deed:
    """Log on what the lines are about."""

    def do(book: Book) -> Told:
        from crmcli.actions.log import log_entry  # noqa: PLC0415 - actions are loaded when they are first used

        about = subjects(book, refs)
        outcome = log_entry(book, about, entry, via=VIA)
        return told(outcome, telling.logged(book, about, outcome))

    return do


def finish(refs: Sequence[str]) -> Deed:
    """Finish the tasks, or the records' earliest ones."""

    def do(book: Book) -> Told:
        from crmcli.actions.done import finish as finish_tasks  # noqa: PLC0415

        outcome = finish_tasks(book, [parse_ref(ref) for ref in refs], via=VIA)
        return told(outcome, telling.finished(book, outcome))

    return do


def put_off(refs: Sequence[str], when: str) -> Deed:
    """Put the tasks off."""

    def do(book: Book) -> Told:
        from crmcli.actions.done import snooze  # noqa: PLC0415

        outcome = snooze(book, [parse_ref(ref) for ref in refs], when.split(), via=VIA)
        return told(outcome, telling.put_off(book, outcome))

    return do


def plan(refs: Sequence[str], when: str, what: str) -> Deed:
    """Put a next step on what the lines are about."""

    def do(book: Book) -> Told:
        from crmcli.actions.next_step import next_step  # noqa: PLC0415

        about = subjects(book, refs)
        outcome = next_step(book, about, [*when.split(), *what.split()], via=VIA)
        return told(outcome, telling.planned(book, about, outcome))

    return do


def move(refs: Sequence[str], stage: str, words: Sequence[str] = (), note: str = "") -> Deed:
    """Move the records themselves, with fields that travel along."""

    def do(book: Book) -> Told:
        from crmcli.actions.move import move_records  # noqa: PLC0415

        outcome = move_records(book, [parse_ref(ref) for ref in refs], stage, words, note=note, via=VIA)
        return told(outcome, telling.moved(book, outcome))

    return do


def change(refs: Sequence[str], words: Sequence[str]) -> Deed:
    """Set fields and tags of what the lines are about, in the words of `crm set`."""

    def do(book: Book) -> Told:
        from crmcli.actions.set import set_fields  # noqa: PLC0415

        outcome = set_fields(book, subjects(book, refs), words, via=VIA)
        return told(outcome, telling.changed(book, outcome))

    return do


def assign(ref: str, words: Sequence[str]) -> Deed:
    """Set fields of the record itself, in the words of `crm set`."""

    def do(book: Book) -> Told:
        from crmcli.actions.set import set_fields  # noqa: PLC0415

        outcome = set_fields(book, [parse_ref(ref)], words, via=VIA)
        return told(outcome, telling.changed(book, outcome))

    return do


def take_back(op: str) -> Deed:
    """Undo an op."""

    def do(book: Book) -> Told:
        from crmcli.actions.undo import undo, verb_of  # noqa: PLC0415

        outcome = undo(book, op, via=VIA)
        named = telling.named(book, outcome) if outcome.refs else "nothing"
        return told(outcome, f"undone: {verb_of(book, op)} of {named}.")

    return do


def edit(ref: Ref, base: bytes, edited: bytes) -> Deed:
    """Write what was changed in an editor."""

    def do(book: Book) -> Told:
        from crmcli.actions.edit import apply_edit  # noqa: PLC0415

        outcome = apply_edit(book, ref, base, edited, via=VIA)
        return told(outcome, telling.changed(book, outcome))

    return do
