"""What has rested longer than its stage allows (docs/reference/reports.md#stale; ENGINES §4, Rot)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import UsageError
from crmcli.query.compile import compile_value
from crmcli.query.whens import utc_text
from crmcli.reports.cells import TEXT, Cell, Form
from crmcli.reports.figures import DAY_SECONDS, DAYS, days, half_even, seconds_between, wall_clock
from crmcli.reports.forms import form_of, moment
from crmcli.reports.grouping import fetch, stage_labels, titles_of
from crmcli.reports.labels import figure
from crmcli.reports.money_notes import money_columns
from crmcli.reports.request import TOTAL, Report, ReportRequest, RowSource
from crmcli.reports.selection import has_money, question_env, select, staged_type, state
from crmcli.reports.sparing import let_go
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType, Setup
    from crmcli.reports.selection import Selection
    from crmcli.store.book import Book

REASONS = {
    "stage": ("stage entered", "进入阶段"),
    "touch": ("last touch", "最后联系"),
    "change": ("last change", "最后修改"),
}
"""What the days are counted from → English, Chinese."""


class NoGroupsHereError(UsageError):
    """`--by` or `--period` with a report that lists records as they are now."""

    def __init__(self, option: str) -> None:
        super().__init__(
            f"stale lists records as they stand now; it has no {option}",
            hint="narrow it with filter words, as in `crm report stale owner:me`",
        )


class Resting(NamedTuple):
    """A record past its stage's rot: `days` in hundredths, `rot` in seconds, `since` an instant."""

    id: str
    title: str
    stage: str
    owner: str | None
    amount: tuple[int, str, int | None] | None
    value: int | None
    days: int
    rot: int
    since: str
    reason: str


def stale_deals(book: Book, request: ReportRequest) -> Report:
    """List what is running and rested too long, the greatest amount first."""
    for option, given in (("--by", request.by), ("--period", request.period)):
        if given:
            raise NoGroupsHereError(option)
    record_type = staged_type(book.setup, request.type)
    selection = select(book, record_type, request, period_field="", own=[state("open", "hold")])
    resting = _resting(book, selection)
    resting.sort(key=lambda deal: (deal.value is None, -(deal.value or 0), -deal.days, deal.id))
    table = Table(
        tuple(_columns(book, record_type, resting)),
        [_cells(record_type, deal) for deal in resting],
        found=len(resting),
        refs=[f"{record_type.plural}/{deal.id}" for deal in resting],
        warnings=selection.where.warnings,
    )
    sources = tuple(RowSource(tuple(dict.fromkeys((deal.id, deal.title))), frozenset([deal.id])) for deal in resting)
    everybody = RowSource((TOTAL,), frozenset(deal.id for deal in resting))
    return Report(table, record_type, selection.condition, sources, everybody)


def _resting(book: Book, selection: Selection) -> list[Resting]:
    stage = f'r."{selection.type.stage.name}"' if selection.type.stage else "NULL"
    owner = 'r."owner"' if has_owner(selection.type) else "NULL"
    amount, value = money_columns(selection.type)
    currency = 'r."amount.currency"' if has_money(selection.type) else "NULL"
    rot = f'(SELECT s.rot FROM stages s WHERE s.pipeline = r."_pipeline" AND s.stage = {stage})'
    columns = [
        'r."_title"', stage, owner, amount, currency, value, rot,
        "r.stage_since", "r.touched", 'r."_changed"', f"({future_task(book.setup, selection)}) IS NOT NULL",
    ]  # fmt: skip
    clock = wall_clock(book.zone)
    now = book.now().astimezone(book.zone).replace(tzinfo=None)
    found = (_judged(row, clock, now) for row in let_go(fetch(book, selection, columns, []).rows))
    return [deal for deal in found if deal]


def _judged(row: Sequence[Cell], clock: Callable[[str], datetime], now: datetime) -> Resting | None:
    """The record, if it is past its time: counted from the last sign of life, unless a task to come suspends it."""
    name, title, stage, owner, amount, currency, value, rot, entered, touched, changed, planned = row
    signs = [(at, reason) for at, reason in ((entered, "stage"), (touched, "touch"), (changed, "change")) if at]
    if rot is None or planned or not signs:
        return None
    since, reason = max(signs, key=lambda sign: clock(sign[0]))
    seconds = seconds_between(clock(since), now)
    if seconds <= rot:
        return None
    money = (amount, currency, value) if amount is not None else None
    return Resting(name, title, stage, owner, money, value, days(seconds), rot, since, reason)


def has_owner(record_type: RecordType) -> bool:
    """Whether the type has the field `owner`, and it is one member."""
    field = record_type.fields.get("owner")
    return field is not None and field.reference == "member" and not field.many


def future_task(setup: Setup, selection: Selection) -> str:
    """SQL for when the last open task on the record, or on a part of it, is due, if that is to come; else NULL."""
    task = setup.types.get("task")
    if task is None or not all(name in task.fields for name in ("on", "due", "stage")):
        return "NULL"
    ref = f"'{selection.type.plural}/' || r.id"
    parts = (
        f"""SELECT p."type" || '/' || p.id FROM refs p WHERE p.to_type = '{selection.type.plural}' """
        "AND p.to_id = r.id AND p.within = 1"
    )
    running = """(k."_kind" IS NULL OR k."_kind" IN ('open', 'hold')) AND k.archived IS NULL"""
    due = f"""k."on" IN (SELECT {ref} UNION ALL {parts}) AND k.due > '{utc_text(selection.env.now)}'"""
    return f'SELECT max(k.due) FROM "rec_{task.plural}" k WHERE {due} AND {running}'


def _columns(book: Book, record_type: RecordType, resting: Sequence[Resting]) -> Iterable[Column]:
    language = book.setup.config.language
    env = question_env(book, ())

    def own(name: str, form: Form | None = None) -> Column:
        value = compile_value(name, record_type, env)
        return Column(name, value.label or name, form or form_of(value, book.context, book.zone))

    yield own("id")
    yield own(record_type.title or "id", TEXT)
    labels = stage_labels(book, record_type)
    yield own(
        record_type.stage.name if record_type.stage else "id", Form(show=lambda cell: str(labels.get(cell, cell)))
    )
    if has_owner(record_type):
        titles = titles_of(book, "member", {deal.owner for deal in resting if deal.owner})
        yield own("owner", Form(show=lambda cell: str(titles.get(cell, cell))))
    if has_money(record_type):
        yield own("amount")
    chinese = language.startswith("zh")
    yield figure("days", language, DAYS, bar=True)
    yield figure("rot", language, DAYS)
    yield figure("reason", language, Form(show=lambda cell: REASONS[cell][chinese]))
    yield figure("since", language, moment(book.zone))


def _cells(record_type: RecordType, deal: Resting) -> tuple[Cell, ...]:
    owner = (deal.owner,) if has_owner(record_type) else ()
    money = (deal.amount,) if has_money(record_type) else ()
    rot = half_even(deal.rot * 100, DAY_SECONDS)
    return (deal.id, deal.title, deal.stage, *owner, *money, deal.days, rot, deal.reason, deal.since)
