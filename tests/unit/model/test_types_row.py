"""Rows inside records: what is typed, what is stored, what is refused with the column's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.schema import Field, RecordType
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.registry import type_named
from tests.unit.model.book import GERMAN

COLUMNS = {
    column.name: column
    for column in (
        Field("product", "product", reference="product", label={"zh": "产品"}),
        Field("qty", "decimal", default="1", was=("pieces",)),
        Field("price", "money"),
        Field("note", "text"),
        Field("net", "money", calc="qty * price"),
    )
}
LINE = RecordType("line", "lines", {}, (), "", (), "true", COLUMNS, "schema/line.toml")
BOOK = GERMAN._replace(types={"line": LINE})
ROWS = Field("lines", "line", many=True, embedded=True)


def typed(text: str) -> str:
    try:
        return type_named(ROWS).parse(text, ROWS, BOOK)
    except ValueRefused as refused:
        return f"refused: {refused.why} | {refused.hint}"


def checked(text: str) -> str:
    try:
        return type_named(ROWS).check(text, ROWS, BOOK)
    except ValueRefused as refused:
        return f"refused: {refused.why} | {refused.hint}"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("product=arm qty=3 price=4821", "{product: arm-7k3f9, qty: 3, price: 4821.00 EUR}"),
        ("price=4.8k product=arm", "{product: arm-7k3f9, price: 4800.00 EUR}"),
        ("{product: arm, qty: 3}", "{product: arm-7k3f9, qty: 3}"),
        ('note="two words" qty=2', "{qty: 2, note: two words}"),
        ("note=two words qty=2", "{qty: 2, note: two words}"),
        ("note=a=b, c", "{note: 'a=b, c'}"),
        ("note='it is {so}: yes'", "{note: 'it is {so}: yes'}"),
        ("note=it's qty=1", "{qty: 1, note: it's}"),
        ("产品＝arm", "{product: arm-7k3f9}"),
        ("pieces=4", "{qty: 4}"),
        ("qty=1 price=", "{qty: 1, price: ''}"),
    ],
)
def test_what_is_typed_becomes_a_flow_map_in_the_order_of_the_schema(text: str, stored: str) -> None:
    assert typed(text) == stored


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("arm", "`arm` is no column=value | write column=value words, as in product=arm qty=3"),
        (
            "qty=3 prise=4",
            "a line has no column `prise` | did you mean price?; its columns are product, qty, price, note",
        ),
        ("qty=3 qty=4", "qty stands twice | give it once"),
        ("pieces=3 qty=4", "qty stands twice | give it once"),
        ("net=3", "net is computed | change what it is computed from"),
        ("note='open", "a quote ' without its end | close it: 'two words'"),
        ("qty=", "the row is empty | write column=value words, as in product=arm qty=3"),
        ("", "the row is empty | write column=value words, as in product=arm qty=3"),
        (
            "{qty: [1]}",
            "this is no row | write it on one line, without maps or lists in it, as in {product: arm-2m8qd, qty: 3}",
        ),
    ],
)
def test_what_is_no_row_is_refused_in_words(text: str, words: str) -> None:
    assert typed(text) == f"refused: {words}"


def test_a_value_is_refused_under_the_name_of_its_column() -> None:
    assert typed("product=arm qty=x").startswith("refused: qty: ")
    assert checked("{product: Arm!, qty: 3}").startswith("refused: product: `Arm!` is no id of a record")


@pytest.mark.parametrize(
    ("stored", "canonical"),
    [
        ("{qty: 03.50,  product: '[[arm-2m8qd]]'}", "{product: arm-2m8qd, qty: 3.5}"),
        ("{price: 12, qty: 1}", "{qty: 1, price: 12.00 EUR}"),
        ("{colour: red, qty: 1}", "{qty: 1, colour: red}"),
        ("{pieces: 2}", "{qty: 2}"),
        ("{qty: 2, note: ''}", "{qty: 2}"),
        ("{qty: 2, net: guess}", "{qty: 2, net: guess}"),
    ],
)
def test_a_file_says_it_in_other_ways_too_and_unknown_columns_stay(stored: str, canonical: str) -> None:
    assert checked(stored) == canonical
    assert checked(canonical) == canonical


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"), min_size=1
)


@given(st.dictionaries(st.sampled_from(["note", "colour", "another one"]), TEXTS, min_size=1))
def test_whatever_text_a_column_holds_is_written_so_that_it_is_read_back(cells: dict[str, str]) -> None:
    import unicodedata

    from crmcli.text.flow import parse_flow_map
    from crmcli.text.yaml_write import render_flow_map

    stored = checked(render_flow_map(cells))
    assert parse_flow_map(stored) == {name: unicodedata.normalize("NFC", value) for name, value in cells.items()}
    assert checked(stored) == stored
