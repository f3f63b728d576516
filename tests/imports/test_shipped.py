"""The maps that come with the program: the exports of other programs, known by their columns."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

from crmcli.store.setup.import_map import import_map_names, load_import_map
from tests.books import reopen
from tests.imports.desk import Desk, counts

HUBSPOT_COMPANIES = (
    "Record ID,Company name,Company Domain Name,Lifecycle Stage,Company owner,Number of Employees,City,Country/Region,Create Date,Invented",
    "12,Acme GmbH,acme.example,Sales Qualified Lead,Jane Doe,120,Ulm,Germany,2024-02-03 09:15,x",
    "13,Beta AG,beta.example,Something New,,,,,2024-02-04 10:00,y",
)
HUBSPOT_CONTACTS = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Company Name,Contact owner,Street Address",
    "901,Eva,Lang,eva@acme.example,+49 731 123456,CTO,Acme GmbH,Jane Doe,Main Street 1",
)
HUBSPOT_DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Deal owner,Associated Company",
    "77,Line 2,Contract Sent,1200.50,USD,2026-12-01,Jane Doe,Acme GmbH",
    "78,Line 3,Closed Won,300,EUR,2026-10-01,Jane Doe,Beta AG",
    "79,Line 4,A stage of ours,300,EUR,2026-10-01,Jane Doe,Beta AG",
)
SALESFORCE_ACCOUNTS = (
    '"Id","Name","ParentId","BillingStreet","BillingCity","BillingPostalCode","BillingCountry","Phone","NumberOfEmployees","AccountSource"',
    '"0015000000Gv7qJAAR","Delta Corp","","1 First Ave\nFloor 2","Boston","02110","United States","+1 617 555 0100","40","Trade Show"',
)
SALESFORCE_CONTACTS = (
    '"Id","AccountId","LastName","FirstName","Title","Email","OwnerId"',
    '"0035000000abcDEAAY","0015000000Gv7qJAAR","Hopper","Grace","Admiral","grace@delta.example","00550000001"',
)
SALESFORCE_LEADS = (
    '"Id","LastName","FirstName","Company","Email","Status","LeadSource"',
    '"00Q5000000xyzABEAY","Ng","Amy","Epsilon Ltd","amy@epsilon.example","Open - Not Contacted","Web"',
)
SALESFORCE_DEALS = (
    '"Id","AccountId","Name","StageName","Amount","CloseDate"',
    '"0065000000opqRSAAY","0015000000Gv7qJAAR","Big one","Negotiation/Review","5000","2026-12-24"',
)
PIPEDRIVE_ORGANIZATIONS = (
    "Organization - ID,Organization - Name,Organization - Owner,Organization - Address",
    "3,Zeta OÜ,Mari,Pärnu mnt 1",
)
PIPEDRIVE_PEOPLE = (
    "Person - ID,Person - Name,Person - Organization,Person - Email - Work,Person - Phone - Mobile",
    "8,Mari Maasikas,Zeta OÜ,mari@zeta.example,+372 5123 4567",
)
PIPEDRIVE_DEALS = (
    "Deal - ID,Deal - Title,Deal - Organization,Deal - Value,Deal - Currency,Deal - Status,Deal - Deal created,Deal - Won time",
    "5,Zeta deal,Zeta OÜ,900,EUR,Won,2026-01-05 09:00:00,2026-03-01 10:00:00",
    "6,Zeta next,Zeta OÜ,100,EUR,Open,2026-04-05 09:00:00,",
)
GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Labels,E-mail 1 - Value,Phone 1 - Value",
    "Ada,B.,King,Engines,Countess,1815-12-10,* myContacts,ada@x.example ::: ada@y.example,+44 20 7946 0000",
    "明,,李,,,,* myContacts,li@x.example,",
)
OUTLOOK = (
    "First Name,Middle Name,Last Name,Company,Job Title,Business Phone,Mobile Phone,Birthday,E-mail Address,E-mail 2 Address",
    "Tom,,Baker,Doctors Ltd,Actor,+44 20 7946 0001,+44 7700 900123,0/0/00,tom@doctors.example,t@b.example",
)
CHINESE = (
    "客户名称,联系人,职务,手机,邮箱,省,市,地址,客户来源,备注",
    "深圳市大疆创新科技有限公司,王建国,总经理,13800138000,wang@dji.example,广东省,深圳市,南山区 1 号,展会,很有兴趣",
    "北京同益中新材料科技股份有限公司,李娜,采购,13900139000,,,北京市,,朋友,",
)


def take(desk: Desk, lines: tuple[str, ...], part: str) -> tuple[int, int, int, int]:
    """Import lines without saying as what; the sentence must name the part."""
    outcome = desk.take(*lines, by="")
    assert f"read as {part}, which comes with the program, known by the columns" in outcome.notices
    return counts(outcome)


def move_to(desk: Desk, country: str) -> None:
    """Let the book's phone numbers be of another country."""
    config = desk.root / "crm.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"DE"', f'"{country}"'), encoding="utf-8")
    desk.book = reopen(desk.book)


