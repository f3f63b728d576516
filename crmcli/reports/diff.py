"""`crm diff`: what happened to a pipeline since a moment, in the words of a weekly review.

Two books are compared: the one now and the same one at the moment (docs/questions.md). A record stands in every group
that is true of it, so that each heading is a whole answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.sql import Sql, column, table
from crmcli.reports.cells import INTEGER, TEXT, Cell
from crmcli.reports.forms import book_money
from crmcli.reports.names import has_amount, member_names, shown_money, titles_of, whole_field
from crmcli.reports.reasons import stage_labels
from crmcli.reports.scope import filters_of
from crmcli.reports.sparing import let_go
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

GROUPS = ("new", "won", "lost", "moved", "back", "slipped", "sooner", "grew", "shrank", "quiet", "gone")
"""In the order of a review. new: not there before · won, lost: closed since · moved, back: to a later or earlier stage
(or reopened) · slipped, sooner: the close date moved · grew, shrank: the amount · quiet: open all the while and nobody
touched or changed it · gone: archived or deleted since."""

_RUNNING = ("open", "hold")
_CHUNK = 10_000
"""Records that are compared at once."""


class Standing(NamedTuple):
    """A record at one of the two moments. `amount` is in minor units of the book's currency; `touched` and `changed` are UTC."""

    title: str
    stage: str
    kind: str
    place: int
    amount: int | None
    close: str
    owner: str
    whole: str
    archived: bool
    touched: str
    changed: str


class DiffLine(NamedTuple):
    """One record in one group, as scripts read it: `whole` and `owner` are ids, `before` and `after` stage names, dates or amounts.

    `times` is how often its close date slipped. `said` is what people read for whole, owner, before and after.
    """

    group: str
    ref: str
    title: str
    whole: str
    owner: str
    amount: int | None
    before: str
    after: str
    said: tuple[str, str, str, str]
    times: int = 0


class Pot(NamedTuple):
    """How many running records there are at a moment, and their sum in minor units of the book's currency."""

    records: int
    amount: int


class DiffView(NamedTuple):
    """The review: `since` and `until` are days of the book's zone, `lines` in the order of `GROUPS`, greatest amount first."""

    type: str
    since: str
    until: str
    before: Pot
    after: Pot
    lines: tuple[DiffLine, ...]
    currency: str
    notes: tuple[str, ...] = ()


def pipeline_diff(
    past: Book, book: Book, type_: RecordType, words: Sequence[str] = (), *, since: datetime | None = None
) -> DiffView:
    """Compare the records of a type that the words find now or found then; archived ones only where they were not before.

    `since` is when the book of then was so, where its own clock does not say it.
    """
    asked, asked_then = (filters_of(b, words, [type_], b.query_env()) for b in (book, past))
    names = sorted(
        _names(past, type_, asked_then.conditions[type_.name]) | _names(book, type_, asked.conditions[type_.name])
    )
    moment = since or past.now()
    compared = _Comparison(book, type_, moment)
    found: list[DiffLine] = []
    before = after = Pot(0, 0)
    for first in range(0, len(names), _CHUNK):
        some = names[first : first + _CHUNK]
        then, now = (_read(b, type_, some) for b in (past, book))
        before, after = _pot(before, then.values()), _pot(after, now.values())
        found += [line for name in some for line in compared.lines(name, then.get(name), now.get(name))]
    found = _with_slips(book, type_, _with_wholes(book, found))
    return DiffView(
        type_.name,
        (moment + timedelta(seconds=1)).date().isoformat(),  # the book of then is that of the last second before
        book.now().date().isoformat(),
        before,
        after,
        tuple(sorted(found, key=lambda line: (GROUPS.index(line.group), -(line.amount or 0), line.title, line.ref))),
        book.setup.config.currency,
        asked.warnings,
    )


