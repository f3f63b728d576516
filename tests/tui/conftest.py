from __future__ import annotations

from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.screen import Screen

from tests.books import Place
from tests.tui.round_book import NOW, make_round_book


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_ME", "anna")
        book = make_round_book(tmp_path_factory.mktemp("round") / "book", patch)
        yield Place(book)


@pytest.fixture
def root(place: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the book, as it was made; it is Friday afternoon."""
    monkeypatch.setenv("CRM_NOW", NOW)
    place.fresh()
    return place.root


@pytest.fixture(autouse=True, scope="package")
def _looks_are_made_here() -> Iterator[None]:
    """However busy the machine is, no look takes so long that a process of its own makes it (tests/unit/store has those)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmcli.store.watching.AT_ONCE", inf)
        yield


@pytest.fixture(autouse=True, scope="package")
def _the_screen_is_drawn_when_it_is_read() -> Iterator[None]:
    """Nobody sees the frames in between: `Round.text` draws what there is."""

    def skip(screen: Screen[object]) -> None:
        screen._dirty_widgets.clear()
        screen._compositor._dirty_regions.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Screen, "_compositor_refresh", skip)
        yield


@pytest.fixture(autouse=True, scope="package")
def _style_sheets_are_parsed_once() -> Iterator[None]:
    """Each start of the program parses the same sheets: their rules do not change and are kept."""
    kept: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(
        sheet: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        place = (read_from, is_default_rules, tie_breaker, scope)
        key = (css, place, tuple(sorted(sheet._variables.items())))
        if key not in kept:
            kept[key] = parse(sheet, css, *place)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield
