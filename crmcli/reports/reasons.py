"""Why a record asks for attention: late and due tasks, quiet customers, deals that rot or have no next step.

Each question is one statement per record type, over the whole book or over the records of a `Scope`. Types and fields
are those the program knows by name (task.on, due, for; owner, amount, close, cadence); stages count by their kind.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.record import Ref, parse_ref
from crmcli.model.schema import label_of
from crmcli.query.built_in import is_running
from crmcli.query.sql import Sql, quoted_text, table
from crmcli.query.whens import utc_text
from crmcli.reports.names import full_ref, has_amount
from crmcli.text.day_words import format_day
from crmcli.text.phrases import counted, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.schema import RecordType, Setup
    from crmcli.reports.scope import Scope
    from crmcli.store.book import Book

DAY = 86_400
WORKING_FACTOR = 4.2
"""A working day is kept as 8 h and a week has five: 8 h of working time pass in 24 × 7/5 hours of the calendar."""

DUE_TODAY = "due today"
"""Said of a task with a day and no time, in English."""


class Reason(NamedTuple):
    """One record, the group it belongs to for this reason, and the reason in words.

    `pressing`: the greater, the sooner within its group, before the amount decides. `about` is the record a task is on,
    `worth` the record's amount in minor units of the book's currency, None where it was not asked for.
    """

    group: str
    ref: str
    text: str
    pressing: float = 0.0
    due: str = ""  # of tasks, as written
    about: str = ""
    worth: int | None = None


def reasons(scope: Scope) -> list[Reason]:
    """Every reason to look at a record, most pressing kinds first."""
    found = list(due_tasks(scope))
    for type_ in scope.book.setup.types.values():
        if not type_.embedded and type_.name != "task":
            found += [*quiet_records(scope, type_), *rotting_records(scope, type_)]
    for type_ in scope.book.setup.types.values():
        if not type_.embedded and type_.name != "task":
            found += loose_records(scope, type_)
    return found


# ---- tasks -------------------------------------------------------------------------------------------------


def task_type(setup: Setup) -> RecordType | None:
    """The type of tasks, where the book has one with the fields that the program knows."""
    task = setup.types.get("task")
    return task if task and all(name in task.fields for name in ("on", "due")) else None


def subject_of(book: Book, ref: Ref) -> Ref:
    """What a line of the day is about: the record a task is on, anything else itself."""
    task = task_type(book.setup)
    on = parse_ref(book.read_record(ref).text("on")) if task and ref.plural == task.plural else ref
    return on if on.plural else ref


def due_tasks(scope: Scope) -> Iterator[Reason]:
    """Open tasks due before today (late) or in the course of today."""
    task = task_type(scope.book.setup)
    where = scope.condition(task, owner="for") if task else None
    if task is None or where is None:
        return
    now = scope.env.now
    rows = scope.book.index.rows(
        f'SELECT r.id, r.due, r."due.local", r."on" FROM {table(task.plural)} r'
        f" WHERE {is_running('r')} AND r.due < ? AND {where.text} ORDER BY r.due, r.id",
        (_midnight(now, 1), *where.params),
    )
    for name, instant, written, on in rows:
        about = full_ref(scope.book.setup, task.fields["on"], str(on)) if on else ""
        yield _due(f"{task.plural}/{name}", str(instant), str(written), about, scope)


def _due(ref: str, instant: str, written: str, about: str, scope: Scope) -> Reason:
    now, language = scope.env.now, scope.language
    moment = datetime.fromisoformat(instant).astimezone(now.tzinfo)
    days = (now.date() - moment.date()).days
    if days > 0:
        return Reason(
            "late", ref, phrase(language, "{days} late", days=counted(language, days, "day")), days, written, about
        )
    if len(written) == len("2026-11-20"):
        return Reason("today", ref, phrase(language, DUE_TODAY), 0.0, written, about)
    minutes = round((moment - now).total_seconds() / 60)
    said = _when(minutes, language)
    clock = moment.hour * 60 + moment.minute
    return Reason("today", ref, said, 1.0 - clock / 1441, written, about)


def _when(minutes: int, language: str) -> str:
    """How far from now: `in 20min`, `2h ago`, `now`."""
    if not minutes:
        return phrase(language, "now")
    span = _span(abs(minutes), language)
    return phrase(language, "in {span}", span=span) if minutes > 0 else phrase(language, "{span} ago", span=span)


def _span(minutes: int, language: str) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 6 or (hours and not rest):
        return phrase(language, "{hours}h", hours=hours)
    if hours:
        return phrase(language, "{hours}h {minutes}min", hours=hours, minutes=rest)
    return phrase(language, "{minutes}min", minutes=rest)


def _midnight(now: datetime, days: int) -> str:
    """The instant at which today (or the day so many later) begins in the book's zone."""
    return utc_text(datetime.combine(now.date() + timedelta(days), time(), now.tzinfo))


