"""Whatever sequence of `add`, `set` and `move` succeeds, no record of the op breaks a `need`, `must` or `lock`.

The rules are said twice: in the language, in the schema; and below in plain Python, asked of the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.actions.add import add_record
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.actions.undo import undo
from crmcli.engines.outcome import Outcome
from crmcli.errors import CrmError
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import Place, make_book
from tests.environment import NOW

SCHEMA = """
note = { type = "text", need = "lost_reason:other" }
cost = { type = "money", must = "cost<amount" }
profit = { type = "money", calc = "amount - cost", must = "profit>=5" }
tier = { type = "choice", options = ["A", "B"], must = "tier:B OR customer.size>10" }
signed = { type = "date", need = "is:won OR stage:negotiation" }
number = { type = "text", lock = true }
seen = { type = "int", must = "old.seen:none OR seen>=old.seen" }
"""
LOCKED = 'lock = "is:closed" }'

AMOUNTS = st.sampled_from(["", "1", "7", "12", "100"])
WORDS = st.lists(
    st.one_of(
        AMOUNTS.map("amount={}".format),
        AMOUNTS.map("cost={}".format),
        st.sampled_from(["note=x", "note=", "lost_reason=other", "lost_reason=price", "lost_reason="]),
        st.sampled_from(["tier=A", "tier=B", "tier=", "customer=big", "customer=small", "customer="]),
        st.sampled_from(["close=2026-12-01", "signed=2026-12-01", "signed=", "number=1", "number=2", "number="]),
        st.sampled_from(["seen=1", "seen=5", "seen=", "seen=(seen+1)", "cost=(amount*0.5)", "amount=(amount+1)"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda word: word.partition("=")[0],
)
STAGES = st.sampled_from(["contact", "needs", "proposal", "negotiation", "won", "lost", "hold"])
PICKS = st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True)
STEPS = st.one_of(
    st.tuples(st.just("add"), WORDS),
    st.tuples(st.just("set"), PICKS, WORDS),
    st.tuples(st.just("move"), PICKS, STAGES, WORDS),
    st.tuples(st.just("size"), st.sampled_from(["big", "small"]), st.sampled_from(["5", "11", ""])),
    st.tuples(st.just("undo")),
)

State = dict[str, str]


def on_disk(root: Path) -> dict[str, State]:
    """Every deal and customer as its file says: a line `name: value` each, nothing of crm's own reading."""
    found: dict[str, State] = {}
    for path in sorted([*root.glob("deals/*.md"), *root.glob("customers/*.md")]):
        lines = [line.partition(": ") for line in path.read_text().splitlines() if ": " in line]
        found[f"{path.parent.name}/{path.stem}"] = {name: value.strip("'\"") for name, _, value in lines}
    return found


def number(state: State, name: str) -> Decimal | None:
    """The amount or count a file says."""
    text = state.get(name, "").removesuffix(" EUR")
    return Decimal(text) if text else None


def breaches(state: State, before: State, everything: dict[str, State]) -> list[str]:
    """The rules of the schema, in Python."""
    amount, cost, seen = (number(state, name) for name in ("amount", "cost", "seen"))
    was = number(before, "seen")
    stage = state.get("stage", "contact")
    size = number(everything.get(f"customers/{state.get('customer', '')}", {}), "size")
    broken = {
        "note": state.get("lost_reason") == "other" and not state.get("note"),
        "cost": cost is not None and (amount is None or cost >= amount),
        "profit": amount is not None and cost is not None and amount - cost < 5,
        "tier": state.get("tier") == "A" and (size is None or size <= 10),
        "signed": stage in ("won", "negotiation") and not state.get("signed"),
        "number": bool(before.get("number")) and state.get("number") != before["number"],
        "amount": before.get("stage") in ("won", "lost") and state.get("amount") != before.get("amount"),
        "seen": seen is not None and was is not None and seen < was,
    }
    return [name for name, is_broken in broken.items() if is_broken]


def run(book: Book, deals: list[Ref], step: tuple[object, ...]) -> Outcome | None:
    """One command; None where there is nothing to do it to."""
    match step:
        case ("add", list() as words):
            return add_record(book, book.setup.types["deal"], "Arm", words)
        case ("size", str() as who, str() as size):
            return set_fields(book, [Ref("customers", who)], [f"size={size}"])
        case ("undo",):
            return undo(book)
        case ("set", list() as picks, list() as words) if deals:
            return set_fields(book, chosen(deals, picks), words)
        case ("move", list() as picks, str() as stage, list() as words) if deals:
            return move_records(book, chosen(deals, picks), stage, words)
    return None


def chosen(deals: list[Ref], picks: list[int]) -> list[Ref]:
    """Deals by number, each once."""
    return list(dict.fromkeys(deals[pick % len(deals)] for pick in picks))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A book with the rules, at its moment while the laws are asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW)
        book = make_book(tmp_path_factory.mktemp("rules") / "book")
        schema = book.root / "schema" / "deal.toml"
        text = schema.read_text()
        line = next(line for line in text.splitlines() if line.startswith("amount "))
        schema.write_text(text.replace(line, line[: line.rindex("}")].rstrip() + ", " + LOCKED) + SCHEMA)
        for name, size in (("big", "50"), ("small", "2")):
            (book.root / "customers").mkdir(exist_ok=True)
            (book.root / "customers" / f"{name}.md").write_text(f"---\nname: {name}\nsize: {size}\n---\n")
        yield Place(book)


def test_what_succeeds_keeps_the_rules(place: Place) -> None:
    done: Counter[str] = Counter()

    @settings(max_examples=40)
    @given(st.lists(STEPS, min_size=3, max_size=14))
    def law(steps: list[tuple[object, ...]]) -> None:
        book, past = place.fresh(), list[dict[str, State]]()
        assert keeps_the_rules(book, ("add", ["amount=100"]), past)
        done.update(str(step[0]) for step in steps if keeps_the_rules(book, step, past))

    law()
    assert min(done[kind] for kind in ("add", "set", "move", "size", "undo")) >= 5, done


def keeps_the_rules(book: Book, step: tuple[object, ...], past: list[dict[str, State]]) -> bool:
    """A command that is refused changes nothing, one that succeeds leaves its records within the rules; whether it did.

    `past` holds what there was before each op: an undo brings that back, whatever the rules say by then.
    """
    before = on_disk(book.root)
    deals = [Ref("deals", on.partition("/")[2]) for on in before if on.startswith("deals/")]
    try:
        outcome = run(book, deals, step)
    except CrmError as error:
        assert error.exit_code in (2, 3, 5, 7), error  # noqa: PT017 - a refusal is an answer too
        assert on_disk(book.root) == before
        return False
    if outcome is None:
        return False
    after = on_disk(book.root)
    if step[0] == "undo":
        assert after == past.pop()
        return True
    for ref in outcome.refs:
        if ref.plural == "deals":
            assert breaches(after[str(ref)], before.get(str(ref), {}), after) == [], (step, after[str(ref)])
    if after == before:
        return False
    past.append(before)
    return True
