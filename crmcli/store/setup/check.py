"""The engine files beyond `Setup.problems`: the words of the other engines, and what does not act yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crmcli.model.problem import Problem
from crmcli.store.setup.files import OTHER_FOLDERS, SETUP_FOLDERS, read_config_file, read_engine_files
from crmcli.store.setup.later import not_yet
from crmcli.store.setup.source import Source, parse_source
from crmcli.store.setup.verdict import read_tables, read_words
from crmcli.store.setup.words.imports import ImportFileWords, ImportWords
from crmcli.store.setup.words.kinds import Words
from crmcli.store.setup.words.reports import PartReportWords, ReportWords
from crmcli.store.setup.words.rules import (
    AssignWords,
    JourneyWords,
    MatchWords,
    RulesWords,
    RuleWords,
    ScoreWords,
)

_RULE_TABLES: dict[str, type[Words]] = {
    "rule": RuleWords,
    "assign": AssignWords,
    "score": ScoreWords,
    "journey": JourneyWords,
    "match": MatchWords,
}


def check_engine_files(root: Path) -> list[Problem]:
    """Check the words of rules/ (all but tags), reports/ and imports/, and warn of what is not there yet."""
    problems: list[Problem] = []
    first: dict[tuple[str, str], str] = {}
    for file in read_engine_files(root, OTHER_FOLDERS):
        source, wrong = parse_source(file)
        problems += [] if file.folder in SETUP_FOLDERS else wrong
        if source is None:
            continue
        if file.folder == "rules":
            problems += _check_rules(source, first)
        elif file.folder == "reports":
            problems += _check_report(file.stem, source)
        else:
            problems += _check_import(file.stem, source)
    for file in [read_config_file(root), *read_engine_files(root, (*SETUP_FOLDERS, "reports"))]:
        source, _ = parse_source(file)
        if source is not None:
            problems += not_yet(file.folder, file.stem, source)
    return problems


def _check_rules(source: Source, first: dict[tuple[str, str], str]) -> Iterator[Problem]:
    """Check one rules file; `first` knows which file has which rule, for a name means one thing in all of them."""
    problems = read_words(RulesWords, source.table, source, (), source.path)[1]
    yield from problems
    for kind, model in _RULE_TABLES.items():
        tables = source.table.get(kind)
        if not isinstance(tables, dict):
            continue
        yield from read_tables(model, tables, source, (kind,), kind)[1]
        for name in tables:
            other = first.setdefault((kind, name), source.path)
            if other != source.path:
                message = f"{kind}.{name} is in {other} already"
                yield source.problem("name-taken", (kind, name), message, "give one of them another name")


def _check_report(name: str, source: Source) -> Iterator[Problem]:
    words, problems = read_words(ReportWords, source.table, source, (), name)
    yield from problems
    if words is not None:
        yield from read_tables(PartReportWords, words.part, source, ("part",), f"{name}.part")[1]


def _check_import(name: str, source: Source) -> Iterator[Problem]:
    words, problems = read_words(ImportWords, source.table, source, (), name)
    yield from problems
    if words is not None:
        yield from read_tables(ImportFileWords, words.file, source, ("file",), f"{name}.file")[1]
