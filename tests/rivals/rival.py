"""A real process that does what it is told: a line of JSON on stdin is a task, a line on stdout the answer.

`{"run": [words, …]}` runs command lines one after another; with `"until": path`, over and over until that file is there.
With `"stop": [step, when]` the process says `{"at": step}` at the first such step and goes on when it gets a line. Steps are
those of the disk that touch a record or the segment, and `locked`: a writer's asking for the lock, the first or the second time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.engines import bulk, road
from crmcli.store import disk


def one(words: list[str]) -> list[object]:
    """Run one command line as a process of its own would: its words, exit code, stdout and stderr."""
    session = Session(os.environ, StringIO(), StringIO(), StringIO())
    code = run(words, session)
    if session.opened:
        session.present.index.close()
    assert isinstance(session.stdout, StringIO)
    assert isinstance(session.stderr, StringIO)
    return [words, code, session.stdout.getvalue(), session.stderr.getvalue()]


def many(task: dict[str, Any]) -> list[list[object]]:
    """Run the task's command lines, once or until a file is there."""
    lines: list[list[str]] = task["run"]
    if "until" not in task:
        return [one(words) for words in lines]
    told: list[list[object]] = []
    while True:
        last = Path(task["until"]).exists()
        told += [one(words) for words in lines]
        if last:
            return told


def stopping_at_lock(which: str) -> Callable[[], None]:
    """Stop once before the lock is asked for: `first`, when all was looked at, or `second`, after hooks were asked."""
    real: Callable[[Path], object] = vars(road)["locked"]
    left = ["first", "second"].index(which)

    def take_away() -> None:
        for module in (road, bulk):
            setattr(module, "locked", real)  # noqa: B010 - mypy would not have it assigned

    def asking(root: Path) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            take_away()
            print(json.dumps({"at": "locked"}), flush=True)  # noqa: T201
            sys.stdin.readline()
        return real(root)

    for module in (road, bulk):
        setattr(module, "locked", asking)  # noqa: B010
    return take_away


def stopping(step: str, when: str) -> Callable[[], None]:
    """Stop once before or after a step of the disk that touches the book itself; what it returns takes the stop away."""
    if step == "locked":
        return stopping_at_lock(when)
    real: Callable[..., object] = getattr(disk, step)

    def take_away() -> None:
        setattr(disk, step, real)

    def stop() -> None:
        take_away()
        print(json.dumps({"at": step}), flush=True)  # noqa: T201 - the answer to whoever gave the task
        sys.stdin.readline()

    def stepping(*args: object, **keywords: object) -> object:
        target = str(args[-1] if step in ("replace", "link") else args[0])
        if step != "append" and ("/customers/" not in target or "/.crm/" in target):
            return real(*args, **keywords)
        if when == "before":
            stop()
        done = real(*args, **keywords)
        if when == "after":
            stop()
        return done

    setattr(disk, step, stepping)
    return take_away


def main() -> None:
    """Serve until stdin ends."""
    given = dict(os.environ)
    for line in sys.stdin:
        task = json.loads(line)
        os.environ.clear()
        os.environ.update(given | task.get("env", {}))
        end = stopping(*task["stop"]) if "stop" in task else None
        told = many(task)
        if end:
            end()
        print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
