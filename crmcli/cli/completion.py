"""Completion for bash, zsh and fish: what each argument and option is offered. Silent when anything is missing.

Which words an argument takes is known by its metavar, an option by its name, so that a command says nothing of completion.
The shell scripts come from `crm config completion SHELL`; they ask through typer's protocol (`_CRM_COMPLETE`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.suggest.suggestion import Suggestion, fitting

if TYPE_CHECKING:
    from crmcli.cli.app import RootGroup
    from crmcli.cli.click_seam import Context
    from crmcli.cli.session import Session


def answer(group: RootGroup, variable: str, instruction: str, session: Session) -> int:
    """Answer a shell's question; whatever goes wrong, the shell gets no suggestion and no noise."""
    from crmcli.cli.click_seam import answer_completion  # noqa: PLC0415

    name = variable.removeprefix("_").removesuffix("_COMPLETE").lower()
    try:
        return answer_completion(group, name, variable, instruction, session)
    except Exception:  # noqa: BLE001 - a half-typed line in a broken book is no place for messages
        return 0


def suggest(ctx: Context, metavar: str, option: str, typed: str, *, quoted: bool = False) -> list[Suggestion]:
    """What an argument (by `metavar`) or an `option` (by its name, else "") is offered; nothing when that cannot be known.

    `quoted` says that what is typed stands behind an open quote.
    """
    session = ctx.obj
    if session is None:
        return []
    try:
        found = _option(session, option, typed) if option else _argument(session, metavar, typed, ctx, quoted=quoted)
        return fitting(found, typed)
    except Exception:  # noqa: BLE001 - see `answer`
        return []


def _option(session: Session, option: str, typed: str) -> list[Suggestion]:
    if option == "--format":
        from crmcli.cli.options import FORMATS  # noqa: PLC0415

        return [Suggestion(name) for name in FORMATS]
    if session.root is None:
        return []
    if option in ("--columns", "--sort", "--by"):
        from crmcli.cli.suggest.columns import column_words  # noqa: PLC0415

        return column_words(session, typed)
    if option in ("--for", "--me"):
        from crmcli.reports.suggest.records import members  # noqa: PLC0415

        return members(session, typed)
    if option == "--kind":
        return _kinds(session)
    if option in ("--as-of", "--known-at", "--since", "--at", "--period"):
        return _dates(session, typed, days=option == "--at")
    return _types(session) if option == "--to" else []


def _argument(session: Session, metavar: str, typed: str, ctx: Context, *, quoted: bool) -> list[Suggestion]:
    if metavar == "COMMAND...":
        return _commands()
    if session.root is None:
        return []
    if metavar == "FILTER...":
        return _filter(session, typed, ctx, quoted=quoted)
    if metavar in ("TAG", "OLD"):
        from crmcli.reports.suggest.records import subjects, tags  # noqa: PLC0415

        return tags(session, subjects(session), dynamic=metavar == "TAG" and ctx.info_name == "show")
    if metavar == "PIPELINE":
        return _pipelines(session)
    if metavar == "NAME" and ctx.info_name == "report":
        from crmcli.reports.registry import REPORTS  # noqa: PLC0415

        return [Suggestion(name, "report") for name in REPORTS]
    return _types(session) if metavar == "TYPE" else _of_records(session, metavar, typed, given(ctx))


def _of_records(session: Session, metavar: str, typed: str, before: list[str]) -> list[Suggestion]:
    from crmcli.cli.suggest import writes  # noqa: PLC0415

    if metavar == "WORD...":
        return writes.new_words(session, typed, before)
    if metavar == "WHO... WORD...":
        return writes.change_words(session, typed, before)
    if metavar.startswith("WHO... STAGE"):
        return writes.move_words(session, typed, before)
    if metavar == "WHO WHEN WHAT..." and before:
        return _dates(session, typed, days=True) if len(before) == 1 else []
    if metavar == "WHO... WHEN" and before:
        return [*_dates(session, typed, days=True), *writes.who_words(session, typed)]
    if metavar == "WHO [TEXT...]" and before:
        return []
    return writes.who_words(session, typed) if metavar.startswith("WHO") else []


def given(ctx: Context) -> list[str]:
    """The words before the one being typed."""
    words = ctx.params.get("words") or []
    return [str(word) for word in words] if isinstance(words, (list, tuple)) else []


def _dates(session: Session, typed: str, *, days: bool) -> list[Suggestion]:
    from crmcli.reports.suggest.values import date_words  # noqa: PLC0415

    return date_words(session, typed, days=days)


def _filter(session: Session, typed: str, ctx: Context, *, quoted: bool) -> list[Suggestion]:
    """Words of a filter; of a board or a report first what it may be about."""
    from crmcli.reports.suggest.filters import filter_words  # noqa: PLC0415

    found: list[Suggestion] = []
    if ctx.info_name == "board" and not given(ctx):
        found = [*_pipelines(session), *_types(session)]
    if ctx.info_name in ("board", "report", "diff") and not session.noun:
        session.noun = _subject(session, given(ctx))
    return [*found, *filter_words(session, typed, quoted=quoted)]


def _subject(session: Session, words: list[str]) -> str:
    """The type a board, report or review is about: that of the first word, else of what has amounts."""
    setup = session.book.setup
    first = words[0] if words else ""
    if first in setup.pipelines:
        return setup.pipelines[first].type
    found = setup.by_plural(first)
    if found is not None:
        return found.name
    return next(
        (t.name for t in setup.types.values() if t.stage and any(f.type == "money" for f in t.fields.values())), ""
    )


def _kinds(session: Session) -> list[Suggestion]:
    from crmcli.model.schema import label_of  # noqa: PLC0415
    from crmcli.query.journal import log_type  # noqa: PLC0415

    setup = session.book.setup
    options = log_type(setup).fields["kind"].options
    return [Suggestion(option.name, label_of(option.label, setup.config.language, "")) for option in options]


def _types(session: Session) -> list[Suggestion]:
    from crmcli.model.schema import label_of  # noqa: PLC0415

    setup = session.book.setup
    types = (type_ for type_ in setup.types.values() if not type_.embedded)
    return [Suggestion(type_.plural, label_of(type_.label, setup.config.language, type_.name)) for type_ in types]


def _pipelines(session: Session) -> list[Suggestion]:
    return [Suggestion(name, f"pipeline of {made.type}") for name, made in session.book.setup.pipelines.items()]


def _commands() -> list[Suggestion]:
    from crmcli.cli.commands.table import top_names  # noqa: PLC0415

    return [Suggestion(name) for name in top_names()]
