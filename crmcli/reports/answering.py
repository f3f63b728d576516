"""Who answers to what is being typed: the ranks of WHO, one after the other, until enough are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.env import QueryEnv
from crmcli.query.who import who_ranks
from crmcli.reports.names import Card, cards_of, type_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

ENOUGH = 20


class Answering(NamedTuple):
    """A record that answers: `rank` is by what (id, key, name, …), `whole` the title of what it is part of."""

    ref: str
    title: str
    type_label: str
    rank: str
    whole: str = ""
    archived: bool = False


def answering(
    book: Book, typed: str, types: Sequence[RecordType] | None = None, limit: int = ENOUGH
) -> list[Answering]:
    """At most `limit` records, those of a better rank first; of nothing typed the first ones by title."""
    chosen = list(types) if types else [t for t in book.setup.types.values() if not t.embedded]
    ranks: dict[str, str] = {}
    if typed.strip():
        for rank in who_ranks(typed, chosen, QueryEnv(book.setup, book.now())):
            found = book.index.rows(f"SELECT * FROM ({rank.sql}) LIMIT {limit}", list(rank.params))
            for row in found:
                ranks.setdefault(f"{row[0]}/{row[1]}", rank.name)
            if len(ranks) >= limit:
                break
    else:
        for type_ in chosen:
            sql = f'SELECT id FROM "rec_{type_.plural}" WHERE archived IS NULL ORDER BY _title, id LIMIT {limit}'
            ranks |= {f"{type_.plural}/{row[0]}": "" for row in book.index.rows(sql)}
    return _lines(book, dict(list(ranks.items())[:limit]))


def _lines(book: Book, ranks: dict[str, str]) -> list[Answering]:
    cards = cards_of(book, ranks)
    wholes = cards_of(book, [card.whole for card in cards.values() if card.whole])
    labels = {t.plural: type_label(book, t) for t in book.setup.types.values()}

    def made(ref: str, card: Card) -> Answering:
        whole = wholes[card.whole].title if card.whole in wholes else ""
        return Answering(ref, card.title, labels[ref.partition("/")[0]], ranks[ref], whole, card.archived)

    return [made(ref, cards[ref]) for ref in ranks if ref in cards]
