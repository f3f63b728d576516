"""Completion for bash, zsh and fish: records, fields, choices, stages, tags. Silent when anything is missing.

A suggestion must begin with what was typed (typer filters), so records are offered by id, with the title as help.
The shell scripts come from `crm config completion SHELL`; they ask through typer's protocol (`_CRM_COMPLETE`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from crmcli.model.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.cli.app import RootGroup
    from crmcli.cli.session import Session
    from crmcli.model.schema import Field, RecordType, Setup

Suggestion = tuple[str, str]
"""The word and its help."""

MOST = 60
STATES = ("open", "won", "lost", "hold", "closed", "late", "archived", "mine", "away")
"""What `is:` asks for (LANGUAGE §2, sentence 9)."""
BUILT_IN = ("is", "touched", "created", "closed", "stage_since", "next_due", "archived", "by", "via")


def answer(group: RootGroup, variable: str, instruction: str, session: Session) -> int:
    """Answer a shell's question; whatever goes wrong, the shell gets no suggestion and no noise."""
    from crmcli.cli.click_seam import answer_completion  # noqa: PLC0415

    name = variable.removeprefix("_").removesuffix("_COMPLETE").lower()
    try:
        return answer_completion(group, name, variable, instruction, session)
    except Exception:  # noqa: BLE001 - a half-typed line in a broken book is no place for messages
        return 0


