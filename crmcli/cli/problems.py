"""Problems for people and for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import BadDataError, CrmError
from crmcli.reports.cells import INTEGER, TEXT
from crmcli.reports.table import Column, Table
from crmcli.store import disk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.model.problem import Problem


class ProblemsFoundError(CrmError):
    """`check` found errors."""

    def __init__(self, errors: int, warnings: int) -> None:
        more = f" and {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
        super().__init__(f"{errors} error{'s' if errors != 1 else ''}{more}", hint="each line says what to do")


class BrokenHookError(BadDataError):
    """A hook whose header cannot be read would never run."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = [f"{place_of(problem)}: {problem.message}" for problem in problems]
        remedy = next((problem.remedy for problem in problems if problem.remedy), "")
        super().__init__(f"{name} would never run:\n  " + "\n  ".join(lines), hint=remedy)


_COLUMNS = ("severity", "code", "path", "line", "column", "message", "remedy")


def report(session: Session, problems: Sequence[Problem]) -> None:
    """Write problems: `PATH:LINE: code message` and the remedy on a terminal or in plain, rows in every other format."""
    if session.out.draws:
        session.out.insist(found=bool(problems))
        session.out.text([line for problem in problems for line in _lines(session, problem)])
    else:
        rows = [(p.severity, p.code, p.path, p.line or None, p.column or None, p.message, p.remedy) for p in problems]
        columns = tuple(Column(n, n, INTEGER if n in ("line", "column") else TEXT) for n in _COLUMNS)
        table = Table(columns, rows, found=len(rows))
        session.out.rows(table, numbered=False)
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    if errors:
        raise ProblemsFoundError(errors, warnings)
    session.out.note(
        f"{warnings} warning{'s' if warnings != 1 else ''}, no errors." if warnings else "nothing is wrong."
    )


def place_of(problem: Problem) -> str:
    """`PATH:LINE:COL`, as far as they are known."""
    return ":".join([problem.path, *(str(number) for number in (problem.line, problem.column) if number)])


def _lines(session: Session, problem: Problem) -> list[str]:
    lines = [f"{place_of(problem)}: {problem.code} {problem.message}"]
    lines += _source(session, problem)
    return [*lines, f"  {problem.remedy}"] if problem.remedy else lines


def _source(session: Session, problem: Problem) -> list[str]:
    """The line with a caret, where a line and a column are known."""
    if not problem.line or not problem.column:
        return []
    try:
        text = disk.read_whole(session.book.root / problem.path).decode(errors="replace")
        line = text.splitlines()[problem.line - 1]
    except (OSError, IndexError):
        return []
    return [f"  {line}", "  " + " " * (problem.column - 1) + "^"]
