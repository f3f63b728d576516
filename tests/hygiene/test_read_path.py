"""A list command loads nothing heavy: what it costs to start is what it costs to use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runner.session import Session
from tests.places import SOURCE_ROOTS

HEAVY = {
    "pydantic", "sqlite_utils", "rich", "textual", "dateutil.parser", "phonenumbers", "pycountry", "stdnum",
    "ruamel", "ruamel.yaml", "pypinyin", "tomlkit", "wcwidth",
}  # fmt: skip

MAKE_BOOK = (
    "crm init . --name Demo --no-input",
    'crm customer add "Acme GmbH"',
    'crm deal add "Acme renewal" amount=5k',
    "sleep 0.1",
    "crm deals",
)
"""The last one also fills index and schema cache: the next read finds nothing to do, for what was written lies longer back
than the file system's clock is coarse."""

WATCH = """\
import json, sys
sys.path[:0] = {roots}
import os
from crmcli.cli.main import run
from crmcli.cli.session import Session
code = run({words}, Session(os.environ, sys.stdin, sys.stdout, sys.stderr))
sys.stderr.write("\\n" + json.dumps({{"code": code, "modules": sorted(sys.modules)}}))
"""


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = Session(tmp_path_factory.mktemp("read-path"))
    for command, shown in zip(MAKE_BOOK, session.run(MAKE_BOOK), strict=True):
        assert shown.code == 0, (command, shown.stderr)
    return session


@pytest.mark.parametrize(
    "words",
    [["deals"], ["deals", "is:open"], ["customers", "--format", "json"], ["deal", "list", "--format", "ids"]],
    ids=" ".join,
)
def test_a_read_imports_nothing_heavy(small_book: Session, words: list[str]) -> None:
    program = WATCH.format(roots=[str(root) for root in SOURCE_ROOTS], words=words)
    read = subprocess.run(
        [sys.executable, "-c", program],
        cwd=small_book.book,
        env=small_book.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    seen = json.loads(read.stderr.splitlines()[-1])
    assert not seen["code"], read.stderr
    assert read.stdout.strip()
    assert HEAVY.intersection(seen["modules"]) == set()
    assert "crmcli.store.recovery" not in seen["modules"]  # no op was cut off


def test_completion_imports_nothing_heavy(small_book: Session) -> None:
    program = WATCH.format(roots=[str(root) for root in SOURCE_ROOTS], words=[])
    asked = {"_CRM_COMPLETE": "complete_bash", "_TYPER_COMPLETE_ARGS": "crm deals customer.owner:me stage:w"}
    read = subprocess.run(
        [sys.executable, "-c", program],
        cwd=small_book.book,
        env={**small_book.variables, **asked},
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.split() == ["stage:won"]
    seen = json.loads(read.stderr.splitlines()[-1])
    assert HEAVY.intersection(seen["modules"]) == set()


def test_importing_the_package_imports_no_library() -> None:
    program = "import sys; before = set(sys.modules); import crmcli; print(sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(SOURCE_ROOTS[0]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not HEAVY.intersection(name.strip("[]', \n") for name in done.stdout.split(","))
