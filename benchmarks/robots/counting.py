# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What must be true after the storm: each inquiry has one of everything, and the log is whole."""

from __future__ import annotations

from pathlib import Path

import psycopg

from kodeks.ledger import checkpoint, entries, merkle, note

_JOURNAL = (
    "SELECT count(*) FROM casework_journalentry AS e JOIN casework_document AS d"
    " ON d.id = e.document_id WHERE e.status = 'receipted' AND e.esdh_document_id <> ''"
)
# What a sender was told at once is beside what each inquiry has one of: not everybody can be told,
# and nobody is whose inquiry was decided first.
_EACH_ONCE = {
    "inquiries": "SELECT count(*) FROM inquiries_inquiry",
    "decisions": "SELECT count(*) FROM kernel_decision",
    "cases": "SELECT count(*) FROM casework_case",
    "runs done": "SELECT count(*) FROM robots_run WHERE status = 'done'",
    "inquiries journalised, with ESDH id": _JOURNAL + " AND d.direction = 'incoming'",
    "receipt letters journalised, with ESDH id": _JOURNAL
    + " AND d.direction = 'outgoing' AND d.type <> 'acknowledgement'",
    "letters as PDF": "SELECT count(*) FROM casework_document AS d"
    " WHERE d.media_type = 'application/pdf' AND d.type <> 'acknowledgement'",
    "letters that went out, or say why not": "SELECT count(DISTINCT document_id)"
    " FROM casework_dispatch",
    "items in departments' inboxes": "SELECT count(*) FROM casework_inboxitem"
    " WHERE kind = 'inquiry'",
}
_EACH_TWICE = {
    "journal entries": "SELECT count(*) FROM casework_journalentry AS e"
    " JOIN casework_document AS d ON d.id = e.document_id WHERE d.type <> 'acknowledgement'",
    "different ESDH documents": "SELECT count(DISTINCT (esdh_case_id, esdh_document_id))"
    " FROM casework_journalentry AS e JOIN casework_document AS d ON d.id = e.document_id"
    " WHERE d.type <> 'acknowledgement'",
}
_ACTS = {"acts of the robot": "SELECT count(*) FROM kernel_act WHERE step <> 'acknowledge'"}
_TOLD = "SELECT count(*) FROM inquiries_acknowledgement"
_TOLD_ONCE = {
    "acts that acknowledge": "SELECT count(*) FROM kernel_act WHERE step = 'acknowledge'",
    "acknowledgements journalised": "SELECT count(*) FROM casework_journalentry AS e"
    " JOIN casework_document AS d ON d.id = e.document_id WHERE d.type = 'acknowledgement'",
}
_ARCHIVED = "SELECT count(*) FROM connectors_archiveentry"
_SUFFIXES = {".txt", ".pdf"}


def finished(url: str, expected: int) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM robots_run WHERE status = 'done'").fetchone()
        return row is not None and row[0] >= expected


def faults(url: str, expected: int, *, acts: int) -> list[str]:
    """What does not hold in the database after `expected` inquiries with so many acts in all."""
    found = []
    with psycopg.connect(url) as connection:
        told = _number(connection, _TOLD)
        wanted = (
            *((expected, _EACH_ONCE), (2 * expected, _EACH_TWICE)),
            *((acts, _ACTS), (told, _TOLD_ONCE)),
        )
        for number, queries in wanted:
            for name, query in queries.items():
                count = _number(connection, query)
                print(f"{name}: {count}")
                if count != number:
                    found.append(f"{count} {name}, expected {number}")
        found += _ledger_faults(connection)
    return found


def archive_faults(url: str, expected: int, *, archive: Path) -> list[str]:
    """What does not hold in the journal of files."""
    found = []
    with psycopg.connect(url) as connection:
        count = _number(connection, _ARCHIVED)
        wanted = 2 * expected + _number(connection, _TOLD)
    files = [path for path in archive.rglob("*") if path.is_file() and path.suffix in _SUFFIXES]
    for name, number in (("documents in the ESDH", count), ("files in the archive", len(files))):
        print(f"{name}: {number}")
        if number != wanted:
            found.append(f"{number} {name}, expected {wanted}")
    return found


def _ledger_faults(connection: psycopg.Connection) -> list[str]:
    found = []
    waiting = _number(connection, "SELECT count(*) FROM kernel_ledgerpending")
    if waiting:
        found.append(f"{waiting} entries still wait for the ledger")
    head = connection.execute(
        "SELECT note FROM kernel_ledgercheckpoint ORDER BY size DESC LIMIT 1"
    ).fetchone()
    assert head is not None
    body = checkpoint.parse_body(note.parse(head[0].encode()).text)
    bundles = connection.execute("SELECT data FROM kernel_ledgerbundle ORDER BY index").fetchall()
    rest = connection.execute("SELECT leaf FROM kernel_ledgerentry ORDER BY index").fetchall()
    rows = [leaf for (data,) in bundles for leaf in entries.parse_entries(bytes(data))]
    rows += [bytes(leaf) for (leaf,) in rest]
    root = merkle.root_hash([merkle.leaf_hash(row) for row in rows])
    print(f"ledger entries: {len(rows)}; signed head covers {body.size}")
    if (body.size, body.root) != (len(rows), root):
        found.append("the ledger's signed head does not fit its entries")
    records = _number(
        connection,
        "SELECT (SELECT count(*) FROM kernel_recommendation) + (SELECT count(*) FROM"
        " kernel_decision) + (SELECT count(*) FROM kernel_act) + (SELECT count(*) FROM"
        " kernel_registryevent) + (SELECT count(*) FROM kernel_firstview)",
    )
    if records != len(rows):
        found.append(f"{records} records but {len(rows)} ledger entries")
    return found


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])
