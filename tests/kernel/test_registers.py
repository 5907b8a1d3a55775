# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who answers, evidence, rights, keys and the codex, registered in the database alone.

Nothing that is registered here stays: each test takes its own back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from kernel_stage import linking, today
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from kodeks.codex.days import months_after

DAY = dt.timedelta(days=1)
TITLE = "Konsekvensanalyse"


@pytest.fixture(scope="module")
def slug(stage) -> str:
    """A system that Merete answers for, with Bodil as deputy."""
    found: str = stage.register(ready=False)
    stage.assign(slug=found, deputy="bodil")
    return found


@pytest.fixture
def taken_back(stage) -> Iterator[None]:
    with stage.owner.transaction(force_rollback=True):
        yield


pytestmark = pytest.mark.usefixtures("taken_back")


def call(stage, function: str, *values: object) -> Any:
    marks = ", ".join(["%s"] * len(values))
    return stage.as_owner(f"SELECT kernel.{function}({marks})", *values)


def refused(stage, function: str, *values: object) -> str:
    with pytest.raises(psycopg.Error) as error, stage.owner.transaction():
        call(stage, function, *values)
    return error.value.diag.message_detail or error.value.sqlstate or ""


def rows(stage, table: str, **where: object) -> list[dict[str, Any]]:
    condition = " AND ".join(f"{name} = %s" for name in where)
    with stage.owner.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            f"SELECT * FROM kernel_{table} WHERE {condition or 'true'} ORDER BY id",
            list(where.values()),
        )
        return cursor.fetchall()


def newest_event(stage) -> dict[str, Any]:
    """The body, and `system` it is about."""
    body, system = stage.owner.execute(
        "SELECT body, system_slug FROM kernel_registryevent ORDER BY pending_id DESC LIMIT 1"
    ).fetchone()
    return body | {"system": system}


def told(stage) -> dict[str, Any]:
    """What the newest event says, but for what each says."""
    return {k: v for k, v in newest_event(stage).items() if k not in ("at", "codex")}


# Who answers


def test_who_answers_stands_with_name_and_in_the_log(stage, slug):
    merete, bodil = stage.user_id("merete"), stage.user_id("bodil")
    call(stage, "assign", slug, "Parken", bodil, merete)
    found = rows(stage, "assignment", system_id=slug)[-1]
    assert (found["unit"], found["manager_id"], found["deputy_id"]) == ("Parken", bodil, merete)
    assert found["manager_name"] == stage.user("bodil").full_name
    assert found["deputy_name"] == stage.user("merete").full_name
    assert told(stage) == {"kind": "assignment", "system": slug, "unit": "Parken",
                           "manager": bodil, "deputy": merete}  # fmt: skip


def test_in_a_vacancy_the_last_one_of_the_system_is_remembered(stage, slug):
    other = stage.register(ready=False)
    call(stage, "assign", slug, "Parken", stage.user_id("bodil"), None)
    call(stage, "assign", other, "Vejen", stage.user_id("merete"), None)
    call(stage, "assign", slug, "Parken", None, None)
    vacant = rows(stage, "assignment", system_id=slug)[-1]
    assert (vacant["manager_id"], vacant["manager_name"]) == (None, stage.user("bodil").full_name)
    assert (vacant["deputy_id"], vacant["deputy_name"]) == (None, "")
    never = stage.register(ready=False)
    call(stage, "assign", never, "Parken", None, stage.user_id("bodil"))
    assert rows(stage, "assignment", system_id=never)[-1]["manager_name"] == ""


def test_only_who_may_own_systems_answers(stage, slug):
    merete, bodil = stage.user_id("merete"), stage.user_id("bodil")
    for who in (*map(stage.user_id, ("sofie", "dorte", "anders", "testine")), 10**9,
                stage.new_user(role="system_owner", active=False)):  # fmt: skip
        assert refused(stage, "assign", slug, "Parken", who, None) == "no_right"
        assert refused(stage, "assign", slug, "Parken", merete, who) == "no_right"
    assert refused(stage, "assign", slug, "Parken", bodil, bodil) == "form"
    assert refused(stage, "assign", "findes-ikke", "Parken", merete, None) == "unknown_system"


# Evidence


