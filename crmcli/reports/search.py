"""`find`: words looked for in names, fields, notes, log and remarks on moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.query.sql import Sql, quoted_text, table
from crmcli.reports.names import Card, cards_of, type_label
from crmcli.reports.table import Column, Table
from crmcli.text.fold import fold
from crmcli.text.plain_json import dumps

if TYPE_CHECKING:
    from crmcli.store.book import Book

SHORTEST = 3
"""The trigram index finds texts of three letters and more; shorter ones are looked for in every text."""

SYLLABLES = 4
"""Letters from which a word is looked for inside pinyin too; shorter ones stand in every third name."""

MANY = 2_000
"""Records from which the lines with the words are fewer than all lines of the records."""

AT_ONCE = 1_000
"""Records of which all texts are read together."""

BEFORE, AFTER = 24, 60
"""Letters of a snippet before and after the hit."""

LIVING = """(d.what = 'record' OR NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = d.what AND x."do" = 'retract'))"""
"""Lines of the log that were taken back are not found."""


class Hit(NamedTuple):
    """A record that holds all words; `place` is where: name, field, log (or a remark on a move), or several of them."""

    ref: str
    card: Card
    place: str


def search(book: Book, words: Sequence[str], limit: int | None = None, *, people: bool = False) -> Table:
    """Records in which all words occur, archived ones last.

    In names first (the whole, its start, a word's start, inside), then in fields, then in the log, what was said last first.
    """
    asked = [word for text in words for word in text.split()]
    hits = _ranked(book, asked)
    kept = hits[:limit]
    snippets: dict[str, str] = {}
    for start in range(0, len(kept), AT_ONCE):  # whose texts are in memory at once
        snippets.update(_snippets(book, kept[start : start + AT_ONCE], asked))
    labels = {t.plural: type_label(book, t) if people else t.name for t in book.setup.types.values()}
    rows = []
    for hit in kept:
        plural, _, name = hit.ref.partition("/")
        gone = "archived" if hit.card.archived else None
        texts = [name, labels[plural], hit.card.title, hit.place, snippets.get(hit.ref, ""), gone]
        rows.append([*texts[2:3], texts[1], *texts[3:5]] if people else texts)
    names = ("title", "type", "where", "text") if people else ("id", "type", "title", "where", "text", "archived")
    columns = tuple(Column(name, name.capitalize()) for name in names)
    return Table(columns, rows, found=len(hits), refs=[hit.ref for hit in kept])


def _ranked(book: Book, words: list[str]) -> list[Hit]:
    if not words:
        return []
    found = [_found(book, word) for word in dict.fromkeys(words)]
    names, fields, logs = (set.intersection(*(places[kind] for places in found)) for kind in range(3))
    everywhere = set.intersection(*(set.union(*places) for places in found))
    cards = cards_of(book, everywhere)

    def place(ref: str) -> str:
        return "name" if ref in names else "field" if ref in fields else "log" if ref in logs else "several"

    order = ("name", "field", "log", "several")
    hits = [Hit(ref, cards[ref], place(ref)) for ref in everywhere if ref in cards]
    hits.sort(key=lambda hit: (fold(hit.card.title), hit.ref))
    said = _last_said(book, [hit.ref for hit in hits if hit.place in order[2:]], words)
    hits.sort(key=lambda hit: said.get(hit.ref, ""), reverse=True)  # sorting keeps the order of equals
    wanted = fold(" ".join(words))
    return sorted(hits, key=lambda hit: (hit.card.archived, order.index(hit.place), _distance(hit, wanted)))


def _distance(hit: Hit, wanted: str) -> int:
    """How far a name is from what was typed: 0 the same, 1 begins with it, 2 has a word that does, 3 otherwise."""
    if hit.place != "name":
        return 0
    title = fold(hit.card.title)
    return 0 if title == wanted else 1 if title.startswith(wanted) else 2 if f" {wanted}" in title else 3


def _last_said(book: Book, refs: list[str], words: list[str]) -> dict[str, str]:
    """When one of the words was last said in the log, by record (UTC). Of many records the lines with the words are gone through."""
    holds = [_holds(word) for word in words]
    by_word = "+" if len(refs) > MANY and all(len(word) >= SHORTEST for word in words) else ""
    rows = book.index.rows(
        f"""WITH said AS MATERIALIZED (SELECT d."ref", d.what FROM docs d
          WHERE {by_word}d."ref" IN (SELECT value FROM json_each(?)) AND d.what <> 'record' AND ({" OR ".join(text for text, _ in holds)}))
        SELECT s."ref", max(e.at) FROM said s JOIN events e ON e.id = s.what GROUP BY 1""",
        (dumps(refs), *(param for _, param in holds)),
    )
    return {str(row[0]): str(row[1]) for row in rows}


def _found(book: Book, word: str) -> list[set[str]]:
    """The refs of what has a word in its name, in its fields, in its log."""
    parts = (_in_names(book, word), _in_docs(word, "d.what = 'record'"), _in_log(word))
    return [{str(row[0]) for row in book.index.rows(part.text, part.params)} for part in parts]


def _in_names(book: Book, word: str) -> Sql:
    """Titles, compared folded; the beginning of their pinyin or initials, longer words anywhere in the pinyin."""
    folded = fold(word)
    spoken = folded.isascii() and len(folded) > 1
    inside = spoken and len(folded) >= SYLLABLES
    parts, params = [], list[str]()
    for type_ in book.setup.types.values():
        if type_.embedded:
            continue
        begins = "substr(r._pinyin, 1, length(?)) = ? OR substr(r._initials, 1, length(?)) = ?"
        where = f"instr(r._fold, ?) OR {begins}" if spoken else "instr(r._fold, ?)"
        where += " OR instr(r._pinyin, ?)" if inside else ""
        ref = f"{quoted_text(type_.plural + '/')} || r.id"
        parts.append(f'SELECT {ref} AS "ref" FROM {table(type_.plural)} r WHERE {where}')
        params += [folded] * ((5 if spoken else 1) + inside)
    return Sql(" UNION ALL ".join(parts), tuple(params))


def _holds(word: str) -> tuple[str, str]:
    """The condition that a text holds the word, and its parameter: by the trigram index, short ones by looking at the text."""
    if len(word) < SHORTEST:
        return "d.text LIKE ? ESCAPE '\\'", _like(word)
    phrase = '"' + word.replace('"', '""') + '"'
    return "d.rowid IN (SELECT f.rowid FROM fts f WHERE fts MATCH ?)", phrase


def _in_docs(word: str, condition: str) -> Sql:
    """Texts that hold the word."""
    holds, param = _holds(word)
    return Sql(f'SELECT d."ref" FROM docs d WHERE {holds} AND {condition}', (param,))


def _in_log(word: str) -> Sql:
    log = _in_docs(word, f"d.what <> 'record' AND {LIVING}")
    moves = """SELECT m."type" || '/' || m.id AS "ref" FROM moves m WHERE m.note LIKE ? ESCAPE '\\'"""
    return Sql(f"{log.text} UNION ALL {moves}", (*log.params, _like(word)))


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _snippets(book: Book, hits: Sequence[Hit], words: list[str]) -> dict[str, str]:
    """Per record the piece of text around the first hit: of a line other than its name where there is one."""
    refs = dumps([hit.ref for hit in hits])
    texts: dict[str, list[str]] = {}
    for ref, text, _ in book.index.rows(
        f'SELECT d."ref", d.text, d.rowid FROM docs d WHERE d."ref" IN (SELECT value FROM json_each(?)) AND {LIVING}'
        " ORDER BY d.rowid",
        (refs,),
    ):
        texts.setdefault(str(ref), []).extend(str(text).splitlines())
    for ref, note in book.index.rows(
        """SELECT j.value, m.note FROM json_each(?) j CROSS JOIN moves m ON m."type" = substr(j.value, 1, instr(j.value, '/') - 1)
        AND m.id = substr(j.value, instr(j.value, '/') + 1) WHERE m.note IS NOT NULL ORDER BY m.event""",
        (refs,),
    ):
        texts.setdefault(str(ref), []).extend(str(note).splitlines())
    return {hit.ref: _snippet(texts.get(hit.ref, []), words, hit.card.title) for hit in hits}


def _snippet(lines: list[str], words: list[str], title: str) -> str:
    """The line that holds most words, cut around the first of them; "" when only the name holds any."""
    folded = [word.casefold() for word in words]
    best, most = "", 0
    for line in lines:
        count = sum(word in line.casefold() for word in folded)
        if count > most and line != title:
            best, most = line, count
    if not best:
        return ""
    places = [best.casefold().find(word) for word in folded]
    first = min(place for place in places if place >= 0)
    start, end = _word_start(best, max(0, first - BEFORE), first), first + AFTER
    return ("…" if start else "") + best[start:end].strip() + ("…" if end < len(best) else "")


def _word_start(line: str, start: int, latest: int) -> int:
    """The first beginning of a word from `start` on, where one comes before the hit."""
    if start == 0:
        return 0
    blank = line.find(" ", start - 1, latest)
    return blank + 1 if blank >= 0 else start
