"""One screen before a meeting: the whole customer around the record that was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.model.record import BODY, Record, Ref, parse_ref
from crmcli.model.schema import Field, RecordType
from crmcli.query.built_in import is_running
from crmcli.query.sql import Sql
from crmcli.reports.names import cards_of, has_amount, whole_field
from crmcli.reports.reasons import reasons, task_type
from crmcli.reports.record_page import field_lines, problem_lines
from crmcli.reports.related import related_lines
from crmcli.reports.scope import Scope, filters_of
from crmcli.reports.start import reach_fields
from crmcli.reports.timeline import PARTS, timeline
from crmcli.reports.views import BriefView, FieldLine, RelatedLine
from crmcli.reports.wording import Wording
from crmcli.store.who import candidates
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.store.book import Book

PEOPLE, DEALS, STEPS, TOUCHES, WARNINGS = 6, 5, 5, 3, 6
EXCERPT = 300
"""Letters of the body: what they want, not their life."""

FACTS = frozenset(["phone", "email", "handle", "address", "domain", "url"])
IN_LINE = frozenset(["text", "choice", "stage", "country", "region", "int", "rating"])
LEAST_DIGITS = 5

Family = Mapping[str, Sequence[str]]
"""Ids by plural: a record and all that is part of it."""


class NewcomerError(NotFoundError):
    """A phone number or mail address that no record has."""

    def __init__(self, word: str, what: str, maker: RecordType | None, field: Field | None) -> None:
        hint = f"`crm find {word}` looks inside texts"
        if maker and field:
            part = whole_field(maker)
            of = f" {part.name}=WHO" if part else ""
            hint = f"`crm {maker.name} add NAME {field.name}={word}{of}` makes the {maker.name}"
        super().__init__(f"nobody in this book has the {what} {word}", hint=hint)


def refuse_newcomers(book: Book, words: Sequence[str]) -> None:
    """Raise `NewcomerError` (exit 3) for a phone number or mail address that nobody has; other words are let pass."""
    for word in words:
        what = "mail address" if "@" in word.strip("@") else "number" if _is_number(word) else ""
        if what and not candidates(book, word)[1]:
            kind = "email" if what == "mail address" else "phone"
            raise NewcomerError(word.replace(" ", ""), what, *_maker(book, kind))


def _is_number(word: str) -> bool:
    digits = sum(letter.isdigit() for letter in word)
    return digits >= LEAST_DIGITS and all(letter.isdigit() or letter in "+-./() \u00a0" for letter in word)


def _maker(book: Book, kind: str) -> tuple[RecordType | None, Field | None]:
    """The type of people who belong to something, and its field of that kind."""
    found = [
        (type_, field)
        for type_ in book.setup.types.values()
        if not type_.embedded and type_.name != "member"
        for field in type_.fields.values()
        if field.type == kind
    ]
    return min(found, key=lambda pair: whole_field(pair[0]) is None, default=(None, None))


def brief(book: Book, ref: Ref) -> BriefView:
    """The brief of a record; what is around it is that of the whole it is part of. Raises `BrokenRecordError` (6)."""
    record, type_, wording = book.read_record(ref), book.type_of(ref), Wording(book)
    top = whole_of(book, ref)
    family = family_of(book, top)
    return BriefView(
        ref=str(ref),
        title=record.text(type_.title) or ref.id,
        line=_line(record, type_, wording),
        facts=tuple(_facts(book, record, type_, wording)),
        people=people_of(book, family, ref),
        deals=deals_of(book, family, ref),
        next_steps=_steps(book, family),
        last=timeline(book, top, wording, TOUCHES, changes=False).lines,
        warnings=tuple(_warnings(book, record, family))[:WARNINGS],
    )


def brief_object(view: BriefView) -> dict[str, object]:
    """The brief as one JSON object: the same parts, records as `{ref, title, cells, kind}`."""
    return {
        name: [part._asdict() if hasattr(part, "_asdict") else part for part in value]
        if isinstance(value, tuple)
        else value
        for name, value in view._asdict().items()
    }


def whole_of(book: Book, ref: Ref) -> Ref:
    """The record that a record is part of in the end: a contact's or deal's customer, a task's too."""
    seen = [str(ref)]
    while True:
        card = cards_of(book, [seen[-1]]).get(seen[-1])
        if card is None or not card.whole or card.whole in seen:
            return parse_ref(seen[-1] if card else seen[-2] if len(seen) > 1 else seen[0])
        seen.append(card.whole)


