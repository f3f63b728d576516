"""Computed fields that name the one before them twice: thirty of them would unfold to 2^30 times the first."""

from __future__ import annotations

from pathlib import Path

from crmcli.errors import FAILED, OK, USAGE
from tests.hostile.book import book_in, crm


def test_a_chain_that_doubles_is_refused_in_bounded_time(tmp_path: Path) -> None:
    root, acme = book_in(tmp_path / "book")
    schema = root / "schema" / "customer.toml"
    links = "".join(f'c{n} = {{ type = "int", calc = "if(c{n - 1} > {n}, c{n - 1}, size)" }}\n' for n in range(1, 31))
    lines = f'c0 = {{ type = "int", calc = "size + 1" }}\n{links}about '
    schema.write_text(schema.read_text(encoding="utf-8").replace("\nabout ", f"\n{lines}"), encoding="utf-8")
    assert crm(root, "set", acme.id, "size=3").code == OK
    assert crm(root, "customers", "c3>3", "--format", "ids").out.split() == [acme.id]
    asked = crm(root, "customers", "c30>3")
    assert (asked.code, "unfolds too far" in asked.err) == (USAGE, True)
    checked = crm(root, "check", "--format", "plain")
    assert (checked.code, "unfolds too far" in checked.out) == (FAILED, True)
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
