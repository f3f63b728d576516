"""What somebody may do: with crm, in an editor, with git. Each is one function; what it does not get done, it gives up."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.sim.clone import PLAIN_MERGE, Clone
from tests.sim.ledger import Ledger

_RENAMED = re.compile(r"`crm rename (\S+) (\S+)` tells the journal")
"""What a command says of a file that was renamed by hand: nobody but a person knows that it was."""
_STOPS = 6

INDUSTRIES = ("machining", "food", "robots", "optics")
COUNTRIES = ("DE", "AT", "NO", "SE")
TAGS = ("emea", "vip", "cn", "fair")
STAGES = ("contact", "needs", "proposal", "won", "hold")


class Scene(NamedTuple):
    """Who acts, with what chances, and what is kept for later."""

    clone: Clone
    random: Random
    ledger: Ledger

    def some(self, plural: str) -> str:
        """The id of a record that is there, "" where there is none."""
        found = [
            path.partition("/")[2].removesuffix(".md") for path in self.clone.files() if path.startswith(f"{plural}/")
        ]
        return self.random.choice(found) if found else ""

    def crm(self, *words: str) -> bool:
        """Run crm; what it wrote is acknowledged where it ended well."""
        before = self.clone.events()
        if self.clone.crm(*words).code != 0:
            return False
        self.ledger.note(self.clone, before)
        return True

    def insist(self) -> None:
        """Before git takes something away by intent: nothing is missing yet."""
        lost = self.ledger.missing(self.clone, own=True)
        if lost:
            raise LostError(lost)


class LostError(AssertionError):
    """Something acknowledged is gone."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))


Doing = Callable[[Scene], object]


# ---- with crm -----------------------------------------------------------------------------------------------


def set_fields(scene: Scene) -> None:
    """Change one or two fields of a customer."""
    if who := scene.some("customers"):
        scene.crm("set", f"customers/{who}", *scene.random.sample(words(scene.random), scene.random.randint(1, 2)))


def words(random: Random) -> list[str]:
    """Changes of a customer, each of another field."""
    return [
        f"industry={random.choice(INDUSTRIES)}",
        f"size={random.randint(1, 6) * 10}",
        f"country={random.choice(COUNTRIES)}",
        f"{random.choice('+-')}{random.choice(TAGS)}",
        "industry=",
    ]


def toggle(scene: Scene) -> None:
    """A value there and back: nothing in the file has changed, and two things have happened."""
    if who := scene.some("customers"):
        for size in (77, 40):
            scene.crm("set", f"customers/{who}", f"size={size}")


def log(scene: Scene) -> None:
    """Write down what happened, sometimes what happened days ago."""
    if who := scene.some("customers"):
        at = ["--at", "-2d"] if scene.random.random() < 0.4 else []
        scene.crm("log", f"customers/{who}", f"told {scene.random.randint(1, 999)}", *at)


def add(scene: Scene) -> None:
    """Make a record."""
    if scene.random.random() < 0.5:
        scene.crm("customer", "add", f"New {scene.random.randint(1, 99)}", f"size={scene.random.randint(1, 9)}")
    elif who := scene.some("customers"):
        scene.crm("deal", "add", f"Deal {scene.random.randint(1, 99)}", f"customer={who}", "amount=700")


def move(scene: Scene) -> None:
    """Move a deal; a pipeline that says no has said so."""
    if who := scene.some("deals"):
        scene.crm("move", f"deals/{who}", scene.random.choice(STAGES))


def delete(scene: Scene) -> None:
    """Remove a record that nobody refers to."""
    plural = scene.random.choice(("customers", "deals"))
    if who := scene.some(plural):
        scene.crm("delete", f"{plural}/{who}", "--purge", "--yes")


def undo(scene: Scene) -> None:
    """Take the last op back."""
    scene.crm("undo")