def diff_table(view: DiffView) -> Table:
    """The review as rows for scripts."""
    columns = (
        Column("change", "Change"),
        Column("id", "Id"),
        Column("title", "Title"),
        Column("about", "About"),
        Column("owner", "Owner"),
        Column("amount", "Amount", book_money(view.currency)),
        Column("before", "Before", TEXT),
        Column("after", "After", TEXT),
        Column("times", "Times", INTEGER),
    )
    rows: list[list[Cell]] = [
        [
            line.group,
            line.ref.partition("/")[2],
            line.title,
            line.whole or None,
            line.owner or None,
            line.amount,
            line.before or None,
            line.after or None,
            line.times or None,
        ]
        for line in view.lines
    ]
    return Table(columns, rows, found=len(rows), refs=[line.ref for line in view.lines], warnings=view.notes)


def _pot(pot: Pot, standings: Iterable[Standing]) -> Pot:
    """What there is with some more records."""
    running = [s for s in standings if s.kind in _RUNNING and not s.archived]
    return Pot(pot.records + len(running), pot.amount + sum(s.amount or 0 for s in running))


def _names(book: Book, type_: RecordType, where: Sql) -> set[str]:
    """The ids of the records that a condition holds for."""
    rows = book.index.rows(f"SELECT r.id FROM {table(type_.plural)} r WHERE {where.text}", where.params)
    return {str(row[0]) for row in let_go(rows)}


def _read(book: Book, type_: RecordType, names: Sequence[str]) -> dict[str, Standing]:
    """Those of some records that there are, by id, whether the words find them there or not; archived ones too."""
    from crmcli.text.plain_json import dumps  # noqa: PLC0415

    stage = column("r", type_.stage.name) if type_.stage else "NULL"
    amount = 'r."amount.book"' if has_amount(type_) else "NULL"
    dated = type_.fields.get("close")
    close = 'r."close"' if dated is not None and dated.type == "date" else "NULL"
    owner = type_.fields.get("owner")
    owned = 'r."owner"' if owner is not None and owner.reference and not owner.many else "NULL"
    part = whole_field(type_)
    whole = column("r", part.name) if part else "NULL"
    rows = book.index.rows(
        f'SELECT r.id, r."_title", {stage}, r."_kind", r."_ord", {amount}, {close}, {owned}, {whole}, r.archived, r.touched,'
        f' r."_changed" FROM {table(type_.plural)} r WHERE r.id IN (SELECT value FROM json_each(?))',
        (dumps(list(names)),),
    )
    return {
        str(row[0]): Standing(
            str(row[1] or row[0]), str(row[2] or ""), str(row[3] or ""), int(row[4] or 0), row[5], str(row[6] or ""),
            str(row[7] or ""), str(row[8] or ""), row[9] is not None, str(row[10] or ""), str(row[11] or ""),
        )
        for row in rows
    }  # fmt: skip


def _with_wholes(book: Book, lines: Sequence[DiffLine]) -> list[DiffLine]:
    """The lines with the titles of what the records are part of, in place of `plural/id`."""
    titles = titles_of(book, (line.said[0] for line in lines))
    return [line._replace(said=(titles.get(line.said[0], line.said[0]), *line.said[1:])) for line in lines]


def _with_slips(book: Book, type_: RecordType, lines: list[DiffLine]) -> list[DiffLine]:
    """The lines with how often a close date was put off in all of the record's life, where it was since."""
    slipped = [line.ref for line in lines if line.group == "slipped"]
    if not slipped:
        return lines
    from crmcli.text.plain_json import dumps  # noqa: PLC0415

    close = type_.fields["close"]
    rows = book.index.rows(
        """SELECT "on", count(*) FROM events WHERE "on" IN (SELECT value FROM json_each(?)) AND "do" = 'set'
        AND field IN (SELECT value FROM json_each(?)) AND "to" > "from" GROUP BY "on" """,
        (dumps(slipped), dumps([close.name, *close.was])),
    )
    times = {str(on): int(count) for on, count in rows}
    return [line._replace(times=times.get(line.ref, 0)) if line.group == "slipped" else line for line in lines]


