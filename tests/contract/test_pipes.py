"""A reader that stops early is no failure: no word, no traceback, exit 0 under `pipefail`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import NOW

LINES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n"
"""More than a pipe holds."""


def piped(book: Path, command: str) -> tuple[int, str, str]:
    crm = f'crm() {{ {sys.executable} -m crmcli "$@"; }}; set -o pipefail; export CRM_NOW={NOW}; '
    done = subprocess.run(["bash", "-c", crm + command], cwd=book, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["tsv", "json", "jsonl"])
def test_many_rows_into_a_reader_of_one_line(rich_book: Path, name: str) -> None:
    code, out, err = piped(rich_book, f'crm sql "{LINES}" --format {name} | head -1')
    assert (code, err, out.count("\n")) == (0, "", 1)


@pytest.mark.parametrize("command", ["deals", "changes", "today", "help", "show eiswerk --format json", "tag list"])
def test_a_reader_that_reads_nothing(rich_book: Path, command: str) -> None:
    assert piped(rich_book, f"crm {command} | true") == (0, "", "")


def test_the_exit_code_stays_when_nobody_reads_the_sentence(rich_book: Path) -> None:
    assert piped(rich_book, "crm nobody 2>&1 | true")[0] == 2
    assert piped(rich_book, "crm show nobody 2>&1 | true")[0] == 3
