"""The words of pipelines/NAME.toml."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from crmcli.store.setup.words.kinds import (
    Duration,
    Label,
    Name,
    NameOrNames,
    Names,
    Percent,
    Rows,
    Tables,
    Text,
    Texts,
    Words,
    one_of,
    word,
)


def _cases(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Read `within = "90d"` as the one case that always holds."""
    return [{"is": value}] if isinstance(value, str) else value


class PipelineWords(Words):
    """A pipeline: stages in order, for the records of one type."""

    for_: Name = word("the record type whose records go through it (must be given)", "", alias="for")
    field: Name = word("the stage field it serves; the type's only one when left out", "")
    label: Label = word("what people see; the pipeline's name when left out", {})
    hours: Name = word("the working calendar of wh and wd: [hours.x] in crm.toml", "")
    stage: Tables = word("the stages, in the order of the board", {})
    gate: Rows = word("what must hold for a move", [])
    approval: Rows = word("moves that wait for people's yes", [])
    limit: Rows = word("time limits other than the time in a stage", [])


class StageWords(Words):
    """A stage: `[stage.x]`."""

    label: Label = word("what people see; the stage's name when left out", {})
    kind: Annotated[str, one_of("open", "hold", "won", "lost")] = word("open, hold, won or lost", "open")
    next: Names | None = word("the stages it leads to; left out: anywhere from open and hold, nowhere else", None)
    need: Names = word("fields filled before a record may enter", ())
    owner: Text = word("whose move it is: a path to a member, or a filter over members", "")
    limit: Duration = word("the longest time in this stage", "")
    rot: Duration = word("time without a human touch after which it counts as stale", "")
    odds: Percent = word("how likely it is to be won from here", "")
    category: Name = word("its line in the forecast", "pipeline")
    do: Texts = word("actions on entry", ())
    was: Names = word("former names, so that the journal stays readable", ())


class GateWords(Words):
    """A gate: `[[gate]]`."""

    from_: NameOrNames = word("the stages left; any when left out", (), alias="from")
    to: NameOrNames = word("the stages entered; any when left out", ())
    when: Name = word("it applies only to records for which this holds", "")
    must: Name = word("the condition that has to hold", "")
    need: Names = word("fields that have to be filled", ())
    who: Name = word("only these members may make the move", "")
    say: Text = word("the sentence when it does not", "")


class LevelWords(Words):
    """A level of an approval: one inline table a line."""

    name: Name = word("what people see", "")
    by: Names = word("the seats: paths to a member, or filters over members", ())
    mode: Annotated[str, one_of("any", "all", "order")] = word(
        "any: one seat is enough; all: every seat; order: one after the other", "any"
    )
    limit: Duration = word("the time it may take", "")
    when: Name = word("the level applies only to records for which this holds", "")


class ApprovalWords(Words):
    """An approval: `[[approval]]`."""

    name: Name = word("its name in messages", "")
    to: Name = word("the stage whose entry waits", "")
    when: Name = word("it applies only to records for which this holds", "")
    freeze: Names = word("fields that stand still while votes stand", ())
    self_: Name = word("a seat held by the submitter: up, skip, or a filter over members", "", alias="self")
    away: Name = word("a seat whose holder is away: deputy, up or wait", "")
    empty: Name = word("who sits in a seat nobody fills", "")
    reject: Name = word("the stage a rejected record goes to", "")
    cc: Name = word("who is told of the result", "")
    level: list[LevelWords] = word("the levels, in order", [])


class CaseWords(Words):
    """A case of a limit's `within`."""

    when: Name = word("the case holds for records for which this holds", "")
    is_: Duration = word("the length", alias="is")


class LimitWords(Words):
    """A time limit: `[[limit]]`."""

    name: Name = word("its name in events and messages")
    from_: Name = word("the stage whose entry starts the clock; creation when left out", "", alias="from")
    until: Name = word("the condition that stops the clock", "")
    within: Annotated[list[CaseWords], BeforeValidator(_cases)] = word("the length, or cases", [])
    pause: Name = word("the condition under which the clock stands", "")
    warn: Percent = word("the part of the time after which it warns", "")
