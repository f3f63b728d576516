"""A proposal as a map file: commented, to be edited, used again with `--as`."""

from __future__ import annotations

from crmcli.actions.importing.proposing.proposal import Proposal


def map_text(proposal: Proposal, source: str) -> str:
    """The text of imports/NAME.toml."""
    lines = [
        f'# Proposed for {_comment(source)}. Edit what is wrong: "column" = "field", an empty field leaves the column out.',
        f"to      = {_quote(proposal.type.name)}",
    ]
    if proposal.same:
        lines.append(
            f"same    = [{', '.join(map(_quote, proposal.same))}]  # what makes a row the same record, tried in order"
        )
    if proposal.missing:
        policies = ", ".join(f"{name} = {_quote(policy)}" for name, policy in proposal.missing.items())
        lines.append(f"missing = {{ {policies} }}  # make the record a name refers to, skip the name, or fail the row")
    lines += ["", "[columns]"]
    lines += [f"{_quote(one.column)} = {_quote(one.target)}  # {_comment(one.why)}" for one in proposal.columns]
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
