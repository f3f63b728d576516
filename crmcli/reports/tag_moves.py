"""`crm tag show NAME --since WHEN`: who got a tag and who lost it, day by day, and why.

A tag put by hand is in the journal. A dynamic tag is a question, so it is asked again at the end of every day, on one copy
of the book that is rewound further and further (docs/questions.md); why is what became true or false in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.compile import compile_filter, compile_value
from crmcli.query.failures import QueryError
from crmcli.query.parser import parse
from crmcli.query.printer import print_expr
from crmcli.query.sql import SqlArgument
from crmcli.query.tree import Compare, Expr, Junction, Match, Not, Tag
from crmcli.reports.cells import TEXT, Cell
from crmcli.reports.forms import form_of
from crmcli.reports.names import cards_of
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.model.schema import DynamicTag, RecordType
    from crmcli.store.book import Book
    from crmcli.store.past import PastBook

MOST_LOOKS = 100
"""How often a dynamic tag is asked; beyond so many days the steps are longer."""

_BY_HAND = """SELECT e."on", e."do", e.at, e.by, e."more" FROM events e
WHERE e."do" IN ('set', 'create', 'restore', 'delete') AND (e.field = 'tags' OR e.field IS NULL) AND e.at > ? ORDER BY e.at, e.id"""


class TagMove(NamedTuple):
    """A record that got (`entered`) or lost (`left`) the tag by the end of `day`; `why` in the tag's own words."""

    day: str
    change: str
    ref: str
    title: str
    why: str


class _Look(NamedTuple):
    """What one look found: members, and per record of the type whether each condition held and what it compared."""

    day: str
    members: frozenset[str]
    truths: dict[str, tuple[bool, ...]]
    values: dict[str, tuple[str, ...]]
    titles: dict[str, str]


class _Leaf(NamedTuple):
    """One condition of the tag's filter, as SQL on `r`: the truth, and the value it compares ("" where there is none)."""

    text: str
    tree: Expr
    left: Expr | None


def moves_of(book: Book, name: str, since: datetime) -> list[TagMove]:
    """Who got a tag and who lost it after `since`, newest first, whether people or a filter keep it."""
    tag = book.setup.tags.get(name)
    if tag is None:
        return hand_moves(book, name, since)
    past = book.at(max(since, last_midnight(book.now())))
    try:
        return tag_moves(book, past, tag, since)
    finally:
        past.close()


def tag_moves(book: Book, past: PastBook, tag: DynamicTag, since: datetime) -> list[TagMove]:
    """The moves of a dynamic tag after `since`, newest first; `past` stands at the last end of a day that is over.

    It is rewound on the way. Entering and leaving within one step cancel out.
    """
    type_ = book.setup.types[tag.type]
    leaves = list(_leaves(parse(tag.where), type_)) + (list(_leaves(parse(tag.but), type_)) if tag.but else [])
    later = _look(book, type_, tag, leaves)
    found: list[TagMove] = []
    for moment in _moments(past.now(), since):
        if moment < past.now():
            past.rewind(moment)
        earlier = _look(past, type_, tag, leaves)
        found += _between(type_, leaves, earlier, later)
        later = earlier
    return found


def moves_table(moves: Sequence[TagMove], limit: int | None = None) -> Table:
    """The moves as rows."""
    rows: list[list[Cell]] = [
        [move.day, move.change, move.ref.partition("/")[2], move.title, move.why or None] for move in moves[:limit]
    ]
    names = ("day", "change", "id", "title", "why")
    columns = tuple(Column(name, name.capitalize(), TEXT) for name in names)
    return Table(columns, rows, found=len(moves), refs=[move.ref for move in moves[:limit]])


def hand_moves(book: Book, tag: str, since: datetime) -> list[TagMove]:
    """When a tag that people put was put on records and taken off them after `since`, newest first."""
    import json  # noqa: PLC0415

    from crmcli.query.whens import utc_text  # noqa: PLC0415
    from crmcli.reports.wording import Wording  # noqa: PLC0415

    wording = Wording(book)
    moves: list[TagMove] = []
    for on, do, at, by, more in book.index.rows(_BY_HAND, (utc_text(since) + "Z",)):
        told = json.loads(more) if more else {}
        carried = tag in told.get("record", {}).get("tags", ())
        gone = do == "delete" if carried else tag in told.get("remove", ())
        if carried or gone or tag in told.get("add", ()):
            day = datetime.fromisoformat(at).astimezone(book.zone).date().isoformat()
            who = f"by {wording.who(by)}" if by else ""
            why = f"deleted {who}".rstrip() if carried and gone else who
            moves.append(TagMove(day, "left" if gone else "entered", str(on), "", why))
    cards = cards_of(book, [move.ref for move in moves])
    return [
        m._replace(title=cards[m.ref].title if m.ref in cards else m.ref.partition("/")[2]) for m in reversed(moves)
    ]


