"""What the engine files say, as values: record types, fields, pipelines, the book's own settings (ENGINES §2).

Every word of ENGINES §2 has its attribute from the start, whether or not its engine exists yet.
"""

from collections.abc import Mapping

from crmcli.light import NamedTuple
from crmcli.model.problem import Problem

Label = Mapping[str, str]
"""Text by language code; the key "" holds a label given as one text. Empty: the name stands for itself."""


class Option(NamedTuple):
    """One choice: the name in files, the label on screens. Order in the file is the order for `<`."""

    name: str
    label: Label


class Field(NamedTuple):
    """One field of a record type.

    `type` is the field type's name without `[]` (a record type's name for a reference), `many` says `[]`.
    Conditions and expressions (`need`, `show`, `lock`, `must`, `calc`, …) are kept as text: "" is none,
    "true" is always. `default` is a literal as typed, or an expression in parentheses.
    """

    name: str
    type: str
    many: bool = False
    label: Label = {}  # noqa: RUF012
    help: str = ""
    unit: str = ""
    need: str = ""
    show: str = ""
    lock: str = ""
    must: str = ""
    say: Label = {}  # noqa: RUF012
    options: tuple[Option, ...] = ()
    default: str = ""
    calc: str = ""
    format: str = ""
    on: str = ""
    key: int = 0
    system: str = ""
    unique: bool = False
    indexed: bool = False
    private: bool = False
    within: bool = False
    back: str = ""
    was: tuple[str, ...] = ()
    max: int = 0
    pipeline: str = ""
    embedded: bool = False  # `type` names an embedded record type
    reference: str = ""  # the record type a reference points at; "*" for `any`


class RecordType(NamedTuple):
    """A record type: its names and its fields in the order of its file."""

    name: str
    plural: str
    label: Label
    alias: tuple[str, ...]
    title: str
    list: tuple[str, ...]
    embedded: str  # "" | "true" | "journal"
    fields: Mapping[str, Field]
    path: str  # of its TOML file, relative to the book

    @property
    def body(self) -> str:
        """The name of its markdown field, or "body" when it has none."""
        return next((f.name for f in self.fields.values() if f.type == "markdown"), "body")

    @property
    def stage(self) -> Field | None:
        """Its one stage field."""
        return next((f for f in self.fields.values() if f.type == "stage"), None)


class Stage(NamedTuple):
    """A stage of a pipeline. `kind`: open, hold, won or lost. `odds` is a fraction as text ("0.8"); `next` None: see SETTLED 16."""

    name: str
    label: Label
    kind: str = "open"
    next: tuple[str, ...] | None = None
    need: tuple[str, ...] = ()
    owner: str = ""
    limit: str = ""
    rot: str = ""
    odds: str = ""
    category: str = "pipeline"
    do: tuple[str, ...] = ()
    was: tuple[str, ...] = ()


class Pipeline(NamedTuple):
    """Stages in order, for one record type. `field` is the stage field it serves ("" = the type's only one)."""

    name: str
    type: str
    field: str
    label: Label
    hours: str
    stages: Mapping[str, Stage]
    path: str

    @property
    def first(self) -> str:
        """The stage a record starts in when none is given."""
        return next(iter(self.stages))


class DynamicTag(NamedTuple):
    """`[tag.x]`: the records of `type` for which `where` holds and `but` does not carry it. `path` is of its file."""

    name: str
    type: str
    label: Label
    where: str
    but: str
    path: str


class Hours(NamedTuple):
    """A working calendar, `[hours.x]`: what is worked on each weekday, and the days that differ.

    `days` has seven entries from Monday, each the spans worked as minutes after midnight, in order and apart (1440 is
    the end of the day). `off` and `on` are ranges of days, ISO, both ends within; `on` wins over `off`.
    """

    name: str
    days: tuple[tuple[tuple[int, int], ...], ...]
    off: tuple[tuple[str, str], ...] = ()
    on: tuple[tuple[str, str], ...] = ()


class Config(NamedTuple):
    """crm.toml. `week` is the first weekday, `year` the first day of the fiscal year (MM-DD), `hours` the working calendars."""

    name: str = ""
    format: int = 1
    currency: str = "EUR"
    timezone: str = "UTC"
    language: str = "en"
    country: str = ""
    week: str = "mon"
    year: str = "01-01"
    kits: tuple[str, ...] = ()
    runner: str = ""
    alias: Mapping[str, str] = {}
    hours: Mapping[str, Hours] = {}


class Setup(NamedTuple):
    """Everything the engine files say, and what is wrong in them.

    `types` by name in the order of the file names; embedded types included. `digest` changes whenever what the index is made from
    does (schema, pipelines, currency, time zone). `tags` are the dynamic ones, kept by a filter.
    """

    config: Config
    types: Mapping[str, RecordType]
    pipelines: Mapping[str, Pipeline]
    problems: tuple[Problem, ...]
    digest: str
    tags: Mapping[str, DynamicTag] = {}

    def by_plural(self, plural: str) -> RecordType | None:
        """The type whose plural this is."""
        return next((t for t in self.types.values() if t.plural == plural), None)

    def pipelines_of(self, type_name: str) -> list[Pipeline]:
        """The pipelines `for` a type, in the order of their files."""
        return [p for p in self.pipelines.values() if p.type == type_name]

    def hours_of(self, type_name: str) -> Hours | None:
        """The working calendar by which time is counted for a type: its first pipeline's that names one, else the book's first."""
        hours = self.config.hours
        named = (hours.get(pipeline.hours) for pipeline in self.pipelines_of(type_name))
        return next(filter(None, named), None) or next(iter(hours.values()), None)


def label_of(label: Label, language: str, name: str) -> str:
    """The text of `label` in `language`, else in any language of the same root, else its one text, else `name`."""
    root = language.split("-", maxsplit=1)[0]
    return label.get(language) or label.get(root) or label.get("") or next(iter(label.values()), name)
