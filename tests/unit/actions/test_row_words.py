"""Rows in words: made with a record, added, changed by number, taken out, emptied, read from a file, edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.actions.edit import EditedItemError, apply_edit
from crmcli.actions.rename import rename
from crmcli.actions.rows import RowNotFoundError, RowNumberError, RowPartError, RowsManyError
from crmcli.actions.set import set_fields
from crmcli.actions.undo import undo
from crmcli.actions.words import NotAListError
from crmcli.engines.conditions import ConditionWrongError
from crmcli.engines.road import Request, carry_out
from crmcli.engines.row_rules import RowColumnEmptyError, RowRuleBrokenError, RowValueTakenError
from crmcli.engines.rows import RowRefusedError, RowsEqualError, RowTwiceError
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.query import compile as compile_module
from crmcli.query.parser import parse
from crmcli.store.book import Book
from tests.books import WISHES, add, make_book
from tests.lines import LINE, with_lines
from tests.storing import index_differences, journal_events, replay_differences


@pytest.fixture
def shop(book: Book) -> Book:
    """Two products: an arm for 4821 euros, a cart for 90 dollars without tax."""
    book = with_lines(book)
    add(book, "product", "Arm", "price=4821")
    add(book, "product", "Cart", "price='90 USD'".replace("'", ""), "tax=")
    return book


def product(book: Book, title: str) -> str:
    return book.resolve("product", title)


def lines(book: Book, ref: Ref) -> list[str]:
    return book.read_record(ref).items("lines")


def deal(book: Book, *words: str) -> Ref:
    return add(book, "deal", "Big", *words)


def test_a_row_is_made_with_its_record_and_takes_the_defaults_of_its_columns(shop: Book) -> None:
    arm, cart = product(shop, "arm"), product(shop, "cart")
    ref = deal(shop, "lines+=product=arm qty=3", "lines+=product=cart discount=20%")
    assert lines(shop, ref) == [
        f"{{product: {arm}, qty: 3, price: 4821.00 EUR, discount: 0%, tax: 13%}}",
        f"{{product: {cart}, qty: 1, price: 90.00 USD, discount: 20%}}",
    ]
    text = (shop.root / shop.path_of(ref)).read_text()
    assert f"lines:\n  - {{product: {arm}, qty: 3, " in text
    assert index_differences(shop) == []
    assert replay_differences(shop) == []


def test_a_column_left_empty_takes_no_default(shop: Book) -> None:
    arm = product(shop, "arm")
    ref = deal(shop, "lines+=product=arm price= tax=")
    assert lines(shop, ref) == [f"{{product: {arm}, qty: 1, discount: 0%}}"]
    set_fields(shop, [ref], ["lines+=product=arm qty=2 price="])
    assert lines(shop, ref)[1] == f"{{product: {arm}, qty: 2, discount: 0%, tax: 13%}}"


def test_a_default_may_be_an_expression_on_the_row(book: Book) -> None:
    line = LINE.replace("(product.price)", "(product.price * 2)").replace('"0%"', '"(if(qty >= 10, 0.1, 0))"')
    book = with_lines(book, line)
    add(book, "product", "Arm", "price=100")
    ref = deal(book, "lines=product=arm qty=10\nproduct=arm qty=2")
    assert [row.split(", ", 1)[1] for row in lines(book, ref)] == [
        "qty: 10, price: 200.00 EUR, discount: 10%, tax: 13%}",
        "qty: 2, price: 200.00 EUR, discount: 0%, tax: 13%}",
    ]


def test_a_computed_default_is_written_as_its_column_holds_it(book: Book) -> None:
    """Lengths, days of moments, months, whole numbers, amounts of numbers, references: as a field of a record takes them."""
    columns = {
        "start": 'type = "date"',
        "until": 'type = "date", default = "(start + 30d)"',
        "takes": 'type = "duration", default = "(until - start)"',
        "month": 'type = "month", default = "(until)"',
        "at": 'type = "datetime"',
        "day": 'type = "date", default = "(at)"',
        "count": 'type = "int", default = "(round(7 / 2))"',
        "price": 'type = "money", default = "(count * 10)"',
        "note": 'type = "text", default = "(count + 1)"',
        "share": 'type = "percent", default = "(count / 8)"',
        "sure": 'type = "flag", default = "(count>3)"',
        "arm": 'type = "product", back = "arms"',
        "other": 'type = "product", default = "(arm)", back = "others"',
    }
    fields = "".join(f"{name} = {{ {words} }}\n" for name, words in columns.items())
    book = with_lines(book, f'embedded = true\nplural = "lines"\n[fields]\n{fields}')
    add(book, "product", "Arm")
    ref = deal(book, "lines+=start=2026-12-15 at=2026-12-31@23:30 arm=arm")
    cells = dict(cell.split(": ", 1) for cell in lines(book, ref)[0].strip("{}").split(", "))
    arm = product(book, "arm")
    assert cells == {
        "start": "2026-12-15", "until": "2027-01-14", "takes": "30d", "month": "2027-01",
        "at": "2026-12-31T23:30:00+01:00", "day": "2026-12-31", "count": "4", "price": "40.00 EUR", "note": "5",
        "share": "50%", "sure": "yes", "arm": arm, "other": arm,
    }  # fmt: skip


def test_what_is_asked_of_rows_is_compiled_once_for_an_op(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book = with_lines(book, LINE.replace("(product.price)", "(product.price * 2)"))
    arm = add(book, "product", "Arm", "price=100").id
    compiled: list[object] = []
    for name in ("compile_value", "compile_filter"):
        own = getattr(compile_module, name)

        def seen(*given: object, own: Callable[..., object] = own) -> object:
            compiled.append(given[0])
            return own(*given)

        monkeypatch.setattr(compile_module, name, seen)
    rows = [f"{{product: {arm}, qty: {number}}}" for number in (1, 2)]
    changes = [Change("create", Ref("deals", f"d{n}"), record={"name": "D", "lines": list(rows)}) for n in range(3)]
    carry_out(book, changes, Request("test"))
    assert (
        lines(book, Ref("deals", "d2"))[1] == f"{{product: {arm}, qty: 2, price: 200.00 EUR, discount: 0%, tax: 13%}}"
    )
    assert compiled.count(parse("product.price * 2")) == 1
    assert compiled.count(parse("qty>0")) == 1


def test_a_default_that_cannot_be_read_stops_the_row(book: Book) -> None:
    book = with_lines(book, LINE.replace("(product.tax)", "(product.taxes)"))
    add(book, "product", "Arm")
    with pytest.raises(ConditionWrongError, match="`default` of tax cannot be asked"):
        deal(book, "lines+=product=arm")


def test_the_journal_has_rows_as_items_of_a_list(shop: Book) -> None:
    arm = product(shop, "arm")
    ref = deal(shop)
    set_fields(shop, [ref], ["lines+=product=arm qty=3"])
    set_fields(shop, [ref], ["lines.1.qty=4"])
    one, other = journal_events(shop.root)[-2:]
    row = f"{{product: {arm}, qty: QTY, price: 4821.00 EUR, discount: 0%, tax: 13%}}"
    assert (one.field, one.add, one.remove) == ("lines", (row.replace("QTY", "3"),), ())
    assert (other.field, other.add, other.remove) == ("lines", (row.replace("QTY", "4"),), (row.replace("QTY", "3"),))


def test_a_row_that_is_changed_keeps_its_place_and_undo_puts_it_back(shop: Book) -> None:
    ref = deal(shop, "lines=product=arm\nproduct=cart\nproduct=arm qty=9")
    before = lines(shop, ref)
    set_fields(shop, [ref], ["lines.1.qty=5", "lines.2.discount=10%"])
    after = lines(shop, ref)
    assert [row.split("qty: ")[1][0] for row in after] == ["5", "1", "9"]
    assert "discount: 10%" in after[1]
    undo(shop)
    assert lines(shop, ref) == before
    assert index_differences(shop) == []


def test_a_column_is_emptied_and_stays_so(shop: Book) -> None:
    ref = deal(shop, "lines+=product=arm note=blue")
    set_fields(shop, [ref], ["lines.1.note="])
    set_fields(shop, [ref], ["lines.1.price="])
    set_fields(shop, [ref], ["lines.1.qty=2"])
    assert lines(shop, ref) == [f"{{product: {product(shop, 'arm')}, qty: 2, discount: 0%, tax: 13%}}"]


def test_rows_go_by_number_or_by_what_they_say(shop: Book) -> None:
    ref = deal(shop, "lines=product=arm\nproduct=cart\nproduct=arm qty=9")
    set_fields(shop, [ref], ["lines-=1,2"])
    assert [row.split("qty: ")[1][0] for row in lines(shop, ref)] == ["9"]
    set_fields(shop, [ref], ["lines-=product=arm qty=9"])
    assert lines(shop, ref) == []
    set_fields(shop, [ref], ["lines+=product=arm", "lines+=product=cart"])
    set_fields(shop, [ref], ["lines="])
    assert "lines" not in shop.read_record(ref).fields


def test_a_whole_list_comes_from_a_file_and_rows_that_stay_are_no_change(shop: Book, tmp_path: Path) -> None:
    ref = deal(shop, "lines=product=arm\nproduct=cart")
    file = tmp_path / "rows.txt"
    file.write_text("# a comment\n- {product: cart}\n\n  product=arm qty=7\n", encoding="utf-8")
    outcome = set_fields(shop, [ref], [f"lines=@{file}"])
    assert [(len(event.add), len(event.remove)) for event in outcome.events] == [(1, 1)]
    assert sorted(row.split("qty: ")[1][0] for row in lines(shop, ref)) == ["1", "7"]
    assert set_fields(shop, [ref], [f"lines=@{file}"]).events == []


@pytest.mark.parametrize(
    ("word", "error", "says"),
    [
        ("lines+=product=arm qty=x", RowRefusedError, "lines 3: qty: not a number: 'x'"),
        ("lines+=product=arm qty=1", RowTwiceError, "lines 3 says the same as lines 1"),
        ("lines.2.product=arm", None, ""),
        ("lines+=qty=2", RowColumnEmptyError, "needs product"),
        ("lines+=product=arm qty=0", RowRuleBrokenError, "lines 3: qty is 0 and must keep qty>0"),
        ("lines.1.qty=-1", RowRuleBrokenError, "lines 1: qty is -1 and must keep qty>0"),
        ("lines.1.product=", RowColumnEmptyError, "lines 1 needs product"),
        ("lines.3.qty=1", RowNumberError, "has no lines 3"),
        ("lines-=0", RowNumberError, "has no lines 0"),
        ("lines.1=5", RowPartError, "`lines.1` names no column of a row"),
        ("lines.qty=5", RowPartError, "`lines.qty` names no column of a row"),
        ("lines-=product=arm qty=7", RowNotFoundError, "has no lines with product=arm qty=7"),
        ("lines-=qty=1", RowsManyError, "lines 1, 2 have qty=1"),
        ("lines.2.qty+=1", NotAListError, "deal.lines.2.qty holds one value, and += is for lists"),
        ("lines.1.qty-=1", NotAListError, "deal.lines.1.qty holds one value, and -= is for lists"),
        ("lines.3.qty+=1", RowNumberError, "has no lines 3"),
        ("lines.1.net=5", RowRefusedError, "lines 1: net is computed"),
    ],
)
def test_what_cannot_be_is_refused_with_row_and_column(
    shop: Book, word: str, error: type[CrmError] | None, says: str
) -> None:
    ref = deal(shop, "lines=product=arm\nproduct=cart")
    before = lines(shop, ref)
    if error is None:
        set_fields(shop, [ref], [word])
        return
    with pytest.raises(error) as refused:
        set_fields(shop, [ref], [word])
    assert says in str(refused.value)
    assert lines(shop, ref) == before


def test_equal_rows_of_one_command_are_refused_too(shop: Book) -> None:
    with pytest.raises(RowTwiceError, match="lines 2 says the same as lines 1"):
        deal(shop, "lines+=product=arm", "lines+=product=arm qty=1")


def test_rows_that_are_bad_already_do_not_stop_a_good_one(shop: Book) -> None:
    ref = deal(shop, "lines+=product=arm")
    path = shop.root / shop.path_of(ref)
    path.write_text(path.read_text().replace("qty: 1,", "qty: -1,"))
    set_fields(shop, [ref], ["lines+=product=cart"])
    assert len(lines(shop, ref)) == 2


def test_one_of_two_equal_rows_of_a_hand_is_never_taken_with_the_other(shop: Book) -> None:
    ref = deal(shop, "lines+=product=arm")
    path = shop.root / shop.path_of(ref)
    row = next(line for line in path.read_text().splitlines() if "product" in line)
    path.write_text(path.read_text().replace(row, f"{row}\n{row}"))
    for word in ("lines-=2", "lines.2.qty=3"):
        with pytest.raises(RowsEqualError, match="lines 1 and 2 say the same"):
            set_fields(shop, [ref], [word])
    assert len(lines(shop, ref)) == 2
    set_fields(shop, [ref], ["lines="])
    assert lines(shop, ref) == []


def test_a_unique_column_has_each_value_once_in_a_record(book: Book) -> None:
    book = with_lines(book, LINE.replace("need = true,", "need = true, unique = true,"))
    add(book, "product", "Arm")
    ref = deal(book, "lines+=product=arm")
    with pytest.raises(RowValueTakenError, match=r"lines 2: product .* stands in lines 1 already"):
        set_fields(book, [ref], ["lines+=product=arm qty=2"])
    with pytest.raises(RowValueTakenError):
        add(book, "deal", "Two", "lines=product=arm\nproduct=arm qty=2")
    set_fields(book, [ref], ["lines.1.qty=2"])
    add(book, "deal", "Other", "lines+=product=arm")


def test_the_company_says_it_in_its_own_words(book: Book) -> None:
    book = with_lines(book, LINE.replace('must = "qty>0"', 'must = "qty>0", say = "give a number of pieces"'))
    add(book, "product", "Arm")
    with pytest.raises(RowRuleBrokenError, match=r"lines 1: give a number of pieces \(qty: 0\)"):
        deal(book, "lines+=product=arm qty=0")


def test_a_column_may_be_needed_under_a_condition_and_a_computed_one_kept_in_bounds(book: Book) -> None:
    line = LINE.replace('note     = { type = "text" }', 'note = { type = "text", need = "discount>10%" }')
    book = with_lines(book, line.replace('(1 + tax)"', '(1 + tax)", must = "gross<1000"'))
    add(book, "product", "Arm", "price=100")
    with pytest.raises(RowColumnEmptyError, match="lines 1 needs note"):
        deal(book, "lines+=product=arm discount=20%")
    deal(book, "lines+=product=arm discount=20% note=why")
    with pytest.raises(RowRuleBrokenError, match="gross"):
        deal(book, "lines+=product=arm qty=10")


def test_an_edit_completes_what_is_new_and_names_what_is_wrong(shop: Book) -> None:
    arm = product(shop, "arm")
    ref = deal(shop, "lines+=product=arm")
    base = (shop.root / shop.path_of(ref)).read_bytes()
    row = next(line for line in base.splitlines() if b"product" in line)
    edited = base.replace(row, row + f"\n  - {{product: {arm}, qty: 2.0}}".encode())
    apply_edit(shop, ref, base, edited)
    assert lines(shop, ref)[1] == f"{{product: {arm}, qty: 2, price: 4821.00 EUR, discount: 0%, tax: 13%}}"
    base = (shop.root / shop.path_of(ref)).read_bytes()
    with pytest.raises(EditedItemError, match=r"line \d+: lines 1: qty: "):
        apply_edit(shop, ref, base, base.replace(b"qty: 1,", b"qty: one,"))
    with pytest.raises(EditedItemError, match="lines 2 says the same as lines 1"):
        apply_edit(shop, ref, base, base.replace(row, row + b"\n" + row).replace(b"qty: 2", b"qty: 3"))
    with pytest.raises(RowRuleBrokenError):
        apply_edit(shop, ref, base, base.replace(b"qty: 1,", b"qty: -1,"))
    assert (shop.root / shop.path_of(ref)).read_bytes() == base


def test_rows_follow_what_they_refer_to_and_hold_it(shop: Book) -> None:
    from crmcli.actions.archive import StillReferencedError, delete
    from crmcli.checks.references import find_problems

    ref = deal(shop, "lines+=product=arm")
    old = Ref("products", product(shop, "arm"))
    with pytest.raises(StillReferencedError, match="deals/"):
        delete(shop, [old], purge=True)
    rename(shop, old, "arm-new")
    found = shop.index.rows(
        'SELECT field, to_type, to_id, origin FROM refs WHERE "type" = ? AND field LIKE ?', ("deals", "lines%")
    )
    assert {tuple(row)[:3] for row in found} == {("lines.product", "products", "arm-new")}
    assert [tuple(row) for row in shop.index.rows("SELECT id, product FROM rows_lines")] == [(ref.id, "arm-new")]
    assert find_problems(shop) == []
    (shop.root / "products" / "arm-new.md").unlink()
    shop.index.stale()
    assert [(problem.code, problem.message.split(":")[0]) for problem in find_problems(shop)] == [
        ("dangling-reference", "lines.product")
    ]


def test_in_a_chinese_book_columns_answer_to_their_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", "2026-11-20T14:03:11+01:00")
    book = with_lines(make_book(tmp_path / "zh", wishes=WISHES._replace(language="zh")))
    add(book, "product", "机械臂", "price=4821")
    ref = deal(book, "lines+=产品＝机械臂 qty=3")
    assert lines(book, ref)[0].startswith(f"{{product: {product(book, '机械臂')}, qty: 3, price: 4821.00 EUR")
