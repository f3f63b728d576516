"""Settling what a merge left: by side, or field by field; nothing is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.actions.words import apply_change, changes_of, meant_field, split_word
from crmcli.engines.process import pipeline_of, stage_named
from crmcli.engines.row_question import RowQuestions
from crmcli.engines.rows import settled
from crmcli.errors import BadDataError, ConflictError, UsageError
from crmcli.model.change import Change
from crmcli.model.keys import by_field, field_under, key_of
from crmcli.model.record import Fields, Record, Value
from crmcli.store import disk, git
from crmcli.store.lock import locked
from crmcli.store.merge_driver import side_labels
from crmcli.store.merging import WHOLE, Merged, clean, settle
from crmcli.store.records import parse_record
from crmcli.store.unmerged import Left, find_left
from crmcli.text.front_error import FrontMatterError

if TYPE_CHECKING:
    from crmcli.actions.attach import Copies
    from crmcli.store.book import Book

OURS, THEIRS = "ours", "theirs"


class WholeFileError(UsageError):
    """`field=value` for a file that is in conflict as a whole."""

    def __init__(self, left: Left) -> None:
        super().__init__(
            f"{left.path} is in conflict as a whole, not in single fields",
            hint="--ours or --theirs takes one version of it; or edit the file, then `crm resolve` again",
        )


class NotInConflictError(UsageError):
    """A value for a field on which the sides agree."""

    def __init__(self, left: Left, name: str) -> None:
        listed = ", ".join(conflict.name for conflict in left.merged.conflicts) or "nothing"
        super().__init__(
            f"{left.path}: {name} is not in conflict", hint=f"in conflict: {listed}; `crm set` changes other fields"
        )


class NoFieldsError(BadDataError):
    """A file whose front matter cannot be changed field by field."""

    def __init__(self, left: Left, error: FrontMatterError) -> None:
        super().__init__(f"{left.path}:{error.line}: {error.message}", hint=error.remedy)


class MarkersUnclearError(BadDataError):
    """Markers that do not pair."""

    def __init__(self, left: Left) -> None:
        super().__init__(
            f"{left.path}: its conflict markers do not pair, so nobody can tell the two versions apart",
            hint="edit the file: keep what is right and delete the marker lines",
        )


class ChangedMeanwhileError(ConflictError):
    """A file that somebody else wrote while its conflicts were being settled."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was changed meanwhile", hint="`crm resolve` again, from what is there now")


def left_over(book: Book) -> list[Left]:
    """What a merge left, files that need no decision included (`Left.merged.conflicts` is empty)."""
    return find_left(book)


def take_side(left: Left, side: str) -> Left:
    """The file with every conflict settled for one side, `OURS` or `THEIRS`; raises `MarkersUnclearError` (exit 6)."""
    if left.unclear:
        raise MarkersUnclearError(left)
    return left._replace(merged=clean(left.merged.ours if side == OURS else left.merged.theirs))


def give(book: Book, left: Left, chosen: Mapping[str, Value | None]) -> Left:
    """The file with these values; raises exit 2 or 6 where it cannot be changed by field."""
    _refuse_whole(left)
    try:
        return left._replace(merged=settle(left.merged, chosen, book.type_of(left.ref), labels=side_labels(book.root)))
    except FrontMatterError as error:
        raise NoFieldsError(left, error) from None


def give_words(book: Book, left: Left, words: Sequence[str], copies: Copies) -> Left:
    """The file with what `field=value` words say, typed as `crm set` types them; a stage is set as it is, no rule is asked.

    Files that words name are planned in `copies`, to be handed to `write_settled`.
    """
    _refuse_whole(left)
    fields: Fields = dict(parse_record(left.path, left.merged.ours or b"", left.ref).record.fields)
    chosen: dict[str, Value | None] = {}
    for word in words:
        for change in typed_changes(book, Record(left.ref, fields), word, copies):
            apply_change(fields, change)
            chosen[change.field] = fields.get(change.field)
    for name in chosen.keys() - {conflict.name for conflict in left.merged.conflicts}:
        raise NotInConflictError(left, name)
    return give(book, left, chosen)


def _refuse_whole(left: Left) -> None:
    """Refuse to change single fields of a file that is in conflict as a whole."""
    if left.unclear:
        raise MarkersUnclearError(left)
    if left.merged.ours is None or not left.ref.id or any(conflict.name == WHOLE for conflict in left.merged.conflicts):
        raise WholeFileError(left)


def typed_changes(book: Book, record: Record, word: str, copies: Copies) -> list[Change]:
    """What one word changes; rows as files have them, a stage by its name, former name or label."""
    record_type = book.type_of(record.ref)
    part = split_word(word)
    if record_type.stage is not None and meant_field(record_type, part.name) == record_type.stage.name:
        stage = stage_named(pipeline_of(book.setup, record_type, record.fields), part.value) if part.value else None
        key = key_of(record_type.stage, record.fields)
        return [Change("set", record.ref, key, to=stage.name if stage else None)]
    questions, present = RowQuestions(book), Record(record.ref, by_field(record_type, record.fields))
    return [
        settled(questions, present, field, change)
        if (field := field_under(record_type, change.field)) and field.embedded
        else change
        for change in changes_of(book, record, [word], copies).changes
    ]


def write_settled(book: Book, lefts: Sequence[Left], copies: Copies) -> None:
    """Write files as they merge now, markers for what is left included, and tell git of those without conflict.

    `copies` are of files that values name; git is told of them too.
    Raises `ChangedMeanwhileError` (exit 5) before anything is written when one of them is not as it was read.
    """
    copied = copies.make()
    with locked(book.root):
        for left in lefts:
            if _present(book, left.path) != left.present:
                raise ChangedMeanwhileError(left.path)
        for left in lefts:
            _write(book, left.path, left.merged, left.present)
        book.index.stale()
        added = [left.path for left in lefts if left.staged and not left.merged.conflicts]
        _add(book, [*added, *copied] if added else [])


def how_to_go_on(book: Book) -> str:
    """What is next once nothing is left, by the git operation that is under way; "" when none is."""
    repository = git.find_repository(book.root)
    if repository is None:
        return ""
    for marks, sentence in _NEXT:
        if any((repository.folder / mark).exists() for mark in marks):
            return sentence
    return ""


_NEXT = (
    (("rebase-merge", "rebase-apply"), "go on with `git rebase --continue`"),
    (("CHERRY_PICK_HEAD",), "go on with `git cherry-pick --continue`"),
    (("REVERT_HEAD",), "go on with `git revert --continue`"),
    (("MERGE_HEAD",), "finish the merge with `git commit`"),
)


def _present(book: Book, path: str) -> bytes | None:
    try:
        return disk.read_whole(book.root / path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _write(book: Book, path: str, merged: Merged, present: bytes | None) -> None:
    place = book.root / path
    if merged.content is None:
        disk.remove(place)
    elif merged.content != present:
        disk.make_folder(place.parent)
        disk.write_atomic(place, merged.content)


def _add(book: Book, paths: Sequence[str]) -> None:
    repository = git.find_repository(book.root)
    if repository is None or not paths:
        return
    prefix = git.prefix_of(repository, book.root)
    there = [path for path in paths if (book.root / path).exists()]
    gone = [path for path in paths if path not in there]
    if there:
        git.run(repository.top, "add", "--", *(f":(literal){prefix}{path}" for path in there))
    if gone:
        git.run(repository.top, "rm", "-q", "--cached", "--", *(f":(literal){prefix}{path}" for path in gone))
