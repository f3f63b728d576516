"""A pipeline as columns: per stage the best cards, how many there are, their sum in the book's currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.engines.process import stage_label
from crmcli.light import NamedTuple
from crmcli.model.schema import Pipeline, RecordType, label_of
from crmcli.query.built_in import late
from crmcli.query.env import Scope as Names
from crmcli.query.sql import Sql, column, table
from crmcli.reports.cells import INTEGER, LIST
from crmcli.reports.forms import book_money
from crmcli.reports.names import cards_of, has_amount, member_names, shown_amount, shown_money
from crmcli.reports.pipelines import NoPipelineError, find_pipeline
from crmcli.reports.reasons import rotting_records
from crmcli.reports.scope import Scope, filters_of
from crmcli.reports.table import Column, Table
from crmcli.reports.views import BoardCard, BoardColumn, BoardView
from crmcli.text.phrases import counted, phrase

if TYPE_CHECKING:
    from crmcli.query.env import QueryEnv
    from crmcli.reports.cells import Cell
    from crmcli.reports.names import Card
    from crmcli.store.book import Book

CARDS = 7
"""Cards of a column that a screen has room for."""

ENDLESS = 2**62


class _Asked(NamedTuple):
    """The pipeline with its type, and the condition on `r` for what stands on the board."""

    pipeline: Pipeline
    type: RecordType
    where: Sql
    env: QueryEnv


class _Sum(NamedTuple):
    """How many records a stage has, their sum in minor units (None: no amounts), how many have no rate."""

    found: int = 0
    total: int | None = None
    unrated: int = 0


def chosen_pipeline(book: Book, words: Sequence[str]) -> tuple[Pipeline, Sequence[str]]:
    """The pipeline the first word names and the words left, else the one of what has amounts, else the first."""
    named = find_pipeline(book, words[0]) if words else None
    if named:
        return named, words[1:]
    pipelines = list(book.setup.pipelines.values())
    if not pipelines:
        raise NoPipelineError
    return next((p for p in pipelines if has_amount(book.setup.types[p.type])), pipelines[0]), words


def board(
    book: Book, pipeline: Pipeline, words: Sequence[str], cards: int | None = CARDS, *, weighted: bool = False
) -> BoardView:
    """The board of a pipeline, narrowed by filter words, with `cards` cards a column (None: all).

    `weighted` adds what open stages are worth at their records' odds.
    """
    asked = _asked(book, pipeline, words)
    sums = _sums(book, asked)
    worth = _weighted(book, asked) if weighted else {}
    shown = _cards(book, asked, cards)
    language = book.setup.config.language
    columns = tuple(
        BoardColumn(
            stage.name,
            stage_label(stage, language),
            stage.kind,
            tuple(shown.get(stage.name, ())),
            sums.get(stage.name, _Sum()).found,
            _total(book, sums.get(stage.name)),
            shown_money(worth[stage.name], book.setup.config.currency) if stage.name in worth else "",
        )
        for stage in pipeline.stages.values()
    )
    title = label_of(pipeline.label, language, pipeline.name)
    return BoardView(title, columns, (*asked.where.warnings, *_notes(book, asked, sums)))


def board_table(book: Book, pipeline: Pipeline, words: Sequence[str], *, cards: int | None = None) -> Table:
    """The board as rows for scripts: a stage each, with the ids of its best `cards` records (None: all), best first."""
    asked = _asked(book, pipeline, words)
    sums = _sums(book, asked)
    shown = _cards(book, asked, None, closed=True)
    language = book.setup.config.language
    rows: list[list[Cell]] = []
    for stage in pipeline.stages.values():
        found = sums.get(stage.name, _Sum())
        ids = [card.ref.partition("/")[2] for card in shown.get(stage.name, ())][:cards]
        rows.append([stage.name, stage_label(stage, language), stage.kind, found.found, found.total, ids])
    columns = (
        Column("stage", "Stage"),
        Column("label", "Label"),
        Column("kind", "Kind"),
        Column("count", "Count", INTEGER),
        Column("total", "Total", book_money(book.setup.config.currency)),
        Column("ids", "Ids", LIST),
    )
    return Table(columns, rows, found=len(rows), warnings=asked.where.warnings)


def _asked(book: Book, pipeline: Pipeline, words: Sequence[str]) -> _Asked:
    type_, env = book.setup.types[pipeline.type], book.query_env()
    filters = filters_of(book, words, [type_], env)
    asked = filters.conditions[type_.name]
    where = Sql(f'r."_pipeline" = ? AND ({asked.text})', (pipeline.name, *asked.params), filters.warnings)
    return _Asked(pipeline, type_, where, env)


def _stage_column(type_: RecordType) -> str:
    return column("r", type_.stage.name if type_.stage else "id")


def _sums(book: Book, asked: _Asked) -> dict[str, _Sum]:
    amount = 'sum(r."amount.book"), count(r."amount") - count(r."amount.book")' if has_amount(asked.type) else "NULL, 0"
    stage = _stage_column(asked.type)
    rows = book.index.rows(
        f"SELECT {stage}, count(*), {amount} FROM {table(asked.type.plural)} r WHERE {asked.where.text} GROUP BY 1",
        asked.where.params,
    )
    return {str(row[0] or ""): _Sum(int(row[1]), row[2], int(row[3])) for row in rows}


def _weighted(book: Book, asked: _Asked) -> dict[str, int]:
    """Per open stage the sum of amount × odds in minor units; rounded once, halves to the even one."""
    from crmcli.reports.figures import half_even  # noqa: PLC0415 - only where it is asked for
    from crmcli.reports.pipeline import MILLIONTHS, has_odds  # noqa: PLC0415

    if not (has_amount(asked.type) and has_odds(asked.type)):
        return {}
    rows = book.index.rows(
        f"""SELECT {_stage_column(asked.type)}, r."odds", sum(r."amount.book") FROM {table(asked.type.plural)} r
        WHERE r."_kind" = 'open' AND r."odds" IS NOT NULL AND r."amount.book" IS NOT NULL AND ({asked.where.text})
        GROUP BY 1, 2""",
        asked.where.params,
    )
    worth: dict[str, int] = {}
    for stage, odds, amount in rows:
        worth[str(stage or "")] = worth.get(str(stage or ""), 0) + int(odds) * int(amount)
    return {stage: half_even(found, MILLIONTHS) for stage, found in worth.items()}


def _total(book: Book, found: _Sum | None) -> str:
    return shown_money(found.total, book.setup.config.currency) if found and found.total is not None else ""


def _notes(book: Book, asked: _Asked, sums: dict[str, _Sum]) -> list[str]:
    unrated = sum(found.unrated for found in sums.values())
    lost = sums.get("", _Sum()).found
    currency, language = book.setup.config.currency, book.setup.config.language
    notes = []
    if unrated:
        amounts = counted(language, unrated, "amount")
        said = "{amounts} without a rate to {currency} left out of the sums: see rates.tsv"
        notes.append(phrase(language, said, amounts=amounts, currency=currency))
    if lost:
        records = counted(language, lost, asked.type.name)
        said = "{records} in a stage this pipeline does not have: `crm check` names them"
        notes.append(phrase(language, said, records=records))
    return notes


def _order(type_: RecordType) -> str:
    """What makes a card better than another: amount, then the nearer day; else what entered last."""
    keys = []
    if has_amount(type_):
        keys.append('r."amount.book" IS NULL, r."amount.book" DESC, r."amount" IS NULL')
    keys += [
        f'r."{name}" IS NULL, r."{name}"'
        for name in ("close", "due")
        if name in type_.fields and type_.fields[name].type in ("date", "datetime")
    ]
    return ", ".join([*keys, 'r."stage_since" DESC', "r.id"])


def _cards(book: Book, asked: _Asked, most: int | None, *, closed: bool = False) -> dict[str, list[BoardCard]]:
    """The first cards of each stage; of stages that close a record only where `closed` says so."""
    plural, stage = asked.type.plural, _stage_column(asked.type)
    kinds = "" if closed else """r."_kind" IN ('open', 'hold') AND """
    rows = book.index.rows(
        f"""SELECT id, stage, late FROM (SELECT r.id AS id, {stage} AS stage,
        {late(Names(asked.type, asked.env))} AS late, row_number() OVER (PARTITION BY {stage} ORDER BY {_order(asked.type)}) AS place
        FROM {table(plural)} r WHERE {kinds}{asked.where.text}) WHERE place <= ? ORDER BY stage, place""",
        (*asked.where.params, ENDLESS if most is None else most),
    )
    refs = [f"{plural}/{row[0]}" for row in rows]
    cards = cards_of(book, refs)
    wholes = cards_of(book, [card.whole for card in cards.values() if card.whole])
    quiet = _quiet(book, asked, [str(row[0]) for row in rows])
    owners = _owners(book, asked.type, wholes)
    found: dict[str, list[BoardCard]] = {}
    for ref, row in zip(refs, rows, strict=True):
        card = cards[ref]
        who = wholes[card.whole].title if card.whole in wholes else owners.get(str(row[0]), "")
        mark = "late" if row[2] else "quiet" if ref in quiet else ""
        found.setdefault(str(row[1] or ""), []).append(BoardCard(ref, card.title, shown_amount(card), who, mark))
    return found


def _quiet(book: Book, asked: _Asked, ids: list[str]) -> set[str]:
    """Which of the cards rot."""
    filters = filters_of(book, (), [asked.type], asked.env)
    scope = Scope(book, asked.env, filters, None, {asked.type.plural: ids})
    return {reason.ref for reason in rotting_records(scope, asked.type)}


def _owners(book: Book, type_: RecordType, wholes: dict[str, Card]) -> dict[str, str]:
    """Owners' names by record id, where cards are part of nothing."""
    field = type_.fields.get("owner") or type_.fields.get("for")
    if wholes or field is None or field.many or not field.reference:
        return {}
    names = member_names(book)
    rows = book.index.rows(f'SELECT id, "{field.name}" FROM {table(type_.plural)} WHERE "{field.name}" IS NOT NULL')
    return {str(row[0]): names.get(str(row[1]), str(row[1])) for row in rows}
