# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What row-level security costs the pages' questions, over many cases.

    .venv/bin/python benchmarks/casework/access.py [--cases 200000] [--times 5]

The owner role fills a fresh installation: as many cases as asked for, in 40 units and 18 KLE
numbers, each with a document, a journal entry, an inbox item and an inquiry. Each question is then
asked as the application role, as a page asks it (through `visible_to`), for people with different
rights, in three ways: with the rules lifted, with the policies as they were before casework's
migration 0016, and as they are. The owner changes the way between rounds, so that each has its turn
while the machine is as busy. Medians of the rounds, in milliseconds; each is asked once before.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from installation import fresh

UNITS = 40
WAYS = ("lifted", "before", "now")
PEOPLE: dict[str, list[tuple[str, str]]] = {
    "everything": [("", "")],
    "one unit": [("unit7", "")],
    "KLE 05, 07, 09.1": [("", "05"), ("", "07"), ("", "09.1")],
    "30 units and prefixes": [(f"unit{n}", ("05", "07", "09.1")[n % 3]) for n in range(1, 31)],
    "nobody": [],
}
_MIGRATIONS = "kodeks.{}.migrations.{}"
_INDEXES = {
    "case_place": "casework_case (id) INCLUDE (unit_id, kle_id)",
    "journal_of_unit_newest_first": "casework_journalentry (unit_id, registered_at DESC, id DESC)",
}
_FILL = (
    "INSERT INTO casework_unit (code, name, phone, phone_hours, email, distribution)"
    " SELECT 'unit' || n, 'Enhed ' || n, '', '', '', ''"
    " FROM generate_series(1, %(units)s) AS n",
    "INSERT INTO casework_case (id, key, number, title, kle_id, facet, unit_id, sensitivity, state,"
    " opened_at) SELECT md5('c' || n)::uuid, 'b' || n, '2025-' || lpad(n::text, 7, '0'), 'Sag',"
    " k.id, 'G01', u.id, 'confidential', 'opened', now() - n * interval '1 minute'"
    " FROM generate_series(1, %(cases)s) AS n"
    " JOIN (SELECT id, row_number() OVER (ORDER BY number) AS at, count(*) OVER () AS most"
    "       FROM casework_klesubject) AS k ON k.at = n %% k.most + 1"
    " JOIN casework_unit AS u ON u.code = 'unit' || (n %% %(units)s + 1)",
    "INSERT INTO casework_document (id, key, case_id, title, direction, type, letter_date, final,"
    " media_type, sha256, content, created_at) SELECT md5('d' || c.key)::uuid, c.key, c.id, 'Brev',"
    " 'outgoing', 'letter', '2025-01-02', true, 'text/plain', encode(sha256('x'), 'hex'), 'x',"
    " c.opened_at FROM casework_case AS c",
    "INSERT INTO casework_journalentry (id, key, document_id, case_id, received_or_sent_on, theme,"
    " unit_id, actor_kind, actor, status, esdh_case_id, esdh_document_id, registered_at)"
    " SELECT md5('j' || d.key)::uuid, d.key, d.id, d.case_id, '2025-01-02', 'Hul', c.unit_id,"
    " 'ItSystem', 'x', 'registered', '', '', c.opened_at"
    " FROM casework_document AS d JOIN casework_case AS c ON c.id = d.case_id",
    "INSERT INTO casework_inboxitem (id, key, unit_id, case_id, kind, created_at, handled_at)"
    " SELECT md5('i' || c.key)::uuid, c.key, c.unit_id, c.id, 'inquiry', c.opened_at,"
    " CASE WHEN c.key ~ '0$' THEN NULL ELSE c.opened_at END FROM casework_case AS c",
    "INSERT INTO inquiries_inquiry (id, external_id, channel, district, text, sender_name, urgency,"
    " received_at, registered_at, case_id, decision_id) SELECT md5('q' || c.key)::uuid, c.key,"
    " 'web', '', 'Der er et hul i vejen.', '', '', c.opened_at, c.opened_at, c.id,"
    " md5('a' || c.key)::uuid FROM casework_case AS c",
    "INSERT INTO inquiries_inquiry (id, external_id, channel, district, text, sender_name, urgency,"
    " received_at, registered_at) SELECT md5('w' || n)::uuid, 'w' || n, 'web', '', 'Nyt hul.', '',"
    " '', now(), now() FROM generate_series(1, 500) AS n",
)


def main(cases: int, times: int) -> int:
    with fresh() as cluster, psycopg.connect(cluster.owner_url, autocommit=True) as owner:
        import django

        django.setup()
        for statement in _FILL:
            owner.execute(statement, {"units": UNITS, "cases": cases})
        owner.execute("VACUUM ANALYZE")
        people = {name: _person(owner, name, rights) for name, rights in PEOPLE.items()}
        found: dict[str, dict[str, dict[str, list[float]]]] = {}
        for _ in range(times):
            for way in WAYS:
                _switch(owner, way)
                for name, user in people.items():
                    _measure(found.setdefault(name, {}), way, user)
        print(f"{cases} cases, {UNITS} units, median of {times}, ms")
        for name, asked in found.items():
            print(f"\n| {name} | rules lifted | before | now |\n|---|---|---|---|")
            for question, took in asked.items():
                cells = " | ".join(f"{statistics.median(took[way]):.1f}" for way in WAYS)
                print(f"| {question} | {cells} |")
        _telling(people["everything"], times)
        _explain(people["one unit"])
    return 0


