"""Every command of the program, one line each: name, module, summary, panel of `crm --help`.

A name of two words is a command of a group (`crm hook list`); the group's own line has no module. `words` is true for
commands that take FILTER or WORD (LANGUAGE §1); `verb` for those that also work as `crm TYPE VERB WHO…`. `takes` names
the common options whose silent disregard would mislead and which the command heeds: dry_run (reading commands do so by
nature), explain, as_of (and with it known_at). Any other of them is refused. `shape` says what the answer is made of
(`cli/shapes.py`): which formats and which of --columns --sort --limit fit it; writes print `ids`.
"""

from crmcli.light import NamedTuple

DAY, RECORDS, QUESTIONS, BOOK = "The day", "Records", "Questions", "The book"
PANELS = (DAY, RECORDS, QUESTIONS, BOOK)
HIDDEN = ""
"""The panel of what only programs call: not in the overview."""


class Entry(NamedTuple):
    """One command: where it is and what the overview says about it."""

    name: str
    module: str  # in crmcli.cli.commands; "" for a group
    summary: str
    panel: str
    words: bool = False
    verb: bool = False
    takes: tuple[str, ...] = ("dry_run",)
    shape: str = "ids"


PAST = ("dry_run", "as_of")
"""What commands heed that read and answer for any moment."""

COMMANDS = (
    Entry(
        "today", "today", "Show what to do today", DAY, words=True, takes=("dry_run", "explain", "as_of"), shape="rows"
    ),
    Entry("log", "log", "Write down what happened", DAY, words=True, verb=True),
    Entry("next", "next", "Put the next step", DAY, words=True, verb=True),
    Entry("done", "done", "Finish tasks", DAY, words=True, verb=True),
    Entry("snooze", "snooze", "Put tasks off", DAY, words=True, verb=True),
    Entry("move", "move", "Move records to another stage", DAY, words=True, verb=True),
    Entry("tui", "tui", "Work through the day on the whole screen", DAY, takes=(), shape="nothing"),
    Entry("brief", "brief", "Show what to know before a meeting", DAY, verb=True, takes=PAST, shape="page"),
    Entry("show", "show", "Show everything about a record", RECORDS, verb=True, takes=PAST, shape="record"),
    Entry("history", "history", "Show every change of a record", RECORDS, verb=True, takes=PAST, shape="rows"),
    Entry("why", "why", "Say who or what each value is from", RECORDS, verb=True, takes=PAST, shape="rows"),
    Entry("set", "set", "Change fields and tags", RECORDS, words=True, verb=True),
    Entry("edit", "edit", "Edit records in your editor", RECORDS, verb=True),
    Entry("attach", "attach", "Copy files into the book", RECORDS, verb=True),
    Entry("archive", "archive", "Put records away", RECORDS, verb=True),
    Entry("delete", "delete", "Remove records for good", RECORDS, verb=True),
    Entry("erase", "erase", "Erase what is known of somebody", RECORDS, verb=True),
    Entry("rename", "rename", "Give a record another id", RECORDS),
    Entry("merge", "merge", "Make several records one", RECORDS, words=True, verb=True),
    Entry("unmerge", "unmerge", "Take merged records apart", RECORDS, verb=True),
    Entry("undo", "undo", "Take an op back", RECORDS, shape="rows"),
    Entry("init", "init", "Make a new book", BOOK, takes=(), shape="nothing"),
    Entry("clone", "clone", "Get a colleague's book", BOOK, takes=(), shape="nothing"),
    Entry("demo", "demo", "Make a book to try things on", BOOK, takes=(), shape="nothing"),
    Entry("import", "import_", "Import records from files of other programs", BOOK, shape="summary"),
    Entry("export", "export", "Write records for other programs", BOOK, words=True, shape="export"),
    Entry("check", "check", "Look for what is wrong in the book", BOOK, shape="rows"),
    Entry("hook", "", "Work with hooks", BOOK),
    Entry("hook list", "hook_list", "List the book's hooks", BOOK, shape="rows"),
    Entry("hook install", "hook_install", "Copy a shipped hook into the book", BOOK, takes=(), shape="nothing"),
    Entry("hook trust", "hook_trust", "Look at a hook and let it run on this machine", BOOK, takes=(), shape="text"),
    Entry("hook test", "hook_test", "Run a hook on a sample", BOOK, takes=(), shape="text"),
    Entry(
        "hook log", "hook_log", "Show what hooks did on this machine", BOOK, takes=("dry_run", "explain"), shape="rows"
    ),
    Entry("hook retry", "hook_retry", "Run again what failed", BOOK, takes=()),
    Entry("journal", "", "Work with the journal", BOOK),
    Entry("journal drift", "journal_drift", "Take up what was changed without crm", BOOK, takes=(), shape="nothing"),
    Entry("journal pack", "journal_pack", "Join old segments", BOOK, shape="nothing"),
    Entry("sync", "sync", "Share the book through git", BOOK, words=True, shape="rows"),
    Entry("resolve", "resolve", "Settle what a merge left", BOOK, words=True, shape="rows"),
    Entry("merge-file", "merge_file", "Merge a record for git", HIDDEN, takes=(), shape="nothing"),
    Entry("config", "config", "Show or set what this machine uses", BOOK, takes=(), shape="rows"),
    Entry("help", "help", "Explain a command", BOOK, shape="text"),
    Entry("reindex", "reindex", "Build the index anew", BOOK, takes=(), shape="nothing"),
    Entry(
        "find", "find", "Find text in names, fields, notes and the log", QUESTIONS, words=True, takes=PAST, shape="rows"
    ),
    Entry("board", "board", "Show a pipeline as columns", QUESTIONS, words=True, takes=PAST, shape="rows"),
    Entry("tag", "", "Look at tags", QUESTIONS),
    Entry("tag list", "tag_list", "List the tags in use", QUESTIONS, takes=PAST, shape="rows"),
    Entry("tag show", "tag_show", "List the records that carry a tag", QUESTIONS, takes=PAST, shape="rows"),
    Entry("tag rename", "tag_rename", "Rename a tag everywhere", QUESTIONS),
    Entry("tag remove", "tag_remove", "Take a tag off every record", QUESTIONS),
    Entry("pipeline", "", "Look at pipelines", QUESTIONS),
    Entry("pipeline list", "pipeline_list", "List the pipelines", QUESTIONS, shape="rows"),
    Entry("pipeline show", "pipeline_show", "Show the stages of a pipeline", QUESTIONS, shape="rows"),
    Entry("pipeline board", "board", "Show a pipeline as columns", QUESTIONS, words=True, takes=PAST, shape="rows"),
    Entry(
        "diff",
        "diff",
        "Show what happened to the pipeline since a day",
        QUESTIONS,
        words=True,
        verb=True,
        takes=("dry_run", "as_of"),
        shape="rows",
    ),
    Entry("changes", "changes", "Write what happened since an event, for programs", QUESTIONS, shape="events"),
    Entry(
        "report",
        "report",
        "Count and add up what is open, won, done or stale",
        QUESTIONS,
        words=True,
        verb=True,
        takes=("dry_run", "explain", "as_of"),
        shape="rows",
    ),
    Entry("sql", "sql", "Ask the index in SQL, read-only", QUESTIONS, takes=PAST, shape="rows"),
)
"""In the order of the overview, panel by panel."""

