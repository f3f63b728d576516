"""One field: its words held against its type, and made into a `Field`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.schema import Config, Field, Option
from crmcli.model.types.registry import TYPE_NAMES
from crmcli.store.setup.drafts import Draft, Drafts
from crmcli.store.setup.reserved import BUILT_IN_FIELDS, DISTANT_NAMES, WORD_OF_THE_FILES
from crmcli.store.setup.values import check_typed
from crmcli.store.setup.verdict import did_you_mean, nearest_name, write_instead
from crmcli.store.setup.words.schema import FieldWords

_SINGLE = frozenset(("markdown", "stage", "pipeline", "serial", "checklist"))
_ROW_HEAD = frozenset(("field", "pos"))
_KEYS = frozenset(
    ("text", "email", "phone", "url", "domain", "handle", "id", "taxid", "account", "sku", "serial", "int")
)
_CHOICES = frozenset(("choice", "checklist"))
_CHECKED_ELSEWHERE = frozenset(("choice", "stage", "pipeline", "file", "image"))
_ONLY_FOR = {
    "max": frozenset(("rating",)),
    "pipeline": frozenset(("stage",)),
    "format": frozenset(("serial",)),
    "on": frozenset(("serial",)),
    "system": frozenset(("id",)),
    "options": _CHOICES,
    "key": _KEYS,
}
"""Words that make sense for some field types only."""


class Place(NamedTuple):
    """A field being looked at: whose it is, its name, its words, and the types there are (`declared`: even broken)."""

    draft: Draft
    name: str
    words: FieldWords
    drafts: Drafts
    declared: frozenset[str]
    config: Config

    @property
    def base(self) -> str:
        """The field type without `[]`."""
        return self.words.type.removesuffix("[]")

    @property
    def many(self) -> bool:
        """Whether it is a list; a checklist always is."""
        return self.words.type.endswith("[]") or self.base == "checklist"

    @property
    def target(self) -> Draft | None:
        """The record type it names."""
        return None if self.base in TYPE_NAMES else self.drafts.get(self.base)

    def problem(self, code: str, key: str, text: str, remedy: str, *, warning: bool = False) -> Problem:
        """Say what is wrong with one word of the field."""
        keys = ("fields", self.name, key) if key else ("fields", self.name)
        message = f"{self.draft.name}.{self.name}: {text}"
        return self.draft.source.problem(code, keys, message, remedy, warning=warning)


def build_field(place: Place) -> tuple[Field | None, list[Problem]]:
    """Make the field, or say why it is left out; `options` from another field are filled in later."""
    problems = [*_wrong_type(place)] or [*_wrong_words(place), *_wrong_options(place), *_wrong_names(place)]
    if problems:
        return None, problems
    words, target = place.words, place.target
    own = words.model_dump(exclude={"type", "label", "options", "index"})
    if place.base == "rating":
        own["max"] = words.max or 5
    embedded = target is not None and target.words.embedded == "true"
    reference = "*" if place.base == "any" else place.base if target is not None and not embedded else ""
    options = () if isinstance(words.options, str) else tuple(Option(*option) for option in words.options)
    field = Field(
        name=place.name,
        type=place.base,
        many=place.many,
        label=words.label,
        options=options,
        indexed=words.index,
        embedded=embedded,
        reference=reference,
        **own,
    )
    problems = [*_wrong_default(place, field)]
    return (None if problems else field), problems


def _wrong_type(place: Place) -> Iterator[Problem]:
    base = place.base
    if place.draft.words.embedded == "true":
        yield from _wrong_column(place)
    if base in TYPE_NAMES:
        if place.words.type.endswith("[]") and base in _SINGLE:
            yield place.problem("field-type-wrong", "type", f"there is no list of {base}", f'write type = "{base}"')
        return
    if base not in place.declared:
        known = [*TYPE_NAMES, *place.declared]
        if base in DISTANT_NAMES and DISTANT_NAMES[base] in known:
            near = DISTANT_NAMES[base]
            text, remedy = f"there is no field type `{base}`; did you mean `{near}`?", f"write `{near}`"
        elif nearest_name(base, known):
            text = f"there is no field type and no record type `{base}`{did_you_mean(base, known)}"
            remedy = f"{write_instead(base, known)}, or make schema/{base}.toml"
        else:
            text = f"there is no field type and no record type `{base}`"
            remedy = f"make schema/{base}.toml, or take one of: {', '.join(TYPE_NAMES)}"
        yield place.problem("field-type-unknown", "type", text, remedy)
    elif place.target is None:
        text = f"left out, for schema/{base}.toml is broken"
        yield place.problem("reference-broken", "type", text, f"mend schema/{base}.toml", warning=True)
    elif place.target.words.embedded == "journal":
        text = f"{base} lives in the journal and cannot be referred to"
        yield place.problem("field-type-wrong", "type", text, f"ask for it as {place.target.plural}.<field> instead")
    elif place.target.words.embedded and not place.many:
        text = f"{base} is embedded: rows come as a list"
        yield place.problem("field-type-wrong", "type", text, f'write type = "{base}[]"')


def _wrong_column(place: Place) -> Iterator[Problem]:
    """Yield why a field cannot be a column of rows."""
    inner = place.target is not None and place.target.words.embedded == "true"
    if place.name in _ROW_HEAD:
        text = f"`{place.name}` cannot be a column: every row has it already"
        yield place.problem("name-reserved", "", text, "choose another name, and give it a label")
    if place.words.calc:
        return
    if place.many or inner:
        one = "choice" if place.base == "checklist" else "text" if inner else place.base
        text = "a column of a row holds one value"
        yield place.problem("field-type-wrong", "type", text, f'write type = "{one}"')
    elif place.base in _SINGLE:
        text = f"a row has no {place.base}: that belongs to the record it is in"
        yield place.problem("field-type-wrong", "type", text, "give it another type, or put it into the record's type")


def _wrong_words(place: Place) -> Iterator[Problem]:
    for key, types in _ONLY_FOR.items():
        if getattr(place.words, key) and place.base not in types:
            text = f"`{key}` belongs to {_joined(types)} only, not to {place.base}"
            yield place.problem("word-misplaced", key, text, f"take `{key}` out")
    if not place.target and place.base != "any":
        for key in ("within", "back"):
            if getattr(place.words, key):
                yield place.problem("word-misplaced", key, f"`{key}` belongs to references only", f"take `{key}` out")
    if place.words.say and not place.words.must:
        text = "`say` is the sentence for a broken `must`, and there is none"
        yield place.problem("word-misplaced", "say", text, "add must, or take `say` out")


def _joined(names: frozenset[str]) -> str:
    *others, last = sorted(names)
    return f"{', '.join(others)} and {last}" if others else last


def _wrong_options(place: Place) -> Iterator[Problem]:
    options = place.words.options
    if place.base not in _CHOICES or isinstance(options, str):
        return
    if not options:
        key = "options" if "options" in place.words.model_fields_set else ""
        text = f"a {place.base} needs options"
        yield place.problem("options-missing", key, text, 'write options = ["low", "high"]')
        return
    seen: set[str] = set()
    for name, _ in options:
        if name in seen:
            yield place.problem("options-twice", "options", f"the option `{name}` stands twice", "keep one of them")
        if name in {"none", "any"} or name != name.strip():
            text = f'"{name}" cannot be an option: filters read it otherwise'
            yield place.problem("name-reserved", "options", text, "choose another name, and give it a label")
        seen.add(name)
    default = place.words.default
    if default and not place.many and not default.startswith("(") and default not in {*seen, *_labels(options)}:
        text = f"the default `{default}` is none of the options{did_you_mean(default, seen)}"
        yield place.problem("options-unknown", "default", text, write_instead(default, seen))


def _labels(options: tuple[tuple[str, dict[str, str]], ...]) -> set[str]:
    return {label for _, labels in options for label in labels.values()}


def _wrong_default(place: Place, field: Field) -> Iterator[Problem]:
    """Yield why the default cannot be typed into the field; expressions, records and lists are seen when it is used."""
    default = field.default
    if not default or default.startswith("(") or field.many or field.reference or field.type in _CHECKED_ELSEWHERE:
        return
    why = check_typed(field, default, place.config)
    if why:
        remedy = "write a value as you would type it, or an expression in parentheses"
        yield place.problem("value-wrong", "default", f"the default cannot be: {why}", remedy)


def _wrong_names(place: Place) -> Iterator[Problem]:
    back = place.words.back
    if back and (back in BUILT_IN_FIELDS or not WORD_OF_THE_FILES.fullmatch(back)):
        text = f"`{back}` cannot be the name of a collection"
        yield place.problem("name-reserved", "back", text, f'write back = "{place.draft.plural}"')
    for name in place.words.was:
        if name == place.name or name in place.draft.declared:
            text = f"`was` names {name}, which is a field still"
            yield place.problem("was-taken", "was", text, f"take {name} out of `was`, or out of the fields")
        earlier = [other for other, words in place.draft.fields.items() if name in words.was]
        if earlier and earlier[0] != place.name:
            text = f"{earlier[0]} says already that it was {name}"
            yield place.problem("was-taken", "was", text, "a former name leads to one field")
