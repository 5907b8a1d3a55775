# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks insight`: a case as a file, and a file that is checked."""

from __future__ import annotations

import json
import uuid

from commands import Installed

NUMBER = "2026-7000001"


def opened(installed: Installed) -> None:
    """A case that nobody has decided, with the inquiry that it came of."""
    case_id = uuid.uuid4()
    installed.owner.execute(
        "INSERT INTO casework_case (id, key, number, title, kle_id, facet, unit_id, sensitivity,"
        " state, opened_at) SELECT %s, %s, %s, 'En sag', k.id, 'G01', u.id, 'confidential',"
        " 'opened', now() FROM casework_klesubject k, casework_unit u ORDER BY u.id, k.id LIMIT 1",
        (case_id, NUMBER, NUMBER),
    )
    installed.owner.execute(
        "INSERT INTO inquiries_inquiry (id, external_id, channel, district, text, sender_name,"
        " urgency, received_at, registered_at, case_id)"
        " VALUES (%s, %s, 'web', '', 'Et hul i vejen.', 'Testine Testesen', '', now(), now(), %s)",
        (uuid.uuid4(), NUMBER, case_id),
    )


def test_a_case_is_written_as_a_file_that_can_be_checked(installed: Installed) -> None:
    opened(installed)
    said = installed.done("insight", "export", NUMBER, "sag.json")
    assert f"Alt om sag {NUMBER} står i sag.json." in said
    file = installed.folder / "sag.json"
    assert file.stat().st_mode & 0o777 == 0o600
    content = json.loads(file.read_bytes())
    assert len(content["points"]) == 12
    assert "Et hul i vejen." in json.dumps(content, ensure_ascii=False)
    assert "ikke noget i filen at kontrollere" in installed.done("insight", "verify", "sag.json")


def test_what_was_changed_ends_with_an_error(installed: Installed) -> None:
    record = {
        "kind": "decision",
        "id": str(uuid.uuid4()),
        "body": {"id": "1"},
        "receipt": {"format": "kodeks-receipt@v1"},
        "no_receipt": "",
    }
    content = {"format": "kodeks-insight", "version": 1, "records": [record]}
    (installed.folder / "forkert.json").write_text(json.dumps(content), encoding="utf-8")
    answer = installed.run("insight", "verify", "forkert.json")
    assert answer.returncode == 1
    assert "HOLDER IKKE: Valget." in answer.stdout.decode()
    assert "Noget i filen passer ikke" in answer.stderr.decode()


def test_a_case_that_is_not_there_is_told(installed: Installed) -> None:
    said = installed.refused("insight", "export", "2026-9999999", "ingen.json")
    assert "Der er ingen sag med nummeret 2026-9999999." in said
