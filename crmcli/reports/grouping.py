"""`--by`: the groups of a report, from any field, path or function of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from crmcli.light import NamedTuple
from crmcli.model.schema import label_of
from crmcli.query.tree import Call, Compare, Literal, Match, Not, Path, Word
from crmcli.reports.cells import TEXT, Cell, Form
from crmcli.reports.forms import form_of
from crmcli.reports.sparing import Sharing, let_go
from crmcli.reports.table import Column
from crmcli.text.fold import fold
from crmcli.text.plain_json import loads

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.env import QueryEnv
    from crmcli.query.tree import Expr
    from crmcli.query.value_sql import ValueSql
    from crmcli.reports.selection import Selection
    from crmcli.store.book import Book

Key = tuple[Cell, ...]
NAMED = frozenset(["choice", "reference", "flag", "stage"])
CHUNK = 500


class Question(NamedTuple):
    """One `--by`: what was typed, its tree, its SQL."""

    name: str
    expr: Expr
    value: ValueSql


class Group(NamedTuple):
    """One `--by` with what its values need to be shown and put in order."""

    question: Question
    column: Column
    place: Callable[[Cell, Key], Any]  # what to order a value by, in its row

    def texts(self, cell: Cell) -> tuple[str, ...]:
        """The names a value goes by: for scripts, for people; `none` when there is none."""
        if cell is None:
            return ("none", "")
        form = self.column.form
        script = form.script(cell) if form.script else str(cell)
        return (script, form.show(cell) if form.show else script)


class Fetched(NamedTuple):
    """The records of a selection: per record its columns as asked, and per `--by` its values."""

    rows: list[Sequence[Cell]]
    values: Sequence[Sequence[Sequence[Cell]]]


def split_groups(typed: Iterable[str]) -> list[str]:
    """Every group asked for: the option may be repeated, or hold several with commas outside parentheses."""
    found: list[str] = []
    for text in typed:
        start = depth = 0
        for end, letter in enumerate(text):
            depth += (letter == "(") - (letter == ")")
            if letter == "," and depth == 0:
                found.append(text[start:end])
                start = end + 1
        found.append(text[start:])
    return [name for text in dict.fromkeys(found) if (name := text.strip())]


def questions(names: Sequence[str], record_type: RecordType, env: QueryEnv) -> list[Question]:
    """Compile what was typed after `--by`; raises `QueryError` (exit 2)."""
    if not names:
        return []
    from crmcli.query.compile import compile_value  # noqa: PLC0415 - a report without groups does without
    from crmcli.query.parser import parse  # noqa: PLC0415

    return [Question(name, parse(name), compile_value(name, record_type, env)) for name in names]


def fetch(book: Book, selection: Selection, columns: Sequence[str], asked: Sequence[Question]) -> Fetched:
    """Ask for some columns (SQL on alias `r`) and the groups of every record selected; the id comes first."""
    pieces = ["r.id", *columns, *(question.value.text for question in asked)]
    params = [param for question in asked for param in question.value.params]
    sql = f'SELECT {", ".join(pieces)} FROM "rec_{selection.type.plural}" r WHERE {selection.where.text} ORDER BY r.id'
    return fetched(book.index.rows(sql, [*params, *selection.where.params]), 1 + len(columns), asked)


def fetched(found: list[Any], width: int, asked: Sequence[Question]) -> Fetched:
    """Cut rows into their first `width` columns and the groups they are in; `found` is empty then."""
    rows: list[Sequence[Cell]] = []
    values: list[Sequence[Sequence[Cell]]] = []
    known: dict[tuple[Cell, ...], Sequence[Sequence[Cell]]] = {}  # many records are in the same groups
    shared = Sharing().row
    for row in map(shared, let_go(found)):
        told = row[width:]
        if told not in known:
            known[told] = [values_of(question, cell) for question, cell in zip(asked, told, strict=True)]
        rows.append(row[:width])
        values.append(known[told])
    return Fetched(rows, values)


def values_of(question: Question, cell: Cell) -> Sequence[Cell]:
    """The groups a record is in: one, or one for each item of a list."""
    if not question.value.many:
        return (cell,)
    return tuple(dict.fromkeys(loads(cell))) if cell and cell != "[]" else (None,)


def partition(values: Sequence[Sequence[Sequence[Cell]]]) -> dict[Key, list[int]]:
    """Which rows are in each combination of groups; without groups, one combination with all of them."""
    found: dict[Key, list[int]] = {}
    for number, groups in enumerate(values):
        for key in product(*groups):
            found.setdefault(key, []).append(number)
    return found


def described(
    book: Book, record_type: RecordType, asked: Sequence[Question], values: Sequence[Sequence[Sequence[Cell]]]
) -> list[Group]:
    """Find out how the values of each group are shown and ordered: titles of references, labels of stages."""
    return [
        _group(book, record_type, question, {cell for row in values for cell in row[place] if cell is not None})
        for place, question in enumerate(asked)
    ]


def _group(book: Book, record_type: RecordType, question: Question, cells: set[Cell]) -> Group:
    value = question.value
    language = book.setup.config.language
    field = value.field
    label = label_of(field.label, language, question.name) if field and "." not in question.name else question.name
    form = _form(book, value)
    place: Callable[[Cell, Key], Any] = _text_place
    if value.family == "reference":
        titles = titles_of(book, value.reference, cells)
        form = Form(show=lambda cell: str(titles.get(cell, cell)))
        place = lambda cell, _: (fold(str(titles.get(cell, cell))), cell)  # noqa: E731
    elif value.family == "stage":
        labels = stage_labels(book, record_type)
        form = Form(show=lambda cell: str(labels.get(cell, cell)))
        place = _stage_place(book, labels)
    elif field is not None and field.options:
        order = {option.name: number for number, option in enumerate(field.options)}
        place = lambda cell, _: order.get(cell, len(order))  # noqa: E731
    elif value.family in ("number", "money", "duration", "flag"):
        place = lambda cell, _: cell  # noqa: E731
    return Group(question, Column(question.name, label, form), place)


def _form(book: Book, value: ValueSql) -> Form:
    """The form of one value; of a list, that of an item."""
    if value.many:
        return TEXT
    single = len(value.raw) == 1 and value.raw[0] == value.text
    return form_of(value if single else value._replace(raw=(), field=None), book.context, book.zone)


def _text_place(cell: Cell, _row: Key) -> tuple[str, str]:
    return (str(cell).casefold(), str(cell))


def titles_of(book: Book, reference: str, ids: Iterable[Cell]) -> dict[Cell, str]:
    """What stands for records in a line; nothing for references to any type, which say it themselves."""
    target = book.setup.types.get(reference)
    found: dict[Cell, str] = {}
    wanted = sorted(str(name) for name in ids)
    for start in range(0, len(wanted) if target else 0, CHUNK):
        some = wanted[start : start + CHUNK]
        marks = ", ".join("?" * len(some))
        plural = target.plural if target else ""
        rows = book.index.rows(f'SELECT id, "_title" FROM "rec_{plural}" WHERE id IN ({marks})', some)
        found.update({row[0]: row[1] for row in rows if row[1]})
    return found


def stage_labels(book: Book, record_type: RecordType) -> dict[Cell, str]:
    """Labels of all stages in order; where pipelines share a name, the type's own first pipeline says."""
    language = book.setup.config.language
    labels: dict[Cell, str] = {}
    for pipeline in sorted(book.setup.pipelines.values(), key=lambda pipeline: pipeline.type != record_type.name):
        for stage in pipeline.stages.values():
            labels.setdefault(stage.name, label_of(stage.label, language, stage.name))
    return labels


