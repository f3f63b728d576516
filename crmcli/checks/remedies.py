"""What a person does about a field that is empty or holds what it may not: by the command that changes such a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.model.schema import Field


def remedy(verb: str, field: Field, path: str, place: str = "") -> str:
    """`verb` is fill or change; `path` is the record's file; `place` says where the row of a column is (`lines.1.`)."""
    if field.calc:
        return f"{verb} what it is computed from: {field.calc}"
    who = path.removesuffix(".md")
    if field.type == "stage":
        return f"{verb} it: crm move {who} STAGE"
    if field.type == "serial":
        return "nobody types it: it is drawn by the runner"
    if field.type == "markdown" or field.embedded:
        return f"{verb} it: crm edit {who}"
    return f"{verb} it: crm set {who} {place}{field.name}=…"
