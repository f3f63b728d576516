"""What is suggested, through typer's own protocol."""

from __future__ import annotations

import contextlib
from io import StringIO
from pathlib import Path

import pytest

from tests.unit.cli.memory import run_in_memory


def suggested(monkeypatch: pytest.MonkeyPatch, line: str, shell: str = "bash") -> list[str]:
    written = StringIO()
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    with contextlib.redirect_stdout(written):
        shown = run_in_memory(_CRM_COMPLETE=f"complete_{shell}")
    assert (shown.code, shown.err) == (0, "")
    return [word.strip() for word in written.getvalue().splitlines() if word]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("crm conf", ["config"]),
        ("crm custo", ["customers", "customer"]),
        ("crm customer li", ["list"]),
        ("crm customers +v", ["+vip"]),
        ("crm customers -v", ["-via:", "-vip"]),
        ("crm customers ti", ["tier:"]),
        ("crm customers tier:", ["tier:A", "tier:B", "tier:any", "tier:none"]),
        ("crm customers tier:A,", ["tier:A,B", "tier:A,any", "tier:A,none"]),
        ("crm customers tier:A,B,", ["tier:A,B,any", "tier:A,B,none"]),
        ("crm customers 'tier=", ["tier=A", "tier=B", "tier=any", "tier=none"]),
        ("crm deals is:open,h", ["is:open,hold"]),
        ("crm deals -is:l", ["-is:late", "-is:lost"]),
        ("crm deals customer.t", ["customer.tags:", "customer.tier:", "customer.touched:", "customer.type:"]),
        ("crm deals customer.tier:", ["customer.tier:A", "customer.tier:B", "customer.tier:any", "customer.tier:none"]),
        ("crm deals customer.tags:v", ["customer.tags:vip"]),
        ("crm deals amount.", ["amount.currency:"]),
        ("crm deals customer:GLO", ["customer:globex"]),
        ("crm deals big:", ["big:any", "big:no", "big:none", "big:yes"]),
        ("crm deals close:..tom", ["close:..tomorrow"]),
        ("crm deals close:fri..s", ["close:fri..sat", "close:fri..sun"]),
        ("crm deals close:本", ["close:本周", "close:本季度", "close:本月"]),
        ("crm deals closed:tod", ["closed:today"]),
        ("crm deals moves.to:w", ["moves.to:won"]),
        ("crm customers log.dir", ["log.direction:"]),
        ("crm customers deals.stage:t", ["deals.stage:talk"]),
        ("crm deals O", []),
        ("crm customers cou", []),
        ("crm customers 'cou", ["count(deals", "count(log"]),
        ("crm customers 'count(", ["count(deals", "count(log"]),
        ("crm customers 'sum(deals.am", ["sum(deals.amount)", "sum(deals.amount,"]),
        (
            "crm customers 'is:won OR count(deals, big:y",
            ["is:won OR count(deals, big:yes)", "is:won OR count(deals, big:yes,"],
        ),
        ("crm deals --columns na", ["name"]),
        ("crm deals --columns name,cus", ["name,customer", "name,customer."]),
        ("crm deals --columns name,customer.ti", ["name,customer.tier"]),
        ("crm deals --sort -am", ["-amount"]),
        ("crm deals --format j", ["json", "jsonl"]),
        ("crm deals --as-of yes", ["yesterday"]),
        ("crm report w", ["won"]),
        ("crm report won --by sta", ["stage", "stage_days", "stage_since"]),
        ("crm report won sta", ["stage:", "stage_days:", "stage_since:"]),
        ("crm board sa", ["sales"]),
        ("crm board sales am", ["amount:"]),
        ("crm pipeline show ", ["sales"]),
        ("crm tag show ", ["rich", "vip"]),
        ("crm tag rename ", ["vip"]),
        ("crm tag remove v", ["vip"]),
        ("crm customers +ri", ["+rich"]),
        ("crm customers -ri", ["-rich"]),
        ("crm show Acme", ["acme"]),
        ("crm show customer/ac", ["customer/acme"]),
        ("crm show globex,ac", ["globex,acme"]),
        ("crm show nobody", []),
        ("crm log acme --kind ", []),
        ("crm next acme thu", ["thu"]),
        ("crm next acme thu x", []),
        ("crm log acme x", []),
        ("crm help rep", ["report"]),
        ("crm set acme tier=", ["tier=A", "tier=B"]),
        ("crm set acme +", ["+vip"]),
        ("crm set renewal customer=Glo", ["customer=globex"]),
        ("crm set renewal close=q", []),  # a quarter is no day
        ("crm set renewal big=", ["big=no", "big=yes"]),
        ("crm deal add X customer=glo", ["customer=globex"]),
        ("crm deals stage:o", ["stage:offer"]),
        ("crm deals stage:offer is:w", ["is:won"]),
        ("crm deals customer:a", ["customer:acme", "customer:any"]),
        ("crm deals --form", ["--format"]),
        ("crm deals tier:zzz", []),
        ("crm move ren", ["renewal"]),
        ("crm move renewal ", ["lost", "talk", "won"]),
        ("crm move renewal won am", ["amount="]),
        ("crm set ac", ["acme"]),
        ("crm set acme ti", ["tier="]),
        ("crm set acme stage", []),
    ],
)
def test_suggestions(book: Path, monkeypatch: pytest.MonkeyPatch, line: str, words: list[str]) -> None:
    (book / "rules").mkdir()
    (book / "rules" / "tags.toml").write_text('[tag.rich]\nfor = "customer"\nwhere = "count(deals)>5"\n')
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, line) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("crm set acme wo", ["worth="]),  # a customer or a deal: fields of every type
        ("crm deal set acme wo", ["worth="]),
        ("crm deal set acme close=2026-12-01 wh", []),
        ("crm customer set acme ti", ["tier="]),
        ("crm customer set acme wo", []),
        ("crm deal move acme ", ["lost", "offer", "won"]),
        ("crm deal move acme won wh", ["why="]),
        ("crm move acme of", []),
    ],
)
def test_a_noun_says_who_of_several_is_meant(
    book: Path, monkeypatch: pytest.MonkeyPatch, line: str, words: list[str]
) -> None:
    schema = book / "schema" / "deal.toml"
    fields = 'why = { type = "text", show = "is:won" }\nworth = { type = "int" }\n'
    schema.write_text(schema.read_text(encoding="utf-8") + fields, encoding="utf-8")
    (book / "deals" / "acme.md").write_text("---\nname: Acme line\nstage: talk\n---\n", encoding="utf-8")
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, line) == words


