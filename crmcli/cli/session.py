"""What one run of a command works with: options, the book, the output, questions to the person."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from crmcli.cli.options import Options, options_of
from crmcli.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import typer

    from crmcli.cli.out import Out
    from crmcli.cli.progress import Progress
    from crmcli.cli.terminal import Terminal
    from crmcli.model.schema import RecordType, Setup
    from crmcli.store.book import Book


class NothingFoundError(NotFoundError):
    """`--some` was asked for and there is nothing."""

    def __init__(self) -> None:
        super().__init__("nothing found")


class Session:
    """One run: made by `main`, carried by typer's context, closed at the end.

    `given` holds the common options as typed; `noun` the type's name under `crm TYPE VERB`; `tells_problems` is set by
    a command that lists what is wrong in the book itself.
    """

    def __init__(self, environment: Mapping[str, str], stdin: TextIO, stdout: TextIO, stderr: TextIO) -> None:
        self.environment = environment
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.given: dict[str, object] = {}
        self.noun = ""
        self.tells_problems = False

    @cached_property
    def options(self) -> Options:
        """The common options; complete once the command runs."""
        return options_of(self.given)

    @cached_property
    def terminal(self) -> Terminal:
        """The facts of the terminal."""
        from crmcli.cli.terminal import look_at_terminal  # noqa: PLC0415

        return look_at_terminal(self.environment, self.stdin, self.stdout, self.stderr)

    @cached_property
    def out(self) -> Out:
        """The only writer."""
        from crmcli.cli.out import Out  # noqa: PLC0415

        return Out(self)

    @property
    def given_book(self) -> str:
        """The folder named by `--book` or CRM_BOOK; "" when neither says."""
        return str(self.given.get("book") or self.environment.get("CRM_BOOK") or "")

    @cached_property
    def root(self) -> Path | None:
        """The book's folder, or None where there is no book."""
        try:
            return self.present.root
        except NotFoundError:
            return None

    @cached_property
    def present(self) -> Book:
        """The book of `--book`, CRM_BOOK, a parent folder or the user's default; opened at first use."""
        from crmcli.store.book import open_book  # noqa: PLC0415

        book = open_book(self.given_book or None, me=str(self.given.get("me") or ""))
        book.steady = True
        book.introduce = self._introduce
        if self.progress:
            book.progress = self.progress.of("reading the book")
            book.waits = self.progress.waits("waiting for another crm, which is making the index of this book")
        return book

    @cached_property
    def progress(self) -> Progress | None:
        """The line that says how far long work is; None where nobody watches."""
        if not self.terminal.watches:
            return None
        from crmcli.cli.progress import Progress  # noqa: PLC0415 - nobody watches a pipe

        return Progress(self.stderr)

    def _introduce(self, book: Book) -> str:
        from crmcli.cli.introduction import introduce  # noqa: PLC0415 - once on a machine

        return introduce(self, book)

    @cached_property
    def book(self) -> Book:
        """The book a command asks: the present one, or with `--on`, `--as-of`, `--known-at` another; for commands that run."""
        if not self.options.as_of and not self.options.known_at and not self.options.on:
            return self.present
        from crmcli.cli.past import book_then  # noqa: PLC0415 - only where the past is asked for

        return book_then(self)

    @property
    def opened(self) -> bool:
        """Whether the command has opened its book."""
        return "present" in self.__dict__

    @property
    def language(self) -> str:
        """The language of the book that was opened, for what is on a screen."""
        return self.present.setup.config.language if self.opened else "en"

    def setup_here(self) -> Setup | None:
        """What the engine files of the book say, or None where there is no book and none was named."""
        return self.present.setup if self.root or self.given_book else None

    @property
    def record_type(self) -> RecordType:
        """The type of `crm TYPE …`; only for commands reached through a noun."""
        return self.book.setup.types[self.noun]

    def ask_yes(self, question: str) -> None:
        """Go on only with a yes: `--yes`, or the answer of the person at the terminal; raise otherwise."""
        from crmcli.cli.questions import ask_yes  # noqa: PLC0415

        ask_yes(self, question)

    def choose(self, question: str, candidates: Sequence[str]) -> int | None:
        """Let the person pick one of `candidates`; its index, or None when there is nobody to ask."""
        from crmcli.cli.questions import choose  # noqa: PLC0415

        return choose(self, question, candidates)

    @property
    def may_ask(self) -> bool:
        """Whether somebody can answer a question."""
        return self.terminal.answers and not self.options.no_input


def session_of(ctx: typer.Context) -> Session:
    """Return the session a command runs in."""
    session = ctx.obj
    if not isinstance(session, Session):
        raise TypeError(type(session))
    return session
