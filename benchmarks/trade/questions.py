"""The questions, each twice: as people type it, and as SQL written by hand for the same index.

The SQL knows the schema and takes every shortcut that gives the same answer. Each answer is ids in any order (or lines),
so that the two can be compared.
"""

from __future__ import annotations

from typing import NamedTuple

SINCE_90 = "2026-08-21T22:00:00"
"""The beginning of the day 90 days before the moment, in the book's zone (Berlin, UTC+2 on that day), in UTC."""

SINCE_60 = "2026-09-20T22:00:00"


class Question(NamedTuple):
    """A list by its type, words and order, and the same by hand. `budget` is the ratio that may not be passed, 0 for none."""

    what: str
    type: str
    words: tuple[str, ...]
    sql: str
    sort: str = ""
    budget: float = 0.0


_WHOLE = """WITH whole(ref, root) AS MATERIALIZED (
  SELECT 'customers/' || id, id FROM rec_customers
  UNION ALL SELECT 'contacts/' || id, customer FROM rec_contacts
  UNION ALL SELECT 'deals/' || id, customer FROM rec_deals
  UNION ALL SELECT 'tasks/' || id, substr("on", 11) FROM rec_tasks)"""
"""To which customer the log of each record counts; in this book tasks are on customers, and nothing was taken back."""

LISTS = (
    Question(
        "a plain filter",
        "customer",
        ("country:DE", "lifecycle:customer"),
        "SELECT id FROM rec_customers WHERE country = 'DE' AND lifecycle = 'customer' AND archived IS NULL",
        budget=2.0,
    ),
    Question(
        "three rollups",
        "customer",
        ("count(deals, is:open)>=1", "sum(deals.amount, is:won)>50k", "count(log, at:-90d..)>0"),
        f"""WITH able(id) AS MATERIALIZED (SELECT customer FROM rec_deals WHERE archived IS NULL GROUP BY customer
          HAVING count(*) FILTER (WHERE _kind = 'open') >= 1 AND sum("amount.book") FILTER (WHERE _kind = 'won') > 5000000)
        SELECT a.id FROM able a
        WHERE EXISTS (SELECT 1 FROM event_on o JOIN events e ON e.id = o.event
          WHERE o."on" = 'customers/' || a.id AND e."do" = 'log' AND e.at >= '{SINCE_90}')
        OR EXISTS (SELECT 1 FROM rec_contacts p JOIN event_on o ON o."on" = 'contacts/' || p.id JOIN events e ON e.id = o.event
          WHERE p.customer = a.id AND e."do" = 'log' AND e.at >= '{SINCE_90}')
        OR EXISTS (SELECT 1 FROM rec_deals d JOIN event_on o ON o."on" = 'deals/' || d.id JOIN events e ON e.id = o.event
          WHERE d.customer = a.id AND e."do" = 'log' AND e.at >= '{SINCE_90}')""",  # noqa: S608 - no words of others
        budget=3.0,
    ),
    Question(
        "a path of references",
        "deal",
        ("customer.owner.team:north", "customer.country:DE"),
        """SELECT d.id FROM rec_members m JOIN rec_customers c ON c.owner = m.id JOIN rec_deals d ON d.customer = c.id
        WHERE m.team LIKE '%north%' AND c.country = 'DE' AND d.archived IS NULL""",
    ),
    Question(
        "some element",
        "customer",
        ("contacts.role:decider",),
        """SELECT id FROM rec_customers WHERE archived IS NULL
        AND id IN (SELECT customer FROM rec_contacts WHERE role = 'decider' AND archived IS NULL)""",
    ),
    Question(
        "last(log.at)",
        "customer",
        ("last(log.at)<-60d",),
        f"""{_WHOLE}, latest(ref, at) AS MATERIALIZED (SELECT o."on", max(e.at) FROM event_on o JOIN events e ON e.id = o.event
          WHERE e."do" = 'log' GROUP BY o."on")
        SELECT w.root FROM whole w JOIN latest l ON l.ref = w.ref GROUP BY w.root HAVING max(l.at) < '{SINCE_60}'""",  # noqa: S608 - no words of others
    ),
    Question(
        "sorted by a rollup",
        "customer",
        (),
        """SELECT c.id FROM rec_customers c LEFT JOIN (SELECT customer, sum("amount.book") AS total FROM rec_deals
          WHERE _kind = 'open' AND archived IS NULL GROUP BY customer) d ON d.customer = c.id
        WHERE c.archived IS NULL ORDER BY coalesce(d.total, 0) DESC, c.id""",
        sort="-sum(deals.amount, is:open)",
    ),
    Question(
        "a dynamic tag",
        "customer",
        ("+regular",),
        """SELECT c.id FROM rec_customers c JOIN rec_deals d ON d.customer = c.id
        WHERE c.lifecycle = 'customer' AND c.archived IS NULL AND d._kind = 'won' AND d.archived IS NULL
        GROUP BY c.id HAVING count(*) >= 2""",
    ),
    Question(
        "a sum of exact products",
        "customer",
        ("won_net>100k",),
        """SELECT customer FROM rec_deals WHERE _kind = 'won' AND archived IS NULL GROUP BY customer
        HAVING sum("amount.book" * (1000000 - coalesce(discount, 0)) / 1000000) > 10000000""",
    ),
)

