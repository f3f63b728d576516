"""The day's queue of one member: one line per record with all its reasons, most pressing first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.reports.cells import TEXT, Form
from crmcli.reports.names import Card, cards_of, shown_amount
from crmcli.reports.reasons import DUE_TODAY, Reason, reasons
from crmcli.reports.scope import Scope, filters_of
from crmcli.reports.table import Column, Table
from crmcli.reports.views import TodayLine, TodayView
from crmcli.store.under_way import may_be_under_way
from crmcli.text.phrases import is_chinese, phrase

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crmcli.store.book import Book

GROUPS = ("late", "waits", "today", "quiet", "loose", "start")
"""In the order of the day."""

HEADINGS = {
    "late": "Late",
    "waits": "Waits for you",
    "today": "Today",
    "quiet": "Quiet",
    "loose": "No next step",
    "start": "Worth starting with",
}
"""What each group is called; a phrase."""

ROOM = {"late": 20, "waits": 20, "today": 20, "quiet": 8, "loose": 8, "start": 10}
"""Lines of a group that a day has room for; the rest is counted and shown on request."""

SEVERAL = Form(script="; ".join, show="; ".join)
"""list of str"""

DEFINITION = (
    "late   tasks due before today",
    "waits  versions of files that could not be merged, changes that were cut off",
    "today  tasks due today, those with a time first",
    "quiet  past their cadence since the last touch (else since created); past their stage's rot since stage entry,",
    "       last touch or last change by a person, unless a task is due today or later",
    "loose  open, with an amount, and no open task",
    "start  only when nothing else is there: open records that can be reached, newest first",
    "whose  tasks for the member or for nobody; other records owned by the member or by nobody",
    "order  by group; then what is longest overdue, then the greatest amount, then the id",
)


class Entry(NamedTuple):
    """A record of the queue: its group, its reasons, and what it sorts by."""

    group: str
    ref: str
    reasons: tuple[str, ...]
    pressing: float = 0.0
    due: str = ""
    about: str = ""
    worth: int | None = None


class Queue(NamedTuple):
    """The lines of one member's day before they are drawn, with the cards of all records they name."""

    member: str
    entries: list[Entry]
    cards: dict[str, Card]
    hidden: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    types: dict[str, str] = {}  # noqa: RUF012 - names of record types by plural, never written to
    language: str = "en"


def today(
    book: Book, words: Sequence[str], member: str = "", *, everything: bool = False, limit: int | None = None
) -> TodayView:
    """The queue of `member` (a member's id, "" for who asks), narrowed by filter words.

    Words apply to the record of a line, or, where they cannot be asked of a task, to what the task is on; other types
    they cannot be asked of are left out, and a note says so. `everything` shows all lines of each group, `limit` the
    first so many.
    """
    return today_view(book, queue_of(book, words, member, everything=everything, limit=limit))


def today_view(book: Book, queue: Queue) -> TodayView:
    """A queue as it is drawn."""
    now = book.now()
    return TodayView(queue.member, _dated(now, book), tuple(_line(book, e, queue, now) for e in queue.entries),
                     queue.hidden, (*queue.warnings, *queue.notes))  # fmt: skip


def today_table(queue: Queue) -> Table:
    """The queue as rows for scripts."""
    rows = [
        [e.group, e.ref.partition("/")[2], queue.types.get(e.ref.partition("/")[0]), _card(queue, e.ref).title,
         list(e.reasons), e.due or None, e.about or None]
        for e in queue.entries
    ]  # fmt: skip
    names = ("group", "id", "type", "title", "reasons", "due", "about")
    columns = tuple(Column(name, name.capitalize(), SEVERAL if name == "reasons" else TEXT) for name in names)
    refs = [entry.ref for entry in queue.entries]
    return Table(columns, rows, found=len(rows) + queue.hidden, refs=refs, warnings=queue.warnings)


def queue_of(
    book: Book,
    words: Sequence[str],
    member: str = "",
    *,
    everything: bool = False,
    limit: int | None = None,
    language: str = "",
) -> Queue:
    """Gather, join and order the day's lines; their reasons in the book's language, or in another one."""
    whose, language = member or book.me, language or book.setup.config.language
    env = book.query_env()
    types = [type_ for type_ in book.setup.types.values() if not type_.embedded and type_.name != "member"]
    scope = Scope(book, env, filters_of(book, words, types, env), whose, language=language)
    found = [*reasons(scope), *([] if words else _waiting(book, language))]
    if not found:
        from crmcli.reports.start import starting_points  # noqa: PLC0415 - only where nothing waits

        found = starting_points(scope)
    joined = _joined(found)
    cards = cards_of(book, [ref for entry in joined if entry.worth is None for ref in (entry.ref, entry.about) if ref])
    ordered = sorted(joined, key=lambda entry: _place(entry, cards))
    kept = ordered[:limit] if limit is not None else ordered if everything else _within_room(ordered)
    cards |= cards_of(book, [entry.ref for entry in kept if entry.ref not in cards])
    wholes = cards_of(book, [cards[e.ref].whole for e in kept if e.ref in cards and cards[e.ref].whole])
    notes = [*_unknown_member(book, member, language), *_left_out(scope), *([] if kept else _nothing(scope))]
    names = {type_.plural: type_.name for type_ in types}
    hidden = len(ordered) - len(kept)
    return Queue(
        _name(book, whose), kept, wholes | cards, hidden, tuple(notes), scope.filters.warnings, names, language
    )


