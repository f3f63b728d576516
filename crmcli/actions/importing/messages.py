"""Mail becomes lines of the log: of the customer and the people it was exchanged with, the same message never twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.mail.entries import Entries, MessageGoneError
from crmcli.actions.importing.mail.kept import line_id
from crmcli.actions.importing.mail.letter import Landing, Letter, Unknown
from crmcli.actions.importing.mail.survey import Survey
from crmcli.actions.importing.outcome import MESSAGE, ImportOutcome
from crmcli.actions.importing.preview import NEW, REFUSED, PreviewLine
from crmcli.actions.importing.rejects import REJECTS, FileBeside
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.ids import new_id, randomness
from crmcli.model.record import Ref
from crmcli.text.slug import slug
from crmcli_formats.letters import MailFormat, Place
from crmcli_formats.mail_message import Envelope
from crmcli_formats.registry import Format

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

VIA = "import:mail"
LEFT = "left out"
_HEADER = ("place", "reason", "date", "from", "subject", "message")
_LISTED, _EXAMPLES, _STEP = 20, 3, 1_000


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import the messages of a file or a folder, as one op."""
    return [_Import(book, path, cast("MailFormat", form), asked).run()]


class _Rejects(FileBeside):
    """The messages that were refused: one list of them, however often a mailbox is imported."""

    def keep_one(self) -> None:
        """Where the list before this one says the same, it stays alone."""
        if self.path is None:
            return
        stem, dash, number = self.path.stem.rpartition("-")
        if not (dash and number.isdigit() and stem.endswith(f".{REJECTS}")):
            return
        before = self.path.with_name(f"{stem}{'' if number == '2' else f'-{int(number) - 1}'}.csv")
        if before.is_file() and before.read_bytes() == self.path.read_bytes():
            self.discard()
            self.path = before


