"""One clone merges two records while another goes on with them: plain git unites both, and nothing is lost."""

from __future__ import annotations

import json

import pytest

from crmcli.actions.journal import take_drift
from crmcli.store.book import open_book
from tests.storing import index_differences, replay_differences
from tests.team.clones import Clone, Team

GONE = """\
---
name: Acme Germany
industry: robots
email:
  - de@acme.example
created: 2026-11-02T09:00:00+01:00
---
"""


@pytest.fixture
def pair(team: Team) -> Team:
    """Anna and Li both have acme and acme-de; the latter has a contact."""
    (team.anna.root / "customers" / "acme-de.md").write_text(GONE)
    team.anna.crm("journal", "drift")
    team.anna.crm("contact", "add", "Bo Li", "customer=acme-de")
    share(team.anna)
    team.li.git("pull", "-q")
    return team


def share(clone: Clone) -> None:
    clone.commit()
    clone.git("push", "-q")


def pull(clone: Clone, *, conflict: bool = False) -> None:
    clone.git("pull", "-q", "--no-rebase", "--no-edit", fails=conflict)


def codes(clone: Clone) -> list[str]:
    found: list[dict[str, str]] = json.loads(clone.says("check", "--format", "json").out)
    return [row["code"] for row in found]


def one(clone: Clone, *words: str) -> dict[str, object]:
    [row] = json.loads(clone.crm(*words, "--format", "json"))
    return dict(row)


def is_sound(clone: Clone) -> None:
    book = open_book(clone.root)
    take_drift(book)
    assert index_differences(book) == []
    assert replay_differences(book) == []
    book.index.close()


def test_a_deal_and_a_log_line_for_the_one_that_went(pair: Team) -> None:
    """They are the kept one's at once; the reference is found and relinked, and goes back when the two are taken apart."""
    anna, li = pair.anna, pair.li
    anna.crm("merge", "acme", "acme-de")
    share(anna)
    li.crm("deal", "add", "Robot", "customer=acme-de")
    li.crm("log", "acme-de", "--kind", "call", "wants a robot")
    li.commit()
    pull(li)
    assert one(li, "deals", "customer:acme", "--columns", "name")["name"] == "Robot"
    assert "wants a robot" in li.crm("show", "acme", "--format", "plain")
    assert one(li, "customers", "touched:2026-11-20", "--columns", "id")["id"] == "acme"
    assert codes(li) == ["merged-reference"]
    li.crm("check", "--fix", "--yes")
    assert codes(li) == []
    assert "customer: acme\n" in li.read(f"deals/{one(li, 'deals', '--columns', 'id')['id']}.md")
    is_sound(li)
    share(li)
    pull(anna)
    anna.crm("unmerge", "acme")
    assert one(anna, "deals", "--columns", "name,customer")["customer"] == "acme-de"
    assert one(anna, "contacts", "--columns", "name,customer")["customer"] == "acme-de"
    assert "wants a robot" in anna.crm("show", "acme-de", "--format", "plain")
    assert "wants a robot" not in anna.crm("show", "acme", "--format", "plain")
    is_sound(anna)


def test_a_change_of_the_one_that_went_is_taken_over(pair: Team) -> None:
    """Git stops at the file. Where it goes, check shows the change, and --fix takes it over."""
    anna, li = pair.anna, pair.li
    anna.crm("merge", "acme", "acme-de")
    share(anna)
    li.crm("set", "acme-de", "email+=new@acme.example", "industry=optics", "country=AT")
    li.commit()
    pull(li, conflict=True)
    li.crm("resolve", "acme-de", "--theirs")
    li.git("commit", "-q", "--no-edit")
    assert not (li.root / "customers" / "acme-de.md").exists()
    is_sound(li)
    assert codes(li) == ["merged-late"] * 3
    li.crm("check", "--fix", "--yes", code=0)
    text = li.read("customers/acme.md")
    assert "country: AT" in text
    assert "new@acme.example" in text
    assert "industry: machining" in text, "acme had its own before: that is for a person"
    assert codes(li) == ["merged-late"]
    li.crm("set", "acme", "industry=optics")
    assert codes(li) == []
    is_sound(li)
    li.crm("unmerge", "acme")
    gone = li.read("customers/acme-de.md")
    assert {"country: AT", "industry: optics", "  - new@acme.example"} <= set(gone.splitlines()), (
        "all of it was its own"
    )
    kept = li.read("customers/acme.md").splitlines()
    assert "country: AT" not in kept
    assert "industry: optics" in kept, "that was set on the kept one"
    is_sound(li)


