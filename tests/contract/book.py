"""One rich book: the demo, and beside it rows, computed fields, dynamic tags, currencies, and a field of every type."""

from __future__ import annotations

from pathlib import Path

from crmcli.actions.demo import make_demo
from crmcli.actions.init import Person
from crmcli.model.schema import Field
from crmcli.model.types import TYPE_NAMES, type_named
from tests.environment import NOW
from tests.lines import LINE

ALONE = frozenset(["markdown", "stage", "pipeline", "checklist", "serial"])
"""Types of which a record has one field, or whose lists are written otherwise."""
OPTIONS = {"choice": '["A", "B"]', "checklist": '["营业执照", "合同"]'}
ELSEWHERE = {"any": "products/ID", "file": "files/contract.pdf", "image": "files/logo.png"}
"""Values that must point at something of this book; `ID` is filled in."""

TAGS = """\
[tag.big]
for = "deal"
label = { en = "Big deal", zh = "大单" }
where = "amount:50k.."
[tag.rich]
for = "customer"
where = "sum(deals.amount, is:won) > 0"
"""
DEAL = """\
lines       = { type = "line[]" }
weighted    = { type = "money", calc = "amount * odds" }
days_left   = { type = "int", calc = "if(close:any, 1, 0)" }
headline    = { type = "text", calc = "'{name} ({customer.name})'" }
"""
PIPELINE = 'for = "sample"\n[stage.fresh]\nlabel = { en = "Fresh", zh = "新" }\n[stage.used]\nkind = "won"\n'
HOOK = "#!/bin/sh\n# crm: on any batch\ncat >/dev/null\necho heard\n"
LEADS = ("imports/leads.toml", 'to = "customer"\nsame = ["name"]\ncolumns = { "Company" = "name", "Web" = "domain" }\n')
"""A map for `leads.csv`."""


def make_book(root: Path) -> Path:
    """Make the book; the clock must stand at `NOW`."""
    book = make_demo(root, Person("Anna Kern", "anna@example.com")).book
    _write(root / "schema/line.toml", LINE)
    _append(root / "schema/deal.toml", DEAL)
    _append(root / "schema/product.toml", 'tax = { type = "percent", default = "13%" }\n')
    _write(root / "rules/tags.toml", TAGS)
    _write(root / "schema/sample.toml", _sample_schema())
    _write(root / "pipelines/sample.toml", PIPELINE)
    for name in ("contract.pdf", "logo.png"):
        _write(root / "files" / name, "x")
    product = min(path.stem for path in (root / "products").iterdir())
    _write(root / "samples/full.md", _sample_record(product))
    _write(root / "samples/empty.md", "---\nname_text: Empty\n---\n")
    _write(
        root / "customers/qingdao.md",
        f"---\nname: 青岛啤酒\ntags:\n  - 华北\ncreated: {NOW}\n---\n\n十二个字\t和\\\\\n",
    )
    _write(
        root / "deals/qingdao-line.md",
        "---\nname: 罐装线 | zweite \\ Linie\ncustomer: qingdao\nstage: needs\namount: 500000.00 CNY\n"
        f"close: 2027-01-15\nlines:\n  - {{product: {product}, qty: 3, price: 12.50 EUR}}\n"
        f"  - {{product: {product}, qty: 1}}\ntags:\n  - 华北\ncreated: {NOW}\n---\n\nzwei\tWörter\n",
    )
    _write(
        root / "deals/no-rate.md",
        f"---\nname: No rate\ncustomer: qingdao\nstage: contact\namount: 1000 JPY\ncreated: {NOW}\n---\n",
    )
    _write(root / LEADS[0], LEADS[1])
    _write(root / "leads.csv", "Company,Web\nNew Co,new.example\n")
    _write(root / "hooks/cheer", HOOK)
    (root / "hooks/cheer").chmod(0o755)
    return Path(book.root)


def every_type() -> list[str]:
    """The names of the field types, records and rows aside."""
    return list(TYPE_NAMES)


def _sample_schema() -> str:
    lines = ['plural = "samples"', 'title = "name_text"', 'list = ["name_text"]', "[fields]"]
    for name in every_type():
        options = f", options = {OPTIONS[name]}" if name in OPTIONS else ""
        lines.append(f'name_{name} = {{ type = "{name}"{options} }}')
        if name not in ALONE:
            back = ', back = "listed"' if name == "any" else ""
            lines.append(f'list_{name} = {{ type = "{name}[]"{options}{back} }}')
    lines += ['name_customer = { type = "customer", back = "samples" }']
    lines += ['list_customer = { type = "customer[]", back = "sampled" }', 'rows_line = { type = "line[]" }']
    return "\n".join(lines) + "\n"


def _sample_record(product: str) -> str:
    lines = ["---"]
    for name in every_type():
        value = ELSEWHERE.get(name, "").replace("ID", product) or _example(name)
        if name == "stage":
            value = "fresh"
        elif name == "pipeline":
            value = "sample"
        if name == "checklist":
            lines += [f"name_{name}:", "  - 营业执照"]
        elif name != "markdown":
            lines.append(f"name_{name}: {value}")
        if name not in ALONE:
            lines += [f"list_{name}:", f"  - {value}"]
    lines += ["name_customer: qingdao", "list_customer:", "  - qingdao", "rows_line:"]
    lines += [
        f"  - {{product: {product}, qty: 2.5, discount: 20%}}",
        f"created: {NOW}",
        "---",
        "",
        "# Body",
        "",
        "of *it*",
    ]
    return "\n".join(lines) + "\n"


def _example(name: str) -> str:
    """The value the type's own manual gives as an example of a file's line."""
    return type_named(Field("field", name)).manual.stored.partition(": ")[2]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _append(path: Path, text: str) -> None:
    _write(path, f"{path.read_text(encoding='utf-8').rstrip()}\n{text}")
