"""What SQLite is told of large tables, and that it follows it."""

from __future__ import annotations

import sqlite3

from crmcli.store.index.statistics import FEW, TIMES, note_statistics

OPTIONS = ("decider", "user")


def tables() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute('CREATE TABLE "meta" ("key" TEXT PRIMARY KEY, "value" TEXT)')
    connection.execute('CREATE TABLE "rec_contacts" ("id" TEXT PRIMARY KEY, "customer" TEXT, "role" TEXT)')
    connection.execute('CREATE INDEX "ix_customer" ON "rec_contacts" ("customer")')
    connection.execute('CREATE INDEX "ix_role" ON "rec_contacts" ("role")')
    return connection


def fill(connection: sqlite3.Connection, first: int, count: int) -> None:
    rows = ((f"c{n}", f"customer-{n // 2}", OPTIONS[n % len(OPTIONS)]) for n in range(first, first + count))
    connection.executemany('INSERT INTO "rec_contacts" VALUES (?, ?, ?)', rows)


def noted(connection: sqlite3.Connection) -> dict[str, str]:
    """What is known per B-tree: how many rows it has and, after a blank, how many share a value."""
    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").fetchone()
    return dict(connection.execute("SELECT idx, stat FROM sqlite_stat1")) if known else {}


def plan(connection: sqlite3.Connection) -> str:
    question = 'EXPLAIN QUERY PLAN SELECT 1 FROM "rec_contacts" WHERE "customer" = ? AND "role" = ?'
    return str(connection.execute(question, ("a", "b")).fetchone()[3])


def test_of_a_small_table_nothing_is_said() -> None:
    connection = tables()
    fill(connection, 0, FEW)
    note_statistics(connection)
    assert noted(connection) == {}


def test_a_reference_is_known_to_be_rarer_than_an_option() -> None:
    connection = tables()
    fill(connection, 0, FEW + 1)
    note_statistics(connection)
    assert noted(connection)["ix_customer"].split()[1] == "2"
    assert int(noted(connection)["ix_role"].split()[1]) > FEW // 3
    assert "ix_customer" in plan(connection)


def test_a_table_is_sampled_again_when_it_has_become_several_times_as_large() -> None:
    connection = tables()
    fill(connection, 0, FEW + 1)
    note_statistics(connection)
    before = noted(connection)
    fill(connection, FEW + 1, (TIMES - 1) * (FEW + 1))
    note_statistics(connection)
    assert noted(connection) == before
    fill(connection, TIMES * (FEW + 1), 1)
    note_statistics(connection)
    assert int(noted(connection)["ix_customer"].split()[0]) > 2 * FEW


def test_inside_a_transaction_it_goes_back_with_it() -> None:
    connection = tables()
    fill(connection, 0, FEW + 1)
    connection.execute("BEGIN")
    note_statistics(connection)
    connection.execute("ROLLBACK")
    assert noted(connection) == {}
