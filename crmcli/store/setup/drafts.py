"""Record types as their files say them, before types, options and pipelines are held against each other."""

from __future__ import annotations

from typing import NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.types.registry import TYPE_NAMES
from crmcli.store.setup.reserved import BOOK_FOLDERS, FIELD_NAMES, VERBS, WORD_OF_THE_FILES
from crmcli.store.setup.source import Source
from crmcli.store.setup.verdict import read_file, read_words
from crmcli.store.setup.words.schema import FieldWords, TypeWords


class Draft(NamedTuple):
    """A record type's file, read: its own words and those of its sound fields. `declared` are all names it gives."""

    name: str
    plural: str
    source: Source
    words: TypeWords
    fields: dict[str, FieldWords]
    declared: tuple[str, ...]


Drafts = dict[str, Draft]


def read_draft(name: str, source: Source) -> tuple[Draft | None, list[Problem]]:
    """Read the file of the type `name`. A broken field is left out; a type with a reserved name altogether."""
    words, problems = read_file(TypeWords, source, name)
    fields_read: dict[str, FieldWords] = {}
    for field, value in words.fields.items():
        read, wrong = _read_field(name, field, value, source, journal=words.embedded == "journal")
        problems += wrong
        if read is not None:
            fields_read[field] = read
    plural = words.plural or f"{name}s"
    wrong = _wrong_names(name, plural, source)
    draft = Draft(name, plural, source, words, fields_read, tuple(words.fields))
    return (None if wrong else draft), problems + wrong


def drop_clashes(drafts: Drafts) -> tuple[Drafts, list[Problem]]:
    """Leave out every type whose name or plural an earlier one has taken, and every alias that something else is."""
    taken: dict[str, str] = {}
    kept: Drafts = {}
    problems: list[Problem] = []
    for draft in drafts.values():
        own = {draft.name.casefold(), draft.plural.casefold()}
        other = next((taken[name] for name in sorted(own) if name in taken), "")
        if other:
            message = f"{draft.name} is called `{draft.plural}` in lists, and so is {other}"
            remedy = "give one of them another plural"
            problems.append(draft.source.problem("name-taken", ("plural",), message, remedy))
            continue
        taken.update(dict.fromkeys(own, draft.name))
        kept[draft.name] = draft
    for draft in kept.values():
        aliases, wrong = _free_aliases(draft, taken)
        problems += wrong
        kept[draft.name] = draft._replace(words=draft.words.model_copy(update={"alias": aliases}))
    return kept, problems


def _read_field(
    owner: str, field: str, value: object, source: Source, *, journal: bool
) -> tuple[FieldWords | None, list[Problem]]:
    keys = ("fields", field)
    reason = "" if journal else FIELD_NAMES.get(field, "")
    if reason:
        message = f"{owner}.{field}: the name `{field}` is reserved: {reason}"
        return None, [source.problem("name-reserved", keys, message, "give the field another name")]
    if not WORD_OF_THE_FILES.fullmatch(field):
        message = f"{owner}.{field}: a field's name is letters, digits and _, a letter first"
        return None, [source.problem("name-malformed", keys, message, f'write "{_speakable(field)}"')]
    if isinstance(value, str):
        message = f"{owner}.{field} must be a table"
        return None, [source.problem("value-wrong", keys, message, f'write {field} = {{ type = "{value}" }}')]
    return read_words(FieldWords, value, source, keys, f"{owner}.{field}")


def _speakable(name: str) -> str:
    spelt = "".join(letter if letter.isalnum() else "_" for letter in name).strip("_")
    return spelt if spelt[:1].isalpha() else f"n{spelt}"


def _wrong_names(name: str, plural: str, source: Source) -> list[Problem]:
    if not WORD_OF_THE_FILES.fullmatch(name):
        message = f"the type's name `{name}` comes from the file's: letters, digits and _, a letter first"
        return [source.problem("name-malformed", (), message, f"rename the file to {_speakable(name)}.toml")]
    if not WORD_OF_THE_FILES.fullmatch(plural):
        message = f"{name}: the plural `{plural}` is a folder's name: letters, digits and _, a letter first"
        return [source.problem("name-malformed", ("plural",), message, f'write plural = "{_speakable(plural)}"')]
    if name == "log":
        return []
    reason = _reserved_type(name)
    if reason:
        message = f"a record type cannot be called `{name}`: {reason}"
        alias = f', and say alias = ["{name}"]' if name in TYPE_NAMES else ""
        return [source.problem("name-reserved", (), message, f"rename the file: its name is the type's{alias}")]
    if plural in VERBS or plural in BOOK_FOLDERS:
        reason = f"`crm {plural}` is a command" if plural in VERBS else f"the book has a folder {plural}/"
        message = f"{name}: the plural cannot be `{plural}`: {reason}"
        return [source.problem("name-reserved", ("plural",), message, f'write plural = "my_{plural}"')]
    return []


def _reserved_type(name: str) -> str:
    if name in VERBS:
        return f"`crm {name}` is a command"
    if name in TYPE_NAMES:
        return "it is a field type"
    return f"the book has a folder {name}/" if name in BOOK_FOLDERS else ""


def _free_aliases(draft: Draft, taken: dict[str, str]) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the aliases nothing else is called by, and take them."""
    free: list[str] = []
    problems: list[Problem] = []
    for position, alias in enumerate(draft.words.alias):
        keys = ("alias", position)
        folded = alias.casefold()
        if folded in VERBS:
            message = f"{draft.name}: the alias `{alias}` is a command already"
            problems.append(draft.source.problem("name-reserved", keys, message, "choose another alias"))
        elif taken.get(folded, draft.name) != draft.name or alias in free:
            message = f"{draft.name}: the alias `{alias}` already stands for {taken[folded]}"
            problems.append(draft.source.problem("name-taken", keys, message, "keep it in one place"))
        else:
            taken[folded] = draft.name
            free.append(alias)
    return tuple(free), problems