def _stage_place(book: Book, labels: Mapping[Cell, str]) -> Callable[[Cell, Key], Any]:
    """The order of stages: that of the pipeline the row is about, if it says so, else of all of them together."""
    orders = {pipeline.name: list(pipeline.stages) for pipeline in book.setup.pipelines.values()}
    everywhere = list(labels)

    def place(cell: Cell, row: Key) -> int:
        own = next((orders[other] for other in row if other in orders and cell in orders[other]), everywhere)
        return own.index(cell) if cell in own else len(own)

    return place


def in_order(groups: Sequence[Group], keys: Iterable[Key]) -> list[Key]:
    """Put combinations of groups in order, the first group first, without a value last."""

    def place(key: Key) -> list[tuple[bool, Any]]:
        return [
            (cell is None, None if cell is None else group.place(cell, key))
            for group, cell in zip(groups, key, strict=True)
        ]

    return sorted(keys, key=place)


def key_texts(groups: Sequence[Group], key: Key) -> tuple[str, ...]:
    """The names of a row for `--rows`: the values joined by commas, as scripts and as people read them."""
    texts = [group.texts(cell) for group, cell in zip(groups, key, strict=True)]
    return tuple(dict.fromkeys(",".join(forms) for forms in zip(*texts, strict=True)))


def conditions(groups: Sequence[Group], key: Key) -> list[Expr]:
    """The filter of one combination of groups, as a person would type it."""
    return [_condition(group, cell) for group, cell in zip(groups, key, strict=True)]


def _condition(group: Group, cell: Cell) -> Expr:
    from crmcli.query.calls import DATE_PARTS  # noqa: PLC0415 - only reports with groups

    expr, value = group.question.expr, group.question.value
    if cell is None:
        return Not(Match(expr, (Word("any"),)))
    text = group.texts(cell)[0]
    if isinstance(expr, Call) and expr.name in DATE_PARTS and isinstance(expr.args[0], Path):
        return Match(expr.args[0], (Word(text),))
    if value.family == "text":
        return Compare(expr, "=", Literal("string", text))
    return Match(expr, (Word(text, quoted=value.family in NAMED and not text.isidentifier()),))
