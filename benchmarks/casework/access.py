# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What row-level security and `visible_to` cost the pages' questions, over many cases.

    .venv/bin/python benchmarks/casework/access.py [--cases 200000] [--times 7]

The owner role fills a fresh installation: as many cases as asked for, in 40 units and 18 KLE
numbers, each with a document, a journal entry, an inbox item and an inquiry. Each question is then
asked as the application role, as a page asks it: by nobody's rights (the rules lifted by the owner
and no `visible_to`: what the pages did before), by a right for everything, by one right for one
unit and one prefix, and by 30 of them. Medians, in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from installation import fresh

UNITS = 40
_TABLES = ("case", "party", "document", "journalentry", "inboxitem")
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
        people = {
            "everything": _person(owner, [("", "")]),
            "1 right": _person(owner, [("unit7", "05")]),
            "30 rights": _person(
                owner, [(f"unit{n}", ("05", "07", "09.1")[n % 3]) for n in range(1, 31)]
            ),
        }
        found: dict[str, dict[str, float]] = {name: {} for name in _questions(people["everything"])}
        _switch(owner, "DISABLE")
        _measure(found, "before", None, times)
        _switch(owner, "ENABLE")
        for who, user in people.items():
            _measure(found, who, user, times)
        print(f"{cases} cases, {UNITS} units, median of {times}, ms")
        print("| question | " + " | ".join(("before", *people)) + " |")
        print("|---|" + "---|" * (len(people) + 1))
        for name, row in found.items():
            print(f"| {name} | " + " | ".join(f"{row[who]:.1f}" for who in row) + " |")
        _explain(people["1 right"])
    return 0


def _switch(owner: psycopg.Connection, how: str) -> None:
    for table in (*(f"casework_{name}" for name in _TABLES), "inquiries_inquiry"):
        owner.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def _person(owner: psycopg.Connection, rights: list[tuple[str, str]]) -> Any:
    from kodeks.kernel.models import User

    name = f"bench-{len(rights)}-{rights[0][0]}"
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
    """What each page asks for its first page and its count; `user` None asks as before."""
    from kodeks.casework.models import Case, InboxItem, JournalEntry, Unit
    from kodeks.inquiries import selectors

    def rows(model: Any) -> Any:
        everything = model.objects.all()
        return everything if user is None else everything.visible_to(user, roles={"caseworker"})

    def journal() -> Any:
        found = rows(JournalEntry).filter(case__inquiry__isnull=False)
        found = found.select_related("document", "case", "case__kle", "case__inquiry", "unit")
        return found.defer("document__content").order_by("-registered_at", "-id")

    unit = Unit.objects.get(code="unit7")
    items = rows(InboxItem).filter(unit=unit, handled_at=None, kind="inquiry")
    listed = rows(Case).select_related("kle", "unit").order_by("-number")
    return {
        "inbox, 25 rows": lambda: list(selectors.waiting(user=user)[:25]),
        "inbox, count": lambda: selectors.waiting(user=user).count(),
        "journal, 25 rows": lambda: list(journal()[:25]),
        "journal, count": lambda: journal().count(),
        "journal of one case": lambda: list(journal().filter(case__number="2025-0000006")),
        "department, 25 rows": lambda: list(items.select_related("case__inquiry")[:25]),
        "department, count": lambda: items.count(),
        "cases, 25 rows": lambda: list(listed[:25]),
        "cases, count": lambda: listed.count(),
        "one case by number": lambda: listed.filter(number="2025-0000006").first(),
    }


def _measure(found: dict[str, dict[str, float]], column: str, user: Any, times: int) -> None:
    from kodeks.kernel.viewing import as_service, viewer

    with as_service("benchmark") if user is None else viewer(user):
        for name, ask in _questions(user).items():
            ask()
            took = []
            for _ in range(times):
                began = time.perf_counter()
                ask()
                took.append(time.perf_counter() - began)
            found[name][column] = 1000 * statistics.median(took)


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