# ---- quiet -------------------------------------------------------------------------------------------------


def quiet_records(scope: Scope, type_: RecordType) -> Iterator[Reason]:
    """Records whose last touch, else their making, is longer ago than their `cadence`; lost ones are left alone."""
    field = type_.fields.get("cadence")
    where = scope.condition(type_)
    if field is None or field.type != "duration" or field.many or where is None:
        return
    language = scope.language
    length = f'r."cadence" * (CASE WHEN r."cadence.working" THEN {WORKING_FACTOR} ELSE 1 END)'
    since = "coalesce(r.touched, r.created)"
    rows = scope.book.index.rows(
        f"""SELECT r.id, r.touched, {since}, r."cadence.written", {length} FROM {table(type_.plural)} r
        WHERE r."cadence" > 0 AND ({since} IS NULL OR CAST(strftime('%s', {since}) AS INTEGER) + {length} < ?)
        AND (r."_kind" IS NULL OR r."_kind" <> 'lost') AND {where.text}""",
        (scope.env.now.timestamp(), *where.params),
    )
    for name, touched, last, written, seconds in rows:
        days = _days_since(last, scope.env.now)
        quiet = phrase(language, "quiet for {days}", days=counted(language, days, "day"))
        said = phrase(language, "never touched") if touched is None else quiet
        text = phrase(language, "{said} (cadence {cadence})", said=said, cadence=written)
        yield Reason("quiet", f"{type_.plural}/{name}", text, max(0.0, days - seconds / DAY))


def _days_since(instant: str | None, now: datetime) -> int:
    return (now - datetime.fromisoformat(instant)).days if instant else 0


def rotting_records(scope: Scope, type_: RecordType) -> Iterator[Reason]:
    """Running records for whose stage too long has passed since entry, last touch and last change by a person."""
    rots = list(_rots(scope.book.setup, type_))
    where = scope.condition(type_)
    if not rots or where is None:
        return
    since = """max(coalesce(r.stage_since, ''), coalesce(r.touched, ''), coalesce(r."_changed", ''))"""
    planned, unplanned = _without_a_plan(scope, type_, f"k.due >= '{_midnight(scope.env.now, 0)}'")
    tables = ", ".join(
        [f"rots(pipeline, stage, secs, written) AS (VALUES {', '.join(['(?, ?, ?, ?)'] * len(rots))})", *planned]
    )
    rows = scope.book.index.rows(
        f"""WITH RECURSIVE {tables}
        SELECT r.id, {since}, rots.secs, rots.written, rots.stage, {_worth(type_)} FROM {table(type_.plural)} r
        CROSS JOIN rots ON rots.pipeline = r."_pipeline" AND rots.stage = r.{_stage_column(type_)}
        WHERE {is_running("r")} AND {since} <> '' AND CAST(strftime('%s', {since}) AS INTEGER) + rots.secs < ?
        AND {unplanned} AND {where.text}""",
        (*(value for rot in rots for value in rot), scope.env.now.timestamp(), *where.params),
    )
    labels, language = stage_labels(scope.book.setup, type_), scope.language
    said: dict[tuple[str, int, str], str] = {}  # the same for many
    for name, last, seconds, written, stage, worth in rows:
        days = _days_since(last, scope.env.now)
        if (text := said.get((stage, days, written))) is None:
            text = said[stage, days, written] = phrase(
                language, "no move in {stage} for {days} (rot {rot})",
                stage=labels.get(stage, stage), days=counted(language, days, "day"), rot=written,
            )  # fmt: skip
        yield Reason("quiet", f"{type_.plural}/{name}", text, max(0.0, days - seconds / DAY), worth=worth or 0)


def _worth(type_: RecordType) -> str:
    return 'r."amount.book"' if has_amount(type_) else "0"


def _stage_column(type_: RecordType) -> str:
    return f'"{type_.stage.name}"' if type_.stage else '"id"'


