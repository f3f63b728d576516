"""Questions about a large book with a past, against SQL written by hand in a sqlite3 shell on the same index.

Compared is CPU time: of crm from the words to the finished table, in a process that has the book open and fresh; of the
shell from the statement to the rows in a file, by its own timer. The rows of both must be the same in every run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from math import inf
from pathlib import Path

from benchmarks.baselines.programs import sqlite_shell
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.piece import cpu_so_far
from benchmarks.spend import Asked, Program, Side, Spend, peak
from benchmarks.trade.book import ITS_MOMENT, TAG, its_moment, trade_book
from benchmarks.trade.questions import AS_OF, DIFF, FIND, FIND_WORDS, LISTS, TAG_MOVES, WHOLE_BOOK, Question
from benchmarks.trade.shell import Shell
from crmcli.cli.since import past_since
from crmcli.query.whens import utc_text
from crmcli.reports.diff import pipeline_diff
from crmcli.reports.listing import Request, list_records
from crmcli.reports.search import search
from crmcli.reports.tag_moves import last_midnight, moves_of
from crmcli.store.book import open_book

AGAINST = "SQL by hand in the sqlite3 shell"
DAYS_BACK = (30, 365)
TOLD = ("new", "won", "lost", "moved", "slipped", "sooner")
"""The groups of the review that the SQL by hand knows."""

Rows = Sequence[str]


class OtherAnswerError(AssertionError):
    """The two sides do not answer the same."""

    def __init__(self, what: str, ours: set[str], base: set[str]) -> None:
        missing, more = sorted(base - ours)[:5], sorted(ours - base)[:5]
        super().__init__(f"{what}: {len(ours)} rows here, {len(base)} by hand; missing {missing}, too many {more}")


class _Pair:
    """Both sides of a question; each run of one is compared with the last answer of the other."""

    def __init__(
        self, what: str, ours: Callable[[], Rows], base: Callable[[], tuple[Rows, Spend]], *, ordered: bool = False
    ) -> None:
        self._what, self._ours, self._base, self._ordered = what, ours, base, ordered
        self._answers: dict[str, Rows] = {}

    def ours(self) -> Spend:
        """Ask crm."""
        cpu, wall = cpu_so_far(), time.perf_counter()
        rows = self._ours()
        cost = Spend(cpu_so_far() - cpu, time.perf_counter() - wall, 0.0)
        self._compare("ours", rows)
        return cost

    def base(self) -> Spend:
        """Ask the shell."""
        rows, cost = self._base()
        self._compare("base", rows)
        return cost

    def _compare(self, side: str, rows: Rows) -> None:
        self._answers[side] = list(rows) if self._ordered else sorted(rows)
        if len(self._answers) > 1 and self._answers["ours"] != self._answers["base"]:
            raise OtherAnswerError(self._what, set(self._answers["ours"]), set(self._answers["base"]))


class _Asking:
    """An open book and a shell on its index."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.book = open_book(root)
        self.book.index.refresh()
        if self.book.index.path is None:
            raise FileNotFoundError(root)
        self.database = self.book.index.path
        self.shell = Shell(self.database, folder)

    def hand(self, sql: str, before: str = "") -> Callable[[], tuple[Rows, Spend]]:
        """The question by hand."""
        return lambda: tuple(self.shell.ask(sql, before))  # type: ignore[return-value]

    def listed(self, asked: Question) -> Measurement:
        """A list."""
        request = Request(words=asked.words, columns="id", sort=asked.sort)
        type_ = self.book.setup.types[asked.type]
        ours = lambda: [ref.partition("/")[2] for ref in list_records(self.book, type_, request).refs]  # noqa: E731
        said = f"{asked.what}: {' '.join(asked.words) or asked.sort}"
        pair = _Pair(said, ours, self.hand(asked.sql), ordered=bool(asked.sort))
        return Measurement(said, asked.budget or inf, Asked(pair.ours), Asked(pair.base), AGAINST)

    def found(self) -> list[Measurement]:
        """`crm find`: with the index of texts still to be made, and with it there."""
        ours = lambda: search(self.book, FIND_WORDS).refs  # noqa: E731
        warm = _Pair("find", ours, self.hand(FIND))
        cold = Measurement(
            "find: the first time",
            inf,
            Asked(self._first_find),
            Asked(self._texts_by_hand),
            "making fts in the shell",
            most=1,
        )
        return [cold, Measurement(f"find {' '.join(FIND_WORDS)}", inf, Asked(warm.ours), Asked(warm.base), AGAINST)]

    def _first_find(self) -> Spend:
        connection = self.book.index.connection
        connection.execute("INSERT INTO fts (fts) VALUES ('delete-all')")
        connection.execute("DELETE FROM meta WHERE key = 'texts'")
        cpu, wall = cpu_so_far(), time.perf_counter()
        search(self.book, FIND_WORDS)
        return Spend(cpu_so_far() - cpu, time.perf_counter() - wall, 0.0)

    def _texts_by_hand(self) -> Spend:
        return self.shell.ask(
            "INSERT INTO fts (fts) VALUES ('rebuild')", "INSERT INTO fts (fts) VALUES ('delete-all');"
        ).spend

    def past(self, days: int) -> list[Measurement]:
        """A list as of so many days back, the copy of the index included."""
        moment = last_midnight(self.book.now()) - timedelta(days=days - 1)
        type_ = self.book.setup.types["customer"]

        def ours() -> Rows:
            past = self.book.at(moment)
            refs = list_records(past, type_, Request(words=("lifecycle:customer",), columns="id")).refs
            past.close()
            return [ref.partition("/")[2] for ref in refs]

        at = utc_text(moment) + "Z"
        pair = _Pair(f"as of {days} days back", ours, self.hand(AS_OF.format(at)))
        whole = Asked(lambda: self.shell.ask(WHOLE_BOOK.format(at)).spend)
        return [
            Measurement(
                f"lifecycle:customer, as of {days} days back", inf, Asked(pair.ours), Asked(pair.base), AGAINST, most=1
            ),
            Measurement(f"every field, {days} days back", inf, None, whole, "events alone, in the sqlite3 shell"),
        ]

    def review(self) -> Measurement:
        """`crm diff`: what moves and close dates tell."""
        type_ = self.book.setup.types["deal"]
        began = past_since(self.book, "-7d")

        def ours() -> Rows:
            past = past_since(self.book, "-7d")
            view = pipeline_diff(past, self.book, type_)
            past.close()
            return [f"{line.group} {line.ref.partition('/')[2]}" for line in view.lines if line.group in TOLD]

        pair = _Pair("diff", ours, self.hand(DIFF.format(utc_text(began.now()) + "Z")))
        return Measurement(
            "diff --since -7d", inf, Asked(pair.ours), Asked(pair.base), f"{AGAINST}, {len(TOLD)} of 11 groups", most=1
        )

    def tag(self) -> Measurement:
        """`crm tag show`: who got a dynamic tag and who lost it."""
        now = self.book.now()
        ends = [last_midnight(now) - timedelta(days=count) for count in range(30, -1, -1)]
        moments = ", ".join(f"({n}, '{utc_text(end)}Z')" for n, end in enumerate([*ends, now]))

        def ours() -> Rows:
            return [f"{move.change} {move.ref.partition('/')[2]}" for move in moves_of(self.book, TAG, ends[0])]

        pair = _Pair("tag show", ours, self.hand(TAG_MOVES.format(moments)))
        return Measurement("tag show regular --since -30d", inf, Asked(pair.ours), Asked(pair.base), AGAINST, most=1)