def complete_type(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Suggest the record types of the book."""
    return _quietly(lambda session: _types(_setup(session)), ctx, incomplete)


def complete_who(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Suggest ids, of the noun's type where there is one; after a comma, for the part behind it."""
    before, comma, part = incomplete.rpartition(",")
    return _quietly(
        lambda session: ((f"{before}{comma}{name}", help_) for name, help_ in _ids(session, part)), ctx, incomplete
    )


def complete_filter(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Suggest tags after + or -, values after `field:`, else fields."""
    return _quietly(lambda session: _words(session, incomplete, ":"), ctx, incomplete)


def complete_word(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Suggest tags after + or -, values after `field=`, else fields."""
    return _quietly(lambda session: _fitting(session, incomplete, _given(ctx)), ctx, incomplete)


def complete_change(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Suggest who first, then words of that record's type: `crm set WHO… WORD…`."""
    given = _given(ctx)
    if not given and incomplete[:1] not in ("+", "-"):
        return complete_who(ctx, incomplete)
    return _quietly(lambda session: _fitting(session, incomplete, given, _type_of(session, given)), ctx, incomplete)


def complete_move(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Suggest who first, then the stages the record may go to, then the fields that travel with it."""
    given = _given(ctx)
    if not given:
        return complete_who(ctx, incomplete)
    stages = _quietly(lambda session: _stages_of(session, given[-1]), ctx, incomplete)
    return stages or _quietly(
        lambda session: _fitting(session, incomplete, given, _type_of(session, given), moves=True), ctx, incomplete
    )


def _given(ctx: typer.Context) -> list[str]:
    """The words before the one being typed."""
    words = ctx.params.get("words") or []
    return [str(word) for word in words] if isinstance(words, (list, tuple)) else []


def _type_of(session: Session, given: list[str]) -> RecordType | None:
    from crmcli.errors import CrmError  # noqa: PLC0415
    from crmcli.store.who import find_who  # noqa: PLC0415

    try:
        return session.book.type_of(find_who(session.book, given[0].partition(",")[0]))
    except (CrmError, IndexError):
        return None


def _stages_of(session: Session, who: str) -> Iterator[Suggestion]:
    """The stages a record may move to; nothing when the word is no record (it may be the stage itself)."""
    from crmcli.engines.process import allowed_moves, pipeline_of, present_stage, stage_label  # noqa: PLC0415
    from crmcli.store.who import find_who  # noqa: PLC0415

    book = session.book
    ref = find_who(book, who.partition(",")[0])
    type_ = book.type_of(ref)
    fields = book.read_record(ref).fields
    pipeline = pipeline_of(book.setup, type_, fields)
    for name in allowed_moves(pipeline, present_stage(pipeline, type_, fields)):
        yield name, stage_label(pipeline.stages[name], book.setup.config.language)


def _quietly(suggest: object, ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    session = ctx.obj
    if session is None or session.root is None or not callable(suggest):
        return []
    try:
        return sorted({hit for hit in suggest(session) if hit[0].startswith(incomplete)})[:MOST]
    except Exception:  # noqa: BLE001 - see `answer`
        return []


def _setup(session: Session) -> Setup:
    return session.book.setup


def _types(setup: Setup) -> Iterator[Suggestion]:
    for type_ in setup.types.values():
        if not type_.embedded:
            yield type_.plural, label_of(type_.label, setup.config.language, type_.name)


def _subjects(session: Session) -> list[RecordType]:
    """The noun's type, or every type with files."""
    types = _setup(session).types
    return [types[session.noun]] if session.noun in types else [type_ for type_ in types.values() if not type_.embedded]


def _ids(session: Session, start: str, types: Iterable[RecordType] | None = None) -> Iterator[Suggestion]:
    for type_ in types or _subjects(session):
        sql = f'SELECT id, _title FROM "rec_{type_.plural}" WHERE id >= ? AND id < ? AND archived IS NULL LIMIT {MOST}'  # noqa: S608
        for row in session.book.index.rows(sql, (start, start + "\U0010ffff")):
            yield row[0], row[1]


def _words(session: Session, incomplete: str, mark: str, type_: RecordType | None = None) -> Iterator[Suggestion]:
    if incomplete[:1] in ("+", "-"):
        yield from ((incomplete[0] + tag, "tag") for tag in _tags(session))
        return
    name, found, typed = incomplete.partition(mark)
    if not found:
        yield from _field_words(session, mark, [type_] if type_ else _subjects(session))
        return
    before, comma, part = typed.rpartition(",")
    if name == "is" and mark == ":":
        yield from ((f"is:{before}{comma}{state}", "") for state in STATES)
    for subject in [type_] if type_ else _subjects(session):
        field = subject.fields.get(name)
        if field:
            yield from (
                (f"{name}{mark}{before}{comma}{value}", help_)
                for value, help_ in _values(session, subject, field, part)
            )


def _fitting(
    session: Session, incomplete: str, given: list[str], type_: RecordType | None = None, *, moves: bool = False
) -> Iterator[Suggestion]:
    """Words for a record, without the fields there is no use in asking for."""
    from crmcli.cli.left_out import left_out, left_out_of_new  # noqa: PLC0415

    found = _words(session, incomplete, "=", type_)
    if "=" in incomplete or incomplete[:1] in ("+", "-"):
        yield from found
        return
    if type_ is not None:
        hidden = left_out(session, given, moves=moves)
    else:
        hidden = left_out_of_new(session, session.record_type, given) if session.noun else frozenset()
    yield from (suggestion for suggestion in found if suggestion[0].rstrip("=") not in hidden)


def _tags(session: Session) -> list[str]:
    plurals = [type_.plural for type_ in _subjects(session)]
    marks = ",".join("?" * len(plurals))
    sql = f"SELECT DISTINCT tag FROM tags WHERE type IN ({marks}) ORDER BY tag"  # noqa: S608
    return [row[0] for row in session.book.index.rows(sql, plurals)]


def _field_words(session: Session, mark: str, types: Iterable[RecordType]) -> Iterator[Suggestion]:
    language = _setup(session).config.language
    for type_ in types:
        for field in type_.fields.values():
            if mark == ":" or (not field.calc and field.type not in ("stage", "markdown")):
                yield f"{field.name}{mark}", label_of(field.label, language, field.type)
    if mark == ":":
        yield from ((f"{name}:", "") for name in BUILT_IN)


def _values(session: Session, type_: RecordType, field: Field, start: str) -> Iterator[Suggestion]:
    """The values a field's type lists: choices, stages, flags, records; none for free ones but the words for empty."""
    setup = _setup(session)
    language = setup.config.language
    yield from ((option.name, label_of(option.label, language, "")) for option in field.options)
    if field.type == "stage":
        for pipeline in setup.pipelines_of(type_.name):
            yield from ((stage.name, label_of(stage.label, language, stage.kind)) for stage in pipeline.stages.values())
    if field.type == "pipeline":
        yield from ((pipeline.name, "") for pipeline in setup.pipelines_of(type_.name))
    if field.type == "flag":
        yield from (("yes", ""), ("no", ""))
    if field.reference in setup.types:
        yield from _ids(session, start, [setup.types[field.reference]])
    yield from (("none", "empty"), ("any", "not empty"))