def _rots(setup: Setup, type_: RecordType) -> Iterator[tuple[str, str, float, str]]:
    """Pipeline, stage, seconds and as written, of every stage of the type that rots."""
    from crmcli.text.durations import parse_duration  # noqa: PLC0415

    for pipeline in setup.pipelines_of(type_.name) if type_.stage else ():
        for stage in pipeline.stages.values():
            length = parse_duration(stage.rot) if stage.rot else None
            if length:
                factor = WORKING_FACTOR if length.working else 1
                yield pipeline.name, stage.name, length.seconds_total() * factor, stage.rot


def stage_labels(setup: Setup, type_: RecordType) -> dict[str, str]:
    """What the stages of a type are called."""
    language = setup.config.language
    return {
        stage.name: label_of(stage.label, language, stage.name)
        for pipeline in setup.pipelines_of(type_.name)
        for stage in pipeline.stages.values()
    }


# ---- without a next step -----------------------------------------------------------------------------------


def planned_records(setup: Setup, condition: str = "1") -> Sql:
    """A table `planned("type", id)` for WITH RECURSIVE: records with an open task, and the wholes they are part of.

    `within` is compared as in `timeline.PARTS`, for its reason.
    """
    task = task_type(setup)
    if task is None:
        return Sql('planned("type", id) AS (SELECT NULL, NULL WHERE 0)')
    return Sql(
        f"""planned("type", id) AS (
        SELECT f.to_type, f.to_id FROM {table(task.plural)} k JOIN refs f ON f."type" = {quoted_text(task.plural)}
          AND f.id = k.id AND f.field = 'on' WHERE k.archived IS NULL AND {is_running("k")} AND {condition}
        UNION SELECT f.to_type, f.to_id FROM planned p JOIN refs f ON f."type" = p."type" AND f.id = p.id
          WHERE f.within = (p.id IS NOT NULL))"""
    )


def _without_a_plan(scope: Scope, type_: RecordType, condition: str = "1") -> tuple[list[str], str]:
    """Tables for WITH RECURSIVE, and the condition on `r` that neither it nor a part of it has an open task.

    Of a few records each is asked, without a join, for which SQLite would go through all references; of many the tasks
    are gone through once.
    """
    task = task_type(scope.book.setup)
    plural = quoted_text(type_.plural)
    if task is None or not scope.few:
        planned = planned_records(scope.book.setup, condition).text
        return [planned], f'r.id NOT IN (SELECT p.id FROM planned p WHERE p."type" = {plural})'
    return [], (
        f"""NOT EXISTS (WITH RECURSIVE part("type", id) AS (SELECT {plural}, r.id
        UNION SELECT f."type", f.id FROM part p JOIN refs f ON f.to_type = p."type" AND f.to_id = p.id
          WHERE f.within = (p.id IS NOT NULL))
        SELECT 1 FROM part p WHERE EXISTS (SELECT 1 FROM refs f WHERE f.to_type = p."type" AND f.to_id = p.id
          AND f."type" = {quoted_text(task.plural)} AND f.field = 'on' AND EXISTS (SELECT 1 FROM {table(task.plural)} k
          WHERE k.id = f.id AND k.archived IS NULL AND {is_running("k")} AND {condition})))"""
    )


def loose_records(scope: Scope, type_: RecordType) -> Iterator[Reason]:
    """Open records with stage and amount on which nobody has an open task."""
    where = scope.condition(type_)
    if type_.stage is None or not has_amount(type_) or task_type(scope.book.setup) is None or where is None:
        return
    close = type_.fields.get("close")
    closes = "r.close" if close and close.type == "date" else "NULL"
    planned, unplanned = _without_a_plan(scope, type_)
    rows = scope.book.index.rows(
        f"""{"WITH RECURSIVE " * len(planned)}{"".join(planned)} SELECT r.id, {closes}, {_worth(type_)} FROM {table(type_.plural)} r
        WHERE r."_kind" = 'open' AND {unplanned} AND {where.text}""",
        where.params,
    )
    said: dict[str | None, str] = {}  # the same for many
    for name, day, worth in rows:
        if (text := said.get(day)) is None:
            text = said[day] = _loose(day, scope)
        yield Reason("loose", f"{type_.plural}/{name}", text, worth=worth or 0)


def _loose(day: str | None, scope: Scope) -> str:
    if not day:
        return phrase(scope.language, "no next step")
    close, now = date.fromisoformat(day), scope.env.now
    said = format_day(close, now, scope.language)
    if close < now.date():
        return phrase(scope.language, "no next step, was to close {day}", day=said)
    return phrase(scope.language, "no next step, closes {day}", day=said)