def test_fish_gets_words_with_their_help(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, "crm customers tier:A,", "fish")[1:] == [
        "tier:A,any\tnot empty",
        "tier:A,none\tempty",
    ]
    assert suggested(monkeypatch, "crm customers 'count(deals, customer:Acme", "fish") == [
        "count(deals, customer:acme\tAcme GmbH"
    ]


def test_zsh_gets_what_goes_on_the_word_and_its_help(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, "crm deals stage:t", "zsh") == ["end\tstage:talk\tTalking"]
    assert suggested(monkeypatch, "crm customers ti", "zsh") == ["open\ttier:\tchoice"]
    assert suggested(monkeypatch, "crm customers 'count(de", "zsh") == ["open\tcount(deals\tdeals of it"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_nothing_that_acts_on_a_terminal_is_sent(book: Path, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    title, tags = '"\\e[31m Red\\r\\nand\\tblue \u202e"', '["v\\e[2Jx", "v\\tx", "vax"]'
    (book / "customers" / "evil.md").write_text(f"---\nname: {title}\ntags: {tags}\n---\n", encoding="utf-8")
    monkeypatch.chdir(book)
    shown = [*suggested(monkeypatch, "crm show evi", shell), *suggested(monkeypatch, "crm customers +va", shell)]
    help_ = {"bash": "", "zsh": "\t␛[31m Red and blue <U+202E>", "fish": "\t␛[31m Red and blue <U+202E>"}[shell]
    tag = {"bash": "+vax", "zsh": "end\t+vax\ttag of 1", "fish": "+vax\ttag of 1"}[shell]
    assert shown == [f"{'end' + chr(9) if shell == 'zsh' else ''}evil{help_}", tag]
    assert len(suggested(monkeypatch, "crm customers +v", shell)) == 2  # vip and vax


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("crm set renewal w", []),
        ("crm set offer-x w", ["why="]),  # it is filled
        ("crm set renewal close=2031-01-01 w", ["worth="]),
        ("crm move renewal won w", ["why="]),
        ("crm move renewal won close=2031-01-01 w", ["why=", "worth="]),
        ("crm deal add X w", []),
        ("crm deal add X close=2031-01-01 w", ["worth="]),
        ("crm deal add X close=nonsense w", []),
        ("crm deals w", ["why:", "worth:"]),  # a filter asks for anything
    ],
)
def test_fields_that_are_not_shown_are_not_suggested(
    book: Path, monkeypatch: pytest.MonkeyPatch, line: str, words: list[str]
) -> None:
    schema = book / "schema" / "deal.toml"
    fields = 'why = { type = "text", show = "is:won" }\nworth = { type = "int", show = "close>2030-12-31" }\n'
    schema.write_text(schema.read_text(encoding="utf-8") + fields, encoding="utf-8")
    (book / "deals" / "offer-x.md").write_text("---\nname: X\nstage: talk\nwhy: so\n---\n", encoding="utf-8")
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, line) == words


def test_no_book_no_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert suggested(monkeypatch, "crm deals stage:o") == []
    assert suggested(monkeypatch, "crm conf") == ["config"]


def test_a_broken_book_no_noise(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (book / "crm.toml").write_text("format = 99\n", encoding="utf-8")
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, "crm deals stage:o") == []