def _switch(owner: psycopg.Connection, way: str) -> None:
    """Lift the rules, or put them in force as they were or as they are, with the indexes."""
    rules = _before() if way == "before" else _now()
    for statement in rules:
        owner.execute(statement)
    for name, columns in _INDEXES.items():
        owner.execute(
            f"DROP INDEX IF EXISTS {name}"
            if way == "before"
            else f"CREATE INDEX IF NOT EXISTS {name} ON {columns}"
        )
    how = "DISABLE" if way == "lifted" else "ENABLE"
    tables = ("case", "party", "document", "journalentry", "inboxitem")
    for table in (*(f"casework_{name}" for name in tables), "inquiries_inquiry"):
        owner.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def _now() -> list[str]:
    casework = import_module(_MIGRATIONS.format("casework", "0016_row_security_priced"))
    inquiries = import_module(_MIGRATIONS.format("inquiries", "0006_row_security_priced"))
    rules = [
        casework.SEEN.format(table=table, above=above, column=column)
        for table, above, column in casework.ABOVE
    ]
    return [casework.FUNCTIONS, casework.CASES, *rules, inquiries.SEEN]


def _before() -> list[str]:
    casework = import_module(_MIGRATIONS.format("casework", "0008_row_security"))
    inquiries = import_module(_MIGRATIONS.format("inquiries", "0005_row_security"))
    rules = [casework.IN_CASE.format(table=table) for table in casework.TABLES]
    made = [casework.RIGHTS, casework.CASES, *rules, inquiries.SEEN]
    return [
        statement.replace("CREATE POLICY", "ALTER POLICY").replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
        )
        for statement in made
    ]


def _person(owner: psycopg.Connection, name: str, rights: list[tuple[str, str]]) -> Any:
    from kodeks.kernel.models import User

    row = owner.execute(
        "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name, email,"
        " is_staff, is_active, date_joined, full_name, title)"
        " VALUES ('!', false, %s, '', '', '', false, true, now(), %s, '') RETURNING id",
        (name, name),
    ).fetchone()
    assert row is not None
    for unit, prefix in rights:
        owner.execute(
            "SELECT kernel.register_grant(%s, 'caseworker', %s, %s, NULL)", (row[0], unit, prefix)
        )
    return User.objects.get(pk=row[0])


def _questions(user: Any) -> dict[str, Callable[[], Any]]:
    """What the pages ask."""
    from kodeks.casework import selectors as casework
    from kodeks.inquiries import selectors
    from kodeks.web import paging

    roles = {"caseworker"}

    def cases() -> Any:
        return casework.cases(user=user, roles=roles)

    def journal(unit: str = "", number: str = "") -> Any:
        return selectors.journal(user=user, unit=unit, case_number=number)

    def searched() -> Any:
        return casework.cases_found(cases(), kle="05", unit="unit7", state="opened")

    number = "2025-0000006"
    return {
        "journal, 25 rows": lambda: list(journal()[:25]),
        "journal, count of all": lambda: journal().count(),
        "journal, count to 1,000": lambda: paging.count(journal()),
        "journal of a department, 25 rows": lambda: list(journal("unit7")[:25]),
        "journal of a department, count to 1,000": lambda: paging.count(journal("unit7")),
        "journal of one case": lambda: list(journal(number=number)),
        "cases, 25 rows": lambda: list(cases()[:25]),
        "cases, count of all": lambda: cases().count(),
        "cases, count to 1,000": lambda: paging.count(cases()),
        "cases searched, 25 rows": lambda: list(searched()[:25]),
        "cases searched, count to 1,000": lambda: paging.count(searched()),
        "one case by number": lambda: cases().filter(number=number).first(),
        "inbox, 25 rows": lambda: list(selectors.waiting(user=user)[:25]),
        "inbox, count to 1,000": lambda: paging.count(selectors.waiting(user=user)),
    }


def _measure(found: dict[str, dict[str, list[float]]], way: str, user: Any) -> None:
    from kodeks.kernel.viewing import viewer

    with viewer(user):
        for question, ask in _questions(user).items():
            ask()
            began = time.perf_counter()
            ask()
            took = 1000 * (time.perf_counter() - began)
            found.setdefault(question, {}).setdefault(way, []).append(took)


def _telling(user: Any, times: int) -> None:
    """What it costs to say for whom: a statement of no rows, with and without."""
    from django.db import connection

    from kodeks.kernel.viewing import nobody, viewer

    def one() -> float:
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return 1000 * (time.perf_counter() - began)

    took: dict[str, list[float]] = {"told": [], "untold": []}
    for _ in range(100 * times):
        with viewer(user):
            took["told"].append(one())
        with nobody():
            took["untold"].append(one())
    medians = ", ".join(f"{how} {statistics.median(each):.2f}" for how, each in took.items())
    print(f"\nSELECT 1, ms: {medians}")


def _explain(user: Any) -> None:
    """How the database finds 25 cases and one case for somebody with one right."""
    from kodeks.casework.models import Case, JournalEntry
    from kodeks.kernel.viewing import viewer

    seen = Case.objects.visible_to(user, roles={"caseworker"})
    entries = JournalEntry.objects.visible_to(user, roles={"caseworker"})
    with viewer(user):
        for one in (
            seen.order_by("-number")[:25],
            seen.filter(number="2025-0000006"),
            entries.order_by("-registered_at", "-id")[:25],
        ):
            print("\n" + one.explain(analyze=True, costs=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    sys.exit(main(options.cases, options.times))