def test_exports_of_crms_are_known_by_their_columns(desk: Desk) -> None:
    assert take(desk, HUBSPOT_COMPANIES, "hubspot.companies") == (2, 0, 0, 0)
    assert desk.fields("customers", "name", "keys", "lifecycle", "domain", "size", "country", "address") == [
        ("Acme GmbH", "hubspot:12", "qualified", "acme.example", "120", "DE", "{city: Ulm}"),
        ("Beta AG", "hubspot:13", "lead", "beta.example", "", "", ""),
    ]
    contacts = desk.take(*HUBSPOT_CONTACTS, by="")
    assert "fields that this book does not have, left out: address.street (Street Address)" in contacts.notices
    assert (counts(contacts), contacts.skipped) == ((1, 0, 0, 0), 1)
    deals = desk.take(*HUBSPOT_DEALS, by="")
    assert counts(deals) == (2, 0, 0, 1)
    assert "A stage of ours" in Path(deals.rejects).read_text(encoding="utf-8")
    assert desk.fields("deals", "name", "stage", "amount") == [
        ("Line 2", "negotiation", "1200.50 USD"),
        ("Line 3", "won", "300.00 EUR"),
    ]
    assert take(desk, SALESFORCE_ACCOUNTS, "salesforce.account") == (1, 0, 0, 0)
    assert take(desk, SALESFORCE_CONTACTS, "salesforce.contact") == (1, 0, 0, 0)
    assert take(desk, SALESFORCE_LEADS, "salesforce.lead") == (1, 0, 0, 0)
    assert take(desk, SALESFORCE_DEALS, "salesforce.opportunity") == (1, 0, 0, 0)
    delta = desk.one("customers", "Delta Corp")
    assert delta.fields["source"] == "other"
    assert delta.fields["address"] == "{street: '1 First Ave, Floor 2', city: Boston, zip: 02110}"
    assert desk.one("deals", "Big one").fields["customer"] == delta.ref.id
    assert desk.one("contacts", "Amy Ng").fields["email"] == ["amy@epsilon.example"]
    assert desk.one("contacts", "Grace Hopper").fields["position"] == "Admiral"
    assert take(desk, PIPEDRIVE_ORGANIZATIONS, "pipedrive.organizations") == (1, 0, 0, 0)
    assert take(desk, PIPEDRIVE_PEOPLE, "pipedrive.people") == (1, 0, 0, 0)
    assert take(desk, PIPEDRIVE_DEALS, "pipedrive.deals") == (2, 0, 0, 0)
    assert [desk.one("deals", name).fields["stage"] for name in ("Zeta deal", "Zeta next")] == ["won", "contact"]
    row = desk.book.index.row("SELECT stage_since FROM rec_deals WHERE \"_title\" = 'Zeta deal'")
    assert row is not None
    assert str(row[0]).startswith("2026-03-01T09:00:00")
    for lines in (HUBSPOT_COMPANIES, SALESFORCE_LEADS, PIPEDRIVE_DEALS):
        assert counts(desk.take(*lines, by=""))[:2] == (0, 0)


def test_address_books_are_known_by_their_columns(desk: Desk) -> None:
    move_to(desk, "CN")
    assert take(desk, GOOGLE, "google.contacts") == (2, 0, 0, 0)
    assert take(desk, OUTLOOK, "outlook") == (1, 0, 0, 0)
    assert take(desk, CHINESE, "zh-sales") == (2, 0, 0, 0)
    assert desk.fields("contacts", "name", "email", "phone", "position", "birthday") == [
        ("Ada B. King", "ada@x.example ada@y.example", "+442079460000", "Countess", "1815-12-10"),
        ("Tom Baker", "tom@doctors.example t@b.example", "+447700900123 +442079460001", "Actor", ""),
        ("李娜", "", "+8613900139000", "采购", ""),
        ("李明", "li@x.example", "", "", ""),
        ("王建国", "wang@dji.example", "+8613800138000", "总经理", ""),
    ]
    found = desk.fields("customers", "name", "source")
    assert ("深圳市大疆创新科技有限公司", "fair") in found
    assert ("北京同益中新材料科技股份有限公司", "other") in found
    assert counts(desk.take(*GOOGLE, by="google"))[:3] == (0, 0, 2)


