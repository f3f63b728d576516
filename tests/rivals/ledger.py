"""Independent accounts of a journal and of files: plain JSON and plain text, none of the product's own reading."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def lines_of(root: Path) -> list[Line]:
    """Every event of the journal in the order of ids; a segment's own lines are checked to ascend."""
    found: list[Line] = []
    for path in sorted(root.glob("journal/*/*.jsonl")):
        content = path.read_bytes()
        assert content.endswith(b"\n"), path
        lines = [json.loads(line) for line in content.splitlines()]
        ids = [line["id"] for line in lines]
        assert ids == sorted(set(ids)), f"{path}: ids do not ascend"
        found += lines
    ids = [line["id"] for line in found]
    assert len(set(ids)) == len(ids), "an id was given twice"
    return sorted(found, key=lambda line: str(line["id"]))


def broken_chains(lines: list[Line]) -> list[str]:
    """Changes that were not made on what the one before them left: an update was lost there."""
    last: dict[tuple[str, str], Any] = {}
    broken: list[str] = []
    for line in lines:
        if line["do"] == "create":
            last |= {(line["on"], name): value for name, value in line["record"].items()}
        elif line["do"] in ("set", "move") and "add" not in line and "remove" not in line:
            place = (line["on"], line["field"])
            if last.get(place) != line["from"]:
                broken.append(f"{place}: from {line['from']!r}, but it was {last.get(place)!r}")
            last[place] = line["to"]
    return broken


def values_of(lines: list[Line]) -> dict[tuple[str, str], Any]:
    """What the journal leaves in each field: scalars the last one, lists as sets."""
    values: dict[tuple[str, str], Any] = {}
    lists: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        if line["do"] == "create":
            for name, value in line["record"].items():
                if isinstance(value, list):
                    lists[line["on"], name] = set(value)
                else:
                    values[line["on"], name] = value
        elif line["do"] == "rename":
            old = f"{line['on'].partition('/')[0]}/{line['from']}"
            new = f"{line['on'].partition('/')[0]}/{line['to']}"
            values = {(new if on == old else on, name): value for (on, name), value in values.items()}
        elif line["do"] in ("set", "move"):
            place = (line["on"], line["field"])
            if "add" in line or "remove" in line:
                lists[place] = (lists[place] - set(line.get("remove", ()))) | set(line.get("add", ()))
            else:
                values[place] = line["to"]
    return {**{k: v for k, v in values.items() if v is not None}, **{k: v for k, v in lists.items() if v}}


def values_in_files(root: Path) -> dict[tuple[str, str], Any]:
    """What the record files say, read as the plainest text: `key: value`, and `  - item` under a key."""
    values: dict[tuple[str, str], Any] = {}
    for plural in ("customers", "deals", "members", "tasks"):
        for path in root.glob(f"{plural}/*.md"):
            head, _, _ = path.read_text(encoding="utf-8").removeprefix("---\n").partition("---\n")
            on, key = f"{plural}/{path.stem}", ""
            for line in head.splitlines():
                if line.startswith("  - "):
                    values.setdefault((on, key), set()).add(line[4:].strip("'"))
                    continue
                key, _, value = line.partition(":")
                if value.strip():
                    values[on, key] = value.strip().strip("'")
    return values
