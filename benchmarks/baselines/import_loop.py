"""What no import can do without: reading the rows, writing the same records and one journal, one sync at the end."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.ground import record_text


def write_records(table: str, folder: str) -> Callable[[], None]:
    """Write each row's record (made before) and its line of the journal, in a bare loop."""
    target = Path(tempfile.mkdtemp(dir=folder))
    with Path(table).open(encoding="utf-8", newline="") as file:
        texts = [record_text(number).encode() for number, _ in enumerate(csv.DictReader(file))]

    def work() -> None:
        with (target / "journal.jsonl").open("wb") as lines, Path(table).open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                (target / f"company-{number:06}.md").write_bytes(texts[number])
                lines.write(
                    json.dumps({"do": "create", "on": f"customers/company-{number:06}", "record": row}).encode()
                )
        os.sync()

    return work