def test_the_books_own_map_wins_and_is_known_by_its_header_too(desk: Desk) -> None:
    own = 'header = ["first name", "url"]\nto = "customer"\n'
    desk.map(own + 'columns = { "last name" = "name", Lacking = "about" }', "linkedin")
    outcome = desk.take(
        "First Name,Last Name,URL,Connected On", "Ada,King,https://linkedin.com/in/ada,1 May 2024", by=""
    )
    assert "read as linkedin, in imports/linkedin.toml, known by the columns" in outcome.notices
    assert desk.fields("customers", "name") == [("King",)]
    assert load_import_map(desk.root, "linkedin").path == "imports/linkedin.toml"


def test_every_shipped_map_reads_and_says_where_its_names_are_from(desk: Desk) -> None:
    names = import_map_names(desk.root)
    assert names == ["google", "hubspot", "linkedin", "outlook", "pipedrive", "salesforce", "zh-sales"]
    for name in names:
        found = load_import_map(desk.root, name)
        for part in found.parts.values() or [found.own]:
            mapped = {piece.casefold() for key in [*part.columns, *part.moves] for piece in [key, *key.split("+")]}
            assert part.header
            assert {*part.values, *part.dates} <= {*part.columns, *part.moves}
            assert len(mapped) > len(part.header)
        text = resources.files("crmcli").joinpath("kits", "imports", f"{name}.toml").read_text(encoding="utf-8")
        assert "https://" in text.partition("\n[")[0]


def test_exports_of_real_programs_come_in_whole(desk: Desk, shared_data: Path) -> None:
    exports = shared_data / "contact_exports"
    google, linkedin = exports / "google_legacy__constellation.csv", exports / "linkedin_Connections__sourcer.csv"
    with google.open(encoding="utf-8", newline="") as file:
        people = [(row["Name"], row["E-mail 1 - Value"]) for row in csv.DictReader(file)]
    with linkedin.open(encoding="utf-8", newline="") as file:
        text = file.read()
    rows = list(csv.DictReader(text[text.index("First Name,") :].splitlines()))
    people += [(f"{row['First Name']} {row['Last Name']}", row["Email Address"]) for row in rows]
    move_to(desk, "US")
    assert counts(desk.take_file(linkedin, by="")) == (len(rows), 0, 0, 0)
    assert counts(desk.take_file(google, by="")) == (len(people) - len(rows), 0, 0, 0)
    assert sorted(desk.fields("contacts", "name", "email")) == sorted(people)
    assert desk.one("contacts", "Jerry Mathis").fields["phone"] == ["+17575550101"]
    priya = desk.one("contacts", "Priya Shah")
    assert priya.fields["handles"] == ["linkedin:priyashah"]
    assert str(priya.fields["created"])[:10] == "2024-03-12"
    companies = {row["Company"] for row in rows if row["Company"]} | {"Example Partners", "Unicode Works"}
    assert {name for (name,) in desk.fields("customers", "name")} == companies
    assert counts(desk.take_file(linkedin, by="")) == (0, 0, len(rows), 0)


def test_listed_companies_come_in_whole(desk: Desk, shared_data: Path) -> None:
    path = shared_data / "zh_companies" / "listed.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    desk.map(
        'to = "customer"\nid = "cn"\nsame = ["keys"]\n'
        'columns = { code = "keys", legal_name = "name", "short_name+exchange" = "about", listed = "created" }\n'
    )
    outcome = desk.take_file(path)
    assert outcome.rows == len(rows)
    first: dict[str, str] = {}  # a few rows have the exchange's name where the day belongs
    for row in rows:
        if row["listed"][:4].isdigit():
            first.setdefault(row["code"], row["legal_name"])
    assert outcome.new == len(first)
    assert outcome.new + outcome.same + outcome.refused == len(rows)
    names = {record[0] for record in desk.book.index.rows('SELECT "_title" FROM rec_customers')}
    assert names == set(first.values())
