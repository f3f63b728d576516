"""The plan: changes somebody wants become the records and events that would be written, or a refusal. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from crmcli.engines import files, form, process
from crmcli.engines.defaults import Defaults
from crmcli.engines.kept_tags import refuse_kept
from crmcli.errors import ConflictError, UsageError
from crmcli.light import NamedTuple
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.model.ids import is_stem
from crmcli.model.keys import by_field, key_of
from crmcli.model.record import BODY, Fields, Record, Ref, Value
from crmcli.model.schema import Stage
from crmcli.store.erasing import ERASE
from crmcli.store.pending import digest
from crmcli.store.records import BrokenRecordError, parse_record, read_bytes
from crmcli.store.replay import apply_set, same
from crmcli.store.sameness import SAME
from crmcli.text import frontmatter
from crmcli.text.yaml_write import canonical_body

if TYPE_CHECKING:
    from crmcli.engines.row_question import RowQuestions
    from crmcli.store.book import Book


class IdTakenError(ConflictError):
    """A record was to be made under an id that is taken."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} exists already", hint="choose another id, or change the record that is there")


class IdMalformedError(UsageError):
    """An id that cannot be a file's name everywhere."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} cannot be an id", hint="ids are a-z, 0-9 and single hyphens, at most 64 letters")


class Rules(NamedTuple):
    """Which of the company's rules a change must keep: people all, an import and an undo fewer (SETTLED 16)."""

    moves: bool = True  # `next`
    stage_needs: bool = True
    needs: bool = True  # `need = true`
    conditions: bool = True  # `need`, `lock` and `must`
    defaults: bool = True
    tags: bool = True  # those that a filter keeps


PEOPLE = Rules()
IMPORT = Rules(moves=False, stage_needs=False, conditions=False)
UNDO = Rules(moves=False, stage_needs=False, needs=False, conditions=False, defaults=False, tags=False)


class Planned(NamedTuple):
    """One record of a plan: where it is, the bytes the plan was made on, before and after, and what would be journaled.

    `old` is the hash of the present file ("" when there is none), `content` the new bytes (None: no file is written, or,
    when `gone`, the file goes away). Events have no id, time, author or op yet.
    """

    ref: Ref
    path: str
    old: str
    content: bytes | None
    before: Fields | None
    after: Fields | None
    events: list[Event]
    left: str = ""  # of a renamed record the path it had, and its hash in `left_old`
    left_old: str = ""
    entered: tuple[str, ...] = ()  # computed fields that the stage entered needs
    asked: bool = False  # whether the conditions of its type are to be asked of it

    @property
    def gone(self) -> bool:
        """Whether the file is to be removed."""
        return self.before is not None and self.after is None

    @property
    def read(self) -> list[tuple[str, str]]:
        """Every file the plan is about, with the hash it had."""
        return [(self.path, self.old), *([(self.left, self.left_old)] if self.left else [])]


