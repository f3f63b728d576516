# ruff: noqa: INP001 - a script beside the pages it writes
"""Write docs/reference/cli.md from the commands themselves: `python docs/generate_cli.py` in the checkout's folder."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crmcli.cli.build import build_command  # noqa: E402 - run as a script, the checkout is not on the path before
from crmcli.cli.click_seam import open_context  # noqa: E402
from crmcli.cli.commands.table import COMMANDS, NOUN_COMMANDS, PANELS, Entry  # noqa: E402
from crmcli.cli.help_page import command_page, overview_entries  # noqa: E402
from crmcli.cli.options import common_options  # noqa: E402
from crmcli.cli.session import Session  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "cli.md"
HEAD = """\
# The command line

Written by `docs/generate_cli.py` from the commands; `crm COMMAND --help` shows the same. Record types of a book are
nouns: `crm TYPES FILTER…` lists, `crm TYPE add TITLE WORD…` makes one, and every verb marked *after a noun* works as
`crm TYPE VERB WHO…`.

Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 ambiguous, 5 conflict, 6 bad data, 7 vetoed, 8 waiting for approval,
70 internal, 130 interrupted.
"""
WIDTH = "80"


def page() -> str:
    """The whole page."""
    parts = [HEAD, _everywhere()]
    for panel in PANELS:
        parts.append(f"## {panel}\n")
        for entry in overview_entries(panel):
            parts += [_section(below) for below in (entry, *_below(entry)) if below.module]
    parts.append("## After a noun\n")
    parts += [_section(entry, before="TYPE ") for entry in NOUN_COMMANDS]
    return "\n".join(parts)


def _everywhere() -> str:
    lines = ["## Options of every command\n", "Before or after the command.\n", "| option | |", "| --- | --- |"]
    for option in common_options():
        name = f"{option.opts[0]} {option.metavar}" if option.metavar else option.opts[0]
        lines.append(f"| `{name}` | {option.help} |")
    return "\n".join([*lines, ""])


def _below(entry: Entry) -> list[Entry]:
    return [below for below in COMMANDS if below.name.startswith(f"{entry.name} ")]


def _section(entry: Entry, before: str = "") -> str:
    session = Session({"COLUMNS": WIDTH}, StringIO(), StringIO(), StringIO())
    command = build_command(entry)
    context = open_context(command, f"crm {before}{entry.name}", [], session, resilient=True)
    mark = "\n\n*after a noun*" if entry.verb else ""
    return f"### crm {before}{entry.name}{mark}\n\n```text\n{command_page(command, context)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