def evidence(stage, of: str, **changes: Any) -> list[Any]:
    given: dict[str, Any] = {
        "system": of,
        "kind": "dpia",
        "title": TITLE,
        "sha256": "e1" * 32,
        "signer": stage.user_id("merete"),
        "valid_from": today(),
        "valid_to": months_after(today(), 24),
        "withdrawn": False,
    }
    return list((given | changes).values())


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"withdrawn": True},
        {"valid_to": today()},
        {"valid_from": today() - 30 * DAY, "valid_to": today() - 30 * DAY},
        {"title": "x"},
        {"sha256": "0123456789abcdef" * 4},
    ],
)
def test_evidence_stands_as_it_was_given(stage, slug, changes):
    given = evidence(stage, slug, **changes)
    call(stage, "register_evidence", *given)
    found = rows(stage, "evidence", system_id=slug)[-1]
    columns = ("system_id", "kind", "title", "sha256", "signer_id", "valid_from", "valid_to")
    assert [found[name] for name in (*columns, "withdrawn")] == given
    assert told(stage) == {
        "kind": "evidence", "system": slug, "evidence": "dpia", "title": given[2],
        "sha256": given[3], "signer": given[4], "valid_from": str(given[5]),
        "valid_to": str(given[6]), "withdrawn": given[7],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"system": "findes-ikke"}, "unknown_system"),
        ({"kind": "horoskop"}, "form"),
        ({"title": ""}, "form"),
        ({"title": "  "}, "form"),
        ({"sha256": "0" + "e1" * 32}, "form"),
        ({"sha256": "e1" * 32 + "0"}, "form"),
        ({"valid_to": today() - DAY}, "form"),
        ({"valid_to": months_after(today(), 24) + DAY}, "form"),
        ({"signer": 10**9}, "no_right"),
    ],
)
def test_evidence_that_is_not_in_order(stage, slug, changes, code):
    assert refused(stage, "register_evidence", *evidence(stage, slug, **changes)) == code


def test_each_document_is_signed_off_by_the_role_of_its_duty(stage, slug):
    (codex,) = stage.owner.execute(
        "SELECT id FROM kernel.codex_in_force(kernel.today())"
    ).fetchone()
    duties = {row["kind"]: row["signer"] for row in rows(stage, "duty", codex_id=codex)}
    allowed = {
        "system_owner": {"merete", "bodil"},
        "data_protection_officer": {"dorte"},
        "administrator": {"anders"},
    }
    assert set(duties.values()) >= {"system_owner", "data_protection_officer"}
    stranger = stage.new_user(role="system_owner")
    for kind, signer in duties.items():
        for who in ("merete", "bodil", "dorte", "anders", "sofie", stranger):
            given = evidence(stage, slug, kind=kind, signer=stage.user_id(who), valid_to=today())
            if who in allowed[signer]:
                call(stage, "register_evidence", *given)
            else:
                assert refused(stage, "register_evidence", *given) == "no_right", (kind, who)


def test_the_duty_is_the_first_of_its_kind_in_the_codex_in_force(stage, slug):
    before = stage.content()
    first, second = (
        before["duties"][0]
        | {"kind": "prøve", "signer": signer, "most_months": months, "valid_from": "2020-01-01",
           "valid_to": None}
        for signer, months in (("data_protection_officer", 3), ("administrator", 12))
    )  # fmt: skip
    register_codex(stage, before | {"duties": [first, second]})
    dorte = stage.user_id("dorte")
    given = evidence(stage, slug, kind="prøve", signer=dorte, valid_to=months_after(today(), 3))
    call(stage, "register_evidence", *given)
    later = evidence(
        stage, slug, kind="prøve", signer=dorte, valid_to=months_after(today(), 3) + DAY
    )
    assert refused(stage, "register_evidence", *later) == "form"
    # The kind that the codex before asked for.
    assert refused(stage, "register_evidence", *evidence(stage, slug)) == "form"


# People


def test_training_stands_in_the_log(stage, slug):
    who, until = stage.new_user(trained=False), today() + 30 * DAY
    call(stage, "register_training", who, slug, until)
    (found,) = rows(stage, "training", user_id=who)
    assert (found["system_slug"], found["valid_until"]) == (slug, until)
    assert told(stage) == {"kind": "training", "system": slug, "user": who,
                           "valid_until": str(until)}  # fmt: skip