class _Import:
    """One mailbox on its way into the book."""

    def __init__(self, book: Book, path: Path, form: MailFormat, asked: Asked) -> None:
        self._book = book
        self._path = path
        self._form = form
        self._asked = asked
        self._rejects = _Rejects(asked.folder or Path.cwd(), path, REJECTS, _HEADER)
        self._survey = Survey(book, self._refuse, asked.progress)
        self._refused = self._new = self._made_people = 0
        self._left: set[str] = set()
        self._preview: list[PreviewLine] = []

    def run(self) -> ImportOutcome:
        """Look through it, then write what is new."""
        self._survey.look_through(self._form.messages(self._path))
        strangers = self._survey.unknown()
        wanted = self._wanted(strangers)
        people = self._people(wanted) if wanted else {}
        entries = Entries(self._book, self._form, self._asked.mail)
        dry = self._asked.dry_run
        try:
            with BulkOp(self._book, Request("import", via=VIA, dry_run=dry)) as op:
                made = self._make(op, people)
                for letter, landing, trouble in self._survey.landings():
                    self._take(op, entries, made, (letter, landing, trouble))
                if not dry:
                    self._rejects.flush()
                done = op.finish()
        except BaseException:
            self._rejects.discard()
            entries.take_back()
            raise
        self._rejects.keep_one()
        told = [*self._told(entries), *done.notices]
        if not wanted and self._asked.mail.offer is None:
            told += self._advice(strangers if dry else self._survey.unknown(self._left))
        return self._outcome(done.op, told)

    def _take(
        self, op: BulkOp, entries: Entries, made: dict[Ref, bytes], found: tuple[Letter, Landing | None, str]
    ) -> None:
        letter, landing, trouble = found
        if landing is None:
            if trouble:
                self._refuse(letter.place, trouble, None, letter)
            else:
                self._left.add(letter.key)
            return
        line = line_id(self._book, letter.key, letter.milliseconds)
        if not line:
            self._survey.same += 1
            return
        if not self._asked.dry_run:
            try:
                op.take([(landing.on, [entries.change(letter, landing, line)])], made=made)
            except MessageGoneError as gone:
                self._refuse(letter.place, str(gone), None, letter)
                return
            except CrmError as error:
                self._refuse(letter.place, str(error), None, letter)
                return
        self._new += 1
        self._show(letter.place, NEW, f"{landing.on} {letter.direction} {letter.at[:10]} {letter.subject}")
        if self._asked.progress and self._new % _STEP == 0:
            self._asked.progress(self._survey.read)

    # ---- people who are not known -----------------------------------------------------------------------

    def _wanted(self, strangers: list[Unknown]) -> list[Unknown]:
        words = self._asked.mail
        people = self._survey.parties.people_type
        if not strangers or people is None or _mail_field(people) is None:
            return []
        if words.add_unknown or (words.offer is not None and not self._asked.dry_run and words.offer(strangers)):
            return strangers
        return []

    def _people(self, wanted: list[Unknown]) -> dict[Ref, Change]:
        """The people to be made, known to the survey from here on."""
        parties = self._survey.parties
        people = cast("RecordType", parties.people_type)
        field = _mail_field(people)
        source = random.Random(randomness().getrandbits(128))  # noqa: S311 - ids need be different, not secret
        taken = {str(row[0]) for row in self._book.index.rows(f'SELECT id FROM "rec_{people.plural}"', ())}  # noqa: S608
        made: dict[Ref, Change] = {}
        for one in wanted:
            name = one.name if one.name and "@" not in one.name else one.address.partition("@")[0]
            ref = Ref(people.plural, new_id(slug(name, people.name), source, taken.__contains__))
            taken.add(ref.id)
            link = {parties.link: one.whole.id} if one.whole else {}
            address = [one.address] if field and people.fields[field].many else one.address
            made[ref] = Change("create", ref, record={people.title: name, **link, field or "": address})
            parties.add_person(one.address, ref, one.whole)
        return made

    def _make(self, op: BulkOp, people: dict[Ref, Change]) -> dict[Ref, bytes]:
        """Make people; return the bytes of each, for the lines about them."""
        made: dict[Ref, bytes] = {}
        for ref, change in people.items():
            for planned in op.take([(ref, [change])], fresh=[ref]):
                if planned is not None and planned.content is not None:
                    made[ref] = planned.content
                    self._made_people += 1
                    self._show(None, NEW, str(ref))
        return made

    # ---- what is said -----------------------------------------------------------------------------------

    def _refuse(self, place: Place, why: str, envelope: Envelope | None, letter: Letter | None = None) -> None:
        self._refused += 1
        if letter is not None:
            cells = [letter.at, letter.others[0] if letter.others else "", letter.subject, letter.key]
        elif envelope is not None:
            cells = [next(iter(envelope.dates), ""), envelope.sender.address, envelope.subject, envelope.key]
        else:
            cells = [""] * 4
        if not self._asked.dry_run:
            self._rejects.put([str(place), why, *cells])
        self._show(place, REFUSED, why)

    def _show(self, place: Place | None, what: str, text: str) -> None:
        if self._asked.dry_run and len(self._preview) < self._asked.preview:
            self._preview.append(PreviewLine(place.line if place else 0, what, text, str(place or "")))

    def _told(self, entries: Entries) -> Iterator[str]:
        for why, count in sorted(self._survey.aside.items()):
            yield f"{count:,} {why}: not looked at"
        if not self._survey.parties.knows_own:
            yield "no member has an e-mail address, so every message counts as received: crm set MEMBER email+=ADDRESS"
        sentences = Counter(sentence for _, sentence in entries.told)
        places: dict[str, list[str]] = {}
        for place, sentence in entries.told:
            places.setdefault(sentence, []).append(place)
        for sentence, count in sentences.most_common():
            named = ", ".join(places[sentence][:_EXAMPLES]) + (
                f" and {count - _EXAMPLES:,} more" if count > _EXAMPLES else ""
            )
            yield f"{named}: {sentence}"

    def _advice(self, strangers: Sequence[Unknown]) -> Iterator[str]:
        """Those whose messages would come in, if they were known."""
        if strangers:
            yield from people_lines(strangers)
            yield "--add-unknown makes contacts of them"

    def _outcome(self, op: str, told: list[str]) -> ImportOutcome:
        survey, dry = self._survey, self._asked.dry_run
        left = len(self._left) + survey.aside.total()
        people = self._survey.parties.people_type
        beside = {people.plural: self._made_people} if people and self._made_people else {}
        counts = [(self._new, "new"), (survey.same, "known already"), (left, LEFT), (self._refused, "refused")]
        said = ", ".join(f"{count:,} {what}" for count, what in counts if count) or "none"
        messages = "1 message" if survey.read == 1 else f"{survey.read:,} messages"
        more = (
            f"; {self._made_people:,} {people.name if self._made_people == 1 else people.plural} made"
            if beside and people
            else ""
        )
        return ImportOutcome(
            op,
            None,
            survey.read,
            self._new,
            0,
            survey.same,
            self._refused,
            beside,
            left,
            str(self._rejects.path or ""),
            self._preview,
            told,
            dry,
            sentence=f"{messages}: {'would be ' if dry else ''}{said}{more}.",
            unit=MESSAGE,
        )


def people_lines(strangers: Sequence[Unknown]) -> Iterator[str]:
    """People the book does not know, those with most messages first, a line each."""
    yield f"{len(strangers):,} {'person' if len(strangers) == 1 else 'people'} the book does not know, by messages:"
    for one in strangers[:_LISTED]:
        name = f"  {one.name}" if one.name else ""
        whole = f"  (of {one.whole})" if one.whole else ""
        yield f"{one.messages:>5,}  {one.address}{name}{whole}"
    if len(strangers) > _LISTED:
        yield f"       … and {len(strangers) - _LISTED:,} more"


def _mail_field(people: RecordType) -> str | None:
    return next((field.name for field in people.fields.values() if field.type == "email"), None)
