"""How somebody can be reached: what of a record and of the people around it is worth copying."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Ref, parse_ref
from crmcli.reports.brief import family_of, people_of, whole_of
from crmcli.reports.start import reach_fields
from crmcli.reports.wording import Wording

if TYPE_CHECKING:
    from crmcli.store.book import Book

LINKS = ("url", "domain")


class Reach(NamedTuple):
    """One address: whose it is, what its field is called, as it is shown, as it is copied.

    What is copied is one line of letters that are seen: pasted into a shell it runs nothing, and it is what was shown.
    """

    title: str
    label: str
    shown: str
    copied: str


def reaches(book: Book, ref: Ref) -> list[Reach]:
    """The mail addresses, phones, handles and links of a record, of what it is part of, and of the people there."""
    wording = Wording(book)
    top = whole_of(book, ref)
    people = [parse_ref(line.ref) for line in people_of(book, family_of(book, top), Ref("", ""))]
    found: list[Reach] = []
    for each in dict.fromkeys([ref, *people, top]):
        record, type_ = book.read_record(each), book.type_of(each)
        links = [field for field in type_.fields.values() if field.type in LINKS]
        for field in [*reach_fields(type_), *links]:
            for value in record.items(field.name):
                shown = wording.value(type_, field.name, value)
                link = f"https://{value}" if field.type == "domain" else value
                found.append(Reach(book.title_of(each), wording.label(type_, field.name), shown, _plain(link)))
    return list({reach.copied: reach for reach in reversed(found)}.values())[::-1]


def _plain(text: str) -> str:
    """A text without controls, direction marks and other letters that nobody sees; line ends and tabs become spaces."""
    letters = (letter if letter.isprintable() else " " if letter.isspace() else "" for letter in text)
    return "".join(letters).strip()
