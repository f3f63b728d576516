"""What a command looked at before it had the lock may be gone by then: it looks again, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.rivals.conftest import ACME, BOLT
from tests.rivals.ledger import broken_chains, lines_of, values_in_files
from tests.rivals.pool import Rival, Told
from tests.storing import index_differences, on_disk, replay_differences


class Duel:
    """One process that has looked and waits before the lock, while another is quicker."""

    def __init__(self, book: Book, slow: Rival, quick: Rival) -> None:
        book.index.close()
        self.root = book.root
        self.environment = {"CRM_ME": book.me}
        self.slow, self.quick = slow, quick

    def begin(self, *words: str, stop: tuple[str, str] = ("locked", "first"), **more: str) -> None:
        """Let the slow one look."""
        self.slow.tell([["--book", str(self.root), *words]], env=self.environment | more, stop=stop)
        self.slow.stopped()

    def meanwhile(self, *words: str) -> Told:
        """The quick one does something whole."""
        said = self.quick.crm("--book", str(self.root), *words, env=self.environment)
        assert said.code == 0, said
        return said

    def end(self) -> Told:
        """The slow one goes on; whatever came of it, the journal tells of it without a gap."""
        [said] = self.slow.go_on()
        assert broken_chains(lines_of(self.root)) == []
        again = open_book(self.root)
        assert replay_differences(again) == []
        assert index_differences(again) == []
        return said

    def value(self, ref: Ref, field: str) -> object:
        """What the record's file says of a field."""
        return values_in_files(self.root).get((str(ref), field))


@pytest.fixture
def duel(book: Book, rivals: object) -> Duel:
    """Two processes and a book."""
    assert callable(rivals)
    slow, quick = rivals(2)
    return Duel(book, slow, quick)


def test_a_sum_counts_what_others_counted(duel: Duel) -> None:
    duel.meanwhile("set", BOLT.id, "size=10")
    duel.begin("set", BOLT.id, "size=(size+1)")
    duel.meanwhile("set", BOLT.id, "size=(size+5)")
    assert duel.end().code == 0
    assert duel.value(BOLT, "size") == "16"


def test_a_sum_beside_a_file_counts_what_others_counted(book: Book, duel: Duel, tmp_path: Path) -> None:
    """The file is copied once, as it was when the command began."""
    schema = book.root / "schema" / "customer.toml"
    schema.write_text(schema.read_text(encoding="utf-8") + 'contract = { type = "file" }\n', encoding="utf-8")
    paper = tmp_path / "contract.txt"
    paper.write_bytes(b"signed")
    duel.meanwhile("set", BOLT.id, "size=10")
    duel.begin("set", BOLT.id, f"contract=@{paper}", "size=(size+1)")
    paper.write_bytes(b"signed by both")
    duel.meanwhile("set", BOLT.id, "size=(size+5)")
    assert duel.end().code == 0
    assert duel.value(BOLT, "size") == "16"
    assert duel.value(BOLT, "contract") == f"files/{BOLT}/contract.txt"
    assert [path.read_bytes() for path in (duel.root / "files" / str(BOLT)).iterdir()] == [b"signed"]


def test_a_part_of_an_address_leaves_the_other_parts(duel: Duel) -> None:
    duel.begin("set", BOLT.id, "address.city=Kiel")
    duel.meanwhile("set", BOLT.id, "address.street=Am Kai 1")
    assert duel.end().code == 0
    assert duel.value(BOLT, "address") == "{street: Am Kai 1, city: Kiel}"


def test_a_list_that_is_replaced_is_the_one_that_is_there(duel: Duel) -> None:
    duel.begin("set", BOLT.id, "tags=vip")
    duel.meanwhile("set", BOLT.id, "+late")
    assert duel.end().code == 0
    assert duel.value(BOLT, "tags") == {"vip"}


def test_undo_does_not_overwrite_what_came_between(duel: Duel) -> None:
    duel.meanwhile("set", BOLT.id, "same=a")
    duel.begin("undo")
    duel.meanwhile("set", BOLT.id, "same=b")
    said = duel.end()
    assert said.code == 5
    assert "customers/bolt-2m4pq same: the op wrote 'a', now it is 'b'" in said.err
    assert duel.value(BOLT, "same") == "b"


def test_undo_does_not_remove_a_record_that_somebody_filled(duel: Duel) -> None:
    duel.meanwhile("customer", "add", "Fresh")
    fresh = next(path.stem for path in (duel.root / "customers").glob("fresh-*.md"))
    duel.begin("undo")
    duel.meanwhile("set", fresh, "industry=pumps")
    said = duel.end()
    assert said.code == 5
    assert duel.value(Ref("customers", fresh), "industry") == "pumps"


def test_two_undo_the_same_op_once(duel: Duel) -> None:
    duel.meanwhile("set", BOLT.id, "same=a")
    duel.meanwhile("set", BOLT.id, "same=b")
    duel.begin("undo")
    duel.meanwhile("undo")
    said = duel.end()
    assert said.code == 5
    assert duel.value(BOLT, "same") == "a"


def test_a_record_that_got_a_reference_is_not_deleted(duel: Duel) -> None:
    duel.begin("delete", ACME.id, "--purge", "--yes")
    duel.meanwhile("set", "deal-0", f"customer={ACME.id}")
    said = duel.end()
    assert said.code == 7
    assert "customers/acme-7k3f9 is referred to by deals/deal-0" in said.err
    assert (duel.root / "customers" / f"{ACME.id}.md").exists()


