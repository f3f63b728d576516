"""Files full of traps: each is one exact problem, in bounded time and memory, and everything else keeps working."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.model.ids import ulid
from tests.hostile.book import book_in, crm

EVIL = "customers/evil-7k3f9.md"


def front(text: str) -> bytes:
    return f"---\n{text}\n---\n".encode()


def bomb() -> bytes:
    levels = [
        f"{chr(98 + n)}: &{chr(98 + n)} {{{', '.join(f'k{i}: *{chr(97 + n)}' for i in range(9))}}}" for n in range(12)
    ]
    return front("\n".join(["a: &a {x: lol, y: lol}", *levels]))


RECORDS = {
    "alias bomb": (bomb(), "bad-yaml", 4),
    "merge key": (front("base: &b {name: X}\n<<: *b"), "bad-yaml", 3),
    "alias of itself": (front("name: &a [*a]"), "bad-yaml", 2),
    "10,000 brackets": (front(f"name: {'[' * 10_000}{']' * 10_000}"), "bad-yaml", 2),
    "5,000 brackets, a line each": (front("name:\n" + "  [\n" * 5_000), "bad-yaml", 203),
    "10,000 dashes": (front(f"tags:\n  {'- ' * 10_000}x"), "bad-yaml", 2),
    "80,000 items": (front(f"name: [{'x, ' * 80_000}]"), "bad-yaml", 2),
    "half a character": (front('name: "\\ud800x"'), "bad-yaml", 2),
    "half a character in bytes": (b"---\nname: \xed\xa0\x80\n---\n", "not-utf8", 2),
    "no UTF-8": (b"---\nname: \xff\n---\n", "not-utf8", 2),
    "NUL": (b"---\nname: a\0b\n---\n", "not-utf8", 2),
    "UTF-16": (front("name: X").decode().encode("utf-16"), "not-utf8", 1),
    "17 MB": (b"x" * 17_000_000, "too-large", 0),
}


@pytest.mark.parametrize("trap", RECORDS)
def test_a_record_is_one_exact_problem_and_is_not_written_over(tmp_path: Path, trap: str) -> None:
    content, code, line = RECORDS[trap]
    root, acme = book_in(tmp_path / "book")
    (root / EVIL).write_bytes(content)
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert [(p["code"], p["path"], p["line"] or 0) for p in found] == [(code, EVIL, line)]
    assert crm(root, "set", "evil-7k3f9", "name=x").code == 6
    assert crm(root, "set", acme.id, "name=Bolt").code == 0
    assert (root / EVIL).read_bytes() == content


def test_nothing_a_record_names_is_made(tmp_path: Path) -> None:
    root, _ = book_in(tmp_path / "book")
    (root / EVIL).write_bytes(front(f'name: !!python/object/apply:os.system ["touch {tmp_path}/pwned"]'))
    crm(root, "check")
    assert not (tmp_path / "pwned").exists()


TOML = {
    "10,000 brackets": f"a = {'[' * 10_000}{']' * 10_000}",
    "a key of 20,000 parts": f"{'.'.join('a' * 20_000)} = 1",
    "5,000 words": "\n".join(f"k{n} = 1" for n in range(5_000)),
    "a number of 100,000 digits": f"order = {'9' * 100_000}",
    "larger than 1 MB": f'label = "{"x" * 1_100_000}"',
}


@pytest.mark.parametrize("trap", TOML)
def test_an_engine_file_is_a_problem_of_its_own(tmp_path: Path, trap: str) -> None:
    root, acme = book_in(tmp_path / "book")
    (root / "schema/evil.toml").write_text(TOML[trap], encoding="utf-8")
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert {p["path"] for p in found} == {"schema/evil.toml"}
    assert len(found) <= 60
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]


def test_lines_of_the_journal_are_told_one_by_one(tmp_path: Path) -> None:
    root, acme = book_in(tmp_path / "book")
    on = str(acme)

    def line(number: int, **keys: object) -> str:
        whole = {"id": ulid(1, number), "at": "2026-11-20T14:00:00+01:00", "do": "log", "on": on, "text": "t"} | keys
        return json.dumps(whole)

    broken = [
        line(1, on="../../x"), line(2, on="customers/../../etc/passwd"), line(3, on=""), line(4, text="\ud800"), line(5, at="never"),
        line(6, at="0001-01-01T00:00:00+23:59"), line(7, kind={"a": 1}), line(8, do="rename", to="../../x"), line(9, on='x"; drop/y'),
        line(10, **{"with": ["a/b", 5]}), '{"id":' * 10_000, "[" * 100_000, f'{{"n": {"9" * 10_000}}}', "\0",
    ]  # fmt: skip
    sound = [
        line(20, on="plural/", text="nobody"),
        line(21, text="x" * 1_000_000),
        line(22, took="9999999999h"),
        line(23, do="\x1b[31m"),
    ]
    path = next((root / "journal").iterdir()) / "zzzzz-0123456789.jsonl"
    path.write_text("\n".join([*broken, *sound]) + "\n", encoding="utf-8")
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert [(p["code"], p["line"]) for p in found if p["severity"] == "error"] == [
        ("bad-event", n + 1) for n in range(len(broken))
    ]
    for words in (
        ("history", acme.id),
        ("show", acme.id),
        ("changes",),
        ("log", acme.id, "hi"),
        ("today",),
        ("report", "activity"),
    ):
        said = crm(root, *words)
        assert said.code == 0
        assert "\x1b" not in said.out + said.err


def test_rates_have_bounds(tmp_path: Path) -> None:
    root, _ = book_in(tmp_path / "book")
    lines = ["2026-11-20\tUSD\t1e999999999", f"2026-11-20 USD {'9' * 100_000}", "2026-11-20 USD nan", "x" * 1_000_000]
    (root / "rates.tsv").write_text("\n".join(lines), encoding="utf-8")
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert [(p["code"], p["line"]) for p in found] == [("bad-rates", n) for n in range(1, 5)]
    assert max(len(p["message"]) for p in found) < 200
    assert crm(root, "deal", "add", "Big", "amount=5USD").code == 0


LONG = {
    "10,000 terms": "name:x OR " * 10_000 + "name:y",
    "20,000 values": f"name:{'x,' * 20_000}y",
    "10,000 parentheses": "(" * 10_000 + "name:x" + ")" * 10_000,
    "a number of 5,000 digits": f"amount>{'9' * 5_000}",
    "1,000 additions": f"{'amount+' * 200}amount>1",
    "an endless search": 'name~"(?=a+)+b"',
}


@pytest.mark.parametrize("trap", LONG)
def test_an_expression_that_is_too_much_is_refused(tmp_path: Path, trap: str) -> None:
    root, _ = book_in(tmp_path / "book")
    assert crm(root, "deals", LONG[trap]).code == 2


@pytest.mark.parametrize("name", ['a"b', "a'b; drop table x", "\x1b[31m"])
def test_names_of_types_never_become_sql(tmp_path: Path, name: str) -> None:
    root, acme = book_in(tmp_path / "book")
    (root / f"schema/{name}.toml").write_text(
        '[fields]\nname = { type = "text" }\n"x\\"; drop" = { type = "text" }\n', encoding="utf-8"
    )
    said = crm(root, "check")
    assert said.code == 1
    assert "\x1b" not in said.out + said.err
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]


@pytest.mark.parametrize(
    "text",
    [
        "ATTACH DATABASE '{0}/pwn' AS x", "VACUUM INTO '{0}/pwn'", "PRAGMA query_only = 0", "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')", "SELECT writefile('{0}/pwn', 'x')", "INSERT INTO meta VALUES ('a', 'b')",
        "SELECT 1; DROP TABLE events",
        "UPDATE customers_view SET name = 'x'", "CREATE TEMP TABLE x (a)", "BEGIN", "SELECT randomblob(2000000000)",
    ],
)  # fmt: skip
def test_sql_only_reads(tmp_path: Path, text: str) -> None:
    root, _ = book_in(tmp_path / "book")
    assert crm(root, "sql", text.format(tmp_path)).code == 2
    assert not (tmp_path / "pwn").exists()
