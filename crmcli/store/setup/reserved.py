"""Names an engine file may not give: they already mean something (LANGUAGE "Decided", SETTLED 9)."""

from __future__ import annotations

import re

BUILT_IN_FIELDS = (
    *("id", "type", "tags", "keys", "aliases", "created", "archived", "by", "via", "body", "log", "moves"),
    *("touched", "next_due", "closed", "stage_since", "stage_days", "late"),
)
"""Fields every record has without a schema."""

WORDS_OF_FILTERS = ("old", "is", "me", "none", "any", "AND", "OR", "NOT")

DATE_WORDS = (
    *("today", "now", "yesterday", "tomorrow"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    *("q1", "q2", "q3", "q4"),
    *("今天", "明天", "后天", "昨天", "前天", "现在", "月底"),
    *(f"{prefix}周{day}" for prefix in ("", "下", "上") for day in "一二三四五六日天"),
)
"""Words the date grammar reads before anything else."""

FIELD_NAMES = {
    **dict.fromkeys(BUILT_IN_FIELDS, "every record has it already"),
    **dict.fromkeys(WORDS_OF_FILTERS, "it is a word of filters"),
    **dict.fromkeys(DATE_WORDS, "it is a date"),
}
"""Reserved field name → why."""

VERBS = (
    *("today", "log", "next", "done", "snooze", "move", "set", "approve", "reject", "recall"),
    *("show", "brief", "why", "history", "edit", "attach", "archive", "delete", "merge", "unmerge", "assign"),
    *("find", "undo", "diff", "tui", "board", "report", "tag", "dupes", "pipeline", "rule", "import", "export"),
    *("tick", "sync", "resolve", "check", "changes", "sql", "api", "init", "demo", "kit", "schema", "hook"),
    *("config", "reindex", "rename", "erase", "clone", "journal", "merge-file", "list", "add", "help"),
)
"""The verbs and nouns of the command line."""

BOOK_FOLDERS = ("schema", "pipelines", "rules", "reports", "imports", "templates", "hooks", "journal", "files")
"""Folders of a book that hold something other than records."""

WORD_OF_THE_FILES = re.compile(r"[^\W\d]\w*")
"""What paths and filters can name: letters of any script, digits, _; a letter first."""

DISTANT_NAMES = {
    **dict.fromkeys(("string", "str", "char", "varchar", "textarea"), "text"),
    **dict.fromkeys(("integer", "number", "long"), "int"),
    **dict.fromkeys(("float", "double", "numeric", "real"), "decimal"),
    **dict.fromkeys(("bool", "boolean", "checkbox"), "flag"),
    **dict.fromkeys(("enum", "select", "option", "picklist", "dropdown"), "choice"),
    **dict.fromkeys(("timestamp", "instant"), "datetime"),
    **dict.fromkeys(("link", "uri", "website"), "url"),
    **dict.fromkeys(("mail", "e-mail"), "email"),
    **dict.fromkeys(("user", "person", "employee"), "member"),
    **dict.fromkeys(("currency_amount", "price", "amount"), "money"),
}
"""Field types as other programs call them."""
