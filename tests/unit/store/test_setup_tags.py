"""Dynamic tags as the engine files say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.schema import DynamicTag
from crmcli.store.setup import load_setup

CUSTOMER = 'title = "name"\n[fields]\nname = { type = "text" }\nsize = { type = "int" }\n'
VIP = '[tag.vip]\nfor = "customer"\nlabel = { en = "High value" }\nwhere = "size>=200"\nbut = "+blacklist"\n'


def make_book(root: Path, rules: dict[str, str]) -> Path:
    files = {"crm.toml": 'name = "x"\n', "schema/customer.toml": CUSTOMER}
    for path, text in {**files, **{f"rules/{name}.toml": text for name, text in rules.items()}}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_a_tag_is_read_and_kept_in_the_cache(tmp_path: Path) -> None:
    root, state = make_book(tmp_path / "book", {"tags": VIP}), tmp_path / "state"
    state.mkdir()
    wanted = DynamicTag("vip", "customer", {"en": "High value"}, "size>=200", "+blacklist", "rules/tags.toml")
    first = load_setup(root, state)
    assert first.problems == ()
    assert first.tags == {"vip": wanted}
    assert load_setup(root, state).tags == first.tags
    (root / "rules" / "tags.toml").write_text(VIP.replace("200", "300"), encoding="utf-8")
    again = load_setup(root, state)
    assert again.tags["vip"].where == "size>=300"
    assert again.digest == first.digest  # the index is made from nothing of it


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ('[tag.vip]\nfor = "custmer"\nwhere = "size>1"\n', "type-unknown", 2, "did you mean `customer`?"),
        ('[tag.vip]\nfor = "customer"\n', "word-missing", 1, "needs the word `where`"),
        ('[tag.vip]\nwhere = "size>1"\n', "word-missing", 1, "needs the word `for`"),
        ('[tag."two words"]\nfor = "customer"\nwhere = "size>1"\n', "name-malformed", 1, "cannot be a tag"),
        ('[tag.vip]\nfor = "customer"\nwhere = "size>1"\nbut_not = "x"\n', "word-unknown", 4, "did you mean"),
        ("[tag.vip\n", "toml-broken", 1, "not valid TOML"),
    ],
)
def test_a_broken_tag_is_told_and_left_out(tmp_path: Path, text: str, code: str, line: int, said: str) -> None:
    setup = load_setup(make_book(tmp_path, {"tags": text}), None)
    assert [(p.code, p.path, p.line) for p in setup.problems] == [(code, "rules/tags.toml", line)]
    assert said in setup.problems[0].message + setup.problems[0].remedy
    assert setup.tags == {}


def test_a_name_means_one_thing_in_all_files(tmp_path: Path) -> None:
    setup = load_setup(make_book(tmp_path, {"a": VIP, "b": VIP.replace("200", "9")}), None)
    assert [(p.code, p.path, p.line) for p in setup.problems] == [("name-taken", "rules/b.toml", 1)]
    assert setup.tags["vip"].where == "size>=200"
