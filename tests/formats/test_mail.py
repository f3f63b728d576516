"""Messages are read right, or refused with a reason; expectations come from the standard library, grep or the hand."""

from __future__ import annotations

import base64
import email
import email.policy
import mailbox
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli_formats import eml, maildir, mbox
from crmcli_formats.letters import LARGEST, Found, Place
from crmcli_formats.mail_addresses import Address, read_addresses
from crmcli_formats.mail_head import decoded_words
from crmcli_formats.mail_html import html_text
from crmcli_formats.mail_message import read_date, read_envelope
from crmcli_formats.mail_text import LONGEST, Body, read_body
from crmcli_formats.registry import format_of

HEAD = b"From: a@b.example\nDate: Sat, 5 Jan 2008 09:14:16 -0500\nMessage-ID: <x@y>\n"


def body_of(content: bytes) -> Body:
    return read_body(content, read_envelope(content).header)


def built(text: str, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


# ---- real ones ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> list[Found]:
    """Every message of the corpora."""
    folder = shared_data / "mail"
    short = list(mbox.messages(folder / "py4e" / "mbox-short.txt"))
    files = sorted(
        path for path in (folder / "notmuch").rglob("*") if path.is_file() and path.name not in ("COPYING", "README")
    )
    return [*short, *(found for path in files for found in eml.messages(path))]


def test_the_textbook_mailbox_is_cut_where_grep_says(shared_data: Path) -> None:
    path = shared_data / "mail" / "py4e" / "mbox-short.txt"
    lines = path.read_bytes().split(b"\n")
    starts = [number for number, line in enumerate(lines, 1) if line.startswith(b"From ")]
    found = list(mbox.messages(path))
    assert format_of(path).NAME == "mbox"
    assert [one.place.line for one in found] == starts
    assert [mbox.again(one.place) for one in found] == [one.content for one in found]
    ids = re.findall(rb"(?m)^Message-ID: <([^>]+)>", path.read_bytes())
    assert [read_envelope(one.content).key.encode() for one in found] == ids
    senders = re.findall(rb"(?m)^From: (\S+)$", path.read_bytes())
    troubles = [read_envelope(one.content).trouble for one in found]
    assert troubles == ["it does not say who sent it", *[""] * 26], "the first one has a blank line in its header"
    assert [read_envelope(one.content).sender.address.encode() for one in found[1:]] == senders[-26:]


def test_every_real_message_is_read_or_refused(corpus: list[Found]) -> None:
    refused = {}
    for found in corpus:
        envelope = read_envelope(found.content)
        body = read_body(found.content, envelope.header)
        assert body.text or body.files or body.told or not found.content[envelope.header.body :].strip()
        assert body.text.isprintable() or not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", body.text)
        if envelope.trouble:
            refused[found.place.path.name] = envelope.trouble
        else:
            assert envelope.dates
            assert "@" in envelope.sender.address
    assert len(corpus) == 346
    assert refused == {
        "mbox-short.txt": "it does not say who sent it",
        "text-calendar.eml": "it has no date that can be read ('Thu Jan 01 00:00:10 +0000')",
    }


def test_headers_agree_with_the_standard_library(corpus: list[Found]) -> None:
    for found in corpus:
        envelope, known = read_envelope(found.content), email.message_from_bytes(found.content)
        said = re.findall(r"<([^<>\s]+)>", str(known["message-id"] or ""))
        assert said[:1] == ([envelope.key] if not envelope.key.startswith("sha256:") else [])
        values = [str(value) for name in ("to", "cc", "bcc") for value in known.get_all(name, [])]
        theirs = [address for _, address in getaddresses(values) if "@" in address]
        assert [address.address for address in envelope.to] == theirs, found.place


def test_plain_texts_agree_with_the_standard_library(corpus: list[Found]) -> None:
    compared = 0
    for found in corpus:
        known = email.message_from_bytes(found.content, policy=email.policy.default)
        if known.is_multipart() or known.get_content_type() != "text/plain" or known.get_filename():
            continue
        theirs = known.get_content().replace("\r\n", "\n")
        ours = body_of(found.content)
        if not ours.told and isinstance(theirs, str):
            compared += 1
            assert ours.text.split() == re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", theirs).split(), found.place
    assert compared > 200


def test_a_maildir_of_real_lists_has_every_file(shared_data: Path) -> None:
    folder = shared_data / "mail" / "notmuch" / "lkml"
    found = list(maildir.messages(folder))
    assert format_of(folder).NAME == "maildir"
    assert len(found) == len(list((folder / "cur").iterdir())) == 210
    assert not [one for one in found if one.trouble or one.aside]


# ---- mailboxes ------------------------------------------------------------------------------------------

LINES = st.lists(
    st.sampled_from(
        [b"", b"text", b"From here on, Mon we go 10:00 2026", b">From x", b"From a Sat Jan  5 09:14:16 2008"]
    ),
    max_size=8,
)


@settings(max_examples=25)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_a_quoted_mailbox_gives_back_what_was_put_in(texts: list[list[bytes]]) -> None:
    """Written as RFC 4155 and mboxrd say: each `From ` of a text with one `>` more."""
    import tempfile

    messages = [HEAD + b"\n" + b"\n".join(lines) for lines in texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.mbox")
        path.write_bytes(
            b"".join(
                b"From a@b.example Sat Jan  5 09:14:16 2008\n" + re.sub(rb"(?m)^(>*From )", rb">\1", m) + b"\n\n"
                for m in messages
            )
        )
        found = list(mbox.messages(path))
        assert [one.content.rstrip(b"\n") for one in found] == [m.rstrip(b"\n") for m in messages]
        assert [mbox.again(one.place) for one in found] == [one.content for one in found]


def test_a_sentence_that_begins_with_from_divides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    path.write_bytes(
        b"From a Sat Jan  5 09:14:16 2008\r\n" + HEAD + b"\nHi\n\nFrom Mon 10:00 we meet in 2008\nas said\n"
    )
    [found] = mbox.messages(path)
    assert body_of(found.content).text.endswith("From Mon 10:00 we meet in 2008\nas said")


def test_a_message_too_large_is_told_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    mark = b"From a Sat Jan  5 09:14:16 2008\n"
    with path.open("wb") as file:
        file.write(mark + HEAD + b"\n")
        file.seek(LARGEST, 1)
        file.write(b"\n" + mark + HEAD + b"\nnext\n")
    first, second = mbox.messages(path)
    assert "40 MB" in first.trouble
    assert body_of(second.content).text == "next"


def test_a_maildir_of_the_standard_library(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    for flags in ("S", "T", "D", "RS", ""):
        message = mailbox.MaildirMessage(built("hi", From="a@b.example", Subject=f"flags {flags}"))
        message.set_flags(flags)
        if flags:
            message.set_subdir("cur")
        box.add(message)
    box.add_folder("Sent").add(built("sent", From="c@d.example"))
    box.flush()
    found = list(maildir.messages(tmp_path / "Mail"))
    assert format_of(tmp_path / "Mail").NAME == "maildir"
    assert sorted(one.aside for one in found) == ["", "", "", "", "a draft", "in the trash"]
    assert sum(read_envelope(one.content).sender.address == "c@d.example" for one in found) == 1


# ---- headers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.c", [("", "a@b.c")]),
        ('"Li, Wei" <li@x.cn>, Bo <bo@x.cn>', [("Li, Wei", "li@x.cn"), ("Bo", "bo@x.cn")]),
        ("team: a@b.c, Bo <d@e.f>; g@h.i", [("", "a@b.c"), ("Bo", "d@e.f"), ("", "g@h.i")]),
        ("undisclosed-recipients:;", []),
        ("a@b.c (Anna (at home) Kern)", [("Anna at home Kern", "a@b.c")]),
        ("=?utf-8?B?5p2O5Lyf?= <li@x.cn>", [("李伟", "li@x.cn")]),
        ('"=?utf-8?Q?M=C3=BCller=2C_Jan?=" <j@m.de>', [("Müller, Jan", "j@m.de")]),
        ('"a\\"b" <@relay.x,@y:q@z.de>', [('a"b', "q@z.de")]),
        ("Anna <anna at x.de>, <b@c.de", [("", "b@c.de")]),
        ("Anna Kern anna@kern.de; b@c.de", [("", "anna@kern.de"), ("", "b@c.de")]),
        ("'x' <x@y.z>", [("x", "x@y.z")]),
    ],
)
def test_addresses(text: str, found: list[tuple[str, str]]) -> None:
    assert read_addresses(text) == [Address(*one) for one in found]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("=?iso-8859-1?Q?Gr=FC=DFe?= an =?iso-8859-1?Q?alle?=", "Grüße an alle"),
        ("=?utf-8?B?5pw=?= =?utf-8?B?iA==?=", "月"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?klingon?Q?abc?=", "abc"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?B?!!!?=x", "x"),
    ],
)
def test_encoded_words(text: str, read: str) -> None:
    assert decoded_words(text) == read


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sat, 5 Jan 2008 09:14:16 -0500", "2008-01-05T09:14:16-05:00"),
        ("5 Jan 08 09:14 +0530 (IST)", "2008-01-05T09:14:00+05:30"),
        ("Mon, 31 Dec 2012 23:59:60 GMT", "2012-12-31T23:59:59+00:00"),
        ("Thu Jan 01 00:00:10 +0000", None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Sat, 35 Jan 2008 09:14:16 -0500", None),
        ("Sat, 5 Jan 2008 09:14:16 +9999", None),
        ("", None),
    ],
)
def test_dates(text: str, moment: str | None) -> None:
    found = read_date(text)
    assert (found.isoformat() if found else None) == moment