def measurements(ground: Ground) -> list[Measurement]:
    """Lists, search and the past in one process; whole commands, with the check of all files; the memory they take."""
    with its_moment():
        return [line._replace(ours=_then(line.ours), base=_then(line.base)) for line in _lines(ground)]


def _then(side: Side | None) -> Side | None:
    """The side, asked at the moment of the book."""
    if not isinstance(side, Asked):
        return side

    def work() -> Spend:
        with its_moment():
            return side.work()

    return Asked(work)


def _lines(ground: Ground) -> list[Measurement]:
    root = trade_book(ground.kept, ground.size, ground.events)
    asking = _Asking(root, ground.empty("answers"))
    rollups = next(question for question in LISTS if question.what == "three rollups")
    return [
        *map(asking.listed, LISTS),
        *asking.found(),
        *(line for days in DAYS_BACK for line in asking.past(days)),
        asking.review(),
        asking.tag(),
        *_whole(root, asking.database, rollups),
        *(_peak(root, words) for words in _HUNGRY),
    ]


def _whole(root: Path, database: Path, asked: Question) -> list[Measurement]:
    words = ("customers", *asked.words, "--columns", "id", "--format", "tsv")
    return [
        Measurement(
            f"{asked.what}, the whole command",
            inf,
            _crm(root, *words),
            sqlite_shell(database, asked.sql),
            "a whole sqlite3",
        )
    ]


_HUNGRY = (
    ("customers", "--format", "tsv"),
    ("deals", "is:open", "--format", "json"),
    ("customers", "--columns", "id", "--as-of", "-30d", "--format", "tsv"),
)


def _peak(root: Path, words: Sequence[str]) -> Measurement:
    most = 1 if "--as-of" in words else 3
    ours = Asked(lambda: peak(_crm(root, *words)))
    return Measurement(f"crm {' '.join(words)}, peak MB", 250.0, ours, None, "", clock="peak", most=most)


def _crm(root: Path, *words: str) -> Program:
    return Program((sys.executable, "-m", "crmcli", *words), root, ITS_MOMENT)
