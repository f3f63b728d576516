"""Where the road meets the hooks: which apply to a plan, asking those before, queueing and running those after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.model.keys import by_field, field_under, stored_name
from crmcli.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.engines.hook_filters import Answers
    from crmcli.engines.hooks.header import Hook
    from crmcli.engines.hooks.occurrence import Occurrence
    from crmcli.engines.hooks.site import HookSite
    from crmcli.engines.plan import Planned
    from crmcli.model.record import Fields, Ref
    from crmcli.store.book import Book


class Asked(NamedTuple):
    """The hooks of a plan: what would be asked before (a hash, "" for nothing), the outbox of what runs after."""

    site: HookSite
    hooks: list[Hook]
    occurrences: list[Occurrence]
    answers: Answers
    question: str
    outbox: list[dict[str, object]]
    notices: list[str]


def has_hooks(book: Book) -> bool:
    """Whether the book has a hooks folder with anything in it."""
    folder = book.root / "hooks"
    return folder.is_dir() and any(not entry.name.startswith(".") for entry in folder.iterdir())


def way(via: str) -> str:
    """How a change came: a command that a hook runs came by that hook."""
    import os  # noqa: PLC0415

    hook = os.environ.get("CRM_HOOK", "")
    return f"hook:{hook}" if hook and via == "cli" else via


def site_of(book: Book) -> HookSite:
    """What hooks need to know of the book, this clone and this person."""
    import os  # noqa: PLC0415

    from crmcli.engines.hooks.site import HookSite  # noqa: PLC0415
    from crmcli.store.trust import config_folder  # noqa: PLC0415
    from crmcli.store.writing import clone_of  # noqa: PLC0415

    config = book.setup.config
    return HookSite(
        root=book.root,
        state=book.state,
        name=config.name,
        clone=clone_of(book),
        runner=config.runner,
        me=book.me,
        config=config_folder(os.environ),
        environ=dict(os.environ),
        types=book.setup.types,
        program=_program(),
    )


def _program() -> str:
    import sys  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    found = Path(sys.argv[0]) if sys.argv and sys.argv[0] else None
    return str(found.resolve()) if found and found.name in ("crm", "crmcli") and found.exists() else ""


def prepare(book: Book, records: list[Planned], events: list[Event]) -> Asked | None:
    """Find the hooks that a plan concerns; None when the book has none at all."""
    if not has_hooks(book):
        return None
    from crmcli.engines.hook_filters import answer_filters, key_of  # noqa: PLC0415
    from crmcli.engines.hooks.after import due  # noqa: PLC0415
    from crmcli.engines.hooks.before import question  # noqa: PLC0415
    from crmcli.engines.hooks.header import load_hooks  # noqa: PLC0415

    site = site_of(book)
    hooks, problems = load_hooks(site)
    found = occurrences_of(book, records, events)
    answers = answer_filters(book, hooks, found, records, events)

    def matches(text: str, occurrence: Occurrence) -> bool:
        return answers.get(key_of(text, occurrence), False)

    outbox, notices = due(site, hooks, found, matches)
    notices += [f"{p.path}:{p.line}: {p.message}" for p in problems]
    asked = question(site, hooks, found, matches)
    return Asked(site, hooks, found, answers, asked, outbox, notices)


def occurrences_of(book: Book, records: Iterable[Planned], events: Iterable[Event]) -> list[Occurrence]:
    """What a plan will do, in the words of triggers; fields have their present names whatever their files call them."""
    from crmcli.engines.hooks.occurrence import occurrences  # noqa: PLC0415

    types = {record_type.plural: record_type for record_type in book.setup.types.values()}

    def state(ref: Ref, fields: Fields | None) -> dict[Ref, Record]:
        return {} if fields is None else {ref: Record(ref, by_field(types[ref.plural], fields))}

    def named(event: Event) -> Event:
        record_type = types.get(event.on.partition("/")[0])
        field = field_under(record_type, event.field) if record_type and event.field else None
        return event._replace(field=stored_name(field)) if field else event

    def type_name(plural: str) -> str:
        return types[plural].name if plural in types else plural

    before: dict[Ref, Record] = {}
    after: dict[Ref, Record] = {}
    for planned in records:
        before |= state(planned.ref, planned.before)
        after |= state(planned.ref, planned.after)
    return occurrences(map(named, events), type_name, before, after)


def ask(asked: Asked) -> list[str]:
    """Run the before-hooks; the first that says no raises `HookVetoError` (exit 7)."""
    from crmcli.engines.hook_filters import key_of  # noqa: PLC0415
    from crmcli.engines.hooks.before import ask_before  # noqa: PLC0415

    def matches(text: str, occurrence: Occurrence) -> bool:
        return asked.answers.get(key_of(text, occurrence), False)

    return ask_before(asked.site, asked.hooks, asked.occurrences, matches)


def drain(book: Book) -> list[str]:
    """Run what the outbox holds for this clone."""
    if not (book.state / "outbox").is_dir():
        return []
    from crmcli.engines.hooks.after import drain as run_due  # noqa: PLC0415

    return run_due(site_of(book))
