# ruff: noqa: INP001 - a script beside the pages it writes
"""Write docs/reference/language.md from the program's own tables: `python docs/generate_language.py`.

docs/language.in is the page with `{{name}}` where a table goes; docs/language-book.sh makes the book of its examples.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crmcli.model.schema import Field, Setup  # noqa: E402 - run as a script, the checkout is not on the path before
from crmcli.model.types import TYPE_NAMES, type_named  # noqa: E402
from crmcli.query.compile import QueryEnv, compile_filter  # noqa: E402
from crmcli.query.failures import QueryError  # noqa: E402
from crmcli.query.fields import family_of  # noqa: E402
from crmcli.query.manual.dates import DATES, LENGTHS, NUMBERS  # noqa: E402
from crmcli.query.manual.example import Example  # noqa: E402
from crmcli.query.manual.functions import FUNCTIONS  # noqa: E402
from crmcli.query.manual.kinds import KINDS, Kind  # noqa: E402
from crmcli.query.manual.names import BUILT_IN, STATES, Name  # noqa: E402
from crmcli.query.manual.refused import REFUSED  # noqa: E402
from crmcli.query.manual.several import CHANGES, LOG, MOVES  # noqa: E402
from crmcli.query.marks import ASCII_OF, KEYWORDS  # noqa: E402
from crmcli.query.pointing import RESERVED, collections_of  # noqa: E402
from crmcli.query.words import parse_words  # noqa: E402
from crmcli.store.setup import load_setup  # noqa: E402
from crmcli.text.dates import parse_word  # noqa: E402
from crmcli.text.moments import When  # noqa: E402

DOCS = ROOT / "docs"
PAGE = DOCS / "reference" / "language.md"
TEMPLATE = DOCS / "language.in"
BOOK = DOCS / "language-book.sh"
KIT = ROOT / "crmcli" / "kits" / "core"
NOW = datetime(2026, 11, 20, 14, 3, 11, tzinfo=ZoneInfo("Europe/Berlin"))
SETTINGS = 'name = "Core"\nformat = 1\ncurrency = "EUR"\ncountry = "DE"\ntimezone = "Europe/Berlin"\n'


def page() -> str:
    """The whole page."""
    setup = core_setup()
    tables = {
        "kinds": _kinds(),
        "numbers": _table(("unit", "is"), ((f"`{unit}`", says) for unit, says in NUMBERS.items())),
        "dates": _dates(),
        "lengths": "\n".join(f"| `{unit}` | {says} |" for unit, says in LENGTHS.items()),
        "built_in": _names("field", "holds", BUILT_IN),
        "states": _names("state", "holds of a record when", {f"is:{state}": name for state, name in STATES.items()}),
        "collections": _collections(setup),
        "log": _names("field", "holds", {f"log.{name}": said for name, said in LOG.items()}),
        "moves": _names("field", "holds", {f"moves.{name}": said for name, said in MOVES.items()}),
        "functions": _functions(),
        "changes": "\n".join(f"| {example.on} | `{example.words}` | {says} |" for example, says in CHANGES),
        "refused": _refused(setup),
        "marks": _marks(),
        "setup": BOOK.read_text("utf-8").strip(),
    }
    text = TEMPLATE.read_text("utf-8")
    return re.sub(r"^(.*)\{\{(\w+)\}\}$", lambda found: found[1] + tables[found[2]], text, flags=re.MULTILINE)


def core_setup() -> Setup:
    """The setup of a book with the core kit and nothing else."""
    with TemporaryDirectory() as folder:
        root = Path(folder, "book")
        for part in ("schema", "pipelines"):
            shutil.copytree(KIT / part, root / part)
        (root / "crm.toml").write_text(SETTINGS, encoding="utf-8")
        return load_setup(root, Path(folder))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _code(example: Example) -> str:
    return f"`{example.line}`"


def _names(head: str, says: str, names: Mapping[str, Name]) -> str:
    rows = ((f"`{name}`", said.says, _code(said.example)) for name, said in names.items())
    return _table((head, says, "for example"), rows)


def _kinds() -> str:
    rows = (
        (
            kind.name,
            " ".join(types_of(kind)),
            kind.colon,
            _operators(kind),
            "<br>".join(map(_code, kind.examples)),
        )
        for kind in KINDS
    )
    return _table(("kind", "types", "`:`", "operators", "for example"), rows)


def types_of(kind: Kind) -> Iterator[str]:
    """The field types that hold values of a kind."""
    for name in TYPE_NAMES:
        field = Field("field", name)
        held = type_named(field)
        if family_of(field, held.family) == kind.family and kind.matches in ("", held.matches):
            yield "*record type*" if name == "any" else name


def _operators(kind: Kind) -> str:
    written = " ".join(f"`{operator}`" for operator in kind.operators.split())
    return "; ".join(filter(None, (written or "none", kind.order)))


def _dates() -> str:
    rows = (
        (
            " ".join(f"`{form}`" for form in kind.forms),
            kind.says,
            " · ".join(map(_meant, kind.forms)),
        )
        for kind in DATES
    )
    return _table(("written", "is", "on Friday, 20 November 2026 at 14:03"), rows)


def _meant(form: str) -> str:
    when = parse_word(form, NOW)
    if when is None:
        raise ValueError(form)
    return _spelled(when)


def _spelled(when: When) -> str:
    if when.kind == "period":
        return f"{when.first} to {when.last}"
    return when.first.isoformat() if when.kind == "day" else f"{when.start:%Y-%m-%d %H:%M}"


def _collections(setup: Setup) -> str:
    rows = []
    for kind in setup.types.values():
        if not kind.embedded:
            made = [f"`{name}`" for name, _, _ in collections_of(setup, kind) if name not in RESERVED]
            rows.append((kind.plural, " ".join(made)))
    return _table(("of", "collections"), rows)


def _functions() -> str:
    rows = ((f"`{made.call}`", made.says, made.nothing or "", _code(made.example)) for made in FUNCTIONS.values())
    return _table(("function", "gives", "of nothing", "for example"), rows)


def _refused(setup: Setup) -> str:
    return "\n".join(["```text", "\n\n".join(_said(setup, example) for example in REFUSED), "```"])


def _said(setup: Setup, example: Example) -> str:
    """What the command line says, as it does."""
    kind = setup.by_plural(example.on)
    if kind is None:
        raise ValueError(example.on)
    try:
        compile_filter(parse_words(shlex.split(example.words)), kind, QueryEnv(setup, NOW, "anna"))
    except QueryError as error:
        return f"$ {example.line}\ncrm: error: {error}{_hint(error)}"
    raise ValueError(example.words)


def _hint(error: QueryError) -> str:
    return f"\nhint: {error.hint}" if error.hint else ""


def _marks() -> str:
    words = ", ".join(f"`{word}`" for word in sorted(KEYWORDS))
    wide = ", ".join(f"`{mark}` as `{read}`" for mark, read in ASCII_OF.items())
    return (
        f"Keywords: {words}, in capitals. A name is letters, digits and `_` of any script, and begins with a letter; a tag has "
        f"`-` `/` `.` inside too. A text stands in `'` or `\"`; the same quote inside is doubled. Outside of texts {wide} is read."
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
