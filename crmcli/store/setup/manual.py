"""The page docs/reference/engine-files.md, made from the words themselves so that it cannot lag behind."""

from __future__ import annotations

from crmcli.store.setup.words import book, imports, pipelines, reports, rules, schema
from crmcli.store.setup.words.kinds import Words

_HEAD = """# Engine files

Every word of the files that set a book up. All of them are TOML, text in UTF-8; a key with letters beyond
`A-Z a-z 0-9 _ -` must be quoted. Order in the file is order on the screen. A label is one text, or a table of
languages: `label = { en = "Deal", zh = "商机" }`. A word that is not listed here is an error, and `crm check` names
the nearest one.

This page is made from the program's own list of words.
"""

_FILES: tuple[tuple[str, tuple[tuple[str, type[Words]], ...]], ...] = (
    ("crm.toml", (("", book.BookWords), ("[hours.x]", book.HoursWords), ("[role.x]", book.RoleWords))),
    ("schema/TYPE.toml", (("", schema.TypeWords), ("[fields]: NAME = { … }", schema.FieldWords))),
    (
        "pipelines/NAME.toml",
        (
            ("", pipelines.PipelineWords),
            ("[stage.x]", pipelines.StageWords),
            ("[[gate]]", pipelines.GateWords),
            ("[[approval]]", pipelines.ApprovalWords),
            ("level = [{ … }]", pipelines.LevelWords),
            ("[[limit]]", pipelines.LimitWords),
            ("within = [{ … }]", pipelines.CaseWords),
        ),
    ),
    (
        "rules/*.toml",
        (
            ("", rules.RulesWords),
            ("[rule.x]", rules.RuleWords),
            ("[assign.x]", rules.AssignWords),
            ("case = [{ … }]", rules.AssignCaseWords),
            ("[tag.x]", rules.TagWords),
            ("[score.x]", rules.ScoreWords),
            ("part = [{ … }]", rules.PartWords),
            ("[journey.x]", rules.JourneyWords),
            ("step = [{ … }]", rules.StepWords),
            ("[match.TYPE]", rules.MatchWords),
            ("near = [{ … }]", rules.NearWords),
        ),
    ),
    (
        "reports/NAME.toml",
        (
            ("", reports.ReportWords),
            ("[part.x]", reports.PartReportWords),
            ("step = [{ … }]", reports.ReportStepWords),
        ),
    ),
    ("imports/NAME.toml", (("", imports.ImportWords), ("[file.x]", imports.ImportFileWords))),
    ("kit.toml (in a kit)", (("", book.KitWords),)),
)


def engine_files_page() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for path, tables in _FILES:
        parts.append(f"## {path}\n")
        for heading, model in tables:
            if heading:
                parts.append(f"### `{heading}`\n")
            parts.append(_table(model))
    return "\n".join(parts)


def _table(model: type[Words]) -> str:
    rows = ["| word | says |", "|---|---|"]
    for name, field in model.model_fields.items():
        says = (field.description or "").replace("|", "\\|")
        must = " (must be given)" if field.is_required() else ""
        rows.append(f"| `{field.alias or name}` | {says}{must} |")
    about = " ".join((model.__doc__ or "").split())
    return f"{about}\n\n" + "\n".join(rows) + "\n"
