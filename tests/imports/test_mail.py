"""Mail in the log: on whom it was exchanged with, threads together, the same message never twice."""

from __future__ import annotations

import email
import json
import os
import re
import shutil
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.mail.letter import MailWords, Unknown
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.run import import_file
from crmcli.actions.undo import undo
from crmcli.engines.hooks.before import HookVetoError
from crmcli.model.record import parse_ref
from crmcli.reports.listing import Request, list_records
from crmcli.store.book import open_book
from crmcli.store.trust import config_folder, read_hook, trust
from tests.books import Place, add, reopen
from tests.imports.desk import Desk

ME = "anna@kern.example"
NOW = "2026-11-20T14:03:11+01:00"
DATE = "Sat, 5 Jan 2008 09:14:16 +0100"


def letter(
    number: int, sender: str, to: str = ME, *, before: str = "", text: str = "hello", **more: str
) -> EmailMessage:
    """A message with the id `NUMBER@x`, of minute NUMBER."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = sender, to, f"<{number}@x>"
    message["Date"] = DATE.replace("09:14", f"09:{number:02}")
    message["Subject"] = f"subject {number}"
    if before:
        message["References"] = before
    for name, value in more.items():
        del message[name]
        message[name] = value
    message.set_content(text)
    return message


class MailDesk:
    """A book with a customer and a contact, and mailboxes beside it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.acme = add(desk.book, "customer", "Acme", "domain=acme.example")
        self.li = add(desk.book, "contact", "Li Wei", "email=li@acme.example", f"customer={self.acme.id}")
        self.bo = add(desk.book, "contact", "Bo", "email=bo@gmail.com")
        self.shop = add(desk.book, "customer", "Shop", "website=https://www.shop.example/de", "email=info@gmail.com")
        desk.book = reopen(desk.book)

    def box(self, *messages: EmailMessage, name: str = "in.mbox") -> Path:
        path = self.desk.folder / name
        path.write_bytes(b"".join(b"From x Sat Jan  5 09:14:16 2008\n" + one.as_bytes() + b"\n" for one in messages))
        return path

    def take(self, *messages: EmailMessage, words: MailWords | None = None, dry_run: bool = False) -> ImportOutcome:
        return self.take_path(self.box(*messages), words, dry_run=dry_run)

    def take_path(self, path: Path, words: MailWords | None = None, *, dry_run: bool = False) -> ImportOutcome:
        asked = Asked(folder=self.desk.folder, mail=words or MailWords(), dry_run=dry_run)
        [outcome] = import_file(self.desk.book, path, asked)
        self.desk.book = reopen(self.desk.book)
        return outcome

    def lines(self) -> list[dict[str, object]]:
        """The messages in the journal that were not taken back, in the order of their files' lines."""
        events = [
            json.loads(line)
            for path in sorted((self.desk.root / "journal").rglob("*.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        back = {event["of"] for event in events if event["do"] == "retract"}
        return [event for event in events if "message" in event and event["id"] not in back]

    def landed(self) -> dict[object, tuple[object, object]]:
        """Where each message is and whom it was with."""
        return {line["message"]: (line["on"], line.get("with")) for line in self.lines()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[MailDesk, Place]:
    """One book for all, put back before each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW)
        mail = MailDesk(Desk(tmp_path_factory.mktemp("mail")))
        return mail, Place(mail.desk.book)


@pytest.fixture
def mail(made: tuple[MailDesk, Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MailDesk:
    monkeypatch.setenv("CRM_NOW", NOW)
    mail, place = made
    mail.desk.folder, mail.desk.book = tmp_path, place.fresh()
    return mail


def test_a_message_lands_on_the_customer_of_its_contact(mail: MailDesk) -> None:
    outcome = mail.take(letter(1, "Li Wei <LI@acme.example>", text="Bitte ein Angebot\n"))
    assert (outcome.rows, outcome.new, outcome.same, outcome.skipped) == (1, 1, 0, 0)
    [line] = mail.lines()
    assert {
        key: line[key] for key in ("at", "do", "on", "with", "kind", "direction", "text", "message", "thread", "via")
    } == {
        "at": "2008-01-05T09:01:16+01:00",
        "do": "log",
        "on": str(mail.acme),
        "with": [str(mail.li)],
        "kind": "email",
        "direction": "in",
        "text": "subject 1\n\nBitte ein Angebot",
        "message": "1@x",
        "thread": "1@x",
        "via": "import:mail",
    }
    row = mail.desk.book.index.row('SELECT touched FROM "rec_customers" WHERE id = ?', (mail.acme.id,))
    assert row is not None
    assert row[0] == "2008-01-05T08:01:16Z"


def test_addresses_come_first_then_domains_but_never_public_ones(mail: MailDesk) -> None:
    mail.take(
        letter(1, "new@acme.example"),
        letter(2, "x@mail.shop.example"),
        letter(3, "bo@gmail.com"),
        letter(4, "info@gmail.com"),
        letter(5, "stranger@gmail.com"),
        letter(6, ME, "li@acme.example, bo@gmail.com, x@shop.example"),
    )
    assert mail.landed() == {
        "1@x": (str(mail.acme), None),
        "2@x": (str(mail.shop), None),
        "3@x": (str(mail.bo), None),
        "4@x": (str(mail.shop), None),
        "6@x": (str(mail.acme), [str(mail.li), str(mail.bo), str(mail.shop)]),
    }
    assert [line["direction"] for line in mail.lines()] == ["in"] * 4 + ["out"]


def test_mail_of_a_domain_is_found_by_whom_it_was_with(mail: MailDesk) -> None:
    """A stranger of Acme's domain wrote to us, with Li Wei and the shop in copy: it is Acme's, and theirs as well."""
    first = letter(1, "new@acme.example")
    first["Cc"] = "li@acme.example, x@mail.shop.example"
    mail.take(first, letter(2, "sales@shop.example"))
    book = mail.desk.book
    rows = book.index.rows('SELECT "on", "with", direction FROM log_view ORDER BY at')
    assert [(on, set(str(who or "").split()), way) for on, who, way in rows] == [
        (str(mail.acme), {str(mail.li), str(mail.shop)}, "in"),
        (str(mail.shop), set(), "in"),
    ]
    asked = {
        "log.with:li-wei": [mail.acme.id, mail.shop.id],
        "log.kind:email": [mail.acme.id, mail.shop.id],
        "count(log)=2": [mail.shop.id],
    }
    for words, ids in asked.items():
        found = list_records(book, book.setup.types["customer"], Request([words], "id", "", None, people=False))
        assert sorted(parse_ref(ref).id for ref in found.refs) == sorted(ids), words
    contacts = list_records(book, book.setup.types["contact"], Request(["count(log)=1"], "id", "", None, people=False))
    assert list(contacts.refs) == [str(mail.li)]


def test_replies_land_where_their_thread_began(mail: MailDesk) -> None:
    late = letter(9, "li@acme.example", before="<1@x> <8@x>")
    outcome = mail.take(
        letter(3, "somebody@else.example", before="<1@x> <2@x>"),
        letter(2, "bo@gmail.com", before="<1@x>"),
        letter(1, "li@acme.example"),
        letter(5, "bo@gmail.com"),
    )
    assert outcome.new == 4
    assert {key: on for key, (on, _) in mail.landed().items()} == {
        "1@x": str(mail.acme),
        "2@x": str(mail.acme),
        "3@x": str(mail.acme),
        "5@x": str(mail.bo),
    }
    assert [line["message"] for line in mail.lines()] == ["1@x", "2@x", "3@x", "5@x"], "the oldest first"
    mail.take(late, letter(10, "nobody@else.example", before="<9@x>"), letter(11, "bo@gmail.com", before="<7@x> <5@x>"))
    assert {(line["message"], line["thread"], line["on"]) for line in mail.lines()[4:]} == {
        ("9@x", "1@x", str(mail.acme)),
        ("10@x", "1@x", str(mail.acme)),
        ("11@x", "5@x", str(mail.bo)),
    }


def test_a_thread_whose_first_message_comes_last_stays_together(mail: MailDesk) -> None:
    mail.take(letter(2, "li@acme.example", before="<1@x>"))
    mail.take(letter(1, "bo@gmail.com"))
    assert {line["thread"] for line in mail.lines()} == {"1@x"}
    assert {line["on"] for line in mail.lines()} == {str(mail.acme)}


def test_the_same_message_is_there_once(mail: MailDesk, tmp_path: Path) -> None:
    one, two = letter(1, "li@acme.example"), letter(2, "li@acme.example", Message_ID="")
    del two["Message-ID"], two["Message_ID"]
    assert mail.take(one, one, two).new == 2
    (tmp_path / "one.eml").write_bytes(one.as_bytes())
    (tmp_path / "two.eml").write_bytes(two.as_bytes().replace(b"\n", b"\r\n"))
    before = mail.desk.files()
    assert [mail.take_path(tmp_path / name).same for name in ("one.eml", "two.eml")] == [1, 1]
    assert mail.take(one, one, two).same == 3
    assert mail.desk.files() == before


def test_two_clones_that_import_the_same_have_it_once(mail: MailDesk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(mail.desk.root, other)
    path = mail.box(letter(1, "li@acme.example"), letter(2, "bo@gmail.com"))
    mail.take_path(path)
    import_file(open_book(other), path, Asked(folder=tmp_path))
    for segment in (other / "journal").rglob("*.jsonl"):
        target = mail.desk.root / "journal" / segment.parent.name / f"zzzzz-{segment.stem[-10:]}.jsonl"
        shutil.copyfile(segment, target)
    mail.desk.book = reopen(mail.desk.book)
    assert len({str(line["id"]) for line in mail.lines()}) == 2
    rows = mail.desk.book.index.rows("SELECT text FROM log_view ORDER BY at")
    assert [row[0] for row in rows] == ["subject 1\n\nhello", "subject 2\n\nhello"]


def test_an_import_is_taken_back_whole_and_can_come_again(mail: MailDesk) -> None:
    box = mail.box(letter(1, "li@acme.example"), letter(2, "eve@new.example"), letter(3, "eve@new.example"))
    before = {name for name in mail.desk.files() if name.endswith(".md")}
    words = MailWords(add_unknown=True)
    assert mail.take_path(box, words).beside == {"contacts": 1}
    eve = mail.desk.one("contacts", "eve")
    assert mail.landed()["2@x"] == (str(eve.ref), None)
    undo(mail.desk.book)
    mail.desk.book = reopen(mail.desk.book)
    assert mail.lines() == []
    assert {name for name in mail.desk.files() if name.endswith(".md")} == before
    outcome = mail.take_path(box, words)
    assert (outcome.new, outcome.same) == (3, 0)
    assert len(mail.desk.book.index.rows("SELECT * FROM log_view")) == 3
    assert mail.take_path(box, words).same == 3


def test_people_who_are_not_known_are_offered_once(mail: MailDesk) -> None:
    asked: list[list[Unknown]] = []

    def offer(people: object) -> bool:
        asked.append(list(people))  # type: ignore[call-overload]
        return True

    messages = [
        letter(1, "Eve Lang <eve@new.example>"),
        letter(2, "eve@new.example"),
        letter(3, '"Kim, Al" <al@acme.example>'),
        letter(4, ME, "Jo <jo@third.example>, li@acme.example"),
        letter(5, "noreply@new.example"),
        letter(6, "list@new.example", Precedence="bulk"),
        letter(7, ME, ME),
    ]
    outcome = mail.take(*messages, words=MailWords(offer=offer))
    assert [[(one.address, one.name, one.messages) for one in people] for people in asked] == [
        [("eve@new.example", "Eve Lang", 2), ("al@acme.example", "Kim, Al", 1), ("jo@third.example", "Jo", 1)]
    ]
    assert outcome.beside == {"contacts": 3}
    assert (outcome.new, outcome.skipped) == (4, 3)
    assert mail.desk.fields("contacts", "name", "email", "customer")[2:] == [
        ("Jo", "jo@third.example", ""),
        ("Kim, Al", "al@acme.example", mail.acme.id),
        ("Li Wei", "li@acme.example", mail.acme.id),
    ]
    assert mail.landed()["4@x"][0] == str(mail.acme) or mail.landed()["4@x"][0] == str(
        mail.desk.one("contacts", "Jo").ref
    )


def test_what_nobody_can_tell_is_refused_with_the_reason(mail: MailDesk) -> None:
    add(mail.desk.book, "contact", "Li Two", "email=Li@acme.example")
    mail.desk.book = reopen(mail.desk.book)
    messages = [
        letter(1, "li@acme.example"),
        letter(2, "bo@gmail.com", Date="yesterday"),
        letter(3, "bo@gmail.com", Date="Sat, 5 Jan 2036 09:14:16 +0100"),
        letter(4, "bo@gmail.com"),
    ]
    outcome = mail.take(*messages)
    assert (outcome.new, outcome.refused) == (1, 3)
    rejects = Path(outcome.rejects).read_text(encoding="utf-8").splitlines()
    assert rejects[0] == "place,reason,date,from,subject,message"
    told = sorted(line.split(",2@x")[0].split(":", 1)[1] for line in rejects[1:])
    assert told[1].endswith(",it has no date,,bo@gmail.com,subject 2")
    assert "its date lies ahead: 2036-01-05T09:14:16+01:00" in told[2]
    assert "li@acme.example is of 2 records: contacts/li-two" in told[0]
    again = mail.take(*messages)
    assert again.rejects == outcome.rejects, "the same list is not written twice"
    assert len(list(mail.desk.folder.glob("*.rejects*.csv"))) == 1


def test_an_import_that_a_hook_forbids_leaves_nothing_behind(mail: MailDesk) -> None:
    def file(number: int) -> EmailMessage:
        message = letter(number, "li@acme.example")
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename="offer.pdf")
        return message

    bad = letter(2, "bo@gmail.com", Date="yesterday")
    earlier = Path(mail.take(bad).rejects)
    hook = mail.desk.root / "hooks" / "no"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n# crm: before customer log\nexit 1\n")
    hook.chmod(0o755)
    trust(config_folder(os.environ), mail.desk.root, read_hook(mail.desk.root, "no"))
    before = mail.desk.files()
    with pytest.raises(HookVetoError):
        mail.take(bad, file(1), words=MailWords(attachments=True))
    assert mail.desk.files() == before
    assert list(mail.desk.folder.glob("*.csv")) == [earlier]


def test_files_are_kept_under_names_that_harm_nobody(mail: MailDesk) -> None:
    def with_file(number: int, content: bytes, name: str) -> EmailMessage:
        message = letter(number, "li@acme.example")
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        return message

    messages = [
        with_file(1, b"%PDF one", "../../../etc/报价 2026.PDF"),
        with_file(2, b"%PDF one", "../../../etc/报价 2026.PDF"),
        with_file(3, b"%PDF two", "con.pdf\x1b[2J"),
    ]
    mail.take(*messages, words=MailWords(attachments=True))
    kept = {name: content for name, content in mail.desk.files().items() if name.startswith("files/")}
    assert sorted(kept.values()) == [b"%PDF one", b"%PDF two"]
    assert {str(Path(name).parent) for name in kept} == {f"files/{mail.acme}"}
    assert all(Path(name).name.isascii() and Path(name).suffix == ".pdf" for name in kept if b"one" in kept[name])
    lines = mail.lines()
    assert lines[0]["files"] == lines[1]["files"] == [name for name in kept if b"one" in kept[name]]
    assert str(lines[0]["text"]).endswith(f"attached: {lines[0]['files'][0]}")


def test_without_them_files_are_named_and_subjects_stand_alone(mail: MailDesk) -> None:
    message = letter(1, "li@acme.example", text="secret")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="offer.pdf")
    mail.take(message)
    assert mail.lines()[0]["text"] == "subject 1\n\nsecret\n\nattached: offer.pdf"
    undo(mail.desk.book)
    mail.desk.book = reopen(mail.desk.book)
    mail.take(message, words=MailWords(subjects=True))
    assert mail.lines()[0]["text"] == "subject 1"
    assert not (mail.desk.root / "files").exists()


def test_a_dry_run_writes_nothing(mail: MailDesk) -> None:
    before = mail.desk.files()
    outcome = mail.take(
        letter(1, "li@acme.example"),
        letter(2, "bo@gmail.com", Date="never"),
        words=MailWords(add_unknown=True),
        dry_run=True,
    )
    assert (outcome.new, outcome.refused, outcome.op, outcome.rejects) == (1, 1, "", "")
    assert [line.what for line in outcome.preview] == ["refused", "new"]
    assert outcome.preview[1].text == f"{mail.acme} in 2008-01-05 subject 1"
    assert mail.desk.files() == before
    assert not list(mail.desk.folder.glob("*.csv"))


def expected(folder: Path, domain: str) -> set[str]:
    """The ids of a folder's messages that are in a thread with somebody of a domain, by the standard library."""
    joined: dict[str, set[str]] = {}
    named: set[str] = set()
    for path in folder.iterdir():
        message = email.message_from_bytes(path.read_bytes())
        own = str(message["message-id"]).strip().strip("<>")
        others = re.findall(r"<([^<>\s]+)>", f"{message['references']} {message['in-reply-to']}")
        for other in others:
            joined.setdefault(own, set()).add(other)
            joined.setdefault(other, set()).add(own)
        values = [str(value) for name in ("from", "to", "cc") for value in message.get_all(name, [])]
        if any(address.endswith((f"@{domain}", f".{domain}")) for _, address in getaddresses(values)):
            named.add(own)
        joined.setdefault(own, set())
    found, waiting = set(named), list(named)
    while waiting:
        waiting += (fresh := joined[waiting.pop()] - found)
        found |= fresh
    return found


def test_a_whole_list_lands_and_lands_once(mail: MailDesk, shared_data: Path) -> None:
    """210 files of a real list, of which those go in that are in a thread with somebody at redhat.com."""
    folder = shared_data / "mail" / "notmuch" / "lkml"
    add(mail.desk.book, "customer", "Red Hat", "domain=redhat.com")
    mail.desk.book = reopen(mail.desk.book)
    outcome = mail.take_path(folder)
    ids = {line["message"] for line in mail.lines()}
    there = {
        str(email.message_from_bytes(path.read_bytes())["message-id"]).strip("<> ")
        for path in (folder / "cur").iterdir()
    }
    assert ids == expected(folder / "cur", "redhat.com") & there
    assert 0 < len(ids) < len(there)
    assert (outcome.rows, outcome.refused, outcome.new) == (210, 0, len(ids))
    assert mail.take_path(folder).new == 0
    assert mail.desk.book.index.rows("SELECT * FROM problems") == []
