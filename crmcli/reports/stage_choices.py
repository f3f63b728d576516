"""Where records may be moved from a line of the day: the stages that their pipelines allow from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.process import NoStagesError, allowed_moves, pipeline_of, present_stage, stage_label
from crmcli.model.record import Ref, parse_ref
from crmcli.model.schema import label_of
from crmcli.reports.brief import deals_of, family_of, whole_of
from crmcli.reports.names import type_label
from crmcli.reports.reasons import subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.schema import RecordType, Stage
    from crmcli.store.book import Book


class StageChoice(NamedTuple):
    """A stage that records may go to: by name, as it is called, its kind (open, hold, won, lost).

    `needs` are the labels of fields that it needs and that one of the records lacks.
    """

    name: str
    label: str
    kind: str
    needs: tuple[str, ...] = ()


class Movable(NamedTuple):
    """Records of one type that may be moved together, where they are, and where they may go.

    `onward` is the first stage they may go to that comes after where all of them are; the first at all where none does.
    """

    refs: tuple[str, ...]
    title: str
    type_label: str
    here: str
    choices: tuple[StageChoice, ...]
    onward: str


def stage_choices(book: Book, refs: Sequence[Ref]) -> list[Movable]:
    """What can be moved from some lines of the day: of several records the stages that all may go to.

    Of one record: it and what it is on, with the open deals of that; what hangs together most closely first.
    """
    if len(refs) > 1:
        found = _together(book, refs)
        return [found] if found else []
    movables = (_together(book, [ref]) for ref in _candidates(book, refs[0])) if refs else ()
    return [movable for movable in movables if movable]


def _candidates(book: Book, ref: Ref) -> list[Ref]:
    subject = subject_of(book, ref)
    top = whole_of(book, subject)
    deals = [parse_ref(line.ref) for line in deals_of(book, family_of(book, top), Ref("", ""))]
    order = [subject, *deals, ref] if subject != top or not deals else [*deals, subject, ref]
    return list(dict.fromkeys(order))


def _together(book: Book, refs: Sequence[Ref]) -> Movable | None:
    """None where there is nowhere to go, for one of them at least, or where they are of several types."""
    language = book.setup.config.language
    record_type = book.type_of(refs[0])
    common: list[StageChoice] | None = None
    stages: list[str] = []
    passed: set[str] = set()
    for ref in refs:
        fields = book.read_record(ref).fields
        try:
            pipeline = pipeline_of(book.setup, book.type_of(ref), fields)
        except NoStagesError:
            return None
        stage = present_stage(pipeline, record_type, fields)
        stages.append(stage_label(stage, language))
        order = list(pipeline.stages)
        passed.update(order[: order.index(stage.name) + 1] if stage.name in order else ())
        allowed = (pipeline.stages[name] for name in allowed_moves(pipeline, stage) if name in pipeline.stages)
        choices = [StageChoice(to.name, stage_label(to, language), to.kind, _lacks(to, record_type, fields, language))
                   for to in allowed]  # fmt: skip
        common = choices if common is None else _both(common, choices)
        if ref.plural != refs[0].plural:
            return None
    title = book.title_of(refs[0]) if len(refs) == 1 else ""
    here = ", ".join(dict.fromkeys(stages))
    if not common:
        return None
    onward = next((choice.name for choice in common if choice.name not in passed), common[0].name)
    return Movable(tuple(map(str, refs)), title, type_label(book, record_type), here, tuple(common), onward)


def _lacks(stage: Stage, record_type: RecordType, fields: Mapping[str, object], language: str) -> tuple[str, ...]:
    """The labels of what a stage needs and the record does not have; what is computed is seen when it is moved."""
    lacking = (record_type.fields.get(name) for name in stage.need if not fields.get(name))
    return tuple(label_of(field.label, language, field.name) for field in lacking if field and not field.calc)


def _both(some: Sequence[StageChoice], others: Sequence[StageChoice]) -> list[StageChoice]:
    """The stages that both may go to, with what any of them lacks."""
    found = {choice.name: choice for choice in others}
    return [
        choice._replace(needs=tuple(dict.fromkeys([*choice.needs, *found[choice.name].needs])))
        for choice in some
        if choice.name in found
    ]
