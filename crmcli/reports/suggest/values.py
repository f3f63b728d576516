"""What can stand after a field's `:` or `=`: stages, options, records, dates, tags, the words for empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.model.schema import label_of
from crmcli.reports.suggest.records import members, records, tags
from crmcli.reports.suggest.spots import field_at
from crmcli.reports.suggest.suggestion import Suggestion, joined

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.reports.suggest.spots import Spot
    from crmcli.reports.suggest.suggestion import Asker

DATES = ("date", "datetime", "month", "period")
INSTANTS = ("created", "touched", "closed", "stage_since", "next_due", "archived")
EMPTY = (Suggestion("none", "empty"), Suggestion("any", "not empty"))


def asked_values(asker: Asker, spots: list[Spot], name: str, typed: str) -> list[Suggestion]:
    """Values after `name:`, behind the alternatives that stand already; those are not offered again."""
    head, comma, rest = typed.rpartition(",")
    given = set(head.split(",")) if comma else set()
    low, dots, end = rest.rpartition("..")
    found: list[Suggestion] = []
    for spot, field in field_at(spots, name):
        found += _values(asker, spot, field, name, end)
    if not dots and name != "is":
        found += EMPTY
    return joined(head + comma + low + dots, [hit for hit in found if hit.word not in given])


def _values(asker: Asker, spot: Spot, field: Field | None, name: str, typed: str) -> list[Suggestion]:
    if field is None:
        return list(_built_in(asker, spot, name, typed))
    return list(field_values(asker, spot.owner or spot.type, field, typed))


def _built_in(asker: Asker, spot: Spot, name: str, typed: str) -> Iterator[Suggestion]:
    """Values of the fields that every record has."""
    if name == "is":
        from crmcli.query.manual.names import STATES  # noqa: PLC0415 - only after `is:`

        yield from (Suggestion(state, said.says) for state, said in STATES.items() if _has_state(spot.type, state))
    elif name in INSTANTS:
        yield from date_words(asker, typed)
    elif name == "tags":
        yield from tags(asker, [spot.type])
    elif name == "by":
        yield from members(asker, typed)
    elif name == "late":
        yield from (Suggestion("yes"), Suggestion("no"))
    elif name == "via":
        from crmcli.query.journal import log_type  # noqa: PLC0415

        options = log_type(asker.book.setup).fields["via"].options
        yield from (Suggestion(option.name) for option in options)
    elif name == "type":
        yield Suggestion(spot.type.name)


def _has_state(record_type: RecordType, state: str) -> bool:
    from crmcli.query.states import DECIDED  # noqa: PLC0415

    if state in DECIDED:  # nothing is handed in for approval yet
        return False
    if state == "away":
        return "away" in record_type.fields
    return state in ("archived", "mine", "late") or record_type.stage is not None


def field_values(
    asker: Asker, record_type: RecordType, field: Field, typed: str, *, days: bool = False
) -> Iterator[Suggestion]:
    """The values a field's type lists; none for free ones. `days` leaves out the dates that are more than one."""
    setup = asker.book.setup
    language = setup.config.language
    yield from (Suggestion(option.name, label_of(option.label, language, "")) for option in field.options)
    if field.type == "stage":
        named = setup.pipelines.get(field.pipeline) if field.pipeline else None
        for pipeline in [named] if named else setup.pipelines_of(record_type.name):
            stages = pipeline.stages.values()
            yield from (Suggestion(stage.name, label_of(stage.label, language, stage.kind)) for stage in stages)
    elif field.type == "pipeline":
        yield from (Suggestion(pipeline.name) for pipeline in setup.pipelines_of(record_type.name))
    elif field.type == "flag":
        yield from (Suggestion("yes"), Suggestion("no"))
    elif field.type in DATES:
        yield from date_words(asker, typed, days=days)
    elif field.reference == "member":
        yield from members(asker, typed)
    elif field.reference in setup.types:
        yield from records(asker, typed, [setup.types[field.reference]])
    elif field.reference == "*":
        yield from records(asker, typed, [type_ for type_ in setup.types.values() if not type_.embedded])


def date_words(asker: Asker, typed: str, *, days: bool = False) -> list[Suggestion]:
    """The usual ways to say a day or, without `days`, a period; Chinese ones in a Chinese book, or where one is begun."""
    from crmcli.query.manual.dates import usual_dates  # noqa: PLC0415

    chinese = asker.book.setup.config.language.startswith("zh") or not typed.isascii()
    found = [Suggestion(word, says) for word, says in usual_dates() if chinese or word.isascii()]
    if not days:
        return found
    from crmcli.text.dates import parse_word  # noqa: PLC0415 - only where a day is written

    now = asker.book.now()
    read = ((hit, parse_word(hit.word, now)) for hit in found)
    return [hit for hit, when in read if when is not None and when.kind == "day"]
