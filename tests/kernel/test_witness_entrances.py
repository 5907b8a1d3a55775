# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the database takes: who the witnesses are, and what the application may say of them."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from cosigned import (
    AT,
    CLOCK_END,
    KEYS,
    SIGNERS,
    ask,
    conflicts,
    entry,
    integrated,
    line_on,
    no_conflicts,
    register,
    rules_in_force,
    stranger,
)
from django.db import DatabaseError
from gate import django_as_owner
from psycopg.types.json import Jsonb

from kodeks.kernel import storage, witnessing
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import LedgerCosignature, RegistryEvent, WitnessConflict, WitnessPolicy
from kodeks.ledger import note, policy
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.policy import Witness

pytestmark = pytest.mark.usefixtures("usual_witnesses")


# Who may say who the witnesses are


def test_witnesses_are_registered_in_the_log_itself(stage):
    register(stage, [stranger(1)], quorum=1)
    row = WitnessPolicy.objects.latest("id")
    listed = [{"key": stranger(1).key.text, "url": stranger(1).url}]
    assert (row.witnesses, row.quorum) == (listed, 1)
    event = RegistryEvent.objects.get(pk=row.event_id)
    assert event.kind == "witnesses"
    assert {"witnesses": listed, "quorum": 1}.items() <= event.body.items()
    integrated()
    assert storage.place_of(event.pending_id) is not None


def test_thirty_two_may_be_registered(stage):
    many = [stranger(number) for number in range(32)]
    register(stage, many, quorum=17)
    rules = rules_in_force()
    assert list(rules.witnesses.values()) == many
    assert rules.groups[rules.quorum] == policy.Group(17, tuple(one.key.name for one in many))


