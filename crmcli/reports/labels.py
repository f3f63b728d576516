"""Headings of reports' columns, for people, in the languages of the core kit."""

from __future__ import annotations

from crmcli.model.schema import label_of
from crmcli.reports.cells import TEXT, Form
from crmcli.reports.table import Column

LABELS = {
    "advanced": ("advanced", "推进"),
    "amount": ("amount", "金额"),
    "average": ("average", "平均"),
    "by": ("by", "谁"),
    "conversion": ("conversion", "转化率"),
    "count": ("count", "数量"),
    "cycle_mean": ("mean days", "平均天数"),
    "cycle_median": ("median days", "中位天数"),
    "days": ("days", "天数"),
    "entered": ("entered", "进入"),
    "kind": ("kind", "方式"),
    "last": ("last", "最后"),
    "lines": ("lines", "条数"),
    "lost": ("lost", "丢单"),
    "minutes": ("minutes", "分钟"),
    "name": ("report", "报表"),
    "of_all": ("of all", "占全部"),
    "pipeline": ("pipeline", "流程"),
    "rate": ("win rate", "赢单率"),
    "reason": ("counted from", "起算"),
    "records": ("records", "记录"),
    "rot": ("allowed", "允许天数"),
    "running": ("running", "进行中"),
    "says": ("says", "内容"),
    "since": ("since", "自"),
    "stage": ("stage", "阶段"),
    "visited": ("visited", "实际经过"),
    "weighted": ("weighted", "加权"),
    "won": ("won", "赢单"),
    "won_amount": ("won amount", "赢单金额"),
}
"""Column → English, Chinese."""


def spoken(name: str, language: str) -> str:
    """The heading of a column in the book's language."""
    english, chinese = LABELS[name]
    return label_of({"en": english, "zh": chinese}, language, english) if language.startswith("zh") else english


def figure(name: str, language: str, form: Form = TEXT, *, bar: bool = False) -> Column:
    """A column under its heading."""
    return Column(name, spoken(name, language), form, bar)
