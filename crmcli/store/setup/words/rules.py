"""The words of rules/*.toml: any file, any mix."""

from __future__ import annotations

from typing import Annotated

from crmcli.store.setup.words.kinds import (
    CountTable,
    Duration,
    Label,
    Name,
    Names,
    Share,
    Tables,
    Text,
    Texts,
    TextTable,
    Whole,
    Words,
    one_of,
    word,
)


class RulesWords(Words):
    """A rules file."""

    rule: Tables = word("when this happens or becomes true, do that", {})
    assign: Tables = word("who gets a record", {})
    tag: Tables = word("tags that a filter keeps", {})
    score: Tables = word("points added up, and their bands", {})
    journey: Tables = word("steps over time, per record", {})
    match: Tables = word("what makes two records the same, per type", {})


class RuleWords(Words):
    """A rule: `[rule.x]`."""

    on: Name = word("the event: TYPE EVENT [filter]", "")
    every: Name = word("the times, instead of an event", "")
    when: Name = word("a condition on the record", "")
    do: Texts = word("actions: crm commands without crm, whose WHO is the record", ())
    again: Text = word("when it may fire again for the same record", "")
    saves: Duration = word("what a person would have needed", "")


class AssignCaseWords(Words):
    """A case of an assignment plan."""

    when: Name = word("the case holds for records for which this holds", "")
    to: Name = word("the candidates: a filter over members", "")
    how: Annotated[str, one_of("turn", "least")] = word("turn: who waited longest; least: the smallest load", "turn")


class AssignWords(Words):
    """An assignment plan: `[assign.x]`."""

    field: Name = word("the field that is filled", "")
    who: Name = word("a filter over members that holds in every case", "")
    load: Name = word("what `least` compares", "")
    case: list[AssignCaseWords] = word("the cases; the first that matches", [])


class TagWords(Words):
    """A dynamic tag: `[tag.x]`."""

    for_: Name = word("the record type", "", alias="for")
    label: Label = word("what people see", {})
    where: Name = word("the filter that keeps it", "")
    but: Name = word("the filter that excludes", "")


class PartWords(Words):
    """A part of a score."""

    name: Name = word("its name in the explanation", "")
    points: Name = word("an expression", "")
    cap: Whole = word("the most it adds", 0)


class ScoreWords(Words):
    """A score: `[score.x]`."""

    for_: Name = word("the record type", "", alias="for")
    cap: Whole = word("the most it reaches", 0)
    bands: CountTable = word("names for ranges, by their lower bound", {})
    part: list[PartWords] = word("the parts that are added up", [])


class StepWords(Words):
    """A step of a journey."""

    wait: Duration = word("time after the step before", "")
    when: Name = word("the step is skipped when this does not hold", "")
    do: Text = word("an action", "")


class JourneyWords(Words):
    """A journey: `[journey.x]`."""

    for_: Name = word("the record type", "", alias="for")
    on: Name = word("the event that begins it: TYPE EVENT [filter]", "")
    exit: Name = word("the condition that ends it", "")
    again: Text = word("when a record may begin again", "")
    hours: Name = word("the working calendar its actions keep to", "")
    step: list[StepWords] = word("the steps, in order", [])


class NearWords(Words):
    """A fuzzy comparison of a match rule."""

    on: Names = word("the fields compared", ())
    at: Share = word("how alike they have to be", 1.0)


class MatchWords(Words):
    """What makes two records of a type the same: `[match.TYPE]`."""

    ignore: Texts = word("values that identify nobody, as patterns", ())
    limit: CountTable = word("more distinct values than this and the key is not used", {})
    same: Annotated[str, one_of("merge", "ask", "off")] = word("what happens on an equal key", "ask")
    near: list[NearWords] = word("fuzzy comparisons: proposed, never done", [])
    keep: TextTable = word("which value stays, per field", {})
    never: Name = word("a condition under which they are never the same", "")
