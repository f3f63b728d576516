"""Every page in this folder is run as a transcript, as those of tests/cli are."""

from tests.cli.conftest import pytest_collect_file

__all__ = ["pytest_collect_file"]