def test_a_right_stands_from_today_and_in_the_log(stage):
    who, until = stage.new_user(), today() + 30 * DAY
    call(stage, "register_grant", who, "caseworker", "park", "05", until)
    (found,) = rows(stage, "grant", user_id=who)
    assert (found["role"], found["unit"], found["kle_prefix"]) == ("caseworker", "park", "05")
    assert (found["valid_from"], found["valid_until"]) == (today(), until)
    assert told(stage) == {"kind": "grant", "system": "", "user": who, "role": "caseworker",
                           "unit": "park", "kle_prefix": "05",
                           "valid_until": str(until)}  # fmt: skip


def test_all_rights_of_the_role_end_that_have_not_ended(stage):
    who, other = stage.new_user(), stage.new_user(role="caseworker")
    ends = {"park": today() - DAY, "vej": today(), "havn": today() + DAY, "by": None}
    for unit, until in ends.items():
        call(stage, "register_grant", who, "caseworker", unit, "", until)
    call(stage, "register_grant", who, "system_owner", "", "", None)
    call(stage, "register_grant", who, "caseworker", "før", "", today() - 9 * DAY)
    assert call(stage, "revoke_grants", who, "caseworker") == 3
    found = {row["unit"]: row["valid_until"] for row in rows(stage, "grant", user_id=who)}
    assert found == dict.fromkeys(ends, today() - DAY) | {"": None, "før": today() - 9 * DAY}
    assert [row["valid_until"] for row in rows(stage, "grant", user_id=other)] == [None]
    assert told(stage) == {"kind": "revocation", "system": "", "user": who, "role": "caseworker"}
    assert call(stage, "revoke_grants", who, "caseworker") == 0


def test_whose_key_it_is(stage):
    one, other = stage.new_user(), stage.new_user()
    register = "register_signing_key"
    call(stage, register, one, "k1", "pem")
    assert told(stage) == {"kind": "signing_key", "system": "", "user": one, "keyid": "k1",
                           "public_key": "pem"}  # fmt: skip
    assert refused(stage, register, other, "k1", "pem") == "key_taken"
    call(stage, register, one, "k1", "pem")
    # Another's keys taken back do not take this one's along.
    call(stage, register, other, "", "")
    call(stage, register, one, "k1", "pem")
    call(stage, register, one, "", "")
    assert refused(stage, register, one, "k1", "pem") == "key_withdrawn"
    assert refused(stage, register, other, "k1", "pem") == "key_taken"
    for who, keyid in ((one, ""), (other, ""), (one, "k2"), (other, "k3")):
        call(stage, register, who, keyid, "pem")
    found = [(row["keyid"], row["public_key"]) for row in rows(stage, "signingkey", user_id=one)]
    assert found == [("k1", "pem")] * 3 + [("", ""), ("", "pem"), ("k2", "pem")]


# The codex


def register_codex(stage, content: dict[str, Any], *signers: str | int) -> int:
    """With whatever envelope: its signatures are for Python to verify."""
    who = [stage.user_id(one) for one in signers or ("merete", "dorte")]
    return int(call(stage, "register_codex", Jsonb(content), uuid.uuid4().hex * 2, Jsonb({}), who))


def codex_refused(stage, content: dict[str, Any], *signers: str | int) -> str:
    who = [stage.user_id(one) for one in signers or ("merete", "dorte")]
    sha256 = uuid.uuid4().hex * 2
    return refused(stage, "register_codex", Jsonb(content), sha256, Jsonb({}), who)


def test_two_people_sign_of_whom_one_is_the_officer(stage):
    content = stage.content()
    second = stage.new_user(role="data_protection_officer")
    away = stage.new_user(role="data_protection_officer", active=False)
    for signers in (("dorte",), ("dorte", "dorte"), ("dorte", "merete", "merete")):
        assert codex_refused(stage, content, *signers) == "two_persons"
    for signers in (("dorte", "sofie"), ("testine", "dorte"), ("dorte", "merete", "sofie"),
                    (away, "merete"), ("dorte", 10**9)):  # fmt: skip
        assert codex_refused(stage, content, *signers) == "no_right"
    for signers in (("merete", "anders"), ("merete", "bodil", "anders")):
        assert codex_refused(stage, content, *signers) == "no_officer"
    for signers in (("merete", "dorte"), ("dorte", "anders"), ("dorte", second),
                    ("merete", "dorte", "anders")):  # fmt: skip
        content = content | {"number": register_codex(stage, content, *signers) + 1}