def test_a_broken_date_gives_way_to_when_a_server_got_it() -> None:
    content = b"From: a@b.c\nDate: yesterday\nReceived: by x; Sat, 5 Jan 2008 09:14:16 +0100\n\nhi"
    assert read_envelope(content).dates == ("2008-01-05T09:14:16+01:00",)
    assert (
        read_envelope(b"From: a@b.c\nDate: yesterday\n\nhi").trouble == "it has no date that can be read ('yesterday')"
    )


def test_without_an_id_its_bytes_are_what_a_message_is_known_by() -> None:
    plain = b"From: a@b.c\nDate: Sat, 5 Jan 2008 09:14:16 -0500\n\nhi\n"
    kept = plain.replace(b"\n\n", b"\nStatus: RO\nX-UID: 7\n\n").replace(b"\n", b"\r\n") + b"\r\n"
    assert read_envelope(plain).key == read_envelope(kept).key
    assert read_envelope(plain).key != read_envelope(plain.replace(b"hi", b"ho")).key


def test_what_a_message_answers_comes_in_order() -> None:
    content = HEAD + b"References: <a@x>\n <b@x>\nIn-Reply-To: Your mail <b@x>\n\nhi"
    assert read_envelope(content).before == ("a@x", "b@x")


@pytest.mark.parametrize(
    ("line", "automatic"),
    [
        (b"Auto-Submitted: no", False),
        (b"Auto-Submitted: auto-replied", True),
        (b"List-Id: <x.y>", True),
        (b"Precedence: bulk", True),
        (b"X: y", False),
    ],
)
def test_what_programs_send_is_told(line: bytes, automatic: bool) -> None:
    assert read_envelope(HEAD + line + b"\n\nhi").automatic is automatic


