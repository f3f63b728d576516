"""What every test may count on: an isolated environment, the shared data, a ledger of skips."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import skips, spread
from tests.environment import LEAKS, hermetic_variables
from tests.places import shared_data_folder

KEPT = ("CRM_TEST_DATA", "CRM_CI")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`, which rewrites the expected output of transcripts and executed pages."""
    parser.addoption("--update", action="store_true", help="rewrite transcripts with what their commands print now")


def pytest_configure(config: pytest.Config) -> None:
    """Watch skips; let no law fail for being slow on a busy machine, and let the gate draw the same examples."""
    skips.register(config)
    hypothesis.settings.register_profile(
        "crm",
        deadline=None,
        database=None,
        derandomize=bool(os.environ.get("CRM_CI")),
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("crm")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the long tests over the run."""
    items[:] = spread.spread(items)


@pytest.fixture(scope="session", autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the tests away from the machine's home, git settings and `CRM_*` variables; yields the home they see."""
    home = tmp_path_factory.mktemp("home") / "anna"
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(LEAKS) and name not in KEPT:
                patch.delenv(name)
        for name, value in hermetic_variables(home).items():
            patch.setenv(name, value)
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))  # where texts are kept that were refused
        patch.setattr(tempfile, "tempdir", None)
        time.tzset()
        yield home
    time.tzset()


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """A test that changes the environment for those after it fails; where it stands first, it is torn down last."""
    before = dict(os.environ)
    yield
    after = dict(os.environ)
    after.pop("PYTEST_CURRENT_TEST", None)
    before.pop("PYTEST_CURRENT_TEST", None)
    if after != before:
        os.environ.clear()
        os.environ.update(before)
    assert after == before, "the test changed variables of the environment: use monkeypatch"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; a test that needs it is skipped where it is absent."""
    folder = shared_data_folder()
    if not folder.is_dir():
        pytest.skip(f"{skips.ABSENT_DATA}: set CRM_TEST_DATA to the folder that holds maven_crm")
    return folder
