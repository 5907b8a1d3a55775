# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How long it takes to count a system's hours and times from the ledger, all rows compared.

    .venv/bin/python benchmarks/statistics/reading.py [--runs 100000]

One matter goes through the demo's line; the owner then multiplies its suggestion, decision and
four steps in the tables and the ledger's queue, with salts and commitments of their own, and the
sequencer enters them. At last a decision is opened 200 times,
as `--contents` does with each.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from installation import fresh

STEPS = ("journalise", "receipt", "send", "forward")
# One row of each table again under a new id, with its leaf. {change} is what is new in the body.
_COPY = """
WITH made AS (
    SELECT n.n, t.*, {id} AS new_id,
        uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS salt,
        t.body || jsonb_build_object('id', {id}, 'subject', {subject}) || {change} AS new_body
    FROM kernel_{table} AS t, generate_series(1, %(runs)s) AS n(n) WHERE t.id = %(row)s
), leaf AS (
    INSERT INTO kernel_ledgerpending (id, leaf)
    SELECT %(first)s + n, convert_to(kernel.canonical(jsonb_build_object(
        'at', kernel.moment({at}), 'commitment', encode(sha256(salt || convert_to(
            kernel.canonical(new_body), 'UTF8')), 'hex'),
        'id', new_id, 'kind', '{table}', 'system', system_id)), 'UTF8') FROM made
), secret AS (
    INSERT INTO kernel_secret (record_id, subject_type, subject_id, salt)
    SELECT new_id, 'inquiry', 'copy-' || n, salt FROM made
)
INSERT INTO kernel_{table} ({columns})
SELECT {values} FROM made
"""
_ID = "md5('{table}{more}' || n.n)::uuid"


def main(runs: int) -> int:
    with fresh() as cluster:
        import django

        django.setup()
        from kodeks.kernel import viewing

        viewing.serve_as("benchmark")
        _one_matter()
        with psycopg.connect(cluster.owner_url, autocommit=True) as owner:
            _multiply(owner, runs)
        return _measure(runs)


def _one_matter() -> None:
    from kodeks.inquiries import services
    from kodeks.kernel.models import User
    from kodeks.robots import engine
    from kodeks.robots.models import Run

    inquiry, _ = services.receive(external_id="1", text="Der er et hul i vejen.", channel="web")
    services.triage(inquiry_id=str(inquiry.id))
    decision = services.decide(
        inquiry_id=inquiry.id,
        user=User.objects.get(username="sofie"),
        choice="accept",
        label="",
        own_consideration="Borgeren skriver om et hul.",
    )
    while engine.execute(run_id=Run.objects.get(decision_id=decision.id).id) is not None:
        time.sleep(1)


def _multiply(owner: psycopg.Connection, runs: int) -> None:
    def one(statement: str, *values: object) -> object:
        row = owner.execute(statement, values).fetchone()
        assert row is not None
        return row[0]

    recommendation = one("SELECT id FROM kernel_recommendation")
    decision = one("SELECT id FROM kernel_decision")
    _copied(owner, "recommendation", recommendation, runs, at="issued_at", key="'copy-' || n")
    _copied(
        owner, "decision", decision, runs, at="decided_at",
        recommendation_id=_ID.format(table="recommendation", more="").replace("n.n", "n"),
    )  # fmt: skip
    for step in STEPS:
        row = one("SELECT id FROM kernel_act WHERE step = %s", step)
        _copied(
            owner, "act", row, runs, more=step, at="acted_at", run_id="md5('run' || n)::uuid",
            decision_id=_ID.format(table="decision", more="").replace("n.n", "n"),
        )  # fmt: skip
    owner.execute("ANALYZE")


def _copied(
    owner: psycopg.Connection, table: str, row: object, runs: int, *, at: str, more: str = "",
    **columns: str,
) -> None:  # fmt: skip
    first = owner.execute(
        "SELECT nextval(pg_get_serial_sequence('kernel_ledgerpending', 'id'))"
    ).fetchone()
    assert first is not None
    owner.execute(
        "SELECT setval(pg_get_serial_sequence('kernel_ledgerpending', 'id'), %s)",
        (first[0] + runs + 1,),
    )
    names = [
        name
        for (name,) in owner.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
            (f"kernel_{table}",),
        )
    ]
    subject = "jsonb_build_object('type', 'inquiry', 'id', 'copy-' || n.n)"
    inside = {
        name: value.replace("|| n)", "|| n.n)")
        for name, value in columns.items()
        if name.endswith("_id")
    }
    change = "jsonb_build_object({})".format(
        ", ".join(f"'{name.removesuffix('_id') if name != 'run_id' else name}', {value}"
                  for name, value in inside.items())
    )  # fmt: skip
    new = {
        "id": "new_id", "body": "new_body", "pending_id": "%(first)s + n",
        "subject_id": "'copy-' || n", "subject_type": "'inquiry'",
    } | columns  # fmt: skip
    statement = _COPY.format(
        table=table,
        id=_ID.format(table=table, more=more),
        subject=subject,
        change=change,
        at=at,
        columns=", ".join(names),
        values=", ".join(new.get(name, name) for name in names),
    )
    owner.execute(statement, {"runs": runs, "row": row, "first": first[0]})


def _measure(runs: int) -> int:
    from kodeks.kernel import measured, models, records, sequencer
    from kodeks.workbench import service_report

    while sequencer.integrate():
        pass
    began, cpu = time.monotonic(), time.process_time()
    found = measured.read("inquiries")
    read, read_cpu = time.monotonic() - began, time.process_time() - cpu
    assert found.alarms == (), found.alarms
    assert sum(piece.finished is not None for piece in found.pieces) == runs + 1
    began = time.monotonic()
    service_report.compute("inquiries")
    whole = time.monotonic() - began
    print(f"{runs} runs, {found.size} entries in the ledger, no alarm")
    print(f"read and compared: {read:.1f} s ({read_cpu:.1f} s CPU in Python)")
    print(f"the whole report: {whole:.1f} s")
    row = models.Decision.objects.select_related("user").order_by("decided_at")[0]
    began = time.monotonic()
    for _ in range(200):
        records.decision(row)
    print(f"opening what is sealed: {(time.monotonic() - began) * 5:.1f} ms a record")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    sys.exit(main(parser.parse_args().runs))
