"""What paths lead to and sums come to: fields, references, collections, aggregates, arithmetic, functions, templates."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from crmcli.query.parser import parse
from crmcli.query.tree import (
    Arith,
    Call,
    Expr,
    Literal,
    Match,
    Negative,
    Path,
    Placeholder,
)
from tests.oracle import aggregates
from tests.oracle.days import DAY, Length, add, local, read_day, read_length, whole_months, written
from tests.oracle.leads import BUILT_IN, Lead, Leads
from tests.oracle.readers import TOUCHES, Field, Money, Row, World, half_even
from tests.oracle.trees import nodes, paths
from tests.oracle.values import Item, Worth, plain, unique

LEAVES = {
    "text": "text", "int": "number", "decimal": "number", "percent": "number", "rating": "number", "money": "money",
    "duration": "duration", "date": "date", "datetime": "datetime", "month": "date", "period": "period", "flag": "flag",
    "choice": "choice", "stage": "stage", "region": "region", "country": "code", "time": "time", "pipeline": "exact",
}  # fmt: skip
MEMBER = Field("by", "member", many=False, options={}, calc="", back="", within=False)
WORDS = {"now", "today", "yesterday", "tomorrow"}


class Reckoning(Leads):
    """Values of one world."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.root: Row | None = None
        self.known: dict[tuple[str, str], Any] = {}
        self.trees: dict[str, Expr] = {}

    def holds(self, node: Expr, row: Row) -> bool:
        raise NotImplementedError

    def number(self, text: str) -> Worth:
        raise NotImplementedError

    def tags_of(self, row: Row) -> list[str]:
        raise NotImplementedError

    def parsed(self, text: str) -> Expr:
        if text not in self.trees:
            self.trees[text] = parse(text)
        return self.trees[text]

    # ---- paths -------------------------------------------------------------------------------------------

    def path(self, node: Path, row: Row, *, speaks: bool = False) -> Worth:
        """The items a path has, all of them where it leads through many."""
        rows, kind, many = [row], row.kind, False
        for place, name in enumerate(node.names):
            lead = self.lead(kind, name)
            if lead is None:
                return self._leaves(rows, kind, node.names[place:], many=many)
            found = unique(
                one for each in rows for one in self._led(lead, each, speaks=speaks or "archived" in node.names)
            )
            rows, kind, many = found, lead.kind, many or lead.many
        field = Field("", kind, many=many, options={}, calc="", back="", within=False)
        return Worth("ref", [one.ref for one in rows], many, field)

    def _led(self, lead: Lead, row: Row, *, speaks: bool) -> list[Row]:
        found = lead.rows(row)
        if lead.kind == "log":
            found = [line for line in found if line.stored["do"] == "log"]
        if not lead.collection or speaks:
            return found
        return [one for one in found if not (one.whole if one.field and one.whole else one).values.get("archived")]

    def rows(self, node: Path, names: tuple[str, ...], row: Row, *, speaks: bool) -> list[Row]:
        found, kind = [row], row.kind
        for name in names:
            lead = self.lead(kind, name)
            assert lead is not None, node
            found, kind = unique(one for each in found for one in self._led(lead, each, speaks=speaks)), lead.kind
        return found

    def _leaves(self, rows: list[Row], kind: str, names: tuple[str, ...], *, many: bool) -> Worth:
        name = self.named(kind, names[0])
        part = names[1] if len(names) > 1 else ""
        sort, field = self._sort(kind, name, part)
        each = [self.leaf(row, name, part).items for row in rows]
        items = [item for found in each for item in found]
        return Worth(sort, items, many or bool(field and field.many), field)

    def _sort(self, kind: str, name: str, part: str) -> tuple[str, Field | None]:
        if kind == "moves":
            sorts = {"at": "datetime", "days": "number", "via": "via", "to": "stage", "from": "stage"}
            return sorts.get(name, "exact"), None
        if kind == "log" and name == "via":
            return "via", None
        field = self.world.types[kind].fields.get(name)
        if field is None:
            return BUILT_IN[name], MEMBER if name == "by" else None
        if part:
            return {"start": "date", "end": "date", "currency": "code"}.get(part, "text"), field
        return LEAVES.get(field.type, "ref"), field

    def leaf(self, row: Row, name: str, part: str = "") -> Worth:
        """A row's own values of a field, computed ones worked out."""
        field = self.world.types[row.kind].fields.get(name) if row.kind in self.world.types else None
        if field is not None and field.calc:
            items = self.computed(row, field)
        elif name in ("touched", "next_due", "late", "tags", "id", "type"):
            items = self._derived(row, name)
        else:
            items = row.values.get(name, [])
        if field is not None and field.type == "stage":
            items = [(item, row) for item in items]
        if row.kind == "moves" and name in ("from", "to"):
            items = [(item, row.whole) for item in items]
        if part == "currency":
            items = [item.currency for item in items]
        elif part in ("start", "end"):
            items = [item[part == "end"] for item in items]
            items = [item for item in items if item not in (date.min, date.max)]
        elif part in ("province", "city", "county"):
            items = self._places(items, ["province", "city", "county"].index(part))
        return Worth("", items)

    def _places(self, items: list[str], place: int) -> list[str]:
        split = [item.split("/") for item in items if not item.startswith("DE-")]
        return [parts[place] for parts in split if len(parts) > place]

    def _derived(self, row: Row, name: str) -> list[Item]:
        if name == "tags":
            return self.tags_of(row)
        if name == "id":
            return [row.name]
        if name == "type":
            return [row.kind]
        if name == "late":
            return [self.state(row, "late")]
        if name == "touched":
            lines = [line for line in self.log(row) if line.stored["do"] == "log" and line.values["kind"][0] in TOUCHES]
            return [max(line.values["at"][0] for line in lines)] if lines else []
        refs = {part.ref for part in self.parts(row)}
        tasks = [task for task in self.world.records["task"].values() if refs & set(task.values["on"])]
        due = [
            t.values["due"][0] for t in tasks if self.state(t, "open") and t.values["due"] and not t.values["archived"]
        ]
        return [min(due)] if due else []

    def state(self, row: Row, word: str) -> bool:
        kind = self.world.stage_kind(row)
        if word == "away":
            today = self.world.now.date()
            return any(first <= today <= last for first, last in row.values["away"])
        if word == "archived":
            return bool(row.values["archived"])
        if word == "closed":
            return kind in ("won", "lost")
        if word == "mine":
            return f"member/{self.world.me}" in row.values.get("for" if row.kind == "task" else "owner", [])
        if word == "late":
            due = next((row.values[name] for name in ("due", "close") if name in row.values), [])
            if kind in ("won", "lost") or not due:
                return False
            return due[0] < self.world.now if isinstance(due[0], datetime) else due[0] < self.world.now.date()
        return kind == word

    # ---- computed fields ---------------------------------------------------------------------------------

    def computed(self, row: Row, field: Field) -> list[Item]:
        key = (field.name, row.ref)
        if key not in self.known:
            self.known[key] = self._computed(row, field)
        found: list[Item] = self.known[key]
        return found

    def _computed(self, row: Row, field: Field) -> list[Item]:
        tree = self.parsed(field.calc)
        if isinstance(tree, Literal) and tree.kind == "string":
            text = re.sub(r"\{([^}]*)\}", lambda found: self.shown(found[1], row), tree.text)
            return [text] if text else []
        found = self.worth(tree, row)
        items = plain(found.kind, found.items)
        if field.type == "money":
            return [Money(half_even(item), "EUR", half_even(item)) for item in items]
        if field.type in ("decimal", "percent"):
            return [half_even(item * 10**6) / 10**6 for item in items]
        if field.type in ("int", "duration"):
            return [half_even(item) for item in items]
        if field.type == "date":
            return [local(item) if isinstance(item, datetime) else item for item in items]
        return items

    def shown(self, name: str, row: Row) -> str:
        """A field inside a template."""
        found = self.path(Path(tuple(name.split("."))), row)
        if found.kind == "ref":
            return ", ".join(self.world.title(one) for one in self.targets(found.items))
        stored = row.stored.get(name)
        if stored:
            return ", ".join(stored) if isinstance(stored, list) else str(stored)
        return "".join(
            f"{float(item.minor) / 100:.2f} EUR" if found.kind == "money" else str(item) for item in found.items
        )

    # ---- sums --------------------------------------------------------------------------------------------

    def worth(self, node: Expr, row: Row) -> Worth:
        if isinstance(node, Path):
            if len(node.names) == 1 and not self.knows(row, node.names[0]):
                span = read_day(node.names[0], self.world.now)
                if span is not None:
                    return Worth("datetime" if span.at else "date", [span.at or span.first], span=span)
            return self.path(node, row)
        if isinstance(node, Placeholder):
            return self.path(node.path, self.root or row)
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, Negative):
            found = self.worth(node.term, row)
            return Worth(found.kind, [-item for item in plain(found.kind, found.items)], rough=found.rough)
        if isinstance(node, Arith):
            return self._arith(node, self.worth(node.left, row), self.worth(node.right, row))
        if isinstance(node, Call):
            return self._call(node, row)
        return Worth("flag", [self.holds(node, row)])

    def _literal(self, node: Literal) -> Worth:
        if node.kind == "number":
            return self.number(node.text)
        if node.kind == "duration":
            length = read_length(node.text)
            return Worth("duration", [length], length=length)
        if node.kind in ("date", "signed"):
            span = read_day(node.text, self.world.now)
            assert span is not None, node
            return Worth("datetime" if span.at else "date", [span.at or span.first], span=span)
        return Worth("text", [node.text])

    def _arith(self, node: Arith, left: Worth, right: Worth) -> Worth:
        if left.kind in ("date", "datetime"):
            return self._dates(node, left, right)
        a, b = (next(iter(plain(side.kind, side.items)), None) for side in (left, right))
        kind = next((side.kind for side in (left, right) if side.kind != "number"), "number")
        if node.op == "/" and left.kind == right.kind:
            kind = "number"
        if a is None or b is None or (node.op == "/" and b == 0):
            return Worth(kind, [])
        if node.op in "+-" and left.kind != right.kind:
            a, b = (item * 100 if side.kind == "number" else item for item, side in ((a, left), (b, right)))
        made = {"+": a + b, "-": a - b, "*": a * b}[node.op] if node.op != "/" else Fraction(a) / b
        rough = left.rough or right.rough or any(Fraction(item).denominator != 1 for item in (a, b, made))
        return Worth(kind, [made], rough=rough)

    def _dates(self, node: Arith, left: Worth, right: Worth) -> Worth:
        a, b = left.one, right.one
        if right.kind in ("date", "datetime"):
            if a is None or b is None:
                return Worth("duration", [])
            if isinstance(a, datetime) and isinstance(b, datetime):
                return Worth("duration", [Fraction((a - b).total_seconds())])
            first, second = (local(side) if isinstance(side, datetime) else side for side in (a, b))
            return Worth("duration", [Fraction((first - second).days * DAY)])
        if a is None or b is None:
            return Worth(left.kind, [])
        sign = 1 if node.op == "+" else -1
        assert isinstance(b, Length), node
        if isinstance(a, datetime):
            return Worth("datetime", [a + sign * timedelta(seconds=float(b.seconds))])
        return Worth("date", [add(a, b, sign)])

    def _call(self, node: Call, row: Row) -> Worth:
        if node.name in aggregates.NAMES:
            return self._aggregate(node, row)
        if node.name == "if":
            return self._if(node, row)
        if node.name == "within":
            first, second = (self.worth(arg, row).items for arg in node.args)
            return Worth("flag", [any(a == b or a.startswith(f"{b}/") for a in first for b in second)])
        found = self.worth(node.args[0], row)
        if node.name == "months":
            return self._months(node.args[0], found, row)
        item = next(iter(plain(found.kind, found.items)), None)
        if item is None:
            return Worth(found.kind if node.name in ("round", "abs") else "text", [])
        if node.name == "abs":
            return Worth(found.kind, [abs(item)], rough=found.rough)
        if node.name == "round":
            return Worth(found.kind, [aggregates.rounded(item, found.kind, rough=found.rough)])
        return Worth("text", [written(local(item) if isinstance(item, datetime) else item, node.name)])

    def _if(self, node: Call, row: Row) -> Worth:
        args = node.args
        chosen = next((args[at + 1] for at in range(0, len(args) - 1, 2) if self.holds(args[at], row)), None)
        if chosen is None and len(args) % 2:
            chosen = args[-1]
        branches = [self.worth(arg, row) for arg in (*args[1::2], *(args[-1:] if len(args) % 2 else ()))]
        kind = next((branch.kind for branch in branches if branch.kind != "number"), "number")
        if chosen is None:
            return Worth(kind, [])
        found = self.worth(chosen, row)
        items = plain(found.kind, found.items)
        if kind == "money" and found.kind == "number":
            items = [item * 100 for item in items]
        return found._replace(kind=kind, items=items, span=None)

    def _months(self, node: Expr, found: Worth, row: Row) -> Worth:
        if isinstance(node, Arith) and node.op == "-":
            sides = [self.worth(side, row) for side in (node.left, node.right)]
            if all(side.kind in ("date", "datetime") for side in sides):
                if not all(side.items for side in sides):
                    return Worth("number", [])
                days = [
                    local(item) if isinstance(item, datetime) else item for item in (side.items[0] for side in sides)
                ]
                return Worth("number", [Fraction(whole_months(days[0], days[1]))])
        items = plain("duration", found.items)
        return Worth("number", [item / (DAY * Fraction("30.4375")) for item in items], rough=True)

    # ---- aggregates --------------------------------------------------------------------------------------

    def _aggregate(self, node: Call, row: Row) -> Worth:
        path = node.args[0]
        assert isinstance(path, Path), node
        filters = node.args[2:] if node.name == "decay" else node.args[1:]
        rows, names, kind = self._elements(path, filters, row)
        if not names:
            return aggregates.over(node.name, [Worth("ref", [one.ref]) for one in rows], rows)
        each = [self._leaves([one], kind, names, many=False) if self.lead(kind, names[0]) is None
                else self.path(Path(names), one) for one in rows]  # fmt: skip
        if node.name == "decay":
            half = self.worth(node.args[1], row).items[0].seconds
            return aggregates.decayed(each, half, self.world.now)
        if not each:
            sort = self._sort(kind, self.named(kind, names[0]), names[1] if len(names) > 1 else "")
            return aggregates.over(node.name, [], [], Worth(sort[0], [], field=sort[1]))
        return aggregates.over(node.name, each, rows, each[0])

    def _elements(self, path: Path, filters: tuple[Expr, ...], row: Row) -> tuple[list[Row], tuple[str, ...], str]:
        """The rows an aggregate runs over, what of each is meant, and the rows' type."""
        rows, kind, names = [row], row.kind, path.names
        speaks = any(map(self.speaks, filters)) or "archived" in names
        asks_field = any("field" in found.names for f in filters for found in paths(f))
        for place, name in enumerate(names):
            lead = self.lead(kind, name)
            if lead is None or (not lead.many and place == len(names) - 1):
                names = names[place:]
                break
            last = place == len(names) - 1 or self.lead(lead.kind, names[place + 1]) is None
            if lead.kind == "log" and asks_field:
                rows = unique(line for one in rows for line in lead.rows(one))
            else:
                rows = unique(one for each in rows for one in self._led(lead, each, speaks=speaks and last))
            kind = lead.kind
        else:
            names = ()
        return [one for one in rows if all(self.holds(f, one) for f in filters)], names, kind

    def speaks(self, node: Expr) -> bool:
        """Whether a filter speaks of archiving, that of its own records."""
        return any(
            found.left.names == ("is",) and any(getattr(value, "text", "") == "archived" for value in found.values)
            for found in nodes(node)
            if isinstance(found, Match) and isinstance(found.left, Path)
        ) or any(found.names == ("archived",) for found in paths(node))
