"""Bringing the branch, git's index and the files here to a commit that contains ours, without touching what was changed meanwhile.

It runs under the book's lock, so that no command writes to a file that git is about to replace, and leaves a mark until it
is through: what a crash cut off half way is told apart from what a hand changed.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import ConflictError, CrmError
from crmcli.store import disk, git
from crmcli.store.sync.standing import head_of
from crmcli.store.sync.talk import Talk
from crmcli.store.sync.trees import changes

MARK = "arriving"
_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


class InTheWayError(ConflictError):
    """Files that crm may not commit stand where the other side has changed them."""

    def __init__(self, paths: list[str], there: str) -> None:
        listed = ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
        super().__init__(
            f"{listed}: changed here and not committed, and {there} brings another version",
            hint="commit them, or move them away; then `crm sync`",
        )


class NotArrivedError(CrmError):
    """Git could not write the files."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"git could not bring the files here up to what was shared: {said}",
            hint="mend that, then `crm sync`: it goes on from there",
        )


class Journey(NamedTuple):
    """From which commit to which."""

    old: str
    new: str


def in_the_way(talk: Talk, journey: Journey, prefix: str) -> list[str]:
    """Files outside the book, and ignored ones inside, that git would have to overwrite; relative to the work tree."""
    moving = changes(talk, *journey)
    outside = [path for path in moving if not path.startswith(prefix)]
    dirty = talk.must("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", "HEAD") if outside else ""
    found = set(outside) & set(dirty.split("\0"))
    new = [p for p, c in moving.items() if c.before is None and c.after is not None and os.path.lexists(talk.top / p)]
    ignored = [p for p in new if not p.startswith(prefix) or talk.says("check-ignore", "-q", "--", p).code == 0]
    tracked = (
        set(talk.must("ls-files", "-z", "--", *(f":(literal){p}" for p in ignored)).split("\0")) if ignored else ()
    )
    return sorted({*found, *(path for path in ignored if path not in tracked)})


def arrive(talk: Talk, state: Path, journey: Journey) -> bool:
    """Go there, under the lock; False when a file (or the branch) was changed meanwhile, and nothing was touched.

    Raises `NotArrivedError` (exit 1).
    """
    if head_of(talk) != journey.old:
        return False
    _write_mark(state, journey)
    said = talk.says(
        *_NO_HOOKS,
        "merge",
        "-q",
        "--ff-only",
        "--no-autostash",
        "--no-overwrite-ignore",
        journey.new,
        more={"LC_ALL": "C"},
    )
    if said.code == 0:
        return True
    if head_of(talk) == journey.old and _is_untouched(said.err):
        finish(state)
        return False
    raise NotArrivedError(said.words)


def finish(state: Path) -> None:
    """Take the mark away: everything that follows from arriving is done."""
    disk.remove(state / MARK)


def cut_off(state: Path) -> Journey | None:
    """The journey that did not come to its end, None when there is none."""
    try:
        found = json.loads(disk.read_whole(state / MARK))
        return Journey(str(found["old"]), str(found["new"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def resume(talk: Talk, journey: Journey) -> bool:
    """Go on where git was cut off in the middle of the files: what is there already is told to git's index first.

    False where the branch has moved, or where there is nothing to do.
    """
    if head_of(talk) != journey.old or not talk.ask("rev-parse", "-q", "--verify", f"{journey.new}^{{commit}}"):
        return False
    lines = []
    for path, change in changes(talk, *journey).items():
        place = talk.top / path
        if change.after is None:
            lines += [f"0 {'0' * len(journey.new)}\t{path}\0"] if not os.path.lexists(place) else []
        elif change.after.is_file and _holds(place, change.after.blob):
            lines.append(f"{change.after.mode} {change.after.blob}\t{path}\0")
    stdin = "".join(lines).encode("utf-8", "surrogateescape")
    talk.must("update-index", "-z", "--index-info", stdin=stdin)
    talk.says("update-index", "-q", "--really-refresh")
    return True


def after_merge(talk: Talk) -> str:
    """Run git's own hook for what just happened, as git would have; what it said, "" where there is none. Without the lock."""
    elsewhere = "core.hookspath" in talk.settings
    hooks = talk.ask("rev-parse", "--git-path", "hooks") if elsewhere else talk.repository.common / "hooks"
    hook = (talk.top / hooks / "post-merge").resolve() if hooks else None
    if hook is None or not os.access(hook, os.X_OK) or not hook.is_file():
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - the hook git would run
            [os.fspath(hook), "0"], cwd=talk.top, capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        return f"git's hook post-merge could not run: {error.strerror}"
    return (
        ""
        if done.returncode == 0
        else f"git's hook post-merge said no: {done.stderr.decode('utf-8', 'replace').strip()}"
    )


def _write_mark(state: Path, journey: Journey) -> None:
    disk.make_folder(state)
    disk.write_atomic(state / MARK, json.dumps(journey._asdict()).encode())


def _is_untouched(said: str) -> bool:
    """Whether git refused before it wrote anything."""
    return "would be overwritten" in said or "would lose untracked files" in said or "Aborting" in said


def _holds(place: Path, blob: str) -> bool:
    try:
        content = disk.read_whole(place)
    except OSError:
        return False
    return git.blob_id(content, blob) == blob
