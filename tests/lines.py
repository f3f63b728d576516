"""A book of the core kit whose deals have lines: the schema of docs/questions.md dropped into a fresh book."""

from __future__ import annotations

from pathlib import Path

from crmcli.store.book import Book
from tests.books import reopen

LINE = """\
embedded = true
plural   = "lines"

[fields]
product  = { type = "product", need = true, label = { en = "Product", zh = "产品" } }
qty      = { type = "decimal", default = "1", must = "qty>0", was = ["pieces"] }
price    = { type = "money",   default = "(product.price)" }
discount = { type = "percent", default = "0%" }
tax      = { type = "percent", default = "(product.tax)" }
note     = { type = "text" }
net      = { type = "money",   calc = "qty * price * (1 - discount)" }
gross    = { type = "money",   calc = "net * (1 + tax)" }
"""


def with_lines(book: Book, line: str = LINE) -> Book:
    """Give deals the field `lines` and products a tax; return the book opened again."""
    schema = Path(book.root) / "schema"
    (schema / "line.toml").write_text(line, encoding="utf-8")
    for name, field in (
        ("deal", 'lines = { type = "line[]" }'),
        ("product", 'tax = { type = "percent", default = "13%" }'),
    ):
        path = schema / f"{name}.toml"
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{field}\n", encoding="utf-8")
    return reopen(book)