# ---- text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "raw", "text", "told"),
    [
        ("utf-8", "Grüße".encode(), "Grüße", ""),
        ("", "Grüße".encode(), "Grüße", ""),
        ("", "Grüße".encode("cp1252"), "Grüße", ""),
        ("", "你好，这是合同".encode("gb18030"), "你好，这是合同", ""),
        ("gb2312", "你好鎔".encode("gbk"), "你好鎔", ""),
        ("iso-8859-1", "“Preis” 5 €".encode("cp1252"), "“Preis” 5 €", ""),
        ("iso-2022-jp", "見積書".encode("iso-2022-jp"), "見積書", ""),
        ("us-ascii", "Grüße".encode(), "Grüße", ""),
        ("utf-8", "你好，这是合同".encode("gb18030"), "你好，这是合同", "its text is not in utf-8: read as GB18030"),
        ("x-unknown", "Grüße".encode(), "Grüße", "its text is in x-unknown, which nobody knows: read as UTF-8"),
        ("zlib", b"plain", "plain", ""),
        ("utf-8", "aé".encode() + b"\xff" + "üüü".encode(), "aé\ufffdüüü", "a letter of it is none and was replaced"),
    ],
)
def test_charsets(charset: str, raw: bytes, text: str, told: str) -> None:
    kind = b"Content-Type: text/plain" + (f"; charset={charset}".encode() if charset else b"")
    body = body_of(HEAD + kind + b"\n\n" + raw)
    assert (body.text, "; ".join(body.told)) == (text, told)


