# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the inbox's page asks the database, over many waiting inquiries.

    .venv/bin/python benchmarks/inquiries/inbox.py [--waiting 100000] [--times 5]

The owner role fills a fresh installation with inquiries that wait: texts of the demo's corpus with
a number each, eight districts, six channels, and a suggestion for three of four. Each question is
asked as the application role, for a caseworker with a right for all, as the page asks it. Printed
are the medians of wall time and of CPU time (this process and its backend), in milliseconds: on a
busy machine the second is what to look at.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from installation import fresh

_TICK = os.sysconf("SC_CLK_TCK")
_FILL = (
    "INSERT INTO inquiries_inquiry (id, external_id, channel, district, text, sender_name, urgency,"
    " received_at, registered_at, recommendation_id) SELECT md5('w' || n)::uuid, 'w' || n,"
    " (ARRAY['mail', 'web', 'telefonnotat', 'brev', 'app', 'open311'])[n %% 6 + 1],"
    " 'Bydel ' || n %% 8, (%(texts)s::text[])[n %% %(count)s + 1] || ' Nr. ' || n, '',"
    " CASE WHEN n %% 50 = 0 THEN 'danger' ELSE '' END,"
    " now() - n * interval '20 seconds', now(),"
    " CASE WHEN n %% 4 > 0 THEN md5('r' || n)::uuid END FROM generate_series(1, %(waiting)s) AS n",
    "INSERT INTO inquiries_sorting (inquiry_id, label, way, how) SELECT i.id,"
    " CASE WHEN i.recommendation_id IS NULL THEN '' ELSE t.label END,"
    " CASE WHEN i.recommendation_id IS NULL THEN ''"
    " ELSE (ARRAY['label', 'department', 'choose'])[t.at %% 3 + 1] END,"
    " CASE WHEN i.recommendation_id IS NULL THEN '' WHEN t.at %% 5 = 0 THEN 'blind'"
    " ELSE 'shown' END FROM inquiries_inquiry AS i JOIN"
    " (SELECT label, row_number() OVER (ORDER BY label) - 1 AS at, count(*) OVER () AS most"
    "  FROM inquiries_topic) AS t ON t.at = length(i.text) %% t.most",
    "INSERT INTO inquiries_place (inquiry_id, number, title, kind, district, latitude, longitude)"
    " SELECT id, 1, 'Testvej 14', 'address', district, 56.4, 11.3 FROM inquiries_inquiry"
    " WHERE length(text) %% 3 = 0",
)


def main(waiting: int, times: int) -> int:
    with fresh() as cluster:
        return measure(cluster.owner_url, waiting, times)


def measure(owner_url: str, waiting: int, times: int) -> int:
    """Fill the database and ask; Django's settings lead to it as the application."""
    import django

    django.setup()
    from kodeks.demo import corpus
    from kodeks.kernel.models import User
    from kodeks.kernel.viewing import viewer

    texts = [one.text for one in corpus.everything()]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for statement in _FILL:
            owner.execute(statement, {"texts": texts, "count": len(texts), "waiting": waiting})
        owner.execute("VACUUM ANALYZE")
        name = "benchmark"
        row = owner.execute(
            "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name,"
            " email, is_staff, is_active, date_joined, full_name, title) VALUES"
            " ('!', false, %s, '', '', '', false, true, now(), %s, '') RETURNING id",
            (name, name),
        ).fetchone()
        assert row is not None
        owner.execute("SELECT kernel.register_grant(%s, 'caseworker', '', '', NULL)", (row[0],))
    user = User.objects.get(pk=row[0])
    print(f"{waiting} waiting, median of {times}: wall ms / CPU ms")
    with viewer(user):
        for question, ask in _questions(user).items():
            ask()
            walls, cpus = zip(*(_timed(ask) for _ in range(times)), strict=True)
            print(
                f"| {question} | {statistics.median(walls):.0f} | {statistics.median(cpus):.0f} |"
            )
    return 0


def _questions(user: Any) -> dict[str, Callable[[], Any]]:
    from kodeks.inquiries import inbox, places
    from kodeks.inquiries.inbox import Inbox, Wanted
    from kodeks.web import paging

    def box() -> Inbox:
        found = Inbox(user)
        # The system of a bare installation may not run; the filters by suggestion are asked anyway.
        found.__dict__["sees_suggestions"] = True
        return found

    def rows(**wanted: str) -> Any:
        return box().found(Wanted(**wanted)).select_related("sorting")

    late = inbox.Days(late=None, near=None)

    def counts(**wanted: str) -> Any:
        found = box()
        found.__dict__["days"] = late
        return found.counts(Wanted(**wanted))

    middle = rows()[1000]
    return {
        "25 rows": lambda: list(rows()[:25]),
        "25 rows, newest": lambda: list(rows(order="newest")[:25]),
        "25 rows of a channel and district": lambda: list(
            rows(channel="brev", district="Bydel 3")[:25]
        ),
        "25 rows of a topic": lambda: list(rows(topic="rotter")[:25]),
        "25 rows with a common word": lambda: list(rows(words="vej")[:25]),
        "25 rows with a rare word": lambda: list(rows(words="springvand")[:25]),
        "count to 1,000": lambda: paging.count(rows()),
        "count to 1,000 of a topic": lambda: paging.count(rows(topic="rotter")),
        "counts of all filters": lambda: counts(),
        "counts with two filters in use": lambda: counts(channel="brev", way="label"),
        "counts with a word": lambda: counts(words="rotte"),
        "the next one": lambda: box().next_after(Wanted(), middle),
        "days of receipt that are late": lambda: inbox._days(box().today),
        "50 places of the map": lambda: list(places.on_map(user=user)[:50]),
        "districts of the map": lambda: places.districts(user=user),
    }


def _timed(ask: Callable[[], Any]) -> tuple[float, float]:
    """Wall and CPU milliseconds of this process and its backend."""
    backend, own, began = _backend(), time.process_time(), time.perf_counter()
    ask()
    wall = 1000 * (time.perf_counter() - began)
    return wall, 1000 * (time.process_time() - own + _backend() - backend)


def _backend() -> float:
    from django.db import connection

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    sys.exit(main(options.waiting, options.times))
