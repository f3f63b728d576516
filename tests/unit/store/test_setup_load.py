from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.model.schema import Setup, label_of
from crmcli.store.setup import load_setup
from crmcli.store.setup.cache import CACHE_NAME
from crmcli.store.setup.check import check_engine_files
from crmcli.store.setup.kits import kit_files

CONFIG = 'name = "x"\ncurrency = "CNY"\ntimezone = "Asia/Shanghai"\ncountry = "CN"\n'
DEAL = """\
label = { en = "Deal", zh = "商机", "zh-Hant" = "商機" }
title = "name"
[fields]
name   = { type = "text", label = "名称", need = true }
size   = { type = "choice", options = { small = "小", big = { en = "Big", zh = "大" } } }
sizes  = { type = "choice[]", options = "deal.size" }
amount = { type = "money", was = ["value"], must = "amount>0", say = "too little", lock = "is:won" }
happy  = { type = "rating" }
checks = { type = "checklist", options = ["a", "b"] }
who    = { type = "member[]", back = "deals", within = true }
on     = { type = "any" }
lines  = { type = "line[]" }
stage  = { type = "stage" }
"""
SALES = """\
for = "deal"
[stage.open]
next = ["won"]
odds = "12.5%"
rot  = "2w"
[stage.won]
kind = "won"
need = ["amount"]
was  = ["done"]
"""
LINE = 'embedded = true\n[fields]\nqty = { type = "decimal" }\n'
MEMBER = 'title = "name"\n[fields]\nname = { type = "text" }\n'
BOOK = {
    "crm.toml": CONFIG,
    "schema/deal.toml": DEAL,
    "schema/line.toml": LINE,
    "schema/member.toml": MEMBER,
    "pipelines/sales.toml": SALES,
}


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write(tmp_path / "book", BOOK)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


def test_what_the_files_say(book: Path) -> None:
    setup = load_setup(book, None)
    assert setup.problems == ()
    deal = setup.types["deal"]
    assert list(setup.types) == ["deal", "line", "member"]
    assert (deal.plural, deal.path, deal.body, deal.title) == ("deals", "schema/deal.toml", "body", "name")
    assert list(deal.fields) == ["name", "size", "sizes", "amount", "happy", "checks", "who", "on", "lines", "stage"]
    assert (deal.fields["name"].need, deal.fields["amount"].must) == ("true", "amount>0")
    assert [option.name for option in deal.fields["sizes"].options] == ["small", "big"]
    assert deal.fields["sizes"].options == deal.fields["size"].options
    assert (deal.fields["happy"].max, deal.fields["checks"].many) == (5, True)
    assert (deal.fields["who"].reference, deal.fields["who"].many, deal.fields["who"].within) == ("member", True, True)
    assert (deal.fields["on"].reference, deal.fields["lines"].embedded, deal.fields["lines"].reference) == (
        "*",
        True,
        "",
    )
    assert setup.types["line"].embedded == "true"
    assert setup.by_plural("members") == setup.types["member"]


def test_pipelines(book: Path) -> None:
    (sales,) = load_setup(book, None).pipelines_of("deal")
    opened, won = sales.stages.values()
    assert (sales.name, sales.first, sales.field) == ("sales", "open", "")
    assert (opened.odds, opened.rot, opened.next, opened.kind, opened.category) == (
        "0.125",
        "2w",
        ("won",),
        "open",
        "pipeline",
    )
    assert (won.next, won.need, won.was, won.kind) == (None, ("amount",), ("done",), "won")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Deal"), ("en-GB", "Deal"), ("zh", "商机"), ("zh-Hans", "商机"), ("zh-Hant", "商機"), ("no", "Deal")],
)
def test_labels_in_several_languages(book: Path, language: str, text: str) -> None:
    assert label_of(load_setup(book, None).types["deal"].label, language, "deal") == text


def test_a_label_as_one_text_stands_in_every_language(book: Path) -> None:
    assert label_of(load_setup(book, None).types["deal"].fields["name"].label, "en", "name") == "名称"


