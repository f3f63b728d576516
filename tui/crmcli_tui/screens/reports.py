"""The figures: one report at a time with its bars, narrowed by a filter, down to the records of each row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult

from crmcli.reports.registry import report_names, run_report
from crmcli.reports.request import TOTAL, Report, ReportRequest
from crmcli.reports.row_filter import row_filter
from crmcli.text.lines import Line, Span, line, sides
from crmcli_tui.forms.pick import PickForm
from crmcli_tui.keys import bindings
from crmcli_tui.messages import Trouble
from crmcli_tui.pictures.report import ROW, report_rows
from crmcli_tui.screens.base import BookScreen
from crmcli_tui.screens.records import RecordsScreen
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.choice import Choice
from crmcli_tui.widgets.filterline import FilterLine
from crmcli_tui.widgets.keybar import KeyBar
from crmcli_tui.widgets.rows import Rows
from crmcli_tui.widgets.said import Said
from crmcli_tui.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book


PERIODS = ("this month", "last month", "this quarter", "last quarter", "this year", "last year", "-30d..")
GROUPED = ("choice", "stage", "country", "pipeline")
DAYS = ("close", "closed", "created")


class Asked(NamedTuple):
    """How a report is asked: a filter, one group ("" for the report's own), a period ("" for all time)."""

    words: str = ""
    by: str = ""
    period: str = ""


class Found(NamedTuple):
    """What the screen shows: the reports there are with what each says, and the one that was asked."""

    names: tuple[tuple[str, str], ...]
    name: str
    report: Report
    type: str
    groups: tuple[str, ...]
    asked: Asked
    language: str


class Below(NamedTuple):
    """The records of a row: their type and the filter that lists them."""

    title: str
    type: str
    words: str


def report_of(name: str, asked: Asked, book: Book) -> Found:
    """Ask a report; "" is the first."""
    language = book.setup.config.language
    names = tuple((str(row[0]), str(row[1])) for row in report_names(language).rows)
    name = name or names[0][0]
    request = ReportRequest([asked.words] if asked.words else [], asked.period, [asked.by] if asked.by else [])
    report = run_report(book, name, request)
    groups = tuple(_groups(report.type)) if report.type else ()
    return Found(names, name, report, report.type.name if report.type else "", groups, asked, language)


def _groups(record_type: RecordType) -> Iterator[str]:
    """What a report of a type may well be grouped by."""
    yield from (f.name for f in record_type.fields.values() if f.type in GROUPED or (f.reference and not f.many))
    days = [name for name in DAYS if name in record_type.fields or (record_type.stage and name != "close")]
    yield from (f"{span}({name})" for name in days for span in ("quarter", "month"))


def records_below(found: Found, key: str, book: Book) -> Below:
    """The filter of a row, as `--rows` prints it."""
    words = row_filter(book, found.report, key)
    return Below(f"{found.name} · {key}", found.type, words)


class ReportsScreen(BookScreen):
    """Names, filter, figures."""

    place = "reports"
    BINDINGS = bindings("reports")
    AUTO_FOCUS: ClassVar[str] = "#figures"

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None
        self._report = ""
        self._asked = Asked()

    def compose(self) -> ComposeResult:
        """Heading, reports, filter, figures, what happened, keys."""
        yield Bar(id="heading")
        yield Choice(id="names")
        yield FilterLine(id="narrowed", placeholder=word(self.crm.language, "f: a filter, as in  owner:me"))
        yield Rows(id="figures")
        yield Said(id="said")
        yield KeyBar("reports", id="keys")

    def on_mount(self) -> None:
        """Ask the first report."""
        self.query_one("#names", Choice).can_focus = False
        self.show_note("reading the book …")
        self._ask()

    def on_book_changed(self) -> None:
        """Something moved: ask again."""
        self._ask()

    def _ask(self) -> None:
        question = partial(report_of, self._report, self._asked)
        self.crm.desk.ask(self, "report", question, self._show, self._refused, large=True)

    def _refused(self, trouble: Trouble) -> None:
        """A filter that is half typed, or a group this report cannot have: what stands stays."""
        if self._found and self._found.name == self._report:
            self._asked = self._found.asked._replace(words=self._asked.words)
        self.show_trouble(Trouble(trouble.sentence.partition("\n")[0], trouble.hint))

    def _show(self, found: Found) -> None:
        before = (self._found.name, self._found.asked.by) if self._found else None
        other = before != (found.name, found.asked.by)
        self._found, self._report = found, found.name
        self.show_note(" · ".join(found.report.table.warnings))
        names = self.query_one("#names", Choice)
        names.offer([(name, name) for name, _ in found.names])
        names.choose(found.name)
        self.query_one(FilterLine).noun = found.type
        self.query_one("#heading", Bar).show(partial(self._heading, found))
        self.rows.show(report_rows(found.report, found.language))
        if other and self.rows.keys:
            self.rows.go(self.rows.keys[0])

    def _heading(self, found: Found, width: int) -> Line:
        says = dict(found.names)[found.name]
        left = line(Span("Reports", "name"), Span(f"   {says}", "dim"))
        by = f"by {found.asked.by}" if found.asked.by else ""
        how = " · ".join(part for part in (f"{found.type}s" if found.type else "", by, found.asked.period) if part)
        return sides(left, line(Span(how, "dim")), width)

    @property
    def rows(self) -> Rows:
        """The figures."""
        return self.query_one("#figures", Rows)

    # ---- which report -----------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Show another report, as it stands by itself."""
        self._report, self._asked = name, Asked()
        if self.is_mounted:
            self.query_one(FilterLine).clear()
            self.clear()
            self._ask()

    @on(Choice.Chosen)
    def _clicked(self, message: Choice.Chosen) -> None:
        self.choose(message.name)

    def action_right(self) -> None:
        """The next report."""
        self._turn(1)

    def action_left(self) -> None:
        """The report before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if self._found:
            names = [name for name, _ in self._found.names]
            self.choose(names[(names.index(self._report) + by) % len(names)])

    def action_by(self) -> None:
        """Choose what to group by."""
        if self._found:
            choices = [("-", "the report's own", ""), *((name, name, "") for name in self._found.groups)]
            self.app.push_screen(PickForm("A row for each", choices, self._asked.by), self._group)

    def _group(self, chosen: str | None) -> None:
        if chosen:
            self._asked = self._asked._replace(by=chosen.removeprefix("-"))
            self._ask()

    def action_period(self) -> None:
        """Choose a time."""
        choices = [("-", "all time", ""), *((name, name, "") for name in PERIODS)]
        self.app.push_screen(PickForm("Period", choices, self._asked.period), self._limit)

    def _limit(self, chosen: str | None) -> None:
        if chosen:
            self._asked = self._asked._replace(period="" if chosen == "-" else chosen)
            self._ask()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).type_in()

    @on(FilterLine.Changed)
    def _narrow(self, message: FilterLine.Changed) -> None:
        if message.text != self._asked.words:
            self._asked = self._asked._replace(words=message.text)
            self._ask()

    @on(FilterLine.Left)
    def _done_typing(self, message: FilterLine.Left) -> None:
        if not message.kept:
            self.query_one(FilterLine).clear()
        self.rows.focus()

    def action_back(self) -> None:
        """Take the filter away."""
        self.query_one(FilterLine).clear()

    def action_again(self) -> None:
        """Look for changes now."""
        self.crm.desk.glance()

    # ---- down to the records ----------------------------------------------------------------------------

    @on(Rows.Chosen, "#figures")
    def action_open(self) -> None:
        """List the records that the row counts."""
        key = self.rows.cursor.removeprefix(ROW)
        found = self._found
        if found and key:
            name = found.report.sources[int(key)].keys[0] if key != TOTAL else TOTAL
            self.ask("below", partial(records_below, found, name), self._go_down)

    def _go_down(self, below: Below) -> None:
        self.app.push_screen(RecordsScreen(below.title, below.type, below.words))
