"""What of a message is read: its text in the right letters, and the files that came with it.

Of alternatives (RFC 2046 §5.1.4) the plain text is taken, else the HTML as text; of parts beside each other those that are
text and no files. A declared character set that is unknown or does not fit gives way to UTF-8, GB18030 or
Windows-1252, whichever the bytes are; letters that are none even so are replaced. Either is told.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple

from crmcli_formats.encodings import Encoding, encoding_called, encoding_of
from crmcli_formats.mail_head import Header, clean, read_header
from crmcli_formats.mail_html import LONGEST as LONGEST_HTML
from crmcli_formats.mail_html import html_text
from crmcli_formats.mail_parts import Part, read_parts

LONGEST = 100_000
"""Letters of text that are kept."""

_MOST_BYTES = 1 << 20
_HTML, _PLAIN = "text/html", "text/plain"
_WIDER = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
}
"""What is declared, and what is meant: the larger set that the declared one is part of."""

_MARKED = "\ufffd"
_UNSEEN = {number: None for number in range(32) if number not in (9, 10)} | {127: None}


class Attached(NamedTuple):
    """A file that came with a message: its name as sent ("" without one), its type, its bytes in transfer."""

    name: str
    kind: str
    part: Part


class Body(NamedTuple):
    """The text of a message, its files, and sentences about how it was read."""

    text: str
    files: tuple[Attached, ...]
    told: tuple[str, ...] = ()


def read_body(whole: bytes, header: Header) -> Body:
    """Read a message behind its header."""
    tree, bounded = read_parts(whole, header)
    chosen = list(_chosen(tree, whole))
    told = [bounded] if bounded else []
    texts = [_text(part, whole, told) for part in chosen]
    files = tuple(Attached(_name(part, whole), part.kind, part) for part in _files(tree, chosen))
    text = "\n\n".join(text for text in texts if text.strip())
    if len(text) > LONGEST:
        told.append(f"only the first {LONGEST:,} of {len(text):,} letters are kept")
        text = text[:LONGEST]
    if not text and any(part.kind.endswith(("/encrypted", "pkcs7-mime", "x-pkcs7-mime")) for part in _all(tree)):
        told.append("its text lies in an encrypted or sealed part")
    return Body(text.strip("\n"), files, tuple(told))


# ---- which parts ----------------------------------------------------------------------------------------


def _chosen(part: Part, whole: bytes) -> Iterator[Part]:
    """The parts whose text is the message's."""
    if not part.parts:
        if part.kind in (_PLAIN, _HTML) and not part.is_attached:
            yield part
    elif part.kind == "multipart/alternative":
        ways = [list(_chosen(inner, whole)) for inner in part.parts]
        written = [way for way in ways if any(one.content(whole, _MOST_BYTES).strip() for one in way)]
        plain = [way for way in written if all(one.kind == _PLAIN for one in way)]
        yield from (plain or written or [[]])[0]
    elif part.kind == "multipart/related":
        yield from _chosen(part.parts[0], whole)
    else:
        for inner in part.parts:
            yield from _chosen(inner, whole)


def _files(tree: Part, chosen: list[Part]) -> Iterator[Part]:
    """Every part that is no text of the message and not the same text in another form."""
    if not tree.parts:
        if tree not in chosen and (tree.is_attached or tree.kind not in (_PLAIN, _HTML)) and tree.stop > tree.start:
            yield tree
        return
    for inner in tree.parts:
        yield from _files(inner, chosen)


def _all(tree: Part) -> Iterator[Part]:
    yield tree
    for inner in tree.parts:
        yield from _all(inner)


def _name(part: Part, whole: bytes) -> str:
    name = part.filename or part.header.words("content-description")
    if not name and part.kind == "message/rfc822":
        name = read_header(whole, part.start, part.stop).words("subject") or "message"
    if part.kind == "message/rfc822" and name and not name.casefold().endswith(".eml"):
        name = f"{name[:100]}.eml"
    return name


# ---- its letters ----------------------------------------------------------------------------------------


def _text(part: Part, whole: bytes, told: list[str]) -> str:
    content = part.content(whole, _MOST_BYTES)
    if part.stop - part.start > _MOST_BYTES:
        told.append("only the first MB of its text is read")
    text = clean(_decoded(content, part.charset, told)).replace("\r\n", "\n").replace("\r", "\n")
    if part.kind == _HTML:
        if len(text) > LONGEST_HTML:
            told.append(f"only the first {LONGEST_HTML:,} letters of its HTML are read")
        text = html_text(text)
    return "\n".join(line.rstrip() for line in text.translate(_UNSEEN).split("\n")).strip("\n")


def _decoded(content: bytes, declared: str, told: list[str]) -> str:
    name = encoding_called(declared) if declared else ""
    name = _WIDER.get(name, name)
    if name:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            pass
    found = encoding_of(io.BufferedReader(io.BytesIO(content)))
    meant = found.name or name or "utf-8"
    if declared and meant != name and not content.isascii():
        why = f"is not in {declared}" if name else f"is in {declared}, which nobody knows"
        told.append(f"its text {why}: read as {Encoding(meant).label}")
    text = content.decode(meant, "replace")
    if _MARKED in text:
        count = text.count(_MARKED)
        told.append(
            "a letter of it is none and was replaced"
            if count == 1
            else f"{count:,} letters of it are none and were replaced"
        )
    return text
