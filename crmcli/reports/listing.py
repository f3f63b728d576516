"""`crm TYPES FILTER…`: the records of a type that a filter finds, as a table."""

import re
from collections.abc import Sequence
from typing import Any

from crmcli.errors import UsageError
from crmcli.light import NamedTuple
from crmcli.model.schema import Field, RecordType, label_of
from crmcli.query.columns import split_columns
from crmcli.query.compile import QueryEnv, asks_archived, compile_filter, compile_sort, compile_value
from crmcli.query.fields import find_field
from crmcli.query.sql import Sql, SqlArgument
from crmcli.query.value_sql import ValueSql
from crmcli.reports.cells import TEXT, Cell, Form
from crmcli.reports.forms import form_of
from crmcli.reports.sparing import Sharing, let_go
from crmcli.reports.table import Column, Table
from crmcli.store.book import Book

TOTALLED = frozenset(["int", "decimal", "money"])
"""Field types whose sum over a list means something; grades and shares do not add up."""

NAMED = 3
"""How many records without a rate are named."""

DATED = frozenset(["date", "datetime", "month"])
"""Field types that put a list in their order when they head it."""


class Request(NamedTuple):
    """What is asked of a list. `columns` and `sort` as typed ("" for the schema's own); `limit` None for all rows."""

    words: Sequence[str] = ()
    columns: str = ""
    sort: str = ""
    limit: int | None = None
    people: bool = False  # titles for references, totals
    only: Sql | None = None  # a further condition on alias `r`, from the program itself


class EmptyColumnError(UsageError):
    """`--columns` with nothing between two commas."""

    def __init__(self, text: str) -> None:
        super().__init__(f"--columns {text!r}: a column's name is missing", hint="as in --columns id,name,owner.region")


class ListSql(NamedTuple):
    """The pieces of a list's question, for `--explain` and for asking."""

    select: Sql
    where: Sql
    order: Sql

    def text(self) -> str:
        """The whole question with its parameters, as people read it."""
        lines = [self.select.text, f"WHERE {self.where.text}", f"ORDER BY {self.order.text}"]
        params = [*self.select.params, *self.where.params, *self.order.params]
        return "\n".join([*lines, *(f"-- ?{number} = {value!r}" for number, value in enumerate(params, 1))])


class _Picked(NamedTuple):
    """One column: its name as asked, what it is, the SQL expressions of its cell, its form."""

    name: str
    value: ValueSql
    pieces: tuple[str, ...]
    params: tuple[SqlArgument, ...]
    form: Form


def list_records(book: Book, type_: RecordType, request: Request) -> Table:
    """Find the records and return them with the asked columns, ordered, at most `limit` of them."""
    env = _env(book, request)
    picked = _picked(book, type_, request, env)
    question = _question(type_, picked, request, env)
    limit = "" if request.limit is None else f" LIMIT {request.limit}"
    sql = f"{question.select.text} WHERE {question.where.text} ORDER BY {question.order.text}{limit}"
    rows = book.index.rows(sql, [*question.select.params, *question.where.params, *question.order.params])
    full = request.limit is not None and len(rows) >= request.limit
    totals, lacking = _totals(book, type_, picked, question) if request.people and len(rows) > 1 else ((), False)
    found = _count(book, type_, question) if full else len(rows)
    refs = [f"{type_.plural}/{row[0]}" for row in rows]
    bad = frozenset(number for number, row in enumerate(rows) if row[1])
    return Table(
        columns=tuple(Column(pick.name, pick.value.label or pick.name, pick.form) for pick in picked),
        rows=_cells(rows, picked),
        found=found,
        refs=refs,
        totals=totals,
        bad=bad,
        warnings=(*question.where.warnings, *(_rateless(book, type_, picked, question) if lacking else ())),
    )


def explain_list(book: Book, type_: RecordType, request: Request) -> list[str]:
    """How the answer is made: the SQL and its parameters."""
    env = _env(book, request)
    return _question(type_, _picked(book, type_, request, env), request, env).text().splitlines()