def rename(scene: Scene) -> None:
    """Give a record another id."""
    if who := scene.some("customers"):
        scene.crm("rename", f"customers/{who}", f"named-{scene.random.randint(1, 9999):04}")


def merge_records(scene: Scene) -> None:
    """Make two customers one, or take them apart again."""
    kept, gone = scene.some("customers"), scene.some("customers")
    if kept and scene.random.random() < 0.2:
        scene.crm("unmerge", f"customers/{kept}", "--no-input")
    elif kept != gone:
        scene.crm("merge", f"customers/{kept}", f"customers/{gone}", "--yes")


def drift(scene: Scene) -> None:
    """Take up what was done without crm."""
    scene.crm("journal", "drift")


# ---- in an editor -------------------------------------------------------------------------------------------


def edit(scene: Scene) -> None:
    """Save a customer with another value of a field."""
    who, files = scene.some("customers"), scene.clone.files()
    if not who:
        return
    path = f"customers/{who}.md"
    lines = files[path].split("\n")
    field, value = scene.random.choice(
        [("size", str(scene.random.randint(60, 99))), ("industry", "glass"), ("country", "CH")]
    )
    places = [number for number, line in enumerate(lines) if line.startswith(f"{field}:")]
    if places:
        lines[places[0]] = f"{field}: {value}"
        scene.clone.write(path, "\n".join(lines))


def edit_body(scene: Scene) -> None:
    """Add a line to the notes, or change the last one."""
    who, files = scene.some("customers"), scene.clone.files()
    if not who or files[f"customers/{who}.md"].count("---") < 2:
        return
    text = files[f"customers/{who}.md"].rstrip("\n")
    more = f"Said {scene.random.randint(1, 999)}."
    scene.clone.write(f"customers/{who}.md", f"{text}\n{more}\n" if scene.random.random() < 0.7 else _last(text, more))


def _last(text: str, line: str) -> str:
    head, _, last = text.rpartition("\n")
    return f"{head}\n{line}\n" if last and last != "---" else f"{text}\n\n{line}\n"


def rename_by_hand(scene: Scene) -> None:
    """Give a file another name."""
    if who := scene.some("customers"):
        new = f"hand-{scene.random.randint(1, 9999):04}"
        scene.clone.told.append(f"mv customers/{who}.md customers/{new}.md")
        (scene.clone.root / "customers" / f"{who}.md").rename(scene.clone.root / "customers" / f"{new}.md")


# ---- with git -----------------------------------------------------------------------------------------------


def commit(scene: Scene) -> None:
    """Commit everything; mostly as somebody whose git has no hook of ours."""
    scene.clone.git("add", "-A")
    before = scene.clone.events()
    hookless = ["--no-verify"] if scene.random.random() < 0.7 else []
    if scene.clone.git("commit", "-q", *hookless, "-m", "work").code == 0:
        scene.ledger.note(scene.clone, before)


def pull(scene: Scene) -> None:
    """Merge what others shared with plain git, with crm's driver or without; settle what is left by taking a side."""
    commit(scene)
    plain = ["-c", PLAIN_MERGE] if scene.random.random() < 0.4 else []
    scene.clone.git("fetch", "-q")
    settle(scene, scene.clone.git(*plain, "merge", "-q", "--no-edit", "origin/main").code)


def rebase(scene: Scene) -> None:
    """Put what is here behind what others shared, with plain git; what stops is given up."""
    commit(scene)
    scene.clone.git("fetch", "-q")
    if scene.clone.git("rebase", "-q", "origin/main").code:
        scene.clone.git("rebase", "--abort")


def settle(scene: Scene, code: int) -> None:
    """End a merge that stopped, or give it up."""
    clone = scene.clone
    if code == 0:
        return
    if not (clone.root / ".git" / "MERGE_HEAD").exists() and "U" not in _states(clone):
        return
    side = scene.random.choice(("--ours", "--theirs"))
    if clone.crm("resolve", side).code == 0 and clone.git("commit", "-q", "--no-edit").code == 0:
        return
    clone.git("merge", "--abort")
    clone.git("reset", "-q", "--merge")