ONE, TWO = stranger(1), stranger(2)
NAMESAKE = note.SignerKey(ONE.key.name, bytes(32), note.COSIGNATURE).verifier
RENAMED = note.SignerKey("andet-navn/vidne", (1).to_bytes(2, "big") * 16, note.COSIGNATURE).verifier
FORMS: dict[str, tuple[list[Witness], int]] = {
    "none of one": ([ONE], 0),
    "fewer than none": ([ONE], -1),
    "two of one": ([ONE], 2),
    "one of none": ([], 1),
    "the same twice": ([ONE, ONE], 1),
    "two of one name": ([ONE, Witness(NAMESAKE, "http://x.invalid")], 1),
    "one key with two names": ([ONE, Witness(RENAMED, "http://x.invalid")], 1),
    "thirty-three": ([stranger(number) for number in range(33)], 1),
    "no address": ([Witness(ONE.key, "")], 1),
    "another protocol": ([Witness(ONE.key, "ftp://x.invalid")], 1),
    "no protocol": ([Witness(ONE.key, "x.invalid")], 1),
    "a file": ([Witness(ONE.key, "file:///etc/passwd")], 1),
    "a space": ([Witness(ONE.key, "http://x.invalid/a b")], 1),
    "a newline": ([Witness(ONE.key, "http://x.invalid/\n")], 1),
    "a tab": ([Witness(ONE.key, "http://x.invalid/\t")], 1),
    "a line of rules": ([Witness(ONE.key, "http://x.invalid/\n#")], 1),
    "an address that is too long": ([Witness(ONE.key, "http://" + "x" * 500)], 1),
    "a log's key": ([Witness(note.SignerKey("x", bytes(32)).verifier, "http://x.invalid")], 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_in_order_is_not_registered(stage, name):
    witnesses, quorum = FORMS[name]
    before = stage.contents()
    with django_as_owner(stage), pytest.raises((VerificationError, Refused)) as caught:
        witnessing.register(witnesses, quorum=quorum)
    assert str(caught.value).endswith(".")
    assert stage.contents() == before


def payload(*witnesses: Any, quorum: Any = 1, **more: Any) -> dict[str, Any]:
    return {"witnesses": list(witnesses), "quorum": quorum} | more


IN_SQL = {"key": ONE.key.text, "url": ONE.url}
IN_SQL_TOO = {"key": TWO.key.text, "url": TWO.url}
PAYLOADS: dict[str, tuple[Any, str]] = {
    "more": (payload(IN_SQL, more=1), "unknown"),
    "no quorum": ({"witnesses": [IN_SQL]}, "missing"),
    "no witnesses": ({"quorum": 1}, "missing"),
    "nothing": ({}, "missing"),
    "quorum null": (payload(IN_SQL, quorum=None), "missing"),
    "witnesses null": (payload() | {"witnesses": None}, "missing"),
    **{f"quorum {quorum!r}": (payload(IN_SQL, IN_SQL_TOO, quorum=quorum), "form")
       for quorum in (0, 3, -1, 1.5, "x", "", " 1", "1\n", True, [], {}, 100, 10**30)},
    **{f"witnesses {found!r}": (payload() | {"witnesses": found}, "form")
       for found in (1, "x", {}, True, {"0": IN_SQL})},
    **{f"witness {one!r}": (payload(one), "form")
       for one in (None, 1, "x", [], ["key"], {}, {"key": ONE.key.text}, {"url": ONE.url},
                   IN_SQL | {"more": 1}, IN_SQL | {"key": None}, IN_SQL | {"url": 1},
                   IN_SQL | {"key": ""}, IN_SQL | {"key": "x"}, IN_SQL | {"key": "x+y+z"},
                   IN_SQL | {"key": f" {ONE.key.text}"}, IN_SQL | {"key": f"{ONE.key.text}\n"},
                   IN_SQL | {"url": " http://x"}, IN_SQL | {"url": "javascript:x"})},
    "the same twice": (payload(IN_SQL, IN_SQL), "form"),
    "the same with another address": (payload(IN_SQL, IN_SQL | {"url": "http://x"}), "form"),
    "one in order and one not": (payload(IN_SQL, 1), "form"),
    "one of none": (payload(quorum=1), "form"),
    "thirty-three": (payload(*({"key": stranger(n).key.text, "url": stranger(n).url}
                               for n in range(33))), "form"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_database_registers_only_what_is_in_order(stage, name):
    content, code = PAYLOADS[name]
    before = stage.contents()
    with pytest.raises(psycopg.Error) as error:
        stage.as_owner("SELECT kernel.register_witnesses(%s)", Jsonb(content))
    assert error.value.diag.message_detail == code
    assert stage.contents() == before


def test_the_application_may_not_say_who_the_witnesses_are(stage):
    before = stage.contents()
    with pytest.raises(DatabaseError) as caught:
        witnessing.register([ONE], quorum=1)
    assert caught.value.__cause__.sqlstate == "42501"
    statements = (
        'SELECT kernel.register_witnesses(\'{"witnesses": [], "quorum": 0}\'::jsonb)',
        "SELECT kernel.require_witness('x')",
        "UPDATE kernel_witnesspolicy SET quorum = 1",
        "DELETE FROM kernel_witnesspolicy",
        "INSERT INTO kernel_witnesspolicy (event_id, witnesses, quorum, at)"
        " VALUES (gen_random_uuid(), '[]', 0, now())",
        "DELETE FROM kernel_ledgercosignature",
        "UPDATE kernel_ledgercosignature SET line = ''",
        "DELETE FROM kernel_witnessconflict",
        "TRUNCATE kernel_witnessconflict",
    )
    for statement in statements:
        assert stage.attempt(statement) == "42501", statement
    assert stage.contents() == before


# What the application may say about a witness


COSIGN = "SELECT kernel.ledger_cosign(%s, %s, %s, %s)"
CONFLICT = "SELECT kernel.ledger_conflict(%s, %s)"


def denied(stage: Any, statement: str, *values: object) -> str:
    """The code with which the application's call is refused; nothing is written."""
    before = stage.contents()
    with pytest.raises(psycopg.Error) as error:
        stage.application.execute(statement, values)
    assert stage.contents() == before
    return error.value.diag.message_detail or error.value.sqlstate or ""


def test_only_lines_of_witnesses_on_heads_are_kept(stage):
    size = entry(stage)
    line = line_on(size, SIGNERS[0])
    for key in (stranger().key.text, KEYS[0][:-1], "", None, SIGNERS[0].name, "%"):
        assert denied(stage, COSIGN, size, key, line, AT) == "witness"
    for wrong in (
        "", None, line[:-1], line + "\n", " " + line, line.replace("— ", "- "), line * 2, "— x\n",
        "— x y z\n", f"— x {'A' * 1000}\n", "— x AA=A\n", f"{line}— ", line.replace("\n", "\r\n"),
    ):  # fmt: skip
        assert denied(stage, COSIGN, size, KEYS[0], wrong, AT) == "form"
    for other in (0, -1, size + 1, 2**62, None):
        assert denied(stage, COSIGN, other, KEYS[0], line, AT) == "form"
    for at in (-1, CLOCK_END + 1, 2**62, None):
        assert denied(stage, COSIGN, size, KEYS[0], line, at) == "form"
    stage.application.execute(COSIGN, (size, KEYS[0], line, AT))
    row = LedgerCosignature.objects.get(size=size, witness=KEYS[0])
    assert (row.line, row.signed_at.timestamp()) == (line, AT)
    # A second time changes nothing, whatever it says.
    before = stage.contents()
    stage.application.execute(COSIGN, (size, KEYS[0], line_on(size, SIGNERS[1]), AT + 1))
    assert stage.contents() == before


def test_only_conflicts_with_witnesses_are_told_and_each_once(stage):
    size = entry(stage)
    for key in (stranger().key.text, "", None):
        assert denied(stage, CONFLICT, key, 5) == "witness"
    for seen in (0, -1, 2**53, 2**63 - 1, None):
        assert denied(stage, CONFLICT, KEYS[1], seen) == "form"
    stage.application.execute(CONFLICT, (KEYS[1], 2**53 - 1))
    row = WitnessConflict.objects.latest("id")
    assert (row.witness, row.seen, row.size) == (KEYS[1], 2**53 - 1, size)
    before = stage.contents()
    stage.application.execute(CONFLICT, (KEYS[1], 2**53 - 1))
    assert stage.contents() == before
    # Settled, so that no other test sees it.
    entry(stage)
    assert ask() == 3
    assert no_conflicts()


def test_without_witnesses_nothing_is_said_about_any(stage):
    size = entry(stage)
    line = line_on(size, SIGNERS[0])
    register(stage, [], quorum=0)
    assert denied(stage, COSIGN, size, KEYS[0], line, AT) == "witness"
    assert denied(stage, CONFLICT, KEYS[0], 5) == "witness"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_both_are_refused_where_others_writes_are_not_seen(stage, level):
    size = entry(stage)
    line = line_on(size, SIGNERS[0])
    for statement, values in (
        (COSIGN, (size, KEYS[0], line, AT)), (CONFLICT, (KEYS[0], 5)),
    ):  # fmt: skip
        before = stage.contents()
        with psycopg.connect(stage.url) as connection:
            connection.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            with pytest.raises(psycopg.Error) as error:
                connection.execute(statement, values)
            assert error.value.sqlstate == "KDREF"
        assert stage.contents() == before


def test_two_who_tell_the_same_conflict_at_once_tell_it_once(stage):
    before = conflicts()
    barrier = threading.Barrier(4)
    failed: list[Exception] = []

    def tell() -> None:
        with psycopg.connect(stage.url, autocommit=True) as connection:
            barrier.wait()
            try:
                connection.execute(CONFLICT, (KEYS[2], 4321))
            except psycopg.Error as error:
                failed.append(error)

    threads: list[Any] = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert conflicts() == before + 1
    entry(stage)
    assert ask() == 3
    assert no_conflicts()