def _joined(found: Iterable[Reason]) -> list[Entry]:
    """One entry per record in its most pressing group; what is said of a record goes to a more pressing task on it."""
    ranked = sorted(found, key=lambda reason: GROUPS.index(reason.group))
    holder = {reason.about: reason.ref for reason in reversed(ranked) if reason.about}
    entries: dict[str, Entry] = {}
    for reason in ranked:
        task = "" if reason.about or reason.ref in entries else holder.get(reason.ref, "")
        ref = task if task in entries else reason.ref
        known = entries.get(ref)
        if known is None:
            entries[ref] = Entry(
                reason.group, ref, (reason.text,), reason.pressing, reason.due, reason.about, reason.worth
            )
        elif reason.text not in known.reasons:
            entries[ref] = known._replace(reasons=(*known.reasons, reason.text))
    return list(entries.values())


def _place(entry: Entry, cards: dict[str, Card]) -> tuple[int, float, int, str]:
    """Group, then the longest overdue, then the greatest amount (a task's is that of its record), then the id."""
    worth = entry.worth
    if worth is None:
        nothing = Card("")
        worth = cards.get(entry.ref, nothing).worth or cards.get(entry.about, nothing).worth
    return GROUPS.index(entry.group), -round(entry.pressing, 3), -worth, entry.ref


def _within_room(entries: list[Entry]) -> list[Entry]:
    taken = dict.fromkeys(GROUPS, 0)
    kept = []
    for entry in entries:
        taken[entry.group] += 1
        if taken[entry.group] <= ROOM[entry.group]:
            kept.append(entry)
    return kept


def _card(queue: Queue, ref: str) -> Card:
    return queue.cards.get(ref) or Card(ref.partition("/")[2])


def _line(book: Book, entry: Entry, queue: Queue, now: datetime) -> TodayLine:
    card = _card(queue, entry.ref)
    about = entry.about or card.whole
    amount = shown_amount(card) or (shown_amount(_card(queue, entry.about)) if entry.about else "")
    return TodayLine(
        entry.group,
        entry.ref,
        card.title,
        entry.reasons,
        _due(entry.due, now, book) if entry.due and entry.reasons[0] != phrase(queue.language, DUE_TODAY) else "",
        _card(queue, about).title if about else "",
        amount,
    )


def _due(stored: str, now: datetime, book: Book) -> str:
    from datetime import date, datetime  # noqa: PLC0415

    from crmcli.text.day_words import format_day  # noqa: PLC0415

    language = book.setup.config.language
    if len(stored) == len("2026-11-20"):
        return format_day(date.fromisoformat(stored), now, language)
    moment = datetime.fromisoformat(stored)
    return format_day(moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo), now, language)


def _dated(now: datetime, book: Book) -> str:
    chinese = is_chinese(book.setup.config.language)
    return f"{'周' + '一二三四五六日'[now.weekday()] if chinese else now.strftime('%a')} {now:%Y-%m-%d}"


def _name(book: Book, member: str) -> str:
    type_ = book.setup.types.get("member")
    return next((c.title for c in cards_of(book, [f"{type_.plural}/{member}"]).values()), member) if type_ else member


def _unknown_member(book: Book, asked: str, language: str) -> list[str]:
    """Without a member, only what is nobody's can be shown."""
    if asked or (book.me and "@" not in book.me):
        return []
    return [
        phrase(
            language,
            "crm does not know who you are, so this is what belongs to nobody: `crm config me YOU` says it",
        )
    ]


def _left_out(scope: Scope) -> list[str]:
    """Say of which types the words were asked, where not of all."""
    refused, language = scope.filters.refused, scope.language
    if not refused:
        return []
    kept = ", ".join(scope.book.setup.types[name].plural for name in scope.filters.conditions if name not in refused)
    through = "task" in refused and "task" in scope.filters.conditions
    types = phrase(language, "{types} and tasks on them", types=kept) if through else kept
    return [phrase(language, "only {types}: these words cannot be asked of other records", types=types)]


def _waiting(book: Book, language: str) -> list[Reason]:
    """What waits on this machine; mostly nothing, which a few looks tell."""
    if not _holds_something(book.state / "conflicts") and not may_be_under_way(book.state):
        return []
    from crmcli.reports.waits import waiting  # noqa: PLC0415 - rarely needed

    return list(waiting(book, language))


def _holds_something(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is not None
    except OSError:
        return False


def _nothing(scope: Scope) -> list[str]:
    from crmcli.reports.start import beginnings, next_task_note  # noqa: PLC0415 - only where nothing waits

    return beginnings(scope.book) or next_task_note(scope)