class Planner:
    """Plans one record after another; remembers what earlier ones of the same op made."""

    def __init__(self, book: Book, rules: Rules, stamp: str) -> None:
        self._book = book
        self._rules = rules
        self._stamp = stamp  # ISO with offset: the op's own time
        self._claimed: dict[tuple[str, str, str], str] = {}
        self._free: set[form.GivenUp] = set()
        self._shapes: dict[str, form.Shape] = {}  # by plural
        self._defaults = Defaults(book)

    @cached_property
    def _questions(self) -> RowQuestions:
        from crmcli.engines.row_question import RowQuestions  # noqa: PLC0415 - few types have rows

        return RowQuestions(self._book)

    def forget_made(self) -> None:
        """Say that what was made so far is no longer part of what is being planned."""
        self._defaults.made.clear()

    def plan(
        self,
        ref: Ref,
        changes: Iterable[Change],
        *,
        fresh: bool = False,
        made: bytes | None = None,
        rules: Rules | None = None,
    ) -> Planned | None:
        """Plan all changes to one record; None when they change nothing.

        `fresh`: its id is known to be nobody's. `made`: its bytes, where this op makes it and none of them are on disk. `rules`:
        those that this record must keep, where they are not the op's.
        """
        shape = self._shape(ref)
        path, content = (f"{ref.plural}/{ref.id}.md", made) if fresh or made else self._present(ref)
        before = None if content is None else self._parsed(path, content)
        work = _Work(ref, shape, dict(before) if before is not None else None, rules or self._rules)
        work.path, work.content = path, content
        for change in changes:
            self._apply(work, change)
        if not work.events:
            return None
        before = before if work.left or not work.taken_over else dict(work.taken_over)
        if shape.unique:
            self._free |= form.given_up(ref, work.type, before, work.fields)
        content = None
        if work.fields is not None and _is_written(work.events):
            self._validate(work, before)
            if before is None:
                self._defaults.made[work.ref] = work.fields
            content = self._bytes(work.fields, work, before)
        asks = content is not None and (work.rules.conditions and shape.conditions)
        old = digest(work.content) if work.content is not None and made is None else ""
        return Planned(
            work.ref,
            work.path,
            "" if work.left else old,
            content,
            before,
            work.fields,
            work.events,
            work.left,
            old if work.left else "",
            work.computed,
            asks or bool(work.computed),
        )

    # ---- one change -------------------------------------------------------------------------------------

    def _apply(self, work: _Work, change: Change) -> None:
        if change.do in ("create", "restore"):
            self._create(work, change)
        elif change.do in ("log", "retract"):
            self._require(work)
            work.events.append(_event(change))
        elif change.do == SAME:  # also of one that is gone itself: a link in a chain of merges
            work.events.append(_event(change))
        elif change.do == "delete":
            self._require(work)
            more = {**change.more, **files.as_it_lies(work.type, work.ref, work.path, work.content or b"")}
            work.events.append(_event(change, work.fields, more))
            work.fields = None
        elif change.do == ERASE:  # also of one whose file is gone: its values are in the journal
            work.events.append(_event(change))
            work.fields = None
        elif change.do == "move":
            self._move(work, change)
        elif change.do == "rename":
            self._rename(work, change)
        else:
            self._set(work, change)

    def _rename(self, work: _Work, change: Change) -> None:
        """The record goes on under another id: what follows in the op is about that. Its file may have been moved by hand."""
        name = str(change.to)
        new = Ref(work.ref.plural, name)
        if not is_stem(name):
            raise IdMalformedError(name)
        path, content = self._present(new)
        if work.fields is None:
            if content is None:
                self._require(work)
                return
            work.taken_over = self._parsed(path, content)
            work.fields, work.path, work.content = dict(work.taken_over), path, content
        elif content is not None:
            raise IdTakenError(new)
        else:
            work.left = work.path
            work.path = f"{work.path.rpartition('/')[0]}/{name}.md"
        work.events.append(_event(change)._replace(from_=work.ref.id))
        work.ref = new

    def _require(self, work: _Work) -> None:
        if work.fields is None:
            self._book.path_of(work.ref)  # raises RecordMissingError

    def _create(self, work: _Work, change: Change) -> None:
        if work.fields is not None:
            raise IdTakenError(work.ref)
        if not is_stem(work.ref.id):
            raise IdMalformedError(work.ref.id)
        fields = dict(change.record or {})
        if change.do == "create":
            fields.setdefault("created", change.at or self._stamp)
            if self._book.setup.tags:
                self._check_tags(work, Record(work.ref, fields).items("tags"))
            if work.rules.defaults:
                self._fill_defaults(work, fields)
                for field in work.shape.rows:
                    from crmcli.engines.rows import filled  # noqa: PLC0415 - few types have rows

                    fields[field.name] = filled(self._questions, Record(work.ref, fields), field)
        body = fields.get(BODY)
        if isinstance(body, str):
            fields[BODY] = canonical_body(body)
        work.fields = form.canonical(work.type, fields, work.shape)
        if work.rules.stage_needs and work.shape.stage and self._book.setup.pipelines_of(work.type.name):
            pipeline = process.pipeline_of(self._book.setup, work.type, work.fields)
            stage = process.present_stage(pipeline, work.type, work.fields)
            work.computed = process.check_entry(work.ref, work.type, stage, work.fields)
        more = change.more
        if more:
            back = files.laid_back(work.ref, work.fields, more)
            work.path, work.text, more = back.path or work.path, back.text, back.more
        work.events.append(_event(change, dict(work.fields), more))

    def _fill_defaults(self, work: _Work, fields: Fields) -> None:
        record_type, defaults, stage = work.type, work.shape.defaults, work.shape.stage
        self._defaults.fill_plain(record_type, defaults, fields)
        if stage is not None and not fields.get(stage.name) and self._book.setup.pipelines_of(record_type.name):
            fields[stage.name] = process.pipeline_of(self._book.setup, record_type, fields).first
        self._defaults.fill_computed(work.ref, record_type, defaults, fields)

    def _set(self, work: _Work, change: Change) -> None:
        self._require(work)
        if change.field == BODY and isinstance(change.to, str):
            change = change._replace(to=canonical_body(change.to))
        fields = work.fields if work.fields is not None else {}
        present = fields.get(change.field)
        if change.field == "tags":
            wanted = change.to if isinstance(change.to, list) else []
            self._check_tags(work, {*change.add, *change.remove, *wanted} - {*Record(work.ref, fields).items("tags")})
        rows = next((f for f in work.shape.rows if change.field in (f.name, *f.was)), None)
        if rows is not None and work.rules.defaults:
            from crmcli.engines.rows import settled  # noqa: PLC0415 - few types have rows

            change = settled(self._questions, Record(work.ref, by_field(work.type, fields)), rows, change)
        if change.add or change.remove:
            items = [present] if isinstance(present, str) else present or []
            add = tuple(item for item in dict.fromkeys(change.add) if item not in items)
            remove = tuple(item for item in change.remove if item in items)
            if not add and not remove:
                return
            work.events.append(_event(change)._replace(on=str(work.ref), to=None, add=add, remove=remove))
            apply_set(fields, change.field, None, add, remove)
        else:
            if same(present, change.to):
                return
            work.events.append(_event(change)._replace(on=str(work.ref), from_=present))
            apply_set(fields, change.field, change.to, (), ())
        value = fields.get(change.field)
        if isinstance(value, list) and rows is not None:
            from crmcli.engines.rows import in_place  # noqa: PLC0415 - few types have rows

            before = Record(work.ref, {rows.name: present or []}).items(rows.name)
            fields[change.field] = form.in_order(in_place(before, change, value), change.to)
        elif isinstance(value, list):
            fields[change.field] = form.ordered(work.type, change.field, form.in_order(value, change.to))

    def _check_tags(self, work: _Work, fresh: Iterable[str]) -> None:
        """Refuse to put tags on a record that a filter keeps, or to take off what only the filter put there."""
        if work.rules.tags:
            refuse_kept(self._book.setup, work.type, fresh)

    def _move(self, work: _Work, change: Change) -> None:
        self._require(work)
        fields = work.fields if work.fields is not None else {}
        pipeline = process.pipeline_of(self._book.setup, work.type, fields)
        stage = process.present_stage(pipeline, work.type, fields)
        target = process.stage_named(pipeline, str(change.to))
        key = key_of(work.shape.stage, fields) if work.shape.stage else ""
        if not key or (target.name == stage.name and fields.get(key) == target.name):
            return
        if work.rules.moves:
            process.check_move(work.ref, pipeline, stage, target)
        work.entered = target
        work.events.append(_event(change)._replace(field=key, from_=fields.get(key), to=target.name))
        fields[key] = target.name
        given = {e.field for e in work.events if e.do == "set"}
        cleared = process.cleared_by_move(work.type) if work.rules.moves else []
        for name in (key_of(field, fields) for field in cleared):
            if fields.get(name) and name not in given:
                work.events.append(Event("", "", "", "", "", "set", str(work.ref), name, from_=fields.pop(name)))

    # ---- the whole record -------------------------------------------------------------------------------

    def _validate(self, work: _Work, before: Fields | None) -> None:
        fields = work.fields or {}
        if work.rules.needs:
            form.check_needs(work.ref, work.shape.needs, fields, self._book.setup.config.language)
            for field in work.shape.rows:
                from crmcli.engines.row_rules import check_rows  # noqa: PLC0415 - few types have rows

                old, new = (Record(work.ref, by_field(work.type, record)) for record in (before or {}, fields))
                check_rows(self._questions, field, old, new)
        if work.entered is not None and work.rules.stage_needs:
            work.computed = process.check_entry(work.ref, work.type, work.entered, fields)
        if not work.shape.unique:
            return
        form.check_unique(self._book, work.ref, work.type, before, fields, self._free)
        for field, item in form.claims(work.type, before, fields):  # nor may two records of one op claim the same
            other = self._claimed.setdefault((work.ref.plural, field.name, item), str(work.ref))
            if other != str(work.ref):
                raise form.ValueTakenError(work.ref, field.name, item, other)

    def _shape(self, ref: Ref) -> form.Shape:
        found = self._shapes.get(ref.plural)
        if found is None:
            found = self._shapes[ref.plural] = form.shape_of(self._book.type_of(ref))
        return found

    def _present(self, ref: Ref) -> tuple[str, bytes | None]:
        row = self._book.index.row(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        path = str(row[0]) if row else f"{ref.plural}/{ref.id}.md"
        try:
            return path, read_bytes(self._book.root, path)
        except FileNotFoundError:
            return path, None

    def _parsed(self, path: str, content: bytes) -> Fields:
        read = parse_record(path, content)
        if read.problem:
            raise BrokenRecordError(read.problem)
        return dict(read.record.fields)

    def _bytes(self, fields: Fields, work: _Work, before: Fields | None) -> bytes:
        shape = work.shape
        if work.content is None:
            return work.text or files.rendered(fields, shape)
        old = before or {}
        names = [n for n in dict.fromkeys([*old, *fields]) if not same(old.get(n), fields.get(n))]
        changes: dict[str, Value | None] = {name: fields.get(name) for name in names if name != BODY}
        new_body = fields.get(BODY, "") if BODY in names else None
        return frontmatter.edit(
            work.content.decode("utf-8"),
            changes,
            order=shape.order,
            maps=shape.maps,
            body=new_body if isinstance(new_body, str) else None,
        ).encode()


class _Work:
    """A record while its changes are applied."""

    def __init__(self, ref: Ref, shape: form.Shape, fields: Fields | None, rules: Rules) -> None:
        self.ref = ref
        self.shape = shape
        self.type = shape.type
        self.fields = fields
        self.rules = rules
        self.events: list[Event] = []
        self.entered: Stage | None = None
        self.computed: tuple[str, ...] = ()  # fields the stage needs that are computed
        self.path = ""
        self.content: bytes | None = None
        self.left = ""  # the path before a rename
        self.taken_over: Fields | None = None  # the fields of a file that a hand renamed
        self.text = b""  # of a record that comes back, where it is not what crm would write


_ASIDE = frozenset(["log", "retract", SAME])  # what changes no record's file


def _is_written(events: list[Event]) -> bool:
    return events[0].do not in _ASIDE or any(event.do not in _ASIDE for event in events)


def _event(change: Change, record: Fields | None = None, more: dict[str, object] | None = None) -> Event:
    """An event as far as it is known; `more` in place of what the change has."""
    do, on, field, to, add, remove, _, at, said, by, id_ = change
    told = said if more is None else more
    return Event(id_, at, by, "", "", do, f"{on.plural}/{on.id}", field, None, to, add, remove, record, told)
