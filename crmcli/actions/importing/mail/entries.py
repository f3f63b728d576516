"""The second time through: each message that has a place becomes a line of the log, with its text and its files."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.actions.attach import FOLDER
from crmcli.actions.importing.mail.kept import MESSAGE, THREAD
from crmcli.actions.importing.mail.letter import Landing, Letter, MailWords
from crmcli.actions.log import KindUnknownError, kinds
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store import disk, pending
from crmcli.store.inside import Inside
from crmcli.text.slug import slug
from crmcli_formats.letters import MailFormat
from crmcli_formats.mail_message import read_envelope
from crmcli_formats.mail_text import Attached, Body, read_body

if TYPE_CHECKING:
    from crmcli.store.book import Book

KINDS = ("email", "mail")
_SHOWN = 10
"""Files that a line names; how many more there are is said."""


class MessageGoneError(Exception):
    """A message that is no longer what it was when the mailbox was looked through."""


class Entries:
    """Makes the lines; knows which files it copied, so that they go again where the import does not happen."""

    def __init__(self, book: Book, form: MailFormat, words: MailWords) -> None:
        self._book = book
        self._form = form
        self._words = words
        self._kind = _kind(book)
        self._copied: list[str] = []
        self.told: list[tuple[str, str]] = []  # the place, a sentence about how its message was read

    def change(self, letter: Letter, landing: Landing, line: str) -> Change:
        """The line for a message; raises `MessageGoneError`."""
        more: dict[str, object] = {"kind": self._kind, "direction": letter.direction}
        if landing.people:
            more["with"] = [str(ref) for ref in landing.people]
        text, files = self._text(letter, landing.on)
        more |= {"text": text, MESSAGE: letter.key, THREAD: landing.thread}
        if files:
            more["files"] = files
        return Change("log", landing.on, at=letter.at, by=letter.by, id=line, more=more)

    def take_back(self) -> None:
        """Remove the files that were copied."""
        for path in self._copied:
            disk.remove(self._book.root / path)

    def _text(self, letter: Letter, on: Ref) -> tuple[str, list[str]]:
        """The text of a message's line, and the files that were copied for it."""
        try:
            content = self._form.again(letter.place)
        except OSError as error:
            raise MessageGoneError(error.strerror or "it cannot be read") from None
        envelope = read_envelope(content)
        if envelope.key != letter.key:
            raise MessageGoneError("another message is there now")
        subject = letter.subject or "(no subject)"
        if self._words.subjects and not self._words.attachments:
            return subject, []
        body = read_body(content, envelope.header)
        self.told += [(str(letter.place), sentence) for sentence in body.told]
        files = list(self._copies(body, content, on)) if self._words.attachments else []
        text = "" if self._words.subjects else body.text
        named = [*files, *(_named(file) for file in body.files[len(files) :])]
        lines = [f"attached: {name}" for name in named[:_SHOWN]]
        if len(named) > _SHOWN:
            lines.append(f"attached: {len(named) - _SHOWN} more")
        return "\n\n".join(part for part in (subject, text, "\n".join(lines)) if part), files

    def _copies(self, body: Body, content: bytes, on: Ref) -> Iterator[str]:
        """Copy the files of a message, each under a name that its bytes are part of, so that the same one is there once."""
        for file in body.files:
            kept = file.part.content(content)
            path = f"{FOLDER}/{on}/{_safe(file, kept)}"
            target = self._book.root / path
            Inside(self._book.root).insist(path)
            if not target.exists():
                disk.write_by_way_of(self._book.state / pending.FOLDER, target, kept)
                self._copied.append(path)
            yield path


def _kind(book: Book) -> str:
    known = kinds(book)
    found = next((kind for kind in KINDS if kind in known), "" if known else KINDS[0])
    if not found:
        raise KindUnknownError(KINDS[0], known)
    return found


def _named(file: Attached) -> str:
    """A file as a line names it: its name as sent, without what could act on a screen."""
    name = "".join(letter for letter in file.name if letter.isprintable()).strip()
    return name[:100] or f"a file ({file.kind[:60]})"


def _safe(file: Attached, content: bytes) -> str:
    stem, dot, suffix = file.name.rpartition(".")
    ending = (
        "".join(letter for letter in suffix.casefold() if letter.isascii() and letter.isalnum())[:10] if dot else ""
    )
    ending = f".{ending}" if ending else mimetypes.guess_extension(file.kind) or ".bin"
    return f"{slug(stem if dot else file.name, 'file')}-{hashlib.sha256(content).hexdigest()[:10]}{ending}"
