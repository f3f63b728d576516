"""A skipped test is a test nobody ran: only the reasons listed here may skip one, and in the gate none may.

Anything else that is skipped fails the whole run, by name, in the last lines of the summary.
"""

from __future__ import annotations

import os

import pytest

ABSENT_DATA = "shared data absent"
ALLOWED = (ABSENT_DATA,)
"""How an acceptable reason begins."""


class SkipLedger:
    """Collects every skipped test of the run, over all workers, and fails the run for those that may not be."""

    def __init__(self, *, none_allowed: bool) -> None:
        self.none_allowed = none_allowed
        self.refused: list[str] = []

    def note(self, where: str, longrepr: object) -> None:
        """Keep the skip of `where` unless its reason is an accepted one."""
        reason = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
        reason = reason.removeprefix("Skipped: ")
        if self.none_allowed or not reason.startswith(ALLOWED):
            self.refused.append(f"{where}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """See one phase of one test; an expected failure also reports as skipped and is none."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.note(report.nodeid, report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """See a file that skipped itself while it was imported."""
        if report.skipped:
            self.note(report.nodeid, report.longrepr)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a run that passed by skipping into one that failed."""
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them."""
        if self.refused:
            terminalreporter.section("skipped without leave", red=True)
            for line in self.refused:
                terminalreporter.write_line(line)


def register(config: pytest.Config) -> None:
    """Watch the skips of this run; xdist's workers report to the one that started them."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipLedger(none_allowed=bool(os.environ.get("CRM_CI"))), "crm-skips")
