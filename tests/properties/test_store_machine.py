"""Laws of the store, after any sequence of commands, hand edits and git operations (docs/format.md).

After every step the index is what a rebuild would give, ids only grow, sealed segments stay as they are. After all drift
was journaled the replay of the journal is the files, and journaling again finds nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crmcli.actions.identity.merge import Wishes, merge
from crmcli.actions.identity.unmerge import aftermath, unmerge
from crmcli.actions.journal import take_drift
from crmcli.actions.rename import rename
from crmcli.actions.undo import ChangedSinceError, NoSuchOpError, undo
from crmcli.engines.road import Request, carry_out
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.store.all_drift import all_drift
from crmcli.store.hand_renames import hand_renames
from tests.books import make_book, reopen
from tests.environment import NOW
from tests.lines import with_lines
from tests.storing import git, index_differences, journal_events, replay_differences

STEMS = ("acme-7k3f9", "bolt-2m4pq", "chen-9xw2c", "dorn-5a1bz")
TEXTS = st.sampled_from(["Acme GmbH", "Bolt & Co: x", "陈先生 液压", "it's #1", "- dash", "'q'"])
TAGS = st.sampled_from(["vip", "emea", "cold"])
PICK = st.integers(0, 30)
WORDS = st.sampled_from(["hello", "call back", "note: two\nlines"])
WRITTEN = (
    "{product: acme-7k3f9, qty: 2}",
    "{qty: 1, note: 'a, b'}",
    "{product: bolt-2m4pq, price: 12.00 USD, colour: red}",
)
ROWS = st.sampled_from([*WRITTEN, "{product: acme-7k3f9}", "{qty: 0}"])
STAGES = st.sampled_from(["contact", "needs", "proposal", "won", "lost"])


class StoreMachine(RuleBasedStateMachine):
    """One book, one clone, outside git."""

    with_git = False

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.ids: set[str] = set()
        self.tree: set[str] = set()
        self.seen: dict[str, bytes] = {}
        self.broken: dict[Path, bytes] = {}
        self.removed = 0

    @initialize()
    def begin(self) -> None:
        os.environ["CRM_NOW"] = NOW
        self.book = with_lines(make_book(self.home / "book", with_git=self.with_git))
        self.root = self.book.root

    def teardown(self) -> None:
        os.environ.pop("CRM_NOW", None)
        shutil.rmtree(self.home, ignore_errors=True)

    # ---- what there is ------------------------------------------------------------------------------------

    def files(self, plural: str) -> list[Path]:
        found = sorted((self.root / plural).rglob("*.md"))
        return [path for path in found if path not in self.broken]

    def pick(self, plural: str, number: int) -> Ref | None:
        found = self.files(plural)
        return Ref(plural, found[number % len(found)].stem) if found else None

    def do(self, *changes: Change) -> None:
        try:
            carry_out(self.book, list(changes), Request("test"))
        except CrmError as error:
            assert error.exit_code in (2, 3, 5, 6, 7), error  # noqa: PT017 - a refusal is an answer too

    # ---- crm ----------------------------------------------------------------------------------------------

    @rule(stem=st.sampled_from(STEMS), name=TEXTS, tags=st.lists(TAGS, unique=True))
    def add_customer(self, stem: str, name: str, tags: list[str]) -> None:
        self.do(Change("create", Ref("customers", stem), record={"name": name, "tags": tags, "country": "NO"}))

    @rule(stem=st.sampled_from(STEMS), number=PICK)
    def add_deal(self, stem: str, number: int) -> None:
        customer = self.pick("customers", number)
        if customer:
            record: Fields = {"name": "Big", "customer": customer.id, "amount": "100.00 EUR", "close": "2026-12-01"}
            self.do(Change("create", Ref("deals", stem), record=record))

    @rule(number=PICK, name=TEXTS)
    def set_name(self, number: int, name: str) -> None:
        ref = self.pick("customers", number)
        if ref:
            self.do(Change("set", ref, "name", to=name), Change("set", ref, "body", to=f"about {name}"))

    @rule(number=PICK, add=TAGS, remove=TAGS)
    def set_tags(self, number: int, add: str, remove: str) -> None:
        ref = self.pick("customers", number)
        if ref and add != remove:
            self.do(Change("set", ref, "tags", add=(add,), remove=(remove,)))

    @rule(number=PICK, row=ROWS, gone=st.integers(-1, 2))
    def set_rows(self, number: int, row: str, gone: int) -> None:
        ref = self.pick("deals", number)
        if ref:
            rows = self.book.read_record(ref).items("lines")
            self.do(Change("set", ref, "lines", add=(row,), remove=tuple(rows[gone : gone + 1]) if gone >= 0 else ()))

    @rule(number=PICK, stage=STAGES)
    def move(self, number: int, stage: str) -> None:
        ref = self.pick("deals", number)
        if ref:
            self.do(Change("move", ref, to=stage))

    @rule(number=PICK, text=WORDS, other=PICK)
    def log(self, number: int, text: str, other: int) -> None:
        ref, beside = self.pick("deals", number), self.pick("customers", other)
        if ref and beside:
            self.do(Change("log", ref, more={"kind": "call", "text": text, "with": [str(beside)]}))

    @rule(number=PICK)
    def archive(self, number: int) -> None:
        ref = self.pick("customers", number)
        if ref:
            self.do(Change("set", ref, "archived", to="2026-11-20"))

    @rule(number=PICK, plural=st.sampled_from(["customers", "deals"]))
    def delete(self, number: int, plural: str) -> None:
        ref = self.pick(plural, number)
        if ref:
            self.do(Change("delete", ref))

    @rule()
    def undo(self) -> None:
        try:
            undo(self.book)
        except (NoSuchOpError, ChangedSinceError):
            return
        except CrmError as error:
            assert error.exit_code in (2, 3, 5, 6, 7), error  # noqa: PT017

    @rule(number=PICK, stem=st.sampled_from([*STEMS, "x-1", "x-2", "x-3"]))
    def rename(self, number: int, stem: str) -> None:
        ref = self.pick("customers", number)
        if ref and not self.broken:
            try:
                rename(self.book, ref, stem)
            except CrmError as error:
                assert error.exit_code in (2, 5), error  # noqa: PT017

    @rule(one=PICK, other=PICK, plural=st.sampled_from(["customers", "deals"]), take=st.booleans())
    def merge(self, one: int, other: int, plural: str, take: bool) -> None:
        kept, gone = self.pick(plural, one), self.pick(plural, other)
        if kept and gone and kept != gone:
            try:
                merge(self.book, kept, [gone], Wishes(whole=gone if take else None, archived=True))
            except CrmError as error:
                assert error.exit_code in (3, 5, 6, 7), error  # noqa: PT017

    @rule(number=PICK, decided=st.booleans())
    def unmerge(self, number: int, decided: bool) -> None:
        rows = self.book.index.rows('SELECT "type", old, new FROM merged ORDER BY 1, 2')
        if rows:
            plural, old, new = (str(value) for value in rows[number % len(rows)])
            kept, gone = Ref(plural, new), Ref(plural, old)
            try:
                mine = [one.name for one in aftermath(self.book, kept, gone)] if decided else []
                unmerge(self.book, kept, gone, mine=mine)
            except CrmError as error:
                assert error.exit_code in (3, 5, 6, 7), error  # noqa: PT017

    @rule()
    def open_again(self) -> None:
        self.book = reopen(self.book)

    # ---- hands --------------------------------------------------------------------------------------------

    @rule(number=PICK, plural=st.sampled_from(["customers", "deals"]), text=TEXTS)
    def edit_by_hand(self, number: int, plural: str, text: str) -> None:
        ref = self.pick(plural, number)
        if ref:
            path = next((self.root / plural).rglob(f"{ref.id}.md"))
            lines = [line for line in path.read_text().split("\n") if not line.startswith("name:")]
            quoted = text.replace("'", "''")
            path.write_text("\n".join([lines[0], f"name: '{quoted}'", *lines[1:], "more"]))

    @rule(
        number=PICK,
        rows=st.lists(st.sampled_from([*WRITTEN, "{qty: many}", "no row", "{ qty: 2 }"]), max_size=3, unique=True),
    )
    def write_rows_by_hand(self, number: int, rows: list[str]) -> None:
        ref = self.pick("deals", number)
        if ref:
            path = next((self.root / "deals").rglob(f"{ref.id}.md"))
            lines = [
                line for line in path.read_text().split("\n") if not line.startswith(("lines:", "  - {", "  - no"))
            ]
            listed = ["lines:", *(f"  - {row}" for row in rows)] if rows else []
            path.write_text("\n".join([lines[0], *listed, *lines[1:]]))

    @rule(stem=st.sampled_from(STEMS), folder=st.sampled_from(["customers", "customers/de"]), text=TEXTS)
    def make_by_hand(self, stem: str, folder: str, text: str) -> None:
        home = self.root / folder
        home.mkdir(parents=True, exist_ok=True)
        if not any(path.stem == stem for path in self.broken) and not any(
            (self.root / "customers").rglob(f"{stem}.md")
        ):
            (home / f"{stem}.md").write_text(f"---\nname: hand {stem}\n---\n\n{text}\n")

    @rule(number=PICK)
    def remove_by_hand(self, number: int) -> None:
        ref = self.pick("deals", number)
        if ref:
            (self.root / "deals" / f"{ref.id}.md").unlink()

    @rule(number=PICK, stem=st.sampled_from(["x-4", "x-5"]))
    def rename_by_hand(self, number: int, stem: str) -> None:
        ref = self.pick("customers", number)
        new = self.root / "customers" / f"{stem}.md"
        if ref and not new.exists():
            next((self.root / "customers").rglob(f"{ref.id}.md")).rename(new)

    @rule()
    def tell_of_hand_renames(self) -> None:
        for old, new in hand_renames(self.book):
            try:
                rename(self.book, old, new.id)
            except CrmError as error:
                assert error.exit_code == 5, error  # noqa: PT017

    @precondition(lambda self: not self.broken)
    @rule(number=PICK)
    def break_by_hand(self, number: int) -> None:
        ref = self.pick("customers", number)
        if ref:
            path = next((self.root / "customers").rglob(f"{ref.id}.md"))
            self.broken[path] = path.read_bytes()
            path.write_bytes(b"---\n<<<<<<< ours\n" + self.broken[path])

    @precondition(lambda self: self.broken)
    @rule()
    def mend(self) -> None:
        path, content = self.broken.popitem()
        if path.exists():
            path.write_bytes(content)

    @rule(number=PICK)
    def touch(self, number: int) -> None:
        ref = self.pick("customers", number)
        if ref:
            os.utime(
                next((self.root / "customers").rglob(f"{ref.id}.md")), (1_700_000_000 + number, 1_700_000_000 + number)
            )

    # ---- laws ---------------------------------------------------------------------------------------------

    @rule()
    def journal_all(self) -> None:
        """After it the journal tells what the files say; a second time there is nothing to journal."""
        take_drift(self.book)
        renamed = {str(ref) for pair in hand_renames(self.book) for ref in pair}
        odd = {f"customers/{path.stem}" for path in self.broken} | renamed
        assert [line for line in replay_differences(self.book) if line.partition(":")[0] not in odd] == []
        assert take_drift(self.book).changes == 0

    @invariant()
    def index_is_what_a_rebuild_gives(self) -> None:
        if hasattr(self, "book"):
            assert index_differences(self.book) == []

    @invariant()
    def ids_only_grow(self) -> None:
        """Every new one is greater than all in the tree; on another branch there may have been greater ones."""
        if not hasattr(self, "book"):
            return
        events = journal_events(self.root)
        greatest = max(self.tree, default="")
        assert all(event.id > greatest for event in events if event.id not in self.ids and event.via != "git")
        self.tree = {event.id for event in events}
        self.ids |= self.tree

    @invariant()
    def segments_only_grow(self) -> None:
        if not hasattr(self, "book"):
            return
        found = {path.name: path.read_bytes() for path in (self.root / "journal").rglob("*.jsonl")}
        for name, content in found.items():
            assert content.startswith(self.seen.get(name, b""))
            assert content.endswith(b"\n")
        self.seen |= found


class GitMachine(StoreMachine):
    """The same in a repository, with colleagues who use plain git."""

    with_git = True

    def __init__(self) -> None:
        super().__init__()
        self.sealed: dict[str, bytes] = {}
        self.branches = 0

    @initialize()
    def begin(self) -> None:
        os.environ |= {"GIT_AUTHOR_DATE": NOW, "GIT_COMMITTER_DATE": NOW}
        super().begin()
        self.commit()

    def teardown(self) -> None:
        os.environ.pop("GIT_AUTHOR_DATE", None)
        os.environ.pop("GIT_COMMITTER_DATE", None)
        super().teardown()

    def commit(self) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--no-verify", "--allow-empty", "-m", "x")
        self.seal()

    def seal(self) -> None:
        """HEAD moved: what segments there are never change again."""
        self.sealed |= {path.name: path.read_bytes() for path in (self.root / "journal").rglob("*.jsonl")}

    @precondition(lambda self: not self.broken)
    @rule()
    def commit_with_crm(self) -> None:
        take_drift(self.book)
        self.commit()

    @precondition(lambda self: not self.broken)
    @rule()
    def commit_without_crm(self) -> None:
        self.commit()

    @precondition(lambda self: not self.broken)
    @rule(back=st.integers(1, 4))
    def check_out_an_old_commit(self, back: int) -> None:
        self.commit()
        self.branches += 1
        git(self.root, "checkout", "-q", "-b", f"b{self.branches}", f"HEAD~{back}", check=False)
        self.seal()

    @precondition(lambda self: not self.broken)
    @rule()
    def check_out_main(self) -> None:
        self.commit()
        git(self.root, "checkout", "-q", "main")
        self.seal()

    @precondition(lambda self: not self.broken)
    @rule(back=st.integers(0, 2))
    def revert(self, back: int) -> None:
        self.commit()
        if int(git(self.root, "rev-list", "--count", "HEAD")) < back + 2:
            return  # the first commit made the book itself
        git(self.root, "revert", "--no-edit", f"HEAD~{back}", check=False)
        git(self.root, "revert", "--abort", check=False)
        self.seal()

    @precondition(lambda self: not self.broken)
    @rule(pop=st.booleans())
    def stash(self, pop: bool) -> None:
        git(self.root, "stash", "-q", check=False)
        take_drift(self.book)
        if pop:
            git(self.root, "stash", "pop", "-q", check=False)
            if git(self.root, "ls-files", "-u"):
                git(self.root, "checkout", "-q", "-f", "HEAD", "--", ".")

    @precondition(lambda self: not self.broken)
    @rule()
    def switching_leaves_no_drift(self) -> None:
        """What was journaled and committed is whole wherever HEAD goes."""
        if hand_renames(self.book):
            return
        take_drift(self.book)
        self.commit()
        here = git(self.root, "rev-parse", "HEAD").strip()
        git(self.root, "checkout", "-q", "HEAD~1", check=False)
        self.index_is_what_a_rebuild_gives()
        git(self.root, "checkout", "-q", here)
        assert all_drift(self.book).drift == []
        git(self.root, "checkout", "-q", "-B", f"b{self.branches}")
        self.seal()

    @invariant()
    def sealed_segments_stay(self) -> None:
        for path in (self.root / "journal").rglob("*.jsonl") if hasattr(self, "book") else ():
            if path.name in self.sealed:
                assert path.read_bytes() == self.sealed[path.name]


FOUND_NOT_SHRUNK = (Phase.explicit, Phase.generate)
"""Shrinking a history takes minutes; whoever needs a short one adds the phase for that run."""

TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=15, stateful_step_count=25, phases=FOUND_NOT_SHRUNK)
TestGitMachine = GitMachine.TestCase
TestGitMachine.settings = settings(max_examples=10, stateful_step_count=18, phases=FOUND_NOT_SHRUNK)
