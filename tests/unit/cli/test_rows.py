"""Row numbers belong to one terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.cli.rows import KEPT_FILES, RowNumberError, row_number, save_rows
from crmcli.model.record import Ref


def test_a_number_means_the_record_in_that_row(tmp_path: Path) -> None:
    save_rows(tmp_path, "pts-1.7", ["deals/a", "tasks/b"])
    assert row_number(tmp_path, "pts-1.7", 2) == Ref("tasks", "b")


def test_another_terminal_has_other_numbers(tmp_path: Path) -> None:
    save_rows(tmp_path, "pts-1.7", ["deals/a"])
    with pytest.raises(RowNumberError, match="no row 1: this terminal has shown no numbered list yet"):
        row_number(tmp_path, "pts-2.8", 1)


@pytest.mark.parametrize("number", [0, 3])
def test_a_number_past_the_list_is_refused(tmp_path: Path, number: int) -> None:
    save_rows(tmp_path, "pts-1.7", ["deals/a", "tasks/b"])
    with pytest.raises(RowNumberError, match=f"no row {number}: the last list on this terminal has 2 rows"):
        row_number(tmp_path, "pts-1.7", number)


def test_the_next_list_replaces_the_numbers(tmp_path: Path) -> None:
    save_rows(tmp_path, "pts-1.7", ["deals/a", "tasks/b"])
    save_rows(tmp_path, "pts-1.7", ["deals/c"])
    assert row_number(tmp_path, "pts-1.7", 1) == Ref("deals", "c")


def test_nothing_is_kept_without_a_terminal_or_on_a_book_that_cannot_be_written(tmp_path: Path) -> None:
    save_rows(tmp_path, "", ["deals/a"])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".crm").write_text("no folder", encoding="utf-8")
    save_rows(tmp_path, "pts-1.7", ["deals/a"])


def test_old_terminals_are_forgotten(tmp_path: Path) -> None:
    for number in range(KEPT_FILES + 5):
        save_rows(tmp_path, f"pts-{number}.1", ["deals/a"])
    assert len(list((tmp_path / ".crm/rows").iterdir())) <= KEPT_FILES + 1