class _Comparison:
    """Says in which groups a record stands."""

    def __init__(self, book: Book, type_: RecordType, moment: datetime) -> None:
        from crmcli.query.whens import utc_text  # noqa: PLC0415

        self._book = book
        self._type = type_
        self._since = utc_text(moment) + "Z"
        self._labels = stage_labels(book.setup, type_)
        self._members = member_names(book)
        part = whole_field(type_)
        target = book.setup.types.get(part.reference) if part else None
        self._plural = target.plural if target else ""

    def lines(self, name: str, then: Standing | None, now: Standing | None) -> Iterator[DiffLine]:
        """Every group of one record; `then` or `now` is None where it does not exist."""
        was = then if then is not None and not then.archived else None
        present = now if now is not None and not now.archived else None
        if present is None:
            if was is not None:
                how = "archived" if now is not None else "deleted"
                yield self._line("gone", name, was, was.stage, how)
            return
        if was is None:
            yield self._line("new", name, present, "", present.stage)
            if present.kind in ("won", "lost"):
                yield self._line(present.kind, name, present, "", present.stage)
            return
        yield from self._stages(name, was, present)
        if present.kind in _RUNNING:
            yield from self._closes(name, was, present)
        yield from self._amounts(name, was, present)
        if was.kind in _RUNNING and present.kind in _RUNNING and max(present.touched, present.changed) <= self._since:
            yield self._line("quiet", name, present, "", self._last(present))

    def _stages(self, name: str, was: Standing, now: Standing) -> Iterator[DiffLine]:
        if (was.stage, was.kind) == (now.stage, now.kind):
            return
        if now.kind in ("won", "lost"):
            group = now.kind
        elif was.kind in ("won", "lost") or now.place < was.place:
            group = "back"
        else:
            group = "moved"
        yield self._line(group, name, now, was.stage, now.stage)

    def _closes(self, name: str, was: Standing, now: Standing) -> Iterator[DiffLine]:
        if not was.close or not now.close or was.close == now.close:
            return
        if now.close > was.close:
            yield self._line("slipped", name, now, was.close, now.close)
        else:
            yield self._line("sooner", name, now, was.close, now.close)

    def _amounts(self, name: str, was: Standing, now: Standing) -> Iterator[DiffLine]:
        before, after = was.amount or 0, now.amount or 0
        if before != after:
            group = "grew" if after > before else "shrank"
            line = self._line(group, name, now, self._money(was.amount), self._money(now.amount))
            yield self._sized(line, was, now)

    def _line(self, group: str, name: str, shown: Standing, before: str, after: str) -> DiffLine:
        whole = f"{self._plural}/{shown.whole}" if self._plural and shown.whole else shown.whole
        owner = self._members.get(shown.owner, shown.owner)
        said = (whole, owner, self._labels.get(before, before), self._labels.get(after, after))
        ref, part = f"{self._type.plural}/{name}", whole.partition("/")[2] or whole
        return DiffLine(group, ref, shown.title, part, shown.owner, shown.amount, before, after, said)

    def _money(self, amount: int | None) -> str:
        """An amount in the book's currency as files have it."""
        from crmcli.model.money import minor_text  # noqa: PLC0415

        currency = self._book.setup.config.currency
        return f"{minor_text(amount, currency)} {currency}" if amount is not None else ""

    def _sized(self, line: DiffLine, was: Standing, now: Standing) -> DiffLine:
        """An amount as people read it."""
        currency = self._book.setup.config.currency
        before, after = (shown_money(s.amount, currency) if s.amount is not None else "" for s in (was, now))
        return line._replace(said=(*line.said[:2], before, after))

    def _last(self, standing: Standing) -> str:
        """The day of the last touch or change, "" when there was none."""
        last = max(standing.touched, standing.changed)
        return datetime.fromisoformat(last).astimezone(self._book.zone).date().isoformat() if last else ""
