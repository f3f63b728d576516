"""The words of reports/NAME.toml."""

from __future__ import annotations

from typing import Annotated

from crmcli.store.setup.words.kinds import (
    Count,
    Label,
    Name,
    Names,
    Tables,
    TextTable,
    Words,
    one_of,
    word,
)

PICTURES = ("table", "bar", "line", "funnel", "matrix", "board", "number")


class ReportStepWords(Words):
    """A step of a funnel."""

    name: Name = word("what people see", "")
    at: Name = word("the moment a record reached it", "")


class ReportWords(Words):
    """A report: a question with a picture. The file's name is the report's."""

    title: Label = word("what people see", {})
    from_: Name = word("the records asked about: the plural of a type, or a path", "", alias="from")
    where: Name = word("a filter", "")
    time: Name = word("the date that --period looks at", "")
    each: TextTable = word("expressions worked out per record", {})
    by: Names = word("what rows are grouped by", ())
    across: Name = word("what columns are grouped by", "")
    measure: TextTable = word("what is counted or added up", {})
    calc: TextTable = word("expressions over the measures", {})
    show: Names = word("the columns of a list", ())
    order: Names = word("the columns sorted by; - is descending", ())
    limit: Count = word("the most rows", 0)
    picture: Annotated[str, one_of(*PICTURES)] = word("how it is drawn", "table")
    share: Name = word("what each number is a part of", "")
    running: Names = word("measures that run on from row to row", ())
    compare: Name = word("the period beside it", "")
    part: Tables = word("questions joined on `by`", {})
    ask: Name = word("a built-in question", "")
    pipeline: Name = word("the pipeline of a funnel", "")
    step: list[ReportStepWords] = word("the steps of a funnel", [])
    mode: Annotated[str, one_of("any", "strict")] = word("any: reached at all; strict: one after the other", "any")
    panel: Names = word("the reports of a dashboard", ())
    for_: Name = word("whose home it is", "", alias="for")


class PartReportWords(Words):
    """A question of a joined report: `[part.x]`."""

    from_: Name = word("the records asked about", "", alias="from")
    where: Name = word("a filter", "")
    time: Name = word("the date that --period looks at", "")
    by: Names = word("what rows are grouped by", ())
    measure: TextTable = word("what is counted or added up", {})
