"""A message as it concerns a book: who wrote to whom, when, in answer to what; and, apart from that, its text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import NamedTuple

from crmcli_formats.mail_addresses import Address, read_addresses
from crmcli_formats.mail_head import LONGEST, Header, read_header

_ID = re.compile(r"<([^<>\s]{1,990})>")
_EARLIEST = 1971
"""No mail was sent before, and clocks that are not set show 1970."""

_FARTHEST = timedelta(hours=16)
"""From UTC no zone lies farther."""

_MOST_IDS = 50
_BOOKKEEPING = frozenset(
    [
        "status",
        "x-status",
        "x-keywords",
        "x-uid",
        "x-uidl",
        "x-mozilla-status",
        "x-mozilla-status2",
        "x-mozilla-keys",
        "content-length",
        "lines",
    ]
)
_ROBOT = re.compile(
    r"(?:no-?_?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?|notifications?)\b", re.IGNORECASE
).match


class Envelope(NamedTuple):
    """What a message's header says. `key` is its Message-ID, else `sha256:` and a hash of its bytes.

    `dates` are the moments it may be of (ISO with offset), the one its sender wrote first, then when servers got it. `before`
    are the messages it answers, the first of the thread first. `to` are all it was sent to, `delivered` those a server
    put it in the mailbox of. `trouble` says why it cannot be taken.
    """

    key: str
    sender: Address
    to: tuple[Address, ...]
    delivered: tuple[Address, ...]
    dates: tuple[str, ...]
    before: tuple[str, ...]
    subject: str
    automatic: bool = False
    trouble: str = ""
    header: Header = Header((), 0)


NOBODY = Address("", "")


def read_envelope(content: bytes) -> Envelope:
    """Read the header of a message."""
    header = read_header(content)
    froms = [address for name in ("from", "sender", "reply-to") for address in _addresses(header, name)]
    to = [address for name in ("to", "cc", "bcc") for address in _addresses(header, name)]
    delivered = [a for name in ("delivered-to", "x-original-to", "envelope-to") for a in _addresses(header, name)]
    sender = froms[0] if froms else NOBODY
    trouble = header.trouble
    if not trouble and not header.lines:
        trouble = "it has no header"
    elif not trouble and not froms:
        trouble = "it does not say who sent it"
    dates = tuple(dict.fromkeys(_dates(header)))
    if not trouble and not dates:
        trouble = (
            f"it has no date that can be read ({header.first('date')[:40]!r})"
            if header.first("date")
            else "it has no date"
        )
    return Envelope(
        _key(content, header),
        sender,
        tuple(to),
        tuple(delivered),
        dates,
        _before(header),
        header.words("subject"),
        _is_automatic(header, sender),
        trouble,
        header,
    )


def _addresses(header: Header, name: str) -> Iterator[Address]:
    for value in header.every(name):
        yield from read_addresses(value)


def _key(content: bytes, header: Header) -> str:
    found = _ID.search(header.first("message-id")) or _ID.search(f"<{header.first('message-id').strip()}>")
    if found:
        return found[1]
    seal = hashlib.sha256()
    for name, value in header.lines:
        if name not in _BOOKKEEPING:
            seal.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    seal.update(content[header.body :].replace(b"\r\n", b"\n").rstrip(b"\n"))
    return f"sha256:{seal.hexdigest()}"


def _before(header: Header) -> tuple[str, ...]:
    found = [*_ID.findall(header.first("references")[:LONGEST]), *_ID.findall(header.first("in-reply-to"))[:1]]
    ids = list(dict.fromkeys(found))
    return tuple(ids if len(ids) <= _MOST_IDS else [ids[0], *ids[1 - _MOST_IDS :]])


def _dates(header: Header) -> Iterator[str]:
    for value in [
        *header.every("date")[:1],
        *(line.rpartition(";")[2] for line in header.every("received")[:_MOST_IDS]),
    ]:
        moment = read_date(value)
        if moment is not None:
            yield moment.isoformat(timespec="seconds")


def read_date(value: str) -> datetime | None:
    """A moment as mails write it (RFC 5322 §3.3, and what else is found); without a zone it is UTC. None for what is none."""
    try:
        parts = parsedate_tz(value[:200])
        if parts is None or parts[0] < _EARLIEST:
            return None
        offset = timedelta(seconds=parts[9] or 0)
        second = min(parts[5], 59)  # a leap second
        return datetime(*parts[:5], second, tzinfo=timezone(offset)) if abs(offset) < _FARTHEST else None
    except (ValueError, OverflowError, IndexError, TypeError):  # what the standard library's reader of dates trips over
        return None


def _is_automatic(header: Header, sender: Address) -> bool:
    """Whether a program sent it: a list, a newsletter, a bounce (RFC 2919, RFC 3834)."""
    said = header.first("auto-submitted").strip().casefold()
    bulk = header.first("precedence").strip().casefold() in ("bulk", "junk", "list")
    listed = any(name in ("list-id", "list-unsubscribe") for name, _ in header.lines)
    return bulk or listed or (bool(said) and said != "no") or bool(_ROBOT(sender.address))