FIND_WORDS = ("palletiser", "gripper")

FIND = """SELECT DISTINCT d."ref" FROM docs d JOIN fts f ON f.rowid = d.rowid WHERE fts MATCH '"palletiser"'
AND d."ref" IN (SELECT g."ref" FROM docs g JOIN fts h ON h.rowid = g.rowid WHERE h.fts MATCH '"gripper"')"""

AS_OF = """SELECT substr("on", 11) FROM (
  SELECT "on", coalesce("to", json_extract(more, '$.record.lifecycle')) AS stage,
    row_number() OVER (PARTITION BY "on" ORDER BY id DESC) AS back
  FROM events WHERE "on" > 'customers/' AND "on" < 'customers0' AND at <= '{0}'
  AND ("do" = 'create' OR "do" = 'move' AND field = 'lifecycle')) WHERE back = 1 AND stage = 'customer'"""
"""Customers at a moment: the last thing said of each one's stage up to it."""

WHOLE_BOOK = """SELECT count(*) FROM (SELECT "on", field, "to", row_number() OVER (PARTITION BY "on", field ORDER BY id DESC) AS back
  FROM events WHERE at <= '{0}' AND "do" IN ('create', 'set', 'move')) WHERE back = 1"""
"""Every field of every record at a moment, as one would ask the events alone."""

DIFF = """WITH was(id, stage, since) AS (SELECT id, "to", at FROM (
    SELECT id, "to", at, row_number() OVER (PARTITION BY id ORDER BY event DESC) AS back FROM moves
    WHERE "type" = 'deals' AND at <= '{0}') WHERE back = 1),
  closes("on", "from") AS (SELECT "on", "from" FROM (
    SELECT "on", "from", row_number() OVER (PARTITION BY "on" ORDER BY id) AS first FROM events
    WHERE "do" = 'set' AND field = 'close' AND at > '{0}') WHERE first = 1)
SELECT 'new ' || id FROM rec_deals WHERE created > '{0}'
UNION ALL SELECT r._kind || ' ' || r.id FROM rec_deals r WHERE r._kind IN ('won', 'lost') AND r.closed > '{0}'
UNION ALL SELECT 'moved ' || r.id FROM rec_deals r JOIN was w ON w.id = r.id WHERE r._kind = 'open' AND r.stage <> w.stage
UNION ALL SELECT 'slipped ' || r.id FROM rec_deals r JOIN closes c ON c."on" = 'deals/' || r.id
  WHERE r._kind = 'open' AND r.created <= '{0}' AND r.close > c."from"
UNION ALL SELECT 'sooner ' || r.id FROM rec_deals r JOIN closes c ON c."on" = 'deals/' || r.id
  WHERE r._kind = 'open' AND r.created <= '{0}' AND r.close < c."from" """
"""Of the groups of the review those that moves and close dates tell; in this book deals only go on, and none is archived."""

TAG_MOVES = """WITH ends(n, at) AS (VALUES {0}),
  stay("type", id, "to", at, until) AS MATERIALIZED (SELECT "type", id, "to", at,
    coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', at, secs || ' seconds'), '99999') FROM moves
    WHERE ("type" = 'deals' AND "to" = 'won') OR ("type" = 'customers' AND "to" = 'customer')),
  sold(n, customer) AS (SELECT e.n, d.customer FROM ends e JOIN stay s ON s."type" = 'deals' AND s.at <= e.at AND s.until > e.at
    JOIN rec_deals d ON d.id = s.id GROUP BY e.n, d.customer HAVING count(*) >= 2),
  held(n, id) AS MATERIALIZED (SELECT o.n, o.customer FROM sold o JOIN ends e ON e.n = o.n JOIN stay s ON s."type" = 'customers'
    AND s.id = o.customer AND s.at <= e.at AND s.until > e.at)
SELECT 'entered ' || id FROM held h WHERE n > 0
  AND NOT EXISTS (SELECT 1 FROM held g WHERE g.id = h.id AND g.n = h.n - 1)
UNION ALL SELECT 'left ' || id FROM held h WHERE n < (SELECT max(n) FROM ends)
  AND NOT EXISTS (SELECT 1 FROM held g WHERE g.id = h.id AND g.n = h.n + 1)"""
"""Who has the tag at each moment (number and UTC, the last one now), compared with the moment before."""