def last_midnight(now: datetime) -> datetime:
    """The last second of yesterday."""
    return datetime.combine(now.date(), time(), now.tzinfo) - timedelta(seconds=1)


def _moments(first: datetime, since: datetime) -> Iterator[datetime]:
    """Ends of days from `first` back to `since`."""
    days = max(1, (first.date() - since.date()).days)
    step = -(-days // MOST_LOOKS)
    for count in range(0, days, step):
        yield datetime.combine(first.date() - timedelta(days=count), first.timetz())
    yield since


def _leaves(tree: Expr, type_: RecordType) -> Iterator[_Leaf]:
    if isinstance(tree, Junction):
        for term in tree.terms:
            yield from _leaves(term, type_)
    elif isinstance(tree, Not):
        yield from _leaves(tree.term, type_)
    else:
        left = tree.left if isinstance(tree, (Compare, Match)) else None
        yield _Leaf(print_expr(tree), tree, left)


def _look(book: Book, type_: RecordType, tag: DynamicTag, leaves: Sequence[_Leaf]) -> _Look:
    env = book.query_env()
    member = compile_filter(Tag(tag.name), type_, env)
    pieces, params = [f"({member.text}) IS TRUE AND r.archived IS NULL"], list(member.params)
    for leaf in leaves:
        asked = compile_filter(leaf.tree, type_, env)
        pieces.append(f"({asked.text}) IS TRUE")
        params += asked.params
    shows = []
    for leaf in leaves:
        text, own, show = _value(book, type_, leaf)
        pieces.append(text)
        params += own
        shows.append(show)
    rows = book.index.rows(f'SELECT r.id, r."_title", {", ".join(pieces)} FROM "rec_{type_.plural}" r', params)
    end = 3 + len(leaves)
    return _Look(
        book.now().date().isoformat(),
        frozenset(str(row[0]) for row in rows if row[2]),
        {str(row[0]): tuple(bool(cell) for cell in tuple(row)[3:end]) for row in rows},
        {
            str(row[0]): tuple(
                show(cell) if cell is not None else "none" for show, cell in zip(shows, tuple(row)[end:], strict=True)
            )
            for row in rows
        },
        {str(row[0]): str(row[1] or row[0]) for row in rows},
    )


def _value(book: Book, type_: RecordType, leaf: _Leaf) -> tuple[str, tuple[SqlArgument, ...], Callable[[Cell], str]]:
    """SQL for what a condition compares, its parameters, and how a cell of it reads."""
    if leaf.left is not None:
        try:
            value = compile_value(leaf.left, type_, book.query_env())
        except QueryError:
            return "NULL", (), str
        if len(value.raw) <= 1 and not value.many:
            form = form_of(value, book.context, book.zone)
            return value.text if not value.raw else value.raw[0], () if value.raw else value.params, form.show or str
    return "NULL", (), str


def _between(type_: RecordType, leaves: Sequence[_Leaf], earlier: _Look, later: _Look) -> list[TagMove]:
    """Who is in one look and not in the other."""
    moves = []
    for change, names in (("entered", later.members - earlier.members), ("left", earlier.members - later.members)):
        for name in names:
            title = later.titles.get(name) or earlier.titles.get(name, name)
            why = "; ".join(_reasons(name, leaves, earlier, later))
            moves.append(TagMove(later.day, change, f"{type_.plural}/{name}", title, why))
    return sorted(moves, key=lambda move: (move.change, move.title, move.ref))


def _reasons(name: str, leaves: Sequence[_Leaf], earlier: _Look, later: _Look) -> Iterator[str]:
    """What became true or false in between, with the values that were compared."""
    if name not in earlier.truths:
        yield "made"
    elif name not in later.truths:
        yield "deleted"
    else:
        same = True
        for place, leaf in enumerate(leaves):
            was, now = earlier.truths[name][place], later.truths[name][place]
            if was == now:
                continue
            same = False
            before, after = earlier.values[name][place], later.values[name][place]
            moved = f" ({before} → {after})" if before != after else ""
            yield f"{leaf.text}{'' if now else ' no longer'}{moved}"
        if same:
            yield "archived or brought back"
