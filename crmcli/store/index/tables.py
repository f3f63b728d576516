"""The tables and views of the index, made with sqlite-utils (docs/index.md). Imported only when an index is built."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

from crmcli.model.schema import Field, RecordType, Setup
from crmcli.store.index.event_rows import COLUMNS
from crmcli.store.index.journal_trees import TEXTS_TREE
from crmcli.store.index.merged import KEY_COLUMNS
from crmcli.store.index.names_in import MERGED_COLUMNS
from crmcli.store.index.rowplan import RowPlan, row_plan, stage_rows
from crmcli.store.index.rows_in import HEAD, RowsPlan, rows_plan

FIXED: dict[str, dict[str, str]] = {
    "items": {"type": "TEXT", "id": "TEXT", "field": "TEXT", "pos": "INTEGER", "value": "TEXT", "fold": "TEXT"},
    "tags": {"type": "TEXT", "id": "TEXT", "tag": "TEXT"},
    "refs": {
        "type": "TEXT",
        "id": "TEXT",
        "field": "TEXT",
        "to_type": "TEXT",
        "to_id": "TEXT",
        "within": "INTEGER",
        "origin": "TEXT",
    },
    "keys": {"type": "TEXT", "id": "TEXT", "field": "TEXT", "rank": "INTEGER", "fold": "TEXT"},
    "stages": {
        "pipeline": "TEXT",
        "stage": "TEXT",
        "ord": "INTEGER",
        "kind": "TEXT",
        "odds": "INTEGER",
        "rot": "INTEGER",
        "category": "TEXT",
        "label": "TEXT",
    },
    "moves": {
        "type": "TEXT",
        "id": "TEXT",
        "event": "TEXT",
        "at": "TEXT",
        "from": "TEXT",
        "to": "TEXT",
        "kind": "TEXT",
        "secs": "INTEGER",
        "by": "TEXT",
        "via": "TEXT",
        "note": "TEXT",
    },
    "event_on": {"event": "TEXT", "on": "TEXT", "origin": "TEXT", "at": "TEXT", "touch": "INTEGER"},
    "docs": {"ref": "TEXT", "what": "TEXT", "text": "TEXT"},
    "folders": {"path": "TEXT", "digest": "TEXT", "newest": "INTEGER", "looked": "INTEGER"},
    "problems": {
        "code": "TEXT",
        "path": "TEXT",
        "line": "INTEGER",
        "column": "INTEGER",
        "message": "TEXT",
        "remedy": "TEXT",
        "severity": "TEXT",
    },
}

FILES = {
    "path": "TEXT",
    "folder": "TEXT",
    "ref": "TEXT",
    "size": "INTEGER",
    "mtime": "INTEGER",
    "ctime": "INTEGER",
    "inode": "INTEGER",
    "hash": "TEXT",
    "broken": "INTEGER",
}

EVENTS = {name: "INTEGER" if name in ("seg", "took") else "TEXT" for name in COLUMNS}


def create_tables(connection: sqlite3.Connection, setup: Setup) -> None:
    """Create every table; B-trees wait for `create_indexes`, so that a build fills bare tables."""
    base = Database(connection)
    for name, columns in FIXED.items():
        base.table(name).create(columns)
    base.table("files").create(FILES, pk="path")
    base.table("events").create(EVENTS, pk="id")
    base.table("shadows").create(EVENTS)
    base.table("segments").create({"no": int, "path": str, "size": int, "hash": str}, pk="no")
    base.table("followed").create({"type": str, "old": str, "new": str})
    base.table("merged").create(dict.fromkeys(MERGED_COLUMNS, str))
    base.table("merged_keys").create(dict.fromkeys(KEY_COLUMNS, str))
    base.table("undrifted").create({"ref": str, "hash": str, "event": str}, pk="ref")
    base.table("meta").create({"key": str, "value": str}, pk="key")
    for record_type in setup.types.values():
        if not record_type.embedded:
            plan = row_plan(record_type, setup)
            base.table(plan.table).create(dict(plan.columns), pk="id")
        elif record_type.embedded == "true":
            inner = rows_plan(record_type, setup)
            base.table(inner.table).create(dict(inner.columns))
    connection.execute(
        'CREATE VIRTUAL TABLE fts USING fts5("text", content="docs", content_rowid="rowid", tokenize="trigram", columnsize=0)'
    )
    _fill_stages(connection, setup)


def create_indexes(connection: sqlite3.Connection, setup: Setup) -> None:
    """Create the B-trees and the views."""
    for statement in _INDEXES:
        connection.execute(statement)
    for record_type in setup.types.values():
        if not record_type.embedded:
            plan = row_plan(record_type, setup)
            for column in plan.indexed:
                name = f"ix_{record_type.plural}_{column}"
                connection.execute(f'CREATE INDEX "{name}" ON "{plan.table}" ("{column}")')
            connection.execute(_record_view(record_type, plan))
        elif record_type.embedded == "true":
            _index_rows(connection, rows_plan(record_type, setup))
    for statement in _VIEWS:
        connection.execute(statement)


_INDEXES = (
    'CREATE INDEX ix_items ON items ("type", "field", "fold")',
    'CREATE INDEX ix_items_of ON items ("type", "id", "field")',
    'CREATE INDEX ix_tags ON tags ("type", "tag", "id")',
    'CREATE INDEX ix_tags_of ON tags ("type", "id")',
    'CREATE INDEX ix_refs ON refs ("to_type", "to_id", "type", "field")',
    'CREATE INDEX ix_refs_of ON refs ("type", "id", "field")',
    'CREATE INDEX ix_refs_origin ON refs ("type", "origin") WHERE "origin" IS NOT NULL',
    'CREATE INDEX ix_keys_aliases ON keys ("type", "fold") WHERE "field" = \'aliases\'',
    'CREATE INDEX ix_keys ON keys ("fold", "type")',
    'CREATE INDEX ix_keys_of ON keys ("type", "id")',
    'CREATE INDEX ix_followed ON followed ("type", "old")',
    'CREATE INDEX ix_merged ON merged ("type", "old")',
    'CREATE INDEX ix_merged_new ON merged ("type", "new")',
    'CREATE INDEX ix_merged_keys ON merged_keys ("type", "fold")',
    'CREATE INDEX ix_merged_keys_of ON merged_keys ("type", "new")',
    'CREATE INDEX ix_moves ON moves ("type", "id", "at")',
    'CREATE INDEX ix_moves_at ON moves ("type", "to", "at")',
    TEXTS_TREE,
    'CREATE INDEX ix_files ON files ("folder")',
    'CREATE INDEX ix_files_ref ON files ("ref")',
    'CREATE INDEX ix_files_broken ON files ("path") WHERE "broken" = 1',
    'CREATE INDEX ix_problems ON problems ("path")',
)

_VIEWS = (
    """CREATE VIEW log_view AS SELECT e.id, e.at, e.local, e.by, e.via, e."on", e.kind, e.direction, e.took / 60 AS took_min, e.text,
       (SELECT group_concat(w."on", ' ') FROM (SELECT DISTINCT o."on" FROM event_on o WHERE o.event = e.id AND o."on" <> e."on") w)
       AS "with"
       FROM events e WHERE e."do" = 'log' AND NOT EXISTS (SELECT 1 FROM events r WHERE r."of" = e.id AND r."do" = 'retract')""",
    """CREATE VIEW moves_view AS SELECT "type", id, event, at, "from", "to", kind,
       round(secs / 86400.0, 2) AS days, by, via, note FROM moves""",
)


def _index_rows(connection: sqlite3.Connection, plan: RowsPlan) -> None:
    """The B-trees and the view of an embedded type's rows."""
    plural = plan.type.plural
    connection.execute(f'CREATE INDEX "ix_rows_{plural}" ON "{plan.table}" ("type", "id")')
    for column in plan.indexed:
        connection.execute(f'CREATE INDEX "ix_rows_{plural}_{column}" ON "{plan.table}" ("{column}")')
    shown = [f'"{name}"' for name, _ in HEAD]
    for column, _ in plan.columns[len(HEAD) :]:
        base, _, suffix = column.partition(".")
        shown.append(_view_column(plan.type.fields[base], column, suffix))
    connection.execute(f'CREATE VIEW "{plural}_view" AS SELECT {", ".join(shown)} FROM "{plan.table}"')


