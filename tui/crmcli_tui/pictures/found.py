"""What answers to a search, as rows: records, actions, views, and what is found in texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.views_of_book import BOARD, REPORT, TAGGED, KeptView
from crmcli.text.fold import fold
from crmcli.text.lines import Line, Span, cell, clip_line, line, sides
from crmcli_tui.keys import PLACES, Key, keys_of, shown
from crmcli_tui.widgets.rows import Row
from crmcli_tui.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.reports.answering import Answering

GO, TEXT, DO, VIEW = "go:", "text:", "do:", "view:"
"""The keys: a record, one found by its text, an action `place.name`, a view `kind.type.name`."""
RANKS = {"key": "by a handle", "pinyin": "pinyin", "id": "id", "id-prefix": "id"}
"""What is said of a record that does not answer by its name."""
KINDS = {BOARD: "Board", TAGGED: "Tagged", REPORT: "Report"}
FEW, MANY = 5, 60
LONG_ENOUGH = 3
"""Letters from which an action is found by what is said about it."""


class InText(NamedTuple):
    """A record whose text holds what was typed: where, and the words around it."""

    ref: str
    title: str
    type_label: str
    where: str
    text: str


class Results(NamedTuple):
    """What the book answers to what was typed."""

    typed: str = ""
    answering: Sequence[Answering] = ()
    in_texts: Sequence[InText] = ()
    views: Sequence[KeptView] = ()


def result_rows(found: Results, typed: str, place: str, keymap: Mapping[str, str], language: str = "en") -> list[Row]:
    """The rows: who answers, then actions and views called so, then texts; `>` in front asks for actions alone."""
    only = typed.startswith((">", "＞"))
    wanted = fold(typed.lstrip(">＞ "))
    most = MANY if only or not wanted else FEW
    actions = [(where, key) for where, key in _actions(place) if _is_action(wanted, key, language)]
    views = [view for view in found.views if _is_called(wanted, view.title, view.name, KINDS[view.kind])]
    rows: list[Row] = []
    if not only and wanted:
        rows += _group(
            word(language, "Records"), [Row(GO + hit.ref, 1, partial(_record, hit)) for hit in found.answering]
        )
    rows += _group(word(language, "Actions"), [_action(where, key, keymap, language) for where, key in actions[:most]])
    if not only:
        rows += _group(word(language, "Views"), [_view(view) for view in views[:most]])
        rows += _group(
            word(language, "In names and texts"),
            [Row(TEXT + hit.ref, 1 + bool(hit.text), partial(_text, hit)) for hit in found.in_texts],
        )
    return rows


def _actions(place: str) -> list[tuple[str, Key]]:
    return [(where, key) for where in (place, "app") for key in PLACES[where] if key.name not in ("search", "back")]


def _is_action(wanted: str, key: Key, language: str) -> bool:
    own = [said for said in (word(language, key.label), word(language, key.help)) if said not in (key.label, key.help)]
    return _is_called(wanted, key.label, key.name, *own, says=key.help)


def _is_called(wanted: str, *names: str, says: str = "") -> bool:
    """Whether a word of a name begins so; of what is said about it one that is not too short."""
    texts = (*names, says) if len(wanted) >= LONG_ENOUGH else names
    return any(fold(text).startswith(wanted) or f" {wanted}" in fold(text) for text in texts)


def _group(title: str, rows: list[Row]) -> list[Row]:
    heading = (line(Span(title, "here"), Span(f"  {len(rows)}", "dim")),)
    return [Row("", 1, lambda _width: heading), *rows] if rows else []


def _record(hit: Answering, width: int) -> Sequence[Line]:
    gone = " · archived" if hit.archived else ""
    what = " · ".join(part for part in (hit.type_label, RANKS.get(hit.rank, "")) if part)
    left = line(Span(hit.title, "name"), Span(f"  {hit.whole}" if hit.whole else "", "dim"))
    return (sides(left, line(Span(f"{what}{gone}", "dim")), width),)


def _action(place: str, key: Key, keymap: Mapping[str, str], language: str) -> Row:
    keys = shown(keys_of(place, key.name, keymap))
    said = (cell(keys, 7, "key"), Span(word(language, key.help)))
    return Row(f"{DO}{place}.{key.name}", 1, lambda width: (clip_line(said, width),))


def _view(view: KeptView) -> Row:
    said = (cell(KINDS[view.kind], 7, "dim"), Span(view.title, "name" if view.kind != REPORT else ""))
    more = view.name if view.kind == REPORT else view.type
    return Row(
        f"{VIEW}{view.kind}.{view.type}.{view.name}", 1, lambda width: (sides(said, line(Span(more, "dim")), width),)
    )


def _text(hit: InText, width: int) -> Sequence[Line]:
    first = sides(line(Span(hit.title, "name")), line(Span(f"{hit.type_label} · {hit.where}", "dim")), width)
    return (first, clip_line(line(Span(hit.text, "dim")), width)) if hit.text else (first,)
