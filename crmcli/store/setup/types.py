"""Record types from their drafts: fields held against the other types, then title, list, body and stage."""

from __future__ import annotations

from collections.abc import Iterator

from crmcli.model.problem import Problem
from crmcli.model.schema import Config, Field, RecordType
from crmcli.store.setup.drafts import Draft, Drafts
from crmcli.store.setup.fields import Place, build_field
from crmcli.store.setup.references import Built, check_backs
from crmcli.store.setup.reserved import BUILT_IN_FIELDS
from crmcli.store.setup.verdict import did_you_mean, write_instead

ONLY_ONE = ("markdown", "stage")
"""Field types of which a record has one: the body, and the stage."""

COLUMNS = 5
"""How many fields a list shows when the schema does not say."""


def build_fields(drafts: Drafts, declared: frozenset[str], config: Config) -> tuple[Built, list[Problem]]:
    """Make the fields of every type; what is wrong is left out. `declared` also names the types that are broken."""
    built: Built = {}
    problems: list[Problem] = []
    for draft in drafts.values():
        fields: dict[str, Field] = {}
        for name, words in draft.fields.items():
            place = Place(draft, name, words, drafts, declared, config)
            field, wrong = build_field(place)
            problems += wrong
            if field is None:
                continue
            twin = next((f.name for f in fields.values() if f.type == field.type and f.type in ONLY_ONE), "")
            if twin:
                text = f"{twin} is its {field.type} field already, and a record has one"
                problems.append(place.problem("field-second", "type", text, "give one of the two another type"))
            else:
                fields[name] = field
        built[draft.name] = fields
    problems += _reuse_options(drafts, built)
    problems += check_backs(drafts, built)
    return built, problems


def build_type(draft: Draft, fields: dict[str, Field]) -> tuple[RecordType, list[Problem]]:
    """Make the record type of its own words and its finished fields."""
    words = draft.words
    problems = [*_wrong_title(draft), *_wrong_list(draft)]
    title = words.title if words.title in fields else ""
    columns = tuple(name for name in words.list if _root(name) in fields or _root(name) in BUILT_IN_FIELDS)
    record = RecordType(
        name=draft.name,
        plural=draft.plural,
        label=words.label,
        alias=words.alias,
        title=title,
        list=columns or _default_columns(fields),
        embedded=words.embedded,
        fields=fields,
        path=draft.source.path,
    )
    return record, problems


def _default_columns(fields: dict[str, Field]) -> tuple[str, ...]:
    shown = [f.name for f in fields.values() if not f.many and not f.private and f.type not in {"markdown", "json"}]
    return tuple(shown[:COLUMNS])


def _reuse_options(drafts: Drafts, built: Built) -> Iterator[Problem]:
    """Fill `options = "customer.source"` in; a field whose options cannot be found is left out."""
    for draft in drafts.values():
        for name, words in draft.fields.items():
            if not isinstance(words.options, str) or name not in built[draft.name]:
                continue
            owner, field = _options_field(drafts, words.options)
            found = built.get(owner, {}).get(field)
            if found is not None and found.options:
                built[draft.name][name] = built[draft.name][name]._replace(options=found.options)
                continue
            del built[draft.name][name]
            choices = [f"{t}.{f.name}" for t, fields in built.items() for f in fields.values() if f.options]
            message = f"{draft.name}.{name}: `{words.options}` is no field with options"
            remedy = write_instead(words.options, choices)
            yield draft.source.problem("options-unknown", ("fields", name, "options"), message, remedy)


def _options_field(drafts: Drafts, path: str) -> tuple[str, str]:
    """Follow `customer.source` to the field that lists the options itself."""
    for _ in range(len(drafts)):
        owner, _, field = path.partition(".")
        words = drafts[owner].fields.get(field) if owner in drafts else None
        if words is None or not isinstance(words.options, str):
            return owner, field
        path = words.options
    return "", ""


def _wrong_title(draft: Draft) -> Iterator[Problem]:
    title = draft.words.title
    if title and title not in draft.declared:
        message = f"{draft.name}: the title `{title}` is no field{did_you_mean(title, draft.declared)}"
        yield draft.source.problem("title-unknown", ("title",), message, write_instead(title, draft.declared))


def _wrong_list(draft: Draft) -> Iterator[Problem]:
    known = [*draft.declared, *BUILT_IN_FIELDS]
    for position, name in enumerate(draft.words.list):
        if _root(name) not in known:
            message = f"{draft.name}: the list names `{name}`, which is no field{did_you_mean(name, known)}"
            remedy = write_instead(name, draft.declared)
            yield draft.source.problem("list-unknown", ("list", position), message, remedy)


def _root(path: str) -> str:
    return path.partition(".")[0]