def _states(clone: Clone) -> str:
    return "".join(line[:2] for line in clone.git("status", "--porcelain").out.splitlines())


def push(scene: Scene) -> None:
    """Share with plain git; who was slower, was slower."""
    commit(scene)
    scene.clone.git("push", "-q", "origin", "HEAD:main")


def branch(scene: Scene) -> None:
    """Work on a branch for a moment, and bring it back: merged, squashed, picked."""
    clone, random = scene.clone, scene.random
    commit(scene)
    scene.insist()
    if clone.git("switch", "-q", "-c", f"b{random.randint(1, 10**9)}").code:
        return
    name = clone.branch
    for _ in range(random.randint(1, 2)):
        random.choice((set_fields, log, edit, move))(scene)
    commit(scene)
    if clone.git("switch", "-q", "main").code:
        clone.git("reset", "-q", "--hard")
        clone.git("switch", "-q", "main")
        scene.ledger.forget_what_git_dropped(clone)
        return
    if random.random() < 0.6:
        random.choice((set_fields, log, edit))(scene)
        commit(scene)
    how = random.choice(("merge", "squash", "pick", "leave"))
    if how == "merge":
        settle(scene, clone.git("merge", "-q", "--no-edit", name).code)
    elif how == "squash":
        code = clone.git("merge", "-q", "--squash", name).code
        if code:
            clone.git("reset", "-q", "--merge")
        else:
            clone.git("commit", "-qm", "squashed")
    elif how == "pick" and clone.git("cherry-pick", name).code:
        clone.git("cherry-pick", "--abort")
    if how != "merge" or clone.git("merge-base", "--is-ancestor", name, "HEAD").code:
        scene.ledger.forget_what_git_dropped(clone)


def revert(scene: Scene) -> None:
    """Revert the last commit, as git does: the change in the files, and the segments that came with it."""
    commit(scene)
    if scene.clone.git("rev-parse", "-q", "--verify", "HEAD~1").code:
        return  # the book itself
    if scene.clone.git("revert", "--no-edit", "HEAD").code:
        scene.clone.git("revert", "--abort")
    drift(scene)


def stash(scene: Scene) -> None:
    """Put what is not committed away, do something, and bring it back."""
    clone = scene.clone
    scene.insist()
    if clone.git("stash", "-q", "-u").code or not clone.git("stash", "list").out:
        return
    if scene.random.random() < 0.5:
        set_fields(scene)
        commit(scene)
    if clone.git("stash", "pop", "-q").code:
        if clone.crm("resolve", "--ours").code:
            clone.git("reset", "-q", "--merge")
        clone.git("stash", "drop", "-q")
        scene.ledger.forget_what_git_dropped(clone)


def sync(scene: Scene) -> None:
    """Share; whoever is asked takes a side."""
    clone = scene.clone
    if clone.branch != "main":
        clone.git("switch", "-q", "main")
    before = clone.events()
    for _ in range(_STOPS):
        said = clone.crm("sync")
        renamed = _RENAMED.search(said.err)
        if renamed and clone.crm("rename", *renamed.groups()).code == 0:
            continue
        if said.code != 5:
            break
        clone.crm("sync", scene.random.choice(("--ours", "--theirs")))
    scene.ledger.note(clone, before)


DOINGS: dict[Doing, int] = {
    set_fields: 14, toggle: 3, log: 8, add: 5, move: 6, delete: 3, undo: 4, rename: 2, drift: 2,
    edit: 7, edit_body: 5, rename_by_hand: 1,
    commit: 5, pull: 4, push: 3, branch: 4, revert: 2, stash: 3, sync: 12,
}  # fmt: skip
"""With their weights."""

ALL_DOINGS: dict[Doing, int] = {**DOINGS, merge_records: 3, rebase: 3}
"""Those of the long version."""
