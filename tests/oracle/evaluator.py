"""Whether a condition holds of a row, and what its words mean: a plain recursive walk over the tree."""

from __future__ import annotations

import re
from fractions import Fraction

from crmcli.query.tree import (
    Compare,
    Expr,
    Group,
    Junction,
    Literal,
    Match,
    Not,
    Path,
    Placeholder,
    Range,
    Tag,
    Value,
    Word,
)
from tests.oracle.days import read_day, read_length
from tests.oracle.readers import Row, World
from tests.oracle.reckoning import Reckoning
from tests.oracle.values import (
    Item,
    Worth,
    beside_span,
    dates_between,
    fold,
    ordered,
    period_beside,
    plain,
)

SCALED = ("number", "money", "duration")
DATES = ("date", "datetime")
UNITS: dict[str, int | Fraction] = {"k": 1000, "m": 10**6, "bn": 10**9, "万": 10**4, "亿": 10**8, "%": Fraction(1, 100)}


class Evaluator(Reckoning):
    """Answers questions of one world; `root` is the record at hand."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unfolding: list[str] = []

    # ---- conditions --------------------------------------------------------------------------------------

    def holds(self, node: Expr, row: Row) -> bool:
        if isinstance(node, Junction):
            return (all if node.op == "AND" else any)([self.holds(term, row) for term in node.terms])
        if isinstance(node, Not):
            return not self.holds(node.term, row)
        if isinstance(node, Tag):
            return self.tagged(row, node.name)
        if isinstance(node, Compare):
            return self.compares(node, row)
        if isinstance(node, Match):
            return self.matches(node, row)
        return any(self.worth(node, row).items[:1]) if not isinstance(node, Path) else any(self.path(node, row).items)

    def tagged(self, row: Row, name: str) -> bool:
        return any(tag == name or tag.startswith(f"{name}/") for tag in self.tags_of(row))

    def tags_of(self, row: Row) -> list[str]:
        """Tags put by hand and those that a filter keeps."""
        kept = [
            name
            for name, tag in self.world.tags.items()
            if tag["for"] == row.kind and self._keeps(name, tag["where"], tag.get("but", ""), row)
        ]
        return [*row.values.get("tags", []), *kept]

    def _keeps(self, name: str, where: str, but: str, row: Row) -> bool:
        key = (f"+{name}", row.ref)
        if key not in self.known:
            self.known[key] = False  # a tag asked while it is worked out is that of another row, or static
            root, self.root = self.root, row
            self.known[key] = self.holds(self.parsed(where), row) and not (but and self.holds(self.parsed(but), row))
            self.root = root
        return bool(self.known[key])

    # ---- op ----------------------------------------------------------------------------------------------

    def compares(self, node: Compare, row: Row) -> bool:
        if node.op == "!=":
            return not self.compares(Compare(node.left, "=", node.right), row)
        left = self.worth(node.left, row)
        if left.kind == "word" or left.span is not None:
            turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(node.op, node.op)
            return self.compares(Compare(node.right, turned, node.left), row)
        right = self.beside(left, node.right, row)
        if node.op == "~":
            return any(re.search(str(right.one), text) for text in left.items)
        return any(self.one_compares(node.op, left, a, right) for a in plain(left.kind, left.items))

    def beside(self, left: Worth, node: Expr, row: Row) -> Worth:
        """The right side: a date word, else a field, else the option or record meant."""
        if isinstance(node, Path) and len(node.names) == 1 and not node.old:
            word = node.names[0]
            if left.kind in (*DATES, "period") and (span := read_day(word, self.world.now)):
                return Worth(left.kind, [], span=span)
            if not self.knows(row, word):
                return self.meant(left, word)
        if isinstance(node, Literal) and node.kind == "number" and left.kind in (*DATES, "period"):
            return Worth(left.kind, [], span=read_day(node.text, self.world.now))  # a year alone looks like a number
        if isinstance(node, Literal) and left.kind == "time":
            return self.word(left, node.text)
        if isinstance(node, Literal) and node.kind == "string" and left.kind in ("ref", "choice", "stage"):
            return self.meant(left, node.text)
        return self.worth(node, row)

    def meant(self, left: Worth, word: str) -> Worth:
        if left.kind == "ref":
            return Worth("ref", self.who(left, word))
        if left.kind == "choice":
            return Worth("choice", self.option(left, word))
        if left.kind == "flag":
            return Worth("flag", [word == "yes"])
        return Worth(left.kind, [word])

    def one_compares(self, op: str, left: Worth, item: Item, right: Worth) -> bool:
        if left.kind in DATES:
            if right.span is not None:
                return beside_span(op, item, right.span)
            return any(dates_between(op, item, other) for other in right.items)
        if left.kind == "period" and right.span is not None:
            return period_beside(op, item, right.span)
        if left.kind == "choice" and op != "=":
            options = list(left.field.options) if left.field else []
            return any(ordered(op, options.index(item), options.index(other)) for other in right.items)
        if left.kind == "stage" and op == "=":
            return any(
                item[0] == (other[0] if isinstance(other, tuple) else self.stage_named(item[1], other))
                for other in right.items
            )
        if left.kind == "stage":
            return any(self.stage_compares(op, item, other) for other in right.items)
        if left.kind in SCALED:
            item, others = self.level(left, item, right)
            return any(ordered(op, item, other, rough=left.rough or right.rough) for other in others)
        return any(ordered(op, item, other) for other in right.items)

    def level(self, left: Worth, item: Item, right: Worth) -> tuple[Item, list[Item]]:
        """Both sides in one unit: a number beside an amount is one of the book's currency."""
        others = plain(right.kind, right.items)
        if left.kind == "money" and right.kind == "number":
            others = [other * 100 for other in others]
        if left.kind == "number" and right.kind == "money":
            item *= 100
        return item, others

    def stage_compares(self, op: str, item: tuple[str, Row], other: Item) -> bool:
        """Within the record's own pipeline; what is not in it is neither before nor after."""
        name, row = item
        line = self.world.pipeline(row)
        stages = list(line["stage"]) if line else []
        word = self.stage_named(row, other[0] if isinstance(other, tuple) else other)
        return word in stages and name in stages and ordered(op, stages.index(name), stages.index(word))

    # ---- `:` ---------------------------------------------------------------------------------------------

    def matches(self, node: Match, row: Row) -> bool:
        if isinstance(node.left, Path) and node.left.names[-1] == "is":
            words = [value.text for value in node.values if isinstance(value, Word)]
            rows = self.rows(node.left, node.left.names[:-1], row, speaks="archived" in words)
            return any(self.state(one, word) for one in rows for word in words)
        left = self.worth(node.left, row)
        return any(self.value_matches(left, value, row) for value in node.values)

    def value_matches(self, left: Worth, value: Value, row: Row) -> bool:
        if isinstance(value, Word) and not value.quoted and value.text in ("none", "any"):
            return bool(left.items) == (value.text == "any")  # each the exact opposite of the other, through many too
        items = plain(left.kind, left.items)
        if isinstance(value, Group):
            right = self.worth(value.expr, row)
            return any(self.one_compares("=", left, item, right) for item in items)
        if isinstance(value, Placeholder):
            right = self.path(value.path, self.root or row)
            return any(self.item_equals(left, item, right) for item in items)
        if isinstance(value, Range):
            return any(self.between(left, item, value, row) for item in items)
        return any(self.word_matches(left, item, value) for item in items)

    def item_equals(self, left: Worth, item: Item, right: Worth) -> bool:
        if left.kind == "region":
            return any(lies_within(item, other) for other in right.items)
        if left.kind in SCALED:
            item, others = self.level(left, item, right)
            return any(ordered("=", item, other, rough=left.rough or right.rough) for other in others)
        if left.kind in DATES:
            return any(dates_between("=", item, other) for other in right.items)
        if left.kind == "stage":
            return any(item[0] == other[0] for other in right.items)
        if left.kind == "ref" and right.kind == "exact":
            return any(item.partition("/")[2] == other for other in right.items)
        return any(item == other for other in right.items)

    def between(self, left: Worth, item: Item, ends: Range, row: Row) -> bool:
        low, high = (None if end is None else self.end(left, end, row) for end in (ends.low, ends.high))
        if left.kind == "period":
            first, last = low.span.first if low and low.span else None, high.span.last if high and high.span else None
            return (first is None or item[1] >= first) and (last is None or item[0] <= last)
        return (low is None or self.one_compares(">=", left, item, low)) and (
            high is None or self.one_compares("<=", left, item, high)
        )

    def end(self, left: Worth, end: Word | Placeholder, row: Row) -> Worth:
        if isinstance(end, Placeholder):
            return self.path(end.path, self.root or row)
        return self.word(left, end.text)

    def word(self, left: Worth, text: str) -> Worth:
        """A word as written, read as the left side's kind reads it."""
        if left.kind in (*DATES, "period"):
            return Worth(left.kind, [], span=read_day(text, self.world.now))
        if left.kind in ("number", "money"):
            return self.number(text)
        if left.kind == "duration":
            length = read_length(text)
            return Worth("duration", [length] if length else [])
        if left.kind == "choice":
            return Worth("choice", self.option(left, text))
        return Worth(left.kind, [text.rjust(5, "0") if left.kind == "time" else text])

    def word_matches(self, left: Worth, item: Item, value: Value) -> bool:  # noqa: PLR0911 - by the kind of the left side
        assert isinstance(value, Word)
        text = value.text
        if left.kind == "text":
            return fold(text) in fold(item)
        if left.kind == "tags":
            return bool(item == text or item.startswith(f"{text}/"))
        if left.kind == "region":
            full = {"深圳": "广东/深圳", "南山": "广东/深圳/南山"}.get(text, text)
            return lies_within(item, full)
        if left.kind == "code":
            return bool(item == {"Germany": "DE", "china": "CN"}.get(text, text.upper()))
        if left.kind == "via":
            return bool(item == text or item.startswith(f"{text}:"))
        if left.kind == "stage":
            return bool(item[0] == self.stage_named(item[1], text))
        if left.kind == "ref":
            return item in self.who(left, text)
        if left.kind == "flag":
            return bool(item == (text == "yes"))
        if left.kind == "exact":
            return bool(item == text)
        return self.one_compares("=", left, item, self.word(left, text))

    # ---- words -------------------------------------------------------------------------------------------

    def number(self, text: str) -> Worth:
        """`12` `5k` `1.2m` `50万` `20%` `12kUSD`."""
        found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(k|m|bn|万|亿|%)?([A-Z]{3})?", text)
        assert found, text
        number = Fraction(found[1]) * Fraction(UNITS.get(found[2], 1))
        if not found[3]:
            return Worth("number", [number])
        rate = self.world.rate(found[3], self.world.now.date())
        assert rate is not None, "asked with a currency that has no rate"
        return Worth("money", [Fraction(round(number * rate * 100))])

    def option(self, left: Worth, word: str) -> list[str]:
        options = left.field.options if left.field else {}
        return [name for name, label in options.items() if fold(word) in (fold(name), fold(label))]

    def stage_named(self, row: Row, word: str) -> str:
        line = self.world.pipeline(row)
        stages = line["stage"] if line else {}
        return next(
            (name for name, said in stages.items() if fold(word) in (fold(name), fold(said.get("label", name)))), word
        )

    def who(self, left: Worth, word: str) -> list[str]:
        """Ranks of WHO; the first with a hit decides, and several that fit equally well are all meant."""
        if word == "me":
            return [f"member/{self.world.me}"]
        kinds = (
            [left.field.type]
            if left.field and left.field.type != "any"
            else [k for k, t in self.world.types.items() if not t.embedded]
        )
        plural, _, name = word.rpartition("/")
        if plural:
            kinds, word = [kind for kind in kinds if plural in (kind, self.world.types[kind].plural)], name
        rows = [row for kind in kinds for row in self.world.records[kind].values()]
        wanted = fold(word)
        titles = {row.ref: fold(self.world.title(row)) for row in rows}
        for hits in (
            [row.ref for row in rows if fold(row.name) == wanted],
            [row.ref for row in rows if titles[row.ref] == wanted],
            [row.ref for row in rows if fold(row.name).startswith(wanted)],
            [row.ref for row in rows if titles[row.ref].startswith(wanted)],
        ):
            if hits:
                return hits
        return []


def lies_within(region: str, whole: str) -> bool:
    return region == whole or region.startswith(f"{whole}/")
