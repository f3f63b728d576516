"""Records that went into the same one as another that is taken out of it: what they gave too, and what was before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.identity.alone import alone
from crmcli.actions.identity.unite import Pair, unite
from crmcli.model.record import BODY, Record, Ref, parse_ref
from crmcli.store.drift import events_of
from crmcli.store.merged import ended_by, samenesses
from crmcli.store.names import BEGINNINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.actions.drafts import Drafts
    from crmcli.actions.identity.names import PresentNames
    from crmcli.actions.identity.unite import Step
    from crmcli.model.event import Event
    from crmcli.store.book import Book
    from crmcli.store.sameness import Sameness


def fill_from_others(
    book: Book, drafts: Drafts, names: PresentNames, kept: Ref, gone: Ref, steps: Sequence[Step]
) -> None:
    """What goes from the kept record with the one taken out, it has from the others where these have it too."""
    done = {step.key: step for step in steps if step.key != "aliases"}
    sames = [same for same in samenesses(book).holding.values() if same.kept == str(kept) and same.gone != str(gone)]
    others = {ref: alone(book, ref, names).fields for ref in (parse_ref(same.gone) for same in sorted(sames))}
    called = {ref: frozenset([ref.id, *Record(ref, fields).items("aliases")]) for ref, fields in others.items()}
    us = frozenset([kept.id, *book.read_record(kept).items("aliases")]).union(*called.values())
    for ref, fields in others.items() if done else ():
        pair = Pair(kept, ref, dict(drafts.fields(kept)), fields, called[ref], us)
        for step in unite(book, book.type_of(kept), pair, lambda _: False).steps:
            _fill(drafts, kept, step, done.get(step.key), {"of": str(ref)})


def _fill(drafts: Drafts, kept: Ref, step: Step, gone: Step | None, more: dict[str, object]) -> None:
    if gone is None:
        return
    if step.add or step.remove:
        drafts.swap(kept, step.key, tuple(item for item in step.add if item in gone.remove), (), more)
    elif step.key == BODY or not drafts.fields(kept).get(step.key):
        drafts.put(kept, step.key, step.to, more)


def given_and_taken(book: Book, kept: Ref, same: Sameness) -> list[Event]:
    """What others gave to the kept record before this merge, and took with them when they were taken out after it."""
    events = [event for event in events_of(book, kept) if event.do in ("set", "move") and "of" in event.more]
    found: list[Event] = []
    for giver in dict.fromkeys(str(event.more["of"]) for event in events):
        back = [event for event in events_of(book, parse_ref(giver)) if event.do in BEGINNINGS]
        ended = ended_by(book, back[-1]) if back and back[-1].id > same.id else None
        if ended is not None and giver != same.gone:
            found += [e for e in events if e.more["of"] == giver and ended.op <= e.op < back[-1].op]
    return sorted(found)