def test_a_broken_field_leaves_the_rest(book: Path) -> None:
    (book / "schema/deal.toml").write_text(DEAL.replace('type = "money"', 'type = "mony"'), encoding="utf-8")
    setup = load_setup(book, None)
    assert [problem.code for problem in setup.problems] == ["field-type-unknown"]
    assert "amount" not in setup.types["deal"].fields
    assert list(setup.pipelines) == ["sales"]


def test_a_broken_file_leaves_the_rest(book: Path) -> None:
    (book / "schema/member.toml").write_text("[fields\n", encoding="utf-8")
    setup = load_setup(book, None)
    assert [(problem.code, problem.severity) for problem in setup.problems] == [
        ("reference-broken", "warning"),
        ("toml-broken", "error"),
    ]
    assert list(setup.types) == ["deal", "line"]
    assert "who" not in setup.types["deal"].fields


def test_the_cache_gives_what_compiling_gave(book: Path, state: Path) -> None:
    (book / "schema/member.toml").write_text(MEMBER + 'boss = { typ = "member" }\n', encoding="utf-8")
    compiled = load_setup(book, state)
    assert (state / CACHE_NAME).is_file()
    kept = load_setup(book, state)
    assert kept == compiled
    assert {type(value) for value in walk(kept)} == {type(value) for value in walk(compiled)}


def walk(value: object) -> list[object]:
    inner = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else []
    return [value, *(deep for item in inner for deep in walk(item))]


HIT = """
import sys
from pathlib import Path
from crmcli.store.setup import load_setup
setup = load_setup(Path(sys.argv[1]), Path(sys.argv[2]))
print(len(setup.types), sorted({"pydantic", "tomllib", "tomlkit", "hashlib", "difflib"} & set(sys.modules)))
"""


def test_a_hit_imports_neither_pydantic_nor_tomllib(book: Path, state: Path) -> None:
    load_setup(book, state)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HIT, str(book), str(state)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "3 []\n"


def test_any_change_of_a_file_is_seen(book: Path, state: Path) -> None:
    load_setup(book, state)
    (book / "pipelines/sales.toml").write_text(SALES.replace("12.5%", "20%"), encoding="utf-8")
    assert load_setup(book, state).pipelines["sales"].stages["open"].odds == "0.2"
    (book / "schema/member.toml").rename(book / "schema/person.toml")
    assert list(load_setup(book, state).types) == ["deal", "line", "person"]
    (book / "schema/person.toml").unlink()
    assert list(load_setup(book, state).types) == ["deal", "line"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"format": 1}',
        b"[" * 100_000,
        b'{"format": 0, "key": "", "setup": {}}',
    ],
)
def test_a_damaged_cache_is_a_miss(book: Path, state: Path, damage: bytes) -> None:
    fresh = load_setup(book, state)
    (state / CACHE_NAME).write_bytes(damage)
    assert load_setup(book, state) == fresh
    assert json.loads((state / CACHE_NAME).read_bytes())["setup"]["digest"] == fresh.digest


@pytest.mark.parametrize("part", ["config", "types", "pipelines", "problems", "digest"])
@pytest.mark.parametrize("wrong", [None, 3, [3], {"name": 3}, [{"name": "x"}]])
def test_a_cache_of_another_shape_never_raises(book: Path, state: Path, part: str, wrong: object) -> None:
    load_setup(book, state)
    kept = json.loads((state / CACHE_NAME).read_bytes())
    kept["setup"][part] = wrong
    (state / CACHE_NAME).write_text(json.dumps(kept))
    assert isinstance(load_setup(book, state), Setup)


@pytest.mark.parametrize("state", [None, "missing", "file"])
def test_nowhere_to_keep_it(book: Path, tmp_path: Path, state: str | None) -> None:
    (tmp_path / "file").write_text("")
    setup = load_setup(book, tmp_path / state if state else None)
    assert len(setup.types) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book", "file"]


