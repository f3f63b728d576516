"""Laws of uniting a record, over random histories of both sides, checked against a plain reading of docs/sync.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmcli.model.event import Event
from crmcli.model.ids import ulid
from crmcli.model.record import Fields, Ref
from crmcli.model.schema import Field, RecordType
from crmcli.store.replay import differences, replay, same
from crmcli.store.sync.contest import Answer, Contest, Judge
from crmcli.store.sync.contested import Contested, UnitedRecord, Version, unite_record
from crmcli.store.sync.layout import parsed
from crmcli.text.yaml_write import render_file

REF = Ref("deals", "arm")
LINE = RecordType(
    "line", "lines", {}, (), "", (), "true",
    {"product": Field("product", "product", reference="product"), "qty": Field("qty", "int")}, "",
)  # fmt: skip
KIND = RecordType(
    "deal", "deals", {}, (), "name", (), "",
    {
        "name": Field("name", "text"),
        "size": Field("size", "int"),
        "stage": Field("stage", "stage"),
        "lines": Field("lines", "line", many=True, embedded=True),
    }, "",
)  # fmt: skip
SCALARS = ("name", "size", "own")
FINAL = ("won", "lost")


class Step(NamedTuple):
    """One thing somebody does: a field (or `body`, `tags`, `lines`, `delete`, `restore`), a value."""

    what: str
    value: str


def nobody(_: Contest) -> Answer | None:
    return None


def judge(answer: Callable[[Contest], Answer | None] = nobody, *, strict: bool = False) -> Judge:
    return Judge({"line": LINE, "deal": KIND}, lambda _, fields: fields.get("stage") in FINAL, answer, strict)


def event(number: int, do: str, **more: object) -> Event:
    at = f"2026-11-20T{10 + number // 60}:{number % 60:02}:00+01:00"
    name = ulid(1_795_000_000_000 + number * 60_000, number)
    return Event(name, at, "anna", "cli", name, do, str(REF))._replace(**more)  # type: ignore[arg-type]


class Side:
    """A side's journal, and the file that is its replay."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = list(events)

    @property
    def fields(self) -> Fields | None:
        return replay(self.events).get(str(REF))

    def do(self, number: int, step: Step) -> None:
        fields = self.fields
        if step.what == "delete" and fields is not None:
            self.events.append(event(number, "delete", record=dict(fields)))
        elif step.what == "restore" and fields is None:
            last = next(e.record for e in reversed(self.events) if e.do == "delete")
            self.events.append(event(number, "restore", record=dict(last or {})))
        elif fields is not None and step.what not in ("delete", "restore"):
            self._set(number, step, fields)

    def _set(self, number: int, step: Step, fields: Fields) -> None:
        present = fields.get(step.what)
        if step.what == "tags":
            held = present or []
            change = {"remove": (step.value,)} if step.value in held else {"add": (step.value,)}
            self.events.append(event(number, "set", field="tags", **change))
        elif step.what == "lines":
            product, qty = step.value.split(" ")
            row = f"{{product: {product}, qty: {qty}}}"
            old = tuple(item for item in present or () if f"product: {product}," in item and item != row)
            if row not in (present or ()):
                self.events.append(event(number, "set", field="lines", add=(row,), remove=old))
        elif step.what == "body":
            lines = str(present or "").split("\n\n")
            place = len(step.value) % len(lines)
            lines[place] = f"{lines[place][:1]} {step.value}"
            self.events.append(event(number, "set", field="body", from_=present, to="\n\n".join(lines)))
        elif not same(present, step.value):
            do = "move" if step.what == "stage" else "set"
            self.events.append(event(number, do, field=step.what, from_=present, to=step.value or None))

    def file(self) -> bytes | None:
        fields = self.fields
        if fields is None:
            return None
        order = ("name", "size", "stage", "lines", "tags", "created", "own")
        named = {name: sorted(v) if name == "tags" else v for name in order if (v := fields.get(name))}
        return render_file(named, str(fields.get("body", "")), ("lines",)).encode()


START: Fields = {
    "name": "Arm", "size": "1", "stage": "contact", "tags": ["a", "b"], "created": "2026-11-01T10:00:00+01:00",
    "lines": ["{product: arm, qty: 1}", "{product: leg, qty: 1}"], "body": "A one.\n\nB two.\n\nC three.",
}  # fmt: skip

texts = st.sampled_from(["", "2", "3", "x: y"])
steps = st.one_of(
    st.builds(Step, st.sampled_from(SCALARS), texts),
    st.builds(Step, st.just("tags"), st.sampled_from("abcd")),
    st.builds(Step, st.just("lines"), st.builds("{} {}".format, st.sampled_from(["arm", "leg"]), st.integers(1, 3))),
    st.builds(Step, st.just("body"), st.text("xyz", min_size=1, max_size=5)),
    st.builds(Step, st.just("stage"), st.sampled_from(["contact", "needs", "won"])),
    st.builds(Step, st.sampled_from(["delete", "restore"]), st.just("")),
)
works = st.lists(st.tuples(st.booleans(), steps), max_size=10)
"""Who does what, in the order of the clock."""


def sides(before: Sequence[Step], work: Sequence[tuple[bool, Step]]) -> tuple[Side, Side, Side]:
    """The common past, and what each side made of it."""
    base = Side([event(1, "create", record=dict(START))])
    for number, step in enumerate(before, 2):
        base.do(number, step)
    ours, theirs = Side(base.events), Side(base.events)
    for number, (is_ours, step) in enumerate(work, 100):
        (ours if is_ours else theirs).do(number, step)
    return base, ours, theirs


def united(base: Side, ours: Side, theirs: Side, how: Judge) -> UnitedRecord:
    versions = [Version(side.file(), side.events) for side in (ours, theirs)]
    return unite_record(Contested(REF, f"{REF}.md", base.file(), versions[0], versions[1], KIND), how)


