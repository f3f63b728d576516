# ruff: noqa: ARG002 - the protocol's arguments
"""One of the names the schema lists: choices, checklists; and the names of stages and pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import label_of
from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.refusal import did_you_mean, short
from crmcli.model.types.single import SingleText
from crmcli.model.types.text import one_line

if TYPE_CHECKING:
    from crmcli.model.schema import Field, Option


class Choice(SingleText):
    """One of the field's `options`, by name in files, by name or label in any language on the command line.

    Letter case and width make no difference in what is typed. `<` and `>` follow the order of the schema.
    """

    name = "choice"
    family = "choice"
    matches = "equal"
    ordered = True
    manual = Manual("tier: A", "in `options`", "`tier=A` or its label", "`:` `=`, `<` by the order of the options")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A name, or a label in any language, folded."""
        word = typed.strip()
        if any(option.name == word for option in field.options):
            return word
        folded = _folded(word)
        named = [option.name for option in field.options if _folded(option.name) == folded]
        labelled = [option.name for option in field.options if folded in map(_folded, option.label.values())]
        found = named or labelled
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueRefused(f"`{word}` may be {' or '.join(found)}", "write one of these names")
        raise _not_listed(word, field)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A name."""
        for option in field.options:
            if option.name == stored:
                return stored
        raise _not_listed(stored, field)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """Its label."""
        for option in field.options:
            if option.name == stored:
                return label_of(option.label, context.language, stored)
        return stored


class Checklist(Choice):
    """What is done of a list of things, one a line.

    Each item is one of the field's `options`; the field is a list without `[]`.
    """

    name = "checklist"
    manual = Manual("checks: [营业执照] (one a line)", "in `options`", "`checks+=营业执照`", "`:` has")


class Stage(SingleText):
    """The stage a record is in. It changes by `crm move` only.

    Which stages there are, a pipeline says and not the field: any name passes here (one line, no blanks at the ends),
    and whoever knows the record's pipeline says whether it has that stage.
    """

    name = "stage"
    family = "stage"
    matches = "equal"
    ordered = True
    manual = Manual("stage: proposal", "in the pipeline", "`crm move`", "`:` `<` by the order of the pipeline, `is:`")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A name."""
        return _name(stored, "stage")


class Pipeline(SingleText):
    """The pipeline a record is in, by its name.

    That it exists and is for this type, whoever knows the pipelines says.
    """

    name = "pipeline"
    matches = "equal"
    ordered = True
    manual = Manual("pipeline: project", "a pipeline of the type", "`pipeline=project`", "`:` equal")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A name."""
        return _name(stored, "pipeline")


def _name(stored: str, what: str) -> str:
    text = one_line(stored)
    if not text or text != text.strip():
        raise ValueRefused(f"`{stored}` is no name of a {what}", "letters, digits, - _")
    return text


def _folded(text: str) -> str:
    from crmcli.text.fold import fold  # noqa: PLC0415 - stored names do without

    return fold(text)


def _not_listed(word: str, field: Field) -> ValueRefused:
    by_label = {label: option.name for option in field.options for label in option.label.values()}
    by_label.update({option.name: option.name for option in field.options})
    listed = ", ".join(_said(option) for option in field.options)
    hint = did_you_mean(word, by_label, f"options: {listed}") if listed else "the schema lists none"
    return ValueRefused(f"{short(word)} is not one of its options", hint)


def _said(option: Option) -> str:
    label = next(iter(option.label.values()), "")
    return f"{option.name} ({label})" if label and label != option.name else option.name
