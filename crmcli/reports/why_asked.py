"""The origins of what is never stored: computed fields with the values of their parts, dynamic tags with what holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import compile_filter, compile_value
from crmcli.query.failures import QueryError
from crmcli.query.parser import parse
from crmcli.query.printer import print_expr
from crmcli.query.tree import Junction
from crmcli.reports.expression_parts import parts_of
from crmcli.reports.forms import form_of
from crmcli.reports.origin import Origin
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.model.schema import DynamicTag, Field, RecordType
    from crmcli.query.tree import Expr
    from crmcli.reports.wording import Wording
    from crmcli.store.book import Book


def computed_origin(book: Book, record_type: RecordType, ref: Ref, field: Field, label: str) -> Origin:
    """A computed field: its expression, and what each part of it is."""
    try:
        script, shown = _value(book, record_type, ref, field.name)
        parts = [f"{print_expr(part)} = {_part(book, record_type, ref, part)}" for part in parts_of(parse(field.calc))]
    except QueryError as error:
        return Origin(field.name, label, None, "", "computed", said=f"= {field.calc}: {error}")
    said = f"= {field.calc}" + (f": {', '.join(parts)}" if parts else "")
    return Origin(field.name, label, script or None, shown, "computed", said=said)


def kept_origin(book: Book, wording: Wording, record_type: RecordType, ref: Ref, tag: DynamicTag) -> Origin:
    """A dynamic tag: whether the record carries it, and which of its conditions hold."""
    language = wording.language
    name = f"+{tag.name}"
    try:
        where, told = _terms(book, record_type, ref, parse(tag.where))
        but, excepted = _terms(book, record_type, ref, parse(tag.but)) if tag.but else (False, [])
    except QueryError as error:
        return Origin(name, name, None, "", "kept", said=f"{tag.path}: {error}")
    carries = where and not but
    verdict = phrase(language, "kept by a filter, and carried" if carries else "kept by a filter, and not carried")
    lines = [*told, *(f"{phrase(language, 'but')} {term}" for term in excepted)]
    return Origin(name, name, tag.name if carries else None, "", "kept", said=f"{verdict}: {', '.join(lines)}")


def _terms(book: Book, record_type: RecordType, ref: Ref, tree: Expr) -> tuple[bool, list[str]]:
    """Whether a condition holds for the record, and each of its terms with whether it does."""
    terms = tree.terms if isinstance(tree, Junction) else (tree,)
    found = [(term, _holds(book, record_type, ref, term)) for term in terms]
    among = any if isinstance(tree, Junction) and tree.op == "OR" else all
    joint = " OR " if among is any and len(terms) > 1 else ", "
    said = [f"{print_expr(term)} {'✓' if holds else '✗'}" for term, holds in found]
    return among(holds for _, holds in found), [joint.join(said)] if joint != ", " else said


def _holds(book: Book, record_type: RecordType, ref: Ref, term: Expr) -> bool:
    asked = compile_filter(term, record_type, book.query_env())
    sql = f'SELECT 1 FROM "rec_{record_type.plural}" r WHERE r.id = ? AND ({asked.text})'
    return book.index.row(sql, (ref.id, *asked.params)) is not None


def _part(book: Book, record_type: RecordType, ref: Ref, part: Expr) -> str:
    return _value(book, record_type, ref, part)[1] or phrase(book.setup.config.language, "nothing")


def _value(book: Book, record_type: RecordType, ref: Ref, asked: str | Expr) -> tuple[str, str]:
    """A value of the record, for scripts and for people; "" for none."""
    value = compile_value(asked, record_type, book.query_env())
    pieces = (value.shown,) if value.shown else value.raw or (value.text,)
    params = () if value.shown or value.raw else value.params
    row = book.index.row(
        f'SELECT {", ".join(pieces)} FROM "rec_{record_type.plural}" r WHERE r.id = ?', (*params, ref.id)
    )
    if row is None or row[0] is None:
        return "", ""
    if value.shown:
        return str(row[0]), str(row[0])
    cell = tuple(row) if len(pieces) > 1 else row[0]
    form = form_of(value, book.context, book.zone)
    return str(form.script(cell) if form.script else cell), str(form.show(cell) if form.show else cell)
