"""Every Markdown file in this folder is a test: its console blocks are run and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.runner.check import TranscriptError, check_page


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the transcripts, not the page about them."""
    if file_path.suffix == ".md" and file_path.name != "README.md":
        transcript: pytest.Collector = TranscriptFile.from_parent(parent, path=file_path)
        return transcript
    return None


class TranscriptFile(pytest.File):
    """A transcript; one test."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the page as one test: its commands build on each other."""
        yield Transcript.from_parent(self, name="transcript")


class Transcript(pytest.Item):
    """Runs the page in a folder of its own."""

    def runtest(self) -> None:
        """Compare, or rewrite with `--update`."""
        # An item that is no function has no fixtures to ask.
        folder = self.config._tmp_path_factory.mktemp(self.path.stem)  # type: ignore[attr-defined]
        check_page(self.path, folder, update=self.config.getoption("--update"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Show the difference, not the runner's own frames."""
        if isinstance(excinfo.value, TranscriptError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))  # type: ignore[arg-type]

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the page in pytest's summary."""
        return self.path, 0, self.path.name
