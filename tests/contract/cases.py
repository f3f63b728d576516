"""Every way to ask for data, by the name its answer has in the schema; and the commands that print none."""

from __future__ import annotations

import shlex
from typing import NamedTuple

NO_DATA = frozenset([
    "log", "next", "done", "snooze", "move", "set", "edit", "attach", "archive", "delete", "rename", "undo", "add",
    "merge", "unmerge", "erase",
    "tag rename", "tag remove",  # writes print ids
    "init", "demo", "clone", "hook install", "journal drift", "journal pack", "reindex", "merge-file",  # sentences
    "help", "hook trust", "hook test", "hook retry",  # text
    "tui",  # a screen
    "export",  # what lists print, and files: tests/cli/export.md
    "hook", "journal", "tag", "pipeline",  # groups
])  # fmt: skip
"""Commands of the table whose answer is no data: nothing in the schema."""

ELSEWHERE = frozenset(["sync"])
"""Commands whose answers tests/team holds to the schema: it takes two clones for them to say anything."""

FORMATS = ("table", "plain", "tsv", "csv", "json", "jsonl", "md", "ids")
ROWS = frozenset(FORMATS)


class Case(NamedTuple):
    """A question: its name in the schema, the words, the formats that fit, what a run leaves as exit code."""

    name: str
    line: str
    formats: frozenset[str] = ROWS
    code: int = 0

    @property
    def words(self) -> list[str]:
        """The words of the command line."""
        return shlex.split(self.line)


CASES = (
    Case("crm TYPES", "deals"),
    Case(
        "crm TYPES",
        "deals is:open --columns 'name,sum(lines.qty),headline,weighted,lines,tags,created' --sort '-amount'",
    ),
    Case("crm TYPES", "customers --columns 'id,name,sum(deals.amount, is:won),count(contacts),touched,+rich'"),
    *(Case("crm TYPES", plural) for plural in ("contacts", "products", "tasks", "members", "samples", "notes")),
    Case("crm TYPES", "customers name:nobody"),
    Case("crm today", "today"),
    Case("crm find", "find press"),
    Case("crm find", "find 十二"),
    Case("crm history", "history eiswerk qingdao-line"),
    Case("crm history", "history eiswerk.owner"),
    Case("crm history --commits", "history eiswerk --commits"),
    Case("crm why", "why eiswerk qingdao-line"),
    Case("crm why --commits", "why eiswerk --commits"),
    Case("crm diff", "diff --since -90d"),
    Case("crm tag list", "tag list"),
    Case("crm tag show", "tag show food"),
    Case("crm tag show", "tag show 华北"),
    Case("crm tag show --since", "tag show rich --since -300d"),
    Case("crm pipeline list", "pipeline list"),
    Case("crm pipeline show", "pipeline show sales"),
    Case("crm pipeline show", "pipeline show task"),
    Case("crm board", "board sales"),
    Case("crm board", "board task"),
    Case("crm pipeline board", "pipeline board sales"),
    Case("crm report", "report"),
    Case("crm report pipeline", "report pipeline"),
    Case("crm report pipeline", "report pipeline --by owner,customer.industry"),
    Case("crm report funnel", "report funnel"),
    Case("crm report won", "report won", ROWS - {"ids"}),
    Case("crm report won", "report won --by owner"),
    Case("crm report activity", "report activity"),
    Case("crm report stale", "report stale"),
    Case("crm changes", "changes --limit 60", frozenset(["json", "jsonl", "ids"])),
    Case("crm hook list", "hook list"),
    Case("crm hook list --shipped", "hook list --shipped"),
    Case("crm hook log", "hook log"),
    Case("crm check", "check", ROWS - {"ids"}),
    Case("crm config", "config"),
    Case("crm config", "config currency"),
    Case("crm undo --list", "undo --list"),
    Case("crm resolve", "resolve"),
    Case("crm show", "show eiswerk"),
    Case("crm show", "show qingdao-line samples/full samples/empty"),
    Case("crm brief", "brief eiswerk", frozenset(["plain", "table", "json", "jsonl", "ids"])),
    Case("crm brief", "brief eiswerk qingdao", frozenset(["plain", "table", "json", "jsonl", "ids"])),
    Case("crm sql", "sql 'SELECT id, name, amount, close FROM deals_view'"),
    Case("crm sql", "sql 'SELECT stage, count(*) AS n FROM deals_view GROUP BY stage'", ROWS - {"ids"}),
    Case("crm import", "import leads.csv --as leads --dry-run", frozenset(["plain", "json", "jsonl"])),
)
