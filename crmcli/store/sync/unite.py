"""Two commits made one, out of git's objects alone: no file, no index and no branch is touched (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import ConflictError
from crmcli.model.event import Event
from crmcli.model.ids import ALPHABET, ulid, ulid_milliseconds
from crmcli.model.record import Ref
from crmcli.store import git
from crmcli.store.journal import SUFFIX, encode_event
from crmcli.store.layout import JOURNAL, STATE
from crmcli.store.records import ref_of
from crmcli.store.sync.contest import Contest, Judge
from crmcli.store.sync.contested import Contested, UnitedRecord, Version, unite_record
from crmcli.store.sync.effects import OURS, THEIRS
from crmcli.store.sync.files import BaseFiles, Lying, SideFiles
from crmcli.store.sync.journals import Journals
from crmcli.store.sync.known import Known
from crmcli.store.sync.layout import parsed
from crmcli.store.sync.others import OtherFiles
from crmcli.store.sync.segments import Edit, is_of_journal, unite_segments
from crmcli.store.sync.side_drift import SideDrift
from crmcli.store.sync.talk import Talk
from crmcli.store.sync.trees import PLAIN, Changes, Entry, changes, write_blob

if TYPE_CHECKING:
    from crmcli.store.book import Book

NAME = "united-"
"""What segments that a merge wrote begin with: no clone's letters, so that no clone takes them for its own."""


class MovedOnError(ConflictError):
    """The journal here is no longer that of the commit being united."""

    def __init__(self) -> None:
        super().__init__("the book changes while it is being shared", hint="`crm sync` again, when it is quiet")


class HandRenamedError(ConflictError):
    """A record that a hand renamed on one side and that the other changed."""

    def __init__(self, old: Ref, new: Ref) -> None:
        super().__init__(
            f"{old} was renamed to {new.id} by hand, without crm, and was changed on the other side",
            hint=f"`crm rename {old} {new.id}` tells the journal; then `crm sync`",
        )


class OutsideError(ConflictError):
    """Files outside the book that both sides changed and that contradict each other."""

    def __init__(self, paths: list[str], there: str) -> None:
        super().__init__(
            f"both sides changed files outside the book: {', '.join(paths)}",
            hint=f"`git merge {there}` by hand, settle them, commit; then `crm sync`",
        )