def _record_view(record_type: RecordType, plan: RowPlan) -> str:
    shown = ["id", '"_title" AS title']
    for column, _ in plan.columns:
        base, _, suffix = column.partition(".")
        field = record_type.fields.get(base)
        if field is None:
            continue
        shown.append(_view_column(field, column, suffix))
    shown.append(
        f"""(SELECT group_concat(tag, ' ') FROM (SELECT tag FROM tags t
        WHERE t."type" = '{_quoted(record_type.plural)}' AND t.id = r.id ORDER BY tag)) AS tags"""
    )
    shown += [f'"{name}"' for name in ("created", "archived", "stage_since", "closed", "touched", "by", "via")]
    return f'CREATE VIEW "{record_type.plural}_view" AS SELECT {", ".join(shown)} FROM "{plan.table}" r'


def _view_column(field: Field, column: str, suffix: str) -> str:
    name = f"{field.name}_{suffix}" if suffix else field.name
    if field.type == "money" and not field.many and suffix in ("", "book"):
        minor = f'"{column}" AS "{name}_minor"'
        return f'"{column}" / {_scale(field.name)} AS "{name}", {minor}'
    if field.type in ("decimal", "percent") and not field.many:
        return f'"{column}" / 1000000.0 AS "{name}"'
    return f'"{column}" AS "{name}"'


def _scale(field: str) -> str:
    """SQL for how many minor units a whole one has, by the currency beside it."""
    from crmcli.model.money import DECIMALS  # noqa: PLC0415

    cases = " ".join(f"WHEN '{code}' THEN {10**places}.0" for code, places in DECIMALS.items() if places != 2)
    return f'(CASE "{field}.currency" {cases} ELSE 100.0 END)'


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _fill_stages(connection: sqlite3.Connection, setup: Setup) -> None:
    connection.executemany("INSERT INTO stages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", stage_rows(setup))
