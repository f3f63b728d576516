"""A whole book as one file: what is written is read back, what was changed or cut off is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli_formats.book import BookFile, BookFileBrokenError, read_files, written
from crmcli_formats.registry import format_of
from tests.formats.contract import FEW

FILES = st.lists(
    st.builds(
        BookFile, st.text(st.characters(codec="utf-8"), min_size=1, max_size=9), st.binary(max_size=40), st.booleans()
    ),
    max_size=5,
)


@given(files=FILES)
@example(files=[BookFile("a.txt", b"BEGIN:VCALENDAR"), BookFile("b.txt", b"BEGIN:VCARD\n")])
@FEW
def test_what_is_written_is_read_back(tmp_path: Path, files: list[BookFile]) -> None:
    path = tmp_path / "book.jsonl"
    path.write_text("".join(written("Demo", files)), encoding="utf-8", newline="")
    assert list(read_files(path)) == files
    assert format_of(path).NAME == "book"


def test_a_file_that_was_changed_or_cut_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "book.jsonl"
    lines = "".join(written("Demo", [BookFile("crm.toml", b"format = 1\n"), BookFile("a.bin", b"\xff")])).splitlines(
        True
    )
    for place, why in ((0, "no|expected|end"), (1, "does not fit"), (2, "does not fit"), (3, "cut off")):
        path.write_text("".join(line for number, line in enumerate(lines) if number != place), encoding="utf-8")
        with pytest.raises(BookFileBrokenError, match=why):
            list(read_files(path))
    for wrong, why in (
        ('{"crm":"book","format":2}\n', "later crm"),
        ('{"crm":"book","format":1}\n{"file":"x"}\n', "with its text"),
        ('{"crm":"book","format":1}\n{"file":"x","base64":"%"}\n', "x:"),
        ('{"crm":"book","format":1}\n[]\n', "an object was expected"),
        ('{"crm":"book","format":1}\n{"file":"x","text":"\\ud800"}\n', "x:"),
    ):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(CrmError, match=why):
            list(read_files(path))
