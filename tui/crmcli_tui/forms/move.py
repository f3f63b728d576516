"""Move to another stage: only those that the pipeline allows from here; what a stage needs is asked for on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from crmcli.model.record import parse_ref
from crmcli.reports.stage_choices import Movable, stage_choices
from crmcli.text.lines import Line, Span, clip_line, line
from crmcli_tui.deeds import Deed, move
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.messages import Trouble
from crmcli_tui.understanding import Understood, understood
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.choice import Choice
from crmcli_tui.widgets.plain import Input
from crmcli_tui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from crmcli.reports.field_entries import FieldEntry
    from crmcli.store.book import Book

MARKS = {"won": "✓", "lost": "✗", "hold": "‖"}
"""What a kind of stage is shown by, beside its colour."""


class MoveForm(Form):
    """Stages of the record and of what hangs on it, beginning at the next one; Enter moves, Tab goes to the reason."""

    verb = "Move"
    hints = "Enter move   Tab why   Esc leave"
    AUTO_FOCUS: ClassVar[str] = "#stages"
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "save", "Move")]

    def __init__(self, refs: Sequence[str], *, own: bool = False) -> None:
        """`own`: begin at the stages of the record itself, whatever hangs on it."""
        super().__init__(refs)
        self.own = own
        self._movables: Sequence[Movable] = ()
        self._of = ""  # the record whose fields are asked for
        self._means: dict[str, Bar] = {}  # of each field asked for, what is said of what is typed

    def fields(self) -> Iterator[Widget]:
        """Stages, what they need, why."""
        yield Rows(id="stages")
        yield Vertical(id="needed")
        yield labelled(self.say("Why"), Input(placeholder=self.say("kept with the move; may stay empty"), id="why"))

    def on_mount(self) -> None:
        """Ask where it may go."""
        super().on_mount()
        self.ask("stages", partial(_choices, self.refs), self._show)

    def on_book_changed(self) -> None:
        """Where it may go may have changed, too."""
        super().on_book_changed()
        self.ask("stages", partial(_choices, self.refs), self._show)

    def _show(self, movables: Sequence[Movable]) -> None:
        first, self._movables = not self._movables, movables
        rows = self.query_one(Rows)
        rows.show(list(_rows(movables)))
        own = next((place for place, movable in enumerate(movables) if self.own and movable.refs == self.refs), 0)
        if first and movables:
            rows.go(f"{own}:{movables[own].onward}")
        if not movables:
            self.show_trouble(
                Trouble("there is no stage to go to from here", "records of several pipelines move one by one")
            )

    def deed(self) -> Deed | None:
        """Move to the stage under the cursor."""
        place, _, stage = self.query_one(Rows).cursor.partition(":")
        if not stage:
            return None
        words = [f"{field.name}={field.value.strip()}" for field in self.query("#needed Input").results(Input)]
        words += [f"{field.name}={field.chosen}" for field in self.query("#needed Choice").results(Choice)]
        return move(self._movables[int(place)].refs, stage, words, self.value("why"))

    def refused(self, trouble: Trouble) -> None:
        """Ask for the fields that are missing; say anything else."""
        super().refused(trouble)
        there = {field.name for field in self.query("#needed Input, #needed Choice")}
        missing = [name for name in trouble.missing if name not in there]
        if missing:
            self._of = trouble.ref
            self.ask("needed", partial(_entries, trouble.ref, missing), self._ask_for)

    @on(Input.Changed, "#needed Input")
    def _read(self, message: Input.Changed) -> None:
        """Say what the value means, as far as it is typed."""
        message.stop()
        name = message.input.name or ""
        if self._of:
            self.ask(f"understood {name}", partial(understood, self._of, name, message.value), partial(self._say, name))

    def _say(self, name: str, said: Understood) -> None:
        self._means[name].show(lambda width: clip_line(line(Span(said.text, "good" if said.good else "bad")), width))

    def _ask_for(self, entries: Sequence[FieldEntry]) -> None:
        """A line for each: what has options is chosen, all else is typed, with what it means below."""
        fields = [_control(entry) for entry in entries]
        rows: list[Widget] = []
        for entry, field in zip(entries, fields, strict=True):
            rows.append(labelled(entry.label, field))
            if isinstance(field, Input):
                self._means[entry.name] = Bar()
                rows.append(self._means[entry.name])
        self.query_one("#needed").add_class("asked").mount(*rows)
        self.call_after_refresh(fields[0].focus)


def _control(entry: FieldEntry) -> Widget:
    if entry.control in ("choice", "flag"):
        choice = Choice(name=entry.name)
        choice.offer(entry.options, entry.typed)
        return choice
    return Input(name=entry.name, placeholder=entry.help or f"{entry.name} is needed")


def _entries(ref: str, names: Sequence[str], book: Book) -> list[FieldEntry]:
    """The fields in the order they were named; what is no field of the record is typed, too."""
    from crmcli.reports.field_entries import TEXT, FieldEntry, field_entries  # noqa: PLC0415 - only where a move lacks one

    known = {entry.name: entry for entry in field_entries(book, parse_ref(ref))}
    return [known.get(name) or FieldEntry(name, name, TEXT, "text") for name in names]


def _choices(refs: Sequence[str], book: Book) -> list[Movable]:
    return stage_choices(book, [parse_ref(ref) for ref in refs])


def _rows(movables: Sequence[Movable]) -> Iterator[Row]:
    for place, movable in enumerate(movables):
        what = movable.title or f"{len(movable.refs)} records"
        head = line(Span(movable.type_label, "dim"), Span(f"  {what}", "head"), Span(f"  {movable.here}", "dim"))
        lines = ((), head) if place else (head,)
        yield Row("", len(lines), partial(_same, lines))
        for stage in movable.choices:
            said = line(
                Span(f"{MARKS.get(stage.kind, '→')} ", "dim"),
                Span(stage.label, stage.kind if stage.kind == "won" else ""),
                Span(f"   needs: {', '.join(stage.needs)}" if stage.needs else "", "dim"),
            )
            yield Row(f"{place}:{stage.name}", 1, partial(_same, (said,)))


def _same(lines: Sequence[Line], width: int) -> Sequence[Line]:
    return [clip_line(made, width) for made in lines]
