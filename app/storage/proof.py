"""The counters worked out afresh from the rows that they follow, and set right where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import CITY, Counter

# One change a row, as app/jobs and app/storage/reckoning.py count them: the case, the day, the figure, how much.
# A case counts where it stands now: its figures move with it when it is placed or gets another category.
CHANGES = """
WITH moves AS (
    SELECT id, case_id, kind, status, at,
        status IN ('received', 'acknowledged', 'scheduled', 'in_progress') AS owed,
        lag(status IN ('received', 'acknowledged', 'scheduled', 'in_progress')) OVER story AS was_owed
    FROM case_event WINDOW story AS (PARTITION BY case_id ORDER BY id)
), late AS (
    SELECT case_id, kind, at, lag(kind) OVER (PARTITION BY case_id ORDER BY id) AS before
    FROM moves WHERE NOT owed OR kind IN ('overdue', 'scheduled', 'rescheduled', 'classified')
), changes AS (
    SELECT case_id, (received_at AT TIME ZONE :zone)::date AS day, 'reports' AS metric, 1 AS n
        FROM report WHERE withdrawn_at IS NULL
    UNION ALL SELECT id, (received_at AT TIME ZONE :zone)::date, 'new', 1 FROM "case"
    UNION ALL SELECT "case".id, (received_at AT TIME ZONE :zone)::date, 'new', -1
        FROM case_event JOIN "case" ON "case".id = case_id WHERE kind = 'undone'
    UNION ALL SELECT case_id, (at AT TIME ZONE :zone)::date, 'open', owed::int - coalesce(was_owed, false)::int
        FROM moves WHERE owed <> coalesce(was_owed, false)
    UNION ALL SELECT case_id, (at AT TIME ZONE :zone)::date, kind, 1 FROM moves WHERE kind IN ('fixed', 'reopened')
    UNION ALL SELECT case_id, (at AT TIME ZONE :zone)::date, 'overdue', CASE kind WHEN 'overdue' THEN 1 ELSE -1 END
        FROM late WHERE kind = 'overdue' OR before = 'overdue'
    UNION ALL SELECT case_id, (answered_at AT TIME ZONE :zone)::date, 'says_' || verdict, 1
        FROM verdict WHERE verdict IS NOT NULL
    UNION ALL SELECT case_id, asked_on, 'no_answer', 1 FROM verdict WHERE verdict IS NULL
), placed AS (
    SELECT coalesce(ward_key, '') AS ward_key, day, category, metric, changes.n
    FROM changes JOIN "case" ON "case".id = case_id
), should AS (
    SELECT ward_key, day, category, metric, sum(n)::bigint AS n
    FROM (SELECT * FROM placed UNION ALL SELECT :city, day, category, metric, n FROM placed) AS counted
    GROUP BY ward_key, day, category, metric
)
SELECT ward_key, day, category, metric, coalesce(counter.n, 0) AS held, coalesce(should.n, 0) AS should
FROM should FULL JOIN counter USING (ward_key, day, category, metric)
WHERE coalesce(counter.n, 0) <> coalesce(should.n, 0)
ORDER BY ward_key, day, category, metric
"""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4, 1)"
PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"
CHUNK = 1000


@dataclass(frozen=True)
class Difference:
    """A counter that says `held` where the rows say `should`; the ward is `*` for the city, empty for unplaced."""

    ward_key: str
    day: date
    category: str
    metric: str
    held: int
    should: int


def differences(session: Session, zone: str) -> Sequence[Difference]:
    """Every counter that is not what the rows say, in key order; a city's day is that of its `zone`.

    One statement, so that it sees rows and counters as of one moment, while workers go on.
    """
    session.execute(text(PATIENT))
    rows = session.execute(text(CHANGES), {"zone": zone, "city": CITY})
    return [Difference(*row) for row in rows]


def repair(session: Session, zone: str) -> Sequence[Difference]:
    """Adds what is missing to every counter that is wrong, and returns what was.

    What is added fits whatever workers count meanwhile; two repairs at once wait for each other.
    """
    session.execute(text(PATIENT))
    session.execute(text(ONE_AT_A_TIME))
    found = differences(session, zone)
    for start in range(0, len(found), CHUNK):
        statement = insert(Counter).values([_row(one) for one in found[start : start + CHUNK]])
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["ward_key", "day", "category", "metric"],
                set_={"n": Counter.n + statement.excluded.n},
            )
        )
    return found


def _row(one: Difference) -> dict[str, object]:
    return {
        "ward_key": one.ward_key,
        "day": one.day,
        "category": one.category,
        "metric": one.metric,
        "n": one.should - one.held,
    }
