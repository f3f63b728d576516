"""The options every command takes, before or after the verb, in one place.

They are attached to the root and to every command (`build.py`); whichever spelling a person chose, the values land
in one `Options` on the session. All are long, so that `-churned` and `-30d` stay words of a filter.
"""

from typer.core import TyperOption

from crmcli.cli.click_seam import Context, Parameter, command_line_gave
from crmcli.cli.nearest_name import nearest_name
from crmcli.errors import UsageError
from crmcli.light import NamedTuple

FORMATS = ("table", "plain", "tsv", "csv", "json", "jsonl", "md", "ids")


class Options(NamedTuple):
    """What the common options say; the defaults stand for "not given"."""

    format: str = ""
    columns: str = ""
    sort: str = ""
    limit: int | None = None
    as_of: str = ""
    known_at: str = ""
    on: str = ""
    dry_run: bool = False
    yes: bool = False
    no_input: bool = False
    quiet: bool = False
    some: bool = False
    book: str = ""
    me: str = ""
    explain: bool = False


class UnknownFormatError(UsageError):
    """`--format` names no format."""

    def __init__(self, name: str) -> None:
        close = nearest_name(name, FORMATS)
        super().__init__(
            f"unknown format {name!r}",
            hint=f"did you mean {close}?" if close else f"one of {', '.join(FORMATS)}",
        )


class LimitRangeError(UsageError):
    """`--limit` is negative."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"--limit {limit}: not a number of rows", hint="0 shows all, 20 the first twenty")


def common_options() -> list[TyperOption]:
    """Make the options; one list serves every command of a process."""
    return [
        _value("--format", "FORMAT", f"Write as {', '.join(FORMATS)}"),
        _value("--columns", "A,B,…", "Show these fields, dotted paths too"),
        _value("--sort", "A,-B", "Order by these fields, - for the greatest first"),
        _value("--limit", "N", "Show at most N rows, 0 for all", number=True),
        _value("--as-of", "WHEN", "Answer as things stood then; a day means its end"),
        _value("--known-at", "WHEN", "Answer with what had been recorded by then"),
        _value("--on", "REV", "Ask the book as a branch, tag or commit has it"),
        _flag("--dry-run", "Show what would change and change nothing"),
        _flag("--yes", "Answer every question with yes"),
        _flag("--no-input", "Ask nothing; refuse where an answer is needed"),
        _flag("--quiet", "Say nothing on stderr but errors"),
        _flag("--some", "Exit with 3 when nothing is found"),
        _value("--book", "DIR", "Use this book"),
        _value("--me", "MEMBER", "Act as this member"),
        _flag("--explain", "Show how the answer is made, not the answer"),
    ]


def help_option() -> TyperOption:
    """Make `--help`, which writes through the session's one writer."""
    return TyperOption(
        param_decls=["--help"],
        help="Show this",
        is_flag=True,
        default=False,
        is_eager=True,
        expose_value=False,
        callback=_help,
    )


def _help(context: Context, _parameter: Parameter, value: object) -> None:
    if value and not context.resilient_parsing:
        context.obj.out.text(context.get_help().splitlines())
        context.exit()


def _value(name: str, metavar: str, text: str, *, number: bool = False) -> TyperOption:
    return TyperOption(
        param_decls=[name], metavar=metavar, help=text, type=int if number else str, expose_value=False, callback=_note
    )


def _flag(name: str, text: str) -> TyperOption:
    return TyperOption(param_decls=[name], help=text, is_flag=True, default=False, expose_value=False, callback=_note)


def _note(context: Context, parameter: Parameter, value: object) -> object:
    """Remember what was typed; a default never overwrites what was given before the verb."""
    if command_line_gave(context, parameter) and context.obj is not None:
        context.obj.given[parameter.name] = value
    return value


def note_whose_book(given: dict[str, object], words: list[str]) -> None:
    """Note `--book` and `--me` from words that nothing has parsed yet: which nouns there are depends on the book.

    What was given before the first word stays.
    """
    for place, word in enumerate(words):
        if word == "--":
            return
        name, equals, value = word.partition("=")
        if name in ("--book", "--me") and (equals or place + 1 < len(words)):
            given.setdefault(name[2:], value if equals else words[place + 1])


def options_of(given: dict[str, object]) -> Options:
    """Turn what was typed into an `Options`; raise where a value is none of its option's."""
    options = Options(**given)  # type: ignore[arg-type]
    if options.format and options.format not in FORMATS:
        raise UnknownFormatError(options.format)
    if options.limit is not None and options.limit < 0:
        raise LimitRangeError(options.limit)
    return options