class StateSharedError(ConflictError):
    """The other side has committed what belongs to one machine."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"the other side has committed {path}, which belongs to one machine",
            hint=f"whoever did takes it out again: `git rm -r --cached {STATE}`, commit, push; then `crm sync`",
        )


class Commits(NamedTuple):
    """The two commits, the one both come from, and what people call the other side."""

    base: str
    ours: str
    theirs: str
    there: str


class United(NamedTuple):
    """What becomes of our tree, by path of the repository; what was contested; events by nobody, and by whoever answered."""

    edits: dict[str, Edit]
    modes: dict[str, str]
    contests: list[Contest]
    events: list[Event]
    given: list[Event]
    greatest: str

    @property
    def questions(self) -> list[Contest]:
        """What a person must decide before anything can be written."""
        return [contest for contest in self.contests if contest.is_question]


def unite(book: Book, talk: Talk, commits: Commits, judge: Judge, limit: int) -> United:
    """Unite two commits; `limit` (ms) is the latest time that an id may say.

    Raises `MovedOnError`, `HandRenamedError`, `OutsideError` and `StateSharedError` (all exit 5), and `ContentMissingError`
    (exit 1) where git lacks what a file says.
    """
    with git.Blobs(talk.repository) as blobs:
        return _Uniting(book, talk, blobs, commits, judge, limit).run()


class _Uniting:
    """Two commits being united."""

    def __init__(self, book: Book, talk: Talk, blobs: git.Blobs, commits: Commits, judge: Judge, limit: int) -> None:
        self._talk, self._blobs, self._commits, self._judge = talk, blobs, commits, judge
        self._setup = book.setup
        self._prefix = git.prefix_of(talk.repository, book.root)
        self._mine = changes(talk, commits.base, commits.ours)
        self._yours = changes(talk, commits.base, commits.theirs)
        mine, yours = self._inside(self._mine), self._inside(self._yours)
        self._refuse_state(yours)
        known = Known(book, self._segments_of(commits.ours))
        if known.lacking:
            raise MovedOnError
        self._segments = unite_segments(blobs, known, mine, yours)
        base = BaseFiles(talk, self._prefix, commits.base)
        self._base = base
        self._files = (SideFiles(base, mine), SideFiles(base, yours))
        touched = [{str(ref) for ref in side.changed} for side in self._files]
        self._journals = Journals(known, self._segments, (touched[OURS], touched[THEIRS]))
        self._drift = tuple(SideDrift(talk, self._prefix, c, blobs, limit) for c in (commits.ours, commits.theirs))
        self._result = United({}, {}, [], [], [], self._journals.greatest(_id_at(limit)))
        self._handled: set[str] = set()

    def run(self) -> United:
        self._take({self._prefix + path: edit for path, edit in self._segments.edits.items()})
        for ref in sorted(self._contested()):
            self._unite_record(ref)
        self._unite_others()
        ids = {event.id: event for event in self._result.events}
        contests = sorted(self._result.contests, key=lambda contest: (contest.path, contest.field))
        return self._result._replace(events=[ids[key] for key in sorted(ids)], contests=contests)

    # ---- records -----------------------------------------------------------------------------------------

    def _contested(self) -> set[Ref]:
        """Records that both sides changed: by events that the other lacks, or in their files."""
        changed = []
        for side in (OURS, THEIRS):
            files = {self._journals.united(ref, side) for ref in self._files[side].changed}
            changed.append(files | self._journals.touched(side))
        both = changed[OURS] & changed[THEIRS] | self._journals.circular
        told = self._journals.touched(OURS) | self._journals.touched(THEIRS)
        return {ref for ref in both if self._is_record(ref) and (ref in told or self._differs(ref))}

    def _is_record(self, ref: Ref) -> bool:
        """Whether a name is a record's: of a type of the book, or one that the journal knows."""
        kind = self._setup.by_plural(ref.plural)
        return not kind.embedded if kind else any(self._journals.of(ref))

    def _differs(self, ref: Ref) -> bool:
        return self._file(ref, OURS) != self._file(ref, THEIRS)

    def _file(self, ref: Ref, side: int) -> Lying | None:
        """A record's file in a side's tree, under whatever name it has there."""
        names = (self._files[side].find(name) for name in self._journals.former(ref))
        return next((found for found in names if found is not None), None)

    def _unite_record(self, ref: Ref) -> None:
        files = [self._file(ref, side) for side in (OURS, THEIRS)]
        names = (self._base.find(name) for name in self._journals.former(ref))
        base = next((found for found in names if found is not None), None)
        if any(lying is not None and not lying.entry.is_file for lying in (base, *files)):
            return  # a link in a record's place: merged as any other file
        path = _place(ref, base, files)
        versions = [self._version(ref, side, files[side], base) for side in (OURS, THEIRS)]
        two = next((two for two in self._journals.two_names if two.winner == ref), None)
        kind, content = self._setup.by_plural(ref.plural), self._read(base)
        back = ref in self._journals.circular
        record = Contested(ref, path, content, versions[OURS], versions[THEIRS], kind, two, merged_in_circle=back)
        united = unite_record(record, self._judge)
        self._note(path, files, base, united)

    def _version(self, ref: Ref, side: int, lying: Lying | None, base: Lying | None) -> Version:
        """A record as a side has it, what nobody journaled of it included."""
        content = self._read(lying)
        events = self._journals.of(ref)[side]
        fields = parsed(content) if content is not None else None
        if content is None or fields is not None:
            there = lying or base
            name, path = (ref_of(there.path), there.path) if there else (ref, f"{ref}.md")
            drift = self._drift[side].events(name, path, fields, events, self._setup.by_plural(ref.plural))
            self._refuse_hand_renamed(drift, side, name, base)
            self._result.events.extend(drift)
            events = sorted([*events, *(event._replace(on=str(ref)) for event in drift)], key=lambda event: event.id)
        return Version(content, events, self._journals.went_into(ref, side))

    def _refuse_hand_renamed(self, drift: Iterable[Event], side: int, name: Ref, base: Lying | None) -> None:
        """Raise `HandRenamedError` where a file that is gone without a word lies under another name."""
        was = parsed(self._read(base) or b"") if any(event.do == "delete" for event in drift) else None
        for ref, lying in self._files[side].came if was else ():
            if ref.plural == name.plural and ref != name and not any(self._journals.of(ref)):
                fields = parsed(self._read(lying) or b"")
                if fields and (fields == was or (was or {}).get("created", "") == fields.get("created", None)):
                    raise HandRenamedError(name, ref)

    def _note(self, path: str, files: Iterable[Lying | None], base: Lying | None, united: UnitedRecord) -> None:
        ours, theirs = files
        mode = next((lying.entry.mode for lying in (ours, theirs) if lying is not None), PLAIN)
        if ours is not None and ours.path != path:
            self._result.edits[self._prefix + ours.path] = None
        if united.content is not None or (ours is not None and ours.path == path):
            self._result.edits[self._prefix + path] = united.content
        self._result.modes[self._prefix + path] = mode
        self._handled |= {self._prefix + lying.path for lying in (ours, theirs, base) if lying is not None}
        self._result.events.extend(united.events)
        self._result.given.extend(united.given)
        self._result.contests.extend(united.contests)

    def _read(self, lying: Lying | None) -> bytes | None:
        return None if lying is None else self._blobs.must(lying.entry.blob, lying.path)

    # ---- everything else ---------------------------------------------------------------------------------

    def _unite_others(self) -> None:
        both: list[str] = []
        segments = self._segments.apart
        for path, change in self._yours.items():
            if path in self._handled or (self._is_inside(path) and path.removeprefix(self._prefix) in segments):
                continue
            if path not in self._mine:
                self._take({path: change.after})
            elif self._mine[path].after != change.after:
                both.append(path)
        others = OtherFiles(self._talk, self._blobs, both)
        outside = []
        for path in both:
            shown = path.removeprefix(self._prefix) if self._is_inside(path) else path
            found = others.unite(path, self._mine[path], self._yours[path], self._judge, shown)
            if found.contest is not None and not self._is_inside(path):
                outside.append(path)
            self._result.contests.extend([found.contest] if found.contest else [])
            self._result.edits[path] = found.edit
            self._result.modes[path] = found.mode
        if outside:
            raise OutsideError(outside, self._commits.there)

    def _take(self, edits: dict[str, Edit]) -> None:
        self._result.edits.update(edits)

    def _is_inside(self, path: str) -> bool:
        return path.startswith(self._prefix)

    def _inside(self, found: Changes) -> Changes:
        """Changes within the book, by path of the book."""
        return {path.removeprefix(self._prefix): change for path, change in found.items() if self._is_inside(path)}

    def _segments_of(self, commit: str) -> list[str]:
        said = self._talk.must("ls-tree", "-r", "-z", "--full-tree", commit, "--", f"{self._prefix}{JOURNAL}/")
        lines = (line.partition("\t") for line in said.split("\0"))
        found = ((meta.partition(" ")[0], path.removeprefix(self._prefix)) for meta, _, path in lines if path)
        return [path for mode, path in found if Entry(mode, "").is_file and is_of_journal(path)]

    @staticmethod
    def _refuse_state(yours: Changes) -> None:
        found = next((p for p, c in sorted(yours.items()) if p.startswith(f"{STATE}/") and c.after is not None), "")
        if found:
            raise StateSharedError(found)


