"""The only writer: data on stdout, words for people on stderr, each made harmless for terminals on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.cli.progress import Progress
    from crmcli.cli.session import Session
    from crmcli.model.record import Ref
    from crmcli.reports.table import Table
    from crmcli.text.lines import Line

ROWS_ON_SCREEN = 40
"""Rows a list shows on a terminal without `--limit`."""


class Out:
    """Everything a command writes goes through one of these methods."""

    def __init__(self, session: Session) -> None:
        self.session = session
        for stream in (session.stdout, session.stderr):
            _allow_any_letter(stream)

    @property
    def stdout(self) -> TextIO:
        """Where data goes."""
        self._settle()
        return self.session.stdout

    @property
    def stderr(self) -> TextIO:
        """Where words for people go."""
        self._settle()
        return self.session.stderr

    def _settle(self) -> None:
        """Take away the line that says how far work is, before anything is written."""
        progress: Progress | None = self.session.__dict__.get("progress")
        if progress:
            progress.finish()

    @property
    def shown(self) -> int | None:
        """How many rows to show: `--limit`, else what a screen takes, else all (None)."""
        options = self.session.options
        if options.limit is not None:
            return options.limit or None
        return ROWS_ON_SCREEN if self.format("rows") == "table" and self.session.terminal.shows else None

    @property
    def limit(self) -> int | None:
        """How many rows to fetch where they come in an order of their own: all when they are sorted afterwards."""
        return None if self.session.options.sort else self.shown

    def limit_or(self, usual: int) -> int | None:
        """The same where a command has a usual number of rows, on a terminal or not."""
        options = self.session.options
        if options.sort:
            return None
        return usual if options.limit is None else options.limit or None

    def format(self, shape: str) -> str:
        """The format asked for; else `table` for rows on a terminal, `tsv` for rows in a pipe, `plain` for screens."""
        given = self.session.options.format
        if given or shape != "rows":
            return given or "plain"
        return "table" if self.session.terminal.shows else "tsv"

    @property
    def draws(self) -> bool:
        """Whether a screen is drawn for people; whoever names columns or an order wants its rows."""
        options = self.session.options
        return self.format("screen") in ("plain", "table") and not options.columns and not options.sort

    def rows(self, table: Table, *, numbered: bool = True, arranged: bool = False) -> None:
        """Write a table in the format asked for; a list of records on a terminal is numbered and its numbers kept.

        `--columns`, `--sort` and `--limit` choose among what the table has, unless it was `arranged` by them already.
        """
        name = self.format("rows")
        if not arranged:
            table = self._arranged(table, name)
        for warning in table.warnings:
            self.note(f"warning: {warning}")
        self.insist(found=bool(table.rows))
        if name in ("table", "plain"):
            self._picture(table, numbered=numbered and bool(table.refs) and name == "table")
            return
        if name == "ids" and table.rows and not table.refs and not table.key:
            from crmcli.cli.shapes import SHAPES, FormatUnfitError  # noqa: PLC0415

            raise FormatUnfitError(name, tuple(other for other in SHAPES["rows"].formats if other != name))
        for text in _script_text(table, name):
            self.stdout.write(text)

    def insist(self, *, found: bool) -> None:
        """Raise `NothingFoundError` (exit 3) where nothing is found and `--some` asks for something."""
        if self.session.options.some and not found:
            from crmcli.cli.session import NothingFoundError  # noqa: PLC0415 - a circle, and rarely needed

            raise NothingFoundError

    def _arranged(self, table: Table, name: str) -> Table:
        options, shown = self.session.options, self.shown
        columns = "" if name == "ids" else options.columns
        if not columns and not options.sort and (shown is None or len(table.rows) <= shown):
            return table
        from crmcli.reports.arrange import arranged  # noqa: PLC0415 - lists and reports do it themselves

        return arranged(table, columns=columns, sort=options.sort, limit=shown)

    def _picture(self, table: Table, *, numbered: bool) -> None:
        from crmcli.render.table import table_text  # noqa: PLC0415

        terminal = self.session.terminal
        numbered = numbered and terminal.shows
        coloured = self.format("rows") == "table" and terminal.colour
        width = terminal.width if terminal.shows and self.format("rows") == "table" else 0
        language = self.session.language
        self._page(table_text(table, width=width, colour=coloured, numbered=numbered, language=language))
        if numbered:
            self.number(table.refs)

    def number(self, refs: Sequence[str]) -> None:
        """Remember the records just shown under the numbers 1, 2, … for this terminal."""
        from crmcli.cli.rows import save_rows  # noqa: PLC0415

        if self.session.root and self.session.terminal.shows:
            save_rows(self.session.root, self.session.terminal.name, refs)

    def lines(self, lines: Iterable[Line], refs: Sequence[str] = ()) -> None:
        """Write a drawn screen; `refs` are the records its numbers mean."""
        from crmcli.render.paint import paint  # noqa: PLC0415

        texts = paint(lines, colour=self.session.terminal.colour)
        self._page("".join(f"{text}\n" for text in texts))
        if refs:
            self.number(refs)

    def text(self, lines: Iterable[str]) -> None:
        """Write plain lines to stdout."""
        from crmcli.text.display import safe  # noqa: PLC0415

        self.stdout.write("".join(f"{safe(text)}\n" for text in lines))

    def raw(self, text: str) -> None:
        """Write a file's text as it is: into a pipe byte for byte, on a terminal made harmless."""
        if self.session.terminal.shows:
            self.text(text.splitlines())
        else:
            self.stdout.write(text)

    def json(self, value: object) -> None:
        """Write one JSON value on one line."""
        from crmcli.render.scripts import json_text  # noqa: PLC0415

        self.stdout.write(json_text(value) + "\n")

    def json_array(self, values: Iterable[object]) -> None:
        """Write values as one JSON array, one a line, without holding them all."""
        from crmcli.render.scripts import json_text  # noqa: PLC0415

        opening = "[\n"
        for value in values:
            self.stdout.write(opening + json_text(value))
            opening = ",\n"
        self.stdout.write("[]\n" if opening == "[\n" else "\n]\n")

    def ids(self, refs: Iterable[Ref]) -> None:
        """Write the records' ids, one a line."""
        self.text(ref.id for ref in refs)

    def changed(self, refs: Sequence[Ref], sentence: str = "") -> None:
        """Say what a write made or changed: a sentence on a terminal, the ids in a pipe."""
        if self.session.terminal.shows and self.session.options.format != "ids":
            if sentence:
                self.note(sentence)
        else:
            self.ids(refs)

    def note(self, sentence: str) -> None:
        """Say something to people, on stderr; `--quiet` keeps it back."""
        if not self.session.options.quiet:
            self.say(sentence)

    def error(self, message: str, hint: str = "") -> None:
        """Say what went wrong; `failures.py` is the only caller."""
        self.say(f"crm: error: {message}")
        for text in hint.splitlines():
            self.say(f"hint: {text}")

    def ask(self, prompt: str) -> None:
        """Write a question without a newline, past `--quiet`."""
        from crmcli.text.display import safe  # noqa: PLC0415

        ending = "\n" if prompt.endswith("\n") else ""
        self.stderr.write(safe(prompt.removesuffix("\n")) + ending)
        self.stderr.flush()

    def say(self, sentence: str) -> None:
        """Write lines to stderr, past `--quiet`; for errors and their details."""
        from crmcli.text.display import safe  # noqa: PLC0415

        self.stdout.flush()
        self.stderr.write("".join(f"{safe(text)}\n" for text in sentence.splitlines()))
        self.stderr.flush()

    def _page(self, text: str) -> None:
        """Write to the screen, through PAGER when it is set and the text is longer than the screen."""
        terminal = self.session.terminal
        if (
            terminal.pager
            and terminal.answers
            and not self.session.options.no_input
            and text.count("\n") >= terminal.height
        ):
            from crmcli.cli.pager import show_in_pager  # noqa: PLC0415

            if show_in_pager(terminal.pager, text, self.session.environment):
                return
        self.stdout.write(text)


def _script_text(table: Table, name: str) -> Iterator[str]:
    if name == "md":
        from crmcli.render.table import markdown  # noqa: PLC0415

        return iter([markdown(table)])
    from crmcli.render import scripts  # noqa: PLC0415

    writers = {
        "tsv": scripts.tsv,
        "csv": scripts.csv,
        "json": scripts.json_array,
        "jsonl": scripts.jsonl,
        "ids": scripts.ids,
    }
    return writers[name](table)


def _allow_any_letter(stream: TextIO) -> None:
    """Let a stream of another encoding show a letter's code for what it cannot write, instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
