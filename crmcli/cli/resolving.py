"""Going through what a merge left: by words and options, or field by field with the person at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions import resolve
from crmcli.actions.attach import Copies
from crmcli.actions.words import is_word
from crmcli.cli.questions import DeclinedError, ask_line, choose
from crmcli.errors import ConflictError, CrmError, NotFoundError, UsageError
from crmcli.model.record import BODY
from crmcli.store.merging import WHOLE
from crmcli.store.sides import Author, Sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.model.record import Value
    from crmcli.reports.table import Table
    from crmcli.store.merging import FieldConflict
    from crmcli.store.unmerged import Left

_NAMES = {WHOLE: "(the file)", BODY: "(the text)"}
_SHOWN = 160
IN_TABLE = 50
"""Letters of a value that a question shows, and a table, which has less room."""


class LeftError(ConflictError):
    """Conflicts are left."""

    def __init__(self, lefts: Sequence[Left]) -> None:
        number = sum(len(left.merged.conflicts) for left in lefts)
        what = "1 conflict is" if number == 1 else f"{number} conflicts are"
        where = "1 file" if len(lefts) == 1 else f"{len(lefts)} files"
        super().__init__(
            f"{what} left in {where}",
            hint="`crm resolve WHO field=value`, --ours or --theirs; on a terminal `crm resolve` asks",
        )


class BothSidesError(UsageError):
    """Two options that exclude each other."""

    def __init__(self) -> None:
        super().__init__("--ours and --theirs: only one side can be taken", hint="name records to take one for each")


class SideAndWordsError(UsageError):
    """A side and values for the same records."""

    def __init__(self) -> None:
        super().__init__(
            "a value and a side cannot be given at once", hint="first the values, then the side for the rest"
        )


class WordsForWhomError(UsageError):
    """Values without a record."""

    def __init__(self, word: str) -> None:
        super().__init__(f"whose is {word!r}? name a record first", hint="crm resolve WHO field=value")


class NotLeftError(NotFoundError):
    """A record in which nothing is left."""

    def __init__(self, word: str) -> None:
        super().__init__(f"no merge left anything in {word}", hint="`crm resolve` lists what is left")


class Resolving:
    """One run of `crm resolve`."""

    def __init__(self, session: Session, words: Sequence[str], *, ours: bool, theirs: bool) -> None:
        first = next((place for place, word in enumerate(words) if is_word(word)), len(words))
        self._session = session
        self._who, self._words = list(words[:first]), list(words[first:])
        self._side = resolve.OURS if ours else resolve.THEIRS if theirs else ""
        self._sides = Sides(session.book)
        self._copies = Copies(session.book)
        self._refuse(ours=ours, theirs=theirs)

    def _refuse(self, *, ours: bool, theirs: bool) -> None:
        if ours and theirs:
            raise BothSidesError
        if self._words and not self._who:
            raise WordsForWhomError(self._words[0])
        if self._words and self._side:
            raise SideAndWordsError

    def run(self) -> None:
        """Settle what is asked for, then say what is left; raises `LeftError` (exit 5) while something is."""
        book = self._session.book
        found = resolve.left_over(book)
        meant = self._meant(found)
        if self._side:
            meant = [resolve.take_side(left, self._side) for left in meant]
        elif self._words:
            meant = [resolve.give_words(book, left, self._words, self._copies) for left in meant]
        told = bool(self._side or self._words)
        self._write([left for left in meant if told or not left.merged.conflicts])
        if self._asks:
            meant = [self._walk(left) if left.merged.conflicts else left for left in meant]
        settled = {left.path: left for left in meant}
        self._tell([settled.get(left.path, left) for left in found], some=bool(found))

    @property
    def _asks(self) -> bool:
        options = self._session.options
        plain = not self._side and not self._words and not options.format and not options.dry_run
        return plain and self._session.may_ask

    def _meant(self, found: Sequence[Left]) -> list[Left]:
        """The files that WHO names; all of them without a WHO."""
        if not self._who:
            return list(found)
        meant: dict[str, Left] = {}
        for word in (part for words in self._who for part in words.split(",") if part):
            meant |= {left.path: left for left in self._named(found, word)}
        return list(meant.values())

    def _named(self, found: Sequence[Left], word: str) -> list[Left]:
        """The file a word names by path or id, else the record it means."""
        exact = [left for left in found if word in (left.path, left.ref.id, str(left.ref))]
        if exact:
            return exact
        from crmcli.cli.who import find_record  # noqa: PLC0415 - only for words that are no id

        begins = [left for left in found if left.ref.id.startswith(f"{word}-")]
        if len(begins) == 1:
            return begins
        ref = find_record(self._session, word)
        named = [left for left in found if left.ref == ref]
        if not named:
            raise NotLeftError(str(ref))
        return named

    def _write(self, lefts: Sequence[Left]) -> None:
        if not lefts or self._session.options.dry_run:
            return
        resolve.write_settled(self._session.book, lefts, self._copies)
        for left in lefts:
            if not left.merged.conflicts:
                gone = left.merged.content is None
                self._session.out.note(f"{'removed' if gone else 'merged'} {left.path}")

    def _tell(self, lefts: Sequence[Left], *, some: bool) -> None:
        """List what is left, or say how to go on."""
        session = self._session
        rest = [left for left in lefts if left.merged.conflicts]
        if rest or session.options.format:
            session.out.rows(left_table(session, rest, self._sides), numbered=False)
        if session.options.dry_run:
            session.out.note("dry run: nothing was written.")
        if rest:
            raise LeftError(rest)
        if session.options.dry_run:
            return
        onwards = resolve.how_to_go_on(session.book)
        if not onwards and any(left.staged for left in lefts):
            onwards = "if this was a stash, git still keeps it: drop it yourself once nothing is missing"
        what = "everything is settled" if some else "no merge left anything to settle"
        session.out.note(f"{what}{f'; {onwards}' if onwards else '.'}")

    # ---- with the person at the terminal ---------------------------------------------------------------------

    def _walk(self, left: Left) -> Left:
        """Ask for every conflict of a file, and write it as far as it was answered."""
        session = self._session
        name = f"{session.book.title_of(left.ref)} ({left.ref})" if left.ref.id else left.path
        session.out.say(name)
        if left.unclear:
            session.out.say("  its markers do not pair: edit the file, then `crm resolve` again")
            return left
        now = left
        for conflict in left.merged.conflicts:
            now = self._ask(now, conflict)
        if now != left:
            self._write([now])
        return now

    def _ask(self, left: Left, conflict: FieldConflict) -> Left:
        """One conflict: our value, theirs, another, or not now."""
        session = self._session
        question = _NAMES.get(conflict.name, conflict.name)
        mine, yours = self._sides.authors(left, conflict.name)
        candidates = [
            f"{'ours':8}{only(conflict.ours, conflict.theirs)}{signed(mine)}",
            f"{'theirs':8}{only(conflict.theirs, conflict.ours)}{signed(yours)}",
        ]
        may_type = conflict.name not in (WHOLE, BODY)
        candidates += ["another value"] if may_type else []
        try:
            chosen = choose(session, f"{question}: which one? (Enter leaves it)", candidates)
        except DeclinedError:
            return left
        if chosen == 2:
            return self._typed(left, conflict)
        if conflict.name == WHOLE:
            return resolve.take_side(left, resolve.THEIRS if chosen else resolve.OURS)
        return resolve.give(session.book, left, {conflict.name: conflict.theirs if chosen else conflict.ours})

    def _typed(self, left: Left, conflict: FieldConflict) -> Left:
        """A value of the person's own; asked again while it cannot be typed."""
        while line := ask_line(self._session, conflict.name):
            try:
                return resolve.give_words(self._session.book, left, [f"{conflict.name}={line}"], self._copies)
            except CrmError as error:
                self._session.out.error(str(error), error.hint)
        return left