def _env(book: Book, request: Request) -> QueryEnv:
    def tags() -> set[str]:
        return {str(row[0]) for row in book.index.rows("SELECT DISTINCT tag FROM tags")}

    return QueryEnv(book.setup, book.now(), _me(book, request), tags, rate=book.rate)


def _me(book: Book, request: Request) -> str:
    """Who asks; found out only where the words may need it."""
    return book.me if any(re.search(r"\bm(e|ine)\b", word) for word in (*request.words, request.columns)) else ""


def _picked(book: Book, type_: RecordType, request: Request, env: QueryEnv) -> list[_Picked]:
    names = split_columns(request.columns) if request.columns else ["id", *type_.list]
    if "" in names:
        raise EmptyColumnError(request.columns)
    return [_pick(book, type_, name, env, people=request.people) for name in dict.fromkeys(names)]


def _pick(book: Book, type_: RecordType, name: str, env: QueryEnv, *, people: bool) -> _Picked:
    rows = find_field(type_, name)
    if rows is not None and rows.embedded:
        return _pick_rows(book, rows, name)
    value = compile_value(name, type_, env)
    field = value.field if "(" not in name else None
    label = label_of(field.label, book.setup.config.language, value.label or name) if field else value.label
    value = value._replace(label=label)
    if people and value.shown:
        return _Picked(name, value, (value.shown,), (), TEXT)
    form = form_of(value, book.context, book.zone)
    if people and value.family == "stage":
        labels = _stage_labels(book, type_)
        form = form._replace(show=lambda cell: str(labels.get(cell, cell)))
    if value.raw:
        return _Picked(name, value, value.raw, (), form)
    return _Picked(name, value, (value.text,), value.params, form)


def _pick_rows(book: Book, field: Field, name: str) -> _Picked:
    from crmcli.reports.row_cells import rows_form, rows_value  # noqa: PLC0415 - few types have rows

    value = rows_value(field)
    label = label_of(field.label, book.setup.config.language, name)
    return _Picked(name, value._replace(label=label), value.raw, (), rows_form(book, field))


def _stage_labels(book: Book, type_: RecordType) -> dict[str, str]:
    """Labels of the stages of every pipeline; a dotted path may lead to another type's."""
    language = book.setup.config.language
    found = {}
    for pipeline in sorted(book.setup.pipelines.values(), key=lambda pipeline: pipeline.type == type_.name):
        found.update({stage.name: label_of(stage.label, language, stage.name) for stage in pipeline.stages.values()})
    return found


def _question(type_: RecordType, picked: Sequence[_Picked], request: Request, env: QueryEnv) -> ListSql:
    pieces = ['r."id"', 'r."_problem"', *(piece for pick in picked for piece in pick.pieces)]
    params = tuple(param for pick in picked for param in pick.params)
    where = _condition(type_, request.words, env)
    if request.only:
        where = Sql(f"({where.text}) AND ({request.only.text})", (*where.params, *request.only.params), where.warnings)
    sort = request.sort or _own_order(type_)
    order = compile_sort([sort], type_, env) if sort else Sql('r."_fold", r.id')
    return ListSql(Sql(f'SELECT {", ".join(pieces)} FROM "rec_{type_.plural}" r', params), where, order)


def _own_order(type_: RecordType) -> str:
    """A type whose list begins with a day is read in the order of days, as tasks are; "" for all others: by title."""
    first = type_.fields.get(type_.list[0]) if type_.list else None
    return first.name if first and first.type in DATED and not first.many else ""


def _condition(type_: RecordType, words: Sequence[str], env: QueryEnv) -> Sql:
    """The filter; archived records are left out unless the words speak of them."""
    expression = None
    if words:
        from crmcli.query.words import parse_words  # noqa: PLC0415 - a list without a filter does without

        expression = parse_words(words)
    found = compile_filter(expression, type_, env)
    if asks_archived(expression):
        return found
    return Sql(f'({found.text}) AND r."archived" IS NULL', found.params, found.warnings)


