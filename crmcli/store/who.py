"""WHO: from what people type to the record they mean (LANGUAGE §1, Decided)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.errors import AmbiguousError, NotFoundError
from crmcli.model.record import Ref
from crmcli.model.schema import RecordType, label_of
from crmcli.query.env import QueryEnv
from crmcli.query.who import narrowed, spellings, who_ranks
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.book import Book

SHOWN = 12


class WhoNotFoundError(NotFoundError):
    """Nobody answers to that."""

    def __init__(self, word: str, types: Sequence[RecordType], near: Sequence[str]) -> None:
        what = types[0].name if len(types) == 1 else "record"
        hint = f"did you mean {' or '.join(near)}?" if near else f"`crm find {word}` looks inside texts too"
        super().__init__(f"no {what} answers to {word!r}", hint=hint)


class WhoAmbiguousError(AmbiguousError):
    """Several do; `candidates` lists them for a numbered choice, `lines` with what tells them apart where it is known."""

    def __init__(
        self, word: str, rank: str, candidates: Sequence[tuple[Ref, str]], apart: Mapping[Ref, str] | None = None
    ) -> None:
        self.word, self.rank, self.candidates = word, rank, list(candidates)
        self.lines = [
            "  ".join(filter(None, (str(ref), title, (apart or {}).get(ref, "")))) for ref, title in candidates[:SHOWN]
        ]
        self.more = len(self.candidates) - len(self.lines)
        shown = [*self.lines, *([f"… and {self.more} more"] if self.more > 0 else [])]
        listed = "\n".join(f"  {line}" for line in shown)
        super().__init__(f"{word!r} is the {rank} of {len(candidates)} records:\n{listed}", hint="name one by its id")


def candidates(book: Book, word: str, types: Sequence[RecordType] | None = None) -> tuple[str, list[tuple[Ref, str]]]:
    """The first rank in which somebody answers to `word`, and who: (rank name, [(ref, title)]); ("", []) for nobody."""
    chosen = list(types) if types else [t for t in book.setup.types.values() if not t.embedded]
    for rank in who_ranks(word, chosen, QueryEnv(book.setup, book.now())):
        found = book.index.rows(rank.sql, list(rank.params))
        if found:
            unique = {Ref(row[0], row[1]): str(row[2]) for row in found}
            return rank.name, list(unique.items())
    return "", []


def find_who(book: Book, word: str, types: Sequence[RecordType] | None = None) -> Ref:
    """The one record WHO means; raises `WhoNotFoundError` (3) or `WhoAmbiguousError` (4)."""
    rank, found = candidates(book, word, types)
    if len(found) == 1:
        return found[0][0]
    if found:
        raise WhoAmbiguousError(word, rank, found)
    elsewhere = book.find_elsewhere(word, types)
    if elsewhere is not None:
        return elsewhere
    raise WhoNotFoundError(word, list(types or []), _near(book, word, types))


def merged_as(book: Book, word: str, ref: Ref) -> Ref | None:
    """The record that went into `ref` and is what `word` names; None where `ref` answers to it by itself."""
    told = book.index.rows(
        'SELECT old, field, fold FROM merged_keys WHERE "type" = ? AND new = ? ORDER BY event, old', ref
    )
    types, rest = narrowed(word, [book.type_of(ref)]) if told else ([], "")
    if not types or rest.casefold() == ref.id:
        return None
    forms = spellings(rest, QueryEnv(book.setup, book.now()))
    own = book.index.rows(
        f"""SELECT fold FROM keys WHERE "type" = ?1 AND id = ?2 AND field <> 'aliases'
        UNION SELECT "_fold" FROM "rec_{ref.plural}" WHERE id = ?2""",
        ref,
    )
    known = {str(row[0]) for row in own}
    if not known.isdisjoint(forms):
        return None
    begun = fold(rest)
    named = [str(row[0]) for row in told if row[2] in forms]
    if not named and not any(text.replace("-", "").startswith(begun) for text in (ref.id, *known)):
        named = [str(row[0]) for row in told if row[1] == "id" and str(row[2]).replace("-", "").startswith(begun)]
    return Ref(ref.plural, named[0]) if named else None


def _near(book: Book, word: str, types: Sequence[RecordType] | None) -> list[str]:
    from crmcli.text.nearest import nearest  # noqa: PLC0415 - only for the hint of an error

    chosen = list(types) if types else [t for t in book.setup.types.values() if not t.embedded]
    titles = [
        str(row[0]) for t in chosen for row in book.index.rows(f'SELECT "_title" FROM "rec_{t.plural}" LIMIT 5000')
    ]
    return nearest(word, titles, 2)


def noun(record_type: RecordType, language: str) -> str:
    """What a type is called on screens."""
    return label_of(record_type.label, language, record_type.name)
