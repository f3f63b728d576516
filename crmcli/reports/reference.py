"""The page docs/reference/reports.md, made from the definitions that `--explain` prints."""

from __future__ import annotations

from crmcli.reports.definitions import DEFINITIONS, Definition
from crmcli.reports.explain import definition_parts

_HEAD = """# Reports

`crm report` lists the reports, `crm report NAME` asks one. Filter words narrow it down as they narrow a list, and
`crm TYPE report NAME` asks it of another type than deals, if that type has a pipeline.

%OPTIONS%

Sums are exact: money in minor units, no binary fractions. Shares are made from whole numbers and rounded to a
hundredth of a percent, averages to the currency's decimals, halves to the even one. In JSON, money is an object,
shares are fractions of one, days are numbers. `--rows` tries the filter before it prints it; where the language has no
words for a row, it names the records by their ids.

This page is made from the texts that `--explain` prints.
"""

_OPTIONS = (
    (
        "`--period P`",
        (
            "only what lies in the period: `2017-q1`, `2017`, `-30d..`, `this month`, `2017-01-15..2017-03-31`. "
            "Of what, each report says below"
        ),
    ),
    (
        "`--by X`",
        (
            "a row for each value of any field, path or function: `owner`, `owner.region`, `'quarter(closed)'`; may be "
            "repeated. A record whose list field has several values counts in each of their rows and once in the totals"
        ),
    ),
    (
        "`--rows KEY`",
        (
            "print the filter that lists the records a row counts, instead of the report: "
            '`crm deals "$(crm report won --by owner.region --rows West)"`. KEY is what the row begins with, several groups '
            "joined by commas, `none` for rows without a value, `total` for all"
        ),
    ),
    (
        "`--columns`, `--sort`, `--limit`",
        "choose columns, order rows, show the first ones; `--sort -won_amount` puts the greatest first",
    ),
    ("`--explain`", "print the definition below, and what period and filter the words at hand come to"),
)


def reference_page() -> str:
    """The whole page."""
    rows = [f"| {option} | {text} |" for option, text in _OPTIONS]
    head = _HEAD.replace("%OPTIONS%", "\n".join(["| option | says |", "|---|---|", *rows]))
    return "\n".join([head, *(_section(name, definition) for name, definition in DEFINITIONS.items())])


def _section(name: str, definition: Definition) -> str:
    columns = dict(definition.columns)
    lines = [f"## {name}", "", f"{definition.says[0]}.", "", "| | |", "|---|---|"]
    for word, text in definition_parts(definition):
        lines.append(f"| {f'`{word}`' if word in columns or word.startswith('-') else f'**{word}**'} | {text} |")
    return "\n".join([*lines, "", "```sh", definition.example, "```", ""])
