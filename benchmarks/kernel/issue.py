# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many recommendations a second, and how long one takes, for 1, 4 and 16 clients.

    .venv/bin/python benchmarks/kernel/issue.py

Each client is a process. `whole line` is what a solution does through `kodeks.kernel.api`: read by
declared purpose, ask for the model, issue. `database` is the same calls in bare SQL, without
Python's share; `a permit for each` asks for a permit each time, too. Beside them, on the same
server in the same run, two peers that keep books and no codex, as in the guide: one row a
transaction into a chain under a lock, and one row a transaction into a queue sequenced later.
"""

from __future__ import annotations

import base64
import hashlib
import json
import multiprocessing as mp
import os
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
from installation import TEXT, fresh, one_line

CLIENTS = (1, 4, 16)
SECONDS = 8.0
WARM = 20

Kind = Callable[[str], Callable[[], object]]


def main() -> int:
    with fresh() as cluster:
        with psycopg.connect(cluster.owner_url, autocommit=True) as owner:
            owner.execute(
                "CREATE TABLE peer_chain (id bigserial PRIMARY KEY, leaf bytea, head bytea)"
            )
            owner.execute("CREATE TABLE peer_head (head bytea)")
            owner.execute("INSERT INTO peer_head VALUES ('start')")
            owner.execute("CREATE TABLE peer_queue (id bigserial PRIMARY KEY, leaf bytea)")
        print(f"{'':28}" + "".join(f"{number:>4} clients: /s   p50    p99" for number in CLIENTS))
        found = {}
        for name, kind, url in (
            ("chain under a lock", chain, cluster.owner_url),
            ("queue, sequenced later", queue, cluster.owner_url),
            ("kodeks, a permit for each", permit_for_each, cluster.application_url),
            ("kodeks, database", database, cluster.application_url),
            ("kodeks, whole line", whole_line, cluster.application_url),
        ):
            cells = []
            for clients in CLIENTS:
                rate, took = _run(kind, url, clients)
                found[name, clients] = rate, took
                p50, p99 = (1000 * took[int(len(took) * share)] for share in (0.5, 0.99))
                cells.append(f"{rate:>15.0f} {p50:>5.1f} {p99:>6.1f}")
            print(f"{name:28}" + "".join(cells) + "  (ms)")
    rate, _ = found["kodeks, database", 16]
    _, took = found["kodeks, whole line", 1]
    return 0 if rate >= 500 and took[len(took) // 2] <= 0.010 else 1


def _run(kind: Kind, url: str, clients: int) -> tuple[float, list[float]]:
    """Calls a second and the sorted times of all of them, in seconds."""
    start, answers = mp.Barrier(clients), mp.Queue()
    processes = [
        mp.Process(target=_client, args=(kind, url, start, answers)) for _ in range(clients)
    ]
    for process in processes:
        process.start()
    took = sorted(one for _ in processes for one in answers.get())
    for process in processes:
        process.join()
    return len(took) / SECONDS, took


def _client(kind: Kind, url: str, start: Any, answers: Any) -> None:
    call, took = kind(url), []
    for _ in range(WARM):
        call()
    start.wait()
    end = time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < end:
        call()
        took.append(time.perf_counter() - began)
    answers.put(took)


def whole_line(url: str) -> Callable[[], object]:
    import django

    django.setup()
    found: Callable[[], object] = one_line()
    return found


def permit_for_each(url: str) -> Callable[[], object]:
    """What it would cost to survey the whole of a system's standing each time."""
    return database(url, keep=False)


def database(url: str, *, keep: bool = True) -> Callable[[], object]:
    connection = psycopg.connect(url)

    def call(function: str, payload: dict[str, Any]) -> Any:
        row = connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),))
        return row.fetchone()[0]

    (codex,) = connection.execute("SELECT sha256 FROM kernel_codexrevision").fetchone()
    (model,) = connection.execute("SELECT artefact_sha256 FROM kernel_release").fetchone()
    wanted = {
        "system": "inquiries",
        "phase": "operation",
        "purpose": "triage",
        "codex_sha256": codex,
    }
    kept = call("permit", wanted)["id"]
    connection.commit()
    key = {"wrapped": base64.b64encode(os.urandom(60)).decode(), "kek": 1}

    def one() -> None:
        subject = {"type": "inquiry", "id": str(uuid.uuid4())}
        permit = kept if keep else call("permit", wanted)["id"]
        reading = call(
            "read",
            {
                "permit_id": permit,
                "subject": subject,
                "source": "henvendelse",
                "fields": ["text"],
                "key": key,
            },
        )["reading"]
        call("model_key", {"permit_id": permit})
        call("issue", _proposal(permit, subject, reading, model))
        connection.commit()

    return one


def _proposal(permit: str, subject: dict[str, str], reading: int, model: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "permit_id": permit,
        "key": subject["id"],
        "subject": subject,
        "scope": {"unit": "", "kle": ""},
        "suggestion": {"label": "rotter"},
        "confidence": "0.900000",
        "alternatives": [{"value": f"emne{n}", "confidence": "0.020000"} for n in range(4)],
        "data_used": [
            {
                "reading": reading,
                "field": "text",
                "value": TEXT,
                "fetched_at": "2026-01-05T09:30:00Z",
                "guard": "clear",
            }
        ],
        "considerations": [
            {"text": f"Ordet {n}", "weight": "1.500000", "direction": "for", "rule": ""}
            for n in range(6)
        ],
        "counterfactuals": [{"text": "Uden ordet rotter", "suggestion": {"label": "stoej"}}],
        "artefact_sha256": model,
        "traits": {"length": "20-49", "known_words": "90-100"},
        "sealed": base64.b64encode(os.urandom(400)).decode(),
    }


def _leaf() -> bytes:
    return json.dumps({"id": str(uuid.uuid4()), "text": TEXT, "words": ["ord"] * 40}).encode()


def chain(url: str) -> Callable[[], object]:
    connection = psycopg.connect(url)

    def one() -> None:
        leaf = _leaf()
        (head,) = connection.execute("SELECT head FROM peer_head FOR UPDATE").fetchone()
        new = hashlib.sha256(bytes(head) + leaf).digest()
        connection.execute("INSERT INTO peer_chain (leaf, head) VALUES (%s, %s)", (leaf, new))
        connection.execute("UPDATE peer_head SET head = %s", (new,))
        connection.commit()

    return one


def queue(url: str) -> Callable[[], object]:
    connection = psycopg.connect(url)

    def one() -> None:
        connection.execute("INSERT INTO peer_queue (leaf) VALUES (%s)", (_leaf(),))
        connection.commit()

    return one


if __name__ == "__main__":
    sys.exit(main())
