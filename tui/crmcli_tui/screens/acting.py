"""A screen with records on which one acts: the same keys and forms wherever a record is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from crmcli.model.record import parse_ref
from crmcli.reports.reach import Reach, reaches
from crmcli.reports.reasons import subject_of
from crmcli_tui.deeds import finish
from crmcli_tui.messages import Told, Trouble
from crmcli_tui.screens.base import BookScreen

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli_tui.editing import File
    from crmcli_tui.forms.base import Form


class ActingScreen(BookScreen):
    """A subclass says which records are `chosen`, and what follows after an action (`acted`)."""

    @property
    def chosen(self) -> list[str]:
        """The records the next action is for, as `plural/id`."""
        raise NotImplementedError

    @property
    def here(self) -> list[str]:
        """The record under the cursor, whatever is marked; for what is done with one record only."""
        return self.chosen[:1]

    def acted(self, chosen: Sequence[str], told: Told | None) -> None:
        """Say what was done; None when a form was left."""
        del chosen
        if told:
            self.show_told(told)

    def act_on(self, form: Callable[[Sequence[str]], Form]) -> None:
        """Open a form on the chosen records."""
        chosen = self.chosen
        if chosen:
            self.app.push_screen(form(chosen), partial(self.acted, chosen))
        else:
            self.show_note("nothing is under the cursor")

    def action_log(self) -> None:
        """Log what happened."""
        from crmcli_tui.forms.log import LogForm  # noqa: PLC0415 - forms are loaded beside the first answer (`load_forms`)

        self.act_on(LogForm)

    def action_note(self) -> None:
        """Write a note."""
        from crmcli_tui.forms.note import NoteForm  # noqa: PLC0415

        self.act_on(NoteForm)

    def action_next(self) -> None:
        """Put the next step."""
        from crmcli_tui.forms.step import StepForm  # noqa: PLC0415

        self.act_on(StepForm)

    def action_snooze(self) -> None:
        """Put the task off."""
        from crmcli_tui.forms.snooze import SnoozeForm  # noqa: PLC0415

        self.act_on(SnoozeForm)

    def action_move(self) -> None:
        """Move to another stage."""
        from crmcli_tui.forms.move import MoveForm  # noqa: PLC0415

        self.act_on(MoveForm)

    def action_tag(self) -> None:
        """Put and take tags."""
        from crmcli_tui.forms.tags import TagForm  # noqa: PLC0415

        self.act_on(TagForm)

    def action_done(self) -> None:
        """Finish the task at once; `u` takes it back."""
        chosen = self.chosen
        if chosen:
            self.act("done", finish(chosen), partial(self.acted, chosen))

    def action_undo(self) -> None:
        """Take the last change back."""
        from crmcli_tui.forms.undo import UndoForm  # noqa: PLC0415

        self.app.push_screen(UndoForm(), lambda told: self.show_told(told) if told else None)

    def action_copy(self) -> None:
        """Copy an address; at once where there is only one."""
        chosen = self.here
        if chosen:
            self.ask("reaches", partial(_reaches, chosen[0]), partial(self._copy, chosen))

    def _copy(self, chosen: Sequence[str], found: Sequence[Reach]) -> None:
        if not found:
            self.show_note("no mail address, phone number or link here")
        elif len(found) == 1:
            self.app.copy_to_clipboard(found[0].copied)
            self.show_told(Told(f"copied: {found[0].copied}"))
        else:
            from crmcli_tui.forms.copy import CopyForm  # noqa: PLC0415

            self.app.push_screen(CopyForm(chosen, found), lambda told: self.show_told(told) if told else None)

    def action_edit(self) -> None:
        """Edit the file of what the row is about."""
        from crmcli_tui.editing import file_of  # noqa: PLC0415

        chosen = self.here
        if chosen:
            self.ask("file", partial(file_of, chosen[0]), partial(self._edit, chosen))

    def _edit(self, chosen: Sequence[str], file: File) -> None:
        from crmcli_tui.editing import edit_copy  # noqa: PLC0415

        edited = edit_copy(self.app, file)
        if isinstance(edited, Trouble):
            self.show_trouble(edited)
        elif edited is None:
            self.show_note("nothing to change.")
        else:
            self.act("edit", edited, partial(self.acted, chosen))

    def action_again(self) -> None:
        """Look for changes now."""
        self.crm.desk.glance()


def _reaches(ref: str, book: Book) -> list[Reach]:
    return reaches(book, subject_of(book, parse_ref(ref)))


def load_forms(book: Book) -> None:
    """Load what the first keys will need; a question to the desk, so that no key waits for it."""
    del book
    for name in ("log", "move", "note", "snooze", "step", "tags"):
        import_module(f"crmcli_tui.forms.{name}")
    import_module("crmcli_tui.screens.record")