def test_a_rename_takes_references_along_that_came_between(duel: Duel) -> None:
    duel.begin("rename", ACME.id, "acme-new01")
    duel.meanwhile("set", "deal-0", f"customer={ACME.id}")
    assert duel.end().code == 0
    assert duel.value(Ref("deals", "deal-0"), "customer") == "acme-new01"


def test_a_tag_is_renamed_where_it_came_between(duel: Duel) -> None:
    duel.meanwhile("set", BOLT.id, "+old")
    duel.begin("tag", "rename", "old", "new")
    duel.meanwhile("set", ACME.id, "+old")
    assert duel.end().code == 0
    assert [duel.value(ref, "tags") for ref in (ACME, BOLT)] == [{"new"}, {"new"}]


def test_a_task_that_recurs_is_finished_once(duel: Duel) -> None:
    duel.meanwhile("next", BOLT.id, "2026-11-27", "call")
    task = next(path.stem for path in (duel.root / "tasks").glob("*.md"))
    duel.meanwhile("set", task, "rrule=FREQ=WEEKLY")
    duel.begin("done", task)
    duel.meanwhile("done", task)
    duel.end()
    assert len(list((duel.root / "tasks").glob("*.md"))) == 2


def test_a_move_is_checked_where_the_record_is_by_then(duel: Duel) -> None:
    """From `won` nothing leads anywhere: a stage's `next` is asked of the stage that is left."""
    duel.meanwhile("set", "deal-0", "amount=1k")
    duel.meanwhile("move", "deal-0", "proposal")
    duel.begin("move", "deal-0", "negotiation", "close=2026-12-01")
    duel.meanwhile("move", "deal-0", "won")
    said = duel.end()
    assert said.code == 7
    assert duel.value(Ref("deals", "deal-0"), "stage") == "won"


@pytest.mark.parametrize(("field", "code"), [("industry", 0), ("same", 5)])
def test_edit_while_another_process_writes(duel: Duel, tmp_path: Path, field: str, code: int) -> None:
    """Another field is merged; the same one is refused, and the text stays where the message says."""
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/^right: .*/&\\nsame: mine/' \"$1\"\n", encoding="utf-8")
    editor.chmod(0o755)
    duel.begin("edit", BOLT.id, EDITOR=str(editor))
    duel.meanwhile("set", BOLT.id, f"{field}=theirs")
    said = duel.end()
    assert said.code == code, said
    assert duel.value(BOLT, field) == "theirs"
    if code:
        kept = Path(said.err.partition("your text is kept in ")[2].splitlines()[0])
        assert "same: mine\n" in kept.read_text(encoding="utf-8")
    else:
        assert duel.value(BOLT, "same") == "mine"


@pytest.mark.parametrize(("field", "code"), [("industry", 0), ("same", 5)])
def test_a_sheet_while_another_process_writes(duel: Duel, tmp_path: Path, field: str, code: int) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/before/mine/' \"$1\"\n", encoding="utf-8")
    editor.chmod(0o755)
    duel.meanwhile("set", BOLT.id, "same=before")
    duel.begin("customers", "edit", "--columns", "id,name,same", EDITOR=str(editor))
    duel.meanwhile("set", BOLT.id, f"{field}=theirs")
    said = duel.end()
    assert said.code == code, said
    assert duel.value(BOLT, field) == "theirs"
    if code:
        kept = Path(said.err.partition("your text is kept in ")[2].splitlines()[0])
        assert "mine" in kept.read_text(encoding="utf-8")
    else:
        assert duel.value(BOLT, "same") == "mine"


def test_edit_of_a_record_that_is_gone_by_then(duel: Duel, tmp_path: Path) -> None:
    """A hand removed the file while the editor was open: the text is kept and the message says where."""
    gone = duel.root / "customers" / f"{ACME.id}.md"
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\necho 'more words' >> \"$1\"; rm {gone}\n", encoding="utf-8")
    editor.chmod(0o755)
    said = duel.quick.crm("--book", str(duel.root), "edit", ACME.id, env={**duel.environment, "EDITOR": str(editor)})
    assert said.code in (3, 5), said
    kept = Path(said.err.partition("your text is kept in ")[2].splitlines()[0])
    assert "more words" in kept.read_text(encoding="utf-8")


def test_a_hand_that_saves_between_looking_and_the_lock_is_not_overwritten(duel: Duel) -> None:
    duel.meanwhile("set", BOLT.id, "same=a")
    duel.begin("undo")
    path = duel.root / "customers" / f"{BOLT.id}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("same: a", "same: by hand"), encoding="utf-8")
    assert duel.end().code == 5
    assert duel.value(BOLT, "same") == "by hand"
    told = [(line["to"], line["via"]) for line in lines_of(duel.root) if line.get("field") == "same"]
    assert told == [("a", "cli"), ("by hand", "hand")]


def test_a_book_that_stays_open_acts_on_what_others_wrote(duel: Duel) -> None:
    """As a program does that keeps a book open all day: what it knows is old, what it does is not."""
    book = open_book(duel.root)
    book.identify(duel.environment["CRM_ME"])
    assert book.index.row("SELECT 1") is not None
    duel.meanwhile("set", BOLT.id, "size=7")

    def one_more() -> list[Change]:
        size = int(book.read_record(BOLT).text("size") or 0)
        return [Change("set", BOLT, "size", to=str(size + 1))]

    carry_out(book, one_more, Request("set"))
    assert on_disk(book)[str(BOLT)]["size"] == "8"
