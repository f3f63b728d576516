"""The other side of references: every collection's name leads to one field (LANGUAGE §2, Collections)."""

from __future__ import annotations

from collections.abc import Iterator

from crmcli.model.problem import Problem
from crmcli.model.schema import Field
from crmcli.store.setup.drafts import Draft, Drafts

Built = dict[str, dict[str, Field]]
"""The fields that hold so far, by type."""


def check_backs(drafts: Drafts, built: Built) -> Iterator[Problem]:
    """Yield what is wrong with the names of collections; the fields themselves stay."""
    yield from _nameless(drafts, built)
    taken: dict[tuple[str, str], str] = {}
    for draft, field in _references(drafts, built):
        if not field.back:
            continue
        for target in drafts if field.reference == "*" else (field.reference,):
            mine = f"{draft.name}.{field.name}"
            other = taken.setdefault((target, field.back), mine)
            if other != mine:
                message = f"{mine}: {target}.{field.back} leads to {other} already"
                yield _problem(draft, field, "back-taken", message, "give one of them another `back`")
                break
            if field.reference != "*" and field.back in drafts[target].declared:
                message = f"{mine}: {target} has a field `{field.back}`, so no collection can be called that"
                yield _problem(draft, field, "back-taken", message, "choose another `back`")


def _nameless(drafts: Drafts, built: Built) -> Iterator[Problem]:
    """Two references of one type to the same type: the second must say `back`."""
    first: dict[tuple[str, str], str] = {}
    for draft, field in _references(drafts, built):
        if field.back:
            continue
        other = first.setdefault((draft.name, field.reference), field.name)
        mine = f"{draft.name}.{field.name}"
        if other != field.name:
            message = f"{mine}: {draft.name}.{other} leads to {_target(field)} too, so this one needs `back`"
            yield _problem(draft, field, "back-missing", message, f'add back = "{field.name}_{draft.plural}"')
            continue
        named = [f for f in built[draft.name].values() if f.back == draft.plural and f.reference == field.reference]
        if named:
            other = f"{draft.name}.{named[0].name}"
            message = f"{mine}: {field.reference}.{draft.plural} leads to {other}, so this needs a name of its own"
            remedy = f'add back = "{field.name}_{draft.plural}"'
            yield _problem(draft, field, "back-missing", message, remedy, warning=True)


def _references(drafts: Drafts, built: Built) -> Iterator[tuple[Draft, Field]]:
    for draft in drafts.values():
        for field in built[draft.name].values():
            if field.reference and not field.calc:  # what is computed points, but nobody comes back by it
                yield draft, field


def _target(field: Field) -> str:
    return "any record" if field.reference == "*" else field.reference


def _problem(draft: Draft, field: Field, code: str, message: str, remedy: str, *, warning: bool = False) -> Problem:
    keys = ("fields", field.name, "back") if field.back else ("fields", field.name)
    return draft.source.problem(code, keys, message, remedy, warning=warning)