@pytest.mark.parametrize("again", [True, False])
def test_the_one_that_went_is_kept_after_all(pair: Team, *, again: bool) -> None:
    """Git's conflict is settled for the file: check says so until the two are one again, or two."""
    anna, li = pair.anna, pair.li
    anna.crm("merge", "acme", "acme-de")
    share(anna)
    li.crm("set", "acme-de", "country=AT")
    li.commit()
    pull(li, conflict=True)
    li.crm("resolve", "acme-de", "--ours")
    li.git("commit", "-q", "--no-edit")
    assert codes(li) == ["merged-back"]
    is_sound(li)
    if again:
        li.crm("merge", "acme", "acme-de")
        assert "country: AT" in li.read("customers/acme.md")
        assert not (li.root / "customers" / "acme-de.md").exists()
    else:
        li.crm("unmerge", "acme", "acme-de")
        assert "country: AT" in li.read("customers/acme-de.md")
        assert "acme-de" not in li.read("customers/acme.md")
        assert one(li, "contacts", "--columns", "customer")["customer"] == "acme-de"
    assert codes(li) == []
    is_sound(li)


def test_the_same_merge_on_both_sides(pair: Team) -> None:
    anna, li = pair.anna, pair.li
    for clone in (anna, li):
        clone.crm("merge", "acme", "acme-de")
        clone.commit()
    anna.git("push", "-q")
    pull(li)
    assert codes(li) == []
    is_sound(li)
    li.crm("unmerge", "acme")
    assert set(GONE.splitlines()) <= set(li.read("customers/acme-de.md").splitlines())
    assert "acme-de" not in li.read("customers/acme.md")
    assert one(li, "contacts", "--columns", "customer")["customer"] == "acme-de"
    is_sound(li)


def test_each_into_the_other(pair: Team) -> None:
    """Git stops at both files. Kept is the first as Li has it, and the circle closes nowhere."""
    anna, li = pair.anna, pair.li
    anna.crm("merge", "acme", "acme-de")
    share(anna)
    li.crm("merge", "acme-de", "acme")
    li.commit()
    pull(li, conflict=True)
    for name in ("acme", "acme-de"):
        if (li.root / "customers" / f"{name}.md").exists():
            li.says("resolve", name, "--theirs")
    li.says("resolve", "--theirs")
    li.git("commit", "-q", "--no-edit")
    is_sound(li)
    found: list[dict[str, object]] = json.loads(li.crm("customers", "--columns", "id", "--format", "json"))
    assert [row["id"] for row in found] == ["acme"]
    assert "Bo Li" in li.crm("show", "acme", "--format", "plain")


def test_two_clones_share_by_sync(pair: Team) -> None:
    anna, li = pair.anna, pair.li
    anna.crm("merge", "acme", "acme-de")
    li.crm("deal", "add", "Robot", "customer=acme-de")
    li.crm("log", "acme-de", "--kind", "call", "wants a robot")
    for clone in (anna, li, anna):
        clone.crm("sync")
    for clone in (anna, li):
        assert one(clone, "deals", "customer:acme", "--columns", "name")["name"] == "Robot"
        assert codes(clone) == ["merged-reference"]
        is_sound(clone)
    anna.crm("unmerge", "acme")
    for clone in (anna, li):
        clone.crm("sync")
        is_sound(clone)
        assert one(clone, "deals", "--columns", "customer")["customer"] == "acme-de"
        assert codes(clone) == []
