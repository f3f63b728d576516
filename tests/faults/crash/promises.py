"""What is promised, asked of a book after a death: plain values, from the files and by independent ways."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.crash.kinds import Kind
from tests.faults.crash.stage import Ended, Stage

QUIET = "quiet-0aa1b"
NEXT = "the next command"
Ops = dict[str, list[str]]
"""Lines of the journal by op."""


def told(root: Path) -> Ops:
    """Every whole line of the journal, by op, each id once; lines of the next command left out."""
    ops: Ops = {}
    seen: set[str] = set()
    for path in sorted((root / "journal").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
            event = json.loads(line)
            if event["id"] not in seen and event.get("text") != NEXT:
                seen.add(event["id"])
                ops.setdefault(event["op"], []).append(line)
    return ops


def files(root: Path) -> dict[str, str]:
    """The text of every file that is the book: not the journal, not what belongs to this machine."""
    found = {}
    for home, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".crm", ".git", "journal")]
        for name in names:
            path = Path(home, name)
            found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return found


def leftovers(root: Path) -> list[str]:
    """What a death may leave and the next write must clear away."""
    state = root / ".crm"
    left = [f"left in pending: {path.name}" for path in (state / "pending").glob("*")]
    hidden = [p for p in root.rglob(".*") if ".git" not in p.relative_to(root).parts and p.is_file()]
    left += [f"left: {p.relative_to(root)}" for p in hidden if p.name not in (".gitignore", ".gitattributes")]
    return left


def state_of(root: Path) -> dict[str, Any]:
    """Everything that a change may change, for comparison."""
    return {"ops": told(root), "files": files(root)}


def rebuilt_once(root: Path, kept: Path) -> dict[str, list[str]]:
    """What an index of the book built from nothing holds: built once for the same files to the byte, in `kept` from then on.

    An op that waits in `.crm` is part of what an index says: with one, nothing is kept.
    """
    from crmcli.store.book import open_book
    from tests.storing import rebuilt_rows

    if any((root / ".crm" / "pending").glob("*")):
        return rebuilt_rows(open_book(root))
    path = kept / f"{_content(root)}.json"
    if not path.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rebuilt_rows(open_book(root))), encoding="utf-8")
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _content(root: Path) -> str:
    """One hash of the path and the bytes of every file that a rebuild may read."""
    whole = hashlib.sha256()
    for home, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in (".crm", ".git"))
        for name in sorted(names):
            content = Path(home, name).read_bytes()
            whole.update(f"{home[len(str(root)) :]}/{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def inner_troubles(root: Path, kept: Path | None = None) -> list[str]:
    """What contradicts itself in the book: index and rebuild, replay and files, `crm check`, things left over.

    `kept`: a folder that remembers rebuilds of the same kind.
    """
    from crmcli.checks import run_checks
    from crmcli.store.book import open_book
    from crmcli.store.recovery import unfinished
    from tests.storing import index_differences, rebuilt_rows, replay_differences

    book = open_book(root)
    rows = index_differences(book, lambda _: rebuilt_once(root, kept) if kept else rebuilt_rows(book))
    found = [f"index {line}" for line in rows]
    found += [f"replay {line}" for line in replay_differences(book)]
    found += [f"check {p.code} {p.path} {p.message}" for p in run_checks(book)]
    found += [f"unfinished {op}" for op in unfinished(root, book.state)]
    return found + leftovers(root)


class Judge:
    """Knows what a kind does when nothing happens to it, and says what is wrong after something did."""

    def __init__(self, stage: Stage, kind: Kind, clean: Ended) -> None:
        self._stage = stage
        self._kind = kind
        self._before: dict[str, Any] = {}
        self.clean = clean

    def learn(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """The book before the command, and after one that nothing happened to."""
        self._before, self._after = before, after
        self._new = {op: lines for op, lines in after["ops"].items() if op not in before["ops"]}
        self._keys = self._hook_keys()

    def _hook_keys(self) -> Counter[str]:
        return Counter(
            line for path in self._stage.ran.glob("told") for line in path.read_text(encoding="utf-8").split()
        )

    @staticmethod
    def acknowledged_by(ended: Ended, clean: Ended) -> bool:
        """Whether the person was told that it is done: by the exit code, or by words of the answer."""
        if ended.code is not None:
            return ended.code == 0
        answer = [line for line in clean.err.splitlines() if not line.startswith(("hook ", "op ", "note:", "git "))]
        return bool(ended.out) or bool(set(answer) & set(ended.err.splitlines()))

    def judge(self, ended: Ended, found: dict[str, Any], inner: list[str]) -> list[str]:
        """Everything that breaks a promise."""
        troubles = list(inner)
        drift = self._kind.hand is not None and self._kind.name.startswith("drift")
        ops: Ops = found["ops"]
        troubles += [f"lost op {op}" for op, lines in self._before["ops"].items() if ops.get(op) != lines]
        made = {op: lines for op, lines in ops.items() if op not in self._before["ops"]}
        if drift:
            troubles += _same_drift(_by_hand(self._new), _by_hand(made))
            made = {op: lines for op, lines in made.items() if op not in _by_hand(made)}
        new = {op: lines for op, lines in self._new.items() if not drift or op not in _by_hand(self._new)}
        done = [op for op, lines in new.items() if sorted(made.get(op, [])) == sorted(lines)]
        troubles += [f"half op {op}: {len(made[op])} of {len(new[op])}" for op in new if op in made and op not in done]
        troubles += [f"foreign op {op}: {made[op][0][:120]}" for op in made if op not in new]
        if done != list(new)[: len(done)]:
            troubles.append("a later op without an earlier one")
        whole = len(done) == len(new)
        if self.acknowledged_by(ended, self.clean) and not whole:
            troubles.append("acknowledged, and missing")
        troubles += self._wrong_files(found["files"], whole=whole, none=not done)
        return troubles + self._wrong_hooks(whole=whole)

    def _wrong_files(self, present: dict[str, str], *, whole: bool, none: bool) -> list[str]:
        before, after = self._before["files"], self._after["files"]
        found = []
        for name in sorted({*present, *before, *after}):
            allowed = (
                [after.get(name)] if whole else [before.get(name)] if none else [before.get(name), after.get(name)]
            )
            if name.startswith("files/"):  # copied before the op that names it
                allowed.append(after.get(name))
            if present.get(name) not in allowed:
                found.append(f"file {name}: {present.get(name, 'gone')[:80]!r}")
        return found

    def _wrong_hooks(self, *, whole: bool) -> list[str]:
        if not self._kind.hooks:
            return []
        ran = self._hook_keys()
        if not whole:
            return [f"hook ran for nothing: {key}" for key in ran]
        failed = {path.stem for path in (self._stage.book / ".crm" / "outbox" / "failed").glob("*.json")}
        missed = [f"hook missed: {key}" for key in self._keys if key not in ran and key not in failed]
        return missed + [f"hook under another key: {key}" for key in ran if key not in self._keys]


def _by_hand(ops: Ops) -> Ops:
    return {op: lines for op, lines in ops.items() if '"via":"hand"' in lines[0]}


def _same_drift(new: Ops, made: Ops) -> list[str]:
    """Drift is journaled once, by the command or by the next one."""
    wanted, found = _contents(new), _contents(made)
    return [f"drift lost: {line}" for line in wanted - found] + [f"drift told twice: {line}" for line in found - wanted]


def _contents(ops: Ops) -> Counter[str]:
    contents: Counter[str] = Counter()
    for lines in ops.values():
        for line in lines:
            event = json.loads(line)
            kept = ("do", "on", "field", "from", "to", "add", "remove", "record")
            contents[json.dumps({key: event[key] for key in kept if key in event}, ensure_ascii=False)] += 1
    return contents
