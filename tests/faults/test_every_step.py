"""Every step of the disk fails or is the last one: the op is there whole or not at all, and the next command goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import NamedTuple

import pytest

from crmcli.actions.rename import rename
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.store.book import Book, open_book
from crmcli.store.commit import NotDecidedError, NothingWrittenError, NotInPlaceError
from crmcli.store.disk import SYNC_EACH_LIMIT
from crmcli.store.recovery import unfinished
from tests.books import Place
from tests.faults.conftest import ACME, BOLT, CHEN, DEAL
from tests.faults.seam import WRITING, Died, Fault
from tests.storing import index_differences, journal_events, on_disk, replay_differences

Op = Callable[[Book], object]
FreshBook = Callable[[], Book]
MANY = [Ref("contacts", f"person-{n:05d}") for n in range(SYNC_EACH_LIMIT + 2)]


def mixed(book: Book) -> object:
    changes = [
        Change("create", Ref("contacts", "li-wei-5a1bz"), record={"name": "李伟", "customer": ACME.id}),
        Change("set", BOLT, "country", to="SE"),
        Change("set", BOLT, "tags", add=("vip",)),
        Change("delete", CHEN),
        Change("log", ACME, more={"kind": "call", "text": "hello"}),
    ]
    return carry_out(book, changes, Request("test"))


def renaming(book: Book) -> object:
    return rename(book, ACME, "acme-de")


def first(book: Book) -> object:
    """The first op of a clone makes the slot; of a month, the journal's folder."""
    (book.state / "slot").unlink()
    shutil.rmtree(book.state / "pending")
    (book.state / "segment").unlink(missing_ok=True)
    return carry_out(book, [Change("set", BOLT, "country", to="SE")], Request("test"))


def large(book: Book) -> object:
    """Few files, more bytes than the slot has."""
    changes = [Change("set", ref, "body", to=f"{ref.id} says much\n" * 9000) for ref in (ACME, BOLT)]
    return carry_out(book, changes, Request("test"))


def many(book: Book) -> object:
    return carry_out(book, [Change("create", ref, record={"name": ref.id}) for ref in MANY], Request("test"))


OPS: dict[str, Op] = {"mixed": mixed, "renaming": renaming, "first": first, "large": large, "many": many}
FAULTS = [
    ("before", False), ("partly", False), ("after", False), ("onward", False),
    ("before", True), ("partly", True), ("after", True),
]  # fmt: skip


class Sound(NamedTuple):
    """An op that nothing disturbs: the records before and after it, the steps of the disk in between."""

    before: dict[str, Fields]
    after: dict[str, Fields]
    steps: list[str]


def undisturbed(fresh_book: FreshBook, op: Op) -> Sound:
    book = fresh_book()
    before = on_disk(book)
    with pytest.MonkeyPatch.context() as patch:
        fault = Fault()
        fault.install(patch)
        op(book)
    return Sound(before, on_disk(book), fault.names)


@pytest.fixture(scope="module")
def sound(place: Place) -> Callable[[str], Sound]:
    """The ops by name, each done once."""
    done: dict[str, Sound] = {}

    def get(name: str) -> Sound:
        if name not in done:
            done[name] = undisturbed(place.fresh, OPS[name])
        return done[name]

    return get


@pytest.mark.parametrize(("when", "dies"), FAULTS, ids=[f"{'dies' if d else 'fails'}-{w}" for w, d in FAULTS])
@pytest.mark.parametrize("name", OPS)
def test_every_step(name: str, when: str, dies: bool, fresh_book: FreshBook, sound: Callable[[str], Sound]) -> None:
    steps = sound(name).steps
    open_ = [at for at, step in enumerate(steps) if when != "partly" or step in WRITING]
    stride = {"mixed": 1, "renaming": 2, "first": 1, "large": 2, "many": 6}[name]
    spoiled = open_[int(dies) % stride :: stride]
    assert spoiled
    for at in spoiled:
        spoil(fresh_book(), OPS[name], Fault(at, when=when, dies=dies), sound(name))


def spoil(book: Book, op: Op, fault: Fault, sound: Sound) -> None:
    known = {event.id for event in journal_events(book.root)}
    outcome: BaseException | None = None
    with pytest.MonkeyPatch.context() as patch:
        fault.install(patch)
        try:
            op(book)
        except (Died, NothingWrittenError, NotDecidedError, NotInPlaceError) as error:
            outcome = error
    where = f"step {fault.at} ({fault.names[-1] if fault.names else '-'}) {fault.when} {outcome!r}"
    assert fault.count > fault.at, where
    assert outcome is not None or not fault.dies, where
    if isinstance(outcome, NothingWrittenError):
        assert on_disk(book) == sound.before, where
    book.index.close()

    again = open_book(book.root)
    assert len(again.index.rows("SELECT 1 FROM events")) == len(readable(again)), where
    carry_out(again, [Change("log", DEAL, more={"kind": "call", "text": "the next command"})], Request("log"))
    events = [event for event in journal_events(again.root) if event.id not in known]
    mine, others = [e for e in events if e.more.get("text") != "the next command"], events
    assert not [e for e in others if e.via == "hand"], where
    now = on_disk(again)
    if isinstance(outcome, NothingWrittenError):
        assert not mine, where
    if isinstance(outcome, NotInPlaceError) or outcome is None:
        assert mine, where
    assert now == (sound.after if mine else sound.before), where
    assert replay_differences(again) == [], where
    assert index_differences(again) == [], where
    assert unfinished(again.root, again.state) == [], where
    assert not list((again.state / "pending").iterdir()), where
    again.index.close()


def readable(book: Book) -> list[str]:
    """Ids of events that a reader may see: those of an op that was cut off while appending are none."""
    from crmcli.store.index.unplaced import waiting_ops

    limits = waiting_ops(book.root, book.state).limits
    ids = []
    for path in sorted((book.root / "journal").rglob("*.jsonl")):
        relative = path.relative_to(book.root).as_posix()
        content = path.read_bytes()[: limits.get(relative)]
        ids += [line for line in content.decode("utf-8", "replace").split("\n")[:-1] if line.strip()]
    return ids
