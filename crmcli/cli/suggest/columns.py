"""`--columns`, `--sort` and `--by`: fields and paths between commas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.suggest.records import subjects
from crmcli.reports.suggest.spots import at_type, fields_at, follow, parts_at, paths_at, references_at
from crmcli.reports.suggest.suggestion import Suggestion, joined

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def column_words(session: Session, typed: str) -> list[Suggestion]:
    """The name that is being typed behind the last comma; `-` before it stays."""
    setup = session.book.setup
    head, comma, part = typed.rpartition(",")
    sign = part[:1] if part[:1] in ("+", "-") else ""
    before, dot, name = part[len(sign) :].rpartition(".")
    spots = [at_type(type_) for type_ in subjects(session)]
    there = follow(setup, spots, before.split(".")) if before else spots
    given = set(head.split(",")) if comma else set()
    fields = [Suggestion(said, says) for spot in there for said, says in fields_at(setup, spot, name) if said != "is"]
    if before:
        inner, _, last = before.rpartition(".")
        fields += parts_at(follow(setup, spots, inner.split(".")) if inner else spots, last)
    elif name:
        fields += [Suggestion(f"{said}.", says) for spot in there for said, says in references_at(spot)]
    calls = [Suggestion(f"count({said})", says) for spot in there for said, says in paths_at(setup, spot) if not before]
    found = [hit for hit in [*fields, *calls] if hit.word not in given]
    return joined(head + comma + sign + before + dot, found)