def _cells(rows: list[Any], picked: Sequence[_Picked]) -> list[Sequence[Cell]]:
    """Cut each row into cells, and let go of it; a cell of several columns becomes a tuple, None when its first and its last are NULL.

    One of them may be of a period that is open on a side; the currency of an empty computed amount stands between.
    """
    shared = Sharing().row
    if all(len(pick.pieces) == 1 for pick in picked):
        return [shared(row)[2:] for row in let_go(rows)]
    spans = []
    start = 2
    for pick in picked:
        spans.append((start, start + len(pick.pieces)))
        start += len(pick.pieces)
    return [tuple([_cell(row, first, last) for first, last in spans]) for row in map(shared, let_go(rows))]


def _cell(row: tuple[Cell, ...], first: int, last: int) -> Cell:
    if last - first == 1 or (row[first] is None and row[last - 1] is None):
        return row[first]
    return row[first:last]


def _count(book: Book, type_: RecordType, question: ListSql) -> int:
    sql = f'SELECT count(*) FROM "rec_{type_.plural}" r WHERE {question.where.text}'
    return int(book.index.rows(sql, question.where.params)[0][0])


def _totals(
    book: Book, type_: RecordType, picked: Sequence[_Picked], question: ListSql
) -> tuple[tuple[Cell, ...], bool]:
    """Sums over everything found, shown or not, () where nothing adds up; and whether an amount has no rate.

    Money is in the book's currency.
    """
    sums = [pick.value for pick in picked if _adds_up(pick)]
    if not sums:
        return (), False
    pieces = ", ".join([f"max({_lacking(picked)})", *(f"sum({value.text})" for value in sums)])
    params = [param for value in sums for param in value.params]
    sql = f'SELECT {pieces} FROM "rec_{type_.plural}" r WHERE {question.where.text}'
    lacking, *found = book.index.rows(sql, [*params, *question.where.params])[0]
    left = iter(found)
    return tuple(_total(book, pick, next(left)) if _adds_up(pick) else None for pick in picked), bool(lacking)


def _lacking(picked: Sequence[_Picked]) -> str:
    """SQL for whether a record has an amount that sums cannot hold, for want of a rate into the book's currency."""
    amounts = (p for p in picked if p.value.family == "money" and len(p.pieces) > 1 and _adds_up(p))
    return " OR ".join(f"({p.pieces[0]} IS NOT NULL AND {p.value.text} IS NULL)" for p in amounts) or "0"


def _adds_up(pick: _Picked) -> bool:
    """Whether the sum of a column means something: of numbers and money; of expressions, of what is counted or summed."""
    value = pick.value
    kind = value.field.type if value.field and not value.many else ""
    counted = value.family == "number" and pick.name.startswith(("count(", "sum("))
    return kind in TOTALLED or (not value.field and (value.family == "money" or counted))


def _rateless(book: Book, type_: RecordType, picked: Sequence[_Picked], question: ListSql) -> tuple[str, ...]:
    """A sentence about the records whose amount has no rate into the book's currency."""
    sql = (
        f'SELECT r.id FROM "rec_{type_.plural}" r WHERE ({question.where.text}) AND ({_lacking(picked)}) ORDER BY r.id'
    )
    ids = [str(row[0]) for row in book.index.rows(sql, question.where.params)]
    named = ", ".join(ids[:NAMED]) + (", …" if len(ids) > NAMED else "")
    many = "1 record has" if len(ids) == 1 else f"{len(ids)} records have"
    return (f"{many} no rate in rates.tsv: left out of the totals ({named})",)


def _total(book: Book, pick: _Picked, total: Cell) -> Cell:
    """A sum as a cell of its column: money as minor units and the book's currency where the column has two."""
    if total is None or pick.value.family != "money" or len(pick.pieces) == 1:
        return total
    return (total, book.setup.config.currency, total)