def left_table(session: Session, lefts: Sequence[Left], sides: Sides) -> Table:
    """Every conflict as a row: both values, who gave them and when."""
    from crmcli.reports.cells import TEXT, Form  # noqa: PLC0415
    from crmcli.reports.forms import moment  # noqa: PLC0415
    from crmcli.reports.table import Column, Table  # noqa: PLC0415

    value = Form(flat, lambda cell: cell, lambda cell: short(flat(cell), IN_TABLE))
    when = moment(session.book.zone)
    forms = {"ours": value, "theirs": value, "base": value, "ours_at": when, "theirs_at": when}
    names = ("path", "field", "ours", "ours_by", "ours_at", "theirs", "theirs_by", "theirs_at", "base")
    rows = []
    for left in lefts:
        for conflict in left.merged.conflicts:
            mine, yours = sides.authors(left, conflict.name)
            here = (conflict.ours, mine.by or None, mine.at or None)
            there = (conflict.theirs, yours.by or None, yours.at or None)
            rows.append((left.path, conflict.name, *here, *there, conflict.base))
    columns = tuple(Column(name, name.replace("_", " ").capitalize(), forms.get(name, TEXT)) for name in names)
    return Table(columns, rows, title="Left by a merge", found=len(rows), key="path")


def flat(value: Value) -> str:
    """A stored value on one line."""
    return value if isinstance(value, str) else ", ".join(value)


def short(text: str, letters: int = _SHOWN) -> str:
    """As much of a text as a question shows, or a table, which has less room (`IN_TABLE`)."""
    line = " ⏎ ".join(part for part in text.splitlines() if part)
    return line if len(line) <= letters else f"{line[:letters]}…"


def only(value: Value | None, other: Value | None) -> str:
    """What a person must see of a value: all of a scalar, of lists and texts what the other side does not have."""
    if not value:
        return "nothing"
    if isinstance(value, list):
        known = other if isinstance(other, list) else []
        return short(", ".join(item for item in value if item not in known) or "none of these")
    lines = (other or "").splitlines() if isinstance(other, str) else []
    own = [line for line in value.splitlines() if line not in lines]
    return short("\n".join(own)) if "\n" in value and own else short(value)


def signed(author: Author) -> str:
    """Who and when, behind a value."""
    when = author.at[:16].replace("T", " ")
    said = ", ".join(part for part in (author.by, when) if part)
    return f"   ({said})" if said else ""