def all_events(ours: Side, theirs: Side, more: Sequence[Event]) -> list[Event]:
    found = {e.id: e for e in (*ours.events, *theirs.events, *more)}
    return [found[key] for key in sorted(found)]


def ours_always(contest: Contest) -> Answer | None:
    return Answer("ours") if contest.is_question else None


def journaled(ours: Side, theirs: Side, found: UnitedRecord) -> Fields | None:
    """What the journal says after the merge, the answers included."""
    given_ = [e._replace(id=f"7{number:025}", at="", op="") for number, e in enumerate(found.given)]
    return replay(all_events(ours, theirs, [*found.events, *given_])).get(str(REF))


@settings(max_examples=300)
@given(before=st.lists(steps, max_size=3), work=works)
def test_replay_is_the_file(before: list[Step], work: list[tuple[bool, Step]]) -> None:
    base, ours, theirs = sides(before, work)
    found = united(base, ours, theirs, judge(ours_always))
    told = journaled(ours, theirs, found)
    if found.content is None:
        assert told is None
        return
    read = parsed(found.content)
    assert read is not None
    assert told is not None
    assert differences(told, read) == []
    assert b"<<<<<<<" not in found.content


@settings(max_examples=300)
@given(before=st.lists(steps, max_size=3), work=works)
def test_whoever_unites_writes_the_same_events(before: list[Step], work: list[tuple[bool, Step]]) -> None:
    base, ours, theirs = sides(before, work)
    one, other = united(base, ours, theirs, judge()), united(base, theirs, ours, judge())
    assert one.events == other.events
    assert sorted((c.field, c.why) for c in one.contests) == sorted((c.field, c.why) for c in other.contests)
    mirror = {"ours": "theirs", "theirs": "ours"}
    assert {c.field: c.taken for c in one.contests} == {c.field: mirror.get(c.taken, c.taken) for c in other.contests}
    if one.content is not None and not any(c.is_question for c in one.contests):
        assert other.content is not None
        mine, yours = parsed(one.content), parsed(other.content)
        assert mine is not None
        assert yours is not None
        assert differences(mine, yours) == []


@settings(max_examples=300)
@given(before=st.lists(steps, max_size=3), work=works)
def test_no_change_is_lost_but_to_a_later_one(before: list[Step], work: list[tuple[bool, Step]]) -> None:
    """Field by field from the list of events: a scalar is what was set last, a tag what was done with it last."""
    base, ours, theirs = sides(before, work)
    found = united(base, ours, theirs, judge(ours_always))
    shared = {e.id for e in base.events}
    own = [[e for e in side.events if e.id not in shared] for side in (ours, theirs)]
    if found.content is None or any(e.do in ("delete", "restore") for side in own for e in side):
        return
    read = parsed(found.content)
    assert read is not None
    asked = {c.field for c in found.contests if c.field == "stage" and c.why}
    for name in set(SCALARS) | {"stage"} - asked:
        events = [e for e in all_events(ours, theirs, []) if e.field == name and e.id not in shared]
        wanted = events[-1].to if events else (base.fields or {}).get(name)
        assert same(read.get(name), wanted), name
    for tag in "abcd":
        events = [e for e in all_events(ours, theirs, []) if tag in e.add + e.remove and e.id not in shared]
        wanted_ = tag in events[-1].add if events else tag in ((base.fields or {}).get("tags") or [])
        assert (tag in (read.get("tags") or [])) == wanted_
    rows = list(read.get("lines") or [])
    for product in ("arm", "leg"):
        assert sum(f"product: {product}," in row for row in rows) == 1, "a row that both changed is one row"
    for side, events in zip((ours, theirs), own, strict=True):
        if any(e.field == "body" for e in events):
            old = str((base.fields or {}).get("body", "")).split("\n")
            new = [line for line in str((side.fields or {}).get("body", "")).split("\n") if line not in old]
            assert all(line in str(read.get("body", "")).split("\n") for line in new)


@settings(max_examples=200)
@example(before=[Step("delete", "")], work=[(True, Step("restore", "")), (True, Step("body", "x"))])
@given(before=st.lists(steps, max_size=3), work=works)
def test_what_only_one_side_changed_is_as_it_is_there(before: list[Step], work: list[tuple[bool, Step]]) -> None:
    base, ours, _ = sides(before, [(True, step) for _, step in work])
    found = united(base, ours, base, judge())
    assert found.events == []
    assert found.contests == []
    one, other = found.content and parsed(found.content), ours.file() and parsed(ours.file() or b"")
    assert one == other or (one is not None and other is not None and differences(dict(one), dict(other)) == [])  # type: ignore[arg-type]


@settings(max_examples=200)
@given(before=st.lists(steps, max_size=2), work=works, taken=st.sampled_from(["ours", "theirs"]))
def test_strict_leaves_every_field_that_both_changed_to_a_person(
    before: list[Step], work: list[tuple[bool, Step]], taken: str
) -> None:
    base, ours, theirs = sides(before, work)
    found = united(base, ours, theirs, judge(strict=True))
    fields = [c for c in found.contests if c.field]
    assert all(c.is_question for c in fields)
    if not fields:
        return
    settled = united(base, ours, theirs, judge(lambda c: Answer(taken) if c.is_question else None, strict=True))
    assert settled.content is not None
    read = parsed(settled.content)
    assert read is not None
    for contest in (one for one in settled.contests if one.field):
        assert contest.taken == taken
        assert same(read.get(contest.field), contest.ours if taken == "ours" else contest.theirs)
    told = journaled(ours, theirs, settled)
    assert told is not None
    assert differences(told, read) == []