def _place(ref: Ref, base: Lying | None, files: Iterable[Lying | None]) -> str:
    """Where the record's file shall lie: under its united name, in the folder that a side moved it to."""
    there = [lying.path for lying in files if lying is not None]
    old = base.path if base else ""
    moved = [path for path in there if path != old]
    named = [path for path in moved if ref_of(path) == ref]
    chosen = next(iter([*named, *moved, *there, old]), "") or f"{ref}.md"
    return f"{chosen.rpartition('/')[0]}/{ref.id}.md"


def segment_of(events: Iterable[Event]) -> tuple[str, bytes]:
    """The segment that holds a merge's own events: bytes and name depend only on them."""
    import hashlib  # noqa: PLC0415 - merges only

    listed = list(events)
    content = b"".join(encode_event(event) for event in listed)
    number = int.from_bytes(hashlib.sha256(content).digest()[:8], "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(0, 50, 5))
    moment = datetime.fromtimestamp(ulid_milliseconds(listed[-1].id) / 1000, UTC)
    return f"{JOURNAL}/{moment:%Y-%m}/{NAME}{letters}{SUFFIX}", content


def entries_of(talk: Talk, united: United) -> Iterator[tuple[str, Entry | None]]:
    """Put new bytes into git's store: what becomes of our tree, as its entries."""
    for path, edit in united.edits.items():
        if isinstance(edit, bytes):
            yield path, Entry(united.modes.get(path) or PLAIN, write_blob(talk, edit))
        else:
            yield path, edit


def _id_at(milliseconds: int) -> str:
    return ulid(milliseconds, 0)