def test_of_alternatives_the_plain_one_is_taken_and_files_are_named() -> None:
    message = email.message_from_bytes(built("plain\n", From="a@b.c"), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    message.add_alternative("<p>rich</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="报价 ../../x.pdf")
    inner = EmailMessage()
    inner["Subject"] = "forwarded"
    inner.set_content("deep")
    message.add_attachment(inner)
    body = body_of(message.as_bytes())
    assert body.text == "plain"
    assert [(file.name, file.kind) for file in body.files] == [
        ("报价 ../../x.pdf", "application/pdf"),
        ("forwarded.eml", "message/rfc822"),
    ]
    whole = message.as_bytes()
    assert body.files[0].part.content(whole) == b"%PDF"


def test_html_alone_is_turned_into_lines() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body>Hello&nbsp;<b>you</b> &lt;3<br>second"
        "<p>para</p><ul><li>one<li>two</ul><script>alert(1)</script><blockquote>old<br>older</blockquote>bye</body></html>"
    )
    assert html_text(html) == "Hello you <3\nsecond\n\npara\n\n- one\n- two\n\n> old\n> older\n\nbye"
    assert body_of(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + "<p>Grüße".encode()).text == "Grüße"
    assert html_text("1 < 2 & 3 <!-- a > b --> 4") == "1 < 2 & 3 4"


def test_controls_and_half_letters_do_not_come_in() -> None:
    assert body_of(HEAD + b"\na\0b\x1b[31mc\x07\td\n").text == "ab[31mc\td"
    assert read_envelope(HEAD + b"Subject: a\x1b[2J =?utf-8?Q?b=00=0Ac?=\n\n").subject == "a [2J b c"


# ---- hostile ones ---------------------------------------------------------------------------------------


def hostile() -> Iterator[tuple[str, bytes, str]]:
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    mixed = b"Content-Type: multipart/mixed; boundary=b\n\n"
    yield "deep", nest + b"\nhi", "its parts lie in each other more than 20 deep: what is deeper was not read"
    yield "the same boundary", (mixed + b"--b\n") * 3_000, "it has more than 500 parts: the others were not read"
    yield "many parts", mixed + b"--b\n\nx\n" * 100_000, "it has more than 500 parts: the others were not read"
    yield (
        "almost boundaries",
        mixed.replace(b"=b", b"=-") + b"-" * 200_000,
        f"only the first {LONGEST:,} of 200,000 letters are kept",
    )
    yield "never closed", mixed + b"--b\n\nhi", ""
    yield "no such boundary", mixed + b"hi", ""
    yield "broken base64", b"Content-Transfer-Encoding: base64\n\nSGk=!a" + b"*" * 100_000, ""
    yield "a letter too many", b"Content-Transfer-Encoding: base64\n\nSGksSGksS", ""
    yield "quotes", b'Content-Type: multipart/mixed; x="' + b";" * 200_000 + b"\n\nhi", ""
    yield "words", b"Subject: " + b"=?utf-8?b?" * 20_000 + b"\n\nhi", ""
    yield "comments", b"To: " + b"(" * 200_000 + b"\n\nhi", ""
    yield "ids", b"References: " + b"<a@" * 60_000 + b"\n\nhi", ""
    yield "html", b"Content-Type: text/html\n\nhi" + b"<!--" * 20_000, ""
    yield "half tags", b"Content-Type: text/html\n\nhi" + b"<" * 90_000, ""
    yield (
        "long html",
        b"Content-Type: text/html\n\nhi<p" + b" a" * 150_000,
        "only the first 200,000 letters of its HTML are read",
    )
    yield "quotations", b"Content-Type: text/html\n\nhi" + b"<blockquote>" * 15_000, ""


@pytest.mark.parametrize(("content", "told"), [pytest.param(c, t, id=name) for name, c, t in hostile()])
def test_hostile_messages_are_read_within_bounds(content: bytes, told: str) -> None:
    body = body_of(HEAD + content)
    assert "; ".join(body.told) == told
    assert len(body.text) <= LONGEST
    assert told or body.text.startswith(("hi", "Hi"))


def test_a_header_without_end_is_refused() -> None:
    assert read_envelope(HEAD + b"X: " + b"a" * 300_000).trouble == "its header has more than 256 KB"
    assert read_envelope(b"\nno header").trouble == "it has no header"
    assert read_envelope(b"").trouble == "it has no header"


@given(
    st.binary(max_size=400), st.sampled_from([b"", HEAD, HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n"])
)
def test_any_bytes_are_read_or_refused(tail: bytes, head: bytes) -> None:
    envelope = read_envelope(head + tail)
    body = read_body(head + tail, envelope.header)
    assert envelope.trouble or envelope.key, "it is neither read nor refused"
    assert len(body.text) <= LONGEST
    said = body.text + envelope.subject + envelope.key
    assert said == said.encode(errors="replace").decode(), "half a character is no text"


def test_base64_of_a_file_comes_back(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9
    part = b"Content-Type: application/x; name=a.bin\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(
        content
    )
    path = tmp_path / "a.eml"
    path.write_bytes(HEAD + part)
    whole = eml.again(Place(path, 0, 0, 0))
    assert body_of(whole).files[0].part.content(whole) == content