def family_of(book: Book, ref: Ref) -> Family:
    """A record and all its parts, ids by plural."""
    family: dict[str, list[str]] = {ref.plural: [ref.id]}
    for plural, name in book.index.rows(f'{PARTS} SELECT "type", id FROM part', (*ref,)):
        ids = family.setdefault(str(plural), [])
        if name not in ids:
            ids.append(str(name))
    return family


def _line(record: Record, type_: RecordType, wording: Wording) -> str:
    """What it is: short fields of its list, then what it is part of."""
    said = []
    for name in type_.list:
        field = type_.fields.get(name)
        if field and field.type in IN_LINE and not field.many and name != type_.title and record.text(name):
            said.append(wording.value(type_, name, record.text(name)))
    part = whole_field(type_)
    if part and record.text(part.name):
        said.append(wording.value(type_, part.name, record.text(part.name)))
    return " · ".join(dict.fromkeys(said))


def _facts(book: Book, record: Record, type_: RecordType, wording: Wording) -> Iterator[FieldLine]:
    """How to reach them, whose they are, and what they want."""
    for line in field_lines(book, record, type_, wording):
        field = type_.fields.get(line.name)
        if field and (field.type in FACTS or field.name in ("owner", "amount", "close", "cadence")):
            yield line
    body = " ".join(record.text(BODY).split())
    if body:
        text = body if len(body) <= EXCERPT else f"{body[:EXCERPT].rsplit(' ', 1)[0]} …"
        yield FieldLine(BODY, wording.label(type_, BODY), text)


def _among(family: Family, type_: RecordType, without: Ref) -> Sql | None:
    ids = [name for name in family.get(type_.plural, ()) if (type_.plural, name) != without]
    if not ids:
        return None
    from crmcli.text.plain_json import dumps  # noqa: PLC0415

    return Sql("r.id IN (SELECT value FROM json_each(?))", (dumps(ids),))


def people_of(book: Book, family: Family, ref: Ref) -> tuple[RelatedLine, ...]:
    """Those of a family who can be reached, without `ref`."""
    found: list[RelatedLine] = []
    for type_ in book.setup.types.values():
        among = _among(family, type_, ref)
        part = whole_field(type_)
        if among and part and reach_fields(type_):
            found += related_lines(book, type_, among, limit=PEOPLE, without=(part.name,))[0]
    return tuple(found[:PEOPLE])


def deals_of(book: Book, family: Family, ref: Ref) -> tuple[RelatedLine, ...]:
    """The open deals of a family, without `ref`."""
    found: list[RelatedLine] = []
    for type_ in book.setup.types.values():
        among = _among(family, type_, ref)
        part = whole_field(type_)
        if among and type_.stage and has_amount(type_):
            running = Sql(f"({among.text}) AND {is_running('r')}", among.params)
            without = (part.name,) if part else ()
            found += related_lines(book, type_, running, limit=DEALS, without=without)[0]
    return tuple(found[:DEALS])


def _steps(book: Book, family: Family) -> tuple[RelatedLine, ...]:
    task = task_type(book.setup)
    among = _among(family, task, Ref("", "")) if task else None
    if task is None or among is None:
        return ()
    running = Sql(f"({among.text}) AND {is_running('r')}", among.params)
    stage = (task.stage.name,) if task.stage else ()
    return related_lines(book, task, running, limit=STEPS, without=stage)[0]


def _warnings(book: Book, record: Record, family: Family) -> Iterator[str]:
    """Archived, wrong, late, quiet, without a next step: what one should know before speaking."""
    language = book.setup.config.language
    if record.text("archived"):
        yield phrase(language, "archived {day}", day=record.text("archived"))
    yield from problem_lines(book, record.ref)
    env = book.query_env()
    types = [type_ for type_ in book.setup.types.values() if not type_.embedded]
    scope = Scope(book, env, filters_of(book, (), types, env), None, family, language)
    found = [reason for reason in reasons(scope) if reason.group != "today"]
    cards = cards_of(book, [reason.ref for reason in found])
    for ref in dict.fromkeys(reason.ref for reason in found):
        title = "" if ref == str(record.ref) else f"{cards[ref].title}: "
        yield title + "; ".join(reason.text for reason in found if reason.ref == ref)
