"""Every kind of change: what the book is like before, what was done by hand, and the command that is stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.faults.crash.calls import Fault
from tests.faults.crash.stage import Command, Stage

HOOK = '#!/bin/sh\n# crm: {header}\nprintf "%s\\n" "$CRM_KEY" >> "$CRM_TEST_RAN/{name}"\n'
HOOKS = {"told": "on any {event}", "asked": "before any {event}"}
IMPORT = 'to = "customer"\nsame = ["name"]\ncolumns = { name = "name", size = "size", land = "country" }\n'
ROWS = "name,size,land\nBolt,77,SE\nAcme,12,\n" + "".join(f"Row {n},{n},NO\n" for n in range(1, 20))
FEW = "name,size,land\nBolt,77,SE\nFresh,5,NO\n"
OLD = "2026-10-02T09:00:00+02:00"
LONG = "It was a long talk about pumps, and nobody remembers who began it.\n" * 5000
EDITOR = "sed -i {}"


class Kind(NamedTuple):
    """A kind of change. `before`: commands that are over when it begins; `hand`: what is changed without crm then.

    `cut`: a command that died before that, and whether "before" or "after" its lines were in the journal.
    `hooks`: the event hooks are there for, "" for none. `shared`: the book is a git repository. `again`: after it was
    stopped before it counted, running it again must do all of it.
    """

    name: str
    command: Command
    before: tuple[Command, ...] = ()
    hand: Callable[[Path], None] | None = None
    hooks: str = ""
    shared: bool = False
    again: bool = True
    cut: tuple[Command, str] | None = None


def crm(*words: str, stdin: str = "", seed: str = "1", now: str = "2026-11-20T14:03:11+01:00", **more: str) -> Command:
    """One command line."""
    return Command(words, now, seed, more, stdin)


def earlier(*words: str, seed: str = "before", stdin: str = "", **more: str) -> Command:
    """One that was over before."""
    return crm(*words, seed=seed, now="2026-11-20T13:00:00+01:00", stdin=stdin, **more)


def edit_bolt(root: Path) -> None:
    path = root / "customers" / "bolt-2m4pq.md"
    path.write_text(path.read_text(encoding="utf-8").replace("country: NO", "country: DK"), encoding="utf-8")


def edit_several(root: Path) -> None:
    edit_bolt(root)
    (root / "customers" / "by-hand-1a2b3.md").write_text(
        "---\nname: By hand\ncountry: FI\n---\n\nNew.\n", encoding="utf-8"
    )
    (root / "customers" / "chen-9xw2c.md").unlink()


def new_schema(root: Path) -> None:
    path = root / "schema" / "customer.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + 'rank = { type = "int", label = { en = "Rank" } }\n', encoding="utf-8")


def no_state(root: Path) -> None:
    shutil.rmtree(root / ".crm")


def no_book(root: Path) -> None:
    shutil.rmtree(root)


def old_segments(root: Path) -> None:
    (root / ".crm" / "segment").unlink(missing_ok=True)


SET = crm("set", "bolt-2m4pq", "country=SE", "size=12", "+vip")
ADD = crm("customer", "add", "Nordic Pumps", "country=NO", "size=3")
MOVE = crm("move", "big-4x8zt", "proposal", "amount=12k", "-m", "they asked")
LOG = crm("log", "acme-7k3f9", "wants", "a", "quote", "--kind", "call", "--next", "fri send the offer")
SEVERAL = crm("set", "acme-7k3f9", "bolt-2m4pq", "chen-9xw2c", "li-wei-5a1bz", "+seen")
TAG = crm("tag", "rename", "emea", "europe", "--yes")
RENAME = crm("rename", "acme-7k3f9", "acme-de")
DELETE = crm("delete", "chen-9xw2c", "--purge", "--yes")
ARCHIVE = crm("archive", "bolt-2m4pq", "chen-9xw2c", "--yes")
LARGE = crm("set", "acme-7k3f9", "bolt-2m4pq", f"about={LONG[:140_000]}", "--yes")
MANY = crm("import", "{home}/rows.csv", "--as", "rows", "--prefer", "theirs", "--yes")
SOME = crm("import", "{home}/few.csv", "--as", "rows", "--prefer", "theirs", "--yes")
SHEET = crm("customers", "edit", "--columns", "name,size", EDITOR=EDITOR.format("s/Bolt/Boltzmann/;s/Chen/Cheng/"))
EDIT = crm("edit", "bolt-2m4pq", EDITOR=EDITOR.format("'s/^country:.*/country: SE/'"))
MERGE = crm("merge", "bolt-2m4pq", "acme-7k3f9", "--yes")
UNMERGE = crm("unmerge", "bolt-2m4pq", seed="3")
ATTACH = crm("attach", "acme-7k3f9", "{home}/offer.pdf", "{home}/plan.txt")
UNDOABLE = {
    "add": ADD, "set": SET, "move": MOVE, "log": LOG, "several": SEVERAL, "tag-rename": TAG, "rename": RENAME, "delete": DELETE,
    "archive": ARCHIVE, "import": MANY, "sheet": SHEET, "attach": ATTACH, "merge": MERGE,
}  # fmt: skip

KINDS = (
    Kind("add", ADD),
    Kind("set", SET),
    Kind("set-hook", SET, hooks="set"),
    Kind("move-hooks", MOVE, hooks="move"),
    Kind("log", LOG),
    Kind("several", SEVERAL),
    Kind("tag-rename", TAG),
    Kind("rename", RENAME),
    Kind("delete", DELETE, hooks="delete"),
    Kind("archive", ARCHIVE),
    Kind("edit", EDIT),
    Kind("sheet", SHEET),
    Kind("attach", ATTACH),
    Kind("large", LARGE),
    Kind("import-few", SOME),
    Kind("import-many", MANY, hooks="create"),
    Kind("drift", crm("journal", "drift"), hand=edit_several),
    Kind("drift-and-set", crm("set", "bolt-2m4pq", "size=12"), hand=edit_bolt),
    Kind(
        "pack", crm("journal", "pack", now="2026-12-20T14:00:00+01:00"), before=tuple(
            crm("log", "acme-7k3f9", f"talk {n}", now=f"2026-10-0{n}T09:00:00+02:00", seed=f"old{n}") for n in (1, 2, 3)
        ), hand=old_segments, again=False,
    ),
    Kind("schema", crm("set", "bolt-2m4pq", "rank=3"), hand=new_schema),
    Kind("reindex", crm("reindex"), again=False),
    Kind("first-look", crm("customers", "--format", "ids"), hand=no_state, again=False),
    Kind("first-write", SET, hand=no_state),
    Kind("set-in-git", SET, shared=True),
    Kind("merge", MERGE),
    Kind("unmerge", UNMERGE, before=(MERGE._replace(seed="2"),)),
    *(Kind(f"undo-{name}", crm("undo", seed="3"), before=(command._replace(seed="2"),)) for name, command in UNDOABLE.items()),
    Kind("set-after-cut", SET, cut=(LARGE._replace(seed="2"), "before")),
    Kind("undo-after-cut", crm("undo", seed="3"), cut=(LARGE._replace(seed="2"), "after")),
    Kind("redo", crm("undo", "{op}", seed="4"), before=(SET, crm("undo", seed="3"))),
)  # fmt: skip


def by_name(names: str = "") -> tuple[Kind, ...]:
    """The kinds named, all when none is."""
    wanted = names.split(",") if names else []
    return tuple(kind for kind in KINDS if not wanted or kind.name in wanted)


def prepare(stage: Stage, kind: Kind) -> None:
    """Make the template of a kind."""
    stage.put("shared" if kind.shared else "base")
    if kind.hooks:
        stage.look(lambda: write_hooks(stage.book, kind.hooks))
    for command in kind.before:
        ended = stage.run(placed(stage, command))
        assert ended.code == 0, (kind.name, ended)
        if kind.hand is old_segments:
            old_segments(stage.book)
    if kind.hand:
        kind.hand(stage.book)
    stage.keep(kind.name)
    if kind.cut:
        cut_off(stage, kind.name, *kind.cut)


def cut_off(stage: Stage, name: str, command: Command, when: str) -> None:
    """Let a command die at the line of the journal that makes it count, and make that the template."""
    stage.grow_old()
    steps = stage.run(command).steps
    number = next(number for number, step in enumerate(steps) if step.startswith("write journal/"))
    stage.put(name)
    stage.grow_old()
    ended = stage.run(command, Fault(number, when))
    assert ended.code is None
    assert ended.steps[-1] == steps[number]
    stage.keep(name)


def placed(stage: Stage, command: Command) -> Command:
    """The command with the folder of the stage, and the newest op of the book, in its words."""
    return command._replace(
        words=tuple(
            _newest_op(stage.book) if word == "{op}" else word.replace("{home}", str(stage.home))
            for word in command.words
        )
    )


def _newest_op(root: Path) -> str:
    lines = [
        line for path in (root / "journal").rglob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return max(str(json.loads(line)["op"]) for line in lines)


def write_hooks(root: Path, event: str) -> None:
    """Two trusted hooks, one that is asked before and one that is told after; both note the key of each run."""
    import os

    from crmcli.store.trust import config_folder, read_hook, trust

    (root / "hooks").mkdir(exist_ok=True)
    for name, header in HOOKS.items():
        path = root / "hooks" / name
        path.write_text(HOOK.format(header=header.format(event=event), name=name), encoding="utf-8")
        path.chmod(0o755)
        trust(config_folder(os.environ), root, read_hook(root, name))


def make_templates(stage: Stage) -> None:
    """The book everything begins with, alone and in git, and the files that commands take in."""
    for name, text in (
        ("rows.csv", ROWS),
        ("few.csv", FEW),
        ("plan.txt", "A plan.\n"),
        ("offer.pdf", "%PDF " + "x" * 9000),
    ):
        (stage.home / name).write_text(text, encoding="utf-8")
    stage.look(lambda: _make_base(stage.book))
    stage.keep("base")
    stage.look(lambda: _share(stage.book))
    stage.keep("shared")


def _make_base(root: Path) -> None:
    import os

    from crmcli.engines.road import Request, carry_out
    from crmcli.model.change import Change
    from crmcli.model.record import Ref
    from tests.books import make_book

    os.environ |= {"CRM_NOW": "2026-11-19T10:00:00+01:00", "CRM_RANDOM": "base"}
    book = make_book(root)
    customers = {"acme-7k3f9": "Acme", "bolt-2m4pq": "Bolt", "chen-9xw2c": "Chen", "quiet-0aa1b": "Quiet"}
    changes = [
        Change("create", Ref("customers", id_), record={"name": name, "country": "NO", "tags": ["emea", "new"]})
        for id_, name in customers.items()
    ]
    changes += [
        Change("create", Ref("contacts", "li-wei-5a1bz"), record={"name": "李伟", "customer": "acme-7k3f9"}),
        Change("create", Ref("deals", "big-4x8zt"), record={"name": "Big", "customer": "acme-7k3f9"}),
    ]
    carry_out(book, changes, Request("add"))
    (root / "imports").mkdir(exist_ok=True)
    (root / "imports" / "rows.toml").write_text(IMPORT, encoding="utf-8")
    book.index.close()


def _share(root: Path) -> None:
    from crmcli.store.git_setup import install_git
    from tests.storing import git

    install_git(root, init=True)
    for sample in (root / ".git" / "hooks").glob("*.sample"):
        sample.unlink()
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "-m", "begin")
