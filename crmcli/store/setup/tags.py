"""Dynamic tags: `[tag.x]` of rules/*.toml (ENGINES §2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crmcli.model.problem import Problem
from crmcli.model.schema import DynamicTag, RecordType
from crmcli.query.marks import is_tag
from crmcli.store.setup.files import EngineFile
from crmcli.store.setup.source import Source, parse_source
from crmcli.store.setup.verdict import did_you_mean, read_tables, write_instead
from crmcli.store.setup.words.rules import TagWords


def read_tags(
    files: list[EngineFile], types: Mapping[str, RecordType], declared: frozenset[str]
) -> tuple[dict[str, DynamicTag], list[Problem]]:
    """Read the tags of every rules file; a broken one, or a second one of the same name, is left out and told.

    `declared` are the types that have a file, sound or not.
    """
    tags: dict[str, DynamicTag] = {}
    problems: list[Problem] = []
    for file in files:
        source, wrong = parse_source(file)
        problems += wrong
        tables = source.table.get("tag") if source else None
        if source is None or not isinstance(tables, dict):
            continue
        words, wrong = read_tables(TagWords, tables, source, ("tag",), "tag")
        problems += wrong
        for name, held in words.items():
            found = [*_wrong(name, held, source, types, declared), *_taken(name, source, tags)]
            problems += found
            if not found:
                tags[name] = DynamicTag(name, held.for_, held.label, held.where, held.but, source.path)
    return tags, problems


def _wrong(
    name: str, words: TagWords, source: Source, types: Mapping[str, RecordType], declared: frozenset[str]
) -> Iterator[Problem]:
    keys: tuple[Any, ...] = ("tag", name)
    if not is_tag(name) or name[0] == "_":
        message = f"tag.{name}: `{name}` cannot be a tag"
        yield source.problem("name-malformed", keys, message, "start with a letter; then letters, digits, _ - / .")
    for word, value, example in (("for", words.for_, '"customer"'), ("where", words.where, '"revenue>=500k"')):
        if not value:
            message = f"tag.{name} needs the word `{word}`"
            yield source.problem("word-missing", keys, message, f"add {word} = {example}")
    owner = types.get(words.for_)
    if not words.for_ or (owner is not None and not owner.embedded):
        return
    own = [type_.name for type_ in types.values() if not type_.embedded]
    if owner is None and words.for_ in declared:
        message, remedy = (
            f"tag.{name}: left out, for schema/{words.for_}.toml is broken",
            f"mend schema/{words.for_}.toml",
        )
        yield source.problem("reference-broken", (*keys, "for"), message, remedy, warning=True)
        return
    text = f"there is no record type `{words.for_}`" if owner is None else f"{owner.name} has no files of its own"
    message = f"tag.{name}: {text}{did_you_mean(words.for_, own)}"
    yield source.problem("type-unknown", (*keys, "for"), message, write_instead(words.for_, own))


def _taken(name: str, source: Source, tags: Mapping[str, DynamicTag]) -> Iterator[Problem]:
    if name in tags:
        message = f"tag.{name} is in {tags[name].path} already"
        yield source.problem("name-taken", ("tag", name), message, "give one of them another name")
