"""`crm erase WHO…`: take what the book knows of somebody out of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import Who
from crmcli.cli.session import Session, session_of

if TYPE_CHECKING:
    from crmcli.actions.erase import Scope

_SHOWN = 10
_ULID = 26


def run(
    ctx: typer.Context,
    who: Who,
    parts: Annotated[
        bool, typer.Option("--parts", help="Erase what is part of them too: contacts, deals, tasks of a customer")
    ] = False,
) -> None:
    """Erase what is known of somebody

    For somebody who asks to be forgotten. The files go, their attachments, and every value of theirs in the journal, in
    this clone now and in every other when it next writes. References to them are emptied. What other texts say of them is
    listed for you to mend, and you are told how to rewrite git's history, which keeps the rest until you do. Nothing
    brings it back: crm undo cannot. To take a record out of the way, archive or delete it.

    Example:
      crm erase li-wei --dry-run
      crm erase li-wei@example.com
    """
    from crmcli.actions.erase import erase, scope_of
    from crmcli.cli.who import find_records

    session = session_of(ctx)
    scope = scope_of(session.book, find_records(session, who), parts=parts)
    _say_scope(session, scope)
    if session.options.dry_run:
        session.out.note("dry run: nothing was erased.")
        return
    _insist(session, scope)
    outcome = erase(session.book, scope)
    for notice in outcome.notices:
        session.out.note(notice)
    session.out.changed(list(scope.refs), f"erased {', '.join(map(str, scope.refs[:_SHOWN]))}.")
    _say_what_is_left(session, scope)


def _say_scope(session: Session, scope: "Scope") -> None:
    out = session.out
    lines = (
        "1 line of the journal loses its" if scope.events == 1 else f"{scope.events} lines of the journal lose their"
    )
    out.note(f"erases {', '.join(map(str, scope.refs))}: {lines} values")
    for ref, field in scope.holders[:_SHOWN]:
        out.note(f"empties {field} of {ref}")
    for ref, field in scope.rows[:_SHOWN]:
        out.note(f"leaves the id in {field} of {ref}: a row is not taken apart")
    if scope.parts:
        some = ", ".join(map(str, scope.parts[:_SHOWN])) + (" …" if len(scope.parts) > _SHOWN else "")
        out.note(f"leaves what is part of it: {some}; --parts erases that too")


def _insist(session: Session, scope: "Scope") -> None:
    """Go on only when the id was typed, or with --yes."""
    from crmcli.cli.questions import DeclinedError, NoAnswerError, ask_line

    if session.options.yes:
        return
    name = scope.refs[0].id
    if not session.may_ask:
        raise NoAnswerError(f"erase {name} for good?")
    if ask_line(session, f"nothing brings this back. Type {name} to erase it") != name:
        raise DeclinedError


def _say_what_is_left(session: Session, scope: "Scope") -> None:
    out = session.out
    names = ", ".join(ref.id for ref in scope.refs[:_SHOWN]) + (" …" if len(scope.refs) > _SHOWN else "")
    out.note(
        f"left: the id {names} in the journal, with when it was changed and by whom; a name it had before a rename too"
    )
    for mention in scope.mentions[:_SHOWN]:
        where = f"its {mention.what}" if len(mention.what) < _ULID else "a line of its log"
        out.note(f"left: {mention.ref} says {mention.words!r} in {where}")
    if len(scope.mentions) > _SHOWN:
        out.note(f"left: {len(scope.mentions) - _SHOWN} more mentions; `crm find` lists them")
    if scope.in_history:
        out.note(
            "left: git's history, every clone of it and every backup. Commit this, let everybody sync, then begin a new history:"
        )
        out.note("  git checkout --orphan fresh && git commit -m 'history begins anew' && git branch -M fresh main")
        out.note("  git push --force origin main && git reflog expire --expire=now --all && git gc --prune=now")
        out.note("and everybody clones anew; until then the values can be read in old commits.")
