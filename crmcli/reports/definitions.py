"""What each report counts, in words: `--explain` prints them, docs/reference/reports.md is made of them."""

from __future__ import annotations

from typing import NamedTuple


class Definition(NamedTuple):
    """A report's definition. `columns` says how each figure is made, `example` is a command.

    `counts` says which records, `denominator` what shares and averages are of, `clock` how time is measured, `period`
    what `--period` is about, `groups` the usual ones, `left_out` what no figure holds, `rows` what `--rows` lists.
    """

    says: tuple[str, str]  # one line, English and Chinese
    counts: str
    columns: tuple[tuple[str, str], ...]
    denominator: str
    clock: str
    period: str
    groups: str
    left_out: str
    rows: str
    example: str


WALL_CLOCK = (
    "days are 24 hours of the book's own clock: from midnight to midnight is a whole number of days, also where "
    "summer time begins or ends in between; two decimals, halves to the even one"
)
ARCHIVED = "archived records, unless a filter word speaks of archiving"
MONEY = (
    "amounts are in the book's currency, at the rate of the record's close, date or creation (rates.tsv); a record "
    "without such a rate counts, but its amount is in no sum, and a line on stderr says so"
)

PIPELINE = Definition(
    ("What is open, and what it is worth", "进行中的商机与加权金额"),
    "records whose stage is of kind open now; those on hold, won or lost are not in it",
    (
        ("count", "how many records"),
        ("amount", f"the sum of `amount`; {MONEY}"),
        (
            "weighted",
            (
                "the sum of amount × odds, added up exactly and rounded once; the odds are the record's own, else its "
                "stage's; records without odds are not in it, and a line on stderr says so"
            ),
        ),
    ),
    "none",
    "now: the stages and odds as they stand",
    "`close`, the day it is expected to be won; `created` for a type that has no date `close`",
    "the stages in their order, empty ones included; in a type with several pipelines, the pipeline before",
    ARCHIVED,
    "the records counted",
    "crm report pipeline --by owner --period 'this quarter'",
)
FUNNEL = Definition(
    ("How far records come, stage by stage", "各阶段的进入、推进与转化"),
    "a cohort: all records created in the period, or ever; a row for each open stage in the pipeline's order, and one "
    "for won. Stages of kind hold and lost are no steps: who is lost or on hold counts in the stages passed before",
    (
        (
            "entered",
            (
                "distinct records that ever were in the stage or in a later open one, or are won: who skips a stage has "
                "entered it too (any order). In the row of won, and only there, what counts is being won now"
            ),
        ),
        ("advanced", "of those that entered, the ones that came further: ever in a later open stage, or won now"),
        ("conversion", "advanced / entered"),
        (
            "days",
            (
                "median of the time records spent in the stage, all their visits added up; only records that were in it "
                "and have left it"
            ),
        ),
        ("lost", "of those that came no further than this stage, the ones that are lost now"),
        ("running", "of those that came no further than this stage, all others: entered = advanced + lost + running"),
        ("visited", "distinct records that really were in the stage itself, however often; of won, that ever were won"),
        ("of_all", "entered / all records of the cohort"),
    ),
    "for conversion, who entered the stage; for of_all, the cohort. The row of totals is the cohort: entered is all of "
    "it, advanced what is won now, conversion the one by the other",
    f"moves of the journal, by their `at`; {WALL_CLOCK}",
    "`created`: the cohort, not the moves. Whoever came later may have had less time to advance",
    "none; `--by` makes a funnel for each group, a type with several pipelines one for each pipeline",
    f"{ARCHIVED}. Records that were in no open stage and are not won count in the total only, and a line on stderr "
    "says so",
    "the records that entered",
    "crm report funnel --period 2017-q1 --by owner.region",
)
WON = Definition(
    ("Won and lost: rate, value, cycle", "赢单与丢单：赢率、金额、周期"),
    "records whose stage is of kind won or lost now",
    (
        ("won", "how many are won"),
        ("lost", "how many are lost"),
        ("rate", "won / (won + lost)"),
        ("won_amount", f"the sum of `amount` of the won; {MONEY}"),
        ("average", "won amount / won records that have an amount in the book's currency; halves to the even cent"),
        ("cycle_mean", "mean days from `created` to `closed` of the won"),
        ("cycle_median", "median of the same: the middle one, or the mean of the two in the middle"),
    ),
    "for rate, won and lost together; for average and days, the won that have an amount, and both dates",
    f"`created` to `closed`, when the record last became won or lost after it had been open; {WALL_CLOCK}",
    "`closed`",
    "none: one row",
    f"{ARCHIVED}. A won record closed before it was created has no cycle, and a line on stderr says so",
    "the records won and lost; add is:won or is:lost for one of the two",
    "crm report won --by owner.region --by 'quarter(closed)' --period 2017",
)
ACTIVITY = Definition(
    ("What people logged", "跟进记录：谁、方式、次数、时长"),
    "log lines that were not taken back",
    (
        ("lines", "how many lines"),
        ("records", "distinct records the lines are on, or were made with, as far as they still exist"),
        ("minutes", "the sum of `took`, in minutes"),
    ),
    "none",
    "`at`: when it happened, not when it was written down",
    "`at`",
    "who logged it (`by`), then `kind`",
    "nothing; filter words and groups are about the line: kind, by, direction, took, text, with",
    "the records of the row; where they are of several types, ask `crm TYPE report activity`",
    "crm report activity --period 'this week' --by by",
)
STALE = Definition(
    ("What rests longer than its stage allows", "超过阶段允许天数未动的商机"),
    "records that are open or on hold, in a stage with `rot`, whose last sign of life is longer ago than that",
    (
        ("days", "days since the last sign of life"),
        ("rot", "days the stage allows"),
        (
            "reason",
            (
                "which sign of life was the last: the stage was entered, a touch was logged, or a person changed a field "
                "(imports and rules do not count)"
            ),
        ),
        ("since", "when that was"),
    ),
    "none",
    f"from the last sign of life to now; {WALL_CLOCK}",
    "not taken: the report is about now",
    "not taken: a row is a record, the greatest amount first, then the longest rest",
    f"{ARCHIVED}. A record with an open task due in the future, on it or on a part of it, rests on purpose and is left "
    "out; so is one in a stage without `rot`",
    "the record; `--rows total` all of them",
    "crm report stale owner:me",
)

DEFINITIONS = {"pipeline": PIPELINE, "funnel": FUNNEL, "won": WON, "activity": ACTIVITY, "stale": STALE}
"""In the order in which `crm report` lists them."""