def test_an_officer_for_one_unit_only_does_not_sign(stage):
    who = stage.new_user()
    call(stage, "register_grant", who, "data_protection_officer", "park", "", None)
    assert codex_refused(stage, stage.content(), who, "merete") in ("no_officer", "no_right")


def test_numbers_grow_and_no_edition_holds_backwards(stage):
    content = stage.content()
    number = content["number"]
    for used in (number - 1, number - 2, 0, -1):
        assert codex_refused(stage, content | {"number": used}) == "codex_number"
    past = content | {"effective_from": str(today() - DAY)}
    assert codex_refused(stage, past) == "codex_date"
    assert register_codex(stage, content | {"effective_from": str(today())}) == number
    assert codex_refused(stage, content) == "codex_number"
    future = content | {"number": number + 5, "effective_from": str(today() + 9 * DAY)}
    assert register_codex(stage, future) == number + 5


def test_the_codex_that_somebody_was_told_of_is_in_force_still(stage):
    call(stage, "require_codex", stage.sha256)
    for told_of in ("c0" * 32, "", None):
        assert refused(stage, "require_codex", told_of) == "codex_changed"


def test_the_very_first_edition_may_hold_backwards(stage):
    content = stage.content() | {"number": 1, "effective_from": "2020-01-01"}
    tables = stage.owner.execute(
        "SELECT tablename FROM pg_tables WHERE tablename LIKE 'kernel\\_%'"
    ).fetchall()
    for (table,) in tables:
        stage.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    stage.owner.execute("TRUNCATE kernel_codexrevision CASCADE")
    assert refused(stage, "require_codex", "c0" * 32) == "no_codex"
    assert codex_refused(stage, content | {"number": 0}) == "codex_number"
    assert register_codex(stage, content) == 1


def test_what_the_codex_says_becomes_rows(stage):
    content = stage.content(linkings=[linking("s000"), linking("s001", valid_to="2030-01-01")])
    number = register_codex(stage, content)
    (codex,) = rows(stage, "codexrevision", number=number)
    assert codex["effective_from"] == dt.date.fromisoformat(content["effective_from"])
    assert (codex["content"], codex["limits"]) == (content, content["limits"])
    for table, name, renamed in (
        ("legalbasis", "legal_bases", {"system": "system_slug"}),
        ("linking", "linkings", {"system": "system_slug"}),
        ("duty", "duties", {}),
    ):
        found = rows(stage, table, codex_id=codex["id"])
        wanted = [{renamed.get(k, k): v for k, v in row.items()} for row in content[name]]
        assert len(found) == len(wanted)
        for row, want in zip(found, wanted, strict=True):
            for key in row.keys() - {"id", "codex_id"}:
                value = row[key].isoformat() if isinstance(row[key], dt.date) else row[key]
                assert value == want[key], (table, key)
    assert told(stage) == {
        "kind": "codex", "system": "", "number": number, "sha256": codex["sha256"],
        "effective_from": content["effective_from"],
        "signers": [stage.user_id("merete"), stage.user_id("dorte")],
    }  # fmt: skip


# One after the other


def waits(stage, first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    """Whether the second call waits for the first, which is not committed; neither is kept."""
    with psycopg.connect(stage.owner_url) as earlier, psycopg.connect(stage.owner_url) as later:
        for connection, (function, *values) in ((earlier, first), (later, second)):
            marks = ", ".join(["%s"] * len(values))
            connection.execute("SET lock_timeout = '1s'")
            try:
                connection.execute(f"SELECT kernel.{function}({marks})", values)
            except psycopg.errors.LockNotAvailable:
                return connection is later
            finally:
                if connection is later:
                    earlier.rollback()
                    later.rollback()
    return False


def test_editions_are_registered_one_after_the_other(stage):
    content, who = stage.content(), [stage.user_id("merete"), stage.user_id("dorte")]
    first, second = (
        ("register_codex", Jsonb(content | {"number": number}), digest * 32, Jsonb({}), who)
        for number, digest in ((content["number"], "a1"), (content["number"] + 1, "b2"))
    )
    assert waits(stage, first, second)