NOUN_COMMANDS = (
    Entry("list", "list", "List records", RECORDS, words=True, takes=("dry_run", "explain", "as_of"), shape="rows"),
    Entry("add", "add", "Make a record", RECORDS, words=True),
    Entry("edit", "sheet", "Edit a list as a sheet in your editor", RECORDS, words=True, shape="sheet"),
)
"""What exists only as `crm TYPE …`, before the verbs of `COMMANDS`."""


NOW_ONLY = frozenset([
    "changes", "check", "config", "help", "hook list", "hook log", "hook test", "pipeline list", "pipeline show", "reindex",
])  # fmt: skip
"""Commands that write nothing into the book, and of which no moment but now can be asked."""


def entry_named(name: str) -> Entry | None:
    """Find the line of a command or a group."""
    return next((entry for entry in COMMANDS if entry.name == name), None)


def entries_below(group: str) -> tuple[Entry, ...]:
    """List the commands of a group."""
    return tuple(entry for entry in COMMANDS if entry.name.startswith(f"{group} "))


def top_names() -> tuple[str, ...]:
    """List the first words of all commands, in order."""
    return tuple(entry.name for entry in COMMANDS if " " not in entry.name)


def verbs() -> tuple[Entry, ...]:
    """List the commands that follow a noun."""
    own = {entry.name for entry in NOUN_COMMANDS}
    return (*NOUN_COMMANDS, *(entry for entry in COMMANDS if entry.verb and entry.name not in own))
