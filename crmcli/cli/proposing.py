"""A file that no map knows: the proposal is shown, asked about once, saved, and imported by."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.actions.importing.asked import Asked
    from crmcli.actions.importing.proposing.proposal import Proposal
    from crmcli.cli.session import Session

_LONGEST = 24


class MapWishes(NamedTuple):
    """What shall become of a proposed map: the name to save it under, and whether its new fields are made."""

    save: str = ""
    add_fields: bool = False


class ProposalUnansweredError(UsageError):
    """A proposal, and nobody to say whether it is right."""

    def __init__(self, file: Path, to: str, wishes: MapWishes) -> None:
        words = [
            f"--to {to}",
            f"--save {wishes.save}" if wishes.save else "",
            "--add-fields" if wishes.add_fields else "",
        ]
        command = " ".join(["crm import", quote(str(file)), *filter(None, words), "--yes"])
        super().__init__(
            f"{file}: no map knows its columns; the table says what they may be",
            hint=f"if that is right: {command}",
        )


class NothingToAddError(UsageError):
    """`--add-fields` for a file that no map was proposed for."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file}: --add-fields adds what a proposed map lacks, and this file has a map", hint="leave it out"
        )


def prepared(session: Session, file: Path, asked: Asked, wishes: MapWishes) -> Asked:
    """The words of the import with a map for the file: the proposed one where none was named and none knows it."""
    from crmcli.actions.importing.proposing import accepting  # noqa: PLC0415

    proposal = accepting.proposal_for(session.book, file, asked)
    if proposal is None:
        if wishes.add_fields:
            raise NothingToAddError(file)
        if wishes.save and not asked.dry_run:
            session.out.note(f"the map is in {accepting.save_copy(session.book, file, asked, wishes.save)}")
        return asked
    fields = accepting.fields_of(proposal) if wishes.add_fields else []
    shown = accepting.with_fields(proposal) if fields else proposal
    _show(session, file, shown)
    for field in fields:
        would = "would come" if asked.dry_run else "comes"
        session.out.note(f"{would} into {proposal.type.path}: {field.line}")
    if asked.dry_run:
        if wishes.save:
            session.out.note(f"the map would be in imports/{wishes.save}.toml")
        return asked._replace(map=accepting.proposed_map(proposal, file, wishes.save))
    if not session.options.yes and not session.may_ask:
        raise ProposalUnansweredError(file, proposal.type.name, wishes)
    session.ask_yes(f"Import {file.name} so?")
    made = accepting.proposed_map(shown, file, wishes.save)
    if wishes.save:
        session.out.note(f"the map is in {accepting.save_proposal(session.book, shown, file, wishes.save)}")
    if fields:
        accepting.make_fields(session.book, proposal)
        _open_anew(session)
    return asked._replace(map=made)


def _show(session: Session, file: Path, proposal: Proposal) -> None:
    from crmcli.reports.table import Column, Table  # noqa: PLC0415

    columns = tuple(Column(name, name.capitalize()) for name in ("column", "field", "because", "example"))
    rows = [(one.column, one.target or "-", one.why, _short(one.example)) for one in proposal.columns]
    table = Table(columns, rows, title=f"{file.name} → {proposal.type.plural}", found=len(rows), key="column")
    session.out.rows(table, numbered=False)
    session.out.note(f"its rows are taken as {proposal.type.plural}: {proposal.why}; --to TYPE takes them as others")
    if proposal.lacks:
        session.out.note(f"nothing fills `{proposal.lacks}`, which every {proposal.type.name} needs")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _open_anew(session: Session) -> None:
    """Open the book once more: its schema has changed."""
    session.book.index.close()
    for name in ("book", "present"):
        session.__dict__.pop(name, None)
