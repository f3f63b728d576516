"""Kinds of value: what `:` and the operators mean for each, with examples."""

from __future__ import annotations

from typing import NamedTuple

from crmcli.query.manual.example import Example

ALL = "= != < <= > >="


class Kind(NamedTuple):
    """A family of values, or the part of the texts that `:` treats alike.

    `file` is its file in query/operators/. `family` and `matches` are those of the field types; "" of `matches` stands
    for any. `operators` are those that mean something, `order` what < and > go by.
    """

    name: str
    file: str
    family: str
    matches: str
    colon: str
    operators: str
    order: str
    examples: tuple[Example, ...]


KINDS = (
    Kind(
        "text",
        "text",
        "text",
        "contains",
        "contains it; letter case, width and hyphens are no matter",
        f"{ALL} ~",
        "`=` is exact; `<` `>` go by letters; `~` is a regular expression",
        (
            Example("customers", "industry:mach"),
            Example("deals", "'name~\"^Care\"'"),
            Example("customers", "'industry=\"food\"'"),
            Example("products", "'name<\"L\"'"),
        ),
    ),
    Kind(
        "code",
        "text",
        "text",
        "equal",
        "is it, in any notation that can be typed",
        f"{ALL} ~",
        "",
        (
            Example("customers", "country:Germany,CN"),
            Example("customers", "'country!=DE'"),
            Example("customers", "phone:+494066969450"),
            Example("customers", "domain:eiswerk.example"),
        ),
    ),
    Kind(
        "region",
        "text",
        "text",
        "within",
        "is it, or lies in it",
        f"{ALL} ~",
        "",
        (Example("customers", "region:广东"), Example("customers", "region:any")),
    ),
    Kind(
        "number",
        "amount",
        "number",
        "",
        "equals it, or lies in the range",
        ALL,
        "",
        (
            Example("customers", "size:100..500"),
            Example("customers", "'size>=1.2k'"),
            Example("deals", "odds:50%,80%.."),
        ),
    ),
    Kind(
        "money",
        "amount",
        "money",
        "",
        "equals it, or lies in the range, in the book's currency at the document's rate",
        ALL,
        "",
        (
            Example("deals", "amount:50k.."),
            Example("deals", "'amount>10万'"),
            Example("deals", "amount:20k..60k,200k.."),
            Example("deals", "amount.currency:CNY"),
        ),
    ),
    Kind(
        "length of time",
        "amount",
        "duration",
        "",
        "equals it, or lies in the range",
        ALL,
        "",
        (Example("customers", "cadence:14d"), Example("customers", "'cadence>3w'")),
    ),
    Kind(
        "date",
        "date",
        "date",
        "",
        "lies in the day or period, or in the range",
        ALL,
        "`<` before its first day, `>` after its last",
        (
            Example("deals", "close:2026-q4"),
            Example("deals", "close:..today"),
            Example("deals", "close:-30d..+30d"),
            Example("deals", "'close>2026-q4'"),
        ),
    ),
    Kind(
        "moment",
        "date",
        "datetime",
        "",
        "lies in the day or period, or in the range",
        ALL,
        "`<` before its beginning, `>` after its end",
        (Example("tasks", "due:today"), Example("tasks", "'due<now' is:open"), Example("deals", "created:2026-q3")),
    ),
    Kind(
        "month",
        "date",
        "month",
        "",
        "lies in the period, or in the range",
        ALL,
        "`<` before, `>` after; `=` a date that lies in it",
        (Example("customers", "renewal:2027-02"), Example("customers", "'renewal>2027-q1'")),
    ),
    Kind(
        "period",
        "period",
        "period",
        "",
        "has a day in common",
        ALL,
        "`<` ends before, `>` begins after; its days are `.start` and `.end`",
        (Example("members", "away:2026-11"), Example("members", "'away<2027'"), Example("members", "away.end:..+30d")),
    ),
    Kind(
        "time of day",
        "time",
        "time",
        "",
        "is it, or lies in the range",
        ALL,
        "",
        (Example("customers", "opens:..8:00"), Example("customers", "'opens>=8:00'")),
    ),
    Kind(
        "choice",
        "choice",
        "choice",
        "",
        "is the option, by name or label",
        ALL,
        "the order of the options in the schema",
        (
            Example("customers", "source:web,fair"),
            Example("customers", "source:官网"),
            Example("customers", "source:referral..ads"),
            Example("deals", "'category>=best'"),
        ),
    ),
    Kind(
        "stage",
        "stage",
        "stage",
        "",
        "is the stage, by name or label",
        ALL,
        "the order of the stages, within the record's own pipeline",
        (
            Example("deals", "stage:proposal,negotiation"),
            Example("deals", "'stage<proposal'"),
            Example("deals", "stage:needs..negotiation"),
        ),
    ),
    Kind(
        "flag",
        "flag",
        "flag",
        "",
        "`yes` or `no`; the name alone is yes",
        "= !=",
        "",
        (Example("customers", "newsletter:no"), Example("customers", "newsletter"), Example("tasks", "late:no")),
    ),
    Kind(
        "reference",
        "reference",
        "reference",
        "",
        "points at whom the word means, see [Who is meant](#who-is-meant); `me` is who asks",
        "= !=",
        "",
        (
            Example("deals", "owner:me,jonas"),
            Example("deals", "customer:eiswerk"),
            Example("customers", "'owner!=me'"),
            Example("customers", "owner:林梅"),
        ),
    ),
    Kind(
        "anything else",
        "none",
        "none",
        "",
        "only `any` and `none`; of files and images, also a part of the name",
        "",
        "",
        (Example("customers", "place:any"), Example("customers", "-place:none")),
    ),
)
"""Every family of field types, in the order of the page."""
