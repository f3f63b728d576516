"""The three ways into the log: words, typed lines, JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.actions.log import Entry, check_entry, log_entries, log_entry, split_next
from crmcli.cli.split import who_and_text
from crmcli.cli.telling import tell
from crmcli.cli.who import find_record
from crmcli.errors import BadDataError, CauseError, CrmError, UsageError
from crmcli.reports.telling import logged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.model.record import Ref

_KEYS = frozenset(["who", "text", "kind", "direction", "took", "at", "next", "with"])


class AtMalformedError(UsageError):
    """`--at` holds no date."""

    def __init__(self, typed: str, hint: str = "") -> None:
        usual = "say when it was: -mon, -2d, 2026-11-18, 2026-11-18 14:00"
        super().__init__(f"{typed!r} is no date", hint=hint or usual)


class TwoDirectionsError(UsageError):
    """`--in` and `--out` at once."""

    def __init__(self) -> None:
        super().__init__("--in and --out cannot both be", hint="--in: they reached us, --out: we reached them")


class LineRefusedError(CauseError):
    """A JSON line whose words the book refuses; nothing of the whole input is logged."""

    def __init__(self, number: int, error: CrmError) -> None:
        super().__init__(f"stdin:{number}: {error}", error)


class LogLineError(BadDataError):
    """A JSON line that cannot be logged."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(
            f"stdin:{number}: {why}", hint='one object a line: {"who": "acme", "text": "…", "kind": "call"}'
        )


def log_words(
    session: Session, words: Sequence[str], *, kind: str, direction: str, took: str, at: str, following: str
) -> None:
    """Log what the command line says, or lines that are read now."""
    refs, text_words = who_and_text(session, words)
    text = " ".join(text_words)
    if not text_words:
        text, minutes = _read_lines(session)
        took = took or (f"{minutes}min" if minutes else "")
    text, asked = split_next(text)
    entry = Entry(text, kind or "note", direction, took, _moment(session, at), following or asked)
    outcome = log_entry(session.book, refs, entry, dry_run=session.options.dry_run)
    tell(session, outcome, logged(session.book, refs, outcome))


def _read_lines(session: Session) -> tuple[str, int]:
    """Lines from stdin; on a terminal also how many minutes the typing took."""
    if not session.may_ask:
        return session.stdin.read(), 0
    session.out.note("write; ^D ends, `next: WHEN WHAT` makes a task")
    began = session.book.now()
    text = session.stdin.read()
    from crmcli import clock  # noqa: PLC0415

    return text, round((clock.now(session.book.zone) - began).total_seconds() / 60)


def _moment(session: Session, at: str) -> str:
    if not at:
        return ""
    from crmcli.text.dates import date_hint, parse_when  # noqa: PLC0415

    book = session.book
    found = parse_when(at.split(), book.now(), week=book.setup.config.week, worked=book.worked())
    if found is None or found[1] < len(at.split()):
        raise AtMalformedError(at, date_hint(at, counted=book.worked() is not None))
    from datetime import datetime, time  # noqa: PLC0415

    start = found[0].start
    if not isinstance(start, datetime):
        start = datetime.combine(start, time(12), tzinfo=session.book.zone)
    return start.isoformat(timespec="milliseconds")


def log_json_lines(session: Session) -> None:
    """Log JSON lines as one op; a line that cannot be logged refuses them all, with its number."""
    entries: list[tuple[list[Ref], Entry]] = []
    for number, line in enumerate(session.stdin, 1):
        if line.strip():
            entries.append(_checked(session, number, line))
    outcome = log_entries(session.book, entries, dry_run=session.options.dry_run)
    tell(session, outcome, f"logged {len(entries)} lines.")


def _checked(session: Session, number: int, line: str) -> tuple[list[Ref], Entry]:
    try:
        refs, entry = _parsed(session, number, line)
        check_entry(session.book, entry)
    except LogLineError:
        raise
    except CrmError as error:
        raise LineRefusedError(number, error) from None
    return refs, entry


def _parsed(session: Session, number: int, line: str) -> tuple[list[Ref], Entry]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise LogLineError(number, f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise LogLineError(number, "not an object")
    odd = next((key for key, value in found.items() if not isinstance(value, (str, list))), "")
    if odd:
        raise LogLineError(number, f"`{odd}` is no text")
    who = found.get("who") or found.get("on")
    if not isinstance(who, str) or not who:
        raise LogLineError(number, "`who` is missing")
    refs = [find_record(session, word) for word in who.split(",")]
    others = found.get("with") or []
    others = [others] if isinstance(others, str) else others
    more = tuple((k, str(v)) for k, v in found.items() if k not in _KEYS and k != "on")
    return refs, Entry(
        str(found.get("text", "")),
        str(found.get("kind") or "note"),
        str(found.get("direction", "")),
        str(found.get("took", "")),
        _moment(session, str(found.get("at", ""))),
        str(found.get("next", "")),
        tuple(find_record(session, str(word)) for word in others),
        more,
    )