@pytest.mark.parametrize(
    ("path", "before", "after", "changes"),
    [
        ("schema/deal.toml", "title =", "# a comment\ntitle =", False),
        ("schema/deal.toml", "title =", 'list = ["amount"]\ntitle =', False),
        ("schema/deal.toml", 'type = "money"', 'type = "decimal"', True),
        ("schema/deal.toml", 'small = "小"', 'tiny = "小"', True),
        ("pipelines/sales.toml", "12.5%", "13%", True),
        ("crm.toml", "CNY", "EUR", True),
        ("crm.toml", "Asia/Shanghai", "Europe/Oslo", True),
        ("crm.toml", 'country = "CN"', 'country = "NO"', True),
        ("crm.toml", 'name = "x"', 'name = "y"', False),
    ],
)
def test_the_digest_changes_with_what_the_index_is_made_from(
    book: Path, path: str, before: str, after: str, *, changes: bool
) -> None:
    digest = load_setup(book, None).digest
    text = (book / path).read_text(encoding="utf-8")
    assert before in text
    (book / path).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert (load_setup(book, None).digest != digest) is changes


def test_byte_order_mark_and_windows_lines(book: Path) -> None:
    (book / "schema/deal.toml").write_bytes(b"\xef\xbb\xbf" + DEAL.replace("\n", "\r\n").encode())
    assert load_setup(book, None).problems == ()


def test_decomposed_letters_name_the_same_field(book: Path) -> None:
    (book / "schema/member.toml").write_text('[fields]\n"prénom" = { type = "text" }\n', encoding="utf-8")
    assert list(load_setup(book, None).types["member"].fields) == ["prénom"]


def test_the_example_book_has_no_errors(shared_data: Path) -> None:
    book = shared_data.parent / "example-book"
    setup = load_setup(book, None)
    assert [problem for problem in setup.problems if problem.severity == "error"] == []
    assert len(setup.types) == len(list((book / "schema").iterdir()))
    assert len(setup.pipelines) == len(list((book / "pipelines").iterdir()))
    assert {problem.severity for problem in check_engine_files(book)} == {"warning"}


def test_what_does_not_act_yet_is_said_once_a_file(book: Path) -> None:
    (book / "schema/bid.toml").write_text("""[fields]
a = { type = "serial", must = "a:any", lock = true, show = "b:any", need = "b:any" }
b = { type = "serial" }
""")
    found = {(problem.path, problem.line, problem.message) for problem in check_engine_files(book)}
    assert found == {
        ("schema/bid.toml", 2, "serial numbers are not drawn yet (a, b)"),
    }


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("rules/r.toml", '[rule.x]\nonn = "deal move"\n', "r.toml:2: rule.x has no word `onn`; did you mean `on`?"),
        ("rules/r.toml", "[rul.x]\n", "r.toml:1: rules/r.toml has no word `rul`; did you mean `rule`?"),
        (
            "rules/r.toml",
            '[score.x]\npart = [\n  { name = "a" },\n  { pionts = "3" },\n]\n',
            "r.toml:4: score.x.part 2 has no word `pionts`; did you mean `points`?",
        ),
        ("reports/r.toml", 'wher = "is:won"\n', "r.toml:1: r has no word `wher`; did you mean `where`?"),
        (
            "reports/r.toml",
            "[part.a]\nmesure = {}\n",
            "r.toml:2: r.part.a has no word `mesure`; did you mean `measure`?",
        ),
        (
            "imports/r.toml",
            "[file.a]\ncolums = {}\n",
            "r.toml:2: r.file.a has no word `colums`; did you mean `columns`?",
        ),
        ("imports/r.toml", "to = 3\n", "r.toml:1: `to` of r must be a name in quotes, not 3"),
    ],
)
def test_words_of_the_other_engines(book: Path, path: str, text: str, said: str) -> None:
    write(book, {path: text})
    wrong = [problem for problem in check_engine_files(book) if problem.severity == "error"]
    assert [f"{problem.path.rpartition('/')[2]}:{problem.line}: {problem.message}" for problem in wrong] == [said]


def test_one_rule_in_two_files(book: Path) -> None:
    write(book, {"rules/a.toml": '[rule.x]\nwhen = "is:won"\n', "rules/b.toml": '[rule.x]\nwhen = "is:won"\n'})
    assert "rule.x is in rules/a.toml already" in [problem.message for problem in check_engine_files(book)]


def test_the_core_kit_has_no_problems_at_all(tmp_path: Path) -> None:
    write(tmp_path, {"crm.toml": CONFIG, **{path: content.decode() for path, content in kit_files("core")}})
    assert load_setup(tmp_path, None).problems == ()
    assert check_engine_files(tmp_path) == []
