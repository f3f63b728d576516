"""What `crm import` does with its words: file after file, each with what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.cli.import_summary import preview_lines, summary, summary_line

if TYPE_CHECKING:
    from crmcli.actions.importing.asked import Asked
    from crmcli.actions.importing.outcome import ImportOutcome
    from crmcli.cli.proposing import MapWishes
    from crmcli.cli.session import Session
    from crmcli.errors import CrmError
    from crmcli.text.notation import Unproven


def import_files(session: Session, files: list[Path], asked: Asked, wishes: MapWishes) -> None:
    """Import them one after the other; a file that cannot be taken keeps no other out. Raises at the end what the first failed by."""
    from crmcli.actions.importing.asked import PREVIEW  # noqa: PLC0415
    from crmcli.errors import BadDataError, UsageError  # noqa: PLC0415 - after an import

    options = session.options
    asked = asked._replace(
        dry_run=options.dry_run,
        preview=PREVIEW if options.limit is None else options.limit,
        progress=session.progress.of("rows read") if session.progress else None,
        ask=_asking(session),
    )
    failure: CrmError | OSError | None = None
    for file in files:
        found: CrmError | OSError | None
        try:
            found = _import_one(session, file, asked, wishes)
        except (BadDataError, UsageError, OSError) as error:
            found = error
        if failure is not None and found is not None and str(found) != str(failure):
            session.out.note(_in_words(found))
        failure = failure or found
    if failure:
        raise failure


def _import_one(session: Session, file: Path, asked: Asked, wishes: MapWishes) -> CrmError | None:
    """Import one file; return what makes the command fail though it was done."""
    from crmcli.actions.importing.run import import_file  # noqa: PLC0415
    from crmcli.cli.proposing import prepared  # noqa: PLC0415

    words = prepared(session, file, asked, wishes)  # which may open the book anew
    failure: CrmError | None = None
    for outcome in import_file(session.book, file, words):
        _tell(session, outcome)
        failure = failure or _failure(outcome)
    return failure


def _in_words(failure: CrmError | OSError) -> str:
    """A failure of a file after the first that failed, of which the error line speaks."""
    return f"{failure.filename}: {failure.strerror}" if isinstance(failure, OSError) else str(failure)


def _tell(session: Session, outcome: ImportOutcome) -> None:
    out = session.out
    if session.options.format in ("json", "jsonl"):
        out.json(summary(outcome))
        return
    out.text(preview_lines(outcome))
    for notice in outcome.notices:
        out.note(notice)
    out.note(summary_line(outcome, {one.plural: one.name for one in session.book.setup.types.values()}))


def _failure(outcome: ImportOutcome) -> CrmError | None:
    """What makes the command fail though the rest was done: refused rows, or values that nobody decided about."""
    from crmcli.actions.importing.outcome import RowsRefusedError, ValuesKeptError  # noqa: PLC0415 - after an import

    if outcome.refused:
        return RowsRefusedError(outcome)
    return ValuesKeptError(outcome) if outcome.kept and not outcome.decided else None


def _asking(session: Session) -> Callable[[Unproven], str] | None:
    """A question to the person at the terminal: how a column is to be read; None where nobody can answer."""
    if not session.may_ask:
        return None

    def ask(open_: Unproven) -> str:
        from crmcli.cli.questions import choose  # noqa: PLC0415 - few files leave it open

        answers = list(open_.readings)
        shown = [f"{open_.readings[answer]}   (--{open_.what} {answer})" for answer in answers]
        number = choose(session, f"{open_.column}: what does {open_.cell!r} mean?", shown)
        return "" if number is None else answers[number]

    return ask
