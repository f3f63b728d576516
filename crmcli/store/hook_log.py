"""The log of hook runs of this machine: `.crm/hooks.log.jsonl`, one run a line, two files of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store import disk

FILE = "hooks.log.jsonl"
OLDER = "hooks.log.1.jsonl"
LARGEST = 4 * 1024 * 1024
"""Bytes after which the file becomes the older one, whose place it takes."""


class LoggedRun(NamedTuple):
    """One run of a hook. `at` is when it began (ISO, offset), `exit` its code (negative: the signal).

    `outcome`: ok, failed, late (stopped at its limit) or not run; `trouble` says why when it was not run.
    """

    at: str
    key: str
    hook: str
    phase: str
    event: str
    on: str
    op: str
    outcome: str
    exit: int = 0
    seconds: float = 0.0
    attempt: int = 1
    test: bool = False
    stdout: str = ""
    stderr: str = ""
    trouble: str = ""


def note_run(state: Path, run: LoggedRun) -> None:
    """Add a run to the log."""
    import json  # noqa: PLC0415

    path = state / FILE
    line = json.dumps(run._asdict(), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        state.mkdir(parents=True, exist_ok=True)
        _begin(path)
        size = 0
    if size + len(line) > LARGEST and size:
        disk.replace(path, state / OLDER)
        _begin(path)
    disk.append(path, line)


def runs(state: Path) -> Iterator[LoggedRun]:
    """Yield the logged runs, oldest first; lines that are none are passed over."""
    for name in (OLDER, FILE):
        for line in _lines(state / name):
            run = _read(line)
            if run:
                yield run


def forget(state: Path, on: str) -> None:
    """Remove the runs that concern the record `plural/id`, as an erasure asks."""
    name = on.partition("/")[2]
    for file in (OLDER, FILE):
        lines = _lines(state / file)
        kept = [line for line in lines if not _concerns(line, on, name)]
        if len(kept) < len(lines):
            rewritten = state / f".{file}.new"
            disk.remove(rewritten)
            disk.write_new(rewritten, b"".join(kept), mode=0o600)
            disk.replace(rewritten, state / file)


def _concerns(line: bytes, on: str, name: str) -> bool:
    run = _read(line)
    return run is not None and (run.on == on or name in run.stdout + run.stderr + run.trouble)


def _lines(path: Path) -> list[bytes]:
    try:
        return disk.read_whole(path).splitlines(keepends=True)
    except FileNotFoundError:
        return []


def _read(line: bytes) -> LoggedRun | None:
    import json  # noqa: PLC0415

    try:
        found = json.loads(line)
        return LoggedRun(**{key: value for key, value in found.items() if key in LoggedRun._fields})
    except (ValueError, TypeError, AttributeError):
        return None


def _begin(path: Path) -> None:
    try:
        disk.write_new(path, b"", mode=0o600)
    except FileExistsError:
        return  # another process began it
