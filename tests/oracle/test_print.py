"""What a condition of the oracle's language is printed as reads back as the same tree, and means the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crmcli.query.parser import parse
from crmcli.query.printer import print_expr
from tests.oracle import examples
from tests.oracle.asked import TYPES
from tests.oracle.expressions import column, condition

CONDITIONS = st.sampled_from(TYPES).flatmap(lambda kind: condition(kind, 2))
COLUMNS = st.sampled_from(TYPES).flatmap(column)


@given(CONDITIONS | COLUMNS)
@examples(gate=200)
def test_parsing_what_was_printed_gives_the_same_tree(text: str) -> None:
    tree = parse(text)
    printed = print_expr(tree)
    assert parse(printed) == tree, printed
    assert print_expr(parse(printed)) == printed


@given(CONDITIONS)
@examples(gate=100)
def test_the_prompt_reads_what_files_read(text: str) -> None:
    """A condition that is no single name is the same tree where bare words would be looked for."""
    tree = parse(text)
    assert parse(print_expr(tree), prompt=True) == parse(text, prompt=True)
