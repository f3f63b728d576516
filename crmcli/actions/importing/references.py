"""Whom a cell means: a record by its id, a key or its whole name, never by a guess.

Each value is looked up once (three questions that the index has trees for) and remembered; records made in the same import
are known too. Prefixes and pinyin, which serve a person who sees the answer, would be guesses here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.importing.refused import RowRefused
from crmcli.model.ids import is_stem
from crmcli.model.record import Ref
from crmcli.model.schema import RecordType
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.book import Book

_REMEMBERED = 50_000
_SHOWN = 3


class References:
    """Looks records up for the cells of one import; `system` is whose ids the file has (`hubspot`), "" for nobody's."""

    def __init__(self, book: Book, system: str = "") -> None:
        self._book = book
        self._system = system
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}
        self._made: dict[tuple[str, str], tuple[str, ...]] = {}

    def find(self, record_type: RecordType, cell: str, column: str) -> str:
        """The id of the record a cell means, "" for none; raises `RowRefused` when it may be several."""
        word = _unlinked(cell)
        found = self._called(record_type.plural, f"{self._system}:{word}") if self._system else ()
        found = found or self._called(record_type.plural, word)
        if len(found) > 1:
            listed = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
            raise RowRefused(column, f"{cell!r} may be {len(found)} {record_type.plural}: {listed}")
        return found[0] if found else ""

    def add(self, ref: Ref, words: list[str]) -> None:
        """Make a record of this import known under its names and keys."""
        for word in (ref.id, *words):
            place = (ref.plural, fold(word))
            self._made[place] = tuple(dict.fromkeys((*self._made.get(place, ()), ref.id)))

    def _called(self, plural: str, word: str) -> tuple[str, ...]:
        place = (plural, fold(word))
        if place not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[place] = self._asked(plural, word, place[1])
        made = self._made.get(place)
        return tuple(dict.fromkeys((*self._known[place], *made))) if made else self._known[place]

    def _asked(self, plural: str, word: str, folded: str) -> tuple[str, ...]:
        if not folded:
            return ()
        if is_stem(word.casefold()):
            row = self._book.index.row(f'SELECT id FROM "rec_{plural}" WHERE id = ?', (word.casefold(),))  # noqa: S608
            if row is not None:
                return (str(row[0]),)
        found = self._of(_KEYS, plural, folded) or self._of(_NAMES, plural, folded)
        return found or self._of(_MERGED, plural, folded) or self._of(_MERGED, plural, word.casefold())

    def _of(self, question: str, plural: str, folded: str) -> tuple[str, ...]:
        """The ids a question finds; archived records count only where no other one fits."""
        rows = self._book.index.rows(question.replace("TABLE", f'"rec_{plural}"'), (folded, plural))
        present = [str(row[0]) for row in rows if row[1] is None]
        return tuple(dict.fromkeys(present or [str(row[0]) for row in rows]))


_KEYS = 'SELECT k.id, r.archived FROM keys k JOIN TABLE r ON r.id = k.id WHERE k.fold = ?1 AND k."type" = ?2'
_MERGED = 'SELECT r.id, r.archived FROM merged_keys k JOIN TABLE r ON r.id = k.new WHERE k.fold = ?1 AND k."type" = ?2'
"""What a record that went into another one answered to."""

_NAMES = "SELECT r.id, r.archived FROM TABLE r WHERE r.\"_fold\" = ?1 AND ?2 <> ''"


def _unlinked(cell: str) -> str:
    """`[[id]]` and `[[id|name]]` without the link."""
    if cell.startswith("[[") and cell.endswith("]]"):
        return cell[2:-2].partition("|")[0].strip()
    return cell
